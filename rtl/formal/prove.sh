#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# prove.sh NAME: one proof. NAME.plan says what: it sets
#   top, text     the proving module (in NAME.v), and what it shows
#   src           the sources under proof, from the folder rtl/
#   depth         cycles of the bounded proof, and of the search for planted bugs
#   unbounded     seconds that the unbounded proof (property-directed reachability) may take; 0: there is none
# and plants bugs: plant 'what' FILE 'sed expression'. Each must be found within depth, or the proof says nothing.
# Prints TAP lines with the time each took. Needs yosys and yosys-abc.

set -euo pipefail
cd "$(dirname "$0")"
name=$1
rtl=..
out=../../build/formal/$name
mkdir -p "$out"
bad=0
plants=()

plant()
{
	plants+=("$1" "$2" "$3")
}

# The state is free but for the initial zeros that the reset makes of it. $@: sources
model()
{
	yosys -q -p "read_verilog -formal -I$rtl/ats -I$rtl/../host/include $name.v $*; prep -top $top -nordff; flatten; \
		memory_map; async2sync; setundef -anyseq -undriven; setundef -init -zero; opt -full; techmap; opt -fast; \
		dfflegalize -cell \$_DFF_P_ 01; abc -g AND -fast; opt_clean; write_aiger -zinit $out/model.aig"
}

# $1: what abc does then
check()
{
	timeout 1800 yosys-abc -c "read_aiger $out/model.aig; fold; scorr; $1; print_status" > "$out/log" 2>&1 ||
		{ cat "$out/log"; exit 1; }
}

report()
{
	local good=$1 what=$2

	if [ "$good" = 1 ]; then
		echo "ok - $name: $what, $((SECONDS - began)) s"
	else
		echo "not ok - $name: $what, $((SECONDS - began)) s"
		bad=1
	fi
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

began=$SECONDS
# shellcheck disable=SC2046,SC2154
model $(sources)
# shellcheck disable=SC2154
check "bmc3 -F $depth"
if grep -q "No output asserted in $depth frames" "$out/log"; then
	report 1 "$text (bound: $depth cycles)"
else
	report 0 "$text (bound: $depth cycles)"
	tail -3 "$out/log"
fi
# shellcheck disable=SC2154
if [ "$unbounded" != 0 ]; then
	began=$SECONDS
	check "pdr -T $unbounded"
	if grep -q 'Property proved' "$out/log"; then
		report 1 "$text (unbounded)"
	else
		report 0 "$text (unbounded)"
		tail -3 "$out/log"
	fi
fi
for ((i = 0; i < ${#plants[@]}; i += 3)); do
	began=$SECONDS
	sed "${plants[i + 2]}" "$rtl/${plants[i + 1]}" > "$out/planted.v"
	if cmp -s "$rtl/${plants[i + 1]}" "$out/planted.v"; then
		report 0 "planted bug changes nothing: ${plants[i]}"
		continue
	fi
	# shellcheck disable=SC2046
	model $(sources "${plants[i + 1]}")
	check "bmc3 -F $depth"
	if grep -q 'was asserted in frame' "$out/log"; then
		report 1 "planted bug found: ${plants[i]}"
	else
		report 0 "planted bug not found: ${plants[i]}"
	fi
done
exit $bad
