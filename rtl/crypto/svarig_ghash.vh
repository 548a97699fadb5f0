// SPDX-License-Identifier: BSD-2-Clause
//
// Multiplication in GCM's GF(2^128) (SP 800-38D, 6.3) as a function of the module that includes this. The leftmost
// bit of a block is bit 127.

  // verilator lint_off BLKSEQ
  // Halves, since a simulator is quickest with 64 bits.
  function [127:0] ghash_mul(input [63:0] ph, input [63:0] pl, input [63:0] qh, input [63:0] ql);
    reg [63:0] zh, zl, vh, vl, xh, xl;
    reg        carry;
    integer    i;
    begin
      zh = 64'd0;
      zl = 64'd0;
      vh = qh;
      vl = ql;
      xh = ph;
      xl = pl;
      for (i = 0; i < 128; i = i + 1) begin
        zh = zh ^ (vh & {64{xh[63]}});
        zl = zl ^ (vl & {64{xh[63]}});
        xh = {xh[62:0], xl[63]};
        xl = {xl[62:0], 1'b0};
        carry = vl[0];
        vl = {vh[0], vl[63:1]};
        vh = {1'b0, vh[63:1]} ^ {carry, carry, carry, 4'd0, carry, 56'd0};
      end
      ghash_mul = {zh, zl};
    end
  endfunction
  // verilator lint_on BLKSEQ
