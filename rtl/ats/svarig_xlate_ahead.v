// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_xlate_ahead: translations ahead of their use, for one client.
//
// While hint is up the client will ask for the pages cur to last, in order; cur moves on with it. We keep up to
// window pages from cur in the ATC (wide, once pages of the range were missing), in batches of at most 32 pages:
//   1. look the pages up (sc_*);
//   2. ask for those that miss: one translation request for each aligned group of 8 pages (a_*), from its first
//      to its last missing one, and again for what a short completion left out;
//   3. pages that the host has not, or not with the permission, go into page request groups (g_*), as many pages
//      as there are credits: same index, Last on the last; on success step 2 again for them, once.
// ready says that this is done for all pages of the hint (the next range can be shown then).
// What is then still missing, and everything that ends in an error, is left to the client: nothing here fails a
// request. A batch is begun when 8 pages or all the rest fit into the window, so that requests are for several.
//
// covered: the client's page d_page is in a batch and not decided yet (a cycle late): it should wait.
// hint falls, or run (the function's requests are allowed, and there are tags) does: nothing new is sent; translation
// requests in flight are awaited, a group that is begun is ended, one that waits is left behind (g_drop). The hint's function,
// PASID and direction may change only while off is high (for a cycle at least; hint is low then) and keyed low: the
// batch is given up. gone: forget everything.

`default_nettype none

module svarig_xlate_ahead (
  input  wire        clk,
  input  wire        rst,
  input  wire        gone,
  input  wire        off,
  input  wire        hint,
  input  wire        run,
  input  wire [51:0] cur,
  input  wire [51:0] last,
  input  wire [6:0]  window,           // pages, 8 to 64
  input  wire [6:0]  wide,             // the same, behind pages that were missing: they come late
  output wire        ready,

  output wire        sc_req,
  output reg  [51:0] sc_page,
  input  wire        sc_take,
  input  wire        sc_res,
  input  wire        sc_hit,

  output reg         a_req,            // level until a_sent; may fall
  output reg  [51:0] a_page,
  output reg  [2:0]  a_more,           // pages after the first
  output reg  [2:0]  a_which,          // comes back as a_chunk
  input  wire        a_sent,
  input  wire        a_done,           // a request is over; its pages are in group a_chunk (of the batch)
  input  wire [2:0]  a_chunk,
  input  wire [7:0]  a_ok,             // pages of the group that are in the ATC now
  input  wire [7:0]  a_none,           // that are not there, or not with the permission
  input  wire        a_again,          // for the others: ask again (else: an error)

  input  wire        pri_usable,
  output wire        g_want,           // wants to send a group; g_go when its turn has come
  input  wire        g_go,
  input  wire [6:0]  g_credits,        // with g_go: pages it may have, not 0
  output reg         g_req,            // a page; until g_sent
  output reg  [51:0] g_page,
  output wire        g_last,
  input  wire        g_sent,
  input  wire        g_done,
  input  wire [1:0]  g_result,         // of svarig_pri
  output wire        g_idle,           // has no group to send
  output wire        g_drop,

  input  wire [51:0] d_page,
  output reg         covered,
  output wire        waiting,          // for a response
  output wire        paging,           // for it, or to send page requests
  output wire        failed,           // pulse: response failure
  output wire        refused,          // pulse: the response to d_page alone is that it is invalid
  output wire        keyed,            // a group is begun: its pages to come go with the key
  output wire        active            // something but a response is under way
);

  localparam [2:0] S_IDLE = 3'd0, S_WORK = 3'd1, S_TURN = 3'd2, S_GROUP = 3'd3, S_RESP = 3'd4;

  integer i;

  reg  [2:0]  state;
  reg         on;                      // next is right
  reg  [51:0] next;                    // first page not in a batch yet
  reg  [51:0] start;                   // from here to next all were in one
  reg  [48:0] base;                    // of the batch, in groups of 8 pages
  reg  [5:0]  sc_off, sc_end, res_off; // next page to look up; behind the last; next result
  reg  [39:0] care, need, none, asked; // not decided; to be asked for; missing; in the group that waits
  reg  [4:0]  fly;                     // a request for these 8 is in flight
  reg  [7:0]  span [0:4];              // its pages
  reg         second;                  // what is missing now stays missing
  reg         alone;                   // the group is one page
  reg         slow;                    // pages of this range were missing
  reg         given_up;                // the batch: the next hint may have another key
  wire [6:0]  reach = slow ? wide : window;
  reg  [6:0]  g_left;
  reg         g_some;                  // a page of the group is sent

  wire        go_on   = hint && run;
  wire        cutting = !go_on || !pri_usable;
  wire        work    = (state == S_WORK) && go_on && !given_up;

  // ------------------------------------------------------------------ where the next batch lies

  // A new range, or one that jumped.
  wire        fresh = !on || ((next - cur) > 52'd65) || (cur < start);
  assign ready = (state == S_IDLE) && go_on && !fresh && (next == last + 52'd1);

  reg  [51:0] limit, from;
  reg         begin_now;
  always @* begin
    from      = next;
    limit     = 52'd0;
    begin_now = 1'b0;
    if ((state == S_IDLE) && go_on && !gone) begin
      if (fresh)
        from = cur;
      limit = cur + {45'd0, reach} - 52'd1;
      if (((last - cur) < {45'd0, reach}))
        limit = last;
      begin_now = (last >= cur) && (from <= limit) && ((limit == last) || ((limit - from) >= 52'd7));
    end
  end
  wire [51:0] room = limit - from;
  wire [4:0]  size = (room > 52'd31) ? 5'd31 : room[4:0];     // less one

  // ------------------------------------------------------------------ which 8 pages to ask for

  reg         c_any;
  reg  [2:0]  c_which;
  reg  [7:0]  c_need, c_span;
  reg  [2:0]  c_lo, c_hi;
  always @* begin
    c_any   = 1'b0;
    c_which = 3'd0;
    c_need  = 8'd0;
    c_span  = 8'd0;
    c_lo    = 3'd0;
    c_hi    = 3'd0;
    if (work && !a_req) begin
      for (i = 4; i >= 0; i = i - 1)
        if ((|need[i*8 +: 8]) && !fly[i] && ((res_off == sc_end) || (res_off[5:3] > i[2:0]))) begin
          c_any   = 1'b1;
          c_which = i[2:0];
          c_need  = need[i*8 +: 8];
        end
      for (i = 7; i >= 0; i = i - 1)
        if (c_need[i])
          c_lo = i[2:0];
      for (i = 0; i < 8; i = i + 1)
        if (c_need[i])
          c_hi = i[2:0];
      c_span = (8'hff << c_lo) & (8'hff >> (3'd7 - c_hi));
    end
  end

  // ------------------------------------------------------------------ which page to request

  reg  [5:0]  n_page;
  reg  [5:0]  n_count;
  always @* begin
    n_page  = 6'd0;
    n_count = 6'd0;
    if ((state == S_TURN) || (state == S_GROUP))
      for (i = 39; i >= 0; i = i - 1)
        if (none[i]) begin
          n_page  = i[5:0];
          n_count = n_count + 6'd1;
        end
  end

  // ------------------------------------------------------------------ a request that is over

  wire [7:0] d_span = span[a_chunk];
  // The second time some pages of the span may still wait for their group: credits were short.
  wire [7:0] d_care = care[{a_chunk, 3'd0} +: 8] & d_span & ~(second ? none[{a_chunk, 3'd0} +: 8] : 8'd0);
  wire [7:0] d_none = d_care & a_none & ~a_ok;
  wire [7:0] d_rest = d_care & ~a_none & ~a_ok;

  wire [48:0] d_far = d_page[51:3] - base;

  assign sc_req = work && (sc_off != sc_end);
  assign g_want = (state == S_TURN) && !cutting;
  assign g_last = (g_left == 7'd1) || cutting;
  assign g_idle = (state != S_GROUP);
  assign g_drop = (state == S_RESP) && !go_on;
  assign waiting = (state == S_RESP);
  assign paging  = waiting || (state == S_TURN) || (state == S_GROUP);
  assign failed  = waiting && g_done && (g_result == 2'd2);
  assign refused = waiting && g_done && (g_result == 2'd1) && alone && (d_far < 49'd5) &&
                   asked[{d_far[2:0], d_page[2:0]}];
  assign keyed   = (state == S_GROUP);
  assign active  = ((state != S_IDLE) && !waiting) || begin_now;

  always @(posedge clk)
    if (rst || gone) begin
      state   <= S_IDLE;
      on      <= 1'b0;
      covered <= 1'b0;
      care    <= 40'd0;
      need    <= 40'd0;
      none    <= 40'd0;
      asked   <= 40'd0;
      fly     <= 5'd0;
      a_req   <= 1'b0;
      g_req   <= 1'b0;
      g_some  <= 1'b0;
      second  <= 1'b0;
      slow    <= 1'b0;
      given_up <= 1'b0;
      sc_off  <= 6'd0;
      sc_end  <= 6'd0;
      res_off <= 6'd0;
    end else begin
      if (!hint) begin
        on   <= 1'b0;
        slow <= 1'b0;
      end
      given_up <= (state == S_WORK) && (given_up || off);
      covered <= (state != S_IDLE) && (d_far < 49'd5) && care[{d_far[2:0], d_page[2:0]}];

      case (state)
        S_IDLE: begin
          care <= 40'd0;
          if (begin_now) begin
            state   <= S_WORK;
            on      <= 1'b1;
            if (fresh) begin
              start <= from;
              slow  <= 1'b0;
            end
            base    <= from[51:3];
            sc_page <= from;
            sc_off  <= {3'd0, from[2:0]};
            res_off <= {3'd0, from[2:0]};
            sc_end  <= {3'd0, from[2:0]} + {1'b0, size} + 6'd1;
            care    <= ({8'd0, {32{1'b1}}} >> (5'd31 - size)) << from[2:0];
            next    <= from + {47'd0, size} + 52'd1;
            second  <= 1'b0;
          end
        end
        S_WORK: begin
          if (sc_take) begin
            sc_off  <= sc_off + 6'd1;
            sc_page <= sc_page + 52'd1;
          end
          if (sc_res) begin
            res_off <= res_off + 6'd1;
            if (sc_hit)
              care[res_off] <= 1'b0;
            else
              need[res_off] <= 1'b1;
          end
          if (c_any) begin
            a_req   <= 1'b1;
            a_page  <= {base + {46'd0, c_which}, c_lo};
            a_more  <= c_hi - c_lo;
            a_which <= c_which;
            span[c_which] <= c_span;
          end else if (a_req && a_sent) begin
            a_req        <= 1'b0;
            fly[a_which] <= 1'b1;
            need[{a_which, 3'd0} +: 8] <= 8'd0;
          end else if (!work)
            a_req <= 1'b0;
          if (a_done) begin
            fly[a_chunk] <= 1'b0;
            if (!second)
              none[{a_chunk, 3'd0} +: 8] <= none[{a_chunk, 3'd0} +: 8] | d_none;
            if (a_again)
              need[{a_chunk, 3'd0} +: 8] <= d_rest;
            care[{a_chunk, 3'd0} +: 8] <= care[{a_chunk, 3'd0} +: 8] &
                                          ~(a_ok | (second ? d_none : 8'd0) | (a_again ? 8'd0 : d_rest));
          end
          if (!work) begin
            // What is looked up comes back; what is in flight as well.
            if (!a_req && (fly == 5'd0) && !a_done && (sc_off == res_off)) begin
              state <= S_IDLE;
              on    <= 1'b0;
              need  <= 40'd0;
              none  <= 40'd0;
            end
          end else if ((res_off == sc_end) && (need == 40'd0) && !a_req && !c_any && (fly == 5'd0)) begin
            if ((none != 40'd0) && pri_usable)
              state <= S_TURN;
            else begin
              state <= S_IDLE;
              none  <= 40'd0;
            end
          end
        end
        S_TURN:
          if (cutting) begin
            state <= S_IDLE;
            none  <= 40'd0;
          end else if (g_go) begin
            state  <= S_GROUP;
            g_left <= ({1'b0, n_count} < g_credits) ? {1'b0, n_count} : g_credits;
            g_some <= 1'b0;
            alone  <= (n_count == 6'd1) || (g_credits == 7'd1);
            asked  <= 40'd0;
          end
        S_GROUP: begin
          if (!g_req) begin
            g_req  <= 1'b1;
            g_page <= {base, 3'd0} + {46'd0, n_page};
            none[n_page]  <= 1'b0;
            asked[n_page] <= 1'b1;
          end else if (g_sent) begin
            g_req  <= 1'b0;
            g_some <= 1'b1;
            g_left <= g_left - 7'd1;
            if (g_last) begin
              state <= S_RESP;
              slow  <= 1'b1;
            end
          end
          // Nothing of it is on its way yet; or all of PRI was reset under it.
          if ((cutting && !g_some && !g_sent) || g_done) begin
            state <= S_IDLE;
            g_req <= 1'b0;
            none  <= 40'd0;
            on    <= 1'b0;
          end
        end
        default:                       // S_RESP
          if (!go_on) begin
            state <= S_IDLE;
            on    <= 1'b0;
            none  <= 40'd0;
          end else if (g_done) begin
            need   <= (g_result == 2'd0) ? asked : 40'd0;
            second <= 1'b1;
            // A response that is not success does not say which page it is about.
            if (g_result == 2'd0)
              state <= S_WORK;
            else begin
              state <= S_IDLE;
              none  <= 40'd0;
            end
          end
      endcase
    end

endmodule

`default_nettype wire
