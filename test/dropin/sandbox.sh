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
mount -t tmpfs -o mode=755 t /run || exit 1

# One find for all steps: it answers each path, ended by a NUL, with what is below it and an \001.
coproc LIST { exec stdbuf -oL find -files0-from - \( -path /proc/version -printf '\001\n' \) -o -path /run -o \
	\( -path /proc/self/ns/net -printf '%l\n' \) -o -printf '%p %y %m %U:%G %l\n'; }
list()
{
	printf '%s\0' "$1" /proc/version >&"${LIST[1]}" && IFS= read -rd $'\001' listed && read -r
} <&"${LIST[0]}"
list /proc/self/ns/net || exit 1
own=${listed//[!0-9]/}
# pids that are no other number in the output
[ ! -w /proc/sys/kernel/ns_last_pid ] || echo 20000 2>/dev/null >/proc/sys/kernel/ns_last_pid
cd /
umask 022
labels=

# shellcheck source=test/dropin/words.sh
. "$here/words.sh"
# shellcheck source=/dev/null
. "$3/function"

# No process but the step's own: there are hundreds of them. normal.awk makes the texts of all this, once a case.
step()
{
	local status mounts
	n=$((n + 1))
	eval "$1" >"$side/$n.stdout" 2>"$side/$n.stderr"
	status=$?
	mapfile mounts </proc/self/mountinfo
	# shows whether the last line ended
	echo '<end>' >>"$side/$n.stdout"
	echo '<end>' >>"$side/$n.stderr"
	list /run || exit 4
	printf '%s' "$listed" >"$side/$n.files"
	printf '%s' "${mounts[@]}" >"$side/$n.mounts"
	printf '$ %s\nstatus %s\n' "$1" $status >"$side/$n.status"
	raw+=("n=$n" "side=$side")
	for part in status stdout stderr files mounts; do
		raw+=("part=$part" "$side/$n.$part")
	done
}

raw=()
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
printf '%s\0' "own=$own" "labels=$labels" "${raw[@]}" >"$side/raw"
