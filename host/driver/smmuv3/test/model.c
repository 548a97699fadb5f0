// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program under the model checker: threads, memory that shows stores late, RCU.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "model_int.h"

struct world w;
static int self = -1; /* the thread that runs */
static void *scheduler[5];
static ucontext_t starter, fresh;

void *model_shared(void)
{
	return w.shared;
}

/* Threads */

static __attribute__((noipa)) void to_scheduler(void)
{
	__builtin_longjmp(scheduler, 1);
}

/* The search ends here: the thread that found it does not run on. */
void model_wrong(const char *what)
{
	if (!w.wrong)
		w.wrong = what;
	if (self >= 0)
		to_scheduler();
}

static __attribute__((noipa)) void park(void)
{
	if (!__builtin_setjmp(w.thread[self].resume))
		to_scheduler();
}

static void stand(const char *what, unsigned int choices, bool (*until)(const void *arg),
		  const void *arg)
{
	struct thread *t = &w.thread[self];

	t->at = what;
	t->choices = choices;
	t->until = until;
	t->arg = arg;
	if ((char *)__builtin_frame_address(0) < w.stack[self] + 256)
		abort();
	park();
}

void model_point(const char *what)
{
	if (self >= 0)
		stand(what, 1, NULL, NULL);
}

void model_wait(const char *what, bool (*until)(const void *arg), const void *arg)
{
	stand(what, 1, until, arg);
}

unsigned int model_choose(const char *what, unsigned int n)
{
	if (self < 0)
		return 0;
	stand(what, n, NULL, NULL);
	return w.thread[self].choice;
}

/* A thread's whole life; it begins standing at its first point. */
static void live(void)
{
	stand("begin", 1, NULL, NULL);
	w.model->thread[self]();
	model_barrier();
	w.thread[self].done = true;
	to_scheduler();
}

__attribute__((noipa)) void model_begin(int t)
{
	self = t;
	if (!__builtin_setjmp(scheduler)) {
		getcontext(&fresh);
		fresh.uc_stack.ss_sp = w.stack[t];
		fresh.uc_stack.ss_size = STACK;
		fresh.uc_link = NULL;
		makecontext(&fresh, live, 0);
		swapcontext(&starter, &fresh);
	}
	self = -1;
}

static __attribute__((noipa)) void resume(void)
{
	__builtin_longjmp(w.thread[self].resume, 1);
}

__attribute__((noipa)) void model_resume(int t, unsigned int choice)
{
	self = t;
	w.thread[t].choice = choice;
	if (!__builtin_setjmp(scheduler))
		resume();
	self = -1;
}

/* Memory */

static bool buffer_empty(const void *arg)
{
	return !((const struct thread *)arg)->buffer[0].at;
}

static bool buffer_has_room(const void *arg)
{
	return !((const struct thread *)arg)->buffer[BUFFERED - 1].at;
}

static void check_live(const volatile void *at)
{
	const volatile char *p = at;

	if (p >= w.heap[0] && p < w.heap[0] + sizeof(w.heap) && !w.taken[(p - w.heap[0]) / SLOT])
		model_wrong("freed memory is used");
}

static void put(volatile void *at, size_t size, uint64_t value)
{
	check_live(at);
	memcpy((void *)at, &value, size);
}

uint64_t model_load(const volatile void *at, size_t size)
{
	uint64_t value = 0;

	model_point("load");
	check_live(at);
	memcpy(&value, (const void *)at, size);
	for (unsigned int i = 0; self >= 0 && i < BUFFERED; i++)
		if (w.thread[self].buffer[i].at == at)
			value = w.thread[self].buffer[i].value;
	return value;
}

void model_store_now(volatile void *at, size_t size, uint64_t value)
{
	model_point("store");
	put(at, size, value);
}

void model_store(volatile void *at, size_t size, uint64_t value, bool release)
{
	struct thread *t = &w.thread[self];
	unsigned int i = 0;

	if (self < 0) {
		put(at, size, value);
		return;
	}
	model_wait("store", buffer_has_room, t);
	while (t->buffer[i].at)
		i++;
	t->buffer[i] = (struct store){at, value, (uint32_t)size, release};
}

/* The oldest store to its address may become visible; a release needs to be the oldest of all. */
bool model_may_flush(const struct thread *t, unsigned int i)
{
	const struct store *s = &t->buffer[i];

	if (!s->at || (s->release && i))
		return false;
	for (unsigned int k = 0; k < i; k++)
		if (t->buffer[k].at == s->at)
			return false;
	return true;
}

void model_flush(struct thread *t, unsigned int i)
{
	put(t->buffer[i].at, t->buffer[i].size, t->buffer[i].value);
	memmove(&t->buffer[i], &t->buffer[i + 1], (BUFFERED - 1 - i) * sizeof(struct store));
	memset(&t->buffer[BUFFERED - 1], 0, sizeof(struct store));
}

void model_barrier(void)
{
	if (self >= 0)
		model_wait("barrier", buffer_empty, &w.thread[self]);
}

static bool is_free(const void *lock)
{
	return !*(const uint32_t *)lock;
}

void model_lock(uint32_t *lock)
{
	model_wait("lock", is_free, lock);
	*lock = 1;
}

void model_unlock(uint32_t *lock)
{
	model_barrier();
	*lock = 0;
}

void *model_alloc(size_t size)
{
	unsigned int slot = 0;

	if (model_choose("allocate", 2))
		return NULL;
	while (slot < SLOTS && w.taken[slot])
		slot++;
	if (slot == SLOTS || size > SLOT) {
		model_wrong("the model's heap is too small");
		return NULL;
	}
	w.taken[slot] = true;
	return memset(w.heap[slot], 0, SLOT);
}

void model_free(const void *p)
{
	size_t slot = (size_t)((const char *)p - w.heap[0]) / SLOT;

	if (!p)
		return;
	if (!w.taken[slot])
		model_wrong("freed twice");
	w.taken[slot] = false;
	/* Whoever still counts on it is led astray. */
	memset(w.heap[slot], 0xdb, SLOT);
}

/* RCU */

static uint32_t readers(void)
{
	uint32_t set = 0;

	for (unsigned int t = 0; t < w.model->num_threads; t++)
		set |= (uint32_t)w.thread[t].reading << t;
	return set;
}

void model_read_lock(void)
{
	model_point("read lock");
	w.thread[self].reading = true;
}

void model_read_unlock(void)
{
	model_point("read unlock");
	w.thread[self].reading = false;
	for (unsigned int t = 0; t < w.model->num_threads; t++)
		w.thread[t].grace &= ~(1u << self);
	for (unsigned int i = 0; i < GARBAGE; i++)
		w.garbage[i].readers &= ~(1u << self);
}

static bool grace_over(const void *arg)
{
	return !((const struct thread *)arg)->grace;
}

void model_synchronize(void)
{
	struct thread *t = &w.thread[self];

	model_barrier();
	t->grace = readers();
	model_wait("grace period", grace_over, t);
}

void model_free_rcu(const void *p)
{
	for (unsigned int i = 0; i < GARBAGE; i++) {
		if (w.garbage[i].p)
			continue;
		w.garbage[i] = (struct garbage){.p = p, .owner = (uint32_t)self};
		return;
	}
	model_wrong("the model's garbage does not fit");
}

/* As early as it is allowed: that is when it hurts most. */
void model_collect(void)
{
	for (unsigned int i = 0; i < GARBAGE; i++) {
		struct garbage *g = &w.garbage[i];

		if (g->p && !g->begun && !w.thread[g->owner].buffer[0].at) {
			g->begun = true;
			g->readers = readers();
		}
		if (g->p && g->begun && !g->readers) {
			model_free(g->p);
			memset(g, 0, sizeof(*g));
		}
	}
}
