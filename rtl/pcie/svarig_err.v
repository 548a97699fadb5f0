// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_err: brings the errors of all sources into AER's form, one a cycle (see svarig_cfg_aer).
//
// Advisory Non-Fatal cases (PCIe Base Specification 5.0, 6.2.3.2.4): a non-posted request answered with UR
// or CA, poisoned read data (the job says so, everything else goes on), and an unexpected completion. A completion timeout
// is not: nobody asks again. Equal errors of one source that wait merge.
// *_fn: the function at fault; what the receiver finds is nobody's and so the PF's (9.4).

`default_nettype none

module svarig_err (
  input  wire         clk,
  input  wire         rst,

  // completer: a request we refuse
  input  wire         req_unsupported,
  input  wire         req_abort,
  input  wire         req_malformed,
  input  wire         req_poisoned,
  input  wire         req_posted,
  input  wire [2:0]   req_fn,
  input  wire [127:0] req_hdr,
  // receiver: TLPs that are nobody's
  input  wire         rx_unsupported,
  input  wire         rx_malformed,
  input  wire         rx_poisoned,
  input  wire         rx_overflow,
  input  wire [127:0] rx_hdr,
  // core
  input  wire         core_unexpected,
  input  wire         core_poisoned,
  input  wire         core_timeout,
  input  wire [127:0] core_hdr,
  input  wire [2:0]   core_fn,

  output reg  [31:0]  uncor,
  output reg  [2:0]   fn,
  output reg          advisory,
  output reg          hdr_valid,
  output reg  [127:0] hdr,
  output wire         idle
);

  localparam POISONED = 32'h0000_1000, TIMEOUT = 32'h0000_4000, ABORT = 32'h0000_8000;
  localparam UNEXPECTED = 32'h0001_0000, OVERFLOW = 32'h0002_0000, MALFORMED = 32'h0004_0000;
  localparam UNSUPPORTED = 32'h0010_0000;

  // Sources: 0 request, 1 receiver, 2 unexpected, 3 poisoned completion, 4 timeout.
  wire [31:0] bits0 = (req_unsupported ? UNSUPPORTED : 32'd0) | (req_abort ? ABORT : 32'd0) |
                      (req_malformed ? MALFORMED : 32'd0) | (req_poisoned ? POISONED : 32'd0);
  wire [31:0] bits1 = (rx_unsupported ? UNSUPPORTED : 32'd0) | (rx_malformed ? MALFORMED : 32'd0) |
                      (rx_poisoned ? POISONED : 32'd0) | (rx_overflow ? OVERFLOW : 32'd0);
  wire [4:0]  hit = {core_timeout, core_poisoned, core_unexpected, |bits1, |bits0};

  reg  [4:0]   due;
  reg  [31:0]  q_bits0, q_bits1;
  reg          q_adv0;
  reg  [2:0]   q_fn0, q_fn2, q_fn3, q_fn4;
  reg  [127:0] q_hdr0, q_hdr1, q_hdr2, q_hdr3;
  wire [4:0]   pick = due & (~due + 5'd1);

  assign idle = (due == 5'd0);

  always @* begin
    uncor = (pick[0] ? q_bits0 : 32'd0) | (pick[1] ? q_bits1 : 32'd0) | (pick[2] ? UNEXPECTED : 32'd0) |
            (pick[3] ? POISONED : 32'd0) | (pick[4] ? TIMEOUT : 32'd0);
    advisory  = (pick[0] && q_adv0) || pick[2] || pick[3];
    fn = (q_fn0 & {3{pick[0]}}) | (q_fn2 & {3{pick[2]}}) | (q_fn3 & {3{pick[3]}}) | (q_fn4 & {3{pick[4]}});
    hdr_valid = |pick[3:0];
    hdr = (q_hdr0 & {128{pick[0]}}) | (q_hdr1 & {128{pick[1]}}) |
          (q_hdr2 & {128{pick[2]}}) | (q_hdr3 & {128{pick[3]}});
  end

  always @(posedge clk)
    if (rst)
      due <= 5'd0;
    else
      due <= (due & ~pick) | hit;

  always @(posedge clk) begin
    if (hit[0]) begin
      q_bits0 <= bits0;
      q_adv0  <= !req_posted && (req_unsupported || req_abort || req_poisoned);
      q_fn0   <= req_fn;
      q_hdr0  <= req_hdr;
    end
    if (hit[1]) begin
      q_bits1 <= bits1;
      q_hdr1  <= rx_hdr;
    end
    if (hit[2]) begin
      q_hdr2 <= core_hdr;
      q_fn2  <= core_fn;
    end
    if (hit[3]) begin
      q_hdr3 <= core_hdr;
      q_fn3  <= core_fn;
    end
    if (hit[4])
      q_fn4  <= core_fn;
  end

endmodule

`default_nettype wire
