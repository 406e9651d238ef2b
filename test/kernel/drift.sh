# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   web ── lan ── gw ══ uplink      gw ──── far (down)
#
# What is changed by hand in a lab that is up is shown; what was not, is not,
# whatever kinds of addresses and routes there are; as root and rootless.
. test/kernel/lib.sh
need root userns veth bridge nft jq
way_out
before=$(machine_state)

cat >"$T/drift.yaml" <<'END'
lab: drift
networks:
  lan: {subnet: [10.1.0.0/24, "fd00:1::/64"], gateway: gw, hosts: [gw, web .80]}
links:
  - gw -- far: {subnet: [10.2.0.0/30, "fd00:2::/64"], state: down}
hosts:
  gw: {uplink: nat}
  web:
    interfaces: {lo: {addresses: [192.0.2.1/32]}}
    routes:
      10.7.0.0/16: [gw, 10.1.0.9]
      10.8.0.0/16: unreachable
      fd00:8::/32: blackhole
      10.9.0.0/16: {via: gw, table: 100, metric: 7, mtu: 1300}
END
sed '/uplink/d; s/lab: drift/lab: plain/' "$T/drift.yaml" >"$T/plain.yaml"
drift()
{
	isle show -j | jq -r '.drift[] | .host + ":" + (.interface // "") + " " + .what'
}

isle up "$T/drift.yaml"
same "$(drift)" ''
not grep -q 'changed by hand' <(isle show)
same "$(isle show -j "$T/drift.yaml" | jq 'has("drift")')" false

isle exec web ip address add 10.5.5.5/24 dev eth0
isle exec web ip address del 192.0.2.1/32 dev lo
isle exec web ip route del 10.9.0.0/16 table 100
isle exec web ip route del unreachable 10.8.0.0/16
isle exec web ip route replace default via 10.1.0.7
isle exec web ip link set eth0 mtu 1400
mac=$(isle show -j far | jq -r '.hosts[0].interfaces[0].mac')
isle exec far ip link set eth0 address 02:00:00:11:22:33
ip netns del far.drift
rm /run/netns/gw.drift
same "$(drift)" 'gw: has lost its name /run/netns/gw.drift
web:eth0 has mtu 1400, not 1500
web:eth0 has 10.5.5.5/24 as well
web:lo lacks 192.0.2.1/32
web: has a route to default via 10.1.0.7 as well
web: lacks its unreachable route to 10.8.0.0/16
web: lacks its route to 10.9.0.0/16 via 10.1.0.1 table 100 metric 7 mtu 1300
web: lacks its route to default via 10.1.0.1
far: has lost its name /run/netns/far.drift
far:eth0 has MAC 02:00:00:11:22:33, not '"$mac"
# it is what `up` would mend
isle plan "$T/drift.yaml" >"$T/plan"
same "$(grep -c 'changed by hand' "$T/plan")" 8
isle show | grep -qx 'web:lo lacks 192.0.2.1/32'
# one host, one interface: what is theirs
same "$(isle show far | tail -n 2)" 'far has lost its name /run/netns/far.drift
far:eth0 has MAC 02:00:00:11:22:33, not '"$mac"
same "$(isle show -j web:lo | jq -r '.drift[].what')" 'lacks 192.0.2.1/32'
# all of it comes back by up, names too
isle up "$T/drift.yaml"
same "$(drift)" ''
# switches, parameters, addresses of an interface that the file does not know
port=$(nsenter --net=/run/isle/drift/fabric ip -o link show master lan | awk -F'[ :@]+' '{print $2; exit}')
nsenter --net=/run/isle/drift/fabric ip link set "$port" nomaster
nsenter --net=/run/isle/drift/fabric ip link set lan mtu 1400
isle exec gw sysctl -qw net.ipv4.ip_forward=0
isle exec gw ip address add 10.9.9.9/32 dev lo
drift | sed 's/^\(gw\|web\):eth0 is on/PORT is on/' >"$T/drifts"
for what in 'PORT is on switch nothing, not on lan' 'gw: has net/ipv4/ip_forward 0, not 1' 'gw: has 10.9.9.9/32 on lo as well' \
	': has lan with mtu 1400, not 1500'; do
	grep -qxF -- "$what" "$T/drifts" || { cat "$T/drifts"; die "no word of: $what"; }
done
isle show | grep -qx 'the fabric has lan with mtu 1400, not 1500'
isle up "$T/drift.yaml"
same "$(drift)" ''
# an interface that is down or gone is told by its state, and once
isle exec web ip link set eth0 down
isle exec far ip link del eth0
not grep -q 'web: lacks.* via' <(drift)
not grep -q 'far:' <(drift)
# nor what has its name, but is another; and `up` does not touch that
isle exec far ip link add eth0 type bridge
says 'far:eth0 is of type bridge, not veth' isle show
says 'eth0 of far is not isle' isle up "$T/drift.yaml"
nsenter --net=/run/isle/drift/fabric ip link del lan
says 'the fabric lacks lan' isle show
isle down drift
unchanged_since "$before"

as_user isle up "$T/plain.yaml"
same "$(as_user isle show -j | jq -c .drift)" '[]'
as_user isle exec web ip address del 10.1.0.80/24 dev eth0
as_user isle show | grep -qx 'web:eth0 lacks 10.1.0.80/24'
as_user isle down plain
