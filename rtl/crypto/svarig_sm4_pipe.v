// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sm4_pipe: SM4 (GB/T 32907), a round a stage: a beat of EW / 128 blocks each cycle, out 32 cycles later, each with
// the round keys of its port; the order of the round keys makes the direction. Blocks carry byte 0 in bits [7:0].
//
// key_* (from svarig_key_expand): slot s is the key of stage s. wipe[p] zeroes the keys of port p and its beats. Data
// are zero where there is no beat, at out as well.

`default_nettype none

module svarig_sm4_pipe #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                 clk,
  input  wire [PORTS-1:0]     wipe,
  input  wire [PORTS-1:0]     key_we,
  input  wire [PORTS*5-1:0]   key_slot,
  input  wire [PORTS*32-1:0]  key_data,

  input  wire                 in_valid,
  input  wire [$clog2(PORTS)-1:0] in_port,
  input  wire [EW-1:0]        in,
  output wire [EW-1:0]        out
);

  localparam PW = $clog2(PORTS);

`include "svarig_sbox.vh"

  // Words are big-endian.
  function [31:0] swap32(input [31:0] v);
    swap32 = {v[7:0], v[15:8], v[23:16], v[31:24]};
  endfunction

  // verilator lint_off BLKSEQ
  // T (7.1, 6.2).
  function [31:0] sm4_t(input [31:0] x);
    reg [31:0] t;
    begin
      t = sm4_sub_word(x);
      sm4_t = t ^ {t[29:0], t[31:30]} ^ {t[21:0], t[31:22]} ^ {t[13:0], t[31:14]} ^ {t[7:0], t[31:8]};
    end
  endfunction
  // verilator lint_on BLKSEQ

  // At the input of each stage, and behind the last.
  wire [32:0]   valid;
  wire [PW-1:0] owner [0:32];
  wire [EW-1:0] data  [0:32];

  assign valid[0] = in_valid;
  assign owner[0] = in_port;

  genvar b, s;
  generate
    // The last four words come out in reverse (7.1).
    for (b = 0; b < EW; b = b + 32) begin : g_word
      assign data[0][b +: 32] = swap32(in[b +: 32]);
      assign out[b +: 32] = swap32(data[32][(b ^ 96) +: 32]);
    end

    for (s = 0; s < 32; s = s + 1) begin : g_stage
      localparam [4:0] SLOT = s;

      reg [31:0]     rk [0:PORTS-1];
      reg            v;
      reg [PW-1:0]   o;
      reg [EW-1:0]   x;
      integer        n, i;

      assign valid[s+1] = v;
      assign owner[s+1] = o;
      assign data[s+1]  = x;

      always @(posedge clk) begin
        if (|wipe || |key_we)
          for (n = 0; n < PORTS; n = n + 1)
            if (wipe[n])
              rk[n] <= 32'd0;
            else if (key_we[n] && key_slot[5*n +: 5] == SLOT)
              rk[n] <= key_data[32*n +: 32];
        v <= valid[s] && !wipe[owner[s]];
        if (valid[s] && !wipe[owner[s]]) begin
          o <= owner[s];
          // The state is four words, the oldest lowest.
          for (i = 0; i < EW; i = i + 128)
            x[i +: 128] <= {data[s][i +: 32] ^ sm4_t(data[s][i + 32 +: 32] ^ data[s][i + 64 +: 32] ^
                                                     data[s][i + 96 +: 32] ^ rk[owner[s]]), data[s][i + 32 +: 96]};
        end else if (v || |wipe) begin
          x <= {EW{1'b0}};
        end
      end
    end
  endgenerate

  // verilator lint_off UNUSED
  wire unused = &{1'b0, valid[32], owner[32]};
  // verilator lint_on UNUSED

endmodule

`default_nettype wire
