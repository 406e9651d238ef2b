# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   this machine ── v0 ── v1 ── red, with a name
#                └─ u0 ── u1 ── a process's, without one
#
# `isle monitor`: what comes and goes in all of them, once and in words; no
# namespace is held up by it, none gets an id; JSON, a count, a closed pipe.
. test/kernel/lib.sh
need root veth jq

# the monitor listens once it tells of a link that comes and goes until then
listens()
{
	ip link add probe type veth peer name eborp
	ip link del probe
	grep -q 'probe' "$1"
}

# A name, or whose it is, comes a moment after the namespace, which may be met as nobody's or its maker's.
is_told()
{
	grep -Eq "^[0-9:.]* $1: (\+ namespace|~ namespace, was (pid [0-9]+ |net:))" "$2"
}

# start FILE ARG…: $monitor
start()
{
	local file=$1
	shift
	: >"$file"
	"$ISLE" monitor "$@" >"$file" &
	monitor=$!
	eventually listens "$file"
}

# The lines of FILE from the last probe on, without their time, in order of the alphabet
told()
{
	sed 's/^[0-9:.]* //' "$1" | awk '/probe|eborp/ {n = 0; next} {l[n++] = $0} END {for (i = 0; i < n; i++) print l[i]}' | sort
}

says_all()
{
	[ "$(told "$1")" = "$2" ]
}

# FILE comes to say TEXT and nothing else since it was listened to
hears()
{
	local end=$((SECONDS + patience))
	until says_all "$1" "$2"; do
		[ $SECONDS -lt $end ] || same "$(told "$1")" "$2"
		sleep 0.02
	done
}

start "$T/out"
ids=$(ip netns list)
ip link add v0 type veth peer name v1
ip link set v0 addrgenmode none
ip link set v1 addrgenmode none
ip address add 10.1.0.1/24 dev v0
hears "$T/out" 'the machine: + address 10.1.0.1/24 of v0
the machine: + link v0: veth, down
the machine: + link v1: veth, down'
# what is in a namespace when it is met has come with it
ip netns add red
eventually is_told red "$T/out"
ip link set v1 netns red
eventually grep -q 'red: + link v1' "$T/out"
eventually listens "$T/out"
# the move has brought the kernel's own addresses back, which come at a time of their own
ip -n red link set v1 addrgenmode none
ip -n red link set v1 up
ip link set v0 up
ip route add 10.2.0.0/16 via 10.1.0.9
ip route add unreachable 10.3.0.0/16 metric 7
eventually grep -q 'the machine: + route unreachable 10.3.0.0/16, metric 7' "$T/out"
eventually grep -q 'the machine: + route 10.2.0.0/16 via 10.1.0.9 on v0' "$T/out"
eventually grep -q 'the machine: ~ link v0: up$' "$T/out"
eventually grep -q 'red: ~ link v1: up$' "$T/out"
# the kernel does not tell of these
ip link set v0 down
eventually grep -q 'the machine: - route 10.2.0.0/16 via 10.1.0.9 on v0' "$T/out"
eventually grep -q 'the machine: - route 10.1.0.0/24 on v0' "$T/out"
eventually listens "$T/out"
ip link set v0 name w0
ip address del 10.1.0.1/24 dev w0
hears "$T/out" 'the machine: - address 10.1.0.1/24 of w0
the machine: ~ link w0: was v0'

# a process's namespace, which nobody tells of, is met when it is wired
unshare --net sleep 1000 &
sleeper=$!
eventually elsewhere "$sleeper"
ip link add u0 type veth peer name u1 netns $sleeper
eventually is_told "pid $sleeper sleep" "$T/out"
eventually grep -q "pid $sleeper sleep: + link u1: veth, down" "$T/out"
ip -n red address add 10.4.0.1/24 dev v1
eventually grep -q 'red: + address 10.4.0.1/24 of v1' "$T/out"
# a name it has got since, and lost
touch /run/netns/late
mount --bind /proc/$sleeper/ns/net /run/netns/late
eventually grep -q "late: ~ namespace, was pid $sleeper sleep" "$T/out"
umount /run/netns/late
eventually grep -q "pid $sleeper sleep: ~ namespace, was late" "$T/out"
rm /run/netns/late

# they end although somebody listens in them: their wires go
gone()
{
	! ip link show "$1" >/dev/null 2>&1
}
kill $sleeper
wait $sleeper || :
eventually gone u0
eventually grep -q "pid $sleeper sleep: - namespace" "$T/out"
eventually grep -q 'the machine: - link u0' "$T/out"
ip netns del red
eventually gone w0
eventually grep -q 'red: - namespace' "$T/out"
same "$(ip netns list)" "$ids"
not grep -q '!' "$T/out"
kill -TERM $monitor
wait $monitor

# two of them do not hold up each other
start "$T/one"
one=$monitor
start "$T/two"
ip netns add red
ip link add v0 type veth peer name v1 netns red
eventually grep -q 'red: + link v1' "$T/one"
eventually grep -q 'red: + link v1' "$T/two"
ip netns del red
eventually gone v0
kill -INT $one $monitor
wait $one
wait $monitor

# no id is given
ip netns add red
start "$T/out"
ip netns add blue
eventually is_told blue "$T/out"
same "$(ip netns list | sort | tr '\n' ' ')" 'blue red '
kill $monitor
wait $monitor
ip netns del blue

# as data, as many as asked for
start "$T/json" --json --neighbours
ip -n red link add v1 type veth peer name v0 netns $$
ip link set v0 addrgenmode none up
ip address add 10.1.0.1/24 dev v0
ip neighbour add 10.1.0.7 lladdr 02:00:00:00:00:07 dev v0
ip route add default via 10.1.0.7 dev v0 onlink
eventually grep -q '"default"' "$T/json"
kill $monitor
wait $monitor
same "$(jq -r .version "$T/json" | sort -u)" 1
has()
{
	jq -es "any(.[]; $1)" "$T/json" >"$T/jq" || die "no event with $1"
}
has '.what == "link" and .label == "red" and .event == "came" and .link.name == "v1" and .link.kind == "veth"'
has '.what == "address" and .address.address == "10.1.0.1/24" and .address.interface == "v0"'
has '.what == "neighbour" and .neighbour.mac == "02:00:00:00:00:07"'
has '.what == "route" and .route.hops[0].via == "10.1.0.7"'
has '(.time | test("^[0-9-]+T[0-9:.]+Z$"))'
"$ISLE" monitor --count 2 >"$T/two" &
monitor=$!
ends()
{
	ip link add probe type veth peer name eborp
	ip link del probe
	! test -e /proc/$monitor/ns/net
}
eventually ends
wait $monitor
same "$(wc -l <"$T/two")" 2
fails=2 fails isle monitor -n 0
fails=2 fails isle monitor something

# nobody reads it any more
{ "$ISLE" monitor || :; echo ended >"$T/ended"; } | head -n 1 >"$T/first" &
pipe_ends()
{
	ip link add probe type veth peer name eborp
	ip link del probe
	test -s "$T/ended"
}
eventually pipe_ends
same "$(wc -l <"$T/first")" 1
