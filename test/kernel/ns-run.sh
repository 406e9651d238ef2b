# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# `isle ns run` beside unshare(1): the same options, the same effects. What is
# compared is what the command inside sees, and its exit status.
. test/kernel/lib.sh
# LeakSanitizer hangs or fails where /proc is of another pid namespace, and below strace
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
need root

# alike ARGS: unshare and isle, both streams of the command and its status
alike()
{
	local a b ra=0 rb=0
	a=$(unshare "$@" 2>&1 </dev/null) || ra=$?
	b=$(isle ns run "$@" 2>&1 </dev/null) || rb=$?
	same "$a" "$b"
	[ $ra = $rb ] || die "unshare exits with $ra, isle with $rb: $*"
}

before=$(machine_state)
# which types are another one than ours, in the command and for its children
types=(/proc/self/ns/{cgroup,ipc,mnt,net,pid_for_children,time_for_children,user,uts})
readlink "${types[@]}" >"$T/ours"
new_types()
{
	# a pid namespace without a process cannot be read
	{ "$@" readlink "${types[@]}" 2>&1 || :; } | awk 'FNR == NR { ours[$0]; next } !($0 in ours) { sub(/:\[.*/, ""); print }' "$T/ours" -
}
for o in '' -m -u -i -n -p -U -C -T --mount --uts --ipc --net --pid --user --cgroup --time -mu -nmu '-n -u -i' '-rn' '-r -u' '-fp' '-mnuipCT'; do
	# shellcheck disable=SC2086 # words
	same "$(new_types unshare $o)" "$(new_types "$ISLE" ns run $o)"
done
# exit statuses, of programs that cannot be run too
for rc in 0 1 7 125 126 127 255; do
	alike -n sh -c "exit $rc"
	alike -fp sh -c "exit $rc"
done
for s in TERM HUP; do
	alike -u sh -c "kill -$s \$\$"
	alike -u --fork sh -c "kill -$s \$\$"
done
# here unshare loses the status
fails=137 fails isle ns run -u --fork sh -c 'kill -KILL $$'
fails=127 fails isle ns run -n nothing-of-that-name
fails=127 fails isle ns run -fp nothing-of-that-name
fails=126 fails isle ns run -n /etc/passwd
fails=126 fails isle ns run -fp /
alike -n -- sh -c 'echo "$0 $*"' a -n --b

# lo of a new network namespace is down; the host's name is not touched
alike -n sh -c 'ip -o link show lo | grep -o "state DOWN"; cat /proc/net/dev | wc -l'
name=$(hostname)
alike --uts --net sh -c 'hostname container001; hostname'
same "$(hostname)" "$name"
# process 1, and a proc of its own
alike -fp --mount-proc sh -c 'echo $$; set -- /proc/[0-9]*; echo $#; cat /proc/1/comm; grep -c " /proc " /proc/self/mountinfo'
alike -p --fork --mount-proc=/proc sh -c 'readlink /proc/self'
mkdir "$T/proc"
alike -p --fork --mount-proc="$T/proc" sh -c "cat $T/proc/1/comm"
# propagation; -m alone is private
for p in private slave shared unchanged; do
	mount --make-rshared /
	alike -m --propagation $p sh -c "awk '\$5 == \"/\" {print \$7}' /proc/self/mountinfo | sed 's/:.*//'"
	alike -m --propagation=$p sh -c "awk '\$5 == \"/proc\" {print \$7}' /proc/self/mountinfo | sed 's/:.*//'"
	mount --make-rprivate /
done
alike -m sh -c "mount -t tmpfs t /mnt; grep -c ' /mnt ' /proc/self/mountinfo"
not mountpoint -q /mnt
# directories
alike -m -w /usr pwd
alike --wd=/usr --root=/ pwd
alike -R / sh -c pwd
alike -m sh -c pwd
# ids of a user namespace
maps='cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id'
alike -U sh -c "$maps"
for o in -r -c -Ur '-r -m' '--map-user=5' '--map-user=5 --map-group=6' '--map-group 7' \
	'--map-user=daemon --map-group=daemon' '-c -r' '-U --setgroups=deny'; do
	# shellcheck disable=SC2086 # words
	alike $o sh -c "$maps"
done
# unshare denies twice, and the kernel refuses that
isle ns run -r --setgroups=deny sh -c 'grep -q deny /proc/self/setgroups'
alike -S 12 -G 13 sh -c id
alike -n --setuid=12 sh -c id
fails=125 fails isle ns run -r -S 0 -G 0 -- true
alike -r --keep-caps -S 0 sh -c 'grep Cap /proc/self/status'
alike -c --keep-caps sh -c 'grep Cap /proc/self/status'
alike -c sh -c 'grep CapEff /proc/self/status'
# given twice, the last value counts
for o in '--map-user=5 --map-user=6' '-U --setgroups=allow --setgroups deny' '-S 12 -S 13' '-r --map-user=3'; do
	# shellcheck disable=SC2086 # words
	alike $o sh -c "$maps"
done
alike -w / -w /usr pwd
alike -m --propagation shared --propagation private sh -c "awk '\$5 == \"/\" {print \$7}' /proc/self/mountinfo | sed 's/:.*//'"
# clocks
if [ -e /proc/self/ns/time ]; then
	alike -T --monotonic 1000 --boottime=2000 sh -c 'cat /proc/self/timens_offsets'
	alike -fT --boottime 1000000 sh -c 'cut -c 1-4 /proc/uptime'
	fails=125 fails isle ns run --monotonic 5 true
	grep -q 'add --time' "$T/out"
fi

# the one that is gone takes the child along
mkfifo "$T/started"
"$ISLE" ns run --kill-child -p sh -c "echo \$\$ >$T/started; exec sleep 1000" &
isle=$!
read -r pid <"$T/started"
same "$pid" 1
child=$(pgrep -P $isle)
kill -KILL $isle
wait $isle 2>/dev/null || :
eventually test ! -e "/proc/$child"
# TERM and INT wait for the child
"$ISLE" ns run --fork --uts sh -c "echo >$T/started; read -r _ <$T/started; exit 3" &
isle=$!
read -r _ <"$T/started"
kill -TERM $isle
kill -INT $isle
echo >"$T/started"
rc=0
wait $isle || rc=$?
same $rc 3

# kept: file by file what unshare leaves, and one can go there
touch "$T/a" "$T/b"
unshare --net="$T/a" true
isle ns run --net="$T/b" true
same "$(stat -f -c %T "$T/a" "$T/b")" $'nsfs\nnsfs'
# a blank makes the file the command
says "hint: --net=$T/b, with '='" isle ns run -u --net "$T/b" true
says "cannot run $T/b: Permission denied" isle ns run --uts "$T/b" true
not grep -q 'hint:' "$T/out"
isle ns run --net="$T/d" --net="$T/c" --net --uts="$T/d" --ipc="$T/e" hostname kept
same "$(nsenter --uts="$T/d" hostname)" kept
same "$(stat -f -c %T "$T/c" "$T/d" "$T/e" | sort -u)" nsfs
isle ns run --user="$T/u" -r true
same "$(nsenter --user="$T/u" sh -c 'cat /proc/self/uid_map' | tr -s ' ')" ' 0 0 1'
isle ns run --cgroup="$T/cg" --time="$T/t" --monotonic 7 true
nsenter --time="$T/t" sh -c 'cat /proc/self/timens_offsets' | grep -q '^monotonic *7 '
# of a mount namespace, again and again: the kernel compares numbers that CPUs take in batches
mkdir "$T/private"
mount -t tmpfs t "$T/private"
mount --make-private "$T/private"
for ((i = 0; i < 20; i++)); do
	isle ns run --mount="$T/private/m$i" mount -t tmpfs only-there /mnt
	nsenter --mount="$T/private/m$i" grep -q only-there /proc/self/mountinfo
done
umount "$T"/private/m*
mount --make-shared "$T/private"
fails=125 fails isle ns run --mount="$T/private/m" true
grep -q 'is on a shared mount' "$T/out"
not test -e "$T/private/m"
umount "$T/private"
# a pid namespace is kept from outside, once it has its first process
fails=125 fails isle ns run --pid="$T/p" true
grep -q 'add --fork' "$T/out"
isle ns run --pid="$T/p" --fork sh -c "echo >$T/started; read -r _ <$T/started" &
read -r _ <"$T/started"
eventually mountpoint -q "$T/p"
same "$(nsenter --pid="$T/p" --mount sh -c 'echo in' 2>/dev/null || echo in)" in
echo >"$T/started"
wait
umount "$T"/[a-eptu] "$T/cg"
fails=125 fails isle ns run --net="$T/no/such" true
grep -q 'its directory is not' "$T/out"

# wrong input
for o in '--net=' '--nett' '-Z' '--map-user' '--map-user=nobody-of-that-name' '--map-user=-1' '--map-user=4294967295' \
	'--map-users=1,2' '--map-users=1,2,0' '--map-users=a,b,c' '--map-users=1,2,4294967295' '--propagation=none' '--setgroups=maybe' \
	'--kill-child=NOSUCH' '-S x' '-G -1' '-T --monotonic=x' '-R /nowhere' '-w /nowhere' '--mount-proc=/nowhere' \
	'-r --setgroups=allow' '-U -S 5'; do
	# shellcheck disable=SC2086 # words
	fails=125 fails isle ns run $o true
	grep -q 'error: ' "$T/out"
	not test -s "$T/a"
done
for o in 'run --version' 'run -V' 'enter --version' 'enter -V'; do
	# shellcheck disable=SC2086 # words
	same "$(isle ns $o)" "$(isle --version)"
done
fails=2 fails isle ns list --version
says "did you mean '--net'" isle ns run --nett true
says "one of: private, slave, shared, unchanged" isle ns run --propagation none true
rm -r "$T/proc" "$T"/[a-eptu] "$T/cg" "$T/started" "$T/private"
unchanged_since "$before"

# an ordinary user
need userns
as_user true
fails=125 fails as_user isle ns run -n true
grep -q 'map-root-user' "$T/out"
for o in -r -c -U '-r -n' '-rfp --mount-proc' '-r -mnuipC'; do
	# shellcheck disable=SC2086 # words
	same "$(as_user unshare $o sh -c "$maps" 2>&1)" "$(as_user isle ns run $o sh -c "$maps" 2>&1)"
done
# with the bounding set that newuidmap, a program with the setuid bit, wants
by_login()
{
	setpriv --reuid $test_uid --regid $test_uid --clear-groups --inh-caps=-all "$@" 2>&1
}
if command -v newuidmap >/dev/null; then
	for o in --map-auto '--map-auto -r' '--map-auto -c' '--map-users=auto --map-groups=auto' \
		'--map-users 200000,0,100 --map-groups 200000,0,100 -r' '-c --map-users=200005,4200,100'; do
		# shellcheck disable=SC2086 # words
		same "$(by_login unshare $o cat /proc/self/uid_map /proc/self/gid_map)" \
			"$(by_login "$T/isle" ns run $o cat /proc/self/uid_map /proc/self/gid_map)"
	done
	says '/etc/subuid has no ids for user daemon' setpriv --reuid daemon --regid daemon --clear-groups "$T/isle" ns run --map-auto true
	grep -q 'usermod --add-subuids 100000-165535 daemon' "$T/out"
	fails=125 fails by_login "$T/isle" ns run --map-users 300000,0,100 true
	grep -q '/etc/subuid' "$T/out"
fi
fails=125 fails as_user isle ns run -rn --net="$test_home/n" true
grep -q 'takes root' "$T/out"
