// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_core: the data path: queues, DMA, address translation and engines, wired together.
//
// The ports are explained in svarig_core_ports.md. TLP clients: 0 ATS and PRI messages and translation
// requests, 1 DMA reads, 2 DMA writes (completion records too), the rest unused.

`default_nettype none
`include "svarig_hw.vh"

module svarig_core #(
  parameter DATA_WIDTH  = 128,
  parameter QUEUES      = 16,
  parameter ATC_ENTRIES = 64,
  parameter TX          = 4,
  parameter READS       = 32,          // DMA reads outstanding at most
  parameter TIMEOUT     = 10000000     // completion timeout in cycles
) (
  input  wire                     clk,
  input  wire                     rst,

  input  wire                     cfg_bme,
  input  wire [2:0]               cfg_mps,
  input  wire [2:0]               cfg_mrrs,
  input  wire                     cfg_rcb,
  input  wire                     cfg_ext_tag,
  input  wire                     cfg_ro_en,
  input  wire                     cfg_cto_dis,
  input  wire                     cfg_ats_en,
  input  wire [4:0]               cfg_stu,
  input  wire                     cfg_pri_en,
  input  wire                     cfg_pri_reset,
  input  wire [31:0]              cfg_pri_alloc,
  input  wire                     cfg_prg_pasid_req,
  input  wire                     cfg_pasid_en,
  input  wire [15:0]              cfg_rid,

  output wire                     pri_stopped,
  output wire                     pri_set_rf,
  output wire                     pri_set_uprgi,
  output wire                     ats_ur,
  output wire                     trans_pending,
  output reg                      err_unexp_cpl,
  output reg                      err_poisoned,
  output reg                      err_timeout,
  output reg                      err_rcv_ur,
  output reg                      err_rcv_ca,
  output reg  [127:0]             err_hdr,

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
  input  wire [12:0]              qreg_addr,
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

  output reg  [`SVARIG_CNT_COUNT-1:0] ev,
  output wire [7:0]               ev_rd_bytes,
  output wire [7:0]               ev_wr_bytes,

  input  wire                     atc_inv_valid,
  input  wire                     atc_inv_all,
  input  wire [20:0]              atc_inv_pasid,
  output wire                     atc_inv_busy,

  input  wire                     cry_take,
  output wire                     cry_granted,
  input  wire                     cry_start,
  input  wire                     cry_abort,
  input  wire [3:0]               cry_op,
  input  wire [255:0]             cry_key,
  input  wire [127:0]             cry_iv,
  input  wire                     cry_s_valid,
  output wire                     cry_s_ready,
  input  wire [127:0]             cry_s_data,
  input  wire [4:0]               cry_s_bytes,
  input  wire                     cry_s_last,
  output wire                     cry_m_valid,
  input  wire                     cry_m_ready,
  output wire [127:0]             cry_m_data,
  output wire [4:0]               cry_m_bytes,
  output wire                     cry_m_last,

  output wire                     idle
);

  localparam NC = 2;                   // clients of the translation: 0 reads, 1 writes

  // Time for the completion timeouts.
  reg [31:0] now;
  always @(posedge clk)
    now <= rst ? 32'd0 : (now + 32'd1);

  // ------------------------------------------------------------------ queues

  wire [QUEUES-1:0] runnable;
  wire              any;
  wire [5:0]        pick;
  wire              j_taken, j_busy, j_stop, j_fetched, j_done, j_ok, j_halt;
  wire [5:0]        j_queue;
  wire [20:0]       j_pasid;
  wire [63:0]       j_sq_base, j_cq_base, j_addr;
  wire [3:0]        j_sq_log2, j_cq_log2;
  wire [31:0]       j_sq_head, j_cq_tail, j_bytes, j_cycles;
  wire [7:0]        j_code;
  wire              msix_pending;
  wire              ev_doorbell, ev_bad_doorbell;

  svarig_queue_ctx #(.QUEUES(QUEUES)) u_ctx (
    .clk(clk), .rst(rst), .qreg_valid(qreg_valid), .qreg_write(qreg_write), .qreg_addr(qreg_addr),
    .qreg_wdata(qreg_wdata), .qreg_ready(qreg_ready), .qreg_rdata(qreg_rdata),
    .db_valid(db_valid), .db_write(db_write), .db_queue(db_queue), .db_addr(db_addr), .db_wdata(db_wdata),
    .db_ready(db_ready), .db_rdata(db_rdata), .runnable(runnable),
    .msix_valid(msix_valid), .msix_ready(msix_ready), .msix_vector(msix_vector), .msix_pending(msix_pending),
    .j_queue(j_queue), .j_busy(j_busy), .j_stop(j_stop), .j_pasid(j_pasid), .j_sq_base(j_sq_base), .j_cq_base(j_cq_base),
    .j_sq_log2(j_sq_log2), .j_cq_log2(j_cq_log2), .j_sq_head(j_sq_head), .j_cq_tail(j_cq_tail),
    .j_fetched(j_fetched), .j_done(j_done), .j_ok(j_ok), .j_bytes(j_bytes), .j_cycles(j_cycles),
    .j_halt(j_halt), .j_code(j_code), .j_addr(j_addr),
    .ev_doorbell(ev_doorbell), .ev_bad_doorbell(ev_bad_doorbell)
  );

  svarig_sched #(.QUEUES(QUEUES)) u_sched (
    .clk(clk), .rst(rst), .runnable(runnable), .any(any), .pick(pick), .taken(j_taken)
  );

  // ------------------------------------------------------------------ job

  wire         rd_start, rd_cancel, rd_busy, rd_error;
  wire [63:0]  rd_va, rd_addr;
  wire [31:0]  rd_len, rd_bytes;
  wire [7:0]   rd_status, rd_detail;
  wire         r_valid, r_ready, r_last;
  wire [127:0] r_data;
  wire [4:0]   r_bytes;
  wire         wr_start, wr_finish, wr_cancel, wr_busy, wr_error;
  wire [63:0]  wr_va, wr_addr;
  wire [31:0]  wr_bytes, wr_got;
  wire [7:0]   wr_status, wr_detail;
  wire         w_record, w_valid, w_ready, w_last;
  wire [127:0] w_data;
  wire         c_stream, c_start, c_abort;
  wire [3:0]   c_op;
  wire [255:0] c_key;
  wire [127:0] c_iv;
  wire         f_ready;                // descriptor, key and counter block are taken

  svarig_job u_job (
    .clk(clk), .rst(rst), .go(any && cfg_bme && !cry_take && !cry_granted), .go_queue(pick), .taken(j_taken), .busy(j_busy),
    .j_queue(j_queue), .j_stop(j_stop), .j_sq_base(j_sq_base), .j_cq_base(j_cq_base), .j_sq_log2(j_sq_log2),
    .j_cq_log2(j_cq_log2), .j_sq_head(j_sq_head), .j_cq_tail(j_cq_tail), .j_fetched(j_fetched), .j_done(j_done),
    .j_ok(j_ok), .j_bytes(j_bytes), .j_cycles(j_cycles), .j_halt(j_halt), .j_code(j_code), .j_addr(j_addr),
    .rd_start(rd_start), .rd_va(rd_va), .rd_len(rd_len), .rd_cancel(rd_cancel), .rd_busy(rd_busy),
    .rd_error(rd_error), .rd_status(rd_status), .rd_detail(rd_detail), .rd_addr(rd_addr), .rd_bytes(rd_bytes),
    .r_valid(r_valid), .r_ready(f_ready), .r_data(r_data),
    .wr_start(wr_start), .wr_va(wr_va), .wr_finish(wr_finish), .wr_cancel(wr_cancel), .wr_busy(wr_busy),
    .wr_error(wr_error), .wr_status(wr_status), .wr_detail(wr_detail), .wr_addr(wr_addr), .wr_bytes(wr_bytes),
    .wr_got(wr_got), .w_record(w_record), .w_valid(w_valid), .w_ready(w_ready), .w_data(w_data), .w_last(w_last),
    .c_stream(c_stream), .c_start(c_start), .c_abort(c_abort), .c_op(c_op), .key(c_key), .iv(c_iv)
  );

  // ------------------------------------------------------------------ engines: a job's, or the self-test's

  reg  granted;
  always @(posedge clk)
    granted <= !rst && cry_take && (granted || !j_busy);
  assign cry_granted = granted;

  wire         e_s_ready, e_m_valid, e_m_last, e_busy;
  wire [127:0] e_m_data;
  wire [4:0]   e_m_bytes;
  wire         s_ready;                // of the write engine

  svarig_crypto u_crypto (
    .clk(clk), .rst(rst),
    .start(granted ? cry_start : c_start), .abort(granted ? cry_abort : c_abort),
    .op(granted ? cry_op : c_op), .key(granted ? cry_key : c_key), .iv(granted ? cry_iv : c_iv), .busy(e_busy),
    .s_valid(granted ? cry_s_valid : (r_valid && c_stream)), .s_ready(e_s_ready),
    .s_data(granted ? cry_s_data : r_data), .s_bytes(granted ? cry_s_bytes : r_bytes),
    .s_last(granted ? cry_s_last : r_last),
    .m_valid(e_m_valid), .m_ready(granted ? cry_m_ready : (s_ready && c_stream)), .m_data(e_m_data),
    .m_bytes(e_m_bytes), .m_last(e_m_last)
  );

  assign cry_s_ready = granted && e_s_ready;
  assign cry_m_valid = granted && e_m_valid;
  assign cry_m_data  = e_m_data;
  assign cry_m_bytes = e_m_bytes;
  assign cry_m_last  = e_m_last;
  assign r_ready     = c_stream ? e_s_ready : f_ready;
  assign w_ready     = s_ready;

  // ------------------------------------------------------------------ DMA

  wire [NC-1:0]    xl_write = 2'b10;
  wire [NC-1:0]    xl_req, xl_release, xl_gnt, xl_fail, xl_idle;
  wire [NC*21-1:0] xl_pasid;
  wire [NC*64-1:0] xl_va;
  wire [63:0]      xl_pa;
  wire [1:0]       xl_at;
  wire [NC*8-1:0]  xl_status, xl_detail;
  wire [READS-1:0] reads;
  wire             d_mine, d_unexp, d_poisoned, d_ur, d_ca, d_timeout, ev_read, ev_write;
  wire [10:0]      d_bytes;
  wire [9:0]       ev_write_bytes;

  svarig_dma_read #(.DATA_WIDTH(DATA_WIDTH), .NS(READS), .TIMEOUT(TIMEOUT)) u_read (
    .clk(clk), .rst(rst), .now(now), .cfg_bme(cfg_bme), .cfg_ats_en(cfg_ats_en), .cfg_mrrs(cfg_mrrs),
    .cfg_ext_tag(cfg_ext_tag), .cfg_cto_dis(cfg_cto_dis), .cfg_rid(cfg_rid),
    .start(rd_start), .va(rd_va), .len(rd_len), .pasid(j_pasid), .cancel(rd_cancel), .busy(rd_busy),
    .end_error(rd_error), .end_status(rd_status), .end_detail(rd_detail), .end_addr(rd_addr), .end_bytes(rd_bytes),
    .m_valid(r_valid), .m_ready(r_ready), .m_data(r_data), .m_bytes(r_bytes), .m_last(r_last),
    .xl_req(xl_req[0]), .xl_pasid(xl_pasid[20:0]), .xl_va(xl_va[63:0]), .xl_release(xl_release[0]),
    .xl_gnt(xl_gnt[0]), .xl_pa(xl_pa), .xl_at(xl_at), .xl_fail(xl_fail[0]), .xl_status(xl_status[7:0]),
    .xl_detail(xl_detail[7:0]), .xl_idle(xl_idle[0]),
    .tx_valid(tx_valid[1]), .tx_ready(tx_ready[1]), .tx_pfx_valid(tx_pfx_valid[1]), .tx_pfx(tx_pfx[63:32]),
    .tx_hdr(tx_hdr[255:128]),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_eop(cpl_eop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data),
    .cpl_mine(d_mine), .cpl_unexp(d_unexp), .cpl_poisoned(d_poisoned), .cpl_ur(d_ur), .cpl_ca(d_ca),
    .cpl_bytes(d_bytes), .waiting(reads), .ev_sent(ev_read), .ev_timeout(d_timeout)
  );

  svarig_dma_write #(.DATA_WIDTH(DATA_WIDTH)) u_write (
    .clk(clk), .rst(rst), .cfg_bme(cfg_bme), .cfg_ats_en(cfg_ats_en), .cfg_mps(cfg_mps), .cfg_rid(cfg_rid),
    .start(wr_start), .va(wr_va), .pasid(j_pasid), .finish(wr_finish), .cancel(wr_cancel), .busy(wr_busy),
    .end_error(wr_error), .end_status(wr_status), .end_detail(wr_detail), .end_addr(wr_addr), .end_bytes(wr_bytes),
    .got(wr_got),
    .s_valid(w_record ? w_valid : (c_stream && !granted && e_m_valid)), .s_ready(s_ready),
    .s_data(w_record ? w_data : e_m_data), .s_bytes(w_record ? 5'd16 : e_m_bytes),
    .s_last(w_record ? w_last : e_m_last),
    .xl_req(xl_req[1]), .xl_pasid(xl_pasid[41:21]), .xl_va(xl_va[127:64]), .xl_release(xl_release[1]),
    .xl_gnt(xl_gnt[1]), .xl_pa(xl_pa), .xl_at(xl_at), .xl_fail(xl_fail[1]), .xl_status(xl_status[15:8]),
    .xl_detail(xl_detail[15:8]), .xl_idle(xl_idle[1]),
    .tx_valid(tx_valid[2]), .tx_ready(tx_ready[2]), .tx_sop(tx_sop[2]), .tx_eop(tx_eop[2]),
    .tx_pfx_valid(tx_pfx_valid[2]), .tx_pfx(tx_pfx[95:64]), .tx_hdr(tx_hdr[383:256]),
    .tx_data(tx_data[2*DATA_WIDTH +: DATA_WIDTH]), .tx_be(tx_be[2*(DATA_WIDTH/8) +: DATA_WIDTH/8]),
    .ev_sent(ev_write), .ev_bytes(ev_write_bytes)
  );

  // ------------------------------------------------------------------ address translation

  wire a_mine, a_unexp, a_poisoned, a_ur, a_ca, a_timeout, a_np, a_working, a_parked;
  wire ev_hit, ev_miss, ev_xlat_req, ev_xlat_fault, ev_page_req, ev_prg_ok, ev_prg_invalid, ev_prg_failure,
       ev_prg_unexpected, ev_inv_req, ev_inv_cpl, ev_inv_stale;

  svarig_ats #(.NC(NC), .ATC_ENTRIES(ATC_ENTRIES), .READS(READS), .TIMEOUT(TIMEOUT)) u_ats (
    .clk(clk), .rst(rst), .now(now), .cfg_bme(cfg_bme), .cfg_cto_dis(cfg_cto_dis), .cfg_ats_en(cfg_ats_en),
    .cfg_stu(cfg_stu), .cfg_pri_en(cfg_pri_en), .cfg_pri_reset(cfg_pri_reset), .cfg_pri_alloc(cfg_pri_alloc),
    .cfg_prg_pasid_req(cfg_prg_pasid_req), .cfg_pasid_en(cfg_pasid_en), .cfg_rid(cfg_rid),
    .pri_stopped(pri_stopped), .pri_set_rf(pri_set_rf), .pri_set_uprgi(pri_set_uprgi), .ats_ur(ats_ur),
    .xl_req(xl_req), .xl_pasid(xl_pasid), .xl_va(xl_va), .xl_write(xl_write), .xl_release(xl_release),
    .xl_gnt(xl_gnt), .xl_pa(xl_pa), .xl_at(xl_at), .xl_fail(xl_fail), .xl_status(xl_status), .xl_detail(xl_detail),
    .xl_idle(xl_idle), .reads(reads),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data[63:0]), .cpl_mine(a_mine),
    .cpl_unexp(a_unexp), .cpl_poisoned(a_poisoned), .cpl_ur(a_ur), .cpl_ca(a_ca),
    .msg_valid(msg_valid), .msg_pfx_valid(msg_pfx_valid), .msg_pfx(msg_pfx), .msg_hdr(msg_hdr), .msg_data(msg_data),
    .tx_valid(tx_valid[0]), .tx_ready(tx_ready[0]), .tx_pfx_valid(tx_pfx_valid[0]), .tx_pfx(tx_pfx[31:0]),
    .tx_hdr(tx_hdr[127:0]),
    .atc_inv_valid(atc_inv_valid), .atc_inv_all(atc_inv_all), .atc_inv_pasid(atc_inv_pasid), .atc_inv_busy(atc_inv_busy),
    .ev_hit(ev_hit), .ev_miss(ev_miss), .ev_xlat_req(ev_xlat_req), .ev_xlat_fault(ev_xlat_fault),
    .ev_page_req(ev_page_req), .ev_prg_ok(ev_prg_ok), .ev_prg_invalid(ev_prg_invalid), .ev_prg_failure(ev_prg_failure),
    .ev_prg_unexpected(ev_prg_unexpected), .ev_inv_req(ev_inv_req), .ev_inv_cpl(ev_inv_cpl), .ev_inv_stale(ev_inv_stale),
    .ev_timeout(a_timeout), .np_pending(a_np), .working(a_working), .parked(a_parked)
  );

  // ------------------------------------------------------------------ transmit: what has no payload

  assign tx_sop[1:0] = 2'b11;
  assign tx_eop[1:0] = 2'b11;
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

  // ------------------------------------------------------------------ errors and counters

  // A completion whose tag is nobody's.
  wire unexp = d_unexp || a_unexp || (cpl_valid && cpl_sop && !d_mine && !a_mine);

  always @(posedge clk) begin
    err_unexp_cpl <= !rst && unexp;
    err_poisoned  <= !rst && (d_poisoned || a_poisoned);
    err_timeout   <= !rst && (d_timeout || a_timeout);
    err_rcv_ur    <= !rst && (d_ur || a_ur);
    err_rcv_ca    <= !rst && (d_ca || a_ca);
    err_hdr       <= cpl_hdr;
  end

  assign trans_pending = (|reads) || a_np;

  always @(posedge clk) begin
    ev <= {`SVARIG_CNT_COUNT{1'b0}};
    ev[`SVARIG_CNT_BUSY]           <= j_busy;
    ev[`SVARIG_CNT_JOBS_OK]        <= j_done && j_ok;
    ev[`SVARIG_CNT_JOBS_FAILED]    <= j_done && !j_ok;
    ev[`SVARIG_CNT_DMA_READS]      <= ev_read;
    ev[`SVARIG_CNT_DMA_WRITES]     <= ev_write;
    ev[`SVARIG_CNT_ATC_HITS]       <= ev_hit;
    ev[`SVARIG_CNT_ATC_MISSES]     <= ev_miss;
    ev[`SVARIG_CNT_XLAT_REQS]      <= ev_xlat_req;
    ev[`SVARIG_CNT_XLAT_FAULTS]    <= ev_xlat_fault;
    ev[`SVARIG_CNT_PAGE_REQS]      <= ev_page_req;
    ev[`SVARIG_CNT_PRG_OK]         <= ev_prg_ok;
    ev[`SVARIG_CNT_PRG_INVALID]    <= ev_prg_invalid;
    ev[`SVARIG_CNT_PRG_FAILURE]    <= ev_prg_failure;
    ev[`SVARIG_CNT_PRG_UNEXPECTED] <= ev_prg_unexpected;
    ev[`SVARIG_CNT_INV_REQS]       <= ev_inv_req;
    ev[`SVARIG_CNT_INV_CPLS]       <= ev_inv_cpl;
    ev[`SVARIG_CNT_INV_STALE]      <= ev_inv_stale;
    ev[`SVARIG_CNT_DOORBELLS]      <= ev_doorbell;
    ev[`SVARIG_CNT_BAD_DOORBELLS]  <= ev_bad_doorbell;
    ev[`SVARIG_CNT_CPL_TIMEOUT]    <= d_timeout || a_timeout;
    ev[`SVARIG_CNT_CPL_UNEXPECTED] <= unexp;
    ev[`SVARIG_CNT_CPL_ERROR]      <= d_ur || d_ca || d_poisoned || a_ur || a_ca || a_poisoned;
    if (rst)
      ev <= {`SVARIG_CNT_COUNT{1'b0}};
  end

  // A completion or a write may carry more bytes than fit the port of the counters in one cycle.
  reg  [12:0] rd_sum, wr_sum;
  assign ev_rd_bytes = (rd_sum > 13'd128) ? 8'd128 : rd_sum[7:0];
  assign ev_wr_bytes = (wr_sum > 13'd128) ? 8'd128 : wr_sum[7:0];
  always @(posedge clk)
    if (rst) begin
      rd_sum <= 13'd0;
      wr_sum <= 13'd0;
    end else begin
      rd_sum <= rd_sum - {5'd0, ev_rd_bytes} + {2'd0, d_bytes};
      wr_sum <= wr_sum - {5'd0, ev_wr_bytes} + (ev_write ? {3'd0, ev_write_bytes} : 13'd0);
    end

  // ------------------------------------------------------------------ idle

  // A job that waits for a page and moves no beat for longer than any engine computes on one needs no
  // clock: a host that is simulated beside us serves faults faster when we do not take its processor.
  reg  [8:0] calm;
  wire       moves = (r_valid && r_ready) || (e_m_valid && s_ready) || (|(tx_valid & tx_ready)) || cpl_valid;
  always @(posedge clk)
    calm <= (rst || !a_parked || moves) ? 9'd0 : (calm + {8'd0, !calm[8]});

  reg  ev_any;                         // a counter moves, BUSY aside
  integer n;
  always @* begin
    ev_any = 1'b0;
    for (n = 0; n < `SVARIG_CNT_COUNT; n = n + 1)
      if (n != `SVARIG_CNT_BUSY)
        ev_any = ev_any || ev[n];
  end

  reg  quiet;                          // what is registered above has had its cycle
  wire still = (!j_busy || calm[8]) && (j_busy || !(any && cfg_bme && !cry_take)) && !msix_pending && !a_working &&
               !(|reads) && !(granted && e_busy) && !(cry_take && !granted && !j_busy) && !cpl_valid && !msg_valid &&
               !qreg_valid && !db_valid && !atc_inv_valid && (rd_sum == 13'd0) && (wr_sum == 13'd0) &&
               !ev_any;
  always @(posedge clk)
    quiet <= !rst && still;
  assign idle = still && quiet;

  wire unused = &{1'b0, cfg_rcb, cfg_ro_en, cpl_be, tx_ready};

endmodule

`default_nettype wire
