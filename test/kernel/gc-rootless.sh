# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# gc for who is not root: his own leavings, and of others' only what can be told
# without looking at everybody's processes.
. test/kernel/lib.sh
need root userns bridge veth strace
export LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}detect_leaks=0 ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

as_user true
before=$(machine_state)
names()
{
	as_user isle gc -j 2>/dev/null | jq -r '.leavings[] | "\(.kind) \(.name) \(.ours)"'
}
ip netns add empty
touch /run/netns/stale
same "$(names)" 'name /run/netns/stale false'
same "$(as_user isle gc -j 2>/dev/null | jq '.unseen.processes > 0')" true
says 'could not be looked at' as_user isle gc
fails=1 fails as_user isle gc --yes stale
grep -q 'cannot remove /run/netns/stale: Permission denied' "$T/out"
fails=1 fails as_user isle gc --yes empty
rm /run/netns/stale
ip netns del empty
umount -l /run/netns
rmdir /run/netns
unchanged_since "$before"

# a change that was broken off
printf 'lab: lab\nnetworks:\n  br0: {subnet: 10.0.0.0/24, hosts: [h1, h2]}\n' >"$T/two.yaml"
printf 'lab: lab\nnetworks:\n  br0: {subnet: 10.0.0.0/24, hosts: [h1, h2, h3]}\n' >"$T/three.yaml"
as_user isle up "$T/two.yaml"
fails=1 fails as_user strace -f -o /dev/null -e trace=renameat2 -e inject=renameat2:signal=KILL:when=1 "$T/isle" up "$T/three.yaml"
says 'half changed' as_user isle ls
same "$(names)" 'change lab true'
as_user isle gc --yes >"$T/out" 2>&1
grep -q '^removed change lab (isle): a change of the lab was broken off$' "$T/out"
same "$(as_user isle show -j lab | jq -c '[[.hosts[].name], .drift, .half_changed]')" '[["h1","h2"],[],false]'
as_user isle down lab
unchanged_since "$before"
