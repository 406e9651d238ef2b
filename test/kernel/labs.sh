# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Every example lab comes up, its hosts reach each other, it goes down, and
# nothing is left; as root and as an ordinary user without privilege.
. test/kernel/lib.sh
need veth bridge

labs=(doc/labs/*.yaml)

# What stands in the file's `lab:`, else the file's name.
name_of()
{
	local name
	name=$(sed -n 's/^lab: *\([A-Za-z0-9_-]*\).*/\1/p' "$1")
	[ "$name" ] || name=$(basename "$1" .yaml)
	echo "$name"
}

as_root()
{
	"$@"
}

# Is one of these programs there?
has()
{
	local p
	for p; do
		if command -v "$p" >/dev/null; then return 0; fi
	done
	return 1
}

# $1: as_root or as_user, $2: file
round()
{
	local as=$1 file=$2 lab
	lab=$(name_of "$file")
	"$as" isle up "$file"
	"$as" isle ls | grep -qw "$lab"
	case $file in
	*/001-*.yaml)
		fails "$as" isle ping
		"$as" isle exec red -- sh -c '! ping -c 1 -W 1 blue' >/dev/null
		;;
	# its routes come from FRR, which test/peers/frr.sh starts
	*/frr.yaml) "$as" isle ping h1 r1 ;;
	*/vrfs.yaml)
		# two hosts of the same address: who is asked says which
		"$as" isle exec pe -- ping -c 1 -W 5 -I blue 10.5.0.2 >/dev/null
		"$as" isle exec pe -- ping -c 1 -W 5 -I red 10.5.0.2 >/dev/null
		;;
	# gateways that call each other at the same moment call again after five seconds
	*/vpn.yaml) eventually "$as" isle ping ;;
	*) "$as" isle ping ;;
	esac
	"$as" isle down "$lab"
	not says "$lab" "$as" isle ls
}

# Can this one be tried, by somebody whose /dev/net/tun is as it is?
is_possible()
{
	if grep -q 'switch: ovs' "$1" && { ! has ovs-vswitchd || [ ! -c /dev/net/tun ]; }; then
		echo "without Open vSwitch, not tried: $1"
		return 1
	fi
	has_kinds "$1"
}

way_out
before=$(machine_state)
for file in "${labs[@]}"; do
	is_possible "$file" || continue
	case $file in *uplink* | *gateway* | *office*) need nft ;; esac
	round as_root "$file"
	unchanged_since "$before"
done
# rootless.sh, up-rootless.sh and others see to the rest then
[ -z "${SHORT:-}" ] || exit 0

need root userns
# made before the comparison starts
as_user true
before=$(machine_state)
for file in "${labs[@]}"; do
	is_possible "$file" || continue
	if grep -q uplink: "$file" && { [ ! -c /dev/net/tun ] || ! has pasta slirp4netns; }; then
		echo "without a way out for users, not tried: $file"
		continue
	fi
	round as_user "$file"
	unchanged_since "$before"
done
