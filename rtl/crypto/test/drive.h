/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs for the ports of the engines: feeds them, collects what comes out, and watches the rules of
 * the port. */
#ifndef SVARIG_CRYPTO_DRIVE_H
#define SVARIG_CRYPTO_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ref.h"
#include "shim.h"

#define NO_CUT UINT32_MAX

/* One job. What it points to belongs to the caller. */
struct job {
	struct ref_job r;
	bool state_in, state_out;
	uint8_t state[SVARIG_STATE_SIZE]; /* in, and then out */
	uint32_t cut;			  /* the data stream breaks after so many bytes */

	/* What came out: text, then result. out must hold ref_text_len() + ref_result_len() + BEAT
	 * bytes. */
	uint8_t *out;
	uint32_t text_len, result_len, state_len;
	uint8_t status;
	uint32_t done;
	bool ended;
	uint64_t began, finished; /* cycles: command taken, end taken */
};

/* What a port is given to do, and how eagerly. Zero it first. */
struct port {
	struct job *jobs;
	unsigned n_jobs;
	unsigned stall_in, stall_out; /* of 256 cycles */

	unsigned given, fed, got; /* jobs: commands taken, inputs taken, ends taken */
	uint8_t stage;
	uint32_t at;
	unsigned seen; /* kinds of output of this job, their last beats */
	bool held_s, held_m, held_end;
	struct port_out before;
	const char *wrong; /* the rule that was broken */
};

extern struct shim_in in;
extern struct shim_out out;
extern uint64_t cycles;

void rnd_seed(uint64_t seed);
uint32_t rnd(void);
void rnd_fill(uint8_t *p, size_t n);

void tick(void);
void reset(void);
/* One cycle of all ports. */
void drive(struct port *port);
/* Until all jobs of all ports have ended, at most so many cycles; false (and a reason on stdout) if
 * not, or if a rule was broken. */
bool drive_all(struct port *port, uint64_t limit);

#endif
