# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   beijing .1 --- br0 --- shanghai .2      10.0.0.0/24
#
# Up and down for an ordinary user: nothing on the machine but one state file and
# the keeper; a keeper that was killed is noticed and replaced.
. test/kernel/lib.sh
need root userns bridge veth

make_user
cat >"$T/cities.yaml" <<'END'
lab: cities
networks:
  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai]}
END
keeper()
{
	sed 's/.*"pid": *\([0-9]*\).*/\1/' "$test_run/isle/cities"
}
gone()
{
	! as_user isle ls | grep -q cities
}
before=$(machine_state)

as_user isle up "$T/cities.yaml"
[ ! -e /run/isle ]
pid=$(keeper)
says 'already up' as_user isle up "$T/cities.yaml"
same "$(keeper)" "$pid"
eventually as_user isle exec beijing -- ping -c1 -W1 shanghai
sed 's/shanghai/xian/' "$T/cities.yaml" >"$T/other.yaml"
as_user isle up "$T/other.yaml" >"$T/out"
grep -q '^+ host xian' "$T/out"
same "$(keeper)" "$pid"
says 'already up' as_user isle up "$T/other.yaml"
eventually as_user isle exec beijing -- ping -c1 -W1 xian
fails as_user isle exec shanghai -- true
# root has labs of its own
says 'lab cities is not up' isle down cities
as_user isle exec beijing -- sleep 1000 &
# it is inside once it is no longer called isle
eventually pgrep -fx 'sleep 1000'
fails as_user isle down --no-kill cities
grep -q 'sleep ([0-9]*) in beijing' "$T/out"
as_user isle down cities
wait $! || :
same "$(ls "$test_run")" ''
unchanged_since "$before"

# an `up` that was to remove a host was killed when it had unmounted it: a file is left that a user cannot read
as_user isle up "$T/cities.yaml"
nsenter -t "$(keeper)" -m umount /run/isle/cities/uts/shanghai
says '+ host shanghai' as_user isle up "$T/cities.yaml"
as_user isle ping >/dev/null

# the keeper is killed: gc takes its file, or the next up does
kill -9 "$(keeper)"
eventually gone
says "$test_run/isle/cities" as_user isle gc --yes
same "$(ls "$test_run")" ''
as_user isle up "$T/cities.yaml"
kill -9 "$(keeper)"
eventually gone
as_user isle up "$T/cities.yaml"
as_user isle exec beijing -- true
kill -9 "$(keeper)"
as_user isle down cities
same "$(ls "$test_run")" ''
unchanged_since "$before"

# a file that lies about its process: same pid, another start or another boot
as_user isle up "$T/cities.yaml"
cp "$test_run/isle/cities" "$T/state"
as_user isle down cities
as_user mkdir -m 700 "$test_run/isle"
sed "s/\"pid\": *[0-9]*/\"pid\": $$/" "$T/state" >"$test_run/isle/cities"
chown $test_uid "$test_run/isle/cities"
gone
as_user isle up "$T/cities.yaml"
[ "$(keeper)" != $$ ]
as_user isle down cities

# without XDG_RUNTIME_DIR: a directory under /tmp that nobody else can have prepared
XDG=no as_user isle up "$T/cities.yaml"
same "$(stat -c '%a %u' /tmp/isle-$test_uid)" "700 $test_uid"
XDG=no as_user isle down cities
[ ! -e /tmp/isle-$test_uid ]
mkdir -m 700 /tmp/isle-$test_uid
XDG=no fails=1 fails as_user isle up "$T/cities.yaml"
grep -q "/tmp/isle-$test_uid is not a directory of yours" "$T/out"
rmdir /tmp/isle-$test_uid
ln -s "$test_home" /tmp/isle-$test_uid
XDG=no fails as_user isle up "$T/cities.yaml"
rm /tmp/isle-$test_uid
unchanged_since "$before"
