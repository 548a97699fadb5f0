#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Plants bugs in Verilog sources, all at once, each switched on by its number.

usage: plant.py COUNT SEED OUT FILE.V...

Bugs are made up from the text, none is picked by hand: COUNT of the expressions that are assigned or asked for by an if, drawn
from SEED, evenly over the files by how much there is in them, get one change each. OUT/rtl/ gets the sources with
    (mutant == N) ? changed : original
in those places, mutant being svarig_mutant of the simulator; OUT/mutants.txt a line per bug: number, folder, file:line, what
is changed, tab-separated. Numbers begin with 1. Functions and what is fixed at elaboration are left alone.
"""

import os
import random
import re
import sys

# What an operator or a constant may turn into.
SWAPS = {"&&": "||", "||": "&&", "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "+": "-", "-": "+",
         "&": "|", "|": "&", "^": "|"}
TOKEN = re.compile(r"\d*'[bdh][0-9a-fA-F_]+|[A-Za-z_$`][\w$`]*|\d+|&&|\|\||<<|>>|[=!<>]=|[~^]\^|\S")
OPEN, CLOSE = "([{", ")]}"
# Words that begin what is not assigned while the endpoint runs, to the end named.
SKIP = {"function": "endfunction", "localparam": ";", "parameter": ";", "genvar": ";", "integer": ";", "module": ";"}


def tokens(text):
    """(text, offset) of each token; comments and attributes are none."""
    bare = re.sub(r"//[^\n]*|\(\*.*?\*\)|\"[^\"\n]*\"", lambda m: " " * len(m.group(0)), text, flags=re.S)
    return [(m.group(0), m.start()) for m in TOKEN.finditer(bare)]


def closing(toks, i):
    """The index of the bracket that closes the one at i."""
    depth = 0
    for j in range(i, len(toks)):
        depth += (toks[j][0] in OPEN) - (toks[j][0] in CLOSE)
        if not depth:
            return j
    sys.exit("plant.py: a bracket is never closed")


def semicolon(toks, i):
    depth = 0
    for j in range(i, len(toks)):
        depth += (toks[j][0] in OPEN) - (toks[j][0] in CLOSE)
        if toks[j][0] == ";" and not depth:
            return j
    sys.exit("plant.py: a statement never ends")


def expressions(toks):
    """(first, last, kind, left) of what is assigned or asked for; indices of tokens, last not included."""
    i, procedural, nesting = 0, False, 0
    while i < len(toks):
        word = toks[i][0]
        if word == "endmodule":
            return
        if word in SKIP:
            while toks[i][0] != SKIP[word]:
                i += 1
        elif word == "always":
            procedural, nesting = True, 0
        elif word in ("begin", "case", "casez"):
            nesting += 1
            if word != "begin":
                i = closing(toks, i + 1)
        elif word in ("end", "endcase"):
            nesting -= 1
        elif word == "for":
            i = closing(toks, i + 1)
        elif word in ("assign", "wire", "reg", "generate", "endgenerate"):
            procedural = False
            if word in ("assign", "wire"):
                end = semicolon(toks, i)
                at = next((j for j in range(i, end) if toks[j][0] == "="), None)
                if at and not toks[at - 1][0].startswith("unused"):
                    yield at + 1, end, "assign", None
                i = end
        elif procedural and word == "if":
            end = closing(toks, i + 1)
            yield i + 2, end, "if", None
            i = end
        elif procedural and word in ("<=", "="):
            end = semicolon(toks, i)
            yield i + 1, end, word, target(toks, i)
            i = end
        elif procedural and word in OPEN:
            i = closing(toks, i)
        i += 1


def target(toks, i):
    """What stands left of the assignment at i, or None if it is more than a name and indices."""
    j = i - 1
    while toks[j][0] == "]":
        depth = 0
        while True:
            depth += (toks[j][0] == "]") - (toks[j][0] == "[")
            j -= 1
            if not depth:
                break
    return (j, i) if re.match(r"[A-Za-z_]", toks[j][0]) else None


def constant(word):
    """Fixed at elaboration: a parameter, a number."""
    return bool(re.match(r"[A-Z\d][A-Z\d_]*$", word))


def changes(text, toks, first, last, kind, left):
    """All (what, changed expression) of an expression."""
    end = toks[last][1]
    begin = toks[first][1]
    old = text[begin:end].strip()

    def with_token(i, new):
        at = toks[i][1]
        return text[begin:at] + new + text[at + len(toks[i][0]):end]

    for i in range(first, last):
        word, before = toks[i][0], toks[i - 1][0] if i > first else "("
        unary = before in OPEN or before in SWAPS or before in ("?", ":", ",", "!", "~", "<<", ">>")
        if word in SWAPS and not unary and not (constant(before) and constant(toks[i + 1][0])) and toks[i + 1][0] != ":":
            yield f"{word} becomes {SWAPS[word]}", with_token(i, SWAPS[word])
        elif word in ("!", "~"):
            yield f"without {word}", with_token(i, "")
        elif re.match(r"\d+'[bdh]", word):
            size, base, digits = re.match(r"(\d+)'([bdh])(\w+)", word).groups()
            value = (int(digits.replace("_", ""), {"b": 2, "d": 10, "h": 16}[base]) + 1) % (1 << int(size))
            yield f"{word} becomes {size}'d{value}", with_token(i, f"{size}'d{value}")
    if kind == "if":
        yield "never", "1'b0"
        yield "always", "1'b1"
        yield "inverted", f"!({old})"
    else:
        if not re.match(r"(\d+'[bdh]0+|\{.*\{1'b0\}\})$", old):
            yield "zero", "0"
        yield "lowest bit inverted", f"({old}) ^ 1"
    if kind == "<=" and left:
        yield "not assigned", text[toks[left[0]][1]:toks[left[1]][1]].strip()


def main():
    if len(sys.argv) < 5 or not (sys.argv[1] + sys.argv[2]).isdigit():
        sys.exit(__doc__)
    count, seed, out, files = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sorted(sys.argv[4:])
    os.makedirs(os.path.join(out, "rtl"), exist_ok=True)
    sources, places = {}, []
    for name in files:
        with open(name, encoding="ascii") as f:
            sources[name] = f.read()
        toks = tokens(sources[name])
        for first, last, kind, left in expressions(toks):
            places.append((name, toks, first, last, kind, left if kind == "<=" else None))
    if len(places) < count:
        sys.exit(f"plant.py: there are only {len(places)} places for {count} bugs")
    # Every n-th place from a random one on: no file and no part of one is spared.
    start = random.Random(seed).random()
    chosen = [places[int((i + start) * len(places) / count)] for i in range(count)]
    lines, edits = [], {}
    for number, (name, toks, first, last, kind, left) in enumerate(chosen, 1):
        text = sources[name]
        begin, end = toks[first][1], toks[last][1]
        # The same change of the same text, whatever is changed elsewhere.
        draw = random.Random(f"{seed} {number} {text[begin:end]}")
        what, new = draw.choice(list(changes(text, toks, first, last, kind, left)))
        edits.setdefault(name, []).append((begin, end, f"(($c32(\"svarig_mutant\") == 32'd{number}) ? ({new}) : ({text[begin:end].strip()}))"))
        row = text.count("\n", 0, begin) + 1
        shown = " ".join(re.sub(r"//[^\n]*", "", text[begin:end]).split())
        lhs = "if" if kind == "if" else re.split(r"[;\n]|\bbegin\b|\belse\b", text[:toks[first - 1][1]])[-1].strip()
        lines.append(f"{number}\t{os.path.basename(os.path.dirname(name))}\t{os.path.basename(name)}:{row}\t"
                     f"{lhs}: {shown}: {what}")
    for name in files:
        text = sources[name]
        for begin, end, new in sorted(edits.get(name, []), reverse=True):
            text = text[:begin] + new + text[end:]
        with open(os.path.join(out, "rtl", os.path.basename(name)), "w", encoding="ascii") as f:
            f.write(text)
    with open(os.path.join(out, "mutants.txt"), "w", encoding="ascii") as f:
        f.write("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
