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

lxc_engine
long=$P/$(printf '%090d' 1)
lxc_define "$P/lxc" b1 2 "/bin/sleep 1000"
lxc_define "$P/lxc" idle 4 "/bin/sleep 1000"
lxc_define "$long" b2 3 "/bin/sleep 1000"

lxc_begin b1
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
lxc_begin b2
grep -q ' @lxc/[0-9a-f]*/command$' /proc/net/unix
names_it lxc:b2 "$(lxc-info -n b2 -p -H)" 10.66.0.3/24
lxc-stop -k -n b2
says 'the lxc container b2 does not run' who lxc:b2
same "$(who -l)" ''
