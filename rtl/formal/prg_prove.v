// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_pri: indices of page request groups and the credits. One index k, any one, is followed through requests and
// responses as they stand on the wire (PCIe Base Specification 10.4):
//   once            no group begins with an index that is outstanding; a group goes on with its own, and ends
//   freed           a response to the group, with its PASID where that is required, frees the index; so do a response
//                   failure, a reset of page requests and one of the function; nothing else does
//   counted         pages outstanding are those that were sent, at most 6 of ours, and no page is sent beyond the host's
//                   allocation
//   told            the client that waits for k is told of the response, once
//   turns           a client that asks is passed by another once at most
// Four indices, two clients, two functions; page numbers are not looked at. The clients keep the rules of the header.

`default_nettype none

module prg_prove (
  input wire        clk,
  input wire [1:0]  ats_en,
  input wire [1:0]  fn_reset,
  input wire        pri_en,
  input wire        pri_reset,
  input wire [2:0]  alloc,
  input wire        pasid_req,
  input wire [1:0]  c_fn_s,            // keys: function and PASID (valid, one bit)
  input wire [3:0]  c_pasid_s,
  input wire [1:0]  c_write,
  input wire [1:0]  p_ask,
  input wire [1:0]  p_drop_s,
  input wire [1:0]  g_ask,
  input wire [1:0]  g_next,            // the client with the turn has a page
  input wire [1:0]  g_last_s,
  input wire [1:0]  g_idle_s,
  input wire [1:0]  g_drop_s,
  input wire        mark_req,
  input wire        tx_ready,
  input wire        rsp_valid,
  input wire        rsp_fn,
  input wire        rsp_tagged,
  input wire        rsp_pasid,
  input wire [8:0]  rsp_index,
  input wire [3:0]  rsp_code
);

  localparam G = 4, NC = 2, PAGES = 6;

  (* anyconst *) wire [1:0] k;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  wire         usable, stopped, set_rf, set_uprgi, mark_ack, tx_valid, tx_pfx_valid;
  wire         ev_ok, ev_invalid, ev_failure, ev_unexpected;
  wire [NC-1:0] p_sent, p_done, g_go, g_sent, g_done, ev_page;
  wire [1:0]   p_result, outstanding;
  wire [6:0]   g_credits;
  wire [31:0]  tx_pfx;
  wire [127:0] tx_hdr;

  // What a client does: one request of each kind outstanding; a key that stays while it asks or has its turn.
  reg  [NC-1:0] p_out, g_out, turn;    // waits for a response; has its turn to fetch ahead
  reg  [6:0]    sent_now;              // pages of the turn
  reg  [6:0]    given;                 // credits of the turn
  wire [NC-1:0] p_req   = p_ask & ~p_out;
  wire [NC-1:0] g_want  = g_ask & ~g_out & ~turn;
  reg           off;                   // no group could be begun a cycle ago: a turn without a page is given up
  wire [NC-1:0] g_req   = (off && (sent_now == 7'd0)) ? {NC{1'b0}} : g_next & turn;
  wire [NC-1:0] g_last  = g_last_s | {NC{sent_now + 7'd1 >= given}};
  wire [NC-1:0] g_idle  = (g_idle_s | {NC{off}}) & turn & ~g_req & {NC{sent_now == 7'd0}};
  wire [NC-1:0] p_drop  = p_drop_s & p_out;
  wire [NC-1:0] g_drop  = g_drop_s & g_out;
  wire [5:0]    c_fn    = {2'd0, c_fn_s[1], 2'd0, c_fn_s[0]};
  wire [41:0]   c_pasid = {c_pasid_s[3], 19'd0, c_pasid_s[2], c_pasid_s[1], 19'd0, c_pasid_s[0]};

  svarig_pri #(.NC(NC), .NF(2), .GROUPS(G), .PAGES(PAGES)) u_pri (
    .clk(clk), .rst(rst), .cfg_ats_en(ats_en), .fn_reset(fn_reset), .cfg_pri_en(pri_en), .cfg_pri_reset(pri_reset),
    .cfg_pri_alloc({29'd0, alloc}), .cfg_prg_pasid_req(pasid_req), .cfg_rid({16'h0101, 16'h0100}),
    .usable(usable), .stopped(stopped), .set_rf(set_rf), .set_uprgi(set_uprgi),
    .c_fn(c_fn), .c_pasid(c_pasid), .c_write(c_write), .p_req(p_req), .p_page(104'd0), .p_drop(p_drop), .p_sent(p_sent),
    .p_done(p_done), .p_result(p_result), .g_want(g_want), .g_go(g_go), .g_credits(g_credits), .g_req(g_req),
    .g_page(104'd0), .g_last(g_last), .g_idle(g_idle), .g_drop(g_drop), .g_sent(g_sent), .g_done(g_done),
    .mark_req(mark_req), .mark_fn(3'd0), .mark_pasid(20'd0), .mark_ack(mark_ack),
    .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_pfx_valid(tx_pfx_valid), .tx_pfx(tx_pfx), .tx_hdr(tx_hdr),
    .rsp_valid(rsp_valid), .rsp_fn({2'd0, rsp_fn}), .rsp_pfx_valid(rsp_tagged), .rsp_pasid({19'd0, rsp_pasid}),
    .rsp_index(rsp_index), .rsp_code(rsp_code), .ev_page(ev_page), .ev_ok(ev_ok), .ev_invalid(ev_invalid),
    .ev_failure(ev_failure), .ev_unexpected(ev_unexpected), .outstanding(outstanding)
  );

  wire [G-1:0] x_busy, x_closed, x_wanted, x_ahead;
  wire         x_owner0, x_owner1, x_owner2, x_owner3;
  wire [2:0]   x_fn0, x_fn1, x_fn2, x_fn3;
  wire [20:0]  x_pasid0, x_pasid1, x_pasid2, x_pasid3;
  wire [6:0]   x_pages0, x_pages1, x_pages2, x_pages3, x_used;
  wire         x_locked, x_begun, x_failed, x_mark_busy;
  wire [1:0]   x_slot;
  wire [NC-1:0] x_holder, x_after;

  // ------------------------------------------------------------------ on the wire

  wire        page   = tx_valid && tx_ready && (tx_hdr[71:64] == 8'h04) && (tx_hdr[2:0] != 3'b100);   // not a Stop Marker
  wire [8:0]  index  = tx_hdr[11:3];
  wire        is_end = tx_hdr[2];
  wire        on_fn  = tx_hdr[80];
  wire        mine   = page && (index == {7'd0, k});

  reg         out;                     // requests with index k are outstanding
  reg         ended;                   // the last one of the group was sent
  reg         fn, tagged, pasid;
  reg  [6:0]  pages;
  wire        answer = rsp_valid && out && ended && (rsp_index == {7'd0, k}) && (rsp_fn == fn) && !fn_reset[rsp_fn] &&
                       (!pasid_req || !tagged || (rsp_tagged && (rsp_pasid == pasid)));
  wire        fails  = ev_failure || pri_reset;
  wire        gone   = out && fn_reset[fn];

  wire        owner_k = (k == 2'd0) ? x_owner0 : (k == 2'd1) ? x_owner1 : (k == 2'd2) ? x_owner2 : x_owner3;
  wire [2:0]  fn_k    = (k == 2'd0) ? x_fn0 : (k == 2'd1) ? x_fn1 : (k == 2'd2) ? x_fn2 : x_fn3;
  wire [20:0] pasid_k = (k == 2'd0) ? x_pasid0 : (k == 2'd1) ? x_pasid1 : (k == 2'd2) ? x_pasid2 : x_pasid3;
  wire [6:0]  pages_k = (k == 2'd0) ? x_pages0 : (k == 2'd1) ? x_pages1 : (k == 2'd2) ? x_pages2 : x_pages3;
  wire [2:0]  fn_s    = (x_slot == 2'd0) ? x_fn0 : (x_slot == 2'd1) ? x_fn1 : (x_slot == 2'd2) ? x_fn2 : x_fn3;
  wire [6:0]  sum = (x_busy[0] ? x_pages0 : 7'd0) + (x_busy[1] ? x_pages1 : 7'd0) + (x_busy[2] ? x_pages2 : 7'd0) +
                    (x_busy[3] ? x_pages3 : 7'd0);

  reg         client, far, waited;     // who waits for k, and for which kind of request
  reg  [1:0]  c_fn_b;
  reg  [3:0]  c_pasid_b;
  reg  [2:0]  alloc_b;
  reg         stopped_b;
  reg  [1:0]  passed;                  // a page that client 1 needs was sent, so often while client 0 asks and has no turn
  integer     i;

  always @(posedge clk) begin
    // A key stays while something of it is asked for, or under way.
    c_fn_b    <= c_fn_s;
    c_pasid_b <= c_pasid_s;
    off       <= !usable;
    alloc_b   <= alloc;
    for (i = 0; i < NC; i = i + 1)
      if (!rst && turn[i])
        assume((c_fn_s[i] == c_fn_b[i]) && (c_pasid_s[i*2 +: 2] == c_pasid_b[i*2 +: 2]));
    // The allocation changes only while page requests are stopped (10.5.2.2).
    stopped_b <= stopped;
    if (!rst && !stopped_b)
      assume(alloc == alloc_b);
    if (rst) begin
      p_out <= {NC{1'b0}};
      g_out <= {NC{1'b0}};
      turn  <= {NC{1'b0}};
    end else begin
      p_out <= (p_out | p_sent) & ~(p_done & p_out) & ~p_drop;
      for (i = 0; i < NC; i = i + 1) begin
        if (g_go[i])
          turn[i] <= 1'b1;
        else if ((g_sent[i] && g_last[i]) || g_idle[i] || fails || x_failed || fn_reset[c_fn_s[i]])
          turn[i] <= 1'b0;
        if (g_sent[i])
          g_out[i] <= 1'b1;
        else if (g_done[i] || g_drop[i])
          g_out[i] <= 1'b0;
      end
      if (|g_go) begin
        sent_now <= 7'd0;
        given    <= g_credits;
      end else if (|g_sent)
        sent_now <= sent_now + 7'd1;
    end

    if (rst || fails || answer || gone)
      out <= 1'b0;
    else if (mine)
      out <= 1'b1;
    if (mine) begin
      ended  <= is_end;
      fn     <= on_fn;
      tagged <= tx_pfx_valid;
      pasid  <= tx_pfx[0];
      pages  <= (out && !answer) ? pages + 7'd1 : 7'd1;
    end
    if (rst || !p_req[0] || !ats_en[c_fn_s[0]] || fn_reset[c_fn_s[0]] || p_sent[0] || turn[0])
      passed <= 2'd0;
    else if (p_sent[1])
      passed <= passed + 2'd1;

    if (!rst) begin
      // once
      if (mine && out) begin
        assert(!ended);
        assert((fn == on_fn) && (tagged == tx_pfx_valid) && (!tagged || (pasid == tx_pfx[0])));
      end
      if (page)
        assert(index < G);
      // freed
      assert(x_busy[k] == out);
      assert((rsp_valid && (rsp_index == {7'd0, k}) && (ev_ok || ev_invalid || ev_failure)) == answer);
      assert(fails || !out || !ended || !answer || ev_ok || ev_invalid);
      // counted
      assert(x_used == sum);
      assert(x_used <= PAGES);
      if (page && pri_en)
        assert({25'd0, x_used} < {29'd0, alloc});
      if (out)
        assert(pages_k == pages);
      assert(stopped == (!pri_en && (sum == 7'd0) && !x_begun));
      // told
      if (answer && x_wanted[k] && !fails) begin
        assert(x_ahead[k] ? g_done[owner_k] : p_done[owner_k]);
        assert((p_done | g_done) == (2'b01 << owner_k));
      end
      // turns
      assert(passed <= 2'd1);
      // What makes it inductive.
      assert(x_locked == (turn != 2'b00));
      if (x_locked) begin
        assert(x_holder == turn);
        assert((turn == 2'b01) || (turn == 2'b10));
        assert(sent_now < given);
        assert(given <= PAGES);
        assert(x_used + (given - sent_now) <= PAGES);
        assert(x_begun == (sent_now != 7'd0));
        if (x_begun || !off)
          assert({25'd0, x_used} + {25'd0, given - sent_now} <= {29'd0, alloc});
      end
      assert(!x_begun || x_locked);
      for (i = 0; i < G; i = i + 1)
        if (x_busy[i])
          assert(x_closed[i] || (x_begun && (x_slot == i)));
      assert(!x_busy[0] || (x_pages0 <= PAGES));
      assert(!x_busy[1] || (x_pages1 <= PAGES));
      assert(!x_busy[2] || (x_pages2 <= PAGES));
      assert(!x_busy[3] || (x_pages3 <= PAGES));
      if (x_begun) begin
        assert(x_busy[x_slot] && !x_closed[x_slot]);
        assert(fn_s == {2'd0, c_fn_b[turn[1]]});
      end
      if (out) begin
        assert(ended == x_closed[k]);
        assert(fn_k == {2'd0, fn});
        assert((pasid_k[20] == tagged) && (!tagged || (pasid_k[19:0] == {19'd0, pasid})));
        assert(pages != 7'd0);
        if (!ended) begin
          assert(pages == sent_now);
          assert(owner_k == turn[1]);
          assert(fn == c_fn_b[turn[1]]);
          assert({tagged, tagged && pasid} == (c_pasid_b[turn[1]*2 +: 2] & {1'b1, tagged}));
        end
      end
      if (passed != 2'd0)
        assert(x_after != 2'b10);
    end
  end

endmodule

`default_nettype wire
