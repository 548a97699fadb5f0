// SPDX-License-Identifier: BSD-2-Clause
//
// The streaming state (docs/hardware-interface.md, "Streaming") as functions of the module that includes this,
// with EW in scope. 1024 bits, byte 0 in bits [7:0].

  localparam [31:0] STATE_MAGIC = 32'h54535653;                 // "SVST"
  localparam [2:0]  STATE_LAST  = (EW == 256) ? 3'd3 : 3'd7;    // number of the last beat of a state

  // Its first 8 bytes: who can go on from it.
  function [63:0] state_head(input [7:0] job_op, input [7:0] job_alg, input back);
    state_head = {15'd0, back, job_alg, job_op, STATE_MAGIC};
  endfunction

  // 8 bytes of it: number says which (0 to 15); b0 and b1 are the 16 bytes at 20h.
  // (In a call that is unrolled Verilator 5.006 counts the first line of a case for all.)
  // verilator coverage_off
  function [63:0] state_word(input [3:0] number, input [63:0] who, input [63:0] texts, input [63:0] aads,
                             input [63:0] b0, input [63:0] b1);
    case (number)
      4'd0:    state_word = who;
      4'd1:    state_word = texts;
      4'd2:    state_word = aads;
      4'd4:    state_word = b0;
      4'd5:    state_word = b1;
      default: state_word = 64'd0;
    endcase
  endfunction
  // verilator coverage_on

  // The number of the first 8 bytes of a beat.
  function [3:0] beat_word(input [2:0] number);
    beat_word = (EW == 256) ? {number[1:0], 2'd0} : {number, 1'b0};
  endfunction
