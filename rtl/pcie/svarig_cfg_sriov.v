// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_cfg_sriov: the SR-IOV extended capability of the PF (PCIe Base Specification 5.0, 9.3.3).
//
// VF n is function n of the device: First VF Offset 1, VF Stride 1. Two VF BARs, as the PF's: BAR0 and BAR2,
// 64-bit, not prefetchable. A VF's aperture is the larger of the BAR's size and the System Page Size.
// NumVFs and System Page Size keep their value when the host writes one that is not supported, or while
// VF Enable is set (9.3.3.7, 9.3.3.13).
// w_*, r_data: as svarig_cfg_aer. vf_on: bit n - 1, VF n exists. bar*_log2: bytes of one VF's aperture.

`default_nettype none

module svarig_cfg_sriov #(
  parameter [11:0] NEXT      = 12'd0,
  parameter        VFS       = 4,
  parameter [15:0] DEVICE    = 16'd0,
  parameter [5:0]  BAR0_LOG2 = 6'd15,
  parameter [5:0]  BAR2_LOG2 = 6'd16
) (
  input  wire           clk,
  input  wire           rst,              // power-on and function-level reset of the PF

  input  wire           w_valid,
  input  wire [5:2]     offset,
  input  wire [31:0]    w_data,
  input  wire [31:0]    w_mask,
  output reg  [31:0]    r_data,

  output reg  [VFS-1:0] vf_on,
  output reg            vf_mse,
  output wire [63:0]    bar0,
  output wire [63:0]    bar2,
  output wire [5:0]     bar0_log2,
  output wire [5:0]     bar2_log2
);

  // 9.3.3.12: 4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB and 4 MiB are required; bit n is 2^(n + 12) bytes.
  localparam [31:0] PAGE_SIZES = 32'h0000_0553;
  localparam [31:0] VFS32 = VFS;
  localparam [15:0] TOTAL = VFS32[15:0];

  reg         vf_enable;
  reg  [15:0] num_vfs;
  reg  [31:0] page_size;
  reg  [63:0] bar0_q, bar2_q;

  reg  [5:0]  page_log2;
  integer     i;
  always @* begin
    page_log2 = 6'd12;
    for (i = 0; i < 11; i = i + 1)
      if (page_size[i])
        page_log2 = 6'd12 + i[5:0];
  end

  assign bar0_log2 = (page_log2 > BAR0_LOG2) ? page_log2 : BAR0_LOG2;
  assign bar2_log2 = (page_log2 > BAR2_LOG2) ? page_log2 : BAR2_LOG2;
  assign bar0 = bar0_q & ({64{1'b1}} << bar0_log2);
  assign bar2 = bar2_q & ({64{1'b1}} << bar2_log2);

  integer j;
  always @*
    for (j = 0; j < VFS; j = j + 1)
      vf_on[j] = vf_enable && (num_vfs > j[15:0]);

  always @*
    case (offset[5:2])
      4'h0:    r_data = {NEXT, 4'h1, 16'h0010};
      4'h2:    r_data = {28'd0, vf_mse, 2'd0, vf_enable};
      4'h3:    r_data = {TOTAL, TOTAL};             // TotalVFs, InitialVFs: no migration
      4'h4:    r_data = {16'd0, num_vfs};           // function dependency link: the PF itself
      4'h5:    r_data = {16'd1, 16'd1};             // VF Stride, First VF Offset
      4'h6:    r_data = {DEVICE, 16'd0};
      4'h7:    r_data = PAGE_SIZES;
      4'h8:    r_data = page_size;
      4'h9:    r_data = bar0[31:0] | 32'h4;
      4'ha:    r_data = bar0[63:32];
      4'hb:    r_data = bar2[31:0] | 32'h4;
      4'hc:    r_data = bar2[63:32];
      default: r_data = 32'd0;
    endcase

  wire [31:0] merged = (r_data & ~w_mask) | (w_data & w_mask);
  wire        one_size = (merged != 32'd0) && ((merged & (merged - 32'd1)) == 32'd0);

  always @(posedge clk)
    if (rst) begin
      vf_enable <= 1'b0;
      vf_mse    <= 1'b0;
      num_vfs   <= 16'd0;
      page_size <= 32'd1;
      bar0_q    <= 64'd0;
      bar2_q    <= 64'd0;
    end else if (w_valid)
      case (offset[5:2])
        4'h2: {vf_mse, vf_enable} <= {merged[3], merged[0]};
        4'h4: if (!vf_enable && (merged[15:0] <= TOTAL)) num_vfs <= merged[15:0];
        4'h8: if (!vf_enable && one_size && ((merged & ~PAGE_SIZES) == 32'd0)) page_size <= merged;
        4'h9: bar0_q[31:0]  <= {merged[31:12], 12'd0};
        4'ha: bar0_q[63:32] <= merged;
        4'hb: bar2_q[31:0]  <= {merged[31:12], 12'd0};
        4'hc: bar2_q[63:32] <= merged;
        default: ;
      endcase

endmodule

`default_nettype wire
