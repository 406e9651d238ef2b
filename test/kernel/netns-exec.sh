# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# `isle netns exec` and -n: status, signals, descriptors, pipes as with
# `ip netns exec`, and what lies in /etc/netns/NAME, where ip gives up on a
# symlink that dangles. /etc is a copy of the machine's here.
. test/kernel/lib.sh
need root

mkdir "$T/etc"
cp -a /etc/. "$T/etc"
mount --bind "$T/etc" /etc
mkdir -p /etc/netns/web
ip netns add web
ip netns add db
web=$(ip netns exec web readlink /proc/self/ns/net)
before=$(machine_state)
# as ip does it, and as we do
both()
{
	local a b ra=0 rb=0
	a=$(ip "$@" 2>&1) || ra=$?
	b=$("$ISLE" "$@" 2>&1) || rb=$?
	same "$ra $a" "$rb $b"
}
inside()
{
	isle netns exec web "$@"
}

same "$(inside readlink /proc/self/ns/net)" "$web"
for rc in 0 1 7 125 126 127 255; do
	both netns exec web sh -c "exit $rc"
done
for sig in HUP INT PIPE TERM KILL SEGV; do
	got=0; "$ISLE" netns exec web sh -c "kill -$sig \$\$" 2>/dev/null || got=$?
	same $got $((128 + $(kill -l $sig)))
done
both netns exec web no-such-program
both netns exec web /etc
both netns exec web ''
both netns exec nope true
both netns exec web
both netns exec
both -n web netns identify
both -n nope netns identify
both -n web netns exec db readlink /proc/self/ns/net
both -all netns exec sh -c 'readlink /proc/self/ns/net; exit 3'
both -all netns exec no-such-program
both -all netns exec

# the caller itself becomes the command
(exec "$ISLE" netns exec web sh -c 'echo $$; exec sleep 1000') >"$T/pid" &
eventually test -s "$T/pid"
same "$(cat "$T/pid")" $!
kill -TERM $!
rc=0; wait $! || rc=$?
same $rc 143
# descriptors and pipes are its own
same "$(echo in | inside cat)" in
same "$(inside sh -c 'cat <&7' 7<<<seven)" seven
same "$(inside ls /proc/self/fd | xargs)" "$(ls /proc/self/fd | xargs)"
same "$(cd "$T" && inside pwd)" "$T"
same "$( (inside yes || echo $? >"$T/rc") 2>/dev/null | head -n 1)" y
eventually grep -qx 141 "$T/rc"
# signals that were ignored stay so
same "$(trap '' INT; inside sh -c 'grep SigIgn /proc/self/status')" "$(trap '' INT; ip netns exec web sh -c 'grep SigIgn /proc/self/status')"
# its mounts: those of ip, and none that is seen outside
both netns exec web sh -c "sed 's/^[0-9]* [0-9]* [0-9:]* //; s/master:[0-9]*/master/' /proc/self/mountinfo"
mkdir "$T/m"
inside mount -t tmpfs t "$T/m"
not mountpoint -q "$T/m"
same "$(inside ls /sys/class/net | ours | xargs)" lo
# into one from another
same "$(isle netns exec db "$ISLE" netns exec web readlink /proc/self/ns/net)" "$web"
same "$(isle netns exec db ip netns exec web readlink /proc/self/ns/net)" "$web"
unchanged_since "$before"

# A line of a batch is a child; the next one goes on where this one was. The child of a switch that fails is no second isle.
printf 'netns exec web sh -c "readlink /proc/self/ns/net"\nnetns exec db true\n' >"$T/batch"
same "$(isle -batch "$T/batch" netns)" "$web"
printf 'netns exec web sh -c "exit 3"\nnetns exec db echo on\n' >"$T/batch"
fails=1 fails isle -batch "$T/batch" netns
same "$(cat "$T/out")" "Command failed $T/batch:1"
same "$(isle -force -batch "$T/batch" netns 2>/dev/null || :)" on
: >/run/netns/plain
same "$(isle -all netns exec echo hi 2>/dev/null | grep -c hi || :)" 2
printf 'netns exec plain true\nnetns exec db echo on\n' >"$T/batch"
same "$(isle -force -batch "$T/batch" netns 2>/dev/null | grep -c on || :)" 1
rm /run/netns/plain
# one that was killed ends all of -all, with 1
fails=1 fails isle -all netns exec sh -c 'kill -9 $$'
same "$(grep -c netns: "$T/out")" 1

# ---- files of /etc/netns/NAME
echo 'nameserver 192.0.2.53' >/etc/netns/web/resolv.conf
echo '192.0.2.1 only-here' >/etc/netns/web/hosts
sees()
{
	same "$(isle netns exec web cat /etc/resolv.conf 2>&1)" 'nameserver 192.0.2.53'
	same "$(isle exec web cat /etc/resolv.conf 2>&1)" 'nameserver 192.0.2.53'
	same "$(isle -n web netns exec db cat /etc/resolv.conf 2>&1)" 'nameserver 192.0.2.53'
	same "$(inside cat /etc/hosts)" '192.0.2.1 only-here'
	not grep -q only-here /etc/hosts
}

# a file
rm -f /etc/resolv.conf
echo 'nameserver 192.0.2.1' >/etc/resolv.conf
sees
both netns exec web sh -c "grep ' /etc/' /proc/self/mountinfo | sed 's/^[0-9]* [0-9]* [0-9:]* //; s/master:[0-9]*/master/'"
same "$(cat /etc/resolv.conf)" 'nameserver 192.0.2.1'

# a symlink, relative and absolute; what it points to is not touched, and may be replaced meanwhile
mkdir -p /run/systemd/resolve
for to in ../run/systemd/resolve/stub-resolv.conf /run/systemd/resolve/stub-resolv.conf; do
	echo 'nameserver 127.0.0.53' >/run/systemd/resolve/stub-resolv.conf
	ln -sf $to /etc/resolv.conf
	sees
	same "$(cat /etc/resolv.conf)" 'nameserver 127.0.0.53'
	rm -f "$T/go"
	mkfifo "$T/go"
	inside sh -c "cat '$T/go' >/dev/null; cat /etc/resolv.conf" >"$T/seen" &
	echo 'nameserver 127.0.0.54' >/run/systemd/resolve/new
	mv /run/systemd/resolve/new /run/systemd/resolve/stub-resolv.conf
	echo >"$T/go"
	wait $!
	same "$(cat "$T/seen")" 'nameserver 192.0.2.53'
	same "$(readlink /etc/resolv.conf)" $to
done
# that dangles
for to in ../run/systemd/resolve/stub-resolv.conf /run/nowhere/at/all resolv.conf; do
	rm -rf /run/systemd/resolve
	ln -sf $to /etc/resolv.conf
	sees
	same "$(readlink /etc/resolv.conf)" $to
	not test -e /run/systemd/resolve
done
# of a chain
ln -s nowhere /etc/link
ln -sf link /etc/resolv.conf
sees
rm /etc/link

# /etc has no such file: everything else in it is still the machine's, and nothing gets lost in there
rm /etc/resolv.conf
mkdir /etc/netns/web/new.d
echo new >/etc/netns/web/new.d/file
sees
same "$(inside cat /etc/new.d/file)" new
same "$(inside md5sum /etc/passwd)" "$(md5sum /etc/passwd)"
mkdir /etc/there
inside touch /etc/there/x
test -e /etc/there/x
inside sh -c 'echo "# mark" >>/etc/passwd'
grep -q '# mark' /etc/passwd
fails inside touch /etc/y
same "$(cd /etc && inside cat resolv.conf)" 'nameserver 192.0.2.53'
same "$(inside readlink /etc/mtab)" "$(readlink /etc/mtab)"
not test -e /etc/resolv.conf
not test -e /etc/new.d
sed -i '/# mark/d' /etc/passwd
rm -r /etc/there /etc/netns/web/new.d

# a symlink there, to a directory here; and what cannot be is told, and the command runs
ln -s /nowhere /etc/netns/web/broken
ln -s /etc/netns/web/hosts /etc/netns/web/hostname
same "$(inside cat /etc/resolv.conf 2>"$T/err")" 'nameserver 192.0.2.53'
same "$(cat "$T/err")" 'Bind /etc/netns/web/broken -> /etc/broken failed: No such file or directory'
says 'Bind /etc/netns/web/broken -> /etc/broken failed' isle exec web true
same "$(inside cat /etc/hostname 2>/dev/null)" '192.0.2.1 only-here'
rm /etc/netns/web/{broken,hostname}

# nothing of this was seen outside
rm -r /etc/netns/web /run/systemd
mkdir /etc/netns/web
unchanged_since "$before"

# ---- out of a VRF: the cgroup .../vrf/red, also that of a named namespace
vrf()
{
	local group=$1
	shift
	(echo 0 >"$group/cgroup.procs" && "$@" sed -n 's/^0:://p' /proc/self/cgroup)
}
group=$T/cg/isle-test-$$-$RANDOM
mkdir "$T/cg"
if mount -t cgroup2 c "$T/cg" && mkdir "$group"; then
	trap 'find "$group" -depth -type d -exec rmdir {} \;' EXIT
	mkdir -p "$group/vrf/red" "$group/web-ns/vrf/red"
	same "$(vrf "$group/vrf/red" "$ISLE" netns exec web)" "/${group##*/}/vrf"
	same "$(vrf "$group/vrf/red" ip netns exec web)" "/${group##*/}/vrf"
	same "$(vrf "$group/web-ns/vrf/red" "$ISLE" -n web netns exec db)" "$(vrf "$group/web-ns/vrf/red" ip -n web netns exec db)"
	same "$(vrf "$group" "$ISLE" netns exec web)" "/${group##*/}"
fi

# ---- hosts of labs, by the name that `ip netns list` shows
need veth
printf 'lab: one\nlinks: [a -- b]\n' >"$T/one.yaml"
isle up "$T/one.yaml"
isle netns list | grep -qx a.one
host=$(isle exec a readlink /proc/self/ns/net)
same "$(isle netns exec a.one readlink /proc/self/ns/net)" "$host"
same "$(ip netns exec a.one readlink /proc/self/ns/net)" "$host"
same "$(isle -n a.one netns identify)" "$(ip -n a.one netns identify)"
mkdir /etc/netns/a.one
echo 'nameserver 192.0.2.54' >/etc/netns/a.one/resolv.conf
same "$(isle netns exec a.one cat /etc/resolv.conf)" 'nameserver 192.0.2.54'
isle down one
isle run -f "$T/one.yaml" -- sh -c "ip netns list; '$ISLE' netns exec a.one ls /sys/class/net; ip netns exec a.one true 2>&1" >"$T/out"
grep -qx a.one "$T/out"
grep -qx eth0 "$T/out"
