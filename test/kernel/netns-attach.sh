# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# attach to processes that a comparison with ip cannot hold still: one whose
# threads are in namespaces of their own, one whose first thread has ended, and
# ones that end meanwhile. The same with both programs, nothing half made.
. test/kernel/lib.sh
need ip python3

# Prints "PID TID", the thread in a network namespace of its own; ends with standard input. `first`: the first thread ends before.
cat >"$T/threads.py" <<'END'
import ctypes, os, sys, threading
libc = ctypes.CDLL(None, use_errno=True)

def thread():
    if libc.unshare(0x40000000):
        os._exit(1)
    print(os.getpid(), threading.get_native_id(), flush=True)
    sys.stdin.read()
    os._exit(0)

threading.Thread(target=thread).start()
if sys.argv[1:] == ['first']:
    libc.syscall(60 if os.uname().machine == 'x86_64' else 93, 0)
END

# threads [first]: sets $pid and $tid of it; ends with fd 8
threads()
{
	rm -f "$T/in" "$T/said"
	mkfifo "$T/in"
	python3 "$T/threads.py" "$@" <"$T/in" >"$T/said" &
	exec 8>"$T/in"
	eventually test -s "$T/said"
	read -r pid tid <"$T/said"
}

net()
{
	stat -L -c %i "$1"
}

threads
own=$(net "/proc/$pid/ns/net")
other=$(net "/proc/$pid/task/$tid/ns/net")
not test "$own" = "$other"
for program in isle ip; do
	$program netns attach process-$program "$pid"
	$program netns attach thread-$program "$tid"
	same "$(net /run/netns/process-$program)" "$own"
	same "$(net /run/netns/thread-$program)" "$other"
done
for program in isle ip; do
	# by pid: the first thread's; ip looks at no other
	same "$($program netns identify "$pid")" "$(ip netns identify "$pid")"
	same "$($program netns identify "$tid")" "$(ip netns identify "$tid")"
	same "$($program netns pids thread-isle)" ''
	$program netns pids process-ip | grep -qx "$pid"
done
exec 8>&-
wait

if [ "$(uname -m)" = x86_64 ] || [ "$(uname -m)" = aarch64 ]; then
	threads first
	eventually grep -q '^State:.Z' "/proc/$pid/status"
	for program in isle ip; do
		fails=1 fails $program netns attach gone "$pid"
		same "$(cat "$T/out")" "Bind /proc/$pid/ns/net -> /run/netns/gone failed: No such file or directory"
		not test -e /run/netns/gone
		$program netns attach left-$program "$tid"
	done
	same "$(net /run/netns/left-isle)" "$(net /run/netns/left-ip)"
	exec 8>&-
	wait
fi

# the process ends while it is attached: a whole name, or none and ip's words
attached=0
refused=0
for ((i = 0; i < 40; i++)); do
	unshare --net true &
	pid=$!
	if isle netns attach "dying$i" $pid >"$T/out" 2>&1; then
		attached=$((attached + 1))
		isle netns exec "dying$i" true
	else
		refused=$((refused + 1))
		same "$(cat "$T/out")" "Bind /proc/$pid/ns/net -> /run/netns/dying$i failed: No such file or directory"
		not test -e "/run/netns/dying$i"
	fi
	wait $pid
done
same $((attached + refused)) 40
isle -all netns delete
same "$(isle netns list)" ''
same "$(awk '/ - nsfs /' /proc/self/mountinfo)" ''
