/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Golden model of the core: RV32I, Zicsr, Zifencei, machine mode, written from the RISC-V manuals
 * (Unprivileged ISA 20191213, Privileged ISA 20211203) and not from the RTL. No timing.
 */
#ifndef SVARIG_RV32_MODEL_H
#define SVARIG_RV32_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define RV32_PERIPH_BASE  0x80000000u
#define RV32_PERIPH_WORDS 0x20000u

struct rv32_access {
	bool periph, write;
	uint32_t addr;	/* multiple of 4: in RAM, or the offset in the peripherals */
	uint32_t wdata; /* whole word; bytes outside strb are as they come */
	uint8_t strb;
};

struct rv32_step {
	bool trap;
	bool wfi;
	bool slow;    /* multiplication or division: not interrupted once begun */
	bool counter; /* reads the cycle counter: the model cannot know the value */
	uint32_t pc;
	uint8_t rd;	/* 0: none */
	uint32_t value; /* written to rd, or the trap's mcause */
	bool has_access;
	struct rv32_access access;
};

struct rv32_model {
	uint32_t x[32];
	uint32_t pc;
	uint8_t *ram; /* ram_size bytes, the caller's */
	uint32_t ram_size;
	uint32_t *periph; /* RV32_PERIPH_WORDS words that just remember, the caller's */
	bool mie, mpie, meie;
	uint32_t mtvec, mepc, mcause, mtval, mscratch;
	uint64_t instret;
};

/* State after reset; ram, ram_size and periph stay. Registers are zero: give them the DUT's values.
 * So are mtvec, mepc and mscratch, which the core leaves undefined until written. */
void rv32_model_reset(struct rv32_model *m);

/* Would an interrupt be taken before the next instruction, were the line high? */
bool rv32_model_irq_enabled(const struct rv32_model *m);

/* Take it. */
struct rv32_step rv32_model_irq(struct rv32_model *m);

/* One instruction. The line's level is what a read of mip shows. */
struct rv32_step rv32_model_step(struct rv32_model *m, bool line);

#endif
