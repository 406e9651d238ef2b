# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# alone: the kernel's neighbour table is the machine's
#
#   h1 … h60 ---- lan
#
# More pairs than the kernel's neighbour table holds: none falsely lost, none left.
. test/kernel/lib.sh
need root veth bridge jq
before=$(machine_state)
printf 'lab: crowd\nnetworks:\n  lan: {subnet: 10.0.0.0/16, hosts: [h1..60]}\n' >"$T/lab.yaml"
isle up "$T/lab.yaml"
same "$(isle ping -j | jq -c '[.asked, .answered]')" '[3540,3540]'
for h in h1 h13 h14 h60; do
	same "$(isle exec "$h" ip -4 neigh show nud all)" ''
done
# too many to be drawn: the sum, and what failed
isle ping | grep -qx 'crowd: 3540 of 3540 answered, in [0-9.]* to [0-9.]* ms'
isle exec h7 ip link set eth0 down
fails=1 fails isle ping -t 200ms
grep -q '3422 of 3540 answered' "$T/out"
grep -q '… and 98 more without an answer' "$T/out"
isle exec h7 ip link set eth0 up

# Hosts of a large network are introduced by unicast ARP. That must not make one look well that
# answers no ARP, or that no broadcast reaches; and another MAC than the file's is no fault.
isle exec h9 ip link set eth0 arp off
fails=1 fails isle ping -t 200ms -j
same "$(jq -c '[.pings[] | select(.ok | not) | if .from == "h9" then .to else .from end] | length' "$T/out")" 118
isle exec h9 ip link set eth0 arp on
isle exec h9 ip link set eth0 address 02:00:00:00:00:99
# by writing, others know it; that is theirs to keep
isle exec h10 ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:99 dev eth0 nud reachable
isle ping | grep -q '3540 of 3540 answered'
isle exec h10 ip -4 neigh show | grep -q '10.0.0.9 .*02:00:00:00:00:99'
isle exec h10 ip neigh flush dev eth0
port=$(nsenter --net=/run/isle/crowd/fabric ip -o link show | sed -n 's/^[0-9]*: \(p[0-9a-f]*\)@.*/\1/p' | head -n 1)
nsenter --net=/run/isle/crowd/fabric bridge link set dev "$port" bcast_flood off
fails=1 fails isle ping -t 200ms -j
jq -e '[.pings[] | select(.ok | not)] | length > 0' "$T/out" >/dev/null
isle down crowd
unchanged_since "$before"
