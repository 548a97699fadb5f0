// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_functions: configuration space of the PF and its VFs, side by side: wiring of svarig_cfg and
// svarig_cfg_vf, and what a VF gets from both.
//
// Vectors over functions have the PF in bit 0 (or the lowest 16). c_fn: the function addressed; only those in
// fn_on are. rid: the captured bus and device number with the function number. err_fn: whose error uncor..hdr is.
// flr_start: pulse per function; flr: level, the PF and with it everything is in reset.

`include "svarig_hw.vh"
`default_nettype none

module svarig_functions #(
  parameter NF          = 5,
  parameter PF_VECTORS  = 33,
  parameter VF_VECTORS  = 9,
  parameter [63:0] BAR0_MASK = 64'd0,
  parameter [63:0] BAR2_MASK = 64'd0,
  parameter [5:0] VF_BAR0_LOG2 = 6'd15,
  parameter [5:0] VF_BAR2_LOG2 = 6'd16
) (
  input  wire             clk,
  input  wire             rst,
  input  wire             flr,
  input  wire [NF-1:0]    gone,           // as svarig_vf_reset: registers of this function go to reset

  input  wire             c_valid,
  input  wire             c_write,
  input  wire [2:0]       c_fn,
  input  wire [11:0]      c_addr,
  input  wire [31:0]      c_wdata,
  input  wire [3:0]       c_be,
  output wire [31:0]      c_rdata,
  input  wire             rid_set,
  input  wire [15:0]      rid_new,        // function number 0

  output wire [NF-1:0]    fn_on,
  output wire [NF*16-1:0] rid,
  output wire             mem_en,
  output wire [63:0]      bar0,
  output wire [63:0]      bar2,
  output wire             vf_mem_en,
  output wire [63:0]      vf_bar0,
  output wire [63:0]      vf_bar2,
  output wire [5:0]       vf_bar0_log2,
  output wire [5:0]       vf_bar2_log2,
  output wire [NF-1:0]    bme,
  output wire [NF-1:0]    ats_en,
  output wire [NF-1:0]    msix_en,
  output wire [NF-1:0]    msix_fmask,
  output wire [NF-1:0]    flr_start,
  output wire [2:0]       mps,
  output wire [2:0]       mrrs,
  output wire             rcb,
  output wire             ext_tag,
  output wire             ro_en,
  output wire             cto_dis,
  output wire [4:0]       stu,
  output wire             pri_en,
  output wire             pri_reset,
  output wire [31:0]      pri_alloc,
  output wire             prg_pasid_req,
  output wire             pasid_en,

  input  wire             pri_stopped,
  input  wire             pri_set_rf,
  input  wire             pri_set_uprgi,
  input  wire [NF-1:0]    ats_ur,
  input  wire [NF-1:0]    trans_pending,
  input  wire [NF-1:0]    rcv_ur,
  input  wire [NF-1:0]    rcv_ca,

  input  wire [31:0]      uncor,
  input  wire [2:0]       err_fn,
  input  wire             advisory,
  input  wire             hdr_valid,
  input  wire [127:0]     hdr,
  output wire [NF-1:0]    msg_cor,
  output wire [NF-1:0]    msg_nonfatal,
  output wire [NF-1:0]    msg_fatal
);

  localparam VFS = NF - 1;

  wire [NF*32-1:0] rdata;
  wire [VFS-1:0]   vf_on;
  wire [15:0]      pf_rid;
  wire             d0, en_cor, en_nonfatal, en_fatal, en_ur, serr, perr;
  wire [31:0]      aer_mask, aer_severity, aer_cor_mask;

  assign fn_on   = {vf_on, 1'b1};
  assign c_rdata = rdata[{2'd0, c_fn}*32 +: 32];

  svarig_cfg #(.VECTORS(PF_VECTORS), .BAR0_MASK(BAR0_MASK), .BAR2_MASK(BAR2_MASK), .VFS(VFS),
               .VF_BAR0_LOG2(VF_BAR0_LOG2), .VF_BAR2_LOG2(VF_BAR2_LOG2)) u_pf (
    .clk(clk), .rst(rst), .flr(flr),
    .c_valid(c_valid && (c_fn == 3'd0)), .c_write(c_write), .c_addr(c_addr), .c_wdata(c_wdata), .c_be(c_be),
    .c_rdata(rdata[31:0]), .rid_set(rid_set), .rid_new(rid_new),
    .rid(pf_rid), .mem_en(mem_en), .bar0(bar0), .bar2(bar2), .bme(bme[0]), .mps(mps), .mrrs(mrrs), .rcb(rcb),
    .ext_tag(ext_tag), .ro_en(ro_en), .cto_dis(cto_dis), .ats_en(ats_en[0]), .stu(stu), .pri_en(pri_en),
    .pri_reset(pri_reset), .pri_alloc(pri_alloc), .prg_pasid_req(prg_pasid_req), .pasid_en(pasid_en),
    .msix_en(msix_en[0]), .msix_fmask(msix_fmask[0]), .flr_start(flr_start[0]),
    .vf_on(vf_on), .vf_mem_en(vf_mem_en), .d0(d0), .vf_bar0(vf_bar0), .vf_bar2(vf_bar2),
    .vf_bar0_log2(vf_bar0_log2), .vf_bar2_log2(vf_bar2_log2),
    .en_cor(en_cor), .en_nonfatal(en_nonfatal), .en_fatal(en_fatal), .en_ur(en_ur), .serr(serr), .perr(perr),
    .aer_mask(aer_mask), .aer_severity(aer_severity), .aer_cor_mask(aer_cor_mask),
    .pri_stopped(pri_stopped), .pri_set_rf(pri_set_rf), .pri_set_uprgi(pri_set_uprgi),
    .ats_ur(ats_ur[0]), .trans_pending(trans_pending[0]), .rcv_ur(rcv_ur[0]), .rcv_ca(rcv_ca[0]),
    .uncor((err_fn == 3'd0) ? uncor : 32'd0), .advisory(advisory), .hdr_valid(hdr_valid), .hdr(hdr),
    .msg_cor(msg_cor[0]), .msg_nonfatal(msg_nonfatal[0]), .msg_fatal(msg_fatal[0])
  );
  assign rid[15:0] = pf_rid;

  genvar g;
  generate
    for (g = 1; g < NF; g = g + 1) begin : g_vf
      localparam [2:0] FN = g;
      wire own_bme, own_ats;
      assign bme[g]    = own_bme && vf_on[g-1] && d0;
      assign ats_en[g] = own_ats && vf_on[g-1];
      assign rid[g*16 +: 16] = {pf_rid[15:3], FN};

      svarig_cfg_vf #(.VECTORS(VF_VECTORS)) u_vf (
        .clk(clk), .rst(rst || !vf_on[g-1] || gone[g]), .por(rst || !vf_on[g-1]),
        .c_valid(c_valid && (c_fn == FN)), .c_write(c_write), .c_addr(c_addr), .c_wdata(c_wdata), .c_be(c_be),
        .c_rdata(rdata[g*32 +: 32]),
        .bme(own_bme), .ats_en(own_ats), .msix_en(msix_en[g]), .msix_fmask(msix_fmask[g]),
        .flr_start(flr_start[g]),
        .ats_ur(ats_ur[g]), .trans_pending(trans_pending[g]), .rcv_ur(rcv_ur[g]), .rcv_ca(rcv_ca[g]),
        .en_cor(en_cor), .en_nonfatal(en_nonfatal), .en_fatal(en_fatal), .en_ur(en_ur), .serr(serr), .perr(perr),
        .aer_mask(aer_mask), .aer_severity(aer_severity), .aer_cor_mask(aer_cor_mask),
        .uncor((err_fn == FN) ? uncor : 32'd0), .advisory(advisory), .hdr_valid(hdr_valid), .hdr(hdr),
        .msg_cor(msg_cor[g]), .msg_nonfatal(msg_nonfatal[g]), .msg_fatal(msg_fatal[g])
      );
    end
  endgenerate

  // Functions above NF are never addressed.
  wire unused = &{1'b0, gone[0]};

endmodule

`default_nettype wire
