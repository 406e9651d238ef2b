# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2034 # tests read $podman_groups
#
# Words for tests with the real engines: `. test/peers/lib.sh` on top. They run
# as kernel tests do (inside.sh); what the engines store goes to a directory on
# a real filesystem that is gone afterwards.
#
#	$P, $group       that directory; a name for the control groups of the containers
#	bb DIR           a root filesystem of busybox in DIR, with a page in /www
#	daemon CMD       start CMD, whose output goes to $P/log, shown if the test fails
#	docker_engine    a dockerd of its own at /run/docker.sock, with an image bb
#	podman_engine [RUNTIME]  podman with storage and networks of its own, with an image bb; runc unless it is not here
#	$podman_groups   what its `run` is to be told of control groups
#	lxc_engine       LXC with containers in $P/lxc only, and its bridge lxcbr0 10.66.0.1/24
#	lxc_define PATH NAME N CMD  a container there, 10.66.0.N, whose first process is CMD
#	lxc_begin NAME   start it, and wait until it runs
#	private DIR      a fresh tmpfs on DIR, which need not exist; once
#	who REF, who -l  the process of a container; all that run (test/peers/who.c)
#	leads_to REF PID            REF is that process
#	names_it REF PID ADDRESS    the same, and every command takes it for the namespace with that address
#	refuses_it REF WORDS        no command does, and they say WORDS
. test/kernel/lib.sh
need root

P=$(mktemp -d /var/tmp/isle-peers-XXXXXX)
group=${P##*/}
podman_groups=()
one_kind=''
made=()
privates=()
end()
{
	local rc=$? p
	trap - ERR
	set +e
	if [ $rc != 0 ] && [ $rc != 77 ] && [ -e "$P/log" ]; then
		echo "--- the engine's log ends with"
		tail -n 20 "$P/log"
	fi
	# this is a pid namespace of our own, with inside.sh as its first process
	for p in /proc/[0-9]*; do
		p=${p#/proc/}
		[ "$p" = 1 ] || [ "$p" = $$ ] || kill -KILL "$p" 2>/dev/null
	done
	wait
	awk -v p="$P/" 'index($5, p) == 1 {print $5}' /proc/self/mountinfo | sort -r | while read -r p; do umount -l "$p"; done
	rm -rf --one-file-system "$P"
	both_kinds
	# control groups are the machine's; a process that has just ended is still in its own for a moment
	eventually groups_gone
	for p in "${made[@]}"; do
		umount -l "$p"
		rmdir "$p"
	done
	exit $rc
}
trap end EXIT

groups_gone()
{
	find /sys/fs/cgroup -depth -type d -path "*/$group*" -exec rmdir {} + 2>/dev/null
	[ -z "$(find /sys/fs/cgroup -type d -path "*/$group*" 2>/dev/null)" ]
}

bb()
{
	local name
	[ ! -e "$1/bin/busybox" ] || return 0
	mkdir -p "$1"/{bin,etc,proc,sys,dev,tmp,run,www}
	cp "$(command -v busybox)" "$1/bin/busybox"
	# without itself, which would be a symlink to itself
	"$1/bin/busybox" --list | grep -vx busybox | while read -r name; do
		ln -s busybox "$1/bin/$name"
	done
	echo 'root:x:0:0:root:/:/bin/sh' >"$1/etc/passwd"
	echo 'root:x:0:' >"$1/etc/group"
	echo 'from a container' >"$1/www/index.html"
}

daemon()
{
	"$@" >>"$P/log" 2>&1 </dev/null &
}

docker_engine()
{
	bb "$P/bb"
	tar -C "$P/bb" -c . >"$P/bb.tar"
	echo '{}' >"$P/daemon.json"
	daemon dockerd --config-file "$P/daemon.json" --data-root "$P/data" --exec-root "$P/run" --pidfile "$P/docker.pid" \
		-H unix:///run/docker.sock --storage-driver vfs --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$group"
	eventually docker version
	docker import "$P/bb.tar" bb >/dev/null
}

# crun refuses control groups of v1 and v2 side by side: it sees only those of v2 then, and uses none.
only_v2()
{
	[ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || return 0
	mount -t cgroup2 t /sys/fs/cgroup
	one_kind=yes
	podman_groups=(--cgroups disabled)
}

both_kinds()
{
	[ -z "$one_kind" ] || umount /sys/fs/cgroup
	one_kind=''
}

podman_engine()
{
	local backend=cni d runtime=${1:-}
	[ "$runtime" ] || runtime=$(command -v runc >/dev/null && echo runc || echo crun)
	podman_groups=(--cgroup-parent "/$group")
	[ "$runtime" != crun ] || only_v2
	for d in /etc/containers /var/lib/containers /etc/cni /var/lib/cni /dev/shm; do
		private $d
	done
	mkdir -p /etc/cni/net.d
	for d in /usr/lib/podman /usr/libexec/podman; do
		[ ! -x $d/netavark ] || backend=netavark
	done
	cat >/etc/containers/containers.conf <<-X
	[containers]
	default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
	[network]
	network_backend = "$backend"
	cni_plugin_dirs = ["/usr/lib/cni", "/usr/libexec/cni", "/opt/cni/bin"]
	[engine]
	runtime = "$runtime"
	cgroup_manager = "cgroupfs"
	events_logger = "file"
	X
	echo '{"default": [{"type": "insecureAcceptAnything"}]}' >/etc/containers/policy.json
	cat >/etc/containers/storage.conf <<-X
	[storage]
	driver = "vfs"
	graphroot = "$P/graph"
	runroot = "/run/pods"
	X
	bb "$P/bb"
	tar -C "$P/bb" -c . | podman import -q - bb >/dev/null 2>>"$P/log"
}

lxc_engine()
{
	# sysfs of this network namespace, which LXC wants to mount again
	mkdir "$P/cg"
	mount --rbind /sys/fs/cgroup "$P/cg"
	mount -t sysfs sysfs /sys
	mount --rbind "$P/cg" /sys/fs/cgroup
	ip link add lxcbr0 type bridge
	ip address add 10.66.0.1/24 dev lxcbr0
	ip link set lxcbr0 up
	private /etc/lxc
	private /var/lib/lxc
	echo "lxc.lxcpath = $P/lxc" >/etc/lxc/lxc.conf
}

lxc_define()
{
	bb "$1/$2/rootfs"
	cat >"$1/$2/config" <<-X
	lxc.rootfs.path = dir:$1/$2/rootfs
	lxc.uts.name = $2
	lxc.net.0.type = veth
	lxc.net.0.link = lxcbr0
	lxc.net.0.flags = up
	lxc.net.0.ipv4.address = 10.66.0.$3/24
	lxc.mount.auto = proc:mixed sys:ro
	lxc.init.cmd = $4
	lxc.apparmor.profile = unconfined
	lxc.cgroup.dir = $group-$2
	X
}

lxc_begin()
{
	lxc-start -n "$1" -l DEBUG -o "$P/log"
	lxc-wait -n "$1" -s RUNNING -t "$patience"
}

private()
{
	case " ${privates[*]} " in *" $1 "*) return ;; esac
	privates+=("$1")
	if [ ! -d "$1" ]; then
		mkdir -p "$1"
		made+=("$1")
	fi
	mount -t tmpfs t "$1"
}

who()
{
	"$BUILD/test/peers/who" "$@"
}

# Its addresses, asked in the namespace of process $1 without isle.
addresses_of()
{
	nsenter --net="/proc/$1/ns/net" ip -br address
}

leads_to()
{
	[ "$2" ] || die "$1: the engine itself names no process"
	same "$(who "$1")" "$2"
}

names_it()
{
	local ref=$1 pid=$2 address=$3
	leads_to "$ref" "$pid"
	who -l | grep -x "${ref%%:*} ${ref#*:} $pid" >/dev/null
	[ "$address" ]
	addresses_of "$pid" | grep -F "$address" >/dev/null

	# a name that ip sees too, and takes away
	isle netns attach named "$ref"
	ip netns list | sed 's/ .*//' | grep -x named >/dev/null
	same "$(stat -c %i /run/netns/named)" "$(stat -L -c %i "/proc/$pid/ns/net")"
	same "$(ip netns exec named ip -br address)" "$(addresses_of "$pid")"
	ip netns delete named

	same "$(isle exec "$ref" -- ip -br address)" "$(addresses_of "$pid")"
	isle ns list -t net | awk '{print $1}' | grep -x "$(stat -L -c %i "/proc/$pid/ns/net")" >/dev/null
	isle ns list -t net | grep -F "$ref" >/dev/null
	isle holders "$ref" >"$T/out"
	grep -E "^ *process +pid $pid " "$T/out" >/dev/null
	same "$(isle ns enter --uts "$ref" -- hostname)" "$(nsenter --uts="/proc/$pid/ns/uts" hostname)"
}

# What every command says of a container that is not there or does not run.
refuses_it()
{
	local ref=$1 words=$2
	says "$words" who "$ref"
	says "$words" isle exec "$ref" -- true
	fails=125 fails isle exec "$ref" -- true
	says "$words" isle netns attach named "$ref"
	fails=1 fails isle netns attach named "$ref"
	[ ! -e /run/netns/named ]
	says "$words" isle holders "$ref"
}
