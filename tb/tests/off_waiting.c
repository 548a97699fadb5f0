/* SPDX-License-Identifier: BSD-2-Clause */
/* PRI, ATS or bus mastering go off while what depends on them waits for credits of the link. */
#include "common.h"

#define OFF_PAGES 5

TEST(pri_off_before_the_first_page,
     "PRI goes off while a group's first page waits for credits of the link: nothing of it is left")
{
	static const unsigned size[FC_FIELDS] = {1};
	struct as *as = smmu_new_as(e->smmu, true, 1);
	struct job small, large;
	struct svarig_cpl c;
	struct tq a, b;

	credits_on(&e->credits, e->dut, size, 100, rng64(&e->rng));
	env_boot(e, 0);
	tq_open(e, &a, 0, as);
	tq_open(e, &b, 1, as);
	common_copy(e, &small, as, 32, true);
	common_copy(e, &large, as, OFF_PAGES * PAGE_SIZE, true);
	job_run(&a, &small);
	job_run(&b, &large);
	for (unsigned round = 0; round < 8; round++) {
		uint64_t asked = e->smmu->page_requests;
		bool again = round & 1; /* it is on again before the job has noticed */

		for (unsigned i = 0; i < OFF_PAGES; i++)
			env_unmap_wait(e, as, (large.d.src & PAGE_MASK) + i * PAGE_SIZE, 1);
		/* The one credit for a header goes to this job's write. */
		e->credits.percent = 0;
		job_refresh(e, &small);
		tq_post(&a, &small.d);
		tq_doorbell(&a);
		env_run(e, 3000);
		job_refresh(e, &large);
		tq_post(&b, &large.d);
		tq_doorbell(&b);
		env_run(e, 3000 + 100 * round);
		check_eq(e, e->smmu->page_requests, asked, "page requests without a credit");
		env_set_pri(e, false, 0);
		if (again)
			env_set_pri(e, true, ENV_PRI_ALLOC);
		env_run(e, 200);
		e->credits.percent = 100;
		tq_wait(&a, &c);
		job_check(e, &small, &c);
		tq_consumed(&a);
		tq_wait(&b, &c);
		tq_consumed(&b);
		if (again) {
			job_check(e, &large, &c);
			asked += OFF_PAGES;
		} else {
			check_eq(e, c.status, SVARIG_ST_FAULT_READ, "status");
			check_eq(e, c.detail, SVARIG_SD_NO_PRI, "detail");
			env_set_pri(e, true, ENV_PRI_ALLOC);
		}
		check_eq(e, e->smmu->page_requests, asked, "page requests");
		as_map_range(as, large.d.src & PAGE_MASK, OFF_PAGES * PAGE_SIZE);
	}
	job_free(&small);
	job_free(&large);
}

/* Two configuration writes behind each other, then both completions. */
static void write_twice(struct env *e, uint16_t reg, unsigned be, uint32_t first, uint32_t second)
{
	int tag[] = {rc_cfg(e->rc, true, e->bdf, reg, be, first),
		     rc_cfg(e->rc, true, e->bdf, reg, be, second)};

	for (unsigned i = 0; i < 2; i++) {
		require(e, tag[i] >= 0 && WAIT(e, e->rc->req[tag[i]].done, ENV_LIMIT),
			"no completion");
		rc_req_free(e->rc, tag[i]);
	}
}

/* The job is done once, so that its pages are known, and once more until the link stands still: at
 * most MOST cycles after its doorbell. */
static void stall(struct env *e, struct tq *q, struct job *j, unsigned most)
{
	job_refresh(e, j);
	job_run(q, j);
	job_refresh(e, j);
	tq_post(q, &j->d);
	tq_doorbell(q);
	env_run(e, 10 + rng_below(&e->rng, most));
	e->credits.percent = 0;
	env_run(e, 1000);
}

TEST(off_and_on_under_a_read,
     "bus mastering or ATS go off and on while a read waits for credits of the link")
{
	static const unsigned size[FC_FIELDS] = {[FC_NPH] = 1};
	struct as *as = smmu_new_as(e->smmu, true, 1);
	struct svarig_cpl c;
	struct job j;
	struct tq q;

	credits_on(&e->credits, e->dut, size, 100, rng64(&e->rng));
	env_boot(e, 0);
	tq_open(e, &q, 0, as);
	common_copy(e, &j, as, 3000, true);
	for (unsigned round = 0; round < 12; round++) {
		/* Before a read of the descriptor, of the source, or amid them. */
		stall(e, &q, &j, 300);
		if (round & 1)
			write_twice(e, 0x04, 3, 2, 6);
		else
			write_twice(e, e->cap.ats + 4, 0xc, 0, 0x80000000);
		env_run(e, rng_below(&e->rng, 100));
		e->credits.percent = 100;
		tq_wait(&q, &c);
		job_check(e, &j, &c);
		tq_consumed(&q);
		env_set_pri(e, true, ENV_PRI_ALLOC);
	}
	job_free(&j);
}

TEST(off_under_a_request,
     "bus mastering or ATS is off for long while a read or a write waits for credits of the link")
{
	static const unsigned size[FC_FIELDS] = {[FC_PH] = 1, [FC_NPH] = 1};
	struct as *as = smmu_new_as(e->smmu, true, 1);
	struct svarig_cpl c;
	struct job j;
	struct tq q;

	credits_on(&e->credits, e->dut, size, 100, rng64(&e->rng));
	env_boot(e, 0);
	tq_open(e, &q, 0, as);
	common_copy(e, &j, as, 3000, true);
	for (unsigned round = 0; round < 40; round++) {
		/* Anywhere in the job, its record included. */
		stall(e, &q, &j, 700);
		if (round & 1)
			env_set_bme(e, false);
		else
			env_set_ats(e, false);
		/* Beyond what the checker lets pass as already on its way. */
		env_run(e, 700);
		e->credits.percent = 100;
		env_run(e, rng_below(&e->rng, 2000));
		if (round & 1)
			env_set_bme(e, true);
		else
			env_set_ats(e, true);
		require(e,
			WAIT(e, tq_poll(&q, &c) || tq_status(&q) & SVARIG_QSTAT_HALTED, TQ_LIMIT),
			"neither record nor halt");
		if (tq_status(&q) & SVARIG_QSTAT_HALTED) {
			/* What needs the ring ends when bus mastering does. */
			check(e, round & 1, "halted without ATS");
			check_eq(e, tq_status(&q) & SVARIG_QSTAT_CODE_MASK, SVARIG_ST_ABORTED,
				 "code");
			require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
			tq_open(e, &q, 0, as);
		} else {
			if (!(round & 1) || c.status != SVARIG_ST_ABORTED)
				job_check(e, &j, &c);
			tq_consumed(&q);
		}
		env_set_pri(e, true, ENV_PRI_ALLOC);
	}
	job_free(&j);
}
