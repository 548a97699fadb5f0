// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_eng_pick: round robin over N requesters, one grant a cycle (combinational; the one behind the last
// winner comes first). A requester that keeps asking waits N - 1 cycles at most.

`default_nettype none

module svarig_eng_pick #(
  parameter N = 5                // 2 to 8
) (
  input  wire         clk,
  input  wire         rst,
  input  wire [N-1:0] ask,
  output wire         any,
  output wire [N-1:0] grant,     // one-hot
  output wire [$clog2(N)-1:0] which   // its number
);

  reg  [N-1:0] below;            // everybody up to the last winner
  wire [N-1:0] rest = ask & ~below;
  wire [N-1:0] from = (|rest) ? rest : ask;

  assign any   = |ask;
  assign grant = from & (~from + {{N-1{1'b0}}, 1'b1});

  localparam W = $clog2(N);
  function [W-1:0] number(input [N-1:0] x);
    integer i;
    begin
      number = {W{1'b0}};
      for (i = 0; i < N; i = i + 1)
        if (x[i])
          number = number | i[W-1:0];
    end
  endfunction

  assign which = number(grant);

  always @(posedge clk)
    if (rst)
      below <= {N{1'b0}};
    else if (any)
      below <= grant | (grant - {{N-1{1'b0}}, 1'b1});

endmodule

`default_nettype wire
