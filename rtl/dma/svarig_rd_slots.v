// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rd_slots: outstanding DMA reads of all lanes and the memory their data wait in (PCIe Base Specification
// 2.2.9, 2.3.2, 2.8).
//
// A slot holds one read of at most 512 bytes that does not cross a 512-byte boundary: its data lie at the
// low nine bits of their address. The slot number is the tag, plus 16 from the 24th on: those tags belong to
// translation requests. Without extended tags only the tags below 24 are used.
//   al_*        a lane asks for a slot (al_ctl: for its control stream); al_gnt gives it al_slot. A lane holds
//               at most limit slots; the last reserve slots go to control streams only. No slot goes to data
//               while more bytes are on their way than the link carries in CYCLES: what answers other requests
//               (translations) would wait behind them. al_ret: the slot ret_slot of the lane goes back unused
//   send        the read of slot send_slot was accepted: its function, first byte address and length in bytes
//   done, bad   per slot: the last byte is there; the read failed with status, and byte bad_at (offset in
//               the slot) is the first that did not come. q_* tells of one slot per lane
//   p_*         of two slots per lane: it is not done, but what was asked for and lies below p_to is there
//   drop        lane drop_lane gives a slot back
//   rd_*        one row of EW bits, a cycle later
// Completions are taken at full rate, in any order across slots, split anywhere. What does not fit the
// slot's next byte and count is an unexpected completion and ignored. A poisoned one fails the read when
// its count is satisfied, a UR or CA at once. A read without its last byte after TIMEOUT cycles fails; its
// slot stays out of use until the rest arrives.

`default_nettype none
`include "svarig_hw.vh"

module svarig_rd_slots #(
  parameter DATA_WIDTH = 128,          // 64, 128 or 256
  parameter EW      = 128,             // width of a row: 128 or 256, no less than DATA_WIDTH
  parameter LANES   = 4,
  parameter NS      = 208,             // slots, up to 240
  parameter NF      = 5,               // functions
  parameter CYCLES  = 1280,            // more than the longest round trip that is to be hidden
  parameter TIMEOUT = 10000000
) (
  input  wire          clk,
  input  wire          rst,
  input  wire [31:0]   now,
  input  wire          cfg_ext_tag,
  input  wire          cfg_cto_dis,
  input  wire [NF*16-1:0] cfg_rid,

  input  wire [LANES-1:0]      al_req,
  input  wire [LANES-1:0]      al_ctl,
  input  wire [7:0]            limit,
  input  wire [2:0]            reserve,
  output wire [LANES-1:0]      al_gnt,
  output wire [$clog2(NS)-1:0] al_slot,
  input  wire [LANES-1:0]      al_ret,
  input  wire [LANES*$clog2(NS)-1:0] ret_slot,
  output wire                  none_left,    // every slot is quarantined
  output reg                   few_left,     // all but the reserve are; two rounds of now late

  input  wire                  send,
  input  wire [$clog2(NS)-1:0] send_slot,
  input  wire [2:0]            send_fn,
  input  wire [63:0]           send_va,
  input  wire [9:0]            send_len,     // 1..512

  output reg  [NS-1:0]         done,
  output reg  [NS-1:0]         bad,
  input  wire [LANES*$clog2(NS)-1:0] q_slot, // asks for:
  output wire [LANES*8-1:0]    q_status,
  output wire [LANES*64-1:0]   q_bad_va,     // address of the first byte that did not come
  input  wire [2*LANES*$clog2(NS)-1:0] p_slot, // asks for:
  output wire [2*LANES-1:0]    p_some,
  output wire [2*LANES*9-1:0]  p_to,
  input  wire                  drop,
  input  wire [LANES-1:0]      drop_lane,    // one-hot
  input  wire [$clog2(NS)-1:0] drop_slot,

  input  wire                  rd_en,
  input  wire [$clog2(NS)-1:0] rd_slot,
  input  wire [4:0]            rd_row,       // address bits 8:4; the lowest is not looked at with EW 256
  output wire [EW-1:0]         rd_data,

  output wire [NS-1:0]         waiting,      // outstanding on the link
  output reg  [NF-1:0]         fn_waiting,   // functions with reads outstanding, a cycle late

  input  wire                  cpl_valid,
  input  wire                  cpl_sop,
  input  wire                  cpl_eop,
  input  wire [127:0]          cpl_hdr,
  input  wire [DATA_WIDTH-1:0] cpl_data,
  output wire                  cpl_mine,     // with sop: the tag is of our range
  output wire [2:0]            cpl_fn,       // with sop: function of the slot
  output wire                  cpl_unexp,    // with sop, likewise the next three
  output wire                  cpl_poisoned,
  output wire                  cpl_ur,
  output wire                  cpl_ca,
  output wire [10:0]           cpl_bytes,    // with sop: payload bytes taken
  output wire                  timeout,      // pulse
  output wire [2:0]            timeout_fn
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

  reg  [54:0]   page   [0:NS-1];       // address bits 63:9
  reg  [2:0]    fn     [0:NS-1];
  assign waiting  = wait_q;

  genvar g;
  generate
    for (g = 0; g < LANES; g = g + 1) begin : query
      wire [SW-1:0] at = q_slot[g*SW +: SW];
      assign q_status[g*8 +: 8]   = status[at];
      assign q_bad_va[g*64 +: 64] = {page[at], bad_at[at]};
    end
  endgenerate

  // ------------------------------------------------------------------ allocation

  wire [31:0]   tags   = cfg_ext_tag ? NS : ((NS < 24) ? NS : 24);
  wire [NS-1:0] usable = cfg_ext_tag ? {NS{1'b1}} : ~({NS{1'b1}} << 24);
  wire [NS-1:0] free   = usable & ~(wait_q | quar | want);
  assign none_left = ((usable & ~quar) == {NS{1'b0}});

  // One slot a cycle is counted.
  reg  [8:0]    well;                  // not quarantined, of those counted in this round
  wire [SW-1:0] at_slot = now[SW-1:0];
  wire          is_well = ({{32-SW{1'b0}}, at_slot} < NS) && usable[at_slot] && !quar[at_slot];
  always @(posedge clk)
    if (rst) begin
      well     <= 9'd0;
      few_left <= 1'b0;
    end else begin
      well <= ((&at_slot) ? 9'd0 : well) + {8'd0, is_well};
      if (&at_slot)
        few_left <= (well <= {6'd0, reserve});
    end

  // The first free slot behind the one used last: a tag rests before it is used again.
  reg  [NS-1:0] behind;
  wire [NS-1:0] pool  = ((free & behind) != {NS{1'b0}}) ? (free & behind) : free;
  wire [NS-1:0] first = pool & (~pool + 1'b1);
  generate
    for (g = 0; g < SW; g = g + 1) begin : number
      // The slots that have bit g in their number.
      localparam [(1<<SW)-1:0] HAVE = {(1 << (SW - 1 - g)){{(1 << g){1'b1}}, {(1 << g){1'b0}}}};
      assign al_slot[g] = |(first & HAVE[NS-1:0]);
    end
  endgenerate

  // Whose turn.
  wire             enough;             // bytes on their way
  (* mem2reg *) reg  [7:0]       used [0:LANES-1];
  reg  [8:0]       held;               // all of used, and the quarantined
  reg  [LANES-1:0] may;
  reg  [LANES-1:0] turn;               // lanes above the one served last
  wire [LANES-1:0] near = ((may & turn) != {LANES{1'b0}}) ? (may & turn) : may;
  assign al_gnt = near & (~near + 1'b1);
  always @* begin
    for (i = 0; i < LANES; i = i + 1)
      may[i] = al_req[i] && (|free) &&
               (al_ctl[i] || (!enough && (used[i] < limit) && ({23'd0, held} + {29'd0, reserve} < tags)));
  end

  wire   quar_end;
  always @(posedge clk)
    if (rst) begin
      for (i = 0; i < LANES; i = i + 1)
        used[i] <= 8'd0;
      held   <= 9'd0;
      turn   <= {LANES{1'b0}};
      behind <= {NS{1'b0}};
    end else begin
      if ((al_gnt != {LANES{1'b0}}) || drop || (al_ret != {LANES{1'b0}}))
        for (i = 0; i < LANES; i = i + 1)
          used[i] <= used[i] + {7'd0, al_gnt[i]} - {7'd0, al_ret[i]} - {7'd0, drop && drop_lane[i]};
      held <= held + {8'd0, |al_gnt} - {8'd0, drop} + {8'd0, timeout} - {8'd0, quar_end} - returned;
      if (|al_gnt) begin
        turn   <= ~(al_gnt | (al_gnt - 1'b1));
        behind <= ~(first | (first - 1'b1));
      end
    end

  reg  [8:0] returned;
  always @* begin
    returned = 9'd0;
    for (i = 0; i < LANES; i = i + 1)
      returned = returned + {8'd0, al_ret[i]};
  end

  // ------------------------------------------------------------------ completion headers

  wire [7:0]    h_tag  = cpl_hdr[47:40];
  wire [7:0]    h_num  = (h_tag < 8'd24) ? h_tag : (h_tag - 8'd16);
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

  assign cpl_mine = ((h_tag < 8'd24) || (h_tag >= 8'd40)) && ({24'd0, h_num} < NS);
  assign cpl_fn   = fn[h_slot];
  wire ours   = start && cpl_mine && h_live && (cpl_hdr[63:48] == cfg_rid[{29'd0, cpl_fn}*16 +: 16]);
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
  localparam DWS   = DATA_WIDTH / 32;
  localparam BANKS = EW / 32;
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
      b_on <= w_on && !cpl_eop && (w_left > DWS[7:0]);

  always @(posedge clk)
    if (cpl_valid) begin
      b_slot <= w_slot;
      b_dw   <= w_dw + DWS[6:0];
      b_left <= w_left - DWS[7:0];
    end

  // How far each has come: where the next beat goes, or the next completion. It is 0 behind the last byte of a
  // slot, which is done then.
  generate
    for (g = 0; g < 2 * LANES; g = g + 1) begin : partial
      wire [SW-1:0] at = p_slot[g*SW +: SW];
      assign p_some[g]      = wait_q[at] && !spoilt[at];
      assign p_to[g*9 +: 9] = (b_on && (b_slot == at)) ? {b_dw, 2'b00} : next[at];
    end
  endgenerate

  wire [255:0]        beat = {{256-DATA_WIDTH{1'b0}}, cpl_data};
  wire [BANKS*32-1:0] q;
  genvar b;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : bank
      reg  [31:0]   mem [0:NS*128/BANKS-1];
      reg  [31:0]   q_b;
      wire [BW-1:0] lane = b[BW-1:0] - w_dw[BW-1:0];   // which double word of the beat comes here
      wire [6:0]    at   = w_dw + {{7-BW{1'b0}}, lane};
      wire          put  = w_on && ({{8-BW{1'b0}}, lane} < w_left) && ({{8-BW{1'b0}}, lane} < DWS[7:0]);
      always @(posedge clk) begin
        if (put)
          mem[{w_slot, at[6:BW]}] <= beat[{{3-BW{1'b0}}, lane, 5'd0} +: 32];
        if (rd_en)
          q_b <= mem[{rd_slot, rd_row[4:BW-2]}];
      end
      assign q[b*32 +: 32] = q_b;
      wire unused = &{1'b0, at};
    end
  endgenerate
  assign rd_data = q;

  // ------------------------------------------------------------------ state of the slots

  // The last beat is written in the same cycle as its header is judged, or later: done follows the payload.
  reg           f_on;                  // the final completion of f_slot is on its way
  reg  [SW-1:0] f_slot;
  wire          h_end   = accept && h_final;
  wire          ends    = cpl_valid && cpl_eop && (start ? h_end : f_on);
  wire [SW-1:0] e_slot  = start ? h_slot : f_slot;

  // One slot a cycle is looked at: a timeout is late by 256 cycles at most.
  wire [SW-1:0] look    = now[SW-1:0];
  wire          looks   = ({{32-SW{1'b0}}, look} < NS) && wait_q[look];
  assign timeout_fn = fn[look];
  assign quar_end = (ends && quar[e_slot]) || (fail && quar[h_slot] && !ends);
  // Bytes count as come with their header: the rest of that completion is awaited.
  wire          amid    = b_on && (b_slot == look);
  assign timeout = looks && !cfg_cto_dis && ((now - since[look]) >= TIMEOUT) && !cpl_valid && !amid;

  // Bytes on their way.
  localparam [31:0] ENOUGH = CYCLES * (DATA_WIDTH / 8);
  reg  [16:0] coming;
  assign      enough = (coming >= ENOUGH[16:0]);
  wire [9:0]  came   = (accept && live) ? h_bytes : (fail && live) ? h_left : timeout ? left[look] : 10'd0;
  always @(posedge clk)
    if (rst)
      coming <= 17'd0;
    else if (send || cpl_valid || timeout)
      coming <= coming + {7'd0, send ? send_len : 10'd0} - {7'd0, came};

  // Reads that somebody waits for, by function: one begins and one ends in a cycle at most.
  (* mem2reg *) reg  [7:0]    count [0:NF-1];
  wire          over    = (ends && wait_q[e_slot]) || (fail && live) || timeout;
  wire [SW-1:0] o_slot  = timeout ? look : fail ? h_slot : e_slot;
  always @(posedge clk)
    if (rst) begin
      for (i = 0; i < NF; i = i + 1)
        count[i] <= 8'd0;
      fn_waiting <= {NF{1'b0}};
    end else begin
      if (send || over)
        for (i = 0; i < NF; i = i + 1)
          count[i] <= count[i] + {7'd0, send && (send_fn == i[2:0])} - {7'd0, over && (fn[o_slot] == i[2:0])};
      for (i = 0; i < NF; i = i + 1)
        fn_waiting[i] <= (count[i] != 8'd0);
    end

  always @(posedge clk)
    if (rst) begin
      wait_q <= {NS{1'b0}};
      quar   <= {NS{1'b0}};
      want   <= {NS{1'b0}};
      spoilt <= {NS{1'b0}};
      done   <= {NS{1'b0}};
      bad    <= {NS{1'b0}};
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
      if (al_ret != {LANES{1'b0}})
        for (i = 0; i < LANES; i = i + 1)
          if (al_ret[i])
            want[ret_slot[i*SW +: SW]] <= 1'b0;
      if (|al_gnt)
        want[al_slot] <= 1'b1;
      if (send) begin
        wait_q[send_slot] <= 1'b1;
        spoilt[send_slot] <= 1'b0;
        done[send_slot]   <= 1'b0;
        bad[send_slot]    <= 1'b0;
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
      next[send_slot]  <= send_va[8:0];
      left[send_slot]  <= send_len;
      page[send_slot]  <= send_va[63:9];
      fn[send_slot]    <= send_fn;
      since[send_slot] <= now;
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

  wire unused = &{1'b0, rd_row, cpl_hdr, ST_UR, ST_CA, ST_EP, ST_TO, h_num, h_room};

endmodule

`default_nettype wire
