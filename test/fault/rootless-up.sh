#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# up.sh, for an ordinary user.
who=as_user
every=8
. test/fault/up.sh
