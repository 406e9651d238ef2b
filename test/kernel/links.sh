# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a eth0 -- b eth0      under: 10.0.0.0/24
#	  \ vx      vx /      vxlan over it: 10.9.0.0/24, fd09::/64, MTU 1450
#	  \ mv                macvlan on a's eth0 …
#	c  far                … and on b's, in c: 10.7.0.0/24
#	c  br - p, tap0, tun0 a bridge inside a host with a port; for programs
#
# Interfaces with a kind, as far as the kernel has them: born in place, with their options, and packets pass.
# feature: vxlan, macvlan, a bridge inside a host
. test/kernel/lib.sh
need veth link:vxlan link:macvlan link:ifb link:bridge

cat >"$T/wires.yaml" <<'END'
links:
  - a 10.0.0.1/24 -- b 10.0.0.2/24
  - c:out 10.8.0.1/24 -- vxlan:192.0.2.9: {id: 4, dstport: 8472}
hosts:
  a:
    interfaces:
      mv: {kind: macvlan, link: eth0, addresses: 10.7.0.1/24}
      vx: {kind: vxlan, id: 42, remote: 10.0.0.2, dev: eth0, learning: false, ttl: 7, addresses: [10.9.0.1/24, fd09::1/64]}
  b:
    interfaces:
      vx: {kind: vxlan, id: 42, remote: 10.0.0.1, local: 10.0.0.2, addresses: [10.9.0.2/24, fd09::2/64]}
  c:
    interfaces:
      far: {kind: macvlan, link: "b:eth0", addresses: 10.7.0.2/24}
      br: {kind: bridge, ageing_time: 100, addresses: 10.6.0.1/24}
      p: {kind: ifb, master: br}
END
before=$(machine_state)
isle up "$T/wires.yaml"
# a and b share no subnet with out
isle ping a b
isle ping a c
isle exec a -- ping -c 1 -W 5 10.9.0.2 >/dev/null
isle exec a -- ping -c 1 -W 5 fd09::2 >/dev/null
isle exec a -- ping -c 1 -W 5 10.7.0.2 >/dev/null
says 'vxlan id 42 remote 10.0.0.2 dev eth0' isle exec a -- ip -d link show vx
says 'ttl 7' isle exec a -- ip -d link show vx
says 'nolearning' isle exec a -- ip -d link show vx
says 'mtu 1450' isle exec a -- ip link show vx
says 'dstport 4789' isle exec b -- ip -d link show vx
says 'local 10.0.0.2' isle exec b -- ip -d link show vx
says 'dstport 8472' isle exec c -- ip -d link show out
says 'macvlan mode bridge' isle exec c -- ip -d link show far
says 'ageing_time 100' isle exec c -- ip -d link show br
says 'master br' isle exec c -- ip link show p
says 'vx vxlan id 42 remote 10.0.0.2 dev eth0' isle show a:vx
isle show --json a:vx | tr -d ' \n' | grep -qF '"ttl":["7"]'
not says 'changed by hand' isle show
isle exec a -- ip link set vx type vxlan ttl 9
says 'a:vx has ttl 9, not 7' isle show
isle down wires
unchanged_since "$before"

# the long form is the same network
isle plan --full "$T/wires.yaml" >"$T/full.yaml"
isle plan --full "$T/full.yaml" >"$T/again.yaml"
same "$(cat "$T/full.yaml")" "$(cat "$T/again.yaml")"
