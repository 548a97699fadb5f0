// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_treq with svarig_ats_cpl: translation requests in flight and invalidations. One translation is watched: page V of
// PASID P of function F; and one tag, k. When an invalidation that covers the translation is marked while the request of tag k
// is out, nothing its answer says is put into the ATC for that page, however large the answer, Global or not, whatever the host
// answers and whenever (PCIe Base Specification 10.3.1); only a request sent afterwards may bring it back.
// A tag is not given out while its request or an answer to it is there.
// Eight tags, two clients, two functions, 64-bit port.

`default_nettype none

module treq_prove (
  input wire         clk,
  input wire [1:0]   live,
  input wire [1:0]   fn_reset,
  input wire [1:0]   cfg_ats_en,
  input wire         cfg_cto_dis,
  input wire         cfg_ext_tag,
  input wire [5:0]   c_fn,
  input wire [41:0]  c_pasid,
  input wire [1:0]   c_nw,
  input wire [1:0]   t_req,
  input wire [103:0] t_page,
  input wire [1:0]   a_req,
  input wire [103:0] a_page,
  input wire [5:0]   a_more,
  input wire [5:0]   a_which,
  input wire         tx_ready,
  input wire         cpl_valid,
  input wire         cpl_sop,
  input wire [127:0] cpl_hdr,
  input wire [63:0]  cpl_data,
  input wire         inv_mark,
  input wire [130:0] i_scope
);

  localparam NT = 8;

  (* anyconst *) wire [2:0]  k;
  (* anyconst *) wire        F;
  (* anyconst *) wire [20:0] P;
  (* anyconst *) wire [51:0] V;
  (* anyconst *) wire [4:0]  stu;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  reg  [31:0] now;                     // begins anywhere
  always @(posedge clk)
    now <= now + 32'd1;

  wire        f_en, f_global;
  wire [2:0]  f_fn;
  wire [20:0] f_pasid;
  wire [51:0] f_page, f_mask;
  wire [1:0]  t_sent, a_sent;
  svarig_ats_treq #(.DATA_WIDTH(64), .NC(2), .NF(2), .NT(NT), .TIMEOUT(12)) u_treq (
    .clk(clk), .rst(rst), .now(now), .live(live), .fn_reset(fn_reset), .cfg_ats_en(cfg_ats_en), .cfg_cto_dis(cfg_cto_dis),
    .cfg_ext_tag(cfg_ext_tag), .cfg_stu(stu), .cfg_rid({16'h0101, 16'h0100}),
    .c_fn(c_fn), .c_pasid(c_pasid), .c_nw(c_nw), .t_req(t_req), .t_page(t_page), .t_sent(t_sent), .t_dead(), .t_done(),
    .t_result(), .a_req(a_req), .a_page(a_page), .a_more(a_more), .a_sent(a_sent), .a_done(), .a_chunk(), .a_which(a_which),
    .a_ok(), .a_none(), .a_again(), .tx_valid(), .tx_ready(tx_ready), .tx_pfx_valid(), .tx_pfx(), .tx_hdr(),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data), .cpl_mine(), .cpl_unexp(),
    .cpl_poisoned(), .cpl_ur(), .cpl_ca(), .cpl_fn(), .f_en(f_en), .f_fn(f_fn), .f_pasid(f_pasid), .f_page(f_page),
    .f_mask(f_mask), .f_target(), .f_r(), .f_w(), .f_u(), .f_global(f_global), .inv_mark(inv_mark), .i_scope(i_scope),
    .mark_req(1'b0), .mark_fn(3'd0), .mark_pasid(20'd0), .mark_clear(), .ats_ur(), .ev_sent(), .ev_fault(), .ev_stale(),
    .ev_timeout(), .ev_fn(), .outstanding()
  );

  // Registers of the block: of the watched tag, and of what is handed on.
  wire [NT-1:0] x_busy, x_quar, x_stale, x_trim, x_met, x_ready;
  wire          x_p_on, x_d_on, x_e_valid, x_e_end, x_e_first;
  wire [3:0]    x_p_slot, x_e_slot, x_slot;
  wire [2:0]    x_fn0, x_fn1, x_fn2, x_fn3, x_fn4, x_fn5, x_fn6, x_fn7;
  wire [20:0]   x_pasid0, x_pasid1, x_pasid2, x_pasid3, x_pasid4, x_pasid5, x_pasid6, x_pasid7;
  wire [51:0]   x_page0, x_page1, x_page2, x_page3, x_page4, x_page5, x_page6, x_page7;
  wire [2:0]    x_more0, x_more1, x_more2, x_more3, x_more4, x_more5, x_more6, x_more7;
  wire [23:0]   x_fn = {x_fn7, x_fn6, x_fn5, x_fn4, x_fn3, x_fn2, x_fn1, x_fn0};
  wire [167:0]  x_pasid = {x_pasid7, x_pasid6, x_pasid5, x_pasid4, x_pasid3, x_pasid2, x_pasid1, x_pasid0};
  wire [415:0]  x_page = {x_page7, x_page6, x_page5, x_page4, x_page3, x_page2, x_page1, x_page0};
  wire [23:0]   x_more = {x_more7, x_more6, x_more5, x_more4, x_more3, x_more2, x_more1, x_more0};
  wire [2:0]    k_fn = x_fn[k*3 +: 3];
  wire [20:0]   k_pasid = x_pasid[k*21 +: 21];
  wire [51:0]   k_page = x_page[k*52 +: 52];
  wire [2:0]    k_more = x_more[k*3 +: 3];

  // Does the invalidation cover the watched translation? As svarig_inv_scope.vh says, from the architecture: everything;
  // or the range in this PASID, or in all; without a PASID, all that has one.
  wire in_range = (((i_scope[103:52] ^ V) & ~i_scope[51:0]) == 52'd0);
  wire covers   = inv_mark && (i_scope[127:125] == {2'd0, F}) &&
                  (i_scope[130] || (!i_scope[129] && !i_scope[124] && P[20]) ||
                   (in_range && ((i_scope[124:104] == P) || (!i_scope[129] && i_scope[128]))));
  reg  dead;                           // marked while the request of tag k is out
  wire sent_k = (|{t_sent, a_sent}) && (x_slot == {1'b0, k});

  wire hit = f_en && (x_e_slot == {1'b0, k}) && (f_fn == {2'd0, F}) && ((f_pasid == P) || (f_global && P[20])) &&
             (((f_page ^ V) & ~f_mask) == 52'd0);
  wire [51:0] unit = (52'd1 << stu) - 52'd1;
  wire near = (((V ^ k_page) & ~(unit | ((k_more == 3'd0) ? 52'd0 : 52'd7))) == 52'd0);

  integer c;
  always @(posedge clk) begin
    // The rules of the surroundings: pages ahead lie in one group of 8; the STU is a page number's at most.
    assume(stu < 5'd20);
    assume(!(cpl_valid && cpl_sop && x_d_on));   // a completion has as many beats as its Length says
    for (c = 0; c < 2; c = c + 1) begin
      assume(c_fn[c*3 +: 3] < 3'd2);
      assume({1'b0, a_page[c*52 +: 3]} + {1'b0, a_more[c*3 +: 3]} <= 4'd7);
    end
    if (rst)
      dead <= 1'b0;
    else if (sent_k)
      dead <= 1'b0;
    else if (covers)
      dead <= 1'b1;

    if (!rst) begin
      assert(!(hit && dead));
      assert(!(sent_k && (x_busy[k] || x_quar[k] || x_ready[k] || (x_p_on && (x_p_slot == {1'b0, k})) ||
                          (x_e_valid && (x_e_slot == {1'b0, k})))));

      // What makes it inductive.
      assert(!x_p_slot[3] || !x_p_on);
      assert(!x_e_slot[3] || !(x_e_valid || x_e_end));
      assert(!(x_busy[k] && x_quar[k]));
      if (x_p_on && (x_p_slot == {1'b0, k}))
        assert(x_ready[k]);
      if (x_e_valid && (x_e_slot == {1'b0, k}))
        assert(x_p_on && (x_p_slot == {1'b0, k}));
      if (x_e_end && (x_e_slot == {1'b0, k}))
        assert(!x_p_on && !x_ready[k]);
      assert({1'b0, k_page[2:0]} + {1'b0, k_more} <= 4'd7 || !x_busy[k]);
      if (dead && x_busy[k] && (k_fn == {2'd0, F})) begin
        if (k_pasid == P)
          assert(x_stale[k] || (x_trim[k] && !near));
        if (P[20] && k_pasid[20])
          assert(x_stale[k] || x_met[k]);
      end
    end
  end

endmodule

`default_nettype wire
