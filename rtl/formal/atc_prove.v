// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_atc forgets: no lookup hits a page after an invalidation that covers it (or a
// flush), unless it was filled again since. The page is any page, everything else is free but for what the
// cache's header asks of its users. What an invalidation covers is written down here anew (PCIe Base
// Specification 10.3.8).
//
// Page numbers have 4 live bits, PASIDs 1 and the valid bit, functions one: the cache only compares them bit by
// bit and takes the low ones as index, so more bits add no case, only time. Two sets of four ways.

`default_nettype none

module atc_prove (
  input wire        clk,
  input wire        flush,
  input wire        lk_en,
  input wire        lk_fn_s,
  input wire [1:0]  lk_pasid_s,
  input wire [3:0]  lk_page_s,
  input wire        lk_write,
  input wire        f_en,
  input wire        f_fn_s,
  input wire        f_global,
  input wire [1:0]  f_pasid_s,
  input wire [3:0]  f_page_s,
  input wire [2:0]  f_log2,            // page numbers inside the page: 1 << f_log2
  input wire        f_r,
  input wire        f_w,
  input wire        f_u,
  input wire        inv_start,
  input wire        i_fn_s,
  input wire        i_all,
  input wire        i_exact,
  input wire        i_global,
  input wire [1:0]  i_pasid_s,
  input wire [3:0]  i_page_s,
  input wire [2:0]  i_log2
);

  // The page we watch.
  (* anyconst *) wire       k_fn_s;
  (* anyconst *) wire [1:0] k_pasid_s;
  (* anyconst *) wire [3:0] k_page_s;

  wire [20:0] k_pasid  = {k_pasid_s[1], 19'd0, k_pasid_s[0]};
  wire [20:0] lk_pasid = {lk_pasid_s[1], 19'd0, lk_pasid_s[0]};
  wire [20:0] f_pasid  = {f_pasid_s[1], 19'd0, f_pasid_s[0]};
  wire [20:0] i_pasid  = {i_pasid_s[1], 19'd0, i_pasid_s[0]};
  wire [51:0] k_page   = {48'd0, k_page_s};
  wire [51:0] lk_page  = {48'd0, lk_page_s};
  wire [51:0] f_page   = {48'd0, f_page_s};
  wire [51:0] i_page   = {48'd0, i_page_s};

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  wire [51:0] f_mask = (52'd1 << f_log2) - 52'd1;
  wire [51:0] i_mask = (52'd1 << i_log2) - 52'd1;
  wire        inv_busy, res_hit, res_u;
  wire [51:0] res_page;

  svarig_atc #(.ENTRIES(8), .LARGE(2)) u_atc (
    .clk(clk), .rst(rst), .flush(flush),
    .lk_en(lk_en), .lk_fn({2'd0, lk_fn_s}), .lk_pasid(lk_pasid), .lk_page(lk_page), .lk_write(lk_write),
    .res_hit(res_hit), .res_u(res_u), .res_page(res_page),
    .f_en(f_en), .f_fn({2'd0, f_fn_s}), .f_pasid(f_pasid), .f_page(f_page), .f_mask(f_mask), .f_target(52'd0),
    .f_r(f_r), .f_w(f_w), .f_u(f_u), .f_global(f_global), .inv_start(inv_start), .inv_busy(inv_busy),
    .i_scope({i_all, i_exact, i_global, 2'd0, i_fn_s, i_pasid, i_page, i_mask})
  );

  // Rules for the user.
  reg  [15:0] scope_before;
  wire [15:0] scope = {i_fn_s, i_all, i_exact, i_global, i_pasid_s, i_page_s, i_log2};
  always @(posedge clk) begin
    scope_before <= scope;
    assume(!(lk_en && (inv_busy || inv_start || rst)));
    assume(!(inv_start && (inv_busy || rst)));
    assume(!(rst && f_en));
    assume(!(f_global && !f_pasid_s[1]));
    if (inv_busy)
      assume(scope == scope_before);
  end

  // Is a hit on the watched page right?
  wire in_range = (((i_page ^ k_page) & ~i_mask) == 52'd0);
  wire covered  = (i_fn_s == k_fn_s) &&
                  (i_all      ? 1'b1 :
                   i_exact    ? (in_range && (i_pasid == k_pasid)) :
                   i_pasid[20] ? (in_range && (i_global || (i_pasid == k_pasid))) :
                   k_pasid[20] ? 1'b1 : (in_range && (k_pasid == i_pasid)));
  // A Global translation of any PASID is one of the watched PASID; those of its own stay its own.
  wire filled   = f_en && (f_fn_s == k_fn_s) && (((f_page ^ k_page) & ~f_mask) == 52'd0) &&
                  ((f_pasid == k_pasid) || (f_global && k_pasid[20]));

  // ------------------------------------------------------------------ what makes it inductive

  // An entry for the watched page is alive, or the walk under way has it before itself.
  wire        x_walk, x_walk_cmp, x_first, x_walk_n, x_walk_last, x_cmp_set, x_key_valid, x_key_write;
  wire [2:0]  x_key_fn;
  wire [20:0] x_key_pasid;
  wire [51:0] x_key_page;
  wire [1:0]  x_v0, x_v1, x_v2, x_v3, x_l_valid, x_l_global;
  wire [3:0]  x_q_set, x_q_was;
  wire [130:0] x_m00, x_m01, x_m10, x_m11, x_m20, x_m21, x_m30, x_m31, x_q0, x_q1, x_q2, x_q3;
  wire [2:0]  x_l_fn0, x_l_fn1;
  wire [20:0] x_l_pasid0, x_l_pasid1;
  wire [51:0] x_l_page0, x_l_page1, x_l_mask0, x_l_mask1;
  wire        k_set = k_page[0] ^ k_page[1] ^ k_page[2] ^ k_pasid[0] ^ k_pasid[1] ^ k_fn_s;
  wire        i_wide = i_all || (!i_exact && (!i_pasid[20] || i_global)) || (i_mask[51:1] != 51'd0);
  wire        i_base = !i_wide && (i_page[0] ^ i_page[1] ^ i_page[2] ^ i_pasid[0] ^ i_pasid[1] ^ i_fn_s);
  wire        ahead  = (x_walk && ((k_set ^ i_base) >= x_walk_n)) || (x_walk_cmp && (x_cmp_set == k_set));
  wire        doomed = covered && inv_busy && ahead;
  wire        large_doomed = covered && inv_busy && x_first;

  function same(input [130:0] e);
    same = (e[130:55] == {2'd0, k_fn_s, k_pasid, k_page});
  endfunction
  wire [3:0]  at_k = k_set ? {same(x_m31) && x_v3[1], same(x_m21) && x_v2[1], same(x_m11) && x_v1[1], same(x_m01) && x_v0[1]}
                           : {same(x_m30) && x_v3[0], same(x_m20) && x_v2[0], same(x_m10) && x_v1[0], same(x_m00) && x_v0[0]};
  wire [3:0]  valid_k = k_set ? {x_v3[1], x_v2[1], x_v1[1], x_v0[1]} : {x_v3[0], x_v2[0], x_v1[0], x_v0[0]};
  wire [3:0]  q_is_k = {same(x_q3), same(x_q2), same(x_q1), same(x_q0)};
  wire [1:0]  l_at_k;
  assign l_at_k[0] = x_l_valid[0] && (x_l_fn0 == {2'd0, k_fn_s}) && (((x_l_page0 ^ k_page) & ~x_l_mask0) == 52'd0) &&
                     ((x_l_pasid0 == k_pasid) || (x_l_global[0] && k_pasid[20]));
  assign l_at_k[1] = x_l_valid[1] && (x_l_fn1 == {2'd0, k_fn_s}) && (((x_l_page1 ^ k_page) & ~x_l_mask1) == 52'd0) &&
                     ((x_l_pasid1 == k_pasid) || (x_l_global[1] && k_pasid[20]));

  reg  alive = 1'b0;
  reg  asked = 1'b0, asked_2 = 1'b0;   // the watched page was looked up one, two cycles ago
  reg  alive_1 = 1'b0, alive_2 = 1'b0;
  always @(posedge clk) begin
    if (flush || rst || (inv_start && covered))
      alive <= 1'b0;
    else if (filled)
      alive <= 1'b1;
    asked   <= lk_en && (lk_fn_s == k_fn_s) && (lk_pasid == k_pasid) && (lk_page == k_page);
    asked_2 <= asked;
    alive_1 <= alive;
    alive_2 <= alive_1;
    if (asked_2 && !rst)
      assert(!res_hit || alive || alive_1 || alive_2);
    if (!rst) begin
      assert((at_k == 4'd0) || alive || doomed);
      assert((l_at_k == 2'd0) || alive || large_doomed);
      assert(!(x_l_valid[0] && x_l_global[0]) || x_l_pasid0[20]);
      assert(!(x_l_valid[1] && x_l_global[1]) || x_l_pasid1[20]);
      // The walk: one set after the other, from the base.
      assert(!x_walk || (x_walk_last == (i_wide || i_mask[0])));
      assert(!x_walk || (x_walk_n <= x_walk_last));
      assert(!x_walk_cmp || (x_cmp_set == (i_base ^ (x_walk_n - 1'b1))));
      assert(!x_first || !x_walk_cmp || !x_walk || (x_walk_n == 1'b1));
      // What was read of the watched page's set: an entry that is, if it was valid then and is now.
      if (x_key_valid)
        assert((x_q_set == 4'd0) || (x_q_set == 4'hf));
      if (asked && x_key_valid)
        assert((x_q_set == {4{k_set}}) && (x_key_fn == {2'd0, k_fn_s}) && (x_key_pasid == k_pasid) && (x_key_page == k_page));
    end
  end

endmodule

`default_nettype wire
