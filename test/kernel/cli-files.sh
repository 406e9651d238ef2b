# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# check, plan, explain, schema: commands that touch nothing. Data on stdout,
# problems on stderr, JSON that parses, --strict, --exit-code.
. test/kernel/lib.sh
need jq
before=$(machine_state)
printf 'lab: good\nnetworks:\n  lan: {subnet: 10.0.0.0/24, hosts: [alpha, beta]}\n' >"$T/good.yaml"
printf 'lab: bad\nnetworks:\n  lan: {subnet: 10.0.0.0/24, hosts: [a 10.0.1.9]}\nlinks: [x -- y -- z]\nhots: {}\n' >"$T/bad.yaml"

# all mistakes in one run, each at its place; nothing on stdout
fails=2 fails isle check "$T/bad.yaml"
[ "$(grep -c "^$T/bad.yaml:[0-9]*:[0-9]*: error: " "$T/out")" = 3 ]
same "$(isle check "$T/bad.yaml" 2>/dev/null || :)" ''
grep -q "did you mean 'hosts'" "$T/out"
isle check "$T/good.yaml" 2>"$T/err" >"$T/std"
[ ! -s "$T/err" ] && [ -s "$T/std" ]

json=$(isle check --json "$T/bad.yaml" 2>"$T/err" || :)
[ ! -s "$T/err" ]
same "$(jq -r '.version, .ok, (.problems | length), .problems[0].level' <<<"$json")" $'1\nfalse\n3\nerror'
jq -e '.problems | all(.line > 0 and .column > 0 and .file != null)' <<<"$json" >"$T/std"
same "$(isle check -j "$T/good.yaml" | jq -c '[.ok, .lab, .problems]')" '[true,"good",[]]'

# a warning passes, but not with --strict
printf 'lab: warn\nhosts: {server: {}}\nnetworks:\n  lan: {hosts: [server, servre]}\n' >"$T/warn.yaml"
isle check "$T/warn.yaml" 2>"$T/err"
grep -q ': warning: ' "$T/err"
fails=2 fails isle check --strict "$T/warn.yaml"

# plan of what is not up: all of it; the long form is a file for the same
isle plan "$T/good.yaml" >"$T/plan"
grep -q '^+ host alpha' "$T/plan"
fails=3 fails isle plan --exit-code "$T/good.yaml"
isle plan --full "$T/good.yaml" >"$T/full.yaml"
same "$(isle plan --full "$T/full.yaml")" "$(cat "$T/full.yaml")"
isle plan --commands "$T/good.yaml" | grep -q '^ip .*alpha.good'
same "$(isle plan -j --full "$T/good.yaml" | jq -r '[.version, .lab, .form] | @csv')" '1,"good","full"'
fails=2 fails isle plan "$T/bad.yaml"

# show of a file
isle show "$T/good.yaml" | grep -q 'alpha  eth0  10.0.0.1/24'
same "$(isle show -j "$T/good.yaml" | jq -c '[.up, .hosts[].name, .networks[].members[]]')" \
	'[false,"alpha","beta","alpha:eth0","beta:eth0"]'

# 80 columns, also with long names and both families
printf 'lab: wide\nnetworks:\n  n: {subnet: [10.111.112.0/24, "fd00:1111:2222:3333::/64", "fd00:1111:2222:4444::/64"], hosts: [a-rather-long-name, b]}\n' >"$T/wide.yaml"
isle show "$T/wide.yaml" | tail -n +3 | awk 'length($0) > 80 {exit 1}'
# letters of plain ASCII where the terminal has no others
not grep -qP '[^\x00-\x7f]' <(LC_ALL=C isle show "$T/wide.yaml")

# places in standard input have one name
isle plan - <"$T/good.yaml" | grep -q '<stdin>:'

isle explain networks.subnet | grep -q prefix
isle explain | grep -q '^links'
fails=2 fails isle explain nosuchkey
isle schema | jq -e '."$schema"' >"$T/std"
unchanged_since "$before"
