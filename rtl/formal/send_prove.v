// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_wr_send between svarig_wr_gather and svarig_lane_write, which put, svarig_xlate and the link. An entry, any one that
// is put, and a row, any one, are followed:
//   rings        at most 7 entries and 7 rows are in; what is taken, sent and given back follows in order
//   in order     the entry is asked a translation for with its address, after those before it, and sent once, with what it
//                was granted last; or it vanishes: at clear, or, if it is a piece, because its job failed. A record never
//                does. After a loss (enable gone before the first beat) it is translated again
//   jobs         a job fails when a piece could not be translated and all before it is sent; then none of its pieces is
//                sent, and its record says so; no other does. failed tells of the job whose pieces are put
//   TLP          header, byte enables, beats, sop and eop as length and offset say; the row's bytes come out of the buffer with
//                the beat and at the place of theirs
//   grants       a TLP has one; each is released once: with the last beat, or when it is lost or dropped. idle: none is
//                left. A request holds until its answer; after a failure or when it was taken away it waits for idle
//   done, halt   done once for each record sent, with what it says; halt when a record could not be translated: nothing
//                is asked for or sent then
//   no rest      while something is in and nothing awaited (translation, link, xl_idle, hold), 2 cycles pass at most before
//                something is, or a piece vanishes
// The rules: row_put and piece_put a cycle after room, rec_put with rec_room, not beside piece_put, neither during clear;
// a piece is of all rows since the last, at its offset, at most half of the buffer; records are aligned; clear stays
// until idle; gnt or fail only with xl_req. 64 bits, 8 rows: pieces of 32 bytes.
// Not looked at: all but the first byte of a double word, virtual addresses above bit 15, of a record all but its last 8
// bytes and start, the way of its beats and the buffer's onto the link, done_bytes.

`default_nettype none

module send_prove (
  input wire         clk,
  input wire         clear_s,
  input wire         bme,
  input wire         ats,
  input wire [15:0]  rid,
  input wire [20:0]  pasid,
  input wire [5:0]   qid,
  input wire         row_s,
  input wire [15:0]  row_data,         // the first byte of each double word
  input wire         piece_s,
  input wire [15:0]  put_va,           // of the piece or record
  input wire [9:0]   piece_len,
  input wire         rec_s,
  input wire         phase,
  input wire [7:0]   status,
  input wire [7:0]   detail,
  input wire [15:0]  count,
  input wire [31:0]  start,
  input wire         hold,
  input wire         gnt_s,
  input wire         fail_s,
  input wire [63:0]  xl_pa,
  input wire [1:0]   xl_at,
  input wire [7:0]   xl_status,
  input wire [7:0]   xl_detail,
  input wire         xl_idle,
  input wire         tx_ready,
  input wire         watch,            // the entry that is put now is the one
  input wire         watch_row
);

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  reg          closing;                // clear, and not idle since
  wire         clear = clear_s || closing;
  reg          cleared;                // in the cycle before
  reg          asked;                  // a row and a piece may come
  wire         idle, room, rec_room, failed, done, done_ok, halt, xl_req, xl_release;
  wire         tx_valid, tx_sop, tx_eop, tx_pfx_valid, ev_sent;
  wire [31:0]  done_start, tx_pfx;
  wire [7:0]   halt_status, tx_be;
  wire [63:0]  halt_addr, xl_va;
  wire [127:0] tx_hdr;
  wire [9:0]   ev_bytes;
  wire         row_put   = asked && row_s;
  wire         piece_put = asked && piece_s;
  wire         rec_put   = rec_s && rec_room && !piece_put && !clear;
  wire         xl_gnt    = gnt_s && xl_req;
  wire         xl_fail   = fail_s && !gnt_s && xl_req;

  // What is tied or open here is not looked at.
  svarig_wr_send #(.DATA_WIDTH(64), .EW(64), .ROWS(8)) u_send (
    .clk(clk), .rst(rst), .clear(clear), .idle(idle), .now(32'd0), .cfg_bme(bme), .cfg_ats_en(ats), .cfg_rid(rid),
    .pasid(pasid), .qid(qid), .room(room), .row_put(row_put),
    .row_data({24'd0, row_data[15:8], 24'd0, row_data[7:0]}), .piece_put(piece_put),
    .piece_va({48'd0, put_va}), .piece_len(piece_len), .rec_put(rec_put), .rec_room(rec_room), .rec_va({48'd0, put_va}),
    .rec_phase(phase), .rec_status(status), .rec_detail(detail), .rec_fault(64'd0), .rec_done(32'd0),
    .rec_text(1'b0), .rec_len(32'd0), .rec_cookie(64'd0), .rec_start(start), .rec_count(count),
    .failed(failed), .hold(hold), .done(done), .done_ok(done_ok), .done_bytes(), .done_start(done_start),
    .halt(halt), .halt_status(halt_status), .halt_addr(halt_addr), .xl_req(xl_req), .xl_va(xl_va),
    .xl_release(xl_release), .xl_gnt(xl_gnt), .xl_pa(xl_pa), .xl_at(xl_at), .xl_fail(xl_fail), .xl_status(xl_status),
    .xl_detail(xl_detail), .xl_idle(xl_idle), .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_sop(tx_sop),
    .tx_eop(tx_eop), .tx_pfx_valid(tx_pfx_valid), .tx_pfx(tx_pfx), .tx_hdr(tx_hdr), .tx_data(),
    .tx_be(tx_be), .ev_sent(ev_sent), .ev_bytes(ev_bytes)
  );

  // Of an entry {record, length, address}.
  function [2:0] rows(input [15:0] e);
    reg [5:0] to;
    begin
      to   = {3'd0, e[2:0]} + e[10:5] + 6'd7;
      rows = e[15] ? 3'd0 : to[5:3];
    end
  endfunction
  // Phase, status, detail, start, count.
  function [64:0] part(input [257:0] r);
    part = {r[257], r[255:240], r[47:0]};
  endfunction
  // What a piece may be; a record.
  function good(input [15:0] e);
    good = e[15] ? ((e[14:5] == 10'd32) && (e[4:0] == 5'd0)) :
                   ((e[14:5] != 10'd0) && ({1'b0, e[14:5]} + {8'd0, e[2:0]} <= 11'd32));
  endfunction

  // ------------------------------------------------------------------ the block's own

  localparam [2:0] N_IDLE = 3'd0, N_XLATE = 3'd1, N_HAVE = 3'd2, N_DROP = 3'd3, N_FAIL = 3'd4, N_WASTE = 3'd5, N_WAIT = 3'd6;

  wire [3:0]   x_wr, x_rd, x_done, x_records, x_w_row, x_r_row, x_n_row, x_t_dw;
  wire [2:0]   x_next, x_n_q, x_n_base;
  wire         x_n_rec, x_t_rec, x_sending, x_t_first, x_bad, x_load, x_waste, x_lost, x_turn;
  wire [63:0]  x_n_va, x_n_pa, x_t_va, x_t_pa;
  wire [9:0]   x_n_len, x_t_len;
  wire [1:0]   x_n_at, x_t_at;
  wire [10:0]  x_t_left;
  wire [7:0]   x_n_status, x_n_detail, x_bad_status, x_bad_detail;
  wire [255:0] x_rec;
  wire [74:0]  x_o0, x_o1, x_o2, x_o3, x_o4, x_o5, x_o6, x_o7;
  wire [257:0] x_c0, x_c1, x_c2, x_c3, x_c4, x_c5, x_c6, x_c7;
  wire [31:0]  x_a0, x_a1, x_a2, x_a3, x_a4, x_a5, x_a6, x_a7, x_b0, x_b1, x_b2, x_b3, x_b4, x_b5, x_b6, x_b7, x_qa, x_qb;

  // Place i of the queue, of its records, of the buffer.
  function [26:0] order(input [2:0] i);
    case (i)
      3'd0: order = {x_o0[74:64], x_o0[15:0]};
      3'd1: order = {x_o1[74:64], x_o1[15:0]};
      3'd2: order = {x_o2[74:64], x_o2[15:0]};
      3'd3: order = {x_o3[74:64], x_o3[15:0]};
      3'd4: order = {x_o4[74:64], x_o4[15:0]};
      3'd5: order = {x_o5[74:64], x_o5[15:0]};
      3'd6: order = {x_o6[74:64], x_o6[15:0]};
      default: order = {x_o7[74:64], x_o7[15:0]};
    endcase
  endfunction
  function [64:0] record(input [2:0] i);
    case (i)
      3'd0: record = part(x_c0);
      3'd1: record = part(x_c1);
      3'd2: record = part(x_c2);
      3'd3: record = part(x_c3);
      3'd4: record = part(x_c4);
      3'd5: record = part(x_c5);
      3'd6: record = part(x_c6);
      default: record = part(x_c7);
    endcase
  endfunction
  function [15:0] row(input [2:0] i);
    case (i)
      3'd0: row = {x_b0[7:0], x_a0[7:0]};
      3'd1: row = {x_b1[7:0], x_a1[7:0]};
      3'd2: row = {x_b2[7:0], x_a2[7:0]};
      3'd3: row = {x_b3[7:0], x_a3[7:0]};
      3'd4: row = {x_b4[7:0], x_a4[7:0]};
      3'd5: row = {x_b5[7:0], x_a5[7:0]};
      3'd6: row = {x_b6[7:0], x_a6[7:0]};
      default: row = {x_b7[7:0], x_a7[7:0]};
    endcase
  endfunction

  // ------------------------------------------------------------------ what is in

  reg  [3:0]   inside;                 // entries
  reg  [3:0]   fins;                   // sent or vanished since the last clear
  reg  [7:0]   kinds;                  // records, by place
  reg  [2:0]   loose;                  // rows of no piece yet
  wire         sent = tx_valid && tx_ready;
  wire         last = sent && tx_eop;
  wire         fin  = (last && !cleared) || x_waste;

  // Of place i: it is in; its entry without the upper part of the address; its first row, as it was put.
  reg  [31:0]  starts;
  wire [7:0]   in;
  wire [15:0]  e [0:7];
  wire [3:0]   s [0:7];
  genvar g;
  generate
    for (g = 0; g < 8; g = g + 1) begin : walk
      wire [2:0]  from = g[2:0] - x_done[2:0];
      wire [26:0] all = order(g[2:0]);
      assign in[g] = ({1'b0, from} < inside);
      assign e[g]  = {all[26:16], all[4:0]};
      assign s[g]  = starts[4*g +: 4];
    end
  endgenerate
  wire [26:0]  all_0 = order(x_done[2:0]);
  wire [2:0]   place_1 = x_done[2:0] + 3'd1;
  wire [26:0]  all_1 = order(place_1);
  wire [15:0]  e_0 = {all_0[26:16], all_0[4:0]};       // the first
  wire [15:0]  e_1 = {all_1[26:16], all_1[4:0]};
  wire         rec_0 = kinds[x_done[2:0]];
  wire [3:0]   used = x_w_row - x_r_row;
  wire [3:0]   many  = {3'd0, kinds[0]} + {3'd0, kinds[1]} + {3'd0, kinds[2]} + {3'd0, kinds[3]} + {3'd0, kinds[4]} +
                       {3'd0, kinds[5]} + {3'd0, kinds[6]} + {3'd0, kinds[7]};
  wire [15:0]  t_e = {x_t_rec, x_t_len, x_t_va[4:0]};
  wire [15:0]  n_e = {x_n_rec, x_n_len, x_n_va[4:0]};
  wire [15:0]  e_n = x_sending ? e_1 : e_0;   // what is taken
  wire         taken = (x_next == N_XLATE) || (x_next == N_HAVE) || (x_next == N_FAIL) || (x_next == N_WASTE);

  // ------------------------------------------------------------------ the link and the grants

  reg  [1:0]   held;                   // grants
  reg  [1:0]   n_held;
  reg  [2:0]   beat;
  reg          pend;                   // a request that was not answered
  reg  [15:0]  pend_va;
  reg          answered, must_wait;

  // ------------------------------------------------------------------ the job at the front

  reg          f_pend;                 // an entry could not be translated; those before it are sent first
  reg  [15:0]  f_va;
  reg  [7:0]   f_status, f_detail;
  reg          job_bad, stopped;       // it failed; its record could not be translated
  reg  [7:0]   b_status, b_detail;
  wire         struck = f_pend && (held == 2'd0) && !clear;

  // ------------------------------------------------------------------ the entry and the row

  reg          on, gone;               // gone: cleared while it was sent
  reg  [3:0]   ahead;                  // before it
  reg  [26:0]  kept;                   // record, length, address
  reg  [64:0]  kept_rec;               // phase, status, detail, start, count
  reg  [63:0]  pa;                     // as granted last
  reg  [1:0]   at;
  reg  [63:0]  want;                   // the last bytes of the record, as it was when it was its turn
  wire [2:0]   slot = x_done[2:0] + ahead[2:0];
  wire         mine = on && x_sending && (gone || (ahead == 4'd0));
  reg          told;                   // its last beat was sent in the cycle before
  reg          any_told;

  wire [10:0]  span  = {1'b0, kept[25:16]} + {9'd0, kept[1:0]};
  wire [10:0]  dws   = (span + 11'd3) >> 2;
  wire [10:0]  beats = (span + 11'd7) >> 3;
  reg  [3:0]   be_first, be_last;
  reg  [7:0]   be;
  integer      i;
  always @* begin
    for (i = 0; i < 4; i = i + 1) begin
      be_first[i] = (i[1:0] >= kept[1:0]) && (i[10:0] < span);
      be_last[i]  = (dws != 11'd1) && ({dws[8:0], 2'd0} + i[10:0] < span + 11'd4);
    end
    for (i = 0; i < 8; i = i + 1)
      be[i] = ({5'd0, beat, 3'd0} + i[10:0] >= {9'd0, kept[1:0]}) && ({5'd0, beat, 3'd0} + i[10:0] < span);
  end

  reg          row_on, row_gone;
  reg  [3:0]   r_ahead;                // rows before it
  reg  [2:0]   r_pos;
  reg  [15:0]  kept_row;
  reg  [2:0]   base;                   // first row of what is sent
  wire         row_now = row_on && x_sending && !x_t_rec && (row_gone || (r_ahead < {1'b0, rows(t_e)}));
  // Double words of the TLP that it brings: before the first there may be one that is not sent.
  wire [4:0]   dw_0 = {r_ahead, 1'b0} - {4'd0, x_t_va[2]};
  wire [4:0]   dw_1 = dw_0 + 5'd1;
  // The double words that are at the link, in the buffer.
  wire [3:0]   f_0  = {base, x_t_va[2]} + {beat, 1'b0};
  wire [3:0]   f_1  = f_0 + 4'd1;
  wire [3:0]   f_a  = f_0[0] ? f_1 : f_0;
  wire [3:0]   f_b  = f_0[0] ? f_0 : f_1;

  wire [15:0]  link = x_turn ? {x_qa[7:0], x_qb[7:0]} : {x_qb[7:0], x_qa[7:0]};

  reg  [1:0]   rest;
  wire         awaits = xl_req || x_sending || x_waste || ((x_next == N_WAIT) && !xl_idle) ||
                        ((x_next == N_HAVE) && x_n_rec && hold);

  reg  [3:0]   left;
  always @* begin
    left   = inside - {3'd0, fin};
    n_held = held + {1'b0, xl_gnt} - {1'b0, xl_release};
  end

  always @(posedge clk) begin
    // The rules.
    if (row_put)
      assume(loose < 3'd4);
    if (piece_put) begin
      assume(good({1'b0, piece_len, put_va[4:0]}));
      assume(rows({1'b0, piece_len, put_va[4:0]}) == loose + {2'd0, row_put});
    end
    if (rec_put)
      assume(put_va[4:0] == 5'd0);

    closing   <= clear && !idle && !rst;
    cleared   <= clear || rst;
    asked     <= room && !clear && !rst;
    pend      <= xl_req && !xl_gnt && !xl_fail && !rst;
    pend_va   <= xl_va[15:0];
    answered  <= (xl_gnt || xl_fail) && !rst;
    any_told  <= last && x_t_rec && !rst;
    told      <= last && mine && kept[26] && !rst;
    if (rst || (must_wait && xl_idle))
      must_wait <= 1'b0;
    if (!rst && (xl_fail || (pend && !xl_req)))
      must_wait <= 1'b1;
    held <= rst ? 2'd0 : n_held;
    if (rst)
      beat <= 3'd0;
    else if (sent)
      beat <= tx_eop ? 3'd0 : beat + 3'd1;
    if (x_load)
      base <= x_n_base;

    if (rst || clear) begin
      inside  <= 4'd0;
      fins    <= 4'd0;
      kinds   <= 8'd0;
      loose   <= 3'd0;
      f_pend  <= 1'b0;
      job_bad <= 1'b0;
      stopped <= 1'b0;
      rest    <= 2'd0;
      on       <= mine && (beat != 3'd0) && !last && !rst;
      gone     <= 1'b1;
      row_on   <= row_now && (beat != 3'd0) && !last && !rst;
      row_gone <= 1'b1;
    end else begin
      inside <= left + {3'd0, piece_put || rec_put};
      fins   <= fins + {3'd0, fin};
      kinds  <= (kinds & ~(fin ? 8'd1 << x_done[2:0] : 8'd0)) | (rec_put ? 8'd1 << x_wr[2:0] : 8'd0);
      for (i = 0; i < 8; i = i + 1)
        if ((piece_put || rec_put) && (x_wr[2:0] == i[2:0]))
          starts[4*i +: 4] <= x_w_row - {1'b0, loose};
      loose  <= piece_put ? 3'd0 : loose + {2'd0, row_put};
      rest   <= ((inside != 4'd0) && !halt && !awaits) ? rest + 2'd1 : 2'd0;
      if (xl_fail) begin
        f_va     <= xl_va[15:0];
        f_status <= xl_status;
        f_detail <= xl_detail;
      end
      f_pend <= xl_fail || (f_pend && !struck && !x_lost);
      if (struck && rec_0)
        stopped <= 1'b1;
      if (struck && !rec_0) begin
        job_bad  <= 1'b1;
        b_status <= f_status;
        b_detail <= f_detail;
      end
      if (last && rec_0)
        job_bad <= 1'b0;
      if ((piece_put || rec_put) && watch && !on) begin
        on       <= 1'b1;
        gone     <= 1'b0;
        ahead    <= left;
        kept     <= {rec_put, rec_put ? 10'd32 : piece_len, put_va};
        kept_rec <= {phase, status, detail, start, count};
      end else if (on && fin) begin
        on    <= (ahead != 4'd0);
        ahead <= ahead - 4'd1;
      end
      if (row_put && watch_row && !row_on) begin
        row_on   <= 1'b1;
        row_gone <= 1'b0;
        r_ahead  <= used - (fin ? {1'b0, rows(e_0)} : 4'd0);
        r_pos    <= x_w_row[2:0];
        kept_row <= row_data;
      end else if (row_on && fin) begin
        row_on  <= (r_ahead >= {1'b0, rows(e_0)});
        r_ahead <= r_ahead - {1'b0, rows(e_0)};
      end
    end
    if (on && xl_gnt && (ahead == {2'd0, held})) begin
      pa <= xl_pa;
      at <= xl_at;
    end
    if (on && x_load && (ahead == {3'd0, x_sending}))
      want <= {15'd0, kept_rec[64], job_bad ? b_detail : kept_rec[55:48], job_bad ? b_status : kept_rec[63:56],
               {10'd0, qid[5] ? {3'd0, qid[2:0]} : qid}, kept_rec[15:0]};

    if (!rst) begin
      // rings
      assert((inside <= 4'd7) && (x_wr - x_done == inside) && (x_rd - x_done <= inside));
      assert((used <= 4'd7) && (x_n_row - x_r_row <= used));
      // in order
      assert(!xl_req || ({2'd0, held} < inside));
      assert(!tx_valid || cleared || (inside != 4'd0));
      if (xl_req && on && (ahead == {2'd0, held}))
        assert(xl_va[15:0] == kept[15:0]);
      // jobs
      assert(failed == (job_bad && (kinds == 8'd0)) || stopped);
      assert(!x_waste || (job_bad && !rec_0 && (inside != 4'd0)));
      assert(!tx_valid || cleared || rec_0 || !job_bad);
      // TLP
      if (tx_valid)
        assert(tx_sop == (beat == 3'd0));
      if (tx_valid && tx_sop)
        assert(bme && !clear && (ats || !tx_hdr[107]));
      assert((beat == 3'd0) || tx_valid);
      if (mine && tx_valid) begin
        assert(tx_eop == ({8'd0, beat} == beats - 11'd1));
        assert((tx_be == be) && (ev_bytes == kept[25:16]));
        assert(tx_hdr[127:64] == {(pa[63:32] != 32'd0) ? 8'h60 : 8'h40, 12'd0, at, dws[9:0], rid, 8'd0, be_last, be_first});
        assert(tx_hdr[63:0] == ((pa[63:32] != 32'd0) ? {pa[63:2], 2'd0} : {pa[31:2], 34'd0}));
        assert((tx_pfx_valid == (pasid[20] && (at[1] == 1'b0))) && (tx_pfx == {12'h910, pasid[19:0]}));
        if (kept[26] && (beat == 3'd0))
          assert(x_rec[255:192] == want);
      end
      if (row_now && tx_valid && (dw_0[4:1] == {1'b0, beat}))
        assert(link[{dw_0[0], 3'd0} +: 8] == kept_row[7:0]);
      if (row_now && tx_valid && (dw_1[4:1] == {1'b0, beat}))
        assert(link[{dw_1[0], 3'd0} +: 8] == kept_row[15:8]);
      assert(ev_sent == last);
      // grants
      assert(!xl_release || (held != 2'd0));
      assert(held + {1'b0, xl_gnt} <= 2'd2);
      assert(!last || xl_release);
      assert(!tx_valid || (held != 2'd0));
      assert(!idle || (held == 2'd0));
      assert(!xl_release || last || clear || cleared || !bme || !ats || (x_next == N_DROP));
      if (pend && xl_req)
        assert(xl_va[15:0] == pend_va);
      assert(!xl_req || (!answered && !must_wait));
      // done, halt
      assert(done == any_told);
      if (told)
        assert((done_ok == (want[39:32] == 8'd0)) && (done_start == kept_rec[47:16]));
      assert(halt == stopped);
      if (halt)
        assert((halt_status == f_status) && (halt_addr[15:0] == f_va) && !tx_valid && !xl_req);
      if (x_load && x_n_rec)
        assert(!hold);
      // no rest
      assert(rest <= 2'd2);

      // What makes it inductive. Where what is taken stands:
      assert((x_next != 3'd7) && (x_done == fins));
      assert(x_rd == (cleared ? 4'd0 : fins + {3'd0, x_sending} + {3'd0, taken} + {3'd0, stopped}));
      assert({1'b0, held} == {2'd0, x_sending} + {2'd0, x_next == N_HAVE} + {2'd0, x_next == N_DROP});
      assert(asked ? ((inside <= 4'd6) && (used <= 4'd6) && !cleared) : 1'b1);
      assert((loose <= 3'd4) && ({1'b0, loose} <= used));
      if (cleared)
        assert((inside == 4'd0) && (fins == 4'd0) && (used == 4'd0) && (loose == 3'd0) && (x_r_row == 4'd0) && !x_bad &&
               ((x_next == N_IDLE) || (x_next == N_WAIT) || (x_next == N_DROP)) && !(x_sending && x_t_first));
      if (cleared && !closing)
        assert((x_next == N_IDLE) && !x_sending);
      assert(!closing || cleared);
      for (i = 0; i < 8; i = i + 1)
        assert(in[i] ? (good(e[i]) && (kinds[i] == e[i][15])) : !kinds[i]);
      // Rows: each entry's begin where those of the one before end.
      if (inside == 4'd0)
        assert(used == {1'b0, loose});
      for (i = 0; i < 8; i = i + 1)
        if (in[i]) begin
          assert((s[i] - x_r_row <= used) && (s[i] - x_r_row + {1'b0, rows(e[i])} <= used));
          if (x_done[2:0] == i[2:0])
            assert(s[i] == x_r_row);
          if (in[(i + 1) & 7] && (x_done[2:0] != ((i[2:0] + 3'd1) & 3'd7)))
            assert(s[(i + 1) & 7] == s[i] + {1'b0, rows(e[i])});
          else
            assert(s[i] + {1'b0, rows(e[i])} == x_w_row - {1'b0, loose});
        end
      assert(x_records == many);
      assert(x_n_row - x_r_row == ((x_sending && !cleared) ? {1'b0, rows(e_0)} : 4'd0) +
             (taken ? {1'b0, rows(e_n)} : 4'd0));
      if (x_sending) begin
        assert(good(t_e) && (x_t_first == (beat == 3'd0)));
        assert((x_t_left + {5'd0, beat, 3'd0} == {1'b0, x_t_len} + {9'd0, x_t_va[1:0]}) && (x_t_left != 11'd0) &&
               (x_t_left <= 11'd32));
        if (!cleared)
          assert((t_e == e_0) && (base == x_r_row[2:0]));
        if (!x_t_rec)
          assert((x_turn == x_t_va[2]) && (x_t_dw == f_0 + 4'd2));
      end else
        assert(beat == 3'd0);
      if (taken)
        assert((n_e == e_n) && (x_n_q == x_rd[2:0] - 3'd1) &&
               (x_n_base == x_r_row[2:0] + (x_sending ? rows(e_0) : 3'd0)));
      if (x_next == N_DROP)
        assert(cleared || !x_sending);
      // Jobs.
      assert(!stopped || (!x_sending && ((x_next == N_WAIT) || (x_next == N_IDLE)) && rec_0 && (inside != 4'd0)));
      if (!stopped)
        assert(x_bad == job_bad);
      if (job_bad && !stopped)
        assert((x_bad_status == b_status) && (x_bad_detail == b_detail));
      if (job_bad && !stopped && x_sending)
        assert(x_t_rec);
      if (job_bad && !stopped && ((x_next == N_XLATE) || (x_next == N_HAVE) || (x_next == N_FAIL)))
        assert(x_n_rec || (x_sending && x_t_rec));
      if (x_next == N_WASTE)
        assert(job_bad && !x_n_rec && !x_sending);
      assert(f_pend == (x_next == N_FAIL));
      if (f_pend)
        assert((x_n_status == f_status) && (x_n_detail == f_detail) && (x_n_va[15:0] == f_va));
      assert(!must_wait || (x_next == N_FAIL) || (x_next == N_WASTE) || (x_next == N_WAIT));
      assert(!pend || ((x_next == N_XLATE) && (x_n_va[15:0] == pend_va)));
      assert((x_next == N_XLATE) || (x_next == N_WASTE) || (rest == 2'd0) || ((x_next == N_IDLE) && (rest == 2'd1)) || halt);
      // The entry.
      if (on && !gone) begin
        assert((ahead < inside) && (order(slot) == kept));
        if (kept[26])
          assert(record(slot) == kept_rec);
        if (taken && (ahead == {3'd0, x_sending}))
          assert({x_n_rec, x_n_len, x_n_va[15:0]} == kept);
        if ((x_next == N_HAVE) && (ahead == {3'd0, x_sending}))
          assert((x_n_pa == pa) && (x_n_at == at));
      end
      if (on && gone)
        assert(cleared && x_sending);
      if (mine) begin
        assert(({x_t_rec, x_t_len, x_t_va[15:0]} == kept) && (x_t_pa == pa) && (x_t_at == at));
        if (kept[26]) begin
          assert(done_start == kept_rec[47:16]);
          assert((beat == 3'd0) ? (x_rec[255:192] == want) : (done_ok == (want[39:32] == 8'd0)));
        end
      end
      // The row.
      if (row_on && !row_gone)
        assert((r_ahead < x_w_row - x_r_row) && (r_pos == x_r_row[2:0] + r_ahead[2:0]));
      if (row_on && row_gone)
        assert(cleared && x_sending && !x_t_rec && (r_ahead < {1'b0, rows(t_e)}) && (r_pos == base + r_ahead[2:0]));
      if (row_on)
        assert(row(r_pos) == kept_row);
      if (row_now && (f_a[3:1] == r_pos))
        assert(x_qa[7:0] == kept_row[7:0]);
      if (row_now && (f_b[3:1] == r_pos))
        assert(x_qb[7:0] == kept_row[15:8]);
    end
  end

endmodule

`default_nettype wire
