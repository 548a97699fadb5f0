// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_iter: the small drop-in for svarig_aes_pipe: one round a cycle, round keys made on the
// way and not stored. A 16-byte keystream block every 11 (AES-128) or 15 (AES-256) cycles.
//
// Ports and rules as svarig_aes_pipe.

`default_nettype none

module svarig_aes_iter (
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

`include "svarig_aes_sbox.vh"
`include "svarig_aes_round.vh"

  function [127:0] swap128(input [127:0] x);
    integer i;
    for (i = 0; i < 16; i = i + 1)
      swap128[8 * i +: 8] = x[120 - 8 * i +: 8];
  endfunction

  reg         run;
  reg         wide;
  reg [255:0] cipher_key;
  reg [127:0] counter;       // as a number, not in byte order
  reg         have;          // out holds a keystream block
  reg [127:0] out;
  reg [127:0] state;
  reg [3:0]   round;         // 0: a new block enters
  reg [7:0]   rcon;
  reg [127:0] prev;          // the round key used last
  reg [127:0] base;          // the next one's base, see svarig_aes_keys

  wire         rotate = !wide || !round[0];
  wire [31:0]  last = prev[127:96];
  wire [31:0]  t = sub_word(rotate ? {last[7:0], last[31:8]} : last) ^
                   (rotate ? {24'd0, rcon} : 32'd0);
  wire [31:0]  n0 = base[31:0] ^ t;
  wire [31:0]  n1 = base[63:32] ^ n0;
  wire [31:0]  n2 = base[95:64] ^ n1;
  wire [31:0]  n3 = base[127:96] ^ n2;

  // The second half of a 256-bit key is round key 1 as it stands.
  wire         from_key = wide && (round == 4'd1);
  wire [127:0] made = from_key ? cipher_key[255:128] : {n3, n2, n1, n0};
  wire         final_round = round == (wide ? 4'd14 : 4'd10);

  assign ks_valid = have;
  assign ks       = out;

  always @(posedge clk)
    if (wipe) begin
      run        <= 1'b0;
      wide       <= 1'b0;
      cipher_key <= 256'd0;
      counter    <= 128'd0;
      have       <= 1'b0;
      out        <= 128'd0;
      state      <= 128'd0;
      round      <= 4'd0;
      rcon       <= 8'd0;
      prev       <= 128'd0;
      base       <= 128'd0;
    end else if (load) begin
      run        <= 1'b1;
      wide       <= key256;
      cipher_key <= key;
      counter    <= swap128(iv);
      have       <= 1'b0;
      round      <= 4'd0;
    end else begin
      if (ks_take)
        have <= 1'b0;
      if (run && round == 4'd0) begin
        state   <= swap128(counter) ^ cipher_key[127:0];
        counter <= counter + 128'd1;
        prev    <= cipher_key[127:0];
        base    <= cipher_key[127:0];
        rcon    <= 8'h01;
        round   <= 4'd1;
      end else if (run && (!final_round || !have || ks_take)) begin
        prev <= made;
        if (!from_key) begin
          base <= wide ? prev : made;
          if (rotate)
            rcon <= {rcon[6:0], 1'b0} ^ (rcon[7] ? 8'h1b : 8'h00);
        end
        if (final_round) begin
          out   <= aes_round(state, made, 1'b1);
          have  <= 1'b1;
          round <= 4'd0;
        end else begin
          state <= aes_round(state, made, 1'b0);
          round <= round + 4'd1;
        end
      end
    end

endmodule

`default_nettype wire
