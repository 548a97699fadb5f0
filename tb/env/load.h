/* SPDX-License-Identifier: BSD-2-Clause */
/* Load for the random tests: queues kept busy with jobs whose memory comes and goes. */
#ifndef TB_LOAD_H
#define TB_LOAD_H

#include "job.h"

#define LOAD_QUEUES 16
#define LOAD_SLOTS  4 /* jobs of a queue in flight */

struct load_slot {
	struct job j;
	bool queued;
};

struct load {
	struct env *e;
	unsigned queues, spaces;
	struct as *as[LOAD_QUEUES];
	struct tq q[LOAD_QUEUES];
	struct load_slot slot[LOAD_QUEUES][LOAD_SLOTS];
	unsigned next[LOAD_QUEUES], oldest[LOAD_QUEUES], inflight[LOAD_QUEUES];
	uint64_t done, failed; /* jobs */
	bool stop;	       /* start no new ones */
	bool may_fail;	       /* a failed job with a legal status is not an error */
	bool fresh; /* a new random job each time instead of new contents for the old one */
	uint32_t max_len;
	unsigned unmapped_percent;
};

/* `queues` queues over `spaces` address spaces (PASIDs random), each with its jobs prepared. */
void load_open(struct env *e, struct load *l, unsigned queues, unsigned spaces, uint32_t max_len);
/* Submits what can be submitted, checks what has finished. Call it every few cycles. */
void load_step(struct load *l);
/* Lets the rest finish; fails the test when it does not. */
void load_finish(struct load *l);
void load_close(struct load *l);

/* A page of some job, key, counter or ring of the load, mostly one that is mapped: *as and its
 * address. */
uint64_t load_random_page(struct load *l, struct as **as);
/* The content of a page of the source of a job that runs or comes next; NULL when none is. */
const uint8_t *load_random_source(struct load *l);

#endif
