# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	10.0.2.2 ── machine nic 10.0.2.15/24 ~~> gw wan 10.0.2.9/24 --- b 10.0.0.2/24
#
# A NIC that the machine really has is in a host while the lab is up, and works
# there. If the lab's namespaces end by themselves, the kernel sends it to the
# initial one without its name and addresses, and gc gives it back what it had.
# feature: a real NIC moved into a host, home by down, or after a crash by gc
. test/vm/lib.sh
need root veth

for nic in /sys/class/net/*/device; do
	nic=${nic%/device}
	nic=${nic##*/}
done
[ -e "/sys/class/net/$nic" ] || skip 'the machine has no network card'
cat >"$T/p.yaml" <<END
lab: p
links:
  - gw:wan 10.0.2.9/24 -- phys:$nic
  - gw:lan 10.0.0.1/24 -- b 10.0.0.2/24
hosts:
  gw: {routes: {203.0.113.0/24: 10.0.2.2}}
END

# all that is to come back; indexes and what the kernel adds by itself are not
nic()
{
	ip -d link show "$nic" | grep -o 'mtu [0-9]*\|<[^>]*>\|link/ether [0-9a-f:]*\|altname .*\|addrgenmode [a-z0-9]*'
	ip -o address show "$nic" | grep -o 'inet6* [^ ]* .*scope [a-z]*' | sort
	{ ip route show dev "$nic"; ip -6 route show dev "$nic" proto static; } | sort
}
is_home()
{
	[ "$(nic)" = "$before" ]
}
answers()
{
	"$@" ping -c 1 -W 5 10.0.2.2
}
away()
{
	not ip link show "$nic"
	ip -n gw.p -o link show wan | grep -q 52:54:00:00:00:01
	says '10.0.2.9/24' ip -n gw.p address show wan
	eventually answers isle exec gw --
	isle exec b -- ping -c 1 -W 5 10.0.0.1 >/dev/null
}

ip link set "$nic" addrgenmode none mtu 1400
ip link set "$nic" up
ip link property add dev "$nic" altname uplink
ip address add 10.0.2.15/24 dev "$nic"
ip address add 2001:db8::2/64 dev "$nic" nodad
ip route add 198.51.100.0/24 via 10.0.2.2 dev "$nic" proto static metric 7
ip -6 route add 2001:db8:9::/48 via 2001:db8::1 dev "$nic" proto static
eventually answers command
before=$(nic)
not test -e /run/isle

isle up "$T/p.yaml"
away
says 'nothing to do' isle plan "$T/p.yaml"
isle down p
eventually is_home
eventually answers command
not test -e /run/isle

# the lab's namespaces end, whoever ended them; where the name in the lab is taken here, the kernel finds another
crash()
{
	isle up "$T/p.yaml"
	away
	umount -l /run/isle/p
	eventually ip link show uplink
	not is_home
	says "gives it back its name, addresses and routes" isle gc
	isle gc --yes
	eventually is_home
	eventually answers command
	not test -e /run/isle/.nic.p
}
crash
ip link add wan type veth peer name wan1
crash
ip link delete wan

# and so does the next `up`, before it takes it again
isle up "$T/p.yaml"
umount -l /run/isle/p
eventually ip link show uplink
isle up "$T/p.yaml"
away
isle down p
eventually is_home

# what the machine is reached by stays
ip route add default via 10.0.2.2 dev "$nic"
says 'would cut the machine off' isle up "$T/p.yaml"
ip route delete default
eventually is_home
ip link set "$nic" down
before=$(nic)

# one that was down is so afterwards
isle up "$T/p.yaml"
away
isle down p
eventually is_home
