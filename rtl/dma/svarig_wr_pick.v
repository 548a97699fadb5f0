// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_wr_pick: the writes of the lanes (w_*) one after the other to the arbiter (tx_*), a TLP never mixed with another.

`default_nettype none

module svarig_wr_pick #(
  parameter DATA_WIDTH = 128,
  parameter LANES      = 4
) (
  input  wire                    clk,
  input  wire                    rst,
  input  wire [LANES-1:0]        w_valid,
  output wire [LANES-1:0]        w_ready,
  input  wire [LANES-1:0]        w_sop,
  input  wire [LANES-1:0]        w_eop,
  input  wire [LANES-1:0]        w_pfx_valid,
  input  wire [LANES*32-1:0]     w_pfx,
  input  wire [LANES*128-1:0]    w_hdr,
  input  wire [LANES*DATA_WIDTH-1:0] w_data,
  input  wire [LANES*DATA_WIDTH/8-1:0] w_be,
  output wire                    tx_valid,
  input  wire                    tx_ready,
  output reg                     tx_sop,
  output reg                     tx_eop,
  output reg                     tx_pfx_valid,
  output reg  [31:0]             tx_pfx,
  output reg  [127:0]            tx_hdr,
  output reg  [DATA_WIDTH-1:0]   tx_data,
  output reg  [DATA_WIDTH/8-1:0] tx_be
);

  integer i;

  wire [LANES-1:0] who;
  svarig_tx_pick #(.N(LANES)) u_pick (
    .clk(clk), .rst(rst), .c_valid(w_valid), .c_ready(w_ready), .c_eop(w_eop),
    .valid(tx_valid), .ready(tx_ready), .who(who)
  );
  always @* begin
    tx_sop       = 1'b0;
    tx_eop       = 1'b0;
    tx_pfx_valid = 1'b0;
    tx_pfx       = 32'd0;
    tx_hdr       = 128'd0;
    tx_data      = {DATA_WIDTH{1'b0}};
    tx_be        = {DATA_WIDTH/8{1'b0}};
    if (tx_valid)
      for (i = 0; i < LANES; i = i + 1)
        if (who[i]) begin
          tx_sop       = w_sop[i];
          tx_eop       = w_eop[i];
          tx_pfx_valid = w_pfx_valid[i];
          tx_pfx       = w_pfx[i*32 +: 32];
          tx_hdr       = w_hdr[i*128 +: 128];
          tx_data      = w_data[i*DATA_WIDTH +: DATA_WIDTH];
          tx_be        = w_be[i*(DATA_WIDTH/8) +: DATA_WIDTH/8];
        end
  end

endmodule

`default_nettype wire
