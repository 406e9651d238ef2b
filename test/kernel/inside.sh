#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The world of one kernel test: called by run.sh as the first process of fresh
# network, mount, uts, ipc and pid namespaces, gives it a /run and a /tmp of its
# own, then runs the script. What the machine has there is neither seen nor touched.
set -eu
script=$1
if [ $$ != 1 ] || [ "$(readlink /proc/self/ns/net)" = "${OUTER_NET:?}" ]; then
	echo 'inside.sh: to be called by test/run.sh' >&2
	exit 1
fi
mount --make-rprivate /
mount -t tmpfs -o mode=755 t /run
# sources and program may lie under /tmp; they stay where they are
keep=("$TOP")
case $ISLE in "$TOP"/*) ;; *) keep+=("$(dirname "$ISLE")") ;; esac
for d in "${keep[@]}"; do
	case $d in
	/tmp/*)
		mkdir -p "/run/kept$d"
		mount --bind "$d" "/run/kept$d"
		;;
	esac
done
mount -t tmpfs -o mode=1777 t /tmp
for d in "${keep[@]}"; do
	case $d in
	/tmp/*)
		mkdir -p "$d"
		mount --move "/run/kept$d" "$d"
		rmdir -p --ignore-fail-on-non-empty "/run/kept$d" 2>/dev/null || :
		;;
	esac
done
ip link set lo up
export T=/run/test
mkdir -p $T
cd "$TOP"
rc=0
bash "$script" || rc=$?
if [ "${KEEP:-}" ]; then
	echo "$script ended with $rc; its labs stand. Leave this shell to drop them."
	bash -i || :
fi
exit $rc
