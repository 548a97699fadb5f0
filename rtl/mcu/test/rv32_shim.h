/* SPDX-License-Identifier: BSD-2-Clause */
/* The Verilated svarig_rv32 seen from C. RAM and peripherals are the bench's. */
#ifndef SVARIG_RV32_SHIM_H
#define SVARIG_RV32_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* log2 of the RAM's bytes the bench builds the core with: room for qemu-riscv32's program addresses
 */
#define RV32_RAM_LOG2 20

struct rv32_in {
	bool rst, p_ready, irq;
	uint32_t i_rdata, d_rdata, p_rdata;
};

struct rv32_out {
	bool i_en, d_en, p_valid, p_write, sleeping, trace_valid, trace_trap;
	uint8_t d_we, p_wstrb, trace_rd;
	uint32_t i_addr, d_addr, d_wdata; /* addresses in words */
	uint32_t p_addr, p_wdata;
	uint32_t trace_pc, trace_value;
};

/* seed sets the registers' values before reset. */
void rv32_open(int seed);
void rv32_close(void);

/* Outputs with these inputs, before the rising edge; may be called again with others. */
void rv32_eval(const struct rv32_in *in, struct rv32_out *out);

/* The rising edge. */
void rv32_edge(void);

#ifdef __cplusplus
}
#endif

#endif
