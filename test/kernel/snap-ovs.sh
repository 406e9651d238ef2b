# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   this machine: red .1 ── v0 br0 (ovs) == p0 p1 == br1 (ovs) v1 ── blue .2      lab sw: a, b on lan (ovs)
#                                  gone0, tun0 vxlan
#
# Bridges and ports of Open vSwitch on the map: of the machine's own, and of the
# one that a lab has to itself. What no interface stands for has its line too.
. test/kernel/lib.sh
need root veth tun ovs-vswitchd ovs-vsctl jq

ip netns add red
ip netns add blue
ip link add v0 type veth peer name eth0 netns red
ip link add v1 type veth peer name eth0 netns blue
for i in 'red address add 10.0.0.1/24 dev' 'blue address add 10.0.0.2/24 dev' 'red link set up' 'blue link set up'; do
	# shellcheck disable=SC2086
	ip -n $i eth0
done
for i in v0 v1; do
	ip link set $i addrgenmode none up
done
ovs=$T/ovs
mkdir "$ovs"
export OVS_RUNDIR=$ovs
ovsdb-tool create "$ovs/conf.db" /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server "$ovs/conf.db" "--remote=punix:$ovs/db.sock" --detach "--pidfile=$ovs/db.pid" -vconsole:off -vsyslog:off "--unixctl=$ovs/db.ctl"
ovs-vswitchd "unix:$ovs/db.sock" --detach "--pidfile=$ovs/vs.pid" -vconsole:off -vsyslog:off "--unixctl=$ovs/vs.ctl"
v=(ovs-vsctl "--db=unix:$ovs/db.sock" --timeout=60)
"${v[@]}" add-br br0 -- set bridge br0 datapath_type=netdev
"${v[@]}" add-br br1 -- set bridge br1 datapath_type=netdev
"${v[@]}" add-port br0 v0 tag=5 -- add-port br1 v1
"${v[@]}" add-port br0 p0 -- set interface p0 type=patch options:peer=p1 -- add-port br1 p1 -- set interface p1 type=patch options:peer=p0
"${v[@]}" add-port br0 tun0 -- set interface tun0 type=vxlan options:remote_ip=192.0.2.9
"${v[@]}" add-port br1 gone0 2>/dev/null || :
ip link set br0 up
ip link set br1 up
ids=$(ip netns list)

isle map --no-addresses 'the machine' >"$T/map"
same "$(sed 's/ *\[[^]]*\]$//; s/ *$//' "$T/map")" 'the machine
├─ br0       bridge of Open vSwitch
│  ├─ v0     ─── eth0 of red  tag 5
│  ├─ p0     ─── p1 of br1
│  └─ tun0   vxlan {remote_ip="192.0.2.9"}
└─ br1       bridge of Open vSwitch
   ├─ v1     ─── eth0 of blue
   ├─ gone0
   └─ p1     ─── p0 of br0'
grep -q 'gone0 .*\[not there\]' "$T/map"
isle map red | grep -q 'eth0 .*─── v0 of the machine, on br0'
isle map --json >"$T/json"
same "$(jq -c '.namespaces[0].ovs | map([.bridge, .interface, .type, .tag]) | sort' "$T/json")" \
	'[["br0","br0","internal",null],["br0","p0","patch",null],["br0","tun0","vxlan",null],["br0","v0","",5],["br1","br1","internal",null],["br1","gone0","",null],["br1","p1","patch",null],["br1","v1","",null]]'
same "$(jq -r '.namespaces[0].links[] | select(.name == "v1").master' "$T/json")" br1
# from one to the other by the patch
ip -n red route add default via 10.0.0.2
says 'red: by eth0 to 10.0.0.2, eth0 of blue' isle who red:eth0
says 'port of    br0 (bridge of Open vSwitch)' isle who v0
isle map --dot >"$T/dot"
# one whose database does not answer holds up nobody
kill -STOP "$(cat "$ovs/db.pid")"
same "$(isle map --json | jq -c '.namespaces[0] | [.ovs_unseen, .ovs]')" '[true,[]]'
kill -CONT "$(cat "$ovs/db.pid")"
same "$(ip netns list)" "$ids"

# a lab's own
printf 'lab: sw\nnetworks: {lan: {switch: ovs, subnet: 10.7.0.0/24, hosts: [a, b]}}\n' | isle up -
same "$(isle map sw)" 'lab sw  2 hosts, 1 switch
└─ lan         10.7.0.0/24
   ├─ a  eth0  10.7.0.1/24
   └─ b  eth0  10.7.0.2/24'
isle down sw
kill "$(cat "$ovs/vs.pid")" "$(cat "$ovs/db.pid")"
