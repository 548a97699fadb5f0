// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_keys: AES key expansion (FIPS 197, 5.2) for 128-bit and 256-bit keys, one round key a
// cycle.
//
// load takes key (byte 0 in bits [7:0]; the upper half is not used for 128 bits). Round key r, in
// bits [128r+127:128r] of round_keys, is there r cycles after the first cycle behind load, or
// sooner. wipe zeroes all of them and wins over load.

`default_nettype none

module svarig_aes_keys (
  input  wire          clk,
  input  wire          wipe,
  input  wire          load,
  input  wire          key256,
  input  wire [255:0]  key,
  output wire [1919:0] round_keys
);

`include "svarig_aes_sbox.vh"

  reg [127:0] rk [0:14];
  reg         wide;
  reg         busy;
  reg [3:0]   next;      // round key made in this cycle
  reg [7:0]   rcon;
  reg [127:0] prev;      // round key next - 1
  reg [127:0] base;      // the one Nk words back: next - 1 for 128-bit keys, next - 2 for 256

  wire        rotate = !wide || !next[0];
  wire [31:0] last = prev[127:96];
  wire [31:0] t = sub_word(rotate ? {last[7:0], last[31:8]} : last) ^ (rotate ? {24'd0, rcon} : 32'd0);
  wire [31:0] n0 = base[31:0] ^ t;
  wire [31:0] n1 = base[63:32] ^ n0;
  wire [31:0] n2 = base[95:64] ^ n1;
  wire [31:0] n3 = base[127:96] ^ n2;
  wire [127:0] made = {n3, n2, n1, n0};

  integer i;
  always @(posedge clk)
    if (wipe) begin
      busy <= 1'b0;
      wide <= 1'b0;
      next <= 4'd0;
      rcon <= 8'd0;
      prev <= 128'd0;
      base <= 128'd0;
      for (i = 0; i < 15; i = i + 1)
        rk[i] <= 128'd0;
    end else if (load) begin
      busy  <= 1'b1;
      wide  <= key256;
      next  <= key256 ? 4'd2 : 4'd1;
      rcon  <= 8'h01;
      base  <= key[127:0];
      prev  <= key256 ? key[255:128] : key[127:0];
      rk[0] <= key[127:0];
      rk[1] <= key[255:128];
    end else if (busy) begin
      rk[next] <= made;
      next <= next + 4'd1;
      prev <= made;
      base <= wide ? prev : made;
      if (rotate)
        rcon <= {rcon[6:0], 1'b0} ^ (rcon[7] ? 8'h1b : 8'h00);
      if (next == (wide ? 4'd14 : 4'd10))
        busy <= 1'b0;
    end

  genvar g;
  generate
    for (g = 0; g < 15; g = g + 1) begin : g_out
      assign round_keys[128 * g +: 128] = rk[g];
    end
  endgenerate

endmodule

`default_nettype wire
