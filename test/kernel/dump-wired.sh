# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   red .1 --- .2 blue                     10.0.3.0/24, a pair, MTU 1400
#   beijing .1 --- br0 --- .2 shanghai     10.0.0.0/24, a bridge of the machine's
#   ns0 .2 --- br1 (.1) --- .3 ns1         10.1.1.0/24, the machine is their default route
#   container001 .2 --- .1 veth0           10.0.1.0/24, an end that the machine has
#   router (inner, a bridge in it) --- leaf
#
# Namespaces wired by hand, as tutorials do it, are dumped; a lab that comes up
# from that is the same inside of each, and its dump is the same file, but for the
# comments about what the machine had.
. test/kernel/lib.sh
need root veth bridge

picture()
{
	"$@" ip -o link show | sed -E 's/^[0-9]+: ([^:@]+)[^:]*: <([^>]*)> (mtu [0-9]+).*link\/[a-z]+ ([0-9a-f:]+).*/\1 \2 \3 \4/' |
		sed -E 's/ [A-Z_,-]*\<UP\>[A-Z_,-]* / up /; s/ [A-Z_,-]*[A-Z_-] / down /' | sort
	# what the kernel makes of MACs, labs have only where there is IPv6; a lo that is down has been up there
	"$@" ip -o address show | sed -E 's/^[0-9]+: //; s/ +/ /g; s/\\.*//; s/ brd [0-9.]+//; /inet6 fe80/d; /^lo inet6? (127|::1)/d' | sort
	"$@" ip -4 route show table all | sed '/table local/d; s/ linkdown//; s/ proto static//' | sort
	"$@" ip -6 route show table all | sed '/table local/d; /^fe80/d; /^multicast/d; /^ff00/d; s/ linkdown//; s/ proto static//' | sort
	"$@" cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
}

# $1: the file's name; then namespaces. The dump goes to $T/one.yaml.
round()
{
	local lab=$1 ns was
	shift
	was=$(for ns; do picture ip netns exec "$ns"; done)
	isle dump --lab "$lab" "$@" >"$T/one.yaml"
	isle check "$T/one.yaml" >/dev/null 2>&1
	isle up "$T/one.yaml" >/dev/null
	same "$was" "$(for ns; do picture isle exec "$ns.$lab"; done)"
	isle dump "$lab" >"$T/two.yaml"
	same "$(sed "/^ *#/d" "$T/one.yaml")" "$(sed "/^ *#/d" "$T/two.yaml")"
	isle down "$lab" >/dev/null
}

# 003: a pair, one end down at first
ip netns add red
ip netns add blue
ip link add veth0 mtu 1400 type veth peer name veth1 mtu 1400
ip link set veth0 netns red
ip link set veth1 netns blue
ip -n red address add 10.0.3.1/24 dev veth0
ip -n blue address add 10.0.3.2/24 dev veth1
ip -n red link set veth0 up
round half blue red
ip -n red link set lo up
ip -n blue link set veth1 up
ip -n blue address add 192.0.2.7/32 dev lo
round pair red blue
grep -q 'links:' "$T/one.yaml"
grep -q 'mtu: 1400' "$T/one.yaml"

# 002: a bridge in the machine's namespace
ip link add br0 type bridge
ip link set br0 up
n=0
for city in beijing shanghai; do
	n=$((n + 1))
	ip netns add $city
	ip link add "port$n" type veth peer name eth0 netns $city
	ip link set "port$n" master br0 up
	ip -n $city address add 10.0.0.$n/24 dev eth0
	ip -n $city address add fd00::$n/64 dev eth0 nodad
	ip -n $city link set eth0 up
	ip -n $city link set lo up
done
round cities shanghai beijing
grep -q '  br0:' "$T/one.yaml"

# 004: the bridge has an address, to which they have their default route
ip link add br1 type bridge
ip address add 10.1.1.1/24 dev br1
ip link set br1 up
for n in 0 1; do
	ip netns add ns$n
	ip link add "p$n" type veth peer name eth0 netns ns$n
	ip link set "p$n" master br1 up
	ip -n ns$n address add 10.1.1.$((n + 2))/24 dev eth0
	ip -n ns$n link set eth0 up
	ip -n ns$n route add default via 10.1.1.1
done
ip -n ns1 route add 203.0.113.0/24 via 10.1.1.2 metric 50 mtu 1300
ip -n ns1 route add unreachable 198.51.100.0/24
ip netns exec ns0 sysctl -qw net.ipv4.ip_forward=1
round gateway ns0 ns1
grep -q 'gateway: 10.1.1.1' "$T/one.yaml"
grep -q '# 10.1.1.1/24, of br1 itself' "$T/one.yaml"
# one of them alone: the other is a port that leads elsewhere
says '# br1 has another port, p1, to eth0 of ns1' isle dump ns0

# 000: the other end is the machine's own
ip netns add container001
ip link add veth0 type veth peer name veth1 netns container001
ip address add 10.0.1.1/24 dev veth0
ip link set veth0 up
ip -n container001 address add 10.0.1.2/24 dev veth1
ip -n container001 link set veth1 up
ip -n container001 route add default via 10.0.1.1
round outside container001
grep -q '# the other end of veth1 is veth0 of' "$T/one.yaml"

# a bridge inside of a host is an interface with a port, and what no key says
ip netns add router
ip netns add leaf
ip -n router link add inner type bridge
ip -n router link add w0 type veth peer name eth0 netns leaf
ip -n router link set w0 master inner up
ip -n router link set inner up
ip -n router address add 10.7.0.1/24 dev inner
ip -n leaf address add 10.7.0.2/24 dev eth0
ip -n leaf link set eth0 up
ip -n leaf route add default via 10.7.0.1
ip -n leaf rule add from 10.9.0.0/16 lookup 77 priority 500
ip -n leaf rule add fwmark 5/0xff blackhole priority 501
ip -n leaf neigh add 10.7.0.9 lladdr 02:00:00:00:00:09 dev eth0
isle dump router leaf >"$T/one.yaml"
grep -q 'inner: {kind: bridge, addresses: \[10.7.0.1/24\]' "$T/one.yaml"
grep -q 'w0: {master: inner' "$T/one.yaml"
grep -q 'rules: \[{from: 10.9.0.0/16, priority: 500, table: 77}\]' "$T/one.yaml"
grep -q '# rule 501: from all fwmark 0x5 action 6' "$T/one.yaml"
grep -q 'neighbours: {10.7.0.9: "02:00:00:00:00:09"}' "$T/one.yaml"
isle check "$T/one.yaml" >/dev/null 2>&1
ip -n leaf rule del priority 501
round inside router leaf

# an interface with a kind, on one that has to be called by its name
if has_link vxlan; then
	ip -n red link add vx type vxlan id 9 dev veth0 group 239.1.1.1 dstport 4790 ttl 5
	ip -n red link set vx up
	ip -n red address add 10.8.0.1/24 dev vx
	round kinds red blue
	grep -q 'group: 239.1.1.1' "$T/one.yaml"
	grep -q 'dev: veth0' "$T/one.yaml"
fi

# names that a lab file does not take
ip netns add 9lives
ip netns add host
ip netns add 'a.b'
isle dump 9lives host a.b >"$T/one.yaml"
isle check "$T/one.yaml" >/dev/null 2>&1
grep -q '# 9lives' "$T/one.yaml"
grep -q '# a.b' "$T/one.yaml"
same "$(isle plan "$T/one.yaml" | grep -c '^+ host')" 3
