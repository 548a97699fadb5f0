// SPDX-License-Identifier: GPL-2.0-only
/*
 * The search of the model checker: depth first over all states, each once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_int.h"

#define STEPS 4096 /* longest run */

struct seen {
	uint64_t *keys; /* two words each, 0 0 is free */
	size_t size, used;
};

static void mix(uint64_t key[2], const void *p, size_t bytes)
{
	const uint64_t *q = p;

	for (size_t i = 0; i < bytes / 8; i++) {
		key[0] = (key[0] ^ q[i]) * 0x9e3779b97f4a7c15u;
		key[0] ^= key[0] >> 29;
		key[1] = (key[1] + q[i]) * 0xd6e8feb86659fd93u;
		key[1] ^= key[1] >> 32;
	}
}

static void key_of_world(uint64_t key[2])
{
	key[0] = 1;
	key[1] = 2;
	mix(key, &w, offsetof(struct world, heap));
	for (unsigned int i = 0; i < SLOTS; i++)
		if (w.taken[i])
			mix(key, w.heap[i], SLOT);
	/* Below the stack pointer nothing counts. */
	for (unsigned int t = 0; t < w.model->num_threads; t++) {
		const char *top = w.stack[t] + STACK, *sp = w.thread[t].resume[2];

		if (!w.thread[t].done)
			mix(key, sp, (size_t)(top - sp));
	}
}

/* Returns false if it was there. */
static bool insert(struct seen *s, const uint64_t key[2])
{
	size_t at = key[0] & (s->size - 1);

	while (s->keys[2 * at] | s->keys[2 * at + 1]) {
		if (s->keys[2 * at] == key[0] && s->keys[2 * at + 1] == key[1])
			return false;
		at = (at + 1) & (s->size - 1);
	}
	memcpy(&s->keys[2 * at], key, 16);
	s->used++;
	return true;
}

static bool remember(struct seen *s)
{
	uint64_t key[2];

	if (2 * s->used >= s->size) {
		struct seen big = {.size = s->size ? 4 * s->size : 1 << 16};

		big.keys = calloc(big.size, 16);
		if (!big.keys)
			abort();
		for (size_t i = 0; i < s->size; i++)
			if (s->keys[2 * i] | s->keys[2 * i + 1])
				insert(&big, &s->keys[2 * i]);
		free(s->keys);
		*s = big;
	}
	key_of_world(key);
	return insert(s, key);
}

/* Steps */

struct step {
	enum {
		RUN,
		FLUSH,
		MOVE
	} kind;
	unsigned int who, which;
};

static void say(const struct step *s)
{
	if (s->kind == RUN)
		printf("#   thread %u: %s (%u)\n", s->who, w.thread[s->who].at, s->which);
	else if (s->kind == FLUSH)
		printf("#   thread %u: a store becomes visible\n", s->who);
	else
		printf("#   %s\n", w.model->move_name(s->which));
}

/* Fills @steps with all that can happen next. */
static unsigned int enabled(struct step *steps, bool *all_done)
{
	unsigned int n = 0;

	*all_done = true;
	for (unsigned int t = 0; t < w.model->num_threads; t++) {
		struct thread *th = &w.thread[t];

		*all_done &= th->done;
		for (unsigned int i = 0; i < BUFFERED; i++)
			if (model_may_flush(th, i))
				steps[n++] = (struct step){FLUSH, t, i};
		if (th->done || (th->until && !th->until(th->arg)))
			continue;
		for (unsigned int c = 0; c < th->choices; c++)
			steps[n++] = (struct step){RUN, t, c};
	}
	for (unsigned int m = 0; m < w.model->num_moves; m++)
		if (w.model->can_move(m))
			steps[n++] = (struct step){MOVE, 0, m};
	return n;
}

static void take(const struct step *s)
{
	const char *wrong;

	if (s->kind == RUN)
		model_resume((int)s->who, s->which);
	else if (s->kind == FLUSH)
		model_flush(&w.thread[s->who], s->which);
	else
		w.model->move(s->which);
	model_collect();
	wrong = w.model->check();
	if (wrong)
		model_wrong(wrong);
}

struct frame {
	struct world world;
	struct step steps[64];
	unsigned int num, next;
};

static struct frame *push(struct frame **frames, unsigned int depth)
{
	bool all_done;
	struct frame *f;

	if (depth == STEPS)
		abort();
	if (!frames[depth])
		frames[depth] = malloc(sizeof(struct frame));
	f = frames[depth];
	if (!f)
		abort();
	f->num = enabled(f->steps, &all_done);
	f->next = 0;
	if (all_done && w.model->check_end())
		model_wrong(w.model->check_end());
	if (!all_done && !f->num)
		model_wrong("nobody can go on");
	f->world = w;
	return f;
}

static void tell_steps(struct frame **frames, unsigned int depth)
{
	for (unsigned int i = 0; i <= depth; i++) {
		if (!frames[i]->next)
			continue;
		w = frames[i]->world;
		say(&frames[i]->steps[frames[i]->next - 1]);
	}
}

void model_run(const struct model *m, bool tell, struct model_result *result)
{
	static struct frame *frames[STEPS];
	struct seen seen = {.keys = NULL};
	unsigned int depth = 0;

	memset(&w, 0, sizeof(w));
	memset(result, 0, sizeof(*result));
	w.model = m;
	m->setup();
	for (unsigned int t = 0; t < m->num_threads; t++)
		model_begin((int)t);
	remember(&seen);
	push(frames, 0);
	for (;;) {
		struct frame *f = frames[depth];

		if (w.wrong)
			break;
		if (f->next == f->num) {
			if (!depth--)
				break;
			continue;
		}
		w = f->world;
		take(&f->steps[f->next++]);
		result->steps++;
		if (!w.wrong && !remember(&seen))
			continue;
		if (w.wrong)
			break;
		push(frames, ++depth);
		result->longest = depth > result->longest ? depth : result->longest;
	}
	result->wrong = w.wrong;
	result->states = seen.used;
	if (w.wrong && tell)
		tell_steps(frames, depth);
	free(seen.keys);
}
