#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is generated from the tables must be fresh: the rows of the manual pages
# between their markers, and the completion scripts. `--write` renews them.
set -eu
cd "$(dirname "$0")/.."
isle=${ISLE:-./isle}
write=${1:-}
bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

settle()
{
	cmp -s "$1" "$2" && return 0
	if [ "$write" = --write ]; then
		cat "$1" >"$2"
	else
		diff -u "$2" "$1" | head -n 20 || :
		echo "$2 is not what the tables say; tools/check-help.sh --write renews it" >&2
		bad=1
	fi
}

# page $1 with the rows that command $3… prints between the markers of $2
page()
{
	"${@:3}" >"$tmp/rows"
	sed -e "/^\.\\\\\" $2: begin/r $tmp/rows" -e "/^\.\\\\\" $2: begin/p" -e "/^\.\\\\\" $2: begin/,/^\.\\\\\" $2: end/{/^\.\\\\\" $2: end/!d}" \
		"$1" >"$tmp/page"
	settle "$tmp/page" "$1"
}
page doc/man/isle.1 commands "$isle" man commands
page doc/man/isle-lab.5 keys "$isle" man keys
page doc/man/isle-ns.8 ns "$isle" man ns
page doc/man/isle-bridge.8 bridge "$isle" man bridge
page doc/man/isle-ovs.8 ovs "$isle" man ovs
# shellcheck disable=SC2317 # page calls it
rewire()
{
	local what
	for what in connect disconnect link host addr route uplink set; do
		"$isle" man "$what"
	done
}
page doc/man/isle-connect.8 rewire rewire
if command -v python3 >/dev/null; then
	page doc/man/libisle.3 functions tools/man-api.py include/isle.h include/isle-*.h
fi
page doc/man/libisle.3 program tools/man-program.sh test/kernel/example.c
# whatever made the page: no function that is exported lacks its entry
while read -r f; do
	grep -q "^\\\\fB.*\b$f(" doc/man/libisle.3 || { echo "doc/man/libisle.3: no entry for $f()" >&2; bad=1; }
done < <(tools/exports.sh include/*.h | sed -n 's/^\t\t\(isle_.*\);/\1/p')
for shell in bash:isle.bash zsh:_isle fish:isle.fish; do
	"$isle" completion "${shell%%:*}" >"$tmp/script"
	settle "$tmp/script" "completion/${shell#*:}"
done
exit $bad
