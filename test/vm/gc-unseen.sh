# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	seen0 ── a process in a pid namespace of its own     named0 ── `far`, by its name
#	lost0 ── a namespace of which there is a descriptor in a socket, on its way, and nothing else
#
# A veth whose other end is in a namespace that nothing keeps which can be seen
# is nobody's. Only who sees all processes can say that: in a pid namespace it
# is not said.
# feature: gc finds a veth whose other end nobody can see
. test/vm/lib.sh
need root veth python3

before=$(ip -o link show | link_names)
wires()
{
	isle gc 2>&1 | sed -n 's/^.*veth \([a-z0-9]*\).*/\1/p'
}

unshare --net --pid --fork --kill-child sleep 1000 &
sleeper=$!
eventually elsewhere "$sleeper"
ip link add seen0 type veth peer name seen1 netns "$sleeper"
ip netns add far
ip link add named0 type veth peer name named1 netns far

cat >"$T/lose.py" <<'PY'
import array, os, socket, subprocess, sys

child = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep 1000"], stdout=subprocess.PIPE)
child.stdout.readline()
subprocess.run(["ip", "link", "add", "lost0", "type", "veth", "peer", "name", "lost1", "netns", str(child.pid)], check=True)
fd = os.open(f"/proc/{child.pid}/ns/net", os.O_RDONLY)
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
a.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
os.close(fd)
child.kill()
child.wait()
open(sys.argv[1], "w").close()
sys.stdin.read()
PY
mkfifo "$T/end"
python3 "$T/lose.py" "$T/lost" <"$T/end" &
exec 9>"$T/end"
eventually test -e "$T/lost"

same "$(wires)" lost0
says 'nothing that can be seen keeps the namespace of its other end' isle gc
unshare --pid --fork --mount-proc "$ISLE" gc >"$T/out"
not grep -q lost0 "$T/out"
isle gc --yes lost0
not ip link show lost0
ip link show seen0 >/dev/null
ip link show named0 >/dev/null
same "$(wires)" ''

exec 9>&-
kill -KILL "$sleeper"
ip netns delete far
gone()
{
	[ "$(ip -o link show | link_names)" = "$before" ]
}
eventually gone
