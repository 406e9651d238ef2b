#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#	c ──lan── gw ══pasta or slirp4netns══ the machine ──h0/h1── outside (10.123.0.2, tcp/8000)
#
# The way out of `run` and of rootless labs, with each of the two programs, for
# the host with the uplink and for those behind it; nothing on the machine changes.
. test/kernel/lib.sh
need root veth bridge nft tun userns

outside_world
cat >"$T/serve.py" <<-E
	import socket
	s = socket.create_server(('', 8000))
	while True:
	    c, _ = s.accept()
	    try:
	        c.recv(100)
	        c.sendall(b'outside')
	        c.recv(100)
	    except ConnectionError:
	        pass    # a helper that ends with its lab resets what it has not told the end of yet
	    c.close()
E
ip netns exec outside /usr/bin/python3 "$T/serve.py" &
server=$!
listens()
{
	ip netns exec outside ss -Hltn sport = :8000 | grep -q .
}
eventually listens

cat >"$T/lab.yaml" <<-E
	lab: out
	networks:
	  lan: {subnet: 10.1.1.0/24, gateway: gw, hosts: [gw, c]}
	hosts:
	  gw: {uplink: nat}
E
chmod 644 "$T/lab.yaml"
cat >"$T/fetch" <<-'E'
	#!/bin/bash
	# one after the other: pasta may reset what is closed before it has told of the opening
	exec 3<>/dev/tcp/10.123.0.2/8000 && echo hello >&3 && read -r -N 7 got <&3 && [ "$got" = outside ]
E
chmod 755 "$T/fetch"
make_user
before=$(machine_state)
tried=0

try()
{
	local path=$PATH
	command -v "$1" >/dev/null || { echo "not installed: $1"; return 0; }
	mkdir -p "$T/$1.bin"
	ln -sf "$(command -v "$1")" "$T/$1.bin/$1"
	# the one program alone, and what the test itself needs
	for tool in bash ls sh id hostname; do ln -sf "$(command -v $tool)" "$T/$1.bin/$tool"; done
	# shellcheck disable=SC2123 # nothing else is to be found
	PATH=$T/$1.bin
	for host in gw c; do
		"$ISLE" run -f "$T/lab.yaml" $host -- "$T/fetch"
	done
	PATH=$path
	unchanged_since "$before"
	as_user env PATH="$T/$1.bin" "$T/isle" up "$T/lab.yaml" 9>"$T/lock"
	# of no terminal, and holding nothing of the caller's
	helper=$(pgrep -f "^$T/$1.bin/$1 " | head -n 1)
	same "$(ps -o sid= -p "$helper" | tr -d ' ')" "$helper"
	not grep -q lock <<<"$(readlink "/proc/$helper/fd/"*)"
	for host in gw c; do
		as_user isle exec $host -- "$T/fetch"
	done
	as_user isle down out
	unchanged_since "$before"
	tried=$((tried + 1))
}

try pasta
try slirp4netns

# a written subnet that the machine has too: nothing there changes, so that is fine
if [ $tried -gt 0 ]; then
	sed 's/uplink: nat/uplink: {kind: nat, subnet: 10.123.0.0\/24}/' "$T/lab.yaml" >"$T/same.yaml"
	isle run -f "$T/same.yaml" gw -- true
fi

# neither of them: said beforehand
says 'neither is installed' env PATH="$T" "$ISLE" run -f "$T/lab.yaml" gw -- true
kill $server
[ $tried -gt 0 ] || skip 'neither pasta nor slirp4netns is installed'
