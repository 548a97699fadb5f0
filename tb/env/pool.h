/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces of work in processes of their own: several at a time, none can break another. */
#ifndef TB_POOL_H
#define TB_POOL_H

#include <stdbool.h>

struct pool {
	unsigned pieces, at_once; /* piece 0...; at_once 0: one for each processor */
	/* In the parent, before the child of this piece is made. */
	void (*prepare)(unsigned piece);
	/* In the child; what it prints on standard output appears in the order of the pieces. */
	void (*work)(unsigned piece);
	/*
	 * In the parent, in the order of the pieces. status: of waitpid(). False: what still runs
	 * is ended, and no more begins.
	 */
	bool (*ended)(unsigned piece, int status);
};

/* Returns when all have ended. What the system refuses (processes, files) ends the program. */
void pool_run(const struct pool *p);

#endif
