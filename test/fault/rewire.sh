#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	a ── b    c		red ── blue
#
# `connect` in a lab and between plain namespaces, each acknowledgement of the
# kernel refused in turn: either all of the wire is there, or everything is as
# it was.
. test/fault/lib.sh
need veth jq
own_world
case $BUILD in /*) HOOKED=$BUILD/hooks/isle ;; *) HOOKED=$TOP/$BUILD/hooks/isle ;; esac
printf 'lab: fault\nlinks: [a 10.1.0.1/24 -- b 10.1.0.2/24]\nhosts: {c: {}}\n' >"$T/lab.yaml"
clean_state=$(outside)
isle up "$T/lab.yaml"
ip netns add red
ip netns add blue
isle connect red blue -a 10.1.0.1/24,10.1.0.2/24
# no EBUSY and no EEXIST: what is there already may be somebody else's, and is not taken away
errors=(1 22 28 95 105)
proc=netlink call=acknowledgement

state()
{
	local ns
	for ns in a.fault b.fault c.fault red blue; do
		ip -n $ns -j -d address | jq -c '.[] | [.ifname, .ifindex, .mtu, .address, .altnames, (.flags - (.flags - ["UP", "NO-CARRIER"])), (.addr_info[] |
			select(.scope == "global") | .local, .prefixlen)]'
		ip -n $ns route
	done
	isle show -j fault
}

# The kernel's word of a carrier comes later than the link that has it.
has_carriers()
{
	isnt grep -q NO-CARRIER <<<"$(state)"
}

is_as_before()
{
	[ "$(state)" = "$before" ]
}

# refuse_each A B PING: connect A and B; PING is how it is seen
refuse_each()
{
	local before
	eventually has_carriers
	before=$(state)
	for ((n = step; ; n += step)); do
		how="errno ${errors[n / step % ${#errors[@]}]}" rc=0
		ISLE_TEST_NLERR=$n:${how#errno } timeout -k 5 150 "$HOOKED" connect "$1:new" "$2:new" -a 10.9.0.1/24,10.9.0.2/24 \
			>"$T/spoiled" 2>&1 </dev/null || rc=$?
		[ "$rc" != 124 ] || wrong 'hangs'
		grep -q '^test: ack' "$T/spoiled" || break
		[ -z "${VERBOSE:-}" ] || echo "$n $how $rc $(grep -m 1 error: "$T/spoiled")"
		if [ "$rc" = 0 ]; then
			becomes isle ping "$1" 10.9.0.2 || wrong 'status 0, but nothing goes through'
			isle disconnect "$1:new" >/dev/null
		else
			grep -q 'error: ' "$T/spoiled" || wrong 'fails without a word'
		fi
		becomes is_as_before || { diff <(echo "$before") <(state) >&2 || :; wrong 'is not as before'; exit 1; }
	done
	[ "$rc" = 0 ] || wrong 'fails without being spoiled'
	[ "$n" -gt $((step * 2)) ] || wrong 'not as many acknowledgements as steps'
	echo "connect $1 $2: up to $n acknowledgements refused, $failures wrong"
	isle disconnect "$1:new" >/dev/null
}

# only each so manieth
step=3
[ -z "${FULL:-}" ] || step=1
refuse_each a c
refuse_each red blue
[ $failures = 0 ]
