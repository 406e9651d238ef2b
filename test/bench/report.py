# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the bench prints: a table for each row, the system calls where something is missed, the targets at the end."""
from statistics import median

import maps
import names

# (row, figure, ours, other, how, limit): "at most": ours/other, "faster": other/ours; without other: ours itself.
TARGETS = [
    *((row, "up", "isle", "floor", "at most", 1.25) for row in ("up100", "up100-dual", "up1000", "up1000-dual")),
    ("up100", "up", "isle", "ip -batch, tuned", "faster", 2.5),
    ("up1000", "up", "isle", "ip -batch, tuned", "faster", 3.5),
    ("up1000", "up", "isle", "ip -batch", "faster", 10),
    ("up100", "up", "isle", "mininet", "faster", 14),
    ("up100", "up", "isle", "tutorial", "faster", 30),
    ("up1000", "down", "isle", None, "ms", 50),
    ("up1000", "up", "isle", None, "KB", 16 * 1024),
    ("exec1", "run", "isle exec", "ip netns exec", "faster", 2),
    ("exec1000", "run", "isle exec", "ip netns exec", "faster", 2.5),
    ("exec1000", "run", "isle exec", ("exec1", "isle exec"), "at most", 1.1),
    ("ping100", "pair", "isle", "mininet pingall", "faster", 50),
    ("start", "run", "isle --version", "ip -V", "faster", 1.4),
    ("start", "run", "isle-static --version", "ip -V", "faster", 2),
    *names.TARGETS,
    *maps.TARGETS,
]
UNIT = {"KB": "rss"}


def values(samples, key="ms"):
    return [s[key] for s in samples]


def used(sample):
    return sample["user"] + sample["sys"]


def ms(v):
    return "%.0f" % v if v >= 1000 else "%.1f" % v if v >= 10 else "%.2f" % v if v >= 1 else "%.4f" % v


def find(result, row, name, figure):
    return result["rows"].get(row, {}).get("samples", {}).get(name, {}).get(figure)


def ratio(a, b):
    """Median of a over median of b; and the smallest and largest of a round."""
    rounds = [x / y for x, y in zip(a, b)]
    return median(a) / median(b), min(rounds), max(rounds)


def judge(result, target):
    """(met, figure, range, other's text) or None where it was not measured."""
    row, figure, ours, other, how, limit = target
    mine = find(result, row, ours, figure)
    if not mine:
        return None
    if other is None:
        v = values(mine, UNIT.get(how, "ms"))
        return median(v) <= limit, median(v), min(v), max(v)
    theirs = find(result, other[0], other[1], figure) if isinstance(other, tuple) else find(result, row, other, figure)
    if not theirs:
        return None
    if how == "faster":
        r = ratio(values(theirs), values(mine))
        return r[0] >= limit, *r
    r = ratio(values(mine), values(theirs))
    return r[0] <= limit, *r


def floor_of(samples):
    return next((s for name, s in samples.items() if name.startswith("floor")), None)


def print_row(row, entry):
    """Print; return whether a target of this row alone is missed."""
    print("\n%s: %s" % (row, entry["what"]))
    print("  %-28s %10s %21s %8s %8s %8s %8s %8s %8s" %
          ("", "ms, median", "min–max", "x floor", "by best", "by CPU", "user ms", "sys ms", "peak KB"))
    floor = floor_of(entry["samples"])
    for name, figures in entry["samples"].items():
        for figure, samples in figures.items():
            v = values(samples)
            base = values(floor[figure]) if floor and figure in floor else None
            cpu = median(map(used, samples)), median(map(used, floor[figure])) if base else 0
            first = {s.get("first") for s in samples} - {None}
            print("  %-28s %10s %21s %8s %8s %8s %8.1f %8.1f %8d  %s" %
                  (name if figure in ("up", "run", "pair") else name + " " + figure, ms(median(v)),
                   ms(min(v)) + "–" + ms(max(v)), "%.2f" % (median(v) / median(base)) if base else "",
                   "%.2f" % (min(v) / min(base)) if base else "",
                   "%.2f" % (cpu[0] / cpu[1]) if all(cpu) else "",
                   median(values(samples, "user")), median(values(samples, "sys")), max(values(samples, "rss")),
                   "NOT AT THE FIRST TRY" if False in first else "%d×" % len(v)))
    result = {"rows": {row: entry}}
    return any(j is not None and not j[0] for j in (judge(result, t) for t in TARGETS if t[0] == row))


def parse_strace(text):
    calls = {}
    for line in text.splitlines():
        word = line.split()
        if len(word) == 3 and word[1].isdigit() and word[0] != "total":
            calls[word[0]] = {"calls": int(word[1]), "ms": float(word[2]) * 1000}
    return calls


def print_calls(calls):
    """Where isle asks more of the kernel than the floor does; times are strace's, so only good against each other."""
    isle, floor = calls["isle"], calls["floor"]
    zero = {"calls": 0, "ms": 0}
    print("  under strace, isle against the floor (all its processes; waiting counts too):")
    print("  %-20s %9s %9s %10s %10s" % ("", "calls", "floor", "ms", "floor"))
    for name in sorted(isle, key=lambda k: -isle[k]["ms"])[:12]:
        f = floor.get(name, zero)
        print("  %-20s %9d %9d %10.1f %10.1f" % (name, isle[name]["calls"], f["calls"], isle[name]["ms"], f["ms"]))


def print_targets(result):
    print("\n%-12s %-30s %-30s %9s %9s  %-15s" % ("target", "what", "against", "to reach", "reached", "in the rounds"))
    for t in TARGETS:
        row, figure, ours, other, how, limit = t
        j = judge(result, t)
        against = "itself, row " + other[0] if isinstance(other, tuple) else other or ""
        what = ours + (" " + figure if figure == "down" else " memory" if how == "KB" else "")
        unit = how if how in ("ms", "KB") else "x"
        sign = "≥" if how == "faster" else "≤"
        if j is None:
            if row in result["rows"]:
                print("%-12s %-30s %-30s %9s %9s" % (row, what, against, "%s %g%s" % (sign, limit, unit), "–"))
            continue
        met, v, low, high = j
        print("%-12s %-30s %-30s %9s %9s  %-15s %s" % (row, what, against, "%s %g%s" % (sign, limit, unit),
              "%.4g%s" % (v, unit), "%.4g–%.4g" % (low, high), "" if met else "MISSED"))
