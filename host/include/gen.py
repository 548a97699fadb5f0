#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Generate svarig_hw.h, svarig_hw.vh and the tables of docs/ from svarig_hw.toml.

usage: gen.py            write the three files
       gen.py --check    write nothing; exit 1 and say which file is stale
"""
import pathlib
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE / "svarig_hw.toml"
NOTE = "Generated from host/include/svarig_hw.toml by gen.py: do not edit."

# Name prefix -> X-macro for code that prints: X(NAME, name in lower case, text)
LISTS = {"CNT_": ("COUNTER_LIST", "Global counters"), "ST_": ("STATUS_LIST", "Completion status"),
         "OP_": ("OPCODE_LIST", "Opcodes"), "AS_": ("ADMIN_STATUS_LIST", "Admin status")}


def c_header(hw):
    out = ["/* SPDX-License-Identifier: BSD-2-Clause */", f"/* {NOTE} */",
           "#ifndef SVARIG_HW_H", "#define SVARIG_HW_H", "",
           "#ifdef __KERNEL__", "#include <linux/types.h>", "#include <linux/build_bug.h>", "#else",
           "#include <stdint.h>", "#endif", ""]
    for group in hw["group"]:
        out.append(f"/* {group['title']} */")
        for name, (value, text) in group["values"].items():
            out.append(f"#define SVARIG_{name:<20} {value:#x}u /* {text} */")
        out.append("")
    for prefix, (macro, title) in LISTS.items():
        out.append(f"/* {title} */")
        out.append(f"#define SVARIG_{macro}(X)" + "".join(
            f' \\\n\tX({name}, {name[len(prefix):].lower()}, "{text}")'
            for group in hw["group"] for name, (_, text) in group["values"].items()
            if name.startswith(prefix) and name != "CNT_COUNT"))
        out.append("")
    out.append("/* Names of the global counters, by index */")
    out.append("#define SVARIG_COUNTER_NAMES \\\n\t{" + ", ".join(
        f'"{name[4:].lower()}"' for group in hw["group"] for name in group["values"]
        if name.startswith("CNT_") and name != "CNT_COUNT") + "}")
    out.append("")
    for st in hw["struct"]:
        out.append(f"/* {st['title']}: {st['size']} bytes, little-endian */")
        out.append(f"struct svarig_{st['name']} {{")
        for name, _, bits, text in st["fields"]:
            out.append(f"\tuint{bits}_t {name}; /* {text} */")
        out.append("};")
        tag = f"struct svarig_{st['name']}"
        out.append(f"_Static_assert(sizeof({tag}) == {st['size']}, \"{tag}\");")
        for name, offset, _, _ in st["fields"]:
            out.append(f"_Static_assert(__builtin_offsetof({tag}, {name}) == {offset}, \"{name}\");")
        out.append("")
    out.append("#endif")
    return "\n".join(out) + "\n"


def verilog_header(hw):
    out = ["// SPDX-License-Identifier: BSD-2-Clause", f"// {NOTE}",
           "// Structures in memory: _LSB is the bit position in the little-endian image, _W the width.",
           "`ifndef SVARIG_HW_VH", "`define SVARIG_HW_VH", ""]
    for group in hw["group"]:
        out.append(f"// {group['title']}")
        for name, (value, _) in group["values"].items():
            out.append(f"`define SVARIG_{name:<20} 32'h{value:08x}")
        out.append("")
    for st in hw["struct"]:
        out.append(f"// {st['title']}")
        for name, offset, bits, _ in st["fields"]:
            tag = f"SVARIG_{st['name'].upper()}_{name.upper()}"
            out.append(f"`define {tag + '_LSB':<28} {offset * 8}")
            out.append(f"`define {tag + '_W':<28} {bits}")
        out.append("")
    out.append("`endif")
    return "\n".join(out) + "\n"


def tables(hw):
    out = [f"<!-- {NOTE} -->", "# Hardware interface: tables", ""]
    for group in hw["group"]:
        out += [f"## {group['title']}", "", "| name | value | meaning |", "|---|---|---|"]
        out += [f"| `{n}` | {v:#x} | {t.replace('|', chr(92) + '|')} |"
                for n, (v, t) in group["values"].items()]
        out.append("")
    for st in hw["struct"]:
        out += [f"## {st['title']} ({st['size']} bytes)", "",
                "| offset | bits | field | meaning |", "|---|---|---|---|"]
        out += [f"| {o:#04x} | {b} | `{n}` | {t} |" for n, o, b, t in st["fields"]]
        out.append("")
    return "\n".join(out)


def check_layout(hw):
    """Refuse a structure with holes or overlaps, and a name given twice."""
    seen = set()
    for group in hw["group"]:
        for name in group["values"]:
            if name in seen:
                sys.exit(f"{SOURCE.name}: {name} is defined twice")
            seen.add(name)
    for st in hw["struct"]:
        at = 0
        for name, offset, bits, _ in st["fields"]:
            if offset != at:
                sys.exit(f"{SOURCE.name}: {st['name']}.{name} at {offset:#x}, expected {at:#x}")
            at += bits // 8
        if at != st["size"]:
            sys.exit(f"{SOURCE.name}: {st['name']} has {at} bytes of {st['size']}")


def main():
    hw = tomllib.loads(SOURCE.read_text())
    check_layout(hw)
    files = {HERE / "svarig_hw.h": c_header(hw), HERE / "svarig_hw.vh": verilog_header(hw),
             HERE.parents[1] / "docs" / "hardware-interface-tables.md": tables(hw)}
    stale = [p for p, text in files.items() if not p.exists() or p.read_text() != text]
    if "--check" in sys.argv[1:]:
        for p in stale:
            print(f"stale: {p.relative_to(HERE.parents[1])} (run host/include/gen.py)", file=sys.stderr)
        sys.exit(bool(stale))
    for p in stale:
        p.write_text(files[p])
        print(f"wrote {p.relative_to(HERE.parents[1])}")


main()
