// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_issue: takes a lane's jobs in order, judges them and asks for what they read.
//
// attach loads the queue's counts. A descriptor is taken when a completion record has room, the job table
// has room, and the lane's share (budget) is not used up or nobody else waits; after a job with DF_CHAIN
// only when that one is done. Each job gets an entry in the job table (j_*); then its reads go out as
// commands in the order the engine wants them: key, state or IV, source (a list entry by entry, COMPARE in
// turns of COMPARE_CHUNK bytes from both sides). The last command of a job carries d_fin. quit: the job was
// cut short; its d_fin follows at once. clear ends everything. dry: no descriptor can be taken, since none
// waits, the share is used up, or the completion ring is full; and none is under way.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_issue #(
  parameter JOBS = 64                  // in flight at most, a power of two
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  input  wire          run,
  input  wire [31:0]   now,

  input  wire          attach,
  input  wire [31:0]   at_sq_head,
  input  wire [32:0]   at_budget,      // signed
  input  wire          at_chain_bad,   // the last job of the queue was of a chain and failed
  input  wire [15:0]   quantum_units,  // share of a turn, in QUANTUM bytes
  input  wire [3:0]    cq_log2,
  input  wire [31:0]   cq_head,
  input  wire [31:0]   sq_tail,
  input  wire          others,         // other queues wait for a lane
  output reg  [31:0]   sq_head,
  output reg  [32:0]   budget,
  output wire          chain_bad,
  output wire          dry,

  input  wire          f_valid,        // svarig_lane_fetch
  input  wire [511:0]  f_desc,
  output wire          f_take,

  output wire          j_put,          // svarig_lane_jobs
  output wire          j_engine,
  output wire [7:0]    j_status,
  output wire [7:0]    j_op,
  output wire [7:0]    j_alg,
  output wire          j_decrypt,
  output wire          j_state_in,
  output wire          j_state_out,
  output wire          j_text,
  output wire [31:0]   j_len,
  output wire [31:0]   j_aad,
  output wire [63:0]   j_dst,          // of a refused job: the address objected to
  output wire [31:0]   j_dst_len,
  output wire [8:0]    j_dst_sg,
  output wire [63:0]   j_state,
  output wire [63:0]   j_cookie,
  output wire [31:0]   j_start,
  output wire [15:0]   j_count,        // descriptors fetched, this one too
  input  wire          done,           // a record was written
  input  wire          done_ok,
  output reg  [6:0]    flight,         // jobs taken and not done

  output reg           d_valid,        // svarig_lane_read
  input  wire          d_ready,
  output reg  [1:0]    d_type,         // 0 read, 1 nothing, 2 error
  output reg  [63:0]   d_va,
  output reg  [31:0]   d_len,
  output reg  [2:0]    d_kind,
  output reg           d_flush,
  output reg           d_last,
  output reg           d_fin,
  input  wire          quit,

  output wire          g_start,        // svarig_lane_sg
  output wire          g_clear,
  input  wire          g_busy,
  output wire [63:0]   g_base,
  output wire [8:0]    g_count,
  output wire [31:0]   g_sum,
  input  wire          g_valid,
  input  wire          g_error,
  input  wire          g_last,
  input  wire [63:0]   g_addr,
  input  wire [31:0]   g_len,
  output wire          g_take
);

  localparam [31:0] ST_OK    = `SVARIG_ST_OK;
  localparam [31:0] ST_CHAIN = `SVARIG_ST_CHAIN;
  localparam [31:0] EK_DATA  = `SVARIG_EK_DATA;
  localparam [31:0] EK_KEY   = `SVARIG_EK_KEY;
  localparam [31:0] EK_IV    = `SVARIG_EK_IV;
  localparam [31:0] EK_STATE = `SVARIG_EK_STATE;
  localparam [31:0] CHUNK    = 32'd256;          // COMPARE_CHUNK

  localparam [2:0] S_IDLE = 3'd0, S_CHECK = 3'd1, S_KEY = 3'd2, S_IV = 3'd3, S_DATA = 3'd4, S_SG = 3'd5, S_COMPARE = 3'd6;

  reg  [2:0]   state;
  reg  [511:0] desc;
  reg          chained;                // the job taken last has DF_CHAIN
  reg          last_ok;
  reg          skip;                   // this job ends with ST_CHAIN
  reg  [31:0]  c_at;                   // COMPARE: bytes asked for on both sides
  reg          c_dst;                  // the other side's turn

  // ------------------------------------------------------------------ may a job be taken

  wire [31:0]  records = sq_head - cq_head;
  wire         cq_room = (records < (32'd1 << cq_log2));
  wire         broke   = budget[32] || (budget == 33'd0);
  wire         held    = chained && (flight != 7'd0);
  // The share is used up and others wait: the turn is over. It stays so while the jobs in flight end, as another
  // lane may become free meanwhile.
  reg          over;
  wire         spent   = over || (broke && others);
  // A job may follow in the cycle in which the last command of the one before goes out.
  wire         rests   = (state == S_IDLE) || ((state != S_CHECK) && d_valid && d_ready && d_fin);
  assign f_take = rests && run && !clear && f_valid && cq_room && (flight < JOBS[6:0]) && !spent && !held;
  assign dry    = (state == S_IDLE) && ((sq_head == sq_tail) || spent || !cq_room || !run);
  assign chain_bad = chained && !last_ok;

  // ------------------------------------------------------------------ the descriptor

  wire [7:0]   k_status;
  wire [63:0]  k_addr;
  wire         is_nop, is_compare, has_src, has_text, decrypt, state_in, state_out, chain;
  wire [7:0]   key_len;
  wire [4:0]   iv_len;
  wire [31:0]  src_len, dst_len;
  reg  [7:0]   q_key_len;              // of the job whose commands go out
  reg  [4:0]   q_iv_len;
  reg  [31:0]  q_src_len;
  reg          q_state_in, q_has_src;
  reg  [2:0]   q_at_data, q_behind_key;

  svarig_desc_check u_check (
    .en(state == S_CHECK), .desc(desc), .status(k_status), .addr(k_addr), .is_nop(is_nop), .is_compare(is_compare),
    .has_src(has_src), .has_text(has_text), .decrypt(decrypt), .state_in(state_in), .state_out(state_out), .chain(chain),
    .key_len(key_len), .iv_len(iv_len), .src_len(src_len), .dst_len(dst_len)
  );

  wire [31:0]  t_len  = desc[`SVARIG_DESC_LEN_LSB +: `SVARIG_DESC_LEN_W];
  wire [31:0]  t_aad  = desc[`SVARIG_DESC_AAD_LEN_LSB +: `SVARIG_DESC_AAD_LEN_W];
  wire [63:0]  t_src  = desc[`SVARIG_DESC_SRC_LSB +: `SVARIG_DESC_SRC_W];
  wire [63:0]  t_dst  = desc[`SVARIG_DESC_DST_LSB +: `SVARIG_DESC_DST_W];
  wire [15:0]  t_src_sg = desc[`SVARIG_DESC_SRC_SG_LSB +: `SVARIG_DESC_SRC_SG_W];
  wire [15:0]  t_dst_sg = desc[`SVARIG_DESC_DST_SG_LSB +: `SVARIG_DESC_DST_SG_W];

  assign j_put      = (state == S_CHECK) && !clear && !(lists && g_busy);
  assign j_status   = skip ? ST_CHAIN[7:0] : k_status;
  wire   good       = (j_status == ST_OK[7:0]);
  assign j_engine   = good && !is_nop;
  assign j_op       = desc[`SVARIG_DESC_OPCODE_LSB +: `SVARIG_DESC_OPCODE_W];
  assign j_alg      = desc[`SVARIG_DESC_ALG_LSB +: `SVARIG_DESC_ALG_W];
  assign j_decrypt  = decrypt;
  assign j_state_in = state_in;
  assign j_state_out = state_out;
  assign j_text     = has_text;
  assign j_len      = is_nop ? 32'd0 : t_len;
  assign j_aad      = t_aad;
  assign j_dst      = good ? t_dst : skip ? 64'd0 : k_addr;
  assign j_dst_len  = dst_len;
  assign j_dst_sg   = t_dst_sg[8:0];
  assign j_state    = desc[`SVARIG_DESC_STATE_LSB +: `SVARIG_DESC_STATE_W];
  assign j_cookie   = desc[`SVARIG_DESC_COOKIE_LSB +: `SVARIG_DESC_COOKIE_W];
  assign j_start    = now;
  assign j_count    = sq_head[15:0];

  // What the job counts for.
  wire [31:0]  weight = (t_len > 32'd0 + `SVARIG_QUANTUM_JOB) ? ((t_len > `SVARIG_MAX_LEN) ? `SVARIG_QUANTUM_JOB : t_len) :
                        `SVARIG_QUANTUM_JOB;
  wire [32:0]  share  = {5'd0, quantum_units, 12'd0};

  // ------------------------------------------------------------------ the source's list

  wire lists = good && has_src && !is_compare && (t_src_sg != 16'd0) && (src_len != 32'd0);
  assign g_start = j_put && lists;
  assign g_base  = t_src;
  assign g_count = t_src_sg[8:0];
  assign g_sum   = src_len;
  assign g_clear = quit;
  assign g_take  = (state == S_SG) && g_valid && d_ready && !quit;

  // ------------------------------------------------------------------ commands

  wire [31:0]  c_left  = t_len - c_at;
  wire [31:0]  c_chunk = (c_left < CHUNK) ? c_left : CHUNK;

  always @* begin
    d_valid = 1'b0;
    d_type  = 2'd0;
    d_va    = 64'd0;
    d_len   = 32'd0;
    d_kind  = EK_DATA[2:0];
    d_flush = 1'b1;
    d_last  = 1'b1;
    d_fin   = 1'b0;
    case (state)
      S_KEY: begin
        d_valid = 1'b1;
        d_va    = desc[`SVARIG_DESC_KEY_LSB +: `SVARIG_DESC_KEY_W];
        d_len   = {24'd0, q_key_len};
        d_kind  = EK_KEY[2:0];
      end
      S_IV: begin
        d_valid = 1'b1;
        d_va    = q_state_in ? j_state : desc[`SVARIG_DESC_IV_LSB +: `SVARIG_DESC_IV_W];
        d_len   = q_state_in ? `SVARIG_STATE_SIZE : {27'd0, q_iv_len};
        d_kind  = q_state_in ? EK_STATE[2:0] : EK_IV[2:0];
        d_fin   = !q_has_src;
      end
      S_DATA: begin
        d_valid = 1'b1;
        d_type  = (q_src_len == 32'd0) ? 2'd1 : 2'd0;
        d_va    = t_src;
        d_len   = q_src_len;
        d_fin   = 1'b1;
      end
      S_SG: begin
        d_valid = g_valid;
        d_type  = g_error ? 2'd2 : 2'd0;
        d_va    = g_addr;
        d_len   = g_len;
        d_flush = g_last;
        d_last  = g_last;
        d_fin   = g_last || g_error;
      end
      S_COMPARE: begin
        d_valid = 1'b1;
        d_va    = (c_dst ? t_dst : t_src) + {32'd0, c_at};
        d_len   = c_chunk;
        d_last  = c_dst && (c_left == c_chunk);
        d_fin   = c_dst && (c_left == c_chunk);
      end
      default: begin end
    endcase
    if (quit && (state != S_IDLE) && (state != S_CHECK)) begin
      d_valid = 1'b1;
      d_type  = 2'd1;
      d_fin   = 1'b1;
    end
  end

  wire [2:0] at_data = is_compare ? S_COMPARE : (lists ? S_SG : S_DATA);
  wire [2:0] behind_key = (state_in || (iv_len != 5'd0)) ? S_IV : at_data;

  always @(posedge clk)
    if (rst || clear)
      state <= S_IDLE;
    else
      case (state)
        S_IDLE:
          if (f_take)
            state <= S_CHECK;
        S_CHECK:
          if (j_put)
            state <= !j_engine ? S_IDLE : (key_len != 8'd0) ? S_KEY : behind_key;
        default:
          if (d_valid && d_ready) begin
            if (d_fin)
              state <= f_take ? S_CHECK : S_IDLE;
            else if (state == S_KEY)
              state <= q_behind_key;
            else if (state == S_IV)
              state <= q_at_data;
          end
      endcase

  always @(posedge clk)
    if (rst) begin
      flight  <= 7'd0;
      chained <= 1'b0;
      last_ok <= 1'b1;
      over    <= 1'b0;
    end else if (attach) begin
      flight  <= 7'd0;
      sq_head <= at_sq_head;
      budget  <= at_budget;
      over    <= 1'b0;
      chained <= at_chain_bad;
      last_ok <= !at_chain_bad;
    end else begin
      if (f_take || done)
        flight <= flight + {6'd0, f_take} - {6'd0, done};
      if (done)
        last_ok <= done_ok;
      if ((state == S_IDLE) && spent)
        over <= 1'b1;
      if (f_take) begin
        desc    <= f_desc;
        sq_head <= sq_head + 32'd1;
        skip    <= chain_bad;
      end
      if (j_put) begin
        q_key_len    <= key_len;
        q_iv_len     <= iv_len;
        q_state_in   <= state_in;
        q_has_src    <= has_src;
        q_src_len    <= src_len;
        q_at_data    <= at_data;
        q_behind_key <= behind_key;
        chained <= chain;
        c_at    <= 32'd0;
        c_dst   <= 1'b0;
        budget  <= (broke ? share : budget) - {1'b0, weight};
      end
      if ((state == S_COMPARE) && d_ready) begin
        c_dst <= !c_dst;
        if (c_dst)
          c_at <= c_at + c_chunk;
      end
    end

  wire unused = &{1'b0, ST_OK, ST_CHAIN, EK_DATA, EK_KEY, EK_IV, EK_STATE, t_src_sg, t_dst_sg};

endmodule

`default_nettype wire
