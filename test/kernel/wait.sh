# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a 10.0.0.1 ---- b      plain: a named namespace without any of it
#
# isle wait: until a port, a socket or a file is there, and what it says when not.
. test/kernel/lib.sh
need root veth python3

cat >"$T/lab.yaml" <<'END'
lab: lab
links: [a 10.0.0.1/24 -- b]
hosts: {a: {private: [/run/daemon]}}
END
isle up "$T/lab.yaml"

# listen HOST KIND WHERE: in the background, once `go` has been written to
cat >"$T/listen.py" <<'END'
import socket, sys, os, time
kind, where, go = sys.argv[1:4]
open(go).read()
if kind == "file":
    os.makedirs(os.path.dirname(where), exist_ok=True)
    open(where, "w")
else:
    family = socket.AF_UNIX if kind.startswith("unix") else socket.AF_INET6 if kind.endswith("6") else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM if kind.startswith("udp") else socket.SOCK_STREAM)
    if family == socket.AF_UNIX:
        os.makedirs(os.path.dirname(where), exist_ok=True)
    s.bind(where if family == socket.AF_UNIX else ("", int(where)))
    if not kind.startswith("udp") and kind != "unixbound":
        s.listen()
print("ready", flush=True)
sys.stdin.read()
END
# whoever listens ends when the test closes its end of a fifo
mkfifo "$T/go" "$T/end"
exec 7<>"$T/end"
listen()
{
	"$ISLE" exec "$1" -- python3 "$T/listen.py" "$2" "$3" "$T/go" <"$T/end" >"$T/ready" 7>&- &
}

# comes KIND WHERE WHAT: not there, then waited for, then there
comes()
{
	says "$3 is not there in a.lab after 0.001 s" isle wait a "$3" --timeout 1ms
	listen a "$1" "$2"
	isle wait a "$3" --timeout "${patience}s" &
	local waiter=$!
	echo >"$T/go"
	wait $waiter
	isle wait a "$3" --timeout 1ms
	fails=1 fails isle wait b "$3" --timeout 1ms
}
comes tcp 80 tcp/80
comes tcp6 81 tcp/81
comes udp 53 udp/53
comes unix /run/daemon/deep/sock unix:/run/daemon/deep/sock
comes file /run/daemon/other/file file:/run/daemon/other/file

# what is there instead
fails=1 fails isle wait a tcp/82 --timeout 1ms
says 'nothing listens there; what does: tcp/80, tcp/81' isle wait a tcp/82 --timeout 1ms
not grep -q 'isle down' "$T/out"
says 'no port is open at all' isle wait b udp/82 --timeout 1ms
says 'it is there, but no socket' isle wait a unix:/etc/passwd --timeout 1ms
says 'there is no such file' isle wait a file:/run/daemon/none --timeout 1ms
listen a unixbound /run/daemon/bound
echo >"$T/go"
eventually grep -q ready "$T/ready"
says 'does not listen yet' isle wait a unix:/run/daemon/bound --timeout 1ms
isle exec a -- python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/run/daemon/dead")'
says 'no socket of this network namespace is bound to it' isle wait a unix:/run/daemon/dead --timeout 1ms
for what in tcp/0 tcp/65536 tcp/http tcp:80 unix:x 80; do
	fails=2 fails isle wait a $what
done
fails=1 fails isle wait nobody tcp/80
fails=2 fails isle wait a

# other namespaces: by name, and of a process
ip netns add plain
fails=1 fails isle wait plain tcp/80 --timeout 1ms
isle wait plain "file:$T/lab.yaml"
isle wait "$T/../isle/lab/net/a" tcp/80
# not the function, which would be a shell above it
"$ISLE" exec a -- sleep 1000 &
sleeper=$!
# once it is in there
eventually isle wait "pid:$sleeper" tcp/80 --timeout 1ms
isle wait "pid:$sleeper" unix:/run/daemon/deep/sock
kill $sleeper

# a lab that goes down ends who waits in it
isle wait b tcp/80 --timeout 1m >"$T/waited" 2>&1 &
waiter=$!
in_b()
{
	[ "$(isle netns pids b.lab | wc -l)" -gt 0 ]
}
eventually in_b
exec 7>&-
isle down lab >/dev/null
rc=0
wait $waiter || rc=$?
same $rc 1
grep -Eq 'was ended|went down meanwhile' "$T/waited"

need userns
as_user isle up "$T/lab.yaml"
fails=1 fails as_user isle wait a tcp/80 --timeout 1ms
as_user isle wait a file:/run/daemon
as_user isle down lab
