#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Install the Debian packages that are missing for: build, check, demo, bench,
# peers (any of these as arguments). Says which and why; does nothing if none is
# missing. Without root it names the command to run and fails. Services that
# come along are not started: an engine would change the machine's firewall.
set -eu

# for what | how to see that it is there | package | why
table()
{
	cat <<'T'
build|has gcc|gcc|compiles
build|header stdio.h|libc6-dev|the C library
build|header linux/netlink.h|linux-libc-dev|the kernel's interfaces
build|header libfyaml.h|libfyaml-dev|reads lab files
build|header jansson.h|libjansson-dev|JSON
check|header cmocka.h|libcmocka-dev|unit tests
check|has ip|iproute2|kernel tests compare with it
check|has ping|iputils-ping|kernel tests
check|has nft|nftables|kernel tests look at NAT rules
check|has setpriv|util-linux|kernel tests as an ordinary user
check|has strace|strace|tests that kill at every system call
check|has jq|jq|kernel tests compare JSON
check|has python3|python3|compares JSON Schema with the examples
check|module yaml|python3-yaml|reads the examples for that
check|module jsonschema|python3-jsonschema|validates them
check|has pasta slirp4netns|passt|the way out of rootless labs
check|has ovs-vswitchd|openvswitch-switch|kernel tests with Open vSwitch of their own
check|has brctl|bridge-utils|kernel tests compare with it
peers|has dockerd|docker.io|containers of docker
peers|has podman|podman|containers of podman
peers|has lxc-start|lxc|containers of LXC
peers|has runc|runc|runs those of docker and podman
peers|has crun|crun|podman's other runtime
peers|has newuidmap|uidmap|containers of ordinary users
peers|has slirp4netns|slirp4netns|the way out of rootless labs without pasta
peers|has busybox|busybox-static|what is in the containers
peers|has iptables|iptables|what the engines and their chains are made with
peers|has /usr/lib/frr/zebra|frr|routers that run daemons
peers|has jq|jq|reads what the engines say
T
}

has()
{
	for p; do
		if command -v "$p" >/dev/null || [ -x "/usr/sbin/$p" ]; then return 0; fi
	done
	return 1
}
header()
{
	for d in /usr/include /usr/include/"$(uname -m)"-linux-gnu /usr/local/include; do
		if [ -e "$d/$1" ]; then return 0; fi
	done
	return 1
}
module()
{
	python3 -c "import $1" 2>/dev/null
}

missing=
for purpose; do
	while IFS='|' read -r what test package why; do
		[ "$what" = "$purpose" ] || continue
		# shellcheck disable=SC2086 # a word each
		if ! $test; then
			missing="$missing $package"
			echo "missing: $package ($why)" >&2
		fi
	done <<T
$(table)
T
done
[ "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "not a Debian system: install what Debian calls$missing" >&2
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	echo "Run this, then try again:  sudo apt-get install --no-install-recommends$missing" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# The lists of a fresh machine are empty, those of an old one name versions that are gone.
install()
{
	# shellcheck disable=SC2086 # a word each
	apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $missing >&2
}
echo "installing:$missing" >&2
policy=/usr/sbin/policy-rc.d
case " $missing " in *' openvswitch-switch '* | *' docker.io '* | *' podman '* | *' lxc '*)
	if [ ! -e $policy ]; then
		trap 'rm -f $policy' EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod 755 $policy
	fi
	;;
esac
case " $* " in *' peers '*)
	echo 'Their services are not started now; to keep them from starting at the next boot, disable docker, containerd, lxc and lxc-net.' >&2
	;;
esac
# shellcheck disable=SC2086 # a word each
if apt-get install -s --no-install-recommends $missing >/dev/null 2>&1 && install; then
	exit 0
fi
apt-get update -qq >&2
install
