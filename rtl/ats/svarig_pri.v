// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_pri: page requests and PRG responses (PCIe Base Specification 10.4). The PF's page request interface
// serves its VFs: one allocation and one space of indices, but a VF's requests carry its own requester ID and
// its responses come back to that.
//
// Two requesters for each client. What it needs now: it holds p_req while it has none outstanding; its group is
// one page. What is fetched ahead: it holds g_want; with g_go it has its turn and g_credits pages, sends them with
// g_req one by one, and the turn ends when the one with g_last is accepted. *_sent comes with the cycle in which the
// arbiter accepts the page, p_done and g_done with the response (R_*) later. *_drop (pulse) says that nobody
// waits any more: the group becomes an orphan, which keeps its index and its credits until the response.
//
// The index of a group is its place in the table and unique until the response. Credits are pages: PAGES of ours,
// or the host's allocation if that is less. usable low means no group can be begun: PRI off, a response failure,
// no allocation. What waits unsent gives up; a group that is begun is ended (its client sends g_last).
//
// Response failure (10.4.2.1: F, and the codes that mean nothing): every outstanding request ends, later
// responses are ignored, nothing is sent until PRI is enabled anew. A function in reset loses its groups, with
// their credits: responses that come later are unexpected.
//
// mark_*: a Stop Marker (10.4.1.2) for this PASID, if a group of it is outstanding. It takes no credit and gets no
// response; mark_ack when it is accepted, or none is needed.

`default_nettype none

module svarig_pri #(
  parameter NC     = 8,
  parameter NF     = 5,
  parameter GROUPS = 32,               // outstanding at most; a power of two up to 512
  parameter PAGES  = 64                // outstanding at most, up to 127
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [NF-1:0]    cfg_ats_en,
  input  wire [NF-1:0]    fn_reset,
  input  wire             cfg_pri_en,
  input  wire             cfg_pri_reset,
  input  wire [31:0]      cfg_pri_alloc,
  input  wire             cfg_prg_pasid_req,
  input  wire [NF*16-1:0] cfg_rid,
  output wire             usable,
  output wire             stopped,
  output wire             set_rf,
  output wire             set_uprgi,

  input  wire [NC*3-1:0]  c_fn,        // the clients' keys
  input  wire [NC*21-1:0] c_pasid,
  input  wire [NC-1:0]    c_write,
  input  wire [NC-1:0]    p_req,
  input  wire [NC*52-1:0] p_page,
  input  wire [NC-1:0]    p_drop,
  output wire [NC-1:0]    p_sent,
  output reg  [NC-1:0]    p_done,
  output wire [1:0]       p_result,    // of g_done too

  input  wire [NC-1:0]    g_want,
  output wire [NC-1:0]    g_go,
  output wire [6:0]       g_credits,
  input  wire [NC-1:0]    g_req,
  input  wire [NC*52-1:0] g_page,
  input  wire [NC-1:0]    g_last,
  input  wire [NC-1:0]    g_idle,      // the client's turn, if it has one, is over without a page
  input  wire [NC-1:0]    g_drop,
  output wire [NC-1:0]    g_sent,
  output reg  [NC-1:0]    g_done,

  input  wire             mark_req,
  input  wire [2:0]       mark_fn,
  input  wire [19:0]      mark_pasid,
  output wire             mark_ack,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire             tx_pfx_valid,
  output wire [31:0]      tx_pfx,
  output wire [127:0]     tx_hdr,

  input  wire             rsp_valid,   // a PRG response to function rsp_fn, one cycle
  input  wire [2:0]       rsp_fn,
  input  wire             rsp_pfx_valid,
  input  wire [19:0]      rsp_pasid,
  input  wire [8:0]       rsp_index,
  input  wire [3:0]       rsp_code,

  output wire [NC-1:0]    ev_page,     // a page request of this client is sent
  output wire             ev_ok,
  output wire             ev_invalid,
  output wire             ev_failure,
  output wire             ev_unexpected,
  output reg  [NF-1:0]    outstanding
);

  localparam IW = $clog2(GROUPS);
  localparam CW = $clog2(NC);
  localparam [1:0] R_SUCCESS = 2'd0, R_INVALID = 2'd1, R_FAILURE = 2'd2;

  integer i;

  reg  [GROUPS-1:0] busy;                 // pages of it are sent
  reg  [GROUPS-1:0] closed;               // the last one too
  reg  [GROUPS-1:0] wanted;               // its client waits
  reg  [GROUPS-1:0] ahead;
  reg  [CW-1:0]     owner [0:GROUPS-1];
  reg  [2:0]        fn    [0:GROUPS-1];
  reg  [20:0]       pasid [0:GROUPS-1];
  reg  [6:0]        pages [0:GROUPS-1];
  reg  [6:0]        used;
  reg               failed;               // a response failure was received in this life of PRI

  // ------------------------------------------------------------------ whose turn

  reg               locked;               // a group ahead has its turn
  reg               begun;                // and a page of it is sent
  reg                mark_busy, mark_done; // a Stop Marker waits to be sent; is sent
  reg  [NC-1:0]     holder;               // one-hot
  reg  [NC-1:0]     after;                // clients above the one served last

  // A free index: the search moves on by one a cycle, so that an index rests before it comes again.
  reg  [IW-1:0]     slot;
  wire              slot_ok = begun || !busy[slot];

  wire [31:0]   used_32 = {25'd0, used};
  wire          credit  = (used_32 < cfg_pri_alloc) && (used < PAGES[6:0]);
  wire [31:0]   left_32 = cfg_pri_alloc - used_32;
  wire [6:0]    left    = PAGES[6:0] - used;
  assign g_credits = (left_32 < {25'd0, left}) ? left_32[6:0] : left;

  reg  [NC-1:0] may, gone;
  always @*
    for (i = 0; i < NC; i = i + 1) begin
      gone[i] = fn_reset[c_fn[i*3 +: 3]];
      may[i]  = cfg_ats_en[c_fn[i*3 +: 3]] && !gone[i];
    end

  wire          r_fail;
  wire [NC-1:0] want  = (p_req | g_want) & may;
  wire [NC-1:0] pool  = (|(want & after)) ? (want & after) : want;
  wire [NC-1:0] pick  = locked ? holder : (pool & (~pool + 1'b1));
  wire          need  = |(pick & p_req) && !locked;              // what is needed goes before what is ahead
  wire          start = usable && credit && !cfg_pri_reset && !r_fail && slot_ok;

  assign g_go = (start && !need && !locked && !mark_busy) ? (pick & g_want) : {NC{1'b0}};

  reg  [CW-1:0] who;
  always @* begin
    who = {CW{1'b0}};
    if (|pick)
      for (i = 0; i < NC; i = i + 1)
        if (pick[i])
          who = i[CW-1:0];
  end

  wire [2:0]   s_fn    = c_fn[who*3 +: 3];
  wire [20:0]  s_pasid = c_pasid[who*21 +: 21];
  wire         s_write = c_write[who];
  wire [51:0]  s_page  = locked ? g_page[who*52 +: 52] : p_page[who*52 +: 52];
  wire         s_last  = !locked || g_last[who];

  // ------------------------------------------------------------------ Stop Marker

  reg  [GROUPS-1:0] met;
  always @* begin
    met = {GROUPS{1'b0}};
    if (mark_req)
      for (i = 0; i < GROUPS; i = i + 1)
        met[i] = busy[i] && (fn[i] == mark_fn) && (pasid[i] == {1'b1, mark_pasid});
  end

  // ------------------------------------------------------------------ responses

  wire [IW-1:0] r_slot  = rsp_index[IW-1:0];
  wire          r_known = busy[r_slot] && closed[r_slot] && ((rsp_index >> IW) == 9'd0) && (fn[r_slot] == rsp_fn) &&
                          (!cfg_prg_pasid_req || !pasid[r_slot][20] ||
                           (rsp_pfx_valid && (rsp_pasid == pasid[r_slot][19:0])));
  wire          r_take  = rsp_valid && r_known && !fn_reset[rsp_fn];
  assign        r_fail  = r_take && (rsp_code != 4'h0) && (rsp_code != 4'h1);

  assign ev_ok         = r_take && (rsp_code == 4'h0);
  assign ev_invalid    = r_take && (rsp_code == 4'h1);
  assign ev_failure    = r_fail;
  assign ev_unexpected = rsp_valid && !r_known && !failed && !fn_reset[rsp_fn];
  assign set_uprgi     = ev_unexpected;
  assign set_rf        = r_fail;
  assign p_result      = (r_fail || cfg_pri_reset) ? R_FAILURE : ev_invalid ? R_INVALID : R_SUCCESS;

  always @* begin
    p_done = {NC{r_fail || cfg_pri_reset}};
    g_done = {NC{r_fail || cfg_pri_reset}};
    if (r_take && wanted[r_slot]) begin
      if (ahead[r_slot])
        g_done[owner[r_slot]] = 1'b1;
      else
        p_done[owner[r_slot]] = 1'b1;
    end
  end

  // ------------------------------------------------------------------ send

  // A group that is begun is ended even when page requests are turned off under it: its pages wait in the host.
  wire s_go = locked ? ((|(holder & g_req & ~gone)) && (begun ? !failed : (usable && credit)))
                     : (need && usable && credit);

  assign usable       = cfg_pri_en && !failed && (cfg_pri_alloc != 32'd0);
  assign stopped      = !cfg_pri_en && (used == 7'd0) && !begun;
  wire   mark_now     = mark_busy && !locked;
  wire   page_valid   = !mark_now && s_go && slot_ok && !cfg_pri_reset && !r_fail;
  assign tx_valid     = mark_now || page_valid;
  assign tx_pfx_valid = mark_now || s_pasid[20];
  assign tx_pfx       = {8'h91, 4'd0, mark_now ? mark_pasid : s_pasid[19:0]};
  wire [2:0] h_fn     = mark_now ? mark_fn : s_fn;
  assign tx_hdr       = {8'h30, 24'd0, cfg_rid[h_fn*16 +: 16], 8'h00, 8'h04,
                         mark_now ? {52'd0, 9'd0, 3'b100}
                                  : {s_page, {9-IW{1'b0}}, slot, s_last, s_write, !s_write}};
  wire sent = page_valid && tx_ready;
  assign p_sent   = (sent && !locked) ? pick : {NC{1'b0}};
  assign g_sent   = (sent && locked) ? holder : {NC{1'b0}};
  assign ev_page  = sent ? pick : {NC{1'b0}};
  assign mark_ack = mark_done;

  // ------------------------------------------------------------------ table

  reg        en_before;
  reg  [6:0] lost;                     // credits of groups whose function is in reset
  always @* begin
    lost = 7'd0;
    if (|fn_reset)
      for (i = 0; i < GROUPS; i = i + 1)
        if (busy[i] && fn_reset[fn[i]])
          lost = lost + pages[i];
  end

  always @(posedge clk)
    if (rst) begin
      busy      <= {GROUPS{1'b0}};
      closed    <= {GROUPS{1'b0}};
      wanted    <= {GROUPS{1'b0}};
      ahead     <= {GROUPS{1'b0}};
      used      <= 7'd0;
      slot      <= {IW{1'b0}};
      failed    <= 1'b0;
      en_before <= 1'b0;
      locked    <= 1'b0;
      begun     <= 1'b0;
      holder    <= {NC{1'b0}};
      after     <= {NC{1'b0}};
      mark_busy <= 1'b0;
      mark_done <= 1'b0;
    end else begin
      en_before <= cfg_pri_en;
      if (r_fail)
        failed <= 1'b1;
      else if (cfg_pri_en && !en_before)
        failed <= 1'b0;

      mark_done <= 1'b0;
      if (mark_req && !mark_busy && !mark_done) begin
        mark_busy <= (|met) && cfg_pri_en && !failed;
        mark_done <= !((|met) && cfg_pri_en && !failed);
      end else if (mark_now && tx_ready) begin
        mark_busy <= 1'b0;
        mark_done <= 1'b1;
      end

      if (sent ? s_last : (!begun && busy[slot]))
        slot <= slot + 1'b1;

      if (|g_go) begin
        locked <= 1'b1;
        holder <= pick;
      end else if (locked && ((sent && s_last) || (!sent && (|(holder & g_idle))) || r_fail || failed ||
                              cfg_pri_reset || (|(holder & gone)))) begin
        locked <= 1'b0;
        begun  <= 1'b0;
        after  <= ~(holder | (holder - 1'b1));
      end else if (sent && locked)
        begun <= 1'b1;
      if (sent && !locked)
        after <= ~(pick | (pick - 1'b1));

      for (i = 0; i < GROUPS; i = i + 1)
        if ((|(p_drop | g_drop)) && wanted[i] && (ahead[i] ? g_drop[owner[i]] : p_drop[owner[i]]))
          wanted[i] <= 1'b0;

      if (r_fail || cfg_pri_reset) begin
        busy <= {GROUPS{1'b0}};
        used <= 7'd0;
      end else begin
        if (r_take)
          busy[r_slot] <= 1'b0;
        if (sent) begin
          busy[slot]   <= 1'b1;
          closed[slot] <= s_last;
          wanted[slot] <= 1'b1;
          ahead[slot]  <= locked;
        end
        if (|fn_reset)
          for (i = 0; i < GROUPS; i = i + 1)
            if (busy[i] && fn_reset[fn[i]])
              busy[i] <= 1'b0;
        used <= used + {6'd0, sent} - (r_take ? pages[r_slot] : 7'd0) - lost;
      end
    end

  always @(posedge clk)
    if (sent) begin
      owner[slot] <= who;
      fn[slot]    <= s_fn;
      pasid[slot] <= s_pasid;
      pages[slot] <= begun ? (pages[slot] + 7'd1) : 7'd1;
    end

  always @* begin
    outstanding = {NF{1'b0}};
    if (|busy)
      for (i = 0; i < GROUPS; i = i + 1)
        if (busy[i])
          outstanding[fn[i]] = 1'b1;
  end

endmodule

`default_nettype wire
