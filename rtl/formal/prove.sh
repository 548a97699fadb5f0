#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# prove.sh NAME: one proof. NAME.plan says what: it sets
#   top, text     the proving module (in NAME.v), and what it shows
#   src           the sources under proof, from the folder rtl/
#   depth         cycles of the bounded proof (also the base case of an induction), and of the search for planted bugs
#   induct        k of the induction step; 0: there is none, the proof is bounded
#   apart         1: the step is made for each assertion by itself, which is faster when there are many
# and
#   peek WIRE 'REGISTER'    the proving module's undriven WIRE is REGISTER of the flattened design: invariants may speak of it
#   plant 'what' FILE 'sed expression'   plants a bug. Each must be found within depth, or the proof says nothing.
# Registers that no reset sets begin with any value. Prints TAP lines with the processor time each took. Needs yosys and yosys-abc.

# The plan sets what this file reads, and calls plant and peek.
# shellcheck disable=SC2154,SC2317
set -euo pipefail
cd "$(dirname "$0")"
name=$1
rtl=..
out=../../build/formal/$name
mkdir -p "$out"
bad=0
induct=0
apart=0
plants=()
peeks=

plant()
{
	plants+=("$1" "$2" "$3")
}

peek()
{
	peeks+="connect -nounset -set $1 $2; "
}

# $1: the proving module, $2: what yosys does with registers, $3..: sources. A wire that is driven twice or a loop ends it.
model()
{
	local prove=$1 start=$2

	shift 2
	yosys -q -p "read_verilog -formal -I$rtl/ats -I$rtl/crypto -I$rtl/../host/include $prove $*; hierarchy -check -top $top; \
		proc; flatten; memory_collect; memory_map; ${peeks}${start}async2sync; opt -fast; check -assert; setundef -anyseq -undriven; opt -full; \
		techmap; opt -fast; dfflegalize -cell \$_DFF_P_ 01; abc -g AND -fast; opt_clean; write_aiger $out/model.aig"
}

# The step as a bounded proof: registers begin with any value, but for those that hold an assertion until the end of its
# cycle; for k cycles the assertions are assumed. $@: sources.
step()
{
	sed "s/\<assert(/\`check(/
		s/^  reg rst = /  reg [3:0] age = 4'd0;\n  always @(posedge clk) age <= age + {3'd0, age != 4'd$induct};\n&/
		1i \`define check(x) if (age == 4'd$induct) assert(x); else assume(x)" "$name.v" > "$out/step.v"
	model "$out/step.v" 'setattr -unset init w:* w:age %d w:*formal* %d; ' "$@"
	check "bmc3 -F $((induct + 2))" ""
}

# $1: what abc does then. An unset start value becomes an input of the first cycle (undc), assumptions a part of
# the property (fold), all assertions one (orpos) unless $2 is empty.
check()
{
	timeout 1800 yosys-abc -c "read_aiger $out/model.aig; logic; undc; strash; fold; ${2-orpos; }$1" > "$out/log" 2>&1 ||
		{ cat "$out/log"; exit 1; }
}

# spent: seconds of processor time of all that ended so far; a loaded machine does not change them.
used()
{
	times > "$out/times"
	spent=$(awk 'NR == 2 { split($1, t, /[ms]/); split($2, u, /[ms]/); printf "%d", 60 * (t[1] + u[1]) + t[2] + u[2] }' "$out/times")
}

report()
{
	local good=$1 what=$2 now

	used
	now=$spent
	if [ "$good" = 1 ]; then
		echo "ok - $name: $what, $((now - began)) s"
	else
		echo "not ok - $name: $what, $((now - began)) s"
		bad=1
	fi
	began=$now
}

# shellcheck source=/dev/null
. "./$name.plan"

# shellcheck disable=SC2154
sources()
{
	local f

	for f in $src; do
		if [ "$f" = "${1:-}" ]; then echo "$out/planted.v"; else echo "$rtl/$f"; fi
	done
}

began=0
# shellcheck disable=SC2046,SC2154
model "$name.v" "" $(sources)
# shellcheck disable=SC2154
check "bmc3 -F $depth"
good=0
how="bound: $depth cycles"
if grep -q "No output asserted in $depth frames" "$out/log"; then
	good=1
	if [ "$induct" != 0 ]; then
		[ "$induct" -le "$depth" ] || { echo "$name.plan: the base case is shorter than the step"; exit 1; }
		how="unbounded: $induct-induction"
		if [ "$apart" = 1 ]; then
			# shellcheck disable=SC2046
			step $(sources)
			grep -q "No output asserted in $((induct + 2)) frames" "$out/log" || good=0
		else
			check "ind -F $induct"
			grep -q 'Networks are equivalent' "$out/log" || good=0
		fi
	fi
fi
# shellcheck disable=SC2154
report $good "$text ($how)"
[ $good = 1 ] || tail -3 "$out/log"
for ((i = 0; i < ${#plants[@]}; i += 3)); do
	sed "${plants[i + 2]}" "$rtl/${plants[i + 1]}" > "$out/planted.v"
	if cmp -s "$rtl/${plants[i + 1]}" "$out/planted.v"; then
		report 0 "planted bug changes nothing: ${plants[i]}"
		continue
	fi
	# shellcheck disable=SC2046
	model "$name.v" "" $(sources "${plants[i + 1]}")
	check "bmc3 -F $depth"
	if grep -q 'was asserted in frame' "$out/log"; then
		report 1 "planted bug found: ${plants[i]}"
	else
		report 0 "planted bug not found: ${plants[i]}"
	fi
done
exit $bad
