#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	box (somebody else's: own0, a process)     a      host of the lab
#	  lab0 ─────────────── lan ─────────────── eth0
#
# A host with a network that is there already gets links like any host; what is
# in it is left as it is, also when the lab goes. Its network is another one
# later (a container that was started again): `up` wires that, and nothing else.
. test/kernel/lib.sh
need root veth bridge

ip netns add box
ip -n box link set lo up
ip -n box link add own0 type veth peer name own1
ip -n box address add 192.0.2.1/24 dev own0
ip -n box link set own0 up
ip -n box link set own1 up
ip netns exec box sleep 1000 &
sleeper=$!
state()
{
	ip -n "$1" -o link show | sed 's/ *state [A-Z]*//'
	ip -n "$1" -o address show | grep -v fe80:
	ip -n "$1" route show table all | grep -v 'fe80:\|ff00::'
	ip netns exec "$1" sysctl -a -r '^net\.ipv4\.(ip_forward|conf\.(all|default|own0))' 2>/dev/null
}
before=$(state box)
as_before()
{
	[ "$(state box)" = "$before" ]
}
machine=$(machine_state)

cat >"$T/box.yaml" <<'X'
networks:
  lan: {subnet: 10.7.0.0/24, gateway: a, hosts: [a, box]}
hosts:
  box: {attach: netns:box}
X
isle plan "$T/box.yaml" >"$T/out"
grep -q '+ host box, attached to netns:box' "$T/out"
isle up "$T/box.yaml"
same "$(ip -n box -o -4 address show lab0 | awk '{ print $4 }')" 10.7.0.2/24
isle ping a box
isle ping box a
ip netns exec box ping -c 1 -W 5 10.7.0.1 >/dev/null
# the default route of its own is nobody else's to give
same "$(ip -n box route show default)" ""
isle down box
eventually as_before
unchanged_since "$machine"
kill -0 "$sleeper"
