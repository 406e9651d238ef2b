# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The tests' own ground: a world of one's own, helpers that can fail.
. test/kernel/lib.sh

before=$(machine_state)
same "$(ip -o link | link_names | ours)" lo
same "$(ls -I mount /run)" test
fails false
fails=3 fails sh -c 'exit 3'
not fails true
says hello echo 'why, hello'
not says goodbye echo hello
not same a b

# what is left behind is seen, whatever it is
ip link add d0 type dummy 2>/dev/null || ip link add d0 type bridge
not is_state "$before"
ip link del d0
unchanged_since "$before"
touch /run/left
not is_state "$before"
rm /run/left
mkdir /run/m
mount -t tmpfs t /run/m
not is_state "$before"
umount /run/m
rmdir /run/m
apart()
{
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}
unshare -n sleep 100 &
eventually apart $!
not is_state "$before"
kill $!
wait $! || :
unchanged_since "$before"

need root
same "$(as_user id -un)" tester
same "$(as_user sh -c 'id -u; echo $HOME; echo $XDG_RUNTIME_DIR')" "$(printf '4242\n%s\n%s' "$T/home" "$T/run")"
same "$(XDG=no as_user sh -c 'echo ${XDG_RUNTIME_DIR:-none}')" none
as_user grep -q '^CapBnd:.0000000000000000$' /proc/self/status
as_user touch "$T/home/x"
fails as_user touch /run/x
unchanged_since "$(machine_state)"
