# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	outside 10.123.0.2 --- 10.123.0.1 machine   pasta listens on 8080 ... uplink web :80
#
# Ports of the machine lead to hosts of labs of users, and of `run`, by pasta.
. test/kernel/lib.sh
need veth tun pasta python3 root userns

cat >"$T/pub.yaml" <<'END'
hosts:
  web: {uplink: nat, publish: ["8080:80", udp/5353:53]}
END
cat >"$T/serve.py" <<'END'
import socket, threading
def udp():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 53))
    while True:
        _, peer = s.recvfrom(99); s.sendto(b"dns", peer)
threading.Thread(target=udp, daemon=True).start()
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("", 80)); s.listen(9)
asked = b""
while asked != b"quit":
    c, _ = s.accept(); asked = c.recv(9); c.sendall(b"web"); c.recv(1); c.close()
END
cat >"$T/ask.py" <<'END'
import socket, sys
kind, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
s.settimeout(3); s.connect((host, port))
s.send((sys.argv[4:] or ["?"])[0].encode())
print(s.recv(99).decode())
END
answers()
{
	"${@:2}" | grep -qx "$1"
}
ip link set lo up
outside_world
make_user
chmod 644 "$T"/*.yaml "$T"/*.py
for as in as_root as_user; do
	as_root() { "$@"; }
	$as isle run -f "$T/pub.yaml" web -- python3 "$T/serve.py" >/dev/null 2>&1 &
	pid=$!
	eventually answers web python3 "$T/ask.py" tcp 127.0.0.1 8080
	eventually answers web ip netns exec outside python3 "$T/ask.py" tcp 10.123.0.1 8080
	eventually answers dns ip netns exec outside python3 "$T/ask.py" udp 10.123.0.1 5353
	says 'port tcp/8080 of the machine is in use' $as isle run -f "$T/pub.yaml" -- true
	python3 "$T/ask.py" tcp 127.0.0.1 8080 quit >/dev/null
	wait $pid
	fails python3 "$T/ask.py" tcp 127.0.0.1 8080
done
sed 's/8080/80/' "$T/pub.yaml" >"$T/low.yaml"
chmod 644 "$T/low.yaml"
says 'port tcp/80 of the machine is for root' as_user isle run -f "$T/low.yaml" -- true
# more than one argument of pasta can hold
{
	printf 'hosts:\n  web:\n    uplink: nat\n    publish:\n'
	for ((i = 10001; i < 11500; i++)); do printf '      - "%d:%d"\n' $i $i; done
} >"$T/many.yaml"
says 'more ports than pasta can be told of' isle run -f "$T/many.yaml" -- true
says 'many.yaml:1' isle run -f "$T/many.yaml" -- true
# a machine with slirp4netns alone: a fake one, which is not started
mkdir "$T/bin"
printf '#!/bin/sh\nexit 1\n' >"$T/bin/slirp4netns"
chmod 755 "$T/bin" "$T/bin/slirp4netns"
says '`publish` needs pasta here; slirp4netns alone is installed' env PATH="$T/bin" "$(readlink -f "$ISLE")" run -f "$T/pub.yaml" -- true
