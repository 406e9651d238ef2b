# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# `isle ns enter` beside nsenter(1), and the lines of the tutorials with
# `alias unshare='isle ns run' nsenter='isle ns enter'`.
#
#	target: a process in namespaces of its own, with the hostname "there" and a tmpfs "only-there" on /mnt
. test/kernel/lib.sh
# LeakSanitizer hangs or fails where /proc is of another pid namespace, and below strace
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
need root bridge

alike()
{
	local a b ra=0 rb=0
	a=$(nsenter "$@" 2>&1 </dev/null) || ra=$?
	b=$(isle ns enter "$@" 2>&1 </dev/null) || rb=$?
	same "$a" "$b"
	[ $ra = $rb ] || die "nsenter exits with $ra, isle with $rb: $*"
}

make_user
before=$(machine_state)
mkfifo "$T/started"
# $1: options of unshare; the process that has the namespaces goes to $target
begin()
{
	# shellcheck disable=SC2086 # words
	unshare $1 sh -c "hostname there; mount -t tmpfs only-there /mnt; cd /usr; echo >$T/started; exec sleep 1000" &
	shell=$!
	read -r _ <"$T/started"
	target=$shell
	case $1 in *f*) target=$(pgrep -P $shell) ;; esac
}
end()
{
	kill -KILL "$target"
	wait $shell 2>/dev/null || :
}

ids='for t in cgroup ipc mnt net pid user uts; do readlink /proc/self/ns/$t; done'
begin '-mnuiC'
for o in -n -u -i -C -m -a '-n -u' '-m -u -i -n' '-n -u -F'; do
	# shellcheck disable=SC2086 # words
	alike -t "$target" $o sh -c "$ids"
done
alike --target "$target" --uts hostname
alike --target="$target" -u -- hostname
alike -t "$target" -a sh -c 'grep -c only-there /proc/self/mountinfo; pwd'
alike -t "$target" -m pwd
alike -t "$target" -a -w pwd
alike -t "$target" -a -r pwd
alike -t "$target" -a --root --wd=/usr pwd
alike -t "$target" -m --wdns=/mnt pwd
alike -t "$target" -n -W /usr pwd
alike -t "$target" -m --root=/usr sh -c true || :
alike -t "$target" -u -S 12 -G 13 id
alike -t "$target" -u -S 12 id
f=/proc/$target/ns/net
alike --net="$f" readlink /proc/self/ns/net
alike -n"$f" readlink /proc/self/ns/net
alike --net="$f" --uts="/proc/$target/ns/uts" hostname
alike -t 1 --net="$f" -u sh -c "$ids"
# given twice, the last value counts
alike -t 1 -t "$target" -n -n -u sh -c "$ids"
alike --net=/proc/1/ns/net --net="$f" readlink /proc/self/ns/net
alike -t "$target" -u -S 12 -S 13 -W / -W /usr sh -c 'pwd; id'
for rc in 0 1 7 125 126 127 255; do
	alike -t "$target" -n sh -c "exit $rc"
done
alike -t "$target" -n sh -c 'kill -TERM $$'
fails=127 fails isle ns enter -t "$target" -n nothing-of-that-name
fails=126 fails isle ns enter -t "$target" -n /etc/passwd
same "$(echo 'hostname' | SHELL=/bin/sh isle ns enter -t "$target" -u)" there
# by name instead: the working directory stays
same "$(isle ns enter "pid:$target" hostname)" there
same "$(cd /tmp && isle ns enter "pid:$target" pwd)" /tmp
same "$(isle ns enter --uts "pid:$target" readlink /proc/self/ns/net)" "$(readlink /proc/self/ns/net)"
same "$(isle ns enter "/proc/$target/ns/uts" -- hostname)" there
ip netns add named
same "$(isle ns enter named ip -o link show lo | grep -o 'state DOWN')" 'state DOWN'
fails=125 fails isle ns enter --uts named true
ip netns delete named
umount /run/netns
rmdir /run/netns
end

# a pid namespace: a child, whose end is ours
begin '-mfp --mount-proc'
alike -t "$target" -p -m sh -c 'cat /proc/1/comm; readlink /proc/self/ns/pid'
alike -t "$target" -a sh -c 'set -- /proc/[0-9]*; echo $#'
for rc in 0 7 255; do
	alike -t "$target" -p sh -c "exit $rc"
done
alike -t "$target" -p sh -c 'kill -TERM $$'
fails=137 fails isle ns enter -t "$target" -p sh -c 'kill -KILL $$'
alike -t "$target" -p -F readlink /proc/self/ns/pid
ns=/proc/self/fd/7
exec 7<"/proc/$target/ns/pid"
end
fails=125 fails isle ns enter --pid=$ns true
grep -q 'its process 1 has ended' "$T/out"
exec 7<&-

# a user namespace: one is root there, unless told otherwise
begin '-rmnu'
who='id -u; id -g; cat /proc/self/uid_map'
for o in -U -a '-U -n' '-U --preserve-credentials' '-U -S 0 -G 0' '-a -u'; do
	# shellcheck disable=SC2086 # words
	alike -t "$target" $o sh -c "$who"
done
alike -t "$target" -a hostname
fails=125 fails isle ns enter -t "$target" -U -S 5 true
grep -q 'not mapped' "$T/out"
end

# a user and his own: what he is in already needs no privilege, and groups that cannot be given up stay
mkfifo -m 666 "$T/mine"
as_user isle ns run -rnmu sh -c "hostname mine; echo >$T/mine; exec sleep 1000" || : &
read -r _ <"$T/mine"
target=$(pgrep -f '^sleep 1000')
for where in "-t $target -a" "pid:$target" "-t $target -U -n -u"; do
	# shellcheck disable=SC2086 # words
	same "$(as_user isle ns enter $where sh -c 'id -u; hostname; readlink /proc/self/ns/net')" \
		"$(printf '%s\n' 0 mine "$(readlink "/proc/$target/ns/net")")"
done
same "$(as_user isle ns enter -u "pid:$target" hostname)" mine
fails=125 fails as_user isle ns enter -t "$target" -U -G 0 true
grep -q 'hint: .*setgid' "$T/out"
fails=125 fails as_user isle ns enter -t "$target" -n true
kill "$target"
wait
rm "$T/mine"

# a lab's host, as the first one in: its own files, also where only the mounts are asked for
printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
chmod 644 "$T/pair.yaml"
for who in '' as_user; do
	$who isle up "$T/pair.yaml"
	fails isle ns list -n -t mnt a.pair
	$who isle ns enter a sh -c 'hostname; grep -w b /etc/hosts; ls /sys/class/net' >"$T/first" 2>"$T/err"
	same "$(cat "$T/err")" ''
	same "$(cut -f 2 "$T/first" | head -n 2 | xargs)" 'a b'
	not grep -qx out0 "$T/first"
	same "$($who isle ns enter a readlink /proc/self/ns/mnt)" "$($who isle exec a readlink /proc/self/ns/mnt)"
	# by types; of one's own lab its user namespace comes along, which gives the right to them
	$who isle ns enter --mnt b grep -qw a /etc/hosts
	same "$($who isle ns enter -u a hostname)" a
	same "$($who isle ns enter -n a readlink /proc/self/ns/net)" "$($who isle exec a readlink /proc/self/ns/net)"
	same "$($who isle ns enter -n a hostname)" "$(hostname)"
	says 'no namespace of the type IPC' $who isle ns enter -i a true
	$who isle down pair
done

# wrong input: what is wrong, with what
fails=125 fails isle ns enter --net=/etc/passwd true
grep -q '/etc/passwd is no namespace' "$T/out"
fails=125 fails isle ns enter --mount=/proc/self/ns/net true
grep -q '/proc/self/ns/net is a net namespace, not mnt' "$T/out"
fails=125 fails isle ns enter -t $$ --net=/no/such true
not grep -q 'hint: is there a process' "$T/out"
for o in '-t 0' '-t x' '-t -5' '-t 4194304 -n' '-n' '-a' '-r' '--net=/no/such' '--net=/etc/passwd' '-t 1 -n -w/usr -W/usr' '-S x -t 1 -n' \
	'nothing-of-that-name' 'pid:4194304' '--net= true' '-Z' ''; do
	# shellcheck disable=SC2086 # words
	fails=125 fails isle ns enter $o
	grep -q 'error: ' "$T/out"
done
rm "$T/started"
unchanged_since "$before"

# ---- the tutorials, line by line
unshare()
{
	isle ns run "$@"
}
nsenter()
{
	isle ns enter "$@"
}
name=$(hostname)
same "$(unshare --uts --net bash -c 'hostname container001; exec bash -c hostname')" container001
same "$(hostname)" "$name"
same "$(unshare --uts --net ip -o link show up)" ''
unshare -n bash -ec 'ip a | grep -q "lo: .*DOWN"; ip link set lo up; ip a | grep -q "inet 127.0.0.1/8"
	ip a | grep -q "inet6 ::1/128"; ping -c 1 127.0.0.1 >/dev/null'
# kept by an option; the address that was given to it is there when one returns
mkdir -p /run/netns
touch /run/netns/ns1
unshare --net=/run/netns/ns1 bash -ec 'ip link add br0 type bridge; ip link set br0 up; ip address add 10.1.2.3/32 dev br0'
same "$(nsenter --net=/run/netns/ns1 bash -c 'hostname -I' | cut -d ' ' -f 1)" 10.1.2.3
same "$(ip netns list)" ns1
same "$(nsenter --net=/run/netns/ns1 stat -Lc %i /proc/self/ns/net)" "$(stat -c %i /run/netns/ns1)"
ip netns delete ns1
# and of the others
declare -A map=([user]=--map-root-user)
for t in mount uts ipc user cgroup; do
	touch "$T/ns"
	[ $t != mount ] || mount -t tmpfs t /mnt
	f=$T/ns
	[ $t != mount ] || { f=/mnt/ns; mount --make-private /mnt; touch "$f"; }
	# shellcheck disable=SC2086 # no word if empty
	unshare --$t="$f" ${map[$t]-} true
	inside=$(nsenter --$t="$f" stat -Lc %i "/proc/self/ns/${t/mount/mnt}")
	umount "$f" 2>/dev/null || umount /mnt
	not same "$inside" "$(stat -Lc %i "/proc/self/ns/${t/mount/mnt}")"
	rm -f "$T/ns"
done
umount -R /mnt 2>/dev/null || :
# by hand
mkdir -p "$T/hand"
touch "$T/hand/net"
unshare --net bash -c "mount --bind /proc/\$\$/ns/net $T/hand/net; ip link add dummy-there type bridge"
same "$(nsenter --net="$T/hand/net" bash -c 'ls /proc/sys/net/ipv4/conf' | grep dummy)" dummy-there
umount "$T/hand/net"
rm -r "$T/hand"
rmdir /run/netns 2>/dev/null || { umount /run/netns; rmdir /run/netns; }
unchanged_since "$before"
