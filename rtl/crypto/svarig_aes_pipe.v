// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes_pipe: AES (FIPS 197) with keys of 128, 192 and 256 bits, both ways: a beat of EW / 128 blocks each cycle,
// out 15 cycles later, whatever the key size, each with the round keys of its port.
//
// Blocks carry byte 0 in bits [7:0]. Keys of fewer than 14 rounds leave the first stages idle (in_first: 0, 1, 2 for
// 14, 12, 10 rounds): stage 2 * first adds its key only, the stages before pass the beat on. key_* (from
// svarig_key_expand): slot s is the key of stage s. wipe[p] zeroes the keys of port p and its beats. Data are zero
// where there is no beat, at out as well.

`default_nettype none

module svarig_aes_pipe #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                 clk,
  input  wire [PORTS-1:0]     wipe,
  input  wire [PORTS-1:0]     key_we,
  input  wire [PORTS*5-1:0]   key_slot,
  input  wire [PORTS*128-1:0] key_data,

  input  wire                 in_valid,
  input  wire [$clog2(PORTS)-1:0] in_port,
  input  wire                 in_dec,
  input  wire [1:0]           in_first,
  input  wire [EW-1:0]        in,
  output wire [EW-1:0]        out
);

  localparam PW = $clog2(PORTS);

`include "svarig_sbox.vh"
`include "svarig_aes_round.vh"

  // At the input of each stage, and behind the last.
  wire [15:0]   valid, dec;
  wire [PW-1:0] owner [0:15];
  wire [1:0]    first [0:15];
  wire [EW-1:0] data  [0:15];

  assign valid[0] = in_valid;
  assign dec[0]   = in_dec;
  assign owner[0] = in_port;
  assign first[0] = in_first;
  assign data[0]  = in;
  assign out      = data[15];

  genvar s;
  generate
    for (s = 0; s < 15; s = s + 1) begin : g_stage
      localparam [4:0] SLOT = s;

      reg [127:0]    rk [0:PORTS-1];
      reg            v, d;
      reg [PW-1:0]   o;
      reg [1:0]      f;
      reg [EW-1:0]   x;
      integer        n, b, c;

      assign valid[s+1] = v;
      assign dec[s+1]   = d;
      assign owner[s+1] = o;
      assign first[s+1] = f;
      assign data[s+1]  = x;

      always @(posedge clk) begin
        if (|wipe || |key_we)
          for (n = 0; n < PORTS; n = n + 1)
            if (wipe[n])
              rk[n] <= 128'd0;
            else if (key_we[n] && key_slot[5*n +: 5] == SLOT)
              rk[n] <= key_data[128*n +: 128];
        v <= valid[s] && !wipe[owner[s]];
        if (valid[s] && !wipe[owner[s]]) begin
          o <= owner[s];
          d <= dec[s];
          f <= first[s];
          if (SLOT < {2'd0, first[s], 1'b0})
            x <= data[s];
          else if (SLOT == {2'd0, first[s], 1'b0})
            x <= data[s] ^ {EW/128{rk[owner[s]]}};
          else
            // Byte r of column c comes from column c + r, going back from c - r.
            for (b = 0; b < EW; b = b + 128)
              for (c = 0; c < 4; c = c + 1)
                x[b + 32*c +: 32] <= aes_column(
                  dec[s] ? {data[s][b + 8*((4*c + 7) % 16) +: 8], data[s][b + 8*((4*c + 10) % 16) +: 8],
                            data[s][b + 8*((4*c + 13) % 16) +: 8], data[s][b + 32*c +: 8]}
                         : {data[s][b + 8*((4*c + 15) % 16) +: 8], data[s][b + 8*((4*c + 10) % 16) +: 8],
                            data[s][b + 8*((4*c + 5) % 16) +: 8], data[s][b + 32*c +: 8]},
                  rk[owner[s]][32*c +: 32], dec[s], s == 14);
        end else if (v || |wipe) begin
          x <= {EW{1'b0}};
        end
      end
    end
  endgenerate

  // verilator lint_off UNUSED
  wire unused = &{1'b0, valid[15], dec[15], owner[15], first[15]};
  // verilator lint_on UNUSED

endmodule

`default_nettype wire
