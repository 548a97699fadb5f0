/* SPDX-License-Identifier: BSD-2-Clause */
/* TLPs to beats and back, with gaps and back pressure. */
#ifndef TB_PORT_H
#define TB_PORT_H

#include "rng.h"
#include "shim.h"
#include "tlp.h"

struct port_knobs {
	unsigned gap_percent;	/* chance that a beat to the endpoint is held back a cycle */
	unsigned stall_percent; /* chance that the endpoint's beat is not taken in a cycle */
	unsigned stall_burst;	/* chance in 10,000 that a long stall of up to 200 cycles begins */
};

struct port {
	struct rng rng;
	struct port_knobs knobs;
	/* to the endpoint */
	uint8_t out[TLP_MAX_BYTES];
	struct tlp out_tlp;
	uint32_t out_pos, out_be_last;
	struct beat out_beat;
	bool out_busy, out_shown;
	/* from the endpoint */
	uint8_t in[TLP_MAX_BYTES];
	uint32_t in_len, in_want;
	bool in_busy;
	struct tlp in_tlp;
	unsigned stall;
	char error[160]; /* how the endpoint broke the port's rules; "" when it did not */
};

void port_init(struct port *p, uint64_t seed);
/* Loads the next TLP; only when !p->out_busy. */
void port_send(struct port *p, const struct tlp *t);
/* The beat to drive in this cycle, or NULL. */
const struct beat *port_beat(struct port *p);
/* The driven beat was taken. Returns true when it was the last of its TLP (p->out_tlp). */
bool port_sent(struct port *p);
/* Whether to take the endpoint's beat in this cycle. */
bool port_ready(struct port *p);
/* A beat of the endpoint moves. Returns true when a whole TLP is in p->in_tlp. */
bool port_received(struct port *p, const struct beat *b);

#endif
