/* SPDX-License-Identifier: BSD-2-Clause */
/* What the core's benches share: random numbers, TAP, encoders, the core with its RAM and
 * peripherals. */
#ifndef SVARIG_RV32_BENCH_H
#define SVARIG_RV32_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "rv32_model.h"
#include "rv32_shim.h"

#define RAM_SIZE (1u << RV32_RAM_LOG2)

extern unsigned int tap_tests, tap_failures;
void tap_ok(bool good, const char *name);

void rnd_seed(uint64_t seed);
uint32_t rnd(void);
/* 0 to n - 1 */
uint32_t rnd_below(uint32_t n);

/* Encodings (Unprivileged ISA, chapter 24). */
uint32_t enc_r(uint32_t op, uint32_t f3, uint32_t f7, uint32_t rd, uint32_t rs1, uint32_t rs2);
uint32_t enc_i(uint32_t op, uint32_t f3, uint32_t rd, uint32_t rs1, int32_t imm);
uint32_t enc_s(uint32_t f3, uint32_t rs1, uint32_t rs2, int32_t imm);
uint32_t enc_b(uint32_t f3, uint32_t rs1, uint32_t rs2, int32_t imm);
uint32_t enc_u(uint32_t op, uint32_t rd, uint32_t imm);
uint32_t enc_j(uint32_t rd, int32_t imm);

enum {
	OP_LUI = 0x37,
	OP_AUIPC = 0x17,
	OP_JAL = 0x6f,
	OP_JALR = 0x67,
	OP_BRANCH = 0x63,
	OP_LOAD = 0x03,
	OP_STORE = 0x23,
	OP_IMM = 0x13,
	OP_OP = 0x33,
	OP_FENCE = 0x0f,
	OP_SYSTEM = 0x73,
};

enum {
	CSR_MSTATUS = 0x300,
	CSR_MIE = 0x304,
	CSR_MTVEC = 0x305,
	CSR_MSCRATCH = 0x340,
	CSR_MEPC = 0x341,
	CSR_MINSTRET = 0xb02,
};

#define INSN_ECALL 0x00000073u
#define INSN_MRET  0x30200073u
#define INSN_WFI   0x10500073u

/* The core under test; peripherals are words that remember. */
struct dut {
	struct rv32_in in;
	struct rv32_out out; /* of the last cycle, just before its edge */
	bool last_irq;	     /* irq in the cycle before that: what execute saw */
	bool irq;
	uint64_t cycles;
	unsigned int wait_256; /* chance of a peripheral wait state */
	uint8_t ram[RAM_SIZE];
	uint32_t periph[RV32_PERIPH_WORDS];
	/* accesses not yet seen by the bench: stores to RAM, all to peripherals */
	struct rv32_access access[8];
	unsigned int accesses;
};

/* Clears RAM and peripherals' state; call dut_reset when RAM is filled. */
void dut_clear(struct dut *d);
void dut_reset(struct dut *d);
void dut_cycle(struct dut *d);

/* The two tests. */
void test_lockstep(struct dut *d, unsigned int programs);
void test_qemu(struct dut *d, unsigned int programs);

#endif
