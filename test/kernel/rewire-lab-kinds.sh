# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	a eth0 ── eth0 b	10.1.0.0/24
#	  m on eth0 of b, t: a tap, and each kind that stands by itself or on eth0
#
# Interfaces with a kind in hosts of a lab that is up: there at once and meant,
# so no drift; taken away again; what cannot be leaves all as it was.
# feature: isle link add and connect of a kind, in a lab that is up
. test/kernel/lib.sh
need root veth tun jq
before=$(machine_state)
echo 'links: [a 10.1.0.1/24 -- b 10.1.0.2/24]' >"$T/rw.yaml"
isle up "$T/rw.yaml"
state()
{
	isle show -j rw | jq 'del(.since)'
	isle exec a ip -o link show | sed 's/ *state [A-Z]*//; s/ permaddr [0-9a-f:]*//'
}
no_drift()
{
	same "$(isle show -j rw | jq -c .drift)" '[]'
}
refuses()
{
	local was
	was=$(state)
	fails isle "${@:2}"
	grep -qF -- "$1" "$T/out" || { cat "$T/out" >&2; die "'isle ${*:2}' does not say: $1"; }
	same "$(state)" "$was"
}
start=$(state)

same "$(isle link add a:t tap user=4242 -a 10.2.0.1/24 2>&1)" 'a:t is a tap in lab rw'
says 'persist on user 4242' isle exec a -- ip -d link show t
says '10.2.0.1/24' isle exec a -- ip address show t
no_drift
says 't tap' isle show a
refuses "host 'a' has an interface 't' already" link add a:t tap
refuses "has no 'id'" link add a tap id=4
refuses "a tap connects nobody: it is an interface by itself" connect a b tap
refuses "host 'a' has no interface 'nope'" connect b a:nope macvlan
refuses 'a macvlan is on another interface: which one?' connect a b macvlan
refuses "needs 'link'" link add a vlan id=5
# nothing but words
says 'type tap' isle exec a -- ip -d link show t
says 'tuntap add dev eth1 mode tap' isle link add a tap --commands
no_drift
same "$(isle link del a:t 2>&1)" 'disconnected a:t in lab rw'
same "$(state)" "$start"

for kind in dummy 'vlan id=5 link=eth0' 'vxlan id=7 remote=10.1.0.2' 'macvlan mode=private link=eth0'; do
	read -ra words <<<"$kind"
	has_link "${words[0]}" || continue
	isle link add a:x "${words[@]}" -a 10.3.0.1/24 >/dev/null
	says '10.3.0.1/24' isle exec a -- ip address show x
	no_drift
	isle link del a:x >/dev/null
	same "$(state)" "$start"
done

if has_link macvlan; then
	same "$(isle connect a:m b:eth0 macvlan mode=bridge -a 10.4.0.7/24 2>&1)" 'a:m is a macvlan on b:eth0 in lab rw'
	says 'macvlan mode bridge' isle exec a -- ip -d link show m
	no_drift
	isle down rw
	isle up "$T/rw.yaml"
	same "$(state)" "$start"
	isle connect a:m b:eth0 macvlan >/dev/null
	# who is on another's interface goes before it
	refuses 'eth0' link del b:eth0
	isle disconnect a:m b:eth0 >/dev/null
	same "$(state)" "$start"
fi
isle down rw
unchanged_since "$before"
