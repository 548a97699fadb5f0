// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rd_slots: read tags. One tag k, any one, is followed from the lane that gets it to the host and back:
//   once            a tag is given to one lane, and never while it is outstanding, in quarantine or held
//   comes back      what neither a lane holds nor the host owes is free; what the host has answered or given up in
//                   full (2.3.2: the last byte, UR, CA) is not owed; nothing else ends a request
//   told            a lane that waits for a read is told of its end, be it a time-out
//   counted         the books of lanes, functions and of all tags are what is really out
//   turns           a lane that may have a tag is passed by another once at most
// The host answers with any header at any time, right or wrong; a time-out may strike whenever no completion comes.
// Four tags, two lanes, two functions. What is stored in the slots is not looked at.

`default_nettype none

module tags_prove (
  input wire         clk,
  input wire [31:0]  now,
  input wire         cfg_ext_tag,
  input wire         cfg_cto_dis,
  input wire [1:0]   al_req,
  input wire [1:0]   al_ctl,
  input wire [2:0]   limit,
  input wire [1:0]   ret_s,
  input wire [3:0]   ret_slot,
  input wire         send_s,
  input wire [1:0]   send_slot,
  input wire         send_fn,
  input wire [8:0]   send_va,
  input wire [9:0]   send_len,
  input wire         drop_s,
  input wire         drop_lane,
  input wire [1:0]   drop_slot,
  input wire         cpl_valid,
  input wire         cpl_eop,
  input wire [127:0] cpl_hdr
);

  localparam N = 4, L = 2;

  (* anyconst *) wire [1:0] k;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  reg  [N-1:0] want, lane, sent;       // held by a lane; which; and its request is sent
  reg          mid;                    // a completion is on its way
  wire         cpl_sop = !mid;

  // Lanes give back what they hold and have not sent, send what they hold, and drop what is over.
  wire [N-1:0] done, bad, waiting;
  wire         send = send_s && want[send_slot] && !sent[send_slot];
  wire [1:0]   al_ret;
  wire         drop = drop_s && want[drop_slot] && sent[drop_slot] && done[drop_slot] && (lane[drop_slot] == drop_lane);
  assign al_ret[0] = ret_s[0] && want[ret_slot[1:0]] && !sent[ret_slot[1:0]] && !lane[ret_slot[1:0]] &&
                     !(send && (send_slot == ret_slot[1:0]));
  assign al_ret[1] = ret_s[1] && want[ret_slot[3:2]] && !sent[ret_slot[3:2]] && lane[ret_slot[3:2]] &&
                     !(send && (send_slot == ret_slot[3:2]));

  wire [L-1:0] al_gnt;
  wire [1:0]   al_slot, fn_waiting;
  wire         none_left, timeout;
  wire [31:0]  rid = {16'h0101, 16'h0100};

  svarig_rd_slots #(.DATA_WIDTH(64), .EW(128), .LANES(L), .NS(N), .NF(2), .CYCLES(100), .TIMEOUT(1000)) u_slots (
    .clk(clk), .rst(rst), .now(now), .cfg_ext_tag(cfg_ext_tag), .cfg_cto_dis(cfg_cto_dis), .cfg_rid(rid),
    .al_req(al_req), .al_ctl(al_ctl), .limit({5'd0, limit}), .reserve(3'd1), .al_gnt(al_gnt), .al_slot(al_slot),
    .al_ret(al_ret), .ret_slot(ret_slot), .none_left(none_left), .few_left(), .send(send), .send_slot(send_slot),
    .send_fn({2'd0, send_fn}), .send_va({55'd0, send_va}), .send_len(send_len), .done(done), .bad(bad),
    .q_slot({k, k}), .p_slot({k, k, k, k}), .drop(drop), .drop_lane(drop_lane ? 2'b10 : 2'b01), .drop_slot(drop_slot),
    .rd_en(1'b0), .rd_slot(2'd0), .rd_row(5'd0), .waiting(waiting), .fn_waiting(fn_waiting),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_eop(cpl_eop), .cpl_hdr(cpl_hdr), .cpl_data(64'd0),
    .timeout(timeout)
  );

  wire [N-1:0] x_wait, x_quar, x_want;
  wire [7:0]   x_used0, x_used1;
  wire [8:0]   x_held;
  wire [7:0]   x_count0, x_count1;
  wire [2:0]   x_fn0, x_fn1, x_fn2, x_fn3;
  wire [8:0]   x_next0, x_next1, x_next2, x_next3;
  wire [9:0]   x_left0, x_left1, x_left2, x_left3;
  wire         x_f_on;
  wire [1:0]   x_f_slot;
  wire [L-1:0] x_turn;

  // ------------------------------------------------------------------ what the host owes on tag k

  reg          owed;
  reg  [8:0]   next;                   // of the next byte
  reg  [9:0]   left;                   // bytes
  reg          fn;
  reg          last;                   // the completion on its way is the last one
  wire [10:0]  dws   = {cpl_hdr[105:96] == 10'd0, cpl_hdr[105:96]};
  wire [13:0]  gives = {1'b0, dws, 2'b00} - {12'd0, next[1:0]};
  wire         mine  = cpl_valid && cpl_sop && owed && (cpl_hdr[47:40] == {6'd0, k}) &&
                       (cpl_hdr[63:48] == (fn ? rid[31:16] : rid[15:0]));
  wire         good  = mine && (cpl_hdr[79:77] == 3'd0) && cpl_hdr[126] && (cpl_hdr[75:64] == {2'd0, left}) &&
                       (cpl_hdr[38:32] == next[6:0]) && (gives < {4'd0, left} + 14'd4);
  wire         full  = good && (gives >= {4'd0, left});
  wire         over  = (mine && (cpl_hdr[79:77] != 3'd0)) || (full && cpl_eop) || (cpl_valid && !cpl_sop && cpl_eop && last);

  function [2:0] ones(input [3:0] v);
    ones = {2'd0, v[0]} + {2'd0, v[1]} + {2'd0, v[2]} + {2'd0, v[3]};
  endfunction

  reg  [1:0]   passed;                 // lane 1 was served so often while lane 0 might have been
  wire         x_may0;
  wire [2:0]   fn_k = (k == 2'd0) ? x_fn0 : (k == 2'd1) ? x_fn1 : (k == 2'd2) ? x_fn2 : x_fn3;
  wire [8:0]   next_k = (k == 2'd0) ? x_next0 : (k == 2'd1) ? x_next1 : (k == 2'd2) ? x_next2 : x_next3;
  wire [9:0]   left_k = (k == 2'd0) ? x_left0 : (k == 2'd1) ? x_left1 : (k == 2'd2) ? x_left2 : x_left3;
  wire [9:0]   left_f = (x_f_slot == 2'd0) ? x_left0 : (x_f_slot == 2'd1) ? x_left1 : (x_f_slot == 2'd2) ? x_left2 : x_left3;
  wire [3:0]   of_1 = {x_fn3[0], x_fn2[0], x_fn1[0], x_fn0[0]};

  always @(posedge clk) begin
    assume((send_len != 10'd0) && ({1'b0, send_va} + send_len <= 10'd512));
    if (rst) begin
      want <= {N{1'b0}};
      sent <= {N{1'b0}};
      owed <= 1'b0;
      mid  <= 1'b0;
      last <= 1'b0;
    end else begin
      if (drop)
        want[drop_slot] <= 1'b0;
      if (al_ret[0])
        want[ret_slot[1:0]] <= 1'b0;
      if (al_ret[1])
        want[ret_slot[3:2]] <= 1'b0;
      if (|al_gnt) begin
        want[al_slot] <= 1'b1;
        lane[al_slot] <= al_gnt[1];
        sent[al_slot] <= 1'b0;
      end
      if (send)
        sent[send_slot] <= 1'b1;
      if (cpl_valid) begin
        mid  <= !cpl_eop;
        last <= !cpl_eop && (cpl_sop ? full : last);
      end
      if (over)
        owed <= 1'b0;
      if (good) begin
        next <= next + gives[8:0];
        left <= full ? 10'd0 : (left - gives[9:0]);
      end
      if (send && (send_slot == k)) begin
        owed <= 1'b1;
        next <= send_va;
        left <= send_len;
        fn   <= send_fn;
      end
    end
    if (rst || !x_may0 || al_gnt[0])
      passed <= 2'd0;
    else if (al_gnt[1])
      passed <= passed + 2'd1;

    if (!rst) begin
      // once
      assert(al_gnt != 2'b11);
      assert((al_gnt & ~al_req) == 2'b00);
      if ((|al_gnt) && (al_slot == k))
        assert(!owed && !want[k]);
      // comes back
      assert((x_wait[k] || x_quar[k]) == owed);
      assert(x_want == want);
      if (al_req[0] && al_ctl[0] && !want[k] && !owed)
        assert(|al_gnt);
      if (none_left)
        assert(owed);
      // told
      assert(done == (want & sent & ~waiting));
      assert(waiting == x_wait);
      // counted
      assert(x_used0 == {5'd0, ones(want & ~lane)});
      assert(x_used1 == {5'd0, ones(want & lane)});
      assert(x_held == {6'd0, ones(want)} + {6'd0, ones(x_quar)});
      assert(x_count0 == {5'd0, ones(x_wait & ~of_1)});
      assert(x_count1 == {5'd0, ones(x_wait & of_1)});
      // turns
      assert(passed <= 2'd1);
      // What makes it inductive.
      assert((x_wait & ~want) == {N{1'b0}});
      assert((x_wait & ~sent) == {N{1'b0}});
      assert((x_wait & x_quar) == {N{1'b0}});
      assert((want & ~sent & x_quar) == {N{1'b0}});
      assert((x_fn0 < 3'd2) || !(x_wait[0] || x_quar[0]));
      assert((x_fn1 < 3'd2) || !(x_wait[1] || x_quar[1]));
      assert((x_fn2 < 3'd2) || !(x_wait[2] || x_quar[2]));
      assert((x_fn3 < 3'd2) || !(x_wait[3] || x_quar[3]));
      if (x_f_on)
        assert(x_wait[x_f_slot] || x_quar[x_f_slot]);
      if (x_f_on)
        assert(left_f == 10'd0);
      assert(!x_f_on || mid);
      assert(last == (x_f_on && (x_f_slot == k)));
      if (owed) begin
        assert(fn_k == {2'd0, fn});
        assert(left_k == left);
        assert((next_k == next) || last);
        assert((left != 10'd0) || last);
      end
      if (passed != 2'd0)
        assert(x_turn != 2'b10);
    end
  end

endmodule

`default_nettype wire
