// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_jobs: the jobs a lane has in flight, in order.
//
// put adds one. Two readers follow: e_* gives the engine its commands (jobs without engine are passed
// over), w_* shows the write side the next job until w_take. clear forgets all.

`default_nettype none

module svarig_lane_jobs #(
  parameter JOBS = 64                  // a power of two
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,

  input  wire          put,
  input  wire          p_engine,
  input  wire [7:0]    p_status,
  input  wire [7:0]    p_op,
  input  wire [7:0]    p_alg,
  input  wire          p_decrypt,
  input  wire          p_state_in,
  input  wire          p_state_out,
  input  wire          p_text,
  input  wire [31:0]   p_len,
  input  wire [31:0]   p_aad,
  input  wire [63:0]   p_dst,
  input  wire [31:0]   p_dst_len,
  input  wire [8:0]    p_dst_sg,
  input  wire [63:0]   p_state,
  input  wire [63:0]   p_cookie,
  input  wire [31:0]   p_start,
  input  wire [15:0]   p_count,

  output reg           e_valid,        // svarig_engines
  input  wire          e_ready,
  output reg  [7:0]    e_op,
  output reg  [7:0]    e_alg,
  output reg           e_decrypt,
  output reg           e_state_in,
  output reg           e_state_out,
  output reg  [31:0]   e_len,
  output reg  [31:0]   e_aad,

  output reg           w_valid,        // svarig_lane_write
  input  wire          w_take,
  output reg           w_engine,
  output reg  [7:0]    w_status,
  output reg  [7:0]    w_op,
  output reg           w_text,
  output reg  [31:0]   w_len,
  output reg  [63:0]   w_dst,
  output reg  [31:0]   w_dst_len,
  output reg  [8:0]    w_dst_sg,
  output reg  [63:0]   w_state,
  output reg  [63:0]   w_cookie,
  output reg  [31:0]   w_start,
  output reg  [15:0]   w_count
);

  localparam JW = $clog2(JOBS);

  // What the engine is told, what both need, what the write side needs.
  reg  [42:0]   e_mem  [0:JOBS-1];
  reg  [40:0]   b_mem  [0:JOBS-1];
  reg  [289:0]  w_mem  [0:JOBS-1];
  reg  [JW:0]   p_at, e_at, w_at;
  wire          e_load = (!e_valid || e_ready) && (e_at != p_at);
  wire          w_load = (!w_valid || w_take) && (w_at != p_at);
  wire [40:0]   e_b = b_mem[e_at[JW-1:0]];
  wire [40:0]   w_b = b_mem[w_at[JW-1:0]];

  always @(posedge clk)
    if (put) begin
      e_mem[p_at[JW-1:0]] <= {p_alg, p_decrypt, p_state_in, p_state_out, p_aad};
      b_mem[p_at[JW-1:0]] <= {p_engine, p_op, p_len};
      w_mem[p_at[JW-1:0]] <= {p_status, p_text, p_dst, p_dst_len, p_dst_sg, p_state, p_cookie, p_start, p_count};
    end

  always @(posedge clk)
    if (rst || clear) begin
      p_at    <= {JW+1{1'b0}};
      e_at    <= {JW+1{1'b0}};
      w_at    <= {JW+1{1'b0}};
      e_valid <= 1'b0;
      w_valid <= 1'b0;
    end else begin
      if (put)
        p_at <= p_at + 1'b1;
      if (e_ready)
        e_valid <= 1'b0;
      if (e_load) begin
        e_at    <= e_at + 1'b1;
        e_valid <= e_b[40];
      end
      if (w_take)
        w_valid <= 1'b0;
      if (w_load) begin
        w_at    <= w_at + 1'b1;
        w_valid <= 1'b1;
      end
    end

  always @(posedge clk) begin
    if (e_load) begin
      {e_alg, e_decrypt, e_state_in, e_state_out, e_aad} <= e_mem[e_at[JW-1:0]];
      {e_op, e_len} <= e_b[39:0];
    end
    if (w_load) begin
      {w_status, w_text, w_dst, w_dst_len, w_dst_sg, w_state, w_cookie, w_start, w_count} <= w_mem[w_at[JW-1:0]];
      {w_engine, w_op, w_len} <= w_b;
    end
  end

endmodule

`default_nettype wire
