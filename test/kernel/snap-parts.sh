# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What a snapshot tells beside links, addresses and routes:
#
#	test v0 ──── v1 in "web", which forwards, translates addresses and listens
. test/kernel/lib.sh
need veth nft python3

snap=$BUILD/test/kernel/snap

# a line of the namespace called $1 in $T/snap is $2
has()
{
	awk -v ns="$1" '/^[a-z]/ { here = $2 == ns || ($2 " " $3) == ns } here' "$T/snap" | grep -qFx -- "$2" ||
		{ cat "$T/snap"; die "$1 has no line: $2"; }
}

ip netns add web
ip link add v0 type veth peer name v1 netns web
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n web link set lo up
ip -n web link set v1 up
ip rule add from 10.1.0.0/16 lookup 77 prio 90
ip rule add not to 10.1.0.0/16 fwmark 5/0xff iif v0 lookup 78 prio 100
ip rule add sport 80 lookup 79 prio 110
ip -6 rule add from fd00::/8 blackhole prio 120
sysctl -qw net.ipv4.conf.v0.forwarding=1
ip netns exec web sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip neigh add 10.0.0.9 dev v0 lladdr 02:00:00:00:00:09
ip netns exec web nft -f - <<'EOF'
table inet nat {
	comment "of a test"
	chain a { type nat hook postrouting priority 100; jump b; }
	chain b { oifname "v1" masquerade; }
}
table ip plain {
	chain c { type filter hook input priority 0; }
}
EOF
mkfifo "$T/in"
ip netns exec web python3 -c '
import socket, sys
a = socket.socket(); a.bind(("127.0.0.1", 8080)); a.listen()
b = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); b.bind(("::", 53))
print("ready", flush=True)
sys.stdin.read()' <"$T/in" >"$T/ready" &
pid=$!
exec 9>"$T/in"
eventually grep -q ready "$T/ready"

state=$(machine_state)
"$snap" all >"$T/snap"
same "$state" "$(machine_state)"

has 'the machine' '  rule 90 from 10.1.0.0/16 action 1 table 77'
has 'the machine' '  rule 100 not to 10.1.0.0/16 iif v0 mark 5/ff action 1 table 78'
has 'the machine' '  rule 110 action 1 table 79 more'
has 'the machine' '  rule 6 120 from fd00::/8 action 6 table 0'
has 'the machine' '  rule 32766 action 1 table 254'
has 'the machine' '    forwards 4'
has 'the machine' '  neighbour 10.0.0.9/32 dev v0 met'
has web 'named web forwards4 forwards6'
has web '  nft 1 nat chains 2 nat masquerades of a test'
has web '  nft 2 plain chains 1 -'
has web "  socket tcp 127.0.0.1/32 port 8080 pid $pid"
has web "  socket udp ::/128 port 53 pid $pid"
exec 9>&-
wait

# parts that were not asked for are not there
"$snap" >"$T/snap"
not grep -E '^ *(address|route|rule|forwards|neighbour|nft|socket)' "$T/snap"
