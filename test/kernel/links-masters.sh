# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a bond0 = eth0, eth1 ==== eth0, eth1 = bond0 b     10.0.0.0/24
#	a blue = eth2 ---- eth0 c     10.5.0.0/24, in a table of its own …
#	a red  = eth3 ---- eth0 d     … and the same subnet in another one
#
# Ports name their masters: a bond, and two VRFs whose subnets are the same.
# feature: bond, vrf
. test/kernel/lib.sh
need veth link:bond link:vrf

cat >"$T/masters.yaml" <<'END'
links:
  - a -- b: {subnet: none}
  - a:eth1 -- b:eth1: {subnet: none}
  - a 10.5.0.1/24 -- c 10.5.0.2/24
  - a 10.5.0.1/24 -- d 10.5.0.2/24
hosts:
  a:
    interfaces:
      bond0: {kind: bond, mode: active-backup, miimon: 50, primary: eth1, addresses: 10.0.0.1/24}
      blue: {kind: vrf, table: 10}
      red: {kind: vrf, table: 11}
      eth0: {master: bond0}
      eth1: {master: bond0}
      eth2: {master: blue}
      eth3: {master: red}
  b:
    interfaces:
      bond0: {kind: bond, mode: active-backup, primary: eth1, addresses: 10.0.0.2/24}
      eth0: {master: bond0}
      eth1: {master: bond0}
END
before=$(machine_state)
isle up "$T/masters.yaml"
eventually isle exec a -- ping -c 1 -W 1 10.0.0.2
says 'mode active-backup' isle exec a -- ip -d link show bond0
says 'primary eth1' isle exec b -- ip -d link show bond0
says 'vrf table 10' isle exec a -- ip -d link show blue
isle exec a -- ping -c 1 -W 5 -I blue 10.5.0.2 >/dev/null
isle exec a -- ping -c 1 -W 5 -I red 10.5.0.2 >/dev/null
says '10.5.0.0/24 dev eth2' isle exec a -- ip route show table 10
says '10.5.0.0/24 dev eth3' isle exec a -- ip route show table 11
not says 'changed by hand' isle show
isle down masters
unchanged_since "$before"
