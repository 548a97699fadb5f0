/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Verilated endpoint behind a C interface: one clock, one reset, one TLP port each way
 * (rtl/README.md). model.cpp implements it for whatever top module it is compiled with.
 */
#ifndef RTLSIM_MODEL_H
#define RTLSIM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DATA_WIDTH
#define DATA_WIDTH 128
#endif
#define BEAT_BYTES (DATA_WIDTH / 8)

/* 250 MHz, the clock of a PCIe hard block of this width: the time axis of frames and waves */
#define PS_PER_CYCLE 4000

/* One beat of the TLP port. hdr[0] is the first double word of the header, first byte in 31:24. */
struct beat {
	bool valid, sop, eop, pfx_valid;
	uint32_t pfx;
	uint32_t hdr[4];
	uint8_t data[BEAT_BYTES];
	uint32_t be;
};

struct model;

/*
 * @waves: FST file to write, or NULL. @seed: value of registers without reset.
 * Returns NULL when waves are asked for and the program was built without them.
 */
struct model *model_new(const char *waves, uint64_t seed);
void model_free(struct model *m);

/*
 * One clock cycle. Inputs: @rst, the beat into the endpoint (ignored unless valid) and whether the
 * outgoing beat is taken. Outputs are those just before the rising edge: @rx_ready tells whether
 * the beat went in; @tx moved when valid and @tx_ready.
 */
struct model_out {
	bool rx_ready, idle;
	struct beat tx;
	int console; /* character the firmware printed in this cycle, or -1 */
};
void model_cycle(struct model *m, bool rst, const struct beat *rx, bool tx_ready,
		 struct model_out *out);

uint64_t model_cycles(const struct model *m);
/* $finish was called, which no endpoint should */
bool model_finished(const struct model *m);

#ifdef __cplusplus
}
#endif

#endif
