/* SPDX-License-Identifier: BSD-2-Clause */
/* The idle output: it may be late, it may not lie. Whoever simulates the endpoint stops its clock
 * by it. */
#include <inttypes.h>

#include "common.h"

static unsigned idle_percent(struct env *e, uint32_t cycles)
{
	uint64_t before = e->idle_cycles;

	e->stop_clock = true;
	env_run(e, cycles);
	return (e->idle_cycles - before) * 100 / cycles;
}

TEST(idle_output, "idle at rest and while a page request is served; works without clock")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	e->stop_clock = true;
	common_alive(&q);
	env_run(e, 2000);
	check(e, idle_percent(e, 10000) > 95, "not idle at rest");
	/* Every kind of wake-up. */
	check_eq(e, mb_command(e, SVARIG_AC_NOP, 0, NULL, 0, NULL), SVARIG_AS_OK, "NOP");
	env_invalidate_wait(e, true, 1, 0, 64, false);
	common_copy(e, &j, as, 20000, true);
	env_unmap_wait(e, as, j.d.src & PAGE_MASK, 1);
	e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 50000;
	tq_arm(&q, q.head);
	tq_post(&q, &j.d);
	tq_doorbell(&q);
	env_run(e, 2000);
	check(e, idle_percent(e, 40000) > 90, "not idle while the host serves a page");
	tq_wait(&q, &c);
	job_check(e, &j, &c);
	check(e, WAIT(e, env_msi_count(e, 0) == 1, 5000), "no interrupt");
	check_eq(e, mb_command(e, SVARIG_AC_DESTROY_QUEUE, 0, NULL, 0, NULL), SVARIG_AS_OK,
		 "DESTROY_QUEUE");
	job_free(&j);
}
