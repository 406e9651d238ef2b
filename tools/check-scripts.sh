#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every script and manual page against the tools that read them; what is not
# installed is said and not checked.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0

have()
{
	command -v "$1" >/dev/null || { echo "tools-check: $1 is not installed, $2 not checked"; return 1; }
}

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard | while read -r f; do
	[ -f "$f" ] && head -n 3 "$f" | grep -Eqa '^#!.*\b(ba)?sh$|^# shellcheck shell=' && echo "$f"; done)
if have shellcheck "${#scripts[@]} scripts"; then
	printf '%s\0' "${scripts[@]}" | xargs -0 -P"$(nproc)" -n16 shellcheck -x || bad=1
fi
for f in "${scripts[@]}"; do
	[ -x "$f" ] || [ "${f#test/kernel}" != "$f" ] || [ "${f#test/fault}" != "$f" ] ||
		! head -n 1 "$f" | grep -q '^#!' || { echo "$f: not executable"; bad=1; }
done
shopt -s nullglob
pages=(doc/man/*.[1-8])
if [ ${#pages[@]} -gt 0 ] && have man 'manual pages'; then
	for f in "${pages[@]}"; do
		said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$f" 2>&1 >/dev/null)
		[ -z "$said" ] || { echo "$f: $said"; bad=1; }
	done
fi
[ $bad = 0 ] && echo 'tools-check: ok'
exit $bad
