# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   beijing .1 --- br0 --- shanghai .2      10.0.0.0/24
#
# A network for one command, beside it and inside a host; nobody else sees it,
# and nothing is left.
. test/kernel/lib.sh
need root bridge veth

cat >"$T/cities.yaml" <<'END'
lab: cities
networks:
  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai]}
END
f=$T/cities.yaml
before=$(machine_state)

# beside the lab: the machine's network, the lab at its usual place
same "$(isle run -f "$f" -- readlink /proc/self/ns/net)" "$(readlink /proc/self/ns/net)"
same "$(isle run -f "$f" -- sh -c 'echo $ISLE_LAB; ls /run/isle')" "$(printf 'cities\ncities')"
same "$(isle run -f "$f" -- "$ISLE" exec beijing -- hostname)" beijing
isle run -f "$f" -- "$ISLE" exec beijing -- ping -c1 -W2 shanghai >"$T/out"
isle run -f "$f" -- ip netns exec shanghai.cities ip -br address >"$T/out"
grep -q 10.0.0.2 "$T/out"
isle run -f "$f" -- "$ISLE" ls >"$T/out"
grep -qw cities "$T/out"

# inside a host
same "$(isle run -f "$f" beijing -- hostname)" beijing
isle run -f "$f" beijing -- ping -c1 -W2 shanghai >"$T/out"
same "$(isle run -f "$f" beijing -- sh -c 'echo $ISLE_LAB $ISLE_HOST')" 'cities beijing'
same "$(isle run -f "$f" beijing.cities -- hostname)" beijing
fails=125 fails isle run -f "$f" nowhere -- true
fails=125 fails isle run -f "$f" beijing.towns -- true
says "did you mean 'beijing'?" isle run -f "$f" bejing -- true
# isle itself, called in there, says why it sees nothing
says 'inside a host' isle run -f "$f" beijing -- "$ISLE" exec shanghai -- true
says 'inside a host' isle run -f "$f" beijing -- "$ISLE" ping

# nobody else sees it
mkfifo "$T/go" "$T/there"
isle run -f "$f" -- sh -c "echo >'$T/there'; read x <'$T/go'" &
read -r _ <"$T/there"
not test -e /run/isle
same "$(ip netns list)" ''
fails=125 fails isle exec beijing -- true
echo >"$T/go"
wait $!

# /run is all there, sockets too
mkdir /run/sub
ln -s sub /run/link
python3 - "$T/listening" <<'END' &
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind('/run/sub/socket')
s.listen()
open(sys.argv[1], 'w').close()
s.accept()[0].sendall(b'hello\n')
END
eventually test -e "$T/listening"
same "$(isle run -f "$f" -- python3 -c '
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("/run/link/socket")
print(s.recv(100).decode().strip())')" hello
wait $!
rm -r /run/sub /run/link "$T/listening"

# exit statuses
for rc in 0 7; do
	got=0; isle run -f "$f" -- sh -c "exit $rc" || got=$?
	same $got $rc
done
got=0; isle run -f "$f" -- sh -c 'kill -9 $$' || got=$?
same $got 137
fails=127 fails isle run -f "$f" -- no-such-program
fails=126 fails isle run -f "$f" -- /etc

# directory, descriptors, signal mask and dispositions are the caller's
mkdir -p "$T/a/b"
for host in '' beijing; do
	# shellcheck disable=SC2086
	same "$(cd "$T/a/b" && isle run -f "$f" $host -- pwd)" "$T/a/b"
	# shellcheck disable=SC2086
	same "$(isle run -f "$f" $host -- sh -c 'cat <&7' 7<<<seven)" seven
	# shellcheck disable=SC2086
	same "$(isle run -f "$f" $host -- ls /proc/self/fd | xargs)" "$(ls /proc/self/fd | xargs)"
	for ignored in HUP INT 'CHLD USR1'; do
		# shellcheck disable=SC2086
		same "$(trap '' $ignored; isle run -f "$f" $host -- grep ^Sig /proc/self/status | grep -v Q:)" \
			"$(trap '' $ignored; grep ^Sig /proc/self/status | grep -v Q:)"
	done
done
got=0; (trap '' CHLD; isle run -f "$f" -- sh -c 'sleep 0; exit 5') || got=$?
same $got 5

# a signal that is sent to isle is the command's to answer
"$ISLE" run -f "$f" -- sh -c "trap 'exit 44' TERM; echo >'$T/there'; while :; do sleep 0.05; done" &
read -r _ <"$T/there"
kill -TERM $!
got=0; wait $! || got=$?
same $got 44
# the test's shell ignores SIGINT for what it starts in the background
env --default-signal=INT "$ISLE" run -f "$f" -- sh -c "echo >'$T/there'; exec sleep 1000" &
read -r _ <"$T/there"
kill -INT $!
got=0; wait $! || got=$?
same $got 130

unchanged_since "$before"
