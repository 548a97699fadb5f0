// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_pri: page requests and PRG responses (PCIe Base Specification 10.4).
//
// A client holds p_req with page and direction while it has none outstanding; p_sent comes with the cycle
// in which its page request is accepted by the arbiter, p_done with the response (R_*) later. p_drop
// (pulse) says that nobody waits any more: the request becomes an orphan, which keeps its index and its
// credit until the response. Every group is one page (Last set); the index of a group is its place in the
// table and unique until the response. usable low means no request can be sent: PRI or ATS off, a response
// failure, no allocation. What waits unsent gives up.
//
// Response failure (10.4.2.1: F, and the codes that mean nothing): every outstanding request ends, later
// responses are ignored, nothing is sent until PRI is enabled anew.

`default_nettype none

module svarig_pri #(
  parameter NC      = 2,
  parameter ENTRIES = 32               // pages outstanding at most; a power of two up to 512
) (
  input  wire             clk,
  input  wire             rst,
  input  wire             cfg_ats_en,
  input  wire             cfg_pri_en,
  input  wire             cfg_pri_reset,
  input  wire [31:0]      cfg_pri_alloc,
  input  wire             cfg_prg_pasid_req,
  input  wire [15:0]      cfg_rid,
  output wire             usable,
  output wire             stopped,
  output wire             set_rf,
  output wire             set_uprgi,

  input  wire [NC-1:0]    p_req,
  input  wire [NC*21-1:0] p_pasid,
  input  wire [NC*52-1:0] p_page,
  input  wire [NC-1:0]    p_write,
  input  wire [NC-1:0]    p_drop,
  output wire [NC-1:0]    p_sent,
  output reg  [NC-1:0]    p_done,
  output wire [1:0]       p_result,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire             tx_pfx_valid,
  output wire [31:0]      tx_pfx,
  output wire [127:0]     tx_hdr,

  input  wire             rsp_valid,   // a PRG response, one cycle
  input  wire             rsp_pfx_valid,
  input  wire [19:0]      rsp_pasid,
  input  wire [8:0]       rsp_index,
  input  wire [3:0]       rsp_code,

  output wire             ev_sent,
  output wire             ev_ok,
  output wire             ev_invalid,
  output wire             ev_failure,
  output wire             ev_unexpected
);

  localparam IW = $clog2(ENTRIES);
  localparam [1:0] R_SUCCESS = 2'd0, R_INVALID = 2'd1, R_FAILURE = 2'd2;

  integer i;

  reg  [ENTRIES-1:0] busy;
  reg  [NC-1:0]      owner [0:ENTRIES-1];   // one-hot; zero: orphan
  reg  [20:0]        pasid [0:ENTRIES-1];
  reg  [IW:0]        used;
  reg                failed;                // a response failure was received in this life of PRI

  // ------------------------------------------------------------------ send

  reg  [NC-1:0] pick;
  reg  [20:0]   s_pasid;
  reg  [51:0]   s_page;
  reg           s_write;
  always @* begin
    pick    = {NC{1'b0}};
    s_pasid = 21'd0;
    s_page  = 52'd0;
    s_write = 1'b0;
    for (i = NC - 1; i >= 0; i = i - 1)
      if (p_req[i]) begin
        pick    = {NC{1'b0}};
        pick[i] = 1'b1;
        s_pasid = p_pasid[i*21 +: 21];
        s_page  = p_page[i*52 +: 52];
        s_write = p_write[i];
      end
  end

  // A free index. The search starts behind the one used last, so that an index rests before it comes again.
  reg  [IW-1:0] last;
  reg  [IW-1:0] slot;
  reg  [IW-1:0] probe;
  always @* begin
    slot  = last;
    probe = last;
    for (i = ENTRIES; i >= 1; i = i - 1) begin
      probe = last + i[IW-1:0];
      if (!busy[probe])
        slot = probe;
    end
  end

  wire [31:0] used_32 = {{31-IW{1'b0}}, used};
  wire        credit  = (used_32 < cfg_pri_alloc) && !used[IW];

  // ------------------------------------------------------------------ responses

  wire [IW-1:0] r_slot  = rsp_index[IW-1:0];
  wire          r_known = busy[r_slot] && ((rsp_index >> IW) == 9'd0) &&
                          (!cfg_prg_pasid_req || !pasid[r_slot][20] ||
                           (rsp_pfx_valid && (rsp_pasid == pasid[r_slot][19:0])));
  wire          r_take  = rsp_valid && r_known;
  wire          r_fail  = r_take && (rsp_code != 4'h0) && (rsp_code != 4'h1);

  assign ev_ok         = r_take && (rsp_code == 4'h0);
  assign ev_invalid    = r_take && (rsp_code == 4'h1);
  assign ev_failure    = r_fail;
  assign ev_unexpected = rsp_valid && !r_known && !failed;
  assign set_uprgi     = ev_unexpected;
  assign set_rf        = r_fail;
  assign p_result      = (r_fail || cfg_pri_reset) ? R_FAILURE : ev_invalid ? R_INVALID : R_SUCCESS;

  always @* begin
    p_done = {NC{1'b0}};
    for (i = 0; i < ENTRIES; i = i + 1)
      if (busy[i] && (r_fail || cfg_pri_reset || (r_take && (r_slot == i[IW-1:0]))))
        p_done = p_done | owner[i];
  end

  assign usable       = cfg_pri_en && cfg_ats_en && !failed && (cfg_pri_alloc != 32'd0);
  assign stopped      = !cfg_pri_en && (used == {IW+1{1'b0}});
  assign tx_valid     = (|p_req) && usable && credit && !cfg_pri_reset && !r_fail;
  assign tx_pfx_valid = s_pasid[20];
  assign tx_pfx       = {8'h91, 4'd0, s_pasid[19:0]};
  assign tx_hdr       = {8'h30, 24'd0, cfg_rid, 8'h00, 8'h04, s_page,
                         {9-IW{1'b0}}, slot, 1'b1, s_write, !s_write};
  wire sent = tx_valid && tx_ready;
  assign p_sent  = sent ? pick : {NC{1'b0}};
  assign ev_sent = sent;

  // ------------------------------------------------------------------ table

  reg en_before;
  always @(posedge clk)
    if (rst) begin
      busy      <= {ENTRIES{1'b0}};
      used      <= {IW+1{1'b0}};
      last      <= {IW{1'b0}};
      failed    <= 1'b0;
      en_before <= 1'b0;
    end else begin
      en_before <= cfg_pri_en;
      if (r_fail)
        failed <= 1'b1;
      else if (cfg_pri_en && !en_before)
        failed <= 1'b0;
      if (r_fail || cfg_pri_reset) begin
        busy <= {ENTRIES{1'b0}};
        used <= {IW+1{1'b0}};
      end else begin
        if (r_take)
          busy[r_slot] <= 1'b0;
        if (sent)
          busy[slot] <= 1'b1;
        used <= used + {{IW{1'b0}}, sent} - {{IW{1'b0}}, r_take};
      end
      if (sent)
        last <= slot;
    end

  always @(posedge clk) begin
    for (i = 0; i < ENTRIES; i = i + 1)
      owner[i] <= owner[i] & ~p_drop;
    if (sent) begin
      owner[slot] <= pick;
      pasid[slot] <= s_pasid;
    end
  end

endmodule

`default_nettype wire
