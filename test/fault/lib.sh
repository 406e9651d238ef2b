# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sweeps: spoil every state-changing system call of a command, one at a time
# (inject.c), and look at what is left. FULL=1 tries every error of every call,
# else each call gets one of its errors in turn, and both kinds of SIGKILL.
#
#	sweep CMD          before each run `prepare`, after it `judge RC HOW`
#
# What may be left after a kill are the empty mount point /run/isle[/LAB] and
# the empty tmpfs on it, and nothing after an error that isle could report.
. test/kernel/lib.sh
failures=0
INJECT=$TOP/$BUILD/test/fault/inject
case $BUILD in /*) INJECT=$BUILD/test/fault/inject ;; esac

# Everything that a lab could leave, but what is under /run/isle.
outside()
{
	ip -o link show | sed 's/ *state [A-Z]*//'
	# point and type; the empty tmpfs of isle's own is looked at apart
	awk '{point = $5; sub(/.* - /, ""); print point, $1, $2}' /proc/self/mountinfo | sed '/^\/run\/isle tmpfs /d' | sort
	find /run /tmp -xdev \( -path "$T" -o -path /run/isle -o -path /run/mount \) -prune -o -print 2>/dev/null | sort
	if [ "${NFT:-}" ]; then
		nft list ruleset
		grep . /proc/sys/net/ipv[46]/conf/*/forwarding
	fi
}

# Nothing in /run/isle but empty directories.
no_lab_inside()
{
	[ -z "$(find /run/isle -mindepth 1 ! \( -type d -empty \) 2>/dev/null)" ]
}

clean()
{
	# shellcheck disable=SC2154 # each test sets it
	[ "$(outside)" = "$clean_state" ] && no_lab_inside
}

nothing_left()
{
	clean && [ ! -e /run/isle ]
}

# As `eventually`, but the caller says what it means that it did not.
becomes()
{
	local end=$((SECONDS + 10))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.01
	done
}

wrong()
{
	echo "call $n ($call of process $proc), $how: $*" >&2
	echo "--- output (status $rc):" >&2
	cat "$T/spoiled" >&2
	echo "--- left:" >&2
	diff <(echo "$clean_state") <(outside) >&2 || :
	find /run/isle 2>/dev/null | head -n 20 >&2
	failures=$((failures + 1))
	[ $failures -lt 10 ] || exit 1
	isle gc >&2 || :
	rmdir /run/isle 2>/dev/null || :
	nothing_left || exit 1
}

# The calls from the first after the program's own start.
list_calls()
{
	prepare
	"$INJECT" list "$T/calls" -- "$@" >"$T/spoiled" 2>&1 </dev/null || { cat "$T/spoiled"; die "fails without being spoiled: $*"; }
	sed -i 1d "$T/calls"
	rc=0 how=list n=0 proc=0 call=none
	judge 0
}

sweep()
{
	local errors count=0
	[ -x "$INJECT" ] || die "not built: $INJECT"
	list_calls "$@"
	while read -r n proc call errors; do
		if [ -z "${FULL:-}" ]; then
			# shellcheck disable=SC2086 # a list of words
			set_turn $errors
			errors=$turn
		fi
		for how in kill group $errors; do
			prepare
			rc=0
			"$INJECT" "$n" "$how" -- "$@" >"$T/spoiled" 2>&1 </dev/null || rc=$?
			[ "$rc" = 77 ] && skip "$(cat "$T/spoiled")"
			case $how in
			kill | group) ;;
			*) [ "$rc" = 0 ] || [ -s "$T/spoiled" ] || wrong 'fails without a word' ;;
			esac
			judge "$rc"; [ -z "${VERBOSE:-}" ] || echo "$n $call $how $rc"
			count=$((count + 1))
		done
	done <"$T/calls"
	[ $failures = 0 ] || exit 1
	echo "$count runs over $(wc -l <"$T/calls") calls"
}

set_turn()
{
	turn=
	[ $# = 0 ] || shift $((n % $#))
	turn=${1:-}
}
