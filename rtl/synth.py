#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Synthesizes the endpoint with Yosys for one FPGA family and prints an area table per block.

usage: synth.py [--markdown] [--set NAME=VALUE]... FAMILY OUT -- READ...

FAMILY is ecp5 or xc7. OUT is a folder for the log and the netlist. READ are the arguments of read_verilog. A latch, a
multiply driven or undriven net, or a warning of Yosys ends it with status 1.
"""

import argparse
import json
import os
import re
import subprocess
import sys

FAMILIES = {
    "ecp5": ("Lattice ECP5", "synth_ecp5 -noflatten -top svarig_ep"),
    "xc7": ("Xilinx 7 series", "synth_xilinx -family xc7 -noiopad -top svarig_ep"),
}
# What a cell counts as: LUT (4- or 6-input), FF, RAM (block), LUTRAM, carry, DSP.
KINDS = [
    (re.compile(r"LUT\d?$|L6MUX21|PFUMX|MUXF[78]"), None),
    (re.compile(r"TRELLIS_FF|FD[A-Z]*E$"), "FF"),
    (re.compile(r"DP16KD|PDPW16KD|RAMB\d+"), "block RAM"),
    (re.compile(r"TRELLIS_DPR16X4|RAM\d+X?1?[DMX]\w*"), "LUT RAM"),
    (re.compile(r"CCU2C|CARRY4"), "carry"),
    (re.compile(r"MULT18|DSP48"), "DSP"),
]
COLUMNS = ["LUT", "FF", "carry", "LUT RAM", "block RAM", "DSP"]
# Blocks of the table: module name, depth at which it is shown.
DEPTH = 2


def kind(cell):
    if re.fullmatch(r"LUT\d?|\$lut", cell):
        return "LUT"
    for pattern, name in KINDS:
        if name and pattern.match(cell):
            return name
    return None


def plain(module):
    found = re.search(r"svarig_\w+", module)
    return found.group(0) if found else module


def area(modules, name, seen):
    """Cells of a module with all below it, by kind."""
    if name not in seen:
        total = dict.fromkeys(COLUMNS, 0)
        for cell, count in modules[name]["num_cells_by_type"].items():
            if cell in modules:
                for k, n in area(modules, cell, seen).items():
                    total[k] += n * count
            elif kind(cell):
                total[kind(cell)] += count
        seen[name] = total
    return seen[name]


def rows(modules, name, depth, seen):
    yield depth, name, area(modules, name, seen)
    if depth < DEPTH:
        children = [c for c in modules[name]["num_cells_by_type"] if c in modules]
        for child in sorted(children, key=lambda c: -area(modules, c, seen)["LUT"]):
            yield from rows(modules, child, depth + 1, seen)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--markdown", action="store_true", help="the table as docs/ has it")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the top")
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("out")
    parser.add_argument("read", nargs="+")
    args = parser.parse_args()
    title, synth = FAMILIES[args.family]
    os.makedirs(args.out, exist_ok=True)
    log, stat = (os.path.join(args.out, args.family + e) for e in (".log", ".json"))
    params = " ".join(f"-set {p.replace('=', ' ', 1)}" for p in ['FW_HEX=""'] + args.set)
    script = (f"read_verilog -defer {' '.join(args.read)}; chparam {params} svarig_ep; {synth}; "
              f"select -assert-none t:$dlatch t:$_DLATCH_* t:TRELLIS_LATCH t:LDCE t:LDPE %u %u %u %u; check -assert; "
              f"tee -q -o {stat} stat -json; write_json {os.path.join(args.out, args.family + '.netlist.json')}")
    run = subprocess.run(["yosys", "-q", "-l", log, "-p", script], capture_output=True, text=True)
    warnings = [line for line in run.stderr.splitlines() if "Warning" in line]
    if run.returncode or warnings:
        sys.exit("\n".join(warnings[:20] + run.stderr.splitlines()[-5:]) + f"\nsynth.py: {title}: see {log}")
    with open(stat, encoding="ascii") as f:
        modules = json.load(f)["modules"]
    modules = {name.lstrip("\\"): m for name, m in modules.items()}
    top = next(n for n in modules if plain(n) == "svarig_ep")
    seen = {}
    if args.markdown:
        print(f"| {title} | " + " | ".join(COLUMNS) + " |")
        print("|---" * (len(COLUMNS) + 1) + "|")
    else:
        print(f"{title:34}" + "".join(f"{c:>11}" for c in COLUMNS))
    for depth, name, cells in rows(modules, top, 0, seen):
        label = "&nbsp;&nbsp;" * depth + f"`{plain(name)}`" if args.markdown else "  " * depth + plain(name)
        if args.markdown:
            print(f"| {label} | " + " | ".join(str(cells[c]) for c in COLUMNS) + " |")
        else:
            print(f"{label:34}" + "".join(f"{cells[c]:11}" for c in COLUMNS))


if __name__ == "__main__":
    main()
