# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a ---- lan ---- r ---- dmz ---- c       x ---- y     z
#   b ----/                                (both families)
#
# The matrix says who reaches whom, by both families; what is broken is found
# and told apart from what has no way; and no neighbour is left behind.
. test/kernel/lib.sh
need root veth bridge jq
cat >"$T/lab.yaml" <<'Y'
lab: p
networks:
  lan: {subnet: [10.0.1.0/24, "fd00:1::/64"], gateway: r, hosts: [r, a, b]}
  dmz: {subnet: 10.0.2.0/24, gateway: r, hosts: [r, c]}
Y
# state of every neighbour of every host
neighbours()
{
	local h
	for h in r a b c; do
		isle exec "$h" ip neigh show nud all | sed "/^ff02/d; s/lladdr.*//; s/^/$h: /" | sort
	done
}
# how it went from $1 to $2 in $T/json: a list of ok
went()
{
	jq -c --arg a "$1" --arg b "$2" '[.pings[] | select(.from == $a and .to == $b) | .ok]' "$T/json"
}

before=$(machine_state)
isle up "$T/lab.yaml"
# the kernel's own link-local chatter after coming up is not ours
was=$(neighbours)

# everybody reaches everybody: 12 pairs, and 6 of them by IPv6 too
isle ping --json >"$T/json"
same "$(jq -c '[.version, .lab, .asked, .answered]' "$T/json")" '[1,"p",18,18]'
same "$(went a b)" '[true,true]'
same "$(went a c)" '[true]'
jq -e '.pings | all(.rtt_us >= 0 and .why == null)' "$T/json" >/dev/null
isle ping | grep -q '18 of 18 answered'
isle ping a c | grep -q '^a -> c (10.0.2.2): [0-9]*\.[0-9]* ms$'
isle ping a 10.0.2.2
isle ping a fd00:1::3
isle ping a.p b.p
same "$(neighbours)" "$was"

# neighbours that were there stay; permanent ones too
isle exec a ping -c 1 10.0.1.3 >/dev/null
isle exec b ip neigh add 10.0.1.77 lladdr 02:00:00:00:00:77 dev eth0 nud permanent
with=$(neighbours)
isle ping >/dev/null
same "$(neighbours)" "$with"
isle exec b ip neigh del 10.0.1.77 dev eth0
isle exec a ip neigh flush dev eth0
isle exec b ip neigh flush dev eth0

# c is away: three hosts do not reach it, it reaches nobody
isle exec c ip link set eth0 down
fails=1 fails isle ping --timeout 300ms --json
cp "$T/out" "$T/json"
same "$(jq -c '[.pings[] | select(.ok | not) | .from + .to] | sort' "$T/json")" '["ac","bc","ca","cb","cr","rc"]'
same "$(jq -r '.pings[] | select(.from == "c" and .to == "a") | .why' "$T/json")" 'Network is unreachable'
same "$(jq -r '.pings[] | select(.from == "a" and .to == "c") | .why' "$T/json")" 'No route to host'
fails=1 fails isle ping --timeout 300ms
grep -q '^a -> c (10.0.2.2): No route to host$' "$T/out"
grep -q '12 of 18 answered' "$T/out"
fails=1 fails isle ping a c --timeout 300ms
isle ping a b
isle exec c ip link set eth0 up
isle exec c ip route add default via 10.0.2.1
isle ping a c

# a host that answers no ARP looks dead, whatever its neighbours know by writing
isle exec b ip link set eth0 arp off
fails=1 fails isle ping r b --timeout 300ms
isle exec b ip link set eth0 arp on
isle ping r b

# silence is told from a refusal
isle exec c sysctl -qw net.ipv4.icmp_echo_ignore_all=1
fails=1 fails isle ping a c --timeout 300ms
grep -q 'no answer' "$T/out"
isle exec c sysctl -qw net.ipv4.icmp_echo_ignore_all=0
isle exec r ip route add prohibit 10.0.2.2
fails=1 fails isle ping a c
grep -q 'Permission denied' "$T/out"
isle exec r ip route del prohibit 10.0.2.2
isle ping a c

fails=1 fails isle ping a nobody
fails=1 fails isle ping nobody a
fails=1 fails isle ping a b -l nolab
fails=2 fails isle ping a
fails=2 fails isle ping -t 5 a b
isle down p
unchanged_since "$before"
