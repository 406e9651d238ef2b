#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	c ──lan── gw ══uplink══ the machine ──h0/h1── outside
#
# The way out of `up` as root: for the host with the uplink and for those behind
# it; journal, table and sysctls are put back; a second lab keeps what it needs.
. test/kernel/lib.sh
need root veth bridge nft

outside_world
before=$(machine_state)

cat >"$T/one.yaml" <<-E
	lab: one
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: gw, hosts: [gw, c]}
	hosts:
	  gw: {uplink: nat}
E
sed 's/one/two/; s/10.1.1/10.1.2/' "$T/one.yaml" >"$T/two.yaml"

isle up "$T/one.yaml"
isle exec gw ping -c 1 -W 2 10.123.0.2 >/dev/null
isle exec c ping -c 1 -W 2 10.123.0.2 >/dev/null
same "$(cat /proc/sys/net/ipv4/ip_forward)" 0
same "$(cat /proc/sys/net/ipv4/conf/h0/forwarding)" 1

# the subnet of the second is another one; what both need stays until both are gone
isle up "$T/two.yaml"
isle exec c.two ping -c 1 -W 2 10.123.0.2 >/dev/null
isle down one
same "$(cat /proc/sys/net/ipv4/conf/h0/forwarding)" 1
isle exec c ping -c 1 -W 2 10.123.0.2 >/dev/null
isle down two
unchanged_since "$before"

# started at once, both with a hashed subnet: both are up, or one says that it lost
sed 's/one/six/; s/10.1.1/10.1.6/' "$T/one.yaml" >"$T/six.yaml"
isle up "$T/one.yaml" &
isle up "$T/six.yaml"
wait $!
same "$(ip -o -4 address show | grep -c ' 198\.19\.')" 2
isle down one
isle down six
unchanged_since "$before"

# a table of that name that is not ours is left alone, and the lab does not come up
nft add table inet isle-one
fails isle up "$T/one.yaml"
nft list table inet isle-one >/dev/null
nft delete table inet isle-one
unchanged_since "$before"

# a written subnet that the machine uses
sed 's/uplink: nat/uplink: {kind: nat, subnet: 10.123.0.0\/30}/' "$T/one.yaml" >"$T/taken.yaml"
says '10.123.0.0/30 is in use on this machine' isle up "$T/taken.yaml"
unchanged_since "$before"

# dropping forward hooks are found beforehand, by policy and by a last rule
nft 'add table inet fw; add chain inet fw guard { type filter hook forward priority 0; policy drop; }'
says 'chain guard of nft table inet fw (policy drop)' isle up "$T/one.yaml"
nft 'delete table inet fw'
nft 'add table inet firewalld; add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; };
	add rule inet firewalld filter_FORWARD ct state established accept; add rule inet firewalld filter_FORWARD reject'
says 'chain filter_FORWARD of nft table inet firewalld (its last rule rejects the rest)' isle up "$T/one.yaml"
nft 'delete table inet firewalld'
unchanged_since "$before"

# of a namespace of no lab: at once, or by the lines that --commands prints
ip netns add red
ip -n red link set lo up
apart=$(machine_state)
says 'red has no uplink that isle made' isle uplink del red --commands
isle uplink add red >"$T/out"
ip netns exec red ping -c 1 -W 2 10.123.0.2 >/dev/null
for way in '' --commands; do
	# shellcheck disable=SC2086 # a word or none
	says 'red has an uplink already' isle uplink add red $way
done
isle uplink del red --commands >"$T/commands"
same "$(wc -l <"$T/commands")" 2
sh -e "$T/commands"
isle uplink del red
unchanged_since "$apart"
isle uplink add red --commands >"$T/commands"
sh -e "$T/commands"
ip netns exec red ping -c 1 -W 2 10.123.0.2 >/dev/null
says "has an interface 'uplink' already" isle uplink add red
ip -n red link del uplink
nft list tables | sed 's/^/delete /' | nft -f -
sysctl -qw net.ipv4.conf.h0.forwarding=0
unchanged_since "$apart"
ip netns del red

# killed after the journal: gc puts everything back
isle up "$T/one.yaml"
umount -l /run/isle/one
isle gc --yes >"$T/out"
unchanged_since "$before"

# a damaged journal is neither taken for none nor thrown away
isle up "$T/one.yaml"
cp /run/isle/.uplink.one "$T/journal"
echo '{"version' >/run/isle/.uplink.one
fails=1 fails isle down one
grep -q 'journal .run.isle..uplink.one is damaged' "$T/out"
fails isle up "$T/one.yaml"
says 'left uplink /run/isle/.uplink.one' isle gc --yes
cp "$T/journal" /run/isle/.uplink.one
isle gc --yes >"$T/out"
unchanged_since "$before"
