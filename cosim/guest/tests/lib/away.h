/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests that take all devices and the SMMU driver away, and with them the ports they would
 * speak through: they speak at the end, and power the guest off themselves. Such a test is alone.
 */
#ifndef SVARIG_GUEST_AWAY_H
#define SVARIG_GUEST_AWAY_H

#include <stdbool.h>

/* The beginning: the output is kept from now on, all devices and the drivers go (one TAP line). */
void away_begin(void);

/* Of modules of ours, by name. 0 or a negative errno. */
int away_load(const char *name, const char *args);
int away_unload(const char *name);
/* How many files there are; whether there is one within 20 seconds. */
unsigned int away_count(const char *pattern);
bool away_wait_for(const char *pattern);
/* Writes to a file. 0 or a negative errno. */
int away_put(const char *path, const char *value);
/* Removes all PCI devices; whether none is left. */
bool away_remove_all(void);
/* The end: the accelerator's driver is loaded and a job runs (two TAP lines). */
void away_back(void);

#endif
