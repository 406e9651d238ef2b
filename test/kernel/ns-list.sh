# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# `isle ns list` finds what lsns finds, with the same counts, and what lsns does
# not: namespaces that only a thread, a descriptor, a bind mount (also inside a
# mount namespace that nobody is in), a socket or another namespace keeps.
#
#	test ── sleep in net a ── unshare -U ── unshare -p ── pin of a mount namespace ── pin of a uts namespace in that one
. test/kernel/lib.sh
need lsns

# id type processes pid, of those that have a process. Each looks while the same processes are there, and itself.
agree()
{
	lsns -n -r -o NS,TYPE,NPROCS,PID >"$T/theirs"
	"$ISLE" ns list -n >"$T/ours"
	awk '$4 != "-" { print $1, $2, $4, $9 }' "$T/ours" | sort >"$T/ours.sorted"
	sort "$T/theirs" | diff - "$T/ours.sorted" >&2
}

# column $2 of the row of namespace $1
column()
{
	isle ns list -n "$1" | awk -v n="$2" '{ print $n }'
}

id_of()
{
	stat -L -c %i "$1"
}

eventually agree

# a process elsewhere, in each type that root may make without more ado
for flag in --net --uts --ipc --mount --cgroup; do
	unshare $flag sleep 1000 &
done
unshare --pid --fork --kill-child sleep 1000 &
eventually sh -c "[ \$(pgrep -cx sleep) = 6 ]"
if unshare --user true 2>/dev/null; then
	unshare --user --map-root-user --net sleep 1000 &
	user=$!
	eventually sh -c "pgrep -P $user -x sleep || [ \$(cat /proc/$user/comm) = sleep ]"
fi
if unshare --time true 2>/dev/null; then
	unshare --time --fork --kill-child sleep 1000 &
	eventually sh -c "pgrep -P $! -x sleep"
fi
eventually agree

# filters
for type in net uts user; do
	same "$(isle ns list -n -t $type | awk '{ print $1 }')" "$(isle ns list -n | awk -v t=$type '$2 == t { print $1 }')"
done
same "$(isle ns list -n -p $$ | awk '{ print $2 ":[" $1 "]" }' | sort)" \
	"$(for f in cgroup ipc mnt net pid time user uts; do readlink /proc/$$/ns/$f || :; done | sort)"
same "$(isle ns list -n -t net -t uts,user --type=net | awk '{ print $2 }' | sort -u | xargs)" \
	"$(isle ns list -n | awk '$2 ~ /^(net|uts|user)$/ { print $2 }' | sort -u | xargs)"
fails=2 fails isle ns list -t net -t foo
fails=2 fails isle ns list -t net,foo
grep -qF "there is no type 'foo'" "$T/out"
fails=2 fails isle ns list --tree=moon
fails=1 fails isle ns list -p 99999999

# 80 columns: no row but for the last column is wider
isle ns list | awk '{ if (length(substr($0, 1, index($0 " NAME", " NAME"))) > 60) exit 1 } NR == 1 { exit 0 }'

# owner and parent
if [ "${user:-}" ]; then
	net=$(id_of "/proc/$user/ns/net")
	same "$(column "$net" 3)" "$(id_of "/proc/$user/ns/user")"
	# the tree shows it under its owner, which is under ours
	isle ns list --tree -t net | grep -A 1 "$(id_of "/proc/$user/ns/user")" | grep -q -- "-$net\|─$net"
	isle ns list --tree=parent | grep -q -- "[-─]$(id_of "/proc/$user/ns/user") user"
fi

# only a bind mount
touch "$T/uts"
unshare --uts="$T/uts" true
pin=$(id_of "$T/uts")
same "$(column "$pin" 4,5) $(column "$pin" 7) $(column "$pin" 10)" "$(column "$pin" 4,5) 1 $T/uts"
same "$(column "$pin" 4)" -
isle ns list --quick -n | not grep -q "^$pin "

# a mount namespace that nobody is in, and what only its mounts keep, and a path with a space in it
mkdir "$T/held"
mount -t tmpfs t "$T/held"
mount --make-private "$T/held"
touch "$T/held/mnt"
# the kernel pins only a younger mount namespace in an older one, and numbers come in batches per CPU
eventually unshare --mount="$T/held/mnt" --propagation private sh -c "
	mount -t tmpfs t /tmp && touch '/tmp/my pin' && unshare --uts='/tmp/my pin' true && stat -L -c %i '/tmp/my pin' >$T/inner"
inner=$(cat "$T/inner")
same "$(isle ns list -n "$inner" | sed 's/.* - //')" '/tmp/my pin'
same "$(column "$inner" 7)" 1
same "$(column "$(id_of "$T/held/mnt")" 7)" 1
umount "$T/held/mnt"
eventually sh -c "! '$ISLE' ns list -n | grep -q '^$inner '"

# what a name says
ip netns add web
isle ns list -n -t net | grep -q "^$(id_of /run/netns/web) .* web\$"
ln -s /proc/$$/ns/net /run/netns/self
isle ns list -n -p $$ -t net | grep -q ' self '

# as data
isle ns list -j >"$T/json"
python3 - "$T/json" "$(id_of /run/netns/web)" <<'EOF'
import json, sys
d = json.load(open(sys.argv[1]))
assert d["version"] == 1
web = [n for n in d["namespaces"] if n["id"] == int(sys.argv[2])]
assert len(web) == 1, web
assert web[0]["type"] == "net" and web[0]["names"] == ["web"] and web[0]["mounts"] >= 1 and web[0]["processes"] == 0, web
assert set(d["unseen"]) == {"processes", "mount_namespaces", "descriptors", "outside"}
EOF

# nothing of it stays open or behind
same "$(isle ns list -n -q)" "$(isle ns list -n -q)"
before=$(machine_state)
isle ns list >/dev/null
unchanged_since "$before"

# who may not look is told so
need root
as_user isle ns list >"$T/out" 2>"$T/err"
grep -Eq 'process(es)? could not be looked at' "$T/err"
grep -q ' user ' "$T/out"

# a container by its name, in those that it has for itself
unshare --net --uts sleep 1000 &
container=$!
has_own()
{
	[ "$(readlink /proc/$container/ns/net)" != "$(readlink /proc/self/ns/net)" ]
}
eventually has_own
mkdir -p /run/systemd/machines
echo "LEADER=$container" >/run/systemd/machines/box
same "$(isle ns list -n | awk '/machine:box/ { print $2 }' | xargs)" 'net uts'
says machine:box isle holders machine:box
# as links in /proc have it
link=$(readlink /proc/self/ns/net)
same "$(isle ns list -n "$link" | cut -d " " -f 1)" "${link//[!0-9]/}"
fails=1 fails isle ns list "uts:${link#net:}"
