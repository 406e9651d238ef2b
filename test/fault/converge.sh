#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	one.yaml   a b c e ── lan    a ── c    a ── e    b c ── old
#	two.yaml   a c d ── lan      a ── b    a ── c    b c d ── new    (a ── c is the same)
#
# `up` of another file for a lab that is up, spoiled. Each acknowledgement of the
# kernel in turn becomes a refusal: the lab is as before, with what was changed by
# hand in it, or all that the new file says, never between; and so if ^C comes.
# Killed at each state-changing call: the next `up`, of either file, makes the
# whole of it, or `down` leaves nothing. If a call fails, it is undone, or if what
# was there before was being ended already, it says so and the next `up` goes on.
. test/fault/lib.sh
need veth bridge jq
own_world
[ "$who" = as_root ] || INJECT=$T/inject
case $BUILD in /*) HOOKED=$BUILD/hooks/isle ;; *) HOOKED=$TOP/$BUILD/hooks/isle ;; esac
[ "$who" = as_root ] || { install -m 755 "$HOOKED" "$T/hooked"; HOOKED=$T/hooked; }
cat >"$T/one.yaml" <<-END
	lab: fault
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: a, hosts: [a, b, c, e]}
	  old: {subnet: 10.4.4.0/24, hosts: [b, c]}
	links:
	  - a:far 10.2.2.1/24 -- c:far 10.2.2.2/24
	  - a 10.5.5.1/24 -- e 10.5.5.2/24
	hosts:
	  a: {forward: true}
	  c: {routes: {10.8.0.0/16: unreachable}, sysctl: {net.ipv4.ip_default_ttl: 33}}
END
cat >"$T/two.yaml" <<-END
	lab: fault
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: c, mtu: 1400, hosts: [a .7, d, c]}
	  new: {subnet: 10.6.6.0/24, hosts: [d, b, c]}
	links:
	  - a:far 10.2.2.1/24 -- c:far 10.2.2.2/24
	  - a 10.3.3.1/24 -- b 10.3.3.2/24
	hosts:
	  a: {routes: {10.9.0.0/16: "c:far"}}
	  b: {sysctl: {net.ipv4.ip_default_ttl: 77}}
	  c: {forward: true, interfaces: {eth0: {mac: "02:00:00:00:00:33"}}}
END
clean_state=$(outside)
# no EBUSY and no EEXIST: what is there already may be somebody else's, and is not taken away
errors=(1 22 28 95 105)

# Where the namespaces of the lab are pinned, as seen from here.
pins()
{
	local comm
	if [ "$who" = as_root ]; then
		echo /run/isle/fault
	else
		comm=$(grep -lx isle-keeper /proc/[0-9]*/comm | sed 1q)
		echo "${comm%/comm}/root/run/isle/fault"
	fi
}

# Of every host and the switches, in one text, all that does not come and go by itself.
state()
{
	local pin at
	at=$(pins)
	for pin in "$at"/net/* "$at/fabric"; do
		[ -e "$pin" ] || continue
		echo "== ${pin#"$at"} $(stat -c %i "$pin")"
		nsenter --net="$pin" sh -c 'cd /proc/sys/net/ipv4
			ip -j -d address; ip route show table all | sort; cat ip_forward ip_default_ttl conf/*/forwarding conf/*/rp_filter'
	done | jq -Rr '. as $line | try (fromjson | if type == "array" then .[] else error end | tojson | fromjson |
		[.ifname, .ifindex, .mtu, .address, .master, .linkinfo.info_kind, (.flags - (.flags - ["UP", "NO-CARRIER"])), .altnames, .inet6_addr_gen_mode,
		(.addr_info[] | .local, .prefixlen, .scope, .broadcast)] | tojson) catch $line'
}
# The kernel's word of a carrier comes later than the link that has it: up to a second for a switch.
# Every link of both files gets one; what is compared with later is looked at only then.
has_carriers()
{
	isnt grep -q NO-CARRIER <<<"$(state)"
}
# Without the numbers of the namespaces and of interfaces.
shape()
{
	state | sed 's/^\(== .*\) [0-9]*$/\1/; s/^\(\["[^"]*",\)[0-9]*/\1/' | sort
}

has_shape()
{
	[ "$(shape)" = "${!1}" ]
}
is_of_shape()
{
	becomes has_shape "$1" || { diff <(echo "${!1}") <(shape) >&2 || :; return 1; }
}

is_whole()
{
	$who isle plan --exit-code "$T/$1.yaml" >"$T/out" 2>&1 && $who isle ping -l fault >"$T/out" 2>&1
}

up()
{
	$who isle up "$T/$1.yaml" >"$T/out" 2>&1 || { cat "$T/out"; die "cannot come up: $1"; }
}

# The lab is one.yaml's, with things changed that neither file has.
by_hand()
{
	$who isle exec b ip address add 10.7.7.7/24 dev eth0 2>/dev/null || :
	$who isle exec a ip route replace 10.66.0.0/16 via 10.1.1.2
	$who isle exec c ip link set eth0 mtu 1300
}

start_over()
{
	up one
	by_hand
	eventually has_carriers
	before=$(state)
}

is_as_before()
{
	[ "$(state)" = "$before" ]
}

# ---- refused
# only each so manieth; of a user's, who goes the same way, half as many
step=9 sparse=1
[ "$who" = as_root ] || step=18 sparse=2
[ -z "${FULL:-}" ] || step=1
refuse_each()
{
	proc=netlink call=acknowledgement
	start_over
	for ((n = step; ; n += step)); do
		how="errno ${errors[n / step % ${#errors[@]}]}" rc=0
		$who env ISLE_TEST_NLERR="$n:${how#errno }" timeout -k 5 150 "$HOOKED" up "$T/two.yaml" >"$T/spoiled" 2>&1 </dev/null || rc=$?
		[ "$rc" != 124 ] || wrong 'hangs'
		grep -q '^test: ack' "$T/spoiled" || break
		[ -z "${VERBOSE:-}" ] || echo "$n $how $rc $(grep -m 1 error: "$T/spoiled")"
		if [ "$rc" = 0 ]; then
			becomes is_whole two || wrong "status 0, but not whole: $(cat "$T/out")"
			start_over
		elif ! becomes is_as_before; then
			diff <(echo "$before") <(state) >&2 || :
			wrong 'is not as before'
			start_over
		fi
	done
	[ "$n" -gt 40 ] || wrong 'not as many acknowledgements as steps'
	[ "$rc" = 0 ] || wrong 'fails without being spoiled'
	is_of_shape two || wrong 'is not what two.yaml says'
	echo "up to $n acknowledgements refused, $failures wrong"
}

# ---- killed: afterwards one.yaml, two.yaml, and none in turn
prepare()
{
	up one
}
turn=0
judge()
{
	local next
	case $((turn++ % 3)) in
	0) next=one ;;
	1) next=two ;;
	2)
		$who isle down fault >"$T/out" 2>&1 || wrong "cannot be taken down: $(cat "$T/out")"
		gone but_directories
		return
		;;
	esac
	$who isle up "$T/$next.yaml" >"$T/out" 2>&1 || { wrong "then $next.yaml cannot come up: $(cat "$T/out")"; return; }
	is_of_shape "$next" || { wrong "is not what $next.yaml says"; return; }
	becomes is_whole "$next" || wrong "$next.yaml is not whole: $(cat "$T/out")"
}

# ---- interrupted
is_one_of_both()
{
	local now
	now=$(shape)
	for is in one two; do
		[ "$now" != "${!is}" ] || return 0
	done
	return 1
}
judge_interrupted()
{
	becomes is_one_of_both || { diff <(echo "$one") <(shape) >&2 || :; wrong "interrupted, and is neither"; return; }
	becomes is_whole "$is" || wrong "interrupted, and $is.yaml is not whole: $(cat "$T/out")"
}

# ---- refused by other calls than netlink's
judge_refused()
{
	if [ "$1" = 0 ]; then
		becomes is_whole two || wrong "status 0, but not whole: $(cat "$T/out")"
	elif $who isle show -j fault | jq -e .half_changed >/dev/null; then
		$who isle up "$T/two.yaml" >"$T/out" 2>&1 || { wrong "half changed, and cannot go on: $(cat "$T/out")"; return; }
		is_of_shape two || wrong 'was half changed, and is not what two.yaml says'
	else
		judge_interrupted
	fi
}

# shellcheck disable=SC2034 # by way of ${!1}
{
	up two
	eventually has_carriers
	two=$(shape)
	up one
	eventually has_carriers
	one=$(shape)
}
refuse_each
every=${every:-$((67 * sparse))} HOWS='KILL all-KILL' sweep "$(program)" up "$T/two.yaml"
eval "$(declare -f judge_interrupted | sed '1s/.*/judge ()/')"
every=${every:-$((83 * sparse))} HOWS='all-INT TERM HUP INT all-TERM' sweep "$(program)" up "$T/two.yaml"
eval "$(declare -f judge_refused | sed '1s/.*/judge ()/')"
every=${every:-$((61 * sparse))} HOWS=errors sweep "$(program)" up "$T/two.yaml"
