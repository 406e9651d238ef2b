# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The library's functions on namespaces in a program of eight threads:
# ns-threads.c says what must hold.
. test/kernel/lib.sh
need root

before=$(machine_state)
mkdir "$T/kept"
"$BUILD/test/kernel/ns-threads" "$T/kept" 10
same "$(ls "$T/kept")" ''
rmdir "$T/kept"
not test -e /run/isle
unchanged_since "$before"
