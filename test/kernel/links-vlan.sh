# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a eth0 ======== eth0 b      10.0.0.0/24
#	  eth0.10     eth0.10       tagged 10: 10.0.10.0/24, fd10::/64
#	  q           q             802.1ad 20, and within it q.30: 10.0.30.0/24
#	  iv                        ipvlan on a's eth0 …
#	c iv                        … and in c on b's eth0: 10.0.40.0/24
#
# VLANs one within the other, ipvlan across hosts, a dummy with a router's address.
# feature: vlan, 802.1ad, ipvlan, dummy
. test/kernel/lib.sh
need veth link:vlan link:ipvlan link:dummy

cat >"$T/vlans.yaml" <<'END'
links: [a 10.0.0.1/24 -- b 10.0.0.2/24]
defaults:
  hosts:
    interfaces:
      q.30: {kind: vlan, link: q, id: 30}
hosts:
  a:
    interfaces:
      q.30: {addresses: 10.0.30.1/24}
      q: {kind: vlan, link: eth0, id: 20, protocol: 802.1ad}
      eth0.10: {kind: vlan, link: eth0, id: 10, addresses: [10.0.10.1/24, fd10::1/64]}
      iv: {kind: ipvlan, link: eth0, mode: l2, addresses: 10.0.40.1/24}
      id: {kind: dummy, addresses: 192.0.2.1/32, mtu: 9000}
    routes: {192.0.2.2/32: 10.0.10.2}
  b:
    interfaces:
      q: {kind: vlan, link: eth0, id: 20, protocol: 802.1ad}
      q.30: {addresses: 10.0.30.2/24}
      eth0.10: {kind: vlan, link: eth0, id: 10, addresses: [10.0.10.2/24, fd10::2/64]}
      id: {kind: dummy, addresses: 192.0.2.2/32}
    routes: {192.0.2.1/32: a:eth0.10}
  c:
    interfaces:
      q: {kind: dummy}
      iv: {kind: ipvlan, link: "b:eth0", mode: l2, addresses: 10.0.40.2/24}
END
before=$(machine_state)
isle up "$T/vlans.yaml"
for to in 10.0.0.2 10.0.10.2 fd10::2 10.0.30.2 10.0.40.2; do
	isle exec a -- ping -c 1 -W 5 $to >/dev/null || die "no answer from $to"
done
isle exec a -- ping -c 1 -W 5 -I 192.0.2.1 192.0.2.2 >/dev/null
says 'vlan protocol 802.1Q id 10' isle exec a -- ip -d link show eth0.10
says 'vlan protocol 802.1ad id 20' isle exec a -- ip -d link show q
says 'ipvlan  mode l2 bridge' isle exec c -- ip -d link show iv
says 'mtu 9000' isle exec a -- ip link show id
# that of its link
same "$(isle exec a -- cat /sys/class/net/eth0/address)" "$(isle exec a -- cat /sys/class/net/eth0.10/address)"
isle show a:eth0.10
not says 'changed by hand' isle show
isle down vlans
unchanged_since "$before"
