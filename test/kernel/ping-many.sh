# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   gw .1, h1 .2 … h39 .40 --- lan      10.0.0.0/24
#
# The matrix of many hosts: every pair answers, no neighbour is left behind, no
# pair asks the whole network for the other; and a host that answers no ARP is
# dead to each of the others, but no pair without it is.
. test/kernel/lib.sh
need root bridge veth

n=40
pairs=$((n * (n - 1)))
cat >"$T/star.yaml" <<-END
	lab: star
	networks:
	  lan: {subnet: 10.0.0.0/24, gateway: gw, hosts: [gw, h1..$((n - 1))]}
END
neighbours()
{
	local h
	for h in /run/netns/*.star; do
		ip -n "${h##*/}" neigh | sed "s/^/${h##*/} /;s/ [A-Z]* *\$//"
	done
}
received()
{
	isle exec "$1" -- cat /sys/class/net/eth0/statistics/rx_packets
}
isle up "$T/star.yaml"
isle exec h1 -- ping -c1 -W2 h2 >/dev/null
before=$(neighbours)
same "$(echo "$before" | wc -l)" 2

got=$(received h5)
says "$pairs of $pairs answered" isle ping
same "$(neighbours)" "$before"
# two echoes and two answers with each other one, four frames of ARP; asked for by all pairs it were 700 more
got=$(($(received h5) - got))
[ $got -lt $((n * 10)) ] || die "h5 received $got packets"

ip -n h5.star link set eth0 arp off
fails=1 fails isle ping
tail -n 1 "$T/out" | grep -qF "$((pairs - 2 * (n - 1))) of $pairs answered"
fails=1 fails isle ping --json
same "$(grep -c '"ok": false' "$T/out")" $((2 * (n - 1)))
ip -n h5.star link set eth0 arp on
says "$pairs of $pairs answered" isle ping
same "$(neighbours)" "$before"
isle down star
