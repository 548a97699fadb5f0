// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ep: the endpoint. Wiring only; README.md says who does what, svarig_core_ports.md what passes
// between here and svarig_core and svarig_mcu.
//
// rx_*, tx_*: TLP ports (README.md). con_*: one pulse per character the firmware prints.
// idle: apart from the cycle counter nothing changes until a TLP arrives.
//
// Flow control (README.md, "Credits"): fc_finite, fc_limit: what the far side has allowed us; all zero where the link layer
// waits with tx_ready instead. fc_alloc: what we allow; fc_check: the far side keeps to it, more is an error.
//
// Another DATA_WIDTH or number of LANES than those named below ends elaboration: a module that says so is missing.
//
// EXT_CFG 1 is for boards whose PCIe block owns configuration space: its values come in on ext_*, and
// configuration requests that still arrive get UR. Vectors over functions have the PF lowest; ext_flr are pulses.
// rx addresses must then lie in the windows ext_bar0, ext_bar2 and, for VFs, ext_vf_bar0, ext_vf_bar2 name.

`include "svarig_hw.vh"
`default_nettype none

module svarig_ep #(
  parameter DATA_WIDTH     = 128,          // 64, 128 or 256
  parameter LANES          = 4,            // jobs at once, 1 to 4
  parameter DB_STRIDE_LOG2 = 12,           // 12..16
  parameter ATC_ENTRIES    = 256,
  parameter FW_HEX         = "firmware.hex",
  parameter EXT_CFG        = 0,
  parameter CPL_TIMEOUT    = 10000000,     // completion timeout, cycles
  parameter NF             = 5             // functions: SVARIG_FUNCTIONS, not to be set
) (
  input  wire                    clk,
  input  wire                    rst,

  input  wire                    rx_valid,
  output wire                    rx_ready,
  input  wire                    rx_sop,
  input  wire                    rx_eop,
  input  wire                    rx_pfx_valid,
  input  wire [31:0]             rx_pfx,
  input  wire [127:0]            rx_hdr,
  input  wire [DATA_WIDTH-1:0]   rx_data,
  input  wire [DATA_WIDTH/8-1:0] rx_be,

  output wire                    tx_valid,
  input  wire                    tx_ready,
  output wire                    tx_sop,
  output wire                    tx_eop,
  output wire                    tx_pfx_valid,
  output wire [31:0]             tx_pfx,
  output wire [127:0]            tx_hdr,
  output wire [DATA_WIDTH-1:0]   tx_data,
  output wire [DATA_WIDTH/8-1:0] tx_be,

  input  wire [5:0]              fc_finite,
  input  wire [59:0]             fc_limit,
  input  wire                    fc_check,
  output wire [59:0]             fc_alloc,

  output wire                    con_valid,
  output wire [7:0]              con_char,
  output wire                    idle,

  input  wire [NF-1:0]           ext_flr,
  input  wire [NF-1:0]           ext_fn_on,      // bit 0 is not looked at
  input  wire [NF*16-1:0]        ext_rid,
  input  wire                    ext_mem_en,
  input  wire [63:0]             ext_bar0,
  input  wire [63:0]             ext_bar2,
  input  wire                    ext_vf_mem_en,
  input  wire [63:0]             ext_vf_bar0,
  input  wire [63:0]             ext_vf_bar2,
  input  wire [5:0]              ext_vf_bar0_log2,
  input  wire [5:0]              ext_vf_bar2_log2,
  input  wire [NF-1:0]           ext_bme,
  input  wire [2:0]              ext_mps,
  input  wire [2:0]              ext_mrrs,
  input  wire                    ext_rcb,
  input  wire                    ext_ext_tag,
  input  wire                    ext_ro_en,
  input  wire                    ext_cto_dis,
  input  wire [NF-1:0]           ext_ats_en,
  input  wire [4:0]              ext_stu,
  input  wire                    ext_pri_en,
  input  wire                    ext_pri_reset,
  input  wire [31:0]             ext_pri_alloc,
  input  wire                    ext_prg_pasid_req,
  input  wire                    ext_pasid_en,
  input  wire [NF-1:0]           ext_msix_en,
  input  wire [NF-1:0]           ext_msix_fmask
);

  localparam DW = DATA_WIDTH;
  localparam EW = (DATA_WIDTH == 256) ? 256 : 128;   // engine width
  localparam TX = 4;                       // TLP clients of the core
  localparam N  = 3 + TX;                  // completer, messages, MSI-X, core
  localparam [31:0] PF_QUEUES = `SVARIG_PF_QUEUES, VF_QUEUES = `SVARIG_VF_QUEUES;
  localparam PF_VECTORS = PF_QUEUES + 1;
  localparam VF_VECTORS = VF_QUEUES + 1;
  localparam BAR0_LOG2    = $clog2(PF_QUEUES) + DB_STRIDE_LOG2;
  localparam [31:0] VF_BAR0_LOG2 = $clog2(VF_QUEUES) + DB_STRIDE_LOG2;
  localparam [31:0] BAR2_LOG2    = $clog2(`SVARIG_BAR2_SIZE);
  localparam [63:0] BAR0_MASK = ~((64'd1 << BAR0_LOG2) - 64'd1);
  localparam [63:0] BAR2_MASK = ~((64'd1 << BAR2_LOG2) - 64'd1);
  localparam OWN = (EXT_CFG == 0);

  // Verilog-2005 has no elaboration errors of its own; a module that is nowhere is one.
  generate
    if (DATA_WIDTH != 64 && DATA_WIDTH != 128 && DATA_WIDTH != 256) begin : bad_width
      DATA_WIDTH_must_be_64_128_or_256 error ();
    end
    if (LANES < 1 || LANES > 4) begin : bad_lanes
      LANES_must_be_1_to_4 error ();
    end
  endgenerate

  // ---- received TLPs
  wire           cpl_valid, cpl_sop, cpl_eop;
  wire [127:0]   cpl_hdr;
  wire [DW-1:0]  cpl_data;
  wire [DW/8-1:0] cpl_be;
  wire           msg_valid, msg_pfx_valid;
  wire [31:0]    msg_pfx;
  wire [127:0]   msg_hdr;
  wire [63:0]    msg_data;
  wire           p_valid, p_ready, np_valid, np_ready;
  wire [127:0]   p_hdr, np_hdr;
  wire [63:0]    p_data;
  wire [31:0]    np_data;
  wire           bad_unsupported, bad_malformed, bad_poisoned, bad_overflow, pme_turn_off, rx_idle;
  wire [127:0]   bad_hdr;
  wire [2:0]     cfg_mps;

  svarig_tlp_rx #(.DATA_WIDTH(DW)) u_rx (
    .clk(clk), .rst(rst), .mps(cfg_mps), .fc_check(fc_check), .fc_alloc(fc_alloc),
    .rx_valid(rx_valid), .rx_ready(rx_ready), .rx_sop(rx_sop), .rx_eop(rx_eop),
    .rx_pfx_valid(rx_pfx_valid), .rx_pfx(rx_pfx), .rx_hdr(rx_hdr), .rx_data(rx_data), .rx_be(rx_be),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_eop(cpl_eop), .cpl_hdr(cpl_hdr),
    .cpl_data(cpl_data), .cpl_be(cpl_be),
    .msg_valid(msg_valid), .msg_pfx_valid(msg_pfx_valid), .msg_pfx(msg_pfx), .msg_hdr(msg_hdr),
    .msg_data(msg_data),
    .p_valid(p_valid), .p_ready(p_ready), .p_hdr(p_hdr), .p_data(p_data),
    .np_valid(np_valid), .np_ready(np_ready), .np_hdr(np_hdr), .np_data(np_data),
    .bad_unsupported(bad_unsupported), .bad_malformed(bad_malformed), .bad_poisoned(bad_poisoned),
    .bad_overflow(bad_overflow), .bad_hdr(bad_hdr), .pme_turn_off(pme_turn_off), .idle(rx_idle)
  );

  // ---- configuration space
  wire           rid_set, c_valid, c_write;
  wire [15:0]    rid_new;
  wire [NF*16-1:0] i_rid;
  wire [2:0]     c_fn;
  wire [11:0]    c_addr;
  wire [31:0]    c_wdata, c_rdata;
  wire [3:0]     c_be;
  wire [NF-1:0]  i_fn_on, i_bme, i_ats_en, i_msix_en, i_msix_fmask, i_flr_start;
  wire           i_mem_en, i_vf_mem_en, i_rcb, i_ext_tag, i_ro_en, i_cto_dis, i_pri_en, i_pri_reset;
  wire           i_prg_pasid_req, i_pasid_en;
  wire [63:0]    i_bar0, i_bar2, i_vf_bar0, i_vf_bar2;
  wire [5:0]     i_vf_bar0_log2, i_vf_bar2_log2;
  wire [2:0]     i_mps, i_mrrs;
  wire [4:0]     i_stu;
  wire [31:0]    i_pri_alloc;
  wire           pri_stopped, pri_set_rf, pri_set_uprgi, core_rcv_ur, core_rcv_ca;
  wire [NF-1:0]  ats_ur, trans_pending;
  wire [31:0]    uncor;
  wire           uncor_advisory, uncor_hdr_valid;
  wire [127:0]   uncor_hdr;
  wire [2:0]     uncor_fn, core_err_fn;
  wire [NF-1:0]  msg_cor, msg_nonfatal, msg_fatal;
  wire [NF-1:0]  fn_reset, fn_idle, gone;
  wire           flr, hold, flr_idle, vf_reset_idle;
  wire [NF-1:0]  core_err_bit = {{NF-1{1'b0}}, 1'b1} << core_err_fn;

  svarig_functions #(.NF(NF), .PF_VECTORS(PF_VECTORS), .VF_VECTORS(VF_VECTORS), .BAR0_MASK(BAR0_MASK),
                     .BAR2_MASK(BAR2_MASK), .VF_BAR0_LOG2(VF_BAR0_LOG2[5:0]), .VF_BAR2_LOG2(BAR2_LOG2[5:0])) u_functions (
    .clk(clk), .rst(rst), .flr(flr), .gone(gone),
    .c_valid(c_valid), .c_write(c_write), .c_fn(c_fn), .c_addr(c_addr), .c_wdata(c_wdata), .c_be(c_be),
    .c_rdata(c_rdata), .rid_set(rid_set), .rid_new(rid_new),
    .fn_on(i_fn_on), .rid(i_rid), .mem_en(i_mem_en), .bar0(i_bar0), .bar2(i_bar2),
    .vf_mem_en(i_vf_mem_en), .vf_bar0(i_vf_bar0), .vf_bar2(i_vf_bar2),
    .vf_bar0_log2(i_vf_bar0_log2), .vf_bar2_log2(i_vf_bar2_log2),
    .bme(i_bme), .ats_en(i_ats_en), .msix_en(i_msix_en), .msix_fmask(i_msix_fmask),
    .flr_start(i_flr_start), .mps(i_mps), .mrrs(i_mrrs), .rcb(i_rcb), .ext_tag(i_ext_tag),
    .ro_en(i_ro_en), .cto_dis(i_cto_dis), .stu(i_stu), .pri_en(i_pri_en), .pri_reset(i_pri_reset),
    .pri_alloc(i_pri_alloc), .prg_pasid_req(i_prg_pasid_req), .pasid_en(i_pasid_en),
    .pri_stopped(pri_stopped), .pri_set_rf(pri_set_rf), .pri_set_uprgi(pri_set_uprgi),
    .ats_ur(ats_ur), .trans_pending(trans_pending),
    .rcv_ur(core_err_bit & {NF{core_rcv_ur}}), .rcv_ca(core_err_bit & {NF{core_rcv_ca}}),
    .uncor(uncor), .err_fn(uncor_fn), .advisory(uncor_advisory), .hdr_valid(uncor_hdr_valid), .hdr(uncor_hdr),
    .msg_cor(msg_cor), .msg_nonfatal(msg_nonfatal), .msg_fatal(msg_fatal)
  );

  wire [NF*16-1:0] cfg_rid           = OWN ? i_rid : ext_rid;
  wire [NF-1:0]    cfg_fn_on         = OWN ? i_fn_on : {ext_fn_on[NF-1:1], 1'b1};
  wire             cfg_mem_en        = OWN ? i_mem_en : ext_mem_en;
  wire [63:0]      cfg_bar0          = OWN ? i_bar0 : ext_bar0;
  wire [63:0]      cfg_bar2          = OWN ? i_bar2 : ext_bar2;
  wire             cfg_vf_mem_en     = OWN ? i_vf_mem_en : ext_vf_mem_en;
  wire [63:0]      cfg_vf_bar0       = OWN ? i_vf_bar0 : ext_vf_bar0;
  wire [63:0]      cfg_vf_bar2       = OWN ? i_vf_bar2 : ext_vf_bar2;
  wire [5:0]       cfg_vf_bar0_log2  = OWN ? i_vf_bar0_log2 : ext_vf_bar0_log2;
  wire [5:0]       cfg_vf_bar2_log2  = OWN ? i_vf_bar2_log2 : ext_vf_bar2_log2;
  wire [NF-1:0]    cfg_bme           = OWN ? i_bme : ext_bme & cfg_fn_on;
  wire [2:0]       cfg_mrrs          = OWN ? i_mrrs : ext_mrrs;
  wire             cfg_rcb           = OWN ? i_rcb : ext_rcb;
  wire             cfg_ext_tag       = OWN ? i_ext_tag : ext_ext_tag;
  wire             cfg_ro_en         = OWN ? i_ro_en : ext_ro_en;
  wire             cfg_cto_dis       = OWN ? i_cto_dis : ext_cto_dis;
  wire [NF-1:0]    cfg_ats_en        = OWN ? i_ats_en : ext_ats_en & cfg_fn_on;
  wire [4:0]       cfg_stu           = OWN ? i_stu : ext_stu;
  wire             cfg_pri_en        = OWN ? i_pri_en : ext_pri_en;
  wire             cfg_pri_reset     = OWN ? i_pri_reset : ext_pri_reset;
  wire [31:0]      cfg_pri_alloc     = OWN ? i_pri_alloc : ext_pri_alloc;
  wire             cfg_prg_pasid_req = OWN ? i_prg_pasid_req : ext_prg_pasid_req;
  wire             cfg_pasid_en      = OWN ? i_pasid_en : ext_pasid_en;
  wire [NF-1:0]    cfg_msix_en       = OWN ? i_msix_en : ext_msix_en;
  wire [NF-1:0]    cfg_msix_fmask    = OWN ? i_msix_fmask : ext_msix_fmask;
  wire [NF-1:0]    flr_start         = OWN ? i_flr_start : ext_flr;
  assign           cfg_mps           = OWN ? i_mps : ext_mps;

  // ---- transmit: who is where in the packed vectors
  localparam C_CPL = 0, C_MSG = 1, C_MSIX = 2, C_CORE = 3;
  wire [N-1:0]      c_tx_valid, c_tx_ready, c_tx_sop, c_tx_eop, c_tx_pfx_valid, c_tx_mid;
  wire [N*32-1:0]   c_tx_pfx;
  wire [N*128-1:0]  c_tx_hdr;
  wire [N*DW-1:0]   c_tx_data;
  wire [N*DW/8-1:0] c_tx_be;
  wire [TX-1:0]     k_valid, k_sop, k_eop, k_pfx_valid;
  wire [TX*32-1:0]  k_pfx;
  wire [TX*128-1:0] k_hdr;
  wire [TX*DW-1:0]  k_data;
  wire [TX*DW/8-1:0] k_be;
  wire              cpl_tx_valid, msg_tx_valid, msix_tx_valid;
  wire [127:0]      cpl_tx_hdr, msg_tx_hdr, msix_tx_hdr;
  wire [DW-1:0]     cpl_tx_data;
  wire [DW/8-1:0]   cpl_tx_be;
  wire [31:0]       msix_tx_data;

  assign c_tx_valid     = {k_valid, msix_tx_valid, msg_tx_valid, cpl_tx_valid};
  assign c_tx_sop       = {k_sop, 3'b111};
  assign c_tx_eop       = {k_eop, 3'b111};
  assign c_tx_pfx_valid = {k_pfx_valid, 3'b000};
  assign c_tx_pfx       = {k_pfx, 96'd0};
  assign c_tx_hdr       = {k_hdr, msix_tx_hdr, msg_tx_hdr, cpl_tx_hdr};
  assign c_tx_data      = {k_data, {DW-32{1'b0}}, msix_tx_data, {DW{1'b0}}, cpl_tx_data};
  assign c_tx_be        = {k_be, {DW/8-4{1'b0}}, 4'hf, {DW/8{1'b0}}, cpl_tx_be};

  svarig_tlp_arb #(.N(N), .DATA_WIDTH(DW)) u_arb (
    .clk(clk), .rst(rst), .hold({{N-1{hold}}, 1'b0}), .mid(c_tx_mid),
    .fc_finite(fc_finite), .fc_limit(fc_limit),
    .c_valid(c_tx_valid), .c_ready(c_tx_ready), .c_sop(c_tx_sop), .c_eop(c_tx_eop),
    .c_pfx_valid(c_tx_pfx_valid), .c_pfx(c_tx_pfx), .c_hdr(c_tx_hdr), .c_data(c_tx_data),
    .c_be(c_tx_be),
    .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_sop(tx_sop), .tx_eop(tx_eop),
    .tx_pfx_valid(tx_pfx_valid), .tx_pfx(tx_pfx), .tx_hdr(tx_hdr), .tx_data(tx_data), .tx_be(tx_be)
  );

  // ---- resets
  svarig_flr u_flr (
    .clk(clk), .rst(rst), .start(flr_start[0]), .mid(|c_tx_mid),
    .hold(hold), .flr(flr), .idle(flr_idle)
  );

  svarig_vf_reset #(.NF(NF)) u_vf_reset (
    .clk(clk), .rst(rst), .pf_flr(flr), .vf_on(cfg_fn_on[NF-1:1]), .flr_start(flr_start[NF-1:1]),
    .fn_idle(fn_idle[NF-1:1]), .fn_reset(fn_reset), .gone(gone), .idle(vf_reset_idle)
  );
  wire core_rst = rst || flr;

  // ---- requests to us
  wire           h_valid, h_write, h_bar2, h_ready, completer_idle;
  wire [2:0]     h_fn, req_fn;
  wire [31:0]    h_addr, h_wdata, h_rdata;
  wire [3:0]     h_be;
  wire           req_unsupported, req_abort, req_malformed, req_poisoned, req_posted;
  wire [127:0]   req_hdr;

  svarig_completer #(.DATA_WIDTH(DW), .NF(NF), .EXT_CFG(EXT_CFG), .BAR0_MASK(BAR0_MASK),
                     .BAR2_MASK(BAR2_MASK)) u_completer (
    .clk(clk), .rst(rst),
    .p_valid(p_valid), .p_ready(p_ready), .p_hdr(p_hdr), .p_data(p_data),
    .np_valid(np_valid), .np_ready(np_ready), .np_hdr(np_hdr), .np_data(np_data),
    .mem_en(cfg_mem_en), .bar0(cfg_bar0), .bar2(cfg_bar2),
    .fn_on(cfg_fn_on), .vf_mem_en(cfg_vf_mem_en), .vf_bar0(cfg_vf_bar0), .vf_bar2(cfg_vf_bar2),
    .vf_bar0_log2(cfg_vf_bar0_log2), .vf_bar2_log2(cfg_vf_bar2_log2), .rid(cfg_rid),
    .rid_set(rid_set), .rid_new(rid_new),
    .c_valid(c_valid), .c_write(c_write), .c_fn(c_fn), .c_addr(c_addr), .c_wdata(c_wdata), .c_be(c_be),
    .c_rdata(c_rdata),
    .h_valid(h_valid), .h_write(h_write), .h_bar2(h_bar2), .h_fn(h_fn), .h_addr(h_addr), .h_wdata(h_wdata),
    .h_be(h_be), .h_ready(h_ready), .h_rdata(h_rdata),
    .err_unsupported(req_unsupported), .err_abort(req_abort), .err_malformed(req_malformed),
    .err_poisoned(req_poisoned), .err_posted(req_posted), .err_fn(req_fn), .err_hdr(req_hdr),
    .tx_valid(cpl_tx_valid), .tx_ready(c_tx_ready[C_CPL]), .tx_hdr(cpl_tx_hdr),
    .tx_data(cpl_tx_data), .tx_be(cpl_tx_be), .idle(completer_idle)
  );

  // ---- errors and messages
  wire           core_unexpected, core_poisoned, core_timeout, err_idle;
  wire [127:0]   core_err_hdr;

  svarig_err u_err (
    .clk(clk), .rst(rst),
    .req_unsupported(req_unsupported), .req_abort(req_abort), .req_malformed(req_malformed),
    .req_poisoned(req_poisoned), .req_posted(req_posted), .req_fn(req_fn), .req_hdr(req_hdr),
    .rx_unsupported(bad_unsupported), .rx_malformed(bad_malformed), .rx_poisoned(bad_poisoned),
    .rx_overflow(bad_overflow), .rx_hdr(bad_hdr),
    .core_unexpected(core_unexpected), .core_poisoned(core_poisoned), .core_timeout(core_timeout),
    .core_hdr(core_err_hdr), .core_fn(core_err_fn),
    .uncor(uncor), .fn(uncor_fn), .advisory(uncor_advisory), .hdr_valid(uncor_hdr_valid), .hdr(uncor_hdr),
    .idle(err_idle)
  );

  svarig_msg_tx #(.NF(NF)) u_msg_tx (
    .clk(clk), .rst(rst), .rid(cfg_rid),
    .cor(msg_cor & {NF{OWN}}), .nonfatal(msg_nonfatal & {NF{OWN}}), .fatal(msg_fatal & {NF{OWN}}),
    .pme_to_ack(pme_turn_off),
    .tx_valid(msg_tx_valid), .tx_ready(c_tx_ready[C_MSG]), .tx_hdr(msg_tx_hdr)
  );

  // ---- registers
  wire           m_valid, m_write, m_ready, m_irq, m_sleeping;
  wire [18:0]    m_addr;
  wire [31:0]    m_wdata, m_rdata;
  wire [3:0]     m_wstrb;
  wire           qreg_valid, qreg_write, qreg_ready, db_valid, db_write, db_ready;
  wire [13:0]    qreg_addr;
  wire [31:0]    qreg_wdata, qreg_rdata, db_wdata, db_rdata;
  wire [5:0]     db_queue;
  wire [11:0]    db_addr;
  wire           a_valid, a_write, a_mcu, regs_idle;
  wire [2:0]     a_fn;
  wire [15:0]    a_addr;
  wire [31:0]    a_wdata, adm_rdata, tst_rdata, msix_rdata, cnt_rdata;
  wire [3:0]     a_be;

  svarig_regs #(.NF(NF), .DB_STRIDE_LOG2(DB_STRIDE_LOG2)) u_regs (
    .clk(clk), .rst(rst), .core_rst(core_rst),
    .h_valid(h_valid), .h_write(h_write), .h_bar2(h_bar2), .h_fn(h_fn), .h_addr(h_addr), .h_wdata(h_wdata),
    .h_be(h_be), .h_ready(h_ready), .h_rdata(h_rdata),
    .p_valid(m_valid), .p_write(m_write), .p_addr(m_addr), .p_wdata(m_wdata), .p_wstrb(m_wstrb),
    .p_ready(m_ready), .p_rdata(m_rdata),
    .qreg_valid(qreg_valid), .qreg_write(qreg_write), .qreg_addr(qreg_addr),
    .qreg_wdata(qreg_wdata), .qreg_ready(qreg_ready), .qreg_rdata(qreg_rdata),
    .db_valid(db_valid), .db_write(db_write), .db_queue(db_queue), .db_addr(db_addr),
    .db_wdata(db_wdata), .db_ready(db_ready), .db_rdata(db_rdata),
    .a_valid(a_valid), .a_write(a_write), .a_mcu(a_mcu), .a_fn(a_fn), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .a_rdata(adm_rdata | tst_rdata | msix_rdata | cnt_rdata), .idle(regs_idle)
  );

  wire           raise_valid, inv_valid, inv_all, inv_busy;
  wire [7:0]     raise_vector;
  wire [2:0]     raise_fn, inv_fn;
  wire [20:0]    inv_pasid;

  svarig_admin #(.NF(NF), .DB_STRIDE_LOG2(DB_STRIDE_LOG2)) u_admin (
    .clk(clk), .rst(rst), .gone(gone), .fn_on(cfg_fn_on), .fn_idle(fn_idle),
    .a_valid(a_valid), .a_write(a_write), .a_mcu(a_mcu), .a_fn(a_fn), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .rdata(adm_rdata),
    .live_bme(cfg_bme), .live_ats(cfg_ats_en), .live_shared({pri_stopped, cfg_pasid_en, cfg_pri_en}), .irq(m_irq),
    .con_valid(con_valid), .con_char(con_char),
    .raise_valid(raise_valid), .raise_fn(raise_fn), .raise_vector(raise_vector),
    .inv_valid(inv_valid), .inv_all(inv_all), .inv_pasid(inv_pasid), .inv_fn(inv_fn), .inv_busy(inv_busy)
  );

  wire           cry_take, cry_granted, cry_cmd_valid, cry_cmd_ready, cry_decrypt, cry_state_in, cry_state_out;
  wire           cry_abort, cry_s_valid, cry_s_ready, cry_s_last, cry_s_cut, cry_m_valid, cry_m_ready, cry_m_last;
  wire           cry_end_valid, cry_end_ready;
  wire [7:0]     cry_op, cry_alg, cry_end_status;
  wire [31:0]    cry_len, cry_aad_len, cry_end_done;
  wire [EW-1:0]  cry_s_data, cry_m_data;
  wire [5:0]     cry_s_bytes, cry_m_bytes;
  wire [2:0]     cry_s_kind, cry_m_kind;

  svarig_selftest #(.EW(EW)) u_selftest (
    .clk(clk), .rst(core_rst),
    .a_valid(a_valid), .a_mcu(a_mcu), .a_write(a_write), .a_fn(a_fn), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .rdata(tst_rdata),
    .cry_take(cry_take), .cry_granted(cry_granted),
    .cry_cmd_valid(cry_cmd_valid), .cry_cmd_ready(cry_cmd_ready), .cry_op(cry_op), .cry_alg(cry_alg),
    .cry_decrypt(cry_decrypt), .cry_state_in(cry_state_in), .cry_state_out(cry_state_out),
    .cry_len(cry_len), .cry_aad_len(cry_aad_len), .cry_abort(cry_abort),
    .cry_s_valid(cry_s_valid), .cry_s_ready(cry_s_ready), .cry_s_data(cry_s_data),
    .cry_s_bytes(cry_s_bytes), .cry_s_kind(cry_s_kind), .cry_s_last(cry_s_last), .cry_s_cut(cry_s_cut),
    .cry_m_valid(cry_m_valid), .cry_m_ready(cry_m_ready), .cry_m_data(cry_m_data),
    .cry_m_bytes(cry_m_bytes), .cry_m_kind(cry_m_kind), .cry_m_last(cry_m_last),
    .cry_end_valid(cry_end_valid), .cry_end_ready(cry_end_ready), .cry_end_status(cry_end_status),
    .cry_end_done(cry_end_done)
  );

  wire           k_msix_valid, ev_msix, msix_idle, cnt_idle, core_idle;
  wire [7:0]     k_msix_vector;
  wire [2:0]     k_msix_fn;

  svarig_msix #(.NF(NF), .PF_VECTORS(PF_VECTORS), .VF_VECTORS(VF_VECTORS)) u_msix (
    .clk(clk), .rst(rst), .gone(gone),
    .cfg_bme(cfg_bme), .cfg_en(cfg_msix_en), .cfg_fmask(cfg_msix_fmask), .cfg_rid(cfg_rid),
    .a_valid(a_valid), .a_write(a_write), .a_fn(a_fn), .a_addr(a_addr), .a_wdata(a_wdata), .a_be(a_be),
    .rdata(msix_rdata),
    .raise0_valid(k_msix_valid), .raise0_fn(k_msix_fn), .raise0_vector(k_msix_vector),
    .raise1_valid(raise_valid), .raise1_fn(raise_fn), .raise1_vector(raise_vector),
    .tx_valid(msix_tx_valid), .tx_ready(c_tx_ready[C_MSIX]), .tx_hdr(msix_tx_hdr),
    .tx_data(msix_tx_data), .ev_msix(ev_msix), .idle(msix_idle)
  );

  wire [`SVARIG_CNT_COUNT-1:0] k_ev;
  wire [`SVARIG_CNT_COUNT-1:0] msix_bit = {{`SVARIG_CNT_COUNT-1{1'b0}}, ev_msix} << `SVARIG_CNT_MSIX;
  wire [7:0]     ev_rd_bytes, ev_wr_bytes;

  wire [31:0]    pf_cnt_rdata;

  svarig_counters u_counters (
    .clk(clk), .rst(core_rst), .ev(k_ev | msix_bit), .rd_bytes(ev_rd_bytes), .wr_bytes(ev_wr_bytes),
    .a_valid(a_valid && (a_fn == 3'd0)), .a_write(a_write), .a_mcu(a_mcu), .a_addr(a_addr),
    .rdata(pf_cnt_rdata), .idle(cnt_idle)
  );
  assign cnt_rdata = (a_fn == 3'd0) ? pf_cnt_rdata : 32'd0;

  // ---- the data path and the management core
  svarig_core #(.DATA_WIDTH(DW), .LANES(LANES), .ATC_ENTRIES(ATC_ENTRIES), .TX(TX),
                .TIMEOUT(CPL_TIMEOUT)) u_core (
    .clk(clk), .rst(core_rst),
    .cfg_bme(cfg_bme), .cfg_mps(cfg_mps), .cfg_mrrs(cfg_mrrs), .cfg_rcb(cfg_rcb),
    .cfg_ext_tag(cfg_ext_tag), .cfg_ro_en(cfg_ro_en), .cfg_cto_dis(cfg_cto_dis),
    .cfg_ats_en(cfg_ats_en), .cfg_stu(cfg_stu), .cfg_pri_en(cfg_pri_en),
    .cfg_pri_reset(cfg_pri_reset), .cfg_pri_alloc(cfg_pri_alloc),
    .cfg_prg_pasid_req(cfg_prg_pasid_req), .cfg_pasid_en(cfg_pasid_en), .cfg_rid(cfg_rid),
    .fn_reset(fn_reset), .fn_idle(fn_idle),
    .pri_stopped(pri_stopped), .pri_set_rf(pri_set_rf), .pri_set_uprgi(pri_set_uprgi),
    .ats_ur(ats_ur), .trans_pending(trans_pending),
    .err_unexp_cpl(core_unexpected), .err_poisoned(core_poisoned), .err_timeout(core_timeout),
    .err_rcv_ur(core_rcv_ur), .err_rcv_ca(core_rcv_ca), .err_hdr(core_err_hdr), .err_fn(core_err_fn),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_eop(cpl_eop), .cpl_hdr(cpl_hdr),
    .cpl_data(cpl_data), .cpl_be(cpl_be),
    .msg_valid(msg_valid), .msg_pfx_valid(msg_pfx_valid), .msg_pfx(msg_pfx), .msg_hdr(msg_hdr),
    .msg_data(msg_data),
    .tx_valid(k_valid), .tx_ready(c_tx_ready[N-1:C_CORE]), .tx_sop(k_sop), .tx_eop(k_eop),
    .tx_pfx_valid(k_pfx_valid), .tx_pfx(k_pfx), .tx_hdr(k_hdr), .tx_data(k_data), .tx_be(k_be),
    .qreg_valid(qreg_valid), .qreg_write(qreg_write), .qreg_addr(qreg_addr),
    .qreg_wdata(qreg_wdata), .qreg_ready(qreg_ready), .qreg_rdata(qreg_rdata),
    .db_valid(db_valid), .db_write(db_write), .db_queue(db_queue), .db_addr(db_addr),
    .db_wdata(db_wdata), .db_ready(db_ready), .db_rdata(db_rdata),
    .msix_valid(k_msix_valid), .msix_ready(1'b1), .msix_vector(k_msix_vector), .msix_fn(k_msix_fn),
    .ev(k_ev), .ev_rd_bytes(ev_rd_bytes), .ev_wr_bytes(ev_wr_bytes),
    .atc_inv_valid(inv_valid), .atc_inv_all(inv_all), .atc_inv_pasid(inv_pasid), .atc_inv_fn(inv_fn),
    .atc_inv_busy(inv_busy),
    .cry_take(cry_take), .cry_granted(cry_granted),
    .cry_cmd_valid(cry_cmd_valid), .cry_cmd_ready(cry_cmd_ready), .cry_op(cry_op), .cry_alg(cry_alg),
    .cry_decrypt(cry_decrypt), .cry_state_in(cry_state_in), .cry_state_out(cry_state_out),
    .cry_len(cry_len), .cry_aad_len(cry_aad_len), .cry_abort(cry_abort),
    .cry_s_valid(cry_s_valid), .cry_s_ready(cry_s_ready), .cry_s_data(cry_s_data),
    .cry_s_bytes(cry_s_bytes), .cry_s_kind(cry_s_kind), .cry_s_last(cry_s_last), .cry_s_cut(cry_s_cut),
    .cry_m_valid(cry_m_valid), .cry_m_ready(cry_m_ready), .cry_m_data(cry_m_data),
    .cry_m_bytes(cry_m_bytes), .cry_m_kind(cry_m_kind), .cry_m_last(cry_m_last),
    .cry_end_valid(cry_end_valid), .cry_end_ready(cry_end_ready), .cry_end_status(cry_end_status),
    .cry_end_done(cry_end_done),
    .idle(core_idle)
  );

  svarig_mcu #(.FW_HEX(FW_HEX)) u_mcu (
    .clk(clk), .rst(rst),
    .p_valid(m_valid), .p_write(m_write), .p_addr(m_addr), .p_wdata(m_wdata), .p_wstrb(m_wstrb),
    .p_ready(m_ready), .p_rdata(m_rdata), .irq(m_irq), .sleeping(m_sleeping)
  );

  wire unused = &{1'b0, ext_fn_on[0], fn_idle[0]};

  assign idle = rx_idle && completer_idle && regs_idle && err_idle && flr_idle && vf_reset_idle && msix_idle &&
                cnt_idle && core_idle && m_sleeping && !tx_valid && !msg_tx_valid && !inv_valid && !con_valid;

endmodule

`default_nettype wire
