// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_core_events: what svarig_core tells of errors, and the pulses of its counters (svarig_core_ports.md).
//
// Several lanes may end a job or send a request in one cycle; what does not fit the one pulse of a cycle
// waits here. any: something is still to be told.

`default_nettype none
`include "svarig_hw.vh"

module svarig_core_events #(
  parameter LANES = 4
) (
  input  wire              clk,
  input  wire              rst,
  input  wire              cpl_start,
  input  wire [127:0]      cpl_hdr,
  input  wire              d_mine,     // svarig_rd_slots
  input  wire [2:0]        d_fn,
  input  wire              d_unexp,
  input  wire              d_poisoned,
  input  wire              d_ur,
  input  wire              d_ca,
  input  wire              d_timeout,
  input  wire [2:0]        d_timeout_fn,
  input  wire [10:0]       d_bytes,
  input  wire              a_mine,     // svarig_ats
  input  wire [2:0]        a_fn,
  input  wire              a_unexp,
  input  wire              a_poisoned,
  input  wire              a_ur,
  input  wire              a_ca,
  input  wire              a_timeout,
  input  wire [2:0]        a_timeout_fn,

  output reg               err_unexp_cpl,
  output reg               err_poisoned,
  output reg               err_timeout,
  output reg               err_rcv_ur,
  output reg               err_rcv_ca,
  output reg  [127:0]      err_hdr,
  output reg  [2:0]        err_fn,

  input  wire              busy,
  input  wire [LANES-1:0]  done,
  input  wire [LANES-1:0]  ok,
  input  wire [LANES-1:0]  read,
  input  wire [LANES-1:0]  write,
  input  wire [LANES*10-1:0] bytes,    // with write
  input  wire              hit,
  input  wire              miss,
  input  wire              xlat_req,
  input  wire              xlat_fault,
  input  wire              page_req,
  input  wire              prg_ok,
  input  wire              prg_invalid,
  input  wire              prg_failure,
  input  wire              prg_unexpected,
  input  wire              inv_req,
  input  wire              inv_cpl,
  input  wire              inv_stale,
  input  wire              doorbell,
  input  wire              bad_doorbell,

  output reg  [`SVARIG_CNT_COUNT-1:0] ev,
  output wire [7:0]        ev_rd_bytes,
  output wire [7:0]        ev_wr_bytes,
  output wire              any
);

  integer i;

  // A completion whose tag is nobody's.
  wire unexp = d_unexp || a_unexp || (cpl_start && !d_mine && !a_mine);

  always @(posedge clk) begin
    err_unexp_cpl <= !rst && unexp;
    err_poisoned  <= !rst && (d_poisoned || a_poisoned);
    err_timeout   <= !rst && (d_timeout || a_timeout);
    err_rcv_ur    <= !rst && (d_ur || a_ur);
    err_rcv_ca    <= !rst && (d_ca || a_ca);
    if (cpl_start)
      err_hdr <= cpl_hdr;
    err_fn        <= cpl_start ? (d_mine ? d_fn : a_mine ? a_fn : 3'd0) : d_timeout ? d_timeout_fn : a_timeout_fn;
  end

  // Jobs of several lanes may end together.
  reg  [2:0] good, poor, n_good, n_poor;
  reg  [9:0] w_bytes;
  always @* begin
    n_good  = good;
    n_poor  = poor;
    w_bytes = 10'd0;
    if (done != {LANES{1'b0}})
      for (i = 0; i < LANES; i = i + 1) begin
        n_good = n_good + {2'd0, done[i] && ok[i]};
        n_poor = n_poor + {2'd0, done[i] && !ok[i]};
      end
    if (write != {LANES{1'b0}})
      for (i = 0; i < LANES; i = i + 1)
        if (write[i])
          w_bytes = bytes[i*10 +: 10];
  end
  always @(posedge clk) begin
    good <= rst ? 3'd0 : (n_good - {2'd0, (n_good != 3'd0)});
    poor <= rst ? 3'd0 : (n_poor - {2'd0, (n_poor != 3'd0)});
  end

  always @(posedge clk) begin
    ev <= {`SVARIG_CNT_COUNT{1'b0}};
    ev[`SVARIG_CNT_BUSY]           <= busy;
    ev[`SVARIG_CNT_JOBS_OK]        <= (n_good != 3'd0);
    ev[`SVARIG_CNT_JOBS_FAILED]    <= (n_poor != 3'd0);
    ev[`SVARIG_CNT_DMA_READS]      <= |read;
    ev[`SVARIG_CNT_DMA_WRITES]     <= |write;
    ev[`SVARIG_CNT_ATC_HITS]       <= hit;
    ev[`SVARIG_CNT_ATC_MISSES]     <= miss;
    ev[`SVARIG_CNT_XLAT_REQS]      <= xlat_req;
    ev[`SVARIG_CNT_XLAT_FAULTS]    <= xlat_fault;
    ev[`SVARIG_CNT_PAGE_REQS]      <= page_req;
    ev[`SVARIG_CNT_PRG_OK]         <= prg_ok;
    ev[`SVARIG_CNT_PRG_INVALID]    <= prg_invalid;
    ev[`SVARIG_CNT_PRG_FAILURE]    <= prg_failure;
    ev[`SVARIG_CNT_PRG_UNEXPECTED] <= prg_unexpected;
    ev[`SVARIG_CNT_INV_REQS]       <= inv_req;
    ev[`SVARIG_CNT_INV_CPLS]       <= inv_cpl;
    ev[`SVARIG_CNT_INV_STALE]      <= inv_stale;
    ev[`SVARIG_CNT_DOORBELLS]      <= doorbell;
    ev[`SVARIG_CNT_BAD_DOORBELLS]  <= bad_doorbell;
    ev[`SVARIG_CNT_CPL_TIMEOUT]    <= d_timeout || a_timeout;
    ev[`SVARIG_CNT_CPL_UNEXPECTED] <= unexp;
    ev[`SVARIG_CNT_CPL_ERROR]      <= d_ur || d_ca || d_poisoned || a_ur || a_ca || a_poisoned;
    if (rst)
      ev <= {`SVARIG_CNT_COUNT{1'b0}};
  end

  // A completion or a write may carry more bytes than fit the port of the counters in one cycle.
  reg  [12:0] rd_sum, wr_sum;
  assign ev_rd_bytes = (rd_sum > 13'd128) ? 8'd128 : rd_sum[7:0];
  assign ev_wr_bytes = (wr_sum > 13'd128) ? 8'd128 : wr_sum[7:0];
  always @(posedge clk)
    if (rst) begin
      rd_sum <= 13'd0;
      wr_sum <= 13'd0;
    end else begin
      rd_sum <= rd_sum - {5'd0, ev_rd_bytes} + {2'd0, d_bytes};
      wr_sum <= wr_sum - {5'd0, ev_wr_bytes} + {3'd0, w_bytes};
    end

  reg  moves;                          // a counter does, BUSY aside
  always @* begin
    moves = 1'b0;
    for (i = 0; i < `SVARIG_CNT_COUNT; i = i + 1)
      if (i != `SVARIG_CNT_BUSY)
        moves = moves || ev[i];
  end
  assign any = moves || (rd_sum != 13'd0) || (wr_sum != 13'd0) || (good != 3'd0) || (poor != 3'd0);

endmodule

`default_nettype wire
