// SPDX-License-Identifier: BSD-2-Clause
//
// SHA-2 (FIPS 180-4) and SM3 (GB/T 32905) as functions of the module that includes this: rounds, message schedule,
// constants. States are {a, b, c, d, e, f, g, h}, eight words of 64 bits (SHA-384, SHA-512) or 32.

  function [31:0] ror32(input [31:0] x, input [4:0] n);
    ror32 = (x >> n) | (x << (5'd0 - n));
  endfunction

  function [63:0] ror64(input [63:0] x, input [5:0] n);
    ror64 = (x >> n) | (x << (6'd0 - n));
  endfunction

  // verilator lint_off BLKSEQ
  // kw is the round's constant plus its schedule word (6.2.2).
  function [255:0] sha256_round(input [255:0] st, input [31:0] kw);
    reg [31:0] a, b, c, d, e, f, g, h, t1, t2;
    begin
      {a, b, c, d, e, f, g, h} = st;
      t1 = h + (ror32(e, 5'd6) ^ ror32(e, 5'd11) ^ ror32(e, 5'd25)) + ((e & f) ^ (~e & g)) + kw;
      t2 = (ror32(a, 5'd2) ^ ror32(a, 5'd13) ^ ror32(a, 5'd22)) + ((a & b) ^ (a & c) ^ (b & c));
      sha256_round = {t1 + t2, a, b, c, d + t1, e, f, g};
    end
  endfunction

  // 6.4.2.
  function [511:0] sha512_round(input [511:0] st, input [63:0] kw);
    reg [63:0] a, b, c, d, e, f, g, h, t1, t2;
    begin
      {a, b, c, d, e, f, g, h} = st;
      t1 = h + (ror64(e, 6'd14) ^ ror64(e, 6'd18) ^ ror64(e, 6'd41)) + ((e & f) ^ (~e & g)) + kw;
      t2 = (ror64(a, 6'd28) ^ ror64(a, 6'd34) ^ ror64(a, 6'd39)) + ((a & b) ^ (a & c) ^ (b & c));
      sha512_round = {t1 + t2, a, b, c, d + t1, e, f, g};
    end
  endfunction

  // t is the round's constant, turned; first: one of rounds 0 to 15; w4 is the word four behind w (5.3.3).
  function [255:0] sm3_round(input [255:0] st, input [31:0] t, input first, input [31:0] w, input [31:0] w4);
    reg [31:0] a, b, c, d, e, f, g, h, r12, s1, t1, t2;
    begin
      {a, b, c, d, e, f, g, h} = st;
      r12 = {a[19:0], a[31:20]};
      s1  = r12 + e + t;
      s1  = {s1[24:0], s1[31:25]};
      t1  = (first ? a ^ b ^ c : (a & b) | (a & c) | (b & c)) + d + (s1 ^ r12) + (w ^ w4);
      t2  = (first ? e ^ f ^ g : (e & f) | (~e & g)) + h + s1 + w;
      sm3_round = {t1, a, {b[22:0], b[31:23]}, c,
                   t2 ^ {t2[22:0], t2[31:23]} ^ {t2[14:0], t2[31:15]}, e, {f[12:0], f[31:13]}, g};
    end
  endfunction
  // verilator lint_on BLKSEQ

  // The schedule word 16 behind w0; wn is n behind it.
  function [31:0] sha256_word(input [31:0] w0, input [31:0] w1, input [31:0] w9, input [31:0] w14);
    sha256_word = (ror32(w14, 5'd17) ^ ror32(w14, 5'd19) ^ (w14 >> 10)) + w9 +
                  (ror32(w1, 5'd7) ^ ror32(w1, 5'd18) ^ (w1 >> 3)) + w0;
  endfunction

  function [63:0] sha512_word(input [63:0] w0, input [63:0] w1, input [63:0] w9, input [63:0] w14);
    sha512_word = (ror64(w14, 6'd19) ^ ror64(w14, 6'd61) ^ (w14 >> 6)) + w9 +
                  (ror64(w1, 6'd1) ^ ror64(w1, 6'd8) ^ (w1 >> 7)) + w0;
  endfunction

  function [31:0] sm3_word(input [31:0] w0, input [31:0] w3, input [31:0] w7, input [31:0] w10, input [31:0] w13);
    reg [31:0] x;
    begin
      x = w0 ^ w7 ^ {w13[16:0], w13[31:17]};
      sm3_word = x ^ {x[16:0], x[31:17]} ^ {x[8:0], x[31:9]} ^ {w3[24:0], w3[31:25]} ^ w10;
    end
  endfunction

  // Constants of rounds 2n and 2n + 1; those of SHA-256 are the upper halves (4.2.2, 4.2.3).
  function [127:0] k_pair(input [5:0] n);
    case (n)
      6'd0:  k_pair = 128'h428a2f98d728ae22_7137449123ef65cd;
      6'd1:  k_pair = 128'hb5c0fbcfec4d3b2f_e9b5dba58189dbbc;
      6'd2:  k_pair = 128'h3956c25bf348b538_59f111f1b605d019;
      6'd3:  k_pair = 128'h923f82a4af194f9b_ab1c5ed5da6d8118;
      6'd4:  k_pair = 128'hd807aa98a3030242_12835b0145706fbe;
      6'd5:  k_pair = 128'h243185be4ee4b28c_550c7dc3d5ffb4e2;
      6'd6:  k_pair = 128'h72be5d74f27b896f_80deb1fe3b1696b1;
      6'd7:  k_pair = 128'h9bdc06a725c71235_c19bf174cf692694;
      6'd8:  k_pair = 128'he49b69c19ef14ad2_efbe4786384f25e3;
      6'd9:  k_pair = 128'h0fc19dc68b8cd5b5_240ca1cc77ac9c65;
      6'd10: k_pair = 128'h2de92c6f592b0275_4a7484aa6ea6e483;
      6'd11: k_pair = 128'h5cb0a9dcbd41fbd4_76f988da831153b5;
      6'd12: k_pair = 128'h983e5152ee66dfab_a831c66d2db43210;
      6'd13: k_pair = 128'hb00327c898fb213f_bf597fc7beef0ee4;
      6'd14: k_pair = 128'hc6e00bf33da88fc2_d5a79147930aa725;
      6'd15: k_pair = 128'h06ca6351e003826f_142929670a0e6e70;
      6'd16: k_pair = 128'h27b70a8546d22ffc_2e1b21385c26c926;
      6'd17: k_pair = 128'h4d2c6dfc5ac42aed_53380d139d95b3df;
      6'd18: k_pair = 128'h650a73548baf63de_766a0abb3c77b2a8;
      6'd19: k_pair = 128'h81c2c92e47edaee6_92722c851482353b;
      6'd20: k_pair = 128'ha2bfe8a14cf10364_a81a664bbc423001;
      6'd21: k_pair = 128'hc24b8b70d0f89791_c76c51a30654be30;
      6'd22: k_pair = 128'hd192e819d6ef5218_d69906245565a910;
      6'd23: k_pair = 128'hf40e35855771202a_106aa07032bbd1b8;
      6'd24: k_pair = 128'h19a4c116b8d2d0c8_1e376c085141ab53;
      6'd25: k_pair = 128'h2748774cdf8eeb99_34b0bcb5e19b48a8;
      6'd26: k_pair = 128'h391c0cb3c5c95a63_4ed8aa4ae3418acb;
      6'd27: k_pair = 128'h5b9cca4f7763e373_682e6ff3d6b2b8a3;
      6'd28: k_pair = 128'h748f82ee5defb2fc_78a5636f43172f60;
      6'd29: k_pair = 128'h84c87814a1f0ab72_8cc702081a6439ec;
      6'd30: k_pair = 128'h90befffa23631e28_a4506cebde82bde9;
      6'd31: k_pair = 128'hbef9a3f7b2c67915_c67178f2e372532b;
      6'd32: k_pair = 128'hca273eceea26619c_d186b8c721c0c207;
      6'd33: k_pair = 128'heada7dd6cde0eb1e_f57d4f7fee6ed178;
      6'd34: k_pair = 128'h06f067aa72176fba_0a637dc5a2c898a6;
      6'd35: k_pair = 128'h113f9804bef90dae_1b710b35131c471b;
      6'd36: k_pair = 128'h28db77f523047d84_32caab7b40c72493;
      6'd37: k_pair = 128'h3c9ebe0a15c9bebc_431d67c49c100d4c;
      6'd38: k_pair = 128'h4cc5d4becb3e42b6_597f299cfc657e2a;
      default: k_pair = 128'h5fcb6fab3ad6faec_6c44198c4a475817;
    endcase
  endfunction

  // Initial hash values (5.3.2 to 5.3.5; SM3: 4.1), 32-bit words in the upper half.
  function [511:0] hash_iv(input [2:0] which);
    case (which)
      HA_SHA224: hash_iv = {256'hc1059ed8_367cd507_3070dd17_f70e5939_ffc00b31_68581511_64f98fa7_befa4fa4, 256'd0};
      HA_SHA256: hash_iv = {256'h6a09e667_bb67ae85_3c6ef372_a54ff53a_510e527f_9b05688c_1f83d9ab_5be0cd19, 256'd0};
      HA_SHA384: hash_iv = 512'hcbbb9d5dc1059ed8_629a292a367cd507_9159015a3070dd17_152fecd8f70e5939_67332667ffc00b31_8eb44a8768581511_db0c2e0d64f98fa7_47b5481dbefa4fa4;
      HA_SHA512: hash_iv = 512'h6a09e667f3bcc908_bb67ae8584caa73b_3c6ef372fe94f82b_a54ff53a5f1d36f1_510e527fade682d1_9b05688c2b3e6c1f_1f83d9abfb41bd6b_5be0cd19137e2179;
      default:   hash_iv = {256'h7380166f_4914b2b9_172442d7_da8a0600_a96f30bc_163138aa_e38dee4d_b0fb0e4e, 256'd0};
    endcase
  endfunction
