// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_pack: rows of memory into the beats an engine takes.
//
// A row (m_*, with its data row_data in the same cycle) brings bytes m_lo .. m_lo+m_bytes-1 of itself; they
// are appended to the stream. A beat goes out when it is full, or with m_flush (then what is left; m_last
// and m_cut go out with it, on a beat of 0 bytes if nothing is left). Bytes beyond s_bytes are zero. m_room
// says that a row may be asked for: its data come a cycle later, so two may be on their way. cut_done: a
// row with m_cut was taken, and cut_bytes of text before it since the job began.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_pack #(
  parameter EW = 128
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,

  input  wire          m_valid,
  output wire          m_room,
  input  wire [EW-1:0] m_data,
  input  wire [4:0]    m_lo,
  input  wire [5:0]    m_bytes,
  input  wire [2:0]    m_kind,
  input  wire          m_flush,
  input  wire          m_last,
  input  wire          m_cut,
  output reg           cut_done,
  output reg  [31:0]   cut_bytes,

  output reg           s_valid,
  input  wire          s_ready,
  output reg  [EW-1:0] s_data,
  output reg  [5:0]    s_bytes,
  output reg  [2:0]    s_kind,
  output reg           s_last,
  output reg           s_cut
);

  localparam B  = EW / 8;
  localparam LB = $clog2(B);
  localparam FW = EW + 5 + 6 + 3 + 3;
  localparam [31:0] EK_DATA = `SVARIG_EK_DATA;

  reg  [FW-1:0] fifo [0:3];
  reg  [2:0]    f_wr, f_rd;
  wire [2:0]    used = f_wr - f_rd;
  assign m_room = (used + {2'd0, m_valid} < 3'd4);

  wire [EW-1:0] r_data;
  wire [4:0]    r_lo;
  wire [5:0]    r_bytes;
  wire [2:0]    r_kind;
  wire          r_flush, r_last, r_cut;
  assign {r_data, r_lo, r_bytes, r_kind, r_flush, r_last, r_cut} = fifo[f_rd[1:0]];
  wire          r_any = (used != 3'd0);

  reg  [EW-1:0] carry;
  reg  [LB:0]   fill;                  // bytes of carry, below B
  reg           spill;                 // carry goes out next as the last beat
  reg  [31:0]   count;                 // bytes of text of this job

  wire          free = !s_valid || s_ready;
  wire          take = free && !spill && r_any;
  wire [LB+1:0] sum  = {1'b0, fill} + {1'b0, r_bytes[LB:0]};
  wire          full = (sum >= B[LB+1:0]);
  wire          text = (r_kind == EK_DATA[2:0]);

  // Byte i of the row goes to byte (i + by) mod B.
  function [EW-1:0] turned(input [EW-1:0] v, input [LB-1:0] by);
    turned = (v << {by, 3'b000}) | (v >> (EW - {{29-LB{1'b0}}, by, 3'b000}));
  endfunction
  function [EW-1:0] below(input [LB:0] n);           // ones in the first n bytes
    below = ~({EW{1'b1}} << {n, 3'b000});
  endfunction
  // The beat under construction with a row at its place.
  function [EW-1:0] joined(input [EW-1:0] old, input [LB:0] n, input [EW-1:0] v, input [LB-1:0] lo);
    joined = (old & below(n)) | (turned(v, n[LB-1:0] - lo) & ~below(n));
  endfunction

  always @(posedge clk)
    if (m_valid)
      fifo[f_wr[1:0]] <= {m_data, m_lo, m_bytes, m_kind, m_flush, m_last, m_cut};

  always @(posedge clk)
    if (rst || clear) begin
      f_wr     <= 3'd0;
      f_rd     <= 3'd0;
      fill     <= {LB+1{1'b0}};
      spill    <= 1'b0;
      s_valid  <= 1'b0;
      count    <= 32'd0;
      cut_done <= 1'b0;
    end else begin
      cut_done <= take && r_cut;
      if (m_valid)
        f_wr <= f_wr + 3'd1;
      if (take)
        f_rd <= f_rd + 3'd1;
      if (free)
        s_valid <= spill || (take && (full || r_flush));
      if (take) begin
        fill  <= full ? (sum[LB:0] - B[LB:0]) : r_flush ? {LB+1{1'b0}} : sum[LB:0];
        spill <= r_flush && full && (sum != B[LB+1:0]);
        count <= (text && !r_last) ? (count + {26'd0, r_bytes}) : 32'd0;
      end else if (free && spill) begin
        fill  <= {LB+1{1'b0}};
        spill <= 1'b0;
      end
    end

  reg           l_last, l_cut;         // of a spilt beat
  always @(posedge clk)
    if (take) begin
      carry  <= full ? turned(r_data, fill[LB-1:0] - r_lo[LB-1:0]) : joined(carry, fill, r_data, r_lo[LB-1:0]);
      l_last <= r_last;
      l_cut  <= r_cut;
      s_kind <= r_kind;
      if (full || r_flush) begin
        s_data  <= joined(carry, fill, r_data, r_lo[LB-1:0]) & (full ? {EW{1'b1}} : below(sum[LB:0]));
        s_bytes <= full ? B[5:0] : {{5-LB{1'b0}}, sum[LB:0]};
        s_last  <= r_last && (sum <= B[LB+1:0]);
        s_cut   <= r_cut && (sum <= B[LB+1:0]);
      end
      if (r_cut)
        cut_bytes <= text ? (count + {26'd0, r_bytes}) : 32'd0;
    end else if (free && spill) begin
      s_data  <= carry & below(fill);
      s_bytes <= {{5-LB{1'b0}}, fill};
      s_last  <= l_last;
      s_cut   <= l_cut;
    end

  wire unused = &{1'b0, EK_DATA, r_lo, r_bytes};

endmodule

`default_nettype wire
