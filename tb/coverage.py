#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Line and toggle coverage of rtl/ from what svarig-tb --coverage and the unit benches left.

usage: coverage.py FOLDER RTL GAPS

FOLDER holds the *.dat files of the runs; the report goes there, too (lines.html/index.html, toggles.html/index.html).
GAPS names the lines of RTL that no test reaches, with a reason, two lines each, by what they say, which changes less often
than their numbers:
    FILE: text of the line
        reason
Prints a table and the gaps nobody explained; status 1 when there are any, when one is explained that is no line of the
file, or when fewer than 95 of 100 lines were reached. (One that is explained may be reached by luck: that is told.)
"""

import collections
import glob
import os
import re
import subprocess
import sys

GOAL = 95
POINT = re.compile(r"C '(.*)' (\d+)")


def numbers(text):
    """The lines of "3-5,7"."""
    found = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def sources(rtl):
    """The files of the endpoint by name: the unit benches name them from where they are built."""
    found = glob.glob(os.path.join(rtl, "**", "*.v*"), recursive=True)
    return {os.path.basename(f): os.path.realpath(f) for f in found if os.sep + "test" + os.sep not in f}


def points(path, files):
    """(kind, file, place, lines, count, text) of every coverage point in one of the files."""
    with open(path, encoding="latin1") as f:
        for line in f:
            found = POINT.match(line)
            if not found:
                continue
            keys = dict(part.split("\x02", 1) for part in found.group(1).split("\x01") if "\x02" in part)
            where = files.get(os.path.basename(keys["f"]))
            if not where:
                continue
            line = line.replace(f"\x01f\x02{keys['f']}\x01", f"\x01f\x02{where}\x01")
            # A point of the source stands for all lines of its block; an else that is not written has none.
            yield (keys["page"].split("/")[0], where, (keys["l"], keys["n"], keys["o"]), numbers(keys.get("S", "")),
                   int(found.group(2)), line)


def explained(path):
    """The texts of lines no test reaches, by file."""
    gaps = collections.defaultdict(set)
    with open(path, encoding="ascii") as f:
        lines = [line.rstrip() for line in f if line.strip() and not line.startswith("#")]
    for place, reason in zip(lines[::2], lines[1::2]):
        name, colon, text = place.partition(": ")
        if not colon or not reason[0].isspace() or place[0].isspace():
            sys.exit(f"coverage.py: {path}: not a place and a reason: {place}")
        gaps[name].add(text.strip())
    if len(lines) % 2:
        sys.exit(f"coverage.py: {path}: no reason for {lines[-1]}")
    return gaps


def source(path):
    with open(path, encoding="utf-8") as f:
        return [line.strip() for line in f]


def report(folder, name, lines):
    """An HTML report of some of the points."""
    base = os.path.join(folder, name)
    with open(base + ".dat", "w", encoding="latin1") as f:
        f.write("# SystemC::Coverage-3\n")
        f.writelines(lines)
    subprocess.run(["verilator_coverage", "--write-info", base + ".info", base + ".dat"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["genhtml", "-q", "-o", base + ".html", "--title", f"svarig rtl: {name}", base + ".info"], check=True,
                   stdout=subprocess.DEVNULL)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, rtl, gaps = sys.argv[1:]
    runs = glob.glob(os.path.join(folder, "*", "*.dat"))
    if not runs:
        sys.exit(f"coverage.py: no data in {folder}")
    merged = os.path.join(folder, "all.dat")
    subprocess.run(["verilator_coverage", "--write", merged] + runs, check=True, stdout=subprocess.DEVNULL)

    lines, blocks = collections.defaultdict(dict), {}
    toggles = collections.defaultdict(lambda: [0, 0])
    kept = {"line": [], "toggle": []}
    for kind, path, place, block, count, text in points(merged, sources(rtl)):
        name = os.path.relpath(path, os.path.realpath(rtl))
        if kind == "v_toggle":
            toggles[name][0] += count > 0
            toggles[name][1] += 1
            kept["toggle"].append(text)
        else:
            # A block with several instances, or one of a loop, counts as reached when one of them was; a line that several
            # blocks share when all were.
            key = name, place
            blocks[key] = block, blocks.get(key, (block, False))[1] or count > 0
            kept["line"].append(text)
    for (name, _), (block, hit) in blocks.items():
        for number in block:
            lines[name][number] = lines[name].get(number, True) and hit
    report(folder, "lines", kept["line"])
    if kept["toggle"]:
        report(folder, "toggles", kept["toggle"])

    known = explained(gaps)
    texts = {name: source(os.path.join(rtl, name)) for name in lines}
    open_gaps, lucky, stale = [], [], []
    for name, some in known.items():
        never = {texts[name][n - 1] for n, hit in lines[name].items() if not hit} if name in lines else set()
        there = set(texts.get(name, []))
        lucky += [f"{name}: {text}" for text in sorted((some & there) - never)]
        stale += [f"{name}: {text}" for text in sorted(some - there)]
    total = [0, 0]
    print(f"{'file':40} {'lines':>12} {'toggles':>16}")
    for name in sorted(lines):
        hit, every = sum(lines[name].values()), len(lines[name])
        total = [total[0] + hit, total[1] + every]
        t = toggles[name]
        print(f"{name:40} {hit:4}/{every:4} {100 * hit // every:3}% {t[0]:6}/{t[1]:6} {100 * t[0] // max(t[1], 1):3}%")
        open_gaps += [(name, n) for n, reached in sorted(lines[name].items())
                      if not reached and texts[name][n - 1] not in known[name]]
    all_t = [sum(t[i] for t in toggles.values()) for i in (0, 1)]
    percent = 100 * total[0] / total[1]
    for name, n in open_gaps:
        print(f"never reached, not explained: {name}:{n}: {texts[name][n - 1]}")
    for place in lucky:
        print(f"explained, but reached this time: {place}")
    for place in stale:
        print(f"explained, but not there: {place}")
    print(f"bench coverage_lines {percent:.1f} percent limit 100 ratio {percent / 100:.3f} goal {GOAL}")
    if all_t[1]:
        print(f"bench coverage_toggles {100 * all_t[0] / all_t[1]:.1f} percent limit 100 ratio {all_t[0] / all_t[1]:.3f} goal -")
    print(os.path.join(folder, "lines.html", "index.html"))
    sys.exit(bool(open_gaps or stale) or percent < GOAL)


if __name__ == "__main__":
    main()
