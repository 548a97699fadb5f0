#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the testbench against every planted bug and tells how many it finds.

usage: run.py [--jobs N] [--timeout S] [--seconds S] [--json FILE] [--reasons FILE] TESTBENCH FIGURES MUTANTS [NUMBER...]

TESTBENCH is svarig-tb built with VARIANT=mutants, FIGURES svarig-bench of that build, MUTANTS the list plant.py left. A bug is
found when a test fails, the bench gives up, or it does not end within the time limit; or else when a figure is missed or
more than 2 of 100 worse than without the bug. Bugs that live on must have a reason
in FILE (lines "FILE: TARGET: EXPRESSION: CHANGE => reason"); one that begins with "equivalent: " says that the endpoint
behaves as without the bug, so that no test can find it. Status 1 when fewer than 95 of 100 of the others are found.

With --json what was found is kept there as it is found: a run that was stopped goes on where it was (for the same
bugs; those that live on are tried again by another TESTBENCH), and --seconds stops it so (status 3). Only one run
at a time may use the file.
"""

import argparse
import concurrent.futures
import fcntl
import fnmatch
import hashlib
import json
import os
import re
import subprocess
import sys
import time

GOAL = 95
# Tests that look at a block most closely go first: most bugs end there.
NEAR = {
    "ats": ["atc_*", "ats_*", "flr_*", "fault_*", "inval*", "spaces*", "pri_*", "pages_*", "transactions_*", "off_*", "counters*"],
    "dma": ["fail_anywhere", "destroy_anywhere", "off_*", "job_copy*", "completion_*", "atc_hit", "job_*", "counters*"],
    "queue": ["queue*", "chain_*", "fail_anywhere", "destroy_anywhere", "job_*", "msix*", "misuse*", "counters*"],
}
# Figures of the simulator are of this machine, not of the endpoint.
SPEED = ["latency_200", "latency_500", "rate_500", "rate_missing", "rate_sha256"]
WORSE = 0.02
# Long ones come last.
LONG = ["random_*", "invalidation_under_fire", "queue_fairness", "queue_weights"]


class Mutant:
    def __init__(self, line):
        number, self.block, place, change = line.rstrip("\n").split("\t")
        self.number = int(number)
        self.place = place
        # Without the line number: reasons outlive a line that is added above.
        self.name = f"{place.split(':')[0]}: {change}"


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, p) for p in patterns)


def phases(tests, block):
    """The tests in the order in which they are tried, as lists."""
    near = [t for t in tests if matches(t, NEAR.get(block, [])) and not matches(t, LONG)]
    long = [t for t in tests if matches(t, LONG)]
    return [p for p in (near, [t for t in tests if t not in near and t not in long], long) if p]


def bench(testbench, number, tests, timeout):
    """What found the bug, or None."""
    cmd = [testbench, "--seed", "1", "--fail-fast", "--mutant", str(number)]
    for t in tests:
        cmd += ["--test", t]
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


def figures(program, number, timeout):
    """What svarig-bench prints, by name: (value / limit, more is better); and what went wrong, or None."""
    try:
        out = subprocess.run([program, "--seed", "1", "--mutant", str(number)] + [w for t in SPEED for w in ("--test", t)],
                             capture_output=True, text=True, timeout=timeout, errors="replace")
    except subprocess.TimeoutExpired:
        return {}, "time limit"
    found = {m[1]: (float(m[3]), m[2].startswith("bytes"))
             for m in re.finditer(r"^bench (\S+) \S+ (\S+) limit \S+ ratio (\S+)", out.stdout, re.M)}
    failed = re.search(r"^not ok \d+ - (\w+)", out.stdout, re.M)
    return found, failed.group(1) if failed else f"status {out.returncode}" if out.returncode else None


def slower(program, number, good, timeout):
    """The figure that tells of the bug, or None."""
    now, wrong = figures(program, number, timeout)
    for name, (value, more) in good.items():
        if name not in now or (now[name][0] < value * (1 - WORSE) if more else now[name][0] > value * (1 + WORSE)):
            return f"figure {name}"
    return wrong


def judge(args, mutant, tests, good):
    start = time.monotonic()
    for some in phases(tests, mutant.block):
        by = bench(args.testbench, mutant.number, some, args.timeout)
        if by:
            break
    else:
        by = slower(args.figures, mutant.number, good, args.timeout)
    return mutant, by, time.monotonic() - start


def sha(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()[:16]


class Record:
    """What earlier runs have found, kept in a file that belongs to this run while it lasts."""

    def __init__(self, path, bugs, testbench):
        self.path, self.bugs, self.testbench = path, bugs, testbench
        self.good, self.speed, self.results = None, {}, {}
        if not path:
            return
        self.lock = open(path + ".lock", "w", encoding="ascii")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"run.py: another run uses {path}")
        if os.path.exists(path):
            with open(path, encoding="ascii") as f:
                old = json.load(f)
            if old.get("bugs") == bugs:
                self.good, self.speed = old["good"], old.get("speed", {})
                self.results = {r["number"]: r for r in old["results"] if r["found_by"] or r["testbench"] == testbench}

    def add(self, mutant, by, seconds):
        self.results[mutant.number] = {"number": mutant.number, "place": mutant.place, "bug": mutant.name, "block": mutant.block, "found_by": by,
                                       "seconds": round(seconds, 1), "testbench": self.testbench}
        self.save()

    def save(self):
        if not self.path:
            return
        with open(self.path + ".new", "w", encoding="ascii") as f:
            json.dump({"bugs": self.bugs, "good": self.good, "speed": self.speed,
                       "results": sorted(self.results.values(), key=lambda r: r["number"])}, f, indent=1)
        os.replace(self.path + ".new", self.path)


def table(results):
    print("| area | mutants | equivalent | killed |\n|---|---|---|---|")
    for block in sorted({r["block"] for r in results}) + [None]:
        some = [r for r in results if block in (None, r["block"])]
        killed = sum(1 for r in some if r["found_by"])
        print(f"| {f'`rtl/{block}`' if block else 'all'} | {len(some)} | {sum(1 for r in some if equivalent(r))} | {killed} |")


def equivalent(result):
    return not result["found_by"] and (result["reason"] or "").startswith("equivalent: ")


def run(args, mutants, record, tests):
    """Tries what is not known yet. False: there was no time for all."""
    start = time.monotonic()
    todo = iter([m for m in mutants if m.number not in record.results])
    late = lambda: args.seconds and time.monotonic() - start > args.seconds
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        running = set()
        while True:
            while len(running) < args.jobs and not late():
                mutant = next(todo, None)
                if not mutant:
                    break
                running.add(pool.submit(judge, args, mutant, tests, record.speed))
            if not running:
                return next(todo, None) is None
            done, running = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for one in done:
                mutant, by, seconds = one.result()
                record.add(mutant, by, seconds)
                print(f"[{len(record.results)}/{len(mutants)}] {mutant.number:3} {mutant.place} {mutant.name.split(': ', 1)[1][:110]}: {by or 'LIVES ON'} "
                      f"({seconds:.0f} s)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=1200, help="seconds for one run of the bench")
    parser.add_argument("--seconds", type=float, help="begin with no other bug after that time")
    parser.add_argument("--json", help="keep the results there")
    parser.add_argument("--reasons", help="why bugs live on")
    parser.add_argument("testbench")
    parser.add_argument("figures")
    parser.add_argument("mutants")
    parser.add_argument("number", type=int, nargs="*", help="only these")
    args = parser.parse_args()

    with open(args.mutants, encoding="ascii") as f:
        mutants = [Mutant(line) for line in f]
    if args.number:
        mutants = [m for m in mutants if m.number in args.number]
    if not mutants:
        sys.exit("run.py: no such bug")
    tests = [line.split()[0] for line in
             subprocess.run([args.testbench, "--list"], capture_output=True, text=True, check=True).stdout.splitlines()]
    record = Record(args.json, sha(args.mutants), sha(args.testbench))
    if record.good != record.testbench:
        by = bench(args.testbench, 0, [t for t in tests if not matches(t, LONG)], args.timeout)
        if by:
            sys.exit(f"run.py: the bench fails without a bug, too: {by}")
        record.speed, by = figures(args.figures, 0, args.timeout)
        if by:
            sys.exit(f"run.py: a figure is missed without a bug, too: {by}")
        record.good = record.testbench
        record.save()
    reasons = {}
    if args.reasons:
        with open(args.reasons, encoding="ascii") as f:
            reasons = dict(line.rstrip("\n").split(" => ", 1) for line in f if " => " in line and line[0] != "#")

    whole = run(args, mutants, record, tests)
    results = [r for r in record.results.values() if r["number"] in {m.number for m in mutants}]
    alive = [r for r in results if not r["found_by"]]
    for r in results:
        r["reason"] = reasons.get(r["bug"])
    for r in sorted(alive, key=lambda r: r["number"]):
        print(f"lives on: {r['bug']}: {r['reason'] or 'NO REASON GIVEN'}")
    table(results)
    if not whole:
        print(f"{len(mutants) - len(results)} of {len(mutants)} are left: run it again")
        sys.exit(3)
    found = 100 * (len(results) - len(alive)) / (len(results) - sum(1 for r in alive if equivalent(r)))
    print(f"bench mutants_found {found:.1f} percent limit 100 ratio {found / 100:.3f} goal {GOAL}")
    sys.exit(found < GOAL or any(r["reason"] is None for r in alive))


if __name__ == "__main__":
    main()
