# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# /run/isle and /run/netns as others may have left or prepared them.
. test/kernel/lib.sh
need root veth

printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
before=$(machine_state)

# a link, a file, somebody else's, open to all: refused, and nothing is made there
mkdir "$T/trap"
ln -s "$T/trap" /run/isle
says '/run/isle is not a directory' isle up "$T/pair.yaml"
fails isle up "$T/pair.yaml"
same "$(ls "$T/trap")" ''
rm /run/isle
touch /run/isle
says '/run/isle is not a directory' isle up "$T/pair.yaml"
rm /run/isle
mkdir /run/isle
chown 1234 /run/isle
says '/run/isle belongs to another user' isle up "$T/pair.yaml"
chown 0 /run/isle
chmod 777 /run/isle
says '/run/isle can be written by other users' isle up "$T/pair.yaml"
chmod 755 /run/isle
# of another program of that name: neither covered by a mount nor swept
mkdir /run/isle/work
touch /run/isle/socket
for verb in "up $T/pair.yaml" 'gc --yes' 'down work'; do
	# shellcheck disable=SC2086 # words
	fails isle $verb
	same "$(ls /run/isle)" "$(printf 'socket\nwork')"
done
says '/run/isle holds other things than labs' isle up "$T/pair.yaml"
rm -r /run/isle
unchanged_since "$before"

# a link in the place of the lab's directory
isle up - <<<$'lab: first\nlinks: [a -- b]'
ln -s "$T/trap" /run/isle/pair
fails isle up "$T/pair.yaml"
same "$(ls "$T/trap")" ''
rm /run/isle/pair
isle down first
unchanged_since "$before"

# a name in /run/netns that is not ours: nothing is touched, the place in the file is named
mkdir /run/netns
for foreign in 'touch /run/netns/b.pair' 'ln -s /nowhere /run/netns/b.pair' 'mkdir /run/netns/b.pair'; do
	$foreign
	state=$(machine_state)
	fails=1 fails isle up "$T/pair.yaml"
	grep -q "pair.yaml:2:.*error: /run/netns/b.pair exists and is not isle's" "$T/out"
	same "$(machine_state)" "$state"
	rm -rf /run/netns/b.pair
done
# one of ours that was left behind is
ln -s /run/isle/pair/shown/b /run/netns/b.pair
isle up "$T/pair.yaml"
isle down pair
# a directory that was there before stays
[ -d /run/netns ]
rmdir /run/netns
unchanged_since "$before"

# what replaced a name of ours while the lab was up stays, too
isle up "$T/pair.yaml"
rm /run/netns/b.pair
touch /run/netns/b.pair
says 'b.pair was taken by somebody else' isle up "$T/pair.yaml"
isle down pair
[ -f /run/netns/b.pair ]
rm -r /run/netns
unchanged_since "$before"

# together with `ip netns`, which makes its directory a shared mount
ip netns add other
state=$(machine_state)
isle up "$T/pair.yaml"
same "$(ip netns list | wc -l)" 3
isle down pair
unchanged_since "$state"
ip netns del other
umount /run/netns
rmdir /run/netns
isle up "$T/pair.yaml"
ip netns add other
isle down pair
same "$(ip netns list)" other
ip netns del other
umount /run/netns
rmdir /run/netns
unchanged_since "$before"

# under a shared mount, with a mount namespace that follows: it gets no pins, and keeps none
mount --make-shared /run
unshare --mount --propagation slave sleep 1000 &
follower=$!
follows()
{
	[ "$(readlink /proc/self/ns/mnt)" != "$(readlink /proc/$follower/ns/mnt)" ]
}
eventually follows
isle up "$T/pair.yaml"
not grep -q /run/isle/pair /proc/$follower/mountinfo
# a copy that was made while the lab was up goes with it
unshare --mount --propagation private sleep 1000 &
copy=$!
eventually grep -q /run/isle/pair /proc/$copy/mountinfo
isle down pair
not grep -q nsfs /proc/$copy/mountinfo
not grep -q nsfs /proc/$follower/mountinfo
kill $copy $follower
wait $copy $follower || :
mount --make-private /run
unchanged_since "$before"

# a mount namespace that shares the directory /run, with a /run/isle of its own on it: the last lab of one takes
# nothing from the other
mkfifo "$T/end"
printf 'lab: other\nlinks: [c -- d]\n' >"$T/other.yaml"
unshare --mount --propagation private bash -c 'isle=$1 T=$2 && $isle up "$T/other.yaml" && touch "$T/there" &&
	read -r _ <"$T/end" && $isle exec c.other -- ping -c 1 -q d && $isle down other' - "$ISLE" "$T" >"$T/other.out" 2>&1 &
other=$!
eventually test -e "$T/there"
isle up "$T/pair.yaml"
says 'nothing is left behind' isle gc
isle down pair
same "$(find /run/isle -type f | wc -l)" 1
# without a lab here: a name of the other's is not one that leads nowhere
says 'nothing is left behind' isle gc
same "$(ls /run/netns)" "$(printf 'c.other\nd.other')"
echo >"$T/end"
wait $other || die "$(cat "$T/other.out")"
unchanged_since "$before"
# and one that ends with its lab is forgotten
unshare --mount --propagation private bash -c '"$1" up "$2"' - "$ISLE" "$T/other.yaml"
same "$(find /run/isle -type f | wc -l)" 1
says 'directory /run/isle (isle): no lab is up' isle gc
isle up "$T/pair.yaml"
isle down pair
isle gc --yes
rmdir /run/netns	# that it had made it went with it
unchanged_since "$before"
