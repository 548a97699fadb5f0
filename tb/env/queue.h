/* SPDX-License-Identifier: BSD-2-Clause */
/* Mailbox and queues as the drivers use them. */
#ifndef TB_QUEUE_H
#define TB_QUEUE_H

#include "env.h"

#define TQ_LIMIT 400000 /* cycles for one job, page requests included */

/* A queue as its owner sees it: rings in the owner's memory, counts that run freely. */
struct tq {
	struct env *e;
	unsigned fn; /* its function: e->fn when it was created */
	unsigned id;
	struct as *as;
	uint64_t sq, cq; /* virtual addresses */
	unsigned sq_log2, cq_log2;
	uint32_t tail, head;
	int vector;	 /* -1: none */
	unsigned weight; /* of tq_create_at */
};

/* An admin command to the mailbox of function e->fn. args and res may be NULL; res gets
 * SVARIG_MB_WORDS words. Returns AS_*. */
unsigned mb_command(struct env *e, unsigned cmd, unsigned queue, const uint32_t *args,
		    unsigned nargs, uint32_t *res);

/* Allocates rings in as (mapped), creates queue id. Returns AS_*. */
unsigned tq_create(struct env *e, struct tq *q, unsigned id, struct as *as, unsigned sq_log2,
		   unsigned cq_log2, int vector);
/* Creates with the addresses that q holds already. */
unsigned tq_create_at(struct tq *q);
unsigned tq_destroy(struct tq *q);
/* Usual case: 16 entries each, vector = id, must succeed. */
void tq_open(struct env *e, struct tq *q, unsigned id, struct as *as);

/* Writes the next descriptor into the ring; the doorbell is separate. */
void tq_post(struct tq *q, const struct svarig_desc *d);
void tq_doorbell(struct tq *q);
/* The completion record at the head if it is there; checks queue number and phase; consumes it. */
bool tq_poll(struct tq *q, struct svarig_cpl *c);
/* Waits for it; fails the test when it does not come. */
void tq_wait(struct tq *q, struct svarig_cpl *c);
/* Post, doorbell, wait. Returns the status. */
unsigned tq_run(struct tq *q, const struct svarig_desc *d, struct svarig_cpl *c);
/* Tells the endpoint how many records were consumed. */
void tq_consumed(struct tq *q);
void tq_arm(struct tq *q, uint32_t seen);
uint32_t tq_status(struct tq *q);

#endif
