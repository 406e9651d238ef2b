# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The example program of libisle(3) does what the page says: namespaces and
# sockets from threads, a pin, a function called inside, holders.
. test/kernel/lib.sh
need root bridge
before=$(machine_state)
ip link add br0 type bridge	# two interfaces here, one there
here=$(ip -o link | wc -l)
there=$(unshare --net ip -o link | wc -l)
"$BUILD/test/kernel/example" "$T/box" >"$T/out" 2>&1 || { cat "$T/out"; exit 1; }
same "$(head -n 2 "$T/out")" "2 listen at port 80, each in a namespace of its own
there is $there interface in it, here there are $here"
grep -qE '^net:\[[0-9]+\] is held by$' "$T/out"
grep -qxF "  a mount; to be freed by: umount $T/box" "$T/out"
grep -qE '^  a descriptor; to be freed by: kill [0-9]+$' "$T/out"
grep -qE '^  a socket; to be freed by: kill [0-9]+$' "$T/out"
[ ! -e "$T/box" ]

# what it says where it may not, and where the pin is in the way
echo >"$T/box"
# it ends there, without giving back its memory
fails=1 fails env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" "$BUILD/test/kernel/example" "$T/box"
grep -q "error: .*$T/box.*File exists" "$T/out"
rm "$T/box"
ip link delete br0
unchanged_since "$before"
