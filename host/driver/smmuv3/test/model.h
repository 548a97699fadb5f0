/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model checker for small concurrent C programs: it runs the program itself, one step at a time,
 * in every order.
 *
 * Threads are coroutines. Between two points a thread runs undisturbed; at a point it performs one
 * access to shared memory, and before that any other thread may run. All memory of the program
 * lies in one block, so a state can be put aside, hashed and taken up again: each state is visited
 * once, and none is left out. Stores made through model_store() may become visible to others
 * later, and in another order than they were made, unless a barrier forbids it (as on Arm); loads
 * are not reordered.
 *
 * Define SMMU_NATIVE_MODEL, and compat_native.h turns READ_ONCE(), WRITE_ONCE(), smp_mb(), the
 * allocator and RCU into what is here.
 */
#ifndef SVARIG_SMMUV3_TEST_MODEL_H
#define SVARIG_SMMUV3_TEST_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_THREADS 4
#define MODEL_SHARED  128 /* bytes of shared variables */

/* The program's shared variables; zero before setup(). */
void *model_shared(void);

struct model {
	const char *name;
	void (*setup)(void); /* alone, before any thread; may allocate */
	unsigned int num_threads;
	void (*thread[MODEL_THREADS])(void);
	/* What the surroundings may do at any time, as many ways as num_moves. */
	unsigned int num_moves;
	bool (*can_move)(unsigned int move);
	void (*move)(unsigned int move);
	const char *(*move_name)(unsigned int move);
	/* Called after every step: NULL, or what is wrong. */
	const char *(*check)(void);
	/* Called when all threads have ended. */
	const char *(*check_end)(void);
};

struct model_result {
	uint64_t states, steps;
	unsigned int longest;
	const char *wrong; /* NULL: nothing, in any order */
};

/* Runs @m in every order, up to the first thing that is wrong; then @tell prints the steps. */
void model_run(const struct model *m, bool tell, struct model_result *result);

/* For threads. */
void model_point(const char *what);
void model_wait(const char *what, bool (*until)(const void *arg), const void *arg);
/* Runs on with each of 0 to @n - 1. */
unsigned int model_choose(const char *what, unsigned int n);
void model_wrong(const char *what);

/* Memory. A store to be seen @release after all earlier ones of its thread, or in any order. */
uint64_t model_load(const volatile void *at, size_t size);
void model_store(volatile void *at, size_t size, uint64_t value, bool release);
/* A store seen by everybody at once. */
void model_store_now(volatile void *at, size_t size, uint64_t value);
void model_barrier(void);
void model_lock(uint32_t *lock);
void model_unlock(uint32_t *lock);

/* In a thread every allocation also fails. */
void *model_alloc(size_t size);
void model_free(const void *p);
/* Frees once no reader is left that may have found @p. */
void model_free_rcu(const void *p);
void model_read_lock(void);
void model_read_unlock(void);
void model_synchronize(void);

#endif
