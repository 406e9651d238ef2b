# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a eth0 --- eth0 b      192.0.2.0/24
#	  w ...........  w     10.9.0.0/24; behind b 10.8.0.0/24
#
# Wireguards change while a lab is up: a port, a key, what is behind a peer;
# peers go and come, also when hands took an interface. What fails gives all of
# it back, keys that nobody but the kernel knew too, and no key is told of.
# feature: wireguards that change while a lab is up
. test/kernel/lib.sh
need root veth link:wireguard
before=$(machine_state)
echo 'YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=' >"$T/a.key"
secrets='YAnz5TF'
cat >"$T/one.yaml" <<'END'
lab: live
links: [a 192.0.2.1/24 -- b 192.0.2.2/24]
hosts:
  a:
    interfaces: {w: {kind: wireguard, addresses: 10.9.0.1/24, peers: {host: b, allowed-ips: [10.9.0.2/32, 10.8.0.0/24]}}}
    routes: {10.8.0.0/24: {dev: w}}
  b: {interfaces: {w: {kind: wireguard, addresses: 10.9.0.2/24}, lo: {addresses: 10.8.0.1/32}}}
END
sed 's,10.9.0.1/24,&\, private-key: ./a.key,; s,10.9.0.2/24,&\, listen-port: 7100, ; s,\, 10.8.0.0/24\],],' "$T/one.yaml" >"$T/two.yaml"
sed 's,\, peers: {host: b.*,}},' "$T/two.yaml" >"$T/none.yaml"
sed 's/^hosts:/&\n  c: {sysctl: {net.ipv4.conf.lo.mc_forwarding: 1}}/' "$T/two.yaml" >"$T/fails.yaml"
# A handshake is not tried again within five seconds.
pings()
{
	isle exec a -- ping -c 1 -W 2 "$1" >/dev/null
}
answers()
{
	local at
	for at; do
		eventually pings "$at"
	done
}
silent()
{
	fails=1 fails isle exec a -- ping -c 1 -W 1 "$1"
}
isle up "$T/one.yaml" >/dev/null
isle plan --exit-code "$T/one.yaml"
answers 10.9.0.2 10.8.0.1
isle plan "$T/two.yaml" >"$T/plan"
isle plan --commands "$T/two.yaml" >>"$T/plan"
for what in '~ private-key of w of a becomes another' '~ listen-port of w of b: 51820, becomes 7100' '- peer w of a of w of b' \
	'~ peer w of b of w of a' '+ peer w of a of w of b'; do
	grep -q -- "^$what" "$T/plan" || { cat "$T/plan"; die "no word of: $what"; }
done
not grep -E "$secrets" "$T/plan"
fails isle up "$T/fails.yaml" >"$T/out" 2>&1
not grep -E "$secrets" "$T/out"
answers 10.9.0.2 10.8.0.1
isle plan --exit-code "$T/one.yaml"
isle up "$T/two.yaml" >"$T/out"
not grep -E "$secrets" "$T/out"
isle plan --exit-code "$T/two.yaml"
answers 10.9.0.2
silent 10.8.0.1
isle up "$T/none.yaml" >/dev/null
silent 10.9.0.2
# the key that isle made is gone since the file had one, so there is a new one
isle up "$T/one.yaml" >/dev/null
answers 10.9.0.2 10.8.0.1
isle exec b ip link del w
isle up "$T/one.yaml" >/dev/null
answers 10.9.0.2 10.8.0.1
isle down live
unchanged_since "$before"
