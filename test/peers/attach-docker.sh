# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The real dockerd, private to this test:
#
#	this machine ── docker0 ── eth0 ── web ── lab0 ── lan ── client
#
# A container of the bridge network gets a link of a lab, keeps its own, and is
# wired again after `docker restart`; docker notices nothing.
. test/peers/lib.sh
need dockerd docker busybox iptables

docker_engine
docker run -d --name web bb /bin/sh -c 'mkdir -p /www; echo from docker >/www/index.html; httpd -f -h /www -p 80' >/dev/null
inside()
{
	docker exec web "$@"
}
routes=$(inside ip route)
names=$(inside cat /etc/hosts /etc/hostname)

# busybox's own wget, which is static, does not live through the machine's name services
fetch()
{
	isle exec client -- python3 -c 'import urllib.request; print(urllib.request.urlopen("http://web/", timeout=5).read().decode(), end="")'
}
isle up doc/labs/containers.yaml
isle ping >/dev/null
isle wait web tcp/80
same "$(fetch)" 'from docker'
inside ip address show lab0 | grep -F 10.80.0.80/24 >/dev/null
inside ping -c 1 -W 5 10.80.0.1 >/dev/null
# its own are as they were
same "$(inside ip route | grep -v lab0)" "$routes"
same "$(inside cat /etc/hosts /etc/hostname)" "$names"
ping -c 1 -W 5 "$(docker inspect --format '{{.NetworkSettings.IPAddress}}' web)" >/dev/null

docker restart -t 0 web >/dev/null
says 'docker:web has another network now, without these links' isle show containers
fails inside ip link show dev lab0
isle up doc/labs/containers.yaml >/dev/null
isle ping >/dev/null
isle wait web tcp/80
same "$(fetch)" 'from docker'

docker network create second >/dev/null
docker network connect second web
inside ip link show dev eth1 >/dev/null
isle ping >/dev/null

isle down containers
eventually isnt inside ip link show dev lab0
inside ip link show dev eth0 >/dev/null
same "$(docker inspect --format '{{.State.Status}}' web)" running
docker stop -t 0 web >/dev/null
fails isle up doc/labs/containers.yaml
grep -F "'web': the docker container web does not run (exited)" "$T/out" >/dev/null
