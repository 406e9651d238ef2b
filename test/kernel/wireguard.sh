# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a eth0 --- eth0 gw eth1 --- eth0 b      192.0.2.0/30, 192.0.2.4/30
#	  wg0 ........................ wg0      10.9.0.0/24; behind b 10.8.0.0/24
#	  wg1 .......... wg0                    10.7.0.0/24, fd07::/64, the keys given
#	  out ........................ in       10.6.0.0/24, as if the other were outside of the lab: by public keys
#
# Wireguards within a lab: new keys and given ones, by which nothing but the
# kernel and their files is ever told about; refused where the kernel has none.
# feature: wireguard
. test/kernel/lib.sh
need veth

cat >"$T/wg.yaml" <<'END'
links:
  - a 192.0.2.1/30 -- gw 192.0.2.2/30
  - gw 192.0.2.5/30 -- b 192.0.2.6/30
  - a:out 10.6.0.1/24 -- wireguard:192.0.2.6:7005:
      private-key: mEQXcaIB1XWa7wQxTWkzDAkDdAMZ0lHAmDvzQ2YvOEs=
      listen-port: 7002
      public-key: tvI3x9+MdpTdwlMq5koL+s4GWvfieT3uPTmc05oq1G4=
      preshared-key: ./psk
      allowed-ips: 10.6.0.0/24
hosts:
  gw:
    forward: true
    interfaces: {wg0: {kind: wireguard, listen-port: 7000, addresses: [10.7.0.2/24, "fd07::2/64"], private-key: ./gw.key}}
  a:
    interfaces:
      wg0: {kind: wireguard, addresses: 10.9.0.1/24, peers: {host: "b:wg0", allowed-ips: [10.9.0.2/32, 10.8.0.0/24]}}
      wg1:
        kind: wireguard
        listen-port: 7001
        private-key: mEQXcaIB1XWa7wQxTWkzDAkDdAMZ0lHAmDvzQ2YvOEs=
        addresses: [10.7.0.1/24, "fd07::1/64"]
        peers: {host: gw, preshared-key: ./psk, persistent-keepalive: 25}
    routes: {10.8.0.0/24: {dev: wg0}, default: gw:eth0}
  b:
    routes: {default: gw}
    interfaces:
      wg0: {kind: wireguard, addresses: 10.9.0.2/24}
      lo: {addresses: 10.8.0.1/32}
      in:
        kind: wireguard
        listen-port: 7005
        private-key: ./gw.key
        addresses: 10.6.0.2/24
        peers: {public-key: HVIZhr00Z0U1GTbaml9kFTETFadxjjqJF3AmxoFI3DY=, allowed-ips: 10.6.0.1/32, preshared-key: ./psk}
END
says 'gw.key: No such file or directory' isle up "$T/wg.yaml"
echo 'no key' >"$T/gw.key"
says 'gw.key has no key of 44 characters' isle up "$T/wg.yaml"
echo 'SLKLCcHpVVgnu4W3yJpRAqMXtjJiOuxqfoLLWcFHJ1A=' >"$T/gw.key"
echo 'FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=' >"$T/psk"
says 'wg set wg1 private-key /dev/stdin listen-port 7001' isle plan --commands "$T/wg.yaml"
secrets='mEQXcaIB|SLKLCcHp|FpCyhws9'
for what in 'plan' 'plan --full' 'plan --commands' 'check'; do
	# shellcheck disable=SC2086 # two words
	not grep -E "$secrets" <(isle $what "$T/wg.yaml" 2>&1)
done
before=$(machine_state)
if ! has_link wireguard; then
	says 'this kernel has no wireguard: module wireguard, CONFIG_WIREGUARD' isle up "$T/wg.yaml"
	unchanged_since "$before"
	skip 'the kernel has no wireguard; it is said so'
fi
isle up "$T/wg.yaml"
for at in 10.9.0.2 10.8.0.1 10.7.0.2 fd07::2 10.6.0.2; do
	isle exec a -- ping -c 1 -W 5 $at >/dev/null || die "no answer from $at"
done
says 'mtu 1420' isle exec a -- ip link show wg0
# the largest packet passes whole
isle exec a -- ping -c 1 -W 5 -M 'do' -s 1392 10.9.0.2 >/dev/null
not grep -E "$secrets" <(isle up "$T/wg.yaml" 2>&1)
for what in 'show wg' 'show wg --json' 'dump wg' 'map wg'; do
	# shellcheck disable=SC2086 # two words
	not grep -E "$secrets" <(isle $what 2>&1)
done
not grep -rlE "$secrets" /run/isle --exclude=record
says 600 stat -c %a /run/isle/wg/record
not says 'changed by hand' isle show
says '# it has preshared keys, which are not shown' isle dump wg
says 'peers: {host: gw, persistent-keepalive: 25}' isle dump wg
# a dump makes the same, with keys of its own; peers are called by their names, or told by the keys that all may know
dumps()
{
	isle dump "$1" >"$T/dump.yaml"
	isle down "$1" >/dev/null
	isle check "$T/dump.yaml" >/dev/null 2>&1
	isle up "$T/dump.yaml" >/dev/null
	isle dump "$1" >"$T/again.yaml"
	same "$(cat "$T/dump.yaml")" "$(cat "$T/again.yaml")"
}
isle down wg
cat >"$T/out.yaml" <<'END'
lab: out
hosts:
  a:
    interfaces:
      wg0:
        kind: wireguard
        listen-port: 7000
        peers:
          public-key: "FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE="
          endpoint: "198.51.100.1:51820"
          allowed-ips: [10.9.0.0/24]
        addresses: [10.9.0.1/24]
links:
  - a -- b: {subnet: 192.0.2.0/30}
END
isle up "$T/out.yaml"
same "$(isle dump out | grep -v '#')" "$(cat "$T/out.yaml")"
says '# its private key is not shown: a peer that is not here has to be told' isle dump out
isle down out
isle up doc/labs/vpn.yaml
dumps vpn
isle exec pc1 -- ping -c 1 -W 5 10.2.0.2 >/dev/null
isle down vpn
unchanged_since "$before"
need userns
cp "$T/wg.yaml" "$T/gw.key" "$T/psk" "$test_home" 2>/dev/null || { make_user && cp "$T/wg.yaml" "$T/gw.key" "$T/psk" "$test_home"; }
chown $test_uid "$test_home"/*
as_user isle run -f "$test_home/wg.yaml" a -- ping -c 1 -W 5 10.9.0.2 >/dev/null
