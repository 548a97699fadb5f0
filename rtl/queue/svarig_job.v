// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_job: one job from its descriptor to its completion record.
//
//   fetch descriptor -> check -> fetch key and counter block -> stream src through the engine to dst -> record
//
// go (level) with go_queue offers a queue that can run; taken says that its job begins. The context of the
// queue (j_*) is read while it runs. An error of the descriptor or completion ring halts the queue; any
// other is the status of the record. Read error in a stream: what came before it still goes through and is
// written, so that done says what is in place. j_stop: no record is written; the engines are told to
// cancel, and busy falls when nothing is outstanding. A record whose TLP was accepted already counts.

`default_nettype none
`include "svarig_hw.vh"

module svarig_job (
  input  wire         clk,
  input  wire         rst,

  input  wire         go,
  input  wire [5:0]   go_queue,
  output wire         taken,
  output wire         busy,

  output reg  [5:0]   j_queue,         // svarig_queue_ctx
  input  wire         j_stop,
  input  wire [63:0]  j_sq_base,
  input  wire [63:0]  j_cq_base,
  input  wire [3:0]   j_sq_log2,
  input  wire [3:0]   j_cq_log2,
  input  wire [31:0]  j_sq_head,
  input  wire [31:0]  j_cq_tail,
  output wire         j_fetched,
  output wire         j_done,
  output wire         j_ok,
  output wire [31:0]  j_bytes,
  output reg  [31:0]  j_cycles,
  output wire         j_halt,
  output wire [7:0]   j_code,
  output wire [63:0]  j_addr,

  output reg          rd_start,        // svarig_dma_read
  output reg  [63:0]  rd_va,
  output reg  [31:0]  rd_len,
  output wire         rd_cancel,
  input  wire         rd_busy,
  input  wire         rd_error,
  input  wire [7:0]   rd_status,
  input  wire [7:0]   rd_detail,
  input  wire [63:0]  rd_addr,
  input  wire [31:0]  rd_bytes,
  input  wire         r_valid,
  output wire         r_ready,
  input  wire [127:0] r_data,

  output reg          wr_start,        // svarig_dma_write
  output reg  [63:0]  wr_va,
  output wire         wr_finish,
  output wire         wr_cancel,
  input  wire         wr_busy,
  input  wire         wr_error,
  input  wire [7:0]   wr_status,
  input  wire [7:0]   wr_detail,
  input  wire [63:0]  wr_addr,
  input  wire [31:0]  wr_bytes,
  input  wire [31:0]  wr_got,
  output wire         w_record,        // the record goes to the write engine, not the crypto stream
  output wire         w_valid,
  input  wire         w_ready,
  output wire [127:0] w_data,
  output wire         w_last,

  output wire         c_stream,        // the read stream goes to svarig_crypto
  output reg          c_start,
  output wire         c_abort,
  output wire [3:0]   c_op,
  output reg  [255:0] key,
  output reg  [127:0] iv
);

  localparam [31:0] ST_OK     = `SVARIG_ST_OK;
  localparam [31:0] OP_COPY   = `SVARIG_ENG_COPY;
  localparam [31:0] OP_SHA    = `SVARIG_ENG_SHA256;
  localparam [31:0] OP_AES128 = `SVARIG_ENG_AES128_CTR;
  localparam [31:0] OP_AES256 = `SVARIG_ENG_AES256_CTR;

  localparam [3:0] S_IDLE = 4'd0, S_BEGIN = 4'd1, S_DESC = 4'd2, S_CHECK = 4'd3, S_KEY = 4'd4, S_IV = 4'd5, S_RUN = 4'd6,
                   S_CUT = 4'd7, S_RECORD = 4'd8, S_WRITE = 4'd9, S_DONE = 4'd10, S_HALT = 4'd11, S_STOP = 4'd12;

  reg  [3:0]   state;
  reg          first;                  // first cycle of a state: the engines' busy is not up yet
  reg  [511:0] desc;
  reg  [1:0]   beat;
  reg  [7:0]   status, detail;
  reg  [63:0]  fault;
  reg  [31:0]  done;

  assign busy  = (state != S_IDLE);
  assign taken = (state == S_IDLE) && go;

  // ------------------------------------------------------------------ the descriptor

  wire [7:0]   chk_status;
  wire [63:0]  chk_addr;
  wire         is_nop, is_sha, is_aes, is_256;

  svarig_desc_check u_check (
    .desc(desc), .status(chk_status), .addr(chk_addr), .is_nop(is_nop), .is_sha(is_sha), .is_aes(is_aes), .is_256(is_256)
  );

  wire [31:0]  d_len = desc[`SVARIG_DESC_LEN_LSB +: `SVARIG_DESC_LEN_W];
  wire [63:0]  d_src = desc[`SVARIG_DESC_SRC_LSB +: `SVARIG_DESC_SRC_W];
  wire [63:0]  d_dst = desc[`SVARIG_DESC_DST_LSB +: `SVARIG_DESC_DST_W];
  wire [63:0]  d_key = desc[`SVARIG_DESC_KEY_LSB +: `SVARIG_DESC_KEY_W];
  wire [63:0]  d_iv  = desc[`SVARIG_DESC_IV_LSB +: `SVARIG_DESC_IV_W];
  assign c_op = is_sha ? OP_SHA[3:0] : is_256 ? OP_AES256[3:0] : is_aes ? OP_AES128[3:0] : OP_COPY[3:0];

  // ------------------------------------------------------------------ rings

  // Entries at base + (count mod size) * entry size; MAX_RING_LOG2 is 12.
  wire [31:0]  sq_index = j_sq_head & ((32'd1 << j_sq_log2) - 32'd1);
  wire [31:0]  cq_index = j_cq_tail & ((32'd1 << j_cq_log2) - 32'd1);
  wire [63:0]  sq_entry = j_sq_base + {26'd0, sq_index, 6'd0};
  wire [63:0]  cq_entry = j_cq_base + {27'd0, cq_index, 5'd0};
  wire [31:0]  cq_pass  = j_cq_tail >> j_cq_log2;

  reg  [255:0] record;
  always @* begin
    record = 256'd0;
    record[`SVARIG_CPL_COOKIE_LSB +: `SVARIG_CPL_COOKIE_W]         = desc[`SVARIG_DESC_COOKIE_LSB +: `SVARIG_DESC_COOKIE_W];
    record[`SVARIG_CPL_FAULT_ADDR_LSB +: `SVARIG_CPL_FAULT_ADDR_W] = fault;
    record[`SVARIG_CPL_DONE_LSB +: `SVARIG_CPL_DONE_W]             = done;
    record[`SVARIG_CPL_CYCLES_LSB +: `SVARIG_CPL_CYCLES_W]         = j_cycles;
    record[`SVARIG_CPL_SQ_HEAD_LSB +: `SVARIG_CPL_SQ_HEAD_W]       = j_sq_head[15:0];
    record[`SVARIG_CPL_QUEUE_LSB +: `SVARIG_CPL_QUEUE_W]           = {10'd0, j_queue};
    record[`SVARIG_CPL_STATUS_LSB +: `SVARIG_CPL_STATUS_W]         = status;
    record[`SVARIG_CPL_DETAIL_LSB +: `SVARIG_CPL_DETAIL_W]         = detail;
    record[`SVARIG_CPL_PHASE_LSB +: `SVARIG_CPL_PHASE_W]           = {15'd0, !cq_pass[0]};
  end

  // The record's cycle count must not change between its two beats.
  reg  [255:0] rec_q;
  reg          rec_sent;               // its second beat was taken
  assign w_record = (state == S_WRITE);
  assign w_valid  = w_record && !rec_sent;
  assign w_data   = beat[0] ? rec_q[255:128] : rec_q[127:0];
  assign w_last   = beat[0];

  // ------------------------------------------------------------------ control

  wire rd_over = !first && !rd_busy;
  wire wr_over = !first && !wr_busy;
  wire fetching = (state == S_DESC) || (state == S_KEY) || (state == S_IV);

  assign r_ready   = fetching;
  assign c_stream  = (state == S_RUN);
  assign rd_cancel = (state == S_STOP) || (state == S_CUT);
  assign wr_cancel = (state == S_STOP) || (state == S_CUT) || ((state == S_WRITE) && j_stop);
  assign c_abort   = (state == S_STOP) || (state == S_CUT) || (state == S_RECORD);
  assign wr_finish = (state == S_RUN) && rd_over && rd_error && !is_sha && (wr_got == rd_bytes);

  assign j_fetched = (state == S_DESC) && rd_over && !rd_error && !j_stop;
  assign j_done    = (state == S_DONE);
  assign j_ok      = (status == ST_OK[7:0]);
  assign j_bytes   = done;
  assign j_halt    = (state == S_HALT);
  assign j_code    = status;
  assign j_addr    = fault;

  always @(posedge clk)
    if (rst) begin
      state    <= S_IDLE;
      first    <= 1'b0;
      rd_start <= 1'b0;
      wr_start <= 1'b0;
      c_start  <= 1'b0;
      j_queue  <= 6'd0;
    end else begin
      rd_start <= 1'b0;
      wr_start <= 1'b0;
      c_start  <= 1'b0;
      first    <= rd_start || wr_start;
      case (state)
        S_IDLE: begin
          if (go) begin
            j_queue <= go_queue;
            state   <= S_BEGIN;
          end
        end
        S_BEGIN: begin
          state    <= S_DESC;
          rd_start <= 1'b1;
          rd_va    <= sq_entry;
          rd_len   <= `SVARIG_DESC_SIZE;
          first    <= 1'b1;
          status   <= ST_OK[7:0];
          detail   <= 8'd0;
          fault    <= 64'd0;
          done     <= 32'd0;
        end
        S_DESC:
          if (j_stop)
            state <= S_STOP;
          else if (rd_over) begin
            status <= rd_status;
            fault  <= rd_addr;
            state  <= rd_error ? S_HALT : S_CHECK;
          end
        S_CHECK: begin
          status <= chk_status;
          fault  <= chk_addr;
          if ((chk_status != ST_OK[7:0]) || is_nop)
            state <= S_RECORD;
          else if (is_aes) begin
            state    <= S_KEY;
            rd_start <= 1'b1;
            rd_va    <= d_key;
            rd_len   <= is_256 ? 32'd32 : 32'd16;
            first    <= 1'b1;
          end else begin
            state    <= S_RUN;
            rd_start <= 1'b1;
            wr_start <= 1'b1;
            c_start  <= 1'b1;
            rd_va    <= d_src;
            rd_len   <= d_len;
            wr_va    <= d_dst;
            first    <= 1'b1;
          end
        end
        S_KEY, S_IV:
          if (j_stop)
            state <= S_STOP;
          else if (rd_over) begin
            if (rd_error) begin
              status <= rd_status;
              detail <= rd_detail;
              fault  <= rd_addr;
              state  <= S_RECORD;
            end else begin
              state    <= (state == S_KEY) ? S_IV : S_RUN;
              rd_start <= 1'b1;
              rd_va    <= (state == S_KEY) ? d_iv : d_src;
              rd_len   <= (state == S_KEY) ? 32'd16 : d_len;
              wr_start <= (state == S_IV);
              c_start  <= (state == S_IV);
              wr_va    <= d_dst;
              first    <= 1'b1;
            end
          end
        S_RUN:
          if (j_stop)
            state <= S_STOP;
          else if (wr_over && wr_error) begin
            status <= wr_status;
            detail <= wr_detail;
            fault  <= wr_addr;
            done   <= is_sha ? d_len : wr_bytes;
            state  <= S_CUT;
          end else if (rd_over && rd_error && (is_sha || wr_over)) begin
            status <= rd_status;
            detail <= rd_detail;
            fault  <= rd_addr;
            done   <= rd_bytes;
            state  <= S_CUT;
          end else if (rd_over && wr_over) begin
            done  <= d_len;
            state <= S_RECORD;
          end
        S_CUT:                         // drop what the engines still hold
          if (j_stop)
            state <= S_STOP;
          else if (!rd_busy && !wr_busy)
            state <= S_RECORD;
        S_RECORD: begin
          rec_q    <= record;
          rec_sent <= 1'b0;
          if (j_stop)
            state <= S_STOP;
          else begin
            state    <= S_WRITE;
            wr_start <= 1'b1;
            wr_va    <= cq_entry;
            first    <= 1'b1;
          end
        end
        S_WRITE: begin
          if (w_valid && w_ready && beat[0])
            rec_sent <= 1'b1;
          if (wr_over) begin
            if (wr_error && !j_stop) begin
              status <= wr_status;
              fault  <= wr_addr;
              state  <= S_HALT;
            end else
              state <= (wr_bytes == `SVARIG_CPL_SIZE) ? S_DONE : S_STOP;
          end
        end
        S_STOP:
          if (!first && !rd_busy && !wr_busy)
            state <= S_IDLE;
        default:                       // S_DONE, S_HALT
          state <= S_IDLE;
      endcase
    end

  always @(posedge clk) begin
    if ((state == S_BEGIN) || rd_start || wr_start)
      beat <= 2'd0;
    else if ((fetching && r_valid) || (w_valid && w_ready))
      beat <= beat + 2'd1;
    if ((state == S_DESC) && r_valid)
      desc <= {r_data, desc[511:128]};
    // A 16-byte key lies in the lower half.
    if (state == S_IDLE)
      key <= 256'd0;
    else if ((state == S_KEY) && r_valid)
      key <= beat[0] ? {r_data, key[127:0]} : {128'd0, r_data};
    if ((state == S_IV) && r_valid)
      iv <= r_data;
    if (state == S_IDLE)
      j_cycles <= 32'd0;
    else if (j_cycles != 32'hffffffff)
      j_cycles <= j_cycles + 32'd1;
  end

  wire unused = &{1'b0, ST_OK, OP_COPY, OP_SHA, OP_AES128, OP_AES256, cq_pass};

endmodule

`default_nettype wire
