#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	a ── b
#
# The rules of nftables that a host has from a file, while its lab is up: the
# file says otherwise, it is another, it comes and goes. What nft does not like
# leaves the rules of before, and tables of others stay. Rootless too.
# feature: nftables of a host change while a lab is up
. test/kernel/lib.sh
need root userns veth nft jq
before=$(machine_state)

cat >"$T/with.yaml" <<-END
	lab: rules
	hosts: {a: {nft: ./one.nft}}
	links: [a 10.0.0.1/24 -- b 10.0.0.2/24]
END
sed 's/one.nft/two.nft/' "$T/with.yaml" >"$T/two.yaml"
sed 's/{nft: .*}}/{}}/' "$T/with.yaml" >"$T/without.yaml"
rules()
{
	printf 'table inet %s {\n\tset s { type inet_service; elements = { 81, 82 }; }\n' "$1"
	printf '\tchain input { type filter hook input priority 0; tcp dport %s drop; counter; tcp dport @s drop; }\n}\n' "$2"
}
rules other 81 >"$T/two.nft"
chmod 644 "$T"/*
lab() { $who isle "$@"; }
tables() { lab exec a -- nft list tables | sort | tr '\n' ' '; }
has() { same "$(tables)" "$1"; }
drops() { says "dport $1 drop" lab exec a -- nft list ruleset; }
no_drift() { lab plan --exit-code "$1" >"$T/out"; }

live()
{
	rules mine 80 >"$T/one.nft"
	chmod 644 "$T/one.nft"
	lab up "$T/with.yaml"
	no_drift "$T/with.yaml"
	drops 80

	# what hands have done is told and mended, be it a rule, an element or the table; what is counted is no change
	lab ping a b >/dev/null
	no_drift "$T/with.yaml"
	same "$(lab show -j rules | jq -c .drift)" '[]'
	for by_hand in 'insert rule inet mine input tcp dport 99 accept' 'delete element inet mine s { 82 }' 'delete table inet mine'; do
		lab exec a -- nft "$by_hand"
		says "a has other rules of nftables than $T/one.nft" lab show rules
		says "~ rules of a, $T/one.nft " lab plan "$T/with.yaml"
		says 'changed by hand' lab plan "$T/with.yaml"
		lab up "$T/with.yaml" >/dev/null
		no_drift "$T/with.yaml"
		same "$(lab show -j rules | jq -c .drift)" '[]'
		same "$(lab exec a -- nft list table inet mine | grep -cE 'dport 80 drop|81, 82|99')" 2
	done

	# another text in the same file, in place of the old one
	rules mine 8080 >"$T/one.nft"
	says '~ rules of a, ' lab plan "$T/with.yaml"
	says 'with.yaml:2' lab plan "$T/with.yaml"
	same "$(lab plan --commands "$T/with.yaml" | tr '\n' ';')" \
		"ip netns exec a.rules nft delete table inet mine;ip netns exec a.rules nft -f $T/one.nft;"
	lab up "$T/with.yaml" >/dev/null
	drops 8080
	has 'table inet mine '
	no_drift "$T/with.yaml"

	# what nft does not like changes nothing, and says where
	printf '\n\ntable inet mine { nonsense }\n' >"$T/one.nft"
	says 'one.nft:3:' lab up "$T/with.yaml"
	drops 8080
	fails lab up "$T/with.yaml"

	# another file, while somebody has a table of his own; that stays
	lab exec a -- nft add table ip his
	lab up "$T/two.yaml" >/dev/null
	has 'table inet other table ip his '
	no_drift "$T/two.yaml"

	# a change that fails later gives them back
	sed 's/{nft/{sysctl: {net.ipv4.ip_default_ttl: 99999}, nft/; s/two.nft/one.nft/' "$T/two.yaml" >"$T/bad.yaml"
	rules mine 80 >"$T/one.nft"
	fails lab up "$T/bad.yaml"
	has 'table inet other table ip his '

	# none any more, and again
	same "$(lab plan --commands "$T/without.yaml")" 'ip netns exec a.rules nft delete table inet other'
	says '- rules of a' lab up "$T/without.yaml"
	has 'table ip his '
	no_drift "$T/without.yaml"
	says '+ rules of a, ' lab up "$T/with.yaml"
	has 'table inet mine table ip his '

	# a host that goes and comes again
	lab host add c --lab rules "nft=$T/two.nft" >/dev/null
	says 'table inet other' lab exec c -- nft list tables
	lab host rm c >/dev/null
	lab host add c --lab rules "nft=$T/two.nft" >/dev/null
	says 'table inet other' lab exec c -- nft list tables
	lab down rules
}

who=
live
unchanged_since "$before"
who=as_user
live
