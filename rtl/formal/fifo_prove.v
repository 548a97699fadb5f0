// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_eng_fifo loses nothing, doubles nothing and keeps the order: one pushed entry, any one, is watched through the
// FIFO; it leaves after those before it, unchanged, and what is reserved is never more than the places.
// Four places; a beat of 40 bits, the least that holds an end: the FIFO only stores it.

`default_nettype none

module fifo_prove (
  input wire        clk,
  input wire        flush_s,
  input wire        reserve_s,
  input wire        unreserve_s,
  input wire [2:0]  push_s,
  input wire [50:0] entry0,
  input wire [50:0] entry1,
  input wire [50:0] entry2,
  input wire        m_ready,
  input wire        end_ready,
  input wire        watch             // the entry that is pushed now is the one
);

  localparam EW = 40, LOG2 = 2;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;
  wire flush = flush_s || rst;

  // The rules of the units: one pushes at a time, and only into a place that it has reserved.
  reg  [LOG2:0] promised;              // places reserved, not yet pushed into
  wire          room;
  wire          reserve   = reserve_s && room;
  wire          unreserve = unreserve_s && (promised != 0);
  wire          may_push  = (promised > {{LOG2{1'b0}}, unreserve});
  wire [2:0]    push      = !may_push ? 3'd0 : push_s;

  wire          m_valid, m_last, end_valid;
  wire [EW-1:0] m_data;
  wire [5:0]    m_bytes;
  wire [2:0]    m_kind;
  wire [7:0]    end_status;
  wire [31:0]   end_done;

  svarig_eng_fifo #(.EW(EW), .LOG2(LOG2)) u_fifo (
    .clk(clk), .flush(flush), .reserve(reserve), .unreserve(unreserve), .room(room), .push(push),
    .entry0(entry0), .entry1(entry1), .entry2(entry2), .m_valid(m_valid), .m_ready(m_ready), .m_data(m_data),
    .m_bytes(m_bytes), .m_kind(m_kind), .m_last(m_last), .end_valid(end_valid), .end_ready(end_ready),
    .end_status(end_status), .end_done(end_done)
  );

  wire          pop   = (m_valid && m_ready) || (end_valid && end_ready);
  wire          put   = |push;
  wire [EW+10:0] given = push[0] ? entry0 : push[1] ? entry1 : entry2;

  reg  [LOG2:0] inside;                // entries
  reg           on;                    // the watched one is inside,
  reg  [LOG2:0] before;                // with so many before it
  reg  [EW+10:0] kept;
  wire [LOG2:0] x_used, x_wr, x_rd;    // the FIFO's own
  wire [EW+10:0] x_mem0, x_mem1, x_mem2, x_mem3;
  wire [LOG2:0] place = x_rd + before;
  wire [EW+10:0] there = (place[1:0] == 2'd0) ? x_mem0 : (place[1:0] == 2'd1) ? x_mem1 :
                         (place[1:0] == 2'd2) ? x_mem2 : x_mem3;
  wire          out = on && pop && (before == 0);

  always @(posedge clk) begin
    assume((push_s & (push_s - 3'd1)) == 3'd0);
    if (flush) begin
      promised <= 0;
      inside   <= 0;
      on       <= 1'b0;
    end else begin
      promised <= promised + {{LOG2{1'b0}}, reserve} - {{LOG2{1'b0}}, unreserve} - {{LOG2{1'b0}}, put};
      inside   <= inside + {{LOG2{1'b0}}, put} - {{LOG2{1'b0}}, pop};
      if (put && watch && !on) begin
        on     <= 1'b1;
        before <= inside - {{LOG2{1'b0}}, pop};
        kept   <= given;
      end else if (out)
        on <= 1'b0;
      else if (on && pop)
        before <= before - 1'b1;
    end
    if (!rst) begin
      assert(m_valid || end_valid || (inside == 0));     // nothing is lost
      assert(!(m_valid || end_valid) || (inside != 0));  // nothing comes from nowhere
      assert(!(m_valid && end_valid));
      assert({1'b0, inside} + {1'b0, promised} <= (1 << LOG2));
      assert(room == ({1'b0, inside} + {1'b0, promised} < (1 << LOG2)));
      // What makes it inductive.
      assert(x_used == inside + promised);
      assert(x_wr - x_rd == inside);
      if (on) begin
        assert(before < inside);
        assert(there == kept);
      end
      if (on && (before == 0)) begin
        assert(end_valid == kept[EW+10]);
        if (end_valid)
          assert({end_done, end_status} == kept[39:0]);
        else
          assert({m_last, m_kind, m_bytes, m_data} == kept[EW+9:0]);
      end
    end
  end

endmodule

`default_nettype wire
