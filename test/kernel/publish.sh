# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	outside 10.123.0.2 --- 10.123.0.1 machine --- uplink web :80 tcp, :53 udp
#	                                          \-- uplink other
#
# Ports of the machine lead to a host: from outside, from the machine and its
# localhost, from other hosts and from the host itself; and to nobody afterwards.
# feature: NAT with ports published, nftables in a host
. test/kernel/lib.sh
need veth nft root python3

cat >"$T/pub.yaml" <<'END'
hosts:
  web: {uplink: {kind: nat, subnet: [10.50.0.0/30, "fd50::/64"]}, publish: ["8080:80", udp/5353:53], nft: ./web.nft}
  other: {uplink: {kind: nat, subnet: 10.51.0.0/30}}
END
cat >"$T/serve.py" <<'END'
import socket, sys, threading
def tcp(family, port, word):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind(("", port)); s.listen(9)
    while True:
        c, peer = s.accept(); c.sendall(word + b" " + peer[0].encode()); c.close()
def udp(port, word):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", port))
    while True:
        _, peer = s.recvfrom(99); s.sendto(word, peer)
for f in socket.AF_INET, socket.AF_INET6: threading.Thread(target=tcp, args=(f, 80, b"web")).start()
threading.Thread(target=tcp, args=(socket.AF_INET, 81, b"closed")).start()
udp(53, b"dns")
END
cat >"$T/ask.py" <<'END'
import socket, sys
kind, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
s.settimeout(3)
s.connect((host, port))
if kind == "udp": s.send(b"?")
print(s.recv(99).decode())
END
cat >"$T/web.nft" <<'END'
table inet mine {
	chain input { type filter hook input priority 0; tcp dport 81 dropp; }
}
END
ip link set lo up
outside_world
ip -n outside route add default via 10.123.0.1
says 'web.nft:2:' isle up "$T/pub.yaml"
says 'pub.yaml:2:' isle up "$T/pub.yaml"
sed -i s/dropp/drop/ "$T/web.nft"
before=$(machine_state)
# somebody listens there
python3 -c 'import socket, time; s = socket.socket(); s.bind(("", 8080)); s.listen(1); open("'"$T"'/listens", "w"); time.sleep(600)' &
pid=$!
eventually test -e "$T/listens"
says 'port tcp/8080 of the machine is in use' isle up "$T/pub.yaml"
kill $pid
wait $pid 2>/dev/null || :
isle up "$T/pub.yaml"
isle exec web -- python3 "$T/serve.py" &
pid=$!
eventually isle exec web -- python3 "$T/ask.py" tcp 127.0.0.1 80
says 'web 10.123.0.2' ip netns exec outside python3 "$T/ask.py" tcp 10.123.0.1 8080
says dns ip netns exec outside python3 "$T/ask.py" udp 10.123.0.1 5353
for at in 127.0.0.1 10.123.0.1 10.50.0.1 fd50::1; do
	says web python3 "$T/ask.py" tcp $at 8080
done
says dns python3 "$T/ask.py" udp 127.0.0.1 5353
says 'web' isle exec other -- python3 "$T/ask.py" tcp 10.123.0.1 8080
says 'web 10.50.0.1' isle exec web -- python3 "$T/ask.py" tcp 10.50.0.1 8080
# its own firewall
fails isle exec web -- python3 "$T/ask.py" tcp 10.50.0.2 81
# the localhost of the machine stays the machine's
says 'ip daddr 127.0.0.0/8 drop' nft list chain inet isle-pub guard
same "$(cat /proc/sys/net/ipv4/conf/all/route_localnet)" 0
# a host that sends there what is for localhost: it arrives only where there is no guard
isle exec web sh -ec 'ip route del local 127.0.0.1 dev lo table local; ip route del local 127.0.0.0/8 dev lo table local
	ip route add 127.0.0.1 via 10.50.0.1 src 10.50.0.2'
nft 'table ip watch { chain input { type filter hook input priority 0; iifname != lo ip daddr 127.0.0.1 udp dport 7777 counter; }; }'
arrives()
{
	isle exec web -- python3 "$T/ask.py" udp 127.0.0.1 7777 >/dev/null 2>&1 || :
	nft list chain ip watch input | grep -q 'packets [1-9]'
}
not arrives
nft flush chain inet isle-pub guard
eventually arrives
nft delete table ip watch
# another lab does not get it
sed 's/10.50.0.0/10.60.0.0/; s/fd50/fd60/; s/10.51.0.0/10.61.0.0/; s/udp.5353/udp\/5354/' "$T/pub.yaml" >"$T/pub2.yaml"
says 'port tcp/8080 of the machine leads to lab pub' isle up "$T/pub2.yaml"
sed 's/8080/8081/' "$T/pub.yaml" >"$T/changed.yaml"
sed -i '1i lab: pub' "$T/changed.yaml"
isle up "$T/changed.yaml" >/dev/null
says web python3 "$T/ask.py" tcp 127.0.0.1 8081
fails python3 "$T/ask.py" tcp 127.0.0.1 8080
isle down --grace 0s pub
wait $pid 2>/dev/null || :
unchanged_since "$before"
fails python3 "$T/ask.py" tcp 127.0.0.1 8080

# what is live says which ports, and comes up as the same
sed -i 's/, nft: [^}]*//' "$T/changed.yaml"
isle up "$T/changed.yaml" >/dev/null
isle dump pub >"$T/dumped.yaml"
isle down pub
grep -q 'publish: \["8081:80", "*udp/5353:53"*\]' "$T/dumped.yaml"
isle up "$T/dumped.yaml" >/dev/null
same "$(isle dump pub)" "$(cat "$T/dumped.yaml")"
isle down pub
unchanged_since "$before"
