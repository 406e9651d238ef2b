#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# X.yaml must be refused with exit status 2 and exactly the text of X.err; a
# file whose X.err holds only warnings must pass plain and fail with --strict.
# UPDATE=1 writes what is said now, to be read and committed.
set -u
file=$1
want=${file%.yaml}.err
cd "$(dirname "$file")" || exit 1
got=$("$ISLE" check "$(basename "$file")" 2>&1 >/dev/null)
rc=$?
if [ "${UPDATE:-}" ]; then
	printf '%s\n' "$got" >"$(basename "$want")"
	exit 0
fi
if ! diff -u "$(basename "$want")" <(printf '%s\n' "$got"); then
	exit 1
fi
if printf '%s\n' "$got" | grep -q ': error: '; then
	[ $rc = 2 ] || { echo "exit status $rc, not 2"; exit 1; }
else
	[ $rc = 0 ] || { echo "exit status $rc for warnings, not 0"; exit 1; }
	"$ISLE" check --strict "$(basename "$file")" >/dev/null 2>&1
	rc=$?
	[ $rc = 2 ] || { echo "--strict: exit status $rc, not 2"; exit 1; }
fi
