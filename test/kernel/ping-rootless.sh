# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a ---- b ---- c
#
# ping and the state of links in a rootless lab, and beside a lab of `run`.
. test/kernel/lib.sh
need userns veth jq
user=(as_user)
[ "$(id -u)" = 0 ] || user=()
# made before the comparison starts
"${user[@]}" true
before=$(machine_state)
printf 'lab: line\nrouting: static\nlinks: [a -- b, b -- c]\ndefaults: {hosts: {forward: true}}\n' >"$T/lab.yaml"
chmod 644 "$T/lab.yaml"

"${user[@]}" isle up "$T/lab.yaml"
same "$("${user[@]}" isle ping -j | jq -c '[.asked, .answered]')" '[6,6]'
same "$("${user[@]}" isle show -j | jq -c '[.rootless, (.hosts | map(.interfaces[].state) | unique)]')" '[true,["up"]]'
same "$("${user[@]}" isle ls -j | jq -c '.labs | map([.name, .rootless])')" '[["line",true]]'
"${user[@]}" isle down line

# shellcheck disable=SC2016 # expanded by the other shell
"${user[@]}" isle run -f "$T/lab.yaml" -- sh -c '"$ISLE" ping && "$ISLE" show && "$ISLE" exec a -- ping -c 1 c' >"$T/std"
grep -q 'line: 6 of 6 answered' "$T/std"
unchanged_since "$before"
