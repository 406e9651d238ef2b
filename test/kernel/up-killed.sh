# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# SIGKILL at a few moments of `up` and `down`: of the worker, of its parent. What
# is left is nothing, or what `gc`, `up` and `down` finish.
. test/kernel/lib.sh
need root bridge veth strace
# a process that strace holds cannot be looked at for leaks
export LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}detect_leaks=0 ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

cat >"$T/lab.yaml" <<'END'
lab: lab
networks:
  br0: {subnet: 10.0.0.0/24, hosts: [h1..3]}
END
# kill_at SYSCALL N ARGS...: that process which enters it the N-th time
kill_at()
{
	strace -f -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" "$ISLE" "${@:3}"
}

before=$(machine_state)
# the worker: its parent cleans up and says so
for at in 'unshare 1' 'unshare 2' 'unshare 3' 'unshare 6' 'sethostname 2' 'mount 3' 'fsmount 2' 'setns 1'; do
	read -r call n <<<"$at"
	fails=1 fails kill_at "$call" "$n" up "$T/lab.yaml"
	grep -q 'the worker that built lab lab was killed by signal 9' "$T/out"
	unchanged_since "$before"
done

# the parent, while the worker builds: it goes too; empty directories may stay until the next command
for end in gc up; do
	fails=137 fails kill_at poll 1 up "$T/lab.yaml"
	same "$(ip netns list)" ""
	not grep -q nsfs /proc/self/mountinfo
	if [ $end = up ]; then
		isle up "$T/lab.yaml"
		isle down lab
	else
		isle gc --yes
	fi
	unchanged_since "$before"
done

# published, names half made: the lab is there, `up` mends it
fails=137 fails kill_at symlinkat 2 up "$T/lab.yaml"
isle up "$T/lab.yaml"
same "$(ip netns list | wc -l)" 3
eventually ip netns exec h1.lab ping -c1 -W1 10.0.0.3

# down: before and after its moment
for at in 'unlinkat 1' 'unlinkat 2' 'umount2 1' 'unlinkat 4' 'rmdir 1' 'umount2 2' 'rmdir 2'; do
	read -r call n <<<"$at"
	isle up "$T/lab.yaml"
	fails=137 fails kill_at "$call" "$n" down lab
	isle down lab || isle gc --yes
	unchanged_since "$before"
done
# names whose lab is gone
mkdir /run/netns
ln -s /run/isle/lab/shown/h1 /run/netns/h1.lab
ln -s /run/isle/lab/shown/h2 /run/netns/h1.other
touch /run/netns/mine
says /run/netns/h1.lab isle gc --yes
[ ! -L /run/netns/h1.lab ]
[ -L /run/netns/h1.other ]
[ -f /run/netns/mine ]
rm -r /run/netns
unchanged_since "$before"
