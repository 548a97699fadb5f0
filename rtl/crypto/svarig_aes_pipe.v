// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_pipe: encrypts a run of counter blocks (SP 800-38A, 6.5) with AES-128 or AES-256,
// fully unrolled: one 16-byte keystream block a cycle, whatever the key size.
//
// load takes key and the initial counter block (byte 0 in bits [7:0]) and makes it run; the first
// keystream block comes 12 (AES-128) or 16 (AES-256) cycles later. ks stays until ks_take; then the
// next one, if it is ready, follows without a gap. Counters are 128-bit big-endian numbers and wrap.
// wipe stops it, zeroes keys and data, and wins over load.

`default_nettype none

module svarig_aes_pipe (
  input  wire         clk,
  input  wire         wipe,
  input  wire         load,
  input  wire         key256,
  input  wire [255:0] key,
  input  wire [127:0] iv,
  output wire         ks_valid,
  input  wire         ks_take,
  output wire [127:0] ks
);

  function [127:0] swap128(input [127:0] x);
    integer i;
    for (i = 0; i < 16; i = i + 1)
      swap128[8 * i +: 8] = x[120 - 8 * i +: 8];
  endfunction

  wire [1919:0] rk;

  svarig_aes_keys u_keys (
    .clk(clk), .wipe(wipe), .load(load), .key256(key256), .key(key), .round_keys(rk)
  );

  reg          run;
  reg          wide;
  reg  [127:0] counter;      // as a number, not in byte order
  reg  [14:0]  valid;        // stage s holds a block
  reg  [127:0] first;        // stage 0: counter and round key 0
  wire [127:0] stage [0:14];

  wire         adv = !ks_valid || ks_take;

  assign ks_valid = wide ? valid[14] : valid[10];
  assign ks       = wide ? stage[14] : stage[10];

  always @(posedge clk)
    if (wipe) begin
      run     <= 1'b0;
      wide    <= 1'b0;
      counter <= 128'd0;
      valid   <= 15'd0;
      first   <= 128'd0;
    end else if (load) begin
      run     <= 1'b1;
      wide    <= key256;
      counter <= swap128(iv);
      valid   <= 15'd0;
    end else if (run && adv) begin
      counter <= counter + 128'd1;
      valid   <= {valid[13:0], 1'b1};
      first   <= swap128(counter) ^ rk[127:0];
    end

  assign stage[0] = first;

  genvar r;
  generate
    for (r = 1; r < 15; r = r + 1) begin : g_round
      // Stages behind the key's last round stand still: they would only burn power.
      svarig_aes_round u_round (
        .clk(clk), .wipe(wipe), .en(adv && valid[r-1] && (r <= 10 || wide)),
        .final_round(r == 14 || (r == 10 && !wide)),
        .key(rk[128 * r +: 128]), .in(stage[r-1]), .out(stage[r])
      );
    end
  endgenerate

endmodule

`default_nettype wire
