# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   this machine ─┬─ veth0 ── veth1 blue          red: nothing but lo
#                 ├─ vlan 7 on veth0              kod: a name of a process's namespace
#                 └─ br0 ─┬─ beijing eth0 ─ shanghai eth0: the same switch
#
#   lab office: gw and pc1…pc6 on lan, gw -- isp         lab second: a -- b
#
# The map in its forms: golden text at 80 columns, ASCII, JSON that jq reads,
# dot that graphviz parses; filters; and nothing that it looked at has changed.
. test/kernel/lib.sh
need root veth bridge jq
before=$(machine_state)

# 000, 004: a namespace with lo, which is down; a veth to the machine
ip netns add red
ip netns add blue
ip link add veth0 type veth peer name veth1 netns blue
ip link set veth0 addrgenmode none
ip -n blue link set veth1 addrgenmode none
ip address add 10.1.1.1/24 dev veth0
ip -n blue address add 10.1.1.2/24 dev veth1
same "$(isle map blue)" 'blue
├─ lo                  [down]
└─ veth1  10.1.1.2/24  ─── veth0 of the machine  [down]'
ip link set veth0 up
ip -n blue link set veth1 up
ip -n blue link set lo up
# 001, 002: two on a bridge
ip link add br0 type bridge
ip link set br0 addrgenmode none
for city in beijing shanghai; do
	ip netns add $city
	ip link add to-$city type veth peer name eth0 netns $city
	ip link set to-$city addrgenmode none
	ip -n $city link set eth0 addrgenmode none
	ip link set to-$city master br0 up
	ip -n $city link set eth0 up
done
ip -n beijing address add 10.0.0.1/24 dev eth0
ip -n shanghai address add 10.0.0.2/24 dev eth0
ip link set br0 up
# 003: a symbolic link to a process's namespace, as it is done for docker's
unshare --net sleep 1000 &
sleeper=$!
eventually elsewhere "$sleeper"
ln -s /proc/$sleeper/ns/net /run/netns/kod

# the kernel tells of a carrier up to a second later
carries()
{
	[[ $(isle map) != *'no carrier'* ]]
}
eventually carries
ids=$(ip netns list)
same "$(isle map)" "the machine
├─ veth0           10.1.1.1/24  ─── veth1 of blue
└─ br0                          bridge, fixed
   ├─ to-beijing   ─── eth0 of beijing
   └─ to-shanghai  ─── eth0 of shanghai

beijing
├─ lo                 [down]
└─ eth0  10.0.0.1/24  ─── to-beijing of the machine, on br0

blue
└─ veth1  10.1.1.2/24  ─── veth0 of the machine

shanghai
├─ lo                 [down]
└─ eth0  10.0.0.2/24  ─── to-shanghai of the machine, on br0

nothing but lo, which is down
kod  red"
same "$(isle map --ascii --no-addresses --around to-beijing)" 'the machine
`- br0             bridge, fixed
   |- to-beijing   --- eth0 of beijing
   `- to-shanghai  --- eth0 of shanghai

beijing
`- eth0  --- to-beijing of the machine, on br0

shanghai
`- eth0  --- to-shanghai of the machine, on br0'
# a locale without these letters
LC_ALL=C isle map blue >"$T/ascii"
grep -qx '`- veth1  10.1.1.2/24  --- veth0 of the machine' "$T/ascii"
fails=1 fails isle map nobody
says "there is no network namespace that is called 'nobody'" isle map nobody
says "did you mean 'blue'?" isle map blu
says "no lab 'blue' is up" isle map --lab blue
says "there is no interface 'eth7'" isle map --around eth7
fails=2 fails isle map --dot --json

# labs
cat >"$T/office.yaml" <<'END'
lab: office
networks:
  lan: {subnet: 10.1.0.0/24, gateway: gw, hosts: [gw, pc1..6]}
links: [gw -- isp]
hosts: {lonely: {}}
END
isle up "$T/office.yaml"
printf 'lab: second\nlinks: [a -- b]\n' | isle up -
same "$(isle map office second)" 'lab office  9 hosts, 1 switch
├─ lan                 10.1.0.0/24
│  ├─ gw         eth0  10.1.0.1/24  router
│  └─ pc1 … pc6  eth0  10.1.0.2/24 … 10.1.0.7/24  (6)
├─ gw            eth1  198.18.128.1/30  ─── eth0 of isp 198.18.128.2/30
└─ lonely                               connected to nothing

lab second  2 hosts
└─ a  eth0  198.18.128.1/30  ─── eth0 of b 198.18.128.2/30'
# what was made by hand is seen
ip -n lonely.office link add dummy0 type dummy 2>/dev/null || ip -n lonely.office link add dummy0 type bridge
isle map --lab office >"$T/drawn"
grep -q '^└─ lonely *dummy0 ' "$T/drawn"

# as data
isle map --json >"$T/map.json"
same "$(jq .version "$T/map.json")" 1
same "$(jq -r '.namespaces[0].owner' "$T/map.json")" machine
same "$(jq -r '.namespaces[] | select(.label == "blue") | .links[] | select(.name == "veth1") | .peer.interface, .addresses[]' "$T/map.json")" \
	'veth0
10.1.1.2/24'
same "$(jq -r '[.namespaces[] | select(.lab == "office") | .host // "-"] | sort | unique | join(" ")' "$T/map.json")" \
	'- gw isp lonely pc1 pc2 pc3 pc4 pc5 pc6'
same "$(jq -r '.namespaces[] | select(.label == "the machine") | .links[] | select(.name == "to-beijing").master' "$T/map.json")" br0
same "$(isle map --json --around veth0 | jq -c '[.namespaces[].links[].name]')" '["veth0","veth1"]'
isle map --dot >"$T/map.dot"
grep -qx 'graph isle {' "$T/map.dot"
if command -v dot >/dev/null; then
	dot -Tsvg "$T/map.dot" >/dev/null 2>"$T/dot.err"
	same "$(cat "$T/dot.err")" ''
	isle map --svg >"$T/map.svg"
	grep -q '</svg>' "$T/map.svg"
else
	says 'it is in the package graphviz' isle map --svg
	PATH=/nowhere fails=1 fails "$ISLE" map --svg
fi

# it has changed nothing: no ids were given
same "$(ip netns list | grep -v office | grep -v second)" "$ids"
isle down office
isle down second
kill $sleeper
rm /run/netns/kod
ip --all netns delete
ip link del br0
ip link del veth0 2>/dev/null || :
umount /run/netns
rmdir /run/netns
unchanged_since "$before"
