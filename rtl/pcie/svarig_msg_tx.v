// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_msg_tx: messages of the function itself: error messages (PCIe Base Specification 5.0, 2.2.8.3; code 0x30
// ERR_COR, 0x31 ERR_NONFATAL, 0x33 ERR_FATAL, routed to the root complex) and PME_TO_Ack
// (2.2.8.2; code 0x1b, gathered). Pulses in; equal ones that wait merge into one message.

`default_nettype none

module svarig_msg_tx (
  input  wire         clk,
  input  wire         rst,
  input  wire [15:0]  rid,
  input  wire         cor,
  input  wire         nonfatal,
  input  wire         fatal,
  input  wire         pme_to_ack,

  output wire         tx_valid,
  input  wire         tx_ready,
  output wire [127:0] tx_hdr
);

  reg  [3:0] due;
  wire [3:0] pick = due & (~due + 4'd1);
  wire [7:0] code = pick[0] ? 8'h33 : pick[1] ? 8'h31 : pick[2] ? 8'h30 : 8'h1b;
  wire [2:0] route = pick[3] ? 3'b101 : 3'b000;

  assign tx_valid = |due;
  // Fmt 001 (4 DW, no data), Type 10rrr, no payload, tag 0.
  assign tx_hdr = {3'b001, 2'b10, route, 24'd0, rid, 8'd0, code, 64'd0};

  wire sent = tx_valid && tx_ready;

  always @(posedge clk)
    if (rst)
      due <= 4'd0;
    else
      due <= (due & ~(sent ? pick : 4'd0)) | {pme_to_ack, cor, nonfatal, fatal};

endmodule

`default_nettype wire
