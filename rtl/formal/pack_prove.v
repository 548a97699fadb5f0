// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_pack: what goes in, counted in bytes and beats, comes out:
//   bytes        a byte of a row, any one, is in one beat: the one and the place that the bytes before it since the last
//                flush give
//   beats        a beat, any one, has the bytes, kind, m_last and m_cut of the row that ended it; what is beyond is zero.
//                None is made of nothing, none is lost
//   no rest      when rows that end a beat are here and the engine takes, a beat comes within as many cycles as there
//                are places; a row that was asked for has a place
// The rules of the rows: one a cycle at most, a cycle after m_room allowed it; its bytes are in it; m_last and m_cut only
// with m_flush. Rows of 32 bits. cut_bytes is not looked at.

`default_nettype none

module pack_prove (
  input wire        clk,
  input wire        clear_s,
  input wire        row_s,
  input wire [31:0] m_data,
  input wire [1:0]  lo,
  input wire [2:0]  bytes,
  input wire [2:0]  m_kind,
  input wire        m_flush,
  input wire        last_s,
  input wire        cut_s,
  input wire        s_ready,
  input wire        watch,             // a byte of this row is the one:
  input wire [1:0]  which,
  input wire        watch_beat,        // a beat that this row ends is the one:
  input wire        second
);

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;
  wire clear = clear_s || rst;

  reg          asked;                  // a row comes now
  wire         m_room, s_valid, s_last, s_cut;
  wire [31:0]  s_data;
  wire [5:0]   s_bytes;
  wire [2:0]   s_kind;
  wire         m_valid = asked && row_s && !clear;
  wire         m_last  = last_s && m_flush;
  wire         m_cut   = cut_s && m_flush;

  svarig_lane_pack #(.EW(32)) u_pack (
    .clk(clk), .rst(rst), .clear(clear), .m_valid(m_valid), .m_room(m_room), .m_data(m_data), .m_lo({3'd0, lo}),
    .m_bytes({3'd0, bytes}), .m_kind(m_kind), .m_flush(m_flush), .m_last(m_last), .m_cut(m_cut), .cut_done(),
    .cut_bytes(), .s_valid(s_valid), .s_ready(s_ready), .s_data(s_data), .s_bytes(s_bytes), .s_kind(s_kind),
    .s_last(s_last), .s_cut(s_cut)
  );

  // {beats that a row ends, bytes left over}, when so many bytes wait before it.
  function [3:0] step(input [1:0] before, input [2:0] n, input flush);
    reg [2:0] sum;
    begin
      sum = {1'b0, before} + n;
      if (!flush)
        step = {1'b0, sum[2], sum[1:0]};
      else if (sum == 3'd0)
        step = {2'd1, 2'd0};
      else
        step = {(sum > 3'd4) ? 2'd2 : 2'd1, 2'd0};
    end
  endfunction

  // {bytes, m_last, m_cut} of the first or second of these beats.
  function [4:0] shape(input [1:0] before, input [2:0] n, input flush, input last, input cut, input two);
    reg [2:0] sum;
    reg       ends;
    begin
      sum   = {1'b0, before} + n;
      ends  = flush && (two || (sum <= 3'd4));
      shape = {two ? sum - 3'd4 : (sum > 3'd4) ? 3'd4 : sum, last && ends, cut && ends};
    end
  endfunction

  reg  [1:0]   over;                   // bytes since the last beat that was ended, of all rows that came
  reg  [4:0]   beats;                  // ended and not taken
  reg  [2:0]   rows;                   // so far
  wire         beat = s_valid && s_ready;
  wire [3:0]   now  = step(over, bytes, m_flush);
  wire [2:0]   spot = {1'b0, over} + {1'b0, which};
  wire [4:0]   left = beats - {4'd0, beat};

  reg          on;                     // the byte
  reg  [4:0]   ahead;                  // beats before its own
  reg  [1:0]   place, from;            // in its beat, in its row
  reg  [2:0]   row;
  reg  [7:0]   kept;
  reg          on_beat;                // the beat
  reg  [4:0]   b_ahead;
  reg  [2:0]   b_row, b_kind;
  reg          b_second;
  reg  [4:0]   b_shape;
  reg          waits, b_waits;         // the row is not taken yet
  reg  [3:0]   rest;

  // ------------------------------------------------------------------ the block's own

  wire [2:0]   x_wr, x_rd, x_fill;
  wire         x_spill, x_l_last, x_l_cut;
  wire [31:0]  x_carry;
  wire [48:0]  x_f0, x_f1, x_f2, x_f3;
  wire [2:0]   used = x_wr - x_rd;
  // Row i of those that wait; what the rows before it leave over; beats before those it ends.
  wire [48:0]  q [0:3];
  wire [1:0]   o [0:4];
  wire [4:0]   b [0:4];
  assign o[0] = x_spill ? 2'd0 : x_fill[1:0];
  assign b[0] = {4'd0, s_valid} + {4'd0, x_spill};
  genvar g;
  generate
    for (g = 0; g < 4; g = g + 1) begin : walk
      wire [1:0] at = x_rd[1:0] + g[1:0];
      wire [3:0] s  = step(o[g], q[g][8:6], q[g][2]);
      assign q[g]   = (at == 2'd0) ? x_f0 : (at == 2'd1) ? x_f1 : (at == 2'd2) ? x_f2 : x_f3;
      assign o[g+1] = (g[2:0] < used) ? s[1:0] : o[g];
      assign b[g+1] = (g[2:0] < used) ? b[g] + {3'd0, s[3:2]} : b[g];
    end
  endgenerate
  wire [2:0]   at_r = row - x_rd;
  wire [2:0]   at_b = b_row - x_rd;
  wire [48:0]  q_r  = q[at_r[1:0]];
  wire [48:0]  q_b  = q[at_b[1:0]];
  wire [1:0]   o_b  = o[at_b[1:0]];
  wire [3:0]   s_b  = step(o_b, q_b[8:6], q_b[2]);
  wire [2:0]   spot_r = {1'b0, o[at_r[1:0]]} + {1'b0, from};
  wire [1:0]   in_row = q_r[13:12] + from;
  wire [4:0]   in_s = {place, 3'd0};
  wire         x_take;
  wire [2:0]   first = (b[1] != 5'd0) ? 3'd0 : (b[2] != 5'd0) ? 3'd1 : (b[3] != 5'd0) ? 3'd2 : 3'd3;

  integer      i;
  always @(posedge clk) begin
    assume({1'b0, lo} + {1'b0, bytes} <= 4'd4);
    asked <= m_room && !rst;
    if (x_take && (row == x_rd))
      waits <= 1'b0;
    if (x_take && (b_row == x_rd))
      b_waits <= 1'b0;
    if (clear) begin
      over    <= 2'd0;
      beats   <= 5'd0;
      rows    <= 3'd0;
      on      <= 1'b0;
      on_beat <= 1'b0;
      rest    <= 4'd0;
    end else begin
      rest <= ((beats != 5'd0) && !s_valid) ? rest + 4'd1 : 4'd0;
      beats <= left + (m_valid ? {3'd0, now[3:2]} : 5'd0);
      if (m_valid) begin
        over <= now[1:0];
        rows <= rows + 3'd1;
      end
      if (m_valid && watch && !on && ({1'b0, which} < bytes)) begin
        on    <= 1'b1;
        waits <= 1'b1;
        ahead <= left + {4'd0, spot[2]};
        place <= spot[1:0];
        from  <= which;
        row   <= rows;
        kept  <= m_data >> {lo + which, 3'd0};
      end else if (on && beat) begin
        on    <= (ahead != 5'd0);
        ahead <= ahead - 5'd1;
      end
      if (m_valid && watch_beat && !on_beat && ({1'b0, second} < now[3:2])) begin
        on_beat  <= 1'b1;
        b_waits  <= 1'b1;
        b_ahead  <= left + {4'd0, second};
        b_second <= second;
        b_row    <= rows;
        b_kind   <= m_kind;
        b_shape  <= shape(over, bytes, m_flush, m_last, m_cut, second);
      end else if (on_beat && beat) begin
        on_beat <= (b_ahead != 5'd0);
        b_ahead <= b_ahead - 5'd1;
      end
    end
    if (!rst) begin
      // bytes
      if (on && s_valid && (ahead == 5'd0))
        assert(({4'd0, place} < s_bytes) && (((s_data >> in_s) & 32'hff) == {24'd0, kept}));
      // beats
      assert(!s_valid || (beats != 5'd0));
      if (s_valid)
        assert((s_bytes <= 6'd4) && ((s_data & ~(32'hffffffff >> (6'd32 - {s_bytes[2:0], 3'd0}))) == 32'd0));
      if (on_beat && s_valid && (b_ahead == 5'd0))
        assert((s_bytes == {3'd0, b_shape[4:2]}) && (s_kind == b_kind) && ({s_last, s_cut} == b_shape[1:0]));
      // no rest
      assert(rest <= 4'd4);
      assert(!asked || (used < 3'd4));

      // What makes it inductive: the rows that wait, one after the other.
      assert((x_wr == rows) && (used <= 3'd4));
      assert(x_fill < 3'd4);
      assert(!x_spill || (s_valid && (x_fill != 3'd0)));
      assert((beats == b[4]) && (over == o[4]));
      for (i = 0; i < 4; i = i + 1)
        if (i[2:0] < used)
          assert(({q[i][16:14], q[i][11:9]} == 6'd0) && ({1'b0, q[i][13:12]} + {1'b0, q[i][8:6]} <= 4'd4) &&
                 (q[i][2] || (q[i][1:0] == 2'd0)));
      if ((beats != 5'd0) && !s_valid)
        assert(rest + {1'b0, first} <= 4'd3);
      if (on && waits)
        assert((at_r < used) && ({1'b0, from} < q_r[8:6]) && (place == spot_r[1:0]) &&
               (ahead == b[at_r[1:0]] + {4'd0, spot_r[2]}) && (((q_r[48:17] >> {in_row, 3'd0}) & 32'hff) == {24'd0, kept}));
      else if (on && !(s_valid && (ahead == 5'd0)))
        assert((ahead == {4'd0, s_valid}) && ({1'b0, place} < x_fill) && (((x_carry >> in_s) & 32'hff) == {24'd0, kept}));
      if (on_beat && b_waits)
        assert((at_b < used) && ({1'b0, b_second} < s_b[3:2]) && (b_ahead == b[at_b[1:0]] + {4'd0, b_second}) &&
               (b_kind == q_b[5:3]) && (b_shape == shape(o_b, q_b[8:6], q_b[2], q_b[1], q_b[0], b_second)));
      else if (on_beat && !(s_valid && (b_ahead == 5'd0)))
        assert(x_spill && (b_ahead == 5'd1) && (b_shape == {x_fill, x_l_last, x_l_cut}) && (b_kind == s_kind));
    end
  end

endmodule

`default_nettype wire
