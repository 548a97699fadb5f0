// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sm4_pipe: SM4 (GB/T 32907), a beat of EW / 128 blocks each cycle, out 32 cycles later, each with the round
// keys of its port; the order of the round keys makes the direction. Blocks carry byte 0 in bits [7:0].
//
// key_* (from svarig_key_expand): stage n takes slot n. wipe[p] zeroes the keys of port p and its beats. out is zero when
// no beat comes out.

`default_nettype none

module svarig_sm4_pipe #(
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
  output wire [EW-1:0]        out
);

  wire [32:0]   valid;
  wire [2:0]    prt  [0:32];
  wire [EW-1:0] data [0:32];

  // Words are big-endian; the last stage's four come out in reverse.
  function [127:0] swap_words(input [127:0] x);
    integer i;
    for (i = 0; i < 16; i = i + 1)
      swap_words[8*i +: 8] = x[8*(i ^ 3) +: 8];
  endfunction

  assign valid[0] = in_valid;
  assign prt[0]   = in_port;

  genvar b, s;
  generate
    for (b = 0; b < EW; b = b + 128) begin : g_block
      wire [127:0] y = data[32][b +: 128];
      assign data[0][b +: 128] = swap_words(in[b +: 128]);
      assign out[b +: 128] = swap_words({y[31:0], y[63:32], y[95:64], y[127:96]});
    end
    for (s = 0; s < 32; s = s + 1) begin : g_stage
      svarig_sm4_stage #(.STAGE(s), .PORTS(PORTS), .EW(EW)) u_stage (
        .clk(clk), .wipe(wipe), .key_we(key_we), .key_slot(key_slot), .key_data(key_data),
        .in_valid(valid[s]), .in_port(prt[s]), .in(data[s]),
        .out_valid(valid[s+1]), .out_port(prt[s+1]), .out(data[s+1])
      );
    end
  endgenerate

  // verilator lint_off UNUSED
  wire unused = &{1'b0, valid[32], prt[32]};
  // verilator lint_on UNUSED

endmodule

`default_nettype wire
