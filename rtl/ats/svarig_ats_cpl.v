// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_cpl: completions of translation requests (PCIe Base Specification 10.2.3): headers checked, entries
// collected, handed on one at a time.
//
// Tags TAG_BASE .. TAG_BASE + NT - 1 are ours. The answer to a request for n translations may have fewer, and may
// come in two completions (Byte Count of the first says that more follows). What comes is kept for the tag until
// all is there: a completion is never made to wait. Then e_valid comes once for each entry, in order, and e_end
// once for the request with how it ended; one request at a time.
//   e_bad   not all of it was a successful, sound completion of whole entries: there are none
//   e_ur    ended with Unsupported Request
// busy: a request of this tag waits (not ended); quar: one whose requester has given up; its completion is
// unexpected and only gives the tag back (freed). rid: the requester that must be in the completion.

`default_nettype none

module svarig_ats_cpl #(
  parameter DATA_WIDTH = 128,            // 64, 128 or 256
  parameter NT         = 16,
  parameter [7:0] TAG_BASE = 8'd24
) (
  input  wire                  clk,
  input  wire                  rst,
  input  wire [NT-1:0]         busy,
  input  wire [NT-1:0]         quar,
  input  wire [NT*16-1:0]      rid,
  input  wire [NT*4-1:0]       asked,    // translations
  input  wire                  sent,     // a request with this tag goes out
  input  wire [3:0]            sent_slot,
  output reg  [NT-1:0]         ready,    // all of it is here
  output wire [NT-1:0]         here,     // or a part: a tag that is not to be used even if nobody waits for it
  output wire                  touch,    // a completion for this tag begins
  output wire [3:0]            touch_slot,
  output wire                  freed,    // with touch: the last one of a quarantined tag

  input  wire                  cpl_valid,
  input  wire                  cpl_sop,
  input  wire [127:0]          cpl_hdr,
  input  wire [DATA_WIDTH-1:0] cpl_data,
  output wire                  cpl_mine,       // with sop: the tag is of our range
  output wire                  cpl_unexp,      // with sop: and matches nothing
  output wire                  cpl_poisoned,   // with sop, likewise the next two
  output wire                  cpl_ur,
  output wire                  cpl_ca,

  output reg                   e_valid,
  output reg                   e_first,
  output reg                   e_end,
  output reg  [3:0]            e_slot,
  output reg                   e_bad,
  output reg                   e_ur,
  output wire [63:0]           e_entry
);

  localparam W  = DATA_WIDTH / 64;       // entries in a beat
  localparam WL = $clog2(W);
  localparam ROWS = NT * 8 / W;
  localparam RL = $clog2(ROWS);

  integer i;

  // ------------------------------------------------------------------ headers

  reg  [3:0]    pos  [0:NT-1];           // entries that are here
  reg  [NT-1:0] bad, ur;

  wire [7:0]  c_tag   = cpl_hdr[47:40] - TAG_BASE;
  wire [3:0]  c_slot  = c_tag[3:0];
  wire        c_start = cpl_valid && cpl_sop;
  wire        c_live  = busy[c_slot] && !ready[c_slot];
  wire        c_match = cpl_mine && (cpl_hdr[63:48] == rid[c_slot*16 +: 16]);
  wire        c_take  = c_start && c_match && (c_live || quar[c_slot]);
  wire [2:0]  c_stat  = cpl_hdr[79:77];
  wire        c_data  = cpl_hdr[126];
  wire [9:0]  c_len   = cpl_hdr[105:96];                 // double words
  wire [11:0] c_count = cpl_hdr[75:64];                  // bytes, with what follows
  wire [3:0]  c_left  = asked[c_slot*4 +: 4] - pos[c_slot];
  wire [3:0]  c_n     = c_len[4:1];
  wire        c_more  = (c_stat == 3'd0) && c_data && (c_count > {c_len, 2'b00}) && (c_len != 10'd0);
  wire        c_sound = (c_stat == 3'd0) && c_data && !cpl_hdr[110] && (c_len != 10'd0) && (c_len < 10'd32) &&
                        !c_len[0] && (c_n <= c_left) && (c_count[2:0] == 3'd0) &&
                        (c_count[11:3] <= {5'd0, c_left}) && (c_count >= {c_len, 2'b00});

  assign cpl_mine     = (c_tag < NT);
  assign cpl_unexp    = c_start && cpl_mine && !(c_match && c_live);
  assign cpl_poisoned = c_take && c_live && cpl_hdr[110] && (c_stat == 3'd0);
  assign cpl_ur       = c_take && c_live && (c_stat != 3'd0) && (c_stat != 3'd4);
  assign cpl_ca       = c_take && c_live && (c_stat == 3'd4);
  assign touch        = c_take;
  assign touch_slot   = c_slot;
  assign freed        = c_take && !c_live && !c_more;

  // ------------------------------------------------------------------ data

  reg         d_on;                      // beats of a completion we keep
  reg         d_last;                    // nothing follows it
  reg  [3:0]  d_slot, d_pos, d_end;      // next entry, behind the last
  assign      here = ready | (d_on ? ({{NT-1{1'b0}}, 1'b1} << d_slot) : {NT{1'b0}});

  wire        w_on    = (c_start && c_take && c_live && c_sound) || (cpl_valid && !cpl_sop && d_on);
  wire [3:0]  w_slot  = cpl_sop ? c_slot : d_slot;
  wire [3:0]  w_pos   = cpl_sop ? pos[c_slot] : d_pos;
  wire [3:0]  w_end   = cpl_sop ? (pos[c_slot] + c_n) : d_end;
  wire        w_close = ((w_pos + W[3:0]) >= w_end);

  genvar b;
  wire [W*64-1:0] q;
  wire [RL-1:0]   r_row;
  generate
    for (b = 0; b < W; b = b + 1) begin : bank
      reg  [63:0]   mem [0:ROWS-1];
      reg  [63:0]   out;
      wire [3:0]    turn = b[3:0] - w_pos;              // lane of the beat that belongs here
      wire [3:0]    lane = turn & (W[3:0] - 4'd1);
      wire [3:0]    at   = w_pos + lane;                // its entry
      wire [RL-1:0] row  = {w_slot, at[2:WL]};
      always @(posedge clk) begin
        if (w_on && (at < w_end))
          mem[row] <= cpl_data[lane[1:0]*64 +: 64];
        out <= mem[r_row];
      end
      assign q[b*64 +: 64] = out;
    end
  endgenerate

  // ------------------------------------------------------------------ hand on

  reg         p_on;                      // entries of p_slot are read
  reg  [3:0]  p_slot, p_at, p_n;
  reg  [3:0]  first;
  always @* begin
    first = 4'd0;
    for (i = NT - 1; i >= 0; i = i - 1)
      if (ready[i])
        first = i[3:0];
  end

  assign r_row = {p_slot, p_at[2:WL]};
  wire [63:0] e_raw;
  generate
    if (W > 1) begin : select
      reg [WL-1:0] e_bank;
      always @(posedge clk)
        e_bank <= p_at[WL-1:0];
      assign e_raw = q[e_bank*64 +: 64];
    end else begin : only
      assign e_raw = q;
    end
  endgenerate
  // The first double word is address 63:32, its first byte 63:56.
  assign e_entry = {e_raw[7:0], e_raw[15:8], e_raw[23:16], e_raw[31:24],
                    e_raw[39:32], e_raw[47:40], e_raw[55:48], e_raw[63:56]};

  always @(posedge clk)
    if (rst) begin
      ready   <= {NT{1'b0}};
      bad     <= {NT{1'b0}};
      ur      <= {NT{1'b0}};
      d_on    <= 1'b0;
      p_on    <= 1'b0;
      e_valid <= 1'b0;
      e_end   <= 1'b0;
    end else begin
      if (sent) begin
        pos[sent_slot] <= 4'd0;
        bad[sent_slot] <= 1'b0;
        ur[sent_slot]  <= 1'b0;
      end
      if (cpl_valid) begin
        if (c_start) begin
          d_slot <= w_slot;
          d_end  <= w_end;
          d_last <= !c_more;
          if (c_take && c_live) begin
            if (c_sound)
              pos[c_slot] <= w_end;
            else
              bad[c_slot] <= 1'b1;
            ur[c_slot] <= ur[c_slot] || cpl_ur;
            // What is not sound has no entries to wait for.
            if (!c_sound && !c_more)
              ready[c_slot] <= 1'b1;
          end
        end
        d_pos <= w_pos + W[3:0];
        d_on  <= w_on && !w_close;
        if (w_on && w_close && (cpl_sop ? !c_more : d_last))
          ready[w_slot] <= 1'b1;
      end

      e_valid <= 1'b0;
      e_end   <= 1'b0;
      if (!p_on) begin
        if ((|ready) && !e_end) begin
          p_on   <= 1'b1;
          p_slot <= first;
          p_at   <= 4'd0;
          p_n    <= bad[first] ? 4'd0 : pos[first];
        end
      end else if (p_at != p_n) begin
        e_valid <= 1'b1;
        e_first <= (p_at == 4'd0);
        e_slot  <= p_slot;
        p_at    <= p_at + 4'd1;
      end else begin
        e_end  <= 1'b1;
        e_slot <= p_slot;
        e_bad  <= bad[p_slot];
        e_ur   <= ur[p_slot];
        p_on   <= 1'b0;
        ready[p_slot] <= 1'b0;
      end
    end

  wire unused = &{1'b0, cpl_hdr};

endmodule

`default_nettype wire
