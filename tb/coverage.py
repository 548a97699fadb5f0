#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Line and toggle coverage of rtl/ from what svarig-tb --coverage left.

usage: coverage.py FOLDER RTL GAPS

FOLDER holds the *.dat files of the runs; the report goes there, too (lines/index.html, toggles/index.html).
GAPS names the lines of RTL that no test reaches, with a reason: "FILE:LINE[-LINE] reason" a line. Prints a table and
the gaps nobody explained; status 1 when there are any or when fewer than 95 of 100 lines were reached.
"""

import collections
import glob
import os
import re
import subprocess
import sys

GOAL = 95
POINT = re.compile(r"C '(.*)' (\d+)")


def points(path):
    """(kind, file, line, count) of every coverage point."""
    with open(path, encoding="latin1") as f:
        for line in f:
            found = POINT.match(line)
            if not found:
                continue
            keys = dict(part.split("\x02", 1) for part in found.group(1).split("\x01") if "\x02" in part)
            yield keys["page"].split("/")[0], keys["f"], int(keys["l"]), int(found.group(2)), line


def explained(path):
    gaps = {}
    with open(path, encoding="ascii") as f:
        for text in f:
            found = re.match(r"(\S+?):(\d+)(?:-(\d+))?\s+(\S.*)", text)
            if found:
                for line in range(int(found.group(2)), int(found.group(3) or found.group(2)) + 1):
                    gaps[found.group(1), line] = found.group(4)
    return gaps


def report(folder, name, lines):
    """An HTML report of some of the points."""
    base = os.path.join(folder, name)
    with open(base + ".dat", "w", encoding="latin1") as f:
        f.write("# SystemC::Coverage-3\n")
        f.writelines(lines)
    subprocess.run(["verilator_coverage", "--write-info", base + ".info", base + ".dat"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["genhtml", "-q", "-o", base, "--title", f"svarig rtl: {name}", base + ".info"], check=True,
                   stdout=subprocess.DEVNULL)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, rtl, gaps = sys.argv[1:]
    runs = [f for f in glob.glob(os.path.join(folder, "*.dat")) if os.path.basename(f)[:-4].isdigit()]
    if not runs:
        sys.exit(f"coverage.py: no data in {folder}")
    merged = os.path.join(folder, "all.dat")
    subprocess.run(["verilator_coverage", "--write", merged] + runs, check=True, stdout=subprocess.DEVNULL)
    for f in runs:
        os.remove(f)

    lines = collections.defaultdict(lambda: collections.defaultdict(bool))
    toggles = collections.defaultdict(lambda: [0, 0])
    kept = {"line": [], "toggle": []}
    for kind, path, number, count, text in points(merged):
        name = os.path.relpath(os.path.realpath(path), os.path.realpath(rtl))
        if kind == "v_toggle":
            toggles[name][0] += count > 0
            toggles[name][1] += 1
            kept["toggle"].append(text)
        else:
            # A block with several instances counts as reached when one of them was.
            lines[name][number] |= count > 0
            kept["line"].append(text)
    report(folder, "lines", kept["line"])
    report(folder, "toggles", kept["toggle"])

    known = explained(gaps)
    open_gaps = []
    total = [0, 0]
    print(f"{'file':40} {'lines':>12} {'toggles':>16}")
    for name in sorted(lines):
        hit, every = sum(lines[name].values()), len(lines[name])
        total = [total[0] + hit, total[1] + every]
        t = toggles[name]
        print(f"{name:40} {hit:4}/{every:4} {100 * hit // every:3}% {t[0]:6}/{t[1]:6} {100 * t[0] // max(t[1], 1):3}%")
        open_gaps += [(name, n) for n, reached in sorted(lines[name].items()) if not reached and (name, n) not in known]
    all_t = [sum(t[i] for t in toggles.values()) for i in (0, 1)]
    percent = 100 * total[0] / total[1]
    for name, n in open_gaps:
        print(f"never reached, not explained: {name}:{n}")
    print(f"bench coverage_lines {percent:.1f} percent limit 100 ratio {percent / 100:.3f} goal {GOAL}")
    print(f"bench coverage_toggles {100 * all_t[0] / all_t[1]:.1f} percent limit 100 ratio {all_t[0] / all_t[1]:.3f} goal -")
    print(f"{os.path.join(folder, 'lines', 'index.html')}")
    sys.exit(bool(open_gaps) or percent < GOAL)


if __name__ == "__main__":
    main()
