// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats: address translation service: wiring of the parts in this folder, the routing of received
// messages to functions, and the one TLP client they share.
//
// Clients (see svarig_xlate, svarig_xlate_miss): xl_* as there, and per client
//   xl_fn      its function; with xl_pasid and xl_write the key. It changes only while xl_off is high
//   xl_more    hint: pages xl_cur to xl_end (64 bits of address less 12) will be asked for in order; xl_cur
//              moves on with it. A hint faults nothing (svarig_xlate_ahead). xl_ready: what can be had of the range
//              is here, another may be shown
//   xl_off     for a cycle at least: the client belongs to nobody. Not before xl_quiet: no page request that was begun
//              ahead needs the key
//   xl_stall_fault   the request waits for the response to a page request
// Configuration and requester IDs are per function where PCIe has them per function: 0 is the PF, which owns STU,
// PASID and PRI. fn_reset (level, four cycles at least): what the function has is forgotten.
// fn_busy: a translation request, a page request (one that nobody waits for as well) or an owed Invalidate
// Completion of the function is outstanding.

`default_nettype none
`include "svarig_hw.vh"

module svarig_ats #(
  parameter DATA_WIDTH  = 128,
  parameter NF          = 5,           // functions, up to 8
  parameter NC          = 8,           // clients of svarig_xlate, a power of two
  parameter ATC_ENTRIES = 256,
  parameter ATC_LARGE   = 8,
  parameter READS       = 64,          // width of the map of outstanding DMA reads
  parameter GROUPS      = 32,          // page request groups outstanding at most
  parameter PAGES       = 64,          // pages of them; what the PRI capability calls capacity
  parameter TIMEOUT     = 10000000
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [31:0]      now,
  input  wire [NF-1:0]    cfg_bme,
  input  wire [NF-1:0]    cfg_ats_en,
  input  wire [NF*16-1:0] cfg_rid,
  input  wire [NF-1:0]    fn_reset,
  input  wire             cfg_cto_dis,
  input  wire             cfg_ext_tag,
  input  wire [4:0]       cfg_stu,
  input  wire             cfg_pri_en,
  input  wire             cfg_pri_reset,
  input  wire [31:0]      cfg_pri_alloc,
  input  wire             cfg_prg_pasid_req,
  input  wire             cfg_pasid_en,
  output wire             pri_stopped,
  output wire             pri_set_rf,
  output wire             pri_set_uprgi,
  output wire [NF-1:0]    ats_ur,

  input  wire [NC-1:0]    xl_req,
  input  wire [NC*3-1:0]  xl_fn,
  input  wire [NC*21-1:0] xl_pasid,
  input  wire [NC*64-1:0] xl_va,
  input  wire [NC-1:0]    xl_write,
  input  wire [NC-1:0]    xl_release,
  input  wire [NC*52-1:0] xl_cur,
  input  wire [NC*52-1:0] xl_end,
  input  wire [NC-1:0]    xl_more,
  input  wire [NC-1:0]    xl_off,
  output wire [NC-1:0]    xl_ready,
  output wire [NC-1:0]    xl_gnt,
  output wire [63:0]      xl_pa,       // with xl_gnt
  output wire [1:0]       xl_at,
  output wire [NC-1:0]    xl_fail,
  output wire [NC*8-1:0]  xl_status,
  output wire [NC*8-1:0]  xl_detail,
  output wire [NC-1:0]    xl_idle,
  output wire [NC-1:0]    xl_quiet,
  output wire [NC-1:0]    xl_stall_fault,
  output wire [NC-1:0]    xl_ev_hit,
  output wire [NC-1:0]    xl_ev_miss,
  output wire [NC-1:0]    xl_ev_pageq,
  input  wire [READS-1:0] reads,       // DMA reads outstanding

  input  wire             cpl_valid,
  input  wire             cpl_sop,
  input  wire [127:0]     cpl_hdr,
  input  wire [DATA_WIDTH-1:0] cpl_data,
  output wire             cpl_mine,    // with cpl_sop, as all of these
  output wire             cpl_unexp,
  output wire             cpl_poisoned,
  output wire             cpl_ur,
  output wire             cpl_ca,
  output wire [2:0]       cpl_fn,      // with those three

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
  input  wire [2:0]       atc_inv_fn,
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
  output wire [2:0]       ev_timeout_fn,
  output wire [NF-1:0]    np_pending,  // a translation request is outstanding
  output wire [NF-1:0]    fn_busy,
  output wire             working,     // something goes on that needs the clock
  output wire             parked       // clients wait, for responses to page requests only
);

  integer i;

  // ------------------------------------------------------------------ translation

  wire             block, any_held;
  wire [NC-1:0]    look, retry, miss, refuse;
  wire [7:0]       r_status, r_detail;
  wire             lk_en, lk_write, res_hit, res_u;
  wire [2:0]       lk_fn;
  wire [20:0]      lk_pasid;
  wire [51:0]      lk_page, res_page;
  wire [NC-1:0]    t_req, t_sent, t_done;
  wire [2:0]       t_result;
  wire             t_dead;
  wire             pri_usable;
  wire [NC-1:0]    waits;
  wire [NC-1:0]    p_req, p_sent, p_done, p_drop;
  wire [1:0]       p_result;
  wire [NC-1:0]    sc_req, sc_take, sc_res;
  wire [NC*52-1:0] sc_page, a_page, g_page, page;
  wire             sc_hit, a_again;
  wire [NC-1:0]    a_req, a_sent, a_done, active;
  wire [NC*3-1:0]  a_more;
  wire [NC*3-1:0]  a_which;
  wire [2:0]       a_chunk;
  wire [7:0]       a_ok, a_none;
  wire [NC-1:0]    g_want, g_go, g_req, g_last, g_idle, g_drop, g_sent, g_done;
  wire [6:0]       g_credits;

  wire [NF-1:0]    live = cfg_bme & ~fn_reset;

  // An entry belongs to one life of ATS. The lookup must not see one of the life before: the flush takes a
  // cycle, and what was compared in it counts in the next.
  reg  [NF-1:0]    ats_before, reset_before;
  reg              flushed;
  wire             flush = (cfg_ats_en != ats_before) || (|(fn_reset & ~reset_before));
  always @(posedge clk) begin
    ats_before   <= rst ? {NF{1'b0}} : cfg_ats_en;
    reset_before <= rst ? {NF{1'b0}} : fn_reset;
    flushed      <= !rst && flush;
  end

  // What all fetch ahead fits into half of the cache.
  reg  [3:0]       hints;
  always @* begin
    hints = 4'd0;
    for (i = 0; i < NC; i = i + 1)
      hints = hints + {3'd0, xl_more[i]};
  end
  wire [31:0]      share  = ATC_ENTRIES / 2;
  wire [31:0]      heads  = {28'd0, hints};
  wire [6:0]       window = (heads * 32'd32 <= share) ? 7'd32 : (heads * 32'd16 <= share) ? 7'd16 : 7'd8;
  wire [6:0]       wide   = (heads * 32'd64 <= share) ? 7'd64 : window;

  genvar c;
  generate
    for (c = 0; c < NC; c = c + 1) begin : client
      wire [2:0] fn   = xl_fn[c*3 +: 3];
      wire       on   = cfg_ats_en[fn];
      wire       gone = fn_reset[fn];
      wire       covered, waiting, paging, failed, refused, keyed;
      assign page[c*52 +: 52] = xl_va[c*64 + 12 +: 52];

      svarig_xlate_miss u_miss (
        .clk(clk), .rst(rst), .req(xl_req[c]), .write(xl_write[c]), .look(look[c]), .retry(retry[c]),
        .miss(miss[c]), .refuse(refuse[c]), .r_status(r_status), .r_detail(r_detail),
        .fail(xl_fail[c]), .status(xl_status[c*8 +: 8]), .detail(xl_detail[c*8 +: 8]), .idle(xl_idle[c]),
        .parked(waits[c]), .stalled(xl_stall_fault[c]), .live(live[fn]), .gone(gone), .cfg_ats_en(on),
        .covered(covered), .covered_parked(waiting), .covered_stalled(paging), .covered_failed(failed && covered),
        .covered_refused(refused && covered),
        .t_req(t_req[c]), .t_sent(t_sent[c]), .t_dead(t_dead), .t_done(t_done[c]), .t_result(t_result),
        .pri_usable(pri_usable), .p_req(p_req[c]), .p_sent(p_sent[c]), .p_done(p_done[c]), .p_result(p_result),
        .p_drop(p_drop[c])
      );

      svarig_xlate_ahead u_ahead (
        .clk(clk), .rst(rst), .gone(gone), .off(xl_off[c]), .hint(xl_more[c]),
        .run(on && live[fn] && (cfg_pasid_en || !xl_pasid[c*21 + 20]) && !t_dead),
        .cur(xl_cur[c*52 +: 52]), .last(xl_end[c*52 +: 52]), .window(window), .wide(wide),
        .ready(xl_ready[c]),
        .sc_req(sc_req[c]), .sc_page(sc_page[c*52 +: 52]), .sc_take(sc_take[c]), .sc_res(sc_res[c]), .sc_hit(sc_hit),
        .a_req(a_req[c]), .a_page(a_page[c*52 +: 52]), .a_more(a_more[c*3 +: 3]), .a_which(a_which[c*3 +: 3]),
        .a_sent(a_sent[c]), .a_done(a_done[c]), .a_chunk(a_chunk), .a_ok(a_ok), .a_none(a_none), .a_again(a_again),
        .pri_usable(pri_usable), .g_want(g_want[c]), .g_go(g_go[c]), .g_credits(g_credits), .g_req(g_req[c]),
        .g_page(g_page[c*52 +: 52]), .g_last(g_last[c]), .g_idle(g_idle[c]), .g_sent(g_sent[c]), .g_done(g_done[c]),
        .g_result(p_result), .g_drop(g_drop[c]),
        .d_page(page[c*52 +: 52]), .covered(covered), .waiting(waiting), .paging(paging), .failed(failed), .refused(refused),
        .keyed(keyed), .active(active[c])
      );
      assign xl_quiet[c] = !keyed;
    end
  endgenerate

  svarig_xlate #(.NC(NC), .NF(NF)) u_xlate (
    .clk(clk), .rst(rst), .live(live), .cfg_ats_en(cfg_ats_en), .cfg_pasid_en(cfg_pasid_en),
    .block(block || flush || flushed), .any_held(any_held),
    .req(xl_req), .req_fn(xl_fn), .req_pasid(xl_pasid), .req_va(xl_va), .req_write(xl_write), .release_i(xl_release),
    .gnt(xl_gnt), .gnt_pa(xl_pa), .gnt_at(xl_at),
    .look(look), .retry(retry), .miss(miss), .refuse(refuse), .r_status(r_status), .r_detail(r_detail),
    .sc_req(sc_req), .sc_page(sc_page), .sc_take(sc_take), .sc_res(sc_res), .sc_hit(sc_hit),
    .lk_en(lk_en), .lk_fn(lk_fn), .lk_pasid(lk_pasid), .lk_page(lk_page), .lk_write(lk_write),
    .res_hit(res_hit), .res_u(res_u), .res_page(res_page), .ev_hit(xl_ev_hit), .ev_miss(xl_ev_miss)
  );
  assign ev_hit  = |xl_ev_hit;
  assign ev_miss = |xl_ev_miss;

  // ------------------------------------------------------------------ cache and invalidation

  wire             f_en, f_r, f_w, f_u, f_global;
  wire [2:0]       f_fn;
  wire [20:0]      f_pasid;
  wire [51:0]      f_page, f_mask, f_target;
  wire             inv_start, inv_busy;
  wire [130:0]     i_scope;

  svarig_atc #(.ENTRIES(ATC_ENTRIES), .LARGE(ATC_LARGE)) u_atc (
    .clk(clk), .rst(rst), .flush(flush),
    .lk_en(lk_en), .lk_fn(lk_fn), .lk_pasid(lk_pasid), .lk_page(lk_page), .lk_write(lk_write),
    .res_hit(res_hit), .res_u(res_u), .res_page(res_page),
    .f_en(f_en), .f_fn(f_fn), .f_pasid(f_pasid), .f_page(f_page), .f_mask(f_mask), .f_target(f_target),
    .f_r(f_r), .f_w(f_w), .f_u(f_u), .f_global(f_global),
    .inv_start(inv_start), .inv_busy(inv_busy), .i_scope(i_scope)
  );

  wire [63:0]  m_entry = {msg_data[7:0], msg_data[15:8], msg_data[23:16], msg_data[31:24],
                          msg_data[39:32], msg_data[47:40], msg_data[55:48], msg_data[63:56]};
  reg          m_mine;                 // routed to one of our functions
  reg  [2:0]   m_fn;
  always @* begin
    m_mine = 1'b0;
    m_fn   = 3'd0;
    if (msg_valid)
      for (i = NF - 1; i >= 0; i = i - 1)
        if ((msg_hdr[63:48] == cfg_rid[i*16 +: 16]) && !fn_reset[i]) begin
          m_mine = 1'b1;
          m_fn   = i[2:0];
        end
  end
  wire         m_inval = m_mine && (msg_hdr[71:64] == 8'h01);
  wire         m_prg   = m_mine && (msg_hdr[71:64] == 8'h05);

  wire         ic_valid, ic_ready;
  wire [127:0] ic_hdr;
  wire         inv_outstanding;
  wire [NF-1:0] inv_fn, pri_fn;
  wire         mark_req, mark_clear, mark_ack;
  wire [2:0]   mark_fn;
  wire [19:0]  mark_pasid;

  svarig_ats_inval #(.NF(NF), .READS(READS)) u_inval (
    .clk(clk), .rst(rst), .cfg_stu(cfg_stu), .cfg_rid(cfg_rid), .fn_reset(fn_reset),
    .msg_valid(m_inval), .msg_fn(m_fn), .msg_pfx_valid(msg_pfx_valid), .msg_pasid(msg_pfx[19:0]),
    .msg_from(msg_hdr[95:80]), .msg_itag(msg_hdr[76:72]), .msg_entry(m_entry),
    .mcu_valid(atc_inv_valid), .mcu_all(atc_inv_all), .mcu_fn(atc_inv_fn), .mcu_pasid(atc_inv_pasid),
    .mcu_busy(atc_inv_busy),
    .block(block), .any_held(any_held), .reads(reads), .inv_start(inv_start), .inv_busy(inv_busy), .i_scope(i_scope),
    .mark_req(mark_req), .mark_fn(mark_fn), .mark_pasid(mark_pasid), .mark_ack(mark_ack),
    .tx_valid(ic_valid), .tx_ready(ic_ready), .tx_hdr(ic_hdr),
    .ev_request(ev_inv_req), .ev_completion(ev_inv_cpl), .fn_busy(inv_fn), .outstanding(inv_outstanding)
  );

  // ------------------------------------------------------------------ requests to the host

  wire         tr_valid, tr_ready, tr_pfx_valid;
  wire [31:0]  tr_pfx;
  wire [127:0] tr_hdr;

  svarig_ats_treq #(.DATA_WIDTH(DATA_WIDTH), .NC(NC), .NF(NF), .TIMEOUT(TIMEOUT)) u_treq (
    .clk(clk), .rst(rst), .now(now), .live(live), .fn_reset(fn_reset), .cfg_ats_en(cfg_ats_en),
    .cfg_cto_dis(cfg_cto_dis), .cfg_ext_tag(cfg_ext_tag), .cfg_stu(cfg_stu), .cfg_rid(cfg_rid),
    .c_fn(xl_fn), .c_pasid(xl_pasid), .c_nw(~xl_write),
    .t_req(t_req), .t_page(page), .t_sent(t_sent), .t_dead(t_dead), .t_done(t_done), .t_result(t_result),
    .a_req(a_req), .a_page(a_page), .a_more(a_more), .a_which(a_which), .a_sent(a_sent), .a_done(a_done),
    .a_chunk(a_chunk), .a_ok(a_ok), .a_none(a_none), .a_again(a_again),
    .tx_valid(tr_valid), .tx_ready(tr_ready), .tx_pfx_valid(tr_pfx_valid), .tx_pfx(tr_pfx), .tx_hdr(tr_hdr),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data), .cpl_mine(cpl_mine),
    .cpl_unexp(cpl_unexp), .cpl_poisoned(cpl_poisoned), .cpl_ur(cpl_ur), .cpl_ca(cpl_ca), .cpl_fn(cpl_fn),
    .f_en(f_en), .f_fn(f_fn), .f_pasid(f_pasid), .f_page(f_page), .f_mask(f_mask), .f_target(f_target),
    .f_r(f_r), .f_w(f_w), .f_u(f_u), .f_global(f_global), .inv_mark(inv_start), .i_scope(i_scope),
    .mark_req(mark_req), .mark_fn(mark_fn), .mark_pasid(mark_pasid), .mark_clear(mark_clear), .ats_ur(ats_ur), .ev_sent(ev_xlat_req), .ev_fault(ev_xlat_fault), .ev_stale(ev_inv_stale),
    .ev_timeout(ev_timeout), .ev_fn(ev_timeout_fn), .outstanding(np_pending)
  );

  wire         pr_valid, pr_ready, pr_pfx_valid;
  wire [31:0]  pr_pfx;
  wire [127:0] pr_hdr;

  svarig_pri #(.NC(NC), .NF(NF), .GROUPS(GROUPS), .PAGES(PAGES)) u_pri (
    .clk(clk), .rst(rst), .cfg_ats_en(cfg_ats_en), .fn_reset(fn_reset), .cfg_pri_en(cfg_pri_en),
    .cfg_pri_reset(cfg_pri_reset), .cfg_pri_alloc(cfg_pri_alloc), .cfg_prg_pasid_req(cfg_prg_pasid_req),
    .cfg_rid(cfg_rid), .usable(pri_usable), .stopped(pri_stopped), .set_rf(pri_set_rf), .set_uprgi(pri_set_uprgi),
    .c_fn(xl_fn), .c_pasid(xl_pasid), .c_write(xl_write),
    .p_req(p_req), .p_page(page), .p_drop(p_drop), .p_sent(p_sent), .p_done(p_done), .p_result(p_result),
    .g_want(g_want), .g_go(g_go), .g_credits(g_credits), .g_req(g_req), .g_page(g_page), .g_last(g_last),
    .g_idle(g_idle), .g_drop(g_drop), .g_sent(g_sent), .g_done(g_done),
    .mark_req(mark_req && mark_clear), .mark_fn(mark_fn), .mark_pasid(mark_pasid), .mark_ack(mark_ack),
    .tx_valid(pr_valid), .tx_ready(pr_ready), .tx_pfx_valid(pr_pfx_valid), .tx_pfx(pr_pfx), .tx_hdr(pr_hdr),
    .rsp_valid(m_prg), .rsp_fn(m_fn), .rsp_pfx_valid(msg_pfx_valid), .rsp_pasid(msg_pfx[19:0]),
    .rsp_index(msg_hdr[40:32]), .rsp_code(msg_hdr[47:44]),
    .ev_page(xl_ev_pageq), .ev_ok(ev_prg_ok), .ev_invalid(ev_prg_invalid), .ev_failure(ev_prg_failure),
    .ev_unexpected(ev_prg_unexpected), .outstanding(pri_fn)
  );
  assign ev_page_req = |xl_ev_pageq;

  // Invalidate Completions first: the host waits for them with a limit. Valid may change hands before the
  // arbiter accepts: it looks at one cycle only.
  assign tx_valid     = ic_valid || pr_valid || tr_valid;
  assign tx_pfx_valid = !ic_valid && (pr_valid ? pr_pfx_valid : tr_pfx_valid);
  assign tx_pfx       = pr_valid ? pr_pfx : tr_pfx;
  assign tx_hdr       = ic_valid ? ic_hdr : pr_valid ? pr_hdr : tr_hdr;
  assign ic_ready     = tx_ready;
  assign pr_ready     = tx_ready && !ic_valid;
  assign tr_ready     = tx_ready && !ic_valid && !pr_valid;

  assign fn_busy = np_pending | pri_fn | inv_fn;
  assign working = (|np_pending) || inv_outstanding || flush || flushed || (|active);
  assign parked  = (|waits) && (&(waits | xl_idle));

  wire unused = &{1'b0, msg_pfx[31:20], msg_hdr};

endmodule

`default_nettype wire
