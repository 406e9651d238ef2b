# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # $real, $labels: sandbox.sh
# shellcheck disable=SC2094 # pipes
#
# Words for the lines of a case that are not compared.
#
#	real ARGS…		the real ip, on both sides; "$real" where a program is wanted
#	ns NAME…		namespaces, made by it
#	netns_dir		/run/netns, a plain directory
#	netns_mount HOW		/run/netns, a mount of itself: shared, private, slave
#	run_shared		/run is shared, as systemd has it
#	etc			an /etc that may be changed, with few files
#	hold NAME CMD…		a process that stays; $NAME is its pid, <NAME> in the output
#	zombie NAME		a process that has ended and that nobody waits for
#	as_user CMD…		as an ordinary user without privilege (in steps)

real()
{
	"$real" "$@"
}

ns()
{
	local name
	for name; do
		real netns add "$name" || return
	done
}

netns_dir()
{
	mkdir -m 755 /run/netns
}

netns_mount()
{
	netns_dir && mount --bind /run/netns /run/netns && mount "--make-$1" /run/netns
}

run_shared()
{
	mount --make-shared /run
}

etc()
{
	local f
	mkdir /run/etc
	for f in passwd group nsswitch.conf hosts ld.so.cache; do
		[ ! -e /etc/$f ] || cp /etc/$f /run/etc/ || return
	done
	[ ! -d /etc/alternatives ] || cp -dR /etc/alternatives /run/etc/ || return
	echo 'nameserver 192.0.2.1' >/run/etc/resolv.conf
	mount -t tmpfs -o mode=755 e /etc && mv /run/etc/* /etc/ && rmdir /run/etc
}

sleeps()
{
	local comm
	read -r comm 2>/dev/null <"/proc/$1/comm" && [ "$comm" = sleep ]
}

# Known by name once the command is the one that stays.
hold()
{
	local name=$1 pid
	shift
	exec "$@" </dev/null >/dev/null 2>&1 &
	pid=$!
	when sleeps "$pid" || return
	printf -v "$name" %s "$pid"
	labels+=" $pid=$name"
}

# Waits until CMD is true; a broken case must end.
when()
{
	local i
	for ((i = 0; i < 100 * ${ISLE_TEST_PATIENCE:-20}; i++)); do
		! "$@" || return 0
		# nothing comes unasked
		read -rt 0.01 -u "${LIST[0]}"
	done
	return 1
}

zombie()
{
	local pid
	mkfifo "/run/$1" "/run/$1.end"
	# ends once the one who could wait for it is no shell any more
	sh -c '(read -r line) <"$1.end" & echo $!; exec sleep 1000' sh "/run/$1" >"/run/$1" 2>/dev/null &
	read -r pid <"/run/$1" && when sleeps $! && echo >"/run/$1.end" || return
	rm "/run/$1" "/run/$1.end"
	when grep -q '^State:.Z' "/proc/$pid/status" || return
	printf -v "$1" %s "$pid"
	labels+=" $pid=$1"
}

as_user()
{
	setpriv --reuid 4242 --regid 4242 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}
