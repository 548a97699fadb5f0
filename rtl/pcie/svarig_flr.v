// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_flr: order of a function-level reset (PCIe Base Specification 5.0, 6.6.2). No new TLP of the function
// starts (hold); the one on its way ends, since half a TLP would break the link; then everything
// resets for RESET_CYCLES. The completion of the write that asked for it is not held.

`default_nettype none

module svarig_flr #(
  parameter RESET_CYCLES = 16
) (
  input  wire clk,
  input  wire rst,
  input  wire start,                       // pulse
  input  wire mid,                         // a TLP of the function is on its way
  output wire hold,
  output wire flr,
  output wire idle
);

  localparam S_RUN = 2'd0, S_STOP = 2'd1, S_RESET = 2'd2;

  reg [1:0] state;
  reg [7:0] count;

  assign hold = (state != S_RUN);
  assign flr  = (state == S_RESET);
  assign idle = (state == S_RUN) && !start;

  always @(posedge clk)
    if (rst) begin
      state <= S_RUN;
      count <= 8'd0;
    end else
      case (state)
        S_RUN:
          if (start)
            state <= S_STOP;
        S_STOP: begin
          count <= RESET_CYCLES - 1;
          if (!mid)
            state <= S_RESET;
        end
        default: begin
          count <= count - 8'd1;
          if (count == 8'd0)
            state <= S_RUN;
        end
      endcase

endmodule

`default_nettype wire
