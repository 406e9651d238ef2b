#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	b ── a ── br0
#
# `up` spoiled at every state-changing call: afterwards the lab is whole, or
# nothing of it is left.
. test/fault/lib.sh
need veth bridge
own_world
write_lab

prepare()
{
	:
}

judge()
{
	if $who isle show fault >"$T/out" 2>&1; then
		whole || wrong "up, but not whole: $(cat "$T/out")"
		$who isle down fault >"$T/out" 2>&1 || { wrong "cannot be taken down: $(cat "$T/out")"; return; }
		gone all
		return
	fi
	[ "$1" != 0 ] || { wrong 'not up, but status 0'; return; }
	gone "$(leavings)"
}

every=${every:-2}
sweep "$(program)" up "$T/lab.yaml"
