// SPDX-License-Identifier: BSD-2-Clause
//
// tb_mcu: bench top: svarig_mcu with the firmware, the register blocks of pcie/ it talks to, the engines. The
// bench plays the host (h_*, BAR2 of function h_fn), the queues (q_*), the ATC (inv_*), the functions' resets (gone,
// fn_idle) and grants the engines.

`include "svarig_hw.vh"
`default_nettype none

module tb_mcu #(
  parameter FW_HEX = "firmware.hex"
) (
  input  wire        clk,
  input  wire        rst,
  input  wire [4:0]  gone,         // bit 0: reset of the PF, the data path's too
  input  wire [4:0]  fn_idle,

  input  wire        h_valid,
  input  wire        h_write,
  input  wire [2:0]  h_fn,
  input  wire [31:0] h_addr,
  input  wire [31:0] h_wdata,
  output wire        h_ready,
  output wire [31:0] h_rdata,

  output wire        q_valid,
  output wire        q_write,
  output wire [13:0] q_addr,
  output wire [31:0] q_wdata,
  input  wire        q_ready,
  input  wire [31:0] q_rdata,

  output wire        inv_valid,
  output wire        inv_all,
  output wire [2:0]  inv_fn,
  output wire [20:0] inv_pasid,
  input  wire        inv_busy,

  input  wire        grant,
  input  wire [15:0] broken,       // the engine of opcode n gives wrong bytes
  input  wire        dead,         // the engines take nothing
  input  wire        poison,       // zero the instruction at poison_pc
  input  wire [15:0] poison_pc,

  output wire        con_valid,
  output wire [7:0]  con_char,
  output wire        sleeping,
  output wire        bus,          // the core accesses a register
  output wire        retired,
  output wire [31:0] pc            // instruction in execute
);

  wire        m_valid, m_write, m_ready, m_irq;
  wire [18:0] m_addr;
  wire [31:0] m_wdata, m_rdata;
  wire [3:0]  m_wstrb;

  svarig_mcu #(.FW_HEX(FW_HEX)) u_mcu (
    .clk(clk), .rst(rst),
    .p_valid(m_valid), .p_write(m_write), .p_addr(m_addr), .p_wdata(m_wdata), .p_wstrb(m_wstrb),
    .p_ready(m_ready), .p_rdata(m_rdata), .irq(m_irq), .sleeping(sleeping)
  );
  assign bus = m_valid;
  assign retired = u_mcu.u_core.trace_valid;
  assign pc  = u_mcu.u_core.x_pc;

  always @(posedge clk)
    if (poison)
      u_mcu.u_ram.mem[poison_pc[15:2]] <= 32'd0;

  wire        a_valid, a_write, a_mcu, regs_idle;
  wire [2:0]  a_fn;
  wire [15:0] a_addr;
  wire [31:0] a_wdata, adm_rdata, tst_rdata;
  wire [3:0]  a_be;
  wire        db_valid, db_write;
  wire [5:0]  db_queue;
  wire [11:0] db_addr;
  wire [31:0] db_wdata;

  svarig_regs u_regs (
    .clk(clk), .rst(rst), .core_rst(gone[0]),
    .h_valid(h_valid), .h_write(h_write), .h_bar2(1'b1), .h_fn(h_fn), .h_addr(h_addr), .h_wdata(h_wdata),
    .h_be(4'hf), .h_ready(h_ready), .h_rdata(h_rdata),
    .p_valid(m_valid), .p_write(m_write), .p_addr(m_addr), .p_wdata(m_wdata), .p_wstrb(m_wstrb),
    .p_ready(m_ready), .p_rdata(m_rdata),
    .qreg_valid(q_valid), .qreg_write(q_write), .qreg_addr(q_addr), .qreg_wdata(q_wdata),
    .qreg_ready(q_ready), .qreg_rdata(q_rdata),
    .db_valid(db_valid), .db_write(db_write), .db_queue(db_queue), .db_addr(db_addr),
    .db_wdata(db_wdata), .db_ready(1'b1), .db_rdata(32'd0),
    .a_valid(a_valid), .a_write(a_write), .a_mcu(a_mcu), .a_fn(a_fn), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .a_rdata(adm_rdata | tst_rdata), .idle(regs_idle)
  );

  wire        raise_valid;
  wire [2:0]  raise_fn;
  wire [7:0]  raise_vector;

  svarig_admin u_admin (
    .clk(clk), .rst(rst), .gone(gone), .fn_on(5'h1f), .fn_idle(fn_idle),
    .a_valid(a_valid), .a_write(a_write), .a_mcu(a_mcu), .a_fn(a_fn), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .rdata(adm_rdata), .live_bme(5'd0), .live_ats(5'd0), .live_shared(3'd0), .irq(m_irq),
    .con_valid(con_valid), .con_char(con_char),
    .raise_valid(raise_valid), .raise_fn(raise_fn), .raise_vector(raise_vector),
    .inv_valid(inv_valid), .inv_all(inv_all), .inv_pasid(inv_pasid), .inv_fn(inv_fn), .inv_busy(inv_busy)
  );

  wire         take, cmd_valid, cmd_ready, decrypt, state_in, state_out, stop;
  wire         s_valid, s_ready, s_last, s_cut, e_valid, e_ready, e_last, end_valid, end_ready;
  wire [7:0]   op, alg, end_status;
  wire [31:0]  len, aad_len, end_done;
  wire [127:0] s_data, e_data;
  wire [5:0]   s_bytes, e_bytes;
  wire [2:0]   s_kind, e_kind;

  svarig_selftest #(.EW(128)) u_selftest (
    .clk(clk), .rst(rst || gone[0]),
    .a_valid(a_valid), .a_mcu(a_mcu), .a_write(a_write), .a_fn(a_fn), .a_addr(a_addr), .a_wdata(a_wdata),
    .a_be(a_be), .rdata(tst_rdata),
    .cry_take(take), .cry_granted(take && grant), .cry_cmd_valid(cmd_valid), .cry_cmd_ready(cmd_ready),
    .cry_op(op), .cry_alg(alg), .cry_decrypt(decrypt), .cry_state_in(state_in), .cry_state_out(state_out),
    .cry_len(len), .cry_aad_len(aad_len), .cry_abort(stop),
    .cry_s_valid(s_valid), .cry_s_ready(s_ready && !dead), .cry_s_data(s_data), .cry_s_bytes(s_bytes),
    .cry_s_kind(s_kind), .cry_s_last(s_last), .cry_s_cut(s_cut),
    .cry_m_valid(e_valid), .cry_m_ready(e_ready), .cry_m_data(e_data ^ {127'd0, broken[op[3:0]]}),
    .cry_m_bytes(e_bytes), .cry_m_kind(e_kind), .cry_m_last(e_last),
    .cry_end_valid(end_valid), .cry_end_ready(end_ready), .cry_end_status(end_status | {7'd0, broken[op[3:0]]}), .cry_end_done(end_done)
  );

  // As in the endpoint: the self-test has the last port. The lanes' are idle.
  localparam PORTS = 5, L = PORTS - 1;
  wire [L-1:0]         cmd_ready_l, s_ready_l, e_valid_l, e_last_l, end_valid_l;
  wire [L*128-1:0]     e_data_l;
  wire [L*6-1:0]       e_bytes_l;
  wire [L*3-1:0]       e_kind_l;
  wire [L*8-1:0]       end_status_l;
  wire [L*32-1:0]      end_done_l;
  wire                 unused_l = &{1'b0, cmd_ready_l, s_ready_l, e_valid_l, e_last_l, end_valid_l, e_data_l, e_bytes_l,
                                    e_kind_l, end_status_l, end_done_l};

  svarig_engines #(.PORTS(PORTS), .EW(128)) u_engines (
    .clk(clk), .rst(rst || gone[0]),
    .cmd_valid({cmd_valid, {L{1'b0}}}), .cmd_ready({cmd_ready, cmd_ready_l}), .cmd_op({op, {L*8{1'b0}}}),
    .cmd_alg({alg, {L*8{1'b0}}}), .cmd_decrypt({decrypt, {L{1'b0}}}), .cmd_state_in({state_in, {L{1'b0}}}),
    .cmd_state_out({state_out, {L{1'b0}}}), .cmd_len({len, {L*32{1'b0}}}), .cmd_aad_len({aad_len, {L*32{1'b0}}}),
    .abort({stop, {L{1'b0}}}),
    .s_valid({s_valid && !dead, {L{1'b0}}}), .s_ready({s_ready, s_ready_l}), .s_data({s_data, {L*128{1'b0}}}),
    .s_bytes({s_bytes, {L*6{1'b0}}}), .s_kind({s_kind, {L*3{1'b0}}}), .s_last({s_last, {L{1'b0}}}),
    .s_cut({s_cut, {L{1'b0}}}),
    .m_valid({e_valid, e_valid_l}), .m_ready({e_ready, {L{1'b0}}}), .m_data({e_data, e_data_l}),
    .m_bytes({e_bytes, e_bytes_l}), .m_kind({e_kind, e_kind_l}), .m_last({e_last, e_last_l}),
    .end_valid({end_valid, end_valid_l}), .end_ready({end_ready, {L{1'b0}}}), .end_status({end_status, end_status_l}),
    .end_done({end_done, end_done_l})
  );

  wire unused = &{1'b0, regs_idle, db_valid, db_write, db_queue, db_addr, db_wdata, raise_valid, raise_fn,
                  raise_vector, poison_pc[1:0]};

endmodule

`default_nettype wire
