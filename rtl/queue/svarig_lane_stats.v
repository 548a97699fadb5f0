// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_stats: what a lane counts for its queue between two reports (host/include/svarig_hw.toml,
// QC_ATC_HITS to QC_STALL_DATA in this order, the first lowest).
//
// taken: the counts go with the report of this cycle and begin again.

`default_nettype none

module svarig_lane_stats #(
  parameter NC = 11
) (
  input  wire          clk,
  input  wire          on,
  input  wire          start,
  input  wire          taken,
  input  wire [2*NC-1:0] add,          // 0 to 3 for each
  output reg  [NC*32-1:0] counts
);

  integer i;
  always @(posedge clk)
    if (start)
      counts <= {NC*32{1'b0}};
    else if (on && (taken || (add != {2*NC{1'b0}})))
      for (i = 0; i < NC; i = i + 1)
        counts[i*32 +: 32] <= (taken ? 32'd0 : counts[i*32 +: 32]) + {30'd0, add[i*2 +: 2]};

endmodule

`default_nettype wire
