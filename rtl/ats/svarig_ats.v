// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats: address translation service: wiring of the parts in this folder, the routing of received
// messages, and the one TLP client they share.

`default_nettype none
`include "svarig_hw.vh"

module svarig_ats #(
  parameter NC          = 2,           // clients of svarig_xlate
  parameter ATC_ENTRIES = 64,
  parameter READS       = 32,          // width of the map of outstanding DMA reads
  parameter PAGE_REQUESTS = 32,        // outstanding at most
  parameter TIMEOUT     = 10000000
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [31:0]      now,
  input  wire             cfg_bme,
  input  wire             cfg_cto_dis,
  input  wire             cfg_ats_en,
  input  wire [4:0]       cfg_stu,
  input  wire             cfg_pri_en,
  input  wire             cfg_pri_reset,
  input  wire [31:0]      cfg_pri_alloc,
  input  wire             cfg_prg_pasid_req,
  input  wire             cfg_pasid_en,
  input  wire [15:0]      cfg_rid,
  output wire             pri_stopped,
  output wire             pri_set_rf,
  output wire             pri_set_uprgi,
  output wire             ats_ur,

  input  wire [NC-1:0]    xl_req,      // see svarig_xlate
  input  wire [NC*21-1:0] xl_pasid,
  input  wire [NC*64-1:0] xl_va,
  input  wire [NC-1:0]    xl_write,
  input  wire [NC-1:0]    xl_release,
  output wire [NC-1:0]    xl_gnt,
  output wire [63:0]      xl_pa,
  output wire [1:0]       xl_at,
  output wire [NC-1:0]    xl_fail,
  output wire [NC*8-1:0]  xl_status,
  output wire [NC*8-1:0]  xl_detail,
  output wire [NC-1:0]    xl_idle,
  input  wire [READS-1:0] reads,       // DMA reads outstanding

  input  wire             cpl_valid,
  input  wire             cpl_sop,
  input  wire [127:0]     cpl_hdr,
  input  wire [63:0]      cpl_data,
  output wire             cpl_mine,
  output wire             cpl_unexp,
  output wire             cpl_poisoned,
  output wire             cpl_ur,
  output wire             cpl_ca,

  input  wire             msg_valid,
  input  wire             msg_pfx_valid,
  input  wire [31:0]      msg_pfx,
  input  wire [127:0]     msg_hdr,
  input  wire [63:0]      msg_data,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire             tx_pfx_valid,
  output wire [31:0]      tx_pfx,
  output wire [127:0]     tx_hdr,

  input  wire             atc_inv_valid,
  input  wire             atc_inv_all,
  input  wire [20:0]      atc_inv_pasid,
  output wire             atc_inv_busy,

  output wire             ev_hit,
  output wire             ev_miss,
  output wire             ev_xlat_req,
  output wire             ev_xlat_fault,
  output wire             ev_page_req,
  output wire             ev_prg_ok,
  output wire             ev_prg_invalid,
  output wire             ev_prg_failure,
  output wire             ev_prg_unexpected,
  output wire             ev_inv_req,
  output wire             ev_inv_cpl,
  output wire             ev_inv_stale,
  output wire             ev_timeout,
  output wire             np_pending,  // a translation request is outstanding
  output wire             working,     // something goes on that needs the clock
  output wire             parked       // clients wait, for responses to page requests only
);

  // ------------------------------------------------------------------ translation

  wire             block, any_held;
  wire [NC-1:0]    look, retry, miss, refuse;
  wire [7:0]       r_status, r_detail;
  wire             lk_en, lk_write, res_hit, res_u;
  wire [20:0]      lk_pasid;
  wire [51:0]      lk_page, res_page;
  wire [NC-1:0]    t_req, t_sent, t_done;
  wire [2:0]       t_result;
  wire             t_dead;
  wire             pri_usable;
  wire [NC-1:0]    waits;
  wire [NC-1:0]    p_req, p_sent, p_done, p_drop;
  wire [1:0]       p_result;

  // An entry belongs to one life of ATS.
  reg              ats_before;
  wire             flush = (cfg_ats_en != ats_before);
  always @(posedge clk)
    ats_before <= rst ? 1'b0 : cfg_ats_en;

  wire [NC*52-1:0] page;
  genvar c;
  generate
    for (c = 0; c < NC; c = c + 1) begin : client
      assign page[c*52 +: 52] = xl_va[c*64 + 12 +: 52];
      svarig_xlate_miss u_miss (
        .clk(clk), .rst(rst), .req(xl_req[c]), .write(xl_write[c]), .look(look[c]), .retry(retry[c]),
        .miss(miss[c]), .refuse(refuse[c]), .r_status(r_status), .r_detail(r_detail),
        .fail(xl_fail[c]), .status(xl_status[c*8 +: 8]), .detail(xl_detail[c*8 +: 8]), .idle(xl_idle[c]),
        .parked(waits[c]),
        .cfg_bme(cfg_bme), .cfg_ats_en(cfg_ats_en),
        .t_req(t_req[c]), .t_sent(t_sent[c]), .t_dead(t_dead), .t_done(t_done[c]), .t_result(t_result),
        .pri_usable(pri_usable), .p_req(p_req[c]), .p_sent(p_sent[c]), .p_done(p_done[c]), .p_result(p_result),
        .p_drop(p_drop[c])
      );
    end
  endgenerate

  // The lookup must not see an entry of the life before: the flush takes a cycle.
  svarig_xlate #(.NC(NC)) u_xlate (
    .clk(clk), .rst(rst), .cfg_bme(cfg_bme), .cfg_ats_en(cfg_ats_en), .cfg_pasid_en(cfg_pasid_en),
    .block(block || flush), .any_held(any_held),
    .req(xl_req), .req_pasid(xl_pasid), .req_va(xl_va), .req_write(xl_write), .release_i(xl_release),
    .gnt(xl_gnt), .gnt_pa(xl_pa), .gnt_at(xl_at),
    .look(look), .retry(retry), .miss(miss), .refuse(refuse), .r_status(r_status), .r_detail(r_detail),
    .lk_en(lk_en), .lk_pasid(lk_pasid), .lk_page(lk_page), .lk_write(lk_write),
    .res_hit(res_hit), .res_u(res_u), .res_page(res_page), .ev_hit(ev_hit), .ev_miss(ev_miss)
  );

  // ------------------------------------------------------------------ cache and invalidation

  wire             f_en, f_r, f_w, f_u;
  wire [20:0]      f_pasid;
  wire [51:0]      f_page, f_mask, f_target;
  wire             inv_start, inv_busy, i_all, i_exact, i_global;
  wire [20:0]      i_pasid;
  wire [51:0]      i_page, i_mask;

  svarig_atc #(.ENTRIES(ATC_ENTRIES)) u_atc (
    .clk(clk), .rst(rst), .flush(flush),
    .lk_en(lk_en), .lk_pasid(lk_pasid), .lk_page(lk_page), .lk_write(lk_write),
    .res_hit(res_hit), .res_u(res_u), .res_page(res_page),
    .f_en(f_en), .f_pasid(f_pasid), .f_page(f_page), .f_mask(f_mask), .f_target(f_target),
    .f_r(f_r), .f_w(f_w), .f_u(f_u), .inv_start(inv_start), .inv_busy(inv_busy),
    .i_all(i_all), .i_exact(i_exact), .i_global(i_global), .i_pasid(i_pasid), .i_page(i_page), .i_mask(i_mask)
  );

  wire [63:0]  m_entry = {msg_data[7:0], msg_data[15:8], msg_data[23:16], msg_data[31:24],
                          msg_data[39:32], msg_data[47:40], msg_data[55:48], msg_data[63:56]};
  wire         m_inval = msg_valid && (msg_hdr[71:64] == 8'h01);
  wire         m_prg   = msg_valid && (msg_hdr[71:64] == 8'h05);

  wire         ic_valid, ic_ready;
  wire [127:0] ic_hdr;
  wire         inv_outstanding;

  svarig_ats_inval #(.READS(READS)) u_inval (
    .clk(clk), .rst(rst), .cfg_stu(cfg_stu), .cfg_rid(cfg_rid),
    .msg_valid(m_inval), .msg_pfx_valid(msg_pfx_valid), .msg_pasid(msg_pfx[19:0]), .msg_from(msg_hdr[95:80]),
    .msg_itag(msg_hdr[76:72]), .msg_entry(m_entry),
    .mcu_valid(atc_inv_valid), .mcu_all(atc_inv_all), .mcu_pasid(atc_inv_pasid), .mcu_busy(atc_inv_busy),
    .block(block), .any_held(any_held), .reads(reads), .inv_start(inv_start), .inv_busy(inv_busy),
    .i_all(i_all), .i_exact(i_exact), .i_global(i_global), .i_pasid(i_pasid), .i_page(i_page), .i_mask(i_mask),
    .tx_valid(ic_valid), .tx_ready(ic_ready), .tx_hdr(ic_hdr),
    .ev_request(ev_inv_req), .ev_completion(ev_inv_cpl), .outstanding(inv_outstanding)
  );

  // ------------------------------------------------------------------ requests to the host

  wire         tr_valid, tr_ready, tr_pfx_valid;
  wire [31:0]  tr_pfx;
  wire [127:0] tr_hdr;

  svarig_ats_treq #(.NC(NC), .TIMEOUT(TIMEOUT)) u_treq (
    .clk(clk), .rst(rst), .now(now), .cfg_bme(cfg_bme), .cfg_ats_en(cfg_ats_en), .cfg_cto_dis(cfg_cto_dis),
    .cfg_stu(cfg_stu), .cfg_rid(cfg_rid),
    .t_req(t_req), .t_pasid(xl_pasid), .t_page(page), .t_nw(~xl_write), .t_sent(t_sent), .t_dead(t_dead), .t_done(t_done),
    .t_result(t_result),
    .tx_valid(tr_valid), .tx_ready(tr_ready), .tx_pfx_valid(tr_pfx_valid), .tx_pfx(tr_pfx), .tx_hdr(tr_hdr),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data), .cpl_mine(cpl_mine),
    .cpl_unexp(cpl_unexp), .cpl_poisoned(cpl_poisoned), .cpl_ur(cpl_ur), .cpl_ca(cpl_ca),
    .f_en(f_en), .f_pasid(f_pasid), .f_page(f_page), .f_mask(f_mask), .f_target(f_target),
    .f_r(f_r), .f_w(f_w), .f_u(f_u),
    .inv_mark(inv_start), .i_all(i_all), .i_exact(i_exact), .i_global(i_global), .i_pasid(i_pasid),
    .i_page(i_page), .i_mask(i_mask),
    .ats_ur(ats_ur), .ev_sent(ev_xlat_req), .ev_fault(ev_xlat_fault), .ev_stale(ev_inv_stale),
    .ev_timeout(ev_timeout), .outstanding(np_pending)
  );

  wire         pr_valid, pr_ready, pr_pfx_valid;
  wire [31:0]  pr_pfx;
  wire [127:0] pr_hdr;

  svarig_pri #(.NC(NC), .ENTRIES(PAGE_REQUESTS)) u_pri (
    .clk(clk), .rst(rst), .cfg_ats_en(cfg_ats_en), .cfg_pri_en(cfg_pri_en), .cfg_pri_reset(cfg_pri_reset),
    .cfg_pri_alloc(cfg_pri_alloc), .cfg_prg_pasid_req(cfg_prg_pasid_req), .cfg_rid(cfg_rid),
    .usable(pri_usable), .stopped(pri_stopped), .set_rf(pri_set_rf), .set_uprgi(pri_set_uprgi),
    .p_req(p_req), .p_pasid(xl_pasid), .p_page(page), .p_write(xl_write), .p_drop(p_drop), .p_sent(p_sent),
    .p_done(p_done), .p_result(p_result),
    .tx_valid(pr_valid), .tx_ready(pr_ready), .tx_pfx_valid(pr_pfx_valid), .tx_pfx(pr_pfx), .tx_hdr(pr_hdr),
    .rsp_valid(m_prg), .rsp_pfx_valid(msg_pfx_valid), .rsp_pasid(msg_pfx[19:0]), .rsp_index(msg_hdr[40:32]),
    .rsp_code(msg_hdr[47:44]),
    .ev_sent(ev_page_req), .ev_ok(ev_prg_ok), .ev_invalid(ev_prg_invalid), .ev_failure(ev_prg_failure),
    .ev_unexpected(ev_prg_unexpected)
  );

  // Invalidate Completions first: the host waits for them with a limit. Valid may change hands before the
  // arbiter accepts: it looks at one cycle only.
  assign tx_valid     = ic_valid || pr_valid || tr_valid;
  assign tx_pfx_valid = !ic_valid && (pr_valid ? pr_pfx_valid : tr_pfx_valid);
  assign tx_pfx       = pr_valid ? pr_pfx : tr_pfx;
  assign tx_hdr       = ic_valid ? ic_hdr : pr_valid ? pr_hdr : tr_hdr;
  assign ic_ready     = tx_ready;
  assign pr_ready     = tx_ready && !ic_valid;
  assign tr_ready     = tx_ready && !ic_valid && !pr_valid;

  assign working = np_pending || inv_outstanding || flush;
  assign parked  = (|waits) && (&(waits | xl_idle));

  wire unused = &{1'b0, msg_pfx[31:20], msg_hdr};

endmodule

`default_nettype wire
