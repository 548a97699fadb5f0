// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_ahead: which pages a lane will write next, for svarig_xlate_ahead: so that a job's first write finds its
// translation there.
//
// put adds a job to the row, as to svarig_lane_jobs; w_take: the write side goes on to the next. Shown as the hint
// (cur to last while more is high) are, in this order: what is left of the job that is written (now_*, while now is
// high; all of it before now is high for the first time), the page of its record (rec_va), and the same of the job
// behind it, without its record. ready says that all of the range that is
// shown is cared for: then the next is shown. A destination that is a list is left out. clear forgets all.

`default_nettype none

module svarig_lane_ahead #(
  parameter JOBS = 64                  // a power of two
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,

  input  wire          put,
  input  wire          p_writes,       // it has a destination that is one range
  input  wire [63:0]   p_dst,
  input  wire [31:0]   p_dst_len,
  input  wire          w_take,
  input  wire          now,
  input  wire [63:0]   now_va,
  input  wire [63:0]   now_end,        // the last byte
  input  wire [63:0]   rec_va,

  output wire [51:0]   cur,            // pages
  output wire [51:0]   last,
  output wire          more,
  input  wire          ready
);

  localparam JW = $clog2(JOBS);

  // The range of every job in the row: whether there is one, first byte, length.
  reg  [96:0]   mem [0:JOBS-1];
  reg  [JW:0]   p_at, w_at, h_at;      // put, written, shown
  reg           record;                // of the job that is shown the record's page
  reg           begun;                 // now was high for the job that is written

  wire          mine = (h_at == w_at);
  wire          none = (h_at == p_at);
  wire          h_writes;
  wire [63:0]   h_dst;
  wire [31:0]   h_len;
  assign {h_writes, h_dst, h_len} = mem[h_at[JW-1:0]];
  wire [63:0]   h_end = h_dst + {32'd0, h_len} - 64'd1;

  wire          is_now = mine && now;
  wire          is_job = h_writes && !(mine && begun);
  wire [63:0]   a = record ? rec_va : is_now ? now_va : h_dst;
  wire [63:0]   b = record ? rec_va : is_now ? now_end : h_end;
  assign cur  = a[63:12];
  assign last = b[63:12];
  assign more = !clear && !none && (record || is_now || is_job);
  wire          pass = !none && mine && (ready || !more);

  always @(posedge clk) begin
    if (put)
      mem[p_at[JW-1:0]] <= {p_writes, p_dst, p_dst_len};
    if (rst || clear) begin
      p_at   <= {JW+1{1'b0}};
      w_at   <= {JW+1{1'b0}};
      h_at   <= {JW+1{1'b0}};
      record <= 1'b0;
      begun  <= 1'b0;
    end else begin
      if (put)
        p_at <= p_at + 1'b1;
      if (w_take)
        w_at <= w_at + 1'b1;
      begun <= !w_take && (begun || now);
      if (w_take && mine) begin
        h_at   <= w_at + 1'b1;
        record <= 1'b0;
      end else if (pass) begin
        h_at   <= h_at + {{JW{1'b0}}, record};
        record <= !record;
      end
    end
  end

  wire unused = &{1'b0, a[11:0], b[11:0]};

endmodule

`default_nettype wire
