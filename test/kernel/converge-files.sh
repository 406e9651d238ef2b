# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a ---- b        a ---- c, which comes later
#
# `files` and `private` that change while the lab is up: of hosts that nobody
# has entered yet, of new ones, and of those that have been entered, in whose mounts
# they come and go; but not what somebody uses or has mounted something over. Files
# with another text than they were copied with are brought to him, unless somebody
# in there has changed his copy. As root and rootless.
# feature: a file of `files` with another text is brought into hosts that are up
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
lab 'a -- b' "files: {/etc/x.conf: one.conf, /etc/x: conf, /etc/passwd: one.conf, $T/there.conf: two.conf, /var/lib/isle-test/deep: conf}" >"$T/many.yaml"
lab 'a -- b' 'files: {/etc/x: conf, /etc/x/deep.conf: one.conf, /etc/x/more.conf: one.conf}' >"$T/deep.yaml"
lab 'a -- b' 'files: {/etc/x/deep.conf: one.conf}' >"$T/deeper.yaml"
echo theirs >"$T/there.conf"
who=
mounts()
{
	$who isle exec a -- sh -c 'cut -d" " -f3- /proc/self/mountinfo | grep -v " /proc" | sort'
}
inside_comes_and_goes()
{
	passwd=$(cat /etc/passwd)
	$who isle exec a -- sh -c 'echo mine >/run/x/data; echo more >>/etc/x.conf'
	says "- /run/x of a, private; what is in it is kept until the lab goes down" $who isle plan "$T/one.yaml"
	says "+ /etc/x of a: $T/conf" $who isle up "$T/one.yaml"
	same "$($who isle exec a -- cat /etc/x.conf /etc/x/deep.conf)" $'one\ndeep'
	not $who isle exec a -- test -e /run/x
	not $who isle exec a -- test -e /etc/x/data
	$who isle plan --exit-code "$T/one.yaml"
	# over the machine's own files, and where the machine has no directory: seen again, and gone again
	$who isle up "$T/many.yaml"
	same "$($who isle exec a -- cat /etc/passwd "$T/there.conf" /var/lib/isle-test/deep/deep.conf)" $'one\ntwo\ndeep'
	was=$(mounts)
	$who isle up "$T/one.yaml"
	same "$($who isle exec a -- cat /etc/passwd "$T/there.conf")" "$passwd"$'\ntheirs'
	not $who isle exec a -- test -e /var/lib/isle-test
	$who isle up "$T/many.yaml"
	same "$(mounts | cut -d' ' -f3 | sort)" "$(cut -d' ' -f3 <<<"$was" | sort)"
	was=$(mounts)
	same "$($who isle exec a -- cat /etc/passwd "$T/there.conf" /var/lib/isle-test/deep/deep.conf)" $'one\ntwo\ndeep'
	# somebody is in it
	coproc sitter { $who isle exec a -- sh -c 'cd /var/lib/isle-test/deep; echo; read -r go'; }
	pid=$!
	read -r _ <&"${sitter[0]}"
	fails=1 fails $who isle up "$T/one.yaml"
	grep -q 'cannot take /var/lib/isle-test/deep out of the mounts of a: Device or resource busy' "$T/out"
	grep -q 'isle holders a' "$T/out"
	same "$(mounts)" "$was"
	same "$($who isle exec a -- cat /etc/passwd "$T/there.conf" /etc/x.conf)" $'one\ntwo\none'
	$who isle plan --exit-code "$T/many.yaml"
	echo >&"${sitter[1]}"
	wait $pid
	# or has something on it
	$who isle exec a -- mount -t tmpfs none "$T/there.conf" 2>/dev/null || $who isle exec a -- mount --bind /etc/hosts "$T/there.conf"
	was=$(mounts)
	fails=1 fails $who isle up "$T/one.yaml"
	grep -q 'somebody has mounted something over it' "$T/out"
	same "$(mounts)" "$was"
	$who isle exec a -- umount "$T/there.conf"
	# one in another, which stays
	$who isle up "$T/deep.yaml"
	same "$($who isle exec a -- cat /etc/x/deep.conf /etc/x/more.conf /etc/passwd)" $'one\none\n'"$passwd"
	fails=1 fails $who isle up "$T/deeper.yaml"
	grep -q '/etc/x/deep.conf of a, which has been entered, lies in /etc/x, which goes' "$T/out"
	$who isle plan --exit-code "$T/deep.yaml"
	$who isle up "$T/none.yaml"
	not $who isle exec a -- test -e /etc/x
	$who isle up "$T/deeper.yaml"
	same "$($who isle exec a -- ls /etc/x)" deep.conf
	$who isle up "$T/three.yaml"
	not $who isle exec a -- test -e /etc/x
}
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
	inside_comes_and_goes
	$who isle down own
}
# another text in the files themselves: one is copied to where a has a directory of its own, the other is bound over the machine's
lab 'a -- b' "files: {/etc/x.conf: x.conf, $T/there.conf: y.conf}" >"$T/fresh.yaml"
echo theirs >"$T/there.conf"
inside() { $who isle exec a -- cat /etc/x.conf "$T/there.conf"; }
texts()
{
	echo "$1" >"$T/x.conf"
	echo "$2" >"$T/y.conf"
}
fresh()
{
	texts x1 y1
	$who isle up "$T/fresh.yaml"
	texts x2 y1
	says "~ files and directories of a's own" $who isle up "$T/fresh.yaml"
	same "$(inside)" $'x2\ny1'
	$who isle plan --exit-code "$T/fresh.yaml"
	not says 'has an older' $who isle show own
	# entered by now; who has it open sees the new one
	texts x3-longer y3
	says "a has an older /etc/x.conf than $T/x.conf" $who isle show own
	says "~ /etc/x.conf of a: $T/x.conf has another text" $who isle plan "$T/fresh.yaml"
	coproc reader { $who isle exec a -- sh -c 'exec 3</etc/x.conf; read -r line <&3; echo "$line"; read -r go; cat /proc/self/fd/3'; }
	pid=$!
	read -r was <&"${reader[0]}"
	same "$was" x2
	$who isle up "$T/fresh.yaml" >/dev/null
	echo >&"${reader[1]}"
	read -r now <&"${reader[0]}"
	same "$now" x3-longer
	wait $pid
	same "$(inside)" $'x3-longer\ny3'
	same "$(cat "$T/there.conf")" theirs
	$who isle plan --exit-code "$T/fresh.yaml"
	# changed in there, and so it stays; when it is gone, nothing is lost
	$who isle exec a -- sh -c "echo his >/etc/x.conf; echo his >$T/there.conf"
	texts x4 y3
	says '/etc/x.conf of a was changed inside and stays as it is' $who isle up "$T/fresh.yaml"
	same "$(inside)" $'his\nhis'
	$who isle exec a -- rm /etc/x.conf
	$who isle up "$T/fresh.yaml" >/dev/null
	same "$(inside)" $'x4\nhis'
	# a change that fails leaves the copy too
	texts x5 y3
	lab 'a -- b' "sysctl: {net.ipv4.ip_default_ttl: 99999}, files: {/etc/x.conf: x.conf, $T/there.conf: y.conf}" >"$T/bad.yaml"
	chmod a+r "$T"/*
	fails $who isle up "$T/bad.yaml"
	same "$(inside)" $'x4\nhis'
	$who isle down own
}

change
fresh
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
	# the same for a that has been entered
	isle exec a -- sh -c 'echo more >>/etc/x.conf'
	was=$(mounts)
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:error=EPERM "$ISLE" up "$T/many.yaml"
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:error=EPERM "$ISLE" up "$T/two.yaml"
	same "$(mounts)" "$was"
	same "$(isle exec a -- cat /etc/x.conf /etc/x/deep.conf)" $'one\nmore\ndeep'
	not isle exec a -- test -e /run/x -o -e /var/lib/isle-test
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:signal=KILL "$ISLE" up "$T/two.yaml"
	isle up "$T/one.yaml"
	same "$(isle exec a -- cat /etc/x.conf /etc/x/deep.conf)" $'one\nmore\ndeep'
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:signal=KILL "$ISLE" up "$T/two.yaml"
	isle up "$T/two.yaml"
	same "$(isle exec a -- cat /etc/x.conf)" two
	isle exec a -- test -d /run/x -a ! -e /etc/x
	isle down own
	unchanged_since "$before"
	# and a copy that was brought in is what it was
	texts x1 y1
	isle up "$T/fresh.yaml"
	inside >/dev/null
	texts x2 y2
	sed 's/a -- b/a 10.7.7.1\/24 -- b 10.7.7.2\/24/' "$T/fresh.yaml" >"$T/moved.yaml"
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:error=EPERM "$ISLE" up "$T/moved.yaml"
	same "$(inside)" $'x1\ny1'
	fails=1 fails strace -f -o /dev/null -P intent -e trace=renameat2 -e inject=renameat2:signal=KILL "$ISLE" up "$T/moved.yaml"
	isle up "$T/fresh.yaml"
	same "$(inside)" $'x2\ny2'
	isle down own
	unchanged_since "$before"
fi
who=as_user
chmod -R a+rX "$T"
change
fresh
