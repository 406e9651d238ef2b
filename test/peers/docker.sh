# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The real dockerd, private to this test:
#
#	this machine ── docker0 ─┬─ web 172.17.0.2
#	                         └─ db  172.17.0.3         idle, over: not running
. test/peers/lib.sh
need dockerd docker busybox iptables jq

# nobody is there yet
says 'docker: connect to the engine at /run/docker.sock: No such file or directory' who docker:web
says 'systemctl status docker' who docker:web
refuses_it docker:web 'docker: connect to the engine at /run/docker.sock'
same "$(who -l)" ''

docker_engine
for name in web db; do
	docker run -d --name $name bb sleep 1000 >/dev/null
done
docker create --name idle bb true >/dev/null
docker run --name over bb true

pid_of()
{
	docker inspect --format '{{.State.Pid}}' "$1"
}
address_of()
{
	docker inspect --format '{{.NetworkSettings.IPAddress}}' "$1"
}
for name in web db; do
	names_it docker:$name "$(pid_of $name)" "$(address_of $name)"
done
id=$(docker inspect --format '{{.Id}}' web)
leads_to "docker:$id" "$(pid_of web)"
leads_to "docker:${id:0:12}" "$(pid_of web)"
same "$(who -l | wc -l)" 2

refuses_it docker:idle 'the docker container idle does not run (created)'
says 'start it: docker start idle' who docker:idle
says 'the docker container over does not run (exited)' who docker:over
refuses_it docker:wbe 'docker has no container wbe (/run/docker.sock)'
says 'did you mean docker:web?' who docker:wbe
says 'it has: ' who docker:something
says 'docker has no container we b' who 'docker:we b'
fails=1 fails who 'docker:web/json?x='
says 'no container can be called that' who docker:../containers/web

# an engine elsewhere, an engine of the user's, one that is not for us
pid=$(pid_of web)
mkdir "$T/user"
mv /run/docker.sock "$T/user/docker.sock"
says 'docker: connect to the engine' who docker:web
(
	export XDG_RUNTIME_DIR=$T/user
	leads_to docker:web "$pid"
)
(
	export DOCKER_HOST=unix://$T/user/docker.sock
	leads_to docker:web "$pid"
)
mv "$T/user/docker.sock" /run/docker.sock
says 'DOCKER_HOST is tcp://192.0.2.1:2375' env DOCKER_HOST=tcp://192.0.2.1:2375 "$BUILD/test/peers/who" docker:web
make_user
install -m 755 "$BUILD/test/peers/who" "$T/who"
says 'docker: connect to the engine at /run/docker.sock: Permission denied' as_user "$T/who" docker:web
says 'for root and the group docker' as_user "$T/who" docker:web
same "$(as_user "$T/who" -l)" ''

# numbers of processes mean something only where the engine runs
says 'runs in another pid namespace' unshare --pid --fork --mount-proc "$BUILD/test/peers/who" docker:web

docker stop -t 0 web >/dev/null
says 'the docker container web does not run (exited)' who docker:web
kill "$(cat "$P/docker.pid")"
eventually isnt docker version
says 'docker: connect to the engine at /run/docker.sock' who docker:db
