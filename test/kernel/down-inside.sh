# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# `down` with processes inside: TERM, then KILL, never anybody outside.
. test/kernel/lib.sh
need root veth

printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
before=$(machine_state)
inside()
{
	[ "$(stat -Lc %i "/proc/$1/ns/net")" = "$(stat -c %i "/run/isle/pair/net/$2")" ]
}

# one outside, one that ends at TERM, one that does not, one that forks all the time
sleep 1000 &
outside=$!
isle up "$T/pair.yaml"
nsenter --net=/run/netns/a.pair sleep 1000 &
soft=$!
nsenter --net=/run/netns/b.pair sh -c 'trap "" TERM; sleep 1000' &
hard=$!
eventually inside $soft a
eventually inside $hard b

state=$(machine_state)
fails=1 fails isle down --no-kill pair
grep -q 'processes are inside lab pair' "$T/out"
grep -q "sleep ($soft) in a" "$T/out"
kill -0 $soft $hard
same "$(machine_state)" "$state"

isle down --grace 100ms pair >"$T/out" 2>&1
grep -q $soft "$T/out"
grep -q $hard "$T/out"
fails=143 fails wait $soft
fails=137 fails wait $hard
kill -0 $outside

# again and again somebody new
isle up "$T/pair.yaml"
nsenter --net=/run/netns/a.pair sh -c 'trap "" TERM; while :; do sleep 1000 & wait; done' &
p=$!
eventually inside $p a
isle down --grace 100ms pair
wait $p || :


# from inside it would end itself
isle up "$T/pair.yaml"
# shellcheck disable=SC2016
says 'runs inside lab pair, in a' nsenter --net=/run/netns/a.pair "$ISLE" down pair
isle down pair
kill $outside
wait $outside || :
unchanged_since "$before"
