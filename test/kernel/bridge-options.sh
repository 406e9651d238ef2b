# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What a lab file says of bridges and their ports is what the kernel has, and it
# works: a hairpin, isolated ports, and a ring that the spanning tree opens where
# the file makes a way expensive.
#
#	h1 ── one ── h2      iso: i1, i2 isolated, i3 not        r1 ──── r2    p1 on r1, p2 on r2, p3 on r3
#	                                                          └─ r3 ──┘
# feature: options of bridges and of their ports, with VLAN filtering
. test/kernel/lib.sh
need root bridge veth jq

cat >"$T/lab.yaml" <<'END'
lab: lab
networks:
  one:
    subnet: 10.0.1.0/24
    switch: {kind: bridge, ageing: 6000, priority: 4096, hello_time: 100, max_age: 700, group_fwd_mask: 8, mcast_snooping: true, mcast_querier: true}
    hosts: [h1]
  iso: {subnet: 10.0.2.0/24, hosts: [i3]}
  r1: {subnet: 10.0.3.0/24, switch: {kind: bridge, stp: true, priority: 4096, hello_time: 100}, hosts: [p1]}
  r2: {switch: {kind: bridge, stp: true, priority: 8192, hello_time: 100}, hosts: [p2]}
  r3: {switch: {kind: bridge, stp: true, priority: 12288, hello_time: 100}, hosts: [p3]}
links:
  - h2 -- one: {port: {cost: 17, priority: 7, guard: true, root_block: true, hairpin: true, learning: false, flood: false,
      mcast_flood: false, bcast_flood: false, fastleave: true, neigh_suppress: true}}
  - i1..2 -- iso: {port: {isolated: true}}
  - r1 -- r2: {port: {cost: 100}}
  - r2 -- r3
  - r3 -- r1
hosts:
  h1: {interfaces: {eth0: {port: {hairpin: true, cost: 5}}}}
END
before=$(machine_state)
isle check "$T/lab.yaml"
isle up "$T/lab.yaml"
fabric()
{
	nsenter --net=/run/isle/lab/fabric "$@"
}
# port HOST WORDS: of the switch port that HOST is plugged into
port()
{
	local index
	index=$(isle exec "$1" cat /sys/class/net/eth0/iflink)
	fabric bridge -d -j link | jq -c --argjson i "$index" ".[] | select(.ifindex == \$i) | $2"
}
same "$(fabric ip -d -j link show one | jq -c '.[0].linkinfo.info_data | [.ageing_time, .priority, .hello_time, .max_age, .group_fwd_mask,
	.mcast_snooping, .mcast_querier, .stp_state]')" '[6000,4096,100,700,"0x8",1,1,0]'
same "$(port h2 '[.cost, .priority, .guard, .root_block, .hairpin, .learning, .flood, .mcast_flood, .bcast_flood, .fastleave, .neigh_suppress]')" \
	'[17,7,true,true,true,false,false,false,false,true,true]'
same "$(port h1 '[.cost, .priority, .guard, .hairpin, .learning, .flood, .isolated]')" '[5,32,false,true,true,true,false]'
same "$(port i1 .isolated) $(port i2 .isolated) $(port i3 .isolated)" 'true true false'

# isolated ports reach others, and not each other
isle ping i1 i3 >/dev/null
isle ping i2 i3 >/dev/null
fails=1 fails isle ping i1 i2

# the ring: whoever is at the root is reached from everywhere, and the expensive way is the one that is closed
isle ping p1 p2 >/dev/null
isle ping p2 p3 >/dev/null
closed()
{
	fabric bridge -d -j link | jq -r '.[] | select(.state == "blocking") | .master' | sort
}
closed_is()
{
	[ "$(closed)" = "$1" ]
}
eventually closed_is r2
same "$(fabric bridge -d -j link | jq -c '[.[] | select(.cost == 100) | .master] | sort')" '["r1","r2"]'
same "$(fabric bridge -d -j link | jq -c '.[] | select(.state == "blocking") | .cost')" 100

# a dump makes the same
options()
{
	fabric bridge -d -j link | jq -cS '[.[] | [.master, .cost, .priority, .guard, .root_block, .hairpin, .learning, .flood, .isolated,
		.mcast_flood, .bcast_flood, .fastleave, .neigh_suppress]] | sort'
	fabric ip -d -j link show type bridge | jq -cS '[.[] | [.ifname, (.linkinfo.info_data | .stp_state, .group_fwd_mask,
		.mcast_snooping, .mcast_querier, if .stp_state == 1 then .priority, .hello_time, .max_age, .forward_delay else .ageing_time end)]] | sort'
}
was=$(options)
isle dump lab >"$T/dump.yaml"
isle down lab
isle up "$T/dump.yaml" >/dev/null
same "$was" "$(options)"
same "$(isle dump lab)" "$(cat "$T/dump.yaml")"

# the long form makes the same, and so do the commands
isle down lab
isle up "$T/lab.yaml" >/dev/null
isle plan --full "$T/lab.yaml" >"$T/full.yaml"
grep -q 'port: {cost: 17, priority: 7, guard: true' "$T/full.yaml"
isle plan --full "$T/full.yaml" | diff "$T/full.yaml" -
same "$(isle up "$T/full.yaml" | head -n 1)" "$(isle up "$T/lab.yaml" | head -n 1)"
isle down lab
isle plan --commands "$T/lab.yaml" >"$T/commands"
grep -q 'link set dev .* cost 17 priority 7 guard on root_block on hairpin on learning off' "$T/commands"
unchanged_since "$before"

# a bridge that filters VLANs has both
if ! unshare -n ip link add br0 type bridge vlan_filtering 1 2>/dev/null; then
	# the kernel has none: said at the statement
	printf 'lab: lacks\nnetworks:\n  n: {hosts: [a], switch: {kind: bridge, vlan_filtering: true}}\n' >"$T/no.yaml"
	says 'no.yaml:3:58: error: making the switch n: refused by the kernel' isle up "$T/no.yaml"
	says 'built without CONFIG_BRIDGE_VLAN_FILTERING' isle up "$T/no.yaml"
	printf 'lab: lacks\nlinks:\n  - a -- n: {access: 10}\nnetworks: {n: {}}\n' >"$T/no.yaml"
	says 'no.yaml:3:22: error: making the switch n: refused by the kernel' isle up "$T/no.yaml"
	exit 0
fi
cat >"$T/both.yaml" <<'END'
lab: lab
networks: {lan: {subnet: 10.0.1.0/24, hosts: [c]}}
links:
  - a -- lan: {access: 10, port: {hairpin: true}}
  - b -- lan: {port: {cost: 9}}
END
isle up "$T/both.yaml"
same "$(port a '[.hairpin, .cost]') $(port b '[.hairpin, .cost]')" '[true,2] [false,9]'
same "$(fabric bridge -j vlan | jq -c '[.[] | select(.ifname != "lan") | .vlans[].vlan] | sort')" '[1,1,10]'
isle ping b c >/dev/null
fails=1 fails isle ping a c
vlans()
{
	fabric bridge -j vlan | jq -cS '[.[] | [.ifname, [.vlans[] | [.vlan, .vlanEnd, .flags]]]] | sort'
}
# a dump makes the same, in the same words
again()
{
	local was
	was=$(vlans)
	isle dump lab >"$T/dump.yaml"
	isle down lab
	isle check --strict "$T/dump.yaml"
	isle up "$T/dump.yaml"
	same "$was" "$(vlans)"
	same "$(isle dump lab)" "$(cat "$T/dump.yaml")"
}
again
grep -q 'a: {interfaces: {eth0: {access: 10, port: {hairpin: true}}}}' "$T/dump.yaml"
fails=1 fails isle ping a c
isle down lab

# VLANs with subnets of their own are networks; a link carries some, or all
cat >"$T/nets.yaml" <<'END'
lab: lab
networks:
  one: {subnet: none, hosts: [r]}
  one-10: {subnet: 10.0.1.0/24, gateway: r, vlan: one/10, hosts: [r, a, b]}
  one-20: {subnet: 10.0.2.0/24, vlan: one/20, hosts: [c, d]}
  two: {hosts: [s]}
  two-20: {subnet: 10.0.2.0/24, vlan: two/20, hosts: [e .3]}
  three: {subnet: 10.0.3.0/24, switch: {kind: bridge, vlan_filtering: true}, hosts: [f]}
hosts:
  r: {interfaces: {eth0: {trunk: [10, 20], native: 5}}}
  s: {interfaces: {eth0: {trunk: [10, 20, 30]}}}
links:
  - one -- two: {trunk: [10, 20]}
END
isle up "$T/nets.yaml"
same "$(isle dump lab)" "$(cat "$T/nets.yaml")"
again
isle ping a b >/dev/null
isle ping c e >/dev/null
isle down lab
unchanged_since "$before"
