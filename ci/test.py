#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the tests of parts of the tree and adds up their results.

Each part's `make -C PART test` prints TAP (several streams one after the other are fine). A part
that ends badly without a failed test, prints no test, prints fewer than it planned, or takes too
long counts as one failed test. The last line is always "N passed, N failed[, N skipped]".
A part is PART[:TARGET[:SECONDS]]. All that was printed is in build/test/PART.log.
"""

import argparse
import os
import re
import selectors
import signal
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LOGS = os.path.join(TOP, "build", "test")
RESULT = re.compile(r"(not )?ok\b(.*)")
PLAN = re.compile(r"1\.\.(\d+)\b")


class Count:
    """What a TAP stream said so far."""

    def __init__(self):
        self.passed = self.failed = self.skipped = self.planned = 0

    @property
    def all(self):
        return self.passed + self.failed + self.skipped

    def line(self, line):
        """Takes one line. True when it is a failed test."""
        result = RESULT.fullmatch(line)
        plan = PLAN.match(line)
        if plan:
            self.planned += int(plan.group(1))
        elif line.startswith("Bail out!"):
            self.failed += 1
            return True
        elif result is None:
            return False
        elif re.search(r"# *SKIP\b", result.group(2), re.I):
            self.skipped += 1
        elif result.group(1):
            self.failed += 1
            return True
        else:
            self.passed += 1
        return False

    def fail(self):
        self.failed += 1

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


def lines_of(process, deadline):
    """Yields the process's output lines; raises TimeoutError at the deadline."""
    sel = selectors.DefaultSelector()
    sel.register(process.stdout, selectors.EVENT_READ)
    rest = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not sel.select(min(left, 60)):
            continue
        data = os.read(process.stdout.fileno(), 65536)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
    if rest:
        yield rest


def stop(process):
    """Ends a part with everything it started, politely first."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            return
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            pass


class Part:
    """One part's run. problems holds the failed tests' lines, with the remarks that follow them."""

    def __init__(self, spec, default_seconds):
        self.name, _, rest = spec.partition(":")
        target, _, seconds = rest.partition(":")
        self.target = target or "test"
        self.limit = int(seconds or default_seconds)
        self.count = Count()
        self.problems = []
        self.seconds = 0
        self.tail = []

    @property
    def label(self):
        return self.name if self.target == "test" else f"{self.name} {self.target}"

    def _take(self, raw, log, verbose):
        line = raw.decode(errors="replace").rstrip()
        log.write(line + "\n")
        if verbose:
            print(line, flush=True)
        self.tail = (self.tail + [line])[-30:]
        if self.count.line(line):
            self.problems.append([line])
            self._remarks = True
        elif line.startswith("#") and self._remarks and len(self.problems[-1]) < 60:
            self.problems[-1].append(line)
        elif line:
            self._remarks = False

    def run(self, verbose):
        self._remarks = False
        begin = time.monotonic()
        path = os.path.join(LOGS, f"{self.name}-{self.target}".replace("/", "-") + ".log")
        with open(path, "w", buffering=1) as log:
            process = subprocess.Popen(
                ["make", "-s", "--no-print-directory", "-C", os.path.join(TOP, self.name), self.target],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                for line in lines_of(process, begin + self.limit):
                    self._take(line, log, verbose)
                process.wait(60)
                if process.returncode != 0 and self.count.failed == 0:
                    self._problem(f"make {self.target} ended with status {process.returncode}", True)
            except (TimeoutError, subprocess.TimeoutExpired):
                self._problem(f"no end within {self.limit} s", True)
            finally:
                stop(process)
        if self.count.all == 0 and not self.problems:
            self._problem("printed no test result", True)
        elif self.count.planned > self.count.all:
            self._problem(f"{self.count.all} results, {self.count.planned} planned", False)
        self.seconds = time.monotonic() - begin
        self.log = os.path.relpath(path)

    def _problem(self, what, with_tail):
        self.count.fail()
        self.problems.append([f"{self.label}: {what}"] + (self.tail if with_tail else []))

    def report(self):
        print(f"{self.label:24} {self.count} ({self.seconds:.0f} s)", flush=True)
        for problem in self.problems:
            for line in problem:
                print(f"    {line}")
        if self.problems:
            print(f"    all output: {self.log}", flush=True)


def main():
    parser = argparse.ArgumentParser(
        prog="ci/test.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="+", metavar="PART[:TARGET[:SECONDS]]")
    parser.add_argument("-v", "--verbose", action="store_true", help="print all the parts print")
    parser.add_argument("--timeout", type=int, default=900, metavar="S", help="limit for a part (default: 900)")
    args = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.makedirs(LOGS, exist_ok=True)
    total = Count()
    for spec in args.part:
        part = Part(spec, args.timeout)
        part.run(args.verbose)
        part.report()
        total.add(part.count)
    print(total, flush=True)
    return 1 if total.failed or total.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
