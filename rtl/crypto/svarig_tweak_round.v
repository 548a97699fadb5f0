// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tweak_round: one step of AES (FIPS 197) or SM4 (GB/T 32907) forwards, in the cycle in which svarig_key_expand gives
// its round key: out is in behind it. slot is svarig_key_expand's; in slot first an AES block is added to its key only, 14 is
// AES's last round, 31 SM4's. Byte 0 in bits [7:0]. Zero without en.

`default_nettype none

module svarig_tweak_round (
  input  wire         en,
  input  wire         sm4,
  input  wire [4:0]   slot,
  input  wire [4:0]   first,
  input  wire [127:0] in,
  input  wire [127:0] rk,              // SM4: in the low word
  output reg  [127:0] out
);

`include "svarig_sbox.vh"
`include "svarig_aes_round.vh"

  // Words are big-endian in SM4.
  function [31:0] swap32(input [31:0] v);
    swap32 = {v[7:0], v[15:8], v[23:16], v[31:24]};
  endfunction

  // verilator lint_off BLKSEQ
  // T (7.1, 6.2).
  function [31:0] sm4_t(input [31:0] v);
    reg [31:0] t;
    begin
      t = sm4_sub_word(v);
      sm4_t = t ^ {t[29:0], t[31:30]} ^ {t[21:0], t[31:22]} ^ {t[13:0], t[31:14]} ^ {t[7:0], t[31:8]};
    end
  endfunction
  // verilator lint_on BLKSEQ

  integer      i;
  reg  [31:0]  n;
  always @* begin
    out = 128'd0;
    n = 32'd0;
    if (en && sm4) begin
      n = swap32(in[31:0]) ^ sm4_t(swap32(in[63:32]) ^ swap32(in[95:64]) ^ swap32(in[127:96]) ^ rk[31:0]);
      out = {swap32(n), in[127:32]};
      // The last four words come out in reverse.
      if (slot == 5'd31)
        out = {out[31:0], out[63:32], out[95:64], out[127:96]};
    end else if (en && (slot == first))
      out = in ^ rk;
    else if (en)
      // Byte r of column i comes from column i + r.
      for (i = 0; i < 4; i = i + 1)
        out[32*i +: 32] = aes_column({in[8*((4*i + 15) % 16) +: 8], in[8*((4*i + 10) % 16) +: 8],
                                    in[8*((4*i + 5) % 16) +: 8], in[32*i +: 8]}, rk[32*i +: 32], 1'b0, slot == 5'd14);
  end

endmodule

`default_nettype wire
