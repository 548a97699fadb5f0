// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_admin: identification, mailboxes, console and the firmware-only registers of BAR2 (names ADM_* and
// MCU_* of host/include/svarig_hw.toml; MCU_CRY_* is in svarig_selftest). A set per function; the console and
// the firmware-only registers are in that of function 0 alone.
//
// a_*: one access of svarig_regs to the set of function a_fn, rdata combinational. A host read of ADM_CON_DATA pops
// the oldest character; the console keeps the last CON_DEPTH and shows each once on con_*.
// MB_CMD starts a command unless one is running; the firmware's write of MB_STATUS ends it.
// gone: bit per function, its reset: the mailbox becomes free, the firmware is told (IRQ 8 + function); the firmware's
// own status and the console stay.

`include "svarig_hw.vh"
`default_nettype none

module svarig_admin #(
  parameter NF             = 5,
  parameter DB_STRIDE_LOG2 = 12,
  parameter CON_DEPTH_LOG2 = 8
) (
  input  wire            clk,
  input  wire            rst,
  input  wire [NF-1:0]   gone,
  input  wire [NF-1:0]   fn_on,
  input  wire [NF-1:0]   fn_idle,

  input  wire            a_valid,
  input  wire            a_write,
  input  wire            a_mcu,
  input  wire [2:0]      a_fn,
  input  wire [15:0]     a_addr,
  input  wire [31:0]     a_wdata,
  input  wire [3:0]      a_be,
  output reg  [31:0]     rdata,

  input  wire [NF-1:0]   live_bme,          // ADM_LIVE: per function
  input  wire [NF-1:0]   live_ats,
  input  wire [2:0]      live_shared,       // and of the PF for all: 0 PRI, 1 PASID, 2 PRI stopped
  output wire            irq,               // to the management core, level
  output reg             con_valid,
  output reg  [7:0]      con_char,

  output reg             raise_valid,       // pulse: MSI-X vector from the firmware
  output reg  [2:0]      raise_fn,
  output reg  [7:0]      raise_vector,
  output wire            inv_valid,         // see MCU_ATC_INV in svarig_core_ports.md
  output reg             inv_all,
  output reg  [20:0]     inv_pasid,
  output reg  [2:0]      inv_fn,
  input  wire            inv_busy
);

  localparam [15:0] OPCODES = (16'd1 << `SVARIG_OP_NOP) | (16'd1 << `SVARIG_OP_COPY) | (16'd1 << `SVARIG_OP_FILL) |
                              (16'd1 << `SVARIG_OP_COMPARE) | (16'd1 << `SVARIG_OP_CRC32C) |
                              (16'd1 << `SVARIG_OP_HASH) | (16'd1 << `SVARIG_OP_HMAC) |
                              (16'd1 << `SVARIG_OP_CIPHER) | (16'd1 << `SVARIG_OP_AEAD);
  localparam [31:0] PF_QUEUES = `SVARIG_PF_QUEUES, VF_QUEUES = `SVARIG_VF_QUEUES;
  localparam        CON_DEPTH = 1 << CON_DEPTH_LOG2;
  localparam        PAD = 8 - NF;

  reg  [31:0]   fw_status, fw_version;
  reg  [31:0]   mb_cmd    [0:7];
  reg  [7:0]    mb_status [0:7];
  reg  [NF-1:0] mb_busy;
  reg  [31:0]   mb_arg [0:127];
  reg  [31:0]   mb_res [0:127];
  reg  [NF-1:0] pend_mb, pend_gone, ena_mb, ena_gone;
  reg           inv_req, inv_sent;

  wire [31:0] addr   = {16'd0, a_addr};
  wire        pf     = (a_fn == 3'd0);
  wire        w_mcu  = a_valid && a_write && a_mcu;
  wire        w_pf   = w_mcu && pf;
  wire        w_host = a_valid && a_write && !a_mcu;
  wire [31:0] wm = {{8{a_be[3]}}, {8{a_be[2]}}, {8{a_be[1]}}, {8{a_be[0]}}};
  wire [NF-1:0] fn_bit = {{NF-1{1'b0}}, 1'b1} << a_fn;

  function [31:0] merge(input [31:0] old, input [31:0] data, input [31:0] mask);
    merge = (old & ~mask) | (data & mask);
  endfunction

  wire [31:0] arg_off = addr - `SVARIG_ADM_MB_ARG0;
  wire [31:0] res_off = addr - `SVARIG_ADM_MB_RES0;
  wire        at_arg = (addr >= `SVARIG_ADM_MB_ARG0) && (arg_off < `SVARIG_MB_WORDS * 4);
  wire        at_res = (addr >= `SVARIG_ADM_MB_RES0) && (res_off < `SVARIG_MB_WORDS * 4);
  wire [6:0]  arg_at = {a_fn, arg_off[5:2]};
  wire [6:0]  res_at = {a_fn, res_off[5:2]};
  wire [7:0]  busy_at = {{PAD{1'b0}}, mb_busy};
  wire        mb_start = w_host && (addr == `SVARIG_ADM_MB_CMD) && (|a_be) && !busy_at[a_fn];

  wire [7:0]  queues = pf ? PF_QUEUES[7:0] : VF_QUEUES[7:0];
  wire [7:0]  first  = pf ? 8'd0 : PF_QUEUES[7:0] + ({5'd0, a_fn} - 8'd1) * VF_QUEUES[7:0];
  wire [7:0]  bme_at = {{PAD{1'b0}}, live_bme};
  wire [7:0]  ats_at = {{PAD{1'b0}}, live_ats};
  reg  [7:0]  vfs;
  integer     i;
  always @* begin
    vfs = 8'd0;
    for (i = 1; i < NF; i = i + 1)
      vfs = vfs + {7'd0, fn_on[i]};
  end

  // Console: a ring that forgets the oldest.
  reg  [7:0]                con_mem [0:CON_DEPTH-1];
  reg  [CON_DEPTH_LOG2:0]   con_wr, con_rd;
  wire [CON_DEPTH_LOG2:0]   con_used = con_wr - con_rd;
  wire                      con_some = (con_wr != con_rd);
  wire [7:0]                con_head = con_mem[con_rd[CON_DEPTH_LOG2-1:0]];
  wire                      con_push = w_pf && (addr == `SVARIG_ADM_CON_DATA) && a_be[0];
  wire                      con_pop  = a_valid && !a_write && !a_mcu && pf && (addr == `SVARIG_ADM_CON_DATA) &&
                                       a_be[0] && con_some;
  wire                      con_drop = con_push && con_used[CON_DEPTH_LOG2];

  always @* begin
    rdata = 32'd0;
    if (at_arg)
      rdata = mb_arg[arg_at];
    else if (at_res)
      rdata = mb_res[res_at];
    else
      case (addr)
        `SVARIG_ADM_MAGIC:      rdata = `SVARIG_MAGIC;
        `SVARIG_ADM_IF_VERSION: rdata = `SVARIG_IF_VERSION;
        `SVARIG_ADM_CAPS:       rdata = {OPCODES, queues + 8'd1, queues};
        `SVARIG_ADM_DB_STRIDE:  rdata = DB_STRIDE_LOG2;
        `SVARIG_ADM_FW_STATUS:  rdata = fw_status;
        `SVARIG_ADM_FW_VERSION: rdata = fw_version;
        `SVARIG_ADM_MAX_LEN:    rdata = `SVARIG_MAX_LEN;
        `SVARIG_ADM_FUNCTION:   rdata = {8'd0, pf ? vfs : 8'd0, first, 5'd0, a_fn};
        `SVARIG_ADM_LIVE:       rdata = {27'd0, live_shared, ats_at[a_fn], bme_at[a_fn]};
        `SVARIG_ADM_MB_CMD:     rdata = mb_cmd[a_fn];
        `SVARIG_ADM_MB_STATUS:  rdata = {busy_at[a_fn], 23'd0, mb_status[a_fn]};
        `SVARIG_ADM_CON_DATA:   rdata = (a_mcu || !pf) ? 32'd0 : {23'd0, con_some, con_some ? con_head : 8'd0};
        `SVARIG_MCU_IRQ_PENDING: rdata = (a_mcu && pf) ? {{24-NF{1'b0}}, pend_gone, {PAD{1'b0}}, pend_mb} : 32'd0;
        `SVARIG_MCU_IRQ_ENABLE:  rdata = (a_mcu && pf) ? {{24-NF{1'b0}}, ena_gone, {PAD{1'b0}}, ena_mb} : 32'd0;
        `SVARIG_MCU_ATC_INV:     rdata = {a_mcu && pf && (inv_req || inv_sent || inv_busy), 31'd0};
        `SVARIG_MCU_FN_IDLE:     rdata = (a_mcu && pf) ? {{32-NF{1'b0}}, fn_idle} : 32'd0;
        default: ;
      endcase
  end

  assign irq       = (|(pend_mb & ena_mb)) || (|(pend_gone & ena_gone));
  assign inv_valid = inv_req && !inv_sent && !inv_busy;

  wire [31:0] w1c = a_wdata & wm;
  wire        unused_w1c = &{1'b0, w1c};
  wire        clear_irq = w_pf && (addr == `SVARIG_MCU_IRQ_PENDING);

  always @(posedge clk)
    if (rst) begin
      fw_status    <= `SVARIG_FWS_RESET;
      fw_version   <= 32'd0;
      mb_busy      <= {NF{1'b0}};
      pend_mb      <= {NF{1'b0}};
      pend_gone    <= {NF{1'b0}};
      ena_mb       <= {NF{1'b0}};
      ena_gone     <= {NF{1'b0}};
      raise_valid  <= 1'b0;
      raise_vector <= 8'd0;
      raise_fn     <= 3'd0;
      inv_req      <= 1'b0;
      inv_sent     <= 1'b0;
      inv_all      <= 1'b0;
      inv_pasid    <= 21'd0;
      inv_fn       <= 3'd0;
      con_wr       <= {CON_DEPTH_LOG2+1{1'b0}};
      con_rd       <= {CON_DEPTH_LOG2+1{1'b0}};
      con_valid    <= 1'b0;
      con_char     <= 8'd0;
    end else begin
      raise_valid <= 1'b0;
      inv_sent    <= inv_valid;
      if (inv_valid)
        inv_req <= 1'b0;
      if (w_pf)
        case (addr)
          `SVARIG_ADM_FW_STATUS:  fw_status  <= merge(fw_status, a_wdata, wm);
          `SVARIG_ADM_FW_VERSION: fw_version <= merge(fw_version, a_wdata, wm);
          `SVARIG_MCU_IRQ_ENABLE: begin
            if (a_be[0]) ena_mb   <= a_wdata[NF-1:0];
            if (a_be[1]) ena_gone <= a_wdata[8 +: NF];
          end
          `SVARIG_MCU_MSIX_RAISE: begin
            raise_valid  <= a_be[0];
            raise_vector <= a_wdata[7:0];
            raise_fn     <= a_wdata[10:8];
          end
          `SVARIG_MCU_ATC_INV:
            if (!inv_req && !inv_sent && !inv_busy) begin
              inv_req   <= 1'b1;
              inv_all   <= a_wdata[30];
              inv_pasid <= {a_wdata[31], a_wdata[19:0]};
              inv_fn    <= a_wdata[26:24];
            end
          default: ;
        endcase
      // A reset wins over what was written to the mailbox in the same cycle.
      mb_busy   <= ((mb_busy | (mb_start ? fn_bit : {NF{1'b0}})) &
                    ~((w_mcu && (addr == `SVARIG_ADM_MB_STATUS)) ? fn_bit : {NF{1'b0}})) & ~gone;
      pend_mb   <= ((pend_mb & ~(clear_irq ? w1c[NF-1:0] : {NF{1'b0}})) | (mb_start ? fn_bit : {NF{1'b0}})) & ~gone;
      pend_gone <= (pend_gone & ~(clear_irq ? w1c[8 +: NF] : {NF{1'b0}})) | gone;
      con_valid <= con_push;
      con_char  <= a_wdata[7:0];
      if (con_push)
        con_wr <= con_wr + 1'b1;
      if (con_pop || con_drop)
        con_rd <= con_rd + 1'b1;
    end

  wire [7:0] gone_at = {{PAD{1'b0}}, gone};
  integer j;
  always @(posedge clk) begin
    if (con_push)
      con_mem[con_wr[CON_DEPTH_LOG2-1:0]] <= a_wdata[7:0];
    if (w_host && at_arg)
      mb_arg[arg_at] <= merge(mb_arg[arg_at], a_wdata, wm);
    if (w_mcu && at_res)
      mb_res[res_at] <= merge(mb_res[res_at], a_wdata, wm);
    if (mb_start)
      mb_cmd[a_fn] <= merge(32'd0, a_wdata, wm);
    if (w_mcu && (addr == `SVARIG_ADM_MB_STATUS))
      mb_status[a_fn] <= a_wdata[7:0];
    for (j = 0; j < 8; j = j + 1)
      if (rst || gone_at[j[2:0]])
        mb_status[j[2:0]] <= 8'd0;
    if (rst)
      for (j = 0; j < 8; j = j + 1)
        mb_cmd[j[2:0]] <= 32'd0;
  end

endmodule

`default_nettype wire
