# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Machines that lack something: descriptors, a /run to write to, /proc, the
# server of a file system.
. test/kernel/lib.sh
need root veth bridge userns

printf 'lab: pair\nlinks: [a -- b]\n' >"$T/pair.yaml"
printf 'lab: star\nnetworks: {lan: {subnet: 10.0.0.0/16, hosts: [h1..100]}}\n' >"$T/star.yaml"
before=$(machine_state)

# few descriptors, however large the lab; only the matrix, and who compares all that is live, say that they need more
few()
{
	(ulimit -n 32 && "$ISLE" "$@")
}
few up "$T/star.yaml"
few exec h100 -- true
few ping h1 h100
says 'raise the limit' few ping
says 'a lab of this size needs more descriptors: ulimit -n' few show star
grep -q 'h100 .*10.0.0.100/16' "$T/out"
few down star
few run -f "$T/star.yaml" h1 -- true
unchanged_since "$before"

# a /run that cannot be written to: labs are kept like an ordinary user's
mount --bind /run /run
mount -o remount,bind,ro /run
isle up "$T/pair.yaml"
isle exec a -- ping -c 1 -q b
isle ls | grep -q rootless
isle down pair
umount /run
unchanged_since "$before"

# without /proc: what is missing is said
without_proc()
{
	# shellcheck disable=SC2016 # for the shell inside
	unshare -m sh -c 'while umount -l /proc; do :; done 2>/dev/null; exec "$@"' sh "$ISLE" "$@"
}
says '/proc is missing here' without_proc ls
says '/proc is missing here' without_proc up "$T/pair.yaml"
unchanged_since "$before"

# something in /run whose server is dead is not there
if [ -c /dev/fuse ] && command -v python3 >"$T/out"; then
	mkdir "/run/dead"
	python3 - <<-'E'
		import ctypes, os
		fd = os.open('/dev/fuse', os.O_RDWR)
		options = b'fd=%d,rootmode=40000,user_id=0,group_id=0' % fd
		if ctypes.CDLL(None).mount(b'dead', b'/run/dead', b'fuse', 0, options):
		    raise SystemExit('cannot mount')
	E
	fails ls /run/dead
	isle run -f "$T/pair.yaml" a -- true
	as_user isle run -f "$T/pair.yaml" a -- true
	umount /run/dead
	rmdir /run/dead
fi
