// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_mcu: the endpoint's management core: RV32I, its RAM with the firmware, a peripheral bus
// out.
//
// FW_HEX: $readmemh image of 32-bit words, SVARIG_MCU_RAM_SIZE / 4 of them at most. rst is the
// power-on reset; the core lives through function-level resets. Bus: p_valid and all with it stay
// until p_ready, p_rdata counts in that cycle; p_addr is the offset from SVARIG_MCU_PERIPH_BASE, a
// multiple of 4. irq is a level, the machine external interrupt. sleeping: in WFI with irq low;
// nothing changes until irq.

`default_nettype none

module svarig_mcu #(
  parameter FW_HEX = "firmware.hex"
) (
  input  wire        clk,
  input  wire        rst,
  output wire        p_valid,
  output wire        p_write,
  output wire [18:0] p_addr,
  output wire [31:0] p_wdata,
  output wire [3:0]  p_wstrb,
  input  wire        p_ready,
  input  wire [31:0] p_rdata,
  input  wire        irq,
  output wire        sleeping
);

  localparam RAM_LOG2 = 16;

  wire                i_en, d_en;
  wire [3:0]          d_we;
  wire [RAM_LOG2-3:0] i_addr, d_addr;
  wire [31:0]         i_rdata, d_rdata, d_wdata;

  wire        trace_valid, trace_trap;
  wire [31:0] trace_pc, trace_value;
  wire [4:0]  trace_rd;
  wire        unused = &{1'b0, trace_valid, trace_trap, trace_pc, trace_value, trace_rd};

  svarig_rv32 #(.RAM_LOG2(RAM_LOG2)) u_core (
    .clk(clk), .rst(rst),
    .i_en(i_en), .i_addr(i_addr), .i_rdata(i_rdata),
    .d_en(d_en), .d_we(d_we), .d_addr(d_addr), .d_wdata(d_wdata), .d_rdata(d_rdata),
    .p_valid(p_valid), .p_write(p_write), .p_addr(p_addr), .p_wdata(p_wdata), .p_wstrb(p_wstrb),
    .p_ready(p_ready), .p_rdata(p_rdata),
    .irq(irq), .sleeping(sleeping),
    .trace_valid(trace_valid), .trace_trap(trace_trap), .trace_pc(trace_pc), .trace_rd(trace_rd),
    .trace_value(trace_value)
  );

  svarig_mcu_ram #(.LOG2(RAM_LOG2), .HEX(FW_HEX)) u_ram (
    .clk(clk),
    .i_en(i_en), .i_addr(i_addr), .i_rdata(i_rdata),
    .d_en(d_en), .d_we(d_we), .d_addr(d_addr), .d_wdata(d_wdata), .d_rdata(d_rdata)
  );

endmodule

`default_nettype wire
