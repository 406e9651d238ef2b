# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A `down` that is overtaken while it waits for a process to end, by another
# `down` and by an `up` of the same lab: the new lab is not the one it was told
# to take down, and who lives there, or in a namespace that got the number of
# an old one, is not inside.
. test/kernel/lib.sh
need root veth

printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
before=$(machine_state)
mkfifo "$T/termed" "$T/never"
stopped()
{
	grep -q '^State:.T' "/proc/$1/status"
}
inside()
{
	[ "$(stat -Lc %i "/proc/$1/ns/net")" = "$(stat -c %i "/run/isle/pair/net/$2")" ]
}

# a process that does not heed TERM, and a `down` that stands still while it waits for it
isle up "$T/pair.yaml"
nsenter --net=/run/netns/a.pair bash -c "trap 'echo >\"$T/termed\"' TERM; while :; do read -r _; done" <>"$T/never" &
stubborn=$!
eventually inside $stubborn a
"$ISLE" down --grace 60s pair >"$T/late" 2>&1 &
late=$!
read -r _ <"$T/termed"
kill -STOP $late
eventually stopped $late

# meanwhile
isle down --grace 1ms pair
wait $stubborn || :
isle up "$T/pair.yaml"
nsenter --net=/run/netns/a.pair sleep 1000 &
new=$!
eventually inside $new a

kill -CONT $late
rc=0
wait $late || rc=$?
same $rc 1
grep -q 'lab pair is not up any more' "$T/late"
kill -0 $new
isle exec a.pair -- ping -c 1 -q b >"$T/out"
isle down pair
wait $new || :
unchanged_since "$before"
