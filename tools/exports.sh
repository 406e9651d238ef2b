#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Print the linker's version script for libisle: every function that the public
# headers declare, nothing else.
set -eu

echo 'ISLE_0 {'
echo '	global:'
sed 's,//.*,,; s,/\*.*\*/,,; /\/\*/,/\*\//d; /^#/d' "$@" | grep -o '\<isle_[a-z0-9_]*(' | tr -d '(' |
	sort -u | sed 's/.*/		&;/'
echo '	local: *;'
echo '};'
