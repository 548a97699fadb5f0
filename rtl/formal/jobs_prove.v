// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_jobs: one job, any one, is followed on both of its ways:
//   write side   it is shown once, after those before it, unchanged, in the cycle after it was put or its forerunner taken
//   engine       if it has an engine, its command is given once, after those before it, unchanged; each job before it
//                that has none holds it up for a cycle at most. A job without engine gives no command
// The rules of the lane: at most JOBS are put and not taken by the write side, which takes what it is shown, a job with an
// engine not before the engine has its command; nothing is put at the time of clear. Four places.

`default_nettype none

module jobs_prove (
  input wire         clk,
  input wire         clear_s,
  input wire         put_s,
  input wire         engine,
  input wire [372:0] job,              // the rest of it
  input wire         e_ready,
  input wire         take_s,
  input wire         watch             // the job that is put now is the one
);

  localparam [2:0] JOBS = 3'd4;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;
  wire clear = clear_s || rst;

  // Jobs are counted from the last clear. owed: those put whose command the engine does not have, by the last two bits
  // of the count; due: the first of them.
  reg  [2:0]   puts, takes;
  reg  [3:0]   owed;
  wire [2:0]   inside = puts - takes;
  wire [1:0]   t0 = takes[1:0], t1 = t0 + 2'd1, t2 = t0 + 2'd2, t3 = t0 + 2'd3;
  wire [2:0]   due = owed[t0] ? takes : owed[t1] ? takes + 3'd1 : owed[t2] ? takes + 3'd2 : takes + 3'd3;
  wire         e_valid, w_valid, w_engine;
  wire         put  = put_s && !clear && (inside < JOBS);
  wire         give = e_valid && e_ready;
  wire         take = take_s && w_valid && !(owed[t0] && !(give && (due == takes)));

  wire [7:0]   status, op, alg, w_status, w_op, e_op, e_alg;
  wire         decrypt, state_in, state_out, text, e_decrypt, e_state_in, e_state_out, w_text;
  wire [31:0]  len, aad, dst_len, start, e_len, e_aad, w_len, w_dst_len, w_start;
  wire [63:0]  dst, state, cookie, w_dst, w_state, w_cookie;
  wire [8:0]   dst_sg, w_dst_sg;
  wire [15:0]  count, w_count;
  assign {op, len, alg, decrypt, state_in, state_out, aad, status, text, dst, dst_len, dst_sg, state, cookie, start,
          count} = job;

  svarig_lane_jobs #(.JOBS(4)) u_jobs (
    .clk(clk), .rst(rst), .clear(clear), .put(put), .p_engine(engine), .p_status(status), .p_op(op), .p_alg(alg),
    .p_decrypt(decrypt), .p_state_in(state_in), .p_state_out(state_out), .p_text(text), .p_len(len), .p_aad(aad),
    .p_dst(dst), .p_dst_len(dst_len), .p_dst_sg(dst_sg), .p_state(state), .p_cookie(cookie), .p_start(start),
    .p_count(count),
    .e_valid(e_valid), .e_ready(e_ready), .e_op(e_op), .e_alg(e_alg), .e_decrypt(e_decrypt), .e_state_in(e_state_in),
    .e_state_out(e_state_out), .e_len(e_len), .e_aad(e_aad),
    .w_valid(w_valid), .w_take(take), .w_engine(w_engine), .w_status(w_status), .w_op(w_op), .w_text(w_text),
    .w_len(w_len), .w_dst(w_dst), .w_dst_len(w_dst_len), .w_dst_sg(w_dst_sg), .w_state(w_state), .w_cookie(w_cookie),
    .w_start(w_start), .w_count(w_count)
  );

  reg          on_w, on_e;             // the watched one is not taken by the write side; not by the engine
  reg  [2:0]   at;                     // its count
  reg          kept_e;
  reg  [372:0] kept;
  reg          waits;                  // a job the write side might have seen by now
  reg  [2:0]   rest;                   // cycles without a command while the watched one is due

  wire [2:0]   x_p, x_e, x_w;          // the block's own
  wire [42:0]  x_e0, x_e1, x_e2, x_e3;
  wire [40:0]  x_b0, x_b1, x_b2, x_b3;
  wire [289:0] x_w0, x_w1, x_w2, x_w3;
  wire [373:0] there0 = {x_b0, x_e0, x_w0};
  wire [373:0] there1 = {x_b1, x_e1, x_w1};
  wire [373:0] there2 = {x_b2, x_e2, x_w2};
  wire [373:0] there3 = {x_b3, x_e3, x_w3};
  wire [373:0] there = (at[1:0] == 2'd0) ? there0 : (at[1:0] == 2'd1) ? there1 : (at[1:0] == 2'd2) ? there2 : there3;
  wire [3:0]   engines = {x_b3[40], x_b2[40], x_b1[40], x_b0[40]};

  wire [2:0]   from_w = at - x_w;      // of the watched job, from the readers
  wire [2:0]   from_e = at - x_e;
  wire         first_e = on_e && (due == at);

  reg  [3:0]   to_load;                // jobs the engine's reader has not reached yet and that have an engine
  reg  [1:0]   n;
  integer      i;
  always @* begin
    to_load = 4'd0;
    for (i = 0; i < 4; i = i + 1) begin
      n = x_e[1:0] + i[1:0];
      if (i[2:0] < x_p - x_e)
        to_load[n] = engines[n];
    end
    n = x_e[1:0] - 2'd1;
    if (e_valid)
      to_load[n] = 1'b1;
  end

  always @(posedge clk)
    if (clear) begin
      puts  <= 3'd0;
      takes <= 3'd0;
      owed  <= 4'd0;
      on_w  <= 1'b0;
      on_e  <= 1'b0;
      waits <= 1'b0;
      rest  <= 3'd0;
    end else begin
      puts  <= puts + {2'd0, put};
      takes <= takes + {2'd0, take};
      if (give)
        owed[due[1:0]] <= 1'b0;
      if (put)
        owed[puts[1:0]] <= engine;
      waits <= (inside != {2'd0, take});
      rest  <= (first_e && !e_valid) ? rest + 3'd1 : 3'd0;
      if (put && watch && !on_w && !on_e) begin
        on_w   <= 1'b1;
        on_e   <= engine;
        at     <= puts;
        kept_e <= engine;
        kept   <= job;
      end else begin
        if (take && (takes == at))
          on_w <= 1'b0;
        if (give && (due == at))
          on_e <= 1'b0;
      end
    end

  always @(posedge clk)
    if (!rst) begin
      // write side
      assert(w_valid == waits);
      if (w_valid && on_w && (takes == at))
        assert({w_engine, w_op, w_len, w_status, w_text, w_dst, w_dst_len, w_dst_sg, w_state, w_cookie, w_start, w_count} ==
               {kept_e, kept[372:333], kept[289:0]});
      // engine
      if (e_valid)
        assert(owed != 4'd0);
      if (e_valid && first_e)
        assert({e_op, e_len, e_alg, e_decrypt, e_state_in, e_state_out, e_aad} == kept[372:290]);
      assert(rest <= JOBS);

      // What makes it inductive: the engine's reader is not behind what the write side has taken.
      assert(inside <= JOBS);
      assert(x_p == puts);
      assert(x_w == takes + {2'd0, w_valid});
      assert(x_e - takes <= inside);
      assert(owed == to_load);
      assert(!e_valid || (x_e != takes));
      assert(!on_e || on_w);
      if (on_w) begin
        assert(at - takes < inside);
        assert(owed[at[1:0]] == on_e);
        if (from_w < x_p - x_w)
          assert(there == {kept_e, kept});
        if (on_e && (from_e < x_p - x_e))
          assert(there == {kept_e, kept});
        if (on_e)
          assert(kept_e);
      end
      if (first_e && !e_valid)
        assert({1'b0, rest} + {1'b0, from_e} <= 4'd3);
    end

endmodule

`default_nettype wire
