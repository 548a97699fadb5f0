/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues as the firmware handles them. Functions that can fail return AS_*; q is below
 * queue_count(). */
#ifndef FW_QUEUE_H
#define FW_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

/* As in the per-queue block. */
struct queue_setup {
	uint32_t pasid, sq_lo, sq_hi, cq_lo, cq_hi, size, vector;
};

uint32_t queue_count(void);
bool queue_exists(uint32_t q);
bool queue_any_busy(void);

/* The queue does not exist, s is valid. */
void queue_create(uint32_t q, const struct queue_setup *s);

/*
 * Stops the queue, then drops the ATC entries of its PASID unless another queue has it. AS_TIMEOUT
 * leaves it stopped: try again.
 */
uint32_t queue_destroy(uint32_t q);

/* AS_BUSY unless all its jobs are complete. */
uint32_t queue_set_pasid(uint32_t q, uint32_t pasid);

/* Waits until all jobs are complete, limit in cycles; AS_TIMEOUT at once if the queue is halted. */
uint32_t queue_drain(uint32_t q, uint64_t limit);

/* Destroys all, drops the whole ATC, clears all counters. */
uint32_t queue_reset_all(void);

/* A 64-bit counter, low half at off. */
void queue_read64(uint32_t q, uint32_t off, uint32_t lo_hi[2]);

#endif
