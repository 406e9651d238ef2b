#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	a ── lan ── b      a ══uplink══ the machine      a ╌╌ vxlan ╌╌ b      f ── g
#
# What is more than a wire comes and goes while a lab is up: a way out, a port
# that is published, rules of nftables, options of a switch and its ports, a
# tunnel, files of a host that has been entered, a link of two networks of others. Spoiled at each state-changing
# call: refused, all is as it was, on the machine too; killed, the file with it or
# the one without makes a whole of what is left, or `gc` does, or `down`.
. test/fault/lib.sh
need veth bridge nft jq
own_world
NFT=yes
way_out
# two networks that are somebody else's
far=()
for _ in 1 2; do
	unshare -n sleep 10000 &
	far+=($!)
	eventually elsewhere $!
done
count_namespaces
clean_state=$(outside)
echo 'table inet mine { chain c { type filter hook input priority 0; tcp dport 7777 drop; }; }' >"$T/mine.nft"
mkdir "$T/dir"
echo copy | tee "$T/copy" >"$T/dir/copy"

# A row: what the file has more (NAME=VALUE of `lab`), and how it is seen.
rows=('uplink' 'publish' 'nft' 'options' 'vxlan' 'files' 'tunnel' 'pair')
lab()
{
	local uplink='' host='' network='' port='' link='' others=''
	case $1 in
	uplink) uplink='uplink: {kind: nat, subnet: 10.9.9.0/30}, ' ;;
	publish) uplink='uplink: {kind: nat, subnet: 10.9.9.0/30}, publish: ["8080:80"], ' ;;
	published) uplink='uplink: {kind: nat, subnet: 10.9.9.0/30}, ' ;;
	nft) host='nft: ./mine.nft, ' ;;
	options) network='switch: {kind: bridge, ageing: 6000, priority: 7}, ' port='port: {cost: 7, isolated: true}' ;;
	files) host='private: [/run/fault-private], files: {/etc/fault-copy: ./copy, /etc/fault-dir: ./dir, /etc/services: ./copy, /run/fault-copy: ./copy}, ' ;;
	tunnel) link='"a:t 10.7.7.1/24 -- b:t 10.7.7.2/24": {kind: vxlan, id: 9}' ;;
	pair) link='f 10.8.8.1/24 -- g 10.8.8.2/24' ;;&
	pair | apart) others="f: {attach: pid:${far[0]}}, g: {attach: pid:${far[1]}}" ;;
	vxlan) host='interfaces: {vx0: {kind: vxlan, id: 7, remote: [10.1.1.2, 10.1.1.3], addresses: 10.6.6.1/24}}, ' ;;
	esac
	cat <<-END
		lab: fault
		networks: {lan: {${network}subnet: 10.1.1.0/24, hosts: [b .2]}}
		links: [a 10.1.1.1 -- lan: {$port}${link:+, $link}]
		hosts: {a: {${uplink}${host}aliases: []}${others:+, $others}}
	END
}
seen()
{
	case $1 in
	uplink) $who isle exec a -- ping -c 1 -W 5 192.0.2.2 ;;
	publish) nft list ruleset | grep -q 'dport 8080' ;;
	nft) $who isle exec a -- nft list ruleset | grep -q 'dport 7777' ;;
	options) nsenter --net=/run/isle/fault/fabric ip -d -j link | jq -e '.[] | select(.linkinfo.info_slave_data.cost == 7)' ;;
	files) $who isle exec a -- cat /etc/fault-copy /etc/fault-dir/copy /etc/services /run/fault-copy && $who isle exec a -- mountpoint /run/fault-private ;;
	tunnel) $who isle exec a -- ping -c 1 -W 5 10.7.7.2 ;;
	pair) nsenter -t "${far[0]}" -n ping -c 1 -W 5 10.8.8.2 ;;
	vxlan) [ "$($who isle exec a -- bridge fdb show dev vx0 | grep -c dst)" = 2 ] ;;
	esac >"$T/out" 2>&1
}
# what a has of mounts when it has none of these
unseen()
{
	[ "$1" != files ] || $who isle exec a -- sh -c 'cmp /etc/services /proc/1/root/etc/services && ! ls -d /etc/fault-* /run/fault-* &&
		! grep fault- /proc/self/mountinfo' >"$T/out" 2>&1
}

# ---- of the row at hand
machine()
{
	# a pair that was made again has another number, and addresses that follow from its MAC; what was of a host's own stays with the lab
	outside | sed '/^.run.isle.fault.mnt./d; /^.run.isle.fault.etc.own./d; /fe80:/d
		s/^[0-9]*: \(isle[0-9a-f]*\)@if[0-9]*: \(.*link.ether \)[0-9a-f:]*\(.*\) link-netns.*/\1: \2\3/'
	for pid in "${far[@]}"; do nsenter -t "$pid" -n ip -o address; done
}
# what the kernel tells of a carrier comes later
is_settled()
{
	[[ $(machine) != *NO-CARRIER* ]]
}
is_far_clean()
{
	for pid in "${far[@]}"; do
		[ -z "$(nsenter -t "$pid" -n ip -o link show type veth)" ] || return 1
	done
}
# what makes row $1 as $2 says: the changed file, or for a tunnel the words for it
command_of()
{
	case $1-$2 in
	tunnel-with) cmd=(connect a:t b:t vxlan id=9 -a '10.7.7.1/24,10.7.7.2/24') ;;
	tunnel-without) cmd=(disconnect a:t b) ;;
	*) cmd=(up "$T/$2.yaml") ;;
	esac
}
has_lab()
{
	$who isle plan --exit-code "$T/$1.yaml" >"$T/out" 2>&1 && $who isle ping -l fault a b >"$T/out" 2>&1
}
is_without()
{
	has_lab without && unseen "$row" && [ "$(machine)" = "$without" ]
}
is_with()
{
	has_lab with && seen "$row"
}
is_either()
{
	is_with || is_without
}
up()
{
	$who isle up "$T/$1.yaml" >"$T/out" 2>&1 || wrong "not up with $1.yaml: $(cat "$T/out")"
}
prepare()
{
	$who isle up "$T/$from.yaml" >"$T/out" 2>&1 || { cat "$T/out"; die "cannot come up: $from"; }
	# its mounts are made
	$who isle exec a -- true
}
turn=0
judge()
{
	if ! is_signal; then
		# 99: there were fewer calls this time
		case $1 in 0 | 99) becomes "is_$to" || wrong "status $1, and is not done"; return ;; esac
		if [ -e /run/isle/fault/intent ]; then
			# what was there before was being ended already: the next one goes on
			up "$to"
			becomes "is_$to" || wrong 'is not ended by another up'
		else
			becomes "is_$from" || wrong "is not as before: $(diff <(echo "$without") <(machine))"
		fi
		return
	fi
	case $((turn++ % 4)) in
	0) up with; becomes is_with || wrong 'not whole with it' ;;
	1) up without; becomes is_without || wrong "not whole without it: $(diff <(echo "$without") <(machine))" ;;
	2)
		$who isle gc --yes >"$T/out" 2>&1 || wrong "gc: $(cat "$T/out")"
		becomes is_either || wrong "gc leaves half of it: $(diff <(echo "$without") <(machine))"
		;;
	3)
		$who isle down fault >"$T/out" 2>&1 || { wrong "cannot be taken down: $(cat "$T/out")"; return; }
		gone gc
		becomes is_far_clean || wrong 'something is left in a network of others'
		;;
	esac
}

for row in ${ONLY:-"${rows[@]}"}; do
	lab "$row" >"$T/with.yaml"
	case $row in
	publish) lab published ;;
	pair) lab apart ;;
	*) lab none ;;
	esac >"$T/without.yaml"
	from=without
	prepare
	eventually is_settled
	without=$(machine)
	for to in with without; do
		from=$([ "$to" = with ] && echo without || echo with)
		every=${EVERY:-127}
		echo "$row $to:"
		command_of "$row" "$to"
		sweep "$(program)" "${cmd[@]}"
	done
	take_down
done
