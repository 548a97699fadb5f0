// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rd_align: rows of memory (16 bytes, aligned) into a stream of len bytes whose first byte is at
// offset of the first row.
//
// Beats hold 16 bytes, first byte in 7:0; fewer only with m_last; bytes beyond m_bytes are zero. len 0
// gives one beat of 0 bytes. cut (level): no row comes any more; what is left of the last one goes out as a
// last beat, if there is any. clear drops everything. busy falls when the last beat was taken; sent counts
// the bytes that were taken.

`default_nettype none

module svarig_rd_align (
  input  wire         clk,
  input  wire         rst,
  input  wire         start,
  input  wire [3:0]   offset,
  input  wire [31:0]  len,
  input  wire         clear,
  input  wire         cut,

  input  wire         row_valid,
  output wire         row_take,
  input  wire [127:0] row,
  output reg          busy,
  output reg  [31:0]  sent,

  output reg          m_valid,
  input  wire         m_ready,
  output reg  [127:0] m_data,
  output reg  [4:0]   m_bytes,
  output reg          m_last
);

  reg  [3:0]   off;
  reg  [31:0]  left;                   // bytes not yet put out
  reg          empty;                  // the beat of a job without data is due
  reg          have;                   // prev holds a row whose tail is due
  reg  [127:0] prev;

  wire         free = !m_valid || m_ready;
  wire [4:0]   tail = 5'd16 - {1'b0, off};             // bytes of prev that are due
  wire         aligned = (off == 4'd0);
  wire         short_tail = have && (left <= {27'd0, tail});
  wire [4:0]   most = (left > 32'd16) ? 5'd16 : left[4:0];

  wire put_row  = row_valid && (aligned || (have && !short_tail));
  wire put_tail = short_tail && (left != 32'd0);
  wire put_cut  = cut && !row_valid && have && !short_tail;
  wire put      = busy && free && (put_row || put_tail || put_cut || empty);
  wire load     = busy && row_valid && !aligned && !have;

  assign row_take = load || (busy && free && put_row);

  wire [255:0] pair  = {row_valid ? row : 128'd0, aligned ? row : prev} >> {off, 3'b000};
  wire [4:0]   count = empty ? 5'd0 : put_row ? most : put_tail ? left[4:0] : tail;
  wire         last  = empty || put_cut || (left == {27'd0, count});
  wire [127:0] beyond = {128{1'b1}} << {count, 3'b000};

  always @(posedge clk)
    if (rst || clear) begin
      busy    <= 1'b0;
      m_valid <= 1'b0;
      have    <= 1'b0;
      empty   <= 1'b0;
      left    <= 32'd0;
    end else if (start) begin
      busy    <= 1'b1;
      m_valid <= 1'b0;
      have    <= 1'b0;
      empty   <= (len == 32'd0);
      left    <= len;
    end else begin
      if (free)
        m_valid <= put;
      if (put) begin
        left  <= left - {27'd0, count};
        empty <= 1'b0;
        have  <= put_row && !aligned && !last;
      end
      if (load)
        have <= 1'b1;
      if (free && !put && !empty && (left == 32'd0 || (cut && !row_valid && !have)))
        busy <= 1'b0;
    end

  always @(posedge clk) begin
    if (start)
      off <= offset;
    if (row_take)
      prev <= row;
    if (put) begin
      m_data  <= pair[127:0] & ~beyond;
      m_bytes <= count;
      m_last  <= last;
    end
    if (start)
      sent <= 32'd0;
    else if (m_valid && m_ready)
      sent <= sent + {27'd0, m_bytes};
  end

  wire unused = &{1'b0, pair};

endmodule

`default_nettype wire
