// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_pipe: AES (FIPS 197) with keys of 128, 192 and 256 bits, both ways: a beat of EW / 128 blocks each cycle,
// out 15 cycles later, whatever the key size, each with the round keys of its port.
//
// Blocks carry byte 0 in bits [7:0]. first, wipe and the key_* inputs (from svarig_key_expand): svarig_aes_stage.
// out is zero when no beat comes out.

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
  input  wire [2:0]           in_port,
  input  wire                 in_dec,
  input  wire [1:0]           in_first,
  input  wire [EW-1:0]        in,
  output wire [EW-1:0]        out
);

  wire [15:0]   valid, dec;
  wire [2:0]    prt   [0:15];
  wire [1:0]    first [0:15];
  wire [EW-1:0] data  [0:15];

  assign valid[0] = in_valid;
  assign dec[0]   = in_dec;
  assign prt[0]   = in_port;
  assign first[0] = in_first;
  assign data[0]  = in;
  assign out      = data[15];

  genvar s;
  generate
    for (s = 0; s < 15; s = s + 1) begin : g_stage
      svarig_aes_stage #(.STAGE(s), .PORTS(PORTS), .EW(EW)) u_stage (
        .clk(clk), .wipe(wipe), .key_we(key_we), .key_slot(key_slot), .key_data(key_data),
        .in_valid(valid[s]), .in_port(prt[s]), .in_dec(dec[s]), .in_first(first[s]), .in(data[s]),
        .out_valid(valid[s+1]), .out_port(prt[s+1]), .out_dec(dec[s+1]), .out_first(first[s+1]), .out(data[s+1])
      );
    end
  endgenerate

  // verilator lint_off UNUSED
  wire unused = &{1'b0, valid[15], dec[15], prt[15], first[15]};
  // verilator lint_on UNUSED

endmodule

`default_nettype wire
