# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   lab one: web ---- db      lab two: web ---- cache
#
# Names on the command line when two labs are up; ls, show, plan, completion
# with live names; a link's state as the kernel has it.
. test/kernel/lib.sh
need root veth jq
before=$(machine_state)
printf 'lab: one\nlinks: [web -- db]\n' >"$T/one.yaml"
printf 'lab: two\nlinks: [web -- cache]\n' >"$T/two.yaml"
isle up "$T/one.yaml" | grep -q 'one: up, 2 hosts'

# one lab: no need to name it
isle show | grep -q '^one: 2 hosts, 1 link'
same "$(isle show -j | jq -c '[.lab, .up, (.hosts | map(.interfaces[0].state))]')" '["one",true,["up","up"]]'
isle up "$T/two.yaml"

# two labs: HOST where one has it, HOST.LAB else; ISLE_LAB comes first
same "$(isle exec db hostname)" db
same "$(isle exec db -- hostname)" db
fails=125 fails isle exec web true
grep -q 'web.one' "$T/out"
grep -q 'web.two' "$T/out"
same "$(isle exec web.two cat /etc/hosts | grep -c cache)" 1
same "$(ISLE_LAB=two isle exec web cat /etc/hosts | grep -c cache)" 1
fails=1 fails isle show
grep -q 'one, two' "$T/out"
isle show two | grep -q cache
isle show db | grep -q '^eth0 to web:eth0'
isle show web.two:eth0 | grep -q 'to cache:eth0'
fails=1 fails isle show web.two:eth7
fails=1 fails isle show nobody

same "$(isle ls -j | jq -c '[.version, (.labs | map([.name, .hosts, .rootless]))]')" '[1,[["one",2,false],["two",2,false]]]'
isle ls | grep -q "^one .* 2 .*$T/one.yaml"

# one form of time in JSON
same "$(isle show -j one | jq -c .since)" "$(isle ls -j | jq -c '.labs[0].since')"

# live names in completion
same "$(isle complete -- down o)" $':files\none'
same "$(isle complete -- exec d | cut -f 1)" db
isle complete -- show '' | grep -qx cache

# a link put down by hand is seen, at both ends
not grep -q '\[' <(isle show one)
isle exec db ip link set eth0 down
isle show one | grep -q '\['
same "$(isle show -j one | jq -c '.hosts | map(.interfaces[0].state)')" '["no carrier","down"]'
isle exec db ip link del eth0
same "$(isle show -j one | jq -c '.hosts | map(.interfaces[0].state)')" '["missing","missing"]'

# plan against what is up
fails=3 fails isle plan --exit-code "$T/one.yaml"
grep -q '^+ link .*eth0.* changed by hand$' "$T/out"
isle up "$T/one.yaml"
isle plan "$T/one.yaml" | grep -q 'nothing to do'
isle plan --exit-code "$T/one.yaml"
printf 'lab: one\nlinks: [web -- store]\n' >"$T/other.yaml"
fails=3 fails isle plan --exit-code "$T/other.yaml"
grep -q '^- .*db' "$T/out"
grep -q '^+ .*store' "$T/out"

# a warning is told once, and not by down
printf 'lab: warned\nlinks: [beijing -- x, bejing -- y]\n' >"$T/warned.yaml"
isle up "$T/warned.yaml"
same "$(isle plan "$T/warned.yaml" 2>&1 | grep -c warning:)" "$(isle check "$T/warned.yaml" 2>&1 | grep -c warning:)"
same "$(isle down "$T/warned.yaml" 2>&1)" 'warned: down'

# at once is at once, not the default
isle up "$T/warned.yaml"
"$ISLE" exec beijing sh -c 'trap "" TERM; echo >"$T/trapped"; while :; do sleep 1000; done' &
pid=$!
eventually test -e "$T/trapped"
isle down warned --grace 0s | grep -q KILL
wait "$pid" || :

# down by file, by name; what was ended is told
"$ISLE" exec web.two sleep 1000 &
pid=$!
inside()
{
	[ "$(stat -Lc %i "/proc/$pid/ns/net")" = "$(stat -c %i /run/isle/two/net/web)" ] && grep -q sleep "/proc/$pid/comm"
}
eventually inside
fails=1 fails isle down --no-kill two
fails=1 fails isle down three
same "$(isle down -j two | jq -c '[.version, .lab, (.ended | length), .ended[0].command, .ended[0].host, .ended[0].signal]')" \
	'[1,"two",1,"sleep","web","TERM"]'
wait "$pid" || :
isle down "$T/one.yaml" | grep -q 'one: down'
fails=1 fails isle down one
same "$(isle ls)" ''
isle gc --yes
unchanged_since "$before"
