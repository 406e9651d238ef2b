# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A lab that goes down while another isle is about to enter it, and one that
# goes down the moment it is there.
. test/kernel/lib.sh
need root veth strace

printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
before=$(machine_state)
# isle, arguments from the second on, stands still with the lab open and nobody in it, at the call $1, until the lab is down
overtaken()
{
	local call=$1 tracer pid
	rm -f "$T/trace"
	shift
	isle up "$T/pair.yaml"
	# LeakSanitizer does not work below strace
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -f -o "$T/trace" -e trace="$call" -e inject="$call":signal=STOP:when=1 "$ISLE" "$@" >"$T/said" 2>&1 &
	tracer=$!
	eventually grep -q 'stopped by SIGSTOP' "$T/trace"
	isle down pair
	pid=$(awk '/stopped by SIGSTOP/ { print $1; exit }' "$T/trace")
	kill -CONT "$pid"
	fails wait $tracer
	grep -q 'lab pair went down meanwhile' "$T/said" || { cat "$T/said"; die "says something else: $*"; }
}
overtaken setns exec a -- true
overtaken prctl ping
overtaken prctl show pair
unchanged_since "$before"

# the one that made the lab is not in it any more when it can be seen
ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -f -o "$T/trace" -e trace=move_mount -e inject=move_mount:delay_exit=500000 "$ISLE" up "$T/pair.yaml" &
up=$!
eventually mountpoint -q /run/isle/pair
isle down --no-kill pair
wait $up
unchanged_since "$before"

# nor is what it needs for that taken for something left
rm -f "$T/trace"
ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -f -o "$T/trace" -e trace=unshare -e inject=unshare:signal=STOP:when=1 "$ISLE" up "$T/pair.yaml" &
up=$!
eventually grep -q 'stopped by SIGSTOP' "$T/trace"
same "$(isle gc)" 'nothing is left behind'
kill -CONT "$(awk '/stopped by SIGSTOP/ { print $1; exit }' "$T/trace")"
wait $up
isle down pair
unchanged_since "$before"
