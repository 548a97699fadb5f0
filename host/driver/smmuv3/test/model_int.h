/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two halves of the model checker share. */
#ifndef SVARIG_SMMUV3_TEST_MODEL_INT_H
#define SVARIG_SMMUV3_TEST_MODEL_INT_H

#include "model.h"

#define STACK	 2048
#define SLOTS	 10
#define SLOT	 224
#define BUFFERED 3
#define GARBAGE	 6

struct store {
	volatile void *at; /* NULL: none */
	uint64_t value;
	uint32_t size;
	bool release;
};

struct thread {
	void *resume[5]; /* of __builtin_setjmp: frame, label, stack pointer */
	bool done;
	const char *at;	      /* the point it stands at */
	unsigned int choices; /* ways to go on from here */
	unsigned int choice;
	bool (*until)(const void *arg);
	const void *arg;
	struct store buffer[BUFFERED]; /* oldest first */
	bool reading;
	uint32_t grace; /* readers it waits for, a bit each */
};

struct garbage {
	const void *p;
	uint32_t owner;
	bool begun; /* all that was stored before is visible */
	uint32_t readers;
};

/* All that makes a state. */
extern struct world {
	const struct model *model;
	struct thread thread[MODEL_THREADS];
	struct garbage garbage[GARBAGE];
	const char *wrong;
	_Alignas(16) char shared[MODEL_SHARED];
	_Alignas(16) bool taken[SLOTS];
	_Alignas(16) char heap[SLOTS][SLOT];
	_Alignas(16) char stack[MODEL_THREADS][STACK];
} w;

/* Starts thread @t, up to its first point; lets it go on to its next. */
void model_begin(int t);
void model_resume(int t, unsigned int choice);
/* Whether the store @i in a thread's buffer may become visible, and that it does. */
bool model_may_flush(const struct thread *t, unsigned int i);
void model_flush(struct thread *t, unsigned int i);
/* Frees what no reader can have any more. */
void model_collect(void);

#endif
