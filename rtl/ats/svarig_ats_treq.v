// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_treq: translation requests and their completions (PCIe Base Specification 10.2).
//
// A client holds t_req with its key; t_sent comes with the cycle in which the request is accepted by the
// arbiter, t_done with a result (R_*) once, later. A request is asked for one 4 KiB page and wants what is
// there; nw asks for reading only and what comes is never written through. Until t_sent a client may let go.
// Tags TAG_BASE .. TAG_BASE + 7 are ours. A tag whose completion timed out stays out of use until that
// completion comes: it cannot answer a later request.
//
// Invalidation: with inv_mark (one cycle, scope beside it) every request in flight is compared. One whose
// page is covered is stale: its result is discarded and the client told to ask again. One in the same
// address space outside the range is trimmed: a larger page may come that overlaps what was invalidated, so
// only the 4 KiB asked for are kept.

`default_nettype none
`include "svarig_hw.vh"

module svarig_ats_treq #(
  parameter NC      = 2,
  parameter [7:0] TAG_BASE = 8'h18,      // multiple of 8
  parameter TIMEOUT = 10000000           // cycles
) (
  input  wire            clk,
  input  wire            rst,
  input  wire [31:0]     now,            // free-running cycle count
  input  wire            cfg_bme,
  input  wire            cfg_ats_en,
  input  wire            cfg_cto_dis,
  input  wire [4:0]      cfg_stu,
  input  wire [15:0]     cfg_rid,

  input  wire [NC-1:0]    t_req,
  input  wire [NC*21-1:0] t_pasid,       // bit 20: valid
  input  wire [NC*52-1:0] t_page,
  input  wire [NC-1:0]    t_nw,
  output wire [NC-1:0]    t_sent,
  output wire             t_dead,        // every tag is quarantined: nothing can be sent
  output reg  [NC-1:0]    t_done,
  output reg  [2:0]       t_result,

  output wire            tx_valid,
  input  wire            tx_ready,
  output wire            tx_pfx_valid,
  output wire [31:0]     tx_pfx,
  output wire [127:0]    tx_hdr,

  input  wire            cpl_valid,
  input  wire            cpl_sop,
  input  wire [127:0]    cpl_hdr,
  input  wire [63:0]     cpl_data,       // first 8 payload bytes
  output wire            cpl_mine,       // with sop: the tag is of our range
  output wire            cpl_unexp,      // with sop: and matches nothing
  output wire            cpl_poisoned,   // with sop, likewise the next two
  output wire            cpl_ur,
  output wire            cpl_ca,

  output wire            f_en,           // fill the ATC
  output wire [20:0]     f_pasid,
  output wire [51:0]     f_page,
  output wire [51:0]     f_mask,
  output wire [51:0]     f_target,
  output wire            f_r,
  output wire            f_w,
  output wire            f_u,

  input  wire            inv_mark,
  input  wire            i_all,
  input  wire            i_exact,
  input  wire            i_global,
  input  wire [20:0]     i_pasid,
  input  wire [51:0]     i_page,
  input  wire [51:0]     i_mask,

  output wire            ats_ur,
  output wire            ev_sent,
  output wire            ev_fault,
  output wire            ev_stale,
  output wire            ev_timeout,
  output wire            outstanding
);

  localparam NT = 8;
  localparam [2:0] R_OK = 3'd0, R_RETRY = 3'd1, R_NOPERM = 3'd2, R_ERROR = 3'd3, R_TIMEOUT = 3'd4, R_UR = 3'd5;

  integer i;

  reg  [NT-1:0]  busy;             // a client waits for it
  reg  [NT-1:0]  quar;             // timed out: nobody waits, the tag is not free
  reg  [NT-1:0]  stale, trim, nw;
  reg  [NC-1:0]  owner [0:NT-1];   // one-hot
  reg  [20:0]    pasid [0:NT-1];
  reg  [51:0]    page  [0:NT-1];
  reg  [31:0]    since [0:NT-1];

  // ------------------------------------------------------------------ send

  reg  [NC-1:0] pick;              // the lowest client that asks
  reg  [20:0]   p_pasid;
  reg  [51:0]   p_page;
  reg           p_nw;
  always @* begin
    pick    = {NC{1'b0}};
    p_pasid = 21'd0;
    p_page  = 52'd0;
    p_nw    = 1'b0;
    for (i = NC - 1; i >= 0; i = i - 1)
      if (t_req[i]) begin
        pick    = {NC{1'b0}};
        pick[i] = 1'b1;
        p_pasid = t_pasid[i*21 +: 21];
        p_page  = t_page[i*52 +: 52];
        p_nw    = t_nw[i];
      end
  end

  reg  [2:0]     slot;             // the lowest free tag
  wire [NT-1:0]  free = ~(busy | quar);
  always @* begin
    slot = 3'd0;
    for (i = NT - 1; i >= 0; i = i - 1)
      if (free[i])
        slot = i[2:0];
  end

  // 10.2.2: a memory read with AT=01, Length 2, all bytes enabled; bit 0 of the address is No Write.
  wire         wide = (p_page[51:20] != 32'd0);
  wire [31:0]  low  = {p_page[19:0], 11'd0, p_nw};
  assign tx_valid     = (|t_req) && (|free) && cfg_ats_en && cfg_bme;
  assign tx_pfx_valid = p_pasid[20];
  assign tx_pfx       = {8'h91, 4'd0, p_pasid[19:0]};
  assign tx_hdr       = {wide ? 8'h20 : 8'h00, 8'h00, 4'd0, 2'b01, 10'd2, cfg_rid, TAG_BASE | {5'd0, slot}, 8'hff,
                         wide ? p_page[51:20] : low, wide ? low : 32'd0};
  wire sent = tx_valid && tx_ready;
  assign t_dead  = &quar;
  assign t_sent  = sent ? pick : {NC{1'b0}};
  assign ev_sent = sent;

  // ------------------------------------------------------------------ receive, first step: the header

  reg         d_valid;
  reg  [2:0]  d_slot;
  reg         d_ur, d_bad;
  reg  [63:0] d_entry;

  wire [2:0]  c_slot  = cpl_hdr[42:40];
  wire        c_start = cpl_valid && cpl_sop;
  wire        c_live  = busy[c_slot] && !(d_valid && (d_slot == c_slot));   // not answered already
  wire        c_match = cpl_mine && (cpl_hdr[63:48] == cfg_rid);
  wire        c_take  = c_start && c_match && (c_live || quar[c_slot]);
  wire [2:0]  c_stat  = cpl_hdr[79:77];

  assign cpl_mine     = (cpl_hdr[47:43] == TAG_BASE[7:3]);
  assign cpl_unexp    = c_start && cpl_mine && !(c_match && c_live);
  assign cpl_poisoned = c_take && c_live && cpl_hdr[110] && (c_stat == 3'd0);
  assign cpl_ur       = c_take && c_live && (c_stat != 3'd0) && (c_stat != 3'd4);
  assign cpl_ca       = c_take && c_live && (c_stat == 3'd4);

  always @(posedge clk) begin
    d_valid <= !rst && c_take && c_live;
    d_slot  <= c_slot;
    d_ur    <= cpl_ur;
    // What is not two double words of sound data is no translation.
    d_bad   <= (c_stat != 3'd0) || cpl_hdr[110] || !cpl_hdr[126] || (cpl_hdr[105:96] != 10'd2);
    d_entry <= {cpl_data[7:0], cpl_data[15:8], cpl_data[23:16], cpl_data[31:24],
                cpl_data[39:32], cpl_data[47:40], cpl_data[55:48], cpl_data[63:56]};
  end

  // ------------------------------------------------------------------ second step: the entry

  // 10.2.3.2: with S the position of the lowest zero at or above bit 12 gives the size.
  wire [51:0] e_page  = d_entry[63:12];
  wire        e_s     = d_entry[11];
  wire [51:0] e_mask  = e_s ? (e_page ^ (e_page + 52'd1)) : 52'd0;
  wire [51:0] stu     = (52'd1 << cfg_stu) - 52'd1;
  wire        e_none  = !d_entry[1] && !d_entry[0];
  // Smaller than the host says it can be, or the whole 64-bit space, which is no size.
  wire        e_odd   = !e_none && (((stu & ~e_mask) != 52'd0) || e_mask[51]);
  wire        e_r     = d_entry[0];
  wire        e_w     = d_entry[1] && !nw[d_slot];
  wire        enough  = nw[d_slot] ? e_r : e_w;
  wire        drop    = stale[d_slot];

  // A request that ended while ATS was turned off is asked again: untranslated then.
  wire        again   = drop || !cfg_ats_en;
  assign f_en     = d_valid && !d_bad && !e_odd && !again && (e_r || e_w);
  assign f_pasid  = pasid[d_slot];
  assign f_page   = page[d_slot];
  assign f_mask   = trim[d_slot] ? 52'd0 : e_mask;
  assign f_target = trim[d_slot] ? ((e_page & ~e_mask) | (page[d_slot] & e_mask)) : (e_page & ~e_mask);
  assign f_r      = e_r;
  assign f_w      = e_w;
  assign f_u      = d_entry[2];

  assign ats_ur   = d_valid && d_ur && cfg_ats_en;
  assign ev_fault = d_valid && !d_bad && !again && !enough;
  assign ev_stale = d_valid && !d_bad && drop;

  // One tag a cycle is looked at: a timeout is late by 8 cycles at most.
  wire [2:0]  look    = now[2:0];
  wire        expired = busy[look] && !cfg_cto_dis && ((now - since[look]) >= TIMEOUT) &&
                        !d_valid && !(c_take && (c_slot == look));
  assign ev_timeout = expired;

  always @* begin
    t_done   = {NC{1'b0}};
    t_result = R_OK;
    if (d_valid) begin
      t_done   = owner[d_slot];
      t_result = !cfg_ats_en ? R_RETRY : d_ur ? R_UR : d_bad ? R_ERROR : drop ? R_RETRY : e_odd ? R_ERROR :
                 enough ? R_OK : R_NOPERM;
    end else if (expired) begin
      t_done   = owner[look];
      t_result = R_TIMEOUT;
    end
  end

  // ------------------------------------------------------------------ table

  wire [NT-1:0] hit, scope;
  genvar g;
  generate
    for (g = 0; g < NT; g = g + 1) begin : tag
      svarig_inv_scope u_hit (
        .i_all(i_all), .i_exact(i_exact), .i_global(i_global), .i_pasid(i_pasid), .i_page(i_page), .i_mask(i_mask),
        .e_pasid(pasid[g]), .e_page(page[g]), .e_mask(stu), .hit(hit[g])
      );
      svarig_inv_scope u_scope (
        .i_all(i_all), .i_exact(i_exact), .i_global(i_global), .i_pasid(i_pasid), .i_page(i_page), .i_mask(i_mask),
        .e_pasid(pasid[g]), .e_page(page[g]), .e_mask({52{1'b1}}), .hit(scope[g])
      );
    end
  endgenerate

  always @(posedge clk)
    if (rst) begin
      busy  <= {NT{1'b0}};
      quar  <= {NT{1'b0}};
      stale <= {NT{1'b0}};
      trim  <= {NT{1'b0}};
      nw    <= {NT{1'b0}};
    end else begin
      if (inv_mark) begin
        stale <= stale | hit;
        trim  <= trim | scope;
      end
      if (!cfg_ats_en)
        stale <= {NT{1'b1}};
      if (d_valid)
        busy[d_slot] <= 1'b0;
      else if (expired) begin
        busy[look] <= 1'b0;
        quar[look] <= 1'b1;
      end
      if (c_take && quar[c_slot])
        quar[c_slot] <= 1'b0;
      if (sent) begin
        busy[slot]  <= 1'b1;
        stale[slot] <= 1'b0;
        trim[slot]  <= 1'b0;
        nw[slot]    <= p_nw;
      end
    end

  always @(posedge clk)
    if (sent) begin
      owner[slot] <= pick;
      pasid[slot] <= p_pasid;
      page[slot]  <= p_page;
      since[slot] <= now;
    end

  assign outstanding = (|busy);

  wire unused = &{1'b0, cpl_hdr, d_entry};

endmodule

`default_nettype wire
