# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   beijing .1 --- br0 --- shanghai .2      10.0.0.0/24, once more as lab two
#
# A command inside a host: what it sees, and that it is the caller itself.
. test/kernel/lib.sh
need root bridge veth

for lab in one two; do
	cat >"$T/$lab.yaml" <<-END
		lab: $lab
		networks:
		  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai]}
	END
done
before=$(machine_state)
isle up "$T/one.yaml"

# the host's own name, interfaces, names
same "$(isle exec beijing -- hostname)" beijing
same "$(isle exec beijing -- ls /sys/class/net | ours | xargs)" 'eth0 lo'
isle exec beijing -- ping -c1 -W2 shanghai >"$T/out"
grep -q '1 received' "$T/out"
same "$(isle exec beijing -- sh -c 'echo $ISLE_LAB $ISLE_HOST')" 'one beijing'
same "$(isle exec beijing -- sh -c 'ls /sys/fs/cgroup' 2>&1)" "$(ls /sys/fs/cgroup 2>&1)"

# no process between: the command has the caller's pid
(exec "$ISLE" exec beijing -- sh -c 'echo $$; exec sleep 1000') >"$T/pid" &
eventually test -s "$T/pid"
same "$(cat "$T/pid")" $!
kill -TERM $!
rc=0; wait $! || rc=$?
same $rc 143

# exit statuses
for rc in 0 7; do
	got=0; isle exec beijing -- sh -c "exit $rc" || got=$?
	same $got $rc
done
got=0; isle exec beijing -- sh -c 'kill -9 $$' || got=$?
same $got 137
fails=127 fails isle exec beijing -- no-such-program
grep -q 'no-such-program' "$T/out"
fails=126 fails isle exec beijing -- /etc
fails=125 fails isle exec nowhere -- true
grep -q 'no lab that is up has a host nowhere' "$T/out"

# the working directory, by path
mkdir -p "$T/a/b"
same "$(cd "$T/a/b" && isle exec beijing -- pwd)" "$T/a/b"
same "$(cd "$T/a/b" && isle exec beijing -- readlink /proc/self/cwd)" "$T/a/b"

# descriptors and standard streams are the caller's, nothing of ours is among them
same "$(echo in | isle exec beijing -- cat)" in
same "$(isle exec beijing -- sh -c 'cat <&7' 7<<<seven)" seven
same "$(isle exec beijing -- ls /proc/self/fd | xargs)" "$(ls /proc/self/fd | xargs)"

# a host's mounts are made once, also by many first comers
for _ in 1 2 3 4 5 6 7 8; do
	"$ISLE" exec shanghai -- readlink /proc/self/ns/mnt &
done >"$T/mnts"
wait
same "$(sort -u "$T/mnts" | wc -l) $(wc -l <"$T/mnts")" '1 8'

# and hold no pins but their own tree's etc
not grep -q nsfs <(isle exec beijing -- cat /proc/self/mountinfo)

# two labs with the same names
isle up "$T/two.yaml"
fails=125 fails isle exec beijing -- true
grep -q 'beijing.one, beijing.two' "$T/out"
same "$(isle exec beijing.two -- sh -c 'echo $ISLE_LAB')" two
same "$(ISLE_LAB=two isle exec beijing -- sh -c 'echo $ISLE_LAB')" two
fails=125 fails isle exec beijing.three -- true

# a pin that was left half-made by one that was killed
isle exec beijing.two -- true
umount -l /run/isle/two/mnt/beijing
same "$(isle exec beijing.two -- hostname)" beijing

# the kernel refuses to pin the mounts: every command gets its own, with /etc read-only
need strace
isle down two
isle up "$T/two.yaml"
strace -f -o "$T/trace" -e trace=mount -e inject=mount:error=EINVAL:when=3+3 \
	"$ISLE" exec beijing.two -- sh -c 'hostname; cat /etc/hostname; ls /sys/class/net; touch /etc/x' >"$T/out" 2>&1 && die 'not read-only'
same "$(grep -v touch "$T/out" | ours | xargs)" 'beijing beijing eth0 lo'
same "$(ls /run/isle/two/mnt)" ''

# there is no base to start from
umount -l /run/isle/two/base
same "$(isle exec beijing.two -- sh -c 'hostname; getent hosts shanghai; touch /etc/x; grep -c nsfs /proc/self/mountinfo')" \
	"$(printf '%s\n' beijing '10.0.0.2        shanghai shanghai.br0' 0)"

isle down one
isle down two
unchanged_since "$before"
