// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_cfg_vf: configuration space of one VF (PCIe Base Specification 5.0, 9.3.4 to 9.3.7). The map is in
// README.md.
//
// c_*: as svarig_cfg. Vendor and Device ID read FFFFh: software takes them from the PF. What 9.3 gives to the PF
// (memory space enable, BARs, payload and request sizes, error reporting enables, AER masks and severities,
// STU, PASID, PRI) is not here. rst: power-on, PF reset, VF Enable clear, or function-level reset of this VF.
// ats_en: in force, as svarig_cfg. uncor..hdr: errors of this VF alone, as svarig_cfg_aer.

`include "svarig_hw.vh"
`default_nettype none

module svarig_cfg_vf #(
  parameter VECTORS = 9
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         por,                // power-on reset: AER is sticky beyond the others

  input  wire         c_valid,
  input  wire         c_write,
  input  wire [11:0]  c_addr,
  input  wire [31:0]  c_wdata,
  input  wire [3:0]   c_be,
  output reg  [31:0]  c_rdata,

  output reg          bme,                // the VF's own bit
  output wire         ats_en,
  output reg          msix_en,
  output reg          msix_fmask,
  output reg          flr_start,          // pulse

  input  wire         ats_ur,
  input  wire         trans_pending,
  input  wire         rcv_ur,
  input  wire         rcv_ca,

  // the PF's settings that count for the VF's errors
  input  wire         en_cor,
  input  wire         en_nonfatal,
  input  wire         en_fatal,
  input  wire         en_ur,
  input  wire         serr,
  input  wire [31:0]  aer_mask,
  input  wire [31:0]  aer_severity,
  input  wire [31:0]  aer_cor_mask,
  input  wire         perr,               // the PF's parity error response

  input  wire [31:0]  uncor,
  input  wire         advisory,
  input  wire         hdr_valid,
  input  wire [127:0] hdr,
  output wire         msg_cor,
  output wire         msg_nonfatal,
  output wire         msg_fatal
);

  localparam [11:0] EXP = 12'h050, MSIX = 12'h090, AER = 12'h100, ATS = 12'h150;
  localparam [31:0] LAST = VECTORS - 1;

  wire        we = c_valid && c_write;
  wire [31:0] wm = {{8{c_be[3]}}, {8{c_be[2]}}, {8{c_be[1]}}, {8{c_be[0]}}};
  wire [31:0] w1c = c_wdata & wm;
  wire        unused_w1c = &{1'b0, w1c[26:25], w1c[23:20], w1c[14:0]};

  reg         sta_mdpe, sta_sta, sta_rta, sta_rma, sta_sse, sta_dpe;
  reg         dev_cor, dev_nonfatal, dev_fatal, dev_ur;
  reg         ats_e, ats_off;
  wire [31:0] aer_rdata;
  wire        seen_cor, seen_nonfatal, seen_fatal, aer_cor, aer_nonfatal, aer_fatal, for_ur;

  assign ats_en = ats_e && !ats_off;

  always @* begin
    c_rdata = 32'd0;
    case (c_addr[11:2])
      10'h000: c_rdata = 32'hffff_ffff;
      10'h001: c_rdata = {sta_dpe, sta_sse, sta_rma, sta_rta, sta_sta, 2'd0, sta_mdpe, 3'd0, 1'b1, 4'd0,
                          13'd0, bme, 2'd0};
      10'h002: c_rdata = (`SVARIG_PCI_CLASS << 8) | `SVARIG_PCI_REVISION;
      10'h00b: c_rdata = (`SVARIG_PCI_VF_DEVICE << 16) | `SVARIG_PCI_VENDOR;
      10'h00d: c_rdata = {20'd0, EXP};
      EXP[11:2]:          c_rdata = {16'h0002, MSIX[7:0], 8'h10};
      EXP[11:2] + 10'd1:  c_rdata = 32'h1000_8fe2;         // as the PF
      EXP[11:2] + 10'd2:  c_rdata = {10'd0, trans_pending, 1'b0, dev_ur, dev_fatal, dev_nonfatal, dev_cor, 16'd0};
      EXP[11:2] + 10'd3:  c_rdata = 32'h0040_0083;
      EXP[11:2] + 10'd9:  c_rdata = 32'h0071_0010;
      EXP[11:2] + 10'd11: c_rdata = 32'h0000_000e;
      MSIX[11:2]:         c_rdata = {msix_en, msix_fmask, 3'd0, LAST[10:0], 8'h00, 8'h11};
      MSIX[11:2] + 10'd1: c_rdata = `SVARIG_ADM_MSIX_TABLE | `SVARIG_BAR_ADMIN;
      MSIX[11:2] + 10'd2: c_rdata = `SVARIG_ADM_MSIX_PBA | `SVARIG_BAR_ADMIN;
      // 10.5.1: depth and STU are the PF's and read zero; page aligned, global invalidate
      ATS[11:2]:          c_rdata = {12'h000, 4'h1, 16'h000f};
      ATS[11:2] + 10'd1:  c_rdata = {ats_e, 15'd0, 16'h0060};
      default:
        if ((c_addr >= AER) && (c_addr < AER + 12'h048))
          c_rdata = aer_rdata;
    endcase
  end

  wire at_command = we && (c_addr[11:2] == 10'h001);
  wire at_devctl  = we && (c_addr[11:2] == EXP[11:2] + 10'd2);
  wire at_ats     = we && (c_addr[11:2] == ATS[11:2] + 10'd1) && c_be[3];

  always @(posedge clk)
    if (rst) begin
      bme        <= 1'b0;
      {sta_mdpe, sta_sta, sta_rta, sta_rma, sta_sse, sta_dpe} <= 6'd0;
      {dev_cor, dev_nonfatal, dev_fatal, dev_ur} <= 4'd0;
      msix_en    <= 1'b0;
      msix_fmask <= 1'b0;
      ats_e      <= 1'b0;
      ats_off    <= 1'b0;
      flr_start  <= 1'b0;
    end else begin
      if (at_command && c_be[0])
        bme <= c_wdata[2];
      sta_mdpe <= (sta_mdpe && !(at_command && w1c[24])) || (uncor[12] && perr);
      sta_sta  <= (sta_sta  && !(at_command && w1c[27])) || uncor[15];
      sta_rta  <= (sta_rta  && !(at_command && w1c[28])) || rcv_ca;
      sta_rma  <= (sta_rma  && !(at_command && w1c[29])) || rcv_ur;
      sta_sse  <= (sta_sse  && !(at_command && w1c[30])) || (serr && (msg_nonfatal || msg_fatal));
      sta_dpe  <= (sta_dpe  && !(at_command && w1c[31])) || uncor[12];
      dev_cor      <= (dev_cor      && !(at_devctl && w1c[16])) || seen_cor;
      dev_nonfatal <= (dev_nonfatal && !(at_devctl && w1c[17])) || seen_nonfatal;
      dev_fatal    <= (dev_fatal    && !(at_devctl && w1c[18])) || seen_fatal;
      dev_ur       <= (dev_ur       && !(at_devctl && w1c[19])) || uncor[20];
      flr_start <= at_devctl && w1c[15];
      if (we && (c_addr[11:2] == MSIX[11:2]) && c_be[3])
        {msix_en, msix_fmask} <= c_wdata[31:30];
      if (at_ats)
        ats_e <= c_wdata[31];
      ats_off <= (ats_off && !(at_ats && c_wdata[31])) || (ats_ur && ats_e);
    end

  wire [31:0] own_mask, own_severity, own_cor_mask;
  wire        unused_own = &{1'b0, own_mask, own_severity, own_cor_mask};

  svarig_cfg_aer #(.NEXT(ATS), .VF(1)) u_aer (
    .clk(clk), .rst(por),
    .w_valid(we && (c_addr >= AER) && (c_addr < AER + 12'h048)), .offset(c_addr[6:0]),
    .w_data(c_wdata), .w_mask(wm), .r_data(aer_rdata),
    .pf_mask(aer_mask), .pf_severity(aer_severity), .pf_cor_mask(aer_cor_mask),
    .mask(own_mask), .severity(own_severity), .cor_mask(own_cor_mask),
    .uncor(uncor), .advisory(advisory), .hdr_valid(hdr_valid), .hdr(hdr),
    .seen_cor(seen_cor), .seen_nonfatal(seen_nonfatal), .seen_fatal(seen_fatal),
    .send_cor(aer_cor), .send_nonfatal(aer_nonfatal), .send_fatal(aer_fatal), .for_ur(for_ur)
  );

  wire ur_ok = !for_ur || en_ur;
  assign msg_cor      = aer_cor && en_cor && ur_ok;
  assign msg_nonfatal = aer_nonfatal && ((en_nonfatal && ur_ok) || serr);
  assign msg_fatal    = aer_fatal && ((en_fatal && ur_ok) || serr);

endmodule

`default_nettype wire
