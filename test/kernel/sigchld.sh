# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Callers that ignore SIGCHLD: the kernel then reaps children by itself, and
# their exit status is lost.
. test/kernel/lib.sh
need root veth bridge nft iptables-nft

quietly()
{
	env --ignore-signal=CHLD "$ISLE" "$@"
}

printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
printf 'lab: out\nhosts: {h: {uplink: nat}}\n' >"$T/out.yaml"
way_out
iptables-nft -N DOCKER-USER
iptables-nft -I FORWARD -j DOCKER-USER
iptables-nft -P FORWARD DROP
before=$(machine_state)

quietly up "$T/pair.yaml"
quietly ping
quietly show pair >"$T/out"
quietly exec a -- true
quietly down pair
fails=3 fails quietly run -f "$T/pair.yaml" a -- sh -c 'exit 3'
not says 'No child processes' quietly doctor

# iptables is asked, as a program
quietly up "$T/out.yaml"
same "$(iptables-nft -S DOCKER-USER | grep -c 'isle lab out')" 2
quietly down out
same "$(iptables-nft -S DOCKER-USER | grep -c 'isle lab out')" 0
unchanged_since "$before"
