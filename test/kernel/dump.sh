# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# An example of networks, links and routes comes up, is dumped, goes down, comes up from the dump and is the
# same: names, addresses, MACs, routes, MTUs; and its dump is the same file, byte
# for byte. As root and as an ordinary user without privilege.
# long: namespaces are looked into with ip
. test/kernel/lib.sh
need veth bridge

# What stands in the file's `lab:`, else the file's name.
name_of()
{
	local name
	name=$(sed -n 's/^lab: *\([A-Za-z0-9_-]*\).*/\1/p' "$1")
	[ "$name" ] || name=$(basename "$1" .yaml)
	echo "$name"
}

as_root()
{
	"$@"
}

# Interfaces with MTU, whether they are up, and MAC; addresses; routes; forwarding. As few processes as can be.
cat >"$T/picture" <<'END'
ip -o -b - <<X
link show
address show
route show table all
X
cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
END
cat >"$T/lines.sed" <<'END'
/^[0-9]+: [^ ]+: </ {
	s/^[0-9]+: ([^:@]+)[^:]*: <([^>]*)> (mtu [0-9]+).*link\/[a-z]+ ([0-9a-f:]+).*/\1 \2 \3 \4/
	s/ [A-Z_,-]*\<UP\>[A-Z_,-]* / up /
	s/ [A-Z_,-]*[A-Z_-] / down /
}
/^[0-9]+: [^ ]+ +inet/ {
	s/^[0-9]+: //
	s/ +/ /g
	s/\\.*//
}
/ table local /d
/^(fe80|multicast|ff00)/d
s/ linkdown//
END
chmod 755 "$T" "$T/picture"

# Of these hosts of a lab.
pictures()
{
	local as=$1 lab=$2 host
	shift 2
	for host; do
		echo "--- $host"
		"$as" isle exec "$host.$lab" sh "$T/picture"
	done | sed -E -f "$T/lines.sed"
}

round()
{
	local as=$1 file=$2 lab was one=$T/one.yaml two=$T/two.yaml hosts
	lab=$(name_of "$file")
	# before it is up: a plan of what is there already has none
	hosts=$(isle plan "$file" | sed -n 's/^+ host \([^ ,]*\).*/\1/p')
	"$as" isle up "$file" >/dev/null
	# shellcheck disable=SC2086 # names
	was=$(pictures "$as" "$lab" $hosts)
	[ "$was" ] || die 'no hosts'
	"$as" isle dump "$lab" >"$one"
	"$as" isle down "$lab" >/dev/null
	chmod 644 "$one"
	isle check --strict "$one" >/dev/null
	"$as" isle up "$one" >/dev/null
	# shellcheck disable=SC2086
	same "$was" "$(pictures "$as" "$lab" $hosts)"
	"$as" isle dump >"$two"
	same "$(cat "$one")" "$(cat "$two")"
	"$as" isle down "$lab" >/dev/null
}

way_out
before=$(machine_state)
for file in doc/labs/{000,001-apart,002,003,004}*.yaml doc/labs/{dualstack,line20,minimal,office,routes,star,start,triangle}.yaml; do
	case $file in *uplink* | *gateway* | *office*) need nft ;; esac
	round as_root "$file"
done
# interfaces with a kind, as far as the kernel has them
for file in doc/labs/{overlay,vlans,vrfs,frr}.yaml; do
	! has_kinds "$file" || round as_root "$file"
done
unchanged_since "$before"

# what is short stays short
shown()
{
	isle up "$1" >/dev/null
	isle dump
	isle down "$(name_of "$1")" >/dev/null
}
same "$(shown doc/labs/002-cities.yaml)" "lab: cities
networks:
  br0: {subnet: 10.0.0.0/24, hosts: [beijing, shanghai]}"
same "$(shown doc/labs/line20.yaml)" "lab: line20
routing: static
hosts:
  r1..20: {forward: true}
links: [r1..19 -- r2..20]"
same "$(shown doc/labs/triangle.yaml | grep -v subnet)" "lab: triangle
networks:
hosts:
  r1: {routes: {lan2: r2, lan3: r3}}
  r2: {routes: {lan1: r1, lan3: r3}}
  r3: {routes: {lan1: r1, lan2: r2}}
links:"

if has_link vxlan; then
	same "$(shown doc/labs/overlay.yaml | grep vx: | head -n 1)" \
		'      vx: {kind: vxlan, id: 42, remote: [10.0.2.10, 10.0.3.10], addresses: [10.9.0.1/24]}'
fi

# nothing to be dumped, or more than one thing
fails=1 fails isle dump
grep -q 'no lab is up: say what to dump' "$T/out"
isle up doc/labs/002-cities.yaml >/dev/null
isle up doc/labs/003-pair.yaml >/dev/null
fails=1 fails isle dump
grep -q 'several labs are up' "$T/out"
says 'beijing' isle dump beijing
fails=1 fails isle dump nobody
fails=1 fails isle dump cities --lab no
grep -q 'reserved word' "$T/out"
# a file that is there is left alone
isle dump cities -o "$T/new.yaml"
same "$(cat "$T/new.yaml")" "$(isle dump cities)"
fails=1 fails isle dump cities -o "$T/new.yaml"
isle dump --json cities | grep -q '"version": 1'
isle down cities >/dev/null
isle down t003 >/dev/null

need root userns
as_user true
before=$(machine_state)
for file in doc/labs/{001-apart,002,003}*.yaml doc/labs/{dualstack,routes,triangle}.yaml; do
	round as_user "$file"
done
unchanged_since "$before"
