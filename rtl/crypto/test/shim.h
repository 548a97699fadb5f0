/* SPDX-License-Identifier: BSD-2-Clause */
/* The Verilated tb_crypto seen from C: all inputs in, one clock, all outputs back. */
#ifndef SVARIG_CRYPTO_SHIM_H
#define SVARIG_CRYPTO_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct shim_in {
	bool rst, small, start, stop, s_valid, s_last, m_ready;
	uint8_t op, s_bytes;
	uint32_t box;
	uint8_t key[32], iv[16], s_data[16];
};

struct shim_out {
	bool busy, s_ready, m_valid, m_last, secrets, box_same;
	uint8_t m_bytes, m_data[16];
};

/* seed sets the registers' values before reset. */
void shim_open(int seed);
void shim_close(void);

/* Outputs as they stand with these inputs just before the rising edge, which then happens. */
void shim_clock(const struct shim_in *in, struct shim_out *out);

#ifdef __cplusplus
}
#endif

#endif
