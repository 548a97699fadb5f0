// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rd_tags: outstanding DMA reads and the memory their data wait in (PCIe Base Specification 2.2.9,
// 2.3.2, 2.8).
//
// A slot holds one read of at most 512 bytes that does not cross a 512-byte boundary: its data lie at the
// low nine bits of their address. The slot number is the tag, less a gap of eight that belongs to
// translation requests; without extended tags only the tags below 24 are used.
//   send        the read of slot free_slot was accepted: first byte address and length in bytes
//   done, bad   per slot: the last byte is there; the read failed with status, and byte bad_at (offset in
//               the slot) is the first that did not come
//   drop        gives a slot back
//   rd_*        one 16-byte row, a cycle later
// Completions are taken at full rate, in any order across slots, split anywhere. What does not fit the
// slot's next byte and count is an unexpected completion and ignored. A poisoned one fails the read when
// its count is satisfied, a UR or CA at once. A read without its last byte after TIMEOUT cycles fails; its
// slot stays out of use until the rest arrives.

`default_nettype none
`include "svarig_hw.vh"

module svarig_rd_tags #(
  parameter DATA_WIDTH = 128,          // 64, 128 or 256
  parameter NS      = 32,              // slots, a power of two up to 128
  parameter TIMEOUT = 10000000
) (
  input  wire          clk,
  input  wire          rst,
  input  wire [31:0]   now,
  input  wire          cfg_ext_tag,
  input  wire          cfg_cto_dis,
  input  wire [15:0]   cfg_rid,

  output wire                  any_free,
  output wire                  none_left,    // every slot is quarantined
  output reg  [$clog2(NS)-1:0] free_slot,
  output wire [7:0]            free_tag,
  input  wire                  send,
  input  wire [8:0]            send_addr,
  input  wire [9:0]            send_len,     // 1..512

  output reg  [NS-1:0]         done,
  output reg  [NS-1:0]         bad,
  input  wire [$clog2(NS)-1:0] q_slot,       // asks for:
  output wire [8:0]            q_bad_at,
  output wire [7:0]            q_status,
  input  wire                  drop,
  input  wire [$clog2(NS)-1:0] drop_slot,

  input  wire                  rd_en,
  input  wire [$clog2(NS)-1:0] rd_slot,
  input  wire [4:0]            rd_row,
  output wire [127:0]          rd_data,

  output wire [NS-1:0]         waiting,      // outstanding on the link

  input  wire                  cpl_valid,
  input  wire                  cpl_sop,
  input  wire                  cpl_eop,
  input  wire [127:0]          cpl_hdr,
  input  wire [DATA_WIDTH-1:0] cpl_data,
  output wire                  cpl_mine,     // with sop: the tag is of our range
  output wire                  cpl_unexp,    // with sop, likewise the next three
  output wire                  cpl_poisoned,
  output wire                  cpl_ur,
  output wire                  cpl_ca,
  output wire [10:0]           cpl_bytes,    // with sop: payload bytes taken
  output wire                  timeout       // pulse
);

  localparam SW = $clog2(NS);
  localparam [31:0] ST_UR = `SVARIG_ST_UR;
  localparam [31:0] ST_CA = `SVARIG_ST_CA;
  localparam [31:0] ST_EP = `SVARIG_ST_POISONED;
  localparam [31:0] ST_TO = `SVARIG_ST_TIMEOUT;

  integer i;

  reg  [NS-1:0] wait_q;                // on the link, somebody wants it
  reg  [NS-1:0] quar;                  // timed out: on the link, nobody wants it
  reg  [NS-1:0] want;                  // not given back
  reg  [NS-1:0] spoilt;                // a part was poisoned
  reg  [8:0]    next   [0:NS-1];       // of the next byte
  reg  [9:0]    left   [0:NS-1];       // bytes
  reg  [8:0]    bad_at [0:NS-1];
  reg  [7:0]    status [0:NS-1];
  reg  [31:0]   since  [0:NS-1];

  assign waiting  = wait_q;
  assign q_bad_at = bad_at[q_slot];
  assign q_status = status[q_slot];

  // ------------------------------------------------------------------ allocation

  reg  [NS-1:0] usable;
  always @*
    for (i = 0; i < NS; i = i + 1)
      usable[i] = cfg_ext_tag || (i < 24);
  wire [NS-1:0] free = usable & ~(wait_q | quar | want);
  assign any_free  = |free;
  assign none_left = !(|(usable & ~quar));

  // The first free slot behind the one used last: a tag rests before it is used again.
  reg  [SW-1:0] last, probe;
  always @* begin
    free_slot = last;
    probe     = last;
    for (i = NS; i >= 1; i = i - 1) begin
      probe = last + i[SW-1:0];
      if (free[probe])
        free_slot = probe;
    end
  end

  wire [7:0] slot_8 = {{8-SW{1'b0}}, free_slot};
  assign free_tag = (slot_8 < 8'd24) ? slot_8 : (slot_8 + 8'd8);

  // ------------------------------------------------------------------ completion headers

  wire [7:0]    h_tag  = cpl_hdr[47:40];
  wire [7:0]    h_num  = (h_tag < 8'd24) ? h_tag : (h_tag - 8'd8);
  wire [SW-1:0] h_slot = h_num[SW-1:0];
  wire [2:0]    h_stat = cpl_hdr[79:77];
  wire          h_data = cpl_hdr[126];
  wire [10:0]   h_dw   = {(cpl_hdr[105:96] == 10'd0), cpl_hdr[105:96]};
  wire [11:0]   h_count = cpl_hdr[75:64];
  wire [8:0]    h_next = next[h_slot];
  wire [9:0]    h_left = left[h_slot];

  // Payload bytes behind the first byte asked for, and whether they end the read with no double word too many.
  wire [12:0]   h_room  = {h_dw, 2'b00} - {11'd0, h_next[1:0]};
  wire          h_final = (h_room >= {3'd0, h_left});
  wire          h_fits  = !h_final || ((h_room - {3'd0, h_left}) < 13'd4);
  wire [9:0]    h_bytes = h_final ? h_left : h_room[9:0];
  wire          h_live  = wait_q[h_slot] || quar[h_slot];
  wire          start   = cpl_valid && cpl_sop;

  assign cpl_mine = (h_tag[7:3] != 5'b00011) && ({24'd0, h_num} < NS) ;
  wire ours   = start && cpl_mine && h_live && (cpl_hdr[63:48] == cfg_rid);
  wire fail   = ours && (h_stat != 3'd0);
  wire accept = ours && (h_stat == 3'd0) && h_data && h_fits && (h_count == {2'd0, h_left}) &&
                (cpl_hdr[38:32] == h_next[6:0]);
  wire live   = wait_q[h_slot];

  assign cpl_unexp    = start && cpl_mine && !((fail || accept) && live);
  assign cpl_poisoned = accept && live && cpl_hdr[110];
  assign cpl_ur       = fail && live && (h_stat != 3'd4);
  assign cpl_ca       = fail && live && (h_stat == 3'd4);
  assign cpl_bytes    = (accept && live && !cpl_hdr[110]) ? {1'b0, h_bytes} : 11'd0;

  // ------------------------------------------------------------------ payload

  // The memory is banks of double words, each with its own row: a beat fills consecutive double words
  // wherever it begins.
  localparam LANES = DATA_WIDTH / 32;
  localparam BANKS = (LANES > 4) ? LANES : 4;
  localparam BW    = $clog2(BANKS);
  reg           b_on;                  // a beat of an accepted completion may follow
  reg  [SW-1:0] b_slot;
  reg  [6:0]    b_dw;                  // double word of the slot where the next beat begins
  reg  [7:0]    b_left;                // double words to come
  wire          w_on   = start ? (accept && live) : (cpl_valid && b_on);
  wire [SW-1:0] w_slot = start ? h_slot : b_slot;
  wire [6:0]    w_dw   = start ? h_next[8:2] : b_dw;
  wire [7:0]    w_left = start ? h_dw[7:0] : b_left;   // at most 128 if accepted

  always @(posedge clk)
    if (rst)
      b_on <= 1'b0;
    else if (cpl_valid)
      b_on <= w_on && !cpl_eop && (w_left > LANES[7:0]);

  always @(posedge clk)
    if (cpl_valid) begin
      b_slot <= w_slot;
      b_dw   <= w_dw + LANES[6:0];
      b_left <= w_left - LANES[7:0];
    end

  wire [255:0]        beat = {{256-DATA_WIDTH{1'b0}}, cpl_data};
  wire [BANKS*32-1:0] q;
  genvar b;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : bank
      reg  [31:0]   mem [0:NS*128/BANKS-1];
      reg  [31:0]   q_b;
      wire [BW-1:0] lane = b[BW-1:0] - w_dw[BW-1:0];   // which double word of the beat comes here
      wire [6:0]    at   = w_dw + {{7-BW{1'b0}}, lane};
      wire          put  = w_on && ({{8-BW{1'b0}}, lane} < w_left) && ({{8-BW{1'b0}}, lane} < LANES[7:0]);
      always @(posedge clk) begin
        if (put)
          mem[{w_slot, at[6:BW]}] <= beat[{{3-BW{1'b0}}, lane, 5'd0} +: 32];
        if (rd_en)
          q_b <= mem[{rd_slot, rd_row[4:BW-2]}];
      end
      assign q[b*32 +: 32] = q_b;
      wire unused = &{1'b0, at};
    end

    if (BANKS == 4) begin : all
      assign rd_data = q;
    end else begin : half
      reg upper;
      always @(posedge clk)
        if (rd_en)
          upper <= rd_row[0];
      assign rd_data = upper ? q[255:128] : q[127:0];
    end
  endgenerate

  // ------------------------------------------------------------------ state of the slots

  // The last beat is written in the same cycle as its header is judged, or later: done follows the payload.
  reg           f_on;                  // the final completion of f_slot is on its way
  reg  [SW-1:0] f_slot;
  wire          h_end   = accept && h_final;
  wire          ends    = cpl_valid && cpl_eop && (start ? h_end : f_on);
  wire [SW-1:0] e_slot  = start ? h_slot : f_slot;

  // One slot a cycle is looked at: a timeout is late by NS cycles at most.
  wire [SW-1:0] look    = now[SW-1:0];
  assign timeout = wait_q[look] && !cfg_cto_dis && ((now - since[look]) >= TIMEOUT) && !cpl_valid;

  always @(posedge clk)
    if (rst) begin
      wait_q <= {NS{1'b0}};
      quar   <= {NS{1'b0}};
      want   <= {NS{1'b0}};
      spoilt <= {NS{1'b0}};
      done   <= {NS{1'b0}};
      bad    <= {NS{1'b0}};
      last   <= {SW{1'b0}};
      f_on   <= 1'b0;
      f_slot <= {SW{1'b0}};
    end else begin
      if (cpl_valid) begin
        f_on <= !cpl_eop && (start ? h_end : f_on);
        if (start)
          f_slot <= h_slot;
      end
      if (cpl_poisoned)
        spoilt[h_slot] <= 1'b1;
      if (ends) begin
        wait_q[e_slot] <= 1'b0;
        quar[e_slot]   <= 1'b0;
        if (wait_q[e_slot]) begin
          done[e_slot] <= 1'b1;
          bad[e_slot]  <= spoilt[e_slot] || cpl_poisoned;
        end
      end
      if (fail) begin
        wait_q[h_slot] <= 1'b0;
        quar[h_slot]   <= 1'b0;
        if (live) begin
          done[h_slot] <= 1'b1;
          bad[h_slot]  <= 1'b1;
        end
      end
      if (timeout) begin
        wait_q[look] <= 1'b0;            // and quarantine begins
        quar[look]   <= 1'b1;
        done[look]   <= 1'b1;
        bad[look]    <= 1'b1;
      end
      if (drop) begin
        want[drop_slot] <= 1'b0;
        done[drop_slot] <= 1'b0;
        bad[drop_slot]  <= 1'b0;
      end
      if (send) begin
        wait_q[free_slot] <= 1'b1;
        want[free_slot]   <= 1'b1;
        spoilt[free_slot] <= 1'b0;
        done[free_slot]   <= 1'b0;
        bad[free_slot]    <= 1'b0;
        last              <= free_slot;
      end
    end

  // Sending and receiving never meet in the same slot; the write ports are shared by turns where they could
  // meet in time.
  always @(posedge clk) begin
    if (accept) begin
      next[h_slot] <= h_next + h_bytes[8:0];
      left[h_slot] <= h_left - h_bytes;
    end
    if (send) begin
      next[free_slot]  <= send_addr;
      left[free_slot]  <= send_len;
      since[free_slot] <= now;
    end
    if (cpl_poisoned && !spoilt[h_slot]) begin
      bad_at[h_slot] <= h_next;
      status[h_slot] <= ST_EP[7:0];
    end
    if (fail && !spoilt[h_slot]) begin
      bad_at[h_slot] <= h_next;
      status[h_slot] <= (h_stat == 3'd4) ? ST_CA[7:0] : ST_UR[7:0];
    end
    if (timeout && !spoilt[look]) begin
      bad_at[look] <= next[look];
      status[look] <= ST_TO[7:0];
    end
  end

  wire unused = &{1'b0, cpl_hdr, ST_UR, ST_CA, ST_EP, ST_TO, h_num, h_room};

endmodule

`default_nettype wire
