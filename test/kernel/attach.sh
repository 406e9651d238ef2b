# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	box (somebody else's: own0, a process)     a      host of the lab
#	  lab0 ─────────────── lan ─────────────── eth0
#	  lab1 ─────────────────────────────────── eth1
#
# A host with a network that is there already gets links like any host; what is
# in it is left as it is, also when the lab goes. Its network is another one
# later (a container that was started again): `up` wires that, and nothing else.
. test/kernel/lib.sh
need root veth bridge

make_box()
{
	ip netns add box
	ip -n box link set lo up
	ip -n box link add own0 index 12 address 06:00:00:00:00:01 type veth peer name own1 index 13 address 06:00:00:00:00:02
	ip -n box link set own0 addrgenmode none
	ip -n box link set own1 addrgenmode none
	ip -n box address add 192.0.2.1/24 dev own0
	ip -n box address add 192.0.2.99/32 dev lo
	ip -n box link set own0 up
	ip -n box link set own1 up
	ip -n box route add default via 192.0.2.2
	ip -n box route add blackhole 203.0.113.0/24
	ip netns exec box sleep 1000 &
	sleeper=$!
}
state()
{
	ip -n box -o link show | sed 's/ *state [A-Z]*//'
	ip -n box -o address show
	ip -n box route show table all
	ip netns exec box sysctl -a -r '^net\.ipv[46]\.(ip_forward|conf\.(all|default|own0))' 2>/dev/null
}
# the directory of names is there from the first one on
ip netns add first
ip netns del first
machine=$(machine_state)
make_box
before=$(state)
as_before()
{
	[ "$(state)" = "$before" ] && kill -0 "$sleeper"
}
ifindex()
{
	ip -n "$1" -o link show dev "$2" | cut -d: -f1
}

cat >"$T/wired.yaml" <<'X'
networks:
  lan: {subnet: 10.7.0.0/24, gateway: a, hosts: [a, b, box]}
links:
  - netns:box -- a
hosts:
  box:
    attach: netns:box
    sysctl: {net.ipv4.conf.lab0.accept_redirects: 0}
    routes: {10.8.0.0/16: a:eth0}
X
isle plan "$T/wired.yaml" >"$T/out"
grep -q '^+ host box, attached to netns:box ' "$T/out"
isle up "$T/wired.yaml"
same "$(ip -n box -o -4 address show lab0 | awk '{ print $4 }')" 10.7.0.3/24
isle ping >/dev/null
ip netns exec box ping -c 1 -W 5 10.7.0.1 >/dev/null
same "$(isle exec box -- sh -c 'ping -c 1 -W 5 b >/dev/null; hostname')" box
# the default route is its own
same "$(ip -n box route show default)" 'default via 192.0.2.2 dev own0 '
same "$(ip -n box route show 10.8.0.0/16)" '10.8.0.0/16 via 10.7.0.1 dev lab0 proto static '
says "netns:box" isle show wired
says "box of lab wired, with the network of netns:box" isle show box.wired
same "$(isle plan "$T/wired.yaml")" 'wired: up from this file, nothing to do'

# by hand: what is the lab's is mended, what is not is not looked at
ip -n box address del 10.7.0.3/24 dev lab0
ip -n box address add 192.0.2.3/24 dev own0
says '+ address 10.7.0.3/24 on lab0 of box' isle up "$T/wired.yaml"
ip -n box address del 192.0.2.3/24 dev own0
isle ping b box >/dev/null

# another network under the same name; the old one lives until the lab is wired to the new one
kept=$(ifindex a.wired eth0) other=$(ifindex b.wired eth0)
kill "$sleeper"
ip netns del box
says 'netns:box is gone, or does not run' isle show wired
fails isle up "$T/wired.yaml"
grep -qF "'box': cannot open /run/netns/box" "$T/out"
make_box
says 'netns:box has another network now, without these links' isle show wired
says '+ host box, attached to netns:box' isle plan "$T/wired.yaml"
isle up "$T/wired.yaml" >"$T/out"
isle ping >/dev/null
ip netns exec box ping -c 1 -W 5 10.7.0.2 >/dev/null
same "$(ifindex a.wired eth0) $(ifindex b.wired eth0)" "$kept $other"
same "$(isle plan "$T/wired.yaml")" 'wired: up from this file, nothing to do'
same "$(ip -n a.wired -o link show | grep -c ' eth')" 2

# the host goes, and comes again; its network stays
sed '/^hosts:/,$d; /^links:/,$d; s/, box\]/]/' "$T/wired.yaml" >"$T/less.yaml"
sed -i '1i lab: wired' "$T/less.yaml"
isle up "$T/less.yaml" >/dev/null
eventually as_before
isle up "$T/wired.yaml" >/dev/null
isle ping box a >/dev/null

# what is taken cannot be taken twice, and a lab that cannot come up leaves nothing
sed '1i lab: second' "$T/wired.yaml" >"$T/second.yaml"
fails isle up "$T/second.yaml"
grep -q "'box': netns:box has an interface lab0 already" "$T/out"
isle down wired
eventually as_before
kill "$sleeper"
ip netns del box
unchanged_since "$machine"
