# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a ---- b        a ---- c, which comes later
#
# `files` and `private` that change while the lab is up: of hosts that nobody
# has entered yet, and of new ones. Who has been entered keeps his, and nothing
# else changes either. As root and rootless.
. test/kernel/lib.sh
need root userns veth
# strace is in the way of looking for leaks
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
before=$(machine_state)
mkdir "$T/conf"
echo one >"$T/one.conf"
echo two >"$T/two.conf"
echo deep >"$T/conf/deep.conf"
# lab LINKS FILES-OF-A FILES-OF-C
lab()
{
	printf 'lab: own\nlinks: [%s]\nhosts:\n  a: {%s}\n  b: {}\n' "$1" "$2"
	[ -z "${3:-}" ] || printf '  c: {%s}\n' "$3"
}
lab 'a -- b' 'files: {/etc/x.conf: one.conf, /etc/x: conf}' >"$T/one.yaml"
lab 'a -- b' 'files: {/etc/x.conf: two.conf}, private: [/run/x]' >"$T/two.yaml"
lab 'a -- b, a -- c' 'files: {/etc/x.conf: two.conf}, private: [/run/x]' 'files: {/etc/c.conf: one.conf}' >"$T/three.yaml"
lab 'a 10.7.7.1/24 -- b 10.7.7.2/24' 'files: {/etc/x.conf: gone.conf}' >"$T/gone.yaml"
lab 'a 10.7.7.1/24 -- b 10.7.7.2/24' '' >"$T/none.yaml"
who=
change()
{
	$who isle up "$T/one.yaml"
	says "~ files and directories of a's own" $who isle plan "$T/two.yaml"
	says 'gone.conf: No such file' $who isle up "$T/gone.yaml"
	$who isle plan --exit-code "$T/one.yaml"
	$who isle up "$T/two.yaml"
	$who isle plan --exit-code "$T/two.yaml"
	$who isle up "$T/one.yaml"
	$who isle up "$T/two.yaml"
	same "$($who isle exec a -- cat /etc/x.conf)" two
	$who isle exec a -- test -d /run/x -a ! -e /etc/x
	# a host that comes with some, and goes, and comes again
	$who isle up "$T/three.yaml"
	same "$($who isle exec c -- cat /etc/c.conf)" one
	$who isle up "$T/two.yaml"
	$who isle up "$T/three.yaml"
	same "$($who isle exec c -- cat /etc/c.conf)" one
	# a has been entered
	for other in one none; do
		says 'it has been entered, and who is inside may have them open' $who isle up "$T/$other.yaml"
		$who isle plan --exit-code "$T/three.yaml"
	done
	same "$($who isle exec a -- cat /etc/x.conf)" two
	$who isle down own
}
change
unchanged_since "$before"

# refused when all but the commit is done: a has what it had
if command -v strace >/dev/null; then
	isle up "$T/one.yaml"
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:error=EPERM "$ISLE" up "$T/two.yaml"
	isle plan --exit-code "$T/one.yaml"
	# killed there: whatever comes next is all of it
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:signal=KILL "$ISLE" up "$T/two.yaml"
	isle up "$T/one.yaml"
	same "$(isle exec a -- cat /etc/x.conf /etc/x/deep.conf)" $'one\ndeep'
	isle down own
	unchanged_since "$before"
fi
who=as_user
chmod -R a+rX "$T"
change
