// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_round: one stage of the AES pipeline (FIPS 197, 5.1): out is a round of what
// was at `in` in the last cycle with en high. wipe zeroes it.

`default_nettype none

module svarig_aes_round (
  input  wire         clk,
  input  wire         wipe,
  input  wire         en,
  input  wire         final_round,
  input  wire [127:0] key,
  input  wire [127:0] in,
  output wire [127:0] out
);

`include "svarig_aes_sbox.vh"
`include "svarig_aes_round.vh"

  reg [127:0] state;

  always @(posedge clk)
    if (wipe)
      state <= 128'd0;
    else if (en)
      state <= aes_round(in, key, final_round);

  assign out = state;

endmodule

`default_nettype wire
