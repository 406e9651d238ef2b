# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	one.yaml   a b ── lan   c d ── side   a ── c       two.yaml   a .9 b ── lan   c d ── side   a ── b   e ── lan
#
# `up` of another file for a lab that is up: `plan` says what it would do and
# who loses what, `up` does that and no more. A connection between hosts that
# stay goes on, and in them nothing whatever happens. What somebody changed by
# hand is shown and mended.
. test/kernel/lib.sh
need root veth bridge jq python3
before=$(machine_state)
cat >"$T/one.yaml" <<-END
	lab: conv
	networks:
	  lan: {subnet: 10.1.0.0/24, hosts: [a .1, b .2]}
	  side: {subnet: 10.2.0.0/24, hosts: [c, d]}
	links: [a 10.3.0.1/24 -- c 10.3.0.2/24]
	hosts:
	  a: {forward: true}
	  c: {forward: true}
	  d: {routes: {default: c}}
END
cat >"$T/two.yaml" <<-END
	lab: conv
	networks:
	  lan: {subnet: 10.1.0.0/24, mtu: 1400, hosts: [a .9, b .2, e .3]}
	  side: {subnet: 10.2.0.0/24, hosts: [c, d]}
	links: [a 10.4.0.1/24 -- b 10.4.0.2/24]
	hosts:
	  b:
	    interfaces: {eth0: {mac: "02:00:00:00:00:bb"}}
	    sysctl: {net.ipv4.ip_default_ttl: 77}
	  c: {forward: true}
	  d: {routes: {default: c}}
END
cd "$T"
isle up one.yaml
ids()
{
	stat -c %i /run/isle/conv/net/{a,b,c,d}
}
ids=$(ids)

# ---- a connection between c and d, and ears in d, which no file changes
isle exec d python3 -c 'import socket, sys
s = socket.create_server(("", 77)).accept()[0]
for line in s.makefile():
    open(sys.argv[1], "a").write(line)' "$T/received" &
server=$!
listens()
{
	isle exec d ss -Hltn | grep -q ':77 '
}
eventually listens
mkfifo "$T/pipe"
isle exec c bash -c 'exec 3<>/dev/tcp/10.2.0.2/77; cat <"$0" >&3' "$T/pipe" &
client=$!
exec 5>"$T/pipe"
echo first >&5
eventually grep -q first "$T/received"
isle exec d ip -ts monitor link address route rule nsid >"$T/events" 2>&1 &
ears=$!
hears()
{
	grep -q dummy9 "$T/events"
}
# not before the ears are open
until hears; do
	isle exec d ip link add dummy9 type bridge
	isle exec d ip link del dummy9
	sleep 0.02
done
eventually test -s "$T/events"
heard=$(grep -vc dummy9 "$T/events" || :)

# ---- what it would do; `plan` does nothing
same "$(isle plan two.yaml | sed 's/  *two.yaml/ two.yaml/')" 'conv: up; `isle up` would change:
- interface eth1 of c
- interface eth1 of a
~ net/ipv4/ip_default_ttl of b: 64, becomes 77 two.yaml:9
+ host e two.yaml:3
- address 10.1.0.1/24 on eth0 of a
~ net/ipv4/ip_forward of a: 1, becomes 0
~ net/ipv6/conf/all/forwarding of a: 1, becomes 0
~ mtu of lan of the fabric: 1500, becomes 1400 two.yaml:3
~ mtu of eth0 of a: 1500, becomes 1400 two.yaml:3
~ mtu of eth0 of b: 1500, becomes 1400 two.yaml:3
~ mac of eth0 of b: 02:48:58:81:33:4a, becomes 02:00:00:00:00:bb two.yaml:3
+ link eth1 of b -- eth1 of a two.yaml:5
+ address 10.4.0.2/24 on eth1 of b two.yaml:5
~ net/ipv4/conf/eth0/forwarding of a: 1, becomes 0 two.yaml:3
+ address 10.1.0.9/24 on eth0 of a two.yaml:3
+ address 10.4.0.1/24 on eth1 of a two.yaml:5
+ interface eth0 of e, on lan two.yaml:3
+ address 10.1.0.3/24 on eth0 of e two.yaml:3
~ names and nameservers that 2 hosts see
a loses 1 interface, 1 address
c loses 1 interface'
fails isle plan --exit-code two.yaml
same "$(isle plan one.yaml)" 'conv: up from this file, nothing to do'

isle up two.yaml >"$T/out"
grep -qx 'conv: changed, 5 hosts' "$T/out"
isle plan --exit-code two.yaml
same "$(ids)" "$ids"
isle ping -l conv b e
same "$(isle exec a cat /sys/class/net/eth0/mtu)" 1400
same "$(isle exec b cat /sys/class/net/eth0/address)" 02:00:00:00:00:bb
same "$(isle exec b sysctl -n net.ipv4.ip_default_ttl)" 77
same "$(isle exec a sysctl -n net.ipv4.ip_forward)" 0
not isle exec c ip link show eth1

# ---- nothing happened in d, and the connection is there
echo second >&5
eventually grep -q second "$T/received"
same "$(grep -vc dummy9 "$T/events" || :)" "$heard"

# ---- by hand
isle exec b ip link set eth0 mtu 1300
isle exec b ip address add 10.9.9.9/24 dev eth0
isle exec d ip route del default
isle exec c sysctl -qw net.ipv4.ip_forward=0
by_hand='~ net/ipv4/ip_forward of c: 0, becomes 1  changed by hand
- address 10.9.9.9/24 on eth0 of b  changed by hand
~ mtu of eth0 of b: 1300, becomes 1400  changed by hand
+ route default via 10.2.0.1 in d  changed by hand'
same "$(isle plan two.yaml | sed '1d; /loses/d; s/   *changed/  changed/')" "$by_hand"
says 'b:eth0 has mtu 1300, not 1400' isle show conv
isle up two.yaml >"$T/out"
same "$(sed '/loses/d; /^conv:/d; s/   *changed/  changed/' "$T/out")" "$by_hand"
isle plan --exit-code two.yaml
same "$(isle show -j conv | jq -c .drift)" '[]'

# ---- and back: networks come and go
sed '/side:/d; /d: {routes/d' two.yaml >three.yaml
isle up three.yaml >"$T/out"
grep -qx -- '- switch side' "$T/out"
grep -qx 'd loses everything, and the processes in it end' "$T/out"
eventually isnt kill -0 $server
isle up one.yaml
isle plan --exit-code one.yaml
isle ping -l conv a c
isle ping -l conv d 10.3.0.2
exec 5>&-
isle down conv
wait $ears $client $server || :
unchanged_since "$before"
