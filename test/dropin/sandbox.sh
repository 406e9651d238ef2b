# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# One case with one program: sandbox.sh CASE-FOLDER SIDE FOLDER-OF-ip REAL-IP, as
# the first process of fresh namespaces (run.sh). Every step leaves a file
# CASE-FOLDER/SIDE/N: status, output and state, with what differs from run to
# run (ids of namespaces, pids, peer groups) replaced by labels.
set -u
[ $$ = 1 ] || exit 1
here=${0%/*}
dir=$1
side=$1/$2
export PATH=$3:$PATH LC_ALL=C
# shellcheck disable=SC2034 # used by the words
real=$4
mount --make-rprivate / && mount -t tmpfs -o mode=755 t /run || exit 1
own=$(readlink /proc/self/ns/net)
own=${own//[!0-9]/}
# pids that are no other number in the output
[ ! -w /proc/sys/kernel/ns_last_pid ] || echo 20000 2>/dev/null >/proc/sys/kernel/ns_last_pid
# a case may change what /etc/alternatives says
awk=$(readlink -f "$(command -v awk)")
cd /
umask 022
labels=

# shellcheck source=test/dropin/words.sh
. "$here/words.sh"

step()
{
	local status
	n=$((n + 1))
	eval "$1" >"$side/out" 2>"$side/err"
	status=$?
	# shows whether the last line ended
	echo '<end>' >>"$side/out"
	echo '<end>' >>"$side/err"
	find /run -mindepth 1 -printf '%p %y %m %U:%G %l\n' >"$side/files"
	{
		echo "\$ $1"
		echo "status $status"
		"$awk" -v own="$own" -v labels="$labels" -f "$here/normal.awk" \
			part=stdout "$side/out" part=stderr "$side/err" part=files "$side/files" part=mounts /proc/self/mountinfo
	} >"$side/$n" || exit 3
}

n=0
# standard input is not the case
mapfile -t lines <"$dir/case"
for line in "${lines[@]}"; do
	case $line in
	'$ '*) step "${line#'$ '}" ;;
	'world '* | 'differs '*) ;;
	*) eval "$line" || { echo "failed ($?): $line"; exit 2; } ;;
	esac
done
exit 0
