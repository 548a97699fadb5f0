// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_inval: an Invalidate Completion leaves only for a request that was received and not completed, in
// the same life of the function; and not before
//   - the request's scope was given to the cache and to the requests in flight while grants were blocked and no
//     grant was held, and the walk was over;
//   - every read that was outstanding then has ended.
// One request is watched, any one; the host sends what it likes but never an ITag twice (10.3.1). Two functions,
// a ring of four, two reads; page numbers and PASIDs have few live bits: they are only stored.

`default_nettype none

module inval_prove (
  input wire        clk,
  input wire [1:0]  fn_reset,
  input wire        msg_valid,
  input wire        msg_fn_s,
  input wire        msg_itag_s,
  input wire        msg_tagged,
  input wire [1:0]  msg_page_s,
  input wire        msg_s,
  input wire        mcu_valid,
  input wire        mcu_all,
  input wire        mcu_fn_s,
  input wire        any_held,
  input wire [1:0]  reads,
  input wire        inv_busy,
  input wire        mark_ack,
  input wire        tx_ready
);

  (* anyconst *) wire k_fn;
  (* anyconst *) wire k_itag;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  wire         mcu_busy, block, inv_start, mark_req, tx_valid, ev_request, ev_completion, outstanding;
  wire [130:0] i_scope;
  wire [2:0]   mark_fn;
  wire [19:0]  mark_pasid;
  wire [127:0] tx_hdr;
  wire [1:0]   fn_busy;
  wire [63:0]  entry = {50'd0, msg_page_s, msg_s, 11'd0};

  svarig_ats_inval #(.NF(2), .READS(2), .RING(2)) u_inval (
    .clk(clk), .rst(rst), .cfg_stu(5'd0), .cfg_rid({16'h0101, 16'h0100}), .fn_reset(fn_reset),
    .msg_valid(msg_valid), .msg_fn({2'd0, msg_fn_s}), .msg_pfx_valid(msg_tagged), .msg_pasid(20'd0),
    .msg_from(16'h0010), .msg_itag({4'd0, msg_itag_s}), .msg_entry(entry),
    .mcu_valid(mcu_valid), .mcu_all(mcu_all), .mcu_fn({2'd0, mcu_fn_s}), .mcu_pasid(21'd0), .mcu_busy(mcu_busy),
    .block(block), .any_held(any_held), .reads(reads), .inv_start(inv_start), .inv_busy(inv_busy),
    .i_scope(i_scope), .mark_req(mark_req), .mark_fn(mark_fn), .mark_pasid(mark_pasid), .mark_ack(mark_ack),
    .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_hdr(tx_hdr),
    .ev_request(ev_request), .ev_completion(ev_completion), .fn_busy(fn_busy), .outstanding(outstanding)
  );

  // What the host owes us: no ITag twice; a request is for the watched function and ITag, or for others.
  reg        out = 1'b0;               // the watched one is received and not completed
  wire       mine = msg_valid && (msg_fn_s == k_fn) && (msg_itag_s == k_itag);
  wire       done = tx_valid && tx_ready;
  wire       done_mine = done && (tx_hdr[95:80] == (k_fn ? 16'h0101 : 16'h0100)) && tx_hdr[{4'd0, k_itag}];
  reg        let_go = 1'b0;

  reg        applied = 1'b0, walked = 1'b0;
  reg [1:0]  owe = 2'd0;
  reg [1:0]  page = 2'd0;
  reg        tagged = 1'b0, s = 1'b0;
  wire [51:0] want_mask = s ? ({50'd0, page} ^ ({50'd0, page} + 52'd1)) : 52'd0;
  wire       same = (i_scope[130:128] == 3'd0) && (i_scope[127:125] == {2'd0, k_fn}) && (i_scope[124] == tagged) &&
                    (i_scope[103:52] == {50'd0, page}) && (i_scope[51:0] == want_mask);

  always @(posedge clk) begin
    assume(!(mine && out));
    assume(!(mcu_valid && mcu_busy));
    assume(!(rst && (msg_valid || mcu_valid)));
    if (inv_start)
      assume(!inv_busy);
    // While grants are blocked what is held is released and nothing new is held.
    let_go <= block && !any_held;
    if (let_go && block)
      assume(!any_held);

    if (rst || fn_reset[k_fn])
      out <= 1'b0;
    else if (mine && ev_request)
      out <= 1'b1;
    else if (done_mine)
      out <= 1'b0;
    if (mine && ev_request) begin
      page    <= msg_page_s;
      tagged  <= msg_tagged;
      s       <= msg_s;
      applied <= 1'b0;
      walked  <= 1'b0;
    end else begin
      if (inv_start && same && !any_held && block && out) begin
        applied <= 1'b1;
        owe     <= reads;
      end else
        owe <= owe & reads;
      if (applied && !inv_busy && !inv_start)
        walked <= 1'b1;
    end
    if (!rst && inv_start)
      assert(block);
    if (!rst && done_mine) begin
      assert(out);
      assert(applied && walked);
      assert(owe == 2'd0);
      assert(!fn_reset[k_fn]);
    end
  end

endmodule

`default_nettype wire
