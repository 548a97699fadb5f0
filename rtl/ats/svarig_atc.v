// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_atc: the address translation cache (PCIe Base Specification 10.1).
//
// Pages of 4 KiB live in four ways of RAM, larger ones and those marked Global in LARGE registers that
// compare under a mask. All of a key counts: function, PASID or none, page.
//   lookup      lk_en with key; the result stands two cycles later (res_*) for one cycle. One a cycle; not
//               while inv_busy.
//   fill        one cycle. f_mask has a one for every page-number bit inside the page (0: 4 KiB).
//   invalidate  inv_start with the scope (svarig_inv_scope.vh), which must stay until inv_busy is low again.
//               A fill before or with inv_start is covered.
//   flush       everything, in one cycle; wins over a fill. What stands in res_* and what is looked up in
//               this cycle and the one before is void.
// The same page may sit in two ways (asked for twice, with different permissions): each was a true
// translation, an invalidation drops both, and the lookup takes one that is allowed.
//
// The index is the page number's low bits XOR bits that do not depend on them: an invalidation of 2^k pages
// in one PASID walks the 2^k sets they can be in, any other one walks all.

`default_nettype none

module svarig_atc #(
  parameter ENTRIES = 256,     // of 4 KiB: 16, 32, 64, 128, ...
  parameter LARGE   = 8        // of larger pages
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         flush,

  input  wire         lk_en,
  input  wire [2:0]   lk_fn,
  input  wire [20:0]  lk_pasid,       // bit 20: valid
  input  wire [51:0]  lk_page,
  input  wire         lk_write,
  output reg          res_hit,
  output reg          res_u,          // untranslated access only
  output reg  [51:0]  res_page,

  input  wire         f_en,
  input  wire [2:0]   f_fn,
  input  wire [20:0]  f_pasid,
  input  wire [51:0]  f_page,
  input  wire [51:0]  f_mask,
  input  wire [51:0]  f_target,
  input  wire         f_r,
  input  wire         f_w,
  input  wire         f_u,
  input  wire         f_global,

  input  wire         inv_start,
  output wire         inv_busy,
  input  wire [130:0] i_scope
);

`include "svarig_inv_scope.vh"

  localparam WAYS = 4;
  localparam SETS = ENTRIES / WAYS;
  localparam SW   = $clog2(SETS);
  localparam LW   = $clog2(LARGE);
  localparam EW   = 3 + 21 + 52 + 52 + 3;

  // Streams that run in step, in several spaces, should not meet in one set.
  function [SW-1:0] index(input [2:0] fn, input [2*SW-1:0] pasid, input [3*SW-1:0] page);
    integer b;
    begin
      index = page[SW-1:0] ^ page[2*SW-1:SW] ^ page[3*SW-1:2*SW] ^ pasid[SW-1:0] ^ pasid[2*SW-1:SW];
      for (b = 0; (b < 3) && (b < SW); b = b + 1)
        index[SW-1-b] = index[SW-1-b] ^ fn[b];
    end
  endfunction

  // ------------------------------------------------------------------ read port: lookup or walk

  reg              walk;           // the walk reads a set
  reg              walk_cmp;       // the set read in the cycle before is compared
  reg  [SW-1:0]    walk_n, walk_last;
  reg  [SW-1:0]    cmp_set;
  reg              first_cmp;      // the registers are compared once
  reg              key_valid;
  reg  [2:0]       key_fn;
  reg  [20:0]      key_pasid;
  reg  [51:0]      key_page;
  reg              key_write;

  // Sets the invalidation can meet: those of its pages, or all.
  wire             i_wide = i_scope[130] || (!i_scope[129] && (!i_scope[124] || i_scope[128])) ||
                            (i_scope[51:SW] != {52-SW{1'b0}});
  wire [SW-1:0]    i_base = i_wide ? {SW{1'b0}} : index(i_scope[127:125], i_scope[104 +: 2*SW], i_scope[52 +: 3*SW]);
  wire [SW-1:0]    walk_set = i_base ^ walk_n;

  wire             rd_en  = walk || lk_en;
  wire [SW-1:0]    rd_set = walk ? walk_set : index(lk_fn, lk_pasid[2*SW-1:0], lk_page[3*SW-1:0]);
  wire             is_4k  = (f_mask == 52'd0) && !f_global;
  wire [SW-1:0]    f_set  = index(f_fn, f_pasid[2*SW-1:0], f_page[3*SW-1:0]);

  wire [WAYS-1:0]  f_used;         // ways of the fill's set that hold something
  reg  [2*SETS-1:0] victim;        // per set: the next to go where all do
  wire [1:0]       f_turn = victim[{f_set, 1'b0} +: 2];
  wire [1:0]       f_way = !f_used[0] ? 2'd0 : !f_used[1] ? 2'd1 : !f_used[2] ? 2'd2 :
                           !f_used[3] ? 2'd3 : f_turn;

  wire [WAYS*EW-1:0] w_q;
  wire [WAYS-1:0]    w_valid;
  integer            n, k, m;

  assign inv_busy = walk || walk_cmp;

  genvar w;
  generate
    for (w = 0; w < WAYS; w = w + 1) begin : way
      reg  [EW-1:0]   mem [0:SETS-1];
      reg  [SETS-1:0] valid;
      reg  [EW-1:0]   q;
      reg  [SW-1:0]   q_set;
      reg             q_was;             // was valid when it was read: a fill may come in the same cycle
      wire            put = f_en && is_4k && (f_way == w);

      always @(posedge clk) begin
        if (put)
          mem[f_set] <= {f_fn, f_pasid, f_page, f_target, f_u, f_w, f_r};
        if (rd_en) begin
          q     <= mem[rd_set];
          q_set <= rd_set;
          q_was <= valid[rd_set];
        end
      end

      assign f_used[w]        = valid[f_set];
      assign w_valid[w]       = q_was && valid[q_set];
      assign w_q[w*EW +: EW]  = q;

      always @(posedge clk)
        if (rst || flush)
          valid <= {SETS{1'b0}};
        else begin
          if (walk_cmp && q_was &&
              inv_covers(i_scope, q[EW-1:EW-3], 1'b0, q[EW-4:EW-24], q[EW-25:EW-76], 52'd0))
            valid[cmp_set] <= 1'b0;
          if (put)
            valid[f_set] <= 1'b1;
        end
    end
  endgenerate

  // ------------------------------------------------------------------ large and Global pages

  reg  [LARGE-1:0] l_valid, l_global, l_r, l_w, l_u;
  reg  [2:0]       l_fn     [0:LARGE-1];
  reg  [20:0]      l_pasid  [0:LARGE-1];
  reg  [51:0]      l_page   [0:LARGE-1];
  reg  [51:0]      l_mask   [0:LARGE-1];
  reg  [51:0]      l_target [0:LARGE-1];
  reg  [LW-1:0]    l_next;
  // A fill goes over its equal, if there is one.
  reg  [LW-1:0]    l_put;
  reg              l_same;
  always @* begin
    l_put  = l_next;
    l_same = 1'b0;
    if (f_en && !is_4k)
      for (m = 0; m < LARGE; m = m + 1)
        if (l_valid[m] && (l_fn[m] == f_fn) && (l_pasid[m] == f_pasid) && (l_mask[m] == f_mask) &&
            (((l_page[m] ^ f_page) & ~f_mask) == 52'd0)) begin
          l_put  = m[LW-1:0];
          l_same = 1'b1;
        end
  end

  always @(posedge clk)
    if (rst || flush) begin
      l_valid <= {LARGE{1'b0}};
      l_next  <= {LW{1'b0}};
    end else begin
      if (walk_cmp && first_cmp)
        for (n = 0; n < LARGE; n = n + 1)
          if (inv_covers(i_scope, l_fn[n], l_global[n], l_pasid[n], l_page[n], l_mask[n]))
            l_valid[n] <= 1'b0;
      if (f_en && !is_4k) begin
        if (!l_same)
          l_next <= l_next + 1'b1;
        l_valid[l_put]  <= 1'b1;
        l_global[l_put] <= f_global;
        l_r[l_put]      <= f_r;
        l_w[l_put]      <= f_w;
        l_u[l_put]      <= f_u;
        l_fn[l_put]     <= f_fn;
        l_pasid[l_put]  <= f_pasid;
        l_page[l_put]   <= f_page;
        l_mask[l_put]   <= f_mask;
        l_target[l_put] <= f_target;
      end
    end

  // ------------------------------------------------------------------ result

  // One of the hits: of several, the first (an OR would mix their addresses).
  reg          s_hit, s_u;
  reg [51:0]   s_page;
  reg [EW-1:0] s_q;

  always @* begin
    s_hit  = 1'b0;
    s_u    = 1'b0;
    s_page = 52'd0;
    s_q    = {EW{1'b0}};
    if (key_valid) begin
      for (k = LARGE - 1; k >= 0; k = k - 1)
        if (l_valid[k] && (l_fn[k] == key_fn) && (key_write ? l_w[k] : l_r[k]) &&
            ((l_pasid[k] == key_pasid) || (l_global[k] && key_pasid[20])) &&
            (((l_page[k] ^ key_page) & ~l_mask[k]) == 52'd0)) begin
          s_hit  = 1'b1;
          s_u    = l_u[k];
          s_page = (l_target[k] & ~l_mask[k]) | (key_page & l_mask[k]);
        end
      for (k = WAYS - 1; k >= 0; k = k - 1) begin
        s_q = w_q[k*EW +: EW];
        if (w_valid[k] && (s_q[EW-1:55] == {key_fn, key_pasid, key_page}) && (key_write ? s_q[1] : s_q[0])) begin
          s_hit  = 1'b1;
          s_u    = s_q[2];
          s_page = s_q[54:3];
        end
      end
    end
  end

  always @(posedge clk) begin
    key_valid <= lk_en && !rst;
    if (lk_en) begin
      key_fn    <= lk_fn;
      key_pasid <= lk_pasid;
      key_page  <= lk_page;
      key_write <= lk_write;
    end
    if (key_valid) begin
      res_hit  <= s_hit;
      res_u    <= s_u;
      res_page <= s_page;
    end
  end

  // ------------------------------------------------------------------ walk

  always @(posedge clk)
    if (rst) begin
      walk      <= 1'b0;
      walk_cmp  <= 1'b0;
      walk_n    <= {SW{1'b0}};
      walk_last <= {SW{1'b0}};
      cmp_set   <= {SW{1'b0}};
      first_cmp <= 1'b0;
      victim    <= {2*SETS{1'b0}};
    end else begin
      if (f_en && is_4k && (&f_used))
        victim[{f_set, 1'b0} +: 2] <= f_turn + 2'd1;
      if (inv_start) begin
        walk      <= 1'b1;
        walk_n    <= {SW{1'b0}};
        walk_last <= i_wide ? {SW{1'b1}} : i_scope[SW-1:0];
        first_cmp <= 1'b1;
      end else if (walk) begin
        walk_n <= walk_n + 1'b1;
        walk   <= (walk_n != walk_last);
      end
      walk_cmp <= walk;
      if (walk)
        cmp_set <= walk_set;
      if (walk_cmp)
        first_cmp <= 1'b0;
    end

endmodule

`default_nettype wire
