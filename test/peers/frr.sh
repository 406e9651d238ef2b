# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   h1 -- r1 ---- r2 ---- r3 -- h3      doc/labs/frr.yaml; r2 has h2
#
# The real FRR in three routers of one lab: each zebra, ospfd and bgpd has the
# files and the /run/frr of its own host, and they find the way to each other.
. test/kernel/lib.sh
need root veth bridge overlay
[ -x /usr/lib/frr/zebra ] || skip 'FRR is not installed'
# convergence is FRR's, and its timers are in seconds
patience=$((patience * 6))

files()
{
	find doc/labs/frr -printf '%p %m %U %G %s %T@\n' | sort
}

before=$(files)
machine=$(machine_state)
isle up doc/labs/frr.yaml
for r in r1 r2 r3; do
	isle exec $r -- chown -R frr: /etc/frr /run/frr
	isle exec $r -- /usr/lib/frr/zebra -d -A 127.0.0.1 2>/dev/null
	isle wait $r unix:/run/frr/zserv.api --timeout 1m
	isle exec $r -- /usr/lib/frr/ospfd -d -A 127.0.0.1
	isle exec $r -- /usr/lib/frr/bgpd -d -A 127.0.0.1
	isle wait $r unix:/run/frr/ospfd.vty --timeout 1m
	isle wait $r unix:/run/frr/bgpd.vty --timeout 1m
	isle exec $r -- vtysh -b
done
isle wait r1 tcp/179 --timeout 1m
eventually isle ping
says 'B>* 192.168.3.0/24' isle exec r1 -- vtysh -c 'show ip route bgp'
says 'O>* 10.23.0.0/24' isle exec r1 -- vtysh -c 'show ip route ospf'
# a daemon's own way of writing, owner and rename, stays in its host
isle exec r1 -- vtysh -c 'write memory' >/dev/null
not isle exec r1 -- test -e /run/frr/r2.log
same "$before" "$(files)"
isle down frr
same "$before" "$(files)"
unchanged_since "$machine"
