# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   a ---- b
#
# `up` of a lab that is up: from the same file nothing changes, lost names come
# back; from another file only what differs changes.
. test/kernel/lib.sh
need root veth

printf 'lab: pair\nlinks: [a 10.0.0.1/24 -- b 10.0.0.2/24]\n' >"$T/pair.yaml"
# ids of all its namespaces
ids()
{
	stat -c %i /run/isle/pair/{net,uts,shown}/*
}

before=$(machine_state)
isle up "$T/pair.yaml"
was=$(ids)
state=$(machine_state)
says 'already up' isle up "$T/pair.yaml"
isle up "$T/pair.yaml"
same "$(ids)" "$was"
same "$(machine_state)" "$state"

# other text, same network
printf '# the same\nlab: pair\nlinks:\n  - a 10.0.0.1/24 -- b 10.0.0.2/24\n' >"$T/same.yaml"
isle up "$T/same.yaml"
same "$(ids)" "$was"

# another network
sed 's/10.0.0.2/10.0.0.7/' "$T/pair.yaml" >"$T/other.yaml"
isle up "$T/other.yaml" >"$T/out"
grep -q '^- address 10\.0\.0\.2/24 on eth0 of b' "$T/out"
grep -q '^+ address 10\.0\.0\.7/24 on eth0 of b .*other.yaml:2' "$T/out"
same "$(ids)" "$was"
same "$(machine_state)" "$state"
says 'already up' isle up "$T/other.yaml"
isle ping -l pair
isle up "$T/pair.yaml"
says 'already up' isle up "$T/pair.yaml"
same "$(ids)" "$was"

# `ip netns del` takes the name and the shown pin; the host stays, `up` mends
ip netns del a.pair
rm /run/netns/b.pair
isle up "$T/pair.yaml"
same "$(ids)" "$was"
same "$(machine_state)" "$state"
eventually ip netns exec a.pair ping -c1 -W1 10.0.0.2
ip netns del a.pair
ip netns del b.pair
isle down pair
unchanged_since "$before"
