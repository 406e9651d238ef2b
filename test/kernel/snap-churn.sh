# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Namespaces come and go, with their veths, addresses and processes, while
# snapshots are taken one after the other. None of them fails, none has
# anything that was not there, and what stays is in all of them:
#
#	test ──── web ──── db          test ──── c1, c2, c3, which come and go
. test/kernel/lib.sh
need veth bridge

snap=$BUILD/test/kernel/snap

ip netns add web
ip netns add db
ip link add v0 type veth peer name v1 netns web
ip -n web link add x0 type veth peer name x1 netns db
ip link add br0 type bridge

# Until the file is gone.
come_and_go()
{
	while [ -e "$T/go" ]; do
		ip netns add "$1"
		ip link add "$1" master br0 type veth peer name eth0 netns "$1"
		ip -n "$1" addr add 10.0.0.1/24 dev eth0
		ip -n "$1" link set eth0 up
		ip netns exec "$1" true
		ip netns delete "$1"
		# its end here goes when the namespace does
		eventually not_there "$1"
	done
}

not_there()
{
	! ip link show "$1"
}

processes()
{
	while [ -e "$T/go" ]; do
		unshare -n ip link add ax type veth peer name bx
		ip link add flap type veth peer name flop
		ip link del flap
	done
}

touch "$T/go"
come_and_go c1 &
come_and_go c2 &
come_and_go c3 &
processes &
"$snap" -t "${SNAPSHOTS:-100}" web db || rc=$?
rm "$T/go"
wait
same "${rc:-0}" 0
