/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an attempt must leave as it was when one of its allocations has failed, and what came of
 * many attempts.
 */
#ifndef SVARIG_GUEST_STATE_H
#define SVARIG_GUEST_STATE_H

#include <stdbool.h>

#include "svarig_test.h"

/* Attempts of one kind end here: there are never so many allocations. */
#define STATE_MOST 2000

/* No padding: states are compared as bytes. */
struct state {
	struct svt_tables tables;
	unsigned long long asids, credits;
	long long queues; /* free ones of the accelerator's; 0 while no driver has it */
};

/* @module: test_module(). */
struct state state_look(int module);
/* Whether all is as it was; tells what is not, @what and @n being the attempt. */
bool state_same(int module, const struct state *was, const char *what, unsigned int n);
/* An address space's end may need a grace period more: gives it five seconds. */
bool state_same_soon(int module, const struct state *was, const char *what, unsigned int n);

/* What came of the attempts of one kind. */
struct tally {
	unsigned int failed, survived; /* with one allocation failing */
	unsigned int wrong;
};

/* One result: the @n-th attempt met no failure any more. */
void tally_report(const struct tally *t, unsigned int n, const char *what);

#endif
