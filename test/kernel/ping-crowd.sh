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
isle down crowd
unchanged_since "$before"
