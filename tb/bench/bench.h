/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures, one line each: bench NAME VALUE UNIT limit LIMIT ratio RATIO goal GOAL. */
#ifndef TB_BENCH_H
#define TB_BENCH_H

#include "queue.h"

#define BENCH_PASID 7

/*
 * Boots with MPS 256 and MRRS 512, no gaps and no back pressure on the port; a read is answered
 * after rtt cycles, in completions of 256 bytes; so is a translation request. The host lets 64
 * pages be requested at a time, as our driver does.
 */
void bench_start(struct env *e, unsigned rtt);
/* Says how the figure is to be read: ratio = value / limit, at least (or at most) goal. */
void bench_at_least(struct env *e, const char *name, double value, const char *unit, double limit,
		    double goal);
void bench_at_most(struct env *e, const char *name, double value, const char *unit, double limit,
		   double goal);

/* A queue of BENCH_PASID with 2^log2 entries. */
struct as *bench_queue(struct env *e, struct tq *q, unsigned id, unsigned log2);
/* Descriptor for len bytes: op and alg as in the hardware interface; buffers are allocated. The
 * pages are mapped or missing. */
void bench_desc(struct env *e, struct as *as, struct svarig_desc *d, unsigned op, unsigned alg,
		uint32_t len, bool mapped);
/* Rings the doorbell for what was posted. Waits for count records, all of which must be ST_OK, and
 * puts the cycle of each into when (may be NULL). */
void bench_collect(struct tq *q, unsigned count, uint64_t *when);

#endif
