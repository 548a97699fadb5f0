// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rd_pick: what the lanes share of svarig_rd_slots, and who has it in this cycle.
//
//   rr_*     rows: lane rr_gnt (one-hot) has its row read (rd_*: slot, row; rr_none: it wants none) and, with rr_drop,
//            gives the slot back (drop)
//   limit    slots each lane may hold: all tags shared evenly among the lanes at work (at_work)
//   rx_*     read requests of the lanes, one after the other to the arbiter (tx_*); send: one was accepted, with the slot,
//            function, first byte address and length of it

`default_nettype none

module svarig_rd_pick #(
  parameter LANES = 4,
  parameter NS    = 208                // slots
) (
  input  wire                  clk,
  input  wire                  rst,
  input  wire                  cfg_ext_tag,
  input  wire [LANES-1:0]      free,

  output reg  [2:0]            at_work,
  output wire [7:0]            limit,

  input  wire [LANES-1:0]      rr_req,
  input  wire [LANES*$clog2(NS)-1:0] rr_slot,
  input  wire [LANES*5-1:0]    rr_row,
  input  wire [LANES-1:0]      rr_drop,
  input  wire [LANES-1:0]      rr_none,
  output wire [LANES-1:0]      rr_gnt,
  output reg                   rd_en,
  output reg                   drop,
  output reg  [$clog2(NS)-1:0] rd_slot,
  output reg  [4:0]            rd_row,

  input  wire [LANES-1:0]      rx_valid,
  output wire [LANES-1:0]      rx_ready,
  input  wire [LANES-1:0]      rx_pfx_valid,
  input  wire [LANES*32-1:0]   rx_pfx,
  input  wire [LANES*128-1:0]  rx_hdr,
  input  wire [LANES*$clog2(NS)-1:0] rx_slot,
  input  wire [LANES*3-1:0]    rx_fn,
  input  wire [LANES*64-1:0]   rx_va,
  input  wire [LANES*10-1:0]   rx_len,
  output wire                  tx_valid,
  input  wire                  tx_ready,
  output reg                   tx_pfx_valid,
  output reg  [31:0]           tx_pfx,
  output reg  [127:0]          tx_hdr,
  output wire                  send,
  output reg  [$clog2(NS)-1:0] send_slot,
  output reg  [2:0]            send_fn,
  output reg  [63:0]           send_va,
  output reg  [9:0]            send_len
);

  localparam SW = $clog2(NS);

  integer i;

  // ------------------------------------------------------------------ rows

  reg  [LANES-1:0] after;              // lanes above the one served last
  wire [LANES-1:0] pool = ((rr_req & after) != {LANES{1'b0}}) ? (rr_req & after) : rr_req;
  assign rr_gnt = pool & (~pool + 1'b1);
  always @* begin
    rd_en   = 1'b0;
    drop    = 1'b0;
    rd_slot = {SW{1'b0}};
    rd_row  = 5'd0;
    for (i = 0; i < LANES; i = i + 1)
      if (rr_gnt[i]) begin
        rd_en   = !rr_none[i];
        drop    = rr_drop[i];
        rd_slot = rr_slot[i*SW +: SW];
        rd_row  = rr_row[i*5 +: 5];
      end
  end
  always @(posedge clk)
    if (rst)
      after <= {LANES{1'b0}};
    else if (|rr_gnt)
      after <= ~(rr_gnt | (rr_gnt - 1'b1));

  // ------------------------------------------------------------------ shares

  always @* begin
    at_work = 3'd0;
    for (i = 0; i < LANES; i = i + 1)
      at_work = at_work + {2'd0, !free[i]};
  end
  wire [7:0]       tags  = cfg_ext_tag ? NS[7:0] : 8'd24;
  localparam [31:0] THIRD = NS / 3;
  assign limit = (at_work <= 3'd1) ? tags : (at_work == 3'd2) ? {1'b0, tags[7:1]} :
                 (at_work == 3'd3) ? (cfg_ext_tag ? THIRD[7:0] : 8'd8) : {2'd0, tags[7:2]};

  // ------------------------------------------------------------------ requests

  wire [LANES-1:0] who;
  svarig_tx_pick #(.N(LANES)) u_pick (
    .clk(clk), .rst(rst), .c_valid(rx_valid), .c_ready(rx_ready), .c_eop({LANES{1'b1}}),
    .valid(tx_valid), .ready(tx_ready), .who(who)
  );
  always @* begin
    tx_pfx_valid = 1'b0;
    tx_pfx       = 32'd0;
    tx_hdr       = 128'd0;
    send_slot    = {SW{1'b0}};
    send_va      = 64'd0;
    send_len     = 10'd0;
    send_fn      = 3'd0;
    if (tx_valid)
      for (i = 0; i < LANES; i = i + 1)
        if (who[i]) begin
          tx_pfx_valid = rx_pfx_valid[i];
          tx_pfx       = rx_pfx[i*32 +: 32];
          tx_hdr       = rx_hdr[i*128 +: 128];
          send_slot    = rx_slot[i*SW +: SW];
          send_va      = rx_va[i*64 +: 64];
          send_len     = rx_len[i*10 +: 10];
          send_fn      = rx_fn[i*3 +: 3];
        end
  end
  assign send = tx_valid && tx_ready;

endmodule

`default_nettype wire
