// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_pri: a page request never begins a group with an index that awaits its response; all pages of a group
// carry one function and one PASID; never more pages are outstanding than the host allocates; and what the table
// counts is what the wire says: a credit is neither lost nor made.
// Two clients (each with what it needs and what it fetches ahead), two functions, four groups, four pages.
// The clients keep the protocol of the header; the host answers, or not, with any code, any index, to any function.

`default_nettype none

module pri_prove (
  input wire        clk,
  input wire [1:0]  fn_reset,
  input wire        cfg_pri_en,
  input wire        cfg_pri_reset,
  input wire [1:0]  p_want,
  input wire [1:0]  g_ask,
  input wire [1:0]  g_now,
  input wire [1:0]  g_stop,
  input wire [1:0]  drop,
  input wire        tx_ready,
  input wire        rsp_valid,
  input wire        rsp_fn_s,
  input wire [2:0]  rsp_index_s,
  input wire [1:0]  rsp_code_s
);

  (* anyconst *) wire [2:0] alloc;
  (* anyconst *) wire [1:0] c_fn_s;      // of each client

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  // A client that fetches ahead: wants its turn, sends pages until it says last.
  reg  [1:0] turn = 2'd0;
  wire [1:0] g_go, g_sent, p_sent, p_done, g_done;
  wire [1:0] g_req  = turn & g_now;
  wire [1:0] g_last = g_stop;
  wire [6:0] g_credits;
  reg  [2:0] left = 3'd0;

  // A client that needs a page has one outstanding at most.
  reg  [1:0] waits = 2'd0;
  wire [1:0] p_req = p_want & ~waits;

  wire         usable, stopped, set_rf, set_uprgi, mark_ack, tx_valid, tx_pfx_valid;
  wire         ev_ok, ev_invalid, ev_failure, ev_unexpected;
  wire [1:0]   p_result, ev_page, outstanding;
  wire [31:0]  tx_pfx;
  wire [127:0] tx_hdr;

  svarig_pri #(.NC(2), .NF(2), .GROUPS(4), .PAGES(4)) u_pri (
    .clk(clk), .rst(rst), .cfg_ats_en(2'b11), .fn_reset(fn_reset), .cfg_pri_en(cfg_pri_en), .cfg_pri_reset(cfg_pri_reset),
    .cfg_pri_alloc({29'd0, alloc}), .cfg_prg_pasid_req(1'b0), .cfg_rid({16'h0101, 16'h0100}),
    .usable(usable), .stopped(stopped), .set_rf(set_rf), .set_uprgi(set_uprgi),
    .c_fn({2'd0, c_fn_s[1], 2'd0, c_fn_s[0]}), .c_pasid({20'd0, 1'b1, 20'd0, 1'b0}), .c_write(2'b00),
    .p_req(p_req), .p_page(104'd0), .p_drop(2'd0), .p_sent(p_sent), .p_done(p_done), .p_result(p_result),
    .g_want(g_ask & ~turn), .g_go(g_go), .g_credits(g_credits), .g_req(g_req), .g_page(104'd0), .g_last(g_last),
    .g_idle(~turn), .g_drop(drop), .g_sent(g_sent), .g_done(g_done),
    .mark_req(1'b0), .mark_fn(3'd0), .mark_pasid(20'd0), .mark_ack(mark_ack),
    .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_pfx_valid(tx_pfx_valid), .tx_pfx(tx_pfx), .tx_hdr(tx_hdr),
    .rsp_valid(rsp_valid), .rsp_fn({2'd0, rsp_fn_s}), .rsp_pfx_valid(1'b0), .rsp_pasid(20'd0),
    .rsp_index({6'd0, rsp_index_s}), .rsp_code({rsp_code_s[1], 2'd0, rsp_code_s[0]}),
    .ev_page(ev_page), .ev_ok(ev_ok), .ev_invalid(ev_invalid), .ev_failure(ev_failure),
    .ev_unexpected(ev_unexpected), .outstanding(outstanding)
  );

  // ------------------------------------------------------------------ what the wire says

  reg  [3:0] open = 4'd0, closed = 4'd0, fn = 4'd0, tagged = 4'd0;
  reg  [2:0] pages [0:3];
  wire [1:0] i_out = tx_hdr[4:3];
  wire       f_out = tx_hdr[80];
  wire       last  = tx_hdr[2];
  wire       sent  = tx_valid && tx_ready;
  wire [1:0] i_in  = rsp_index_s[1:0];
  wire       fits  = rsp_valid && !rsp_index_s[2] && open[i_in] && closed[i_in] && (fn[i_in] == rsp_fn_s) &&
                     !fn_reset[rsp_fn_s];
  wire       fails = fits && rsp_code_s[1];
  reg        dead  = 1'b0;             // a response failure in this life of PRI
  reg        en_1  = 1'b0;
  reg  [4:0] total;
  integer    n;

  always @* begin
    total = 5'd0;
    for (n = 0; n < 4; n = n + 1)
      if (open[n])
        total = total + {2'd0, pages[n]};
  end

  always @(posedge clk) begin
    en_1 <= cfg_pri_en && !rst;
    if (rst)
      turn <= 2'd0;
    else
      turn <= (turn | g_go) & ~(g_sent & g_last) & ~(set_rf || cfg_pri_reset ? 2'b11 : 2'b00) &
              ~{fn_reset[c_fn_s[1]], fn_reset[c_fn_s[0]]};
    if (|g_go)
      left <= g_credits[2:0];
    else if (|g_sent)
      left <= left - 3'd1;
    // As many pages as were given, no more.
    assume(!((|g_req) && (left == 3'd1) && !(|(g_req & g_last))));
    waits <= rst ? 2'd0 : ((waits | p_sent) & ~p_done);
    if (rst)
      dead <= 1'b0;
    else if (fails)
      dead <= 1'b1;
    else if (cfg_pri_en && !en_1)
      dead <= 1'b0;

    for (n = 0; n < 4; n = n + 1)
      if (rst || fails || cfg_pri_reset || (open[n] && fn_reset[fn[n]]))
        open[n] <= 1'b0;
      else if (fits && (i_in == n))
        open[n] <= 1'b0;
    if (!rst && sent) begin
      open[i_out]   <= 1'b1;
      closed[i_out] <= last;
      fn[i_out]     <= f_out;
      tagged[i_out] <= tx_pfx_valid;
      pages[i_out]  <= (open[i_out] && !closed[i_out]) ? (pages[i_out] + 3'd1) : 3'd1;
      // One index, one group.
      assert(!open[i_out] || (!closed[i_out] && (fn[i_out] == f_out) && (tagged[i_out] == tx_pfx_valid)));
      assert(total < {2'd0, alloc} && total < 5'd4);
      assert(!dead && !fn_reset[f_out]);
    end
    if (!rst) begin
      // The credits that are left are those that the wire has not.
      assert(g_credits == ((({2'd0, alloc} - total) < (5'd4 - total)) ? ({2'd0, alloc} - total) : (5'd4 - total)));
      assert(set_uprgi == (rsp_valid && !fits && !dead && !fn_reset[rsp_fn_s]));
      assert(ev_ok == (fits && (rsp_code_s == 2'd0)));
      assert(!stopped || (total == 5'd0));
    end
  end

endmodule

`default_nettype wire
