#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Synthesizes the endpoint with Yosys, block by block, and prints an area table per block.

usage: synth.py [--markdown] [--jobs N] [--set NAME=VALUE]... [--blif FILE] FAMILY OUT -- READ...

FAMILY is ecp5 or xc7, or sim: LUTs and flip-flops of Yosys's own, and memories as they are, to be simulated (--blif
writes that netlist). READ are the arguments of read_verilog. OUT is a folder for logs, netlists and the cache: each module
is synthesized once for all its instances, its children being black boxes, and only when it has changed. A latch, a multiply
driven or undriven net, or a warning of Yosys ends it with status 1.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

# Arrays that no FPGA has a memory for become registers at once: Yosys would look for one in them for hours. opt makes one
# write enable of those of the bits before, memory_share one port of those of the bytes of a word. Behind memory_map the places
# an array does not have (5 of 8) are muxes of nothing, which opt_expr -undriven takes for don't care.
ARRAYS = ("proc; opt -nodffe -nosdff; memory_share -nosat -nowiden; memory_collect; "
          "memory_map t:$mem_v2 t:$mem_v2 r:WR_PORTS<=1 %i r:SIZE>=8 %i %d; opt_expr -undriven; opt_clean; "
          # As gates nobody looks for shifters that could be shared, which is a proof for each pair.
          "techmap t:$shl t:$shr t:$sshl t:$sshr t:$shift t:$shiftx; opt_clean; ")
# ABC without its searches for equivalent nodes, which the multipliers of GHASH keep busy for hours.
MAP = "scratchpad -set abc.script +strash;dc2;strash;if;mfs2; "
LUTS = ("synth -run begin:fine -top {top}; opt -fast -full; opt -undriven -fine; techmap; opt -fast; abc -fast -lut 4; "
        "opt -fast; opt_clean")
FAMILIES = {
    "ecp5": ("Lattice ECP5", ARRAYS + MAP + "synth_ecp5 -noflatten -nowidelut -run begin:check -top {top}"),
    "xc7": ("Xilinx 7 series", ARRAYS + MAP + "synth_xilinx -family xc7 -noiopad -noclkbuf -run begin:check -top {top}"),
    "sim": ("Yosys, 4-input LUTs", ARRAYS + LUTS),
}
LATCHES = "t:$dlatch t:$adlatch t:$_DLATCH_* t:TRELLIS_LATCH t:LDCE t:LDPE %u %u %u %u %u"
# What a cell counts as: LUT (4- or 6-input), FF, RAM (block), LUTRAM, carry, DSP.
KINDS = [
    (re.compile(r"LUT\d?$|\$lut$"), "LUT"),
    (re.compile(r"TRELLIS_FF|FD[A-Z]*E$|\$_S?DFF"), "FF"),
    (re.compile(r"DP16KD|PDPW16KD|RAMB\d+"), "block RAM"),
    (re.compile(r"TRELLIS_DPR16X4|RAM\d+X?1?[DMX]\w*|SRL"), "LUT RAM"),
    (re.compile(r"CCU2C|CARRY4"), "carry"),
    (re.compile(r"MULT18|DSP48"), "DSP"),
]
COLUMNS = ["LUT", "FF", "carry", "LUT RAM", "block RAM", "DSP"]
# How deep the table goes below the top.
DEPTH = 2
# Lines of RTLIL that one run of Yosys gets: the cell libraries are read once per run.
BATCH = 15000


def yosys(script, log):
    run = subprocess.run(["yosys", "-q", "-l", log, "-p", script], capture_output=True, text=True)
    warnings = [line for line in run.stderr.splitlines() if "Warning" in line]
    if run.returncode or warnings:
        sys.exit("\n".join(warnings[:20] + run.stderr.splitlines()[-5:]) + f"\nsynth.py: see {log}")


def canonical(text):
    """The same module without what the rest of the design has in it: places in files, running numbers."""
    text = re.sub(r"^ *attribute \\src .*\n", "", text, flags=re.M)
    seen = {}

    def number(match):
        return f"{match.group(1)}{seen.setdefault(match.group(0), len(seen))}"

    return re.sub(r"(\$|\.vh?:)\d+", number, text)


def elaborate(args, log):
    """The modules of the design as RTLIL, by their names in the netlist."""
    params = " ".join(f"-set {p.replace('=', ' ', 1)}" for p in args.set)
    il = os.path.join(args.out, f"{args.family}.elaborated.il")
    yosys(f"read_verilog -defer {' '.join(args.read)}; chparam {params} svarig_ep; hierarchy -check -top svarig_ep; "
          f"write_rtlil {il}", log)
    with open(il, encoding="utf-8") as f:
        text = f.read()
    found = re.findall(r"((?:^attribute .*\n)*^module (\S+)\n[\s\S]*?^end\n)", text, flags=re.M)
    names = {}
    for _, name in found:
        plain = re.search(r"svarig_\w+", name).group(0)
        names[name] = plain if plain not in names.values() else f"{plain}_{len(names)}"
    modules = {}
    for body, name in found:
        body = body.replace(f"module {name}\n", f"module \\{names[name]}\n", 1)
        modules[names[name]] = canonical(re.sub(r"^(  cell )(\S+)", lambda m: m.group(1) + "\\" + names[m.group(2)]
                                                if m.group(2) in names else m.group(0), body, flags=re.M))
    return modules


def children(modules, name):
    return [c for c in re.findall(r"^  cell \\(\S+)", modules[name], flags=re.M) if c in modules]


def blackbox(body):
    """A module's ports."""
    name = re.search(r"^module .*\n", body, flags=re.M).group(0)
    ports = re.findall(r"^  wire (?:.* )?(?:input|output|inout) \d+ .*\n", body, flags=re.M)
    return "attribute \\blackbox 1\n" + name + "".join(ports) + "end\n"


def synthesize(args, modules, names, paths):
    """One run of Yosys for some modules; what it makes goes to the cache."""
    title = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    base = os.path.join(args.out, f"{args.family}.{names[0]}")
    below = sorted({c for n in names for c in children(modules, n)} - set(names))
    with open(base + ".il", "w", encoding="utf-8") as f:
        f.write("autoidx 1000000\nmodule \\batch\n" + "".join(f"  attribute \\keep 1\n  cell \\{n} \\u_{n}\n  end\n" for n in names) + "end\n")
        f.write("".join(modules[n] for n in names) + "".join(blackbox(modules[n]) for n in below))
    script = FAMILIES[args.family][1].format(top="batch")
    # What the sources leave undriven is found before ARRAYS takes it for don't care.
    yosys(f"read_rtlil {base}.il; proc; opt_clean; check -assert; {script}; delete batch; select -assert-none {LATCHES}; "
          "check -assert; "
          f"tee -q -o {base}.json stat -json; " +
          " ".join(f"select {n}; write_rtlil -selected {paths[n]}.il; select -clear;" for n in names), base + ".log")
    with open(base + ".json", encoding="ascii") as f:
        # Without a top Yosys 0.23 leaves a comma too many.
        stat = json.loads(re.sub(r",(\s*})", r"\1", f.read()))["modules"]
    for n in names:
        with open(paths[n] + ".json", "w", encoding="ascii") as f:
            json.dump(stat["\\" + n]["num_cells_by_type"], f)
    print(f"synth.py: {args.family}: {title}", file=sys.stderr, flush=True)


def batches(modules, names):
    """The big ones by themselves and first."""
    group, lines = [], 0
    for n in sorted(names, key=lambda n: -len(modules[n])):
        group.append(n)
        lines += modules[n].count("\n")
        if lines > BATCH:
            yield group
            group, lines = [], 0
    if group:
        yield group


def kind(cell):
    return next((name for pattern, name in KINDS if pattern.match(cell)), None)


def area(cells, name, seen):
    """Cells of a module with all below it, by kind."""
    if name not in seen:
        total = dict.fromkeys(COLUMNS, 0)
        for cell, count in cells[name].items():
            if cell in cells:
                for k, n in area(cells, cell, seen).items():
                    total[k] += n * count
            elif kind(cell):
                total[kind(cell)] += count
        seen[name] = total
    return seen[name]


def rows(cells, name, count, depth, seen):
    yield depth, name, count, area(cells, name, seen)
    if depth < DEPTH:
        below = [c for c in cells[name] if c in cells]
        for child in sorted(below, key=lambda c: -area(cells, c, seen)["LUT"] * cells[name][c]):
            yield from rows(cells, child, cells[name][child], depth + 1, seen)


def table(args, cells):
    title = FAMILIES[args.family][0]
    if args.markdown:
        print(f"| {title} | " + " | ".join(COLUMNS) + " |")
        print("|---" + "|--:" * len(COLUMNS) + "|")
    else:
        print(f"{title:34}" + "".join(f"{c:>11}" for c in COLUMNS))
    for depth, name, count, total in rows(cells, "svarig_ep", 1, 0, {}):
        if args.markdown:
            label = "&nbsp;&nbsp;" * depth + f"`{name}`" + (f" × {count}" if count > 1 else "")
            print(f"| {label} | " + " | ".join(str(total[c]) for c in COLUMNS) + " |")
        else:
            label = "  " * depth + name + (f" x {count}" if count > 1 else "")
            print(f"{label:34}" + "".join(f"{total[c]:11}" for c in COLUMNS))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--markdown", action="store_true", help="the table for a document")
    parser.add_argument("--jobs", type=int, default=2, help="runs of Yosys at once")
    parser.add_argument("--set", action="append", default=['FW_HEX=""'], metavar="NAME=VALUE", help="a parameter of the top")
    parser.add_argument("--blif", metavar="FILE", help="write the netlist of all modules")
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("out")
    parser.add_argument("read", nargs="+")
    args = parser.parse_args()
    cache = os.path.join(args.out, "cache")
    os.makedirs(cache, exist_ok=True)
    modules = elaborate(args, os.path.join(args.out, f"{args.family}.elaborated.log"))
    version = subprocess.run(["yosys", "-V"], capture_output=True, text=True, check=True).stdout
    paths = {}
    for n, body in modules.items():
        key = "".join([version, FAMILIES[args.family][1], body] + [blackbox(modules[c]) for c in children(modules, n)])
        paths[n] = os.path.join(cache, f"{args.family}.{n}.{hashlib.sha256(key.encode()).hexdigest()[:24]}")
    todo = [n for n in modules if not os.path.exists(paths[n] + ".json")]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for run in [pool.submit(synthesize, args, modules, b, paths) for b in batches(modules, todo)]:
            run.result()
    cells = {}
    for n in modules:
        with open(paths[n] + ".json", encoding="ascii") as f:
            cells[n] = json.load(f)
    if args.blif:
        yosys("; ".join(f"read_rtlil {paths[n]}.il" for n in modules) +
              f"; hierarchy -check -top svarig_ep; write_blif -icells -param {args.blif}",
              os.path.join(args.out, f"{args.family}.blif.log"))
    table(args, cells)


if __name__ == "__main__":
    main()
