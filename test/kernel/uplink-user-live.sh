#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	c ──lan── gw ══pasta══ the machine ──h0/h1── outside (10.123.0.2, tcp/8000)
#	          web ══pasta══┘ tcp/8080
#
# Uplinks and published ports of a user's lab that is up come, go and change;
# what its hosts have open between each other stays open. A change that fails is
# undone, one that was killed is ended by the next `up`.
# long
# feature: uplinks and published ports of a user's lab change while it is up
. test/kernel/lib.sh
need root veth bridge nft tun userns pasta python3

outside_world
ip link set lo up
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
sed 's/web: {/web: {uplink: {kind: nat, subnet: 10.50.0.0\/30}, publish: ["8080:80"], /' "$T/gw.yaml" >"$T/both.yaml"
sed 's/"8080:80"/"8081:80", udp\/5353:53/' "$T/both.yaml" >"$T/ports.yaml"
sed 's/8081/9999/' "$T/ports.yaml" >"$T/fails.yaml"
sed 's/8081/9998/' "$T/ports.yaml" >"$T/hangs.yaml"
# the true one, but for two ports
mkdir "$T/bin"
cat >"$T/bin/pasta" <<-END
	#!/bin/sh
	case " \$* " in *9999:80*) echo 'no such luck' >&2; exit 1 ;; *9998:80*) exec sleep 600 ;; esac
	exec $(command -v pasta) "\$@"
END
chmod 755 "$T/bin" "$T/bin/pasta" "$T/ask"
chmod 644 "$T"/*.yaml "$T"/*.py

lab() { as_user env PATH="$T/bin:$PATH" "$T/isle" "$@"; }
gets() { [ "$("$T/ask" "$@" 2>&1)" = "$who heard me" ]; }
reaches() { [ "$(lab exec "$1" -- "$T/ask" 10.123.0.2 8000 2>&1)" = 'outside heard me' ]; }
pasta_of() { pgrep -fx "[^ ]*pasta .*/run/isle/live/net/$1"; }
is_without() { ! pasta_of "$1" >/dev/null && ! lab exec "$1" ip link show uplink >/dev/null 2>&1; }
# over the connection that was opened before anything changed
still_talks() { echo "$1" >&"${talk[1]}" && read -r -t 10 heard <&"${talk[0]}" && [ "$heard" = "web heard $1" ]; }
no_drift() { lab plan --exit-code "$1" >"$T/out"; }

ip netns exec outside /usr/bin/python3 "$T/serve.py" 8000 outside &
lab up "$T/none.yaml" >/dev/null
lab exec web -- /usr/bin/python3 "$T/serve.py" 80 web &
listens() { lab exec web ss -Hltn sport = :80 | grep -q .; }
eventually listens
coproc talk { lab exec c -- bash -c 'exec 3<>/dev/tcp/10.1.1.3/80; cat <&3 & cat >&3'; }
still_talks once
not reaches c

# one comes by the file, for those behind it too
says '+ uplink of gw, 198.19.' lab plan "$T/gw.yaml"
says 'pasta --foreground' lab plan --commands "$T/gw.yaml"
lab up "$T/gw.yaml" >"$T/out"
not grep -q 'break' "$T/out"
eventually reaches gw
eventually reaches c
gw=$(pasta_of gw)
no_drift "$T/gw.yaml"

# another with a port, while the first stays
who=web
says '+ port tcp/8080 of the machine, to port 80 of web' lab up "$T/both.yaml"
eventually gets 127.0.0.1 8080
eventually reaches web
still_talks twice

# ports come and go: pasta has them from its start
lab plan "$T/ports.yaml" >"$T/out"
grep -q '^- port tcp/8080 of the machine, to port 80 of web' "$T/out"
grep -q '^+ port udp/5353 of the machine, to port 53 of web *.*ports.yaml:6' "$T/out"
grep -q '^  connections of web to the outside break: ' "$T/out"
not grep -q 'connections of gw' "$T/out"
lab up "$T/ports.yaml" >/dev/null
eventually gets 127.0.0.1 8081
not gets 127.0.0.1 8080
eventually reaches web
same "$(pasta_of gw)" "$gw"
no_drift "$T/ports.yaml"

# a failure: web is as it was
fails lab up "$T/fails.yaml"
grep -q 'no such luck' "$T/out"
not grep -q 'mends what is left' "$T/out"
eventually gets 127.0.0.1 8081
eventually reaches web
no_drift "$T/ports.yaml"
still_talks thrice

# somebody else's port, refused at its place before anything is touched
web=$(pasta_of web)
sed 's/8081/8000/' "$T/ports.yaml" >"$T/busy.yaml"
chmod 644 "$T/busy.yaml"
/usr/bin/python3 "$T/serve.py" 8000 busy &
who=busy
eventually gets 127.0.0.1 8000
says 'port tcp/8000 of the machine is in use' lab up "$T/busy.yaml"
same "$(pasta_of web)" "$web"
who=web

# killed while the new one is awaited: `up` goes on from there
hangs() { pgrep -fx 'sleep 600' >/dev/null; }
lab up "$T/hangs.yaml" >/dev/null 2>&1 &
eventually hangs
kill -KILL "$(pgrep -fx "$T/isle up $T/hangs.yaml" | head -n 1)"
wait $! 2>/dev/null || :
says 'half changed' lab show
lab up "$T/ports.yaml" >/dev/null
not hangs
eventually gets 127.0.0.1 8081
eventually reaches web
no_drift "$T/ports.yaml"
still_talks 'four times'

# its subnet moves; what is lost is started again
sed 's/10.50.0.0/10.51.0.0/' "$T/ports.yaml" >"$T/moved.yaml"
chmod 644 "$T/moved.yaml"
says '~ uplink of web: 10.50.0.0/30, becomes 10.51.0.0/30' lab up "$T/moved.yaml"
eventually gets 127.0.0.1 8081
no_drift "$T/moved.yaml"
kill -KILL "$(pasta_of web)"
eventually is_without web
says '+ uplink of web, 10.51.0.0/30' lab up "$T/moved.yaml"
eventually gets 127.0.0.1 8081
no_drift "$T/moved.yaml"

# they go: by the file, and by hand
says '- uplink of web' lab up "$T/gw.yaml"
eventually is_without web
not gets 127.0.0.1 8081
eventually reaches c
lab uplink del gw >/dev/null
eventually is_without gw
not lab exec gw nft list table inet isle
not reaches c
no_drift "$T/none.yaml"
lab uplink add web 10.60.0.0/30 >/dev/null
eventually reaches web
lab host add d --lab live uplink=nat >/dev/null
eventually reaches d
lab host rm d >/dev/null
not pasta_of d
still_talks 'to the end'
lab down live
same "$(pasta_of web || :)" ''
