# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
#	vm: tap0 --- br0 --- eth0 --- eth0 pc     10.0.0.0/24: a tap for a virtual machine, beside a link, on a bridge
#	vpn: tun0                                 10.1.0.1/24, fd01::1/64
#	kvm: vm1                                  10.3.0.1/24: the end of a link, for `-netdev tap,ifname=vm1`
#
# Taps and tuns stay there for whoever opens them; changed by hand they are mended.
# feature: tap, tun
. test/kernel/lib.sh
need veth tun bridge

cat >"$T/taps.yaml" <<'END'
links:
  - vm:eth0 none -- pc 10.0.0.2/24
  - kvm 10.3.0.1/24 -- tap:vm1: {user: 4242}
hosts:
  vm:
    interfaces:
      br0: {kind: bridge, addresses: 10.0.0.1/24}
      eth0: {master: br0}
      tap0: {kind: tap, master: br0, user: 4242, group: 4242, vnet_hdr: true, mac: "02:00:00:00:00:07"}
  vpn:
    interfaces:
      tun0: {kind: tun, multi_queue: true, mtu: 1400, addresses: [10.1.0.1/24, "fd01::1/64"]}
    routes: {10.2.0.0/24: {dev: tun0}}
END
before=$(machine_state)
says 'tap0 tap user 4242 group 4242 vnet_hdr true port of br0' isle plan "$T/taps.yaml"
says 'vm1 tap user 4242 10.3.0.1/24' isle plan "$T/taps.yaml"
isle up "$T/taps.yaml"
says 'tun type tap' isle exec vm -- ip -d link show tap0
says 'persist on user 4242 group 4242' isle exec vm -- ip -d link show tap0
says 'vnet_hdr' isle exec vm -- ip -d link show tap0
says 'mtu 1400' isle exec vpn -- ip link show tun0
says 'link/ether 02:00:00:00:00:07' isle exec vm -- ip link show tap0
says 'master br0' isle exec vm -- ip link show tap0
says 'multi_queue' isle exec vpn -- ip -d link show tun0
says 'persist on user 4242' isle exec kvm -- ip -d link show vm1
isle exec pc -- ping -c 1 -W 5 10.0.0.1 >/dev/null
# somebody opens it: frames go to him, and there is a carrier
isle exec vm -- python3 - <<'END'
import fcntl, os, struct, subprocess
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", b"tap0", 0x5002))
subprocess.run(["ping", "-c", "1", "-W", "1", "10.0.0.9"], stdout=subprocess.DEVNULL)
while b"\x0a\x00\x00\x09" not in os.read(fd, 2048):
    pass
END
# as a virtual machine does it, for the end of a link; its answer to an ARP request makes a neighbour
isle exec kvm -- python3 - <<'END'
import fcntl, os, struct, subprocess
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", b"vm1", 0x1002))
ping = subprocess.Popen(["ping", "-c", "1", "-W", "30", "10.3.0.2"], stdout=subprocess.DEVNULL)
mac = b"\x06\0\0\0\0\x02"
while True:
    f = os.read(fd, 2048)
    if f[12:14] == b"\x08\x06" and f[38:42] == bytes([10, 3, 0, 2]):
        os.write(fd, f[6:12] + mac + f[12:20] + b"\0\x02" + mac + f[38:42] + f[22:32])
    elif f[12:14] == b"\x08\0" and f[23] == 1:
        break
ping.kill()
END
not says 'changed by hand' isle show
isle exec vpn -- ip link delete tun0
isle exec vm -- ip link set tap0 address 02:00:00:00:00:08
isle up "$T/taps.yaml"
says '10.2.0.0/24' isle exec vpn -- ip route
says 'fd01::1/64' isle exec vpn -- ip address show tun0
says 'mtu 1400' isle exec vpn -- ip link show tun0
says '02:00:00:00:00:07' isle exec vm -- ip link show tap0
isle down taps
unchanged_since "$before"
isle run -f "$T/taps.yaml" vm -- ip link show tap0 >/dev/null
unchanged_since "$before"
need userns
make_user
sed 's/, user: 4242, group: 4242//; s/: {user: 4242}//' "$T/taps.yaml" >"$T/mine.yaml"
as_user isle run -f "$T/mine.yaml" vm -- ip link show tap0 >/dev/null
chmod 600 /dev/net/tun
says 'let users open it' as_user isle run -f "$T/mine.yaml" -- true
