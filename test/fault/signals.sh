#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# SIGINT, SIGTERM and SIGHUP at every state-changing call of `up`, `down` and
# `run`: to the process that makes it, or, as from a terminal, to all.
every=12
HOWS='all-INT TERM HUP all-TERM INT all-HUP'
. test/fault/lib.sh
need veth bridge
own_world
for command in up down run; do
	# shellcheck source=/dev/null
	(. test/fault/$command.sh)
done
