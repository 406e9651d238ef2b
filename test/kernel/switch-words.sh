# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	v0 = w0, v1 = w1: pairs of this machine; v0, v1 become ports of br0
#
# `isle bridge` shows what brctl shows, to the byte, and `isle ovs` what
# ovs-vsctl shows; what one has made the other can change.
. test/kernel/lib.sh
need root veth bridge
for i in 0 1; do
	ip link add v$i type veth peer name w$i
done

# ---- bridges
isle bridge addbr br0
isle bridge addbr a
[[ $(isle bridge show) == $'bridge name\tbridge id\t\tSTP enabled\tinterfaces\na\t\t8000.000000000000\tno\t\t\nbr0\t\t8000.000000000000\tno\t\t' ]]
isle bridge addif br0 v1 v0
isle bridge stp br0 on
isle bridge show | grep -q yes
same "$(isle bridge show br0 | tail -n 1)" $'\t\t\t\t\t\t\tv1'
isle bridge show -j | tr -d ' \n' | grep -q '"interfaces":\["v0","v1"\]'
says "device br0 already exists; can't create bridge with the same name" isle bridge addbr br0
says "bridge nope doesn't exist; can't delete it" isle bridge delbr nope
says "device v0 is already a member of a bridge; can't add it to bridge a." isle bridge addif a v0
says 'interface v7 does not exist!' isle bridge addif a v7
says 'device v0 is not a port of a' isle bridge delif a v0
says 'bridge nope does not exist!' isle bridge stp nope on
says 'device v0 is not a bridge!' isle bridge addif v0 v1
says 'cannot add br0 to bridge a: ' isle bridge addif a br0
same "$(isle bridge show v0 2>&1 || :)" 'isle: error: device v0 is not a bridge!'
says "'a/b' cannot be a bridge: it has a space, '/' or ':'" isle bridge addbr a/b
says "did you mean 'bridge'?" isle brige show
fails=2 fails isle bridge stp br0 maybe
ip link set dev a up
says "bridge a is still up; can't delete it" isle bridge delbr a
ip link set dev a down
if command -v brctl >/dev/null; then
	# where it looks first, and sorts
	mount -t sysfs sysfs /sys
	same "$(isle bridge show)" "$(brctl show)"
	same "$(isle bridge show br0)" "$(brctl show br0)"
	brctl delif br0 v0
	brctl stp br0 off
	same "$(isle bridge show)" "$(brctl show)"
fi
isle bridge delif br0 v1
isle bridge delbr br0
isle bridge delbr a
same "$(isle bridge show | wc -l)" 1

# ---- Open vSwitch
says 'systemctl start openvswitch-switch' isle ovs show
need tun ovs-vswitchd ovs-vsctl
export OVS_RUNDIR=$T/ovs
mkdir "$OVS_RUNDIR"
ovsdb-tool create "$OVS_RUNDIR/conf.db" /usr/share/openvswitch/vswitch.ovsschema
db=(ovsdb-server "$OVS_RUNDIR/conf.db" "--remote=punix:$OVS_RUNDIR/db.sock" --detach "--pidfile=$OVS_RUNDIR/db.pid" -vconsole:off
	-vsyslog:off "--unixctl=$OVS_RUNDIR/db.ctl")
"${db[@]}"
ovs-vswitchd "unix:$OVS_RUNDIR/db.sock" --detach "--pidfile=$OVS_RUNDIR/vs.pid" -vconsole:off -vsyslog:off "--unixctl=$OVS_RUNDIR/vs.ctl"
v=(ovs-vsctl "--db=unix:$OVS_RUNDIR/db.sock" --timeout=60)
isle ovs add-br br0 --datapath netdev
isle ovs add-br br1 --datapath netdev
isle ovs add-port br0 v0
isle ovs add-port br0 v1 tag=5
isle ovs add-port br1 p1 -- set interface p1 type=patch options:peer=p0
isle ovs add-port br0 p0 trunks=10,20 type=patch options:peer=p1
isle ovs add-port br1 in0 -- set Interface in0 type=internal
same "$(isle ovs show)" "$("${v[@]}" show)"
isle ovs show | grep -q '    Bridge br0'
same "$(isle ovs list-br)" "$("${v[@]}" list-br)"
same "$(isle ovs list-ports br0)" "$("${v[@]}" list-ports br0)"
ip link show in0 >/dev/null
isle ovs show -j | tr -d ' \n' | grep -qF '{"name":"br1","ports":["in0","p1"]}'
isle ovs list-ports -j br1 | tr -d ' \n' | grep -qF '"ports":["in0","p1"]'
# their words for what cannot be
words()
{
	"${v[@]}" "$@" 2>&1 | sed -n 's/^ovs-vsctl: //p'
}
for wrong in 'add-br br0' 'add-br v0' 'del-br nope' 'add-port br0 v1' 'add-port nope v9' 'del-port v9' 'del-port br1 v1' 'del-port br1 br1'; do
	# shellcheck disable=SC2086 # words
	says "$(words $wrong)" isle ovs $wrong
	# shellcheck disable=SC2086
	fails isle ovs $wrong
done
says "Error detected while setting up 'gone0': could not open network device gone0 (No such device)" isle ovs add-port br0 gone0
same "$(isle ovs show)" "$("${v[@]}" show)"
# a datapath that there is not
"${v[@]}" add-br none0 -- set bridge none0 datapath_type=none 2>&1 | grep -q "Error detected while setting up 'none0'"
"${v[@]}" del-br none0
says "Error detected while setting up 'none0'" isle ovs add-br none0 --datapath none
"${v[@]}" del-br none0
"${v[@]}" del-port v1
isle ovs del-port br0 v0
isle ovs del-port gone0
same "$(isle ovs list-ports br0)" p0
isle ovs del-br br1
same "$("${v[@]}" list-br)" br0
isle ovs del-br br0
same "$(isle ovs show)" "$("${v[@]}" show)"
kill "$(cat "$OVS_RUNDIR/vs.pid")" "$(cat "$OVS_RUNDIR/db.pid")"
