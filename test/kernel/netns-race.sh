# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Many first `add`s at once where /run/netns is not there yet, by isle alone and
# together with ip: one layer of mount, every name a namespace of its own; and
# for one name one winner, the others are told that it exists.
# long: the real ip does half of it
. test/kernel/lib.sh
need ip

# All of the commands on standard input at once; line N's status goes to $T/N.rc, its words to $T/N.out.
# They wait for the go: opening a fifo to read blocks until somebody writes.
at_once()
{
	local n=0 line pids=()
	rm -f "$T/go" "$T"/*.rc "$T"/*.out
	mkfifo "$T/go"
	# of /run/netns nothing is there that could be busy
	exec 7<>"$T/go"
	while read -r line; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # words
		(
			rc=0
			read -r -n 1 <&7
			exec 7<&-
			$line >"$T/$n.out" 2>&1 || rc=$?
			echo $rc >"$T/$n.rc"
		) &
		pids+=($!)
	done
	printf "%${n}s" >&7
	wait "${pids[@]}"
	exec 7<&-
}

layers()
{
	awk '$5 == "/run/netns" { n++ } END { print n + 0 }' /proc/self/mountinfo
}

pins()
{
	awk '/ - nsfs / { print $4, $5 }' /proc/self/mountinfo | sort -u
}

clean()
{
	ip -all netns delete
	while mountpoint -q /run/netns; do umount -l /run/netns; done
	rmdir /run/netns
}

# adds PROGRAM… : 20 different names, the programs in turn
adds()
{
	local i programs=("$@")
	for i in {1..20}; do
		echo "${programs[i % $#]} netns add n$i"
	done
}

for _ in 1 2 3; do
	for way in private shared; do
		mount --make-$way /run
		for programs in "$ISLE" "$ISLE ip"; do
			# shellcheck disable=SC2086
			at_once < <(adds $programs)
			same "$(cat "$T"/*.rc | sort -u)" 0
			same "$(cat "$T"/*.out)" ''
			same "$(layers)" 1
			same "$(isle netns list | sort)" "$(printf 'n%s\n' {1..20} | sort)"
			same "$(pins | wc -l)" 20
			same "$(pins | cut -d' ' -f1 | sort -u | wc -l)" 20
			clean
		done
	done
done
mount --make-private /run

# one name, made and attached
for programs in "$ISLE" "$ISLE ip"; do
	read -ra programs <<<"$programs"
	for _ in 1 2 3; do
		at_once < <(for i in {1..20}; do
			case $((i % 3)) in
			0) echo "${programs[i % ${#programs[@]}]} netns attach one $$" ;;
			*) echo "${programs[i % ${#programs[@]}]} netns add one" ;;
			esac
		done)
		same "$(cat "$T"/*.rc | sort | uniq -c | tr -s ' ')" $' 1 0\n 19 1'
		same "$(cat "$T"/*.out | sort -u)" 'Cannot create namespace file "/run/netns/one": File exists'
		same "$(layers)" 1
		same "$(pins | wc -l)" 1
		isle netns exec one true
		clean
	done
done

# a name that comes and goes under everybody's hands: what is left is whole or not there
for _ in 1 2 3; do
	at_once < <(for i in {1..20}; do
		case $((i % 4)) in
		0) echo "$ISLE netns delete x" ;;
		1) echo "$ISLE netns add x" ;;
		2) echo "ip netns add x" ;;
		3) echo "$ISLE netns list" ;;
		esac
	done)
	not grep -qvE '^(0|1)$' "$T"/*.rc
	same "$(layers)" 1
	# ip mounts on whatever has the name by then, so two namespaces may lie on each other, as with ip alone
	while [ -e /run/netns/x ]; do
		ip netns delete x || mountpoint -q /run/netns/x
	done
	same "$(pins)" ''
	clean
done
