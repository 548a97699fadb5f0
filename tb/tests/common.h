/* SPDX-License-Identifier: BSD-2-Clause */
/* What most tests begin with. */
#ifndef TB_TESTS_COMMON_H
#define TB_TESTS_COMMON_H

#include "job.h"

/* Boots, makes address space `pasid` and opens queue id in it (16 entries, vector id). */
static inline struct as *common_start(struct env *e, struct tq *q, unsigned id, uint32_t pasid,
				      unsigned without)
{
	struct as *as = smmu_new_as(e->smmu, true, pasid);

	env_boot(e, without);
	tq_open(e, q, id, as);
	return as;
}

/* Where a mapped page of the process lies. */
static inline uint64_t common_pa(struct as *as, uint64_t va)
{
	struct as_walk w = {0};

	as_walk(as, va, &w);
	return w.pa;
}

/* A copy of len bytes with fresh memory: source filled and mapped, destination mapped when map is
 * set. */
static inline void common_copy(struct env *e, struct job *j, struct as *as, uint32_t len, bool map)
{
	uint64_t src = env_alloc_filled(e, as, len, AS_R);
	uint64_t dst = env_alloc(e, as, len + 2 * JOB_GUARD, AS_RW);

	if (map)
		as_map_range(as, dst, len + 2 * JOB_GUARD);
	job_copy(e, j, as, src, dst + JOB_GUARD, len);
}

/* Runs a small copy that must succeed: the endpoint is well. */
static inline void common_alive(struct tq *q)
{
	struct job j;

	common_copy(q->e, &j, q->as, 300, true);
	job_run(q, &j);
	job_free(&j);
}

#endif
