// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sm4_stage: one round of SM4 (GB/T 32907, 7.1) with its round key of every port. The state is four words,
// the oldest lowest. wipe[p] zeroes the key of port p and its beat; data are zero where there is no beat.

`default_nettype none

module svarig_sm4_stage #(
  parameter STAGE = 0,
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                 clk,
  input  wire [PORTS-1:0]     wipe,
  input  wire [PORTS-1:0]     key_we,
  input  wire [PORTS*5-1:0]   key_slot,
  input  wire [PORTS*32-1:0]  key_data,

  input  wire                 in_valid,
  input  wire [2:0]           in_port,
  input  wire [EW-1:0]        in,
  output reg                  out_valid,
  output reg  [2:0]           out_port,
  output reg  [EW-1:0]        out
);

`include "svarig_sbox.vh"

  localparam [4:0] SLOT = STAGE;

  // verilator lint_off BLKSEQ
  function [127:0] sm4_round(input [127:0] x, input [31:0] key);
    reg [31:0] t;
    begin
      t = sm4_sub_word(x[63:32] ^ x[95:64] ^ x[127:96] ^ key);
      sm4_round = {x[31:0] ^ t ^ {t[29:0], t[31:30]} ^ {t[21:0], t[31:22]} ^ {t[13:0], t[31:14]} ^
                   {t[7:0], t[31:8]}, x[127:32]};
    end
  endfunction
  // verilator lint_on BLKSEQ

  reg [31:0] rk [0:PORTS-1];
  integer p, b;

  always @(posedge clk) begin
    if (|wipe || |key_we)
      for (p = 0; p < PORTS; p = p + 1)
        if (wipe[p])
          rk[p] <= 32'd0;
        else if (key_we[p] && key_slot[5*p +: 5] == SLOT)
          rk[p] <= key_data[32*p +: 32];
    out_valid <= in_valid && !wipe[in_port];
    if (in_valid && !wipe[in_port]) begin
      out_port <= in_port;
      for (b = 0; b < EW; b = b + 128)
        out[b +: 128] <= sm4_round(in[b +: 128], rk[in_port]);
    end else if (out_valid)
      out <= {EW{1'b0}};
  end

endmodule

`default_nettype wire
