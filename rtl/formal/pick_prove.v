// SPDX-License-Identifier: BSD-2-Clause
//
// The two small arbiters, svarig_eng_pick and svarig_tx_pick: one grant at most, only to who asks, never none while
// somebody does; and no starvation: nobody is served twice while another waits. With tx_pick also: a TLP that is
// begun is ended before another begins.
// Five and four requesters, as in the endpoint; one that waits (k) is watched, and one that could pass it (j).

`default_nettype none

module pick_prove (
  input wire       clk,
  input wire [4:0] ask,
  input wire [3:0] c_valid,
  input wire [3:0] c_eop,
  input wire       ready
);

  (* anyconst *) wire [2:0] k;
  (* anyconst *) wire [2:0] j;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  function [4:0] hot(input [2:0] n);
    hot = 5'd1 << n;
  endfunction
  function one(input [4:0] v);
    one = ((v & (v - 5'd1)) == 5'd0);
  endfunction

  // ------------------------------------------------------------------ svarig_eng_pick

  wire       any;
  wire [4:0] grant;
  wire [2:0] which;
  svarig_eng_pick #(.N(5)) u_eng (.clk(clk), .rst(rst), .ask(ask), .any(any), .grant(grant), .which(which));

  reg  [1:0] passed_e;                 // how often j was served since k waits
  wire [4:0] x_below;
  always @(posedge clk) begin
    assume((k < 3'd5) && (j < 3'd5) && (j != k));
    if (rst || !(|(ask & hot(k))) || (|(grant & hot(k))))
      passed_e <= 2'd0;
    else if (|(grant & hot(j)))
      passed_e <= passed_e + 2'd1;
    if (!rst) begin
      assert(one(grant) && ((grant & ~ask) == 5'd0));
      assert((grant != 5'd0) == (ask != 5'd0));
      assert(any == (ask != 5'd0));
      if (any)
        assert(grant == hot(which));
      assert(passed_e <= 2'd1);
      // What makes it inductive: of those up to the last winner j is one, and k is not behind it unless it comes before j.
      assert(((x_below + 5'd1) & x_below) == 5'd0);
      if (passed_e != 2'd0)
        assert((k > j) ? ((x_below & hot(j)) != 5'd0) && ((x_below & hot(k)) == 5'd0)
                       : ((x_below & hot(j)) != 5'd0) || ((x_below & hot(k)) == 5'd0));
    end
  end

  // ------------------------------------------------------------------ svarig_tx_pick

  wire [3:0] c_ready, who;
  wire       valid;
  svarig_tx_pick #(.N(4)) u_tx (
    .clk(clk), .rst(rst), .c_valid(c_valid), .c_ready(c_ready), .c_eop(c_eop), .valid(valid), .ready(ready), .who(who)
  );

  wire [3:0] took  = c_valid & c_ready;
  reg  [3:0] mid;                      // whose TLP is on its way
  wire [3:0] start = (mid == 4'd0) ? took : 4'd0;
  reg  [1:0] passed_t;
  wire [3:0] x_owner, x_after;
  wire       x_locked;
  always @(posedge clk) begin
    if (rst)
      mid <= 4'd0;
    else if (|took)
      mid <= took & ~c_eop;
    if (rst || !(|(c_valid & hot(k))) || (|(took & hot(k))))
      passed_t <= 2'd0;
    else if (|(start & hot(j)))
      passed_t <= passed_t + 2'd1;
    if (!rst) begin
      assert(one({1'b0, who}) && ((who & ~c_valid) == 4'd0));
      assert(took == (ready ? who : 4'd0));
      assert(valid == (who != 4'd0));
      if (mid == 4'd0)
        assert(valid == (c_valid != 4'd0));
      else
        assert(who == (mid & c_valid));
      if ((k < 3'd4) && (j < 3'd4))
        assert(passed_t <= 2'd1);
      assert(x_locked == (mid != 4'd0));
      if (x_locked) begin
        assert(x_owner == mid);
        assert(x_after == ~(mid | (mid - 4'd1)));
      end
      assert(one({1'b0, mid}));
      assert((x_after & (~x_after >> 1)) == 4'd0);           // ones above zeros
      if ((k < 3'd4) && (j < 3'd4) && (passed_t != 2'd0))
        assert((k > j) ? ((x_after & hot(j)) == 5'd0) && ((x_after & hot(k)) != 5'd0)
                       : ((x_after & hot(j)) == 5'd0) || ((x_after & hot(k)) != 5'd0));
    end
  end

endmodule

`default_nettype wire
