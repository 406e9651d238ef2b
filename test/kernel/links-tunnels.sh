# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a eth0 ------------- eth0 b     10.0.0.0/24, fd00::/64
#	  gn      geneve       gn       10.1.0.0/24
#	  g       gre          g        10.2.0.0/24, key 7, checksums
#	  gt      gretap       gt       10.3.0.0/24
#	  g6      ip6gre       g6       10.4.0.0/24
#
# Tunnels to one other end, each with the MTU that the way leaves.
# feature: geneve, gre, gretap, ip6gre
. test/kernel/lib.sh
need veth link:geneve link:gre link:gretap link:ip6gre

for h in a:1:2 b:2:1; do
	IFS=: read -r name own other <<<"$h"
	cat <<-END
	  $name:
	    interfaces:
	      gn: {kind: geneve, id: 5, remote: 10.0.0.$other, addresses: 10.1.0.$own/24}
	      g: {kind: gre, local: 10.0.0.$own, remote: 10.0.0.$other, key: 7, csum: true, ttl: 9, addresses: 10.2.0.$own/24}
	      gt: {kind: gretap, remote: 10.0.0.$other, addresses: 10.3.0.$own/24}
	      g6: {kind: ip6gre, local: fd00::$own, remote: fd00::$other, addresses: 10.4.0.$own/24}
	END
done >"$T/hosts"
{
	echo 'links: ["a 10.0.0.1/24 fd00::1/64 -- b 10.0.0.2/24 fd00::2/64"]'
	echo 'hosts:'
	cat "$T/hosts"
} >"$T/tunnels.yaml"
before=$(machine_state)
isle up "$T/tunnels.yaml"
for net in 1 2 3 4; do
	isle exec a -- ping -c 1 -W 5 10.$net.0.2 >/dev/null || die "no answer from 10.$net.0.2"
done
says 'mtu 1450' isle exec a -- ip link show gn
says 'mtu 1468' isle exec a -- ip link show g
says 'key 0.0.0.7' isle exec a -- ip -d link show g
says 'ttl 9' isle exec a -- ip -d link show g
says 'csum' isle exec a -- ip -d link show g
# the largest packets that the MTU promises pass whole
for net in 1 2 3 4; do
	dev=$(isle exec a -- ip -o -4 address show to 10.$net.0.1 | awk '{print $2}')
	mtu=$(isle exec a -- cat "/sys/class/net/$dev/mtu")
	isle exec a -- ping -c 1 -W 5 -M 'do' -s $((mtu - 28)) 10.$net.0.2 >/dev/null || die "$dev: no packet of $mtu"
done
not says 'changed by hand' isle show
isle down tunnels
unchanged_since "$before"
