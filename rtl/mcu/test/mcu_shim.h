/* SPDX-License-Identifier: BSD-2-Clause */
/* The Verilated tb_mcu seen from C. */
#ifndef SVARIG_MCU_SHIM_H
#define SVARIG_MCU_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct mcu_in {
	bool rst, h_valid, h_write, q_ready, inv_busy, grant, dead, poison;
	uint8_t gone, fn_idle, h_fn; /* gone, fn_idle: bit per function */
	uint16_t broken, poison_pc;
	uint32_t h_addr, h_wdata, q_rdata;
};

struct mcu_out {
	bool h_ready, q_valid, q_write, inv_valid, inv_all, con_valid, sleeping, bus, retired;
	uint8_t con_char, inv_fn;
	uint16_t q_addr;
	uint32_t h_rdata, q_wdata, inv_pasid, pc;
};

/* seed sets the registers' values before reset. */
void mcu_open(int seed);
void mcu_close(void);

/* Outputs with these inputs, before the rising edge; may be called again with others. */
void mcu_eval(const struct mcu_in *in, struct mcu_out *out);

/* The core's cycle counter moves on by n, for waits that would take too long. */
void mcu_skip(uint32_t n);

/* The rising edge. */
void mcu_edge(void);

#ifdef __cplusplus
}
#endif

#endif
