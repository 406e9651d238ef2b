#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# `run` spoiled at every state-changing call: nothing is left in any case, and
# whatever fails says so. On one CPU, because
# how often the pinning of a mount namespace is repeated depends on theirs.
. test/fault/lib.sh
need veth bridge taskset

cat >"$T/lab.yaml" <<-E
	lab: fault
	networks:
	  br0: {subnet: 10.0.0.0/24, hosts: [a, b]}
E

prepare()
{
	:
}

# This test is alone in its pid namespace: what runs besides its shells is left over.
nobody_left()
{
	! pgrep -x 'isle|isle-run|sleep|newuidmap|newgidmap'
}

judge()
{
	becomes nobody_left || wrong 'a process is left'
	becomes nothing_left || wrong 'something is left'
}

taskset -p -c 0 $$ >/dev/null
clean_state=$(outside)
sweep "$ISLE" run -f "$T/lab.yaml" a -- /bin/true
