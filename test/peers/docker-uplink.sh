# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	container001 ══uplink══ the machine ──h0/h1── outside 10.123.0.2
#	                             │
#	                          docker0 ── web                FORWARD: DROP, by dockerd
#
# A way out beside a real dockerd, which drops what it does not know: two marked
# rules in DOCKER-USER, taken out again; docker's own containers go on as before.
. test/peers/lib.sh
need dockerd docker busybox iptables jq nft veth bridge

# addresses that come at a time of their own would make before and after differ
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
outside_world
docker_engine
docker run -d --name web bb sleep 1000 >/dev/null
iptables -S FORWARD | grep -x -- '-P FORWARD DROP' >/dev/null
docker exec web ping -c 1 -W 2 10.123.0.2 >/dev/null
rules=$(iptables-save | grep -v '^[#:]')
# counters go on
state()
{
	machine_state 2>/dev/null | sed 's/counter packets [0-9]* bytes [0-9]*//'
}
as_before()
{
	local end=$((SECONDS + patience))
	until [ "$(state)" = "$before" ]; do
		[ $SECONDS -lt $end ] || same "$before" "$(state)"
		sleep 0.02
	done
}
before=$(state)

reaches()
{
	isle exec container001 ping -c 1 -W 2 10.123.0.2 >/dev/null
}

isle up doc/labs/000-uplink.yaml
same "$(iptables -S DOCKER-USER | grep -c isle)" 2
reaches
docker exec web ping -c 1 -W 2 10.123.0.2 >/dev/null

# it is these rules that let it pass
iptables -S DOCKER-USER | sed -n 's/^-A \(.*isle.*\)/\1/p' >"$T/rules"
while read -r rule; do
	eval "iptables -D $rule"
done <"$T/rules"
not reaches
tac "$T/rules" | while read -r rule; do
	eval "iptables -I $rule"
done
reaches

isle down t000
same "$(iptables-save | grep -v '^[#:]')" "$rules"
as_before

# killed after the journal: gc takes the rules out
isle up doc/labs/000-uplink.yaml
umount -l /run/isle/t000
isle gc --yes >"$T/out"
same "$(iptables-save | grep -v '^[#:]')" "$rules"
as_before

# a container is a machine like any other from inside a lab's host
isle up doc/labs/000-uplink.yaml
docker restart -t 0 web >/dev/null
reaches
isle down t000
