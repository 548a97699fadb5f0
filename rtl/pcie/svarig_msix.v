// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_msix: MSI-X table, pending bits and the messages (PCIe Base Specification 5.0, 6.1.4 and 7.7.2).
//
// Two sources raise vectors; both are always taken at once. A vector stays pending while it or the
// function is masked or bus mastering is off, and is sent when that ends; several raises of a
// pending vector are one message. With MSI-X disabled nothing is pending.
// The message is a memory write of one DW, untranslated, without prefix, no attributes. tx_valid goes down again
// when the vector is masked before the message was accepted: after the completion of a read that
// follows the masking write nothing comes.
// Table and PBA: a_addr in BAR2, at ADM_MSIX_TABLE and ADM_MSIX_PBA.

`include "svarig_hw.vh"
`default_nettype none

module svarig_msix #(
  parameter VECTORS = 17
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         flr,

  input  wire         cfg_bme,
  input  wire         cfg_en,
  input  wire         cfg_fmask,
  input  wire [15:0]  cfg_rid,

  input  wire         a_valid,
  input  wire         a_write,
  input  wire [15:0]  a_addr,
  input  wire [31:0]  a_wdata,
  input  wire [3:0]   a_be,
  output wire [31:0]  rdata,

  input  wire         raise0_valid,
  input  wire [7:0]   raise0_vector,
  input  wire         raise1_valid,
  input  wire [7:0]   raise1_vector,

  output wire         tx_valid,
  input  wire         tx_ready,
  output wire [127:0] tx_hdr,
  output wire [31:0]  tx_data,
  output wire         ev_msix,
  output wire         idle
);

  localparam W = $clog2(VECTORS);
  localparam [31:0] LAST = VECTORS - 1;

  reg [31:0]        addr_lo [0:(1<<W)-1];
  reg [31:0]        addr_hi [0:(1<<W)-1];
  reg [31:0]        data    [0:(1<<W)-1];
  reg [VECTORS-1:0] mask, pending;

  wire [31:0] addr     = {16'd0, a_addr};
  wire [31:0] t_off    = addr - `SVARIG_ADM_MSIX_TABLE;
  wire [31:0] b_off    = addr - `SVARIG_ADM_MSIX_PBA;
  wire        at_table = (addr >= `SVARIG_ADM_MSIX_TABLE) && (t_off < VECTORS * 16);
  wire        at_pba   = (addr >= `SVARIG_ADM_MSIX_PBA) && (b_off < ((VECTORS + 63) / 64) * 8);
  wire [W-1:0] entry   = t_off[W+3:4];
  wire        write    = a_valid && a_write && at_table;
  wire [31:0] wm = {{8{a_be[3]}}, {8{a_be[2]}}, {8{a_be[1]}}, {8{a_be[0]}}};

  reg  [31:0] t_rdata;
  wire [127:0] pba = {{128-VECTORS{1'b0}}, pending};

  always @*
    case (t_off[3:2])
      2'd0:    t_rdata = addr_lo[entry];
      2'd1:    t_rdata = addr_hi[entry];
      2'd2:    t_rdata = data[entry];
      default: t_rdata = {31'd0, mask[entry]};
    endcase

  assign rdata = at_table ? t_rdata : at_pba ? pba[{b_off[3:2], 5'd0} +: 32] : 32'd0;

  wire [31:0] w_merged = (t_rdata & ~wm) | (a_wdata & wm);

  always @(posedge clk)
    if (write)
      case (t_off[3:2])
        2'd0:    addr_lo[entry] <= {w_merged[31:2], 2'b00};
        2'd1:    addr_hi[entry] <= w_merged;
        2'd2:    data[entry]    <= w_merged;
        default: ;
      endcase

  // Raise, choose, send. cur moves on to the next vector that may go while the present one may not.
  reg  [W-1:0]       cur;
  wire               open  = cfg_en && !cfg_fmask && cfg_bme && !flr;
  wire [VECTORS-1:0] ready = pending & ~mask & {VECTORS{open}};
  wire [VECTORS-1:0] one = {{VECTORS-1{1'b0}}, 1'b1};
  wire [VECTORS-1:0] set = ((raise0_valid && ({24'd0, raise0_vector} <= LAST)) ? one << raise0_vector : {VECTORS{1'b0}}) |
                           ((raise1_valid && ({24'd0, raise1_vector} <= LAST)) ? one << raise1_vector : {VECTORS{1'b0}});
  wire [VECTORS-1:0] clear = ev_msix ? one << cur : {VECTORS{1'b0}};

  assign tx_valid = ready[cur];
  assign ev_msix  = tx_valid && tx_ready;
  assign idle     = (ready == {VECTORS{1'b0}}) && !raise0_valid && !raise1_valid;

  wire [31:0] hi = addr_hi[cur];
  wire [31:0] lo = addr_lo[cur];
  wire        dw4 = (hi != 32'd0);
  // MWr, 1 DW, first BE all ones, last BE zero, tag 0.
  assign tx_hdr  = {2'b01, dw4, 5'b00000, 14'd0, 10'd1, cfg_rid, 8'd0, 8'h0f,
                    dw4 ? {hi, lo} : {lo, 32'd0}};
  assign tx_data = data[cur];

  always @(posedge clk)
    if (rst || flr) begin
      mask    <= {VECTORS{1'b1}};
      pending <= {VECTORS{1'b0}};
      cur     <= {W{1'b0}};
    end else begin
      if (write && (t_off[3:2] == 2'd3) && a_be[0])
        mask[entry] <= a_wdata[0];
      pending <= cfg_en ? (pending & ~clear) | set : {VECTORS{1'b0}};
      if (!tx_valid || tx_ready)
        cur <= (cur == LAST[W-1:0]) ? {W{1'b0}} : cur + 1'b1;
    end

endmodule

`default_nettype wire
