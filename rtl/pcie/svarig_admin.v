// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_admin: identification, mailbox, console and the firmware-only registers of BAR2 (names ADM_* and
// MCU_* of host/include/svarig_hw.toml; MCU_CRY_* is in svarig_selftest).
//
// a_*: one access of svarig_regs, rdata combinational. A host read of ADM_CON_DATA pops the oldest
// character; the console keeps the last CON_DEPTH and shows each once on con_*.
// MB_CMD starts a command unless one is running; the firmware's write of MB_STATUS ends it.
// flr: the mailbox becomes free, the firmware is told (IRQ 1); its own status and the console stay.

`include "svarig_hw.vh"
`default_nettype none

module svarig_admin #(
  parameter QUEUES         = 16,
  parameter VECTORS        = 17,
  parameter DB_STRIDE_LOG2 = 12,
  parameter CON_DEPTH_LOG2 = 8
) (
  input  wire        clk,
  input  wire        rst,
  input  wire        flr,

  input  wire        a_valid,
  input  wire        a_write,
  input  wire        a_mcu,
  input  wire [15:0] a_addr,
  input  wire [31:0] a_wdata,
  input  wire [3:0]  a_be,
  output reg  [31:0] rdata,

  input  wire [4:0]  live,                 // as ADM_LIVE
  output wire        irq,                  // to the management core, level
  output reg         con_valid,
  output reg  [7:0]  con_char,

  output reg         raise_valid,          // pulse: MSI-X vector from the firmware
  output reg  [7:0]  raise_vector,
  output wire        inv_valid,            // see MCU_ATC_INV in svarig_core_ports.md
  output reg         inv_all,
  output reg  [20:0] inv_pasid,
  input  wire        inv_busy
);

  localparam [15:0] OPCODES = (16'd1 << `SVARIG_OP_NOP) | (16'd1 << `SVARIG_OP_COPY) |
                              (16'd1 << `SVARIG_OP_SHA256) | (16'd1 << `SVARIG_OP_AES_CTR);
  localparam [7:0]  QUEUES8  = QUEUES[7:0];
  localparam [7:0]  VECTORS8 = VECTORS[7:0];
  localparam        CON_DEPTH = 1 << CON_DEPTH_LOG2;

  reg [31:0] fw_status, fw_version, mb_cmd;
  reg        mb_busy;
  reg [7:0]  mb_status;
  reg [31:0] mb_arg [0:15];
  reg [31:0] mb_res [0:15];
  reg [1:0]  irq_pending, irq_enable;
  reg        inv_req, inv_sent;

  wire [31:0] addr  = {16'd0, a_addr};
  wire        w_mcu = a_valid && a_write && a_mcu;
  wire        w_host = a_valid && a_write && !a_mcu;
  wire [31:0] wm = {{8{a_be[3]}}, {8{a_be[2]}}, {8{a_be[1]}}, {8{a_be[0]}}};

  function [31:0] merge(input [31:0] old, input [31:0] data, input [31:0] mask);
    merge = (old & ~mask) | (data & mask);
  endfunction

  wire [31:0] arg_off = addr - `SVARIG_ADM_MB_ARG0;
  wire [31:0] res_off = addr - `SVARIG_ADM_MB_RES0;
  wire        at_arg = (addr >= `SVARIG_ADM_MB_ARG0) && (arg_off < `SVARIG_MB_WORDS * 4);
  wire        at_res = (addr >= `SVARIG_ADM_MB_RES0) && (res_off < `SVARIG_MB_WORDS * 4);
  wire        mb_start = w_host && (addr == `SVARIG_ADM_MB_CMD) && (|a_be) && !mb_busy;

  // Console: a ring that forgets the oldest.
  reg  [7:0]                con_mem [0:CON_DEPTH-1];
  reg  [CON_DEPTH_LOG2:0]   con_wr, con_rd;
  wire [CON_DEPTH_LOG2:0]   con_used = con_wr - con_rd;
  wire                      con_some = (con_wr != con_rd);
  wire [7:0]                con_head = con_mem[con_rd[CON_DEPTH_LOG2-1:0]];
  wire                      con_push = w_mcu && (addr == `SVARIG_ADM_CON_DATA) && a_be[0];
  wire                      con_pop  = a_valid && !a_write && !a_mcu && (addr == `SVARIG_ADM_CON_DATA) &&
                                       a_be[0] && con_some;
  wire                      con_drop = con_push && con_used[CON_DEPTH_LOG2];

  always @* begin
    rdata = 32'd0;
    if (at_arg)
      rdata = mb_arg[arg_off[5:2]];
    else if (at_res)
      rdata = mb_res[res_off[5:2]];
    else
      case (addr)
        `SVARIG_ADM_MAGIC:      rdata = `SVARIG_MAGIC;
        `SVARIG_ADM_IF_VERSION: rdata = `SVARIG_IF_VERSION;
        `SVARIG_ADM_CAPS:       rdata = {OPCODES, VECTORS8, QUEUES8};
        `SVARIG_ADM_DB_STRIDE:  rdata = DB_STRIDE_LOG2;
        `SVARIG_ADM_FW_STATUS:  rdata = fw_status;
        `SVARIG_ADM_FW_VERSION: rdata = fw_version;
        `SVARIG_ADM_MAX_LEN:    rdata = `SVARIG_MAX_LEN;
        `SVARIG_ADM_LIVE:       rdata = {27'd0, live};
        `SVARIG_ADM_MB_CMD:     rdata = mb_cmd;
        `SVARIG_ADM_MB_STATUS:  rdata = {mb_busy, 23'd0, mb_status};
        `SVARIG_ADM_CON_DATA:   rdata = a_mcu ? 32'd0 : {23'd0, con_some, con_some ? con_head : 8'd0};
        `SVARIG_MCU_IRQ_PENDING: rdata = a_mcu ? {30'd0, irq_pending} : 32'd0;
        `SVARIG_MCU_IRQ_ENABLE:  rdata = a_mcu ? {30'd0, irq_enable} : 32'd0;
        `SVARIG_MCU_ATC_INV:     rdata = {a_mcu && (inv_req || inv_sent || inv_busy), 31'd0};
        default: ;
      endcase
  end

  assign irq       = |(irq_pending & irq_enable);
  assign inv_valid = inv_req && !inv_sent && !inv_busy;

  always @(posedge clk)
    if (rst) begin
      fw_status    <= `SVARIG_FWS_RESET;
      fw_version   <= 32'd0;
      mb_cmd       <= 32'd0;
      mb_busy      <= 1'b0;
      mb_status    <= 8'd0;
      irq_pending  <= 2'd0;
      irq_enable   <= 2'd0;
      raise_valid  <= 1'b0;
      raise_vector <= 8'd0;
      inv_req      <= 1'b0;
      inv_sent     <= 1'b0;
      inv_all      <= 1'b0;
      inv_pasid    <= 21'd0;
      con_wr       <= {CON_DEPTH_LOG2+1{1'b0}};
      con_rd       <= {CON_DEPTH_LOG2+1{1'b0}};
      con_valid    <= 1'b0;
      con_char     <= 8'd0;
    end else begin
      raise_valid <= 1'b0;
      inv_sent    <= inv_valid;
      if (inv_valid)
        inv_req <= 1'b0;
      if (w_mcu)
        case (addr)
          `SVARIG_ADM_FW_STATUS:  fw_status  <= merge(fw_status, a_wdata, wm);
          `SVARIG_ADM_FW_VERSION: fw_version <= merge(fw_version, a_wdata, wm);
          `SVARIG_ADM_MB_STATUS: begin
            mb_busy   <= 1'b0;
            mb_status <= a_wdata[7:0];
          end
          `SVARIG_MCU_IRQ_PENDING: irq_pending <= irq_pending & ~(a_wdata[1:0] & wm[1:0]);
          `SVARIG_MCU_IRQ_ENABLE:  irq_enable  <= a_be[0] ? a_wdata[1:0] : irq_enable;
          `SVARIG_MCU_MSIX_RAISE: begin
            raise_valid  <= a_be[0];
            raise_vector <= a_wdata[7:0];
          end
          `SVARIG_MCU_ATC_INV:
            if (!inv_req && !inv_sent && !inv_busy) begin
              inv_req   <= 1'b1;
              inv_all   <= a_wdata[30];
              inv_pasid <= {a_wdata[31], a_wdata[19:0]};
            end
          default: ;
        endcase
      if (mb_start) begin
        mb_cmd         <= merge(32'd0, a_wdata, wm);
        mb_busy        <= 1'b1;
        irq_pending[0] <= 1'b1;
      end
      if (flr) begin
        mb_busy     <= 1'b0;
        mb_status   <= 8'd0;
        irq_pending <= 2'b10;
      end
      con_valid <= con_push;
      con_char  <= a_wdata[7:0];
      if (con_push)
        con_wr <= con_wr + 1'b1;
      if (con_pop || con_drop)
        con_rd <= con_rd + 1'b1;
    end

  always @(posedge clk) begin
    if (con_push)
      con_mem[con_wr[CON_DEPTH_LOG2-1:0]] <= a_wdata[7:0];
    if (w_host && at_arg)
      mb_arg[arg_off[5:2]] <= merge(mb_arg[arg_off[5:2]], a_wdata, wm);
    if (w_mcu && at_res)
      mb_res[res_off[5:2]] <= merge(mb_res[res_off[5:2]], a_wdata, wm);
  end

endmodule

`default_nettype wire
