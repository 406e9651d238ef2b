# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2262,SC2263,SC2016 # aliases are defined on a line before; $$ is for the shell inside
#
# The lines of the tutorials on network namespaces as their readers type them,
# with the two aliases below and `isle netns` for `ip netns`; what they say one
# will see is what is looked for. Interfaces are made with `ip`, as there.
#
#	host: veth0 10.0.0.1 ---- veth1 10.0.0.2 :ns1        blue:  b0 ---- br0 ---- r0  :red      (br0 in the host)
. test/kernel/lib.sh
need root veth bridge overlay ip ping
# LeakSanitizer's own process cannot be made where the next child is process 1 of a pid namespace
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
shopt -s expand_aliases
# no function around it, so that $! is the command's own process
alias isle='"$ISLE"'
alias unshare='isle ns run'
alias nsenter='isle ns enter'
mkdir "$T/upper" "$T/work"
mount -t overlay -o "lowerdir=/etc,upperdir=$T/upper,workdir=$T/work" etc /etc
make_user
before=$(machine_state)
etc=$(find /etc -maxdepth 1 | sort)
# reads all, so that nobody's output ends in a broken pipe
has()
{
	grep "$@" >/dev/null
}
no_link()
{
	! ip link show "$1"
}
# A shell of the reader's that stays: reads lines from a pipe, says what it prints; $reader is its pid.
mkfifo "$T/in" "$T/said"
ask()
{
	echo "$*; echo .end" >&8
	local line
	while read -r line <&9 && [ "$line" != .end ]; do
		echo "$line"
	done
}

# ---- Identity
own=$(readlink /proc/$$/ns/net)
[[ $own =~ ^net:\[[0-9]+\]$ ]]
other=$(unshare --net bash -c 'readlink /proc/$$/ns/net')
[[ $other =~ ^net:\[[0-9]+\]$ ]]
not same "$own" "$other"
same "$(isle ns enter "pid:$$" readlink /proc/self/ns/net)" "$own"
# equal ids, same namespace: six links, today more
ls -l /proc/$$/ns >"$T/own"
unshare --net ls -l /proc/self/ns >"$T/new"
for t in ipc mnt pid user uts; do
	same "$(grep -o "$t:.*" "$T/new" | head -n 1)" "$(grep -o "$t:.*" "$T/own" | head -n 1)"
done
same "$(isle ns list -p $$ --type net -j | grep -o '"id": *[0-9]*' | grep -o '[0-9]*')" "${own//[!0-9]/}"
# echo $$, then the PID from another shell
exec 8<>"$T/in" 9<>"$T/said"
unshare --net --uts bash <"$T/in" >"$T/said" 2>&1 9>&- 8>&- &
reader=$(ask 'echo $$')
same "$(ask 'readlink /proc/$$/ns/net')" "$(readlink "/proc/$reader/ns/net")"
same "$(nsenter --target "$reader" --net readlink /proc/self/ns/net)" "$(readlink "/proc/$reader/ns/net")"
isle netns attach me "$reader"
same "$(isle netns identify "$reader")" me
same "$(isle netns pids me)" "$reader"
same "$(ls -i /run/netns/me | cut -d ' ' -f 1)" "$(readlink "/proc/$reader/ns/net" | tr -dc 0-9)"
inode=$(ls -i /run/netns/me | cut -d ' ' -f 1)
# still the same after exit
echo exit >&8
wait %1
exec 8>&- 9>&-
same "$(ls -i /run/netns/me | cut -d ' ' -f 1)" "$inode"
same "$(isle netns pids me)" ''
isle netns delete me
[ ! -e /run/netns/me ]

# ---- unshare, nsenter
name=$(hostname)
same "$(unshare --uts --net bash -c 'hostname container001; exec bash -c hostname')" container001
same "$(hostname)" "$name"
if command -v ifconfig >/dev/null; then
	same "$(unshare -n ifconfig)" ''
	unshare -n bash -c 'ifconfig lo up; ifconfig' | has 'inet 127.0.0.1'
fi
unshare -n bash -ec 'ip a | grep -q "lo: <LOOPBACK> .* state DOWN"; ip link set lo up; ip a | grep -q "inet 127.0.0.1/8"
	ip a | grep -q "inet6 ::1/128"; ping -c 1 127.0.0.1' | has ' 0% packet loss'
# the file must exist for unshare; --net=FILE
mkdir -p /run/netns
touch /run/netns/ns1
unshare --net=/run/netns/ns1 bash -ec 'ip link set lo up; ip link add eth9 type bridge; ip address add 10.9.8.7/24 dev eth9; ip link set eth9 up'
same "$(isle netns list)" ns1
same "$(nsenter --net=/run/netns/ns1 bash -c 'hostname -I' | tr -d ' ')" 10.9.8.7
same "$(isle netns exec ns1 hostname -I | tr -d ' ')" 10.9.8.7
same "$(ip netns exec ns1 hostname -I | tr -d ' ')" 10.9.8.7
isle netns delete ns1
# all types; the long options only
mkdir "$T/pins"
mount -t tmpfs pins "$T/pins"
mount --make-private "$T/pins"
map=('')
for t in mount uts ipc net cgroup user; do
	touch "$T/pins/$t"
	# without a map nobody can be anybody there, with util-linux neither
	[ $t != user ] || map=(--map-root-user)
	unshare "--$t=$T/pins/$t" ${map[0]:+"${map[@]}"} true
	grep -q " $T/pins/$t .* nsfs " /proc/self/mountinfo
	inside=$(nsenter "--$t=$T/pins/$t" readlink "/proc/self/ns/${t/mount/mnt}")
	same "$inside" "${t/mount/mnt}:[$(stat -c %i "$T/pins/$t")]"
	umount "$T/pins/$t"
done
touch "$T/pins/pid"
unshare --pid="$T/pins/pid" --fork --mount-proc sh -c 'test $$ = 1'
umount "$T/pins/pid"
umount "$T/pins"
rmdir "$T/pins"
# a pid namespace: process 1, and the parent sees it by another number
same "$(unshare --pid --fork --mount-proc bash -c 'echo $$; set -- /proc/[0-9]*; echo $#')" $'1\n1'
# users: root inside is nobody in particular outside
same "$(as_user isle ns run --user --map-root-user id -u)" 0
same "$(as_user isle ns run -r -n bash -c 'ip link set lo up; ip -o link show up' | cut -d : -f 2)" ' lo'
# by hand: a bind mount keeps any namespace
mkdir "$T/hand"
touch "$T/hand/ns"
inode=$(unshare --net bash -c "mount --bind /proc/\$\$/ns/net $T/hand/ns; stat -Lc %i /proc/self/ns/net")
same "$(nsenter --net="$T/hand/ns" stat -Lc %i /proc/self/ns/net)" "$inode"
isle holders "$T/hand/ns" | has "mount *$T/hand/ns *umount $T/hand/ns"
umount "$T/hand/ns"
rm -r "$T/hand"

# ---- ip netns
same "$(isle netns list)" ''
isle netns add ns1
isle netns add kod
same "$(isle netns list | sort)" $'kod\nns1'
same "$(find /var/run/netns/ -type f | sort)" $'/var/run/netns/kod\n/var/run/netns/ns1'
isle netns set ns1 11
same "$(isle netns list | sort)" $'kod\nns1 (id: 11)'
same "$(isle netns list-id)" 'nsid 11 (iproute2 netns name: ns1)'
isle netns set kod auto
same "$(isle netns list | sort)" $'kod (id: 0)\nns1 (id: 11)'
same "$(ip netns list | sort)" "$(isle netns list | sort)"
same "$(isle netns exec ns1 ip -o link | grep -c 'lo:.*DOWN')" 1
same "$(echo 'readlink /proc/$$/ns/net; exit' | isle netns exec ns1 bash)" "net:[$(stat -c %i /run/netns/ns1)]"
same "$(isle -all netns exec ip -o link show lo | grep -c '^1: lo')" 2
isle --all netns exec true | has -x 'netns: kod'
isle netns exec kod sleep 1000 &
sleeper=$!
same_ns()
{
	[ "$(readlink "/proc/$sleeper/ns/net")" = "net:[$(stat -c %i /run/netns/kod)]" ]
}
eventually same_ns
same "$(isle netns pids kod)" $sleeper
same "$(isle netns identify $sleeper)" kod
isle holders kod | has "process *pid $sleeper sleep 1000 *kill $sleeper"
isle holders kod | has 'mount */run/netns/kod *ip netns delete kod'
kill $sleeper
wait $sleeper || :
# 004 "add also creates a mount namespace": only exec does
same "$(isle ns list -j --type mnt --quick | grep -c '"type": *"mnt"')" 1
isle netns del kod
[ ! -e /run/netns/kod ]
isle netns add kod
isle --all netns del
same "$(ls /run/netns)" ''

# ---- /etc/netns
isle netns add ns1
mkdir -p /etc/netns/ns1
echo 'nameserver 8.8.8.8' >/etc/netns/ns1/resolv.conf
rm -f /etc/resolv.conf
echo 'nameserver 192.0.2.53' >/etc/resolv.conf
same "$(isle netns exec ns1 cat /etc/resolv.conf)" 'nameserver 8.8.8.8'
same "$(cat /etc/resolv.conf)" 'nameserver 192.0.2.53'
isle netns exec ns1 grep -q ' /etc/resolv.conf ' /proc/self/mountinfo
# the trap of 004: a link, here into what is not there; the machine's link stays
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
ip netns exec ns1 true 2>"$T/out"
grep -q '^Bind /etc/netns/ns1/resolv.conf -> /etc/resolv.conf failed: No such file or directory' "$T/out"
for c in 'netns exec' exec; do
	# shellcheck disable=SC2086 # two words
	same "$(isle $c ns1 cat /etc/resolv.conf 2>&1)" 'nameserver 8.8.8.8'
done
same "$(readlink /etc/resolv.conf)" ../run/systemd/resolve/stub-resolv.conf
# and where it leads somewhere, that file is not another's either
mkdir -p /run/systemd/resolve
echo 'nameserver 127.0.0.53' >/run/systemd/resolve/stub-resolv.conf
same "$(isle netns exec ns1 cat /etc/resolv.conf 2>&1)" 'nameserver 8.8.8.8'
same "$(cat /etc/resolv.conf)" 'nameserver 127.0.0.53'
rm -r /run/systemd /etc/netns

# ---- veth
ip link add veth0 type veth peer name veth1
ip link | has 'veth1@veth0: <BROADCAST,MULTICAST,M-DOWN>'
ip link set veth1 netns ns1
not ip link show veth1
isle netns exec ns1 ip link | has -E 'veth1@if[0-9]+:'
isle netns exec ns1 ip link show veth1 | has 'link-netnsid 0'
# the peer's namespace has got an id by that, which list shows
same "$(isle netns list)" 'ns1 (id: 0)'
same "$(ip netns list)" 'ns1 (id: 0)'
ip link set veth0 up
# The tutorial has LOWERLAYERDOWN; newer kernels say so only if the peer's index, looked up on this side, is a device too.
is_lower_down()
{
	ip link show veth0 | has -E 'NO-CARRIER.*state (LOWERLAYERDOWN|DOWN)'
}
eventually is_lower_down
ip address add 10.0.0.1/24 dev veth0
isle netns exec ns1 ip address add 10.0.0.2/24 dev veth1
isle netns exec ns1 ip link set dev veth1 up
isle netns exec ns1 ip link set lo up
ip link add eth7 type bridge
ip address add 10.7.7.7/24 dev eth7
ip link set eth7 up
isle netns exec ns1 ip route add default via 10.0.0.1
eventually "$ISLE" netns exec ns1 ping -c 1 -W 1 10.0.0.1
ping -c 1 10.0.0.2 | has ' 0% packet loss'
isle exec ns1 ping -c 1 10.7.7.7 | has ' 0% packet loss'
isle -n ns1 netns exec ns1 ip route | has '^default via 10.0.0.1 dev veth1'
# by PID, and home again when the namespace goes... for a veth: gone with it
unshare --net sleep 1000 &
sleeper=$!
is_elsewhere()
{
	[ "$(readlink /proc/$sleeper/ns/net)" != "$own" ]
}
eventually is_elsewhere
ip link add veth2 type veth peer name veth3
ip link set veth3 netns $sleeper
nsenter -t $sleeper -n ip -o link show veth3 | has 'veth3@if'
kill $sleeper
wait $sleeper || :
eventually no_link veth2
# bridges and lo stay where they are
fails ip link set lo netns ns1
fails ip link set eth7 netns ns1
ip link delete eth7
isle netns delete ns1
eventually no_link veth0

# ---- bridge: two namespaces through it
ip link add br0 type bridge
ip link set br0 up
for n in blue red; do
	isle netns add $n
	ip link add $n-br type veth peer name eth0 netns $n
	ip link set $n-br master br0 up
done
isle netns exec blue sh -c 'ip address add 10.0.1.1/24 dev eth0; ip link set eth0 up'
isle netns exec red sh -c 'ip address add 10.0.1.2/24 dev eth0; ip link set eth0 up'
eventually "$ISLE" netns exec blue ping -c 1 -W 1 10.0.1.2
isle netns exec red ping -c 1 10.0.1.1 | has ' 0% packet loss'
isle --all netns del
ip link delete br0

# ---- Containers: what 003 does by hand, and in one word
isle ns run --net --uts sh -c 'hostname box; ip link add eth0 type bridge; ip address add 172.17.0.2/16 dev eth0; exec sleep 1000' &
box=$!
is_up()
{
	nsenter -t $box -n ip -o -4 address | has 172.17.0.2
}
eventually is_up
mkdir -p /var/run/netns
ln -s /proc/$box/ns/net /var/run/netns/kod
same "$(isle netns list)" kod
same "$(isle netns exec kod ip -o -4 address show eth0 | awk '{print $4}')" 172.17.0.2/16
isle netns delete kod
mkdir -p /run/systemd/machines
printf 'LEADER=%s\n' $box >/run/systemd/machines/kod
isle netns attach kod machine:kod
same "$(ip netns list)" kod
same "$(ip netns exec kod ip -o -4 address show eth0 | awk '{print $4}')" 172.17.0.2/16
same "$(isle exec machine:kod ip -o -4 address show eth0 | awk '{print $4}')" 172.17.0.2/16
same "$(isle ns enter machine:kod hostname)" box
kill $box
wait $box || :
isle netns delete kod
rm -r /run/systemd

rm "$T/in" "$T/said"
rm /etc/resolv.conf
same "$(find /etc -maxdepth 1 | sort)" "$(grep -v resolv.conf <<<"$etc")"
umount /run/netns
rmdir /run/netns
unchanged_since "$before"
