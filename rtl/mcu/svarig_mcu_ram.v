// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_mcu_ram: the core's memory, 2^LOG2 bytes in 32-bit words: a read port for instructions, a
// read and byte-write port for data. Data comes one cycle after an address with en and stays. HEX,
// if not empty, is a $readmemh image from word 0. A word written and fetched in the same cycle is
// fetched old or new.

`default_nettype none

module svarig_mcu_ram #(
  parameter LOG2 = 16,
  parameter HEX  = ""
) (
  input  wire            clk,
  input  wire            i_en,
  input  wire [LOG2-3:0] i_addr,
  output reg  [31:0]     i_rdata,
  input  wire            d_en,
  input  wire [3:0]      d_we,
  input  wire [LOG2-3:0] d_addr,
  input  wire [31:0]     d_wdata,
  output reg  [31:0]     d_rdata
);

  reg [31:0] mem [0:(1 << (LOG2 - 2)) - 1];

  generate
    if (HEX != "") begin : g_image
      initial $readmemh(HEX, mem);
    end
  endgenerate

  always @(posedge clk)
    if (i_en)
      i_rdata <= mem[i_addr];

  always @(posedge clk)
    if (d_en) begin
      if (d_we[0]) mem[d_addr][7:0]   <= d_wdata[7:0];
      if (d_we[1]) mem[d_addr][15:8]  <= d_wdata[15:8];
      if (d_we[2]) mem[d_addr][23:16] <= d_wdata[23:16];
      if (d_we[3]) mem[d_addr][31:24] <= d_wdata[31:24];
      d_rdata <= mem[d_addr];
    end

endmodule

`default_nettype wire
