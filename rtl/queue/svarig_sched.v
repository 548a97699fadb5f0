// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sched: whose queue is next. Round-robin over the queues that can run; taken moves the turn behind
// the pick.

`default_nettype none

module svarig_sched #(
  parameter QUEUES = 16
) (
  input  wire              clk,
  input  wire              rst,
  input  wire [QUEUES-1:0] runnable,
  output wire              any,
  output reg  [5:0]        pick,
  input  wire              taken
);

  integer i;

  reg  [QUEUES-1:0] after;             // queues above the one served last
  wire [QUEUES-1:0] pool = (|(runnable & after)) ? (runnable & after) : runnable;
  wire [QUEUES-1:0] first = pool & (~pool + 1'b1);

  assign any = |runnable;

  always @* begin
    pick = 6'd0;
    for (i = 0; i < QUEUES; i = i + 1)
      if (first[i])
        pick = pick | i[5:0];
  end

  always @(posedge clk)
    if (rst)
      after <= {QUEUES{1'b0}};
    else if (taken)
      after <= ~(first | (first - 1'b1));

endmodule

`default_nettype wire
