// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rv32_csr: the machine-mode CSRs (Privileged ISA 20211203, chapter 3) of a hart that has
// only that mode and one interrupt, the machine external one. mtvec is direct only; mip's one bit
// is the irq input; misa, mstatush, mvendorid, marchid, mimpid and mhartid are read-only constants.
// Other numbers are illegal.
//
// mscratch, mepc and mtvec are not defined until they are written: they share one memory, which gives either the
// CSR that is read or, with trap or ret, where to go on (target).
// rdata and illegal answer addr and write in the same cycle; commit makes the write happen. trap
// and ret are one-cycle pulses that do not come together with commit.

`default_nettype none

module svarig_rv32_csr (
  input  wire        clk,
  input  wire        rst,

  input  wire [11:0] addr,
  input  wire [1:0]  op,          // 1 write, 2 set, 3 clear (funct3[1:0])
  input  wire        write,       // the instruction writes (set or clear with x0 or 0 do not)
  input  wire [31:0] operand,
  input  wire        commit,
  output reg  [31:0] rdata,
  output wire        illegal,

  input  wire        trap,
  input  wire        trap_irq,
  input  wire [3:0]  trap_cause,
  input  wire [31:2] trap_pc,
  input  wire [31:0] trap_value,
  input  wire        ret,
  output wire [31:0] target,      // where the trap or MRET goes

  input  wire        retire,
  input  wire        irq,
  output wire        irq_pending, // enabled in mie: ends WFI
  output wire        irq_take     // enabled in mstatus, too
);

  reg         mie_bit, mpie_bit, meie;
  reg  [31:0] mtval;
  reg         cause_irq;
  reg  [3:0]  cause;
  reg  [63:0] cycle, instret;
  reg         known;

  // The shared memory: 0 mscratch, 1 mepc, 2 mtvec.
  localparam [1:0] MSCRATCH = 2'd0, MEPC = 2'd1, MTVEC = 2'd2;
  reg  [31:0] file [0:3];
  wire        in_file = (addr == 12'h305) || (addr == 12'h340) || (addr == 12'h341);
  wire [1:0]  named   = !addr[6] ? MTVEC : addr[0] ? MEPC : MSCRATCH;
  wire [31:0] from_file = file[trap ? MTVEC : ret ? MEPC : named];
  assign target = from_file;

  always @* begin
    known = 1'b1;
    rdata = 32'd0;
    case (addr)
      12'h300: rdata = {19'd0, 2'b11, 3'd0, mpie_bit, 3'd0, mie_bit, 3'd0};
      12'h301: rdata = 32'h4000_1100;                      // RV32, I and M
      12'h304: rdata = {20'd0, meie, 11'd0};
      12'h310: rdata = 32'd0;
      12'h305, 12'h340, 12'h341: rdata = from_file;
      12'h342: rdata = {cause_irq, 27'd0, cause};
      12'h343: rdata = mtval;
      12'h344: rdata = {20'd0, irq, 11'd0};
      12'hb00, 12'hc00: rdata = cycle[31:0];
      12'hb80, 12'hc80: rdata = cycle[63:32];
      12'hb02, 12'hc02: rdata = instret[31:0];
      12'hb82, 12'hc82: rdata = instret[63:32];
      12'hf11, 12'hf12, 12'hf13, 12'hf14: rdata = 32'd0;
      default: known = 1'b0;
    endcase
  end

  // Numbers with both top bits set are read-only.
  assign illegal = !known || (write && (addr[11:10] == 2'b11));

  wire [31:0] wdata = (op == 2'd1) ? operand : (op == 2'd2) ? rdata | operand : rdata & ~operand;
  wire        wr    = commit && write;

  always @(posedge clk)
    if (rst) begin
      mie_bit   <= 1'b0;
      mpie_bit  <= 1'b0;
      meie      <= 1'b0;
      mtval     <= 32'd0;
      cause_irq <= 1'b0;
      cause     <= 4'd0;
    end else if (trap) begin
      mie_bit   <= 1'b0;
      mpie_bit  <= mie_bit;
      mtval     <= trap_value;
      cause_irq <= trap_irq;
      cause     <= trap_cause;
    end else if (ret) begin
      mie_bit   <= mpie_bit;
      mpie_bit  <= 1'b1;
    end else if (wr) begin
      case (addr)
        12'h300: {mpie_bit, mie_bit} <= {wdata[7], wdata[3]};
        12'h304: meie      <= wdata[11];
        12'h342: {cause_irq, cause} <= {wdata[31], wdata[3:0]};
        12'h343: mtval     <= wdata;
        default: ;
      endcase
    end

  always @(posedge clk)
    if (trap || (wr && in_file))
      file[trap ? MEPC : named] <= trap ? {trap_pc, 2'b00} : {wdata[31:2], (named == MSCRATCH) ? wdata[1:0] : 2'b00};

  // A write to a counter wins over counting.
  always @(posedge clk)
    if (rst) begin
      cycle   <= 64'd0;
      instret <= 64'd0;
    end else begin
      cycle <= cycle + 64'd1;
      if (retire)
        instret <= instret + 64'd1;
      if (wr && (addr == 12'hb00)) cycle   <= {cycle[63:32], wdata};
      if (wr && (addr == 12'hb80)) cycle   <= {wdata, cycle[31:0]};
      if (wr && (addr == 12'hb02)) instret <= {instret[63:32], wdata};
      if (wr && (addr == 12'hb82)) instret <= {wdata, instret[31:0]};
    end

  assign irq_pending = irq && meie;
  assign irq_take    = irq && meie && mie_bit;

endmodule

`default_nettype wire
