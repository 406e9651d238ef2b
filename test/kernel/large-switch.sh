# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#   h1 … h1100 --- lan = root bridge + 2 leaves, 10.0.0.0/16
#
# A bridge takes 1023 ports. A network of more is several bridges without a
# loop, and one switch to its hosts.
. test/kernel/lib.sh
need root veth bridge

cat >"$T/large.yaml" <<'END'
lab: large
networks: {lan: {subnet: 10.0.0.0/16, hosts: [h1..1100]}}
END
isle up "$T/large.yaml"
same "$(nsenter --net=/run/isle/large/fabric ip -br link show type bridge | wc -l)" 3
for host in h2 h550 h551 h1100; do
	ip netns exec h1.large ping -c1 -W5 "$(ip -n $host.large -o address show eth0 | sed 's/.*inet \([0-9.]*\).*/\1/')"
done
isle down large
