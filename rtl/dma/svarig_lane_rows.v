// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_rows: puts a lane's reads back in the order they were sent, row by row.
//
// A row goes out as soon as its bytes are there (q_slot, p_*), but those of a scatter list only when all of its read is.
// The read port of the slots' memory is shared: rr_* asks for a row of a slot (rr_drop: and gives the slot
// back; rr_none: only that), the row stands in rd_data the cycle after rr_gnt. Control rows go out at once
// (c_*; their receivers have promised room). Data rows go to svarig_lane_pack with the bytes that count
// (m_*). A read that failed, an error entry, or w_kill (the write side cannot use more of job w_job) ends
// the job: one last entry with m_cut goes out, what else is there of the job is dropped up to its fin, and
// kill tells svarig_lane_read while the job is still being asked for. re_* report of an error until
// re_clear: of job re_job (data jobs, counted), and re_bytes of the text came before it. clear drops
// everything as it comes back; idle says that nothing is outstanding.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_rows #(
  parameter EW = 128,
  parameter SW = 6
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  output wire          idle,
  output wire          awaited,        // data for the engine are asked for and not all there

  input  wire          o_put,          // svarig_lane_read
  output wire          o_room,
  input  wire [1:0]    o_type,
  input  wire [SW-1:0] o_slot,
  input  wire [8:0]    o_at,
  input  wire [9:0]    o_len,
  input  wire [2:0]    o_kind,
  input  wire          o_flush,
  input  wire          o_last,
  input  wire          o_fin,
  input  wire          o_plain,
  output reg           xe_busy,
  input  wire [7:0]    xe_status,
  input  wire [7:0]    xe_detail,
  input  wire [63:0]   xe_addr,
  input  wire          p_put,
  output wire          p_room,
  input  wire          p_error,
  input  wire [1:0]    p_dest,
  input  wire          p_end,
  output reg           ce_busy,
  input  wire [7:0]    ce_status,
  input  wire [7:0]    ce_detail,
  input  wire [63:0]   ce_addr,
  output wire          kill,

  input  wire [(1<<SW)-1:0] done,      // svarig_rd_slots
  input  wire [(1<<SW)-1:0] bad,
  output wire [SW-1:0] q_slot,
  input  wire [7:0]    q_status,
  input  wire [63:0]   q_bad_va,
  output wire [2*SW-1:0] p_slot,
  input  wire [1:0]    p_some,
  input  wire [17:0]   p_to,
  output wire          rr_req,
  output wire [SW-1:0] rr_slot,
  output wire [4:0]    rr_row,
  output wire          rr_drop,
  output wire          rr_none,
  input  wire          rr_gnt,

  output reg  [2:0]    c_valid,        // control rows, one-hot by destination
  output reg           c_error,
  output reg           c_end,
  output reg  [4:0]    c_lo,
  output reg  [5:0]    c_bytes,
  output reg  [7:0]    c_status,
  output reg  [7:0]    c_detail,
  output reg  [63:0]   c_addr,

  output reg           m_valid,        // svarig_lane_pack
  input  wire          m_room,
  output reg  [4:0]    m_lo,
  output reg  [5:0]    m_bytes,
  output reg  [2:0]    m_kind,
  output reg           m_flush,
  output reg           m_last,
  output reg           m_cut,
  input  wire          cut_done,       // the entry with m_cut was taken
  input  wire [31:0]   cut_bytes,

  input  wire          w_kill,
  input  wire [7:0]    w_job,
  output reg           re_valid,
  output reg  [7:0]    re_job,
  output reg  [7:0]    re_status,
  output reg  [7:0]    re_detail,
  output reg  [63:0]   re_addr,
  output reg  [31:0]   re_bytes,
  input  wire          re_clear
);

  localparam B  = EW / 8;
  localparam LB = $clog2(B);
  localparam [31:0] SD_PLAIN = `SVARIG_SD_UNTRANSLATED;
  localparam OD = 8;                   // log2 of the data order's depth
  localparam CD = 5;

  // ------------------------------------------------------------------ orders

  localparam OW = 2 + SW + 9 + 10 + 3 + 4;
  reg  [OW-1:0] order [0:(1<<OD)-1];
  reg  [OD:0]   o_wr, o_rd, fins;
  wire [OD:0]   o_used = o_wr - o_rd;
  assign o_room = !o_used[OD] && !(&o_used[OD-1:0]);     // for two
  wire          h_any  = (o_used != {OD+1{1'b0}});
  wire [1:0]    h_type;
  wire [SW-1:0] h_slot;
  wire [8:0]    h_at;
  wire [9:0]    h_len;
  wire [2:0]    h_kind;
  wire          h_flush, h_last, h_fin, h_plain;
  assign {h_type, h_slot, h_at, h_len, h_kind, h_flush, h_last, h_fin, h_plain} = order[o_rd[OD-1:0]];

  localparam PW = 4 + 1 + SW + 9 + 10;
  reg  [PW-1:0] control [0:(1<<CD)-1];
  reg  [CD:0]   p_wr, p_rd;
  wire [CD:0]   p_used = p_wr - p_rd;
  assign p_room = !p_used[CD] && !(&p_used[CD-1:0]);
  wire          g_any  = (p_used != {CD+1{1'b0}});
  wire          g_error, g_end, g_plain;
  wire [1:0]    g_dest;
  wire [SW-1:0] g_slot;
  wire [8:0]    g_at;
  wire [9:0]    g_len;
  assign {g_error, g_end, g_dest, g_plain, g_slot, g_at, g_len} = control[p_rd[CD-1:0]];

  wire h_pop, g_pop;

  always @(posedge clk) begin
    if (o_put)
      order[o_wr[OD-1:0]] <= {o_type, o_slot, o_at, o_len, o_kind, o_flush, o_last, o_fin, o_plain};
    if (p_put)
      control[p_wr[CD-1:0]] <= {p_error, p_end, p_dest, o_plain, o_slot, o_at, o_len};
  end

  // ------------------------------------------------------------------ the read at the head of each

  reg           skip;                  // the data job was cut
  reg           mid, c_mid;            // some rows of the head went out
  reg  [4:0]    row, c_row;
  reg           cut_busy, k_busy;      // a cut is on its way to svarig_lane_pack: for an error, by w_kill
  reg  [7:0]    job;                   // data jobs whose last entry went by

  wire [4:0]    odd    = (EW == 256) ? 5'd1 : 5'd0;
  wire [8:0]    h_to   = h_at + h_len[8:0] - 9'd1;
  wire [4:0]    h_row  = (mid ? row : h_at[8:4]) & ~odd;
  wire          h_done = h_any && (h_type == 2'd0) && done[h_slot];
  wire          h_here = h_done || (h_any && (h_type == 2'd0) && p_some[0] && !h_over && ((p_to[8:4] & ~odd) > h_row));
  wire          h_bad  = bad[h_slot];
  wire          h_stop = h_bad && (h_row == (q_bad_va[8:4] & ~odd));
  wire          h_over = (h_row == (h_to[8:4] & ~odd));
  wire [LB-1:0] h_lo   = mid ? {LB{1'b0}} : h_at[LB-1:0];
  wire [LB:0]   h_hi   = h_stop ? {1'b0, q_bad_va[LB-1:0]} : h_over ? ({1'b0, h_to[LB-1:0]} + 1'b1) : B[LB:0];
  wire [LB:0]   h_n    = h_hi - {1'b0, h_lo};
  wire          c_free = !cut_busy && !k_busy && !re_valid;     // an error can be told

  wire [8:0]    g_to   = g_at + g_len[8:0] - 9'd1;
  wire [4:0]    g_row  = (c_mid ? c_row : g_at[8:4]) & ~odd;
  wire          g_done = g_any && !g_error && done[g_slot];
  wire          g_here = g_done || (g_any && !g_error && (g_dest == 2'd0) && p_some[1] && !g_over &&
                                    ((p_to[17:13] & ~odd) > g_row));
  wire          g_bad  = bad[g_slot];
  wire          g_over = (g_row == (g_to[8:4] & ~odd));
  wire [LB-1:0] g_lo   = c_mid ? {LB{1'b0}} : g_at[LB-1:0];
  wire [LB:0]   g_hi   = g_over ? ({1'b0, g_to[LB-1:0]} + 1'b1) : B[LB:0];

  // ------------------------------------------------------------------ what is done next

  wire killed   = w_kill && (w_job == job) && !skip && m_room && !clear && !cut_busy && !k_busy;
  wire h_read   = h_here && !skip && !clear && m_room && !killed && (!h_stop || c_free);
  wire h_waste  = h_done && (skip || clear);
  wire h_note   = h_any && (h_type == 2'd1) && !skip && !clear && m_room && !killed;
  wire h_err    = h_any && (h_type == 2'd2) && !skip && !clear && m_room && !killed && c_free;
  wire h_skip   = h_any && (h_type != 2'd0) && (skip || clear || (h_type == 2'd3));
  wire g_read   = g_here && !clear;
  wire g_waste  = g_done && clear;
  wire by_c     = g_read || g_waste;   // the control stream goes first

  assign p_slot  = {g_slot, h_slot};
  assign q_slot  = by_c ? g_slot : h_slot;
  assign rr_req  = by_c || h_waste || h_read_q;
  assign rr_slot = by_c ? g_slot : h_slot;
  assign rr_row  = by_c ? g_row : h_row;
  assign rr_drop = by_c ? (g_over || g_bad || clear) : (h_waste || h_over || h_stop);
  assign rr_none = by_c ? (g_bad || clear) : h_waste;
  // Whether the data's head is bad can only be asked when the control stream does not.
  wire h_read_q  = h_read && !by_c;
  wire h_go   = rr_gnt && !by_c && h_read;
  wire g_go   = rr_gnt && by_c && !clear;
  wire g_note = g_any && g_error && !clear && !by_c;
  assign h_pop = (h_go && (h_over || h_stop)) || (rr_gnt && !by_c && h_waste) || h_note || h_err || h_skip;
  assign g_pop = (rr_gnt && by_c && rr_drop) || g_note || (g_any && g_error && clear);
  assign kill  = skip && (fins == {OD+1{1'b0}});
  wire   cuts  = (h_go && h_stop) || h_err;          // an error ends the job here

  always @(posedge clk)
    if (rst) begin
      o_wr     <= {OD+1{1'b0}};
      o_rd     <= {OD+1{1'b0}};
      fins     <= {OD+1{1'b0}};
      p_wr     <= {CD+1{1'b0}};
      p_rd     <= {CD+1{1'b0}};
      skip     <= 1'b0;
      mid      <= 1'b0;
      c_mid    <= 1'b0;
      xe_busy  <= 1'b0;
      ce_busy  <= 1'b0;
      cut_busy <= 1'b0;
      k_busy   <= 1'b0;
      job      <= 8'd0;
      re_valid <= 1'b0;
      m_valid  <= 1'b0;
      c_valid  <= 3'd0;
    end else begin
      if (o_put)
        o_wr <= o_wr + 1'b1;
      if (h_pop)
        o_rd <= o_rd + 1'b1;
      if (p_put)
        p_wr <= p_wr + 1'b1;
      if (g_pop)
        p_rd <= p_rd + 1'b1;
      fins <= fins + {{OD{1'b0}}, o_put && o_fin} - {{OD{1'b0}}, h_pop && h_fin};
      if (h_go)
        mid <= !(h_over || h_stop);
      else if (h_pop)
        mid <= 1'b0;
      if (g_go)
        c_mid <= !rr_drop;
      if (o_put && (o_type == 2'd2))
        xe_busy <= 1'b1;
      else if (h_pop && (h_type == 2'd2))
        xe_busy <= 1'b0;
      if (p_put && p_error)
        ce_busy <= 1'b1;
      else if (g_note)
        ce_busy <= 1'b0;
      if (h_pop && h_fin) begin
        job  <= job + 8'd1;
        skip <= 1'b0;
      end else if (cuts || killed)
        skip <= 1'b1;
      if (cuts)
        cut_busy <= 1'b1;
      else if (cut_done)
        cut_busy <= 1'b0;
      if (killed)
        k_busy <= 1'b1;
      else if (cut_done)
        k_busy <= 1'b0;
      if (cut_done && cut_busy)
        re_valid <= 1'b1;
      else if (re_clear)
        re_valid <= 1'b0;
      m_valid <= h_go || h_note || h_err || killed;
      c_valid <= (g_go || g_note) ? (3'd1 << g_dest) : 3'd0;
      if (clear) begin
        skip     <= 1'b0;
        mid      <= 1'b0;
        c_mid    <= 1'b0;
        xe_busy  <= 1'b0;
        ce_busy  <= 1'b0;
        cut_busy <= 1'b0;
        k_busy   <= 1'b0;
        re_valid <= 1'b0;
        job      <= 8'd0;
        m_valid  <= 1'b0;
        c_valid  <= 3'd0;
      end
    end

  always @(posedge clk) begin
    if (h_go)
      row <= h_row + ((EW == 256) ? 5'd2 : 5'd1);
    if (g_go)
      c_row <= g_row + ((EW == 256) ? 5'd2 : 5'd1);
    if (h_go || h_note || h_err || killed) begin
      m_lo    <= {{5-LB{1'b0}}, h_lo};
      m_bytes <= h_go ? {{5-LB{1'b0}}, h_n} : 6'd0;
      m_kind  <= h_any ? h_kind : 3'd0;
      m_flush <= killed || h_err || (h_go && h_stop) || (h_note ? h_flush : (h_over && h_flush));
      m_last  <= killed || h_err || (h_go && h_stop) || (h_note ? h_last : (h_over && h_last));
      m_cut   <= killed || h_err || (h_go && h_stop);
    end
    if (g_go || g_note) begin
      c_error  <= g_note || g_bad;
      c_end    <= g_note || (g_end && (g_over || g_bad));
      c_lo     <= {{5-LB{1'b0}}, g_lo};
      c_bytes  <= {{5-LB{1'b0}}, g_hi - {1'b0, g_lo}};
      c_status <= g_note ? ce_status : q_status;
      c_detail <= g_note ? ce_detail : g_plain ? SD_PLAIN[7:0] : 8'd0;
      c_addr   <= g_note ? ce_addr : q_bad_va;
    end
    if (cuts) begin
      re_job    <= job;
      re_status <= h_err ? xe_status : q_status;
      re_detail <= h_err ? xe_detail : h_plain ? SD_PLAIN[7:0] : 8'd0;
      re_addr   <= h_err ? xe_addr : q_bad_va;
    end
    if (cut_done && cut_busy)
      re_bytes <= cut_bytes;
  end

  assign idle = !h_any && !g_any;
  assign awaited = h_any;

  wire unused = &{1'b0, SD_PLAIN, h_len, g_len, p_to};

endmodule

`default_nettype wire
