# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a b ── lan    c
#
# A lab that is up, changed one thing at a time: each is there at once, and
# meant: no drift, and a file that says the same has nothing to do. What cannot
# be leaves everything as it was; `--commands` change nothing. Rootless too.
. test/kernel/lib.sh
need root userns veth bridge jq
before=$(machine_state)
cat >"$T/rw.yaml" <<-END
	lab: rw
	networks:
	  lan: {subnet: 10.1.0.0/24, hosts: [a, b]}
	hosts: {c: {}}
END
# what all the changes below make of it
cat >"$T/all.yaml" <<-END
	lab: rw
	hosts:
	  a: {forward: true, routes: {10.8.0.0/16: 10.5.0.2}, interfaces: {far: {addresses: [10.5.0.7/24]}}}
	  b: {sysctl: {net.ipv4.ip_default_ttl: 33}}
	  c: {routes: {default: a:far}}
	networks:
	  lan: {subnet: 10.1.0.0/24, hosts: [a, b, d], mtu: 1400}
	links: [a:far 10.5.0.1/24 -- c:eth0 10.5.0.2/24]
END
chmod 644 "$T"/*.yaml

lab()
{
	$who isle "$@"
}
# exactly this is said
changes()
{
	same "$(lab "${@:2}" 2>&1)" "$1"
}
no_drift()
{
	same "$(lab show -j rw | jq -c .drift)" '[]'
}
state()
{
	lab show -j rw
	lab exec a sh -c 'ip -o address show; ip route show'
}
refuses()
{
	fails lab "${@:2}"
	grep -qF -- "$1" "$T/out" || { cat "$T/out" >&2; die "'isle ${*:2}' does not say: $1"; }
	not grep -q 'yaml:' "$T/out"
}

rewire()
{
	lab up "$T/rw.yaml"
	# whoever has mounts already learns new names too
	for host in a b c; do
		lab exec $host true
	done
	was=$(state)
	lab connect --commands a:far c -a 10.5.0.1/24,10.5.0.2/24 >"$T/commands"
	grep -qE '^ip .*link add name (far|eth0) .* type veth peer name (far|eth0) ' "$T/commands"
	grep -q 'address add 10.5.0.2/24 dev eth0' "$T/commands"
	same "$(state)" "$was"

	# they do what they say; as root, for whom the hosts have names
	if [ -z "$who" ]; then
		lab connect c:z lan -a 10.1.0.9/24 --commands >"$T/commands"
		sh -e "$T/commands"
		lab ping a 10.1.0.9
		ip -n c.rw link del z
		same "$(state)" "$was"
		same "$(ls /run/netns)" "$(printf '%s.rw\n' a b c)"
	fi

	changes 'connected a:far to c in lab rw' connect a:far c -a 10.5.0.1/24,10.5.0.2/24
	lab ping a 10.5.0.2
	lab exec a grep -qw '10.5.0.2' /etc/hosts
	changes 'the link of a:far and c in lab rw is down' link down a:far c
	lab exec c ip -o link show eth0 | grep 'state DOWN' >/dev/null
	no_drift
	changes 'the link of a:far and c in lab rw is up' link up a:far c
	lab ping a 10.5.0.2
	changes 'a:far of lab rw has 10.5.0.7/24' addr add a:far 10.5.0.7/24
	lab ping c 10.5.0.7
	changes 'a:far of lab rw has 10.5.0.8/24' addr add a:far 10.5.0.8/24
	changes 'a:far of lab rw has no 10.5.0.8/24' addr del a:far 10.5.0.8/24
	changes 'a of lab rw has a route to 10.8.0.0/16' route add a 10.8.0.0/16 via 10.5.0.2
	changes 'a of lab rw has a route to 10.9.0.0/16' route add a 10.9.0.0/16 via 10.5.0.2
	changes 'a of lab rw has no route to 10.9.0.0/16' route del a 10.9.0.0/16
	changes 'a of lab rw has forward=true' set a forward=true
	changes 'a of lab rw has a route to 10.9.0.0/16' route add a 10.9.0.0/16 via 10.5.0.2 via b
	same "$(lab exec a ip route show 10.9.0.0/16 | grep -c nexthop)" 2
	changes 'a of lab rw has no route to 10.9.0.0/16' route del a 10.9.0.0/16
	changes 'a of lab rw has a route to 10.9.0.0/16' route add a 10.9.0.0/16 blackhole
	refuses 'a lab has one route to 10.9.0.0/16' route del a 10.9.0.0/16 metric 7
	changes 'a of lab rw has no route to 10.9.0.0/16' route del a 10.9.0.0/16
	changes 'c of lab rw has a route to default' route add c default via a:far
	changes 'b of lab rw has sysctl.net.ipv4.ip_default_ttl=33' set b sysctl.net.ipv4.ip_default_ttl=33
	same "$(lab exec b cat /proc/sys/net/ipv4/ip_default_ttl)" 33
	changes 'lab rw has a host d' host add d --lab rw
	changes 'connected d to lan in lab rw' connect d lan
	changes 'lan of lab rw has mtu=1400' set lan mtu=1400
	same "$(lab exec d cat /sys/class/net/eth0/mtu)" 1400
	lab ping d b
	no_drift
	# but for the order of names in /etc/hosts, that of the hosts in the file
	same "$(lab plan "$T/all.yaml" | grep -v '^rw: \|^~ names ')" ''

	was=$(state)
	refuses 'a:more of a new link would have more than 16 addresses' connect a:more c -a "$(printf '10.9.%d.1/24,' {1..34} | sed 's/,$//')"
	refuses "there is no host, network, namespace or bridge 'q'" connect a q
	refuses "lab rw has a host 'a' already" host add a --lab rw
	refuses '10.9.0.1 is not in 10.5.0.0/24' addr add a:far 10.9.0.1/24
	refuses "'10.1.0.300/24'" addr add a:eth0 10.1.0.300/24
	refuses "'1.2.3.4/99' is no destination" route add a 1.2.3.4/99 via 10.5.0.2
	refuses "a host has no key 'mtu'" set a mtu=1400
	refuses 'a and b are not connected' disconnect a b
	refuses "'a' has no uplink" uplink del a
	same "$(state)" "$was"

	changes 'disconnected a:far from c in lab rw' disconnect a:far c
	not lab exec a ip link show far
	changes 'lab rw has no host d any more' host rm d
	not lab exec d true
	no_drift
	lab down rw
}

who=
rewire
unchanged_since "$before"
who=as_user
rewire
