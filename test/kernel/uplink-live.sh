#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	c ──lan── gw ══uplink══ the machine ──h0/h1── outside
#	          web ══uplink══┘
#
# Uplinks and published ports of a lab that is up come, go and change: as the
# file says or by `isle uplink`; the machine is as before when the last is gone,
# and a change that fails half-way leaves all as it was.
# feature: uplinks and published ports change while a lab is up
. test/kernel/lib.sh
need root veth bridge nft python3

outside_world
before=$(machine_state)

cat >"$T/none.yaml" <<-END
	lab: live
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: gw, hosts: [gw, c, web]}
	hosts:
	  gw: {}
	  web: {forward: false}
END
sed 's/gw: {}/gw: {uplink: nat}/' "$T/none.yaml" >"$T/gw.yaml"
sed 's/web: {/web: {uplink: {kind: nat, subnet: 10.50.0.0\/30}, publish: ["8080:80"], /' "$T/gw.yaml" >"$T/both.yaml"
sed 's/"8080:80"/"8081:80", udp\/5353:53/' "$T/both.yaml" >"$T/ports.yaml"
sed 's/10.50.0.0.30/10.51.0.0\/30/' "$T/ports.yaml" >"$T/moved.yaml"

# What the machine has of the lab and its journal.
outside()
{
	ip -o link show | awk '{print $2}' | sort
	ip -o -4 address show | awk '{print $2, $3, $4}' | sort
	ip -4 route show table all | sort
	grep . /proc/sys/net/ipv4/conf/*/forwarding
	nft list ruleset
	[ ! -e /run/isle/.uplink.live ] || python3 -m json.tool --sort-keys /run/isle/.uplink.live
}
is_as() { [ "$(outside)" = "$1" ]; }
as() { eventually is_as "$1" || { diff <(echo "$1") <(outside) >&2; die 'the machine is not as it was'; }; }
pings() { isle exec "$1" ping -c 1 -W 2 10.123.0.2 >/dev/null; }
no_drift() { isle plan --exit-code "$1" >"$T/out"; }

isle up "$T/none.yaml"
up_none=$(outside)
fails pings c

# one comes by the file: for those behind it too
says '+ uplink of gw, 198.19.' isle plan "$T/gw.yaml"
says 'nft add table inet isle-live' isle plan --commands "$T/gw.yaml"
isle up "$T/gw.yaml" >/dev/null
pings c
pings gw
no_drift "$T/gw.yaml"
same "$(cat /proc/sys/net/ipv4/conf/h0/forwarding)" 1
up_gw=$(outside)

# whoever loads his firewall anew takes the table along, or changes it: told, and mended
for by_hand in 'flush ruleset' 'flush chain inet isle-live postrouting'; do
	nft "$by_hand"
	says 'gw has an uplink whose nft table isle-live was changed' isle show live
	says '~ nft table isle-live of the machine ' isle plan "$T/gw.yaml"
	isle up "$T/gw.yaml" >/dev/null
	no_drift "$T/gw.yaml"
	same "$(outside)" "$up_gw"
	pings c
done

# and another with a port, while the first stays
says '+ port tcp/8080 of the machine, to port 80 of web' isle up "$T/both.yaml"
pings web
pings c
says '10.50.0.2:80' nft list table inet isle-live
no_drift "$T/both.yaml"

# ports come and go
isle plan "$T/ports.yaml" >"$T/out"
grep -q '^- port tcp/8080 of the machine, to port 80 of web' "$T/out"
grep -q '^+ port udp/5353 of the machine, to port 53 of web *.*ports.yaml:6' "$T/out"
isle up "$T/ports.yaml" >/dev/null
nft list table inet isle-live >"$T/out"
grep -q 'dport 8081' "$T/out"
not grep -q 'dport 8080' "$T/out"
grep -q 'udp/5353' /run/isle/.uplink.live
not grep -q 'tcp/8080' /run/isle/.uplink.live

# its subnet moves
says '~ uplink of web: 10.50.0.0/30, becomes 10.51.0.0/30' isle up "$T/moved.yaml"
pings web
same "$(ip -o -4 address show | grep -c '10\.5[01]\.')" 1
no_drift "$T/moved.yaml"

# what is lost is made again
isle exec web ip link del uplink
isle up "$T/moved.yaml" >"$T/out"
grep -q '^+ uplink of web, 10.51.0.0/30  *changed by hand' "$T/out"
pings web
no_drift "$T/moved.yaml"

# taken by somebody: refused at its place, and nothing is changed
was=$(outside)
sed 's/10.51.0.0/10.123.0.0/' "$T/moved.yaml" >"$T/taken.yaml"
says 'taken.yaml:6:' isle up "$T/taken.yaml"
says '10.123.0.0/30 is in use on this machine' isle up "$T/taken.yaml"
python3 -c 'import socket, time; s = socket.socket(); s.bind(("", 9090)); s.listen(1); open("'"$T"'/listens", "w"); time.sleep(600)' &
pid=$!
eventually test -e "$T/listens"
sed 's/8081/9090/' "$T/moved.yaml" >"$T/busy.yaml"
says 'port tcp/9090 of the machine is in use' isle up "$T/busy.yaml"
kill $pid
wait $pid 2>/dev/null || :
as "$was"

# it goes again, by the file and by hand; its table in the gateway too
says '- uplink of web' isle up "$T/gw.yaml"
as "$up_gw"
pings c
isle uplink del gw >/dev/null
as "$up_none"
not isle exec gw nft list table inet isle
says 'has no uplink' isle uplink del gw
isle uplink add web 10.60.0.0/30 >/dev/null
pings web
isle plan "$T/none.yaml" >"$T/out"
grep -q -- '- route default via 10.60.0.1 in web' "$T/out"
not grep 'by hand' "$T/out"
says 'web of lab live has no uplink' isle uplink del web

# a table that is not ours: all is undone
nft add table inet isle-live
fails isle up "$T/both.yaml"
nft delete table inet isle-live
as "$up_none"
no_drift "$T/none.yaml"

# a host that comes with one, and goes with it
isle host add d --lab live uplink=nat >/dev/null
pings d
isle host rm d >/dev/null
as "$up_none"
isle down live
unchanged_since "$before"
