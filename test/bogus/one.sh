#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# X.yaml must be refused with exit status 2 and exactly the text of X.err; a
# file whose X.err holds only warnings must pass plain and fail with --strict.
# UPDATE=1 writes what is said now, to be read and committed.
set -u
name=${1##*/}
cd "${1%/*}" || exit 1
got=$("$ISLE" check "$name" 2>&1 >/dev/null)
rc=$?
if [ "${UPDATE:-}" ]; then
	printf '%s\n' "$got" >"${name%.yaml}.err"
	exit 0
fi
mapfile -d '' want <"${name%.yaml}.err"
if [ "${want[*]}" != "$got"$'\n' ]; then
	diff -u "${name%.yaml}.err" <(printf '%s\n' "$got")
	exit 1
fi
if [[ $got = *': error: '* ]]; then
	[ $rc = 2 ] || { echo "exit status $rc, not 2"; exit 1; }
else
	[ $rc = 0 ] || { echo "exit status $rc for warnings, not 0"; exit 1; }
	"$ISLE" check --strict "$name" >/dev/null 2>&1
	rc=$?
	[ $rc = 2 ] || { echo "--strict: exit status $rc, not 2"; exit 1; }
fi
