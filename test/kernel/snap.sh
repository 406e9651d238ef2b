# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A snapshot has every namespace with its links, and each link's other end,
# wherever it is, while nothing on the machine changes. The machine:
#
#	br0 ─ ax ──── bx        v0 ════ v1 (web)        x0 (web) ════ x1 (db)
#
# and a lab of 50 hosts on one switch.
. test/kernel/lib.sh
need veth bridge

snap=$BUILD/test/kernel/snap

# the line of link $2 of the namespace called $1, in $T/snap
link()
{
	awk -v ns="$1" -v link="$2" '/^[a-z]/ { here = $2 == ns || ($2 " " $3) == ns } here && $1 == "link" && $2 == link' "$T/snap"
}

has()
{
	case $(link "$1" "$2") in
	*"$3"*) ;;
	*) cat "$T/snap"; die "$1:$2 is not: $3" ;;
	esac
}

ip netns add web
ip netns add db
ip link add ax type veth peer name bx
ip link add br0 type bridge
ip link set ax master br0
ip link set dev ax alias 'a port'
ip link property add dev ax altname port-of-br0
ip link add v0 type veth peer name v1 netns web
ip -n web link add x0 type veth peer name x1 netns db
ip link set v0 addrgenmode none up
ip -n web link set v1 addrgenmode none up
ip addr add 10.0.0.1/24 brd + dev v0
ip addr add 10.3.0.1 peer 10.4.0.1/24 dev bx
ip -n web addr add 10.0.0.2/24 dev v1
ip -n web route add default via 10.0.0.1
ip route add 10.9.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3
ip route add blackhole 10.8.0.0/16 metric 7
ip route add 10.7.0.0/16 via inet6 fe80::1 dev v0 mtu 1300 table 77

names=$(ip netns list)
neighbours=$(ip neigh show nud all; ip -n web neigh show nud all)
state=$(machine_state)
"$snap" addresses routes >"$T/snap"
same "$state" "$(machine_state)"
same "$names" "$(ip netns list)"
same "$neighbours" "$(ip neigh show nud all; ip -n web neigh show nud all)"

has 'the machine' ax 'kind veth master br0 peer the machine:bx alias a port altname port-of-br0'
has 'the machine' bx 'peer the machine:ax'
has 'the machine' br0 'kind bridge mtu 1500 stays'
has 'the machine' lo 'stays'
has 'the machine' v0 'peer web:v1 mtu 1500 up nolinklocal'
has web v1 'peer the machine:v0'
has web x0 'peer db:x1'
has db x1 'peer web:x0'
says '    address 10.0.0.1/24 broadcast 10.0.0.255/24' cat "$T/snap"
says '    address 10.3.0.1/32 peer 10.4.0.1/24' cat "$T/snap"
says 'route 0.0.0.0/0 type 1 table 254 proto 3 metric 0 hop via 10.0.0.1/32 dev v1 weight 1' cat "$T/snap"
says 'hop via 10.0.0.2/32 dev v0 weight 2 hop via 10.0.0.3/32 dev v0 weight 1' cat "$T/snap"
says 'route 10.8.0.0/16 type 6 table 254 proto 3 metric 7' cat "$T/snap"
says 'route 10.7.0.0/16 type 1 table 77 proto 3 metric 0 mtu 1300 hop via fe80::1/128 dev v0' cat "$T/snap"
not grep 'table 255' "$T/snap"

# of given ones only: what is elsewhere is not seen
"$snap" -n db web >"$T/snap"
same "$(grep -v '^ ' "$T/snap")" "$(printf '%s\n' 'named db' 'named web')"
has web x0 'peer db:x1'
has web v1 'peer unseen'

# hosts in the order of the file, each with its own port
hosts=$(for i in $(seq 50 -1 1); do echo "h$i"; done)
cat >"$T/star.yaml" <<EOF
lab: star
networks: {lan: {subnet: 10.1.0.0/24, hosts: [$(paste -sd, <<<"$hosts")]}}
EOF
isle up "$T/star.yaml"
"$snap" >"$T/snap"
same "$(sed -n 's/^host \([^ ]*\)\.star lab star$/\1/p' "$T/snap")" "$hosts"
same "$(grep -c '^fabric star/fabric lab star' "$T/snap")" 1
same "$(grep -c 'peer star/fabric:' "$T/snap")" 50
for h in $hosts; do
	port=$(link "$h.star" eth0 | sed 's/.*peer star\/fabric:\([^ ]*\) .*/\1/')
	has star/fabric "$port" "peer $h.star:eth0"
done
isle down star
