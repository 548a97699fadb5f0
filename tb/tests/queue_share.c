/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shares of the endpoint: deficit round robin over all queues (docs/rtl-datapath.md, "Lanes"). All
 * queues have work all the time; what each was given is counted from its records.
 */
#include <stdlib.h>

#include "common.h"

#define RING	6 /* log2 */
#define QUEUES	64
#define MAX_JOB 4096

struct share {
	struct tq q;
	struct svarig_desc d;
	uint32_t len[1 << RING]; /* of the jobs posted, by their place in the ring */
	uint64_t bytes, jobs;	 /* that count: QUANTUM_JOB at least for each */
	uint64_t at;		 /* bytes of all queues when its last record came */
	uint64_t gap;		 /* most bytes of all queues from one record of it to the next */
};

struct shares {
	struct env *e;
	struct share *s;
	unsigned n;
	uint32_t min, max; /* bytes of a job */
	uint64_t bytes;	   /* of all queues */
};

static void share_open(struct shares *all, unsigned fn, unsigned id, struct as *as, unsigned weight)
{
	struct share *s = &all->s[all->n++];
	struct env *e = all->e;
	struct tq *q = &s->q;

	q->e = e;
	q->fn = e->fn = fn;
	q->id = id;
	q->as = as;
	q->sq_log2 = q->cq_log2 = RING;
	q->vector = -1;
	q->weight = weight;
	q->sq = env_alloc(e, as, (uint64_t)SVARIG_DESC_SIZE << RING, AS_RW);
	q->cq = env_alloc(e, as, (uint64_t)SVARIG_CPL_SIZE << RING, AS_RW);
	as_map_range(as, q->sq, (uint64_t)SVARIG_DESC_SIZE << RING);
	as_map_range(as, q->cq, (uint64_t)SVARIG_CPL_SIZE << RING);
	require_eq(e, tq_create_at(q), SVARIG_AS_OK, "status of CREATE_QUEUE");
	e->fn = 0;
	s->d.opcode = SVARIG_OP_COPY;
	s->d.src = env_alloc_filled(e, as, MAX_JOB, AS_R);
	s->d.dst = env_alloc_filled(e, as, MAX_JOB, AS_RW);
}

/* Fills the ring up again when it is half empty. */
static void refill(struct shares *all, struct share *s)
{
	struct tq *q = &s->q;

	if (q->tail - q->head > (1u << RING) / 2)
		return;
	while (q->tail - q->head < 1u << RING) {
		s->d.len = rng_range(&all->e->rng, all->min, all->max);
		s->d.cookie = q->tail;
		s->len[q->tail % (1 << RING)] = s->d.len;
		tq_post(q, &s->d);
	}
	tq_consumed(q);
	tq_doorbell(q);
}

static void collect(struct shares *all, struct share *s)
{
	uint32_t place = s->q.head % (1 << RING), counts;
	struct svarig_cpl c;

	if (!tq_poll(&s->q, &c))
		return;
	check_eq(all->e, c.status, SVARIG_ST_OK, "status");
	check_eq(all->e, c.cookie, s->q.head - 1, "cookie");
	check_eq(all->e, c.done, s->len[place], "bytes done");
	counts = c.done < SVARIG_QUANTUM_JOB ? SVARIG_QUANTUM_JOB : c.done;
	s->bytes += counts;
	s->jobs++;
	all->bytes += counts;
	if (all->bytes - s->at > s->gap)
		s->gap = all->bytes - s->at;
	s->at = all->bytes;
}

/* Until all queues together have been given so many bytes. */
static void run(struct shares *all, uint64_t bytes)
{
	uint64_t last = all->e->cycle, seen = all->bytes;

	while (all->bytes < bytes) {
		env_run(all->e, 8);
		for (unsigned i = 0; i < all->n; i++) {
			collect(all, &all->s[i]);
			refill(all, &all->s[i]);
		}
		if (all->bytes != seen) {
			seen = all->bytes;
			last = all->e->cycle;
		}
		require(all->e, all->e->cycle - last < 100000, "no job ends any more");
	}
}

/* Takes the work away: what was not fetched yet is one byte each, and all is done to its end. */
static void finish(struct shares *all)
{
	struct env *e = all->e;
	uint64_t last = e->cycle;
	struct svarig_cpl c;
	bool busy = true;

	for (unsigned i = 0; i < all->n; i++) {
		struct tq *q = &all->s[i].q;
		struct svarig_desc d = all->s[i].d;

		d.len = 1;
		for (uint32_t k = q->head; k != q->tail; k++) {
			d.cookie = k;
			as_write(q->as, q->sq + k % (1 << RING) * sizeof(d), &d, sizeof(d));
		}
	}
	while (busy) {
		env_run(e, 64);
		busy = false;
		for (unsigned i = 0; i < all->n; i++) {
			struct tq *q = &all->s[i].q;

			for (; tq_poll(q, &c); last = e->cycle)
				check_eq(e, c.status, SVARIG_ST_OK, "status");
			busy |= q->head != q->tail;
		}
		require(e, e->cycle - last < 100000, "no job ends any more");
	}
	free(all->s);
}

/* From here on: the rings are full and the translations known. */
static void begin(struct shares *all)
{
	for (unsigned i = 0; i < all->n; i++) {
		struct share *s = &all->s[i];

		s->bytes = s->jobs = s->gap = 0;
		s->at = all->bytes;
	}
}

TEST(queue_weights, "under full load every queue is given bytes in proportion to its weight")
{
	static const unsigned weight[] = {1, 3, 2, 4};
	struct shares all = {.e = e, .min = 1024, .max = 2048};
	uint64_t total = 0, start;
	struct as *as;

	env_boot(e, 0);
	as = smmu_new_as(e->smmu, true, 1);
	all.s = calloc(16, sizeof(*all.s));
	/* No weight above a lane's part of all: 4 of 40, and there are 4 lanes. */
	for (unsigned i = 0; i < 16; i++) {
		share_open(&all, 0, i, as, weight[i % 4]);
		total += weight[i % 4];
	}
	run(&all, 2 * total * SVARIG_QUANTUM);
	begin(&all);
	start = all.bytes;
	/* Turns at both ends may be in part: two and a half of 20. */
	run(&all, start + 20 * total * SVARIG_QUANTUM);
	for (unsigned i = 0; i < 16; i++) {
		uint64_t due = (all.bytes - start) * weight[i % 4] / total, got = all.s[i].bytes;

		check(e, got > due * 85 / 100 && got < due * 115 / 100,
		      "queue %u, weight %u: %llu bytes, due are %llu", i, weight[i % 4],
		      (unsigned long long)got, (unsigned long long)due);
	}
	finish(&all);
}

TEST(queue_fairness, "64 queues of five functions under full load: none is forgotten, all have "
		     "equal shares")
{
	struct shares all = {.e = e, .min = 1, .max = MAX_JOB};
	/*
	 * From one turn of a queue to its next every other queue has one: a QUANTUM and what its
	 * last job is longer. Between two records of one turn the lanes beside it go on. Twice that
	 * is the bound.
	 */
	const uint64_t round = (uint64_t)QUEUES * (SVARIG_QUANTUM + MAX_JOB);
	uint64_t start;

	env_boot(e, 0);
	env_set_vfs(e, SVARIG_FUNCTIONS - 1);
	all.s = calloc(QUEUES, sizeof(*all.s));
	for (unsigned fn = 0; fn < SVARIG_FUNCTIONS; fn++) {
		struct as *as = smmu_new_as_of(e->smmu, e->bdf + fn, true, 3);

		for (unsigned i = 0; i < (fn ? SVARIG_VF_QUEUES : SVARIG_PF_QUEUES); i++)
			share_open(&all, fn, i, as, 0);
	}
	require_eq(e, all.n, QUEUES, "queues");
	run(&all, QUEUES * SVARIG_QUANTUM);
	begin(&all);
	start = all.bytes;
	run(&all, start + 6 * QUEUES * SVARIG_QUANTUM);
	for (unsigned i = 0; i < QUEUES; i++) {
		struct share *s = &all.s[i];
		uint64_t due = (all.bytes - start) / QUEUES;

		if (all.bytes - s->at > s->gap)
			s->gap = all.bytes - s->at;
		check(e, s->gap <= 2 * round,
		      "function %u, queue %u: all were given %llu bytes between two of its jobs",
		      s->q.fn, s->q.id, (unsigned long long)s->gap);
		/* A turn more or less at either end. */
		check(e,
		      s->bytes + 2 * (SVARIG_QUANTUM + MAX_JOB) > due &&
			      s->bytes < due + 2 * (SVARIG_QUANTUM + MAX_JOB),
		      "function %u, queue %u: %llu bytes in %llu jobs, due are %llu", s->q.fn,
		      s->q.id, (unsigned long long)s->bytes, (unsigned long long)s->jobs,
		      (unsigned long long)due);
	}
	finish(&all);
}
