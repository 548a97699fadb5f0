// SPDX-License-Identifier: BSD-2-Clause
//
// An AES round either way (FIPS 197, 5.1 and 5.3), a column at a time, as functions of the module that includes this,
// which also includes svarig_sbox.vh. Blocks and round keys carry byte 0 in bits [7:0]. Functions of no more than 64 bits
// are free in a simulator when they do not run; wider ones are not.

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

  // A column of a round, from its bytes after (Inv)ShiftRows. Forward: SubBytes, MixColumns, AddRoundKey. Back: InvSubBytes,
  // AddRoundKey, InvMixColumns. The last round has no (Inv)MixColumns.
  function [31:0] aes_column(input [31:0] c, input [31:0] key, input dec, input last);
    reg [31:0] s;
    begin
      s = sub_word(c, dec);
      if (last)
        aes_column = s ^ key;
      else
        aes_column = mix_column(dec ? unmix_first(s ^ key) : s) ^ (dec ? 32'd0 : key);
    end
  endfunction
  // verilator lint_on BLKSEQ
