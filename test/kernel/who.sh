# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   blue eth0 10.0.0.2 ── port0 ─ br0 10.0.0.1  this machine  out0 192.0.2.2 ── out1 far 192.0.2.1
#                                                masquerades
#
# Whose an interface is, by name, address, MAC and namespace id; its way out
# through a switch, a router and NAT; and nothing was given an id by asking.
. test/kernel/lib.sh
need root veth bridge nft jq
before=$(machine_state)

ip netns add blue
ip netns add far
ip link add br0 type bridge
ip link add port0 type veth peer name eth0 netns blue
ip link add out0 type veth peer name out1 netns far
for l in br0 port0 out0; do ip link set $l addrgenmode none; done
ip -n blue link set eth0 addrgenmode none address 02:00:00:00:00:42
ip -n far link set out1 addrgenmode none
ip link set port0 master br0 up
ip link set br0 up
ip link set out0 up
ip -n blue link set eth0 up
ip -n far link set out1 up
ip address add 10.0.0.1/24 dev br0
ip address add 192.0.2.2/24 dev out0
ip -n blue address add 10.0.0.2/24 dev eth0
ip -n far address add 192.0.2.1/24 dev out1
ip -n blue route add default via 10.0.0.1
ids=$(ip netns list)

isle who port0 >"$T/who"
grep -qx 'port0 of the machine' "$T/who"
grep -qx '  other end  eth0 of blue, 10.0.0.2/24' "$T/who"
grep -qx '  port of    br0 (bridge), 10.0.0.1/24' "$T/who"
grep -q '^  whose      blue, net:' "$T/who"
grep -qx '  way out    blue: by eth0 to 10.0.0.1, br0 of the machine' "$T/who"
grep -qx '             the machine has no default route' "$T/who"
# the same one by what else it has
for what in blue:eth0 10.0.0.2 02:00:00:00:00:42; do
	same "$(isle who $what | sed -n 1p)" 'eth0 of blue'
done
id=$(ip -j link show port0 | jq '.[0].link_netnsid')
same "$(isle who "nsid:$id" | sed -n 1p)" "nsid:$id is blue"

# on to the next one, which does what routers do
ip route add default via 192.0.2.1
says 'the machine does not forward IPv4' isle who port0
# what comes in by br0 is asked of br0
echo 1 >/proc/sys/net/ipv4/conf/br0/forwarding
isle who port0 >"$T/who"
not grep -q 'the machine does not forward' "$T/who"
echo 0 >/proc/sys/net/ipv4/conf/br0/forwarding
echo 1 >/proc/sys/net/ipv4/ip_forward
nft 'table ip nat { chain post { type nat hook postrouting priority srcnat; oif "out0" masquerade; }; }'
isle who port0 >"$T/who"
grep -qx '             the machine (masquerades): by out0 to 192.0.2.1, out1 of far' "$T/who"
grep -qx '             far has no default route' "$T/who"
isle who port0 --json >"$T/who.json"
same "$(jq -c '.version, .matches[0].whose.label, .matches[0].interface.peer.interface, .matches[0].interface.master' "$T/who.json")" \
	'1
"blue"
"eth0"
"br0"'
same "$(jq -c '.matches[0].ways[0] | .end, [.steps[].label], [.steps[].masquerades]' "$T/who.json")" \
	'"no route"
["blue","the machine","far"]
[false,true,false]'

fails=1 fails isle who eth7
says "no interface that can be seen has the name or MAC 'eth7'" isle who eth7
says 'it is in 10.0.0.0/24, where br0 of the machine is' isle who 10.0.0.77
says 'given the id 4711 to nobody' isle who nsid:4711
same "$(ip netns list)" "$ids"

echo 0 >/proc/sys/net/ipv4/ip_forward
nft delete table ip nat
ip --all netns delete
ip link del br0
ip link del port0 2>/dev/null || :
ip link del out0 2>/dev/null || :
umount /run/netns
rmdir /run/netns
unchanged_since "$before"
