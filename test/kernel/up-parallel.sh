# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Several `isle` at the same time: of different labs all succeed, of the same lab
# one builds and the others say why not; the directory that labs hang in comes
# and goes under all of them.
. test/kernel/lib.sh
need root veth flock

before=$(machine_state)
for i in 1 2 3 4 5 6; do
	printf 'lab: l%s\nlinks: [a -- b]\n' $i >"$T/l$i.yaml"
done

# each comes and goes, so the last one down meets the next one's first up
round()
{
	local n
	for n in 1 2 3 4 5; do
		isle up "$T/l$1.yaml"
		ip -n "a.l$1" link show eth0
		isle down "l$1"
	done
}
pids=
for i in 1 2 3 4 5 6; do
	round $i >"$T/round$i" 2>&1 &
	pids="$pids $!"
done
for p in $pids; do
	wait "$p" || { cat "$T"/round?; die 'a round failed'; }
done
unchanged_since "$before"

# many of the same: whoever fails says why, and the lab is whole
pids=
for i in 1 2 3 4 5 6; do
	isle up "$T/l1.yaml" >"$T/same$i" 2>&1 &
	pids="$pids $!"
done
n=0
i=1
for p in $pids; do
	if wait "$p"; then
		n=$((n + 1))
	else
		says 'by another isle' cat "$T/same$i"
	fi
	i=$((i + 1))
done
[ $n -ge 1 ]
ip netns exec a.l1 ip -br link show eth0 | grep -qw UP
isle down l1
unchanged_since "$before"

# for certain at the same time: somebody has the lab's directory, as an `up` that is not done
held()
{
	! flock -n /run/isle/l1 true
}
isle up "$T/l2.yaml"
mkdir /run/isle/l1
flock /run/isle/l1 sleep 1000 &
other=$!
eventually held
fails=1 fails isle up "$T/l1.yaml"
grep -q 'lab l1 is being brought up by another isle' "$T/out"
says 'being brought up' isle down l1
isle gc --yes
isle down l2
[ -d /run/isle/l1 ]
kill "$(pgrep -P $other)"
wait $other || :
isle up "$T/l1.yaml"
isle down l1
unchanged_since "$before"
