// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_selftest: the registers MCU_CRY_*, through which the firmware feeds the engines with known
// answers. Masters the stream ports of svarig_crypto by way of svarig_core (cry_*, see
// ../svarig_core_ports.md). One beat each way is held here.
//
// a_*: one access of svarig_regs by the management core, rdata combinational. Start, abort, push and pop
// have no effect unless the engine is granted; giving the engine back drops both beats.

`include "svarig_hw.vh"
`default_nettype none

module svarig_selftest (
  input  wire         clk,
  input  wire         rst,

  input  wire         a_valid,
  input  wire         a_mcu,               // the management core is at work: others read zero, writes are dropped
  input  wire         a_write,
  input  wire [15:0]  a_addr,
  input  wire [31:0]  a_wdata,
  input  wire [3:0]   a_be,
  output reg  [31:0]  rdata,

  output reg          cry_take,
  input  wire         cry_granted,
  output reg          cry_start,
  output reg          cry_abort,
  output reg  [3:0]   cry_op,
  output wire [255:0] cry_key,
  output wire [127:0] cry_iv,
  output reg          cry_s_valid,
  input  wire         cry_s_ready,
  output wire [127:0] cry_s_data,
  output reg  [4:0]   cry_s_bytes,
  output reg          cry_s_last,
  input  wire         cry_m_valid,
  output wire         cry_m_ready,
  input  wire [127:0] cry_m_data,
  input  wire [4:0]   cry_m_bytes,
  input  wire         cry_m_last
);

  reg [31:0] key [0:7];
  reg [31:0] iv  [0:3];
  reg [31:0] in  [0:3];
  reg        out_valid;
  reg [127:0] out_data;
  reg [4:0]  out_bytes;
  reg        out_last;

  wire [31:0] addr  = {16'd0, a_addr};
  wire        write = a_valid && a_write && a_mcu && (a_be == 4'hf);
  wire        mine  = cry_take && cry_granted;

  function at_block(input [31:0] a, input [31:0] base, input [31:0] words);
    at_block = (a >= base) && (a < base + words * 4);
  endfunction

  wire at_key = at_block(addr, `SVARIG_MCU_CRY_KEY0, 32'd8);
  wire at_iv  = at_block(addr, `SVARIG_MCU_CRY_IV0, 32'd4);
  wire at_in  = at_block(addr, `SVARIG_MCU_CRY_IN0, 32'd4);
  wire at_out = at_block(addr, `SVARIG_MCU_CRY_OUT0, 32'd4);

  assign cry_key    = {key[7], key[6], key[5], key[4], key[3], key[2], key[1], key[0]};
  assign cry_iv     = {iv[3], iv[2], iv[1], iv[0]};
  assign cry_s_data = {in[3], in[2], in[1], in[0]};
  assign cry_m_ready = mine && !out_valid;

  always @* begin
    rdata = 32'd0;
    if (!a_mcu)
      rdata = 32'd0;
    else if (at_out)
      rdata = out_data[{addr[3:2], 5'd0} +: 32];
    else if (addr == `SVARIG_MCU_CRY_CTRL)
      rdata = {mine, 27'd0, cry_op};
    else if (addr == `SVARIG_MCU_CRY_PUSH)
      rdata = {31'd0, mine && !cry_s_valid};
    else if (addr == `SVARIG_MCU_CRY_POP)
      rdata = {out_valid, 22'd0, out_last, 3'd0, out_bytes};
  end

  always @(posedge clk)
    if (rst) begin
      cry_take    <= 1'b0;
      cry_start   <= 1'b0;
      cry_abort   <= 1'b0;
      cry_op      <= 4'd0;
      cry_s_valid <= 1'b0;
      cry_s_bytes <= 5'd0;
      cry_s_last  <= 1'b0;
      out_valid   <= 1'b0;
      out_data    <= 128'd0;
      out_bytes   <= 5'd0;
      out_last    <= 1'b0;
    end else begin
      cry_start <= 1'b0;
      cry_abort <= 1'b0;
      if (cry_s_valid && cry_s_ready)
        cry_s_valid <= 1'b0;
      if (cry_m_valid && cry_m_ready) begin
        out_valid <= 1'b1;
        out_data  <= cry_m_data;
        out_bytes <= cry_m_bytes;
        out_last  <= cry_m_last;
      end
      if (write && (addr == `SVARIG_MCU_CRY_CTRL)) begin
        cry_op    <= a_wdata[3:0];
        cry_start <= a_wdata[8] && mine;
        cry_abort <= a_wdata[9] && mine;
        cry_take  <= a_wdata[31];
        if (a_wdata[8] || a_wdata[9] || !a_wdata[31]) begin
          cry_s_valid <= 1'b0;
          out_valid   <= 1'b0;
        end
      end
      if (write && (addr == `SVARIG_MCU_CRY_PUSH) && mine && !cry_s_valid) begin
        cry_s_valid <= 1'b1;
        cry_s_bytes <= a_wdata[4:0];
        cry_s_last  <= a_wdata[8];
      end
      if (write && (addr == `SVARIG_MCU_CRY_POP))
        out_valid <= 1'b0;
    end

  always @(posedge clk)
    if (write) begin
      if (at_key)
        key[addr[4:2]] <= a_wdata;
      if (at_iv)
        iv[addr[3:2]] <= a_wdata;
      if (at_in && !cry_s_valid)
        in[addr[3:2]] <= a_wdata;
    end

endmodule

`default_nettype wire
