/* SPDX-License-Identifier: BSD-2-Clause */
/* See load.h. */
#include <string.h>

#include "load.h"

void load_open(struct env *e, struct load *l, unsigned queues, unsigned spaces, uint32_t max_len)
{
	memset(l, 0, sizeof(*l));
	l->e = e;
	l->queues = queues;
	l->spaces = spaces;
	l->max_len = max_len;
	for (unsigned i = 0; i < spaces; i++) {
		uint32_t pasid;

		do
			pasid = rng_below(&e->rng, 1 << 20);
		while (smmu_as(e->smmu, true, pasid));
		l->as[i] = smmu_new_as(e->smmu, true, pasid);
	}
	for (unsigned i = 0; i < queues; i++) {
		tq_open(e, &l->q[i], i, l->as[i % spaces]);
		for (unsigned k = 0; k < LOAD_SLOTS; k++)
			job_random(e, &l->slot[i][k].j, l->as[i % spaces], max_len, 0);
	}
}

static void submit(struct load *l, unsigned i)
{
	struct load_slot *s = &l->slot[i][l->next[i]];
	struct env *e = l->e;

	if (l->fresh) {
		job_free(&s->j);
		job_random(e, &s->j, l->q[i].as, l->max_len, l->unmapped_percent);
	} else {
		job_refresh(e, &s->j);
	}
	s->queued = true;
	tq_post(&l->q[i], &s->j.d);
	tq_doorbell(&l->q[i]);
	l->next[i] = (l->next[i] + 1) % LOAD_SLOTS;
	l->inflight[i]++;
}

static bool legal_failure(unsigned status)
{
	switch (status) {
	case SVARIG_ST_FAULT_READ:
	case SVARIG_ST_FAULT_WRITE:
	case SVARIG_ST_UR:
	case SVARIG_ST_CA:
	case SVARIG_ST_POISONED:
		return true;
	}
	return false;
}

static void collect(struct load *l, unsigned i)
{
	struct load_slot *s = &l->slot[i][l->oldest[i]];
	struct svarig_cpl c;

	if (!l->inflight[i] || !tq_poll(&l->q[i], &c))
		return;
	tq_consumed(&l->q[i]);
	if (l->may_fail && legal_failure(c.status)) {
		check_eq(l->e, c.cookie, s->j.d.cookie, "cookie");
		l->failed++;
	} else {
		require(l->e, job_check(l->e, &s->j, &c), "queue %u, job %llu", i,
			(unsigned long long)l->done);
	}
	l->done++;
	s->queued = false;
	l->oldest[i] = (l->oldest[i] + 1) % LOAD_SLOTS;
	l->inflight[i]--;
}

void load_step(struct load *l)
{
	unsigned i = rng_below(&l->e->rng, l->queues);

	for (unsigned n = 0; n < l->queues; n++)
		collect(l, n);
	if (!l->stop && l->inflight[i] < LOAD_SLOTS && rng_chance(&l->e->rng, 70))
		submit(l, i);
}

void load_finish(struct load *l)
{
	uint64_t end = l->e->cycle + 4000000;
	bool left = true;

	l->stop = true;
	while (left) {
		require(l->e, l->e->cycle < end, "the load does not finish");
		env_run(l->e, 20);
		load_step(l);
		left = false;
		for (unsigned i = 0; i < l->queues; i++)
			left |= l->inflight[i] != 0;
	}
}

void load_close(struct load *l)
{
	for (unsigned i = 0; i < l->queues; i++)
		for (unsigned k = 0; k < LOAD_SLOTS; k++)
			job_free(&l->slot[i][k].j);
}

static uint64_t pick(struct load *l, struct as **as)
{
	struct env *e = l->e;
	unsigned i = rng_below(&e->rng, l->queues);
	/* Mostly of the job that runs or comes next. */
	unsigned k = rng_chance(&e->rng, 70) ? l->oldest[i] : rng_below(&e->rng, LOAD_SLOTS);
	struct job *j = &l->slot[i][k].j;
	struct tq *q = &l->q[i];
	uint64_t va;

	*as = q->as;
	switch (rng_below(&e->rng, 16)) {
	case 0:
		return q->sq;
	case 1:
		return q->cq;
	case 2:
		return j->d.key ? j->d.key : j->d.src;
	case 3:
		return j->d.iv ? j->d.iv : j->d.dst;
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
		va = job_source_byte(e, j);
		break;
	default:
		va = job_dest_byte(e, j);
	}
	return va ? va : q->sq;
}

uint64_t load_random_page(struct load *l, struct as **as)
{
	uint64_t va = 0;

	for (int tries = 0; tries < 8; tries++) {
		struct upage *p;

		va = pick(l, as) & PAGE_MASK;
		p = as_page(*as, va);
		if (p && p->pa)
			break;
	}
	return va;
}

const uint8_t *load_random_source(struct load *l)
{
	unsigned i = rng_below(&l->e->rng, l->queues);
	struct load_slot *s = &l->slot[i][l->oldest[i]];

	uint64_t va = s->queued ? job_source_byte(l->e, &s->j) : 0;

	return va ? as_page(s->j.as, va)->data : NULL;
}
