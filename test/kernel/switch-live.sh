# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a ── lan ── b      c ── lan ── link ── far      a ╌╌ vxlan ╌╌ b
#
# Options of switches, of their ports and of tunnels change while a lab is up:
# the interface stays, a dropped option is the kernel's again, what hands did is
# shown and mended, and a change that fails gives everything back. What a kind
# cannot change makes it anew, and `plan` says so. VLANs the same, where there are any.
# feature: options of switches and VLANs that change while a lab is up
. test/kernel/lib.sh
need root bridge veth jq
has_link vxlan || skip 'the kernel has no vxlan'
before=$(machine_state)

cat >"$T/one.yaml" <<'END'
lab: live
networks:
  lan:
    subnet: 10.0.1.0/24
    switch: {kind: bridge, ageing: 6000, group_fwd_mask: 8}
    hosts: [a]
  far: {hosts: []}
links:
  - b -- lan: {port: {cost: 17, isolated: true}}
  - c -- lan: {port: {hairpin: true}}
  - lan -- far: {port: {cost: 5}}
hosts:
  a: {interfaces: {vx0: {kind: vxlan, id: 7, remote: 10.0.1.2, ttl: 9, addresses: 10.0.9.1/24}}}
END
sed 's/ageing: 6000, group_fwd_mask: 8/ageing: 5000, mcast_snooping: true/; s/cost: 17, isolated: true/cost: 18/; s/ttl: 9/tos: 16/
	s/{port: {hairpin: true}}/{}/; s/{port: {cost: 5}}/{port: {cost: 6, learning: false}}/' "$T/one.yaml" >"$T/two.yaml"
fabric()
{
	nsenter --net=/run/isle/live/fabric "$@"
}
# port HOST WORDS
port()
{
	local index
	index=$(isle exec "$1" cat /sys/class/net/eth0/iflink)
	fabric bridge -d -j link | jq -c --argjson i "$index" ".[] | select(.ifindex == \$i) | $2"
}
state()
{
	fabric ip -d -j link show lan | jq -c '.[0] | [.ifindex, (.linkinfo.info_data | .ageing_time, .group_fwd_mask, .mcast_snooping)]'
	port b '[.ifindex, .cost, .isolated]'
	port c '[.ifindex, .hairpin]'
	fabric bridge -d -j link | jq -c '[.[] | select(.cost == 5 or .cost == 6) | [.cost, .learning]]'
	isle exec a ip -d -j link show vx0 | jq -c '.[0] | [.ifindex, (.linkinfo.info_data | .ttl, .tos, .remote)]'
}
# without columns, file and line
lines()
{
	sed '/^live: /d; s/   *\(changed by hand\|[^ ]*\.yaml:.*\)$//; s/ of p[0-9a-f]* of/ of LINK of/'
}
isle up "$T/one.yaml"
one=$(state)
changes='~ ageing_time of lan of the fabric: 6000, becomes 5000
~ group_fwd_mask of lan of the fabric: 8, becomes 0
~ mcast_snooping of lan of the fabric: false, becomes true
~ hairpin of the port of eth0 of c: true, becomes false
~ cost of the port of LINK of the fabric: 5, becomes 6
~ learning of the port of LINK of the fabric: true, becomes false
~ cost of the port of LINK of the fabric: 5, becomes 6
~ learning of the port of LINK of the fabric: true, becomes false
~ ttl of vx0 of a: 9, becomes auto
~ tos of vx0 of a: 0, becomes 16
~ cost of the port of eth0 of b: 17, becomes 18
~ isolated of the port of eth0 of b: true, becomes false'
same "$(isle plan "$T/two.yaml" | lines | sort)" "$(sort <<<"$changes")"
same "$(state)" "$one"
isle up "$T/two.yaml" | lines | sort | diff <(sort <<<"$changes") -
same "$(port b '[.cost, .isolated]') $(port c .hairpin)" '[18,false] false'
isle plan --exit-code "$T/two.yaml"
same "$(isle show -j live | jq -c .drift)" '[]'
isle up "$T/one.yaml" >/dev/null
same "$(state)" "$one"
isle plan --exit-code "$T/one.yaml"

# ---- by hand
port_of_b=$(fabric bridge -d -j link | jq -r '.[] | select(.isolated) | .ifname')
fabric ip link set lan type bridge ageing_time 800
fabric bridge link set dev "$port_of_b" isolated off cost 3
isle exec a ip link set vx0 type vxlan ttl 3
same "$(isle show -j live | jq -r '.drift[] | .host + ":" + (.interface // "") + " " + .what' | sort)" ': has lan with ageing_time 800, not 6000
a:vx0 has ttl 3, not 9
b:eth0 has cost 3 at its switch, not 17
b:eth0 has isolated false at its switch, not true'
same "$(isle plan "$T/one.yaml" | grep -c 'changed by hand')" 4
isle up "$T/one.yaml" >/dev/null
same "$(state)" "$one"
same "$(isle show -j live | jq -c .drift)" '[]'

# ---- what fails at its end is undone whole: an interface that is not isle's is where the file wants one
isle exec b ip link add eth1 type bridge
sed 's/^links:/&\n  - b -- a/' "$T/two.yaml" >"$T/three.yaml"
says 'eth1 of b is not isle' isle up "$T/three.yaml"
isle exec b ip link del eth1
same "$(state)" "$one"
sed 's/^hosts:/&\n  c: {sysctl: {net.ipv4.conf.eth0.mc_forwarding: 1}}/' "$T/two.yaml" >"$T/three.yaml"
fails isle up "$T/three.yaml"
same "$(state)" "$one"

# ---- what its kind cannot change is made anew, and it is said
sed 's/id: 7/id: 8/' "$T/one.yaml" >"$T/three.yaml"
same "$(isle plan "$T/three.yaml" | lines)" '- interface vx0 of a
+ vxlan vx0 of a
+ address 10.0.9.1/24 on vx0 of a
a loses 1 interface'
isle up "$T/three.yaml" >/dev/null
says ' id 8 ' isle exec a ip -d link show vx0
isle plan --exit-code "$T/three.yaml"

# ---- several other ends come and go
sed 's/remote: 10.0.1.2/remote: [10.0.1.2, 10.0.1.3]/' "$T/three.yaml" >"$T/four.yaml"
isle up "$T/four.yaml" | grep -q "^~ remote of vx0 of a: 10.0.1.2, becomes any"
sed 's/10.0.1.3/10.0.1.4, 10.0.1.5/' "$T/four.yaml" >"$T/five.yaml"
same "$(isle plan "$T/five.yaml" | lines)" '- remote 10.0.1.3 of vx0 of a
+ remote 10.0.1.4 of vx0 of a
+ remote 10.0.1.5 of vx0 of a'
isle up "$T/five.yaml" >/dev/null
isle exec a bridge fdb del 00:00:00:00:00:00 dev vx0 dst 10.0.1.4
says 'a:vx0 lacks its remote 10.0.1.4' isle show
isle up "$T/five.yaml" >/dev/null
same "$(isle exec a bridge fdb show dev vx0 | grep -o 'dst [^ ]*' | sort | tr '\n' ' ')" 'dst 10.0.1.2 dst 10.0.1.4 dst 10.0.1.5 '
isle plan --exit-code "$T/five.yaml"
isle up "$T/three.yaml" >/dev/null
same "$(isle exec a bridge fdb show dev vx0 | grep -o "dst [^ ]*")" "dst 10.0.1.2"
isle plan --exit-code "$T/three.yaml"
isle down live
unchanged_since "$before"

# ---- VLANs
unshare -n ip link add br0 type bridge vlan_filtering 1 2>/dev/null || exit 0
cat >"$T/plain.yaml" <<'END'
lab: live
networks:
  lan: {subnet: 10.0.1.0/24, hosts: [a, b, c]}
END
cat >"$T/vlans.yaml" <<'END'
lab: live
networks:
  lan: {subnet: 10.0.1.0/24, hosts: []}
links:
  - a -- lan: {access: 10}
  - b -- lan: {access: 10}
  - c -- lan: {trunk: [10, 20, 21, 22], native: 7}
END
sed 's/b -- lan: {access: 10}/b -- lan: {access: 20}/; s/21, 22\], native: 7/22, 30], native: 10/' "$T/vlans.yaml" >"$T/others.yaml"
# which VLANs a host's port has
vlans()
{
	local host index
	for host in a b c; do
		index=$(isle exec $host cat /sys/class/net/eth0/iflink)
		fabric bridge -j vlan show dev "$(fabric ip -j link | jq -r --argjson i "$index" '.[] | select(.ifindex == $i) | .ifname')" |
			jq -c --arg h $host '[$h, (.[].vlans[] | [.vlan, .vlanEnd // .vlan, (.flags // [] | join(" "))])]'
	done
}
filters()
{
	fabric ip -d -j link show lan | jq '.[0].linkinfo.info_data.vlan_filtering'
}
isle up "$T/plain.yaml" >/dev/null
same "$(isle plan "$T/vlans.yaml" | lines | sort)" '~ VLANs of the port of eth0 of a: none, becomes 10 untagged
~ VLANs of the port of eth0 of b: none, becomes 10 untagged
~ VLANs of the port of eth0 of c: none, becomes 7 untagged, 10, 20-22
~ vlan_filtering of lan of the fabric: false, becomes true'
isle up "$T/vlans.yaml" >/dev/null
isle plan --exit-code "$T/vlans.yaml"
same "$(filters)" 1
one=$(vlans)
same "$(grep '"a"' <<<"$one")" '["a",[10,10,"PVID Egress Untagged"]]'
isle ping a b >/dev/null
same "$(isle plan "$T/others.yaml" | lines)" '~ VLANs of the port of eth0 of b: 10 untagged, becomes 20 untagged
~ VLANs of the port of eth0 of c: 7 untagged, 10, 20-22, becomes 10 untagged, 20, 22, 30'
isle up "$T/others.yaml" >/dev/null
isle plan --exit-code "$T/others.yaml"
isle ping a c >/dev/null
fails=1 fails isle ping a b
isle up "$T/vlans.yaml" >/dev/null
same "$(vlans)" "$one"
# a change that fails gives the VLANs back, and those of a port that went to another switch
sed 's/^links:/hosts: {a: {sysctl: {net.ipv4.conf.eth0.mc_forwarding: 1}}}\n&/' "$T/others.yaml" >"$T/fails.yaml"
fails isle up "$T/fails.yaml"
same "$(vlans)" "$one"
sed 's/^links:/  far: {subnet: 10.0.2.0\/24}\nhosts: {a: {sysctl: {net.ipv4.conf.eth0.mc_forwarding: 1}}}\n&/; s/- c -- lan/- c -- far/' "$T/vlans.yaml" >"$T/fails.yaml"
fails isle up "$T/fails.yaml"
same "$(vlans)" "$one"
# by hand
port_of_a=$(fabric ip -j link | jq -r --argjson i "$(isle exec a cat /sys/class/net/eth0/iflink)" '.[] | select(.ifindex == $i) | .ifname')
fabric bridge vlan add dev "$port_of_a" vid 30 pvid untagged
same "$(isle show -j live | jq -r '.drift[] | .host + ":" + (.interface // "") + " " + .what')" \
	'a:eth0 has VLANs 10 untagged, 30 untagged at its switch, not 10 untagged'
fabric ip link set lan type bridge vlan_filtering 0
isle up "$T/vlans.yaml" >/dev/null
same "$(vlans)" "$one"
same "$(filters)" 1
isle up "$T/plain.yaml" >/dev/null
same "$(filters)" 0
isle plan --exit-code "$T/plain.yaml"
isle ping a c >/dev/null
isle down live
unchanged_since "$before"
