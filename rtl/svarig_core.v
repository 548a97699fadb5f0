// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_core: the data path: wiring of queue/, dma/, crypto/ and ats/.
//
// The ports are described in svarig_core_ports.md, what the parts do in docs/rtl-datapath.md. TLP clients: 0
// translation and page requests and invalidate completions, 1 reads, 2 writes; more of TX stay silent.

`default_nettype none
`include "svarig_hw.vh"

module svarig_core #(
  parameter DATA_WIDTH  = 128,         // 64, 128 or 256
  parameter LANES       = 4,           // queues served at once, 1 to 4
  parameter ATC_ENTRIES = 256,
  parameter TX          = 4,
  parameter TIMEOUT     = 10000000,
  parameter NF          = 5,           // functions: SVARIG_FUNCTIONS
  parameter EW          = (DATA_WIDTH == 256) ? 256 : 128
) (
  input  wire                     clk,
  input  wire                     rst,

  input  wire [NF-1:0]            cfg_bme,
  input  wire [2:0]               cfg_mps,
  input  wire [2:0]               cfg_mrrs,
  input  wire                     cfg_rcb,
  input  wire                     cfg_ext_tag,
  input  wire                     cfg_ro_en,
  input  wire                     cfg_cto_dis,
  input  wire [NF-1:0]            cfg_ats_en,
  input  wire [4:0]               cfg_stu,
  input  wire                     cfg_pri_en,
  input  wire                     cfg_pri_reset,
  input  wire [31:0]              cfg_pri_alloc,
  input  wire                     cfg_prg_pasid_req,
  input  wire                     cfg_pasid_en,
  input  wire [NF*16-1:0]         cfg_rid,
  input  wire [NF-1:0]            fn_reset,
  output wire [NF-1:0]            fn_idle,
  output wire                     pri_stopped,
  output wire                     pri_set_rf,
  output wire                     pri_set_uprgi,
  output wire [NF-1:0]            ats_ur,
  output wire [NF-1:0]            trans_pending,
  output wire                     err_unexp_cpl,
  output wire                     err_poisoned,
  output wire                     err_timeout,
  output wire                     err_rcv_ur,
  output wire                     err_rcv_ca,
  output wire [127:0]             err_hdr,
  output wire [2:0]               err_fn,

  input  wire                     cpl_valid,
  input  wire                     cpl_sop,
  input  wire                     cpl_eop,
  input  wire [127:0]             cpl_hdr,
  input  wire [DATA_WIDTH-1:0]    cpl_data,
  input  wire [DATA_WIDTH/8-1:0]  cpl_be,
  input  wire                     msg_valid,
  input  wire                     msg_pfx_valid,
  input  wire [31:0]              msg_pfx,
  input  wire [127:0]             msg_hdr,
  input  wire [63:0]              msg_data,

  output wire [TX-1:0]               tx_valid,
  input  wire [TX-1:0]               tx_ready,
  output wire [TX-1:0]               tx_sop,
  output wire [TX-1:0]               tx_eop,
  output wire [TX-1:0]               tx_pfx_valid,
  output wire [TX*32-1:0]            tx_pfx,
  output wire [TX*128-1:0]           tx_hdr,
  output wire [TX*DATA_WIDTH-1:0]    tx_data,
  output wire [TX*DATA_WIDTH/8-1:0]  tx_be,

  input  wire                     qreg_valid,
  input  wire                     qreg_write,
  input  wire [13:0]              qreg_addr,
  input  wire [31:0]              qreg_wdata,
  output wire                     qreg_ready,
  output wire [31:0]              qreg_rdata,
  input  wire                     db_valid,
  input  wire                     db_write,
  input  wire [5:0]               db_queue,
  input  wire [11:0]              db_addr,
  input  wire [31:0]              db_wdata,
  output wire                     db_ready,
  output wire [31:0]              db_rdata,

  output wire                     msix_valid,
  input  wire                     msix_ready,
  output wire [7:0]               msix_vector,
  output wire [2:0]               msix_fn,

  output wire [`SVARIG_CNT_COUNT-1:0] ev,
  output wire [7:0]               ev_rd_bytes,
  output wire [7:0]               ev_wr_bytes,

  input  wire                     atc_inv_valid,
  input  wire                     atc_inv_all,
  input  wire [20:0]              atc_inv_pasid,
  input  wire [2:0]               atc_inv_fn,
  output wire                     atc_inv_busy,

  input  wire                     cry_take,
  output reg                      cry_granted,
  input  wire                     cry_cmd_valid,
  output wire                     cry_cmd_ready,
  input  wire [7:0]               cry_op,
  input  wire [7:0]               cry_alg,
  input  wire                     cry_decrypt,
  input  wire                     cry_state_in,
  input  wire                     cry_state_out,
  input  wire [31:0]              cry_len,
  input  wire [31:0]              cry_aad_len,
  input  wire                     cry_abort,
  input  wire                     cry_s_valid,
  output wire                     cry_s_ready,
  input  wire [EW-1:0]            cry_s_data,
  input  wire [5:0]               cry_s_bytes,
  input  wire [2:0]               cry_s_kind,
  input  wire                     cry_s_last,
  input  wire                     cry_s_cut,
  output wire                     cry_m_valid,
  input  wire                     cry_m_ready,
  output wire [EW-1:0]            cry_m_data,
  output wire [5:0]               cry_m_bytes,
  output wire [2:0]               cry_m_kind,
  output wire                     cry_m_last,
  output wire                     cry_end_valid,
  input  wire                     cry_end_ready,
  output wire [7:0]               cry_end_status,
  output wire [31:0]              cry_end_done,

  output wire                     idle
);

  localparam QUEUES = `SVARIG_MAX_QUEUES;
  localparam NS = 208;                 // reads outstanding: 64 small jobs, three each, and some
  localparam SW = $clog2(NS);
  localparam NC = 2 * LANES;           // clients of the translation: reads and writes of each lane
  localparam NE = 11;                  // counters of a queue that lanes keep
  localparam PORTS = LANES + 1;

  genvar g;
  integer i;

  // Time for the completion timeouts and for the jobs.
  reg [31:0] now;
  always @(posedge clk)
    now <= rst ? 32'd0 : (now + 32'd1);

  // ------------------------------------------------------------------ queues and lanes

  wire [QUEUES-1:0]   runnable, owned;
  wire                fresh;
  wire [5:0]           fresh_queue;
  wire                others, at_req, at_ack, at_chain_bad, sched_working, msix_pending;
  wire [5:0]          at_queue, b_queue;
  wire [LANES-1:0]    at_lane, free, stop, rel, rel_chain_bad;
  wire [32:0]         at_budget;
  wire [15:0]         at_units;
  wire [7:0]          weight;
  wire [20:0]         x_pasid;
  wire [63:0]         x_sq_base, x_cq_base;
  wire [3:0]          x_sq_log2, x_cq_log2;
  wire [127:0]        x_counts;
  wire                b_valid;
  wire [31:0]         b_sq_tail, b_cq_head;
  wire [LANES*33-1:0] rel_budget;
  wire [LANES-1:0]    u_req, u_ack, u_done, u_ok, u_halt;
  wire [LANES*6-1:0]  u_queue;
  wire [LANES*32-1:0] u_sq_head, u_bytes, u_cycles;
  wire [LANES*8-1:0]  u_code;
  wire [LANES*64-1:0] u_addr;
  wire [LANES*NE*32-1:0] u_counts;
  wire                ev_doorbell, ev_bad_doorbell;

  svarig_queue_ctx #(.QUEUES(QUEUES), .LANES(LANES), .NF(NF), .NC(NE)) u_ctx (
    .clk(clk), .rst(rst), .cfg_bme(cfg_bme), .fn_reset(fn_reset),
    .qreg_valid(qreg_valid), .qreg_write(qreg_write), .qreg_addr(qreg_addr), .qreg_wdata(qreg_wdata),
    .qreg_ready(qreg_ready), .qreg_rdata(qreg_rdata),
    .db_valid(db_valid), .db_write(db_write), .db_queue(db_queue), .db_addr(db_addr), .db_wdata(db_wdata),
    .db_ready(db_ready), .db_rdata(db_rdata), .runnable(runnable), .fresh(fresh),
    .fresh_queue(fresh_queue), .owned(owned),
    .at_req(at_req), .at_queue(at_queue), .at_ack(at_ack), .x_pasid(x_pasid), .x_sq_base(x_sq_base),
    .x_cq_base(x_cq_base), .x_sq_log2(x_sq_log2), .x_cq_log2(x_cq_log2), .x_counts(x_counts),
    .w_queue(at_queue), .w_weight(weight),
    .b_valid(b_valid), .b_queue(b_queue), .b_sq_tail(b_sq_tail), .b_cq_head(b_cq_head),
    .u_req(u_req), .u_ack(u_ack), .u_queue(u_queue), .u_sq_head(u_sq_head), .u_done(u_done), .u_ok(u_ok),
    .u_bytes(u_bytes), .u_cycles(u_cycles), .u_halt(u_halt), .u_code(u_code), .u_addr(u_addr),
    .u_counts(u_counts), .l_stop(stop),
    .msix_valid(msix_valid), .msix_ready(msix_ready), .msix_vector(msix_vector), .msix_fn(msix_fn),
    .msix_pending(msix_pending), .ev_doorbell(ev_doorbell), .ev_bad_doorbell(ev_bad_doorbell)
  );

  svarig_sched #(.QUEUES(QUEUES), .LANES(LANES)) u_sched (
    .clk(clk), .rst(rst), .pause(cry_take || cry_granted), .runnable(runnable), .fresh(fresh),
    .fresh_queue(fresh_queue), .owned(owned), .others(others),
    .free(free), .at_req(at_req), .at_queue(at_queue), .at_lane(at_lane), .at_budget(at_budget), .at_units(at_units),
    .at_chain_bad(at_chain_bad), .at_ack(at_ack), .weight(weight),
    .release_i(rel), .r_queue(u_queue), .r_budget(rel_budget), .r_chain_bad(rel_chain_bad), .working(sched_working)
  );

  // Engines, and their self-test.
  wire [PORTS-1:0]    e_cmd_valid, e_cmd_ready, e_decrypt, e_state_in, e_state_out, e_abort;
  wire [PORTS*8-1:0]  e_op, e_alg, e_end_status;
  wire [PORTS*32-1:0] e_len, e_aad_len, e_end_done;
  wire [PORTS-1:0]    s_valid, s_ready, s_last, s_cut, m_valid, m_ready, m_last, end_valid, end_ready;
  wire [PORTS*EW-1:0] s_data, m_data;
  wire [PORTS*6-1:0]  s_bytes, m_bytes;
  wire [PORTS*3-1:0]  s_kind, m_kind;

  svarig_engines #(.PORTS(PORTS), .EW(EW)) u_engines (
    .clk(clk), .rst(rst), .cmd_valid(e_cmd_valid), .cmd_ready(e_cmd_ready), .cmd_op(e_op), .cmd_alg(e_alg),
    .cmd_decrypt(e_decrypt), .cmd_state_in(e_state_in), .cmd_state_out(e_state_out), .cmd_len(e_len),
    .cmd_aad_len(e_aad_len), .abort(e_abort),
    .s_valid(s_valid), .s_ready(s_ready), .s_data(s_data), .s_bytes(s_bytes), .s_kind(s_kind), .s_last(s_last),
    .s_cut(s_cut), .m_valid(m_valid), .m_ready(m_ready), .m_data(m_data), .m_bytes(m_bytes), .m_kind(m_kind),
    .m_last(m_last), .end_valid(end_valid), .end_ready(end_ready), .end_status(e_end_status), .end_done(e_end_done)
  );

  wire all_free = (free == {LANES{1'b1}});
  always @(posedge clk)
    cry_granted <= !rst && cry_take && (cry_granted || (all_free && !at_req));
  assign e_cmd_valid[LANES]       = cry_granted && cry_cmd_valid;
  assign e_op[LANES*8 +: 8]       = cry_op;
  assign e_alg[LANES*8 +: 8]      = cry_alg;
  assign e_decrypt[LANES]         = cry_decrypt;
  assign e_state_in[LANES]        = cry_state_in;
  assign e_state_out[LANES]       = cry_state_out;
  assign e_len[LANES*32 +: 32]    = cry_len;
  assign e_aad_len[LANES*32 +: 32] = cry_aad_len;
  assign e_abort[LANES]           = cry_abort || !cry_granted;
  assign s_valid[LANES]           = cry_granted && cry_s_valid;
  assign s_data[LANES*EW +: EW]   = cry_s_data;
  assign s_bytes[LANES*6 +: 6]    = cry_s_bytes;
  assign s_kind[LANES*3 +: 3]     = cry_s_kind;
  assign s_last[LANES]            = cry_s_last;
  assign s_cut[LANES]             = cry_s_cut;
  assign m_ready[LANES]           = cry_granted && cry_m_ready;
  assign end_ready[LANES]         = cry_granted && cry_end_ready;
  assign cry_cmd_ready  = cry_granted && e_cmd_ready[LANES];
  assign cry_s_ready    = cry_granted && s_ready[LANES];
  assign cry_m_valid    = cry_granted && m_valid[LANES];
  assign cry_m_data     = m_data[LANES*EW +: EW];
  assign cry_m_bytes    = m_bytes[LANES*6 +: 6];
  assign cry_m_kind     = m_kind[LANES*3 +: 3];
  assign cry_m_last     = m_last[LANES];
  assign cry_end_valid  = cry_granted && end_valid[LANES];
  assign cry_end_status = e_end_status[LANES*8 +: 8];
  assign cry_end_done   = e_end_done[LANES*32 +: 32];

  // ------------------------------------------------------------------ reads

  localparam          SLACK = (1 << SW) - NS;
  wire [NS-1:0]       reads, r_done, r_bad;
  wire [2*LANES*SW-1:0] p_slot;
  wire [2*LANES-1:0]  p_some;
  wire [2*LANES*9-1:0] p_to;
  wire [NF-1:0]       waits;           // functions with reads outstanding, a cycle late
  wire [LANES-1:0]    al_req, al_ctl, al_gnt, al_ret, rr_req, rr_drop, rr_none;
  wire [SW-1:0]       al_slot;
  wire [LANES*SW-1:0] ret_slot, q_slot, rr_slot, rx_slot;
  wire [LANES*5-1:0]  rr_row;
  wire [LANES*8-1:0]  q_status;
  wire [LANES*64-1:0] q_bad_va, rx_va;
  wire                none_left, few_left;
  wire [EW-1:0]       rd_data;
  wire [LANES-1:0]    rx_valid, rx_ready, rx_pfx_valid;
  wire [LANES*32-1:0] rx_pfx;
  wire [LANES*128-1:0] rx_hdr;
  wire [LANES*10-1:0] rx_len;

  wire [LANES-1:0]    rr_gnt;
  wire                rd_en, drop, r_send;
  wire [SW-1:0]       rd_slot, r_slot;
  wire [4:0]          rd_row;
  wire [2:0]          at_work, r_fn;
  wire [7:0]          limit;
  wire [63:0]         r_va;
  wire [9:0]          r_len;
  wire [LANES*3-1:0]  l_fn;
  wire [LANES*21-1:0] l_pasid;

  assign tx_sop[1] = 1'b1;
  assign tx_eop[1] = 1'b1;
  svarig_rd_pick #(.LANES(LANES), .NS(NS)) u_reads (
    .clk(clk), .rst(rst), .cfg_ext_tag(cfg_ext_tag), .free(free), .at_work(at_work), .limit(limit),
    .rr_req(rr_req), .rr_slot(rr_slot), .rr_row(rr_row), .rr_drop(rr_drop), .rr_none(rr_none), .rr_gnt(rr_gnt),
    .rd_en(rd_en), .drop(drop), .rd_slot(rd_slot), .rd_row(rd_row),
    .rx_valid(rx_valid), .rx_ready(rx_ready), .rx_pfx_valid(rx_pfx_valid), .rx_pfx(rx_pfx), .rx_hdr(rx_hdr),
    .rx_slot(rx_slot), .rx_fn(l_fn), .rx_va(rx_va), .rx_len(rx_len),
    .tx_valid(tx_valid[1]), .tx_ready(tx_ready[1]), .tx_pfx_valid(tx_pfx_valid[1]), .tx_pfx(tx_pfx[63:32]),
    .tx_hdr(tx_hdr[255:128]), .send(r_send), .send_slot(r_slot), .send_fn(r_fn), .send_va(r_va), .send_len(r_len)
  );

  wire                d_mine, d_unexp, d_poisoned, d_ur, d_ca, d_timeout;
  wire [10:0]         d_bytes;
  wire [2:0]          d_fn, d_timeout_fn;

  svarig_rd_slots #(.DATA_WIDTH(DATA_WIDTH), .EW(EW), .LANES(LANES), .NS(NS), .NF(NF), .TIMEOUT(TIMEOUT)) u_slots (
    .clk(clk), .rst(rst), .now(now), .cfg_ext_tag(cfg_ext_tag), .cfg_cto_dis(cfg_cto_dis), .cfg_rid(cfg_rid),
    .al_req(al_req), .al_ctl(al_ctl), .limit(limit), .reserve(at_work), .al_gnt(al_gnt), .al_slot(al_slot),
    .al_ret(al_ret), .ret_slot(ret_slot), .none_left(none_left), .few_left(few_left),
    .send(r_send), .send_slot(r_slot), .send_fn(r_fn), .send_va(r_va), .send_len(r_len),
    .done(r_done), .bad(r_bad), .q_slot(q_slot), .q_status(q_status), .q_bad_va(q_bad_va),
    .p_slot(p_slot), .p_some(p_some), .p_to(p_to), .drop(drop), .drop_lane(rr_gnt), .drop_slot(rd_slot), .rd_en(rd_en), .rd_slot(rd_slot), .rd_row(rd_row),
    .rd_data(rd_data), .waiting(reads), .fn_waiting(waits),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_eop(cpl_eop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data),
    .cpl_mine(d_mine), .cpl_fn(d_fn), .cpl_unexp(d_unexp), .cpl_poisoned(d_poisoned), .cpl_ur(d_ur), .cpl_ca(d_ca),
    .cpl_bytes(d_bytes), .timeout(d_timeout), .timeout_fn(d_timeout_fn)
  );

  // ------------------------------------------------------------------ writes

  wire [LANES-1:0]    w_valid, w_ready, w_sop, w_eop, w_pfx_valid;
  wire [LANES*32-1:0] w_pfx;
  wire [LANES*128-1:0] w_hdr;
  wire [LANES*DATA_WIDTH-1:0] w_data;
  wire [LANES*DATA_WIDTH/8-1:0] w_be;
  svarig_wr_pick #(.DATA_WIDTH(DATA_WIDTH), .LANES(LANES)) u_writes (
    .clk(clk), .rst(rst), .w_valid(w_valid), .w_ready(w_ready), .w_sop(w_sop), .w_eop(w_eop), .w_pfx_valid(w_pfx_valid),
    .w_pfx(w_pfx), .w_hdr(w_hdr), .w_data(w_data), .w_be(w_be),
    .tx_valid(tx_valid[2]), .tx_ready(tx_ready[2]), .tx_sop(tx_sop[2]), .tx_eop(tx_eop[2]),
    .tx_pfx_valid(tx_pfx_valid[2]), .tx_pfx(tx_pfx[95:64]), .tx_hdr(tx_hdr[383:256]),
    .tx_data(tx_data[2*DATA_WIDTH +: DATA_WIDTH]), .tx_be(tx_be[2*(DATA_WIDTH/8) +: DATA_WIDTH/8])
  );

  // ------------------------------------------------------------------ address translation

  wire [NC-1:0]       xl_req, xl_release, xl_gnt, xl_fail, xl_idle, xl_quiet, xl_off, xl_more, xl_ready, xl_stall, xl_hit,
                      xl_miss, xl_pageq;
  wire [NC*3-1:0]     xl_fn;
  wire [NC*21-1:0]    xl_pasid;
  wire [NC*64-1:0]    xl_va;
  wire [NC*52-1:0]    xl_cur, xl_end;
  wire [63:0]         xl_pa;
  wire [1:0]          xl_at;
  wire [NC*8-1:0]     xl_status, xl_detail;
  wire                a_mine, a_unexp, a_poisoned, a_ur, a_ca, a_timeout, a_working, a_parked;
  wire [2:0]          a_fn, a_timeout_fn;
  wire [NF-1:0]       a_np, a_busy;
  wire                ev_hit, ev_miss, ev_xlat_req, ev_xlat_fault, ev_page_req, ev_prg_ok, ev_prg_invalid,
                      ev_prg_failure, ev_prg_unexpected, ev_inv_req, ev_inv_cpl, ev_inv_stale;

  svarig_ats #(.DATA_WIDTH(DATA_WIDTH), .NF(NF), .NC(NC), .ATC_ENTRIES(ATC_ENTRIES), .READS(NS), .TIMEOUT(TIMEOUT)) u_ats (
    .clk(clk), .rst(rst), .now(now), .cfg_bme(cfg_bme), .cfg_ats_en(cfg_ats_en), .cfg_rid(cfg_rid),
    .fn_reset(fn_reset), .cfg_cto_dis(cfg_cto_dis), .cfg_ext_tag(cfg_ext_tag), .cfg_stu(cfg_stu),
    .cfg_pri_en(cfg_pri_en), .cfg_pri_reset(cfg_pri_reset), .cfg_pri_alloc(cfg_pri_alloc),
    .cfg_prg_pasid_req(cfg_prg_pasid_req), .cfg_pasid_en(cfg_pasid_en), .pri_stopped(pri_stopped),
    .pri_set_rf(pri_set_rf), .pri_set_uprgi(pri_set_uprgi), .ats_ur(ats_ur),
    .xl_req(xl_req), .xl_fn(xl_fn), .xl_pasid(xl_pasid), .xl_va(xl_va), .xl_write({LANES{2'b10}}),
    .xl_release(xl_release), .xl_cur(xl_cur), .xl_end(xl_end), .xl_more(xl_more), .xl_off(xl_off),
    .xl_ready(xl_ready), .xl_gnt(xl_gnt), .xl_pa(xl_pa),
    .xl_at(xl_at), .xl_fail(xl_fail), .xl_status(xl_status), .xl_detail(xl_detail), .xl_idle(xl_idle), .xl_quiet(xl_quiet),
    .xl_stall_fault(xl_stall), .xl_ev_hit(xl_hit), .xl_ev_miss(xl_miss), .xl_ev_pageq(xl_pageq), .reads(reads),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data), .cpl_mine(a_mine),
    .cpl_unexp(a_unexp), .cpl_poisoned(a_poisoned), .cpl_ur(a_ur), .cpl_ca(a_ca), .cpl_fn(a_fn),
    .msg_valid(msg_valid), .msg_pfx_valid(msg_pfx_valid), .msg_pfx(msg_pfx), .msg_hdr(msg_hdr), .msg_data(msg_data),
    .tx_valid(tx_valid[0]), .tx_ready(tx_ready[0]), .tx_pfx_valid(tx_pfx_valid[0]), .tx_pfx(tx_pfx[31:0]),
    .tx_hdr(tx_hdr[127:0]),
    .atc_inv_valid(atc_inv_valid), .atc_inv_all(atc_inv_all), .atc_inv_fn(atc_inv_fn), .atc_inv_pasid(atc_inv_pasid),
    .atc_inv_busy(atc_inv_busy),
    .ev_hit(ev_hit), .ev_miss(ev_miss), .ev_xlat_req(ev_xlat_req), .ev_xlat_fault(ev_xlat_fault),
    .ev_page_req(ev_page_req), .ev_prg_ok(ev_prg_ok), .ev_prg_invalid(ev_prg_invalid), .ev_prg_failure(ev_prg_failure),
    .ev_prg_unexpected(ev_prg_unexpected), .ev_inv_req(ev_inv_req), .ev_inv_cpl(ev_inv_cpl), .ev_inv_stale(ev_inv_stale),
    .ev_timeout(a_timeout), .ev_timeout_fn(a_timeout_fn), .np_pending(a_np), .fn_busy(a_busy), .working(a_working),
    .parked(a_parked)
  );

  // ------------------------------------------------------------------ lanes

  wire [LANES-1:0]    ev_read, ev_write, ev_done, ev_ok, moves;
  wire [LANES*10-1:0] ev_bytes;
  generate
    for (g = 0; g < LANES; g = g + 1) begin : lane
      assign xl_off[2*g +: 2] = {2{free[g]}};
      svarig_lane #(.DATA_WIDTH(DATA_WIDTH), .EW(EW), .SW(SW), .NF(NF), .NC(NE)) u_lane (
        .clk(clk), .rst(rst), .now(now), .cfg_bme(cfg_bme), .cfg_ats_en(cfg_ats_en), .cfg_rid(cfg_rid),
        .cfg_mps(cfg_mps), .cfg_mrrs(cfg_mrrs), .free(free[g]), .attach(at_ack && at_lane[g]), .at_queue(at_queue),
        .at_budget(at_budget), .at_units(at_units), .at_chain_bad(at_chain_bad), .x_pasid(x_pasid),
        .x_sq_base(x_sq_base), .x_cq_base(x_cq_base), .x_sq_log2(x_sq_log2), .x_cq_log2(x_cq_log2),
        .x_counts(x_counts), .b_valid(b_valid), .b_queue(b_queue), .b_sq_tail(b_sq_tail), .b_cq_head(b_cq_head),
        .stop(stop[g]), .pause(cry_take), .others(others), .release_o(rel[g]), .r_budget(rel_budget[g*33 +: 33]),
        .r_chain_bad(rel_chain_bad[g]), .u_req(u_req[g]), .u_ack(u_ack[g]), .u_queue(u_queue[g*6 +: 6]),
        .u_sq_head(u_sq_head[g*32 +: 32]), .u_done(u_done[g]), .u_ok(u_ok[g]), .u_bytes(u_bytes[g*32 +: 32]),
        .u_cycles(u_cycles[g*32 +: 32]), .u_halt(u_halt[g]), .u_code(u_code[g*8 +: 8]), .u_addr(u_addr[g*64 +: 64]),
        .u_counts(u_counts[g*NE*32 +: NE*32]),
        .e_abort(e_abort[g]), .e_cmd_valid(e_cmd_valid[g]), .e_cmd_ready(e_cmd_ready[g]), .e_op(e_op[g*8 +: 8]),
        .e_alg(e_alg[g*8 +: 8]), .e_decrypt(e_decrypt[g]), .e_state_in(e_state_in[g]), .e_state_out(e_state_out[g]),
        .e_len(e_len[g*32 +: 32]), .e_aad_len(e_aad_len[g*32 +: 32]), .s_valid(s_valid[g]), .s_ready(s_ready[g]),
        .s_data(s_data[g*EW +: EW]), .s_bytes(s_bytes[g*6 +: 6]), .s_kind(s_kind[g*3 +: 3]), .s_last(s_last[g]),
        .s_cut(s_cut[g]), .m_valid(m_valid[g]), .m_ready(m_ready[g]), .m_data(m_data[g*EW +: EW]),
        .m_bytes(m_bytes[g*6 +: 6]), .m_kind(m_kind[g*3 +: 3]), .end_valid(end_valid[g]), .end_ready(end_ready[g]),
        .end_status(e_end_status[g*8 +: 8]), .end_done(e_end_done[g*32 +: 32]),
        .al_req(al_req[g]), .al_ctl(al_ctl[g]), .al_gnt(al_gnt[g]), .al_slot(al_slot), .al_ret(al_ret[g]),
        .ret_slot(ret_slot[g*SW +: SW]), .none_left(none_left), .few_left(few_left), .done({{SLACK{1'b0}}, r_done}), .bad({{SLACK{1'b0}}, r_bad}),
        .q_slot(q_slot[g*SW +: SW]), .q_status(q_status[g*8 +: 8]), .q_bad_va(q_bad_va[g*64 +: 64]),
        .p_slot(p_slot[2*g*SW +: 2*SW]), .p_some(p_some[2*g +: 2]), .p_to(p_to[18*g +: 18]), .rr_req(rr_req[g]), .rr_slot(rr_slot[g*SW +: SW]), .rr_row(rr_row[g*5 +: 5]), .rr_drop(rr_drop[g]),
        .rr_none(rr_none[g]), .rr_gnt(rr_gnt[g]), .rd_data(rd_data),
        .xl_req(xl_req[2*g +: 2]), .xl_fn(l_fn[g*3 +: 3]), .xl_pasid(l_pasid[g*21 +: 21]),
        .xl_va(xl_va[128*g +: 128]), .xl_release(xl_release[2*g +: 2]), .xl_cur(xl_cur[104*g +: 104]),
        .xl_end(xl_end[104*g +: 104]), .xl_more(xl_more[2*g +: 2]),
        .xl_ready(xl_ready[2*g +: 2]), .xl_gnt(xl_gnt[2*g +: 2]), .xl_pa(xl_pa),
        .xl_at(xl_at), .xl_fail(xl_fail[2*g +: 2]), .xl_status(xl_status[16*g +: 16]),
        .xl_detail(xl_detail[16*g +: 16]), .xl_idle(xl_idle[2*g +: 2]), .xl_quiet(xl_quiet[2*g +: 2]),
        .xl_stall_fault(xl_stall[2*g +: 2]),
        .xl_ev_hit(xl_hit[2*g +: 2]), .xl_ev_miss(xl_miss[2*g +: 2]), .xl_ev_pageq(xl_pageq[2*g +: 2]),
        .rx_valid(rx_valid[g]), .rx_ready(rx_ready[g]), .rx_pfx_valid(rx_pfx_valid[g]), .rx_pfx(rx_pfx[g*32 +: 32]),
        .rx_hdr(rx_hdr[g*128 +: 128]), .rx_slot(rx_slot[g*SW +: SW]), .rx_va(rx_va[g*64 +: 64]),
        .rx_len(rx_len[g*10 +: 10]),
        .tx_valid(w_valid[g]), .tx_ready(w_ready[g]), .tx_sop(w_sop[g]), .tx_eop(w_eop[g]),
        .tx_pfx_valid(w_pfx_valid[g]), .tx_pfx(w_pfx[g*32 +: 32]), .tx_hdr(w_hdr[g*128 +: 128]),
        .tx_data(w_data[g*DATA_WIDTH +: DATA_WIDTH]), .tx_be(w_be[g*DATA_WIDTH/8 +: DATA_WIDTH/8]),
        .ev_read(ev_read[g]), .ev_write(ev_write[g]), .ev_bytes(ev_bytes[g*10 +: 10]), .ev_done(ev_done[g]),
        .ev_ok(ev_ok[g]), .moves(moves[g])
      );
      assign xl_pasid[42*g +: 42] = {l_pasid[g*21 +: 21], l_pasid[g*21 +: 21]};
      assign xl_fn[6*g +: 6] = {l_fn[g*3 +: 3], l_fn[g*3 +: 3]};
    end
  endgenerate

  // ------------------------------------------------------------------ transmit: what has no payload

  assign tx_sop[0] = 1'b1;
  assign tx_eop[0] = 1'b1;
  assign tx_data[2*DATA_WIDTH-1:0]    = {2*DATA_WIDTH{1'b0}};
  assign tx_be[2*(DATA_WIDTH/8)-1:0]  = {2*(DATA_WIDTH/8){1'b0}};
  generate
    if (TX > 3) begin : spare
      assign tx_valid[TX-1:3]     = {TX-3{1'b0}};
      assign tx_sop[TX-1:3]       = {TX-3{1'b0}};
      assign tx_eop[TX-1:3]       = {TX-3{1'b0}};
      assign tx_pfx_valid[TX-1:3] = {TX-3{1'b0}};
      assign tx_pfx[TX*32-1:96]   = {(TX-3)*32{1'b0}};
      assign tx_hdr[TX*128-1:384] = {(TX-3)*128{1'b0}};
      assign tx_data[TX*DATA_WIDTH-1:3*DATA_WIDTH]       = {(TX-3)*DATA_WIDTH{1'b0}};
      assign tx_be[TX*DATA_WIDTH/8-1:3*(DATA_WIDTH/8)]   = {(TX-3)*(DATA_WIDTH/8){1'b0}};
    end
  endgenerate

  // ------------------------------------------------------------------ events

  wire ev_any;

  svarig_core_events #(.LANES(LANES)) u_events (
    .clk(clk), .rst(rst), .cpl_start(cpl_valid && cpl_sop), .cpl_hdr(cpl_hdr),
    .d_mine(d_mine), .d_fn(d_fn), .d_unexp(d_unexp), .d_poisoned(d_poisoned), .d_ur(d_ur), .d_ca(d_ca),
    .d_timeout(d_timeout), .d_timeout_fn(d_timeout_fn), .d_bytes(d_bytes),
    .a_mine(a_mine), .a_fn(a_fn), .a_unexp(a_unexp), .a_poisoned(a_poisoned), .a_ur(a_ur), .a_ca(a_ca),
    .a_timeout(a_timeout), .a_timeout_fn(a_timeout_fn),
    .err_unexp_cpl(err_unexp_cpl), .err_poisoned(err_poisoned), .err_timeout(err_timeout), .err_rcv_ur(err_rcv_ur),
    .err_rcv_ca(err_rcv_ca), .err_hdr(err_hdr), .err_fn(err_fn),
    .busy(!all_free), .done(ev_done), .ok(ev_ok), .read(ev_read), .write(ev_write), .bytes(ev_bytes),
    .hit(ev_hit), .miss(ev_miss), .xlat_req(ev_xlat_req), .xlat_fault(ev_xlat_fault), .page_req(ev_page_req),
    .prg_ok(ev_prg_ok), .prg_invalid(ev_prg_invalid), .prg_failure(ev_prg_failure),
    .prg_unexpected(ev_prg_unexpected), .inv_req(ev_inv_req), .inv_cpl(ev_inv_cpl), .inv_stale(ev_inv_stale),
    .doorbell(ev_doorbell), .bad_doorbell(ev_bad_doorbell),
    .ev(ev), .ev_rd_bytes(ev_rd_bytes), .ev_wr_bytes(ev_wr_bytes), .any(ev_any)
  );

  // ------------------------------------------------------------------ what is outstanding of each function

  reg  [NF-1:0] works;
  always @* begin
    works = {NF{1'b0}};
    if (!all_free)
      for (i = 0; i < LANES; i = i + 1)
        if (!free[i])
          works = works | ({{NF-1{1'b0}}, 1'b1} << l_fn[i*3 +: 3]);
  end
  assign trans_pending = waits | a_np;
  assign fn_idle = ~(waits | a_busy | works | ((msix_pending || at_req) ? {NF{1'b1}} : {NF{1'b0}}));

  // ------------------------------------------------------------------ idle

  // Jobs that wait for pages and move no beat for longer than any engine computes on one need no
  // clock: a host that is simulated beside us serves faults faster when we do not take its processor.
  reg  [8:0] calm;
  wire       move = (|moves) || (|(tx_valid & tx_ready)) || cpl_valid;
  always @(posedge clk)
    calm <= (rst || !a_parked || move || sched_working) ? 9'd0 : (calm + {8'd0, !calm[8]});

  reg  quiet;                          // what is registered above has had its cycle
  wire still = (all_free || calm[8]) && !sched_working && !msix_pending && !a_working && !(|reads) && !cry_take &&
               !cpl_valid && !msg_valid && !qreg_valid && !db_valid && !atc_inv_valid && !ev_any;
  always @(posedge clk)
    quiet <= !rst && still;
  assign idle = still && quiet;

  wire unused = &{1'b0, cfg_rcb, cfg_ro_en, cpl_be, tx_ready};

endmodule

`default_nettype wire
