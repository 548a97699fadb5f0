/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only door to Verilator: the endpoint's pins as C. One clock cycle is dut_drive(), then
 * looking at what the endpoint shows, then dut_clock().
 */
#ifndef TB_SHIM_H
#define TB_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifndef DATA_WIDTH
#define DATA_WIDTH 128
#endif
#define BEAT_BYTES (DATA_WIDTH / 8)

#ifdef __cplusplus
extern "C" {
#endif

struct beat { /* one beat of a TLP port, rtl/README.md */
	bool valid, sop, eop, pfx_valid;
	uint32_t pfx;
	uint32_t hdr[4]; /* hdr[0] is bits 127:96, the first double word on the wire */
	uint8_t data[BEAT_BYTES];
	uint32_t be;
};

struct dut;

/* A freshly powered endpoint; seed: what its registers hold before reset. waves: path of an FST
 * file, or NULL. NULL on failure (no such file, no tracing). */
struct dut *dut_open(uint64_t seed, const char *waves);
/* Whether this build can write waves. */
bool dut_waves(void);
/* Chooses the planted bug (1...; 0: none) of every endpoint opened later. False where the build has
 * none. */
bool dut_mutant(unsigned number);
/* Every endpoint closed later leaves what it covered in FOLDER. False where the build does not
 * count. */
bool dut_coverage(const char *folder);
void dut_close(struct dut *d);
/* Holds the reset for some cycles. */
void dut_reset(struct dut *d, unsigned cycles);

/* Applies the inputs of this cycle (rx NULL: nothing) and settles the logic. */
void dut_drive(struct dut *d, const struct beat *rx, bool tx_ready);
bool dut_rx_ready(struct dut *d);
/*
 * Credits (rtl/README.md). limit: what the endpoint may send, fields PH 8, PD 12, NPH, NPD, CPLH,
 * CPLD bits from the lowest; finite: bit per field. check: a sender beyond dut_alloc(), in the same
 * layout, is an error. Off after reset.
 */
void dut_credits(struct dut *d, unsigned finite, uint64_t limit, bool check);
uint64_t dut_alloc(struct dut *d);
void dut_tx(struct dut *d, struct beat *b);
/* True when the firmware prints *c in this cycle. */
bool dut_console(struct dut *d, char *c);
/* Nothing changes until a TLP arrives. */
bool dut_idle(struct dut *d);
/* The rising edge. */
void dut_clock(struct dut *d);

#ifdef __cplusplus
}
#endif
#endif
