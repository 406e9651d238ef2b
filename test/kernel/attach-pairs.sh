# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	box lab0 ────── lab0 hut	two networks that are somebody else's
#	     lab1 ── lan ── a
#
# A link between two hosts whose networks are both somebody else's: made by
# `up`, by a changed file and by `connect`, wired anew when one or both of them
# are others, and gone with `down`, a kill and `gc`.
. test/kernel/lib.sh
need root veth bridge jq

ip netns add first
ip netns del first
machine=$(machine_state)
make_box()
{
	ip netns add "$1"
	ip -n "$1" link set lo up
	ip -n "$1" address add "$2" dev lo
}
make_box box 192.0.2.1/32
make_box hut 192.0.2.2/32
state()
{
	local ns
	for ns in box hut; do
		ip -n $ns -o link show | sed 's/ *state [A-Z]*//'
		ip -n $ns -o address show
		ip -n $ns route show table all
	done
}
before=$(state)
as_before()
{
	[ "$(state)" = "$before" ]
}
nothing_left()
{
	as_before && [ ! -e /run/isle ]
}
pings()
{
	ip netns exec box ping -c 1 -W 5 10.7.0.2 >/dev/null
	ip netns exec hut ping -c 1 -W 5 10.7.0.1 >/dev/null
}
no_drift()
{
	same "$(isle show -j pairs | jq -c .drift)" '[]'
	same "$(isle plan "$1")" 'pairs: up from this file, nothing to do'
}
fresh()
{
	ip netns del "$1"
	make_box "$@"
}

cat >"$T/pairs.yaml" <<'X'
links:
  - netns:box 10.7.0.1/24 -- netns:hut 10.7.0.2/24
X
isle up "$T/pairs.yaml"
pings
isle ping >/dev/null
no_drift "$T/pairs.yaml"
says 'to hut:lab0' isle show box
[ -e /run/isle/.pairs.pairs ]
# with down, not with the kernel's clearing up after it
isle down pairs
nothing_left

# in a lab that is up: one more host, one more link, and back
cat >"$T/more.yaml" <<'X'
lab: pairs
networks: {lan: {subnet: 10.8.0.0/24, hosts: [a, box:lab1]}}
hosts: {box: {attach: netns:box}, hut: {attach: netns:hut}}
links:
  - box:lab0 10.7.0.1/24 -- hut 10.7.0.2/24
X
sed '/^links/,$d' "$T/more.yaml" >"$T/less.yaml"
isle up "$T/less.yaml"
less=$(state)
as_less()
{
	[ "$(state)" = "$less" ]
}
not test -e /run/isle/.pairs.pairs
isle up "$T/more.yaml" >/dev/null
pings
no_drift "$T/more.yaml"
isle up "$T/less.yaml" >/dev/null
as_less
not test -e /run/isle/.pairs.pairs
same "$(isle connect box:lab0 hut -a 10.7.0.1/24,10.7.0.2/24 2>&1)" 'connected box:lab0 to hut in lab pairs'
pings
same "$(isle show -j pairs | jq -c .drift)" '[]'
isle link down box hut >/dev/null
fails pings
isle link up box hut >/dev/null
eventually pings
same "$(isle disconnect box hut 2>&1)" 'disconnected box from hut in lab pairs'
as_less
not test -e /run/isle/.pairs.pairs

# one is another by now, then both
isle up "$T/more.yaml" >/dev/null
fresh box 192.0.2.1/32
says 'netns:box has another network now' isle show pairs
isle up "$T/more.yaml" >/dev/null
pings
no_drift "$T/more.yaml"
fresh hut 192.0.2.2/32
isle up "$T/more.yaml" >/dev/null
pings
fresh box 192.0.2.1/32
fresh hut 192.0.2.2/32
isle up "$T/more.yaml" >/dev/null
pings
isle ping box hut >/dev/null
no_drift "$T/more.yaml"
same "$(jq '.links | length' /run/isle/.pairs.pairs)" 2

# what is deleted by hand comes again
ip -n box link del lab0
says '+ link lab0 of hut -- lab0 of box' isle plan "$T/more.yaml"
isle up "$T/more.yaml" >/dev/null
pings

# the lab is gone without `down`
before=$(ip -n box link del lab1; ip -n box link del lab0; state)
isle up "$T/more.yaml" >/dev/null
umount -l /run/isle/pairs
pings
says 'its lab is not up' isle gc
isle gc --yes >/dev/null
eventually nothing_left
isle up "$T/more.yaml" >/dev/null
umount -l /run/isle/pairs
isle up "$T/pairs.yaml" >/dev/null
pings
umount -l /run/isle/pairs
isle down pairs
isle gc --yes >/dev/null
eventually nothing_left

# the machine is such a network, too
cat >"$T/here.yaml" <<'X'
links: [netns:box 10.7.0.1/24 -- m 10.7.0.2/24]
hosts: {m: {attach: host}}
X
isle up "$T/here.yaml" >/dev/null
ping -c 1 -W 5 10.7.0.1 >/dev/null
isle down here
nothing_left

# one and the same network, `run`, an interface that is taken: not without words, and nothing is left
refused()
{
	fails isle "${@:2}"
	grep -qF -- "$1" "$T/out" || { cat "$T/out" >&2; die "does not say: $1"; }
	nothing_left
}
printf 'lab: one\nlinks: ["a -- b"]\nhosts: {a: {attach: netns:box}, b: {attach: path:/run/netns/box}}\n' >"$T/one.yaml"
refused "'a' and 'b' have the same network" up "$T/one.yaml"
refused "between networks of others, and would outlive \`run\`" run -f "$T/pairs.yaml" box -- true
ip -n hut link add lab0 type veth peer name lab9
before=$(state)
refused "netns:hut has an interface lab0 already" up "$T/pairs.yaml"
ip netns del box
ip netns del hut
unchanged_since "$machine"
