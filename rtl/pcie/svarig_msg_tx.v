// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_msg_tx: messages of the functions themselves: error messages (PCIe Base Specification 5.0, 2.2.8.3; code 0x30
// ERR_COR, 0x31 ERR_NONFATAL, 0x33 ERR_FATAL, routed to the root complex, with the function's requester ID) and
// PME_TO_Ack of the device (2.2.8.2; code 0x1b, gathered). Pulses in, a bit per function; equal ones that wait merge
// into one message.

`default_nettype none

module svarig_msg_tx #(
  parameter NF = 5
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [NF*16-1:0] rid,
  input  wire [NF-1:0]    cor,
  input  wire [NF-1:0]    nonfatal,
  input  wire [NF-1:0]    fatal,
  input  wire             pme_to_ack,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire [127:0]     tx_hdr
);

  localparam N = 3 * NF + 1;

  // Worst first; PME_TO_Ack last (2.2.8.2: it pushes everything before it).
  reg  [N-1:0] due;
  wire [N-1:0] pick = due & (~due + 1'b1);
  reg  [15:0]  id;
  integer      i;

  always @* begin
    id = pick[N-1] ? rid[15:0] : 16'd0;
    for (i = 0; i < NF; i = i + 1)
      if (pick[i] || pick[NF + i] || pick[2 * NF + i])
        id = id | rid[i*16 +: 16];
  end

  wire [7:0] code = (|pick[NF-1:0]) ? 8'h33 : (|pick[2*NF-1:NF]) ? 8'h31 : (|pick[3*NF-1:2*NF]) ? 8'h30 : 8'h1b;
  wire [2:0] route = pick[N-1] ? 3'b101 : 3'b000;

  assign tx_valid = |due;
  // Fmt 001 (4 DW, no data), Type 10rrr, no payload, tag 0.
  assign tx_hdr = {3'b001, 2'b10, route, 24'd0, id, 8'd0, code, 64'd0};

  wire sent = tx_valid && tx_ready;

  always @(posedge clk)
    if (rst)
      due <= {N{1'b0}};
    else
      due <= (due & ~(sent ? pick : {N{1'b0}})) | {pme_to_ack, cor, nonfatal, fatal};

endmodule

`default_nettype wire
