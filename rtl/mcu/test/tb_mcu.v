// SPDX-License-Identifier: BSD-2-Clause
//
// tb_mcu: bench top: svarig_mcu with the firmware, the register blocks of pcie/ it talks to, the engines. The
// bench plays the host (h_*), the queues (q_*), the ATC (inv_*) and grants the engines.

`include "svarig_hw.vh"
`default_nettype none

module tb_mcu #(
  parameter FW_HEX = "firmware.hex",
  parameter QUEUES = 16
) (
  input  wire        clk,
  input  wire        rst,
  input  wire        flr,

  input  wire        h_valid,
  input  wire        h_write,
  input  wire [31:0] h_addr,
  input  wire [31:0] h_wdata,
  output wire        h_ready,
  output wire [31:0] h_rdata,

  output wire        q_valid,
  output wire        q_write,
  output wire [12:0] q_addr,
  output wire [31:0] q_wdata,
  input  wire        q_ready,
  input  wire [31:0] q_rdata,

  output wire        inv_valid,
  output wire        inv_all,
  output wire [20:0] inv_pasid,
  input  wire        inv_busy,

  input  wire        grant,
  input  wire [15:0] broken,       // engine op n gives wrong bytes
  input  wire        dead,         // the engines take nothing
  input  wire        poison,       // zero the instruction at poison_pc
  input  wire [15:0] poison_pc,

  output wire        con_valid,
  output wire [7:0]  con_char,
  output wire        sleeping,
  output wire        bus,          // the core accesses a register
  output wire [31:0] pc            // instruction in execute
);

  wire        m_valid, m_write, m_ready, m_irq;
  wire [15:0] m_addr;
  wire [31:0] m_wdata, m_rdata;
  wire [3:0]  m_wstrb;

  svarig_mcu #(.FW_HEX(FW_HEX)) u_mcu (
    .clk(clk), .rst(rst),
    .p_valid(m_valid), .p_write(m_write), .p_addr(m_addr), .p_wdata(m_wdata), .p_wstrb(m_wstrb),
    .p_ready(m_ready), .p_rdata(m_rdata), .irq(m_irq), .sleeping(sleeping)
  );
  assign bus = m_valid;
  assign pc  = u_mcu.u_core.x_pc;

  always @(posedge clk)
    if (poison)
      u_mcu.u_ram.mem[poison_pc[15:2]] <= 32'd0;

  wire        a_valid, a_write, a_mcu, regs_idle;
  wire [15:0] a_addr;
  wire [31:0] a_wdata, adm_rdata, tst_rdata;
  wire [3:0]  a_be;
  wire        db_valid, db_write;
  wire [5:0]  db_queue;
  wire [11:0] db_addr;
  wire [31:0] db_wdata;

  svarig_regs #(.QUEUES(QUEUES)) u_regs (
    .clk(clk), .rst(rst), .core_rst(flr),
    .h_valid(h_valid), .h_write(h_write), .h_bar2(1'b1), .h_addr(h_addr), .h_wdata(h_wdata),
    .h_be(4'hf), .h_ready(h_ready), .h_rdata(h_rdata),
    .p_valid(m_valid), .p_write(m_write), .p_addr(m_addr), .p_wdata(m_wdata), .p_wstrb(m_wstrb),
    .p_ready(m_ready), .p_rdata(m_rdata),
    .qreg_valid(q_valid), .qreg_write(q_write), .qreg_addr(q_addr), .qreg_wdata(q_wdata),
    .qreg_ready(q_ready), .qreg_rdata(q_rdata),
    .db_valid(db_valid), .db_write(db_write), .db_queue(db_queue), .db_addr(db_addr),
    .db_wdata(db_wdata), .db_ready(1'b1), .db_rdata(32'd0),
    .a_valid(a_valid), .a_write(a_write), .a_mcu(a_mcu), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .a_rdata(adm_rdata | tst_rdata), .idle(regs_idle)
  );

  wire        raise_valid;
  wire [7:0]  raise_vector;

  svarig_admin #(.QUEUES(QUEUES), .VECTORS(QUEUES + 1)) u_admin (
    .clk(clk), .rst(rst), .flr(flr),
    .a_valid(a_valid), .a_write(a_write), .a_mcu(a_mcu), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .rdata(adm_rdata), .live(5'd0), .irq(m_irq),
    .con_valid(con_valid), .con_char(con_char),
    .raise_valid(raise_valid), .raise_vector(raise_vector),
    .inv_valid(inv_valid), .inv_all(inv_all), .inv_pasid(inv_pasid), .inv_busy(inv_busy)
  );

  wire         take, start, stop, s_valid, s_ready, s_last, m_cry_valid, m_cry_ready, m_last, busy;
  wire [3:0]   op;
  wire [255:0] key;
  wire [127:0] iv, s_data, m_data;
  wire [4:0]   s_bytes, m_bytes;
  reg  [3:0]   running;

  always @(posedge clk)
    if (start)
      running <= op;

  svarig_selftest u_selftest (
    .clk(clk), .rst(rst || flr),
    .a_valid(a_valid), .a_mcu(a_mcu), .a_write(a_write), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .rdata(tst_rdata),
    .cry_take(take), .cry_granted(take && grant), .cry_start(start), .cry_abort(stop), .cry_op(op),
    .cry_key(key), .cry_iv(iv),
    .cry_s_valid(s_valid), .cry_s_ready(s_ready && !dead), .cry_s_data(s_data), .cry_s_bytes(s_bytes),
    .cry_s_last(s_last),
    .cry_m_valid(m_cry_valid), .cry_m_ready(m_cry_ready),
    .cry_m_data(m_data ^ {127'd0, broken[running]}), .cry_m_bytes(m_bytes), .cry_m_last(m_last)
  );

  svarig_crypto u_crypto (
    .clk(clk), .rst(rst || flr), .start(start), .abort(stop), .op(op), .key(key), .iv(iv), .busy(busy),
    .s_valid(s_valid && !dead), .s_ready(s_ready), .s_data(s_data), .s_bytes(s_bytes), .s_last(s_last),
    .m_valid(m_cry_valid), .m_ready(m_cry_ready), .m_data(m_data), .m_bytes(m_bytes), .m_last(m_last)
  );

  wire unused = &{1'b0, regs_idle, db_valid, db_write, db_queue, db_addr, db_wdata, raise_valid,
                  raise_vector, busy, poison_pc[1:0]};

endmodule

`default_nettype wire
