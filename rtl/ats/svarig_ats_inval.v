// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_inval: Invalidate Requests, from the message to the Invalidate Completion (PCIe Base
// Specification 10.3).
//
// A ring takes all 32 requests a host may have outstanding, whatever the transmit side does. They are
// worked off in batches:
//   1. block: no new grant of a translation;
//   2. wait until no client holds one (any_held);
//   3. for each request of the batch: mark translation requests in flight, walk the ATC;
//   4. lift the block; wait for the DMA reads that were outstanding then (a snapshot: later ones do not count);
//   5. send one Invalidate Completion each. Writes made with an old translation were accepted before step 3, so the
//      completion is behind them on the wire.
// Requests that arrive in 4 or 5 are the next batch. Nothing here depends on the enables: it works with ATS
// or bus mastering off. The firmware's own request (mcu_*) goes through 1 to 4.

`default_nettype none

module svarig_ats_inval #(
  parameter READS = 32                 // width of the map of outstanding reads
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [4:0]       cfg_stu,
  input  wire [15:0]      cfg_rid,

  input  wire             msg_valid,   // an Invalidate Request, one cycle
  input  wire             msg_pfx_valid,
  input  wire [19:0]      msg_pasid,
  input  wire [15:0]      msg_from,    // requester ID
  input  wire [4:0]       msg_itag,
  input  wire [63:0]      msg_entry,   // payload: 63:12 page, 11 S, 0 Global

  input  wire             mcu_valid,   // one cycle, only while mcu_busy is low
  input  wire             mcu_all,
  input  wire [20:0]      mcu_pasid,
  output wire             mcu_busy,

  output wire             block,
  input  wire             any_held,
  input  wire [READS-1:0] reads,       // DMA reads outstanding

  output wire             inv_start,   // also marks translation requests in flight
  input  wire             inv_busy,
  output reg              i_all,
  output reg              i_exact,
  output reg              i_global,
  output reg  [20:0]      i_pasid,
  output reg  [51:0]      i_page,
  output reg  [51:0]      i_mask,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire [127:0]     tx_hdr,

  output wire             ev_request,
  output wire             ev_completion,
  output wire             outstanding
);

  localparam [2:0] S_IDLE = 3'd0, S_HOLD = 3'd1, S_LOAD = 3'd2, S_START = 3'd3, S_WALK = 3'd4, S_DRAIN = 3'd5,
                   S_SEND = 3'd6;

  reg  [2:0]   state;
  reg  [95:0]  ring [0:31];            // PASID 95:75, requester 74:59, ITag 58:54, S 53, Global 52, page 51:0
  reg  [5:0]   wr, done, sent;         // received, dropped from the ATC, answered
  reg          m_pend, m_run;          // the firmware's request waits; is in work
  reg          m_all;
  reg  [20:0]  m_pasid;
  reg  [READS-1:0] snap;

  wire         room = ((wr - sent) != 6'd32);
  wire [95:0]  head = ring[done[4:0]];
  wire [95:0]  tail = ring[sent[4:0]];
  wire [51:0]  h_page = head[51:0];
  wire [51:0]  stu    = (52'd1 << cfg_stu) - 52'd1;
  wire         more = (wr != done) || m_pend;
  wire         shot = tx_valid && tx_ready;

  assign block     = (state == S_HOLD) || (state == S_LOAD) || (state == S_START) || (state == S_WALK);
  assign inv_start = (state == S_START);
  assign mcu_busy  = m_pend || m_run;
  assign tx_valid  = (state == S_SEND);
  // 10.3.2: routed by ID, Completion Count 1 (one traffic class is in use), the ITag's bit in the vector.
  assign tx_hdr    = {8'h32, 24'd0, cfg_rid, 8'h00, 8'h02, tail[74:59], 13'd0, 3'd1, 32'd1 << tail[58:54]};
  assign ev_request    = msg_valid && room;
  assign ev_completion = shot;
  assign outstanding   = (state != S_IDLE) || more;

  always @(posedge clk)
    if (msg_valid && room)
      ring[wr[4:0]] <= {msg_pfx_valid, msg_pasid, msg_from, msg_itag, msg_entry[11], msg_entry[0], msg_entry[63:12]};

  always @(posedge clk)
    if (rst) begin
      state    <= S_IDLE;
      wr       <= 6'd0;
      done     <= 6'd0;
      sent     <= 6'd0;
      m_pend   <= 1'b0;
      m_run    <= 1'b0;
      m_all    <= 1'b0;
      m_pasid  <= 21'd0;
      snap     <= {READS{1'b0}};
      i_all    <= 1'b0;
      i_exact  <= 1'b0;
      i_global <= 1'b0;
      i_pasid  <= 21'd0;
      i_page   <= 52'd0;
      i_mask   <= 52'd0;
    end else begin
      if (msg_valid && room)
        wr <= wr + 6'd1;
      if (mcu_valid) begin
        m_pend  <= 1'b1;
        m_all   <= mcu_all;
        m_pasid <= mcu_pasid;
      end
      case (state)
        S_IDLE:
          if (more)
            state <= S_HOLD;
        S_HOLD:
          if (!any_held)
            state <= S_LOAD;
        S_LOAD: begin
          if (m_pend) begin
            m_pend   <= 1'b0;
            m_run    <= 1'b1;
            i_all    <= m_all;
            i_exact  <= 1'b1;
            i_global <= 1'b0;
            i_pasid  <= m_pasid;
            i_page   <= 52'd0;
            i_mask   <= {52{1'b1}};
          end else begin
            done     <= done + 6'd1;
            i_all    <= 1'b0;
            i_exact  <= 1'b0;
            i_global <= head[52];
            i_pasid  <= head[95:75];
            i_page   <= h_page;
            // 10.3.1: S as in a translation; smaller than the smallest unit is rounded up.
            i_mask   <= stu | (head[53] ? (h_page ^ (h_page + 52'd1)) : 52'd0);
          end
          state <= S_START;
        end
        S_START:
          state <= S_WALK;
        S_WALK:
          if (!inv_busy) begin
            state <= more ? S_LOAD : S_DRAIN;
            snap  <= reads;
          end
        S_DRAIN: begin
          snap <= snap & reads;
          if (snap == {READS{1'b0}}) begin
            m_run <= 1'b0;
            state <= (sent != done) ? S_SEND : S_IDLE;
          end
        end
        S_SEND:
          if (shot) begin
            sent <= sent + 6'd1;
            if ((sent + 6'd1) == done)
              state <= S_IDLE;
          end
        default:
          state <= S_IDLE;
      endcase
    end

  wire unused = &{1'b0, msg_entry, head, tail};

endmodule

`default_nettype wire
