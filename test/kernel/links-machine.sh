# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	machine out0 --- out1 192.0.2.1
#	         |
#	   a eth0 (macvlan) 192.0.2.10
#
# A host on an interface of the machine, which is only what it is on; not without root.
# feature: macvlan on an interface of the machine
. test/kernel/lib.sh
need veth link:macvlan root jq

cat >"$T/out.yaml" <<'END'
links: [a 192.0.2.10/24 -- macvlan:out0]
END
says 'is on out0, and the machine has no such interface' isle up "$T/out.yaml"
way_out
# the other end answers from a namespace of its own
ip netns add world
ip link set out1 netns world
ip -n world address add 192.0.2.1/24 dev out1
ip -n world link set out1 up
before=$(machine_state)
isle up "$T/out.yaml"
isle exec a -- ping -c 1 -W 5 192.0.2.1 >/dev/null
says 'macvlan mode bridge' isle exec a -- ip -d link show eth0
says 'eth0 macvlan' isle show a
isle show out >"$T/shown"
grep -q '^a:eth0 .* out0 of the machine (macvlan)$' "$T/shown"
not grep 'connected to nothing' "$T/shown"
isle down out
unchanged_since "$before"
isle run -f "$T/out.yaml" a -- ping -c 1 -W 5 192.0.2.1 >/dev/null
unchanged_since "$before"
# the same while the lab is up, which has one interface more then, and no drift
echo 'links: [a 10.1.0.1/24 -- b 10.1.0.2/24]' >"$T/live.yaml"
isle up "$T/live.yaml"
state()
{
	isle show -j live | jq -S 'del(.since, .file)'
	isle exec a ip -o link show | sed 's/ *state [A-Z]*//'
}
cat >"$T/with.yaml" <<'END'
lab: live
links:
  - a 10.1.0.1/24 -- b 10.1.0.2/24
  - a:m 192.0.2.10/24 -- macvlan:out0: {mode: private}
END
start=$(state)
at_start()
{
	diff <(echo "$start") <(state)
}
eventually at_start
no_drift()
{
	same "$(isle show -j live | jq -c .drift)" '[]'
}
refuses()
{
	fails isle "${@:2}"
	grep -qF -- "$1" "$T/out" || { cat "$T/out" >&2; die "'isle ${*:2}' does not say: $1"; }
	at_start || die "changed by: isle ${*:2}"
}
same "$(isle connect a:m out0 macvlan mode=private -a 192.0.2.10/24 2>&1)" 'a:m is a macvlan on out0 of the machine in lab live'
isle exec a -- ping -c 1 -W 5 192.0.2.1 >/dev/null
says 'macvlan mode private' isle exec a -- ip -d link show m
says 'm macvlan on out0 of the machine' isle show a
no_drift
same "$(isle plan "$T/with.yaml")" 'live: up from this file, nothing to do'
says 'out0' isle map
says '# m: macvlan on out0 of the machine' isle dump live
says "link add link out0 name eth1" isle connect --commands a out0 macvlan
says '- interface m of a' isle plan "$T/live.yaml"
# taken away by hand it comes again; on another interface it is another
isle exec a -- ip link del dev m
says '+ macvlan m of a on out0' isle plan "$T/with.yaml"
isle up "$T/with.yaml" >/dev/null
isle exec a -- ping -c 1 -W 5 192.0.2.1 >/dev/null
ip link add other0 type veth peer name other1
sed 's/macvlan:out0/macvlan:other0/' "$T/with.yaml" >"$T/moved.yaml"
isle up "$T/moved.yaml" >/dev/null
says "m@if$(ip -o link show other0 | cut -d: -f1)" isle exec a -- ip link show m
isle up "$T/with.yaml" >/dev/null
says "m@if$(ip -o link show out0 | cut -d: -f1)" isle exec a -- ip link show m
ip link del other0
isle link down a:m >/dev/null
no_drift
isle link up a out0 >/dev/null
same "$(isle disconnect host:out0 a 2>&1)" 'disconnected a from out0 of the machine in lab live'
at_start
same "$(isle link add a:x macvlan link=host:out0 2>&1)" 'a:x is a macvlan in lab live'
no_drift
isle link del a:x >/dev/null
at_start
for kind in macvtap ipvlan 'vlan id=5'; do
	read -ra words <<<"$kind"
	has_link "${words[0]}" || continue
	isle connect a:x host:out0 "${words[@]}" -a 10.3.0.1/24 >/dev/null
	no_drift
	isle disconnect a out0 >/dev/null
	at_start
done
refuses "there is no host, network, namespace or bridge 'nope0'" connect a nope0 macvlan
refuses "this machine has no interface 'nope0'" connect a host:nope0 macvlan
refuses "of the machine: what it is on is not there" link add a macvlan link=host:nope0
refuses "mode is bridge, private, vepa or passthru" connect a out0 macvlan mode=nope
refuses "has overlapping subnets" connect a:m out0 macvlan -a 10.1.0.1/24
refuses "a is of lab live, and out0 is the machine's" connect a out0
refuses "a macvlan is on out0 of the machine: no interface comes there" connect out0 a macvlan
refuses "a and out0 are not connected" disconnect a out0
isle down live
unchanged_since "$before"
need userns
fails as_user isle up "$T/out.yaml"
says 'that takes root' as_user isle up "$T/out.yaml"
says 'that takes root' as_user isle run -f "$T/out.yaml" -- true
