// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_regs: decodes BAR0, BAR2 (host) and the management core's peripheral bus onto
//   db_*    doorbell pages, qreg_*  per-queue blocks (both in queue/, see svarig_core_ports.md)
//   a_*     everything else: one cycle a_valid, read data combinational from a_addr
//
// h_fn is the function whose BAR was addressed, p_addr[18:16] the function whose set the management core means. Both
// see the queues of that function only, numbered from 0; db_queue and qreg_addr have the endpoint's numbers.
//
// h_* and p_*: valid and all with it stay until ready, one cycle; rdata counts in that cycle. The two are
// served in turn. Never waits for a TLP port.
// Dropped writes: partial ones to a doorbell or queue block, those of the host to a queue block or
// to firmware-only registers. What does not exist, and firmware-only registers for the host, read zero.
// core_rst: the core is in reset, accesses to it wait.

`include "svarig_hw.vh"
`default_nettype none

module svarig_regs #(
  parameter NF             = 5,
  parameter DB_STRIDE_LOG2 = 12
) (
  input  wire        clk,
  input  wire        rst,
  input  wire        core_rst,

  input  wire        h_valid,
  input  wire        h_write,
  input  wire        h_bar2,
  input  wire [2:0]  h_fn,
  input  wire [31:0] h_addr,
  input  wire [31:0] h_wdata,
  input  wire [3:0]  h_be,
  output wire        h_ready,
  output wire [31:0] h_rdata,

  input  wire        p_valid,
  input  wire        p_write,
  input  wire [18:0] p_addr,
  input  wire [31:0] p_wdata,
  input  wire [3:0]  p_wstrb,
  output wire        p_ready,
  output wire [31:0] p_rdata,

  output wire        qreg_valid,
  output wire        qreg_write,
  output wire [13:0] qreg_addr,
  output wire [31:0] qreg_wdata,
  input  wire        qreg_ready,
  input  wire [31:0] qreg_rdata,

  output wire        db_valid,
  output wire        db_write,
  output wire [5:0]  db_queue,
  output wire [11:0] db_addr,
  output wire [31:0] db_wdata,
  input  wire        db_ready,
  input  wire [31:0] db_rdata,

  output wire        a_valid,
  output wire        a_write,
  output wire        a_mcu,                // the management core is at work, not the host
  output wire [2:0]  a_fn,
  output wire [15:0] a_addr,
  output wire [31:0] a_wdata,
  output wire [3:0]  a_be,
  input  wire [31:0] a_rdata,
  output wire        idle
);

  localparam S_IDLE = 2'd0, S_ACCESS = 2'd1, S_DONE = 2'd2;
  localparam [2:0] LAST_FN = NF - 1;

  reg  [1:0]  state;
  reg         mcu_q;                       // whose access is at work
  reg         last_mcu;
  reg  [31:0] rdata;

  // An access begins in the cycle in which it is seen.
  wire        begins = (state == S_IDLE) && (h_valid || p_valid);
  wire        mcu    = (state == S_IDLE) ? p_valid && !(h_valid && last_mcu) : mcu_q;
  wire        write = mcu ? p_write : h_write;
  wire        bar2  = mcu || h_bar2;
  wire [2:0]  fn    = mcu ? p_addr[18:16] : h_fn;
  wire        fn_ok = (fn <= LAST_FN);
  wire [31:0] addr  = mcu ? {16'd0, p_addr[15:0]} : h_addr;
  wire [31:0] wdata = mcu ? p_wdata : h_wdata;
  wire [3:0]  be    = mcu ? (p_write ? p_wstrb : 4'hf) : h_be;
  wire        whole = (be == 4'hf);

  wire [31:0] page     = addr >> DB_STRIDE_LOG2;
  wire [31:0] in_page  = addr & ((32'd1 << DB_STRIDE_LOG2) - 32'd1);
  wire [31:0] in_queue = addr - `SVARIG_ADM_QUEUES;
  wire [31:0] block    = in_queue >> `SVARIG_ADM_QUEUE_SHIFT;

  // The function's queues: how many, and the first of them in the endpoint.
  wire [31:0] queues = (fn == 3'd0) ? `SVARIG_PF_QUEUES : `SVARIG_VF_QUEUES;
  wire [31:0] first  = (fn == 3'd0) ? 32'd0 : `SVARIG_PF_QUEUES + ({29'd0, fn} - 32'd1) * `SVARIG_VF_QUEUES;
  wire [31:0] db_global   = first + page;
  wire [31:0] qreg_global = first + block;
  wire        unused_global = &{1'b0, db_global[31:6], qreg_global[31:6]};

  wire to_db   = !bar2 && (page < queues) && (in_page < 32'h1000) && (whole || !write);
  wire to_qreg = bar2 && fn_ok && (addr >= `SVARIG_ADM_QUEUES) && (block < queues) &&
                 (write ? (mcu && whole) : 1'b1);
  wire in_qreg = bar2 && (addr >= `SVARIG_ADM_QUEUES) &&
                 (block < `SVARIG_MAX_QUEUES);
  wire to_adm  = bar2 && fn_ok && !in_qreg && (addr < `SVARIG_BAR2_SIZE);

  wire access = begins || (state == S_ACCESS);
  wire ends   = to_db ? (db_valid && db_ready) : to_qreg ? (qreg_valid && qreg_ready) : 1'b1;
  assign db_valid   = access && to_db && !core_rst;
  assign db_write   = write;
  assign db_queue   = db_global[5:0];
  assign db_addr    = {in_page[11:2], 2'b00};
  assign db_wdata   = wdata;
  assign qreg_valid = access && to_qreg && !core_rst;
  assign qreg_write = write;
  assign qreg_addr  = {qreg_global[5:0], in_queue[7:2], 2'b00};
  assign qreg_wdata = wdata;
  assign a_valid    = access && to_adm;
  assign a_write    = write;
  assign a_mcu      = mcu;
  assign a_fn       = fn;
  assign a_addr     = {addr[15:2], 2'b00};
  assign a_wdata    = wdata;
  assign a_be       = be;

  assign h_ready = (state == S_DONE) && !mcu;
  assign p_ready = (state == S_DONE) && mcu;
  assign h_rdata = rdata;
  assign p_rdata = rdata;
  assign idle    = (state == S_IDLE) && !h_valid && !p_valid;

  always @(posedge clk)
    if (rst) begin
      state    <= S_IDLE;
      mcu_q    <= 1'b0;
      last_mcu <= 1'b0;
      rdata    <= 32'd0;
    end else
      case (state)
        S_IDLE, S_ACCESS:
          if (access) begin
            state    <= ends ? S_DONE : S_ACCESS;
            mcu_q    <= mcu;
            last_mcu <= mcu;
            rdata    <= to_db ? db_rdata : to_qreg ? qreg_rdata : to_adm ? a_rdata : 32'd0;
          end
        default:
          state <= S_IDLE;
      endcase

endmodule

`default_nettype wire
