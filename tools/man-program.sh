#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A source file as an example in a manual page, without its first comments.
set -eu
echo .EX
expand "$1" | sed -e '1,/^#include/{/^#include/!d}' -e 's/\\/\\e/g; s/-/\\-/g; s/^[.'"'"']/\\\&&/' -e "s/'/\\\\(aq/g" -e 's/\^/\\(ha/g; s/~/\\(ti/g; s/`/\\(ga/g'
echo .EE
