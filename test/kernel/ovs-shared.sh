# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	red .1 ---- sw0 (ovs of the machine)  ═══  sw1 (the same) ---- blue .2        theirs (ovs of the machine), no lab's
#
# `shared: true`: a lab's switches are bridges of the Open vSwitch that the machine
# runs, marked as the lab's; they go with `down`, and what a killed `up` has left
# goes with gc or the next `up`. What is not marked stays as it is.
. test/kernel/lib.sh
need root veth bridge tun ovs-vswitchd ovsdb-server ovs-vsctl
export LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}detect_leaks=0 ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export OVS_RUNDIR=/run/openvswitch OVS_LOGDIR=$T OVS_DBDIR=$T

lab()
{
	printf 'lab: %s\nnetworks:\n  %s: {switch: {kind: ovs, shared: true}, subnet: 10.0.0.0/24, hosts: [red]}\n' "$1" "$2"
	printf '  %s: {switch: {kind: ovs, shared: true}, hosts: [blue%s]}\nlinks: [%s -- %s]\n' "$3" "${4:-}" "$2" "$3"
}

# All that is configured, less the counters.
rows()
{
	for table in Bridge Port Interface; do
		ovs-vsctl -f csv --columns=_uuid,name,external_ids list "$table" | sort
	done
}

# Rows of the table $1 that are marked as of lab $2.
marked()
{
	ovs-vsctl -f csv -d bare --no-heading --columns=name find "$1" "external_ids:isle-lab=$2" | grep -c . || :
}

are_marked()
{
	[ "$(marked Bridge one)" = "$1" ]
}

# Nobody's rows are there but those from before, and ovs-vswitchd has seen it.
as_before()
{
	same "$(rows)" "$before_rows"
	unchanged_since "$before"
}

lab one sw0 sw1 >"$T/one.yaml"
lab two sw2 sw3 >"$T/two.yaml"
lab one sw0 sw1 ', green' >"$T/more.yaml"
lab three theirs sw5 >"$T/three.yaml"

# ---- no Open vSwitch
make_user
before=$(machine_state)
fails=1 fails isle up "$T/one.yaml"
grep -q "one.yaml:3:[0-9]*: error: 'sw0' is to be in the machine's Open vSwitch: /run/openvswitch/db.sock: No such file" "$T/out"
grep -q 'systemctl start openvswitch-switch' "$T/out"
unchanged_since "$before"

# ---- the machine's
mkdir /run/openvswitch
ovsdb-tool create "$T/conf.db" /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server "$T/conf.db" --remote=punix:/run/openvswitch/db.sock --detach --pidfile="$T/server.pid" --log-file="$T/server.log" \
	--unixctl="$T/server.ctl" -vconsole:off
ovs-vsctl --no-wait init
ovs-vswitchd unix:/run/openvswitch/db.sock --detach --pidfile="$T/vswitchd.pid" --log-file="$T/vswitchd.log" \
	--unixctl="$T/vswitchd.ctl" -vconsole:off
trap 'kill "$(cat "$T/vswitchd.pid")" "$(cat "$T/server.pid")"' EXIT
ovs-vsctl add-br theirs -- set bridge theirs datapath_type=netdev -- add-port theirs p0 -- set interface p0 type=internal
before=$(machine_state)
before_rows=$(rows)

says '`shared: true` is for `up` as root' isle run -f "$T/one.yaml" -- true
says '`shared: true` is for `up` as root' as_user "$ISLE" up "$T/one.yaml"
as_before

isle up "$T/one.yaml"
isle ping
same "$(marked Bridge one) $(marked Port one) $(marked Interface one)" '2 6 6'
same "$(ovs-vsctl get bridge sw0 external_ids:isle-boot-id | tr -d '"')" "$(cat /proc/sys/kernel/random/boot_id)"
port=$(ovs-vsctl list-ports sw0 | grep -v "$(ovs-vsctl -f csv -d bare --no-heading --columns=name find interface type=patch | head -1)" | head -1)
says 'altname isle:one:' ip link show "$port"
says 'already up' isle up "$T/one.yaml"
not says 'changed by hand' isle show one
isle exec red ip address add 10.5.5.5/24 dev eth0
says 'red:eth0 has 10.5.5.5/24 as well' isle show one
isle exec red ip address del 10.5.5.5/24 dev eth0
fails=1 fails isle up "$T/more.yaml"
grep -q "lab one cannot be changed while it is up: 'sw0' is in the machine's Open vSwitch" "$T/out"
isle ping

# two labs with hosts of the same names, each its own
isle up "$T/two.yaml"
isle ping -l two
isle down one
same "$(marked Bridge one) $(marked Bridge two)" '0 2'
isle ping -l two
isle dump two >"$T/dump.yaml"
grep -q 'sw2: {subnet: 10.0.0.0/24, switch: {kind: ovs, shared: true}, hosts: \[red\]}' "$T/dump.yaml"
isle down two
as_before
isle up "$T/dump.yaml"
same "$(isle dump two)" "$(cat "$T/dump.yaml")"
isle down two
as_before

# what others have is not taken
fails=1 fails isle up "$T/three.yaml"
grep -q "the machine's Open vSwitch has a bridge theirs already, of somebody else" "$T/out"
as_before

# a port of somebody else's in a bridge of ours
isle up "$T/one.yaml"
ovs-vsctl add-port sw0 guest -- set interface guest type=internal
fails=1 fails isle down one
grep -q 'has port guest, which isle has not made' "$T/out"
same "$(ovs-vsctl list-ports sw0)" guest
ovs-vsctl del-port sw0 guest
isle gc --yes >"$T/out"
as_before

# ---- killed while ovs-vswitchd has not acted: gc shows what is left, and removes it; so does the next up, and down
killed()
{
	kill -STOP "$(cat "$T/vswitchd.pid")"
	"$ISLE" up "$T/one.yaml" >"$T/out" 2>&1 &
	eventually are_marked 2
	kill -KILL $!
	wait $! || :
	kill -CONT "$(cat "$T/vswitchd.pid")"
	same "$(marked Bridge one)" 2
}
killed
isle gc >"$T/out"
grep -q 'ovs .*one' "$T/out"
same "$(marked Bridge one)" 2
isle gc --yes >"$T/out"
as_before
killed
isle up "$T/one.yaml"
isle ping
isle down one
as_before
killed
isle down one
as_before

# of another boot, without a journal
ovs-vsctl add-br old -- set bridge old datapath_type=netdev external_ids:isle-lab=old external_ids:isle-boot-id=before -- \
	set port old external_ids:isle-lab=old external_ids:isle-boot-id=before
isle gc --yes >"$T/out"
as_before

# ---- another /run/isle, in a mount namespace whose /run has the same Open vSwitch: what is up there is not taken for left
# behind, not even that of a lab with the same name
mkfifo "$T/elsewhere"
cat >"$T/elsewhere.sh" <<-'END'
	mkdir /tmp/run
	mount -t tmpfs none /tmp/run
	mkdir /tmp/run/test /tmp/run/openvswitch
	mount --rbind /run/test /tmp/run/test
	mount --bind /run/openvswitch /tmp/run/openvswitch
	mount --move /tmp/run /run
	rmdir /tmp/run
	while read -r words; do
		"$0" $words >/run/test/answer 2>&1
		echo "$?" >/run/test/status
	done
END
unshare --mount sh -c "$(cat "$T/elsewhere.sh")" "$(readlink -f "$ISLE")" <"$T/elsewhere" &
other=$!
exec 8>"$T/elsewhere"
elsewhere()
{
	rm -f "$T/status"
	echo "$*" >&8
	eventually test -s "$T/status"
	[ "$(cat "$T/status")" = 0 ] || { cat "$T/answer" >&2; die "elsewhere: $*"; }
}
isle up "$T/two.yaml"
elsewhere up "$T/one.yaml"
here=$(ovs-vsctl get bridge sw2 external_ids:isle-run)
there=$(ovs-vsctl get bridge sw0 external_ids:isle-run)
not same "$here" "$there"
isle gc >"$T/out"
grep -q 'ovs .*one@.*another /run/isle' "$T/out"
isle gc --yes >"$T/out"
same "$(marked Bridge one) $(marked Bridge two)" '2 2'
fails=1 fails isle up "$T/one.yaml"
grep -q "the machine's Open vSwitch has a bridge sw0 already, of lab one" "$T/out"
lab one sw6 sw7 | sed "s/\[red/[green/; s/\[blue/[yellow/" >"$T/same.yaml"
isle up "$T/same.yaml"
same "$(marked Bridge one)" 4
isle down one
same "$(marked Bridge one)" 2
elsewhere ping -l one
elsewhere gc --yes
isle ping -l two
isle down two
elsewhere down one
same "$(rows)" "$before_rows"

# it ended with its processes, and nobody knows: who names it takes it away
elsewhere up "$T/one.yaml"
exec 8>&-
wait $other
same "$(marked Bridge one)" 2
isle gc --yes >"$T/out"
same "$(marked Bridge one)" 2
isle gc --yes "one@$(ovs-vsctl get bridge sw0 external_ids:isle-run | tr -d '"')" >"$T/out"
as_before
