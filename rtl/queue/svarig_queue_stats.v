// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_queue_stats: what every queue has done so far (host/include/svarig_hw.toml, QC_JOBS_OK to QC_STALL_DATA).
//
// add: a lane's report for queue a; zero clears the queue. rdata is the counter at offset off of queue a.

`default_nettype none
`include "svarig_hw.vh"

module svarig_queue_stats #(
  parameter QUEUES = 64,
  parameter NC     = 11                // counters of a lane
) (
  input  wire          clk,
  input  wire [$clog2(QUEUES)-1:0] a,
  input  wire          zero,
  input  wire          add,
  input  wire          done,           // a job ended: with the next three
  input  wire          ok,
  input  wire [31:0]   bytes,
  input  wire [31:0]   cycles,
  input  wire [NC*32-1:0] counts,      // QC_ATC_HITS first
  input  wire [7:0]    off,
  output reg  [31:0]   rdata
);

  reg  [63:0]      jobs  [0:QUEUES-1]; // ok, failed
  reg  [63:0]      sum   [0:QUEUES-1];
  reg  [63:0]      time_ [0:QUEUES-1];
  reg  [NC*32-1:0] rest  [0:QUEUES-1];
  wire [63:0]      a_jobs = jobs[a];
  wire [63:0]      a_sum  = sum[a];
  wire [63:0]      a_time = time_[a];

  function [NC*32-1:0] both(input [NC*32-1:0] x, input [NC*32-1:0] y);
    integer i;
    for (i = 0; i < NC; i = i + 1)
      both[i*32 +: 32] = x[i*32 +: 32] + y[i*32 +: 32];
  endfunction

  always @(posedge clk)
    if (zero) begin
      jobs[a]  <= 64'd0;
      sum[a]   <= 64'd0;
      time_[a] <= 64'd0;
      rest[a]  <= {NC*32{1'b0}};
    end else if (add) begin
      rest[a] <= both(rest[a], counts);
      if (done) begin
        jobs[a]  <= {a_jobs[63:32] + {31'd0, ok}, a_jobs[31:0] + {31'd0, !ok}};
        sum[a]   <= a_sum + {32'd0, bytes};
        time_[a] <= a_time + {32'd0, cycles};
      end
    end

  wire [31:0] word  = {24'd0, off} - `SVARIG_QC_ATC_HITS;
  wire [31:0] index = {2'd0, word[31:2]};
  wire [NC*32-1:0] a_rest = rest[a] >> {index, 5'd0};
  always @*
    case ({24'd0, off})
      `SVARIG_QC_JOBS_OK:     rdata = a_jobs[63:32];
      `SVARIG_QC_JOBS_FAILED: rdata = a_jobs[31:0];
      `SVARIG_QC_BYTES_LO:    rdata = a_sum[31:0];
      `SVARIG_QC_BYTES_HI:    rdata = a_sum[63:32];
      `SVARIG_QC_CYCLES_LO:   rdata = a_time[31:0];
      `SVARIG_QC_CYCLES_HI:   rdata = a_time[63:32];
      default:                rdata = (index < NC) ? a_rest[31:0] : 32'd0;
    endcase

  wire unused = &{1'b0, word, a_rest};

endmodule

`default_nettype wire
