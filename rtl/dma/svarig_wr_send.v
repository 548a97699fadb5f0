// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_wr_send: pieces and completion records onto the link, in order (PCIe Base Specification 2.2.7, 2.3.1).
//
// row_* and piece_* come from svarig_wr_gather; rec_put queues a record: its address and what it says if all
// pieces before it (since the last record) could be written. room counts what may come in one cycle later.
// A piece is in the buffer as a whole when its translation is asked for: a translation is never held while
// data are awaited. The next is translated while one is sent. A piece that cannot be written makes the rest
// of its job's pieces vanish (failed is high then, until its record), and the record says so. done: the
// record was accepted; status, cycles and text bytes beside it. halt: it could not be written; nothing more
// goes out then. hold: no record is begun. clear drops what is not on its way; idle says that nothing is.

`default_nettype none
`include "svarig_hw.vh"

module svarig_wr_send #(
  parameter DATA_WIDTH = 128,          // 64, 128 or 256
  parameter EW   = 128,
  parameter ROWS = 128                 // rows of EW bits: a power of two, twice the largest piece or more
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  output wire          idle,
  input  wire [31:0]   now,
  input  wire          cfg_bme,
  input  wire          cfg_ats_en,
  input  wire [15:0]   cfg_rid,
  input  wire [20:0]   pasid,          // bit 20: valid
  input  wire [5:0]    qid,            // of the queue

  output wire          room,
  input  wire          row_put,
  input  wire [EW-1:0] row_data,
  input  wire          piece_put,
  input  wire [63:0]   piece_va,
  input  wire [9:0]    piece_len,

  input  wire          rec_put,
  output wire          rec_room,
  input  wire [63:0]   rec_va,
  input  wire          rec_phase,
  input  wire [7:0]    rec_status,
  input  wire [7:0]    rec_detail,
  input  wire [63:0]   rec_fault,
  input  wire [31:0]   rec_done,
  input  wire          rec_text,       // done counts what was written
  input  wire [31:0]   rec_len,
  input  wire [63:0]   rec_cookie,
  input  wire [31:0]   rec_start,
  input  wire [15:0]   rec_count,
  output wire          failed,

  input  wire          hold,
  output reg           done,
  output reg           done_ok,
  output reg  [31:0]   done_bytes,
  output reg  [31:0]   done_start,
  output reg           halt,
  output reg  [7:0]    halt_status,
  output reg  [63:0]   halt_addr,

  output wire          xl_req,         // svarig_xlate
  output wire [63:0]   xl_va,
  output wire          xl_release,
  input  wire          xl_gnt,
  input  wire [63:0]   xl_pa,
  input  wire [1:0]    xl_at,
  input  wire          xl_fail,
  input  wire [7:0]    xl_status,
  input  wire [7:0]    xl_detail,
  input  wire          xl_idle,

  output wire          tx_valid,
  input  wire          tx_ready,
  output wire          tx_sop,
  output wire          tx_eop,
  output wire          tx_pfx_valid,
  output wire [31:0]   tx_pfx,
  output wire [127:0]  tx_hdr,
  output wire [DATA_WIDTH-1:0]   tx_data,
  output reg  [DATA_WIDTH/8-1:0] tx_be,

  output wire          ev_sent,
  output wire [9:0]    ev_bytes        // with ev_sent
);

  localparam B     = EW / 8;
  localparam LB    = $clog2(B);
  localparam RW    = $clog2(ROWS);
  localparam DWS   = DATA_WIDTH / 32;
  localparam BEAT  = DATA_WIDTH / 8;   // bytes
  localparam BANKS = EW / 32;
  localparam BW    = $clog2(BANKS);
  localparam [31:0] ST_OK = `SVARIG_ST_OK;

  // ------------------------------------------------------------------ what waits

  localparam QD = 3;                   // log2 of the queue's depth
  reg  [74:0]   order [0:(1<<QD)-1];   // record, length, address
  reg  [257:0]  record [0:(1<<QD)-1];
  reg  [QD:0]   q_wr, q_rd, q_done;    // made, taken to be translated, sent
  reg  [RW:0]   w_row, r_row;          // rows written, rows given back
  wire [QD:0]   q_used = q_wr - q_done;
  wire [RW:0]   used   = w_row - r_row;
  wire          q_any  = (q_wr != q_rd);
  assign room     = (q_used < 4'd6) && (used < ROWS[RW:0] - 2);
  assign rec_room = (q_used < 4'd6);

  always @(posedge clk) begin
    if (piece_put || rec_put)
      order[q_wr[QD-1:0]] <= rec_put ? {1'b1, 10'd32, rec_va} : {1'b0, piece_len, piece_va};
    if (rec_put)
      record[q_wr[QD-1:0]] <= {rec_phase, rec_text, rec_status, rec_detail, rec_fault, rec_done, rec_len, rec_cookie,
                               rec_start, rec_count};
  end

  // ------------------------------------------------------------------ translate

  localparam [2:0] N_IDLE = 3'd0, N_XLATE = 3'd1, N_HAVE = 3'd2, N_DROP = 3'd3, N_FAIL = 3'd4, N_WASTE = 3'd5, N_WAIT = 3'd6;

  reg  [2:0]    next;
  reg           n_rec;
  reg  [QD-1:0] n_q;
  reg  [63:0]   n_va, n_pa;
  reg  [9:0]    n_len;
  reg  [1:0]    n_at;
  reg  [RW:0]   n_row;                 // row behind the pieces taken
  reg  [RW-1:0] n_base;                // first row of this one
  reg  [7:0]    n_status, n_detail;
  wire [74:0]   q_head = order[q_rd[QD-1:0]];
  wire [11:0]   q_rows = q_head[74] ? 12'd0 : ({2'd0, q_head[73:64]} + {{12-LB{1'b0}}, q_head[LB-1:0]} + B[11:0] - 12'd1);
  wire          lost;                  // see below
  wire          load;                  // it is sent next
  wire          q_pop  = ((next == N_IDLE) || load) && q_any && !clear && !halt && !lost;

  reg           bad;                   // a piece of this job could not be written:
  reg  [7:0]    bad_status, bad_detail;
  reg  [63:0]   bad_addr;
  reg  [31:0]   written;               // bytes of this job
  reg  [QD:0]   records;               // in the queue
  // The pieces that are put now are of the job that failed.
  assign failed = bad && (records == {QD+1{1'b0}});

  assign xl_req = (next == N_XLATE) && !clear && !lost;
  assign xl_va  = n_va;

  // ------------------------------------------------------------------ send

  reg           sending;
  reg           t_rec;
  reg  [63:0]   t_va, t_pa;
  reg  [9:0]    t_len;
  reg  [1:0]    t_at;
  reg           t_first;               // the first beat is not accepted yet
  reg  [10:0]   t_left;                // bytes from the beginning of this beat to the end of the TLP
  reg  [RW+BW-1:0] t_dw;               // double word of the buffer where the next beat to be fetched begins
  wire [10:0]   t_span = {1'b0, t_len} + {9'd0, t_va[1:0]};     // from the first double word
  wire [11:0]   t_rows = t_rec ? 12'd0 : ({2'd0, t_len} + {{12-LB{1'b0}}, t_va[LB-1:0]} + B[11:0] - 12'd1);
  wire [11:0]   n_rows = {2'd0, n_len} + {{12-LB{1'b0}}, n_va[LB-1:0]} + B[11:0] - 12'd1;

  // A grant whose enable is gone before the first beat is given back; both pieces are translated anew.
  assign lost = sending && t_first && (!cfg_bme || (t_at[1] && !cfg_ats_en) || clear);
  wire sent = tx_valid && tx_ready;
  wire last = sent && tx_eop;
  assign load = (next == N_HAVE) && !lost && !clear && (!sending || last) && !(n_rec && (hold || (last && t_rec)));
  // What is taken is of a job that failed, and no record of it stands between.
  wire [2:0]    q_next = (bad && !q_head[74] && !(sending && t_rec) && !(load && n_rec)) ? N_WASTE : N_XLATE;
  wire fetch = load || (sent && !tx_eop);
  wire [RW+BW-1:0] f_dw = load ? {n_base, n_va[LB-1:2]} : t_dw;
  wire waste = (next == N_WASTE) && !sending;
  assign tx_valid   = sending && !lost;
  assign tx_sop     = t_first;
  assign tx_eop     = (t_left <= BEAT[10:0]);
  assign xl_release = last || lost || ((next == N_DROP) && !last);
  assign ev_sent    = last;
  assign ev_bytes   = t_len;

  // 2.2.7, 2.2.5
  wire         wide  = (t_pa[63:32] != 32'd0);
  wire [10:0]  last_byte = t_span - 11'd1;
  wire [9:0]   dwords = {1'b0, last_byte[10:2]} + 10'd1;
  wire [3:0]   be_first = 4'hf << t_va[1:0];
  wire [3:0]   be_last  = 4'hf >> (2'd3 - last_byte[1:0]);
  wire         one   = (dwords == 10'd1);
  wire [31:0]  low   = {t_pa[31:2], 2'b00};
  assign tx_hdr = {wide ? 8'h60 : 8'h40, 8'h00, 4'd0, t_at, dwords, cfg_rid, 8'h00,
                   one ? 4'h0 : be_last, one ? (be_first & be_last) : be_first,
                   wide ? t_pa[63:32] : low, wide ? low : 32'd0};
  assign tx_pfx_valid = pasid[20] && !t_at[1];
  assign tx_pfx       = {8'h91, 4'd0, pasid[19:0]};

  always @* begin
    tx_be = t_first ? ({BEAT{1'b1}} << t_va[1:0]) : {BEAT{1'b1}};
    if (t_left < BEAT[10:0])
      tx_be = tx_be & ~({BEAT{1'b1}} << t_left[5:0]);
  end

  always @(posedge clk)
    if (rst) begin
      next    <= N_IDLE;
      sending <= 1'b0;
      q_wr    <= {QD+1{1'b0}};
      q_rd    <= {QD+1{1'b0}};
      q_done  <= {QD+1{1'b0}};
      records <= {QD+1{1'b0}};
      w_row   <= {RW+1{1'b0}};
      r_row   <= {RW+1{1'b0}};
      n_row   <= {RW+1{1'b0}};
      t_first <= 1'b0;
      bad     <= 1'b0;
      halt    <= 1'b0;
      done    <= 1'b0;
      written <= 32'd0;
    end else begin
      done <= last && t_rec;
      if (piece_put || rec_put)
        q_wr <= q_wr + 1'b1;
      if (row_put)
        w_row <= w_row + 1'b1;
      records <= records + {{QD{1'b0}}, rec_put} - {{QD{1'b0}}, last && t_rec};
      case (next)
        N_IDLE:
          if (q_pop) begin
            q_rd  <= q_rd + 1'b1;
            n_row <= n_row + q_rows[LB+RW:LB];
            next  <= q_next;
          end
        N_XLATE:
          if (clear || lost)
            next <= N_WAIT;
          else if (xl_gnt)
            next <= N_HAVE;
          else if (xl_fail)
            next <= N_FAIL;
        N_HAVE:
          if (lost || clear)
            next <= N_DROP;
          else if (load) begin
            next <= q_pop ? q_next : N_IDLE;
            if (q_pop) begin
              q_rd  <= q_rd + 1'b1;
              n_row <= n_row + q_rows[LB+RW:LB];
            end
          end
        N_FAIL:
          if (lost || clear)
            next <= N_WAIT;
          else if (!sending) begin
            next <= n_rec ? N_WAIT : N_WASTE;
            halt <= n_rec;
            bad  <= !n_rec;
          end
        N_WASTE:
          if (lost || clear)
            next <= N_WAIT;
          else if (waste)
            next <= N_WAIT;
        N_WAIT:
          if (xl_idle)
            next <= N_IDLE;
        default:                       // N_DROP; one release a cycle
          if (!last)
            next <= N_IDLE;
      endcase
      if (sent)
        t_first <= 1'b0;
      if (last) begin
        sending <= 1'b0;
        q_done  <= q_done + 1'b1;
        r_row   <= r_row + t_rows[LB+RW:LB];
        written <= t_rec ? 32'd0 : (written + {22'd0, t_len});
        if (t_rec)
          bad <= 1'b0;
      end
      if (waste && !clear) begin
        q_done  <= q_done + 1'b1;
        r_row   <= r_row + n_rows[LB+RW:LB];
      end
      if (load) begin
        sending <= 1'b1;
        t_first <= 1'b1;
      end
      if (lost) begin
        sending <= 1'b0;
        q_rd    <= q_done;
        n_row   <= r_row;
      end
      if (clear) begin                 // what is on its way ends by itself
        q_wr    <= {QD+1{1'b0}};
        q_rd    <= {QD+1{1'b0}};
        q_done  <= {QD+1{1'b0}};
        records <= {QD+1{1'b0}};
        w_row   <= {RW+1{1'b0}};
        r_row   <= {RW+1{1'b0}};
        n_row   <= {RW+1{1'b0}};
        bad     <= 1'b0;
        halt    <= 1'b0;
        written <= 32'd0;
      end
    end

  // ------------------------------------------------------------------ a record is made when it is its turn

  localparam RL = 256;
  reg  [255:0] rec;
  // The record of entry r of the queue, as it stands now. (What a function keeps for a moment is no state.)
  // verilator lint_off BLKSEQ
  function [RL-1:0] made(input [257:0] r);
    reg         phase, text;
    reg  [7:0]  status, detail;
    reg  [63:0] fault, cookie;
    reg  [31:0] count_done, len, start;
    reg  [15:0] head;
    begin
      {phase, text, status, detail, fault, count_done, len, cookie, start, head} = r;
      made = {RL{1'b0}};
      made[`SVARIG_CPL_COOKIE_LSB +: `SVARIG_CPL_COOKIE_W]         = cookie;
      made[`SVARIG_CPL_FAULT_ADDR_LSB +: `SVARIG_CPL_FAULT_ADDR_W] = bad ? bad_addr : fault;
      made[`SVARIG_CPL_DONE_LSB +: `SVARIG_CPL_DONE_W]             = !bad ? count_done :
                                                                     (text && (written < len)) ? written : len;
      made[`SVARIG_CPL_CYCLES_LSB +: `SVARIG_CPL_CYCLES_W]         = now - start;
      made[`SVARIG_CPL_SQ_HEAD_LSB +: `SVARIG_CPL_SQ_HEAD_W]       = head;
      made[`SVARIG_CPL_QUEUE_LSB +: `SVARIG_CPL_QUEUE_W]           = {10'd0, qid[5] ? {3'd0, qid[2:0]} : qid};   // in its function
      made[`SVARIG_CPL_STATUS_LSB +: `SVARIG_CPL_STATUS_W]         = bad ? bad_status : status;
      made[`SVARIG_CPL_DETAIL_LSB +: `SVARIG_CPL_DETAIL_W]         = bad ? bad_detail : detail;
      made[`SVARIG_CPL_PHASE_LSB +: `SVARIG_CPL_PHASE_W]           = {15'd0, phase};
    end
  endfunction
  // verilator lint_on BLKSEQ

  // done comes after the last beat: what it says is kept from the first.
  always @(posedge clk)
    if (sent && t_rec && t_first) begin
      done_ok    <= (rec[`SVARIG_CPL_STATUS_LSB +: `SVARIG_CPL_STATUS_W] == ST_OK[7:0]);
      done_bytes <= rec[`SVARIG_CPL_DONE_LSB +: `SVARIG_CPL_DONE_W];
    end

  always @(posedge clk) begin
    if (q_pop) begin
      {n_rec, n_len, n_va} <= q_head;
      n_base               <= n_row[RW-1:0];
      n_q                  <= q_rd[QD-1:0];
    end
    if (xl_gnt && (next == N_XLATE)) begin
      n_pa <= xl_pa;
      n_at <= xl_at;
    end
    if (xl_fail) begin
      n_status <= xl_status;
      n_detail <= xl_detail;
    end
    if ((next == N_FAIL) && !sending) begin
      if (n_rec) begin
        halt_status <= n_status;
        halt_addr   <= n_va;
      end else begin
        bad_status <= n_status;
        bad_detail <= n_detail;
        bad_addr   <= n_va;
      end
    end
    if (load) begin
      t_rec  <= n_rec;
      t_va   <= n_va;
      t_pa   <= n_pa;
      t_len  <= n_len;
      t_at   <= n_at;
      t_left <= {1'b0, n_len} + {9'd0, n_va[1:0]};
    end else if (sent)
      t_left <= t_left - BEAT[10:0];
    if (fetch)
      t_dw <= f_dw + DWS[RW+BW-1:0];
    if (load && n_rec) begin
      done_start <= record[n_q][47:16];
      rec        <= made(record[n_q]);
    end else if (sent && t_rec)
      rec <= rec >> DATA_WIDTH;
  end

  // ------------------------------------------------------------------ buffer

  // Banks of double words, each with its own row, so that a beat may begin at any of them.
  wire [BANKS*32-1:0] q;
  reg  [BW-1:0]       turn;            // bank of the first double word of the beat in q
  always @(posedge clk)
    if (fetch)
      turn <= f_dw[BW-1:0];

  genvar b;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : bank
      reg  [31:0]   mem [0:ROWS-1];
      reg  [31:0]   q_b;
      wire [BW-1:0] lane = b[BW-1:0] - f_dw[BW-1:0];
      wire [RW+BW-1:0] at = f_dw + {{RW{1'b0}}, lane};
      always @(posedge clk) begin
        if (row_put)
          mem[w_row[RW-1:0]] <= row_data[b*32 +: 32];
        if (fetch)
          q_b <= mem[at[RW+BW-1:BW]];
      end
      assign q[b*32 +: 32] = q_b;
      wire unused = &{1'b0, at};
    end
  endgenerate

  reg  [2*BANKS*32-1:0] twice;
  always @* begin
    twice = {2*BANKS*32{1'b0}};
    if (sending && !t_rec)
      twice = {q, q} >> {turn, 5'd0};
    else if (sending)
      twice[DATA_WIDTH-1:0] = rec[DATA_WIDTH-1:0];
  end
  assign tx_data = twice[DATA_WIDTH-1:0];

  assign idle = (next == N_IDLE) && !sending && !done;

  wire unused = &{1'b0, q_used, t_va, t_pa[1:0], twice, t_rows, q_rows, n_rows, ST_OK};

endmodule

`default_nettype wire
