// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_cipher_exit: behind the block ciphers: GHASH (SP 800-38D, 6.4), the tag, and what goes to the ports' FIFOs.
// A beat of any port each cycle.
//
// v: one-hot, the port (w its number) whose beat this is; act: svarig_cipher_act.vh; r: the beat, zeros beyond its n
// bytes; x: what came in (the ciphertext, when decrypting). gcm: A_OUT goes into GHASH as well, decrypting from x.
// piece (EW 256): r is one block only, the upper one if high; a lower one waits for its upper one unless it is last.
// A cycle later push (with entry) or drop says what becomes of the place in the FIFO. kill[p] wipes what is kept
// for a job of port p, wipe_key[p] what is made of its key only; wipe asks the same of others at the end of a job.
// Nothing comes of a port with abort.

`default_nettype none

module svarig_cipher_exit #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire             clk,
  input  wire [PORTS-1:0] abort,
  input  wire [PORTS-1:0] kill,
  input  wire [PORTS-1:0] wipe_key,
  input  wire [PORTS-1:0] v,
  input  wire [$clog2(PORTS)-1:0] w,
  input  wire [3:0]       act,
  input  wire [5:0]       n,
  input  wire             last,
  input  wire             gcm,
  input  wire             dec,
  input  wire             piece,
  input  wire             high,
  input  wire [EW-1:0]    r,
  input  wire [EW-1:0]    x,
  output reg  [PORTS-1:0] push,
  output reg  [PORTS-1:0] drop,
  output reg  [EW+10:0]   entry,
  output reg  [PORTS-1:0] wipe
);

`include "svarig_eng.vh"
`include "svarig_bytes.vh"
`include "svarig_ghash.vh"
`include "svarig_cipher_act.vh"

  localparam [5:0] FULL = (EW == 256) ? 6'd32 : 6'd16;
  localparam       WIDE = (EW == 256);

  reg [127:0]      h    [0:PORTS-1];
  reg [127:0]      h2   [0:PORTS-1];
  reg [127:0]      ej0  [0:PORTS-1];
  reg [127:0]      y    [0:PORTS-1];
  reg [127:0]      tag  [0:PORTS-1];
  reg [127:0]      held [0:PORTS-1];
  reg [PORTS-1:0]  forged;

  // verilator lint_off BLKSEQ
  reg  [127:0]     t, f, k;
  reg  [EW-1:0]    c, o;
  reg  [5:0]       bytes;
  reg              gives, two;
  integer          port;

  always @(posedge clk) begin
    push <= {PORTS{1'b0}};
    drop <= {PORTS{1'b0}};
    wipe <= {PORTS{1'b0}};
    // Before what a step writes: that of the next job may follow at once.
    if (|kill)
      for (port = 0; port < PORTS; port = port + 1)
        if (kill[port]) begin
          ej0[port]    <= 128'd0;
          y[port]      <= 128'd0;
          tag[port]    <= 128'd0;
          held[port]   <= 128'd0;
          forged[port] <= 1'b0;
        end
    if (|wipe_key)
      for (port = 0; port < PORTS; port = port + 1)
        if (wipe_key[port]) begin
          h[port]  <= 128'd0;
          h2[port] <= 128'd0;
        end
    if (|v) begin
      gives = 1'b0;
      o     = r;
      c     = (dec && act == A_OUT) ? x : r;
      bytes = n;
      entry[EW+10:EW] <= {1'b0, last, EK_DATA, n};
      // The one multiplication of this cycle; a second block beside it where beats are two blocks wide.
      two = WIDE && act != A_LEN && n > 6'd16;
      t   = 128'd0;
      if (act == A_AAD || (act == A_OUT && gcm) || act == A_LEN || (WIDE && act == A_J0)) begin
        f = (act == A_J0) ? h[w] : y[w] ^ {swap64(c[63:0]), swap64(c[127:64])};
        k = (two && act != A_J0) ? h2[w] : h[w];
        t = ghash_mul(f[127:64], f[63:0], k[127:64], k[63:0]);
        if (two && act != A_J0) begin
          k = h[w];
          t = t ^ ghash_mul(swap64(c[EW-65 -: 64]), swap64(c[EW-1 -: 64]), k[127:64], k[63:0]);
        end
        if (act == A_AAD || act == A_OUT)
          y[w] <= t;
        if (act == A_J0)
          h2[w] <= t;
      end
      case (act)
        A_OUT: begin
          gives = 1'b1;
          if (WIDE && piece) begin
            if (high) begin
              o[EW-1 -: 128] = r[127:0];
              o[127:0] = held[w];
              bytes = n + 6'd16;
            end else begin
              held[w] <= r[127:0];
              gives = last;
            end
          end
          entry[EW+10:EW] <= {1'b0, last, EK_DATA, bytes};
        end
        A_HASH: begin
          h[w] <= {swap64(r[63:0]), swap64(r[127:64])};
          if (WIDE)
            ej0[w] <= r[EW-1 -: 128];
        end
        A_J0:
          if (!WIDE)
            ej0[w] <= r[127:0];
        A_Y:
          y[w] <= {swap64(r[EW-65 -: 64]), swap64(r[EW-1 -: 64])};
        A_TAG:
          tag[w] <= r[127:0];
        A_LEN: begin
          t = {swap64(t[63:0]), swap64(t[127:64])} ^ ej0[w];
          if (dec)
            forged[w] <= t != tag[w];
          gives = !dec;
          o = {{EW-128{1'b0}}, t};
          entry[EW+10:EW] <= {1'b0, 1'b1, EK_RESULT, 6'd16};
        end
        A_STATE, A_STY: begin
          gives = 1'b1;
          if (act == A_STY) begin
            f = y[w];
            o[EW-1 -: 128] = {swap64(f[63:0]), swap64(f[127:64])};
          end
          entry[EW+10:EW] <= {1'b0, last, EK_STATE, FULL};
        end
        A_END: begin
          gives = 1'b1;
          o = {{EW-8{1'b0}}, (forged[w] && r[7:0] == ST_OK) ? ST_AUTH : r[7:0]};
          entry[EW+10:EW] <= {1'b1, 10'd0};
          wipe <= v & ~abort;
        end
        default: ;
      endcase
      if (gives) begin
        push <= v & ~abort;
        entry[EW-1:0] <= o;
      end else begin
        drop <= v & ~abort;
      end
    end
  end
  // verilator lint_on BLKSEQ

endmodule

`default_nettype wire
