#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	c ── lan ── gw ══uplink══ the machine
#
# `up` and `down` of a lab with an uplink, which is on the machine itself,
# spoiled at every state-changing call: afterwards the lab is whole, or nothing
# of it is left but what `gc` removes completely, forwarding of the machine's
# own device included.
. test/fault/lib.sh
need veth bridge nft
own_world
NFT=yes
way_out
cat >"$T/lab.yaml" <<-END
	lab: fault
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: gw, hosts: [gw, c]}
	hosts:
	  gw: {uplink: {kind: nat, subnet: [10.9.9.0/30, "fd00:9::/64"]}}
END
clean_state=$(outside)

whole()
{
	$who isle ping -l fault >"$T/out" 2>&1 && $who isle exec c -- ping -c 1 -W 5 192.0.2.2 >"$T/out" 2>&1 &&
		$who isle exec gw -- ping -c 1 -W 5 fd00:9::1 >"$T/out" 2>&1
}

prepare()
{
	:
}

judge()
{
	# what up itself could undo, it did
	whole_or "$(is_signal && echo gc || echo all)" "$1"
}
every=12
sweep "$(program)" up "$T/lab.yaml"

prepare()
{
	$who isle up "$T/lab.yaml" >"$T/out" 2>&1 || { cat "$T/out"; die 'cannot come up again'; }
}

# Down begins with the uplink: a lab without it is as good as whole, another `down` ends it.
judge()
{
	if $who isle show fault >"$T/out" 2>&1; then
		[ "$1" != 0 ] || { wrong 'not down, but status 0'; return; }
		$who isle ping -l fault >"$T/out" 2>&1 || wrong "not down, but not whole: $(cat "$T/out")"
		$who isle down fault >"$T/out" 2>&1 || { wrong "cannot be taken down: $(cat "$T/out")"; return; }
		gone all
		return
	fi
	gone gc
}
every=6
sweep "$(program)" down fault
