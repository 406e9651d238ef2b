# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	the machine (out0, addresses, routes)      a, b   hosts of lab `here`
#	  lab0 ─────────────── lan ─────────────── eth0
#	  lab1 ─────────────────────────────────── eth1 of a
#
# A host that is the machine: it gets links like any attached one, what the
# machine has stays as it is, and all goes with the lab, also when it is killed.
. test/kernel/lib.sh
need root veth bridge
way_out
# so that its files and the directory of names are there before
as_user true
mkdir -p /run/netns
before=$(machine_state)
cat >"$T/here.yaml" <<'X'
networks:
  lan: {subnet: 10.7.0.0/24, hosts: [a, b, m]}
links:
  - a -- m
hosts:
  m:
    attach: host
    sysctl: {net.ipv4.conf.lab0.accept_redirects: 0}
    routes: {10.8.0.0/16: a:eth0}
X
says '+ host m, attached to the machine ' isle plan "$T/here.yaml"
says 'ip netns attach m.here $$' isle plan --commands "$T/here.yaml"
isle up "$T/here.yaml"
same "$(ip -o -4 address show dev lab0 | awk '{ print $4 }')" 10.7.0.3/24
same "$(ip route show 10.8.0.0/16)" '10.8.0.0/16 via 10.7.0.1 dev lab0 proto static '
ping -c 1 -W 5 10.7.0.1 >/dev/null
ping -c 1 -W 5 198.18.128.1 >/dev/null
isle ping >/dev/null
# its name is its own, its network is the machine's
same "$(isle exec m -- sh -c 'hostname; readlink /proc/self/ns/net')" "m
$(readlink /proc/self/ns/net)"
says 'm of lab here, with the network of the machine' isle show m
says '10.7.0.3/24  the machine' isle show here
says 'lab1' isle map --ascii
same "$(isle plan "$T/here.yaml")" 'here: up from this file, nothing to do'

# of the machine's own nothing is looked at
ip address add 192.0.2.77/24 dev out0
ip address del 10.7.0.3/24 dev lab0
says '+ address 10.7.0.3/24 on lab0 of m' isle up "$T/here.yaml"
ip address del 192.0.2.77/24 dev out0
isle ping b m >/dev/null

# called from elsewhere it would be another network
says "'m' has the network that the lab was brought up in, and this is another one" ip netns exec a.here "$ISLE" up "$T/here.yaml"

# a host less, and again; a link more by hand
sed '/^links:/,$d; s/, m\]/]/; 1i lab: here' "$T/here.yaml" >"$T/less.yaml"
says 'm loses all its links' isle up "$T/less.yaml"
not ip link show dev lab0
not ip link show dev lab1
isle up "$T/here.yaml" >/dev/null
isle ping >/dev/null
isle connect m b >/dev/null
ping -c 1 -W 5 198.18.128.6 >/dev/null
isle disconnect m:lab2 b >/dev/null
not ip link show dev lab2

# names and subnets that the machine has are not the lab's
sed '1i lab: second' "$T/here.yaml" >"$T/second.yaml"
says "lab0 of 'm': 10.7.0.0/24 is in use on this machine (route to 10.7.0.0/24)" isle up "$T/second.yaml"
printf 'lab: third\nlinks: [a 10.6.0.1/24 -- m:out0 10.6.0.2/24]\nhosts: {m: {attach: host}}\n' >"$T/third.yaml"
says "'m': the machine has an interface out0 already" isle up "$T/third.yaml"
sed -i 's/m:out0/m:lab9/' "$T/third.yaml"
isle up "$T/third.yaml" >/dev/null
says "lab0 of 'm': 192.0.2.0/24 is in use on this machine" isle up <(sed 's/a 10.6.0.1.*2\/24/&, "b 192.0.2.1\/24 -- m 192.0.2.9\/24"/' "$T/third.yaml")
isle down third
isle down here
not ip link show dev lab0
unchanged_since "$before"

# a router only if the machine is one; nobody makes it one
sed -i 's/attach: host/attach: host, forward: true/' "$T/third.yaml"
says 'the machine does not forward: its net.ipv4.ip_forward is 0' isle up "$T/third.yaml"
same "$(cat /proc/sys/net/ipv4/ip_forward)" 0

# not for one command, and not without root
says "'m' has the machine's network, and a lab for one command has no links there" isle run -f "$T/here.yaml" a -- true
says "'m' has the network of the machine: a link into it takes root" as_user "$ISLE" up "$T/here.yaml"
unchanged_since "$before"

# whoever brings it up is killed at some moment: nothing is left that gc would not see, or all of it
collected()
{
	isle gc --yes && [ "$(machine_state)" = "$before" ]
}
for n in 0 1 2 3; do
	"$ISLE" up "$T/here.yaml" >/dev/null 2>&1 &
	pid=$!
	[ "$n" = 0 ] || eventually ip link show dev lab0
	kill -KILL "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
	if [ -d /run/isle/here ]; then
		isle ping >/dev/null
		isle down here
	fi
	eventually collected
done
