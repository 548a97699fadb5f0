#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the testbench against every planted bug and tells how many it finds.

usage: run.py [--jobs N] [--timeout S] [--json FILE] [--reasons FILE] TESTBENCH MUTANTS [NUMBER...]

TESTBENCH is svarig-tb built with VARIANT=mutants, MUTANTS the list plant.sh left. A bug is found when a test
fails, the bench gives up, or it does not end within the time limit. Bugs that live on must have a reason
in FILE (lines "MODULE CELL PORT BIT MODE: reason"); status 1 when fewer than 95 of 100 are found.
"""

import argparse
import concurrent.futures
import json
import re
import subprocess
import sys
import time

GOAL = 95
# Tests that look at a block most closely go first: most bugs end there.
NEAR = {
    "ats": ["atc_*", "ats_*", "fault_*", "invalid*", "spaces*", "pri_*", "translation_*"],
    "dma": ["job_copy*", "completion_*", "atc_hit", "job_*"],
    "queue": ["queue_*", "job_*", "msix*", "misuse*"],
}


class Mutant:
    def __init__(self, line):
        self.number = int(re.search(r"-ctrl mutsel 8 (\d+)", line).group(1))
        field = dict(re.findall(r"-(mode|module|cell|port|portbit|ctrlbit) (\S+)", line))
        self.source = (re.findall(r"-src (\S+)", line) or ["?"])[-1]
        self.block = re.search(r"(\w+)/svarig_\w+\.v", self.source)
        self.block = self.block.group(1) if self.block else "?"
        module = re.search(r"svarig_\w+", field["module"])
        cell = re.sub(r"\$\d+$|:\S*", "", field["cell"].split("$")[1] if "$" in field["cell"] else field["cell"])
        self.name = f"{module.group(0)} {self.place()} {cell}.{field['port']}[{field.get('portbit', 0)}] {field['mode']}"

    def place(self):
        found = re.search(r"(svarig_\w+\.v):(\d+)", self.source)
        return f"{found.group(1)}:{found.group(2)}" if found else self.source


def bench(testbench, mutant, patterns, timeout):
    """What found the bug, or None."""
    cmd = [testbench, "--seed", "1", "--fail-fast", "--mutant", str(mutant.number)]
    for p in patterns:
        cmd += ["--test", p]
    try:
        out = subprocess.run(cmd, capture_output=True, text=True, timeout=timeout, errors="replace")
    except subprocess.TimeoutExpired:
        return "time limit"
    failed = re.search(r"^not ok \d+ - (\w+)", out.stdout, re.M)
    if failed:
        return failed.group(1)
    if out.returncode:
        return (out.stderr.strip().splitlines() or [f"status {out.returncode}"])[-1]
    return None


def judge(testbench, mutant, timeout):
    start = time.monotonic()
    by = bench(testbench, mutant, NEAR.get(mutant.block, []), timeout)
    if by is None and NEAR.get(mutant.block):
        by = bench(testbench, mutant, [], timeout)
    return mutant, by, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=1200, help="seconds for one run of the bench")
    parser.add_argument("--json", help="leave the results there")
    parser.add_argument("--reasons", help="why bugs live on")
    parser.add_argument("testbench")
    parser.add_argument("mutants")
    parser.add_argument("number", type=int, nargs="*", help="only these")
    args = parser.parse_args()

    with open(args.mutants, encoding="ascii") as f:
        mutants = [Mutant(line) for line in f if line.startswith("mutate ")]
    if args.number:
        mutants = [m for m in mutants if m.number in args.number]
    if not mutants:
        sys.exit("run.py: no such bug")
    none = Mutant("mutate -ctrl mutsel 8 0 -mode none -module svarig_none -cell none -port none")
    by = bench(args.testbench, none, [], args.timeout)
    if by:
        sys.exit(f"run.py: the bench fails without a bug, too: {by}")
    reasons = {}
    if args.reasons:
        with open(args.reasons, encoding="ascii") as f:
            reasons = dict(line.rstrip("\n").split(": ", 1) for line in f if ": " in line and line[0] != "#")

    results = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        runs = [pool.submit(judge, args.testbench, m, args.timeout) for m in mutants]
        for done in concurrent.futures.as_completed(runs):
            mutant, by, seconds = done.result()
            results.append({"number": mutant.number, "bug": mutant.name, "found_by": by, "seconds": round(seconds, 1)})
            print(f"[{len(results)}/{len(mutants)}] {mutant.number:3} {mutant.name}: {by or 'LIVES ON'} ({seconds:.0f} s)", flush=True)
    alive = [r for r in results if r["found_by"] is None]
    for r in sorted(alive, key=lambda r: r["number"]):
        r["reason"] = reasons.get(r["bug"])
        print(f"lives on: {r['bug']}: {r['reason'] or 'NO REASON GIVEN'}")
    if args.json:
        with open(args.json, "w", encoding="ascii") as f:
            json.dump(sorted(results, key=lambda r: r["number"]), f, indent=1)
    found = 100 * (len(results) - len(alive)) / len(results)
    print(f"bench mutants_found {found:.1f} percent limit 100 ratio {found / 100:.3f} goal {GOAL}")
    sys.exit(found < GOAL or any(r["reason"] is None for r in alive))


if __name__ == "__main__":
    main()
