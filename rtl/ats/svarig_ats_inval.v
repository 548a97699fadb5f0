// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_ats_inval: Invalidate Requests, from the message to the Invalidate Completion (PCIe Base
// Specification 10.3).
//
// A ring takes all 32 requests a host may have outstanding at each function, whatever the transmit side does.
// They are worked off in batches:
//   1. block: no new grant of a translation;
//   2. wait until no client holds one (any_held);
//   3. for each request of the batch: mark translation requests in flight, walk the ATC;
//   4. lift the block; wait for the DMA reads that were outstanding then (a snapshot: later ones do not count;
//      those of other functions are waited for too);
//   5. send one Invalidate Completion each. Writes made with an old translation were accepted before step 3, so the
//      completion is behind them on the wire.
// Requests that arrive in 4 or 5 are the next batch. Nothing here depends on the enables: it works with ATS
// or bus mastering off. A function in reset takes none, and what it had is forgotten: no completion leaves.
//
// The firmware's own request (mcu_*) goes through 1 to 4; one for a PASID ends with mark_*: when no translation
// request of that PASID is in flight any more, a Stop Marker is sent if responses to its page requests are
// outstanding (10.4.1.2). Whoever asks for it has stopped the queues of the PASID before.

`default_nettype none

module svarig_ats_inval #(
  parameter NF    = 5,                 // functions
  parameter READS = 64,                // width of the map of outstanding reads
  parameter RING  = 9                  // log2 of the entries of the ring: 32 for each function, and those that resets have left behind
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [4:0]       cfg_stu,
  input  wire [NF*16-1:0] cfg_rid,
  input  wire [NF-1:0]    fn_reset,

  input  wire             msg_valid,   // an Invalidate Request for function msg_fn, one cycle
  input  wire [2:0]       msg_fn,
  input  wire             msg_pfx_valid,
  input  wire [19:0]      msg_pasid,
  input  wire [15:0]      msg_from,    // requester ID
  input  wire [4:0]       msg_itag,
  input  wire [63:0]      msg_entry,   // payload: 63:12 page, 11 S, 0 Global

  input  wire             mcu_valid,   // one cycle, only while mcu_busy is low
  input  wire             mcu_all,
  input  wire [2:0]       mcu_fn,
  input  wire [20:0]      mcu_pasid,
  output wire             mcu_busy,

  output wire             block,
  input  wire             any_held,
  input  wire [READS-1:0] reads,       // DMA reads outstanding

  output wire             inv_start,   // also marks translation requests in flight
  input  wire             inv_busy,
  output reg  [130:0]     i_scope,     // see svarig_inv_scope.vh

  output wire             mark_req,    // level, until mark_ack
  output wire [2:0]       mark_fn,
  output wire [19:0]      mark_pasid,
  input  wire             mark_ack,

  output wire             tx_valid,
  input  wire             tx_ready,
  output wire [127:0]     tx_hdr,

  output wire             ev_request,
  output wire             ev_completion,
  output wire [NF-1:0]    fn_busy,     // a completion of this function is owed
  output wire             outstanding
);

  localparam [3:0] S_IDLE = 4'd0, S_HOLD = 4'd1, S_READ = 4'd2, S_LOAD = 4'd3, S_START = 4'd4, S_WALK = 4'd5,
                   S_DRAIN = 4'd6, S_MARK = 4'd7, S_FETCH = 4'd8, S_SEND = 4'd9;
  localparam RW = 99;

  integer i;

  reg  [3:0]   state;
  reg  [RW-1:0] ring [0:(1<<RING)-1];         // function, PASID, requester, ITag, S, Global, page
  reg  [RW-1:0] head;                  // the entry read
  reg  [RING-1:0] wr, done, sent;        // received, dropped from the ATC, answered
  (* mem2reg *) reg  [5:0]   count [0:NF-1];         // completions owed
  (* mem2reg *) reg  [RING-1:0] grave [0:NF-1];      // a reset function's entries before this place are dead
  reg  [NF-1:0]   dead;                // there are such
  reg          m_pend, m_run;          // the firmware's request waits; is in work
  reg          m_all;
  reg  [2:0]   m_fn;
  reg  [20:0]  m_pasid;
  reg  [READS-1:0] snap;

  wire         take   = msg_valid && ((wr - sent) != {RING{1'b1}}) && (count[msg_fn] != 6'd32) && !fn_reset[msg_fn];
  wire [2:0]   h_fn   = head[98:96];
  wire [51:0]  h_page = head[51:0];
  wire [RING-1:0] h_from = grave[h_fn] - sent;
  wire         h_dead = (dead[h_fn] && (h_from != {RING{1'b0}})) || fn_reset[h_fn];
  wire [51:0]  stu    = (52'd1 << cfg_stu) - 52'd1;
  wire         more   = (wr != done) || m_pend;
  wire         shot   = tx_valid && tx_ready;
  wire         next   = (state == S_SEND) && (shot || h_dead);

  assign block      = (state == S_HOLD) || (state == S_READ) || (state == S_LOAD) || (state == S_START) ||
                      (state == S_WALK);
  assign inv_start  = (state == S_START);
  assign mcu_busy   = m_pend || m_run;
  assign mark_req   = (state == S_MARK);
  assign mark_fn    = m_fn;
  assign mark_pasid = m_pasid[19:0];
  assign tx_valid   = (state == S_SEND) && !h_dead;
  // 10.3.2: routed by ID, Completion Count 1 (one traffic class is in use), the ITag's bit in the vector.
  assign tx_hdr     = {8'h32, 24'd0, cfg_rid[h_fn*16 +: 16], 8'h00, 8'h02, head[74:59], 13'd0, 3'd1, 32'd1 << head[58:54]};
  assign ev_request    = take;
  assign ev_completion = shot;
  assign outstanding   = (state != S_IDLE) || more;

  genvar f;
  generate
    for (f = 0; f < NF; f = f + 1) begin : owed
      assign fn_busy[f] = (count[f] != 6'd0);
    end
  endgenerate

  wire [RING-1:0] nsent = sent + 1'b1;
  wire [RING-1:0] at = ((state == S_FETCH) ? sent : done);
  always @(posedge clk) begin
    if (take)
      ring[wr] <= {msg_fn, msg_pfx_valid, msg_pasid, msg_from, msg_itag, msg_entry[11], msg_entry[0],
                   msg_entry[63:12]};
    if ((state == S_READ) || (state == S_FETCH))
      head <= ring[at];
  end

  always @(posedge clk)
    if (rst) begin
      for (i = 0; i < NF; i = i + 1) begin
        count[i] <= 6'd0;
        grave[i] <= {RING{1'b0}};
        dead[i]  <= 1'b0;
      end
    end else begin
      for (i = 0; i < NF; i = i + 1)
        if (fn_reset[i]) begin
          count[i] <= 6'd0;
          grave[i] <= wr;
          dead[i]  <= 1'b1;
        end else begin
          if (grave[i] == sent)
            dead[i] <= 1'b0;
          count[i] <= count[i] + {5'd0, take && (msg_fn == i[2:0])} - {5'd0, shot && (h_fn == i[2:0])};
        end
    end

  always @(posedge clk)
    if (rst) begin
      state    <= S_IDLE;
      wr       <= {RING{1'b0}};
      done     <= {RING{1'b0}};
      sent     <= {RING{1'b0}};
      m_pend   <= 1'b0;
      m_run    <= 1'b0;
      m_all    <= 1'b0;
      m_fn     <= 3'd0;
      m_pasid  <= 21'd0;
      snap     <= {READS{1'b0}};
      i_scope  <= 131'd0;
    end else begin
      if (take)
        wr <= wr + 1'b1;
      if (mcu_valid) begin
        m_pend  <= 1'b1;
        m_all   <= mcu_all;
        m_fn    <= mcu_fn;
        m_pasid <= mcu_pasid;
      end
      case (state)
        S_IDLE:
          if (more)
            state <= S_HOLD;
        S_HOLD:
          if (!any_held)
            state <= S_READ;
        S_READ:
          state <= S_LOAD;
        S_LOAD: begin
          if (m_pend) begin
            m_pend  <= 1'b0;
            m_run   <= 1'b1;
            i_scope <= {m_all, 1'b1, 1'b0, m_fn, m_pasid, 52'd0, {52{1'b1}}};
          end else begin
            done    <= done + 1'b1;
            // 10.3.1: S as in a translation; smaller than the smallest unit is rounded up.
            i_scope <= {1'b0, 1'b0, head[52], h_fn, head[95:75], h_page,
                        stu | (head[53] ? (h_page ^ (h_page + 52'd1)) : 52'd0)};
          end
          state <= S_START;
        end
        S_START:
          state <= S_WALK;
        S_WALK:
          if (!inv_busy) begin
            state <= more ? S_READ : S_DRAIN;
            snap  <= reads;
          end
        S_DRAIN: begin
          snap <= snap & reads;
          if (snap == {READS{1'b0}}) begin
            if (m_run && !m_all && m_pasid[20])
              state <= S_MARK;
            else begin
              m_run <= 1'b0;
              state <= (sent != done) ? S_FETCH : S_IDLE;
            end
          end
        end
        S_MARK:
          if (mark_ack) begin
            m_run <= 1'b0;
            state <= (sent != done) ? S_FETCH : S_IDLE;
          end
        S_FETCH:
          state <= S_SEND;
        S_SEND:
          if (next) begin
            sent  <= sent + 1'b1;
            state <= (nsent == done) ? S_IDLE : S_FETCH;
          end
        default:
          state <= S_IDLE;
      endcase
    end

  wire unused = &{1'b0, msg_entry};

endmodule

`default_nettype wire
