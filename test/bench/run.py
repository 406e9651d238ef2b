#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""isle's bench: what is promised about speed, each beside the floor and the peers, in one run.

Contenders take turns (A B A B); figures are medians, ratios are ratios of medians, with the smallest and largest
ratio of a round behind. Everything runs in boxes (see tool.c) and is gone when the box is; before each measurement
the kernel has finished with the one before. doc/bench.md says how to read it.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import maps
import names
import peers
import report

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, "build", "bench")
TOOL, FLOOR, PINGS, NULL, NAMES, DUMPS = (os.path.join(BUILD, p) for p in ("tool", "floor", "pings", "null", "names", "dumps"))
STRICT = ["-D_GNU_SOURCE", "-std=gnu17", "-O2", "-Wall", "-Wextra", "-Wshadow", "-Werror"]
GW = "/run/netns/gw.star"


def build():
    os.makedirs(BUILD, exist_ok=True)
    for name, flags in (("floor", []), ("pings", []), ("tool", ["-static"]), ("null", ["-static"]),
                        ("names", ["-static"]), ("dumps", ["-static"])):
        src, out = os.path.join(HERE, name + ".c"), os.path.join(BUILD, name)
        if not os.path.exists(out) or os.path.getmtime(out) < os.path.getmtime(src):
            subprocess.run([os.environ.get("CC", "cc"), *STRICT, "-o", out, src, *flags], check=True)
    os.environ["BENCH_TOOL"] = TOOL


class Box:
    """A shell in a fresh box. Leaving it takes down all that is in it, and waits for the kernel's end of that."""

    def __init__(self):
        self.p = subprocess.Popen([TOOL, "box", "sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, cwd="/")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.p.stdin.close()
        self.p.wait()
        subprocess.run([TOOL, "settle"], check=True)

    def run(self, line):
        """Run LINE; return (the JSON lines printed, all other output)."""
        self.p.stdin.write("{ %s\n} </dev/null; echo; echo BENCH-END\n" % line)
        self.p.stdin.flush()
        data, words = [], []
        for out in self.p.stdout:
            if out == "BENCH-END\n":
                break
            if out.startswith("{\"") and out.endswith("}\n"):
                data.append(json.loads(out))
            elif out.strip():
                words.append(out)
        return data, "".join(words)


class Failed(Exception):
    pass


def timed(box, line, what):
    data, words = box.run("%s time 1 %s" % (TOOL, line))
    d = {}
    for part in data:
        d.update(part)
    if d.get("status") != 0 or line.startswith("-p ") and "done" not in d:
        raise Failed("%s: exit status %s\n%s" % (what, d.get("status"), words[-1500:]))
    return d


def sample(d, end="done"):
    return {"ms": (d[end] - d["start"]) / 1e6, "user": d["user"] / 1e3, "sys": d["sys"] / 1e3, "rss": d["rss"],
            "first": d.get("first")}


class Bench:
    def __init__(self, args, tmp):
        self.a, self.tmp = args, tmp
        self.isle = os.path.abspath(args.isle)
        self.static = os.path.abspath(args.static)
        self.names, self.null, self.dumps = NAMES, NULL, DUMPS

    def lab(self, n, v6):
        path = os.path.join(self.tmp, "star%d%s.yaml" % (n, "v6" if v6 else ""))
        subnet = "[10.0.0.0/16, 'fd00::/64']" if v6 else "10.0.0.0/16"
        peers.write(path, ["lab: star", "networks:",
                           "  lan: {subnet: %s, gateway: gw, hosts: [gw, h1..%d]}" % (subnet, n - 1)])
        return path

    # one measurement each: a fresh box, a dictionary of samples

    def up_floor(self, n, v6):
        with Box() as box:
            return {"up": sample(timed(box, "%s %d%s" % (FLOOR, n, " --v6" if v6 else ""), "floor"))}

    def up_isle(self, n, v6):
        last = str(n) if n < 256 else "%d:%d" % (n >> 8, n & 255)       # the digits of the IPv4 host part
        addr = "fd00::" + last if v6 else peers.address(n)
        with Box() as box:
            d = timed(box, "-p %s %s %s up %s" % (GW, addr, self.isle, self.lab(n, v6)), "isle up")
            return {"up": sample(d), "down": sample(timed(box, "%s down star" % self.isle, "isle down"), "end")}

    def up_peer(self, name, n, tuned):
        script = os.path.join(self.tmp, "peer.sh")
        peers.write(script, ["set -e"] + peers.PEERS[name][0](n, tuned, self.tmp))
        ping = "" if name == "mininet" else "-p /run/netns/h1 %s " % peers.address(n)
        with Box() as box:
            return {"up": sample(timed(box, "%ssh %s" % (ping, script), name))}

    # rows

    def interleave(self, who):
        """who: {name: (function, rounds at most)} → {name: {figure: [samples]}}; a failing one is left out, and said."""
        got = {name: {} for name in who}
        for k in range(self.a.runs):
            for name, (fn, most) in who.items():
                if k >= most or got[name] is None:
                    continue
                self.progress("%s, round %d of %d" % (name, k + 1, min(most, self.a.runs)))
                try:
                    for figure, s in fn().items():
                        got[name].setdefault(figure, []).append(s)
                except Failed as e:
                    print("\n" + str(e).strip(), file=sys.stderr)
                    got[name] = None
        return {name: g for name, g in got.items() if g}

    def progress(self, text):
        if sys.stderr.isatty():
            print("\r\033[K%s: %s" % (self.row, text), end="", file=sys.stderr, flush=True)

    def up(self, n, v6=False):
        who = {"floor": (lambda: self.up_floor(n, v6), 99)}
        if os.path.exists(self.isle):
            who["isle"] = (lambda: self.up_isle(n, v6), 99)
        heavy = 99 if n <= 100 else 2
        for name, (_, program, package) in peers.PEERS.items():
            if v6 or n > 100 and name != "ip -batch":
                continue
            if not shutil.which(program):
                print("%s: not installed (Debian: apt install %s)" % (name, package), file=sys.stderr)
                continue
            slow = 3 if name != "ip -batch" else heavy
            who[name + ", tuned"] = (lambda name=name: self.up_peer(name, n, True), slow)
            who[name] = (lambda name=name: self.up_peer(name, n, False), slow if n <= 100 else 1)
        return self.interleave(who)

    def start(self):
        cmds = {"isle --version": "%s --version" % self.isle, "isle-static --version": "%s --version" % self.static,
                "ip -V": "ip -V", "floor: static program": NULL}
        with Box() as box:
            return self.turns(cmds, 100, box)

    def once(self, box, line):
        return sample(timed(box, line, line), "end")

    def turns(self, cmds, rounds, box, before=""):
        """BEFORE: a command that runs all this."""
        cmds = {name: c for name, c in cmds.items() if os.path.exists(c.split()[0]) or shutil.which(c.split()[0])}
        data, words = box.run("%s%s time %d -q %s" % (before, TOOL, rounds, " , ".join(cmds.values())))
        if len(data) != rounds * len(cmds) or any(d["status"] for d in data):
            raise Failed("%s: %s" % (self.row, words or [d["status"] for d in data][:len(cmds)]))
        return {name: {"run": [sample(d, "end") for d in data[i::len(cmds)]]} for i, name in enumerate(cmds)}

    def exec(self, n):
        """Two boxes that stay: isle's lab of N hosts in one, N named namespaces in the other; commands in turn."""
        got = {}
        ip = os.path.join(self.tmp, "names")
        peers.write(ip, ["netns add h%d" % i for i in range(1, n + 1)])
        with Box() as ours, Box() as theirs:
            theirs.run("ip -batch " + ip)
            cmds = [("floor: setns and exec", theirs, "%s enter /run/netns/h1 %s" % (TOOL, NULL)),
                    ("ip netns exec", theirs, "ip netns exec h1 " + NULL)]
            if os.path.exists(self.isle):
                timed(ours, "%s up %s" % (self.isle, self.lab(max(n, 2), False)), "isle up")
                cmds.insert(0, ("isle exec", ours, "%s exec gw -- %s" % (self.isle, NULL)))
                if os.path.exists(self.static):
                    cmds.insert(1, ("isle-static exec", ours, "%s exec gw -- %s" % (self.static, NULL)))
            for k in range(10):
                for name, box, line in cmds:
                    data, words = box.run("%s time 5 %s" % (TOOL, line))
                    if any(d["status"] for d in data) or not data:
                        raise Failed("%s: %s" % (line, words))
                    got.setdefault(name, {}).setdefault("run", []).extend(sample(d, "end") for d in data)
        return got

    def neighbours(self, box):
        _, words = box.run("for h in /run/netns/*; do ip -n ${h##*/} neigh; done")
        return len(words.splitlines())

    def ping_isle(self, n):
        with Box() as box:
            timed(box, "%s up %s" % (self.isle, self.lab(n, False)), "isle up")
            before = self.neighbours(box)
            s = sample(timed(box, "-q %s ping -j" % self.isle, "isle ping"), "end")
            after = self.neighbours(box)
            if after != before:
                raise Failed("isle ping left neighbours behind: %d before, %d after" % (before, after))
            return {"pair": dict(s, ms=s["ms"] / (n * (n - 1)))}

    def ping_mininet(self, tuned):
        """20 hosts: with 100 the machine's neighbour table overflows, and mininet avoids that by raising its limits."""
        with Box() as box:
            n = 20
            data, words = box.run("/usr/bin/python3 %s/mn.py %d --pingall%s" % (HERE, n, " --tuned" if tuned else ""))
        d = [d for d in data if "pairs" in d]
        if not d:
            raise Failed("mininet pingall: " + words[-500:])
        return {"pair": {"ms": d[0]["ns"] / 1e6 / d[0]["pairs"], "user": 0, "sys": 0, "rss": 0,
                         "first": d[0]["lost"] == 0}}

    def ping_floor(self, n):
        with Box() as box:
            script = peers.write(os.path.join(self.tmp, "peer.sh"), peers.ip_batch(n, True, self.tmp))
            box.run("sh " + script)
            d = timed(box, PINGS + "".join(" /run/netns/h%d" % i for i in range(1, n + 1)), "floor of ping")
            s = sample(d, "end")
            return {"pair": dict(s, ms=s["ms"] / (n * (n - 1)))}

    def ping(self, n):
        who = {"floor": (lambda: self.ping_floor(n), 99)}
        if os.path.exists(self.isle):
            who["isle"] = (lambda: self.ping_isle(n), 99)
        if shutil.which("mn"):
            who["mininet pingall"] = (lambda: self.ping_mininet(False), 3)
            who["mininet pingall, tuned"] = (lambda: self.ping_mininet(True), 3)
        return self.interleave(who)

    def trace(self, n, v6):
        """System calls by kind, isle's against the floor's, and the wall time strace saw in each."""
        out = {}
        for name, cmd in (("isle", "%s up %s" % (self.isle, self.lab(n, v6))),
                          ("floor", "%s %d%s" % (FLOOR, n, " --v6" if v6 else ""))):
            with Box() as box:
                _, words = box.run("strace -f -c -w -U name,calls,total-time -o %s/strace %s; cat %s/strace" %
                                   (self.tmp, cmd, self.tmp))
            out[name] = report.parse_strace(words)
        return out


ROWS = {                        # name: (what it measures, function)
    "up100": ("up, 100 hosts, IPv4", lambda b: b.up(100)),
    "up100-dual": ("up, 100 hosts, dual stack", lambda b: b.up(100, True)),
    "up1000": ("up, 1000 hosts, IPv4", lambda b: b.up(1000)),
    "up1000-dual": ("up, 1000 hosts, dual stack", lambda b: b.up(1000, True)),
    "exec1": ("exec of a null program, 1 host up", lambda b: b.exec(1)),
    "exec1000": ("exec of a null program, 1000 hosts up", lambda b: b.exec(1000)),
    "ping100": ("ping matrix, 100 hosts, per ordered pair", lambda b: b.ping(100)),
    "start": ("start-up", lambda b: b.start()),
    **{row: (what, lambda b, fn=fn: fn(b, Box)) for row, (what, fn) in (*names.ROWS.items(), *maps.ROWS.items())},
}


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("rows", nargs="*", default=os.environ.get("ROWS", "").split(), help="of: " + " ".join(ROWS))
    p.add_argument("--runs", type=int, default=int(os.environ.get("RUNS", 5)), help="rounds (default 5)")
    p.add_argument("--json", metavar="FILE", help="also write all samples here")
    p.add_argument("--isle", default=os.environ.get("ISLE", os.path.join(TOP, "isle")))
    p.add_argument("--static", default=os.path.join(TOP, "build", "isle-static"))
    p.add_argument("--trace", action="store_true", help="system calls of isle and the floor also where targets are met")
    a = p.parse_args()
    for row in a.rows:
        if row not in ROWS:
            p.error("no row %s; there are: %s" % (row, " ".join(ROWS)))
    return a


def main():
    a = arguments()
    if os.geteuid():
        sys.exit("bench: run it as root: the peers need it (nothing outside fresh namespaces is touched)")
    build()
    result = {"version": 1, "when": time.strftime("%Y-%m-%d %H:%M"), "kernel": os.uname().release,
              "cpus": os.cpu_count(), "load": os.getloadavg()[0], "runs": a.runs, "rows": {}}
    if not os.path.exists(a.isle):
        print("bench: no %s: the floor and the peers only" % a.isle, file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="isle-bench-") as tmp:
        bench = Bench(a, tmp)
        for row in a.rows or ROWS:
            bench.row = row
            try:
                got = ROWS[row][1](bench)
            except Failed as e:
                print("%s: %s" % (row, e), file=sys.stderr)
                continue
            entry = result["rows"][row] = {"what": ROWS[row][0], "samples": got}
            bench.progress("")
            missed = report.print_row(row, entry)
            if row.startswith("up") and "isle" in got and (missed or a.trace) and shutil.which("strace"):
                bench.progress("tracing")
                entry["calls"] = bench.trace(1000 if "1000" in row else 100, "dual" in row)
                report.print_calls(entry["calls"])
    report.print_targets(result)
    if a.json:
        with open(a.json, "w") as f:
            json.dump(result, f, indent=1)


main()
