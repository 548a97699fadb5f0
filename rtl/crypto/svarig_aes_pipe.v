// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_pipe: AES (FIPS 197) with keys of 128, 192 and 256 bits, both ways: a beat of EW / 128 blocks each cycle,
// out 15 cycles later, whatever the key size, each with the round keys of its port.
//
// Blocks carry byte 0 in bits [7:0]. Keys of fewer than 14 rounds leave the first stages idle (in_first: 0, 1, 2 for
// 14, 12, 10 rounds): stage 2 * first adds its key only, the stages before pass the beat on. key_* (from
// svarig_key_expand): slot s is the key of stage s. wipe[p] zeroes the keys of port p and its beats. Data are zero
// where there is no beat, at out as well.

`default_nettype none

module svarig_aes_pipe #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                 clk,
  input  wire [PORTS-1:0]     wipe,
  input  wire [PORTS-1:0]     key_we,
  input  wire [PORTS*5-1:0]   key_slot,
  input  wire [PORTS*128-1:0] key_data,

  input  wire                 in_valid,
  input  wire [$clog2(PORTS)-1:0] in_port,
  input  wire                 in_dec,
  input  wire [1:0]           in_first,
  input  wire [EW-1:0]        in,
  output wire [EW-1:0]        out
);

  localparam PW = $clog2(PORTS);

  // At the input of each stage, and behind the last.
  wire [15:0]   valid, dec;
  wire [PW-1:0] owner [0:15];
  wire [1:0]    first [0:15];
  wire [EW-1:0] data  [0:15];

  assign valid[0] = in_valid;
  assign dec[0]   = in_dec;
  assign owner[0] = in_port;
  assign first[0] = in_first;
  assign data[0]  = in;
  assign out      = data[15];

  genvar s;
  generate
    for (s = 0; s < 15; s = s + 1) begin : g_stage
      localparam [4:0] SLOT = s;

      svarig_aes_stage #(.PORTS(PORTS), .EW(EW)) u_stage (
        .clk(clk), .slot(SLOT), .wipe(wipe), .key_we(key_we), .key_slot(key_slot), .key_data(key_data),
        .i_valid(valid[s]), .i_dec(dec[s]), .i_port(owner[s]), .i_first(first[s]), .i_data(data[s]),
        .o_valid(valid[s+1]), .o_dec(dec[s+1]), .o_port(owner[s+1]), .o_first(first[s+1]), .o_data(data[s+1])
      );
    end
  endgenerate

  // verilator lint_off UNUSED
  wire unused = &{1'b0, valid[15], dec[15], owner[15], first[15]};
  // verilator lint_on UNUSED

endmodule

`default_nettype wire
