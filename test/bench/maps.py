# SPDX-License-Identifier: LGPL-2.1-or-later
"""The row of `isle map`: a thousand namespaces with 20 000 addresses and routes (dumps.c makes them), read by isle, by the
floor, which asks the kernel the same and looks at nothing, and by what people write: lsns, and ip in each namespace."""
import os

import names
import peers

SCRIPT = """lsns -t net -n >/dev/null
ip -d address >/dev/null; ip route >/dev/null; ip rule >/dev/null
for n in /run/netns/*; do
	n=${n##*/}
	ip -n $n -d address >/dev/null; ip -n $n route >/dev/null; ip -n $n rule >/dev/null
done"""


def mapping(bench, box_of, n):
    script = peers.write(os.path.join(bench.tmp, "map.sh"), SCRIPT.splitlines())
    with box_of() as box:
        box.run("%s make %d" % (bench.dumps, n))
        cmds = {"floor": bench.dumps}
        for name, path in names.programs(bench):
            cmds[name + " map --json"] = path + " map --json"
        got = bench.turns(cmds, bench.a.runs, box)
        got.update(bench.turns({"lsns and ip": "sh " + script}, 1, box))
        return got


ROWS = {"map1000": ("map of 1000 namespaces, 20 000 addresses and routes", lambda b, box: mapping(b, box, 1000))}
TARGETS = [
    ("map1000", "run", "isle map --json", "floor", "at most", 3),
    ("map1000", "run", "isle map --json", None, "KB", 64 * 1024),
    ("map1000", "run", "isle map --json", "lsns and ip", "faster", 10),
]
