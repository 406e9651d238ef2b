# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The real LXC:
#
#	this machine ── lxcbr0 ─┬─ b1 10.66.0.2
#	     10.66.0.1          └─ b2 10.66.0.3, in a directory whose name is too long for a socket's      idle: not running
. test/peers/lib.sh
need lxc-start lxc-info lxc-stop busybox bridge veth

private /var/lib/lxc
says 'lxc has no container b1 (/var/lib/lxc)' who lxc:b1
same "$(who -l)" ''

# sysfs of this network namespace, which LXC wants to mount again
mkdir "$P/cg"
mount --rbind /sys/fs/cgroup "$P/cg"
mount -t sysfs sysfs /sys
mount --rbind "$P/cg" /sys/fs/cgroup
ip link add lxcbr0 type bridge
ip address add 10.66.0.1/24 dev lxcbr0
ip link set lxcbr0 up
private /etc/lxc

define()
{
	bb "$1/$2/rootfs"
	cat >"$1/$2/config" <<X
lxc.rootfs.path = dir:$1/$2/rootfs
lxc.uts.name = $2
lxc.net.0.type = veth
lxc.net.0.link = lxcbr0
lxc.net.0.flags = up
lxc.net.0.ipv4.address = 10.66.0.$3/24
lxc.mount.auto = proc:mixed sys:ro
lxc.init.cmd = /bin/sleep 1000
lxc.apparmor.profile = unconfined
lxc.cgroup.dir = $group-$2
X
}
start()
{
	lxc-start -n "$1" -l DEBUG -o "$P/log"
	lxc-wait -n "$1" -s RUNNING -t "$patience"
}
long=$P/$(printf '%090d' 1)
define "$P/lxc" b1 2
define "$P/lxc" idle 4
define "$long" b2 3

echo "lxc.lxcpath = $P/lxc" >/etc/lxc/lxc.conf
start b1
names_it lxc:b1 "$(lxc-info -n b1 -p -H)" 10.66.0.2/24
refuses_it lxc:idle 'the lxc container idle does not run'
says 'lxc-start idle' who lxc:idle
refuses_it lxc:b3 "lxc has no container b3 ($P/lxc)"
says 'did you mean lxc:b1?' who lxc:b3

# from another network namespace its socket is not to be seen, and that is said
says 'was started from another network namespace' unshare --net "$BUILD/test/peers/who" lxc:b1

# a descriptor of the process comes over the socket: right in every pid namespace
says 'first process has ended' unshare --pid --fork --mount-proc "$BUILD/test/peers/who" lxc:b1

echo "lxc.lxcpath = $long" >/etc/lxc/lxc.conf
start b2
grep -q ' @lxc/[0-9a-f]*/command$' /proc/net/unix
names_it lxc:b2 "$(lxc-info -n b2 -p -H)" 10.66.0.3/24
lxc-stop -k -n b2
says 'the lxc container b2 does not run' who lxc:b2
same "$(who -l)" ''
