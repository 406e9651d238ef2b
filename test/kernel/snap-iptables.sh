# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Tables of the older iptables are seen where they are, and not made by looking:
#
#	"web" masquerades IPv4, "six" IPv6; "plain" has a table nat without a rule; "none" nothing
. test/kernel/lib.sh
need veth iptables-legacy ip6tables-legacy python3

for ns in web six plain none; do
	ip netns add "$ns"
done
ip netns exec web iptables-legacy -t nat -A POSTROUTING -s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j MASQUERADE 2>/dev/null ||
	skip 'the kernel has no tables of the older iptables (CONFIG_IP_NF_IPTABLES_LEGACY)'
ip netns exec six ip6tables-legacy -t nat -A POSTROUTING -j MASQUERADE
ip netns exec six iptables-legacy -A FORWARD -j ACCEPT
ip netns exec plain iptables-legacy -t nat -A POSTROUTING -j RETURN

# what JSON says of namespace $1
tables_of()
{
	isle map --json | python3 -c '
import json, sys
for n in json.load(sys.stdin)["namespaces"]:
	if n["label"] == sys.argv[1]:
		for t in n["nft"]:
			print(t["family"], t["table"], t["legacy"], "chains" in t, t["nat"], t["masquerades"])' "$1"
}

same "$(tables_of web)" 'ip nat True False True True'
same "$(tables_of six)" 'ip filter True False False False
ip6 nat True False True True'
same "$(tables_of plain)" 'ip nat True False True False'
same "$(tables_of none)" ''
same "$(ip netns exec none cat /proc/net/ip_tables_names /proc/net/ip6_tables_names)" ''

# told where people look: in the drawing, on the way out, in a file that is written of it
ip link add v0 type veth peer name v1 netns web
ip addr add 10.0.0.1/24 dev v0
ip -n web addr add 10.0.0.2/24 dev v1
ip link set v0 up
ip -n web link set v1 up
ip -n web route add default via 10.0.0.1
isle map --ascii >"$T/map"
grep -qx 'web *nat' "$T/map" || { cat "$T/map"; die 'the drawing does not tell of NAT'; }
isle who v1 >"$T/who"
grep -q 'web (masquerades)' "$T/who" || { cat "$T/who"; die 'the way out does not tell of it'; }
isle dump plain 2>/dev/null >"$T/dump"
grep -qx ' *# iptables of the older kind: table nat of ip' "$T/dump" || { cat "$T/dump"; die 'the file does not tell of it'; }
