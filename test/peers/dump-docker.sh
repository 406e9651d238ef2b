# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The real dockerd, private to this test:
#
#	this machine ── (bridge of the network "shop") ─┬─ web eth0
#	                                                └─ db  eth0
#
# Two containers of a network are dumped as a lab file. It comes up as a network
# of its own in which they have the same addresses, MACs, MTUs and default route
# and reach each other, beside docker's own, and its dump says the same.
. test/peers/lib.sh
need dockerd docker busybox iptables jq

docker_engine
docker network create --subnet 10.77.0.0/24 shop >/dev/null
for name in web db; do
	docker run -d --network shop --name $name bb sleep 1000 >/dev/null
done

# of the namespace that CMD enters: addresses, MAC, MTU; where the default route leads
picture()
{
	"$@" ip -j address show dev eth0 | jq -c '.[] | [.ifname, .mtu, .address, [.addr_info[] | select(.family == "inet") | .local, .prefixlen]]'
	"$@" ip route show default | sed 's/ proto static//; s/ *$//'
}
as_container()
{
	nsenter -t "$(docker inspect --format '{{.State.Pid}}' "$1")" -n "${@:2}"
}

isle dump -l shop docker:web docker:db >"$T/shop.yaml"
isle check --strict "$T/shop.yaml" >/dev/null
for name in web db; do
	picture as_container $name >"$T/$name"
	grep -q 10.77.0 "$T/$name"
done
# elsewhere: not on this machine's bridge
isle up "$T/shop.yaml" >/dev/null
for name in web db; do
	same "$(picture isle exec $name.shop)" "$(cat "$T/$name")"
done
isle exec web.shop ping -c 1 -W 5 db >/dev/null
isle exec db.shop ping -c 1 -W 5 web >/dev/null
isle dump shop >"$T/again.yaml"
isle down shop >/dev/null
# but for comments, which tell where it was found
same "$(isle plan --full "$T/again.yaml")" "$(isle plan --full "$T/shop.yaml")"
# docker has noticed nothing
same "$(docker inspect --format '{{.State.Status}}' web)" running
for name in web db; do
	same "$(picture as_container $name)" "$(cat "$T/$name")"
done
as_container web ping -c 1 -W 5 "$(docker inspect --format '{{.NetworkSettings.Networks.shop.IPAddress}}' db)" >/dev/null

# whose they are, by whichever end
veth=$(ip -o link show type veth | sed -n '1s/^[0-9]*: \([^@:]*\).*/\1/p')
isle who "$veth" | grep -Eq 'eth0 of docker:(web|db)'
address=$(docker inspect --format '{{.NetworkSettings.Networks.shop.IPAddress}}' web)
isle who "$address" | grep -q 'docker:web'
isle map >"$T/map"
grep -q 'eth0 of docker:web' "$T/map"
grep -q 'eth0 of docker:db' "$T/map"
