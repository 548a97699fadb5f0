/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queues as the firmware handles them. A queue is named by its register block, queue_at(function,
 * number in the function). Nothing here waits.
 */
#ifndef FW_QUEUE_H
#define FW_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "hw.h"

/* As in the per-queue block. */
struct queue_setup {
	uint32_t pasid, sq_lo, sq_hi, cq_lo, cq_hi, size, vector, weight;
};

static inline uint32_t queue_at(uint32_t fn, uint32_t n)
{
	return fn_reg(fn, SVARIG_ADM_QUEUES + (n << SVARIG_ADM_QUEUE_SHIFT));
}

/* Queues of a function: 0 to one less. */
uint32_t queue_count(uint32_t fn);
bool queue_exists(uint32_t q);
/* A job of it is at work, or was not yet let go. */
bool queue_busy(uint32_t q);
/* Every descriptor has its completion record. */
bool queue_complete(uint32_t q);
bool queue_halted(uint32_t q);
/* Any of the endpoint. */
bool queue_any_busy(void);

/* The queue does not exist, s is valid. */
void queue_create(uint32_t q, const struct queue_setup *s);
/* Starts no job any more and abandons the one that runs: over when it is not busy. */
void queue_stop(uint32_t q);
/* A queue that is not busy goes on (with another PASID). */
void queue_resume(uint32_t q, uint32_t pasid);
/* A queue that is not busy ceases to exist and keeps nothing of its user's. */
void queue_clear(uint32_t q);
/* The same, and its counters read zero. */
void queue_wipe(uint32_t q);

/* Does a queue of the function have this PASID (as QC_PASID)? */
bool queue_pasid_used(uint32_t fn, uint32_t pasid);

/* A 64-bit counter, low half at off. */
void queue_read64(uint32_t q, uint32_t off, uint32_t lo_hi[2]);

#endif
