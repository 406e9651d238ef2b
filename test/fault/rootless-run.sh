#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh, for an ordinary user.
who=as_user
every=40
. test/fault/run.sh
