#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# `run` of an ordinary user spoiled at every state-changing call: nothing is left
# in any case, and whatever fails says so (on one CPU: see run.sh).
. test/fault/lib.sh
need root veth bridge taskset userns

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
# by number only: with the name of as_user come mounts on files of /etc, and then there is no overlay
install -m 755 "$INJECT" "$T/as-root"
install -m 755 "$ISLE" "$T/isle"
touch "$T/calls"
chmod 666 "$T/calls"
printf '#!/bin/sh\nexec setpriv --reuid %s --regid %s --clear-groups env -u XDG_RUNTIME_DIR %s "$@"\n' \
	$test_uid $test_uid "$T/as-root" >"$T/as-user"
chmod 755 "$T/as-user"
INJECT=$T/as-user
clean_state=$(outside)
sweep "$T/isle" run -f "$T/lab.yaml" a -- /bin/true
