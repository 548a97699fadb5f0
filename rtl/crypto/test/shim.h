/* SPDX-License-Identifier: BSD-2-Clause */
/* The Verilated tb_engines seen from C: all inputs in, one clock, all outputs back. */
#ifndef SVARIG_CRYPTO_SHIM_H
#define SVARIG_CRYPTO_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PORTS 5
#define BEAT  (EW / 8) /* bytes; EW comes from the Makefile */

struct port_in {
	bool cmd_valid, decrypt, state_in, state_out, abort;
	uint8_t op, alg;
	uint32_t len, aad_len;
	bool s_valid, s_last, s_cut;
	uint8_t s_bytes, s_kind, s_data[BEAT];
	bool m_ready, end_ready;
};

struct shim_in {
	bool rst;
	struct port_in port[PORTS];
};

struct port_out {
	bool cmd_ready, s_ready;
	bool m_valid, m_last;
	uint8_t m_bytes, m_kind, m_data[BEAT];
	bool end_valid;
	uint8_t end_status;
	uint32_t end_done;
};

struct shim_out {
	struct port_out port[PORTS];
};

/* seed sets the registers' values before reset. */
void shim_open(int seed);
void shim_close(void);

/* Outputs as they stand with these inputs just before the rising edge, which then happens. */
void shim_clock(const struct shim_in *in, struct shim_out *out);

/* Mask of the ports of which something secret is left in a register; bit PORTS: in one that they
 * share. */
unsigned shim_secrets(void);

/* The S-boxes as tables and as logic agree on these four bytes. */
bool shim_boxes(uint32_t four);

#ifdef __cplusplus
}
#endif

#endif
