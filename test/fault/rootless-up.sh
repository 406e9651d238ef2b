#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# up.sh, for an ordinary user.
who=as_user
every=14
. test/fault/up.sh
