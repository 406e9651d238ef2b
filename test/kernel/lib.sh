# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Words for kernel tests: `. test/kernel/lib.sh` on top, the topology drawn
# above it. Runs in a network, mount, /run and /tmp of its own (inside.sh).
# Any command that fails ends the test, and what was being done is shown.
#
#	isle ARGS        the program under test
#	fails CMD        CMD must fail; its output goes to $T/out; fails=N: with that status
#	says TEXT CMD    the output (both streams) of CMD, whatever its status, contains TEXT
#	not CMD          CMD, a condition or one of these helpers, must not hold
#	same A B         two texts are equal
#	ours             of interfaces' names on stdin those that not every new namespace has (sit0, gre0 …), and lo
#	eventually CMD   CMD becomes true within ISLE_TEST_PATIENCE seconds (60); polled, never slept for
#	isnt CMD         for the same: CMD is false (`not` ends the test)
#	elsewhere PID    that process is in another network namespace (by now)
#	as_user CMD      as an ordinary user without privilege (uid 4242, HOME, XDG_RUNTIME_DIR);
#	                 XDG=no: without that directory
#	way_out          give this machine a default route; uplinks need one
#	outside_world    the same, and somebody there
#	machine_state    everything a lab could leave behind, to be compared before and after
#	unchanged_since STATE    the same once the kernel has cleaned up
#	need FEATURE     skip where the kernel or the machine lacks it
#	skip WHY
set -eEuo pipefail
# else a failure within $(…) would go on
shopt -s inherit_errexit
# The line of the test, not that of a helper here.
where()
{
	local i
	for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
		if [ "${BASH_SOURCE[i]##*/}" != lib.sh ]; then
			echo "${BASH_SOURCE[i]}:${BASH_LINENO[i - 1]}: ${1:-failed}" >&2
			return
		fi
	done
}
trap 'where "failed: $BASH_COMMAND"' ERR
ISLE=${ISLE:-./isle}
T=${T:-/run/test}
export NO_COLOR=1
# how long a condition may take that does come true; raised where the machine is slow: emulated, under sanitizers
patience=${ISLE_TEST_PATIENCE:-60}
test_uid=4242
test_home=$T/home
test_run=$T/run

# With -q it reads to the end as well: else whoever still writes to it dies of SIGPIPE, if it comes to that, and fails
# the pipe.
grep()
{
	local word rest=() quiet='' options=yes
	for word; do
		[ "$word" != -- ] || options=''
		if [ "$options" ] && [[ $word =~ ^-[A-Za-z]*q[A-Za-z]*$ ]]; then
			quiet=yes
			word=${word//q/}
			[ "$word" != - ] || continue
		fi
		rest+=("$word")
	done
	if [ "$quiet" ]; then
		command grep "${rest[@]}" >/dev/null
	else
		command grep "${rest[@]}"
	fi
}

# By its name: a function would be a process more in each pipe and $(…).
case $ISLE in
/*/isle) PATH=${ISLE%/isle}:$PATH ;;
*)
	isle()
	{
		"$ISLE" "$@"
	}
	;;
esac

skip()
{
	echo "$*"
	exit 77
}

die()
{
	where "$*"
	exit 1
}

fails()
{
	local rc=0
	"$@" >"$T/out" 2>&1 || rc=$?
	[ "$rc" != 0 ] || die "should have failed: $*"
	# SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, a sanitizer: no way to refuse
	case $rc in 132 | 134 | 135 | 136 | 139 | 99)
		cat "$T/out"
		die "crashed ($rc): $*" ;;
	esac
	[ "${fails:-$rc}" = "$rc" ] || { cat "$T/out"; die "exit status $rc, not $fails: $*"; }
}

# For helpers and conditions; `! CMD` alone would not end the test.
not()
{
	local rc=0
	# a helper may end its shell
	if [ "$1" != grep ] && declare -F "$1" >/dev/null; then
		("$@") >"$T/not" 2>&1 || rc=$?
	else
		"$@" >"$T/not" 2>&1 || rc=$?
	fi
	[ $rc != 0 ] || die "should not be so: $*"
}

says()
{
	local text=$1 out
	shift
	"$@" >"$T/out" 2>&1 || :
	mapfile -d '' out <"$T/out"
	[[ ${out[*]} = *"$text"* ]] || { cat "$T/out" >&2; die "'$*' does not say: $text"; }
}

same()
{
	[ "$1" = "$2" ] || { diff <(echo "$1") <(echo "$2") >&2 || die 'not the same (<: first, >: second)'; }
}

# Some modules put a device into every namespace that is made once they are loaded.
ours()
{
	grep -vxF -f <(unshare --net ip -o link show | link_names | grep -vx lo) || :
}

link_names()
{
	sed 's/^[0-9]*: *\([^:@]*\).*/\1/'
}

isnt()
{
	! "$@"
}

elsewhere()
{
	[ "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$1/ns/net")" ]
}

# The one place that waits: on a condition, with a limit that only a broken test reaches.
eventually()
{
	local end=$((SECONDS + patience)) pause=16
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || die "did not come true within $patience s: $*"
		pause
	done
}

# Between two looks, $pause milliseconds, the next time a quarter more: to look costs more than to wait. Nobody writes there;
# sleep would be a process.
pause()
{
	local time
	[ -p "$T/.pause" ] || mkfifo "$T/.pause"
	printf -v time '0.%03d' "$pause"
	pause=$((pause < 200 ? pause * 5 / 4 : pause))
	read -rt "$time" <>"$T/.pause" || :
}

# The test's machine gets a default route, though nobody answers there. IPv6 too.
way_out()
{
	ip link add out0 type veth peer name out1
	# no link-local addresses, which would turn up at a time of their own
	ip link set out1 addrgenmode none
	ip link set out0 addrgenmode none
	ip link set out1 up
	ip link set out0 up
	ip address add 192.0.2.2/24 dev out0
	ip address add 2001:db8::2/64 dev out0 nodad
	ip route add default via 192.0.2.1
	ip route add default via 2001:db8::1
}

# The user exists only in this mount namespace: a name for the uid, subordinate ids, a home.
make_user()
{
	[ ! -d "$test_home" ] || return 0
	local f
	mkdir -p "$T/etc" "$test_home" "$test_run"
	for f in passwd group subuid subgid; do
		cat /etc/$f >"$T/etc/$f" 2>/dev/null || :
	done
	echo "tester:x:$test_uid:$test_uid::$test_home:/bin/sh" >>"$T/etc/passwd"
	echo "tester:x:$test_uid:" >>"$T/etc/group"
	echo "tester:200000:65536" | tee -a "$T/etc/subuid" >>"$T/etc/subgid"
	for f in passwd group subuid subgid; do
		[ ! -e /etc/$f ] || mount --bind "$T/etc/$f" /etc/$f
	done
	# as distributions set it up; some bare machines leave it to root
	if [ -c /dev/net/tun ]; then
		mknod -m 666 "$T/tun" c 10 200
		mount --bind "$T/tun" /dev/net/tun
	fi
	chown $test_uid:$test_uid "$test_home" "$test_run"
	chmod 700 "$test_run"
	chmod 755 "$T" "$T/etc"
	# the sources may be where only root may go
	install -m 755 "$ISLE" "$T/isle"
}

as_user()
{
	local env=(HOME="$test_home" USER=tester LOGNAME=tester PATH="$PATH" ISLE="$T/isle" T="$T" NO_COLOR=1)
	[ "$(id -u)" = 0 ] || die 'as_user: not root'
	make_user
	[ "${XDG:-yes}" = no ] || env+=(XDG_RUNTIME_DIR="$test_run")
	env+=(ASAN_OPTIONS="${ASAN_OPTIONS:-}" LSAN_OPTIONS="${LSAN_OPTIONS:-}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-}")
	# the function isle is not known beyond env(1)
	[ "$1" != isle ] || set -- "$T/isle" "${@:2}"
	setpriv --reuid $test_uid --regid $test_uid --clear-groups --inh-caps=-all --bounding-set=-all \
		env -i "${env[@]}" "$@"
}

# Somebody to reach there: namespace `outside`, 10.123.0.2, by h0 -- h1.
outside_world()
{
	ip netns add outside
	ip link add h0 type veth peer name h1 netns outside
	ip address add 10.123.0.1/24 dev h0
	ip link set h0 addrgenmode none up
	ip -n outside address add 10.123.0.2/24 dev h1
	ip -n outside link set h1 up
	ip route add default via 10.123.0.2
}

# $T/serve.py PORT NAME says "NAME heard" and what it was told, line by line, to whoever asks with $T/ask ADDRESS PORT.
talkers()
{
	cat >"$T/serve.py" <<'END'
import socket, sys, threading
s = socket.create_server(('::', int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
def talk(c):
    while (said := c.recv(100)):
        c.sendall(sys.argv[2].encode() + b' heard ' + said)
while True:
    threading.Thread(target=talk, args=(s.accept()[0],), daemon=True).start()
END
	cat >"$T/ask" <<'END'
#!/bin/bash
exec 3<>"/dev/tcp/$1/$2" && echo me >&3 && read -r -t 5 said <&3 && echo "$said"
END
}

# As few processes as can be: most tests ask for it, some often.
machine_state()
{
	local file text
	{
		echo '== links, addresses, routes'
		ip -o -batch - <<<$'link show\naddress show\nroute show table all'
		ip -6 route show table all
		echo '== named namespaces'
		printf '%s\n' /run/netns/*
		echo '== files, namespaces of processes'
		find /run /tmp /proc/[0-9]*/ns/{net,mnt,uts,user,pid} -xdev \( -path "$T" -o -path /run/mount -o -path '/tmp/sh-thd*' \) \
			-prune -o -path '/proc/*' -printf 'of a process: %l\n' -o -print 2>/dev/null || :
		echo '== mounts'
	} | awk -v own=" $T/" '
		/^== / { n++ }
		/^of a process: / && seen[$0]++ { next }
		n == 1 && /^[0-9]+: [^ ]+ +inet/ { $0 = $2 " " $3 " " $4 }
		n == 1 && /^[0-9]+: / { sub(/^[0-9]*: /, ""); sub(/ *state [A-Z]*/, "") }
		FNR != NR { if (index($0, own)) next; $0 = $5 " " $9 " " $10 " " $11 }
		{ print n, $0 }' - /proc/self/mountinfo | sort
	echo '== nft'
	if command -v nft >/dev/null; then nft list ruleset; fi
	echo '== forwarding'
	for file in /proc/sys/net/ipv[46]/conf/*/forwarding; do
		read -r text 2>/dev/null <"$file" && echo "$file:$text"
	done || :
}

is_state()
{
	[ "$(machine_state)" = "$1" ]
}

# The machine is what machine_state said before, once the kernel is done with what it does afterwards.
unchanged_since()
{
	local end=$((SECONDS + patience)) pause=16
	until is_state "$1"; do
		[ $SECONDS -lt $end ] || same "$1" "$(machine_state)"
		pause
	done
}

# Does the kernel know this kind of interface? Some are refused for what they lack, which is an answer too.
has_link()
{
	local out
	if [ "$1" = tap ] || [ "$1" = tun ]; then
		[ -c /dev/net/tun ]
		return
	fi
	out=$(unshare --net ip link add isle-p0 type "$1" 2>&1) || case $out in
	*nknown* | *'not supported'*) return 1 ;;
	esac
}

# Does the kernel have the kinds of interfaces that the file's `# needs:` names?
has_kinds()
{
	local kind
	while read -r kind; do
		if ! has_link "$kind"; then
			echo "without $kind, not tried: $1"
			return 1
		fi
	done < <(sed -n 's/^# needs: //p' "$1" | tr -s ' ' '\n')
}

# need link:KIND|ovs|pasta|slirp4netns|PROGRAM|userns|overlay|bridge|veth|nft|root|tun
need()
{
	local what
	for what; do
		# asked by run.sh, once for all
		[[ " ${TEST_HAS:-} " != *" $what "* ]] || continue
		case $what in
		root) [ "$(id -u) $(awk '{print $1, $3}' /proc/self/uid_map)" = '0 0 4294967295' ] || skip 'needs root on the machine' ;;
		userns) setpriv --reuid 65534 --clear-groups unshare -Urn true 2>/dev/null ||
			skip 'the kernel allows no user namespaces to ordinary users' ;;
		overlay) grep -qw overlay /proc/filesystems || modprobe -q overlay 2>/dev/null || skip 'the kernel has no overlay filesystem' ;;
		veth) ip link add isle-p0 type veth peer name isle-p1 2>/dev/null || skip 'the kernel has no veth (CONFIG_VETH)'
			ip link del isle-p0 ;;
		bridge) ip link add isle-p0 type bridge 2>/dev/null || skip 'the kernel has no bridge (CONFIG_BRIDGE)'
			ip link del isle-p0 ;;
		nft) nft add table inet isle-probe 2>/dev/null || skip 'no nft, or a kernel without nf_tables'
			nft delete table inet isle-probe ;;
		link:*) has_link "${what#*:}" || skip "the kernel has no ${what#*:}" ;;
		tun) [ -c /dev/net/tun ] || modprobe -q tun 2>/dev/null || skip 'no /dev/net/tun' ;;
		*) command -v "$what" >/dev/null || skip "the program $what is not installed" ;;
		esac
	done
}
