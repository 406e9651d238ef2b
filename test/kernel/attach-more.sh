# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	process in a network of its own     r (path:, forwards)
#	  pid:N ─── a ─── x                   lan ─── y
#
# What else can be attached, what cannot be and what is said then, `isle run`,
# a kill, and plain namespaces by the same words.
. test/kernel/lib.sh
need root veth bridge

unshare -n sleep 1000 &
pid=$!
eventually elsewhere "$pid"
ip netns add router
ip netns exec router sysctl -qw net.ipv4.ip_forward=1
in_pid()
{
	nsenter -t "$pid" -n "$@"
}
nothing_in_pid()
{
	[ "$(in_pid ip link show type veth)" = "" ]
}

cat >"$T/more.yaml" <<X
networks:
  lan: {subnet: 10.1.0.0/24, gateway: r, hosts: [r, y]}
links:
  - a 10.2.0.1/24 -- pid:$pid:wire 10.2.0.2/24
  - r 10.3.0.1/24 -- x 10.3.0.2/24
hosts:
  r: {attach: path:/run/netns/router}
  x: {routes: {lan: r}}
X
isle up "$T/more.yaml"
in_pid ping -c 1 -W 5 10.2.0.1 >/dev/null
isle ping x y >/dev/null
says "pid-$pid" isle show more
says "pid-$pid" isle map --ascii
isle down more
# with down, not with the kernel's clearing up after it
nothing_in_pid
kill -0 "$pid"

# a router that is none
ip netns exec router sysctl -qw net.ipv4.ip_forward=0
says "'r' is a router of the lab, but path:/run/netns/router does not forward: its net.ipv4.ip_forward is 0" isle up "$T/more.yaml"
not test -e /run/isle

refused()
{
	local word=$1
	shift
	printf 'lab: wrong\nlinks: ["a -- %s"]\n' "$word" >"$T/wrong.yaml"
	fails isle up "$T/wrong.yaml"
	grep -qF -- "$*" "$T/out" || { cat "$T/out" >&2; die "'$word' does not say: $*"; }
	not test -e /run/isle
}
refused netns:nope "'nope': cannot open /run/netns/nope: No such file or directory"
refused pid:999999 "'pid-999999': there is no process 999999"
refused "pid:$$" "has the machine's network"
refused path:/etc/passwd "'passwd': "
refused docker:web "'web': docker: "
touch /run/netns/dead
refused netns:dead "'dead': "
rm /run/netns/dead
cat >"$T/wrong.yaml" <<'X'
lab: wrong
links: [a -- netns:router, a -- path:/run/netns/router]
X
says "path:/run/netns/router would be called 'router', and there is a host of that name" isle up "$T/wrong.yaml"
sed -i 's/links:.*/links: [a -- netns:router, a -- b]/; $a hosts: {b: {attach: "path:/run/netns/router"}}' "$T/wrong.yaml"
says 'have the same network: path:/run/netns/router, netns:router' isle up "$T/wrong.yaml"

# for one command; and nothing is left, however it ends
cat >"$T/one.yaml" <<X
links: [a 10.2.0.1/24 -- pid:$pid 10.2.0.2/24]
X
isle run -f "$T/one.yaml" a -- ping -c 1 -W 5 10.2.0.2 >/dev/null
eventually nothing_in_pid
isle run -f "$T/one.yaml" "pid-$pid" -- ping -c 1 -W 5 10.2.0.1 >/dev/null
"$ISLE" run -f "$T/one.yaml" a -- sleep 1000 &
run=$!
eventually in_pid ip link show dev lab0
kill -KILL "$run"
eventually nothing_in_pid
kill -0 "$pid"

# a lab in a user namespace has no rights in networks of others
fails as_user "$ISLE" run -f "$T/one.yaml" a -- true
grep -q "has the network of pid:$pid: a link into it takes root" "$T/out"

# plain namespaces by the same words
isle connect "pid:$pid" netns:router --addresses 10.4.0.1/24,10.4.0.2/24 >/dev/null
in_pid ping -c 1 -W 5 10.4.0.2 >/dev/null
isle disconnect "pid:$pid" netns:router >/dev/null
isle connect path:/run/netns/router "pid:$pid" >/dev/null
isle disconnect path:/run/netns/router "pid:$pid" >/dev/null
nothing_in_pid
same "$(isle exec netns:router -- readlink /proc/self/ns/net)" "$(ip netns exec router readlink /proc/self/ns/net)"

# neighbours come again with the interface that they are on
cat >"$T/near.yaml" <<'X'
lab: near
links: [a 10.5.0.1/24 -- netns:router 10.5.0.2/24]
hosts: {b: {attach: netns:router, interfaces: {lab0: {neighbours: {10.5.0.9: "02:00:00:00:00:09"}}}}}
X
isle up "$T/near.yaml"
ip netns del router
ip netns add router
isle up "$T/near.yaml" >/dev/null
says '10.5.0.9 lladdr 02:00:00:00:00:09 PERMANENT' ip -n router neigh show dev lab0
isle ping a b >/dev/null
isle down near

# a machine of systemd-machined is another process later, while the first one lives on, and none at last
machine()
{
	mkdir -p /run/systemd/machines
	printf 'NAME=box\nCLASS=container\nLEADER=%s\n' "$1" >/run/systemd/machines/box
}
machine "$pid"
cat >"$T/box.yaml" <<'X'
lab: machines
links: [a 10.6.0.1/24 -- machine:box 10.6.0.2/24]
X
isle up "$T/box.yaml" >/dev/null
in_pid ping -c 1 -W 5 10.6.0.1 >/dev/null
unshare -n sleep 1000 &
other=$!
eventually elsewhere "$other"
machine "$other"
says 'machine:box has another network now, without these links' isle show machines
says '+ host box, attached to machine:box' isle plan "$T/box.yaml"
isle up "$T/box.yaml" >/dev/null
nsenter -t "$other" -n ping -c 1 -W 5 10.6.0.1 >/dev/null
eventually nothing_in_pid
rm /run/systemd/machines/box
says 'machine:box is gone, or does not run' isle show machines
isle down machines >/dev/null
same "$(nsenter -t "$other" -n ip link show type veth)" ''
kill -0 "$pid"
kill -0 "$other"
