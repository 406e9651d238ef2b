# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   h1 -- r1 ---- r2 ---- r3 -- h3      doc/labs/frr.yaml; r2 has h2
#
# The real FRR in three routers of one lab: each zebra, ospfd and bgpd has the
# files and the /run/frr of its own host, and they find the way to each other.
# As root, and as an ordinary user whose subordinate ids FRR's own user is among.
. test/kernel/lib.sh
need root veth bridge overlay
[ -x /usr/lib/frr/zebra ] || skip 'FRR is not installed'
# convergence is FRR's, and its timers are in seconds
patience=$((patience * 6))

files()
{
	find "$labs/frr" -printf '%p %m %U %G %s %T@\n' | sort
}

# converges CMD: CMD is isle, as whoever
converges()
{
	local before r
	before=$(files)
	"$@" up "$labs/frr.yaml"
	for r in r1 r2 r3; do
		"$@" exec $r -- chown -R frr: /etc/frr /run/frr
		"$@" exec $r -- /usr/lib/frr/zebra -d -A 127.0.0.1 2>/dev/null
		"$@" wait $r unix:/run/frr/zserv.api --timeout 1m
		"$@" exec $r -- /usr/lib/frr/ospfd -d -A 127.0.0.1
		"$@" exec $r -- /usr/lib/frr/bgpd -d -A 127.0.0.1
		"$@" wait $r unix:/run/frr/ospfd.vty --timeout 1m
		"$@" wait $r unix:/run/frr/bgpd.vty --timeout 1m
		"$@" exec $r -- vtysh -b
	done
	"$@" wait r1 tcp/179 --timeout 1m
	eventually "$@" ping
	says 'B>* 192.168.3.0/24' "$@" exec r1 -- vtysh -c 'show ip route bgp'
	says 'O>* 10.23.0.0/24' "$@" exec r1 -- vtysh -c 'show ip route ospf'
	# a daemon's own way of writing, owner and rename, stays in its host
	"$@" exec r1 -- vtysh -c 'write memory' >/dev/null
	not "$@" exec r1 -- test -e /run/frr/r2.log
	same "$before" "$(files)"
	"$@" down frr
	same "$before" "$(files)"
}

labs=doc/labs
machine=$(machine_state)
converges isle
unchanged_since "$machine"

need userns newuidmap
make_user
# not as_user: newuidmap needs the bounding set
user()
{
	setpriv --reuid $test_uid --regid $test_uid --clear-groups \
		env -i HOME="$test_home" USER=tester PATH="$PATH" XDG_RUNTIME_DIR="$test_run" NO_COLOR=1 "$@"
}
# he may give away only what is his
labs=$T/labs
cp -r doc/labs "$labs"
chown -R $test_uid:$test_uid "$labs"
converges user "$T/isle"
