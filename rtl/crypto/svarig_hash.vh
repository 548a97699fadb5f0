// SPDX-License-Identifier: BSD-2-Clause
//
// SHA-2 (FIPS 180-4) and SM3 (GB/T 32905) as functions of the module that includes this: rounds, message schedule,
// constants. States are {a, b, c, d, e, f, g, h}, eight words of 64 bits (SHA-384, SHA-512) or 32.

  // verilator lint_off BLKSEQ
  function [31:0] ror32(input [31:0] x, input [4:0] n);
    ror32 = (x >> n) | (x << (5'd0 - n));
  endfunction

  function [63:0] ror64(input [63:0] x, input [5:0] n);
    ror64 = (x >> n) | (x << (6'd0 - n));
  endfunction

  // verilator lint_off BLKSEQ
  // T1 and T2 of a round; kw is its constant plus its schedule word (6.2.2).
  function [31:0] sha256_t1(input [31:0] e, input [31:0] f, input [31:0] g, input [31:0] h, input [31:0] kw);
    sha256_t1 = h + (ror32(e, 5'd6) ^ ror32(e, 5'd11) ^ ror32(e, 5'd25)) + ((e & f) ^ (~e & g)) + kw;
  endfunction

  function [31:0] sha256_t2(input [31:0] a, input [31:0] b, input [31:0] c);
    sha256_t2 = (ror32(a, 5'd2) ^ ror32(a, 5'd13) ^ ror32(a, 5'd22)) + ((a & b) ^ (a & c) ^ (b & c));
  endfunction

  // 6.4.2.
  function [63:0] sha512_t1(input [63:0] e, input [63:0] f, input [63:0] g, input [63:0] h, input [63:0] kw);
    sha512_t1 = h + (ror64(e, 6'd14) ^ ror64(e, 6'd18) ^ ror64(e, 6'd41)) + ((e & f) ^ (~e & g)) + kw;
  endfunction

  function [63:0] sha512_t2(input [63:0] a, input [63:0] b, input [63:0] c);
    sha512_t2 = (ror64(a, 6'd28) ^ ror64(a, 6'd34) ^ ror64(a, 6'd39)) + ((a & b) ^ (a & c) ^ (b & c));
  endfunction

  // SM3 (5.3.3): SS1; t is the round's constant, turned. TT1 and TT2 without D, H and the words; first: rounds 0 to 15.
  function [31:0] sm3_ss1(input [31:0] a, input [31:0] e, input [31:0] t);
    reg [31:0] s;
    begin
      s = {a[19:0], a[31:20]} + e + t;
      sm3_ss1 = {s[24:0], s[31:25]};
    end
  endfunction

  function [31:0] sm3_ff(input [31:0] a, input [31:0] b, input [31:0] c, input first);
    sm3_ff = first ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
  endfunction

  function [31:0] sm3_gg(input [31:0] e, input [31:0] f, input [31:0] g, input first);
    sm3_gg = first ? e ^ f ^ g : (e & f) | (~e & g);
  endfunction

  function [31:0] sm3_p0(input [31:0] x);
    sm3_p0 = x ^ {x[22:0], x[31:23]} ^ {x[14:0], x[31:15]};
  endfunction
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

  // verilator lint_on BLKSEQ

  // Tables of constants: in a call that is unrolled Verilator 5.006 counts the first line for all.
  // verilator coverage_off

  // Constants of the rounds; those of SHA-256 are the upper halves (4.2.2, 4.2.3).
  function [63:0] k_of(input [6:0] n);
    case (n)
      7'd0: k_of = 64'h428a2f98d728ae22;
      7'd1: k_of = 64'h7137449123ef65cd;
      7'd2: k_of = 64'hb5c0fbcfec4d3b2f;
      7'd3: k_of = 64'he9b5dba58189dbbc;
      7'd4: k_of = 64'h3956c25bf348b538;
      7'd5: k_of = 64'h59f111f1b605d019;
      7'd6: k_of = 64'h923f82a4af194f9b;
      7'd7: k_of = 64'hab1c5ed5da6d8118;
      7'd8: k_of = 64'hd807aa98a3030242;
      7'd9: k_of = 64'h12835b0145706fbe;
      7'd10: k_of = 64'h243185be4ee4b28c;
      7'd11: k_of = 64'h550c7dc3d5ffb4e2;
      7'd12: k_of = 64'h72be5d74f27b896f;
      7'd13: k_of = 64'h80deb1fe3b1696b1;
      7'd14: k_of = 64'h9bdc06a725c71235;
      7'd15: k_of = 64'hc19bf174cf692694;
      7'd16: k_of = 64'he49b69c19ef14ad2;
      7'd17: k_of = 64'hefbe4786384f25e3;
      7'd18: k_of = 64'h0fc19dc68b8cd5b5;
      7'd19: k_of = 64'h240ca1cc77ac9c65;
      7'd20: k_of = 64'h2de92c6f592b0275;
      7'd21: k_of = 64'h4a7484aa6ea6e483;
      7'd22: k_of = 64'h5cb0a9dcbd41fbd4;
      7'd23: k_of = 64'h76f988da831153b5;
      7'd24: k_of = 64'h983e5152ee66dfab;
      7'd25: k_of = 64'ha831c66d2db43210;
      7'd26: k_of = 64'hb00327c898fb213f;
      7'd27: k_of = 64'hbf597fc7beef0ee4;
      7'd28: k_of = 64'hc6e00bf33da88fc2;
      7'd29: k_of = 64'hd5a79147930aa725;
      7'd30: k_of = 64'h06ca6351e003826f;
      7'd31: k_of = 64'h142929670a0e6e70;
      7'd32: k_of = 64'h27b70a8546d22ffc;
      7'd33: k_of = 64'h2e1b21385c26c926;
      7'd34: k_of = 64'h4d2c6dfc5ac42aed;
      7'd35: k_of = 64'h53380d139d95b3df;
      7'd36: k_of = 64'h650a73548baf63de;
      7'd37: k_of = 64'h766a0abb3c77b2a8;
      7'd38: k_of = 64'h81c2c92e47edaee6;
      7'd39: k_of = 64'h92722c851482353b;
      7'd40: k_of = 64'ha2bfe8a14cf10364;
      7'd41: k_of = 64'ha81a664bbc423001;
      7'd42: k_of = 64'hc24b8b70d0f89791;
      7'd43: k_of = 64'hc76c51a30654be30;
      7'd44: k_of = 64'hd192e819d6ef5218;
      7'd45: k_of = 64'hd69906245565a910;
      7'd46: k_of = 64'hf40e35855771202a;
      7'd47: k_of = 64'h106aa07032bbd1b8;
      7'd48: k_of = 64'h19a4c116b8d2d0c8;
      7'd49: k_of = 64'h1e376c085141ab53;
      7'd50: k_of = 64'h2748774cdf8eeb99;
      7'd51: k_of = 64'h34b0bcb5e19b48a8;
      7'd52: k_of = 64'h391c0cb3c5c95a63;
      7'd53: k_of = 64'h4ed8aa4ae3418acb;
      7'd54: k_of = 64'h5b9cca4f7763e373;
      7'd55: k_of = 64'h682e6ff3d6b2b8a3;
      7'd56: k_of = 64'h748f82ee5defb2fc;
      7'd57: k_of = 64'h78a5636f43172f60;
      7'd58: k_of = 64'h84c87814a1f0ab72;
      7'd59: k_of = 64'h8cc702081a6439ec;
      7'd60: k_of = 64'h90befffa23631e28;
      7'd61: k_of = 64'ha4506cebde82bde9;
      7'd62: k_of = 64'hbef9a3f7b2c67915;
      7'd63: k_of = 64'hc67178f2e372532b;
      7'd64: k_of = 64'hca273eceea26619c;
      7'd65: k_of = 64'hd186b8c721c0c207;
      7'd66: k_of = 64'heada7dd6cde0eb1e;
      7'd67: k_of = 64'hf57d4f7fee6ed178;
      7'd68: k_of = 64'h06f067aa72176fba;
      7'd69: k_of = 64'h0a637dc5a2c898a6;
      7'd70: k_of = 64'h113f9804bef90dae;
      7'd71: k_of = 64'h1b710b35131c471b;
      7'd72: k_of = 64'h28db77f523047d84;
      7'd73: k_of = 64'h32caab7b40c72493;
      7'd74: k_of = 64'h3c9ebe0a15c9bebc;
      7'd75: k_of = 64'h431d67c49c100d4c;
      7'd76: k_of = 64'h4cc5d4becb3e42b6;
      7'd77: k_of = 64'h597f299cfc657e2a;
      7'd78: k_of = 64'h5fcb6fab3ad6faec;
      default: k_of = 64'h6c44198c4a475817;
    endcase
  endfunction

  // Initial hash values (5.3.2 to 5.3.5; SM3: 4.1), 64 bits at a time, highest first.
  function [63:0] hash_iv(input [2:0] which, input [2:0] number);
    case ({which, number})
      {HA_SHA224, 3'd0}: hash_iv = 64'hc1059ed8367cd507;
      {HA_SHA224, 3'd1}: hash_iv = 64'h3070dd17f70e5939;
      {HA_SHA224, 3'd2}: hash_iv = 64'hffc00b3168581511;
      {HA_SHA224, 3'd3}: hash_iv = 64'h64f98fa7befa4fa4;
      {HA_SHA256, 3'd0}: hash_iv = 64'h6a09e667bb67ae85;
      {HA_SHA256, 3'd1}: hash_iv = 64'h3c6ef372a54ff53a;
      {HA_SHA256, 3'd2}: hash_iv = 64'h510e527f9b05688c;
      {HA_SHA256, 3'd3}: hash_iv = 64'h1f83d9ab5be0cd19;
      {HA_SHA384, 3'd0}: hash_iv = 64'hcbbb9d5dc1059ed8;
      {HA_SHA384, 3'd1}: hash_iv = 64'h629a292a367cd507;
      {HA_SHA384, 3'd2}: hash_iv = 64'h9159015a3070dd17;
      {HA_SHA384, 3'd3}: hash_iv = 64'h152fecd8f70e5939;
      {HA_SHA384, 3'd4}: hash_iv = 64'h67332667ffc00b31;
      {HA_SHA384, 3'd5}: hash_iv = 64'h8eb44a8768581511;
      {HA_SHA384, 3'd6}: hash_iv = 64'hdb0c2e0d64f98fa7;
      {HA_SHA384, 3'd7}: hash_iv = 64'h47b5481dbefa4fa4;
      {HA_SHA512, 3'd0}: hash_iv = 64'h6a09e667f3bcc908;
      {HA_SHA512, 3'd1}: hash_iv = 64'hbb67ae8584caa73b;
      {HA_SHA512, 3'd2}: hash_iv = 64'h3c6ef372fe94f82b;
      {HA_SHA512, 3'd3}: hash_iv = 64'ha54ff53a5f1d36f1;
      {HA_SHA512, 3'd4}: hash_iv = 64'h510e527fade682d1;
      {HA_SHA512, 3'd5}: hash_iv = 64'h9b05688c2b3e6c1f;
      {HA_SHA512, 3'd6}: hash_iv = 64'h1f83d9abfb41bd6b;
      {HA_SHA512, 3'd7}: hash_iv = 64'h5be0cd19137e2179;
      {HA_SM3, 3'd0}: hash_iv = 64'h7380166f4914b2b9;
      {HA_SM3, 3'd1}: hash_iv = 64'h172442d7da8a0600;
      {HA_SM3, 3'd2}: hash_iv = 64'ha96f30bc163138aa;
      {HA_SM3, 3'd3}: hash_iv = 64'he38dee4db0fb0e4e;
      default: hash_iv = 64'd0;
    endcase
  endfunction

  // verilator coverage_on
