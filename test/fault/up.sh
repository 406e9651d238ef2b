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
	whole_or "$(leavings)" "$1"
}

every=${every:-6}
sweep "$(program)" up "$T/lab.yaml"
