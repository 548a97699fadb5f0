// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_cfg: Type 0 configuration space of the PF, function 0 (PCIe Base Specification 5.0, chapter 7; 10.5 for
// ATS and PRI; 9.3 for SR-IOV). The map is in README.md.
//
// c_*: one access, c_valid one cycle; c_rdata is combinational from c_addr. Registers outside the map read
// zero and ignore writes. rid_set: bus and device number captured by the completer.
// flr_start: pulse, the host asked for a function-level reset (6.6.2). flr: level, everything but sticky
// registers, the captured number and the link's own settings goes to its reset value.
// ats_en, pri_en: in force, that is enabled by the host and not turned off by a UR to a translation
// request or by a response failure since the host last wrote the enable bit.

`include "svarig_hw.vh"
`default_nettype none

module svarig_cfg #(
  parameter VECTORS = 33,                 // MSI-X table entries
  parameter [63:0] BAR0_MASK = 64'hffff_ffff_ffff_0000,
  parameter [63:0] BAR2_MASK = 64'hffff_ffff_ffff_0000,
  parameter VFS = 4,
  parameter [5:0] VF_BAR0_LOG2 = 6'd15,
  parameter [5:0] VF_BAR2_LOG2 = 6'd16,
  parameter PRI_CAPACITY = 64             // outstanding page requests
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         flr,

  input  wire         c_valid,
  input  wire         c_write,
  input  wire [11:0]  c_addr,
  input  wire [31:0]  c_wdata,
  input  wire [3:0]   c_be,
  output reg  [31:0]  c_rdata,
  input  wire         rid_set,
  input  wire [15:0]  rid_new,

  // live values
  output reg  [15:0]  rid,
  output wire         mem_en,
  output wire [63:0]  bar0,
  output wire [63:0]  bar2,
  output wire         bme,
  output wire [2:0]   mps,
  output wire [2:0]   mrrs,
  output reg          rcb,
  output reg          ext_tag,
  output reg          ro_en,
  output reg          cto_dis,
  output wire         ats_en,
  output reg  [4:0]   stu,
  output wire         pri_en,
  output reg          pri_reset,
  output reg  [31:0]  pri_alloc,
  output wire         prg_pasid_req,
  output reg          pasid_en,
  output reg          msix_en,
  output reg          msix_fmask,
  output reg          flr_start,

  // SR-IOV (see svarig_cfg_sriov), and what counts for the VFs' errors as well
  output wire [VFS-1:0] vf_on,
  output wire         vf_mem_en,
  output wire         d0,
  output wire [63:0]  vf_bar0,
  output wire [63:0]  vf_bar2,
  output wire [5:0]   vf_bar0_log2,
  output wire [5:0]   vf_bar2_log2,
  output reg          en_cor,
  output reg          en_nonfatal,
  output reg          en_fatal,
  output reg          en_ur,
  output wire         serr,
  output wire         perr,
  output wire [31:0]  aer_mask,
  output wire [31:0]  aer_severity,
  output wire [31:0]  aer_cor_mask,

  // from the core
  input  wire         pri_stopped,
  input  wire         pri_set_rf,
  input  wire         pri_set_uprgi,
  input  wire         ats_ur,
  input  wire         trans_pending,
  input  wire         rcv_ur,
  input  wire         rcv_ca,

  // errors: uncor in the layout of the AER status register (see svarig_cfg_aer)
  input  wire [31:0]  uncor,
  input  wire         advisory,
  input  wire         hdr_valid,
  input  wire [127:0] hdr,
  output wire         msg_cor,            // pulses: send this error message
  output wire         msg_nonfatal,
  output wire         msg_fatal
);

  localparam [11:0] PM = 12'h040, EXP = 12'h050, MSIX = 12'h090;
  localparam [11:0] AER = 12'h100, ATS = 12'h150, PRI = 12'h160, PASID = 12'h170, IOV = 12'h180;
  localparam        WIDTH_X8 = 8, SPEED_8G = 3;
  localparam [31:0] VF_DEVICE = `SVARIG_PCI_VF_DEVICE;

  wire [31:0] wm = {{8{c_be[3]}}, {8{c_be[2]}}, {8{c_be[1]}}, {8{c_be[0]}}};
  wire        we = c_valid && c_write;
  wire        soft_rst = rst || flr;

  function [31:0] merge(input [31:0] old, input [31:0] data, input [31:0] mask);
    merge = (old & ~mask) | (data & mask);
  endfunction

  // Header, power management, PCI Express, MSI-X.
  reg         cmd_mse, cmd_bme, cmd_perr, cmd_serr, cmd_intx;
  reg         sta_mdpe, sta_sta, sta_rta, sta_rma, sta_sse, sta_dpe;
  reg  [7:0]  cache_line, int_line;
  reg  [63:0] bar0_q, bar2_q;
  reg         d3hot;
  reg  [2:0]  mps_q, mrrs_q;
  reg         dev_cor, dev_nonfatal, dev_fatal, dev_ur;
  reg  [1:0]  aspm;
  reg         common_clock, ext_synch;
  reg         ats_e, ats_off, pri_e, pri_off, pri_rf, pri_uprgi;
  wire [31:0] aer_rdata, iov_rdata;
  wire        vf_mse;
  wire        seen_cor, seen_nonfatal, seen_fatal, aer_cor, aer_nonfatal, aer_fatal, for_ur;

  assign bar0   = bar0_q;
  assign bar2   = bar2_q;
  assign mem_en = cmd_mse && !d3hot;
  assign bme    = cmd_bme && !d3hot;
  assign mps    = (mps_q > 3'd2) ? 3'd2 : mps_q;
  assign mrrs   = (mrrs_q > 3'd5) ? 3'd5 : mrrs_q;
  assign ats_en = ats_e && !ats_off;
  assign pri_en = pri_e && !pri_off;
  assign prg_pasid_req = 1'b1;
  assign d0        = !d3hot;
  assign vf_mem_en = vf_mse && !d3hot;
  assign serr      = cmd_serr;
  assign perr      = cmd_perr;

  wire [31:0] w_command = {16'd0, 5'd0, cmd_intx, 1'b0, cmd_serr, 1'b0, cmd_perr, 3'd0, cmd_bme, cmd_mse, 1'b0};
  wire [31:0] w_status  = {sta_dpe, sta_sse, sta_rma, sta_rta, sta_sta, 2'd0, sta_mdpe,
                           3'd0, 1'b1, 4'd0, 16'd0};
  wire [31:0] w_devctl  = {10'd0, trans_pending, 1'b0, dev_ur, dev_fatal, dev_nonfatal, dev_cor,
                           1'b0, mrrs_q, 3'd0, ext_tag, mps_q, ro_en, en_ur, en_fatal, en_nonfatal, en_cor};
  localparam [31:0] LAST = VECTORS - 1;

  always @* begin
    c_rdata = 32'd0;
    case (c_addr[11:2])
      10'h000: c_rdata = (`SVARIG_PCI_DEVICE << 16) | `SVARIG_PCI_VENDOR;
      10'h001: c_rdata = w_status | w_command;
      10'h002: c_rdata = (`SVARIG_PCI_CLASS << 8) | `SVARIG_PCI_REVISION;
      10'h003: c_rdata = {24'd0, cache_line};
      10'h004: c_rdata = bar0_q[31:0] | 32'h4;         // 64-bit, not prefetchable
      10'h005: c_rdata = bar0_q[63:32];
      10'h006: c_rdata = bar2_q[31:0] | 32'h4;
      10'h007: c_rdata = bar2_q[63:32];
      10'h00b: c_rdata = (`SVARIG_PCI_DEVICE << 16) | `SVARIG_PCI_VENDOR;
      10'h00d: c_rdata = {20'd0, PM};
      10'h00f: c_rdata = {24'd0, int_line};
      PM[11:2]:          c_rdata = {16'h0003, EXP[7:0], 8'h01};
      PM[11:2] + 10'd1:  c_rdata = {28'd0, 1'b1, 1'b0, d3hot, d3hot};   // No_Soft_Reset
      EXP[11:2]:         c_rdata = {16'h0002, MSIX[7:0], 8'h10};
      // 7.5.3.3: MPS 512, extended tags, any L0s and L1 latency, role-based errors, FLR
      EXP[11:2] + 10'd1: c_rdata = 32'h1000_8fe2;
      EXP[11:2] + 10'd2: c_rdata = w_devctl;
      // 7.5.3.6: ASPM optionality; no ASPM
      EXP[11:2] + 10'd3: c_rdata = 32'h0040_0000 | (WIDTH_X8 << 4) | SPEED_8G;
      EXP[11:2] + 10'd4: c_rdata = (WIDTH_X8 << 20) | (SPEED_8G << 16) |
                                   {24'd0, ext_synch, common_clock, 2'd0, rcb, 1'b0, aspm};
      // 7.5.3.15: one end-end prefix, extended Fmt, 10-bit tag completer, completion timeout disable
      EXP[11:2] + 10'd9: c_rdata = 32'h0071_0010;
      EXP[11:2] + 10'd10: c_rdata = {27'd0, cto_dis, 4'd0};
      EXP[11:2] + 10'd11: c_rdata = 32'h0000_000e;
      EXP[11:2] + 10'd12: c_rdata = SPEED_8G;
      MSIX[11:2]:         c_rdata = {msix_en, msix_fmask, 3'd0, LAST[10:0], 8'h00, 8'h11};
      MSIX[11:2] + 10'd1: c_rdata = `SVARIG_ADM_MSIX_TABLE | `SVARIG_BAR_ADMIN;
      MSIX[11:2] + 10'd2: c_rdata = `SVARIG_ADM_MSIX_PBA | `SVARIG_BAR_ADMIN;
      // 10.5.1: invalidate queue depth 32 (0), page aligned, global invalidate
      ATS[11:2]:          c_rdata = {PRI, 4'h1, 16'h000f};
      ATS[11:2] + 10'd1:  c_rdata = {ats_e, 10'd0, stu, 16'h0060};
      // 10.5.2
      PRI[11:2]:          c_rdata = {PASID, 4'h1, 16'h0013};
      PRI[11:2] + 10'd1:  c_rdata = {prg_pasid_req, 6'd0, pri_stopped, 6'd0, pri_uprgi, pri_rf, 15'd0, pri_e};
      PRI[11:2] + 10'd2:  c_rdata = PRI_CAPACITY;
      PRI[11:2] + 10'd3:  c_rdata = pri_alloc;
      // 7.8.8: 20 bits, neither execute nor privileged
      PASID[11:2]:         c_rdata = {IOV, 4'h1, 16'h001b};
      PASID[11:2] + 10'd1: c_rdata = {15'd0, pasid_en, 16'h1400};
      default:
        if ((c_addr >= AER) && (c_addr < AER + 12'h048))
          c_rdata = aer_rdata;
        else if (c_addr[11:6] == IOV[11:6])
          c_rdata = iov_rdata;
    endcase
  end

  // Write helpers: the register's value as the host wants it.
  wire [31:0] m_exp8 = merge(w_devctl, c_wdata, wm);
  wire        at_command = we && (c_addr[11:2] == 10'h001);
  wire        at_devctl  = we && (c_addr[11:2] == EXP[11:2] + 10'd2);
  wire        at_linkctl = we && (c_addr[11:2] == EXP[11:2] + 10'd4) && c_be[0];
  wire        at_pmcsr   = we && (c_addr[11:2] == PM[11:2] + 10'd1) && c_be[0];
  wire        at_ats     = we && (c_addr[11:2] == ATS[11:2] + 10'd1);
  wire        at_pri     = we && (c_addr[11:2] == PRI[11:2] + 10'd1);
  wire [31:0] w1c = c_wdata & wm;
  wire        unused = &{1'b0, m_exp8[31:15], m_exp8[11:9], w1c[26:25], w1c[23:20], w1c[14:0]};
  wire        pri_e_new = (at_pri && c_be[0]) ? c_wdata[0] : pri_e;

  always @(posedge clk)
    if (soft_rst) begin
      {cmd_mse, cmd_bme, cmd_perr, cmd_serr, cmd_intx} <= 5'd0;
      {sta_mdpe, sta_sta, sta_rta, sta_rma, sta_sse, sta_dpe} <= 6'd0;
      cache_line <= 8'd0;
      int_line   <= 8'd0;
      bar0_q     <= 64'd0;
      bar2_q     <= 64'd0;
      d3hot      <= 1'b0;
      {en_cor, en_nonfatal, en_fatal, en_ur} <= 4'd0;
      {dev_cor, dev_nonfatal, dev_fatal, dev_ur} <= 4'd0;
      mrrs_q     <= 3'd2;
      ext_tag    <= 1'b1;
      ro_en      <= 1'b1;
      cto_dis    <= 1'b0;
      flr_start  <= 1'b0;
      msix_en    <= 1'b0;
      msix_fmask <= 1'b0;
    end else begin
      if (at_command && c_be[0])
        {cmd_perr, cmd_bme, cmd_mse} <= {c_wdata[6], c_wdata[2], c_wdata[1]};
      if (at_command && c_be[1])
        {cmd_intx, cmd_serr} <= {c_wdata[10], c_wdata[8]};
      // Status (7.5.1.1.4): write 1 to clear, an event in the same cycle wins.
      sta_mdpe <= (sta_mdpe && !(at_command && w1c[24])) || (uncor[12] && cmd_perr);
      sta_sta  <= (sta_sta  && !(at_command && w1c[27])) || uncor[15];
      sta_rta  <= (sta_rta  && !(at_command && w1c[28])) || rcv_ca;
      sta_rma  <= (sta_rma  && !(at_command && w1c[29])) || rcv_ur;
      sta_sse  <= (sta_sse  && !(at_command && w1c[30])) || (cmd_serr && (msg_nonfatal || msg_fatal));
      sta_dpe  <= (sta_dpe  && !(at_command && w1c[31])) || uncor[12];
      if (we)
        case (c_addr[11:2])
          10'h003: if (c_be[0]) cache_line <= c_wdata[7:0];
          10'h004: bar0_q[31:0]  <= merge(bar0_q[31:0], c_wdata, wm) & BAR0_MASK[31:0];
          10'h005: bar0_q[63:32] <= merge(bar0_q[63:32], c_wdata, wm) & BAR0_MASK[63:32];
          10'h006: bar2_q[31:0]  <= merge(bar2_q[31:0], c_wdata, wm) & BAR2_MASK[31:0];
          10'h007: bar2_q[63:32] <= merge(bar2_q[63:32], c_wdata, wm) & BAR2_MASK[63:32];
          10'h00f: if (c_be[0]) int_line <= c_wdata[7:0];
          EXP[11:2] + 10'd10: if (c_be[0]) cto_dis <= c_wdata[4];
          MSIX[11:2]: if (c_be[3]) {msix_en, msix_fmask} <= c_wdata[31:30];
          default: ;
        endcase
      // D1 and D2 do not exist: a write of them leaves the state (7.5.2.2).
      if (at_pmcsr && (c_wdata[1] == c_wdata[0]))
        d3hot <= c_wdata[0];
      if (at_devctl) begin
        {ro_en, en_ur, en_fatal, en_nonfatal, en_cor} <= m_exp8[4:0];
        ext_tag <= m_exp8[8];
        mrrs_q  <= m_exp8[14:12];
      end
      flr_start    <= at_devctl && w1c[15];
      dev_cor      <= (dev_cor      && !(at_devctl && w1c[16])) || seen_cor;
      dev_nonfatal <= (dev_nonfatal && !(at_devctl && w1c[17])) || seen_nonfatal;
      dev_fatal    <= (dev_fatal    && !(at_devctl && w1c[18])) || seen_fatal;
      dev_ur       <= (dev_ur       && !(at_devctl && w1c[19])) || uncor[20];
    end

  // Not touched by function-level reset (6.6.2): Max_Payload_Size, link control, captured numbers.
  always @(posedge clk)
    if (rst) begin
      mps_q        <= 3'd0;
      aspm         <= 2'd0;
      rcb          <= 1'b0;
      common_clock <= 1'b0;
      ext_synch    <= 1'b0;
      rid          <= 16'd0;
    end else begin
      if (at_devctl)
        mps_q <= m_exp8[7:5];
      if (at_linkctl)
        {ext_synch, common_clock, rcb, aspm} <= {c_wdata[7], c_wdata[6], c_wdata[3], c_wdata[1:0]};
      if (rid_set)
        rid <= rid_new;
    end

  // ATS, PRI, PASID.
  always @(posedge clk)
    if (soft_rst) begin
      ats_e     <= 1'b0;
      ats_off   <= 1'b0;
      stu       <= 5'd0;
      pri_e     <= 1'b0;
      pri_off   <= 1'b0;
      pri_rf    <= 1'b0;
      pri_uprgi <= 1'b0;
      pri_reset <= 1'b0;
      pri_alloc <= 32'd0;
      pasid_en  <= 1'b0;
    end else begin
      if (at_ats && c_be[2])
        stu <= c_wdata[20:16];
      if (at_ats && c_be[3])
        ats_e <= c_wdata[31];
      ats_off <= (ats_off && !(at_ats && c_be[3] && c_wdata[31])) || (ats_ur && ats_e);
      pri_e   <= pri_e_new;
      pri_off <= (pri_off && !(at_pri && c_be[0] && c_wdata[0])) || (pri_set_rf && pri_e);
      // 10.5.2.2: Reset counts only while page requests are or become disabled.
      pri_reset <= at_pri && c_be[0] && c_wdata[1] && !c_wdata[0];
      pri_rf    <= (pri_rf    && !(at_pri && w1c[16])) || pri_set_rf;
      pri_uprgi <= (pri_uprgi && !(at_pri && w1c[17])) || pri_set_uprgi;
      if (we && (c_addr[11:2] == PRI[11:2] + 10'd3))
        pri_alloc <= merge(pri_alloc, c_wdata, wm);
      if (we && (c_addr[11:2] == PASID[11:2] + 10'd1) && c_be[2])
        pasid_en <= c_wdata[16];
    end

  svarig_cfg_aer #(.NEXT(ATS)) u_aer (
    .clk(clk), .rst(rst),
    .w_valid(we && (c_addr >= AER) && (c_addr < AER + 12'h048)), .offset(c_addr[6:0]),
    .w_data(c_wdata), .w_mask(wm), .r_data(aer_rdata),
    .pf_mask(32'd0), .pf_severity(32'd0), .pf_cor_mask(32'd0),
    .mask(aer_mask), .severity(aer_severity), .cor_mask(aer_cor_mask),
    .uncor(uncor), .advisory(advisory), .hdr_valid(hdr_valid), .hdr(hdr),
    .seen_cor(seen_cor), .seen_nonfatal(seen_nonfatal), .seen_fatal(seen_fatal),
    .send_cor(aer_cor), .send_nonfatal(aer_nonfatal), .send_fatal(aer_fatal), .for_ur(for_ur)
  );

  svarig_cfg_sriov #(.NEXT(12'h000), .VFS(VFS), .DEVICE(VF_DEVICE[15:0]), .BAR0_LOG2(VF_BAR0_LOG2),
                     .BAR2_LOG2(VF_BAR2_LOG2)) u_sriov (
    .clk(clk), .rst(soft_rst),
    .w_valid(we && (c_addr[11:6] == IOV[11:6])), .offset(c_addr[5:2]), .w_data(c_wdata), .w_mask(wm),
    .r_data(iov_rdata), .vf_on(vf_on), .vf_mse(vf_mse), .bar0(vf_bar0), .bar2(vf_bar2),
    .bar0_log2(vf_bar0_log2), .bar2_log2(vf_bar2_log2)
  );

  // Figure 6-2: an Unsupported Request is told only with its own enable bit set as well.
  wire ur_ok = !for_ur || en_ur;
  assign msg_cor      = aer_cor && en_cor && ur_ok;
  assign msg_nonfatal = aer_nonfatal && ((en_nonfatal && ur_ok) || cmd_serr);
  assign msg_fatal    = aer_fatal && ((en_fatal && ur_ok) || cmd_serr);

endmodule

`default_nettype wire
