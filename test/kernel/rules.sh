# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#         a 10.0.1.0/24 \             / 10.1.1.0/24, wan1 \
#                         r  10.9.9.9                        up 10.9.9.9
#         b 10.0.2.0/24 /             \ 10.1.2.0/24, wan2 /
#
# Policy routing: what comes from a leaves by wan1, from b by wan2; plus routes
# of several tables, multipath and routes that refuse; and fixed neighbours.
# feature: policy rules, tables, multipath, blackhole
. test/kernel/lib.sh
need root veth

cat >"$T/lab.yaml" <<'END'
lab: lab
links:
  - r:a 10.0.1.1/24 -- a 10.0.1.2/24
  - r:b 10.0.2.1/24 -- b 10.0.2.2/24
  - r:wan1 10.1.1.1/24 fd01::1/64 -- up:wan1 10.1.1.2/24 fd01::2/64
  - r:wan2 10.1.2.1/24 -- up:wan2 10.1.2.2/24
hosts:
  a: {routes: {default: r}}
  b: {routes: {default: r}}
  r:
    forward: true
    rules:
      - {from: 10.0.1.0/24, table: 100}
      - {from: 10.0.2.2, to: 10.9.9.9, iif: b, table: 1000, priority: 500}
      - {fwmark: 7, action: prohibit}
      - {not: true, from: 10.77.0.0/16, table: 254}
      - {to: "fd02::/64", action: unreachable}
      - {iif: lo, table: 254}
    routes:
      10.9.9.9: [{via: up:wan1, table: 100}, {via: up:wan2, table: 1000}]
      10.8.0.0/16: [up:wan1, up:wan2]
      10.7.0.0/16: blackhole
      10.6.0.0/16: unreachable
      10.5.0.0/16: prohibit
  up:
    routes: {10.0.1.0/24: r:wan1, 10.0.2.0/24: r:wan2}
    interfaces:
      lo: {addresses: 10.9.9.9/32}
      wan1: {neighbours: {10.1.1.77: "02:00:00:00:00:77", "fd01::77": "02:00:00:00:00:77"}}
END
# how a packet from $1 to $2 that comes in by $3 leaves r
way()
{
	ip -n r.lab route get "$2" from "$1" iif "$3" | sed -n 's/.* dev \([^ ]*\).*/\1/p'
}

check()
{
	same "$(ip -n r.lab rule | sed 's/:[[:space:]]*/: /; s/ *$//')" "0: from all lookup local
500: from 10.0.2.2 to 10.9.9.9 iif b lookup 1000 proto static
32000: from 10.0.1.0/24 lookup 100 proto static
32001: from all fwmark 0x7 prohibit proto static
32002: not from 10.77.0.0/16 lookup main proto static
32004: from all iif lo lookup main proto static
32766: from all lookup main
32767: from all lookup default"
	ip -n r.lab -6 rule | sed 's/:[[:space:]]*/: /' | grep -x >/dev/null '32003: from all to fd02::/64 unreachable proto static *'
	ip -n r.lab -6 rule | grep '^32001:' >/dev/null
	same "$(way 10.0.1.2 10.9.9.9 a) $(way 10.0.2.2 10.9.9.9 b)" 'wan1 wan2'
	same "$(ip -n r.lab route show 10.8.0.0/16 | grep -c nexthop)" 2
	for pair in '7:Invalid argument' '6:No route to host' '5:Permission denied'; do
		says "${pair#*:}" ip -n r.lab route get "10.${pair%%:*}.0.1"
	done
	same "$(ip -n up.lab neighbour show nud permanent dev wan1 | grep 77 | sort)" "10.1.1.77 lladdr 02:00:00:00:00:77 PERMANENT 
fd01::77 lladdr 02:00:00:00:00:77 PERMANENT "
}

isle plan --commands "$T/lab.yaml" >"$T/commands"
isle up "$T/lab.yaml"
check
# nothing differs from what was just made
same "$(isle plan --exit-code "$T/lab.yaml" >"$T/out" && echo 0)" 0
isle exec a -- ping -c1 -W5 10.9.9.9 >/dev/null
isle exec b -- ping -c1 -W5 10.9.9.9 >/dev/null
# what is changed by hand is mended
ip -n r.lab rule del priority 500
ip -n r.lab rule add priority 77 from 10.1.2.3 lookup 100
ip -n up.lab neighbour del 10.1.1.77 dev wan1
same "$(isle plan "$T/lab.yaml" | sed 's/   *changed/  changed/')" 'lab: up; `isle up` would change:
- rule 77 of r  changed by hand
+ neighbour 10.1.1.77 on wan1 of up  changed by hand
+ rule 500 of r  changed by hand'
isle up "$T/lab.yaml" >"$T/out"
check
# and another file is followed, there and back
sed '/fwmark/d; s/ priority: 500/ priority: 501/; s/"fd01::77": "02:00:00:00:00:77"/10.1.1.78: "02:00:00:00:00:78"/; /wan1:/s/77}/78}/' \
	"$T/lab.yaml" >"$T/other.yaml"
isle up "$T/other.yaml" >"$T/out"
isle plan --exit-code "$T/other.yaml" >"$T/out"
not grep -q 'fwmark\|^500:' <(ip -n r.lab rule)
same "$(ip -n up.lab neighbour show nud permanent dev wan1 | cut -d' ' -f1 | grep '7[78]$' | sort)" '10.1.1.77
10.1.1.78'
isle up "$T/lab.yaml" >"$T/out"
check
# the long form and the commands make the same
isle plan --full "$T/lab.yaml" >"$T/full.yaml"
isle down lab
isle up "$T/full.yaml"
check
isle down lab
sh -e "$T/commands"
check
ip --all netns delete
