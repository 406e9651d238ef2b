# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The library in a program of four threads: threads.c says what must hold.
. test/kernel/lib.sh
need root veth bridge

program=$BUILD/test/kernel/threads
before=$(machine_state)
for how in '' steal ignore; do
	"$program" 4 $how
	unchanged_since "$before"
done

need userns
as_user true
install -m 755 "$program" "$T/threads"
before=$(machine_state)
for how in '' steal ignore; do
	as_user "$T/threads" 2 $how
	unchanged_since "$before"
done
