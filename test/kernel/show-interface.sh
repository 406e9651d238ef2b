# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   this machine: vx on v0 ── v1 blue          lab l1: a, b on br0
#                 v0 in br9
#
# One interface, whoever's: kind, options, master, addresses, and whether it can
# be moved to another namespace, which the kernel then says too.
. test/kernel/lib.sh
need root veth bridge jq

ip netns add blue
ip link add v0 type veth peer name v1 netns blue
ip -n blue address add 10.1.0.2/24 dev v1
ip link add br9 type bridge stp_state 1 forward_delay 400
ip link set v0 master br9
same "$(isle show blue:v1 | grep -v '^  interface')" 'v1 of blue
  addresses  10.1.0.2/24
  other end  v0 of the machine, on br9
  can move   yes'
says 'can move   no: the kernel keeps each bridge in the namespace where it was made' isle show 'the machine:br9'
says 'can move   no: every namespace has a lo of its own' isle show blue:lo
isle show --json 'the machine:br9' >"$T/br9.json"
same "$(jq -c '.matches[0] | [.interface.fixed, .interface.options.forward_delay, .interface.options.stp_state, .ports]' "$T/br9.json")" \
	'[true,400,true,["v0"]]'
fails=1 fails isle show blue:eth7
says "there is no interface 'blue:eth7' in any namespace that can be seen" isle show blue:eth7

# as the kernel has it
moves()
{
	ip link set "$1" netns blue 2>/dev/null
}
not moves br9
not moves lo
if has_link vxlan; then
	ip link add vx type vxlan id 7 dstport 4789 dev v0 local 10.0.0.1 nolearning
	isle show 'the machine:vx' >"$T/out"
	for words in 'options    id 7, local 10.0.0.1, dev v0, dstport 4789,' 'learning false' 'on         v0 of the machine' 'can move   yes'; do
		grep -qF "$words" "$T/out" || { cat "$T/out"; die "no $words"; }
	done
	moves vx
	isle show blue:vx --json >"$T/vx.json"
	same "$(jq -c '.matches[0].interface | [.kind, .fixed, .options.id, .options.dev, .lower.interface]' "$T/vx.json")" \
		'["vxlan",false,7,"v0","v0"]'
fi
isle map >"$T/map"
grep -q '^└─ br9 .*bridge, fixed' "$T/map"

# of a lab: what its file says, and what is there
printf 'lab: l1\nnetworks: {br0: {subnet: 10.0.0.0/24, hosts: [a, b]}}\n' | isle up -
isle show a:eth0 >"$T/out"
grep -q '^eth0 on network br0' "$T/out"
grep -q '^  other end  br0 of lab l1, its port' "$T/out"
ip -n a.l1 link add dummy0 type dummy 2>/dev/null || ip -n a.l1 link add dummy0 type bridge
says 'dummy0 of a.l1' isle show a:dummy0
same "$(isle show a:eth0 --json | jq -c '.live | [.name, .kind, .fixed]')" '["eth0","veth",false]'
ip -n a.l1 link del eth0
says 'missing' isle show a:eth0
says "a has no interface 'eth7'" isle show a:eth7
