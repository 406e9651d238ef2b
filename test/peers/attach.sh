# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The real docker, podman with runc and with crun, and LXC, private to this test, one after the other:
#
#	this machine ── docker0 … ── eth0 ── web ── lab0 ── lan ── client
#
# A container with a network of its engine gets a link of a lab, keeps its own,
# and is wired again after it was started again; its engine notices nothing.
. test/peers/lib.sh
need busybox iptables jq

# What each engine calls it. There is one container, web; $engine is whose, $runtime what podman runs it with.
needs()
{
	case $engine in
	docker) echo dockerd docker ;;
	podman) echo podman conmon "$runtime" ;;
	lxc) echo lxc-start lxc-info lxc-stop lxc-attach ;;
	esac
}
is_here()
{
	local program
	for program in $(needs); do
		command -v "$program" >/dev/null || { echo "without $what: the program $program is not installed"; return 1; }
	done
}
create()
{
	local serve=(/bin/httpd -f -h /www -p 80)
	"${engine}_engine" ${runtime:+"$runtime"}
	case $engine in
	lxc) lxc_define "$P/lxc" web 80 "${serve[*]}" && lxc_begin web ;;
	docker) docker run -d --name web bb "${serve[@]}" >/dev/null ;;
	podman) podman run --cap-add NET_RAW "${podman_groups[@]}" -d --name web bb "${serve[@]}" >/dev/null 2>>"$P/log" ;;
	esac
}
begin()
{
	if [ "$engine" = lxc ]; then lxc_begin web; else $engine start web >/dev/null 2>>"$P/log"; fi
}
stop()
{
	if [ "$engine" = lxc ]; then lxc-stop -k -n web; else $engine stop -t 0 web >/dev/null 2>>"$P/log"; fi
}
again()
{
	if [ "$engine" = lxc ]; then stop && begin; else $engine restart -t 0 web >/dev/null 2>>"$P/log"; fi
}
remove()
{
	if [ "$engine" = lxc ]; then rm -r "$P/lxc/web"; else $engine rm web >/dev/null 2>>"$P/log"; fi
}
inside()
{
	if [ "$engine" = lxc ]; then lxc-attach -n web -- "$@"; else $engine exec web "$@" 2>>"$P/log"; fi
}
# which process it is, and how often it was started
life()
{
	if [ "$engine" = lxc ]; then lxc-info -n web -p -s; else $engine inspect --format '{{.State.Status}} {{.State.Pid}} {{.RestartCount}}' web; fi
}

# All of it that a lab could change. Its own network has IPv4.
picture()
{
	inside sh -c 'ip link; ip -4 address; ip -4 route show table all; ip rule; cat /etc/hosts /etc/hostname /etc/resolv.conf; sysctl -a | grep ^net.ipv4' \
		2>/dev/null | sed 's/ state [A-Z]*//'
	life
}
as_before()
{
	local end=$((SECONDS + patience))
	until [ "$(picture)" = "$before" ]; do
		[ $SECONDS -lt $end ] || same "$before" "$(picture)"
		sleep 0.02
	done
}
# busybox's own wget, which is static, does not live through the machine's name services
fetch()
{
	isle exec client -- python3 -c 'import urllib.request; print(urllib.request.urlopen("http://web/", timeout=5).read().decode(), end="")'
}
is_wired()
{
	isle ping >/dev/null
	isle wait web tcp/80
	same "$(fetch)" 'from a container'
	inside ip address show lab0 | grep -F 10.80.0.80/24 >/dev/null
	inside ping -c 1 -W 5 10.80.0.1 >/dev/null
	same "$(isle plan "$file")" 'containers: up from this file, nothing to do'
}

wire_one()
{
	local lives before file=$T/$engine.yaml own
	sed "s/docker:/$engine:/" doc/labs/containers.yaml >"$file"
	create
	before=$(picture)
	isle plan "$file" | grep -F "+ host web, attached to $engine:web" >/dev/null
	isle up "$file"
	is_wired
	# its own are as they were
	lives=$(life)
	same "$(inside ip route | grep -v lab0)" "$(sed -n '/^default/p; /^[0-9./]* dev eth0/p' <<<"$before")"
	own=$(inside ip -4 address show dev eth0 | sed -n 's/.*inet \([0-9.]*\).*/\1/p')
	ping -c 1 -W 5 "$own" >/dev/null
	isle gc >"$T/out"
	not grep -F 'web' "$T/out"
	isle down containers
	as_before

	isle up "$file"
	same "$(life)" "$lives"
	again
	says "$engine:web has another network now, without these links" isle show containers
	isle plan "$file" | grep -F "+ host web, attached to $engine:web" >/dev/null
	fails inside ip link show dev lab0
	isle up "$file" >/dev/null
	is_wired
	lives=$(life)
	# docker gives another address, maybe
	[ "$engine" != docker ] || network_comes
	isle down containers
	eventually isnt inside ip link show dev lab0
	inside ip link show dev eth0 >/dev/null
	same "$(life)" "$lives"

	# it stops, and is no more, while the lab is up
	isle up "$file" >/dev/null
	stop
	says "$engine:web is gone, or does not run" isle show containers
	fails isle up "$file"
	grep -F "'web': the $engine container web does not run" "$T/out" >/dev/null
	remove
	fails isle up "$file"
	grep -F "'web': $engine has no container web" "$T/out" >/dev/null
	isle down containers
	fails isle up "$file"
	not test -e /run/isle
	both_kinds
}

network_comes()
{
	docker network create second >/dev/null
	docker network connect second web
	inside ip link show dev eth1 >/dev/null
	isle ping >/dev/null
}

tried=''
for what in ${ENGINES:-docker podman/runc podman/crun lxc}; do
	engine=${what%/*}
	runtime=''
	[ "$engine" != podman ] || runtime=${what#*/}
	is_here || continue
	tried=yes
	wire_one
	echo "$what: wired"
done
[ "$tried" ] || skip 'none of docker, podman and LXC is installed'
