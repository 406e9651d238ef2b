#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	red eth0 ── eth0 blue	192.0.2.0/24, and by it, one after the other:
#	red t ...... t blue	tunnels, wireguards	10.9.0.0/24
#	red m ── (blue eth0)	macvlan & co. on another's interface
#	red x			by itself
#
# Kinds of interfaces in plain namespaces, those that this kernel has: made,
# used, taken away without a trace; what cannot be leaves everything as it was;
# no key is ever told; a kind that the kernel lacks is called by its module.
# feature: isle connect of every kind, between plain namespaces
. test/kernel/lib.sh
need root veth

ip netns add red
ip netns add blue
isle connect red blue -a 192.0.2.1/24,192.0.2.2/24 >/dev/null

state()
{
	local ns
	for ns in red blue; do
		ip -n $ns -o link show | sed 's/ *state [A-Z]*//'
		ip -n $ns -o address show | sed '/fe80:/d'
	done
	ls /run/isle 2>/dev/null || :
}

is_as()
{
	[ "$(state)" = "$1" ]
}

refuses()
{
	local was
	was=$(state)
	fails isle "${@:2}"
	grep -qF -- "$1" "$T/out" || { cat "$T/out" >&2; die "'isle ${*:2}' does not say: $1"; }
	same "$was" "$(state)"
}

apart=$(state)
lacking=

# have KIND: if not, what it would need is said
have()
{
	has_link "$1" && return
	refuses "this kernel has no $1: module" link add red:x "$1" "${@:2}"
	lacking="$lacking $1"
	return 1
}

# tunnel KIND OPTION...: by the addresses that both have on one subnet
tunnel()
{
	local kind=$1
	have "$kind" "${id[@]}" remote=192.0.2.2 "${@:2}" || return 0
	isle connect --commands red:t blue:t "$kind" "${id[@]}" -a 10.9.0.1/24,10.9.0.2/24 >"$T/commands"
	grep -q "^ip -n red link add name t mtu [0-9]* type $kind " "$T/commands"
	is_as "$apart" || die "--commands did something"
	same "$(isle connect red:t blue:t "$kind" "${id[@]}" -a 10.9.0.1/24,10.9.0.2/24)" "connected red:t to blue:t by $kind"
	eventually ip netns exec red ping -c 1 -W 1 10.9.0.2
	refuses 'is one end of' disconnect red:t
	isle link down red:t blue >/dev/null
	isle link up red:t blue >/dev/null
	isle disconnect red:t blue >/dev/null
	eventually is_as "$apart"
	# what is printed makes the same
	sh -e "$T/commands"
	eventually ip netns exec red ping -c 1 -W 1 10.9.0.2
	ip -n red link del dev t
	ip -n blue link del dev t
}
id=(id=42)
tunnel vxlan
tunnel geneve
id=()
tunnel gre
tunnel gretap

# on KIND OPTION...: on the interface that is in blue
on()
{
	have "$1" link=eth0 "${@:2}" || return 0
	isle connect red:m blue:eth0 "$1" "${@:2}" --commands >"$T/commands"
	grep -q '^ip -n blue link add link eth0 name m netns red type' "$T/commands"
	is_as "$apart" || die "--commands did something"
	same "$(isle connect red:m blue:eth0 "$1" "${@:2}" -a 10.8.0.1/24 | sed 's/ is an\? / is /')" "red:m is $1 on eth0 of blue"
	ip -n red -d link show m | grep -qw "$1"
	ip -n red -o address show m | grep -q '10\.8\.0\.1/24'
	refuses "red has an interface 'm' already" connect red:m blue:eth0 "$1" "${@:2}"
	refuses '10.8.0.1/24 is taken' connect red:m2 blue:eth0 "$1" "${@:2}" -a 10.8.0.1/24
	isle disconnect red:m >/dev/null
	# a name that is taken over there is free here
	ip -n blue link add name m type bridge
	isle connect red:m blue:eth0 "$1" "${@:2}" >/dev/null
	isle disconnect red:m >/dev/null
	ip -n blue link del dev m
	eventually is_as "$apart"
}
on macvlan mode=private
on macvtap
on ipvlan mode=l2
on vlan id=10

alone()
{
	have "$@" || return 0
	isle link add red:x "$@" -a 10.7.0.1/32 >/dev/null
	ip -n red -o link show x | grep -q '<[^>]*UP'
	ip -n red -o link show x | grep -q 'altname isle:wire:'
	ip -n red -o address show x | grep -q '10\.7\.0\.1/32'
	isle link del red:x >/dev/null
	eventually is_as "$apart"
}
alone dummy
alone ifb
alone bridge
alone bond mode=active-backup
alone vrf table=7
alone tap user=0
alone tun
alone vxlan id=7 remote=192.0.2.2 dev=eth0
if have vxlan id=7; then
	isle link add red:x vxlan id=7 remote=192.0.2.2,192.0.2.3 >/dev/null
	same "$(bridge -n red fdb show dev x | grep -c '^00:00:00:00:00:00 dst 192.0.2.[23] ')" 2
	isle link del red:x >/dev/null
	isle link add red:x vxlan id=7 remote=192.0.2.2,192.0.2.3 --commands | sh -e
	same "$(bridge -n red fdb show dev x | grep -c '^00:00:00:00:00:00 dst 192.0.2.[23] ')" 2
	ip -n red link del x
	eventually is_as "$apart"
	refuses "remote is an address, not '192.0.2'" link add red:x vxlan id=7 remote=192.0.2.2,192.0.2
	refuses 'a vxlan between two has one remote' connect red blue vxlan id=7 remote=192.0.2.2,192.0.2.3
fi

if have wireguard; then
	refuses 'wireguards send only what is for addresses' connect red:t blue:t wireguard
	isle connect red:t blue:t wireguard -a 10.9.0.1/24,10.9.0.2/24 >"$T/said"
	ip netns exec red ping -c 1 -W 5 10.9.0.2 >/dev/null
	# a second one listens elsewhere
	isle connect red:u blue:u wireguard -a 10.6.0.1/24,10.6.0.2/24 >/dev/null
	ip netns exec red ping -c 1 -W 5 10.6.0.2 >/dev/null
	isle disconnect red:t blue >/dev/null
	isle disconnect red:u blue >/dev/null
	eventually is_as "$apart"
	echo 'SLKLCcHpVVgnu4W3yJpRAqMXtjJiOuxqfoLLWcFHJ1A=' >"$T/key"
	isle link add red:x wireguard private-key="$T/key" listen-port=7000 >"$T/said"
	isle link del red:x >/dev/null
	refuses 'No such file' link add red:x wireguard private-key=/nowhere
	refuses 'has no key of 44 characters' link add red:x wireguard private-key=/dev/null
	not grep SLKLCcHp "$T/said" "$T/out"
fi

# wrong words: nothing of these got as far as the kernel
wrong()
{
	fails isle "${@:2}"
	grep -qF -- "$1" "$T/out" || { cat "$T/out" >&2; die "'isle ${*:2}' does not say: $1"; }
}
wrong "'xlan' is no kind of link" connect red blue xlan
wrong "did you mean 'vlan'?" connect red blue xlan
wrong 'a bond connects nobody' connect red blue bond
wrong 'a pair has two ends' link add red veth
wrong "a vxlan needs 'id'" connect red blue vxlan
wrong "id is from 0 to 16777215, not '16777216'" connect red blue vxlan id=16777216
wrong "did you mean 'dstport'?" connect red blue vxlan id=1 dstprot=5
wrong "'id' is said twice" connect red blue vxlan id=1 id=2
wrong "'dev' is of one end" connect red blue vxlan id=1 dev=eth0
wrong "blue has no interface 'eth7'" connect red blue:eth7 macvlan
wrong 'a macvlan is on another interface: which one?' connect red blue macvlan
wrong 'a macvlan is on another interface: which one?' link add red macvlan
wrong "red has no interface 'eth7'" link add red vxlan id=1 dev=eth7 remote=192.0.2.2
wrong "'group' needs 'dev'" link add red vxlan id=1 group=239.0.0.1
wrong 'are one namespace' connect red:a red:b vxlan id=1
wrong "mtu is from 68" connect red blue vxlan id=1 mtu=1
wrong 'local is an address' connect red blue vxlan id=1 local=eth0 remote=192.0.2.2
wrong 'addresses of two families' connect red blue vxlan id=1 local=192.0.2.1 remote=fd00::1
wrong 'a gre goes by IPv4' connect red blue gre local=fd00::1 remote=fd00::2
is_as "$apart" || die "wrong words did something"

# both ends of a pair in one namespace, and the machine as an end
isle connect red:a red:b >/dev/null
same "$(isle disconnect red:a)" 'disconnected red:a'
isle connect --commands "pid:$$" red:z | grep -q 'netns \$\$$'
# without a subnet in common there is no way; one that is said is taken
isle disconnect red blue >/dev/null
apart=$(state)
refuses 'have no subnet in common that a vxlan could go by' connect red blue vxlan id=1
if has_link vxlan; then
	isle connect red blue vxlan id=1 local=192.0.2.1 remote=192.0.2.2 >/dev/null
	isle disconnect red blue >/dev/null
	eventually is_as "$apart"
fi

[ -z "$lacking" ] || echo "not in this kernel:$lacking"
