# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rows of `isle netns`: named namespaces in one box, the commands of ip, isle and the floor (names.c) in turn."""
import os

import peers


def named(bench, box, n):
    """N namespaces, as `ip netns` makes them; the first one has a process and an id."""
    batch = peers.write(os.path.join(bench.tmp, "names%d" % n), ["netns add h%d" % i for i in range(1, n + 1)])
    box.run("ip -batch %s; ip netns set h1 7" % batch)


def programs(bench):
    return [(name, path) for name, path in (("isle", bench.isle), ("isle-static", bench.static)) if os.path.exists(path)]


def listing(bench, box_of, n):
    """With ids, and names only; ip knows but one way."""
    with box_of() as box:
        named(bench, box, n)
        cmds = {"floor: ids": "%s ids" % bench.names, "floor: names only": "%s list" % bench.names,
                "ip netns list": "ip netns list"}
        for name, path in programs(bench):
            cmds[name + " netns list"] = path + " netns list"
            cmds[name + " netns list --names"] = path + " netns list --names"
        return bench.turns(cmds, bench.a.runs * 2, box)


def adding(bench, box_of):
    """Each one a new name; the first, which prepares /run/netns, is not counted."""
    got = {}
    cmds = {"floor": bench.names + " add", "ip netns add": "ip netns add"}
    for name, path in programs(bench):
        cmds[name + " netns add"] = path + " netns add"
    with box_of() as box:
        box.run("ip netns add first")
        for k in range(bench.a.runs * 8):
            for i, (name, line) in enumerate(cmds.items()):
                got.setdefault(name, {}).setdefault("run", []).append(bench.once(box, "%s n%d-%d" % (line, k, i)))
    return got


def running(bench, box_of, n):
    """ip's exec with all it changes, and `isle exec`, which joins the network namespace only."""
    with box_of() as box:
        named(bench, box, n)
        cmds = {"floor": "%s exec h1 %s" % (bench.names, bench.null), "ip netns exec": "ip netns exec h1 " + bench.null}
        for name, path in programs(bench):
            cmds[name + " netns exec"] = "%s netns exec h1 %s" % (path, bench.null)
            cmds[name + " exec"] = "%s exec h1 -- %s" % (path, bench.null)
        return bench.turns(cmds, bench.a.runs * 4, box)


def searching(bench, box_of, n):
    """`pids` among N processes."""
    with box_of() as box:
        named(bench, box, 2)
        cmds = {"floor": bench.names + " pids h1", "ip netns pids": "ip netns pids h1"}
        for name, path in programs(bench):
            cmds[name + " netns pids"] = path + " netns pids h1"
        return bench.turns(cmds, bench.a.runs * 2, box, "%s crowd %d " % (bench.names, n))


ROWS = {
    "nslist": ("list of 1000 named namespaces", lambda b, box: listing(b, box, 1000)),
    "nsadd": ("add of a named namespace", adding),
    "nsexec1": ("exec in a named namespace, 1 there", lambda b, box: running(b, box, 1)),
    "nsexec1000": ("exec in a named namespace, 1000 there", lambda b, box: running(b, box, 1000)),
    "nspids": ("pids among 5000 processes", lambda b, box: searching(b, box, 5000)),
}
TARGETS = [
    ("nslist", "run", "isle netns list", "ip netns list", "faster", 2),
    ("nslist", "run", "isle netns list --names", "ip netns list", "faster", 30),
    ("nsadd", "run", "isle-static netns add", "ip netns add", "faster", 1.5),
    ("nsexec1", "run", "isle netns exec", "ip netns exec", "faster", 1.4),
    ("nsexec1000", "run", "isle netns exec", "ip netns exec", "faster", 1.2),
    ("nsexec1000", "run", "isle exec", "ip netns exec", "faster", 2.5),
    ("nspids", "run", "isle netns pids", "ip netns pids", "faster", 1.5),
]
