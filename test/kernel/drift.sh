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
isle exec far ip link set eth0 address 02:00:00:11:22:33
ip netns del far.drift
rm /run/netns/gw.drift
same "$(drift)" 'gw: has lost its name /run/netns/gw.drift
web:eth0 has mtu 1400, not 1500
web:eth0 has 10.5.5.5/24 as well
web:lo lacks 192.0.2.1/32
web: lacks its route to 10.8.0.0/16
web: lacks its route to 10.9.0.0/16 via 10.1.0.1
web: lacks its route to default via 10.1.0.1
far: has lost its name /run/netns/far.drift
far:eth0 has MAC 02:00:00:11:22:33'
isle show | grep -qx 'web:lo lacks 192.0.2.1/32'
# one host, one interface: what is theirs
same "$(isle show far | tail -n 2)" 'far has lost its name /run/netns/far.drift
far:eth0 has MAC 02:00:00:11:22:33'
same "$(isle show -j web:lo | jq -r '.drift[].what')" 'lacks 192.0.2.1/32'
# names come back by up
isle up "$T/drift.yaml"
not grep -q 'lost' <(drift)
# an interface that is down or gone is told by its state, and once
isle exec web ip link set eth0 down
isle exec far ip link del eth0
not grep -q 'web: lacks.* via' <(drift)
not grep -q 'far:' <(drift)
isle down drift
unchanged_since "$before"

as_user isle up "$T/plain.yaml"
same "$(as_user isle show -j | jq -c .drift)" '[]'
as_user isle exec web ip address del 10.1.0.80/24 dev eth0
as_user isle show | grep -qx 'web:eth0 lacks 10.1.0.80/24'
as_user isle down plain
