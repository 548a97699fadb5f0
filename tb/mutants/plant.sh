#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Plants bugs in the endpoint: Yosys makes them up (pass "mutate": constants, inversions, swapped bits
# at cells' ports, evenly spread), none is picked by hand. All sit in one netlist; the input mutsel of
# the top switches one of them on, so that one build serves all. crypto/ and mcu/ stay sources: they simulate
# faster so, and no bug goes there.
#
# plant.sh RTL INCLUDES PARAMETERS COUNT SEED OUT
#   RTL         folder of the sources: bugs go into its ats/, dma/ and queue/
#   INCLUDES    -I options
#   PARAMETERS  -set NAME VALUE options for the top
#   OUT         folder for mutants.v and mutants.txt (a line each, its number behind "mutsel 8")

set -euo pipefail
rtl=$1 includes=$2 parameters=$3 count=$4 seed=$5 out=$6
blocks=
for f in "$rtl"/ats/*.v "$rtl"/dma/*.v "$rtl"/queue/*.v; do
	blocks="$blocks *$(basename "$f" .v)*"
done
common="read_verilog -lib $includes $rtl/crypto/*.v $rtl/mcu/*.v;
	read_verilog -defer $includes $rtl/*.v $rtl/pcie/*.v $rtl/ats/*.v $rtl/dma/*.v $rtl/queue/*.v;
	chparam $parameters svarig_ep; hierarchy -top svarig_ep; proc; opt_clean"
yosys -q -p "$common; select -set blocks $blocks;
	mutate -list $count -seed $seed -ctrl mutsel 8 1 -o $out/mutants.txt @blocks" 2>/dev/null
# Verilator takes no x as the index of a memory; memory_collect, because setundef turns off read ports that stand alone.
yosys -q -p "$common; script $out/mutants.txt; splitnets -driver; memory_collect; setundef -zero; write_verilog -noattr $out/mutants.v"
