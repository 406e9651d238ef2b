# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# In a pid namespace whose /proc is still the outer one, as `unshare --pid --fork`
# leaves it, the numbers of /proc are other processes': what is kept must be the
# new namespace, never the one that somebody of that number happens to be in.
#
#	test [outer /proc] ── unshare --pid ── isle
. test/kernel/lib.sh
# LeakSanitizer hangs or fails where /proc is of another pid namespace, and below strace
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
need root

cat >"$T/inner" <<'X'
set -e
"$ISLE" ns add web --net --uts --hostname web
"$ISLE" ns run --net="$T/net" --uts="$T/uts" --ipc="$T/ipc" true
"$ISLE" ns run --map-users=0,0,100 --map-groups=0,0,100 --net sh -c 'cat /proc/self/uid_map; readlink /proc/self/ns/net' >"$T/users"
X
mine=$(for t in net uts ipc; do stat -Lc %i /proc/self/ns/$t; done)
host=$(hostname)
export ISLE T
unshare --pid --fork sh "$T/inner"
for f in /run/isle/.ns/web/net /run/isle/.ns/web/uts "$T/net" "$T/uts" "$T/ipc"; do
	id=$(stat -c %i "$f")
	not grep -qx "$id" <<<"$mine"
	# of nobody at all
	not grep -q "\[$id\]" <(readlink /proc/[0-9]*/ns/*)
done
same "$(isle ns enter web hostname)" web
same "$(hostname)" "$host"
same "$(awk 'NR == 1 { print $1, $3 }' "$T/users")" '0 100'
umount "$T/net" "$T/uts" "$T/ipc"
isle ns delete web

# no /proc at all: words, and nothing left
unshare --mount sh -c 'mount -t tmpfs none /proc; "$1" ns add web --net 2>"$2"; echo $? >"$2.rc"' sh "$ISLE" "$T/out"
same "$(cat "$T/out.rc")" 1
grep -q 'mount -t proc' "$T/out"
not test -e /run/isle
