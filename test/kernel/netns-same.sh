# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The drop-in against the real ip: test/dropin/README.md. The last line of its
# output is what `make check` shows.
# long: the real ip runs beside it
. test/kernel/lib.sh
need ip

rc=0
test/dropin/run.sh >"$T/dropin" 2>&1 || rc=$?
cat "$T/dropin"
exit $rc
