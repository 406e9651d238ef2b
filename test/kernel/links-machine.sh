# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	machine out0 --- out1 192.0.2.1
#	         |
#	   a eth0 (macvlan) 192.0.2.10
#
# A host on an interface of the machine, which is only what it is on; not without root.
# feature: macvlan on an interface of the machine
. test/kernel/lib.sh
need veth link:macvlan root

cat >"$T/out.yaml" <<'END'
links: [a 192.0.2.10/24 -- macvlan:out0]
END
says 'is on out0, and the machine has no such interface' isle up "$T/out.yaml"
way_out
# the other end answers from a namespace of its own
ip netns add world
ip link set out1 netns world
ip -n world address add 192.0.2.1/24 dev out1
ip -n world link set out1 up
before=$(machine_state)
isle up "$T/out.yaml"
isle exec a -- ping -c 1 -W 5 192.0.2.1 >/dev/null
says 'macvlan mode bridge' isle exec a -- ip -d link show eth0
says 'eth0 macvlan' isle show a
isle down out
unchanged_since "$before"
isle run -f "$T/out.yaml" a -- ping -c 1 -W 5 192.0.2.1 >/dev/null
unchanged_since "$before"
need userns
fails as_user isle up "$T/out.yaml"
says 'that takes root' as_user isle up "$T/out.yaml"
says 'that takes root' as_user isle run -f "$T/out.yaml" -- true
