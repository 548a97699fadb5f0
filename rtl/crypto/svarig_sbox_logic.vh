// SPDX-License-Identifier: BSD-2-Clause
//
// The S-boxes of AES (FIPS 197, 5.1.1 and 5.3.2) and SM4 (GB/T 32907) as logic, for synthesis: a quarter of the
// LUTs of a table. All of them are an inverse between two affine maps. It is taken in GF((2^4)^2): GF(2^4)
// modulo z^4 + z + 1, on top of it y^2 + y + ah. to_tower maps an AES byte there (x goes to 50h), from_tower
// maps back and does the affine transformation; inv_* likewise for the inverse S-box, sm4_* for SM4.

  function [3:0] gf16_mul(input [3:0] p, input [3:0] q);
    gf16_mul = {
      (p[0] & q[3]) ^ (p[1] & q[2]) ^ (p[2] & q[1]) ^ (p[3] & q[0]) ^ (p[3] & q[3]),
      (p[0] & q[2]) ^ (p[1] & q[1]) ^ (p[2] & q[0]) ^ (p[2] & q[3]) ^ (p[3] & q[2]) ^
        (p[3] & q[3]),
      (p[0] & q[1]) ^ (p[1] & q[0]) ^ (p[1] & q[3]) ^ (p[2] & q[2]) ^ (p[3] & q[1]) ^
        (p[2] & q[3]) ^ (p[3] & q[2]),
      (p[0] & q[0]) ^ (p[1] & q[3]) ^ (p[2] & q[2]) ^ (p[3] & q[1])
    };
  endfunction

  // A table: Verilator 5.006 counts its first line for all.
  // verilator coverage_off
  function [3:0] gf16_inverse(input [3:0] p);
    case (p)
      4'h0: gf16_inverse = 4'h0;
      4'h1: gf16_inverse = 4'h1;
      4'h2: gf16_inverse = 4'h9;
      4'h3: gf16_inverse = 4'he;
      4'h4: gf16_inverse = 4'hd;
      4'h5: gf16_inverse = 4'hb;
      4'h6: gf16_inverse = 4'h7;
      4'h7: gf16_inverse = 4'h6;
      4'h8: gf16_inverse = 4'hf;
      4'h9: gf16_inverse = 4'h2;
      4'ha: gf16_inverse = 4'hc;
      4'hb: gf16_inverse = 4'h5;
      4'hc: gf16_inverse = 4'ha;
      4'hd: gf16_inverse = 4'h4;
      4'he: gf16_inverse = 4'h3;
      4'hf: gf16_inverse = 4'h8;
    endcase
  endfunction
  // verilator coverage_on

  // p squared, times ah.
  function [3:0] gf16_square(input [3:0] p);
    gf16_square = {p[2] ^ p[1] ^ p[0], p[2] ^ p[1], p[1] ^ p[0], p[3] ^ p[2]};
  endfunction

  function [7:0] to_tower(input [7:0] x);
    to_tower = {
      x[7] ^ x[5],
      x[7] ^ x[6] ^ x[4] ^ x[1],
      x[3] ^ x[2],
      x[7] ^ x[5] ^ x[1],
      x[4] ^ x[3],
      x[2],
      x[7] ^ x[6] ^ x[5] ^ x[2],
      x[7] ^ x[5] ^ x[2] ^ x[0]
    };
  endfunction

  function [7:0] from_tower(input [7:0] x);
    from_tower = {
      x[3] ^ x[2] ^ x[1],
      x[6] ^ x[5] ^ x[4],
      x[6] ^ x[5] ^ x[2] ^ x[1],
      x[4] ^ x[3] ^ x[0],
      x[6] ^ x[3] ^ x[2] ^ x[1] ^ x[0],
      x[7] ^ x[6] ^ x[5] ^ x[3] ^ x[2] ^ x[0],
      x[4] ^ x[1] ^ x[0],
      x[7] ^ x[5] ^ x[3] ^ x[2] ^ x[1] ^ x[0]
    } ^ 8'h63;
  endfunction

  // Of t = h y + l: norm is h^2 c + h l + l^2, and 1 / t = (h y + h + l) / norm.
  function [7:0] tower_inverse(input [7:0] t, input [3:0] one_over_norm);
    tower_inverse = {gf16_mul(t[7:4], one_over_norm), gf16_mul(t[7:4] ^ t[3:0], one_over_norm)};
  endfunction

  function [3:0] tower_norm(input [7:0] t);
    tower_norm = gf16_square(t[7:4]) ^ gf16_mul(t[7:4] ^ t[3:0], t[3:0]);
  endfunction

  function [7:0] inv_to_tower(input [7:0] x);
    inv_to_tower = {
      x[7] ^ x[6] ^ x[2] ^ x[1],
      x[6] ^ x[5] ^ x[4] ^ x[3],
      x[7] ^ x[5] ^ x[4] ^ x[2] ^ x[1] ^ x[0],
      x[7] ^ x[3] ^ x[2] ^ x[1] ^ x[0],
      x[6] ^ x[5] ^ x[3] ^ x[2] ^ x[1] ^ x[0],
      x[7] ^ x[4] ^ x[1],
      x[6] ^ x[5] ^ x[4] ^ x[3] ^ x[2] ^ x[0],
      x[7] ^ x[6] ^ x[5] ^ x[4]
    } ^ 8'h26;
  endfunction

  function [7:0] inv_from_tower(input [7:0] x);
    inv_from_tower = {
      x[6] ^ x[5] ^ x[4] ^ x[3] ^ x[1],
      x[7] ^ x[2] ^ x[1],
      x[7] ^ x[6] ^ x[5] ^ x[4] ^ x[3] ^ x[1],
      x[5] ^ x[3] ^ x[2],
      x[5] ^ x[2],
      x[2],
      x[7] ^ x[4],
      x[7] ^ x[2] ^ x[0]
    };
  endfunction

  function [7:0] sm4_to_tower(input [7:0] x);
    sm4_to_tower = {
      x[6] ^ x[5] ^ x[4] ^ x[3] ^ x[2] ^ x[1] ^ x[0],
      x[5] ^ x[4] ^ x[3] ^ x[2] ^ x[1] ^ x[0],
      x[7] ^ x[6] ^ x[2],
      x[6] ^ x[4] ^ x[2] ^ x[1] ^ x[0],
      x[7] ^ x[5] ^ x[1] ^ x[0],
      x[6] ^ x[5] ^ x[4] ^ x[3] ^ x[2] ^ x[0],
      x[6] ^ x[4] ^ x[1],
      x[6] ^ x[3] ^ x[2] ^ x[1]
    } ^ 8'h84;
  endfunction

  function [7:0] sm4_from_tower(input [7:0] x);
    sm4_from_tower = {
      x[7] ^ x[6] ^ x[4] ^ x[3] ^ x[1] ^ x[0],
      x[5] ^ x[3] ^ x[2] ^ x[0],
      x[4] ^ x[2],
      x[6] ^ x[4] ^ x[2],
      x[5] ^ x[0],
      x[7] ^ x[6] ^ x[4] ^ x[1],
      x[7] ^ x[5] ^ x[4] ^ x[0],
      x[5] ^ x[4] ^ x[3] ^ x[2] ^ x[1] ^ x[0]
    } ^ 8'hd3;
  endfunction

  function [7:0] tower_invert(input [7:0] t);
    tower_invert = tower_inverse(t, gf16_inverse(tower_norm(t)));
  endfunction

  // The inverter is shared: what differs between the directions is before and behind it.
  function [7:0] sbox_logic(input [7:0] x, input dec);
    reg [7:0] t;
    begin
      t = tower_invert(dec ? inv_to_tower(x) : to_tower(x));
      sbox_logic = dec ? inv_from_tower(t) : from_tower(t);
    end
  endfunction

  function [7:0] sm4_sbox_logic(input [7:0] x);
    sm4_sbox_logic = sm4_from_tower(tower_invert(sm4_to_tower(x)));
  endfunction
