# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a eth0 ── eth0 gw eth1 ── eth0 b	10.0.1.0/24, 10.0.2.0/24
#	  eth1 ............... eth1	a tunnel, by way of gw: 10.9.0.0/24
#	a new ......... new gw		10.8.0.0/24, added while the lab is up
#
# Links with a kind, each of those that this kernel has: addresses, the way and
# the MTU without a word in the file, the long form the same; put into a lab that
# is up, switched, taken away.
# feature: links between two hosts that are tunnels
. test/kernel/lib.sh
need veth jq
before=$(machine_state)
tried=

# lab KIND [OPTION, ]: the file
lab()
{
	cat >"$T/lk.yaml" <<-END
		lab: lk
		routing: static
		links:
		  - a 10.0.1.1/24 -- gw 10.0.1.2/24
		  - gw 10.0.2.1/24 -- b 10.0.2.2/24
		  - a 10.9.0.1/24 -- b 10.9.0.2/24: {kind: $1${2:+, $2}}
		defaults: {hosts: {forward: true}}
	END
	isle plan --full "$T/lk.yaml" >"$T/full.yaml"
	same "$(isle plan --full "$T/full.yaml")" "$(cat "$T/full.yaml")"
}

for kind in vxlan geneve gre gretap wireguard; do
	option=
	case $kind in vxlan | geneve) option='id: 7' ;; esac
	lab $kind "$option"
	if ! has_link $kind; then
		says "this kernel has no $kind: module" isle up "$T/lk.yaml"
		continue
	fi
	tried="$tried $kind"
	isle up "$T/lk.yaml"
	isle exec a -- ping -c 1 -W 5 10.9.0.2 >/dev/null || die "no answer by $kind"
	mtu=$(isle exec a cat /sys/class/net/eth1/mtu)
	# the largest packet passes whole
	isle exec a -- ping -c 1 -W 5 -M 'do' -s $((mtu - 28)) 10.9.0.2 >/dev/null || die "$kind: no packet of $mtu"
	says 'nothing to do' isle up "$T/lk.yaml"
	same "$(isle show -j lk | jq -c .drift)" '[]'
	[ $kind = wireguard ] || {
		isle connect a:new gw:new $kind ${option:+id=8} -a 10.8.0.1/24,10.8.0.2/24 >/dev/null
		isle ping a 10.8.0.2 >/dev/null
		same "$(isle link down a:new gw)" 'the link of a:new and gw in lab lk is down'
		isle exec gw ip -o link show new | grep -q 'state DOWN'
		isle link up a:new gw >/dev/null
		isle ping a 10.8.0.2 >/dev/null
		isle disconnect a:new gw >/dev/null
		not isle exec gw ip link show new
		same "$(isle show -j lk | jq -c .drift)" '[]'
		says 'nothing to do' isle up "$T/lk.yaml"
	}
	isle down lk
	unchanged_since "$before"
done
[ "$tried" ] || skip 'the kernel has none of these kinds; it is said so'
