# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   up FILE            -> namespaces A
#   plan --commands    -> pasted into a shell -> namespaces B        A = B
#
# The lines of `plan --commands` make the network that `up` makes: for every
# example, and for a lab with what the examples do not have, links, MACs,
# addresses, routes and sysctls are the same in each namespace.
# long: namespaces are looked into with ip, jq and grep
. test/kernel/lib.sh
need root veth bridge nft jq sysctl

cat >"$T/more.yaml" <<'END'
lab: more
pool: [198.18.0.0/16, "fd00:18::/32"]
networks:
  lan: {mtu: 1400, gateway: gw, hosts: [gw, h1..3]}
  far: {hosts: [x, "y .77"]}
links:
  - lan -- far: {state: down}
  - gw:up0 -- isp: {mtu: 9000}
  - "gw:a -- gw:b": {subnet: none}
  - x -- y: {state: down}
hosts:
  gw:
    interfaces: {lo: {addresses: [192.0.2.1/32, "2001:db8::1/128"]}}
    routes:
      default: isp
      203.0.113.0/24: {via: h1, metric: 7, table: 300, mtu: 1300, src: 192.0.2.1}
      203.0.113.128/25: [h1, h2]
      192.0.2.64/26: blackhole
      "2001:db8:1::/48": unreachable
      "2001:db8:2::/48": h3
  h1: {sysctl: {net.ipv4.conf.all.rp_filter: 1, net.ipv4.conf.eth0.accept_redirects: 0, net.ipv4.ping_group_range: 0 10}}
  h2: {interfaces: {eth0: {state: down, mac: "02:00:00:00:00:99"}}}
  h3: {forward: true, sysctl: {net.ipv6.conf.default.router_solicitations: 3}}
END

# What is in namespace $2, as it comes, in directory $1 under the name $3.
look()
{
	# shellcheck disable=SC2016 # expanded in there
	nsenter --net="$2" sh -c '
		echo "address show
route show table all" | ip -d -j -b -
		cd /proc/sys/net && grep -rs . ipv4/conf ipv6/conf bridge ipv4/ip_forward ipv4/ping_group_range >&3 || :
	' >"$1/$3.json" 3> >(sed "/stable_secret/d; s/^/$3 /" >"$1/$3.sysctl")
	wait $!
}

# The machine's own namespace: what an uplink made there. Marks are not told to a shell.
look_machine()
{
	ip -j address show >"$1/machine.json"
	nft list ruleset | grep -v comment >"$1/machine.nft" || :
	grep -r . /proc/sys/net/ipv4/conf | grep -E 'forwarding|rp_filter' >"$1/machine.sysctl"
}

# All of directory $1 as lines that can be compared. Timers run; the numbers by which namespaces call each other, and
# the indexes of interfaces on the machine, are the kernel's choice; the machine looks for duplicates of its
# own addresses. ip6tnl0, in every namespace once its module is loaded, has an address by chance. Whether UP was ever said of a bridge that always was is a matter of timing: else it is UNKNOWN.
lines_of()
{
	(cd "$1" && jq -cS '
		(input_filename | ltrimstr("./") | rtrimstr(".json")) as $ns | .[] |
		walk(if type == "object" then with_entries(select(.key | test("timer|netnsid|port_id|^port_no$") | not)) else . end) |
		if $ns == "machine" then del(.ifindex, .link_index, .addr_info[].tentative) else . end |
		if .ifname == "uplink" then del(.link_index) else . end |
		if .operstate == "UNKNOWN" then .operstate = "UP" else . end |
		if .ifname == "ip6tnl0" then del(.permaddr) else . end |
		. + {$ns}' ./*.json | sort)
	cat "$1"/*.sysctl "$1"/*.nft | sort
}

# The kernel says of a bridge that it has a carrier up to a second after its ports forward.
bridges_settled()
{
	nsenter --net="$1" ip -d -j link show | jq -e '
		[.[] | select(.linkinfo.info_slave_kind == "bridge" and .operstate == "UP").master] as $live |
		all(.[] | select(.linkinfo.info_kind == "bridge" and (.flags | index("NO-CARRIER")));
			.ifname as $bridge | $live | index($bridge) | not)'
}

# $1: a directory, made anew, $2: the lab
look_up()
{
	local host
	rm -rf "$1"
	mkdir "$1"
	for host in "/run/isle/$2/net/"*; do
		look "$1" "$host" "${host##*/}"
	done
	if [ -e "/run/isle/$2/fabric" ]; then
		eventually bridges_settled "/run/isle/$2/fabric"
		look "$1" "/run/isle/$2/fabric" fabric
	fi
	look_machine "$1"
	lines_of "$1" >"$1.lines"
}

look_netns()
{
	local ns name
	rm -rf "$1"
	mkdir "$1"
	for ns in /run/netns/*; do
		name=${ns##*/}
		[ "$name" != "$2.fabric" ] || name=fabric
		look "$1" "$ns" "${name%."$2"}"
	done
	look_machine "$1"
	lines_of "$1" >"$1.lines"
}

# `up` waits for carriers, a shell does not.
pasted_as_up()
{
	look_netns "$T/pasted" "$1"
	cmp "$T/up.lines" "$T/pasted.lines"
}

round()
{
	local file=$1 lab ns
	lab=$(sed -n 's/^lab: *\([A-Za-z0-9_-]*\).*/\1/p' "$file")
	[ "$lab" ] || lab=$(basename "$file" .yaml)
	isle up "$file" >/dev/null
	look_up "$T/up" "$lab"
	isle down "$lab" >/dev/null
	unchanged_since "$before"
	isle plan --commands "$file" >"$T/commands"
	sh -eu "$T/commands"
	[ ! -e "/run/netns/$lab.fabric" ] || eventually bridges_settled "/run/netns/$lab.fabric"
	(eventually pasted_as_up "$lab") || {
		diff -U0 "$T/up.lines" "$T/pasted.lines" || :
		die "$file: up (-) is not what its commands make (+)"
	}
	for ns in /run/netns/*; do
		ip netns del "${ns##*/}"
	done
	[ ! "$(nft list tables)" ] || nft flush ruleset
	umount /run/netns
	rmdir /run/netns
}

before=$(machine_state)
for file in "$T/more.yaml" doc/labs/*.yaml; do
	# its daemons would stay behind: ovs.sh has them
	! grep -q 'switch: ovs' "$file" || continue
	has_kinds "$file" || continue
	# triangle.yaml has the same steps; these are a hundred and more looks at twenty hosts
	[ "${FULL:-}" ] || [ "${file##*/}" != line20.yaml ] || continue
	echo "$file"
	round "$file"
done
