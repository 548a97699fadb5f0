// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane: a pipeline that works for one queue at a time: wiring of its parts, and its life.
//
//   descriptors -> issue -> reads -> rows -> beats -> engine -> rows -> pieces and records
//
// attach gives it queue at_queue with its context (x_*, as of that cycle) while free is high. It gives the
// queue back (release_o) when nothing is left to do or the share is used up, after a halt, or when stop says
// that the queue must not go on: then what is under way is abandoned, reads in flight are awaited. u_*
// reports to svarig_queue_ctx. Everything else is to and from the parts; see there.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane #(
  parameter DATA_WIDTH = 128,
  parameter EW = 128,
  parameter SW = 6,
  parameter NF = 5,
  parameter NC = 11
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [31:0]      now,
  input  wire [NF-1:0]    cfg_bme,
  input  wire [NF-1:0]    cfg_ats_en,
  input  wire [NF*16-1:0] cfg_rid,
  input  wire [2:0]       cfg_mps,
  input  wire [2:0]       cfg_mrrs,

  output wire             free,
  input  wire             attach,
  input  wire [5:0]       at_queue,
  input  wire [32:0]      at_budget,
  input  wire [15:0]      at_units,
  input  wire             at_chain_bad,
  input  wire [20:0]      x_pasid,
  input  wire [63:0]      x_sq_base,
  input  wire [63:0]      x_cq_base,
  input  wire [3:0]       x_sq_log2,
  input  wire [3:0]       x_cq_log2,
  input  wire [127:0]     x_counts,
  input  wire             b_valid,
  input  wire [5:0]       b_queue,
  input  wire [31:0]      b_sq_tail,
  input  wire [31:0]      b_cq_head,
  input  wire             stop,
  input  wire             pause,
  input  wire             others,
  output wire             release_o,
  output wire [32:0]      r_budget,
  output wire             r_chain_bad,

  output wire             u_req,
  input  wire             u_ack,
  output reg  [5:0]       u_queue,
  output wire [31:0]      u_sq_head,
  output wire             u_done,
  output wire             u_ok,
  output wire [31:0]      u_bytes,
  output reg  [31:0]      u_cycles,
  output wire             u_halt,
  output reg  [7:0]       u_code,
  output reg  [63:0]      u_addr,
  output wire [NC*32-1:0] u_counts,

  output wire             e_abort,     // svarig_engines
  output wire             e_cmd_valid,
  input  wire             e_cmd_ready,
  output wire [7:0]       e_op,
  output wire [7:0]       e_alg,
  output wire             e_decrypt,
  output wire             e_state_in,
  output wire             e_state_out,
  output wire [31:0]      e_len,
  output wire [31:0]      e_aad_len,
  output wire             s_valid,
  input  wire             s_ready,
  output wire [EW-1:0]    s_data,
  output wire [5:0]       s_bytes,
  output wire [2:0]       s_kind,
  output wire             s_last,
  output wire             s_cut,
  input  wire             m_valid,
  output wire             m_ready,
  input  wire [EW-1:0]    m_data,
  input  wire [5:0]       m_bytes,
  input  wire [2:0]       m_kind,
  input  wire             end_valid,
  output wire             end_ready,
  input  wire [7:0]       end_status,
  input  wire [31:0]      end_done,

  output wire             al_req,      // svarig_rd_slots
  output wire             al_ctl,
  input  wire             al_gnt,
  input  wire [SW-1:0]    al_slot,
  output wire             al_ret,
  output wire [SW-1:0]    ret_slot,
  input  wire             none_left,
  input  wire             few_left,
  input  wire [(1<<SW)-1:0] done,
  input  wire [(1<<SW)-1:0] bad,
  output wire [SW-1:0]    q_slot,
  input  wire [7:0]       q_status,
  input  wire [63:0]      q_bad_va,
  output wire [2*SW-1:0]  p_slot,
  input  wire [1:0]       p_some,
  input  wire [17:0]      p_to,
  output wire             rr_req,
  output wire [SW-1:0]    rr_slot,
  output wire [4:0]       rr_row,
  output wire             rr_drop,
  output wire             rr_none,
  input  wire             rr_gnt,
  input  wire [EW-1:0]    rd_data,

  output wire [1:0]       xl_req,      // svarig_ats: reads, writes
  output reg  [2:0]       xl_fn,
  output reg  [20:0]      xl_pasid,
  output wire [127:0]     xl_va,
  output wire [1:0]       xl_release,
  output wire [103:0]     xl_cur,
  output wire [103:0]     xl_end,
  output wire [1:0]       xl_more,
  input  wire [1:0]       xl_ready,
  input  wire [1:0]       xl_gnt,
  input  wire [63:0]      xl_pa,
  input  wire [1:0]       xl_at,
  input  wire [1:0]       xl_fail,
  input  wire [15:0]      xl_status,
  input  wire [15:0]      xl_detail,
  input  wire [1:0]       xl_idle,
  input  wire [1:0]       xl_quiet,
  input  wire [1:0]       xl_stall_fault,
  input  wire [1:0]       xl_ev_hit,
  input  wire [1:0]       xl_ev_miss,
  input  wire [1:0]       xl_ev_pageq,

  output wire             rx_valid,    // read requests
  input  wire             rx_ready,
  output wire             rx_pfx_valid,
  output wire [31:0]      rx_pfx,
  output wire [127:0]     rx_hdr,
  output wire [SW-1:0]    rx_slot,
  output wire [63:0]      rx_va,
  output wire [9:0]       rx_len,
  output wire             tx_valid,    // writes
  input  wire             tx_ready,
  output wire             tx_sop,
  output wire             tx_eop,
  output wire             tx_pfx_valid,
  output wire [31:0]      tx_pfx,
  output wire [127:0]     tx_hdr,
  output wire [DATA_WIDTH-1:0]   tx_data,
  output wire [DATA_WIDTH/8-1:0] tx_be,

  output wire             ev_read,
  output wire             ev_write,
  output wire [9:0]       ev_bytes,
  output wire             ev_done,
  output wire             ev_ok,
  output wire             moves        // something is on its way through
);

  localparam ROWS = 2048 * 8 / EW;

  // ------------------------------------------------------------------ life

  localparam [1:0] L_FREE = 2'd0, L_RUN = 2'd1, L_CLOSE = 2'd2, L_END = 2'd3;

  reg  [1:0]   life;
  reg  [1:0]   wait_a_bit;
  reg          halted;
  reg  [63:0]  sq_base, cq_base;
  reg  [3:0]   sq_log2, cq_log2;
  reg  [31:0]  sq_tail, cq_head;
  wire [31:0]  sq_head;
  reg  [15:0]  units;
  wire         clear = (life != L_RUN);
  wire         run   = (life == L_RUN) && !pause;
  wire         dry;
  wire [6:0]   flight;
  wire         f_error, w_halt;
  wire [7:0]   f_status, h_status;
  wire [63:0]  f_addr, h_addr;
  wire         rd_idle, rows_idle, wr_idle, send_done, send_ok;
  wire [31:0]  send_bytes, send_start;
  reg          ud_valid, ud_ok;
  reg  [31:0]  ud_bytes;
  reg  [31:0]  head_told, last_end;

  assign free      = (life == L_FREE);
  assign e_abort   = clear;
  assign release_o = (life == L_END) && u_ack;
  wire   none      = (flight == 7'd0) && !ud_valid;
  wire   bme       = cfg_bme[xl_fn];
  wire   ats       = cfg_ats_en[xl_fn];
  wire [15:0] rid  = cfg_rid[{29'd0, xl_fn}*16 +: 16];

  always @(posedge clk)
    if (rst) begin
      life       <= L_FREE;
      wait_a_bit <= 2'd0;
      halted     <= 1'b0;
      ud_valid   <= 1'b0;
      u_queue    <= 6'd0;
      xl_fn      <= 3'd0;
    end else begin
      if (u_ack)
        ud_valid <= 1'b0;
      if (send_done)
        ud_valid <= 1'b1;
      case (life)
        L_FREE:
          if (attach) begin
            life     <= L_RUN;
            halted   <= 1'b0;
            u_queue  <= at_queue;
            xl_fn    <= ({26'd0, at_queue} < `SVARIG_PF_QUEUES) ? 3'd0 : ({1'b0, at_queue[4:3]} + 3'd1);
          end
        L_RUN: begin
          wait_a_bit <= 2'd3;
          if (stop)
            life <= L_CLOSE;
          else if (w_halt || (f_error && none)) begin
            halted <= 1'b1;
            life   <= L_CLOSE;
          end else if (dry && none)
            life <= L_CLOSE;
        end
        L_CLOSE: begin
          if (wait_a_bit != 2'd0)
            wait_a_bit <= wait_a_bit - 2'd1;
          else if (rd_idle && rows_idle && wr_idle && !ud_valid && !send_done && (&xl_idle) && (&xl_quiet))
            life <= L_END;
        end
        default:
          if (u_ack)
            life <= L_FREE;
      endcase
    end

  always @(posedge clk) begin
    if ((life == L_FREE) && attach) begin
      xl_pasid <= x_pasid;
      sq_base  <= x_sq_base;
      cq_base  <= x_cq_base;
      sq_log2  <= x_sq_log2;
      cq_log2  <= x_cq_log2;
      sq_tail  <= x_counts[127:96];
      cq_head  <= x_counts[31:0];
      head_told <= x_counts[95:64];
      units    <= at_units;
      last_end <= now;
    end else begin
      if (b_valid && (b_queue == u_queue)) begin
        sq_tail <= b_sq_tail;
        cq_head <= b_cq_head;
      end
      if (u_ack)
        head_told <= sq_head;
      if (send_done)
        last_end <= now;
    end
    if ((life == L_RUN) && !stop && (w_halt || f_error)) begin
      u_code <= w_halt ? h_status : f_status;
      u_addr <= w_halt ? h_addr : f_addr;
    end
    if (send_done) begin
      ud_ok    <= send_ok;
      ud_bytes <= send_bytes;
      // Jobs overlap; each cycle counts once.
      u_cycles <= now - (((send_start - last_end) & 32'h80000000) != 32'd0 ? last_end : send_start);
    end
  end

  assign u_req     = ud_valid || (life == L_END) || ((life == L_RUN) && (head_told != sq_head));
  assign u_sq_head = sq_head;
  assign u_done    = ud_valid;
  assign u_ok      = ud_ok;
  assign u_bytes   = ud_bytes;
  assign u_halt    = (life == L_END) && halted;
  assign ev_done   = send_done;
  assign ev_ok     = send_ok;

  // ------------------------------------------------------------------ descriptors to reads

  wire         f_valid, f_take;
  wire [511:0] f_desc;
  wire [2:0]   c_valid, c_ready, k_valid;            // 0 descriptors, 1 source list, 2 destination list
  wire [191:0] c_va;
  wire [29:0]  c_len;
  wire         k_error, k_end;
  wire [4:0]   k_lo;
  wire [5:0]   k_bytes;
  wire [7:0]   k_status, k_detail;
  wire [63:0]  k_addr;

  svarig_lane_fetch #(.EW(EW)) u_fetch (
    .clk(clk), .rst(rst), .clear(clear), .run(run), .sq_base(sq_base), .sq_log2(sq_log2), .sq_tail(sq_tail),
    .sq_head(sq_head), .valid(f_valid), .desc(f_desc), .error(f_error), .e_status(f_status),
    .e_addr(f_addr), .c_valid(c_valid[0]), .c_ready(c_ready[0]), .c_va(c_va[63:0]), .c_len(c_len[9:0]),
    .r_valid(k_valid[0]), .r_error(k_error), .r_data(rd_data), .r_status(k_status), .r_addr(k_addr)
  );

  wire         g_start, g_clear, g_busy, g_valid, g_error, g_last, g_take;
  wire [63:0]  g_base, g_addr, g_fault;
  wire [8:0]   g_count;
  wire [31:0]  g_sum, g_len;
  wire [7:0]   g_status, g_detail;

  svarig_lane_sg #(.EW(EW)) u_src_list (
    .clk(clk), .rst(rst || clear), .clear(g_clear), .start(g_start), .base(g_base), .count(g_count), .sum(g_sum),
    .busy(g_busy), .e_valid(g_valid), .e_error(g_error), .e_last(g_last), .e_addr(g_addr), .e_len(g_len),
    .e_status(g_status), .e_detail(g_detail), .e_fault(g_fault), .e_take(g_take),
    .c_valid(c_valid[1]), .c_ready(c_ready[1]), .c_va(c_va[127:64]), .c_len(c_len[19:10]),
    .r_valid(k_valid[1]), .r_error(k_error), .r_end(k_end), .r_data(rd_data), .r_lo(k_lo), .r_bytes(k_bytes),
    .r_status(k_status), .r_detail(k_detail), .r_addr(k_addr)
  );

  wire         j_put, j_engine, j_decrypt, j_state_in, j_state_out, j_text;
  wire [7:0]   j_status, j_op, j_alg;
  wire [31:0]  j_len, j_aad, j_dst_len, j_start;
  wire [63:0]  j_dst, j_state, j_cookie;
  wire [8:0]   j_dst_sg;
  wire [15:0]  j_count;
  wire         d_valid, d_ready, d_flush, d_last, d_fin, quit;
  wire [1:0]   d_type;
  wire [63:0]  d_va;
  wire [31:0]  d_len;
  wire [2:0]   d_kind;

  svarig_lane_issue u_issue (
    .clk(clk), .rst(rst), .clear(clear), .run(run), .now(now), .attach(free && attach), .at_sq_head(x_counts[95:64]),
    .at_budget(at_budget), .at_chain_bad(at_chain_bad), .quantum_units(units), .cq_log2(cq_log2), .cq_head(cq_head),
    .sq_tail(sq_tail), .others(others), .sq_head(sq_head), .budget(r_budget), .chain_bad(r_chain_bad), .dry(dry),
    .f_valid(f_valid), .f_desc(f_desc), .f_take(f_take),
    .j_put(j_put), .j_engine(j_engine), .j_status(j_status), .j_op(j_op), .j_alg(j_alg), .j_decrypt(j_decrypt),
    .j_state_in(j_state_in), .j_state_out(j_state_out), .j_text(j_text), .j_len(j_len), .j_aad(j_aad), .j_dst(j_dst),
    .j_dst_len(j_dst_len), .j_dst_sg(j_dst_sg), .j_state(j_state), .j_cookie(j_cookie), .j_start(j_start),
    .j_count(j_count), .done(send_done), .done_ok(send_ok), .flight(flight),
    .d_valid(d_valid), .d_ready(d_ready), .d_type(d_type), .d_va(d_va), .d_len(d_len), .d_kind(d_kind),
    .d_flush(d_flush), .d_last(d_last), .d_fin(d_fin), .quit(quit),
    .g_start(g_start), .g_clear(g_clear), .g_busy(g_busy), .g_base(g_base), .g_count(g_count), .g_sum(g_sum),
    .g_valid(g_valid), .g_error(g_error), .g_last(g_last), .g_addr(g_addr), .g_len(g_len), .g_take(g_take)
  );

  // ------------------------------------------------------------------ reads to beats

  wire         o_put, o_room, o_flush, o_last, o_fin, o_plain, xe_busy, p_put, p_room, p_error, p_end, ce_busy, kill;
  wire [1:0]   o_type, p_dest;
  wire [SW-1:0] o_slot;
  wire [8:0]   o_at;
  wire [9:0]   o_len;
  wire [2:0]   o_kind;
  wire [7:0]   xe_status, xe_detail, ce_status, ce_detail;
  wire [63:0]  xe_addr, ce_addr;
  wire         no_slot;

  wire         now_reads;
  wire [51:0]  now_cur, now_last;
  svarig_lane_hint u_hint (
    .clk(clk), .rst(rst), .clear(clear), .now(now_reads), .now_cur(now_cur), .now_last(now_last),
    .begins(d_valid && d_ready), .f_valid(f_valid), .f_desc(f_desc), .f_take(f_take),
    .cur(xl_cur[51:0]), .last(xl_end[51:0]), .more(xl_more[0]), .ready(xl_ready[0])
  );

  svarig_lane_read #(.SW(SW)) u_read (
    .clk(clk), .rst(rst), .clear(clear), .idle(rd_idle), .cfg_bme(bme), .cfg_ats_en(ats), .cfg_mrrs(cfg_mrrs),
    .cfg_rid(rid), .pasid(xl_pasid),
    .d_valid(d_valid), .d_ready(d_ready), .d_type(d_type), .d_va(d_va), .d_len(d_len), .d_kind(d_kind),
    .d_flush(d_flush), .d_last(d_last), .d_fin(d_fin), .d_status(g_status), .d_detail(g_detail), .d_addr(g_fault),
    .quit(quit), .kill(kill), .c_valid(c_valid), .c_ready(c_ready), .c_va(c_va), .c_len(c_len),
    .al_req(al_req), .al_ctl(al_ctl), .al_gnt(al_gnt), .al_slot(al_slot), .al_ret(al_ret), .ret_slot(ret_slot),
    .none_left(none_left), .few_left(few_left), .xl_req(xl_req[0]), .xl_va(xl_va[63:0]), .xl_release(xl_release[0]), .xl_gnt(xl_gnt[0]),
    .xl_pa(xl_pa), .xl_at(xl_at), .xl_fail(xl_fail[0]), .xl_status(xl_status[7:0]), .xl_detail(xl_detail[7:0]),
    .xl_idle(xl_idle[0]), .now_cur(now_cur), .now_last(now_last), .now(now_reads),
    .tx_valid(rx_valid), .tx_ready(rx_ready), .tx_pfx_valid(rx_pfx_valid), .tx_pfx(rx_pfx), .tx_hdr(rx_hdr),
    .tx_slot(rx_slot), .tx_va(rx_va), .tx_len(rx_len),
    .o_put(o_put), .o_room(o_room), .o_type(o_type), .o_slot(o_slot), .o_at(o_at), .o_len(o_len), .o_kind(o_kind),
    .o_flush(o_flush), .o_last(o_last), .o_fin(o_fin), .o_plain(o_plain), .xe_busy(xe_busy), .xe_status(xe_status),
    .xe_detail(xe_detail), .xe_addr(xe_addr), .p_put(p_put), .p_room(p_room), .p_error(p_error), .p_dest(p_dest),
    .p_end(p_end), .ce_busy(ce_busy), .ce_status(ce_status), .ce_detail(ce_detail), .ce_addr(ce_addr),
    .ev_sent(ev_read), .ev_no_slot(no_slot)
  );

  wire         awaited;
  wire         b_row, b_room, b_flush, b_last, b_cut, cut_done, w_kill, re_valid, re_clear;
  wire [4:0]   b_lo;
  wire [5:0]   b_bytes;
  wire [2:0]   b_kind;
  wire [31:0]  cut_bytes, re_bytes;
  wire [7:0]   w_job, re_job, re_status, re_detail;
  wire [63:0]  re_addr;

  svarig_lane_rows #(.EW(EW), .SW(SW)) u_rows (
    .clk(clk), .rst(rst), .clear(clear), .idle(rows_idle), .awaited(awaited),
    .o_put(o_put), .o_room(o_room), .o_type(o_type), .o_slot(o_slot), .o_at(o_at), .o_len(o_len), .o_kind(o_kind),
    .o_flush(o_flush), .o_last(o_last), .o_fin(o_fin), .o_plain(o_plain), .xe_busy(xe_busy), .xe_status(xe_status),
    .xe_detail(xe_detail), .xe_addr(xe_addr), .p_put(p_put), .p_room(p_room), .p_error(p_error), .p_dest(p_dest),
    .p_end(p_end), .ce_busy(ce_busy), .ce_status(ce_status), .ce_detail(ce_detail), .ce_addr(ce_addr), .kill(kill),
    .done(done), .bad(bad), .q_slot(q_slot), .q_status(q_status), .q_bad_va(q_bad_va), .p_slot(p_slot), .p_some(p_some),
    .p_to(p_to), .rr_req(rr_req),
    .rr_slot(rr_slot), .rr_row(rr_row), .rr_drop(rr_drop), .rr_none(rr_none), .rr_gnt(rr_gnt),
    .c_valid(k_valid), .c_error(k_error), .c_end(k_end), .c_lo(k_lo), .c_bytes(k_bytes), .c_status(k_status),
    .c_detail(k_detail), .c_addr(k_addr),
    .m_valid(b_row), .m_room(b_room), .m_lo(b_lo), .m_bytes(b_bytes), .m_kind(b_kind), .m_flush(b_flush),
    .m_last(b_last), .m_cut(b_cut), .cut_done(cut_done), .cut_bytes(cut_bytes), .w_kill(w_kill), .w_job(w_job),
    .re_valid(re_valid), .re_job(re_job), .re_status(re_status), .re_detail(re_detail), .re_addr(re_addr),
    .re_bytes(re_bytes), .re_clear(re_clear)
  );

  svarig_lane_pack #(.EW(EW)) u_pack (
    .clk(clk), .rst(rst), .clear(clear), .m_valid(b_row), .m_room(b_room), .m_data(rd_data), .m_lo(b_lo),
    .m_bytes(b_bytes), .m_kind(b_kind), .m_flush(b_flush), .m_last(b_last), .m_cut(b_cut), .cut_done(cut_done),
    .cut_bytes(cut_bytes), .s_valid(s_valid), .s_ready(s_ready), .s_data(s_data), .s_bytes(s_bytes),
    .s_kind(s_kind), .s_last(s_last), .s_cut(s_cut)
  );

  // ------------------------------------------------------------------ jobs under way, and what they write

  wire         w_valid, w_take, w_engine, w_text;
  wire [7:0]   w_status, w_op;
  wire [31:0]  w_len, w_dst_len, w_start;
  wire [63:0]  w_dst, w_state, w_cookie;
  wire [8:0]   w_dst_sg;
  wire [15:0]  w_count;

  svarig_lane_jobs u_jobs (
    .clk(clk), .rst(rst), .clear(clear), .put(j_put), .p_engine(j_engine), .p_status(j_status), .p_op(j_op),
    .p_alg(j_alg), .p_decrypt(j_decrypt), .p_state_in(j_state_in), .p_state_out(j_state_out), .p_text(j_text),
    .p_len(j_len), .p_aad(j_aad), .p_dst(j_dst), .p_dst_len(j_dst_len), .p_dst_sg(j_dst_sg), .p_state(j_state),
    .p_cookie(j_cookie), .p_start(j_start), .p_count(j_count),
    .e_valid(e_cmd_valid), .e_ready(e_cmd_ready), .e_op(e_op), .e_alg(e_alg), .e_decrypt(e_decrypt),
    .e_state_in(e_state_in), .e_state_out(e_state_out), .e_len(e_len), .e_aad(e_aad_len),
    .w_valid(w_valid), .w_take(w_take), .w_engine(w_engine), .w_status(w_status), .w_op(w_op), .w_text(w_text),
    .w_len(w_len), .w_dst(w_dst), .w_dst_len(w_dst_len), .w_dst_sg(w_dst_sg), .w_state(w_state),
    .w_cookie(w_cookie), .w_start(w_start), .w_count(w_count)
  );

  wire         o_start, o_clear, o_busy, o_valid, o_error, o_take, o_end;
  wire [63:0]  o_addr, o_fault;
  wire [31:0]  o_bytes;
  wire [7:0]   o_status, o_detail;

  svarig_lane_sg #(.EW(EW)) u_dst_list (
    .clk(clk), .rst(rst || clear), .clear(o_clear), .start(o_start), .base(w_dst), .count(w_dst_sg), .sum(w_dst_len),
    .busy(o_busy), .e_valid(o_valid), .e_error(o_error), .e_last(o_end), .e_addr(o_addr), .e_len(o_bytes),
    .e_status(o_status), .e_detail(o_detail), .e_fault(o_fault), .e_take(o_take),
    .c_valid(c_valid[2]), .c_ready(c_ready[2]), .c_va(c_va[191:128]), .c_len(c_len[29:20]),
    .r_valid(k_valid[2]), .r_error(k_error), .r_end(k_end), .r_data(rd_data), .r_lo(k_lo), .r_bytes(k_bytes),
    .r_status(k_status), .r_detail(k_detail), .r_addr(k_addr)
  );

  wire         wants;
  wire         open, is_open, in_valid, in_ready, close, rec_put, rec_room, rec_phase, rec_text, failed;
  wire [63:0]  open_va, rec_va, next_rec, rec_fault, rec_cookie, wants_va, wants_end;
  wire [5:0]   in_lo, in_bytes;
  wire [7:0]   rec_status, rec_detail;
  wire [31:0]  rec_done, rec_len, rec_start;
  wire [15:0]  rec_count;
  wire         room, row_put, piece_put;
  wire [EW-1:0] row_data;
  wire [63:0]  piece_va;
  wire [9:0]   piece_len;

  svarig_lane_write u_write (
    .clk(clk), .rst(rst), .clear(clear), .attach(free && attach), .at_cq_tail(x_counts[63:32]), .cq_base(cq_base),
    .cq_log2(cq_log2), .j_valid(w_valid), .j_take(w_take), .j_engine(w_engine), .j_status(w_status), .j_op(w_op),
    .j_text(w_text), .j_len(w_len), .j_dst(w_dst), .j_dst_len(w_dst_len), .j_dst_sg(w_dst_sg), .j_state(w_state),
    .j_cookie(w_cookie), .j_start(w_start), .j_count(w_count),
    .m_valid(m_valid), .m_ready(m_ready), .m_bytes(m_bytes), .m_kind(m_kind), .end_valid(end_valid),
    .end_ready(end_ready), .end_status(end_status), .end_done(end_done), .kill(w_kill), .job(w_job),
    .re_valid(re_valid), .re_job(re_job), .re_status(re_status), .re_detail(re_detail), .re_addr(re_addr),
    .re_bytes(re_bytes), .re_clear(re_clear),
    .g_start(o_start), .g_clear(o_clear), .g_busy(o_busy), .g_valid(o_valid), .g_error(o_error), .g_addr(o_addr),
    .g_len(o_bytes), .g_status(o_status), .g_detail(o_detail), .g_fault(o_fault), .g_take(o_take),
    .open(open), .va(open_va), .is_open(is_open), .in_valid(in_valid), .in_ready(in_ready), .in_lo(in_lo),
    .in_bytes(in_bytes), .close(close), .rec_put(rec_put), .rec_room(rec_room), .pieces(piece_put), .rec_va(rec_va),
    .rec_phase(rec_phase), .rec_status(rec_status), .rec_detail(rec_detail), .rec_fault(rec_fault),
    .rec_done(rec_done), .rec_text(rec_text), .rec_len(rec_len), .rec_cookie(rec_cookie), .rec_start(rec_start),
    .rec_count(rec_count), .failed(failed), .next_rec(next_rec), .wants_va(wants_va), .wants_end(wants_end), .wants(wants)
  );

  svarig_wr_gather #(.EW(EW)) u_gather (
    .clk(clk), .rst(rst), .clear(clear), .cfg_mps(cfg_mps), .open(open), .va(open_va), .is_open(is_open),
    .in_valid(in_valid), .in_ready(in_ready), .in_data(m_data), .in_lo(in_lo), .in_bytes(in_bytes), .close(close),
    .room(room), .row_put(row_put), .row_data(row_data), .piece_put(piece_put), .piece_va(piece_va),
    .piece_len(piece_len)
  );

  svarig_wr_send #(.DATA_WIDTH(DATA_WIDTH), .EW(EW), .ROWS(ROWS)) u_send (
    .clk(clk), .rst(rst), .clear(clear), .idle(wr_idle), .now(now), .cfg_bme(bme), .cfg_ats_en(ats), .cfg_rid(rid),
    .pasid(xl_pasid), .qid(u_queue), .room(room), .row_put(row_put), .row_data(row_data), .piece_put(piece_put),
    .piece_va(piece_va), .piece_len(piece_len), .rec_put(rec_put), .rec_room(rec_room), .rec_va(rec_va),
    .rec_phase(rec_phase), .rec_status(rec_status), .rec_detail(rec_detail), .rec_fault(rec_fault),
    .rec_done(rec_done), .rec_text(rec_text), .rec_len(rec_len), .rec_cookie(rec_cookie), .rec_start(rec_start),
    .rec_count(rec_count), .failed(failed), .hold(ud_valid || send_done), .done(send_done), .done_ok(send_ok),
    .done_bytes(send_bytes), .done_start(send_start), .halt(w_halt), .halt_status(h_status), .halt_addr(h_addr),
    .xl_req(xl_req[1]), .xl_va(xl_va[127:64]), .xl_release(xl_release[1]), .xl_gnt(xl_gnt[1]), .xl_pa(xl_pa),
    .xl_at(xl_at), .xl_fail(xl_fail[1]), .xl_status(xl_status[15:8]), .xl_detail(xl_detail[15:8]),
    .xl_idle(xl_idle[1]), .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_sop(tx_sop), .tx_eop(tx_eop),
    .tx_pfx_valid(tx_pfx_valid), .tx_pfx(tx_pfx), .tx_hdr(tx_hdr), .tx_data(tx_data), .tx_be(tx_be),
    .ev_sent(ev_write), .ev_bytes(ev_bytes)
  );

  svarig_lane_ahead u_ahead (
    .clk(clk), .rst(rst), .clear(clear), .put(j_put),
    .p_writes(j_engine && (j_dst_len != 32'd0) && (j_dst_sg == 9'd0)), .p_dst(j_dst), .p_dst_len(j_dst_len),
    .w_take(w_take), .now(wants), .now_va(wants_va), .now_end(wants_end), .rec_va(next_rec),
    .cur(xl_cur[103:52]), .last(xl_end[103:52]), .more(xl_more[1]), .ready(xl_ready[1])
  );

  // ------------------------------------------------------------------ counters

  wire stalled = |(xl_req & ~xl_gnt & ~xl_stall_fault);
  wire faulted = |(xl_req & xl_stall_fault);
  assign moves = (s_valid && s_ready) || (m_valid && m_ready) || rr_gnt;

  svarig_lane_stats #(.NC(NC)) u_stats (
    .clk(clk), .on(!free), .start(free && attach), .taken(u_ack), .counts(u_counts),
    .add({1'b0, awaited && !s_valid && w_valid && w_engine,        // QC_STALL_DATA
          1'b0, s_valid && !s_ready,
          1'b0, (rx_valid && !rx_ready) || (tx_valid && !tx_ready),
          1'b0, no_slot,
          1'b0, faulted,
          1'b0, stalled,
          {1'b0, xl_ev_pageq[0]} + {1'b0, xl_ev_pageq[1]},
          1'b0, ev_write,
          1'b0, ev_read,
          {1'b0, xl_ev_miss[0]} + {1'b0, xl_ev_miss[1]},
          {1'b0, xl_ev_hit[0]} + {1'b0, xl_ev_hit[1]}})
  );

  wire unused = &{1'b0, o_end};

endmodule

`default_nettype wire
