// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sched: which lane works for which queue: deficit round robin.
//
// The queues that can run and have no lane take turns. A turn gives weight times QUANTUM bytes (a weight of 0
// counts as 1); what the jobs of earlier turns took too much is paid back first, and a queue that is still in
// debt then gives its turn up, unless it is alone. at_req offers queue at_queue to lane at_lane (one-hot)
// with at_budget bytes until at_ack; free says which lanes have no queue. A lane gives its queue back with
// release_i and what is left of its share. others: a queue waits and no lane is free. pause: no new offer.
// fresh: fresh_queue begins a new life, without the debt and the broken chain of the one before.

`default_nettype none
`include "svarig_hw.vh"

module svarig_sched #(
  parameter QUEUES = 64,
  parameter LANES  = 4
) (
  input  wire              clk,
  input  wire              rst,
  input  wire              pause,
  input  wire [QUEUES-1:0] runnable,
  input  wire              fresh,
  input  wire [5:0]        fresh_queue,
  output reg  [QUEUES-1:0] owned,
  output wire              others,

  input  wire [LANES-1:0]  free,
  output wire              at_req,
  output reg  [5:0]        at_queue,
  output reg  [LANES-1:0]  at_lane,
  output wire [32:0]       at_budget,  // signed
  output wire [15:0]       at_units,   // QUANTUM bytes of a turn
  output wire              at_chain_bad,
  input  wire              at_ack,
  input  wire [7:0]        weight,     // of at_queue

  input  wire [LANES-1:0]    release_i,
  input  wire [LANES*6-1:0]  r_queue,
  input  wire [LANES*33-1:0] r_budget,
  input  wire [LANES-1:0]    r_chain_bad,
  output wire                working   // something is about to be offered
);

  integer i;
  localparam QW = $clog2(QUEUES);

  localparam [1:0] S_PICK = 2'd0, S_SHARE = 2'd1, S_OFFER = 2'd2;

  reg  [1:0]        state;
  reg  [QUEUES-1:0] after;             // queues above the one whose turn was last
  reg  [QUEUES-1:0] chain_bad;
  reg  [32:0]       debt [0:QUEUES-1]; // signed, never above 0
  reg  [32:0]       budget;

  wire [QUEUES-1:0] ready = runnable & ~owned;
  wire [QUEUES-1:0] pool  = ((ready & after) != {QUEUES{1'b0}}) ? (ready & after) : ready;
  wire [QUEUES-1:0] first = pool & (~pool + 1'b1);
  wire              any   = (ready != {QUEUES{1'b0}});
  wire              alone = ((ready & ~first) == {QUEUES{1'b0}});
  assign others  = any && (free == {LANES{1'b0}});
  assign working = (any && (free != {LANES{1'b0}}) && !pause) || (state != S_PICK);

  wire [QW-1:0]     first_queue;
  genvar g;
  generate
    for (g = 0; g < QW; g = g + 1) begin : number
      // The queues that have bit g in their number.
      localparam [QUEUES-1:0] HAVE = {(QUEUES >> (g + 1)){{(1 << g){1'b1}}, {(1 << g){1'b0}}}};
      assign first_queue[g] = |(first & HAVE);
    end
  endgenerate

  reg          single;
  wire [7:0]   units = (weight == 8'd0) ? 8'd1 : weight;
  wire [32:0]  share = {13'd0, units, 12'd0};        // QUANTUM is 4096
  wire [32:0]  purse = debt[at_queue[QW-1:0]] + share;
  wire         broke = purse[32] || (purse == 33'd0);
  assign at_req    = (state == S_OFFER);
  assign at_budget = budget;
  assign at_units  = {8'd0, units};
  assign at_chain_bad = chain_bad[at_queue[QW-1:0]];

  always @(posedge clk)
    if (rst) begin
      state     <= S_PICK;
      owned     <= {QUEUES{1'b0}};
      after     <= {QUEUES{1'b0}};
      chain_bad <= {QUEUES{1'b0}};
      at_queue  <= 6'd0;
      at_lane   <= {LANES{1'b0}};
      for (i = 0; i < QUEUES; i = i + 1)
        debt[i] <= 33'd0;
    end else begin
      case (state)
        S_PICK:
          if (any && (free != {LANES{1'b0}}) && !pause) begin
            at_lane <= free & (~free + 1'b1);
            after   <= ~(first | (first - 1'b1));
            single  <= alone;
            at_queue <= {{6-QW{1'b0}}, first_queue};
            state   <= S_SHARE;
          end
        S_SHARE: begin
          budget <= broke ? share : purse;
          if (broke && !single) begin
            debt[at_queue[QW-1:0]] <= purse;
            state <= S_PICK;
          end else if (runnable[at_queue[QW-1:0]])
            state <= S_OFFER;
          else
            state <= S_PICK;
        end
        default:
          if (at_ack) begin
            owned[at_queue[QW-1:0]] <= 1'b1;
            state <= S_PICK;
          end
      endcase
      if (fresh) begin
        chain_bad[fresh_queue[QW-1:0]] <= 1'b0;
        debt[fresh_queue[QW-1:0]]      <= 33'd0;
      end
      if (release_i != {LANES{1'b0}})
        for (i = 0; i < LANES; i = i + 1)
          if (release_i[i]) begin
            owned[r_queue[i*6 +: QW]]     <= 1'b0;
            chain_bad[r_queue[i*6 +: QW]] <= r_chain_bad[i];
            debt[r_queue[i*6 +: QW]]      <= r_budget[i*33 + 32] ? r_budget[i*33 +: 33] : 33'd0;
          end
    end

endmodule

`default_nettype wire
