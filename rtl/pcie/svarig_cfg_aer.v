// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_cfg_aer: the Advanced Error Reporting capability's registers and the decision what to report
// (PCIe Base Specification 5.0, 6.2 and 7.8.4).
//
// uncor: pulses in the layout of the Uncorrectable Error Status register; advisory: this error is handled
// as Advisory Non-Fatal when its severity says non-fatal (6.2.3.2.4); hdr_valid: hdr is the TLP at fault.
// One error a cycle: with several bits set they share advisory and hdr.
// Outputs send_*: pulses, an ERR_COR, ERR_NONFATAL or ERR_FATAL message is due as far as the masks go;
// seen_*: the same before the masks, for Device Status. for_ur: what is sent reports an Unsupported Request.
// Registers are sticky: only power-on reset changes them. offset: 0x00..0x44 in the capability.
// VF 1: masks and severities are the PF's (pf_*) and read zero here (9.4.2); mask, severity and cor_mask are those
// in force.

`default_nettype none

module svarig_cfg_aer #(
  parameter [11:0] NEXT = 12'd0,
  parameter        VF   = 0
) (
  input  wire         clk,
  input  wire         rst,

  input  wire         w_valid,
  input  wire [6:0]   offset,
  input  wire [31:0]  w_data,
  input  wire [31:0]  w_mask,             // ones where a byte is enabled
  output reg  [31:0]  r_data,

  input  wire [31:0]  pf_mask,
  input  wire [31:0]  pf_severity,
  input  wire [31:0]  pf_cor_mask,
  output wire [31:0]  mask,
  output wire [31:0]  severity,
  output wire [31:0]  cor_mask,

  input  wire [31:0]  uncor,
  input  wire         advisory,
  input  wire         hdr_valid,
  input  wire [127:0] hdr,

  output reg          seen_cor,
  output reg          seen_nonfatal,
  output reg          seen_fatal,
  output reg          send_cor,
  output reg          send_nonfatal,
  output reg          send_fatal,
  output reg          for_ur
);

  // 7.8.4.2: 4 data link protocol, 12 poisoned, 14 completion timeout, 15 completer abort,
  // 16 unexpected completion, 17 receiver overflow, 18 malformed, 20 unsupported request.
  localparam [31:0] UNCOR_BITS = 32'h0017_d010;
  localparam [31:0] SEVER_INIT = 32'h0006_0010;
  // 7.8.4.5: 0 receiver, 6 bad TLP, 7 bad DLLP, 8 replay rollover, 12 replay timer, 13 advisory.
  localparam [31:0] COR_BITS   = 32'h0000_31c1;
  localparam        ADVISORY   = 13;

  reg [31:0]  status, mask_q, severity_q, cor_mask_q;
  reg         cor_advisory;
  reg         logged;                     // fep and log belong to an error not yet cleared
  reg [4:0]   fep;
  reg [127:0] log;

  assign mask     = (VF != 0) ? pf_mask : mask_q;
  assign severity = (VF != 0) ? pf_severity : severity_q;
  assign cor_mask = (VF != 0) ? pf_cor_mask : cor_mask_q;

  wire [31:0] fatal    = uncor & severity;
  wire [31:0] nonfatal = uncor & ~severity;
  wire        as_cor   = (|nonfatal) && advisory;
  wire        record   = (|fatal) || ((|nonfatal) && (!advisory || !cor_mask[ADVISORY]));
  wire [31:0] set      = record ? uncor & UNCOR_BITS : 32'd0;
  wire [31:0] report   = set & ~mask;
  wire [31:0] clear    = (w_valid && (offset == 7'h04)) ? (w_data & w_mask) : 32'd0;

  reg [4:0]   lowest;
  integer     i;
  always @* begin
    lowest = 5'd0;
    for (i = 31; i >= 0; i = i - 1)
      if (report[i])
        lowest = i[4:0];
  end

  always @*
    case (offset[6:2])
      5'h00:   r_data = {NEXT, 4'h2, 16'h0001};
      5'h01:   r_data = status;
      5'h02:   r_data = (VF != 0) ? 32'd0 : mask_q;
      5'h03:   r_data = (VF != 0) ? 32'd0 : severity_q;
      5'h04:   r_data = {18'd0, cor_advisory, 13'd0};
      5'h05:   r_data = (VF != 0) ? 32'd0 : cor_mask_q;
      5'h06:   r_data = {27'd0, fep};
      5'h07:   r_data = log[127:96];
      5'h08:   r_data = log[95:64];
      5'h09:   r_data = log[63:32];
      5'h0a:   r_data = log[31:0];
      default: r_data = 32'd0;
    endcase

  always @(posedge clk)
    if (rst) begin
      status       <= 32'd0;
      mask_q       <= 32'd0;
      severity_q   <= SEVER_INIT;
      cor_advisory <= 1'b0;
      cor_mask_q   <= 32'd1 << ADVISORY;
      logged       <= 1'b0;
      fep          <= 5'd0;
      log          <= 128'd0;
    end else begin
      status <= (status & ~clear) | set;
      if (logged && clear[fep]) begin
        logged <= 1'b0;
        log    <= 128'd0;
        fep    <= 5'd0;
      end
      if ((|report) && (!logged || clear[fep])) begin
        logged <= 1'b1;
        fep    <= lowest;
        log    <= hdr_valid ? hdr : 128'd0;
      end
      if (as_cor)
        cor_advisory <= 1'b1;
      if (w_valid)
        case (offset[6:2])
          5'h02: mask_q     <= ((mask_q & ~w_mask) | (w_data & w_mask)) & UNCOR_BITS;
          5'h03: severity_q <= ((severity_q & ~w_mask) | (w_data & w_mask)) & UNCOR_BITS;
          5'h04: if (w_data[ADVISORY] && w_mask[ADVISORY] && !as_cor) cor_advisory <= 1'b0;
          5'h05: cor_mask_q <= ((cor_mask_q & ~w_mask) | (w_data & w_mask)) & COR_BITS;
          default: ;
        endcase
    end

  always @(posedge clk)
    if (rst) begin
      seen_cor      <= 1'b0;
      seen_nonfatal <= 1'b0;
      seen_fatal    <= 1'b0;
      send_cor      <= 1'b0;
      send_nonfatal <= 1'b0;
      send_fatal    <= 1'b0;
      for_ur        <= 1'b0;
    end else begin
      seen_cor      <= as_cor;
      seen_nonfatal <= (|nonfatal) && !advisory;
      seen_fatal    <= |fatal;
      send_cor      <= as_cor && !cor_mask[ADVISORY] && (|(nonfatal & ~mask));
      send_nonfatal <= !advisory && (|(nonfatal & ~mask));
      send_fatal    <= |(fatal & ~mask);
      for_ur        <= uncor[20];
    end

endmodule

`default_nettype wire
