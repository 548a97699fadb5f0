// SPDX-License-Identifier: BSD-2-Clause
//
// One AES round either way (FIPS 197, 5.1 and 5.3) as functions of the module that includes this, which
// also includes svarig_sbox.vh. Blocks and round keys carry byte 0 in bits [7:0].

  // For Verilator 5.032 a function's variables are registers of the block that calls it.
  // verilator lint_off BLKSEQ
  // Multiply four bytes by x in GF(2^8), clause 4.2.1.
  function [31:0] xtime4(input [31:0] x);
    reg [31:0] carry;
    begin
      carry = (x >> 7) & 32'h01010101;
      xtime4 = ((x & 32'h7f7f7f7f) << 1) ^ carry ^ (carry << 1) ^ (carry << 3) ^ (carry << 4);
    end
  endfunction

  // Each byte becomes 2 a[r] + 3 a[r+1] + a[r+2] + a[r+3] (5.1.3).
  function [31:0] mix_column(input [31:0] x);
    reg [31:0] r1;
    begin
      r1 = {x[7:0], x[31:8]};
      mix_column = xtime4(x ^ r1) ^ r1 ^ {x[15:0], x[31:16]} ^ {x[23:0], x[31:24]};
    end
  endfunction

  // InvMixColumns (5.3.3) is MixColumns behind this: 5 a[r] + 4 a[r+2].
  function [31:0] unmix_first(input [31:0] x);
    unmix_first = x ^ xtime4(xtime4(x ^ {x[15:0], x[31:16]}));
  endfunction

  // Forward: SubBytes, ShiftRows, MixColumns, AddRoundKey. Back: InvShiftRows, InvSubBytes, AddRoundKey,
  // InvMixColumns. The last round has no (Inv)MixColumns.
  function [127:0] aes_round(input [127:0] st, input [127:0] round_key, input dec, input last);
    reg [31:0] c0, c1, c2, c3;
    begin
      if (dec) begin
        c0 = {st[63:56],   st[87:80],   st[111:104], st[7:0]};
        c1 = {st[95:88],   st[119:112], st[15:8],    st[39:32]};
        c2 = {st[127:120], st[23:16],   st[47:40],   st[71:64]};
        c3 = {st[31:24],   st[55:48],   st[79:72],   st[103:96]};
      end else begin
        c0 = {st[127:120], st[87:80],   st[47:40],   st[7:0]};
        c1 = {st[31:24],   st[119:112], st[79:72],   st[39:32]};
        c2 = {st[63:56],   st[23:16],   st[111:104], st[71:64]};
        c3 = {st[95:88],   st[55:48],   st[15:8],    st[103:96]};
      end
      c0 = sub_word(c0, dec);
      c1 = sub_word(c1, dec);
      c2 = sub_word(c2, dec);
      c3 = sub_word(c3, dec);
      if (last) begin
        aes_round = {c3, c2, c1, c0} ^ round_key;
      end else begin
        if (dec) begin
          c0 = unmix_first(c0 ^ round_key[31:0]);
          c1 = unmix_first(c1 ^ round_key[63:32]);
          c2 = unmix_first(c2 ^ round_key[95:64]);
          c3 = unmix_first(c3 ^ round_key[127:96]);
        end
        aes_round = {mix_column(c3), mix_column(c2), mix_column(c1), mix_column(c0)} ^
                    (dec ? 128'd0 : round_key);
      end
    end
  endfunction
  // verilator lint_on BLKSEQ
