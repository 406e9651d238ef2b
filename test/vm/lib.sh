# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Words for tests of the machine itself, in its initial namespaces: `. test/vm/lib.sh` on top.
# Those of test/kernel/lib.sh, and nothing at all but in a virtual machine of test/vm/run.
if ! command grep -q ' ISLE_JOB=' /proc/cmdline; then
	echo 'in the virtual machine of test/vm/run only'
	exit 77
fi
export T=/run/test
mkdir -p "$T"
. test/kernel/lib.sh
