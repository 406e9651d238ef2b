# SPDX-License-Identifier: LGPL-2.1-or-later
"""The peers: the same star, each as people write it and tuned like the floor.

A peer is a list of shell lines that bring the star up in a fresh box (net, mount and pid namespace, tmpfs on /run).
The star: N hosts h1 … hN on one bridge, lo up, 10.0.x.y/16 on eth0, the first host as the others' default route.
What can be written before the clock starts (batch files) is written before: that is in the peer's favour.
"""
import os

HERE = os.path.dirname(os.path.abspath(__file__))


def address(i):
    return "10.0.%d.%d" % (i >> 8, i & 255)


def write(path, lines):
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")
    return path


# Tuned: no IPv6 on the switch's ports, no snooping, the bridge up last.
QUIET_BRIDGE = "link add br0 type bridge mcast_snooping 0"
NO_IPV6 = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"
ONE_QUEUE = "numtxqueues 1 numrxqueues 1"


def host_batch(i, tuned):
    lines = ["link set lo up"]
    if tuned:
        lines += ["link set eth0 addrgenmode none"]
    lines += ["addr add %s/16 dev eth0" % address(i), "link set eth0 up"]
    if i > 1:
        lines += ["route add default via " + address(1)]
    return lines


def ip_batch(n, tuned, tmp):
    """One `ip -batch` for the machine, one `ip -n HOST -batch` for each host: the batch cannot change namespaces."""
    d = os.path.join(tmp, "batch-%d-%d" % (n, tuned))
    os.makedirs(d, exist_ok=True)
    main = [QUIET_BRIDGE] if tuned else ["link add br0 type bridge", "link set br0 up"]
    for i in range(1, n + 1):
        main.append("netns add h%d" % i)
        if tuned:
            main.append("link add p%d index %d %s master br0 up type veth peer name eth0 index 2 %s netns h%d"
                        % (i, 10 + i, ONE_QUEUE, ONE_QUEUE, i))
        else:
            main += ["link add p%d type veth peer name eth0 netns h%d" % (i, i), "link set p%d master br0 up" % i]
        write("%s/h%d" % (d, i), host_batch(i, tuned))
    run = ["ip -batch " + write(d + "/main", main)]
    run += ["ip -n h%d -batch %s/h%d" % (i, d, i) for i in range(1, n + 1)]
    return [NO_IPV6] + run + ["ip link set br0 up"] if tuned else run


def tutorial(n, tuned, tmp):
    """One ip command per line."""
    if tuned:
        run = [NO_IPV6, "ip " + QUIET_BRIDGE]
    else:
        run = ["ip link add br0 type bridge", "ip link set br0 up"]
    for i in range(1, n + 1):
        run.append("ip netns add h%d" % i)
        if tuned:
            run.append("ip link add p%d index %d %s master br0 up type veth peer name eth0 index 2 %s netns h%d"
                       % (i, 10 + i, ONE_QUEUE, ONE_QUEUE, i))
            run += ["ip -n h%d %s" % (i, line) for line in host_batch(i, True)]
            continue
        run += ["ip link add veth%d type veth peer name veth%dp" % (i, i),
                "ip link set veth%dp netns h%d" % (i, i),
                "ip netns exec h%d ip link set dev veth%dp name eth0" % (i, i),
                "ip link set veth%d master br0" % i,
                "ip link set veth%d up" % i]
        run += ["ip netns exec h%d ip %s" % (i, line) for line in host_batch(i, False)]
    return run + ["ip link set br0 up"] if tuned else run


def mininet(n, tuned, tmp):
    """The script stays, since its hosts are its children; it pings by itself."""
    return ["/usr/bin/python3 %s/mn.py %d%s" % (HERE, n, " --tuned" if tuned else "")]


PEERS = {                       # name: (function, the program it needs, Debian's package)
    "ip -batch": (ip_batch, "ip", "iproute2"),
    "tutorial": (tutorial, "ip", "iproute2"),
    "mininet": (mininet, "mn", "mininet"),
}
