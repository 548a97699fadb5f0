// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rv32: RV32IM with Zicsr and Zifencei, machine mode only (see svarig_rv32_csr), in order.
//
// Stages: fetch (the RAM's address) - decode and register read - execute - write back. Every
// instruction commits or traps in execute. Cycles: 1; taken branch, jump, trap, MRET 2; one more
// when a load's result is used by the next instruction; peripheral accesses wait for p_ready; multiplication
// and division are serial (svarig_rv32_muldiv).
//
// Memory: RAM from address 0, 2^RAM_LOG2 bytes, two synchronous ports (data one cycle after an
// address with en, then held); peripherals at 0x80000000, 512 KiB. Anything else is an access fault,
// misaligned accesses trap. Peripheral addresses are given as multiples of 4 with byte strobes.
// Reset starts at address 0. sleeping: in WFI, and no interrupt that mie enables is pending.
// trace_*: what left the pipeline in this cycle, for benches.

`default_nettype none

module svarig_rv32 #(
  parameter RAM_LOG2 = 16
) (
  input  wire                clk,
  input  wire                rst,

  output wire                i_en,
  output wire [RAM_LOG2-3:0] i_addr,
  input  wire [31:0]         i_rdata,

  output wire                d_en,
  output wire [3:0]          d_we,
  output wire [RAM_LOG2-3:0] d_addr,
  output wire [31:0]         d_wdata,
  input  wire [31:0]         d_rdata,

  output reg                 p_valid,
  output reg                 p_write,
  output reg  [18:0]         p_addr,
  output reg  [31:0]         p_wdata,
  output reg  [3:0]          p_wstrb,
  input  wire                p_ready,
  input  wire [31:0]         p_rdata,

  input  wire                irq,
  output wire                sleeping,

  output wire                trace_valid,
  output wire                trace_trap,    // trap instead of the instruction; cause in trace_value
  output wire [31:0]         trace_pc,
  output wire [4:0]          trace_rd,      // 0: no register written
  output wire [31:0]         trace_value
);

  // ------------------------------------------------------------------ fetch and decode

  reg         d_valid;
  reg  [31:0] d_pc;
  wire [31:0] d_insn = i_rdata;

  wire [31:0] d_imm;
  wire        d_uses_rs1, d_uses_rs2, d_writes_rd, d_lui, d_auipc, d_jump, d_branch, d_load;
  wire        d_store, d_op_imm, d_csr, d_fence_i, d_ecall, d_ebreak, d_mret, d_wfi, d_md, d_alt, d_illegal;

  svarig_rv32_decode u_decode (
    .insn(d_insn), .imm(d_imm), .uses_rs1(d_uses_rs1), .uses_rs2(d_uses_rs2), .writes_rd(d_writes_rd),
    .is_lui(d_lui), .is_auipc(d_auipc), .is_jump(d_jump), .is_branch(d_branch), .is_load(d_load),
    .is_store(d_store), .is_op_imm(d_op_imm), .is_csr(d_csr), .is_fence_i(d_fence_i),
    .is_ecall(d_ecall), .is_ebreak(d_ebreak), .is_mret(d_mret), .is_wfi(d_wfi), .is_muldiv(d_md), .alu_alt(d_alt),
    .illegal(d_illegal)
  );

  wire [4:0]  d_rs1   = d_insn[19:15];
  wire [4:0]  d_rs2   = d_insn[24:20];
  wire        d_fault = |d_pc[31:RAM_LOG2];

  // ------------------------------------------------------------------ execute: registers

  reg         x_valid;
  reg  [31:0] x_pc, x_insn, x_imm, x_a, x_b;
  reg         x_upper, x_auipc, x_md, x_jump, x_branch, x_load, x_store, x_op_imm;
  reg         x_csr, x_fence_i, x_ecall, x_ebreak, x_mret, x_wfi, x_alt, x_illegal, x_fault;
  reg  [4:0]  x_rd;         // 0 where nothing is written
  wire        unused_insn = &{1'b0, x_insn[11:4], x_insn[2:0]};

  wire [2:0]  x_funct3 = x_insn[14:12];
  wire        x_mem    = x_load || x_store;

  // ------------------------------------------------------------------ write back: registers

  reg         w_valid, w_trap, w_load, w_from_bus;
  reg  [31:0] w_pc, w_value, w_bus;
  reg  [4:0]  w_rd;
  reg  [2:0]  w_funct3;
  reg  [1:0]  w_byte;

  // ------------------------------------------------------------------ execute: arithmetic

  wire        md_start, md_busy, md_done, md_sub, md_ones;
  wire [31:0] md_a, md_result;
  wire [31:0] op_b = (x_op_imm ? x_imm : x_b) | {32{md_busy && md_ones}};
  wire        sub  = md_busy ? md_sub : x_branch || (x_funct3[2:1] == 2'b01) || x_alt;   // compares subtract, too
  wire [32:0] add  = {1'b0, x_a} + {1'b0, sub ? ~op_b : op_b} + {32'd0, sub};
  wire        ltu  = !add[32];
  wire        lt   = (x_a[31] != op_b[31]) ? x_a[31] : ltu;
  wire        eq   = (x_a == op_b);

  // One right shifter; left shifts go through it backwards.
  function [31:0] reverse(input [31:0] x);
    integer i;
    for (i = 0; i < 32; i = i + 1)
      reverse[i] = x[31 - i];
  endfunction

  wire        left     = !x_funct3[2] && (x_funct3[1:0] != 2'd0);   // MULH* wants the reversed operand, too
  wire [31:0] shift_in = left ? reverse(x_a) : x_a;
  wire signed [32:0] shift_sx  = {x_alt && x_a[31], shift_in};
  wire signed [32:0] shift_out = shift_sx >>> op_b[4:0];
  wire [31:0] shifted = left ? reverse(shift_out[31:0]) : shift_out[31:0];
  wire        unused_sign = shift_out[32];

  reg  [31:0] alu;
  always @*
    case (x_funct3)
      3'd0:    alu = add[31:0];
      3'd2:    alu = {31'd0, lt};
      3'd3:    alu = {31'd0, ltu};
      3'd4:    alu = x_a ^ op_b;
      3'd6:    alu = x_a | op_b;
      3'd7:    alu = x_a & op_b;
      default: alu = shifted;
    endcase

  svarig_rv32_muldiv u_muldiv (
    .clk(clk), .rst(rst), .start(md_start), .funct3(x_funct3), .a_in(shift_in), .a(x_a), .b_sign(x_b[31]),
    .add(add), .sub(md_sub), .ones(md_ones), .busy(md_busy), .done(md_done), .a_next(md_a), .result(md_result)
  );

  // Targets and data addresses.
  wire        pc_based = x_branch || x_auipc || (x_jump && x_insn[3]);
  wire [31:0] sum      = (pc_based ? x_pc : x_a) + x_imm;
  wire [31:0] target   = {sum[31:1], 1'b0};

  wire        cond  = x_funct3[2] ? (x_funct3[1] ? ltu : lt) : eq;
  wire        taken = x_jump || (x_branch && (cond != x_funct3[0]));

  // ------------------------------------------------------------------ execute: traps

  wire [31:0] csr_rdata, csr_target;
  wire        csr_illegal, irq_pending, irq_enabled;

  wire        in_ram     = !(|sum[31:RAM_LOG2]);
  wire        in_periph  = (sum[31:19] == 13'h1000);
  wire        misaligned = (x_funct3[1] && (sum[1:0] != 2'd0)) || (x_funct3[0] && sum[0]);

  // mtval has the address of a data access or a jump; it is zero (3.1.16 allows it) where mepc tells all.
  reg         exc, exc_address;
  reg  [3:0]  exc_cause;
  always @* begin
    exc = 1'b1;
    exc_cause = 4'd0;
    exc_address = 1'b0;
    if (x_fault) begin
      exc_cause = 4'd1;
    end else if (x_illegal || (x_csr && csr_illegal)) begin
      exc_cause = 4'd2;
    end else if (taken && target[1]) begin
      exc_cause = 4'd0;
      exc_address = 1'b1;
    end else if (x_ebreak) begin
      exc_cause = 4'd3;
    end else if (x_ecall) begin
      exc_cause = 4'd11;
    end else if (x_mem && misaligned) begin
      exc_cause = x_load ? 4'd4 : 4'd6;
      exc_address = 1'b1;
    end else if (x_mem && !in_ram && !in_periph) begin
      exc_cause = x_load ? 4'd5 : 4'd7;
      exc_address = 1'b1;
    end else begin
      exc = 1'b0;
    end
  end

  // WFI itself is never interrupted: it ends, and the next instruction is.
  wire        irq_take = x_valid && irq_enabled && !p_valid && !md_busy && !x_wfi;
  wire        trap     = x_valid && (irq_take || exc);
  wire        bus_op   = x_valid && x_mem && in_periph && !trap;
  assign      md_start = x_valid && x_md && !md_busy && !trap;
  wire        x_wait   = (bus_op && !(p_valid && p_ready)) || (x_valid && x_md && !trap && !md_done) || (x_valid && x_wfi && !irq_pending && !trap);
  wire        x_commit = x_valid && !x_wait && !trap;
  wire        redirect = trap || (x_commit && (taken || x_mret || x_fence_i));
  // Behind a valid instruction in execute, decode always holds the next one in memory.
  wire [31:0] new_pc   = (trap || x_mret) ? csr_target : x_fence_i ? d_pc : target;

  wire        csr_imm     = x_funct3[2];
  wire [31:0] csr_operand = csr_imm ? {27'd0, x_insn[19:15]} : x_a;

  svarig_rv32_csr u_csr (
    .clk(clk), .rst(rst),
    .addr(x_insn[31:20]), .op(x_funct3[1:0]), .write(!x_funct3[1] || (x_insn[19:15] != 5'd0)),
    .operand(csr_operand), .commit(x_commit && x_csr), .rdata(csr_rdata), .illegal(csr_illegal),
    .trap(trap), .trap_irq(irq_take), .trap_cause(irq_take ? 4'd11 : exc_cause), .trap_pc(x_pc[31:2]),
    .trap_value((exc_address && !irq_take) ? {sum[31:1], sum[0] && x_mem} : 32'd0), .ret(x_commit && x_mret),
    .target(csr_target),
    .retire(x_commit), .irq(irq), .irq_pending(irq_pending), .irq_take(irq_enabled)
  );

  wire [31:0] x_result = x_upper ? sum : x_jump ? d_pc : x_csr ? csr_rdata : x_md ? md_result : alu;

  // ------------------------------------------------------------------ memory

  wire [3:0]  strobes    = x_funct3[1] ? 4'b1111 : x_funct3[0] ? (sum[1] ? 4'b1100 : 4'b0011) :
                            (4'b0001 << sum[1:0]);
  wire [31:0] store_data = x_funct3[1] ? x_b : x_funct3[0] ? {2{x_b[15:0]}} : {4{x_b[7:0]}};

  assign d_en    = x_commit && x_mem && in_ram;
  assign d_we    = x_store ? strobes : 4'd0;
  assign d_addr  = sum[RAM_LOG2-1:2];
  assign d_wdata = store_data;

  always @(posedge clk)
    if (rst) begin
      p_valid <= 1'b0;
      p_write <= 1'b0;
      p_addr  <= 19'd0;
      p_wdata <= 32'd0;
      p_wstrb <= 4'd0;
    end else if (p_valid) begin
      if (p_ready)
        p_valid <= 1'b0;
    end else if (bus_op) begin
      p_valid <= 1'b1;
      p_write <= x_store;
      p_addr  <= {sum[18:2], 2'b00};
      p_wdata <= store_data;
      p_wstrb <= x_store ? strobes : 4'd0;
    end

  // ------------------------------------------------------------------ write back

  wire [31:0] loaded_word = w_from_bus ? w_bus : d_rdata;
  wire [15:0] loaded_half = w_byte[1] ? loaded_word[31:16] : loaded_word[15:0];
  wire [7:0]  loaded_byte = w_byte[0] ? loaded_half[15:8] : loaded_half[7:0];
  wire [31:0] w_result    = !w_load ? w_value :
                            w_funct3[1] ? loaded_word :
                            w_funct3[0] ? {{16{loaded_half[15] && !w_funct3[2]}}, loaded_half} :
                            {{24{loaded_byte[7] && !w_funct3[2]}}, loaded_byte};

  reg  [31:0] regs [0:31];
  always @(posedge clk)
    if (w_rd != 5'd0)
      regs[w_rd] <= w_result;

  // Younger results first.
  wire [31:0] d_a = ((d_rs1 == 5'd0) || d_lui) ? 32'd0 : (x_valid && (d_rs1 == x_rd)) ? x_result :
                    (d_rs1 == w_rd) ? w_result : regs[d_rs1];
  wire [31:0] d_b = (d_rs2 == 5'd0) ? 32'd0 : (x_valid && (d_rs2 == x_rd)) ? x_result :
                    (d_rs2 == w_rd) ? w_result : regs[d_rs2];

  wire        hazard = x_valid && x_load && (x_rd != 5'd0) &&
                       ((d_uses_rs1 && (d_rs1 == x_rd)) || (d_uses_rs2 && (d_rs2 == x_rd)));

  // ------------------------------------------------------------------ pipeline

  wire        move    = !x_wait;
  wire [31:0] next_pc = redirect ? new_pc : d_pc + 32'd4;

  assign i_en   = redirect || (move && !hazard);
  assign i_addr = next_pc[RAM_LOG2-1:2];

  always @(posedge clk)
    if (rst) begin
      d_valid <= 1'b0;
      d_pc    <= 32'hffff_fffc;
    end else if (i_en) begin
      d_valid <= 1'b1;
      d_pc    <= next_pc;
    end

  always @(posedge clk)
    if (rst)
      x_valid <= 1'b0;
    else if (move)
      x_valid <= d_valid && !hazard && !redirect;

  always @(posedge clk)
    if (move)
      x_a <= d_a;
    else if (md_start || md_busy)
      x_a <= md_a;

  always @(posedge clk)
    if (move) begin
      x_pc      <= d_pc;
      x_insn    <= d_insn;
      x_imm     <= d_imm;
      x_b       <= d_b;
      x_rd      <= (d_writes_rd && !d_illegal && !d_fault) ? d_insn[11:7] : 5'd0;
      x_upper   <= d_lui || d_auipc;
      x_auipc   <= d_auipc;
      x_md      <= d_md && !d_fault;
      x_jump    <= d_jump;
      x_branch  <= d_branch;
      x_load    <= d_load;
      x_store   <= d_store;
      x_op_imm  <= d_op_imm;
      x_csr     <= d_csr;
      x_fence_i <= d_fence_i;
      x_ecall   <= d_ecall;
      x_ebreak  <= d_ebreak;
      x_mret    <= d_mret;
      x_wfi     <= d_wfi && !d_fault;
      x_alt     <= d_alt;
      x_illegal <= d_illegal;
      x_fault   <= d_fault;
    end

  always @(posedge clk) begin
    if (rst) begin
      w_valid <= 1'b0;
      w_trap  <= 1'b0;
      w_rd    <= 5'd0;
    end else begin
      w_valid <= trap || x_commit;
      w_trap  <= trap;
      w_rd    <= x_commit ? x_rd : 5'd0;
    end
    w_pc       <= x_pc;
    w_value    <= trap ? {irq_take, 27'd0, irq_take ? 4'd11 : exc_cause} : x_result;
    w_load     <= x_load && !trap;
    w_from_bus <= in_periph;
    w_bus      <= p_rdata;
    w_funct3   <= x_funct3;
    w_byte     <= sum[1:0];
  end

  assign sleeping    = x_valid && x_wfi && !exc && !irq_pending;
  assign trace_valid = w_valid;
  assign trace_trap  = w_trap;
  assign trace_pc    = w_pc;
  assign trace_rd    = w_rd;
  assign trace_value = w_result;

endmodule

`default_nettype wire
