/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands that take time: each function has at most one at work, and a call does what can be done
 * at once. A function that waits, for a job that will not end or a host that does not answer, holds
 * up no other.
 */
#ifndef FW_WORK_H
#define FW_WORK_H

#include <stdbool.h>
#include <stdint.h>

/* Returned by work_step() while there is more to wait for; not a status (AS_*). */
#define WORK_GOES_ON 0x100u

/* The queue exists; the function has nothing at work. */
void work_destroy(uint32_t fn, uint32_t q);
void work_set_pasid(uint32_t fn, uint32_t q, uint32_t pasid);
/* limit in cycles */
void work_drain(uint32_t fn, uint32_t q, uint64_t limit);
/* Every queue of the function, its part of the ATC, its queues' counters. settle: wait first until
 * the hardware, which was reset, has let go of everything. */
void work_reset(uint32_t fn, bool settle);

/* AS_* when the work has ended, WORK_GOES_ON otherwise. Call only with work begun. */
uint32_t work_step(uint32_t fn);
/* Drop it: the function was reset. */
void work_cancel(uint32_t fn);

#endif
