/* SPDX-License-Identifier: BSD-2-Clause */
/* See bench.h. */
#include <stdio.h>

#include "bench.h"

void bench_start(struct env *e, unsigned rtt)
{
	env_profile(e, PROFILE_SMOOTH);
	e->rc->knobs.read_min = e->rc->knobs.read_max = rtt;
	e->smmu->knobs.walk_min = e->smmu->knobs.walk_max = 0;
	e->smmu->knobs.answer_min = e->smmu->knobs.answer_max = rtt;
	e->smmu->knobs.fewer_percent = 0;
	env_boot(e, 0);
	env_set_pri(e, true, 64);
	env_set_sizes(e, 256, 512);
	smmu_new_as(e->smmu, true, BENCH_PASID);
}

static void line(const char *name, double value, const char *unit, double limit, double goal)
{
	printf("bench %s %.4g %s limit %.4g ratio %.3f goal %.3g\n", name, value, unit, limit,
	       value / limit, goal);
	fflush(stdout);
}

void bench_at_least(struct env *e, const char *name, double value, const char *unit, double limit,
		    double goal)
{
	line(name, value, unit, limit, goal);
	check(e, value / limit >= goal, "%s is below its goal", name);
}

void bench_at_most(struct env *e, const char *name, double value, const char *unit, double limit,
		   double goal)
{
	line(name, value, unit, limit, goal);
	check(e, value / limit <= goal, "%s is above its goal", name);
}

struct as *bench_queue(struct env *e, struct tq *q, unsigned id, unsigned log2)
{
	struct as *as = smmu_as(e->smmu, true, BENCH_PASID);

	require_eq(e, tq_create(e, q, id, as, log2, log2, -1), SVARIG_AS_OK, "CREATE_QUEUE");
	return as;
}

static uint64_t memory(struct env *e, struct as *as, uint32_t len, bool mapped)
{
	uint64_t va = env_alloc(e, as, len, AS_RW);

	if (mapped)
		as_map_range(as, va, len);
	return va;
}

void bench_desc(struct env *e, struct as *as, struct svarig_desc *d, unsigned op, unsigned alg,
		uint32_t len, bool mapped)
{
	*d = (struct svarig_desc){.opcode = op, .alg = alg, .len = len};
	d->src = memory(e, as, len, mapped);
	d->dst = memory(e, as, len + 16, mapped);
	if (op == SVARIG_OP_CIPHER || op == SVARIG_OP_AEAD) {
		d->key = memory(e, as, 4096, true);
		d->iv = d->key + 1024;
	}
}

void bench_collect(struct tq *q, unsigned count, uint64_t *when)
{
	uint64_t end = q->e->cycle + 20000000;
	struct svarig_cpl c;

	for (unsigned n = 0; n < count;) {
		while (tq_poll(q, &c)) {
			require_eq(q->e, c.status, SVARIG_ST_OK, "status");
			if (when)
				when[n] = q->e->cycle;
			if (++n == count)
				break;
		}
		require(q->e, q->e->cycle < end, "record %u does not come", n);
		if (n < count)
			env_run(q->e, 2);
	}
}
