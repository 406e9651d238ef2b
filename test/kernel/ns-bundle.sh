# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Bundles: `isle ns add`, `enter`, `delete`; alone and beside labs; killed and
# refused on the way.
#
#	/run/isle/.ns/NAME/TYPE   a pin for each type
. test/kernel/lib.sh
# LeakSanitizer hangs or fails where /proc is of another pid namespace, and below strace
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
need root

before=$(machine_state)
pins()
{
	grep -c ' - nsfs ' /proc/self/mountinfo || :
}
ids='for t in net uts mnt ipc; do readlink /proc/self/ns/$t; done'

# one of three: what one enter does, the next one sees; lo is down; the caller is where he was
mine=$(sh -c "$ids")
isle ns add web --net --uts --mnt --hostname web
same "$(ls /run/isle/.ns/web)" $'mnt\nnet\nuts'
same "$(isle ns enter web hostname)" web
same "$(isle ns enter web ip -o link show lo | grep -o 'state DOWN')" 'state DOWN'
isle ns enter web sh -c 'ip link set lo up; hostname changed; mount -t tmpfs only-there /mnt'
same "$(isle ns enter web sh -c 'hostname; grep -c only-there /proc/self/mountinfo; ip link show lo up | grep -c LOOPBACK')" $'changed\n1\n1'
same "$(isle ns enter --net web hostname)" "$(hostname)"
same "$(cd /tmp && isle ns enter web pwd)" /tmp
same "$(isle ns enter web sh -c "$ids" | sort)" "$(for t in net uts mnt; do echo "$t:[$(stat -c %i /run/isle/.ns/web/$t)]"; done |
	cat - <(readlink /proc/self/ns/ipc) | sort)"
same "$(sh -c "$ids")" "$mine"
for rc in 0 7 255; do
	fails=$rc
	isle ns enter web sh -c "exit $rc" || same $? $rc
done
unset fails
fails=127 fails isle ns enter web nothing-of-that-name
fails=125 fails isle ns enter --ipc web true
# mounts made outside later are seen inside
mount --make-rshared /
isle ns add later --mount
mount -t tmpfs seen-too /mnt
same "$(isle ns enter later grep -c seen-too /proc/self/mountinfo)" 1
umount /mnt
same "$(isle ns enter later grep -c seen-too /proc/self/mountinfo || :)" 0
mount --make-rprivate /
isle ns delete later

# another namespace of that name: made, and said at once
mkdir -p /run/netns
ip netns add twin
says 'warning: twin alone is ambiguous now' isle ns add twin --net --uts
grep -q 'hint: of the bundle: /run/isle/.ns/twin/TYPE; of ip netns: /run/netns/twin' "$T/out"
fails=125 fails isle exec twin true
isle ns enter /run/isle/.ns/twin/net true
isle ns delete twin
ip netns delete twin
same "$(isle ns add twin --net 2>&1)" ''
isle ns delete twin
umount /run/netns
rmdir /run/netns

# twice, and what is not there
fails=1 fails isle ns add web --net
grep -q 'isle ns delete web' "$T/out"
# another meaning of the word comes first: nobody would ever get in
fails=1 fails isle ns add pid:1 --net
fails=1 fails isle ns add docker:web --net
same "$(isle ns add j -nu -j | tr -d ' \n')" '{"version":1,"name":"j","types":["net","uts"]}'
same "$(isle ns delete j -j | tr -d ' \n')" '{"version":1,"deleted":["j"]}'
says 'did you mean web?' isle ns delete wbe
fails=1 fails isle ns delete wbe
# somebody inside keeps what he is in, and nothing more
mkfifo "$T/go"
"$ISLE" ns enter web sh -c "echo >$T/go; read -r _ <$T/go; hostname >$T/name" &
read -r _ <"$T/go"
isle ns delete web
not test -e /run/isle
same "$(pins)" 0
echo >"$T/go"
wait
same "$(cat "$T/name")" changed
rm "$T/go" "$T/name"
unchanged_since "$before"

# all that can be kept; a user namespace owns the others
isle ns add all -n -u -m -i -U -C -T
same "$(ls /run/isle/.ns/all | tr '\n' ' ')" 'cgroup ipc mnt net time user uts '
same "$(isle ns enter all sh -c 'id -u; ip link set lo up && ip -o link show up | wc -l')" $'0\n1'
isle ns delete all
not test -e /run/isle

# of a process, which may end then; its pid namespace too
unshare -nufp --kill-child sh -c "hostname theirs; ip link add br0 type bridge 2>/dev/null; echo >$T/on; exec sleep 1000" &
eventually test -e "$T/on"
pid=$(pgrep -P $!)
isle ns add theirs --target "$pid" --net --uts --pid
same "$(isle ns enter theirs hostname)" theirs
same "$(isle ns enter theirs readlink /proc/self/ns/pid)" "pid:[$(stat -c %i /run/isle/.ns/theirs/pid)]"
kill -KILL "$pid"
wait 2>/dev/null || :
same "$(isle ns enter --uts theirs hostname)" theirs
fails=125 fails isle ns enter theirs true
grep -q 'its process 1 has ended' "$T/out"
isle ns delete theirs
rm "$T/on"

# many side by side
for i in $(seq 12); do
	isle ns add "b$i" --net --uts --hostname "h$i" &
done
wait
same "$(ls /run/isle/.ns | wc -l)" 12
same "$(isle ns enter b7 hostname)" h7
same "$(isle complete -- ns delete b1 | cut -f 1 | sort | tr '\n' ' ')" 'b1 b10 b11 b12 '
for i in $(seq 12); do
	isle ns delete "b$i" &
done
wait
not test -e /run/isle
unchanged_since "$before"

# beside labs: neither is in the other's way
isle ns add beside --net
printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
isle up "$T/pair.yaml"
same "$(isle ls | grep -c pair)" 1
same "$(isle gc)" "nothing is left behind"
isle down pair
same "$(isle ns enter beside ip -o link | link_names | ours)" lo
isle up "$T/pair.yaml"
isle ns delete beside
isle ping a b >/dev/null
isle down pair
rm "$T/pair.yaml"
not test -e /run/isle
unchanged_since "$before"

# wrong input
for words in '' 'x' 'x y --net' '/x --net' '.x --net' '. --net' 'x --pid' 'x --net --hostname=h' 'x --uts --hostname=' 'x --net=/f' 'x --target=0 --net' \
	'x --target=abc --net' 'x --target=4194304 --net' 'x --target=1 --uts --hostname=h' "$(printf '%064d' 0) --net" 'x --netz' \
	"x --uts --hostname=$(printf '%065d' 0)"; do
	# shellcheck disable=SC2086 # words
	fails isle ns add $words
	grep -q 'error: ' "$T/out"
	not test -e /run/isle
done
fails isle ns add 'a b' --net
fails isle ns add '' --net
fails isle ns delete
for name in '' . .. ../.. /run .ns nothing; do
	fails=1 fails isle ns delete "$name"
	grep -q 'there is no bundle' "$T/out"
done
says 'begins with its first process' isle ns add x --pid
says 'isle ns add x --net --uts --mnt' isle ns add x
unchanged_since "$before"
as_user true
before=$(machine_state)
isle ns add roots --net
fails=125 fails as_user isle exec roots true
grep -q 'hint: root has one of that name' "$T/out"
isle ns delete roots
fails=1 fails as_user isle ns add mine --net
grep -q 'as root' "$T/out"
unchanged_since "$before"

# killed at any call, refused at any call: all of it or nothing, and the next one finds its way
need strace
tried=0 stopped=0
check()
{
	local what=$1
	tried=$((tried + 1))
	if [ -d /run/isle/.ns/x ] && mountpoint -q /run/isle/.ns/x; then
		same "$(ls /run/isle/.ns/x)" $'mnt\nnet\nuts'
		isle ns delete x
	else
		same "$(pins)" 0
		isle gc --yes >/dev/null
		stopped=$((stopped + 1))
	fi
	[ ! -e /run/isle ] || die "/run/isle is left: $what"
	same "$(pins)" 0
}
calls=$(strace -c -o /dev/stdout "$ISLE" ns add x --net --uts --mnt | awk '/total/ {print $(NF - 1)}')
isle ns delete x
for ((k = calls / 3; k <= calls; k += 3)); do
	strace -qq -o /dev/null -e inject=all:signal=SIGKILL:when=$k "$ISLE" ns add x --net --uts --mnt >/dev/null 2>&1 || :
	check "killed at call $k"
done
for call in unshare mount mknod,mknodat fsopen fsmount move_mount open_tree setns mkdir,mkdirat clone sendto recvfrom prctl openat; do
	for k in 1 2 3; do
		for how in error=ENOSPC signal=SIGKILL; do
			strace -qq -f -o /dev/null -e "inject=$call:$how:when=$k" "$ISLE" ns add x --net --uts --mnt >/dev/null 2>&1 || :
			check "$call $how $k"
		done
	done
done
# the parent ends before its child has asked to be told: the child does not stay for ever
strace -qq -f -o /dev/null -e inject=prctl:delay_enter=300000 -e inject=rt_sigprocmask:signal=SIGKILL:when=2 \
	"$ISLE" ns add x --net --uts >/dev/null 2>&1 &
tracer=$!
has_ended()
{
	! kill -0 $tracer
}
eventually has_ended
check 'killed before its child was ready'
# else nothing was injected at all
[ $((stopped * 3)) -gt $tried ] || die "only $stopped of $tried were stopped"
unchanged_since "$before"
