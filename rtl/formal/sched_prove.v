// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sched between queues that become runnable as they like and lanes that give queues back at any time:
//   no double       a queue is given to one lane only, which had none; owned tells exactly which are out, none is lost
//   turns           while queue k waits, another queue j is served at most once for each turn that k spends
//   weights         what a lane gets is weight times 4096 bytes less what the queue took too much before, to the byte;
//                   a queue gives its turn up only while that is not above 0 and others wait
//   bound           while k waits and is not in debt it is picked within 4 picks (the number of queues), and a pick
//                   takes at most 3 cycles once a lane is free, plus what at_ack lets wait
// Four queues, two lanes; a job takes at most 64 KiB more than its share.

`default_nettype none

module sched_prove (
  input wire        clk,
  input wire        pause,
  input wire [3:0]  runnable,
  input wire        ack_s,
  input wire        fresh,             // a queue without a lane begins anew
  input wire [1:0]  fresh_queue,
  input wire [1:0]  give,              // a lane gives its queue back,
  input wire [65:0] left,              // with what is left of its share
  input wire [1:0]  bad_chain,
  input wire [31:0] weights            // one per queue
);

  localparam Q = 4, L = 2;

  (* anyconst *) wire [1:0] k;
  (* anyconst *) wire [1:0] j;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  wire [Q-1:0]  owned;
  wire          others, at_req, at_chain_bad, working;
  wire [5:0]    at_queue;
  wire [L-1:0]  at_lane;
  wire [32:0]   at_budget;
  wire [15:0]   at_units;
  wire          at_ack = at_req && ack_s;

  // The lanes: who has what.
  reg  [L-1:0]  has;
  reg  [1:0]    queue [0:L-1];
  wire [L-1:0]  rel = give & has;
  wire          new_life = fresh && !owned[fresh_queue];
  wire [7:0]    weight = weights[at_queue[1:0]*8 +: 8];

  svarig_sched #(.QUEUES(Q), .LANES(L)) u_sched (
    .clk(clk), .rst(rst), .pause(pause), .runnable(runnable), .fresh(new_life), .fresh_queue({4'd0, fresh_queue}), .owned(owned), .others(others),
    .free(~has), .at_req(at_req), .at_queue(at_queue), .at_lane(at_lane), .at_budget(at_budget), .at_units(at_units),
    .at_chain_bad(at_chain_bad), .at_ack(at_ack), .weight(weight),
    .release_i(rel), .r_queue({4'd0, queue[1], 4'd0, queue[0]}), .r_budget(left), .r_chain_bad(bad_chain),
    .working(working)
  );

  wire [1:0]    x_state;
  wire [Q-1:0]  x_after, x_chain_bad;
  wire          x_single;
  wire [32:0]   x_debt0, x_debt1, x_debt2, x_debt3, x_budget;
  wire [32:0]   x_debt = (k == 2'd0) ? x_debt0 : (k == 2'd1) ? x_debt1 : (k == 2'd2) ? x_debt2 : x_debt3;

  function [Q-1:0] hot(input [1:0] n);
    hot = 4'd1 << n;
  endfunction

  wire          waits  = runnable[k] && !owned[k];
  wire          served = at_ack && (at_queue[1:0] == k);
  wire          passes = at_ack && (at_queue[1:0] == j);
  wire          turned = (x_state == 2'd1);               // a queue has its turn
  wire [7:0]    units  = (weights[k*8 +: 8] == 8'd0) ? 8'd1 : weights[k*8 +: 8];
  wire [32:0]   share  = {13'd0, units, 12'd0};

  reg  [32:0]   owes;                  // what k took too much and has not paid back, as a negative number
  reg           bad;                   // the chain of k was broken when it was given back
  wire [32:0]   purse  = owes + share;
  wire          poor   = purse[32] || (purse == 33'd0);
  wire          spends = turned && (at_queue[1:0] == k) && poor && !x_single;
  reg           chosen;                // k has been picked since it waits: it is offered, or has given up
  reg  [2:0]    passed;                // j was served so often since k waits or last gave up its turn
  reg  [2:0]    picks;                 // picks of others since
  wire          pick = (x_state == 2'd0) && (|(runnable & ~owned)) && (|(~has)) && !pause;

  // How far behind the last picked queue k and j come.
  wire [1:0]    from = x_after[0] ? 2'd0 : x_after[1] ? 2'd1 : x_after[2] ? 2'd2 : x_after[3] ? 2'd3 : 2'd0;
  wire [1:0]    dist_k = k - from, dist_j = j - from;
  wire          k_has_turn = (x_state != 2'd0) && (at_queue[1:0] == k);
  reg  [1:0]    slow;                  // cycles since the last pick in which nothing was waited for

  integer i;
  always @(posedge clk) begin
    assume(k != j);
    // What a lane gives back: not more than it got; not less than a job of 64 KiB beyond.
    for (i = 0; i < L; i = i + 1) begin
      assume(left[i*33 + 20 +: 13] == 13'h0000 || left[i*33 + 20 +: 13] == 13'h1fff);
      assume(left[i*33 + 16 +: 4] == {4{left[i*33 + 32]}});
    end
    if (rst) begin
      has  <= {L{1'b0}};
      owes <= 33'd0;
      bad  <= 1'b0;
    end else begin
      for (i = 0; i < L; i = i + 1) begin
        if (rel[i])
          has[i] <= 1'b0;
        if (rel[i] && (queue[i] == k)) begin
          owes <= left[i*33 + 32] ? left[i*33 +: 33] : 33'd0;
          bad  <= bad_chain[i];
        end
        if (at_ack && at_lane[i]) begin
          has[i]   <= 1'b1;
          queue[i] <= at_queue[1:0];
        end
      end
      if (spends)
        owes <= purse;
      if (new_life && (fresh_queue == k)) begin
        owes <= 33'd0;
        bad  <= 1'b0;
      end
    end
    if (rst || !waits || served || spends) begin
      passed <= 3'd0;
      picks  <= 3'd0;
    end else begin
      if (passes)
        passed <= passed + 3'd1;
      if (pick && !u_first_is_k)
        picks <= picks + 3'd1;
    end

    if (rst || pick || !waits || (&has) || pause || (at_req && !at_ack))
      slow <= 2'd0;
    else
      slow <= slow + 2'd1;

    if (!rst) begin
      // no double, none lost
      assert(owned == ((has[0] ? hot(queue[0]) : 4'd0) | (has[1] ? hot(queue[1]) : 4'd0)));
      assert(!(has[0] && has[1] && (queue[0] == queue[1])));
      if (at_req) begin
        assert((at_lane == 2'b01) || (at_lane == 2'b10));
        assert((at_lane & has) == 2'b00);
        assert(!owned[at_queue[1:0]]);
      end
      assert(others == ((|(runnable & ~owned)) && (&has)));
      // weights
      if (at_req && (at_queue[1:0] == k)) begin
        assert(at_chain_bad == bad);
        assert(!at_budget[32] && (at_budget != 33'd0));
      end
      assert((owes == 33'd0) || owes[32]);
      // turns
      assert(passed <= 3'd1);
      assert(picks <= 3'd3);
      assert(slow <= 2'd2);
      // What makes it inductive.
      assert(x_state != 2'd3);
      if (!k_has_turn)
        assert({1'b0, picks} + {2'd0, dist_k} <= 4'd3);
      if ((passed != 3'd0) && !k_has_turn) begin
        assert(dist_j > dist_k);
        assert(!((x_state != 2'd0) && (at_queue[1:0] == j)));
      end
      assert(slow <= ((x_state == 2'd0) ? 2'd2 : (x_state == 2'd1) ? 2'd0 : 2'd1));
      assert(x_debt == owes);
      assert(x_chain_bad[k] == bad);
      assert(at_queue[5:2] == 4'd0);
      assert((x_after & (~x_after >> 1)) == 4'd0);
      if (x_state != 2'd0) begin
        assert((at_lane == 2'b01) || (at_lane == 2'b10));
        assert((at_lane & has) == 2'b00);
        assert(!owned[at_queue[1:0]]);
        assert(x_after == ~((hot(at_queue[1:0]) << 1) - 4'd1));
      end
    end
  end

  wire [Q-1:0] ready = runnable & ~owned;
  wire [Q-1:0] pool  = (|(ready & x_after)) ? (ready & x_after) : ready;
  wire         u_first_is_k = ((pool & (~pool + 4'd1)) == hot(k));

  // The budget that is offered is what the turn had.
  reg          had;
  reg  [32:0]  got;
  always @(posedge clk) begin
    if (turned) begin
      had <= (at_queue[1:0] == k);
      got <= poor ? share : purse;
    end
    if (!rst && at_req && had && (at_queue[1:0] == k))
      assert(at_budget == got);
    if (!rst && at_req && (at_queue[1:0] == k))
      assert(had);
  end

endmodule

`default_nettype wire
