# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What nobody uses any more: isle's own goes with --yes, what others left only if
# it is named, and what somebody uses is not in the list.
#
#	machine   left0 -- left1   netns-4711 (nobody is in it)
#	          used0 -- used1   used (by hand, nobody is in it either)
#	          lab: h1 -- br0 -- h2
. test/kernel/lib.sh
need root bridge veth nft strace
export LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}detect_leaks=0 ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

before=$(machine_state)
names()
{
	isle gc -j | jq -r '.leavings[] | "\(.kind) \(.name) \(.ours)"'
}
same "$(isle gc)" 'nothing is left behind'
same "$(isle gc -j | jq -c '[.version, .leavings]')" '[1,[]]'

# ---- others': shown with whose they are, and they stay
ip netns add used
ip link add used0 type veth peer name used1 netns used
ip netns add netns-4711
ip link add left0 type veth peer name left1 netns netns-4711
ip netns add empty
ip netns add busy
ip netns exec busy sleep 1000 &
busy=$!
is_busy()
{
	[ "$(stat -Lc %i "/proc/$busy/ns/net")" = "$(stat -c %i /run/netns/busy)" ]
}
eventually is_busy
touch /run/netns/stale
ln -s /proc/4194304/ns/net /run/netns/dangling
same "$(names | sort)" "$(printf '%s false\n' 'name /run/netns/dangling' 'name /run/netns/stale' 'namespace /run/netns/empty' \
	'namespace /run/netns/netns-4711' 'veth left0')"
same "$(isle gc -j | jq -r '.leavings[] | select(.name == "/run/netns/netns-4711").owner')" podman
# by whichever way it is named
completed()
{
	isle complete -- gc "$@" | sort | paste -sd ' '
}
same "$(completed /run/netns/s)" $'/run/netns/stale\tname'
same "$(completed --yes left0 st)" $'stale\tname'
same "$(completed le)" $'left0\tveth'
same "$(isle complete -- gc '' | cut -f 1 | sort)" "$(isle gc -j | jq -r '.leavings[].name' | sort)"
says 'name /run/netns/stale (ip netns): no namespace is behind it' isle gc
says 'veth left0' isle gc
says 'removes what others left, if it is named' isle gc
list=$(names)
isle gc --yes >"$T/out"
same "$(grep -c '^left ' "$T/out")" 5
same "$(names)" "$list"

# named, but not told to
isle gc stale empty >"$T/out"
same "$(wc -l <"$T/out")" 6
same "$(names)" "$list"
# what is in use is nothing that is left, nor is what is not there; then nothing goes at all
for name in used busy used0 lo nothing /run/netns ../netns ''; do
	fails=1 fails isle gc --yes stale "$name"
	grep -q "nothing that is called '$name' is left behind" "$T/out"
	[ -f /run/netns/stale ]
done

# named
same "$(isle gc --yes -j stale /run/netns/dangling | jq -c '[.leavings[] | .removed]')" '[true,true]'
not test -e /run/netns/stale
not test -L /run/netns/dangling
same "$(isle gc --yes left0)" 'removed veth left0 (not known whose): its other end is in netns-4711, which nobody uses'
not ip link show left0
isle gc --yes netns-4711 empty >"$T/out"
same "$(ip netns list | awk '{print $1}' | sort)" $'busy\nused'
same "$(isle gc)" 'nothing is left behind'
ip link show used0 >/dev/null
kill $busy
wait $busy || :
eventually sh -c "'$ISLE' gc | grep -q 'namespace /run/netns/busy (ip netns): nobody is in it'"
isle gc --yes busy >"$T/out"
ip netns del used
rm -d /run/netns 2>/dev/null || { umount -l /run/netns; rmdir /run/netns; }
unchanged_since "$before"

# a copy that only another mount namespace has: its name was deleted here
mkdir "$T/far"
ip netns add far
unshare -m --propagation private sh -c "mount --bind /run/netns/far $T/far/.. 2>/dev/null; touch $T/pin && mount --bind /run/netns/far $T/pin && umount -l /run/netns/far && exec sleep 1000" &
far=$!
pinned()
{
	grep -q " $T/pin " "/proc/$far/mountinfo" && ! grep -q " /run/netns/far " "/proc/$far/mountinfo"
}
eventually pinned
ip netns del far
umount -l /run/netns
rmdir /run/netns
says "only a mount on $T/pin, which pid $far sees, keeps it" isle gc
name=$(isle gc -j | jq -r '.leavings[0].name')
isle gc --yes "$name" >"$T/out"
not pinned
same "$(isle gc)" 'nothing is left behind'
kill $far
wait $far || :
rm -rf "${T:?}/far" "$T/pin"
unchanged_since "$before"

# two of one name: which one?
mkdir -p /run/netns /run/docker/netns
touch /run/netns/twice /run/docker/netns/twice
fails=1 fails isle gc --yes twice
grep -q "'twice' is left behind more than once: name /run/netns/twice, name /run/docker/netns/twice" "$T/out"
isle gc --yes /run/docker/netns/twice >"$T/out"
same "$(ls /run/docker/netns)" ""
isle gc --yes twice >"$T/out"
# a name that nobody should show as it is
touch $'/run/netns/a\033[31m\377b'
same "$(isle gc -j | jq '.leavings | length')" 1
not grep -q $'\033' <<<"$(isle gc)"
isle gc --yes $'a\033[31m\377b' >"$T/out"
rm -rf /run/netns /run/docker
unchanged_since "$before"

# ---- isle's own: without being named
mkdir -p /run/netns
ln -s /run/isle/lab/shown/h1 /run/netns/h1.lab
nft 'add table inet isle-gone { comment "isle lab gone"; }; add table inet isle-mine; add table inet isle-other { comment "isle lab"; }'
same "$(names | sort)" $'name /run/netns/h1.lab true\ntable isle-gone true'
says '`isle gc --yes` removes what is isle' isle gc
[ -L /run/netns/h1.lab ]
isle gc --yes >"$T/out"
grep -q '^removed table isle-gone (isle): lab gone is not up$' "$T/out"
not test -L /run/netns/h1.lab
same "$(nft list tables)" $'table inet isle-mine\ntable inet isle-other'
nft 'delete table inet isle-mine; delete table inet isle-other'
rmdir /run/netns
unchanged_since "$before"

# ---- a change that was broken off: told by ls and show, ended by gc, one way or the other
printf 'lab: lab\nnetworks:\n  br0: {subnet: 10.0.0.0/24, hosts: [h1, h2]}\n' >"$T/two.yaml"
printf 'lab: lab\nnetworks:\n  br0: {subnet: 10.0.0.0/24, hosts: [h1, h2, h3]}\n' >"$T/three.yaml"
hosts()
{
	isle show -j lab | jq -c '[.hosts[].name]'
}
half()
{
	same "$(isle ls -j | jq .labs[0].half_changed)" "$1"
	same "$(isle show -j lab | jq .half_changed)" "$1"
}
# broken_off CALL FILE [N]: the process that changes the lab is killed at its first CALL, or its N-th
broken_off()
{
	fails=1 fails strace -f -o /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=${3:-1}" "$ISLE" up "$2"
	half true
	says 'half changed' isle ls
	says 'a change was broken off' isle show lab
	same "$(names)" 'change lab true'
	half true
}
isle up "$T/two.yaml"
half false
before_change=$(isle ls -j | jq -c '.labs[0].since')
broken_off renameat2 "$T/three.yaml"
same "$(hosts)" '["h1","h2"]'
same "$(isle gc --yes)" 'removed change lab (isle): a change of the lab was broken off'
half false
same "$(isle gc)" 'nothing is left behind'
same "$(hosts)" '["h1","h2"]'
same "$(isle show -j lab | jq -c .drift)" '[]'
same "$(ip netns list | awk '{print $1}' | sort)" $'h1.lab\nh2.lab'
eventually ip netns exec h1.lab ping -c1 -W1 10.0.0.2
# it was complete but for a host that was to go
isle up "$T/three.yaml"
broken_off umount2 "$T/two.yaml"
same "$(hosts)" '["h1","h2"]'
isle gc --yes lab >"$T/out"
half false
same "$(isle show -j lab | jq -c .drift)" '[]'
same "$(ls /run/isle/lab/net)" $'h1\nh2'
eventually ip netns exec h1.lab ping -c1 -W1 10.0.0.2
same "$(isle ls -j | jq -c '.labs[0].since')" "$before_change"
# half of the host had gone: it comes again as a whole, with the names that it is to see
(cat "$T/three.yaml"; echo 'links: [h1 -- h2, h1 -- h3]') >"$T/links.yaml"
isle up "$T/links.yaml"
[ -L /run/isle/lab/etc/host/h3 ]
broken_off umount2 "$T/two.yaml" 3
not test -e /run/isle/lab/uts/h3
[ -L /run/isle/lab/etc/host/h3 ]
isle up "$T/links.yaml" >"$T/out"
isle plan --exit-code "$T/links.yaml"
isle up "$T/two.yaml" >"$T/out"
# while somebody is at it, it is no leaving; held as whoever changes a lab holds it
broken_off renameat2 "$T/three.yaml"
exec {lock}<"/run/isle/lab"
flock $lock
half false
same "$(isle gc)" 'nothing is left behind'
exec {lock}<&-
same "$(names)" 'change lab true'
isle down lab
unchanged_since "$before"
