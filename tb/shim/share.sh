#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# share.sh FILE.V... > SHARE.VLT
#
# A Verilator configuration that keeps the inputs of some modules of which there are several instances. Verilator would put
# the expressions that drive an input in its place; each instance then has code of its own, and that of all of them together
# does not fit a processor's cache. With their inputs kept they share one code. (A module with functions does not: Verilator
# names a function's variables anew for each instance.)
set -eu
echo '`verilator_config'
for m in svarig_lane_read svarig_lane_rows svarig_xlate_miss svarig_xlate_ahead svarig_eng_fifo svarig_cfg_vf; do
	for f in "$@"; do
		[ "$(basename "$f")" = "$m.v" ] || continue
		echo "no_inline -module \"$m\""
		sed -n -e 's|//.*||' -e 's/[ ,]*$//' -e '/ clk$/d' -e 's/^ *input .* //p' "$f" |
			sed 's/.*/public_flat_rd -module "'"$m"'" -var "&"/'
	done
done
