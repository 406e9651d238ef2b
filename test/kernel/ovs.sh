# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	red .1 ---- br0 (ovs)  ======  br1 (ovs) ---- blue .2        together: one switch; apart: no link; joined: patch ports
#
# Tutorial 001 with Open vSwitch: red and blue on one switch reach each other,
# blue on another does not, and does when the two are joined; TCP too, which
# takes more than a ping. VLANs keep hosts apart. Open vSwitch and Linux bridge
# joined are one network. Two labs do not meet. Whoever is killed, no daemon is
# left, and `down` leaves the machine as it was.
. test/kernel/lib.sh
need root veth bridge tun ovs-vswitchd ovsdb-server python3 pgrep jq

# $1: name, $2: networks, $3: links
lab()
{
	printf 'lab: %s\nnetworks:\n%s\nlinks: [%s]\n' "$1" "$2" "${3:-}" >"$T/$1.yaml"
}

no_daemons()
{
	! pgrep -x ovs-vswitchd && ! pgrep -x ovsdb-server && ! pgrep -x isle-keeper
}

# A megabyte from $1 to address $3 of $2.
carries_tcp()
{
	isle exec "$2" -- python3 -c '
import socket
s = socket.create_server(("0.0.0.0", 5000)); s.settimeout(60)
open("'"$T"'/ready", "w").close()
c, _ = s.accept(); c.settimeout(60); n = 0
while b := c.recv(65536): n += len(b)
print(n)' >"$T/got" &
	eventually test -e "$T/ready"
	isle exec "$1" -- python3 -c '
import socket, sys
socket.create_connection((sys.argv[1], 5000), 60).sendall(bytes(1000000))' "$3"
	wait $!
	rm "$T/ready"
	same "$(cat "$T/got")" 1000000
}

before=$(machine_state)

# ---- the tutorial
lab one '  br0: {switch: ovs, subnet: 10.0.0.0/24, hosts: [red, blue]}'
lab joined '  br0: {switch: {kind: ovs, datapath: netdev}, subnet: 10.0.0.0/24, hosts: [red]}
  br1: {switch: {kind: ovs, datapath: netdev}, hosts: [blue]}' 'br0 -- br1'
isle up "$T/one.yaml"
isle ping
isle down one
unchanged_since "$before"
isle up doc/labs/001-ovs.yaml
says 'Destination Host Unreachable' isle exec red -- ping -c 1 -W 5 10.0.0.2
isle down t001
unchanged_since "$before"
isle up "$T/joined.yaml"
isle ping
carries_tcp red blue 10.0.0.2
says 'already up' isle up "$T/joined.yaml"
# the daemons are the lab's own, and nobody inside
pgrep -x ovs-vswitchd >/dev/null
isle down --no-kill joined
no_daemons
unchanged_since "$before"

# ---- VLANs
cat >"$T/vlans.yaml" <<'END'
lab: vlans
networks:
  sw: {switch: ovs, subnet: 10.0.0.0/24, hosts: [a, b, c]}
  far: {switch: ovs, hosts: [d, e]}
links:
  - sw -- far: {trunk: [10, 20]}
hosts:
  a: {interfaces: {eth0: {access: 10}}}
  b: {interfaces: {eth0: {access: 10}}}
  c: {interfaces: {eth0: {access: 20}}}
  d: {interfaces: {eth0: {access: 20}}}
  e: {interfaces: {eth0: {access: 10}}}
END
isle up "$T/vlans.yaml"
isle ping a b
isle ping a e
isle ping c d
fails=1 fails isle ping a c
fails=1 fails isle ping b d
# a dump makes the same; where VLANs have subnets of their own they are networks
dumps()
{
	isle dump "$1" >"$T/dump.yaml"
	isle down "$1"
	isle check --strict "$T/dump.yaml"
	isle up "$T/dump.yaml"
	same "$(isle dump "$1")" "$(cat "$T/dump.yaml")"
}
dumps vlans
same "$(cat "$T/dump.yaml")" "lab: vlans
networks:
  sw: {subnet: 10.0.0.0/24, switch: ovs, hosts: [a, b, c]}
  far: {switch: ovs, hosts: [d, e]}
hosts:
$(sed -n '/^  [a-e]:/p' "$T/vlans.yaml")
links:
  - sw -- far: {trunk: [10, 20]}"
isle ping a e
fails=1 fails isle ping a c
isle down vlans
cat >"$T/nets.yaml" <<'END'
lab: nets
networks:
  sw: {subnet: none, switch: ovs, hosts: [r]}
  sw-10: {subnet: 10.0.1.0/24, gateway: r, vlan: sw/10, hosts: [r, a, b]}
  sw-20: {subnet: 10.0.2.0/24, vlan: sw/20, hosts: [c, d]}
hosts:
  r: {interfaces: {eth0: {trunk: [10, 20], native: 5}}}
END
isle up "$T/nets.yaml"
same "$(isle dump nets)" "$(cat "$T/nets.yaml")"
isle down nets

# ---- beside a Linux bridge, and two labs at once
lab mixed '  br0: {switch: ovs, subnet: 10.0.0.0/24, hosts: [red]}
  lb: {hosts: [blue]}' 'br0 -- lb'
isle up "$T/mixed.yaml"
isle up "$T/joined.yaml"
isle ping -l mixed
isle ping -l joined
carries_tcp red.mixed blue.mixed 10.0.0.2
carries_tcp blue.mixed red.mixed 10.0.0.1
dumps mixed
isle ping -l mixed
isle down mixed
isle ping -l joined
dumps joined
isle ping -l joined
isle down joined
unchanged_since "$before"

# ---- run, and whoever is killed
isle run -f "$T/joined.yaml" -- "$ISLE" ping red blue
unchanged_since "$before"
"$ISLE" run -f "$T/joined.yaml" -- sh -c "touch $T/here; sleep 1000" &
eventually test -e "$T/here"
kill -KILL $!
eventually no_daemons
unchanged_since "$before"
isle up "$T/joined.yaml"
kill -KILL "$(jq .pid /run/isle/joined/keeper)"
eventually no_daemons
isle down joined
unchanged_since "$before"
isle up "$T/joined.yaml"
pkill -KILL -x ovs-vswitchd
pkill -KILL -x ovsdb-server
eventually no_daemons
isle down joined
unchanged_since "$before"

# ---- what is not there
for program in ovsdb-tool ovs-vswitchd; do
	mount --bind /dev/null "$(readlink -f "$(command -v $program)")"
	says "joined.yaml:3:24: error: Open vSwitch is not installed: there is no $program" isle up "$T/joined.yaml"
	says 'apt-get install openvswitch-switch' isle run -f "$T/joined.yaml" -- true
	umount "$(readlink -f "$(command -v $program)")"
done
lab kernel '  br0: {switch: {kind: ovs, datapath: system}, hosts: [red, blue]}'
if [ -d /sys/module/openvswitch ]; then
	isle run -f "$T/kernel.yaml" -- "$ISLE" ping
else
	says 'this kernel has no datapath of Open vSwitch (module openvswitch' isle up "$T/kernel.yaml"
fi
unchanged_since "$before"
