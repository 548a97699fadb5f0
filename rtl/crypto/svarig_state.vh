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

  // The first bit of the beat with this number in 1024 bits.
  function [9:0] beat_bit(input [2:0] number);
    beat_bit = (EW == 256) ? {number[1:0], 8'd0} : {number, 7'd0};
  endfunction

  function [EW-1:0] state_beat(input [2:0] number, input [63:0] who, input [63:0] texts, input [63:0] aads,
                               input [511:0] body);
    reg [1023:0] all;
    begin
      all = {256'd0, body, 64'd0, aads, texts, who};
      state_beat = all[beat_bit(number) +: EW];
    end
  endfunction
