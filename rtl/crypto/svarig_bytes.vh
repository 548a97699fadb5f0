// SPDX-License-Identifier: BSD-2-Clause
//
// Byte helpers of the engines as functions of the module that includes this. None is wider than 64 bits, so that a
// simulator pays for them only where they run.

  // verilator lint_off UNUSED
  function [63:0] swap64(input [63:0] eight);
    swap64 = {eight[7:0], eight[15:8], eight[23:16], eight[31:24], eight[39:32], eight[47:40], eight[55:48], eight[63:56]};
  endfunction

  // Of the 8 bytes that begin at byte `from` of a beat: those before byte `below`, zeros for the others.
  function [63:0] keep64(input [63:0] eight, input [5:0] below, input [5:0] from);
    keep64 = (below >= from + 6'd8) ? eight : (below <= from) ? 64'd0 : eight & ~(64'hffffffffffffffff << {below - from, 3'b000});
  endfunction
  // verilator lint_on UNUSED
