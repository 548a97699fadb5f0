// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_treq: translation requests and what becomes of their completions (PCIe Base Specification 10.2).
//
// Two requesters for each client: what it needs now (t_*: one page) and what is fetched ahead for it (a_*: a_more + 1
// pages in one aligned group of 8, see svarig_xlate_ahead). Each holds its request with the key (the client's, but
// for the page); *_sent comes with the cycle in which the arbiter accepts it, *_done once, later. Until *_sent the
// request may be taken back. A request wants what is there; nw asks for reading only and what comes is never
// written through. With a smallest translation unit above 4 KiB every request is for one translation.
//   t_result   R_* for a needed page
//   a_ok, a_none, a_again   for pages ahead: in the ATC now; not there or not with the permission; ask again for
//                           the others (they were left out, or discarded)
// Tags: see svarig_ats_cpl; without extended tags the first 8. The last ones are left to what is needed. A tag whose
// completion timed out, or whose function was reset, stays out of use until that completion comes: it cannot
// answer a later request. After a reset it may never come: then the tag returns after the time of a time-out.
//
// Invalidation: with inv_mark (one cycle, scope beside it) every request in flight is compared. One whose
// pages are covered is stale: its result is discarded and asked for again. One in the same address space
// outside the range is trimmed: a larger page may come that overlaps what was invalidated, so only the 4 KiB
// asked for are kept. One of the same function, whatever its PASID, is met: its answer may be Global and overlap what
// was invalidated in another PASID, so it is kept for its own PASID only.

`default_nettype none
`include "svarig_hw.vh"

module svarig_ats_treq #(
  parameter DATA_WIDTH = 128,
  parameter NC      = 8,
  parameter NF      = 5,
  parameter NT      = 16,
  parameter [7:0] TAG_BASE = 8'd24,
  parameter TIMEOUT = 10000000           // cycles
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [31:0]      now,           // free-running cycle count
  input  wire [NF-1:0]    live,          // bus mastering
  input  wire [NF-1:0]    fn_reset,
  input  wire [NF-1:0]    cfg_ats_en,
  input  wire             cfg_cto_dis,
  input  wire             cfg_ext_tag,
  input  wire [4:0]       cfg_stu,
  input  wire [NF*16-1:0] cfg_rid,

  input  wire [NC*3-1:0]  c_fn,          // the clients' keys
  input  wire [NC*21-1:0] c_pasid,       // bit 20: valid
  input  wire [NC-1:0]    c_nw,
  input  wire [NC-1:0]    t_req,
  input  wire [NC*52-1:0] t_page,
  output wire [NC-1:0]    t_sent,
  output wire             t_dead,        // every tag is quarantined: nothing can be sent
  output reg  [NC-1:0]    t_done,
  output reg  [2:0]       t_result,
  input  wire [NC-1:0]    a_req,
  input  wire [NC*52-1:0] a_page,
  input  wire [NC*3-1:0]  a_more,
  output wire [NC-1:0]    a_sent,
  output reg  [NC-1:0]    a_done,
  output reg  [2:0]       a_chunk,       // a_which of the request that is done
  input  wire [NC*3-1:0]  a_which,
  output wire [7:0]       a_ok,
  output wire [7:0]       a_none,
  output wire             a_again,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire             tx_pfx_valid,
  output wire [31:0]      tx_pfx,
  output wire [127:0]     tx_hdr,

  input  wire             cpl_valid,
  input  wire             cpl_sop,
  input  wire [127:0]     cpl_hdr,
  input  wire [DATA_WIDTH-1:0] cpl_data,
  output wire             cpl_mine,      // with sop: the tag is of our range
  output wire             cpl_unexp,     // with sop: and matches nothing
  output wire             cpl_poisoned,  // with sop, likewise the next two
  output wire             cpl_ur,
  output wire             cpl_ca,
  output wire [2:0]       cpl_fn,        // with sop: whose it is

  output wire             f_en,          // fill the ATC
  output wire [2:0]       f_fn,
  output wire [20:0]      f_pasid,
  output wire [51:0]      f_page,
  output wire [51:0]      f_mask,
  output wire [51:0]      f_target,
  output wire             f_r,
  output wire             f_w,
  output wire             f_u,
  output wire             f_global,

  input  wire             inv_mark,
  input  wire [130:0]     i_scope,

  input  wire             mark_req,      // level: a Stop Marker for this PASID waits for
  input  wire [2:0]       mark_fn,
  input  wire [19:0]      mark_pasid,
  output reg              mark_clear,    // no request of it in flight

  output reg  [NF-1:0]    ats_ur,
  output wire             ev_sent,
  output wire             ev_fault,
  output wire             ev_stale,
  output wire             ev_timeout,
  output reg  [2:0]       ev_fn,         // with ev_timeout
  output reg  [NF-1:0]    outstanding
);

`include "svarig_inv_scope.vh"

  localparam [2:0] R_OK = 3'd0, R_RETRY = 3'd1, R_NOPERM = 3'd2, R_ERROR = 3'd3, R_TIMEOUT = 3'd4, R_UR = 3'd5;
  localparam CW = $clog2(NC);

  integer i;

  reg  [NT-1:0]  busy;             // somebody waits for it
  reg  [NT-1:0]  quar;             // nobody waits, the tag is not free
  reg  [NT-1:0]  lapse;            // quarantined by a reset: free when its time is over
  reg  [NT-1:0]  mute;             // its function was reset when all was here: no word about it
  wire [NT-1:0]  here;             // an answer is being taken in
  reg  [NT-1:0]  stale, trim, met, nw, ahead;
  reg  [CW-1:0]  owner [0:NT-1];
  reg  [2:0]     fn    [0:NT-1];
  reg  [20:0]    pasid [0:NT-1];
  reg  [51:0]    page  [0:NT-1];
  reg  [2:0]     more  [0:NT-1];
  reg  [2:0]     which [0:NT-1];
  reg  [31:0]    since [0:NT-1];

  wire [51:0]    stu = (52'd1 << cfg_stu) - 52'd1;

  // ------------------------------------------------------------------ send

  reg  [NC-1:0] may;               // the client's function may ask
  reg  [NC-1:0] after;             // clients above the one served last
  always @*
    for (i = 0; i < NC; i = i + 1)
      may[i] = cfg_ats_en[c_fn[i*3 +: 3]] && live[c_fn[i*3 +: 3]];

  reg  [3:0]     slot;             // the lowest free tag for a needed page, the highest for those ahead
  reg            any;
  wire [NT-1:0]  range  = cfg_ext_tag ? {NT{1'b1}} : {{NT-8{1'b0}}, 8'hff};
  wire [NT-1:0]  free   = range & ~(busy | quar | here);
  wire [NC-1:0]  t_want = t_req & may;
  wire [NC-1:0]  a_want = (|free[NT-1:2]) ? (a_req & may) : {NC{1'b0}};
  wire           first  = |t_want;
  wire [NC-1:0]  want   = first ? t_want : a_want;
  wire [NC-1:0]  pool   = (|(want & after)) ? (want & after) : want;
  wire [NC-1:0]  pick   = pool & (~pool + 1'b1);
  reg  [CW-1:0]  who;
  always @* begin
    slot = 4'd0;
    any  = |free;
    who  = {CW{1'b0}};
    if (|want) begin
      if (first) begin
        for (i = NT - 1; i >= 0; i = i - 1)
          if (free[i])
            slot = i[3:0];
      end else
        for (i = 2; i < NT; i = i + 1)
          if (free[i])
            slot = i[3:0];
      for (i = 0; i < NC; i = i + 1)
        if (pick[i])
          who = i[CW-1:0];
    end
  end

  wire [2:0]   p_fn    = c_fn[who*3 +: 3];
  wire [20:0]  p_pasid = c_pasid[who*21 +: 21];
  wire [51:0]  p_page  = first ? t_page[who*52 +: 52] : a_page[who*52 +: 52];
  wire [2:0]   p_more  = (first || (cfg_stu != 5'd0)) ? 3'd0 : a_more[who*3 +: 3];
  wire         p_nw    = c_nw[who];

  // 10.2.2: a memory read with AT=01, Length 2 for each translation, all bytes enabled; bit 0 of the address is No
  // Write.
  wire         wide = (p_page[51:20] != 32'd0);
  wire [31:0]  low  = {p_page[19:0], 11'd0, p_nw};
  wire [3:0]   p_n  = {1'b0, p_more} + 4'd1;
  assign tx_valid     = (|want) && any;
  assign tx_pfx_valid = p_pasid[20];
  assign tx_pfx       = {8'h91, 4'd0, p_pasid[19:0]};
  assign tx_hdr       = {wide ? 8'h20 : 8'h00, 8'h00, 4'd0, 2'b01, 5'd0, p_n, 1'b0, cfg_rid[p_fn*16 +: 16],
                         TAG_BASE + {4'd0, slot}, 8'hff, wide ? p_page[51:20] : low, wide ? low : 32'd0};
  wire sent = tx_valid && tx_ready;
  assign t_dead  = !(|(range & ~quar));
  assign t_sent  = (sent && first) ? pick : {NC{1'b0}};
  assign a_sent  = (sent && !first) ? pick : {NC{1'b0}};
  assign ev_sent = sent;

  // ------------------------------------------------------------------ receive

  wire [NT-1:0]    ready;
  wire             touch, freed, e_valid, e_first, e_end, e_bad, e_ur;
  wire [3:0]       touch_slot, e_slot;
  wire [63:0]      d_entry;
  reg  [NT*16-1:0] rid;
  reg  [NT*4-1:0]  asked;
  always @* begin
    rid   = {NT*16{1'b0}};
    asked = {NT*4{1'b0}};
    if (cpl_valid)
      for (i = 0; i < NT; i = i + 1) begin
        rid[i*16 +: 16] = cfg_rid[fn[i]*16 +: 16];
        asked[i*4 +: 4] = {1'b0, more[i]} + 4'd1;
      end
  end

  svarig_ats_cpl #(.DATA_WIDTH(DATA_WIDTH), .NT(NT), .TAG_BASE(TAG_BASE)) u_cpl (
    .clk(clk), .rst(rst), .busy(busy), .quar(quar), .rid(rid), .asked(asked), .sent(sent), .sent_slot(slot),
    .ready(ready), .here(here), .touch(touch), .touch_slot(touch_slot), .freed(freed),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data), .cpl_mine(cpl_mine),
    .cpl_unexp(cpl_unexp), .cpl_poisoned(cpl_poisoned), .cpl_ur(cpl_ur), .cpl_ca(cpl_ca),
    .e_valid(e_valid), .e_first(e_first), .e_end(e_end), .e_slot(e_slot), .e_bad(e_bad), .e_ur(e_ur), .e_entry(d_entry)
  );
  assign cpl_fn = fn[touch_slot];

  // ------------------------------------------------------------------ an entry

  // 10.2.3.2: with S the position of the lowest zero at or above bit 12 gives the size. The first entry is for
  // the page asked for, each further one for what follows the one before.
  reg  [51:0] turn;                    // page of the next entry
  wire [51:0] x_page  = page[e_slot];
  wire [51:0] x_at    = e_first ? x_page : turn;
  wire [51:0] x_last  = x_page + {49'd0, more[e_slot]};
  // Behind what ends at the top of the address space the next would begin at zero.
  wire        x_due   = (x_at >= x_page) && (x_at <= x_last);
  wire [51:0] e_page  = d_entry[63:12];
  wire        e_none  = !d_entry[1] && !d_entry[0];
  wire [51:0] e_mask  = (d_entry[11] && !e_none) ? (e_page ^ (e_page + 52'd1)) : e_none ? stu : 52'd0;
  // Smaller than the host says it can be, or the whole 64-bit space, which is no size.
  wire        e_odd   = !e_none && (((stu & ~e_mask) != 52'd0) || e_mask[51]);
  wire        x_tag   = pasid[e_slot][20];
  // 10.2.3: Priv and Global count only in the answer to a request with a PASID. We ask as a user: what is for
  // privileged access is not for us.
  wire        e_mine  = !(x_tag && d_entry[4]);
  wire        e_r     = d_entry[0] && e_mine;
  wire        e_w     = d_entry[1] && e_mine && !nw[e_slot];
  wire        enough  = nw[e_slot] ? e_r : e_w;
  wire        x_on    = cfg_ats_en[fn[e_slot]];
  // A request that ended while ATS was turned off is asked again: untranslated then.
  wire        again   = stale[e_slot] || !x_on || mute[e_slot] || !busy[e_slot];
  wire        cut     = trim[e_slot] && (e_mask != 52'd0);

  assign f_en     = e_valid && !e_odd && !again && (e_r || e_w) && x_due && (!cut || e_first);
  assign f_fn     = fn[e_slot];
  assign f_pasid  = pasid[e_slot];
  assign f_page   = x_at;
  assign f_mask   = cut ? 52'd0 : e_mask;
  assign f_target = cut ? ((e_page & ~e_mask) | (x_at & e_mask)) : (e_page & ~e_mask);
  assign f_r      = e_r;
  assign f_w      = e_w;
  assign f_u      = d_entry[2];
  assign f_global = d_entry[5] && x_tag && !met[e_slot];

  // Pages of the aligned group of 8 it decides.
  reg  [7:0]  hits;
  always @* begin
    hits = 8'd0;
    if (e_valid)
      for (i = 0; i < 8; i = i + 1)
        hits[i] = (cut || e_none) ? ({x_page[51:3], i[2:0]} == x_at)
                                  : ((({x_page[51:3], i[2:0]} ^ x_at) & ~e_mask) == 52'd0);
    if (cut && !e_first)
      hits = 8'd0;
  end

  // ------------------------------------------------------------------ the end of a request

  reg         s_odd, s_enough, s_any;  // of its entries: one makes no sense; the first has the permission
  reg  [7:0]  s_ok, s_none;
  wire        x_stale = stale[e_slot] || !x_on;
  wire        said    = e_end && busy[e_slot] && !mute[e_slot];

  assign a_ok     = s_ok;
  assign a_none   = s_none;
  assign a_again  = said && (x_stale || (!e_bad && !s_odd && ((s_ok | s_none) != 8'd0)));
  assign ev_fault = said && !e_bad && !x_stale && !s_enough && s_any;
  assign ev_stale = said && !e_bad && stale[e_slot];

  // One tag a cycle is looked at: a timeout is late by 16 cycles at most.
  wire [3:0]  look    = now[3:0];
  wire        late    = ((now - since[look]) >= TIMEOUT);
  wire        expired = busy[look] && !cfg_cto_dis && late && !ready[look] && !e_end && !e_valid &&
                        !(touch && (touch_slot == look));
  assign ev_timeout = expired;

  always @* begin
    t_done   = {NC{1'b0}};
    a_done   = {NC{1'b0}};
    a_chunk  = which[e_slot];
    ats_ur   = {NF{1'b0}};
    ev_fn    = fn[look];
    t_result = R_OK;
    if (said) begin
      if (ahead[e_slot])
        a_done[owner[e_slot]] = 1'b1;
      else
        t_done[owner[e_slot]] = 1'b1;
      t_result = !x_on ? R_RETRY : e_ur ? R_UR : e_bad ? R_ERROR : stale[e_slot] ? R_RETRY : s_odd ? R_ERROR :
                 s_enough ? R_OK : R_NOPERM;
      ats_ur[fn[e_slot]] = e_ur && x_on;
    end else if (expired) begin
      if (ahead[look])
        a_done[owner[look]] = 1'b1;
      else
        t_done[owner[look]] = 1'b1;
      a_chunk  = which[look];
      t_result = R_TIMEOUT;
    end
  end

  always @(posedge clk)
    if (rst || e_end) begin
      s_odd    <= 1'b0;
      s_enough <= 1'b0;
      s_any    <= 1'b0;
      s_ok     <= 8'd0;
      s_none   <= 8'd0;
    end else if (e_valid) begin
      turn  <= (x_at | e_mask) + 52'd1;
      s_any <= 1'b1;
      if (e_odd)
        s_odd <= 1'b1;
      if (e_first)
        s_enough <= enough;
      if (!e_odd && x_due) begin
        if (enough)
          s_ok <= s_ok | hits;
        else
          s_none <= s_none | hits;
      end
    end

  // ------------------------------------------------------------------ table

  always @(posedge clk)
    if (rst) begin
      busy  <= {NT{1'b0}};
      quar  <= {NT{1'b0}};
      lapse <= {NT{1'b0}};
      mute  <= {NT{1'b0}};
      stale <= {NT{1'b0}};
      trim  <= {NT{1'b0}};
      met   <= {NT{1'b0}};
      nw    <= {NT{1'b0}};
      ahead <= {NT{1'b0}};
      after <= {NC{1'b0}};
    end else begin
      if (inv_mark)
        for (i = 0; i < NT; i = i + 1) begin
          if (inv_covers(i_scope, fn[i], 1'b0, pasid[i], page[i], stu | ((more[i] == 3'd0) ? 52'd0 : 52'd7)))
            stale[i] <= 1'b1;
          if (inv_covers(i_scope, fn[i], 1'b0, pasid[i], page[i], {52{1'b1}}))
            trim[i] <= 1'b1;
          if (inv_covers(i_scope, fn[i], 1'b1, pasid[i], page[i], {52{1'b1}}))
            met[i] <= 1'b1;
        end
      if (|busy)
        for (i = 0; i < NT; i = i + 1)
          if (!cfg_ats_en[fn[i]])
            stale[i] <= 1'b1;
      if (e_end) begin
        busy[e_slot] <= 1'b0;
        quar[e_slot] <= 1'b0;
      end else if (expired) begin
        busy[look] <= 1'b0;
        quar[look] <= 1'b1;
      end
      if (freed)
        quar[touch_slot] <= 1'b0;
      else if (quar[look] && lapse[look] && late && !e_end)
        quar[look] <= 1'b0;
      if (sent) begin
        busy[slot]  <= 1'b1;
        lapse[slot] <= 1'b0;
        mute[slot]  <= 1'b0;
        stale[slot] <= 1'b0;
        trim[slot]  <= 1'b0;
        met[slot]   <= 1'b0;
        nw[slot]    <= p_nw;
        ahead[slot] <= !first;
        after       <= ~(pick | (pick - 1'b1));
      end
      if (|fn_reset)
        for (i = 0; i < NT; i = i + 1)
          if (busy[i] && fn_reset[fn[i]]) begin
            if (ready[i])
              mute[i] <= 1'b1;
            else if (!(e_end && (e_slot == i[3:0]))) begin
              busy[i]  <= 1'b0;
              quar[i]  <= 1'b1;
              lapse[i] <= 1'b1;
            end
          end
    end

  always @(posedge clk)
    if (sent) begin
      owner[slot] <= who;
      fn[slot]    <= p_fn;
      pasid[slot] <= p_pasid;
      page[slot]  <= p_page;
      more[slot]  <= p_more;
      which[slot] <= a_which[who*3 +: 3];
      since[slot] <= now;
    end

  always @* begin
    outstanding = {NF{1'b0}};
    if (|busy)
      for (i = 0; i < NT; i = i + 1)
        if (busy[i])
          outstanding[fn[i]] = 1'b1;
  end

  always @* begin
    mark_clear = 1'b1;
    if (mark_req)
      for (i = 0; i < NT; i = i + 1)
        if (busy[i] && (fn[i] == mark_fn) && (pasid[i] == {1'b1, mark_pasid}))
          mark_clear = 1'b0;
  end

  wire unused = &{1'b0, d_entry};

endmodule

`default_nettype wire
