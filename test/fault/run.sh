#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	b ── a ── br0
#
# `run` spoiled at every state-changing call, those of its command included,
# which leaves daemons behind: whatever happens, nothing is left, not even for
# `gc`. Beside the lab and inside a host.
. test/fault/lib.sh
need veth bridge
own_world
write_lab
# by its name no_process() knows it
install -m 755 "$(command -v sleep)" "$T/daemon"
cat >"$T/cmd" <<-END
	#!/bin/sh
	setsid $T/daemon 1000 &
	($T/daemon 1000 &)
	exit 7
END
chmod 755 "$T/cmd"
expected=7

prepare()
{
	:
}

judge()
{
	gone all
}

every=${every:-20}
sweep "$(program)" run -f "$T/lab.yaml" a -- "$T/cmd"
every=$((3 * every))
sweep "$(program)" run -f "$T/lab.yaml" -- "$T/cmd"
