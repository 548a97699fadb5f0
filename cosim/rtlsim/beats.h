/* SPDX-License-Identifier: BSD-2-Clause */
/* TLPs in wire order to beats of the TLP port and back */
#ifndef RTLSIM_BEATS_H
#define RTLSIM_BEATS_H

#include <stddef.h>

#include "model.h"
#include "tlp.h"

/* A TLP on its way into the endpoint */
struct beats_in {
	struct tlp tlp;
	size_t sent; /* payload bytes whose beats went in */
	bool active;
	struct beat beat; /* the one to drive now */
};

/* Returns NULL, or why the bytes are no TLP that can be sent (static string) */
const char *beats_start(struct beats_in *b, const uint8_t *bytes, size_t len);
/* The current beat was taken. Returns true when that was the last. */
bool beats_next(struct beats_in *b);

/* A TLP on its way out of the endpoint */
struct beats_out {
	uint8_t bytes[TLP_MAX_BYTES + BEAT_BYTES];
	size_t have, want; /* bytes so far, and of the whole TLP by its header */
	bool active;
};

/*
 * Adds a beat that moved. Returns 1 when the TLP is complete (bytes, have), 0 when more is to come,
 * -1 when the endpoint broke the rules of the port; then *why says which (static string).
 */
int beats_add(struct beats_out *b, const struct beat *t, const char **why);

#endif
