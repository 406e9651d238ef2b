# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The real podman, with storage and networks private to this test:
#
#	this machine ── cni-podman0 ─┬─ web 10.88.0.x
#	                             └─ own 10.88.0.y, with a pid file of its own       idle: not running
. test/peers/lib.sh
need podman conmon busybox iptables jq

private /etc/containers
private /var/lib/containers
says 'podman has no storage at /var/lib/containers/storage' who podman:web
same "$(who -l)" ''

podman_engine ""

run()
{
	podman run "${podman_groups[@]}" "$@" 2>>"$P/log"
}
run -d --name web bb sleep 1000 >/dev/null
run -d --name own --pidfile "$P/own.pid" bb sleep 1000 >/dev/null
podman create --name idle bb true >/dev/null

inspect()
{
	podman inspect --format "$2" "$1"
}
address_of()
{
	inspect "$1" '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
}
names_it podman:web "$(inspect web '{{.State.Pid}}')" "$(address_of web)"
leads_to podman:own "$(cat "$P/own.pid")"
leads_to podman:own "$(inspect own '{{.State.Pid}}')"
id=$(inspect web '{{.Id}}')
leads_to "podman:$id" "$(who podman:web)"
leads_to "podman:${id:0:12}" "$(who podman:web)"

refuses_it podman:idle 'the podman container idle does not run'
says 'podman start idle' who podman:idle
refuses_it podman:wbe "podman has no container wbe ($P/graph)"
says 'did you mean podman:web?' who podman:wbe
says 'containers of users are seen by those users only' who podman:wbe

# storage.conf where the environment says
pid=$(who podman:web)
cp /etc/containers/storage.conf "$P/storage.conf"
sed -i 's:^graphroot.*:graphroot = "/run/none":' /etc/containers/storage.conf
says 'podman has no storage at /run/none' who podman:web
(
	export CONTAINERS_STORAGE_CONF=$P/storage.conf
	leads_to podman:web "$pid"
)
says '(CONTAINERS_STORAGE_CONF)' env CONTAINERS_STORAGE_CONF=/run/none "$BUILD/test/peers/who" podman:web
cp "$P/storage.conf" /etc/containers/storage.conf

# the pid file outlives the process; another one gets its number
podman stop -t 0 web >/dev/null
file=$(find /run/pods -path "*$id*" -name pidfile)
[ -s "$file" ]
says 'the podman container web does not run' who podman:web
echo $$ >"$file"
says 'the podman container web does not run' who podman:web
podman start web >/dev/null 2>>"$P/log"
leads_to podman:web "$(inspect web '{{.State.Pid}}')"

podman rm -f -t 0 web own idle >/dev/null
fails=1 fails who podman:web
same "$(who -l)" ''
