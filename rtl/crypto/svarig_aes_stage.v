// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_stage: one stage of svarig_aes_pipe, with its round key of every port: one cycle from i_* to o_*. slot is the
// number of the stage, 0 to 14, a constant: as an input, not a parameter, so that every tool deals with one module.

`default_nettype none

module svarig_aes_stage #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                 clk,
  input  wire [4:0]           slot,
  input  wire [PORTS-1:0]     wipe,
  input  wire [PORTS-1:0]     key_we,
  input  wire [PORTS*5-1:0]   key_slot,
  input  wire [PORTS*128-1:0] key_data,

  input  wire                 i_valid,
  input  wire                 i_dec,
  input  wire [$clog2(PORTS)-1:0] i_port,
  input  wire [1:0]           i_first,
  input  wire [EW-1:0]        i_data,
  output reg                  o_valid,
  output reg                  o_dec,
  output reg  [$clog2(PORTS)-1:0] o_port,
  output reg  [1:0]           o_first,
  output reg  [EW-1:0]        o_data
);

`include "svarig_sbox.vh"
`include "svarig_aes_round.vh"

  (* mem2reg *) reg [127:0] rk [0:PORTS-1];
  integer        n, b, c;

  always @(posedge clk) begin
    if (|wipe || |key_we)
      for (n = 0; n < PORTS; n = n + 1)
        if (wipe[n])
          rk[n] <= 128'd0;
        else if (key_we[n] && key_slot[5*n +: 5] == slot)
          rk[n] <= key_data[128*n +: 128];
    o_valid <= i_valid && !wipe[i_port];
    if (i_valid && !wipe[i_port]) begin
      o_port  <= i_port;
      o_dec   <= i_dec;
      o_first <= i_first;
      if (slot < {2'd0, i_first, 1'b0})
        o_data <= i_data;
      else if (slot == {2'd0, i_first, 1'b0})
        o_data <= i_data ^ {EW/128{rk[i_port]}};
      else
        // Byte r of column c comes from column c + r, going back from c - r.
        for (b = 0; b < EW; b = b + 128)
          for (c = 0; c < 4; c = c + 1)
            o_data[b + 32*c +: 32] <= aes_column(
              i_dec ? {i_data[b + 8*((4*c + 7) % 16) +: 8], i_data[b + 8*((4*c + 10) % 16) +: 8],
                       i_data[b + 8*((4*c + 13) % 16) +: 8], i_data[b + 32*c +: 8]}
                    : {i_data[b + 8*((4*c + 15) % 16) +: 8], i_data[b + 8*((4*c + 10) % 16) +: 8],
                       i_data[b + 8*((4*c + 5) % 16) +: 8], i_data[b + 32*c +: 8]},
              rk[i_port][32*c +: 32], i_dec, slot == 5'd14);
    end else if (o_valid || |wipe) begin
      o_data <= {EW{1'b0}};
    end
  end

endmodule

`default_nettype wire
