#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# down.sh, for an ordinary user.
who=as_user
. test/fault/down.sh
