# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# An ordinary user who says he is the monitor of root's container, or lays
# something else where a name should be: root is not led into his namespace.
#
#	user: @/var/lib/lxc/web/command, "conmon -c ID" ──► his namespace
#	root: isle exec lxc:web, podman:web
. test/kernel/lib.sh
need root
need python3

chmod 755 "$T"
mkdir "$T/his"
chown 4242 "$T/his"
as_user unshare --user --net sh -c "echo \$\$ >$T/his/new; mv $T/his/new $T/his/pid; exec sleep 300" &
eventually test -e "$T/his/pid"
pid=$(cat "$T/his/pid")

# LXC's monitors listen on abstract sockets, which anybody may have
cat >"$T/monitor" <<'X'
import os, socket, struct, sys
open(sys.argv[2], "w").write(str(os.getpid()))
s = socket.socket(socket.AF_UNIX)
s.bind("\0/var/lib/lxc/web/command")
s.listen(8)
while True:
    c, _ = s.accept()
    request = c.recv(64)
    if not request:
        continue
    command = struct.unpack("i", request[:4])[0]
    c.send(struct.pack("iiQ", -22, 0, 0) if command == 18 else struct.pack("iiQ", 0, 0, int(sys.argv[1])))
    c.close()
X
listens()
{
	grep -q '@/var/lib/lxc/web/command$' /proc/net/unix
}
is_quiet()
{
	! listens
}
as_user python3 "$T/monitor" "$pid" "$T/his/monitor" &
eventually listens
fails=125 fails isle exec lxc:web -- true
grep -q 'another user' "$T/out"
fails=1 fails isle netns attach web lxc:web
not test -e /run/netns/web
kill "$(cat "$T/his/monitor")"
eventually is_quiet
# root's own is believed
python3 "$T/monitor" "$pid" "$T/monitor.pid" &
eventually listens
same "$(isle exec lxc:web -- readlink /proc/self/ns/net)" "$(readlink "/proc/$pid/ns/net")"
kill "$(cat "$T/monitor.pid")"

# a container of podman's that does not run: whose conmon says that it does?
id=$(printf '%064d' 7)
mkdir -p "$T/storage/overlay-containers"
echo "[{\"id\":\"$id\",\"names\":[\"web\"]}]" >"$T/storage/overlay-containers/containers.json"
printf '[storage]\ngraphroot = "%s"\nrunroot = "%s"\n' "$T/storage" "$T/none" >"$T/storage.conf"
export CONTAINERS_STORAGE_CONF=$T/storage.conf
conmon='unshare --user --net sleep 300 & echo $! >"$4.new"; mv "$4.new" "$4"; wait'
as_user sh -c "$conmon" conmon -c "$id" -p "$T/his/conmon" &
eventually test -e "$T/his/conmon"
fails=125 fails isle exec podman:web -- true
grep -q 'does not run' "$T/out"
sh -c "$conmon" conmon -c "$id" -p "$T/conmon" &
eventually test -e "$T/conmon"
same "$(isle exec podman:web -- readlink /proc/self/ns/net)" "$(readlink "/proc/$(cat "$T/conmon")/ns/net")"

# a pipe under a name: nobody waits for its other end
isle netns add good
mkfifo /run/netns/pipe
fails=255 fails timeout 60 "$ISLE" netns exec pipe true
grep -q 'setting the network namespace "pipe" failed: Invalid argument' "$T/out"
