# SPDX-License-Identifier: LGPL-2.1-or-later
"""mininet's star on a Linux bridge: mn.py N [--tuned] [--pingall].

Prints a line of JSON like `tool ping`'s; with --pingall also how long one pair takes. Runs inside a box.
"""
import argparse
import json
import os
import subprocess
import time

from mininet.net import Mininet
from mininet.node import Host
from mininet.nodelib import LinuxBridge
from mininet.topo import Topo

from peers import address


class Star(Topo):
    def build(self, n):
        switch = self.addSwitch("s1")
        for i in range(1, n + 1):
            route = {} if i == 1 else {"defaultRoute": "via " + address(1)}
            self.addLink(self.addHost("h%d" % i, ip=address(i) + "/16", **route), switch)


class QuietHost(Host):
    "No IPv6, said before there is an interface; by the shell that is there anyway."
    def startShell(self, *args, **kwargs):
        super().startShell(*args, **kwargs)
        self.cmd("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("n", type=int)
    p.add_argument("--tuned", action="store_true")
    p.add_argument("--pingall", action="store_true")
    a = p.parse_args()
    Mininet.inited = True       # or it would raise limits of the whole machine
    if a.tuned:
        with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w") as f:
            f.write("1")
    net = Mininet(topo=Star(n=a.n), switch=LinuxBridge, controller=None, host=QuietHost if a.tuned else Host)
    net.start()
    subprocess.run([os.environ["BENCH_TOOL"], "ping", "/proc/%d/ns/net" % net["h1"].pid, address(a.n)], check=True)
    if a.pingall:
        net.pingAll()           # the first pings after a start wait for carriers, a second each: not what is asked here
        start = time.monotonic_ns()
        lost = net.pingAll()
        print(json.dumps({"pairs": a.n * (a.n - 1), "ns": time.monotonic_ns() - start, "lost": lost}), flush=True)
    # What is measured is over: the box takes everything down.
    os._exit(0)


main()
