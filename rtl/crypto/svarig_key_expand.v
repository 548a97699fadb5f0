// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_key_expand: round keys of AES (FIPS 197, 5.2) and SM4 (GB/T 32907, 7.3), one a cycle.
//
// start takes key (byte 0 in bits [7:0]), size (0, 1, 2: 128, 192, 256 bits) or sm4, and back. From the next cycle on we
// writes a round key of 128 bits (SM4: 32, in data[31:0]) to a slot. Slots are stages of the pipes: AES stages 14
// - rounds to 14, SM4 stages 0 to 31, in the order of use, which back turns round. go: expansion has begun, so
// that a block sent into the pipe now meets every key just in time unless back is set; done: all are written.
// wipe zeroes what is here and wins.

`default_nettype none

module svarig_key_expand (
  input  wire         clk,
  input  wire         wipe,
  input  wire         start,
  input  wire [255:0] key,
  input  wire [1:0]   size,
  input  wire         sm4,
  input  wire         back,
  output wire         we,
  output wire [4:0]   slot,
  output wire [127:0] data,
  output wire         go,
  output reg          done
);

`include "svarig_sbox.vh"

  reg         busy, is_sm4, turn;
  reg [1:0]   nk;            // size
  reg [4:0]   round;         // key written in this cycle
  reg [4:0]   last;
  reg [4:0]   place;
  reg [1:0]   third;         // AES-192: round modulo 3
  reg [7:0]   rcon;
  reg [31:0]  ck;            // SM4's CK, byte by byte 28 more each round
  reg [255:0] win;           // AES: words 4 round onwards, lowest first; SM4: K of the round, lowest first
  reg [127:0] made;          // SM4's round key in the low word

  assign we   = busy;
  assign slot = place;
  assign data = is_sm4 ? made : win[127:0];
  assign go   = busy || done;

  function [31:0] swap32(input [31:0] x);
    swap32 = {x[7:0], x[15:8], x[23:16], x[31:24]};
  endfunction

  // verilator lint_off BLKSEQ
  // The round key after K (lowest first) with CK c (7.3).
  function [31:0] sm4_next(input [127:0] k, input [31:0] c);
    reg [31:0] b;
    begin
      b = sm4_sub_word(k[63:32] ^ k[95:64] ^ k[127:96] ^ c);
      sm4_next = k[31:0] ^ b ^ {b[18:0], b[31:19]} ^ {b[8:0], b[31:9]};
    end
  endfunction

  // The four words behind the window. at: which of them takes the S-box (3: none), rotate: and RotWord and Rcon.
  function [127:0] aes_next(input [127:0] w, input [31:0] top, input [1:0] at, input rotate, input [7:0] rc);
    reg [31:0] t, g, n0, n1, n2;
    begin
      t  = (at == 2'd2) ? top ^ w[31:0] ^ w[63:32] : top;
      g  = sub_word(rotate ? {t[7:0], t[31:8]} : t, 1'b0) ^ (rotate ? {24'd0, rc} : 32'd0);
      n0 = w[31:0] ^ ((at == 2'd0) ? g : top);
      n1 = w[63:32] ^ n0;
      n2 = w[95:64] ^ ((at == 2'd2) ? g : n1);
      aes_next = {w[127:96] ^ n2, n2, n1, n0};
    end
  endfunction

  reg [31:0]  n, c;
  reg [127:0] k0, four;
  reg         rotate;

  always @(posedge clk)
    if (wipe) begin
      busy <= 1'b0;
      done <= 1'b0;
      win  <= 256'd0;
      made <= 128'd0;
    end else if (start || busy) begin
      // SM4: the key with FK (7.3) first, then K as it goes on.
      k0 = start ? {swap32(key[127:96]) ^ 32'hb27022dc, swap32(key[95:64]) ^ 32'h677d9197,
                    swap32(key[63:32]) ^ 32'h56aa3350, swap32(key[31:0]) ^ 32'ha3b1bac6} : win[127:0];
      c  = start ? 32'h00070e15 : ck;
      if (start ? sm4 : is_sm4) begin
        n    = sm4_next(k0, c);
        made <= {96'd0, n};
        win  <= {128'd0, n, k0[127:32]};
        ck   <= {c[31:24] + 8'h1c, c[23:16] + 8'h1c, c[15:8] + 8'h1c, c[7:0] + 8'h1c};
      end else if (start) begin
        win <= key;
      end else begin
        rotate = (nk == 2'd0) || ((nk == 2'd1) ? (third != 2'd2) : !round[0]);
        if (rotate)
          rcon <= {rcon[6:0], 1'b0} ^ (rcon[7] ? 8'h1b : 8'h00);
        four = aes_next(win[127:0], (nk == 2'd0) ? win[127:96] : (nk == 2'd1) ? win[191:160] : win[255:224],
                        (nk != 2'd1 || third == 2'd0) ? 2'd0 : (third == 2'd1) ? 2'd2 : 2'd3, rotate, rcon);
        case (nk)
          2'd0:    win <= {128'd0, four};
          2'd1:    win <= {64'd0, four, win[191:128]};
          default: win <= {four, win[255:128]};
        endcase
      end
      if (start) begin
        busy   <= 1'b1;
        done   <= 1'b0;
        is_sm4 <= sm4;
        turn   <= back;
        nk     <= size;
        round  <= 5'd0;
        third  <= 2'd0;
        rcon   <= 8'h01;
        last   <= sm4 ? 5'd31 : 5'd10 + {2'd0, size, 1'b0};
        place  <= sm4 ? (back ? 5'd31 : 5'd0) : (back ? 5'd14 : 5'd4 - {2'd0, size, 1'b0});
      end else begin
        round <= round + 5'd1;
        place <= turn ? place - 5'd1 : place + 5'd1;
        third <= (third == 2'd2) ? 2'd0 : third + 2'd1;
      end
      if (!start && round == last) begin
        busy <= 1'b0;
        done <= 1'b1;
        win  <= 256'd0;
        made <= 128'd0;
      end
    end
  // verilator lint_on BLKSEQ

endmodule

`default_nettype wire
