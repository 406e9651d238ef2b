#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# `up` spoiled at every state-changing call: afterwards the lab is whole, or
# nothing of it is left.
. test/fault/lib.sh
need veth bridge

cat >"$T/lab.yaml" <<-E
	lab: fault
	networks:
	  br0: {subnet: 10.0.0.0/24, hosts: [a]}
	links: [a -- b]
E
clean_state=$(outside)

prepare()
{
	:
}

judge()
{
	if isle show fault >"$T/out" 2>&1; then
		isle ping -l fault >"$T/out" 2>&1 || wrong "up, but not whole: $(cat "$T/out")"
		isle down fault >"$T/out" 2>&1 || { wrong "cannot be taken down: $(cat "$T/out")"; return; }
		becomes nothing_left || wrong 'something is left after down'
		return
	fi
	[ "$1" != 0 ] || { wrong 'not up, but status 0'; return; }
	case $how in
	kill | group) becomes clean || wrong 'something is left' ;;
	*) becomes nothing_left || wrong 'something is left after an error' ;;
	esac
	[ ! -e /run/isle ] || isle gc >"$T/out" 2>&1 || wrong "gc: $(cat "$T/out")"
	nothing_left || wrong 'gc leaves something'
}

sweep "$ISLE" up "$T/lab.yaml"
