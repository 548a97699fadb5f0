// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_msix: MSI-X tables, pending bits and messages of all functions (PCIe Base Specification 5.0, 6.1.4 and
// 7.7.2).
//
// Two sources raise vectors (*_vector of function *_fn); both are always taken at once. A vector stays pending
// while it or the function is masked or bus mastering is off, and is sent when that ends; several raises
// of a pending vector are one message. With MSI-X disabled nothing is pending.
// The message is a memory write of one DW, untranslated, without prefix, no attributes. tx_valid goes down again
// when the vector is masked before the message was accepted: after the completion of a read that
// follows the masking write nothing comes.
// Table and PBA: a_addr in the BAR2 of function a_fn, at ADM_MSIX_TABLE and ADM_MSIX_PBA.
// gone: bit per function, its reset.

`include "svarig_hw.vh"
`default_nettype none

module svarig_msix #(
  parameter NF         = 5,
  parameter PF_VECTORS = 33,
  parameter VF_VECTORS = 9
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [NF-1:0]    gone,

  input  wire [NF-1:0]    cfg_bme,
  input  wire [NF-1:0]    cfg_en,
  input  wire [NF-1:0]    cfg_fmask,
  input  wire [NF*16-1:0] cfg_rid,

  input  wire             a_valid,
  input  wire             a_write,
  input  wire [2:0]       a_fn,
  input  wire [15:0]      a_addr,
  input  wire [31:0]      a_wdata,
  input  wire [3:0]       a_be,
  output wire [31:0]      rdata,

  input  wire             raise0_valid,
  input  wire [2:0]       raise0_fn,
  input  wire [7:0]       raise0_vector,
  input  wire             raise1_valid,
  input  wire [2:0]       raise1_fn,
  input  wire [7:0]       raise1_vector,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire [127:0]     tx_hdr,
  output wire [31:0]      tx_data,
  output wire             ev_msix,
  output wire             idle
);

  // All vectors in a row: the PF's, then those of each VF. The row of a function begins at base(fn).
  localparam VECTORS = PF_VECTORS + (NF - 1) * VF_VECTORS;
  localparam W = $clog2(VECTORS);

  function [31:0] count(input [2:0] fn);
    count = (fn == 3'd0) ? PF_VECTORS : VF_VECTORS;
  endfunction

  function [31:0] base(input [2:0] fn);
    base = (fn == 3'd0) ? 32'd0 : PF_VECTORS + ({29'd0, fn} - 32'd1) * VF_VECTORS;
  endfunction

  // The vector's place in the row as a bit, none if the function has no such vector.
  function [VECTORS-1:0] place(input valid, input [2:0] fn, input [7:0] vector);
    place = (valid && ({29'd0, fn} < NF) && ({24'd0, vector} < count(fn)))
            ? {{VECTORS-1{1'b0}}, 1'b1} << (base(fn) + {24'd0, vector}) : {VECTORS{1'b0}};
  endfunction

  reg [31:0]        addr_lo [0:(1<<W)-1];
  reg [31:0]        addr_hi [0:(1<<W)-1];
  reg [31:0]        data    [0:(1<<W)-1];
  reg [VECTORS-1:0] mask, pending;

  wire [31:0] addr     = {16'd0, a_addr};
  wire [31:0] t_off    = addr - `SVARIG_ADM_MSIX_TABLE;
  wire [31:0] b_off    = addr - `SVARIG_ADM_MSIX_PBA;
  wire        at_table = (addr >= `SVARIG_ADM_MSIX_TABLE) && ((t_off >> 4) < count(a_fn));
  wire        at_pba   = (addr >= `SVARIG_ADM_MSIX_PBA) && (b_off < ((count(a_fn) + 32'd63) >> 6 << 3));
  wire [31:0] where    = base(a_fn) + (t_off >> 4);
  wire [W-1:0] entry   = at_table ? where[W-1:0] : {W{1'b0}};
  wire        write    = a_valid && a_write && at_table;
  wire [31:0] wm = {{8{a_be[3]}}, {8{a_be[2]}}, {8{a_be[1]}}, {8{a_be[0]}}};

  reg  [31:0]  t_rdata;
  wire [127:0] row = {{128-VECTORS{1'b0}}, pending} >> base(a_fn);
  wire [63:0]  pba = row[63:0] & ~({64{1'b1}} << count(a_fn));
  wire         unused = &{1'b0, row[127:64], where[31:W]};

  always @*
    case (t_off[3:2])
      2'd0:    t_rdata = addr_lo[entry];
      2'd1:    t_rdata = addr_hi[entry];
      2'd2:    t_rdata = data[entry];
      default: t_rdata = {31'd0, mask[entry]};
    endcase

  assign rdata = at_table ? t_rdata : at_pba ? (b_off[2] ? pba[63:32] : pba[31:0]) : 32'd0;

  wire [31:0] w_merged = (t_rdata & ~wm) | (a_wdata & wm);

  always @(posedge clk)
    if (write)
      case (t_off[3:2])
        2'd0:    addr_lo[entry] <= {w_merged[31:2], 2'b00};
        2'd1:    addr_hi[entry] <= w_merged;
        2'd2:    data[entry]    <= w_merged;
        default: ;
      endcase

  // Function bits spread over the row.
  wire [NF-1:0]      open = cfg_en & ~cfg_fmask & cfg_bme & ~gone;
  wire [NF-1:0]      lost = gone | ~cfg_en;
  wire [VECTORS-1:0] open_v, gone_v, lost_v;
  genvar g;
  generate
    for (g = 0; g < VECTORS; g = g + 1) begin : g_spread
      localparam FN = (g < PF_VECTORS) ? 0 : 1 + (g - PF_VECTORS) / VF_VECTORS;
      assign open_v[g] = open[FN];
      assign gone_v[g] = gone[FN];
      assign lost_v[g] = lost[FN];
    end
  endgenerate

  // Raise, choose, send. cur is the vector on offer; while it may not go, the next in turn that may is taken.
  reg  [W-1:0]       cur;
  reg  [2:0]         cur_fn;
  wire [VECTORS-1:0] ready = pending & ~mask & open_v;
  wire [VECTORS-1:0] set = place(raise0_valid, raise0_fn, raise0_vector) |
                           place(raise1_valid, raise1_fn, raise1_vector);
  wire [VECTORS-1:0] cur_bit = {{VECTORS-1{1'b0}}, 1'b1} << cur;
  wire [VECTORS-1:0] clear = ev_msix ? cur_bit : {VECTORS{1'b0}};
  wire [VECTORS-1:0] later = ready & ~clear & ~(cur_bit | (cur_bit - 1'b1));
  wire [VECTORS-1:0] pool  = (|later) ? later : ready & ~clear;

  reg  [W-1:0]       next;
  reg  [2:0]         next_fn;
  integer            i;
  always @* begin
    next = {W{1'b0}};
    if (|pool)                         // says so for a simulator's sake
      for (i = VECTORS - 1; i >= 0; i = i - 1)
        if (pool[i])
          next = i[W-1:0];
    next_fn = 3'd0;
    for (i = 1; i < NF; i = i + 1)
      if ({{32-W{1'b0}}, next} >= base(i[2:0]))
        next_fn = i[2:0];
  end

  assign tx_valid = ready[cur];
  assign ev_msix  = tx_valid && tx_ready;
  assign idle     = (ready == {VECTORS{1'b0}}) && !raise0_valid && !raise1_valid;

  wire [31:0] hi = addr_hi[cur];
  wire [31:0] lo = addr_lo[cur];
  wire        dw4 = (hi != 32'd0);
  // MWr, 1 DW, first BE all ones, last BE zero, tag 0.
  assign tx_hdr  = {2'b01, dw4, 5'b00000, 14'd0, 10'd1, cfg_rid[{3'd0, cur_fn}*16 +: 16], 8'd0, 8'h0f,
                    dw4 ? {hi, lo} : {lo, 32'd0}};
  assign tx_data = data[cur];

  always @(posedge clk)
    if (rst) begin
      mask    <= {VECTORS{1'b1}};
      pending <= {VECTORS{1'b0}};
      cur     <= {W{1'b0}};
      cur_fn  <= 3'd0;
    end else begin
      if (write && (t_off[3:2] == 2'd3) && a_be[0])
        mask[entry] <= a_wdata[0];
      // A function in reset loses what was written to it in this very cycle, too.
      if (|gone_v)
        mask <= mask | gone_v;
      pending <= ((pending & ~clear) | set) & ~lost_v;
      if ((!tx_valid || tx_ready) && (|pool)) begin
        cur    <= next;
        cur_fn <= next_fn;
      end
    end

endmodule

`default_nettype wire
