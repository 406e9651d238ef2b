# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Every way to keep a network namespace alive, made for real: `isle holders`
# names it, and what it says frees the namespace, which is seen by the other end
# of a veth that goes with it:
#
#	test v0 ──── v1 in "web", whose name is gone; one holder is left
. test/kernel/lib.sh
need veth jq

hold=$BUILD/test/kernel/hold

# A namespace "web" with a veth; $id is its number.
fresh()
{
	ip netns add web
	ip link add v0 type veth peer name v1 netns web
	id=$(stat -L -c %i /run/netns/web)
}

# Start CMD in the background, as $pid; it says "ready". It ends when fd 9 is closed.
start()
{
	rm -f "$T/in" "$T/ready"
	mkfifo "$T/in"
	"$@" <"$T/in" >"$T/ready" &
	pid=$!
	exec 9>"$T/in"
	eventually grep -q ready "$T/ready"
}

# the holders of $1 as lines of jq's $2
each()
{
	isle holders "$1" -j | jq -r ".namespaces[0].holders[] | $2"
}

# The name "again" for the network namespace of thread $2 of process $1, or its file $3.
attach()
{
	touch /run/netns/again
	mount -c --bind "/proc/$1/task/$2/${3:-ns/net}" /run/netns/again
}

is_gone()
{
	! ip link show v0
}

# The one holder left of $id is of kind $1 and frees it with $2.
frees()
{
	same "$(each "$id" .kind)" "$1"
	same "$(each "net:[$id]" .free)" "$2"
	says "$2" isle holders "$id"
	ip link show v0 >"$T/link"
	bash -c "$2"
	eventually is_gone
	exec 9>&-
	wait
	same "$(each "$id" .kind)" ''
	says 'not visible to any process' isle holders "$id"
}

# a name
fresh
frees mount 'ip netns delete web'

# a pin elsewhere, with what a shell would trip over in its path
fresh
touch "$T/it's a pin"
mount --bind /run/netns/web "$T/it's a pin"
same "$(each web .path | sort)" "$(printf '%s\n' /run/netns/web "$T/it's a pin" | sort)"
umount /run/netns/web
rm /run/netns/web
says "$T/it's a pin" isle holders "$T/it's a pin"
frees mount "umount '$T/it'\\''s a pin'"

# a name with letters that steer a terminal: they do not get there, and what is advised works; one that JSON cannot have
for odd in $'e\033[31m\nv\'i\\l' $'csi\xc2\x9b31m' $'\xff\xfe'; do
	isle netns add "$odd"
	isle holders "$odd" >"$T/out"
	isle ns list --type net >>"$T/out"
	fails grep -P '[^\n\x20-\x7e]' "$T/out"
	id=$(stat -L -c %i "/run/netns/$odd")
	same "$(each "$id" .kind)" mount
	same "$(isle ns list "$id" -j | jq '.namespaces[0].names | length')" 1
	bash -c "$(isle holders "$odd" | sed -n 's/.*  ip netns/ip netns/p')"
	not test -e "/run/netns/$odd"
done

# a process
fresh
start ip netns exec web sh -c 'echo ready; exec cat'
same "$(each web .kind | sort -u)" "$(printf '%s\n' mount process)"
ip netns delete web
frees process "kill $pid"

# a thread
fresh
start "$hold" thread /run/netns/web
ip netns delete web
tid=$(cd "/proc/$pid/task" && echo [0-9]* | tr " " "\n" | grep -vx "$pid")
same "$(each "$id" '"\(.pid) \(.tid)"')" "$pid $tid"
# a name again, for what takes only names
attach "$pid" "$tid"
same "$(isle netns pids again)" ''
same "$(isle netns pids again --fds)" ''
same "$(isle netns pids again -threads --fds)" "$pid thread $tid"
ip netns delete again
frees thread "kill $pid"

# a descriptor; the link in /proc/PID/fd says a path that is gone
fresh
start sh -c 'exec 5</run/netns/web; echo ready; read -r x'
ip netns delete web
same "$(each "$id" .fd)" 5
attach "$pid" "$pid" fd/5
same "$(isle netns pids again --threads)" ''
same "$(isle netns pids again --fds)" "$pid fd 5"
fails=1 fails isle netns pids again --fds fds
ip netns delete again
frees descriptor "kill $pid"

# a socket
fresh
start "$hold" socket /run/netns/web
ip netns delete web
same "$(each "$id" .protocol)" udp
frees socket "kill $pid"

# a tun device
if [ -c /dev/net/tun ] && (: <>/dev/net/tun) 2>/dev/null; then
	fresh
	start "$hold" tun /run/netns/web
	ip netns delete web
	same "$(each "$id" .protocol)" tun
	frees socket "kill $pid"
fi

# a mount in another mount namespace: there the name was unmounted here, not removed
fresh
mount --make-rprivate /run
start unshare --mount --propagation private sh -c 'echo ready; exec cat'
same "$(each web .here | sort -u)" "$(printf '%s\n' false true)"
# the name takes it along
same "$(each web .free | sort -u)" 'ip netns delete web'
umount /run/netns/web || :
umount /run/netns/web 2>/dev/null || :
# a name that is no namespace here is explained
fails=1 fails isle holders web
grep -qF "made in another mount namespace" "$T/out"
grep -qF "pid $pid" "$T/out"
grep -qF "mount -c --bind /proc/$pid/root/run/netns/web /run/netns/web" "$T/out"
# and it is attached again in just that way
bash -c "$(sed -n 's/.*re-attach it from pid [0-9]*: //p' "$T/out")"
same "$(stat -L -c %i /run/netns/web)" "$id"
umount /run/netns/web
same "$(each "$id" .kind | sort -u)" mount
while each "$id" .free >"$T/free" && [ -s "$T/free" ]; do
	same "$(sort -u "$T/free")" "nsenter --target $pid --mount umount /run/netns/web"
	bash -c "$(head -n 1 "$T/free")"
done
eventually is_gone
exec 9>&-
wait
rm /run/netns/web

# whoever is in that mount namespace is chrooted and does not see the mount himself
fresh
mkdir "$T/jail"
start unshare --mount --propagation private sh -c "mount --bind / '$T/jail'; exec chroot '$T/jail' sh -c 'echo ready; exec cat'"
umount /run/netns/web
rm -f "$T/out"
same "$(each "$id" '"\(.path) \(.pid)"')" "/run/netns/web $pid"
frees mount "nsenter --target $pid --mount umount /run/netns/web"
rm /run/netns/web

# nobody is in that mount namespace, somebody has it open
fresh
start unshare --mount --propagation private sh -c 'echo ready; exec cat'
exec 8<"/proc/$pid/ns/mnt"
mnt=$(stat -L -c %i "/proc/$pid/ns/mnt")
exec 9>&-
wait
umount /run/netns/web
same "$(each "$id" '"\(.path) \(.pid) \(.mount_namespace)"')" "/run/netns/web null $mnt"
same "$(each "$id" .free)" "goes with mnt:[$mnt]: see isle holders $mnt"
each "$mnt" '"\(.kind) \(.pid) \(.fd)"' | grep -qx "descriptor $$ 8"
exec 8<&-
eventually is_gone
same "$(each "$mnt" .kind)" ''
rm /run/netns/web

# the same with a process in it, which is the shorter way
start unshare --mount --propagation private sh -c 'ip netns add web && ip netns exec web sh -c "echo ready; exec cat"'
fails=1 fails isle holders web
grep -q 're-attach it from pid [0-9]*: ip netns delete web; ip netns attach web [0-9]*' "$T/out"
bash -c "$(sed -n 's/.*re-attach it from pid [0-9]*: //p' "$T/out")"
each web .kind | grep -qx process
exec 9>&-
wait
ip netns delete web

# left over: no namespace anywhere
touch /run/netns/web
fails=1 fails isle holders web
grep -qF 'is no namespace but a plain file' "$T/out"
grep -qF 'remove it' "$T/out"
rm /run/netns/web
# what is no name of a namespace at all is not to be removed
fails=1 fails isle holders /etc/passwd
not grep -qF 'remove' "$T/out"

# in flight: nobody sees it, and that is said
fresh
start "$hold" flight /run/netns/web
ip netns delete web
ip link show v0 >"$T/link"
same "$(each "$id" .kind)" ''
says 'not visible to any process' isle holders "$id"
says 'SCM_RIGHTS' isle holders "$id"
exec 9>&-
wait
eventually is_gone

# a pid namespace: its first process, whoever makes more children in it, and a namespace below it
if [ "$(id -u)" = 0 ]; then
	start "$hold" children
	child=$(pgrep -P $pid)
	same "$(isle holders pid:"$child" -t pid -j | jq -r '.namespaces[0].holders[] | "\(.kind) \(.pid)"')" \
		"process $child
children $pid"
	parent=$(stat -L -c %i /proc/self/ns/pid)
	each "$parent" 'select(.kind == "child") | .namespace' | grep -qxF "$(readlink "/proc/$child/ns/pid")"
	exec 9>&-
	wait
fi

# types: of a process the network namespace, if nothing else is said
same "$(isle holders pid:$$ -j | jq -r '.namespaces[].type')" net
same "$(isle holders pid:$$ -t uts,ipc -j | jq -r '.namespaces[].type')" "$(printf '%s\n' ipc uts)"
each "$(stat -L -c %i /proc/self/ns/user)" 'select(.kind == "owned") | .namespace' | grep -qxF "$(readlink /proc/self/ns/uts)"
fails=1 fails isle holders nothing-of-that-name
fails=1 fails isle holders $$
grep -q "hint: the process of that number is pid:$$" "$T/out"
fails=2 fails isle holders
fails=2 fails isle holders web -t moon

# a lab's host: all its namespaces, with what takes them down
need bridge
cat >"$T/two.yaml" <<'EOF'
links: [a -- b]
EOF
isle up "$T/two.yaml"
same "$(isle holders a -j | jq -r '.namespaces[].type')" "$(printf '%s\n' net uts)"
same "$(isle holders a.two -j | jq -r '.namespaces[].holders[].free' | sort -u)" 'isle down two'
same "$(isle holders a.two -j | jq -r '.namespaces[0].names[0]')" a.two
isle down two

# a bundle
isle ns add vpn --net --uts
same "$(isle holders vpn -j | jq -r '.namespaces[] | "\(.type) \(.names[0]) \(.holders[].free)"')" "$(printf '%s\n' \
	'net vpn isle ns delete vpn' 'uts vpn isle ns delete vpn')"
isle ns delete vpn

# a rootless lab: mounted in its keeper's mount namespace
need root userns
as_user isle up "$T/two.yaml"
as_user isle holders a.two -j >"$T/json"
same "$(jq -r '.namespaces[].type' "$T/json")" "$(printf '%s\n' net uts)"
jq -r '.namespaces[0].holders[] | select(.kind == "mount") | .free' "$T/json" | sort -u | grep -qx 'isle down two'
as_user isle down two
# one's own rootless lab: a user may take it down, but not unmount it
if [ "$(id -u)" = 0 ]; then
	chmod 644 "$T/two.yaml"
	as_user isle up "$T/two.yaml"
	same "$(as_user isle holders a -j | jq -r '.namespaces[].holders[].free' | sort -u)" 'isle down two'
	as_user isle down two
fi
