#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# converge.sh, for an ordinary user.
who=as_user
. test/fault/converge.sh
