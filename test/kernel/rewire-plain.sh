#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	red ── blue		tutorial 003 in a line
#	red ── br0 ── blue	tutorial 002: br0 of the machine
#
# Plain namespaces, no lab at all: wires, addresses, routes, settings, one at a
# time; what cannot be leaves everything as it was; what somebody else made is
# left alone; `--commands` make the same.
. test/kernel/lib.sh
need root veth bridge

ip netns add red
ip netns add blue
apart=$(machine_state)

state()
{
	local ns
	for ns in red blue; do
		ip -n $ns -o link show | sed 's/ *state [A-Z]*//'
		ip -n $ns -o address show
		ip -n $ns route show table all
	done | grep -v 'fe80:\|ff00::'	# the kernel's own come when they come
}

# fails, says TEXT, and nothing is different
refuses()
{
	local was
	was=$(state; ip -o link show)
	fails isle "${@:2}"
	grep -qF -- "$1" "$T/out" || { cat "$T/out" >&2; die "'isle ${*:2}' does not say: $1"; }
	same "$was" "$(state; ip -o link show)"
}

# tutorial 003
same "$(isle connect red blue --addresses 10.0.0.1/24,10.0.0.2/24)" 'connected red:eth0 to blue:eth0'
ip netns exec red ping -c 1 -W 5 10.0.0.2 >/dev/null
ip netns exec blue ping -c 1 -W 5 10.0.0.1 >/dev/null
same "$(ip -n red -o link show | grep -c 'altname isle:wire:')" 1
not test -e /run/isle

refuses "red has an interface 'eth0' already" connect red:eth0 blue
refuses '10.0.0.1/24 is taken: red:eth0 has it already' connect red blue -a 10.0.0.1/24,10.0.0.9/24
refuses "'10.0.0.300/24' is no address" connect red blue -a 10.0.0.300/24
refuses "'nope'" connect red nope
refuses "isle bridge addbr br0" connect red br0
refuses "lo of the machine is no bridge" connect red host:lo
refuses "this machine has no interface 'br9'" connect red host:br9
refuses 'longer than 15 bytes' connect red:averylonginterfacename blue
refuses "has no option 'colour'" connect red blue colour=red
refuses 'mtu is from 68 to 65535' connect red blue mtu=12
refuses "'veeth'" connect red blue veeth
refuses "is not KEY=VALUE" connect red blue veth what
refuses "is no process" connect red pid:nobody

# one at a time
isle addr add red 10.0.5.1/24 >/dev/null
ip -n red -o address show | grep -q ' 10\.0\.5\.1/24 '
refuses 'is taken' addr add red 10.0.5.1/24
refuses 'is no address' addr add red 10.0.5/24
isle addr del red 10.0.5.1/24 >/dev/null
not sh -c 'ip -n red -o address show | grep -q " 10\.0\.5\.1/24 "'
refuses 'has no address 10.0.5.1' addr del red 10.0.5.1/24
refuses "has no interface 'eth7'" addr add red:eth7 10.0.5.1/24
isle addr add blue fd00::2/64 >/dev/null
isle addr add red fd00::1/64 >/dev/null
ip netns exec red ping -c 1 -W 5 fd00::2 >/dev/null

isle route add red 10.9.0.0/16 via 10.0.0.2 metric 7 >/dev/null
same "$(ip -n red route show 10.9.0.0/16)" '10.9.0.0/16 via 10.0.0.2 dev eth0 proto static metric 7 '
isle route add red 10.8.0.0/16 blackhole >/dev/null
isle route add red default 10.0.0.2 >/dev/null
refuses 'has a route to default already' route add red default 10.0.0.2
refuses 'is an address, not a prefix' route add red 10.9.0.1/16 10.0.0.2
refuses 'it is for multicast' addr add red:eth0 224.0.0.1/32
refuses 'it means no address' addr add red:lo 0.0.0.0/0
refuses 'is no next router' route add red 10.7.0.0/16 blue
refuses 'Nexthop has invalid gateway' route add red 10.7.0.0/16 172.16.0.1
refuses "has no interface 'eth7'" route add red 10.7.0.0/16 dev eth7
refuses "'via' wants a value" route add red 10.7.0.0/16 via
isle route del red default >/dev/null
isle route del red 10.8.0.0/16 >/dev/null
isle route del red 10.9.0.0/16 >/dev/null
refuses 'has no route to 10.9.0.0/16' route del red 10.9.0.0/16
# which of several; several next routers
isle route add red 10.9.0.0/16 via 10.0.0.2 metric 7 >/dev/null
isle route add red 10.9.0.0/16 blackhole metric 9 table 77 >/dev/null
isle route add red 10.9.0.0/16 10.0.0.2 metric 8 >/dev/null
refuses 'has no such route to 10.9.0.0/16' route del red 10.9.0.0/16 metric 9
refuses "which route goes is not told by 'via'" route del red 10.9.0.0/16 via 10.0.0.2
isle route del red 10.9.0.0/16 metric 8 >/dev/null
isle route del red 10.9.0.0/16 table 77 >/dev/null
same "$(ip -n red route show table all to 10.9.0.0/16)" '10.9.0.0/16 via 10.0.0.2 dev eth0 proto static metric 7 '
isle route del red 10.9.0.0/16 >/dev/null
isle route add red 10.9.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.0.3 dev eth0 >/dev/null
same "$(ip -n red route show 10.9.0.0/16 | grep -c 'nexthop via 10.0.0.[23] dev eth0')" 2
isle route del red 10.9.0.0/16 >/dev/null
refuses '10.0.0.2 is of another family than fd01::/64' route add red fd01::/64 10.0.0.2
refuses 'route add red 10.9.0.0/16 via 10.0.0.2 dev IF onlink' route add red 10.9.0.0/16 via 10.0.0.2 onlink
same "$(ip -n red route show)" '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 '

isle set red:eth0 mtu=1400 mac=02:00:00:00:00:77 >/dev/null
ip -n red link show eth0 | grep -q 'mtu 1400'
ip -n red link show eth0 | grep -q 02:00:00:00:00:77
# of two the second is refused: the first is as it was
refuses 'mac is' set red:eth0 mtu=1300 mac=03:00:00:00:00:77
refuses 'refused by the kernel' set red:eth0 mtu=1300 mac=00:00:00:00:00:00
refuses "has no key 'colour'" set red:eth0 colour=red
isle set red sysctl.net.ipv4.ip_forward=1 >/dev/null
same "$(ip netns exec red cat /proc/sys/net/ipv4/ip_forward)" 1
refuses 'is no sysctl' set red sysctl.kernel.hostname=x
refuses 'net.ipv4.nope' set red sysctl.net.ipv4.nope=1

isle link down red blue >/dev/null
same "$(ip -n blue -br link show eth0 | awk '{print $2}')" DOWN
isle link up red blue >/dev/null
eventually ip netns exec red ping -c 1 -W 1 10.0.0.2
refuses 'which link of red' link down red
isle link down red:eth0 >/dev/null
isle link up red:eth0 >/dev/null

# several
isle connect red blue >/dev/null
refuses 'red:eth0, red:eth1' disconnect red blue
refuses 'are not connected' disconnect red blue:eth9
isle disconnect red:eth1 blue >/dev/null
isle disconnect blue red >/dev/null
refuses 'are not connected' disconnect red blue
refuses 'has no wire that isle made' disconnect red
refuses 'lab nolab is not up' connect red blue --lab nolab
refuses "no address is in ','" connect red blue -a ,

# what is not ours
ip link add v0 netns red type veth peer name v1 netns blue
refuses 'was not made by isle' disconnect red blue
refuses 'has no wire that isle made' disconnect red
refuses 'its loopback' disconnect red:lo
isle disconnect --any red blue >/dev/null
ip link add v0 netns red type veth peer name v1 netns blue
isle disconnect red:v0 >/dev/null
unchanged_since "$apart"

# tutorial 002
ip link add br0 type bridge
ip link set br0 up
isle connect red br0 --addresses 10.1.0.1/24 >/dev/null
isle connect blue br0 --addresses 10.1.0.2/24 >/dev/null
same "$(ip -o link show master br0 | grep -c 'altname isle:wire:')" 2
eventually ip netns exec red ping -c 1 -W 1 10.1.0.2
isle disconnect red br0 >/dev/null
isle link down blue br0 >/dev/null
same "$(ip -br link show master br0 | awk '{print $2}')" DOWN
isle disconnect br0 blue >/dev/null
same "$(ip -o link show master br0)" ''
# two bridges, tutorial 001; one that is down is told of
ip link add br1 type bridge
isle connect blue br1 -a 10.1.0.2/24 >"$T/out" 2>&1
grep -q 'br1 is down: nothing goes through it' "$T/out"
isle link up host:br1 >/dev/null
isle connect red br0 -a 10.1.0.1/24 >/dev/null
# the kernel says it of a bridge up to a second later
both_up()
{
	[ "$(ip -br link show type bridge | awk '{ print $2 }')" = $'UP\nUP' ]
}
eventually both_up
refuses 'has no addresses' connect br0 br1 -a 10.1.0.3/24
refuses 'br0 is at both ends' connect br0 br0
isle connect br0 br1 >"$T/out"
grep -qE '^connected br0, by its port p[0-9a-f]* to br1, by its port p[0-9a-f]*$' "$T/out"
eventually ip netns exec red ping -c 1 -W 1 10.1.0.2
isle link down br0 br1 >/dev/null
not ip netns exec red ping -c 1 -W 1 10.1.0.2
isle disconnect br0 br1 >/dev/null
same "$(ip -o link show type veth | grep -c 'master br')" 2
isle disconnect br0 >/dev/null
isle disconnect br1 >/dev/null
ip link del br1
# named alone, the bridge stays, and what others have on it
refuses 'no wire on br0' disconnect br0
refuses 'no wire on host:br0' disconnect host:br0
ip link add w0 type veth peer name w1
ip link set w0 master br0
isle connect red br0 >/dev/null
same "$(isle disconnect br0 | sed "s|:p.*|:p|")" "disconnected the machine:p"
same "$(ip -br link show master br0 | awk '{print $1}')" w0@w1
refuses 'no wire on w0' disconnect w0
isle disconnect host:w0 >/dev/null
# a bridge in a namespace; a namespace by its process, and by its path
ip netns add sw
ip -n sw link add br0 type bridge
ip -n sw link set br0 up
isle connect red sw:br0 -a 10.1.0.1/24 >/dev/null
isle connect /run/netns/blue sw:br0 -a 10.1.0.2/24 >/dev/null
eventually ip netns exec red ping -c 1 -W 1 10.1.0.2
ip netns exec blue sleep 1000 &
eventually sh -c "[ \$(stat -Lc %i /proc/$!/ns/net) = $(stat -Lc %i /run/netns/blue) ]"
isle disconnect "pid:$!" sw:br0 >/dev/null
kill $!
wait $! || :
isle disconnect red >/dev/null
ip netns del sw
ip link del br0
unchanged_since "$apart"

# what --commands print does the same, and they themselves nothing
isle connect red:a blue:b --addresses 10.0.0.1/24,10.0.0.2/24 mtu=1400 --commands >"$T/commands"
grep -q '^ip -n blue link add .*type veth peer name a .*netns red$' "$T/commands"
unchanged_since "$apart"
sh -e "$T/commands"
ip netns exec red ping -c 1 -W 5 10.0.0.2 >/dev/null
isle disconnect --any red blue --commands >"$T/commands"
sh -e "$T/commands"
unchanged_since "$apart"
isle connect red blue --json | grep -q '"said": "connected red:eth0 to blue:eth0"'
isle connect red blue --commands --json | grep -q '"done": false'

# without privilege: it says what to do
refuses_user()
{
	says "$1" as_user "$T/isle" "${@:2}"
}
same "$(isle disconnect red blue)" 'disconnected red:eth0'
refuses_user 'unshare -Urnm' connect red blue

# and in a user namespace of one's own all of it works
install -m 755 "$T/isle" /tmp/isle
as_user unshare -Urnm --propagation private sh -ec '
	mount -t tmpfs tmpfs /run
	$0 netns add red
	$0 netns add blue
	$0 connect red blue -a 10.0.0.1/24,10.0.0.2/24
	$0 ping red 10.0.0.2
	$0 disconnect red blue
' /tmp/isle >"$T/out" 2>&1 || { cat "$T/out"; die 'not in a user namespace'; }

ip netns del red
ip netns del blue
