#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	b ── a ── br0
#
# `down` spoiled at every state-changing call: afterwards the lab is whole (but
# for its names in /run/netns, which `up` makes again), or nothing of it is left.
. test/fault/lib.sh
need veth bridge
own_world
write_lab

prepare()
{
	$who isle up "$T/lab.yaml" >"$T/out" 2>&1 || { cat "$T/out"; die 'cannot come up again'; }
	whole || { cat "$T/out"; die 'is up, but not whole'; }
}

judge()
{
	if $who isle show fault >"$T/out" 2>&1; then
		[ "$1" != 0 ] || { wrong 'not down, but status 0'; return; }
		whole || wrong "not down, but not whole: $(cat "$T/out")"
		return
	fi
	if ! is_signal && [ -e "$(site)" ]; then
		[ -s "$T/spoiled" ] || wrong 'something stays without a word'
		gone gc
	else
		gone "$(leavings)"
	fi
}

every=1
sweep "$(program)" down fault
