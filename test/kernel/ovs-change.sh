# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	red .1 ---- br0 (ovs)  ═══  br1 (ovs) ---- blue .2
#
# Tutorial 001 while it is up: the link between two switches of Open vSwitch comes
# and goes by patch ports, VLANs of ports change, hosts come, move and go. What
# was broken off is ended; what cannot change is refused before anything is.
. test/kernel/lib.sh
need root veth bridge tun ovs-vswitchd ovsdb-server strace jq
export LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}detect_leaks=0 ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

lab()
{
	printf 'lab: lab\nnetworks:\n  br0: {switch: ovs, subnet: 10.0.0.0/24, hosts: [red%s]}\n  br1: {switch: ovs, hosts: [blue]}\n%s\n' "${2:-}" "$1"
}
apart='links: [{br0 -- br1: {state: down}}]'
lab "$apart" >"$T/apart.yaml"
lab 'links: [br0 -- br1]' >"$T/joined.yaml"
lab $'links: [br0 -- br1]\nhosts: {blue: {interfaces: {eth0: {access: 10}}}}' >"$T/vlan.yaml"
lab $'links: [br0 -- br1]\nhosts: {red: {routes: {10.9.0.0/24: 10.0.0.2}}}' >"$T/route.yaml"
lab 'links: [br0 -- br1]' ', green' >"$T/more.yaml"
sed 's/, green//; s/blue/blue, green/' "$T/more.yaml" >"$T/moved.yaml"
before=$(machine_state)
reaches()
{
	isle exec red -- ping -c 1 -W 5 10.0.0.2 >"$T/ping" 2>&1
}
patches()
{
	isle ovs show --lab lab | grep -c 'type: patch' || :
}
same_ns()
{
	same "$(stat -c %i /run/isle/lab/net/red /run/isle/lab/net/blue)" "$nss"
}

isle up "$T/apart.yaml"
nss=$(stat -c %i /run/isle/lab/net/red /run/isle/lab/net/blue)
not reaches
same "$(isle plan "$T/joined.yaml" | grep -c '^+ port .*, a patch to ')" 2
same "$(isle plan --commands "$T/joined.yaml" | grep -c 'type=patch options:peer=')" 2
same "$(patches)" 0
isle up "$T/joined.yaml" >"$T/out"
same "$(grep -c '^+ port .*, a patch to ' "$T/out")" 2
patch=$(sed -n 's/^+ port \(.*\) of br0, a patch to .*/\1/p' "$T/out")
reaches
same "$(patches)" 2
says 'already up' isle up "$T/joined.yaml"

# one thing at a time
isle link down br0 br1
same "$(patches)" 0
isle link up br0 br1
reaches

# VLANs, and what has to do with no switch
isle up "$T/vlan.yaml" >"$T/out"
grep -q '^~ VLANs of port ' "$T/out"
not reaches
isle up "$T/joined.yaml" >"$T/out"
reaches
isle up "$T/route.yaml" >"$T/out"
isle exec red ip route show 10.9.0.0/24 | grep -q 'via 10.0.0.2'
reaches
isle up "$T/joined.yaml" >"$T/out"

# by hand, and mended
isle ovs del-port --lab lab br0 "$patch"
same "$(patches)" 1
isle up "$T/joined.yaml" >"$T/out"
reaches

# a host comes to a switch, moves to the other one, and goes
says '+ port ' isle plan "$T/more.yaml"
isle up "$T/more.yaml" >"$T/out"
not grep "is not isle's" "$T/out"
isle exec green -- ping -c 1 -W 5 10.0.0.2 >/dev/null
isle ping >/dev/null
says 'already up' isle up "$T/more.yaml"
isle up "$T/moved.yaml" >"$T/out"
isle exec green -- ping -c 1 -W 5 10.0.0.2 >/dev/null
isle up "$T/joined.yaml" >"$T/out"
same "$(isle ovs show --lab lab | grep -c ' Port ')" 6
reaches
isle host add green >/dev/null
isle connect green br1 -a 10.0.0.9/24 >/dev/null
isle exec red -- ping -c 1 -W 5 10.0.0.9 >/dev/null
isle disconnect green br1 >/dev/null
isle host rm green >/dev/null
same "$(isle ovs show --lab lab | grep -c ' Port ')" 6

# a switch comes with a host on it and a link, and goes; the last one stays
printf '  br2: {switch: ovs, hosts: [green]}\n' | sed -e '/br1:/r /dev/stdin' -e 's/br0 -- br1/br0 -- br1, br1 -- br2/' "$T/joined.yaml" >"$T/third.yaml"
says '+ Open vSwitch br2' isle plan "$T/third.yaml"
isle plan --commands "$T/third.yaml" | grep -q 'add-br br2 -- set bridge br2 datapath_type='
isle up "$T/third.yaml" >"$T/out"
isle exec green -- ping -c 1 -W 5 10.0.0.2 >/dev/null
says 'already up' isle up "$T/third.yaml"
isle up "$T/joined.yaml" >"$T/out"
grep -q -- '^- Open vSwitch br2' "$T/out"
same "$(isle ovs show --lab lab | grep -cE ' (Port|Bridge) ')" 8
reaches

# what cannot be
refuses()
{
	fails=1 fails isle up "$T/no.yaml"
	grep -qF "$1" "$T/out"
}
sed 's/br1: {switch: ovs/br1: {switch: bridge/' "$T/joined.yaml" >"$T/no.yaml"
refuses "the Open vSwitch 'br1' cannot become another kind"
printf 'lab: lab\nnetworks:\n  br3: {subnet: 10.0.0.0/24, hosts: [red]}\n' >"$T/no.yaml"
refuses "is the only one, and can neither come nor go"
printf '  br2: {hosts: [blue]}\n' | sed -e 's/hosts: .blue./hosts: []/' -e '/br1:/r /dev/stdin' "$T/joined.yaml" >"$T/no.yaml"
refuses "the Open vSwitch 'br1' cannot take or leave an interface that is on something else"
reaches
same_ns

# killed before the commit: back; the switches were changed already
broken_off()
{
	fails=1 fails strace -f -o /dev/null -e trace=renameat2 -e inject=renameat2:signal=KILL:when=1 "$ISLE" up "$1"
	says 'half changed' isle ls
	isle gc --yes >"$T/out"
	same "$(isle ls -j | jq .labs[0].half_changed)" false
}
broken_off "$T/apart.yaml"
same "$(patches)" 2
reaches
broken_off "$T/vlan.yaml"
reaches
broken_off "$T/more.yaml"
same "$(isle ovs show --lab lab | grep -c ' Port ')" 6
# refused there: as before
fails=1 fails strace -f -o /dev/null -e trace=renameat2 -e inject=renameat2:error=ENOSPC:when=1 "$ISLE" up "$T/apart.yaml"
same "$(patches)" 2
same "$(isle ls -j | jq .labs[0].half_changed)" false
same_ns
isle down lab
unchanged_since "$before"
