// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_stage: one of the 15 stages of the AES pipe, with its round key of every port. A beat (EW / 128 blocks
// of one port) takes a cycle.
//
// Keys of fewer than 14 rounds leave the first stages idle (first: 0, 1, 2 for 14, 12, 10 rounds): stage 2 * first
// adds its key only, the stages before pass the beat on. wipe[p] zeroes the key of port p and its beat. Data are
// zero where there is no beat.

`default_nettype none

module svarig_aes_stage #(
  parameter STAGE = 0,
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                 clk,
  input  wire [PORTS-1:0]     wipe,
  input  wire [PORTS-1:0]     key_we,
  input  wire [PORTS*5-1:0]   key_slot,
  input  wire [PORTS*128-1:0] key_data,

  input  wire                 in_valid,
  input  wire [2:0]           in_port,
  input  wire                 in_dec,
  input  wire [1:0]           in_first,
  input  wire [EW-1:0]        in,
  output reg                  out_valid,
  output reg  [2:0]           out_port,
  output reg                  out_dec,
  output reg  [1:0]           out_first,
  output reg  [EW-1:0]        out
);

`include "svarig_sbox.vh"
`include "svarig_aes_round.vh"

  localparam [4:0] SLOT = STAGE;

  reg [127:0] rk [0:PORTS-1];
  integer p, b;

  always @(posedge clk) begin
    if (|wipe || |key_we)
      for (p = 0; p < PORTS; p = p + 1)
        if (wipe[p])
          rk[p] <= 128'd0;
        else if (key_we[p] && key_slot[5*p +: 5] == SLOT)
          rk[p] <= key_data[128*p +: 128];
    out_valid <= in_valid && !wipe[in_port];
    if (in_valid && !wipe[in_port]) begin
      out_port  <= in_port;
      out_dec   <= in_dec;
      out_first <= in_first;
      if (SLOT < {2'd0, in_first, 1'b0})
        out <= in;
      else if (SLOT == {2'd0, in_first, 1'b0})
        out <= in ^ {EW/128{rk[in_port]}};
      else
        for (b = 0; b < EW; b = b + 128)
          out[b +: 128] <= aes_round(in[b +: 128], rk[in_port], in_dec, STAGE == 14);
    end else if (out_valid)
      out <= {EW{1'b0}};
  end

endmodule

`default_nettype wire
