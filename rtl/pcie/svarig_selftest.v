// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_selftest: MCU_CRY_*: the firmware's way to an engine port of its own (rtl/crypto/README.md, "The engine
// port"). With wide engines two pushes of 16 bytes make a beat, and a beat of more is popped in two. One beat waits on the way in and one on the way out; data that
// pass by stay nowhere but there.
//
// a_*: one access of svarig_regs by the management core to the set of function 0, rdata combinational. Start, abort,
// push and pop have no effect unless the port is granted; giving it back aborts what runs and drops both beats.

`include "svarig_hw.vh"
`default_nettype none

module svarig_selftest #(
  parameter EW = 128
) (
  input  wire          clk,
  input  wire          rst,

  input  wire          a_valid,
  input  wire          a_mcu,              // the management core is at work: others read zero, writes are dropped
  input  wire          a_write,
  input  wire [2:0]    a_fn,
  input  wire [15:0]   a_addr,
  input  wire [31:0]   a_wdata,
  input  wire [3:0]    a_be,
  output reg  [31:0]   rdata,

  output reg           cry_take,
  input  wire          cry_granted,
  output reg           cry_cmd_valid,
  input  wire          cry_cmd_ready,
  output reg  [7:0]    cry_op,
  output reg  [7:0]    cry_alg,
  output reg           cry_decrypt,
  output reg           cry_state_in,
  output reg           cry_state_out,
  output reg  [31:0]   cry_len,
  output reg  [31:0]   cry_aad_len,
  output wire          cry_abort,          // level
  output reg           cry_s_valid,
  input  wire          cry_s_ready,
  output wire [EW-1:0] cry_s_data,
  output wire [5:0]    cry_s_bytes,
  output reg  [2:0]    cry_s_kind,
  output reg           cry_s_last,
  output wire          cry_s_cut,
  input  wire          cry_m_valid,
  output wire          cry_m_ready,
  input  wire [EW-1:0] cry_m_data,
  input  wire [5:0]    cry_m_bytes,
  input  wire [2:0]    cry_m_kind,
  input  wire          cry_m_last,
  input  wire          cry_end_valid,
  output wire          cry_end_ready,
  input  wire [7:0]    cry_end_status,
  input  wire [31:0]   cry_end_done
);

  reg [31:0]   in  [0:3];
  reg [127:0]  low;                        // first half of a wide input beat
  reg          have_low;
  reg [5:0]    s_bytes;
  reg          busy, stop;
  reg [7:0]    status;
  reg          half;                       // of a wide output beat: the upper 16 bytes are next
  reg          out_valid;
  reg [127:0]  out_data;
  reg [4:0]    out_bytes;
  reg [2:0]    out_kind;
  reg          out_last;

  wire [31:0] addr  = {16'd0, a_addr};
  wire        mcu   = a_mcu && (a_fn == 3'd0);
  wire        write = a_valid && a_write && mcu && (a_be == 4'hf);
  wire        mine  = cry_take && cry_granted;
  wire        w_ctrl = write && (addr == `SVARIG_MCU_CRY_CTRL);

  function at_block(input [31:0] a, input [31:0] base, input [31:0] words);
    at_block = (a >= base) && (a < base + words * 4);
  endfunction

  wire at_in  = at_block(addr, `SVARIG_MCU_CRY_IN0, 32'd4);
  wire at_out = at_block(addr, `SVARIG_MCU_CRY_OUT0, 32'd4);

  wire [127:0] in_now = {in[3], in[2], in[1], in[0]};
  wire [255:0] in_wide = (have_low && (EW > 128)) ? {in_now, low} : {128'd0, in_now};
  assign cry_s_data  = in_wide[EW-1:0];
  assign cry_s_bytes = s_bytes;
  assign cry_s_cut   = 1'b0;
  assign cry_abort   = stop || !mine;
  assign cry_end_ready = mine;

  // A wide beat is shown in two.
  wire        wide  = (EW > 128) && (cry_m_bytes > 6'd16);
  wire [EW-1:0] upper = cry_m_data >> (EW - 128);
  wire        unused = &{1'b0, cry_end_done, cry_m_data, upper, in_wide, rest[5]};
  wire [5:0]  rest  = cry_m_bytes - 6'd16;
  wire        room  = mine && !out_valid;
  wire        take  = room && cry_m_valid;
  assign cry_m_ready = room && (!wide || half);

  always @* begin
    rdata = 32'd0;
    if (!mcu)
      rdata = 32'd0;
    else if (at_out)
      rdata = out_data[{addr[3:2], 5'd0} +: 32];
    else
      case (addr)
        `SVARIG_MCU_CRY_CTRL: rdata = {mine, busy, 22'd0, status};
        `SVARIG_MCU_CRY_LEN:  rdata = cry_len;
        `SVARIG_MCU_CRY_AAD:  rdata = cry_aad_len;
        `SVARIG_MCU_CRY_PUSH: rdata = {31'd0, mine && !cry_s_valid};
        `SVARIG_MCU_CRY_POP:  rdata = {out_valid, 15'd0, out_last, 4'd0, out_kind, 3'd0, out_bytes};
        default: ;
      endcase
  end

  always @(posedge clk)
    if (rst) begin
      cry_take      <= 1'b0;
      cry_cmd_valid <= 1'b0;
      cry_op        <= 8'd0;
      cry_alg       <= 8'd0;
      {cry_decrypt, cry_state_in, cry_state_out} <= 3'd0;
      cry_len       <= 32'd0;
      cry_aad_len   <= 32'd0;
      stop          <= 1'b0;
      busy          <= 1'b0;
      status        <= 8'd0;
      half          <= 1'b0;
      cry_s_valid   <= 1'b0;
      s_bytes       <= 6'd0;
      have_low      <= 1'b0;
      low           <= 128'd0;
      cry_s_kind    <= 3'd0;
      cry_s_last    <= 1'b0;
      out_valid     <= 1'b0;
      out_data      <= 128'd0;
      out_bytes     <= 5'd0;
      out_kind      <= 3'd0;
      out_last      <= 1'b0;
    end else begin
      stop <= 1'b0;
      if (cry_cmd_valid && cry_cmd_ready)
        cry_cmd_valid <= 1'b0;
      if (cry_s_valid && cry_s_ready) begin
        cry_s_valid <= 1'b0;
        have_low    <= 1'b0;
      end
      if (!mine)
        low <= 128'd0;
      if (cry_end_valid && cry_end_ready) begin
        busy   <= 1'b0;
        status <= cry_end_status;
      end
      if (take) begin
        out_valid <= 1'b1;
        out_data  <= half ? upper[127:0] : cry_m_data[127:0];
        out_bytes <= half ? rest[4:0] : wide ? 5'd16 : cry_m_bytes[4:0];
        out_kind  <= cry_m_kind;
        out_last  <= cry_m_last && (half || !wide);
        half      <= wide && !half;
      end
      if (w_ctrl) begin
        cry_take <= a_wdata[31];
        stop     <= a_wdata[25];
        // Anything but an empty "take" begins afresh.
        if (a_wdata[24] || a_wdata[25] || !a_wdata[31]) begin
          cry_cmd_valid <= a_wdata[24] && a_wdata[31] && mine;
          busy          <= a_wdata[24] && a_wdata[31] && mine;
          cry_s_valid   <= 1'b0;
          out_valid     <= 1'b0;
          half          <= 1'b0;
          have_low      <= 1'b0;
        end
        if (a_wdata[24]) begin
          cry_op  <= a_wdata[7:0];
          cry_alg <= a_wdata[15:8];
          {cry_state_out, cry_state_in, cry_decrypt} <= a_wdata[28:26];
        end
      end
      if (write && (addr == `SVARIG_MCU_CRY_LEN))
        cry_len <= a_wdata;
      if (write && (addr == `SVARIG_MCU_CRY_AAD))
        cry_aad_len <= a_wdata;
      if (write && (addr == `SVARIG_MCU_CRY_PUSH) && mine && !cry_s_valid) begin
        if ((EW > 128) && !have_low && (a_wdata[4:0] == 5'd16) && !a_wdata[15]) begin
          have_low    <= 1'b1;
          low         <= in_now;
        end else begin
          cry_s_valid <= 1'b1;
        end
        s_bytes     <= {1'b0, a_wdata[4:0]} + (have_low ? 6'd16 : 6'd0);
        cry_s_kind  <= a_wdata[10:8];
        cry_s_last  <= a_wdata[15];
      end
      if (write && (addr == `SVARIG_MCU_CRY_POP))
        out_valid <= 1'b0;
    end

  // Keys go this way, too: nothing of them stays behind.
  integer i;
  always @(posedge clk)
    if (rst || !mine) begin
      for (i = 0; i < 4; i = i + 1)
        in[i[1:0]] <= 32'd0;
    end else if (write && at_in && !cry_s_valid)
      in[addr[3:2]] <= a_wdata;

endmodule

`default_nettype wire
