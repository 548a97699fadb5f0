/* SPDX-License-Identifier: BSD-2-Clause */
/* Page faults of the device: some that sleep as long as a test wants, and a process full of them.
 */
#ifndef SVARIG_GUEST_FAULTS_H
#define SVARIG_GUEST_FAULTS_H

#include "guest.h"
#include "module.h"

/* Memory of the test module's (@module): a fault of the device in it sleeps while it is held. */
uint8_t *held_memory(int module, size_t bytes);
/* From now on, or no longer. */
void hold(int module, bool on);
/* How many faults sleep. */
unsigned int held(int module);
/*
 * A new queue with @jobs jobs, of a page each, that copy held memory @src to @dst. Returns when a
 * fault more sleeps than before.
 */
struct svarig *queue_with_held_fault(int module, unsigned int jobs, uint8_t *src, uint8_t *dst);

/* A process that does jobs on memory that is not there, on and on. */
struct faulter {
	pid_t pid;
	int progress;
};
/* @device: its node, or NULL for the usual one. */
void faulter_start(struct faulter *f, const char *device);
/* Jobs that were done since the last call; negative if one was wrong. */
int faulter_progress(struct faulter *f);
/* Kills it. */
void faulter_stop(struct faulter *f);

#endif
