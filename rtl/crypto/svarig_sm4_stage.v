// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sm4_stage: a round of SM4, a stage of svarig_sm4_pipe, with its round key of every port: one cycle from i_* to
// o_*. slot is the number of the round, 0 to 31, a constant: as an input, not a parameter, so that every tool deals with one
// module. A state is four words in the machine's order, the oldest lowest.

`default_nettype none

module svarig_sm4_stage #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                 clk,
  input  wire [4:0]           slot,
  input  wire [PORTS-1:0]     wipe,
  input  wire [PORTS-1:0]     key_we,
  input  wire [PORTS*5-1:0]   key_slot,
  input  wire [PORTS*32-1:0]  key_data,

  input  wire                 i_valid,
  input  wire [$clog2(PORTS)-1:0] i_port,
  input  wire [EW-1:0]        i_data,
  output reg                  o_valid,
  output reg  [$clog2(PORTS)-1:0] o_port,
  output reg  [EW-1:0]        o_data
);

`include "svarig_sbox.vh"

  // verilator lint_off BLKSEQ
  // T (7.1, 6.2).
  function [31:0] sm4_t(input [31:0] x);
    reg [31:0] t;
    begin
      t = sm4_sub_word(x);
      sm4_t = t ^ {t[29:0], t[31:30]} ^ {t[21:0], t[31:22]} ^ {t[13:0], t[31:14]} ^ {t[7:0], t[31:8]};
    end
  endfunction
  // verilator lint_on BLKSEQ

  (* mem2reg *) reg [31:0] rk [0:PORTS-1];
  integer        n, i;

  always @(posedge clk) begin
    if (|wipe || |key_we)
      for (n = 0; n < PORTS; n = n + 1)
        if (wipe[n])
          rk[n] <= 32'd0;
        else if (key_we[n] && key_slot[5*n +: 5] == slot)
          rk[n] <= key_data[32*n +: 32];
    o_valid <= i_valid && !wipe[i_port];
    if (i_valid && !wipe[i_port]) begin
      o_port <= i_port;
      for (i = 0; i < EW; i = i + 128)
        o_data[i +: 128] <= {i_data[i +: 32] ^ sm4_t(i_data[i + 32 +: 32] ^ i_data[i + 64 +: 32] ^
                                                     i_data[i + 96 +: 32] ^ rk[i_port]), i_data[i + 32 +: 96]};
    end else if (o_valid || |wipe) begin
      o_data <= {EW{1'b0}};
    end
  end

endmodule

`default_nettype wire
