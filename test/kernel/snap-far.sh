# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Links whose other end is hard to find. Twelve pairs of namespaces that are
# numbered all the same, so that each end might be the peer of every other one:
#
#	a1 ──── b1    a2 ──── b2    …    a12 ──── b12
#
# and links on a link that was left behind in another namespace:
#
#	test v0 ──── v1 (far); over v0, and moved to "far": a vxlan, a VLAN, a macvlan, an ipvlan, as the kernel has them
. test/kernel/lib.sh
need veth

snap=$BUILD/test/kernel/snap

for i in $(seq 12); do
	ip netns add "a$i"
	ip netns add "b$i"
	ip -n "a$i" link add eth0 index 9 address 02:00:00:00:00:01 type veth peer name eth0 index 9 address 02:00:00:00:00:01 netns "b$i"
done
names=$(ip netns list)
"$snap" >"$T/snap"
same "$names" "$(ip netns list)"
for i in $(seq 12); do
	same "$(awk -v ns="a$i" '/^[a-z]/ { here = $2 == ns } here && $2 == "eth0"' "$T/snap")" "  link eth0 kind veth peer b$i:eth0 mtu 1500"
	same "$(awk -v ns="b$i" '/^[a-z]/ { here = $2 == ns } here && $2 == "eth0"' "$T/snap")" "  link eth0 kind veth peer a$i:eth0 mtu 1500"
done
ip -all netns delete

ip netns add far
ip link add v0 index 700 type veth peer name v1 netns far
# a link of that number is there too, and is not meant
ip -n far link add decoy index 700 type veth peer name decoy1
moved=0
while read -r name kind options; do
	# shellcheck disable=SC2086 # options are words
	ip link add "$name" link v0 type "$kind" $options 2>"$T/why" || continue
	ip link set "$name" netns far 2>"$T/why" || continue
	echo "  link $name kind $kind lower the machine:v0"
	moved=$((moved + 1))
done <<'EOF' >"$T/moved"
vx0 vxlan id 7 dev v0 dstport 4789
vlan5 vlan id 5
mac0 macvlan mode bridge
ipv0 ipvlan mode l2
EOF
[ $moved != 0 ] || skip 'the kernel has no vxlan, VLAN, macvlan or ipvlan'
names=$(ip netns list)
"$snap" >"$T/snap"
same "$names" "$(ip netns list)"
while read -r line; do
	grep -qF "$line " "$T/snap" || { cat "$T/snap"; die "no $line"; }
done <"$T/moved"
# and where the namespace of the lower link is not looked at
"$snap" -n far >"$T/snap"
same "$(grep -c 'peer unseen' "$T/snap")" $((moved + 1))
