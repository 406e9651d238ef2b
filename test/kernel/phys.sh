# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	machine nic0 192.0.2.2/24 ~~> gw wan 192.0.2.9/24 --- b 10.0.0.2/24
#
# A NIC of the machine (here the end of a pair) lives in a host while the lab is up, and is given back what it had.
# feature: a NIC of the machine moved into a host
. test/kernel/lib.sh
need veth root

cat >"$T/p.yaml" <<'END'
lab: p
links:
  - gw:wan 192.0.2.9/24 -- phys:nic0
  - gw:lan 10.0.0.1/24 -- b 10.0.0.2/24
hosts:
  gw: {routes: {203.0.113.0/24: 192.0.2.1}}
END

# all that is to come back; indexes and what the kernel adds by itself are not
nic()
{
	ip -d link show nic0 | grep -o 'mtu [0-9]*\|<[^>]*>\|link/ether [0-9a-f:]*\|altname .*\|addrgenmode [a-z0-9]*'
	ip -o address show nic0 | grep -o 'inet6* [^ ]* .*scope [a-z]*' | sort
	{ ip route show dev nic0; ip -6 route show dev nic0 proto static; } | sort
}

there()
{
	ip -n gw.p -d link show wan | grep -q veth && not ip link show nic0
}

machine_before=$(machine_state)
says 'the machine has no such interface' isle up "$T/p.yaml"
unchanged_since "$machine_before"

ip link add nic0 address 02:00:00:00:00:77 mtu 1400 type veth peer name nic1
ip link set nic1 addrgenmode none up
ip link set nic0 addrgenmode none up
ip address add 192.0.2.2/24 dev nic0
ip address add 192.0.2.3/24 dev nic0
ip address add 2001:db8::2/64 dev nic0 nodad
ip route add 198.51.100.0/24 via 192.0.2.1 dev nic0 proto static metric 7
ip route add 203.0.113.0/24 dev nic0 proto static
ip -6 route add 2001:db8:9::/48 via 2001:db8::1 dev nic0 proto static
before=$(nic)

isle up "$T/p.yaml"
there
says '192.0.2.9/24' ip -n gw.p address show wan
says 'via 192.0.2.1' ip -n gw.p route show 203.0.113.0/24
isle exec b -- ping -c 1 -W 5 10.0.0.1 >/dev/null
says 'nothing to do' isle plan "$T/p.yaml"
isle up "$T/p.yaml"
there
says 'phys:nic0' isle plan --full "$T/p.yaml"
# what touches it waits for down
sed 's/192.0.2.9/192.0.2.8/' "$T/p.yaml" >"$T/q.yaml"
says 'cannot be changed while lab p is up' isle up "$T/q.yaml"
sed 's,203.0.113.0/24,203.0.113.0/25,' "$T/p.yaml" >"$T/q.yaml"
not cmp -s "$T/p.yaml" "$T/q.yaml"
says 'and routes there cannot be changed while lab p is up' isle up "$T/q.yaml"
isle gc --yes >/dev/null 2>&1 || :
there
isle down p
same "$before" "$(nic)"

# no way home: the lab stays up, and a second down brings it
isle up "$T/p.yaml"
ip link add nic0 type veth peer name nic2
fails isle down p
grep -q 'cannot bring nic0 home' "$T/out"
ip -n gw.p link show wan >/dev/null
ip link delete nic0
isle down p
same "$before" "$(nic)"

# a failure after the move: moved back at once
cat >"$T/bad.yaml" <<'END'
lab: bad
links: [gw:wan 192.0.2.9/24 -- phys:nic0]
hosts: {gw: {routes: {203.0.113.0/24: {via: 192.0.2.1, dev: wan, src: 192.0.2.77}}}}
END
fails isle up "$T/bad.yaml"
same "$before" "$(nic)"

# the journal of a lab that ended badly: what is at home gets back what it had
isle up "$T/p.yaml"
cp /run/isle/.nic.p "$T/journal"
isle down p
ip link property add dev nic0 altname isle:p:gw:wan
ip link set nic0 down
ip address flush dev nic0
ip link set nic0 name wan mtu 1300
mkdir -p /run/isle
isle up - <<<'{lab: other, hosts: {x: }}'
cp "$T/journal" /run/isle/.nic.p
says 'gives it back its name, addresses and routes' isle gc
isle gc --yes
same "$before" "$(nic)"
not test -e /run/isle/.nic.p
isle down other

# what cannot be moved, or must not be
fails isle up - <<<'{lab: c, links: ["a:wan -- phys:lo0"]}'
ip link add br0 type bridge
says 'br0 cannot be moved to another namespace' isle up - <<<'{lab: c, links: ["a:wan -- phys:br0"]}'
says 'moves no NIC' isle run -f "$T/p.yaml" -- true
ip route add default via 192.0.2.1 dev nic0
says 'would cut the machine off' isle up "$T/p.yaml"
ip route delete default
ip link delete br0
same "$before" "$(nic)"
ip link delete nic0
unchanged_since "$machine_before"
need userns
says 'that takes root' as_user isle up "$T/p.yaml"
