// SPDX-License-Identifier: BSD-2-Clause
//
// Stand-in for svarig_mcu in the bench of pcie/: the bench masters the peripheral bus.

`default_nettype none
/* verilator lint_off UNUSED */

module svarig_mcu #(
  parameter FW_HEX = ""
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

  reg         b_req    /* verilator public_flat_rw */;
  reg         b_write  /* verilator public_flat_rw */;
  reg  [18:0] b_addr   /* verilator public_flat_rw */;
  reg  [31:0] b_wdata  /* verilator public_flat_rw */;
  reg  [31:0] s_rdata  /* verilator public_flat_rd */;
  reg  [31:0] s_done   /* verilator public_flat_rd */;
  wire        s_irq    /* verilator public_flat_rd */ = irq;

  initial begin
    b_req = 1'b0; b_write = 1'b0; b_addr = 19'd0; b_wdata = 32'd0; s_done = 32'd0;
  end

  reg on;
  assign p_valid = on;
  assign p_write = b_write;
  assign p_addr = b_addr;
  assign p_wdata = b_wdata;
  assign p_wstrb = 4'hf;
  assign sleeping = !on && !irq;

  always @(posedge clk)
    if (rst)
      on <= 1'b0;
    else if (on && p_ready) begin
      on <= 1'b0;
      s_rdata <= p_rdata;
      s_done <= s_done + 32'd1;
    end else if (b_req)
      on <= 1'b1;

endmodule

`default_nettype wire
