# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Every way to keep a network namespace alive, as the only one that is left: a
# snapshot has the namespace with its links, and the other end of its veth:
#
#	test v0 ──── v1 in "web", whose name is gone; one holder is left
. test/kernel/lib.sh
need veth

hold=$BUILD/test/kernel/hold
snap=$BUILD/test/kernel/snap

fresh()
{
	ip netns add web
	ip link add v0 type veth peer name v1 netns web
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

is_gone()
{
	! ip link show v0
}

# The namespace of v1 is owned as $1, and both ends know each other; then it is let go.
seen_as()
{
	"$snap" >"$T/snap"
	grep -qF "link v0 kind veth peer ${1#* }:v1 " "$T/snap" || { cat "$T/snap"; die "v0 has no peer in ${1#* }"; }
	grep -qFx "$1" "$T/snap" || { cat "$T/snap"; die "no $1"; }
	grep -qF 'link v1 kind veth peer the machine:v0 ' "$T/snap" || { cat "$T/snap"; die 'v1 has no peer'; }
	exec 9>&- 8<&-
	wait
}

fresh
seen_as 'named web'
ip netns delete web
eventually is_gone

fresh
start ip netns exec web sh -c 'echo ready; exec cat'
ip netns delete web
seen_as "process pid $pid cat"
eventually is_gone

fresh
start "$hold" thread /run/netns/web
ip netns delete web
seen_as "process pid $pid hold"
eventually is_gone

fresh
start sh -c 'exec 5</run/netns/web; echo ready; read -r x'
ip netns delete web
seen_as "held held by pid $pid sh"
eventually is_gone

fresh
start "$hold" socket /run/netns/web
ip netns delete web
seen_as "held held by pid $pid hold"
eventually is_gone

# a pin elsewhere
fresh
touch "$T/a pin"
mount --bind /run/netns/web "$T/a pin"
ip netns delete web
seen_as "held $T/a pin"
umount "$T/a pin"
eventually is_gone

# a pin in another mount namespace
fresh
mount --make-rprivate /run
start unshare --mount --propagation private sh -c 'echo ready; exec cat'
umount /run/netns/web
seen_as 'held /run/netns/web'
eventually is_gone
rm /run/netns/web

# whose only process is chrooted
fresh
mkdir "$T/jail"
start unshare --mount --propagation private sh -c "mount --bind / '$T/jail'; exec chroot '$T/jail' sh -c 'echo ready; exec cat'"
umount /run/netns/web
seen_as 'held /run/netns/web'
eventually is_gone
rm /run/netns/web

# that nobody is in; somebody has it open
fresh
start unshare --mount --propagation private sh -c 'echo ready; exec cat'
exec 8<"/proc/$pid/ns/mnt"
exec 9>&-
wait
umount /run/netns/web
seen_as 'held /run/netns/web'
eventually is_gone
rm /run/netns/web

# nobody shows it: the other end is said to be there, and no more
fresh
start "$hold" flight /run/netns/web
ip netns delete web
"$snap" >"$T/snap"
says 'link v0 kind veth peer unseen' cat "$T/snap"
same "$(grep -c '^[a-z]' "$T/snap")" 1
exec 9>&-
wait
eventually is_gone
