# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   this machine ── v0 ── v1 red
#
# The map again and again: what has changed is drawn, a burst is few drawings,
# what nobody sees is none; on a terminal in place, cut to its height.
. test/kernel/lib.sh
need root veth jq python3

ip netns add red
drawn()
{
	[ "$(grep -c '^-- ' "$1")" -ge "$2" ]
}
# The drawing with TEXT in it is there; FILE's last one
last()
{
	tac "$1" | sed '/^-- /q' | tac | sed 1d
}
shows()
{
	last "$1" | grep -qF -- "$2"
}
shows_not()
{
	! shows "$@"
}

"$ISLE" map --watch red >"$T/out" &
watcher=$!
eventually drawn "$T/out" 1
same "$(last "$T/out")" 'nothing but lo, which is down
red'
ip link add v0 type veth peer name v1 netns red
ids=$(ip netns list)
ip link set v0 addrgenmode none
ip -n red link set v1 addrgenmode none
ip -n red address add 10.1.0.2/24 dev v1
eventually shows "$T/out" 'v1  10.1.0.2/24  ─── v0 of the machine  [down]'
ip link set v0 up
ip -n red link set v1 up
eventually shows "$T/out" '└─ v1  10.1.0.2/24  ─── v0 of the machine'
eventually shows_not "$T/out" 'v1  10.1.0.2/24  ─── v0 of the machine  [down]'
same "$(ip netns list)" "$ids"
# fifty at once are no fifty drawings, and what is not on this map is none
before=$(grep -c '^-- ' "$T/out")
for i in {1..50}; do
	echo "address add 10.2.0.$i/24 dev v1"
	echo "link set v1 mtu $((1400 + i))"
done | ip -n red -batch -
eventually shows "$T/out" 10.2.0.50/24
[ $(($(grep -c '^-- ' "$T/out") - before)) -lt 100 ] || die "a drawing for each change"
ip link set v0 mtu 1400
# what it was asked for goes and comes
ip netns del red
eventually shows "$T/out" "there is no network namespace that is called 'red'"
ip netns add red
eventually shows "$T/out" 'nothing but lo, which is down'
kill -INT $watcher
wait $watcher

# as data: a document on each line
"$ISLE" map --json --watch --count 2 red >"$T/json" &
watcher=$!
eventually test -s "$T/json"
ip -n red link set lo up
wait $watcher
same "$(wc -l <"$T/json")" 2
same "$(jq -r '.namespaces[0].links[] | select(.name == "lo").up' "$T/json" | tr '\n' ' ')" 'false true '
fails=2 fails isle map --watch --dot
fails=2 fails isle map --watch --count 0
fails=2 fails isle map --count 2
fails=1 fails isle map --watch nobody

# nobody reads it any more
{ "$ISLE" map --watch red || :; echo ended >"$T/ended"; } | head -n 1 >"$T/first" &
pipe_ends()
{
	ip -n red link add probe type veth peer name eborp
	ip -n red link del probe
	test -s "$T/ended"
}
eventually pipe_ends

# a terminal of six lines
cat >"$T/console.py" <<'END'
import fcntl, os, pty, re, select, struct, sys, termios, time

patience = float(os.environ.get('ISLE_TEST_PATIENCE', 10))
go, fd_go = os.pipe()
pid, fd = pty.fork()
if pid == 0:
    os.read(go, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 6, 80, 0, 0))
os.write(fd_go, b'x')
seen = b''

def wait(pattern):
    global seen
    end = time.time() + patience
    while not re.search(pattern, seen, re.S):
        if not select.select([fd], [], [], max(0, end - time.time()))[0]:
            sys.exit('no %r in %r' % (pattern, seen))
        try:
            seen += os.read(fd, 4096)
        except OSError:
            seen += b'<end>'
    seen = b''

wait(rb'\x1b\[\?1049h.*\x1b\[H.*red\x1b\[K\r\n\x1b\[J')
for i in range(6):
    os.system('ip -n red link add w%d type veth peer name x%d' % (i, i))
wait(rb'\x1b\[Hred\x1b\[K\r\n([^\n]*\n){3}\(\d+ more lines\)\x1b\[K\r\n\x1b\[J')
os.write(fd, b'\x03')
wait(rb'\x1b\[\?1049l')
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
TERM=xterm python3 "$T/console.py" "$ISLE" map --watch red
