// SPDX-License-Identifier: BSD-2-Clause
//
// The phases of a job in svarig_eng_cipher, and what follows what.

  // What a port does next.
  localparam [3:0] C_HEAD  = 4'd0;               // takes key and IV
  localparam [3:0] C_OLD   = 4'd1;               // takes a state
  localparam [3:0] C_HASH  = 4'd3;               // GCM: hash subkey
  localparam [3:0] C_J0    = 4'd4;               // GCM: E(J0), or the subkey's square
  localparam [3:0] C_AAD   = 4'd5;
  localparam [3:0] C_TEXT  = 4'd6;
  localparam [3:0] C_STEAL = 4'd7;               // XTS: the last full block, made of the short one
  localparam [3:0] C_SHORT = 4'd8;               // XTS: the short one
  localparam [3:0] C_TAG   = 4'd9;               // GCM: takes the tag
  localparam [3:0] C_LEN   = 4'd10;              // GCM: lengths
  localparam [3:0] C_STATE = 4'd11;
  localparam [3:0] C_END   = 4'd12;
  localparam [3:0] C_FLUSH = 4'd13;              // the half beat that is left of a cut stream
  localparam [3:0] C_EMPTY = 4'd14;              // takes the beat of a stream without bytes
  localparam [3:0] C_BAD   = 4'd15;              // swallows the data behind a state that is not ours

  // The next tweak (IEEE 1619, 5.2).
  function [127:0] double128(input [127:0] b);
    double128 = {b[126:0], 1'b0} ^ (b[127] ? 128'h87 : 128'd0);
  endfunction

  // The counter behind a counter block, which is highest byte first; GCM's counts in its last 32 bits (SP 800-38D, 6.2).
  function [127:0] count_on(input [127:0] b, input gcm);
    reg [63:0] c, low;
    begin
      c        = swap64(b[127:64]);
      low      = c + 64'd1;
      count_on = gcm ? {swap64({c[63:32], low[31:0]}), b[63:0]}
                     : {swap64(low), (low == 64'd0) ? swap64(swap64(b[63:0]) + 64'd1) : b[63:0]};
    end
  endfunction

  // What a step of text is after: one block where blocks go singly.
  function [5:0] text_want(input [31:0] n, input single, input xts);
    if (single || (xts && |n[3:0] && n < 32'd49))
      text_want = (n < 32'd16) ? n[5:0] : 6'd16;
    else
      text_want = (n < {26'd0, FULL}) ? n[5:0] : FULL;
  endfunction

  function [3:0] after_text(input aead, input dec, input st);
    after_text = st ? C_STATE : !aead ? C_END : dec ? C_TAG : C_LEN;
  endfunction

  // Behind the set-up and the AAD.
  function [3:0] after_head(input [31:0] a, input [31:0] t, input aead, input dec, input st, input begins);
    after_head = (a != 32'd0) ? C_AAD : (t != 32'd0) ? C_TEXT :
                 (begins && !(aead && dec && !st)) ? C_EMPTY : after_text(aead, dec, st);
  endfunction
