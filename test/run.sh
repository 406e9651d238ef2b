#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Run tests and count them: test/run.sh [unit|fuzz|bogus|kernel|fault|peers|vm|PATH]...
# A test is a program or script: exit 0 passed, 77 skipped (the first line of
# its output says why), anything else failed (its output is shown). Tests run
# side by side; a test that needs the machine for itself has `# alone` among
# its first lines. SHORT=1 leaves out those with `# long` there, in which other
# programs do most of the work (and tells labs.sh to be short). KEEP=1 (with one kernel script) stops at the end
# of it with a shell where its labs stand. JOBS: how many at once. COSTS=1 says of each test what it cost.
# shellcheck disable=SC2317 # functions are called through run_one
set -u
cd "$(dirname "$0")/.." || exit 1
ISLE=${ISLE:-$PWD/isle}
case $ISLE in /*) ;; *) ISLE=$PWD/$ISLE ;; esac
export ISLE BUILD=${BUILD:-build} TOP=$PWD LC_ALL=C.UTF-8
# a lab of the caller must not be found by a test
unset ISLE_LAB
# 99: what `fails` takes for a crash; SIGILL: a trap where something is undefined
export ASAN_OPTIONS=exitcode=99:handle_sigill=1 LSAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99
OUTER_NET=$(readlink /proc/self/ns/net)
export OUTER_NET
# processes too: whatever a test leaves behind ends with it, and it sees nobody else's
world=(unshare --net --mount --uts --ipc --pid --fork --kill-child --mount-proc)
[ "$(id -u)" = 0 ] || world+=(--user --map-root-user)
# one more than processors: most tests wait for the kernel, too
jobs=${JOBS:-$(($(nproc) + 1))}
# where python3 is a script that looks for the one to start, it is looked for once
if python=$(command -v python3) && read -rN 2 word <"$python" && [ "$word" = '#!' ]; then
	python=$("$python" -c 'import sys; print(sys.executable)') && PATH=${python%/*}:$PATH
fi 2>/dev/null
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
total=0

# What runs the test at $1, as words in the array `cmd`.
command_for()
{
	case $1 in
	test/kernel/*.sh | test/fault/*.sh | test/peers/*.sh) cmd=("${world[@]}" test/kernel/inside.sh "$1") ;;
	# no world but the virtual machine, and they see to that
	test/vm/*.sh) cmd=(bash "$1") ;;
	test/bogus/*) cmd=(test/bogus/one.sh "$1") ;;
	*-replay) cmd=(test/fuzz/replay.sh "$1") ;;
	*) cmd=("$1") ;;
	esac
}

# A test that is many says how many in its last line of output: "N same, …".
counted()
{
	local lines=()
	[ ! -e "$1" ] || mapfile -t lines <"$1"
	counted=''
	[[ ! ${lines[*]: -1} =~ ^[0-9]+' same, ' ]] || counted=": ${lines[-1]}"
}

# What a test has cost, for those who wonder where the time goes: seconds, and those of processors.
cost()
{
	local word sum=0
	cost=''
	[ "$1" -ge 10 ] || [ "${COSTS:-}" ] || return
	times >"$2"
	# the second line: of what has ended, as 1m2.345s
	for word in $(tail -n 1 "$2"); do
		word=${word%.*}
		sum=$((sum + 60 * ${word%m*} + ${word#*m}))
	done
	cost=" ($1 s, $sum of processors)"
}

# One test; its verdict and output go to files numbered $1.
run_one()
{
	local n=$1 test=$2 rc start=$SECONDS counted cost verdict
	command_for "$test"
	if [ "${KEEP:-}" ]; then
		"${cmd[@]}"
	else
		timeout -k 10 "${TEST_TIMEOUT:-900}" "${cmd[@]}" </dev/null >"$tmp/$n.out" 2>&1
	fi
	rc=$?
	counted "$tmp/$n.out"
	cost $((SECONDS - start)) "$tmp/$n.times"
	case $rc in
	0) echo "ok      $test$counted$cost" ;;
	77) echo "skipped $test: $(head -n 1 "$tmp/$n.out" 2>/dev/null)" ;;
	*)
		echo "FAILED  $test (exit $rc$([ $rc = 124 ] && echo ': took too long'))"
		sed 's/^/        /' "$tmp/$n.out" 2>/dev/null
		;;
	esac >"$tmp/$n.verdict"
	mapfile verdict <"$tmp/$n.verdict"
	printf '%s' "${verdict[@]}"
}

# says TEST WORD: is `# WORD` among its first lines?
says()
{
	local line lines
	case $1 in *.sh) mapfile -t -n 20 lines <"$1" ;; *) return 1 ;; esac
	for line in "${lines[@]}"; do
		case $line in "# $2"*) return ;; esac
	done
	return 1
}

add()
{
	local t
	for t in "$@"; do
		[ -e "$t" ] || continue
		[ -z "${SHORT:-}" ] || ! says "$t" long || continue
		tests+=("$t")
	done
}

tests=()
[ $# -gt 0 ] || set -- unit fuzz bogus kernel fault
for what; do
	case $what in
	unit) for t in test/unit/t_*.c; do add "$BUILD/${t%.c}"; done ;;
	fuzz) add "$BUILD"/test/fuzz/*-replay ;;
	bogus) add test/bogus/*.yaml ;;
	kernel) for t in test/kernel/*.sh; do
		case ${t##*/} in lib.sh | inside.sh) ;; *) add "$t" ;; esac
	done ;;
	fault) for t in test/fault/*.sh; do
		case ${t##*/} in lib.sh) ;; *) add "$t" ;; esac
	done ;;
	peers | vm) for t in test/"$what"/*.sh; do
		case ${t##*/} in lib.sh) ;; *) add "$t" ;; esac
	done ;;
	*) if [ -e "$what" ]; then add "$what"; else echo "no test $what" >&2; exit 2; fi ;;
	esac
done

if [ "${KEEP:-}" ]; then
	[ ${#tests[@]} = 1 ] || { echo 'KEEP=1 takes one test' >&2; exit 2; }
	jobs=1
fi
# What `need` of lib.sh would find out in each of them.
case ${tests[*]} in *.sh*.sh*.sh*.sh*)
	TEST_HAS=$("${world[@]}" bash -c '. test/kernel/lib.sh
		for what in root userns overlay veth bridge nft tun; do
			! (need "$what") >/dev/null 2>&1 || echo "$what"
		done' | tr '\n' ' ')
	export TEST_HAS
	;;
esac
# The longest come first, else one of them is left to run by itself.
first=() then=() alone=()
for t in "${tests[@]}"; do
	case $t in
	*/netns-same.sh | */commands.sh | */dump.sh | */labs.sh | */ns-bundle.sh | test/fault/*) first+=("$t") ;;
	*) if says "$t" alone; then alone+=("$t"); else then+=("$t"); fi ;;
	esac
done
running=0
for t in "${first[@]}" "${then[@]}"; do
	if [ $running -lt "$jobs" ]; then running=$((running + 1)); else wait -n; fi
	total=$((total + 1))
	run_one $total "$t" &
	[ "$jobs" -gt 1 ] || wait
done
wait
for t in "${alone[@]}"; do
	total=$((total + 1))
	run_one $total "$t"
done

count()
{
	cat "$tmp"/*.verdict 2>/dev/null | grep -c "^$1 "
}
failed=$(count FAILED)
passed=$(count ok)
skipped=$(count skipped)
[ $((passed + failed + skipped)) = "$total" ] || failed=$((total - passed - skipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
