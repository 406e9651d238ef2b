# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# `isle netns monitor` beside `ip netns monitor` on the same /run/netns, while
# both programs add and delete: the same lines, on a terminal and through a pipe
# (where the real ip needs stdbuf to say a thing).
. test/kernel/lib.sh
need ip python3 stdbuf

# CMD on a terminal of its own, what it prints to standard output: console.py PIDFILE CMD…
cat >"$T/console.py" <<'END'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
with open(sys.argv[1] + '.new', 'w') as f:
    print(pid, file=f)
os.rename(sys.argv[1] + '.new', sys.argv[1])
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    os.write(1, data.replace(b'\r', b''))
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
END

watches()
{
	grep -q '^inotify ' "/proc/$1"/fdinfo/*
}

# start NAME WAY CMD…: the monitor's pid in $T/NAME.pid, its lines in $T/NAME
start()
{
	local name=$1 way=$2
	shift 2
	rm -f "$T/$name.pid"
	if [ "$way" = tty ]; then
		python3 "$T/console.py" "$T/$name.pid" "$@" >"$T/$name" &
	else
		"$@" > >(cat >"$T/$name") &
		echo $! >"$T/$name.pid"
	fi
	printf -v "waiter_$name" %s $!
	eventually test -s "$T/$name.pid"
	eventually watches "$(cat "$T/$name.pid")"
}

long=$(printf '%255s' '' | tr ' ' n)
events()
{
	isle netns add a
	ip netns add b
	isle netns attach c $$
	ip netns attach d $$
	fails isle netns add a
	fails ip netns add a
	fails isle netns attach gone 4194303
	fails ip netns attach gone 4194303
	isle netns set a 4
	isle netns exec a true
	isle netns delete a
	ip netns delete b
	touch /run/netns/file
	mkdir /run/netns/folder
	ln -s c /run/netns/link
	rmdir /run/netns/folder
	isle netns delete link
	isle netns add "$long"
	isle netns add 'with space'
	isle -all netns delete
	touch /run/netns/end
}
expected()
{
	printf '%s\n' 'add a' 'add b' 'add c' 'add d' 'add gone' 'delete gone' 'add gone' 'delete gone' 'delete a' 'delete b' \
		'add file' 'add folder' 'add link' 'delete folder' 'delete link' "add $long" 'add with space' \
		'delete with space' "delete $long" 'delete file' 'delete d' 'delete c' 'add end'
}

for way in tty pipe; do
	# the first makes the directory, and nothing else
	start isle $way "$ISLE" netns monitor
	same "$(stat -c '%F %a' /run/netns)" 'directory 755'
	not mountpoint -q /run/netns
	start ip $way stdbuf -oL ip netns monitor
	events
	for name in isle ip; do
		eventually grep -qx 'add end' "$T/$name"
		same "$(expected)" "$(cat "$T/$name")"
		rc=0
		kill -TERM "$(cat "$T/$name.pid")"
		waiter=waiter_$name
		wait "${!waiter}" || rc=$?
		same $rc 143
	done
	umount -l /run/netns
	rm -r /run/netns
done
