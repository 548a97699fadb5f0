// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_eng_data: the engines that need no key: COPY, FILL, COMPARE and CRC32C (RFC 3720, B.4), for all ports of
// svarig_engines. One beat a cycle, whichever port it comes from.
//
// act[p]: port p runs a job of this unit (fresh[p] in its first cycle); op, alg, state_in, state_out, len are the job's.
// s_*: as svarig_engines. take (one-hot): a step of a port, which reserves a place in its FIFO; a cycle later
// the place is filled (push, entry) or given back (drop). abort[p] drops what is between.
// An unknown op swallows its data and ends with ST_BAD_OPCODE.

`default_nettype none

module svarig_eng_data #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                  clk,
  input  wire                  rst,
  input  wire [PORTS-1:0]      act,
  input  wire [PORTS-1:0]      fresh,
  input  wire [PORTS-1:0]      abort,
  input  wire [PORTS*8-1:0]    op,
  input  wire [PORTS*8-1:0]    alg,
  input  wire [PORTS-1:0]      state_in,
  input  wire [PORTS-1:0]      state_out,
  input  wire [PORTS*32-1:0]   len,
  output wire [PORTS-1:0]      spare,          // the last step is on its way: a job like it may begin

  input  wire [PORTS-1:0]      s_valid,
  output wire [PORTS-1:0]      s_ready,
  input  wire [PORTS*EW-1:0]   s_data,
  input  wire [PORTS*6-1:0]    s_bytes,
  input  wire [PORTS*3-1:0]    s_kind,
  input  wire [PORTS-1:0]      s_last,
  input  wire [PORTS-1:0]      s_cut,

  input  wire [PORTS-1:0]      room,
  output wire [PORTS-1:0]      take,
  output reg  [PORTS-1:0]      push,
  output reg  [PORTS-1:0]      drop,
  output reg  [EW+10:0]        entry
);

  localparam [5:0] FULL   = (EW == 256) ? 6'd32 : 6'd16;
  localparam       CHUNK  = 256;                 // COMPARE: bytes of src, then as many of dst
  localparam       CBEATS = CHUNK * 8 / EW;
  localparam       CLOG   = $clog2(CBEATS);
  localparam       PW     = $clog2(PORTS);

`include "svarig_eng.vh"
`include "svarig_bytes.vh"
`include "svarig_crc32c.vh"
`include "svarig_state.vh"

  // What a port does next.
  localparam [1:0] P_IN  = 2'd0;                 // take a beat
  localparam [1:0] P_OUT = 2'd1;                 // FILL's bytes; checksum or state
  localparam [1:0] P_END = 2'd2;

  reg  [1:0]       phase [0:PORTS-1];
  reg  [PORTS-1:0] needs;                        // phase is P_IN
  reg  [PORTS-1:0] over;                         // the end is on its way
  reg  [PORTS-1:0] at_last;                        // phase is P_END
  reg  [31:0]      left  [0:PORTS-1];            // FILL: bytes to make; COMPARE: bytes of src to come
  reg  [127:0]     pat   [0:PORTS-1];            // FILL's pattern
  reg  [31:0]      crc   [0:PORTS-1];
  reg  [63:0]      text  [0:PORTS-1];            // CRC32C: bytes in earlier jobs
  reg  [2:0]       beat  [0:PORTS-1];            // of a state, either way
  reg  [PORTS-1:0] cut, differ, bad;
  reg  [PORTS-1:0] second;                       // COMPARE: a chunk of dst
  reg  [8:0]       todo  [0:PORTS-1];            // COMPARE: bytes of this chunk still to come
  reg  [8:0]       size  [0:PORTS-1];            // COMPARE: of the chunk
  (* mem2reg *) reg  [CLOG-1:0]  at    [0:PORTS-1];            // COMPARE: beat of the chunk
  reg  [31:0]      equal [0:PORTS-1];
  reg  [EW-1:0]    chunk [0:(PORTS*CBEATS)-1];

  wire             any;
  wire [PW-1:0]    w;

  svarig_eng_pick #(.N(PORTS)) u_pick (
    .clk(clk), .rst(rst), .ask(act & ~fresh & ~over & ~abort & room & (s_valid | ~needs)),
    .any(any), .grant(take), .which(w)
  );

  assign s_ready = take & needs;
  assign spare   = act & (over | (take & at_last)) & ~fresh;

  function [8:0] chunk_of(input [31:0] n);
    chunk_of = (n > CHUNK) ? 9'd256 : n[8:0];
  endfunction

  // verilator lint_off BLKSEQ
  reg  [EW-1:0]    x;
  reg  [5:0]       n, same;
  reg  [2:0]       kind;
  reg  [7:0]       o, status;
  reg  [31:0]      c, v;
  reg              last, fin;
  integer          i, p;

  always @(posedge clk) begin
    push <= {PORTS{1'b0}};
    drop <= {PORTS{1'b0}};
    if (any) begin
      o    = op[8*w +: 8];
      n    = s_bytes[6*w +: 6];
      for (i = 0; i < EW / 64; i = i + 1)
        x[64*i +: 64] = keep64(s_data[EW*w + 64*i +: 64], n, {i[2:0], 3'd0});
      kind = s_kind[3*w +: 3];
      last = s_last[w];
      fin  = 1'b0;
      drop <= take & ~abort;
      case (phase[w])
        P_IN:
          if (kind == EK_STATE) begin
            beat[w] <= beat[w] + 3'd1;
            if (beat[w] == 3'd0) begin
              bad[w]  <= x[63:0] != state_head(o, alg[8*w +: 8], 1'b0);
              text[w] <= x[127:64];
            end
            if (beat[w] == ((EW == 256) ? 3'd1 : 3'd2))
              crc[w] <= x[31:0];
            if (last)
              beat[w] <= 3'd0;
            if (s_cut[w]) begin
              cut[w]   <= 1'b1;
              phase[w] <= P_END;
              at_last[w] <= 1'b1;
              needs[w] <= 1'b0;
            end
          end else if (kind == EK_IV) begin
            pat[w]   <= x[127:0];
            phase[w] <= s_cut[w] ? P_END : P_OUT;
            at_last[w] <= s_cut[w];
            needs[w] <= 1'b0;
          end else begin
            if (last) begin
              cut[w]   <= s_cut[w];
              phase[w] <= (o == OP_CRC32C && !s_cut[w] && !bad[w]) ? P_OUT : P_END;
              at_last[w] <= !(o == OP_CRC32C && !s_cut[w] && !bad[w]);
              needs[w] <= 1'b0;
            end
            case (o)
              OP_COPY:
                if (n != 6'd0 || !s_cut[w]) begin
                  push  <= take & ~abort;
                  drop  <= {PORTS{1'b0}};
                  entry <= {1'b0, last, EK_DATA, n, x};
                end
              OP_CRC32C: begin
                // The bytes of a short beat are put at its end: leading zeros do not change a register of zero. What of
                // the register lies beyond them stays.
                v = (n < 6'd4) ? crc[w] >> {n[1:0], 3'b000} : 32'd0;
                x[31:0] = x[31:0] ^ crc[w];
                if (n != FULL)
                  x = x << {FULL - n, 3'b000};
                c = 32'd0;
                for (i = 0; i < EW / 32; i = i + 1)
                  c = crc32c_word(c ^ x[32*i +: 32]);
                crc[w] <= c ^ v;
              end
              OP_COMPARE: begin
                at[w]   <= at[w] + 1'b1;
                todo[w] <= todo[w] - {3'd0, n};
                if (todo[w] == {3'd0, n}) begin
                  at[w]     <= {CLOG{1'b0}};
                  second[w] <= !second[w];
                  todo[w]   <= second[w] ? chunk_of(left[w]) : size[w];
                  if (second[w]) begin
                    size[w] <= chunk_of(left[w]);
                    left[w] <= left[w] - {23'd0, chunk_of(left[w])};
                  end
                end
                if (!second[w]) begin
                  chunk[{w, at[w]}] <= x;
                end else if (!differ[w]) begin
                  x = x ^ chunk[{w, at[w]}];
                  same = FULL;                   // bytes that are equal from the first one on
                  for (i = EW / 8 - 1; i >= 0; i = i - 1)
                    if (|x[8*i +: 8])
                      same = i[5:0];
                  if (same < n)
                    differ[w] <= 1'b1;
                  equal[w] <= equal[w] + {26'd0, (same < n) ? same : n};
                end
              end
              default: ;
            endcase
          end
        P_OUT: begin
          push <= take & ~abort;
          drop <= {PORTS{1'b0}};
          if (o == OP_FILL) begin
            fin     = left[w] <= {26'd0, FULL};
            n       = fin ? left[w][5:0] : FULL;
            x       = {EW/128{pat[w]}};
            for (i = 0; i < EW / 64; i = i + 1)
              x[64*i +: 64] = keep64(x[64*i +: 64], n, {i[2:0], 3'd0});
            entry   <= {1'b0, fin, EK_DATA, n, x};
            left[w] <= left[w] - {26'd0, n};
          end else if (state_out[w]) begin
            fin     = beat[w] == STATE_LAST;
            beat[w] <= beat[w] + 3'd1;
            for (i = 0; i < EW / 64; i = i + 1)
              x[64*i +: 64] = state_word(beat_word(beat[w]) + i[3:0], state_head(o, alg[8*w +: 8], 1'b0),
                                         text[w] + {32'd0, len[32*w +: 32]}, 64'd0, {32'd0, crc[w]}, 64'd0);
            entry   <= {1'b0, fin, EK_STATE, FULL, x};
          end else begin
            fin     = 1'b1;
            v       = ~crc[w];
            entry   <= {1'b0, 1'b1, EK_RESULT, 6'd4, {EW-32{1'b0}}, v};
          end
          if (fin) begin
            phase[w] <= P_END;
            at_last[w] <= 1'b1;
          end
        end
        default: begin
          push   <= take & ~abort;
          drop   <= {PORTS{1'b0}};
          status = cut[w] ? ST_OK : (o == OP_COMPARE && differ[w]) ? ST_MISMATCH : bad[w] ? ST_BAD_STATE :
                   (o == OP_COPY || o == OP_FILL || o == OP_COMPARE ||
                    o == OP_CRC32C) ? ST_OK : ST_BAD_OPCODE;
          entry  <= {1'b1, 10'd0, {EW-40{1'b0}}, equal[w], status};
          over[w] <= 1'b1;
        end
      endcase
    end
    if (|fresh)
      for (p = 0; p < PORTS; p = p + 1)
        if (fresh[p]) begin
          phase[p]  <= P_IN;
          needs[p]  <= 1'b1;
          over[p]   <= 1'b0;
          at_last[p]  <= 1'b0;
          beat[p]   <= 3'd0;
          crc[p]    <= 32'hffffffff;
          text[p]   <= 64'd0;
          cut[p]    <= 1'b0;
          differ[p] <= 1'b0;
          bad[p]    <= state_in[p];
          second[p] <= 1'b0;
          equal[p]  <= 32'd0;
          at[p]     <= {CLOG{1'b0}};
          todo[p]   <= chunk_of(len[32*p +: 32]);
          size[p]   <= chunk_of(len[32*p +: 32]);
          left[p]   <= (op[8*p +: 8] == OP_COMPARE)
                       ? len[32*p +: 32] - {23'd0, chunk_of(len[32*p +: 32])} : len[32*p +: 32];
        end
  end
  // verilator lint_on BLKSEQ

endmodule

`default_nettype wire
