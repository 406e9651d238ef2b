# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a .1 --- br0 --- b .2      10.0.0.0/24
#
# What the command of `run` leaves behind goes with it, and SIGKILL to any one
# process leaves nothing: as root and as an ordinary user.
. test/kernel/lib.sh
need root bridge veth userns strace

cat >"$T/lab.yaml" <<'END'
lab: lab
networks:
  br0: {subnet: 10.0.0.0/24, hosts: [a, b]}
END
f=$T/lab.yaml
mkfifo -m 666 "$T/there"
daemons="setsid sleep 1000 & (sleep 1001 &) ; (setsid sh -c 'sleep 1002 & sleep 1003 &')"
processes()
{
	# of ours, by what they run; zombies are ended
	ps -eo stat=,args= | awk '/^[^Z].*(sleep 10[0-9][0-9]|isle run)/ && !/awk/ { print; n++ } END { exit !n }'
}
is_gone()
{
	! processes
}
# the first process below $1 that is not $1 itself: the init of the run
init_of()
{
	ps -o pid= --ppid "$1" | head -n 1
}
as_root()
{
	"$@"
}

for who in as_root as_user; do
	$who true
	before=$(machine_state)

	got=0; $who isle run -f "$f" -- sh -c "$daemons; exit 9" || got=$?
	same $got 9
	eventually is_gone
	got=0; $who isle run -f "$f" a -- sh -c "$daemons; kill -9 \$\$" || got=$?
	same $got 137
	eventually is_gone
	unchanged_since "$before"

	# SIGKILL to the one that was called, to the init below it, to the command's group
	for victim in caller init; do
		$who isle run -f "$f" -- sh -c "$daemons; echo >'$T/there'; exec sleep 1000" 2>"$T/err" &
		read -r _ <"$T/there"
		pid=$!
		caller=$(pgrep -f 'isle run -f' | head -n 1)
		case $victim in
		caller) kill -9 "$caller" ;;
		init) kill -9 "$(init_of "$caller")" ;;
		esac
		got=0; wait $pid || got=$?
		case $victim in
		caller) same $got 137 ;;
		init) same $got 125 ;;
		esac
		eventually is_gone
		unchanged_since "$before"
	done

	# at moments that lie anywhere between the first fork and the command; what is left stays, and is seen after some
	for call in clone mount unshare sethostname fsmount execve; do
		for n in 1 2 3; do
			$who strace -f -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when=$n \
				"$([ $who = as_user ] && echo "$T/isle" || echo "$ISLE")" run -f "$f" a -- true >"$T/out" 2>&1 || :
		done
		eventually is_gone
		unchanged_since "$before"
	done
done
