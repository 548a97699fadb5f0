// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sm4_pipe: SM4 (GB/T 32907), a round a stage: a beat of EW / 128 blocks each cycle, out 32 cycles later, each with
// the round keys of its port; the order of the round keys makes the direction. Blocks carry byte 0 in bits [7:0].
//
// key_* (from svarig_key_expand): slot s is the key of stage s. wipe[p] zeroes the keys of port p and its beats. Data
// are zero where there is no beat, at out as well.

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
  input  wire [$clog2(PORTS)-1:0] in_port,
  input  wire [EW-1:0]        in,
  output wire [EW-1:0]        out
);

  localparam PW = $clog2(PORTS);

  // Words are big-endian.
  function [31:0] swap32(input [31:0] v);
    swap32 = {v[7:0], v[15:8], v[23:16], v[31:24]};
  endfunction

  // At the input of each stage, and behind the last.
  wire [32:0]   valid;
  wire [PW-1:0] owner [0:32];
  wire [EW-1:0] data  [0:32];

  assign valid[0] = in_valid;
  assign owner[0] = in_port;

  genvar b, s;
  generate
    // The last four words come out in reverse (7.1).
    for (b = 0; b < EW; b = b + 32) begin : g_word
      assign data[0][b +: 32] = swap32(in[b +: 32]);
      assign out[b +: 32] = swap32(data[32][(b ^ 96) +: 32]);
    end

    for (s = 0; s < 32; s = s + 1) begin : g_stage
      localparam [4:0] SLOT = s;

      svarig_sm4_stage #(.PORTS(PORTS), .EW(EW)) u_stage (
        .clk(clk), .slot(SLOT), .wipe(wipe), .key_we(key_we), .key_slot(key_slot), .key_data(key_data),
        .i_valid(valid[s]), .i_port(owner[s]), .i_data(data[s]),
        .o_valid(valid[s+1]), .o_port(owner[s+1]), .o_data(data[s+1])
      );
    end
  endgenerate

  // verilator lint_off UNUSED
  wire unused = &{1'b0, valid[32], owner[32]};
  // verilator lint_on UNUSED

endmodule

`default_nettype wire
