# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   beijing .1 --- br0 --- shanghai .2      10.0.0.0/24
#
# All of it for an ordinary user, who has no right to anything: kept by one
# process, known by one file.
. test/kernel/lib.sh
need root bridge veth userns

cat >"$T/cities.yaml" <<'END'
lab: cities
networks:
  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai]}
END
f=$T/cities.yaml
as_user true
before=$(machine_state)

keeper()
{
	sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$1/cities"
}
is_ended()
{
	! kill -0 "$1"
}
# whole round in a directory for state files
round()
{
	local dir=$1 pid
	"${@:2}" isle up "$f"
	pid=$(keeper "$dir")
	same "$("${@:2}" isle exec beijing -- hostname)" beijing
	same "$("${@:2}" isle exec beijing -- id -u)" 0
	"${@:2}" isle exec shanghai -- ping -c1 -W2 beijing >"$T/out"
	same "$("${@:2}" isle exec beijing -- ls /sys/class/net | ours | xargs)" 'eth0 lo'
	same "$("${@:2}" isle exec beijing -- ls /proc/self/fd | xargs)" "$("${@:2}" ls /proc/self/fd | xargs)"
	same "$(stat -c %a "$dir") $(stat -c %a "$dir/cities")" '700 600'
	# the keeper holds nothing of the caller
	same "$(readlink /proc/"$pid"/fd/[012] | sort -u)" /dev/null
	same "$(readlink /proc/"$pid"/cwd)" /
	same "$(ls /proc/"$pid"/fd | wc -l)" 4
	not test "$(ps -o sid= -p "$pid")" = "$(ps -o sid= -p $$)"
	"${@:2}" isle up "$f" >"$T/out" 2>&1
	same "$(keeper "$dir")" "$pid"
	"${@:2}" isle down cities
	not test -e "$dir/cities"
	eventually is_ended "$pid"
}

round "$test_run/isle" as_user
XDG=no round /tmp/isle-$test_uid as_user
unchanged_since "$before"

# run
same "$(as_user isle run -f "$f" beijing -- hostname)" beijing
as_user isle run -f "$f" -- "$T/isle" exec beijing -- ping -c1 -W2 shanghai >"$T/out"
as_user isle run -f "$f" -- ip netns exec beijing.cities ip -br address >"$T/out"
grep -q 10.0.0.1 "$T/out"
got=0; as_user isle run -f "$f" beijing -- sh -c 'exit 7' || got=$?
same $got 7
unchanged_since "$before"

# killed: stale, noticed, replaced
as_user isle up "$f"
pid=$(keeper "$test_run/isle")
kill -9 "$pid"
eventually is_ended "$pid"
fails=125 fails as_user isle exec beijing -- true
as_user isle up "$f"
not test "$(keeper "$test_run/isle")" = "$pid"
same "$(as_user isle exec beijing -- hostname)" beijing
# a file that somebody else's keeper could have: another boot, another start
sed -i 's/"start": *[0-9]*/"start": 1/' "$test_run/isle/cities"
fails=125 fails as_user isle exec beijing -- true
kill -9 "$(keeper "$test_run/isle")"
as_user isle up "$f"
# asked politely, it takes the lab down itself
pid=$(keeper "$test_run/isle")
kill -TERM "$pid"
eventually is_ended "$pid"
not test -e "$test_run/isle/cities"

# of several at once one wins, the others say why
for n in 1 2 3 4; do
	as_user isle up "$f" 2>"$T/err$n" && touch "$T/won$n" &
done
wait
same "$(as_user isle exec beijing -- hostname)" beijing
for n in 1 2 3 4; do
	[ -e "$T/won$n" ] || grep -q 'cities' "$T/err$n"
done
as_user isle down cities
rmdir "$test_run/isle" 2>/dev/null || :
unchanged_since "$before"

# what works is no trouble to the doctor
not grep -q 'trouble *mount calls' <(as_user isle doctor)

# a directory that somebody else has prepared
mkdir /tmp/isle-$test_uid
fails env XDG=no bash -c '. test/kernel/lib.sh; as_user isle up "$1"' - "$f"
grep -q "/tmp/isle-$test_uid" "$T/out"
rmdir /tmp/isle-$test_uid

# root of a container, without CAP_SYS_ADMIN
as_container()
{
	[ "$1" != isle ] || set -- "$ISLE" "${@:2}"
	setpriv --bounding-set=-sys_admin --inh-caps=-all env -u XDG_RUNTIME_DIR "$@"
}
round /tmp/isle-0 as_container
same "$(as_container isle run -f "$f" beijing -- hostname)" beijing
unchanged_since "$before"

# inside a user namespace, where /run cannot be written
as_user unshare -Urnm "$T/isle" run -f "$f" beijing -- hostname >"$T/out"
same "$(cat "$T/out")" beijing
not as_user unshare -Urnm touch /run/x

# an empty environment, as cron has it
same "$(setpriv --reuid $test_uid --regid $test_uid --clear-groups env -i "$T/isle" run -f "$f" beijing -- /bin/hostname)" beijing

# where it is forbidden, the setting is named
unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces
	exec setpriv --bounding-set=-sys_admin --inh-caps=-all "$@"' - "$ISLE" run -f "$f" -- true >"$T/out" 2>&1 && die 'it is forbidden'
grep -q 'user.max_user_namespaces is 0' "$T/out"
unchanged_since "$before"
