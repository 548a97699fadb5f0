// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_xlate keeps what svarig_ats_inval counts on while grants are blocked:
//   - with block nothing is granted, and no lookup stands at the cache one cycle later: none meets the walk, which begins
//     three cycles after block (inval_prove shows that block lasts as long as the walk; atc_prove counts on no lookup);
//   - any_held tells of every grant that is not released;
//   - one grant at a time, to a client that asks;
//   - a grant of client 0 without a lookup, of any function, PASID and page, is what its last lookup of them since the last
//     block has found.
// Three clients, two functions; a client holds three grants at most, as the header says.

`default_nettype none

module xlate_prove (
  input wire         clk,
  input wire [1:0]   live,
  input wire [1:0]   ats_en,
  input wire         pasid_en,
  input wire         block,
  input wire [2:0]   req,
  input wire [2:0]   fn_s,
  input wire [62:0]  pasid,
  input wire [191:0] va,
  input wire [2:0]   write,
  input wire [2:0]   give,
  input wire [2:0]   look,
  input wire [2:0]   retry,
  input wire [2:0]   sc_req,
  input wire [155:0] sc_page,
  input wire         res_hit,
  input wire         res_u,
  input wire [51:0]  res_page
);

  localparam NC = 3;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  reg  [1:0]    held0, held1, held2;
  wire [2:0]    holds = {held2 != 2'd0, held1 != 2'd0, held0 != 2'd0};
  wire [2:0]    full  = {held2 == 2'd3, held1 == 2'd3, held0 == 2'd3};
  wire [2:0]    rel   = give & holds;
  wire          any_held, sc_hit, lk_en, lk_write;
  wire [NC-1:0] gnt, miss, refuse, sc_take, sc_res, ev_hit, ev_miss;
  wire [63:0]   gnt_pa;
  wire [1:0]    gnt_at;
  wire [7:0]    r_status, r_detail;
  wire [2:0]    lk_fn;
  wire [20:0]   lk_pasid;
  wire [51:0]   lk_page;

  svarig_xlate #(.NC(NC), .NF(2)) u_xlate (
    .clk(clk), .rst(rst), .live(live), .cfg_ats_en(ats_en), .cfg_pasid_en(pasid_en), .block(block), .any_held(any_held),
    .req(req & ~full), .req_fn({2'd0, fn_s[2], 2'd0, fn_s[1], 2'd0, fn_s[0]}), .req_pasid(pasid), .req_va(va),
    .req_write(write), .release_i(rel), .gnt(gnt), .gnt_pa(gnt_pa), .gnt_at(gnt_at), .look(look & req & ~full), .retry(retry),
    .miss(miss), .refuse(refuse), .r_status(r_status), .r_detail(r_detail), .sc_req(sc_req), .sc_page(sc_page),
    .sc_take(sc_take), .sc_res(sc_res), .sc_hit(sc_hit), .lk_en(lk_en), .lk_fn(lk_fn), .lk_pasid(lk_pasid),
    .lk_page(lk_page), .lk_write(lk_write), .res_hit(res_hit), .res_u(res_u), .res_page(res_page),
    .ev_hit(ev_hit), .ev_miss(ev_miss)
  );

  (* anyconst *) wire [23:0] who;
  (* anyconst *) wire [51:0] page;
  wire         asks  = ({2'd0, fn_s[0], pasid[20:0]} == who) && (va[63:12] == page);
  // Who asks goes on asking for the same.
  reg          asked;
  reg  [73:0]  before;
  always @(posedge clk) begin
    asked  <= req[0] && !full[0] && !gnt[0] && !rst;
    before <= {fn_s[0], pasid[20:0], va[63:12]};
    if (!rst && asked && req[0] && !full[0])
      assume(before == {fn_s[0], pasid[20:0], va[63:12]});
  end
  wire         far   = gnt[0] && x_k3[0] && !x_scan3;           // by a lookup
  reg          known;
  reg  [51:0]  place;
  always @(posedge clk)
    if (rst || block)
      known <= 1'b0;
    else if (far && asks && (gnt_at == 2'b10)) begin
      known <= 1'b1;
      place <= gnt_pa[63:12];
    end

  wire         x_scan1, x_scan2, x_scan3;
  wire [63:0]  x_va1, x_va2, x_va3;
  wire [2:0]   looked = {x_k3[0] && !x_scan3, x_k2[0] && !x_scan2, x_k1[0] && !x_scan1};
  wire [3:0]   x_valid;
  wire [23:0]  x_who;
  wire [51:0]  x_is0, x_is1, x_is2, x_is3, x_there0, x_there1, x_there2, x_there3;
  wire [3:0]   mine = x_valid & {x_is3 == page, x_is2 == page, x_is1 == page, x_is0 == page};
  wire [1:0] x_count0, x_count1, x_count2;
  wire [2:0] x_k1, x_k2, x_k3;
  reg        blocked;                  // in the cycle before
  always @(posedge clk) begin
    blocked <= block && !rst;
    if (rst) begin
      held0 <= 2'd0;
      held1 <= 2'd0;
      held2 <= 2'd0;
    end else begin
      held0 <= held0 + {1'b0, gnt[0]} - {1'b0, rel[0]};
      held1 <= held1 + {1'b0, gnt[1]} - {1'b0, rel[1]};
      held2 <= held2 + {1'b0, gnt[2]} - {1'b0, rel[2]};
    end
    if (!rst) begin
      assert(!block || (gnt == 3'd0));
      assert(!blocked || !lk_en);
      assert(any_held == (holds != 3'd0));
      assert((gnt & (gnt - 3'd1)) == 3'd0);
      assert((gnt & ~(req & ~full)) == 3'd0);
      assert((gnt & (miss | refuse)) == 3'd0);
      if (gnt[0] && asks && !far)
        assert(known && (gnt_at == 2'b10) && (gnt_pa == {place, va[11:0]}));
      // What makes it inductive.
      assert((looked & (looked - 3'd1)) == 3'd0);
      assert(!looked[0] || (asked && (x_va1[63:12] == before[51:0])));
      assert(!looked[1] || (asked && (x_va2[63:12] == before[51:0])));
      assert(!looked[2] || (asked && (x_va3[63:12] == before[51:0])));
      if (x_who == who) begin
        assert((mine & (mine - 4'd1)) == 4'd0);
        if (x_valid[0] && (x_is0 == page)) assert(known && (x_there0 == place));
        if (x_valid[1] && (x_is1 == page)) assert(known && (x_there1 == place));
        if (x_valid[2] && (x_is2 == page)) assert(known && (x_there2 == place));
        if (x_valid[3] && (x_is3 == page)) assert(known && (x_there3 == place));
      end
      assert((x_count0 == held0) && (x_count1 == held1) && (x_count2 == held2));
      assert((x_k1 & (x_k1 - 3'd1)) == 3'd0);
      assert((x_k2 & (x_k2 - 3'd1)) == 3'd0);
      assert((x_k3 & (x_k3 - 3'd1)) == 3'd0);
    end
  end

endmodule

`default_nettype wire
