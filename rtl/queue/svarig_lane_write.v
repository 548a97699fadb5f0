// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_write: what a lane's engine gives, to where its job wants it, and the record behind it.
//
// Jobs come in order (j_*, svarig_lane_jobs). The beats of a job (m_*) are one stream of text and result
// into dst or along its scatter list (g_*), then perhaps the state into its own place; end_* tells how it
// ended. Then the record is put (rec_*, svarig_wr_send). What goes wrong on the way has this rank: refused
// before it began, a list or a write that failed (kill asks the read side to stop feeding job), a read that
// failed (re_*), the engine's verdict. clear forgets everything. wants_* is the range that will be written.
//
// A record stands in a register before it is put: its job's last piece comes first. The next job is begun meanwhile, but
// none of its bytes goes to svarig_wr_gather, so that no piece of it can come before the record either.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_write (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,

  input  wire          attach,
  input  wire [31:0]   at_cq_tail,
  input  wire [63:0]   cq_base,
  input  wire [3:0]    cq_log2,

  input  wire          j_valid,
  output wire          j_take,
  input  wire          j_engine,
  input  wire [7:0]    j_status,
  input  wire [7:0]    j_op,
  input  wire          j_text,
  input  wire [31:0]   j_len,
  input  wire [63:0]   j_dst,
  input  wire [31:0]   j_dst_len,
  input  wire [8:0]    j_dst_sg,
  input  wire [63:0]   j_state,
  input  wire [63:0]   j_cookie,
  input  wire [31:0]   j_start,
  input  wire [15:0]   j_count,

  input  wire          m_valid,        // svarig_engines
  output wire          m_ready,
  input  wire [5:0]    m_bytes,
  input  wire [2:0]    m_kind,
  input  wire          end_valid,
  output wire          end_ready,
  input  wire [7:0]    end_status,
  input  wire [31:0]   end_done,

  output wire          kill,           // svarig_lane_rows
  output reg  [7:0]    job,
  input  wire          re_valid,
  input  wire [7:0]    re_job,
  input  wire [7:0]    re_status,
  input  wire [7:0]    re_detail,
  input  wire [63:0]   re_addr,
  input  wire [31:0]   re_bytes,
  output wire          re_clear,

  output wire          g_start,        // svarig_lane_sg
  output wire          g_clear,
  input  wire          g_busy,
  input  wire          g_valid,
  input  wire          g_error,
  input  wire [63:0]   g_addr,
  input  wire [31:0]   g_len,
  input  wire [7:0]    g_status,
  input  wire [7:0]    g_detail,
  input  wire [63:0]   g_fault,
  output wire          g_take,

  output wire          open,           // svarig_wr_gather
  output wire [63:0]   va,
  input  wire          is_open,
  output wire          in_valid,
  input  wire          in_ready,
  output wire [5:0]    in_lo,
  output wire [5:0]    in_bytes,
  output wire          close,

  output wire          rec_put,        // svarig_wr_send
  input  wire          rec_room,
  input  wire          pieces,         // a piece is on its way there
  output reg  [63:0]   rec_va,
  output reg           rec_phase,
  output reg  [7:0]    rec_status,
  output reg  [7:0]    rec_detail,
  output reg  [63:0]   rec_fault,
  output reg  [31:0]   rec_done,
  output reg           rec_text,
  output reg  [31:0]   rec_len,
  output reg  [63:0]   rec_cookie,
  output reg  [31:0]   rec_start,
  output reg  [15:0]   rec_count,
  input  wire          failed,         // a write of this job, there
  output wire [63:0]   next_rec,       // where the record of this job will be

  output wire [63:0]   wants_va,
  output wire [63:0]   wants_end,
  output wire          wants
);

  localparam [31:0] ST_OK       = `SVARIG_ST_OK;
  localparam [31:0] ST_MISMATCH = `SVARIG_ST_MISMATCH;
  localparam [31:0] ST_STATE    = `SVARIG_ST_BAD_STATE;
  localparam [31:0] EK_STATE    = `SVARIG_EK_STATE;

  reg          waits;                  // a record waits to be put
  reg          ending;                 // nothing more comes of the engine; the record is next
  wire         run = !ending && j_valid && j_engine;
  reg          on_state;               // the segment that is open is the state's
  reg          broken;                 // the list is at fault
  reg  [7:0]   b_status, b_detail;
  reg  [63:0]  b_fault;
  reg  [5:0]   taken;                  // bytes of this beat that went to the segment before
  reg  [31:0]  left;                   // of the segment
  reg  [63:0]  next_va;
  reg          begun;                  // a segment was opened: next_va counts
  reg  [31:0]  got;                    // text and result taken from the engine
  reg  [31:0]  cq_tail;

  wire listed = (j_dst_sg != 9'd0) && (j_dst_len != 32'd0);
  wire read_bad = re_valid && (re_job == job) && j_engine;

  // ------------------------------------------------------------------ beats

  wire         mine   = run && m_valid && !end_valid;
  wire         over   = run && end_valid;
  wire         drop   = (failed && !waits) || broken;  // while a record waits it tells of that job
  wire         is_st  = (m_kind == EK_STATE[2:0]);
  wire [5:0]   avail  = m_bytes - taken;
  wire         none   = (avail == 6'd0);
  wire         split  = listed && !on_state && ({26'd0, avail} > left);
  wire         wrong  = is_open && ((is_st != on_state) || (listed && !on_state && (left == 32'd0)));  // segment
  wire         go     = mine && !drop && !none && is_open && !wrong && (!waits || rec_put);
  wire         must_open = mine && !drop && !none && !is_open;
  wire         by_list = listed && !is_st;
  assign in_valid = go;
  assign in_lo    = taken;
  assign in_bytes = split ? left[5:0] : avail;
  assign m_ready  = run && !end_valid && (drop || none || (go && in_ready && !split));
  assign close    = is_open && (!waits || rec_put) && ((mine && wrong) || over || ending || drop);
  assign open     = must_open && (!by_list || (g_valid && !g_error));
  assign va       = is_st ? j_state : by_list ? g_addr : j_dst;
  assign g_take   = must_open && by_list && g_valid;

  // The list is read from the moment the job is here.
  reg    g_begun;
  assign g_start = run && listed && !g_begun && !g_busy;
  assign g_clear = ending;

  assign kill = run && drop;

  // ------------------------------------------------------------------ the record

  assign end_ready = over;
  wire [31:0] cq_index = cq_tail & ((32'd1 << cq_log2) - 32'd1);
  wire [31:0] cq_pass  = cq_tail >> cq_log2;
  assign next_rec  = cq_base + {27'd0, cq_index, 5'd0};
  assign rec_put   = waits && !pieces && rec_room && !clear;
  // The last segment is closed, or is in this cycle.
  wire   closed    = !is_open || (over && in_ready && (!waits || rec_put));
  assign j_take    = (over || ending) && closed && (!waits || rec_put) && !clear && !(g_busy && g_begun);
  assign re_clear  = j_take && read_bad;

  wire [31:0] text_got = (got < j_len) ? got : j_len;
  wire [31:0] text_read = (re_bytes < j_len) ? re_bytes : j_len;
  wire        compares = ({24'd0, j_op} == `SVARIG_OP_COMPARE);
  reg  [7:0]  q_status;                // the engine's verdict
  reg  [31:0] q_done;
  wire [7:0]  v_status = ending ? q_status : end_status;
  wire [31:0] v_done   = ending ? q_done : end_done;
  reg  [7:0]  status, detail;
  reg  [63:0] fault;
  reg  [31:0] text_done;

  always @* begin
    status = j_status;
    detail = 8'd0;
    fault  = 64'd0;
    text_done = 32'd0;
    if (!j_engine)
      fault = (j_status == ST_OK[7:0]) ? 64'd0 : j_dst;
    else if (broken) begin
      status = b_status;
      detail = b_detail;
      fault  = b_fault;
      text_done = j_text ? text_got : j_len;
    end else if (read_bad) begin
      status = re_status;
      detail = re_detail;
      fault  = re_addr;
      text_done = compares ? v_done : j_text ? text_got : text_read;
    end else begin
      status = v_status;
      text_done = (v_status == ST_MISMATCH[7:0]) ? v_done : (v_status == ST_STATE[7:0]) ? 32'd0 : j_len;
      fault  = (v_status == ST_STATE[7:0]) ? j_state : 64'd0;
    end
  end

  always @(posedge clk)
    if (rst || clear) begin
      ending <= 1'b0;
      broken <= 1'b0;
      waits  <= 1'b0;
      job    <= 8'd0;
    end else begin
      if (j_take) begin
        waits  <= 1'b1;
        ending <= 1'b0;
        broken <= 1'b0;
        if (j_engine)
          job <= job + 8'd1;
      end else begin
        if (rec_put)
          waits <= 1'b0;
        if (g_take && g_error)
          broken <= 1'b1;
        if (over || (j_valid && !j_engine))
          ending <= 1'b1;
      end
    end

  always @(posedge clk)
    if (j_take) begin
      rec_va     <= next_rec;
      rec_phase  <= !cq_pass[0];
      rec_status <= status;
      rec_detail <= detail;
      rec_fault  <= fault;
      rec_done   <= text_done;
      rec_text   <= j_text;
      rec_len    <= j_len;
      rec_cookie <= j_cookie;
      rec_start  <= j_start;
      rec_count  <= j_count;
    end

  always @(posedge clk) begin
    if (attach)
      cq_tail <= at_cq_tail;
    else if (j_take)
      cq_tail <= cq_tail + 32'd1;
    if (clear || j_take) begin
      taken    <= 6'd0;
      got      <= 32'd0;
      g_begun  <= 1'b0;
      on_state <= 1'b0;
      begun    <= 1'b0;
    end else begin
      if (g_start)
        g_begun <= 1'b1;
      if (open) begin
        on_state <= is_st;
        left     <= by_list ? g_len : 32'hffffffff;
        next_va  <= va;
        begun    <= 1'b1;
      end
      if (in_valid && in_ready) begin
        taken   <= split ? (taken + left[5:0]) : 6'd0;
        left    <= left - {26'd0, in_bytes};
        next_va <= next_va + {58'd0, in_bytes};
        if (!on_state)
          got <= got + {26'd0, in_bytes};
      end else if (m_valid && m_ready)
        taken <= 6'd0;
      if (over) begin
        q_status <= end_status;
        q_done   <= end_done;
      end
      if (g_take && g_error) begin
        b_status <= g_status;
        b_detail <= g_detail;
        b_fault  <= g_fault;
      end
    end
  end

  // ------------------------------------------------------------------ what is still to come

  wire [63:0] text_end = j_dst + {32'd0, j_dst_len} - 64'd1;
  assign wants_va  = begun ? next_va : j_dst;
  assign wants_end = text_end;
  assign wants     = run && !listed && !drop && !on_state && (j_dst_len != 32'd0) && (got < j_dst_len);

  wire unused = &{1'b0, ST_OK, ST_MISMATCH, ST_STATE, EK_STATE, cq_pass};

endmodule

`default_nettype wire
