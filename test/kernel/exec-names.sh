# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a --- b      as lab one; the namespaces web and a.b.c beside it, of `ip netns`
#
# Every way to name a namespace, and every way to get it wrong. What is joined
# is told by the id of the network namespace.
. test/kernel/lib.sh
need root veth

# these leave something behind that is not isle's
as_user true
ip netns add web
before=$(machine_state)
# what CMD of `isle exec ARGS` is in
net()
{
	isle exec "$@" -- readlink /proc/self/ns/net
}
own=$(readlink /proc/self/ns/net)
mnt=$(readlink /proc/self/ns/mnt)

printf 'lab: one\nlinks: [a -- b]\n' >"$T/one.yaml"
isle up "$T/one.yaml"
ip netns add a.b.c
web=$(ip netns exec web readlink /proc/self/ns/net)
dots=$(ip netns exec a.b.c readlink /proc/self/ns/net)
host=$(ip netns exec a.one readlink /proc/self/ns/net)
unshare --net sleep 1000 &
pid=$!
is_away()
{
	[ "$(readlink "/proc/$pid/ns/net")" != "$own" ]
}
eventually is_away
proc=$(readlink /proc/$pid/ns/net)

# each of them
same "$(net web)" "$web"
same "$(net a.b.c)" "$dots"
same "$(net a)" "$host"
same "$(net a.one)" "$host"
same "$(net pid:$pid)" "$proc"
same "$(net /proc/$pid/ns/net)" "$proc"
same "$(net /run/netns/web)" "$web"
same "$(cd /run/netns && net ./web)" "$web"
same "$(net /run/netns/a.one)" "$host"
# a name may be nearly anything
odd='-x y;*'
ip netns attach "x$odd" $pid
same "$(net "x$odd")" "$proc"
# a thread of a process
same "$(net pid:$$)" "$own"

# from inside a host its lab is not to be seen: what else has the name of one of its hosts is not taken for it
ip netns add b
fails=125 fails isle exec a.one "$ISLE" exec b true
grep -q 'b is the name of a host of lab one, which is not in sight' "$T/out"
same "$(isle exec a.one env -u ISLE_LAB "$ISLE" exec b readlink /proc/self/ns/net)" "$(net /run/netns/b)"
same "$(isle exec a.one "$ISLE" exec web readlink /proc/self/ns/net)" "$web"
ip netns delete b

# plain ones: the network and nothing else; a /sys on demand
same "$(isle exec web readlink /proc/self/ns/mnt)" "$mnt"
same "$(isle exec pid:$pid readlink /proc/self/ns/mnt)" "$mnt"
same "$(isle exec --sys web ls /sys/class/net | ours | xargs)" lo
not test "$(isle exec --sys web readlink /proc/self/ns/mnt)" = "$mnt"
same "$(isle exec --sys pid:$pid ls /sys/class/net | ours | xargs)" lo
# a host's own view
same "$(isle exec a ls /sys/class/net | ours | wc -l)" 2

# statuses are the command's
for rc in 0 7 125; do
	got=0; isle exec web sh -c "exit $rc" || got=$?
	same $got $rc
done
got=0; isle exec web sh -c 'kill -9 $$' || got=$?
same $got 137
fails=127 fails isle exec web no-such-program
not grep -q 'hint:' "$T/out"
# what an option would have been
says 'hint: options come before WHERE' isle exec web -n true
says 'hint: options come before NAME' isle ns enter web -n true
fails=126 fails isle exec web /etc
same "$(echo in | isle exec web cat)" in
same "$(isle exec web sh -c 'cat <&7' 7<<<seven)" seven
same "$(isle exec web ls /proc/self/fd | xargs)" "$(ls /proc/self/fd | xargs)"
(exec "$ISLE" exec web sh -c 'echo $$; exec sleep 1000') >"$T/pid" &
eventually test -s "$T/pid"
same "$(cat "$T/pid")" $!
kill -TERM $!
rc=0; wait $! || rc=$?
same $rc 143

# two of one name
ip netns add a
fails=125 fails isle exec a true
grep -q 'a.one, /run/netns/a$' "$T/out"
same "$(net /run/netns/a)" "$(ip netns exec a readlink /proc/self/ns/net)"
same "$(net a.one)" "$host"
same "$(ISLE_LAB=one net a)" "$host"
ip netns del a
# a name that only looks like a host's
ip netns add b.two
same "$(net b.two)" "$(ip netns exec b.two readlink /proc/self/ns/net)"
rm /run/netns/a.one
ip netns attach a.one $pid
fails=125 fails isle exec a.one true
grep -q 'a.one, /run/netns/a.one$' "$T/out"
same "$(net a)" "$host"
ip netns del a.one

# nothing of that name, and what is near
fails=125 fails isle exec nobody true
grep -q 'no lab that is up has a host nobody, and there is no /run/netns/nobody, and no bundle' "$T/out"
says 'did you mean web?' isle exec wbe true
says 'did you mean b.one?' isle exec c.one true
says 'lab one has no host c' isle exec c.one true
says 'lab three, of a host c, is not up' isle exec c.three true
says "is pid:$pid" isle exec $pid true
says "no process" isle exec pid:0 true
says "no process" isle exec pid: true
says "no process" isle exec pid:-1 true
says "no process" isle exec pid:12x true
says 'there is no process 999999999' isle exec pid:999999999 true
says 'no namespace' isle exec '' true
says 'names no namespace' isle exec .. true
says 'too long' isle exec "$(printf '%0300d' 1)" true
says "there is no /run/netns/$(printf '%0255d' 1)" isle exec "$(printf '%0255d' 1)" true
for ref in docker:nobody podman:nobody lxc:nobody machine:nobody; do
	fails=125 fails isle exec $ref true
	grep -q "${ref%:*}" "$T/out"
	grep -q hint: "$T/out"
done

# names that are no namespaces
: >/run/netns/plain
fails=125 fails isle exec plain true
grep -q 'made in another mount namespace' "$T/out"
grep -q 'isle holders /run/netns/plain' "$T/out"
says 'made in another mount namespace' isle exec /run/netns/plain true
mkfifo /run/netns/fifo
fails=125 fails timeout "$patience" "$ISLE" exec fifo true
ln -s /nowhere /run/netns/dangling
says 'a symlink to /nowhere, which is not there' isle exec dangling true
ln -s /run/isle/old/shown/h /run/netns/h.old
says 'lab old is not up' isle exec h.old true
rm /run/netns/{plain,fifo,dangling,h.old}
says 'is no network namespace' isle exec /proc/$pid/ns/mnt true
says 'is a directory' isle exec /proc/$pid/ns true
says '/etc/passwd is no namespace' isle exec /etc/passwd true
says 'cannot open /nowhere/at/all' isle exec /nowhere/at/all true

# a process that has ended, but is waited for by nobody
bash -c '(until grep -q sleep /proc/$$/comm; do :; done) & echo $!; exec sleep 1000' >"$T/zombie" &
keeper=$!
eventually test -s "$T/zombie"
z=$(cat "$T/zombie")
eventually grep -q '^State:.Z' "/proc/$z/status"
says 'nobody has waited for it' isle exec "pid:$z" true
kill $keeper
wait $keeper || :

# without the right to it
fails=125 fails as_user isle exec web true
grep -q 'cannot enter the network namespace of web' "$T/out"
grep -q CAP_SYS_ADMIN "$T/out"
fails=125 fails as_user isle exec pid:$pid true
grep -q 'cannot open the namespaces of process' "$T/out"

# but what one's own user namespace owns is one's own: a rootless container's
if setpriv --reuid $test_uid --regid $test_uid --clear-groups unshare -Urn true 2>/dev/null; then
	as_user unshare -Urn sh -c 'ip link set lo up; echo $$; exec sleep 1000' >"$T/mine" &
	eventually test -s "$T/mine"
	mine=$(cat "$T/mine")
	same "$(as_user isle exec "pid:$mine" readlink /proc/self/ns/net)" "$(readlink "/proc/$mine/ns/net")"
	same "$(as_user isle exec --sys "pid:$mine" ls /sys/class/net | ours | xargs)" lo
	as_user isle ping "pid:$mine" 127.0.0.1
	kill "$mine"
	wait $! || :
fi

# ping from what is no host
ip link add v0 netns web type veth peer name v1 netns a.b.c
ip -n web address add 10.9.0.1/24 dev v0
ip -n a.b.c address add 10.9.0.2/24 dev v1
ip -n web link set v0 up
ip -n a.b.c link set v1 up
eventually isle ping web 10.9.0.2
says 'web -> 10.9.0.2' isle ping web 10.9.0.2
fails=1 fails isle ping web 10.8.0.1
grep -q unreachable "$T/out"
same "$(ip -n web neigh show)" ''
fails=1 fails isle ping web b
grep -q "'b' is no address" "$T/out"
fails=1 fails as_user isle ping web 10.9.0.2
grep -q CAP_SYS_ADMIN "$T/out"

# a shell
same "$(echo 'readlink /proc/self/ns/net' | SHELL=/bin/sh isle shell web)" "$web"
same "$(echo 'readlink /proc/self/ns/net' | SHELL=/bin/sh isle shell a)" "$host"
fails=125 fails isle shell nobody

kill $pid
wait $pid || :
ip netns del "x$odd"
for n in a.b.c b.two; do ip netns del $n; done
isle down one
unchanged_since "$before"
