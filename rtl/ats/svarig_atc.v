// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_atc: the address translation cache (PCIe Base Specification 10.1).
//
// Pages of 4 KiB live in four ways of RAM, larger ones in LARGE registers that compare under a mask.
//   lookup      lk_en with key; the result stands two cycles later (res_*) until the next lookup.
//               One a time; not while inv_busy.
//   fill        one cycle. f_mask has a one for every page-number bit inside the page (0: 4 KiB).
//   invalidate  inv_start with the scope (see svarig_inv_scope), which must stay until inv_busy is low again.
//               A fill before or with inv_start is covered.
//   flush       everything, in one cycle; wins over a fill.
// The same page may sit in two ways (asked for twice, with different permissions): each was a true
// translation, an invalidation drops both, and the lookup takes one that is allowed.

`default_nettype none

module svarig_atc #(
  parameter ENTRIES = 64,      // of 4 KiB: 16, 32, 64, 128, ...
  parameter LARGE   = 8        // of larger pages
) (
  input  wire        clk,
  input  wire        rst,
  input  wire        flush,

  input  wire        lk_en,
  input  wire [20:0] lk_pasid,
  input  wire [51:0] lk_page,
  input  wire        lk_write,
  output reg         res_hit,
  output reg         res_u,      // untranslated access only
  output reg  [51:0] res_page,

  input  wire        f_en,
  input  wire [20:0] f_pasid,
  input  wire [51:0] f_page,
  input  wire [51:0] f_mask,
  input  wire [51:0] f_target,
  input  wire        f_r,
  input  wire        f_w,
  input  wire        f_u,

  input  wire        inv_start,
  output wire        inv_busy,
  input  wire        i_all,
  input  wire        i_exact,
  input  wire        i_global,
  input  wire [20:0] i_pasid,
  input  wire [51:0] i_page,
  input  wire [51:0] i_mask
);

  localparam WAYS = 4;
  localparam SETS = ENTRIES / WAYS;
  localparam SW   = $clog2(SETS);
  localparam LW   = $clog2(LARGE);

  // The index mixes page number and PASID; an invalidation walks all sets, so any mix is right.
  wire [SW-1:0] lk_set = lk_page[SW-1:0] ^ lk_page[2*SW-1:SW] ^ lk_pasid[SW-1:0];
  wire [SW-1:0] f_set  = f_page[SW-1:0] ^ f_page[2*SW-1:SW] ^ f_pasid[SW-1:0];

  // ------------------------------------------------------------------ read port: lookup or walk

  reg              walk;           // the walk reads set walk_set
  reg              walk_cmp;       // the set read in the cycle before is compared
  reg  [SW-1:0]    walk_set, cmp_set;
  reg              first_cmp;      // the registers are compared once
  reg              key_valid;
  reg  [20:0]      key_pasid;
  reg  [51:0]      key_page;
  reg              key_write;

  wire             rd_en  = walk || lk_en;
  wire [SW-1:0]    rd_set = walk ? walk_set : lk_set;
  wire             is_4k  = (f_mask == 52'd0);

  wire [WAYS-1:0]  f_used;         // ways of the fill's set that hold something
  reg  [1:0]       victim;         // round-robin where all do
  wire [1:0]       f_way = !f_used[0] ? 2'd0 : !f_used[1] ? 2'd1 : !f_used[2] ? 2'd2 :
                           !f_used[3] ? 2'd3 : victim;

  wire [WAYS-1:0]    w_ok, w_u, w_drop;
  wire [WAYS*52-1:0] w_page;

  assign inv_busy = walk || walk_cmp;

  genvar w;
  generate
    for (w = 0; w < WAYS; w = w + 1) begin : way
      reg  [127:0]  mem [0:SETS-1];
      reg  [SETS-1:0] valid;
      reg  [127:0]  q;
      reg  [SW-1:0] q_set;
      reg           q_was;             // was valid when it was read: a fill may come in the same cycle
      wire [20:0]   q_pasid = q[127:107];
      wire [51:0]   q_tag   = q[106:55];
      wire          q_valid = q_was && valid[q_set];
      wire          put     = f_en && is_4k && (f_way == w);

      always @(posedge clk) begin
        if (put)
          mem[f_set] <= {f_pasid, f_page, f_target, f_u, f_w, f_r};
        if (rd_en) begin
          q     <= mem[rd_set];
          q_set <= rd_set;
          q_was <= valid[rd_set];
        end
      end

      svarig_inv_scope u_scope (
        .i_all(i_all), .i_exact(i_exact), .i_global(i_global), .i_pasid(i_pasid), .i_page(i_page), .i_mask(i_mask),
        .e_pasid(q_pasid), .e_page(q_tag), .e_mask(52'd0), .hit(w_drop[w])
      );

      assign f_used[w] = valid[f_set];
      assign w_ok[w]   = q_valid && (q_pasid == key_pasid) && (q_tag == key_page) &&
                         (key_write ? q[1] : q[0]);
      assign w_u[w]    = w_ok[w] && q[2];
      assign w_page[w*52 +: 52] = w_ok[w] ? q[54:3] : 52'd0;

      always @(posedge clk)
        if (rst || flush)
          valid <= {SETS{1'b0}};
        else begin
          if (walk_cmp && q_was && w_drop[w])
            valid[cmp_set] <= 1'b0;
          if (put)
            valid[f_set] <= 1'b1;
        end
    end
  endgenerate

  // ------------------------------------------------------------------ large pages

  reg  [LARGE-1:0] l_valid;
  reg  [LW-1:0]    l_next;
  wire [LARGE-1:0] l_ok, l_u, l_drop;
  wire [LARGE*52-1:0] l_page;

  genvar l;
  generate
    for (l = 0; l < LARGE; l = l + 1) begin : big
      reg  [20:0] pasid;
      reg  [51:0] page, mask, target;
      reg         r, wr, u;

      always @(posedge clk)
        if (f_en && !is_4k && (l_next == l)) begin
          pasid  <= f_pasid;
          page   <= f_page;
          mask   <= f_mask;
          target <= f_target;
          {u, wr, r} <= {f_u, f_w, f_r};
        end

      svarig_inv_scope u_scope (
        .i_all(i_all), .i_exact(i_exact), .i_global(i_global), .i_pasid(i_pasid), .i_page(i_page), .i_mask(i_mask),
        .e_pasid(pasid), .e_page(page), .e_mask(mask), .hit(l_drop[l])
      );

      assign l_ok[l] = l_valid[l] && (pasid == key_pasid) && (((page ^ key_page) & ~mask) == 52'd0) &&
                       (key_write ? wr : r);
      assign l_u[l]  = l_ok[l] && u;
      assign l_page[l*52 +: 52] = l_ok[l] ? ((target & ~mask) | (key_page & mask)) : 52'd0;
    end
  endgenerate

  integer n;
  always @(posedge clk)
    if (rst || flush) begin
      l_valid <= {LARGE{1'b0}};
      l_next  <= {LW{1'b0}};
    end else begin
      if (walk_cmp && first_cmp)
        l_valid <= l_valid & ~l_drop;
      if (f_en && !is_4k) begin
        l_valid[l_next] <= 1'b1;
        l_next          <= l_next + 1'b1;
      end
    end

  // ------------------------------------------------------------------ result

  // One of the hits: of several, the first (an OR would mix their addresses).
  reg        s_hit, s_u;
  reg [51:0] s_page;
  always @* begin
    s_hit  = (|w_ok) || (|l_ok);
    s_u    = 1'b0;
    s_page = 52'd0;
    for (n = LARGE - 1; n >= 0; n = n - 1)
      if (l_ok[n]) begin
        s_page = l_page[n*52 +: 52];
        s_u    = l_u[n];
      end
    for (n = WAYS - 1; n >= 0; n = n - 1)
      if (w_ok[n]) begin
        s_page = w_page[n*52 +: 52];
        s_u    = w_u[n];
      end
  end

  always @(posedge clk) begin
    key_valid <= lk_en;
    if (lk_en) begin
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
      walk_set  <= {SW{1'b0}};
      cmp_set   <= {SW{1'b0}};
      first_cmp <= 1'b0;
      victim    <= 2'd0;
    end else begin
      if (f_en && is_4k)
        victim <= victim + 2'd1;
      if (inv_start) begin
        walk      <= 1'b1;
        walk_set  <= {SW{1'b0}};
        first_cmp <= 1'b1;
      end else if (walk) begin
        walk_set <= walk_set + 1'b1;
        walk     <= (walk_set != {SW{1'b1}});
      end
      walk_cmp <= walk;
      cmp_set  <= walk_set;
      if (walk_cmp)
        first_cmp <= 1'b0;
    end

endmodule

`default_nettype wire
