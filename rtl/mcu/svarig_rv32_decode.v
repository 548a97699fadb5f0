// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rv32_decode: one RV32IM or Zicsr/Zifencei instruction taken apart (Unprivileged ISA
// 20191213, chapters 2, 3, 7, 9 and 24; Privileged ISA 20211203, 3.3). Combinational. illegal covers
// everything but CSR numbers.

`default_nettype none

module svarig_rv32_decode (
  input  wire [31:0] insn,
  output reg  [31:0] imm,
  output reg         uses_rs1,
  output reg         uses_rs2,
  output reg         writes_rd,     // x0 included
  output reg         is_lui,
  output reg         is_auipc,
  output reg         is_jump,       // JAL, JALR
  output reg         is_branch,
  output reg         is_load,
  output reg         is_store,
  output reg         is_op_imm,
  output reg         is_csr,
  output reg         is_fence_i,
  output reg         is_ecall,
  output reg         is_ebreak,
  output reg         is_mret,
  output reg         is_wfi,
  output reg         is_muldiv,
  output reg         alu_alt,       // SUB, SRA
  output reg         illegal
);

  wire [6:0]  opcode = insn[6:0];
  wire [2:0]  funct3 = insn[14:12];
  wire [6:0]  funct7 = insn[31:25];

  wire [31:0] imm_i = {{20{insn[31]}}, insn[31:20]};
  wire [31:0] imm_s = {{20{insn[31]}}, insn[31:25], insn[11:7]};
  wire [31:0] imm_b = {{19{insn[31]}}, insn[31], insn[7], insn[30:25], insn[11:8], 1'b0};
  wire [31:0] imm_u = {insn[31:12], 12'd0};
  wire [31:0] imm_j = {{11{insn[31]}}, insn[31], insn[19:12], insn[20], insn[30:21], 1'b0};

  wire        funct7_alt = (funct7 == 7'b0100000);
  wire        funct7_ok  = (funct7 == 7'd0) || funct7_alt;

  always @* begin
    imm        = imm_i;
    uses_rs1   = 1'b0;
    uses_rs2   = 1'b0;
    writes_rd  = 1'b0;
    is_lui     = 1'b0;
    is_auipc   = 1'b0;
    is_jump    = 1'b0;
    is_branch  = 1'b0;
    is_load    = 1'b0;
    is_store   = 1'b0;
    is_op_imm  = 1'b0;
    is_csr     = 1'b0;
    is_fence_i = 1'b0;
    is_ecall   = 1'b0;
    is_ebreak  = 1'b0;
    is_mret    = 1'b0;
    is_wfi     = 1'b0;
    is_muldiv  = 1'b0;
    alu_alt    = 1'b0;
    illegal    = 1'b0;
    case (opcode)
      7'b0110111: begin
        is_lui = 1'b1;
        imm = imm_u;
        writes_rd = 1'b1;
      end
      7'b0010111: begin
        is_auipc = 1'b1;
        imm = imm_u;
        writes_rd = 1'b1;
      end
      7'b1101111: begin
        is_jump = 1'b1;
        imm = imm_j;
        writes_rd = 1'b1;
      end
      7'b1100111: begin
        is_jump = 1'b1;
        uses_rs1 = 1'b1;
        writes_rd = 1'b1;
        illegal = (funct3 != 3'd0);
      end
      7'b1100011: begin
        is_branch = 1'b1;
        imm = imm_b;
        uses_rs1 = 1'b1;
        uses_rs2 = 1'b1;
        illegal = (funct3[2:1] == 2'b01);
      end
      7'b0000011: begin
        is_load = 1'b1;
        uses_rs1 = 1'b1;
        writes_rd = 1'b1;
        illegal = (funct3 == 3'd3) || (funct3[2:1] == 2'b11);
      end
      7'b0100011: begin
        is_store = 1'b1;
        imm = imm_s;
        uses_rs1 = 1'b1;
        uses_rs2 = 1'b1;
        illegal = (funct3 > 3'd2);
      end
      7'b0010011: begin
        is_op_imm = 1'b1;
        uses_rs1 = 1'b1;
        writes_rd = 1'b1;
        // Shifts have a funct7, the others an immediate in its place.
        alu_alt = (funct3 == 3'd5) && funct7_alt;
        illegal = ((funct3 == 3'd1) && (funct7 != 7'd0)) || ((funct3 == 3'd5) && !funct7_ok);
      end
      7'b0110011: begin
        uses_rs1 = 1'b1;
        uses_rs2 = 1'b1;
        writes_rd = 1'b1;
        alu_alt = funct7_alt;
        is_muldiv = (funct7 == 7'd1);
        illegal = !(funct7_ok || is_muldiv) || (funct7_alt && (funct3 != 3'd0) && (funct3 != 3'd5));
      end
      7'b0001111: begin
        is_fence_i = (funct3 == 3'd1);
        illegal = (funct3 > 3'd1);
      end
      7'b1110011: begin
        case (funct3)
          3'd0: begin
            is_ecall  = (insn[31:7] == {12'h000, 13'd0});
            is_ebreak = (insn[31:7] == {12'h001, 13'd0});
            is_wfi    = (insn[31:7] == {12'h105, 13'd0});
            is_mret   = (insn[31:7] == {12'h302, 13'd0});
            illegal = !is_ecall && !is_ebreak && !is_wfi && !is_mret;
          end
          3'd4: illegal = 1'b1;
          default: begin
            is_csr = 1'b1;
            uses_rs1 = !funct3[2];
            writes_rd = 1'b1;
          end
        endcase
      end
      default: illegal = 1'b1;
    endcase
  end

endmodule

`default_nettype wire
