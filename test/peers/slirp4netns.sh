# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	c ──lan── gw ══slirp4netns══ the machine ──h0/h1── outside 10.123.0.2, fd12::2, tcp/8000
#	          web ══slirp4netns, at times pasta══┘ tcp/8080
#
# The way out of a user's lab where pasta is not, or is no more: uplinks come,
# go and are mended while it is up, and what only pasta can do, publish ports,
# is refused before anything is touched, left alone where pasta still runs, and
# taken over by the one from the other.
. test/kernel/lib.sh
need root veth bridge nft tun userns slirp4netns python3

outside_world
ip address add fd12::1/64 dev h0 nodad
ip -n outside address add fd12::2/64 dev h1 nodad
ip route add default via fd12::2
make_user
talkers
cat >"$T/none.yaml" <<-END
	lab: live
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: gw, hosts: [gw, c, web]}
	hosts:
	  gw: {}
	  web: {forward: false}
END
sed 's/gw: {}/gw: {uplink: nat}/' "$T/none.yaml" >"$T/gw.yaml"
sed 's/web: {/web: {uplink: {kind: nat, subnet: 10.50.0.0\/30}, /' "$T/gw.yaml" >"$T/both.yaml"
sed 's/web: {/web: {publish: ["8080:80"], /' "$T/both.yaml" >"$T/port.yaml"
# what the test itself needs, and the one program, which has moods
mkdir "$T/bin" "$T/pasta"
for tool in bash sh cat ip nft ss; do
	ln -s "$(command -v $tool)" "$T/bin/$tool"
done
cat >"$T/bin/slirp4netns" <<-END
	#!/bin/bash
	[ ! -e $T/refuses ] || { echo 'no such luck' >&2; exit 1; }
	[ ! -e $T/hangs ] || exec -a hanging $(command -v sleep) 600
	exec $(command -v slirp4netns) "\$@"
END
[ ! -x "$(command -v pasta)" ] || ln -s "$(command -v pasta)" "$T/pasta/pasta"
chmod 755 "$T/bin" "$T/pasta" "$T/bin/slirp4netns" "$T/ask"
chmod 644 "$T"/*.yaml "$T"/*.py

also=''
lab() { as_user env PATH="$also$T/bin" "$T/isle" "$@"; }
asks() { [ "$(lab exec "$1" -- "$T/ask" "$2" 8000 2>&1)" = 'outside heard me' ]; }
reaches() { asks "$1" 10.123.0.2; }
gets() { [ "$("$T/ask" "$@" 2>&1)" = 'web heard me' ]; }
outlet_of() { pgrep -f "^[^ ]*/$1 .*/run/isle/live/net/$2( |\$)"; }
slirp_of() { outlet_of slirp4netns "$1"; }
is_without() { ! slirp_of "$1" >/dev/null && ! lab exec "$1" ip link show uplink >/dev/null 2>&1; }
no_drift() { lab plan --exit-code "$1" >"$T/out"; }
listens() { lab exec web ss -Hltn sport = :80 | grep -q .; }
keeper() { sed 's/.*"pid": *\([0-9]*\).*/\1/' "$test_run/isle/live"; }

ip netns exec outside /usr/bin/python3 "$T/serve.py" 8000 outside &
before=$(machine_state)
lab up "$T/none.yaml" >/dev/null
lab exec web -- /usr/bin/python3 "$T/serve.py" 80 web &
eventually listens

# one comes, for those behind it too
says '+ uplink of gw, 198.19.' lab plan "$T/gw.yaml"
lab plan --commands "$T/gw.yaml" >"$T/out"
grep -qx 'slirp4netns --netns-type=path --disable-host-loopback /run/isle/live/net/gw uplink &' "$T/out"
grep -qx 'ip -n gw.live neighbour replace 198.19.[0-9.]* lladdr 52:55:0a:00:02:02 dev uplink nud permanent' "$T/out"
grep -q '^ip netns exec gw.live nft .add table inet isle; .* oifname uplink masquerade' "$T/out"
lab up "$T/gw.yaml" >/dev/null
eventually reaches gw
eventually reaches c
no_drift "$T/gw.yaml"
lab dump live >"$T/dump.yaml" 2>/dev/null
grep -q 'uplink: nat' "$T/dump.yaml"
not grep -q permanent "$T/dump.yaml"
gw=$(slirp_of gw)

# ports are pasta's: refused at their place, and all is as it was
fails lab plan "$T/port.yaml"
grep -q 'port.yaml:6:.*`publish` needs pasta here; slirp4netns alone is installed' "$T/out"
not grep -q '^+' "$T/out"
fails lab plan --commands "$T/port.yaml"
fails lab up "$T/port.yaml"
grep -q 'apt-get install passt' "$T/out"
is_without web
no_drift "$T/gw.yaml"

# by hand, another beside it, of both families
lab uplink add web 10.60.0.0/30 fd00:60::/64 >"$T/out"
eventually reaches web
eventually asks web fd12::2
lab uplink del web >/dev/null
eventually is_without web
same "$(slirp_of gw)" "$gw"

# a failure, and one that was killed while the new one is awaited
touch "$T/refuses"
fails lab up "$T/both.yaml"
grep -q 'slirp4netns for the uplink of web ended early: no such luck' "$T/out"
not grep -q 'mends what is left' "$T/out"
no_drift "$T/gw.yaml"
rm "$T/refuses"
touch "$T/hangs"
hangs() { pgrep -f '^hanging 600' >/dev/null; }
lab up "$T/both.yaml" >/dev/null 2>&1 &
eventually hangs
kill -KILL "$(pgrep -fx "$T/isle up $T/both.yaml" | head -n 1)"
wait $! 2>/dev/null || :
rm "$T/hangs"
says 'half changed' lab show
lab up "$T/both.yaml" >/dev/null
not hangs
eventually reaches web
no_drift "$T/both.yaml"
same "$(slirp_of gw)" "$gw"

# it is lost; its subnet moves
kill -KILL "$(slirp_of web)"
eventually is_without web
says '+ uplink of web, 10.50.0.0/30' lab plan "$T/both.yaml"
lab up "$T/both.yaml" >/dev/null
eventually reaches web
sed 's/10.50.0.0/10.51.0.0/' "$T/both.yaml" >"$T/moved.yaml"
chmod 644 "$T/moved.yaml"
lab plan "$T/moved.yaml" >"$T/out"
grep -q '^~ uplink of web: 10.50.0.0/30, becomes 10.51.0.0/30' "$T/out"
grep -q '^  connections of web to the outside break: ' "$T/out"
lab up "$T/moved.yaml" >/dev/null
eventually reaches web
no_drift "$T/moved.yaml"
lab up "$T/both.yaml" >/dev/null

# pasta is there for a while: it takes over with a port, and goes on when it is no more to be found
pasta_comes_and_goes()
{
	also=$T/pasta:
	no_drift "$T/both.yaml"
	says '+ port tcp/8080 of the machine, to port 80 of web' lab up "$T/port.yaml"
	eventually gets 127.0.0.1 8080
	eventually reaches web
	not slirp_of web
	same "$(lab exec web -- ip neighbour show nud permanent dev uplink)" ''
	same "$(slirp_of gw)" "$gw"
	also=''
	no_drift "$T/port.yaml"
	lab uplink del gw >/dev/null
	lab uplink add gw >/dev/null
	eventually reaches c
	gets 127.0.0.1 8080

	# a failure ends it, and it cannot be started again: said, and mended where it is
	touch "$T/refuses"
	fails lab up "$T/both.yaml"
	grep -q 'no such luck' "$T/out"
	grep -q 'and the uplink of web could not be started again' "$T/out"
	rm "$T/refuses"
	is_without web
	fails lab up "$T/port.yaml"
	also=$T/pasta: lab up "$T/port.yaml" >/dev/null
	eventually gets 127.0.0.1 8080

	# without a port any of them will do
	says '- port tcp/8080 of the machine, to port 80 of web' lab up "$T/both.yaml"
	not gets 127.0.0.1 8080
	slirp_of web
	eventually reaches web
	no_drift "$T/both.yaml"
}
[ ! -e "$T/pasta/pasta" ] || pasta_comes_and_goes

# they go, the last one where there is nothing to start another
rm "$T/bin/slirp4netns"
says '- uplink of web' lab up "$T/gw.yaml"
lab uplink del gw >/dev/null
is_without gw
not lab exec gw nft list table inet isle
no_drift "$T/none.yaml"
fails lab uplink add gw
grep -q 'an uplink needs pasta or slirp4netns here, and neither is installed' "$T/out"

# with the lab, which is taken down or killed
ln -s "$(command -v slirp4netns)" "$T/bin/slirp4netns"
ends()
{
	lab up "$T/both.yaml" >/dev/null
	slirp_of gw
	slirp_of web
	"$@" >/dev/null
	eventually isnt slirp_of gw
	eventually isnt slirp_of web
}
ends lab down live
killed()
{
	kill -KILL "$(keeper)"
}
ends killed
lab gc --yes >/dev/null
unchanged_since "$before"
