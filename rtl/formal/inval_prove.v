// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_inval: each Invalidate Request is completed once, and an Invalidate Completion leaves only for a request
// that was received and not completed, in the same life of the function; and not before
//   - the request's scope was given to the cache and to the requests in flight while grants were blocked and no
//     grant was held, and the walk was over, with grants blocked all the time;
//   - every read that was outstanding then has ended.
// What a function is owed is counted to the last one. And none is put off: its completion leaves within 32 steps of
// the machine (cycles in which it waits for a grant to be released, for the walk, reads, a Stop Marker or the link do
// not count; the bound grows by 4 for each place of the ring).
// One request is watched, any one; the host sends what it likes but never an ITag twice (10.3.1). Two functions,
// a ring of four, two reads; page numbers and PASIDs have few live bits: they are only stored.

`default_nettype none

module inval_prove (
  input wire        clk,
  input wire [1:0]  fn_reset,
  input wire        msg_valid,
  input wire        msg_fn_s,
  input wire        msg_itag_s,
  input wire        msg_tagged,
  input wire [1:0]  msg_page_s,
  input wire        msg_s,
  input wire        mcu_valid,
  input wire        mcu_all,
  input wire        mcu_fn_s,
  input wire        mcu_tagged,
  input wire        any_held,
  input wire [1:0]  reads,
  input wire        inv_busy,
  input wire        mark_ack,
  input wire        tx_ready
);

  (* anyconst *) wire k_fn;
  (* anyconst *) wire k_itag;

  localparam [3:0] S_IDLE = 4'd0, S_HOLD = 4'd1, S_READ = 4'd2, S_LOAD = 4'd3, S_START = 4'd4, S_WALK = 4'd5,
                   S_DRAIN = 4'd6, S_MARK = 4'd7, S_FETCH = 4'd8, S_SEND = 4'd9;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  wire         mcu_busy, block, inv_start, mark_req, tx_valid, ev_request, ev_completion, outstanding;
  wire [130:0] i_scope;
  wire [2:0]   mark_fn;
  wire [19:0]  mark_pasid;
  wire [127:0] tx_hdr;
  wire [1:0]   fn_busy;
  wire [63:0]  entry = {50'd0, msg_page_s, msg_s, 11'd0};

  svarig_ats_inval #(.NF(2), .READS(2), .RING(2)) u_inval (
    .clk(clk), .rst(rst), .cfg_stu(5'd0), .cfg_rid({16'h0101, 16'h0100}), .fn_reset(fn_reset),
    .msg_valid(msg_valid), .msg_fn({2'd0, msg_fn_s}), .msg_pfx_valid(msg_tagged), .msg_pasid(20'd0),
    .msg_from(16'h0010), .msg_itag({4'd0, msg_itag_s}), .msg_entry(entry),
    .mcu_valid(mcu_valid), .mcu_all(mcu_all), .mcu_fn({2'd0, mcu_fn_s}), .mcu_pasid({mcu_tagged, 20'd0}), .mcu_busy(mcu_busy),
    .block(block), .any_held(any_held), .reads(reads), .inv_start(inv_start), .inv_busy(inv_busy),
    .i_scope(i_scope), .mark_req(mark_req), .mark_fn(mark_fn), .mark_pasid(mark_pasid), .mark_ack(mark_ack),
    .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_hdr(tx_hdr),
    .ev_request(ev_request), .ev_completion(ev_completion), .fn_busy(fn_busy), .outstanding(outstanding)
  );

  wire [3:0]  x_state;
  wire [98:0] x_ring0, x_ring1, x_ring2, x_ring3, x_head;
  wire [1:0]  x_wr, x_done, x_sent, x_grave0, x_grave1, x_dead;
  wire [5:0]  x_count0, x_count1;
  wire        x_m_pend, x_m_run;
  wire [1:0]  x_snap;

  // What the host owes us: no ITag twice; a request is for the watched function and ITag, or for others.
  reg        out = 1'b0;               // the watched one is received and not completed
  wire       mine = msg_valid && (msg_fn_s == k_fn) && (msg_itag_s == k_itag);
  wire       done = tx_valid && tx_ready;
  wire       done_mine = done && (tx_hdr[95:80] == (k_fn ? 16'h0101 : 16'h0100)) && tx_hdr[{4'd0, k_itag}];
  reg        let_go = 1'b0;

  reg        applied = 1'b0, walked = 1'b0;
  reg [1:0]  owe = 2'd0;
  reg [1:0]  page = 2'd0;
  reg        tagged = 1'b0, s = 1'b0;
  reg [1:0]  pos;                      // its place in the ring
  wire [51:0] want_mask = s ? ({50'd0, page} ^ ({50'd0, page} + 52'd1)) : 52'd0;
  wire       same = (i_scope[130:128] == 3'd0) && (i_scope[127:125] == {2'd0, k_fn}) && (i_scope[124] == tagged) &&
                    (i_scope[103:52] == {50'd0, page}) && (i_scope[51:0] == want_mask);
  reg        may_walk;                 // the cache walks for an invalidation that was started

  // Steps of the machine that wait for nobody.
  wire       own = !((x_state == S_HOLD && any_held) || (x_state == S_WALK && inv_busy) ||
                     (x_state == S_DRAIN && x_snap != 2'd0) || (x_state == S_MARK && !mark_ack) ||
                     (x_state == S_SEND && tx_valid && !tx_ready));
  reg [6:0]  age;                      // own steps since the watched request was received

  // The ring, place by place.
  wire [1:0] at_pos  = pos - x_sent;
  wire [1:0] n_in    = x_wr - x_sent;
  wire [1:0] n_done  = x_done - x_sent;
  wire [395:0] rings = {x_ring3, x_ring2, x_ring1, x_ring0};
  reg  [3:0] in, isk, live0, live1, alive;
  reg  [98:0] e;
  reg  [1:0] off;
  integer    i;
  always @* begin
    for (i = 0; i < 4; i = i + 1) begin
      e        = rings[i*99 +: 99];
      off      = i[1:0] - x_sent;
      in[i]    = (off < n_in);
      isk[i]   = (e[98:96] == {2'd0, k_fn}) && (e[58:54] == {4'd0, k_itag});
      live0[i] = in[i] && (e[98:96] == 3'd0) && !(x_dead[0] && (off < (x_grave0 - x_sent)));
      live1[i] = in[i] && (e[98:96] == 3'd1) && !(x_dead[1] && (off < (x_grave1 - x_sent)));
      alive[i] = (k_fn ? live1[i] : live0[i]) && isk[i];
    end
  end
  wire [98:0] e_pos = rings[pos*99 +: 99];
  wire [98:0] e_sent = rings[x_sent*99 +: 99];
  wire [98:0] e_done = rings[x_done*99 +: 99];
  function [5:0] ones(input [3:0] v);
    ones = {5'd0, v[0]} + {5'd0, v[1]} + {5'd0, v[2]} + {5'd0, v[3]};
  endfunction

  // Own steps until the watched one is completed, at most: 4 for each invalidation of the batch, with those that may
  // still come, 2 for each completion.
  wire [6:0] loads = 7'd3 - {5'd0, n_done} + {6'd0, x_m_pend || !x_m_run};
  wire [6:0] sends = {4'd0, at_pos, 1'b0} + 7'd2;
  wire       later = (at_pos >= n_done);                   // it is not of the batch that is being answered
  wire [6:0] again = {4'd0, at_pos - n_done, 1'b0} + 7'd22;  // a batch of its own
  wire [6:0] rest  = later ? {4'd0, n_done, 1'b0} + again : sends;
  reg  [6:0] steps;
  always @*
    case (x_state)
      S_IDLE:  steps = again;
      S_HOLD:  steps = again - 7'd1;
      S_READ:  steps = (loads << 2) + 7'd2 + sends;
      S_LOAD:  steps = (loads << 2) + 7'd1 + sends;
      S_START: steps = (loads << 2) + 7'd4 + sends;
      S_WALK:  steps = (loads << 2) + 7'd3 + sends;
      S_DRAIN: steps = 7'd2 + rest;
      S_MARK:  steps = 7'd1 + rest;
      S_FETCH: steps = rest;
      default: steps = rest - 7'd1;
    endcase

  always @(posedge clk) begin
    assume(!(mine && out));
    assume(!(mcu_valid && mcu_busy));
    assume(!(rst && (msg_valid || mcu_valid)));
    // The cache walks only for an invalidation.
    may_walk <= !rst && (inv_start || (may_walk && inv_busy));
    if (!may_walk)
      assume(!inv_busy);
    // While grants are blocked what is held is released and nothing new is held.
    let_go <= block && !any_held;
    if (let_go && block)
      assume(!any_held);

    if (rst || fn_reset[k_fn])
      out <= 1'b0;
    else if (mine && ev_request)
      out <= 1'b1;
    else if (done_mine)
      out <= 1'b0;
    if (mine && ev_request) begin
      page    <= msg_page_s;
      tagged  <= msg_tagged;
      s       <= msg_s;
      applied <= 1'b0;
      walked  <= 1'b0;
      pos     <= x_wr;
      age     <= 7'd0;
    end else begin
      if (inv_start && same && !any_held && block && out) begin
        applied <= 1'b1;
        owe     <= reads;
      end else
        owe <= owe & reads;
      if (applied && !inv_busy && !inv_start)
        walked <= 1'b1;
      if (out && own)
        age <= age + 7'd1;
    end
    if (!rst && inv_start)
      assert(block && !any_held);
    if (!rst && inv_busy)
      assert(block);                   // no lookup may meet the walk
    if (!rst && done_mine) begin
      assert(out);
      assert(applied && walked);
      assert(owe == 2'd0);
      assert(!fn_reset[k_fn]);
    end
    if (!rst) begin
      // one at a time: never lost, counted
      if (mine && !fn_reset[k_fn])
        assert(ev_request || (n_in == 2'd3));
      assert(x_count0 == ones(live0));
      assert(x_count1 == ones(live1));
      assert(fn_busy == {x_count1 != 6'd0, x_count0 != 6'd0});
      assert(alive == (out ? (4'd1 << pos) : 4'd0));
      // What makes it inductive.
      assert(x_state <= S_SEND);
      assert(n_done <= n_in);
      assert(!x_dead[0] || ((x_grave0 - x_sent) <= n_in));
      assert(!x_dead[1] || ((x_grave1 - x_sent) <= n_in));
      if (x_dead[0] && (x_grave0 == x_sent))
        assert(x_state != S_SEND);
      if (x_dead[1] && (x_grave1 == x_sent))
        assert(x_state != S_SEND);
      if ((x_state == S_IDLE) || (x_state == S_HOLD))
        assert((n_done == 2'd0) && !x_m_run);
      assert(!(x_m_pend && x_m_run));
      if ((x_state == S_HOLD) || (x_state == S_READ))
        assert(x_m_pend || (n_done < n_in));
      if (x_state == S_LOAD)
        assert(x_m_pend || ((n_done < n_in) && (x_head == e_done)));
      if ((x_state == S_FETCH) || (x_state == S_SEND))
        assert((n_done != 2'd0) && !x_m_run);
      if (x_state == S_SEND)
        assert(x_head == e_sent);
      if ((x_state == S_READ) || (x_state == S_LOAD) || (x_state == S_START) || (x_state == S_WALK))
        assert(let_go);
      assert(!may_walk || (x_state == S_WALK));
      assert(block == ((x_state >= S_HOLD) && (x_state <= S_WALK)));
      if (out) begin
        assert((age <= 7'd32) && (age + steps <= 7'd32));
        assert(at_pos < n_in);
        assert((e_pos[53:0] == {s, 1'b0, 50'd0, page}) && (e_pos[95:75] == {tagged, 20'd0}));
        if (at_pos < n_done) begin
          if ((x_state != S_START) || i_scope[129] || (at_pos + 2'd1 != n_done))
            assert(applied);
          else
            assert(same);
          if (((x_state != S_START) && (x_state != S_WALK)) || i_scope[129] || (at_pos + 2'd1 != n_done))
            assert(walked);
          if (x_state == S_DRAIN)
            assert((owe & ~x_snap) == 2'd0);
          if ((x_state == S_MARK) || (x_state == S_FETCH) || (x_state == S_SEND))
            assert(owe == 2'd0);
        end
      end
    end
  end

endmodule

`default_nettype wire
