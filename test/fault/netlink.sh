#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	c ── lan ── gw ══uplink══ the machine
#
# Every acknowledgement of the kernel in turn becomes a refusal, though what was
# asked for has been done: `up` says at which place of the file, and nothing is
# left; so too `run`, and `down` leaves the lab or what `gc` removes.
. test/fault/lib.sh
need veth bridge nft
own_world
NFT=yes
HOOKED=${INJECT%/test/fault/inject}/hooks/isle
way_out
cat >"$T/lab.yaml" <<-END
	lab: fault
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: gw, hosts: [gw, c]}
	links:
	  - c -- d: {subnet: 10.2.2.0/24}
	hosts:
	  gw:
	    uplink: {kind: nat, subnet: [10.9.9.0/30, "fd00:9::/64"]}
	    routes: {10.2.2.0/24: c}
	  c: {forward: true}
	  d: {routes: {default: c}}
END
sed '/uplink:/d' "$T/lab.yaml" >"$T/inner.yaml"
clean_state=$(outside)
# EPERM EBUSY EEXIST EINVAL ENOSPC ENOTSUP ENOBUFS
errors=(1 16 17 22 28 95 105)
proc=netlink call=acknowledgement

# refuse_each FUNCTION CMD: FUNCTION looks at what is left
refuse_each()
{
	local e some
	for ((n = 1; ; n++)); do
		some=("${errors[n % ${#errors[@]}]}")
		[ -z "${FULL:-}" ] || some=("${errors[@]}")
		for e in "${some[@]}"; do
			how="errno $e" rc=0
			prepare
			ISLE_TEST_NLERR=$n:$e timeout -k 5 150 "$HOOKED" "${@:2}" >"$T/spoiled" 2>&1 </dev/null || rc=$?
			[ "$rc" != 124 ] || wrong 'hangs'
			if ! grep -q '^test: ack' "$T/spoiled"; then
				[ "$rc" = 0 ] || wrong 'fails without being spoiled'
				"$1"
				echo "${*:2}: $((n - 1)) acknowledgements, $failures wrong"
				look_for_namespaces
				return
			fi
			sed -i '/^test: ack/d' "$T/spoiled"
			[ -z "${VERBOSE:-}" ] || echo "$n $e $rc $(grep -m 1 . "$T/spoiled")"
			"$1"
		done
	done
}

says_where()
{
	# the switches' namespace is of no place in particular
	! grep -q 'making the namespace of the switches' "$T/spoiled" || return 0
	grep -qE "^$T/[a-z]*\.yaml:[0-9]+:[0-9]+: error: " "$T/spoiled" || wrong 'does not say at which place of the file'
	grep -qE '\b(gw|c|d|lan|uplink)\b' "$T/spoiled" || wrong 'does not say at which object'
}

prepare()
{
	:
}
after_up()
{
	if isle show fault >"$T/out" 2>&1; then
		isle ping -l fault >"$T/out" 2>&1 || wrong "up, but not whole: $(cat "$T/out")"
		isle down fault >"$T/out" 2>&1 || wrong "cannot be taken down: $(cat "$T/out")"
	else
		[ "$rc" != 0 ] || wrong 'not up, but status 0'
		says_where
	fi
	gone all
}
refuse_each after_up up "$T/lab.yaml"

after_run()
{
	[ "$rc" = 0 ] || says_where
	gone all
}
refuse_each after_run run -f "$T/inner.yaml" -- true

prepare()
{
	isle up "$T/lab.yaml" >"$T/out" 2>&1 || { cat "$T/out"; die 'cannot come up again'; }
}
after_down()
{
	[ "$rc" = 0 ] || [ -s "$T/spoiled" ] || wrong 'fails without a word'
	! isle show fault >"$T/out" 2>&1 || isle down fault >"$T/out" 2>&1 || wrong "cannot be taken down: $(cat "$T/out")"
	gone gc
}
refuse_each after_down down fault
[ $failures = 0 ]
