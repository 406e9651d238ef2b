# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sweeps: spoil every state-changing system call of a command, one at a time
# (inject.c), and look at what is left. FULL=1 tries every error of every call,
# else each call gets one of its errors in turn, and both kinds of SIGKILL.
# HOWS: signals in place of all that, or `errors`: no signals; every: only every so manieth call, but with FULL.
# CALLS=400-410: of these calls each, and no others.
#
#	own_world          first of all; the script goes on in a user namespace of its own
#	sweep CMD          before each run `prepare`, after it `judge RC`
#	$who CMD           as_root or as_user
#	gone HOW           what is left: `all` nothing at all, not even for a moment longer than the kernel needs;
#	                   `but_directories`: isle gc --yes removes what is there; `gc`: and that may be an uplink
#
# After a kill there may be empty directories, /run/isle[/LAB] and /run/netns,
# and an empty tmpfs on the first; after an error that isle could report there is nothing, unless
# the very call that was to remove it was refused.
. test/kernel/lib.sh
failures=0
who=${who:-as_root}
case $BUILD in /*) INJECT=$BUILD/test/fault/inject ;; *) INJECT=$TOP/$BUILD/test/fault/inject ;; esac
[ -x "$INJECT" ] || die "not built: $INJECT"

as_root()
{
	"$@"
}

# ---- Namespaces that neither a mount nor a process shows still count for the
# limits of a user namespace. With the limit at what there was in the beginning
# and one more, one more can be made only if none is left.

own_world()
{
	local pid
	[ "${OWN_WORLD:-}" != here ] || return 0
	if [ -z "${OWN_WORLD:-}" ]; then
		[ "$(id -u)" != 0 ] || as_user true
		mkfifo -m 666 "$T/ready" "$T/go"
		# shellcheck disable=SC2016 # for the other shell
		OWN_WORLD=beyond unshare --user --net --mount --uts --ipc --pid --fork --kill-child --mount-proc \
			bash -c 'echo >"$T/ready"; read -r <"$T/go"; exec bash "$0"' "$0" &
		pid=$!
		read -r <"$T/ready"
		awk '{print $1, $1, $3}' /proc/self/uid_map >"/proc/$pid/uid_map"
		[ "$(id -u)" = 0 ] || echo deny >"/proc/$pid/setgroups"
		awk '{print $1, $1, $3}' /proc/self/gid_map >"/proc/$pid/gid_map"
		echo >"$T/go"
		wait $pid && exit
		exit $?
	fi
	OWN_WORLD=here
	ip link set lo up
	# On several, how often the pinning of a mount namespace is repeated depends on which one it began.
	taskset -p -c $((RANDOM % $(nproc))) $$ >/dev/null 2>&1 || :
	[ "$who" != as_user ] || install -m 755 "$INJECT" "$T/inject"
	count_namespaces
}

kinds=(net mnt uts pid user ipc)
limit()
{
	echo "$2" >"/proc/sys/user/max_$1_namespaces"
}

can_make_one_each()
{
	$who unshare --user --net --mount --uts --ipc --pid --fork true 2>/dev/null
}

# fewest[KIND]: the limit that lets one more be made
count_namespaces()
{
	local kind most n
	declare -gA fewest
	for kind in "${kinds[@]}"; do
		most=$(<"/proc/sys/user/max_${kind}_namespaces")
		for ((n = 1; n < 20; n++)); do
			limit "$kind" $n
			! can_make_one_each || break
		done
		fewest[$kind]=$n
		limit "$kind" "$most"
	done
}

no_namespace_left()
{
	local kind most=10000 rc=0
	for kind in "${kinds[@]}"; do limit "$kind" "${fewest[$kind]}"; done
	can_make_one_each || rc=1
	for kind in "${kinds[@]}"; do limit "$kind" $most; done
	return $rc
}

# ---- What else can be left

# Everything that a lab could leave, but what is under /run/isle or the user's such directory, and an empty /run/netns.
outside()
{
	# As few processes as can be: it is asked for after each of hundreds of runs. Of mounts point and type; the empty tmpfs
	# of isle's own is looked at apart. What stays keeps its place in the lists, so nothing is sorted.
	ip -o link show | awk '
		FNR == NR { sub(/ *state [A-Z]*/, ""); print; next }
		{ point = $5; sub(/.* - /, ""); if (point " " $1 != "/run/isle tmpfs") print point, $1, $2 }' - /proc/self/mountinfo
	find /run /tmp -xdev \( -path "$T" -o -path /run/isle -o -path /run/mount \) -prune -o \
		! \( -path /run/netns -empty \) -print 2>/dev/null || :
	if [ "${NFT:-}" ]; then
		nft list ruleset
		ip -4 route show table all
		ip -6 route show table all
		grep . /proc/sys/net/ipv[46]/conf/*/forwarding /proc/sys/net/ipv6/conf/*/accept_ra
	fi
}

site()
{
	if [ "$who" = as_root ]; then echo /run/isle; else echo "$test_run/isle"; fi
}

# Nothing in isle's directory but directories (none holds more), and the mark that /run/netns is isle's.
no_lab_inside()
{
	local dir=/run/isle
	[ "$who" = as_root ] || dir=$test_run/isle
	[ ! -e "$dir" ] || [ -z "$(find "$dir" -mindepth 1 ! -type d ! -name .made-netns 2>/dev/null)" ]
}

# Nobody of ours, and none of the commands that the tests run inside.
no_process()
{
	local f name
	for f in /proc/[0-9]*/comm; do
		read -r name 2>/dev/null <"$f" || continue
		case $name in isle | isle-run | isle-keeper | newuidmap | newgidmap | daemon) return 1 ;; esac
	done
}

clean()
{
	no_lab_inside && no_process && [ "$(outside)" = "$clean_state" ]
}

nothing_left()
{
	[ ! -e "$(site)" ] && [ ! -e /run/netns ] && clean
}

# As `eventually`, but the caller says what it means that it did not, and the kernel may be busy with others.
becomes()
{
	local end=$((SECONDS + 60)) pause=8
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		pause
	done
}

wrong()
{
	echo "call $n ($call of process $proc), $how: $*" >&2
	echo "--- output (status $rc):" >&2
	cat "$T/spoiled" >&2
	echo "--- left:" >&2
	diff <(echo "$clean_state") <(outside) >&2 || :
	find "$(site)" 2>/dev/null >&2 || :
	grep -lE '^(isle.*|daemon)$' /proc/[0-9]*/comm >&2 || :
	failures=$((failures + 1))
	[ $failures -lt 10 ] || exit 1
	take_down
	$who isle gc --yes >&2 || :
	rmdir "$(site)" 2>/dev/null || :
	becomes nothing_left || { echo 'cannot go on' >&2; exit 1; }
}

collect()
{
	$who isle gc --yes >"$T/out" 2>&1 || { wrong "gc: $(cat "$T/out")"; return; }
	becomes nothing_left || wrong 'gc leaves something'
}

gone()
{
	case $1 in
	all) becomes nothing_left || wrong 'something is left' ;;
	but_directories)
		becomes clean || { wrong 'something is left'; return; }
		nothing_left || collect
		;;
	gc) collect ;;
	esac
}

is_signal()
{
	case $how in *KILL | *TERM | *INT | *HUP) ;; *) return 1 ;; esac
}

# A refusal of which the only possible consequence is that something stays.
is_removal()
{
	case $call in umount2 | rmdir | unlink | unlinkat) ;; *) return 1 ;; esac
}

# What may be left, without an uplink.
leavings()
{
	if is_removal && ! is_signal; then echo gc; elif is_signal; then echo but_directories; else echo all; fi
}

# ---- The lab

# Whatever there may be of what the sweep makes; a test of something else has its own.
take_down()
{
	$who isle down fault >/dev/null 2>&1 || :
}

write_lab()
{
	cat >"$T/lab.yaml" <<-END
		lab: fault
		networks:
		  br0: {subnet: 10.0.0.0/24, hosts: [a]}
		links: [a -- b]
	END
	clean_state=$(outside)
}

whole()
{
	$who isle ping -l fault >"$T/out" 2>&1
}

program()
{
	if [ "$who" = as_root ]; then echo "$ISLE"; else echo "$T/isle"; fi
}

# ---- The sweep

# Longer than this is a hang, not a machine on which others hold the RTNL. The injector takes all with it.
spoil()
{
	rc=0
	$who timeout -k 5 150 "$1" "${@:2}" >"$T/spoiled" 2>&1 </dev/null || rc=$?
	[ "$rc" != 124 ] || wrong 'hangs'
}

# The calls from the first after the program's own start.
list_calls()
{
	: >"$T/calls"
	chmod 666 "$T/calls"
	prepare
	rc=0 how=list n=0 proc=0 call=none
	spoil "$INJECT" list "$T/calls" -- "$@"
	[ "$rc" != 77 ] || skip "$(cat "$T/spoiled")"
	[ "$rc" = "${expected:-0}" ] || { cat "$T/spoiled"; die "status $rc without being spoiled: $*"; }
	sed -i 1d "$T/calls"
	judge "$rc"
}

# The kernel takes its time with each, so it is not waited for after every run: what leaked once stays.
look_for_namespaces()
{
	take_down
	if ! becomes no_namespace_left; then
		wrong 'here, or in one of the runs since the last such look, a namespace was left'
		count_namespaces
	fi
}

turn_of()
{
	[ $# = 0 ] || shift $((n / ${every:-1} % $#))
	echo "${1:-}"
}

# shellcheck disable=SC2086 # lists of words
hows_of()
{
	if [ "${HOWS:-}" = errors ]; then
		if [ "${FULL:-}" ]; then echo "$@"; else turn_of "$@"; fi
	elif [ "${FULL:-}" ]; then
		echo ${HOWS:-KILL all-KILL $*}
	elif [ "${HOWS:-}" ]; then
		turn_of $HOWS
	else
		echo KILL all-KILL "$(turn_of "$@")"
	fi
}

is_wanted()
{
	if [ "${CALLS:-}" ]; then
		[ "$n" -ge "${CALLS%-*}" ] && [ "$n" -le "${CALLS#*-}" ]
	else
		[ "${FULL:-}" ] || [ $((n % ${every:-1})) = 0 ]
	fi
}

sweep()
{
	local errors count=0
	[ "$who" = as_root ] || INJECT=$T/inject
	list_calls "$@"
	while read -r n proc call errors <&3; do
		is_wanted || continue
		# shellcheck disable=SC2086 # a list of words
		for how in $(hows_of $errors); do
			prepare
			spoil "$INJECT" "$n" "$how" -- "$@"
			is_signal || [ "$rc" = "${expected:-0}" ] || [ "$rc" = 99 ] || [ -s "$T/spoiled" ] || wrong 'fails without a word'
			judge "$rc"
			[ -z "${VERBOSE:-}" ] || echo "$n $proc $call $how $rc"
			count=$((count + 1))
			[ $((count % 25)) != 0 ] || look_for_namespaces
		done
	done 3<"$T/calls"
	look_for_namespaces
	echo "$count runs over $(wc -l <"$T/calls") calls, $failures wrong"
	[ $failures = 0 ] || exit 1
}

# `judge` of an `up` that says nothing else: the lab is whole and goes down, or it is not up and HOW (as for `gone`) is left.
whole_or()
{
	local how=$1 rc=$2
	if $who isle show fault >"$T/out" 2>&1; then
		whole || wrong "up, but not whole: $(cat "$T/out")"
		$who isle down fault >"$T/out" 2>&1 || { wrong "cannot be taken down: $(cat "$T/out")"; return; }
		gone all
		return
	fi
	[ "$rc" != 0 ] || { wrong 'not up, but status 0'; return; }
	gone "$how"
}
