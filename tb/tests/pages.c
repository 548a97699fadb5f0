/* SPDX-License-Identifier: BSD-2-Clause */
/* Translations and pages fetched ahead: requests for several, groups, what comes back from them.
 * PCIe Base Specification 10.2.3, 10.4.1. */
#include "common.h"

#define PAGES 32

/* A copy of PAGES pages; which of them are missing is up to the caller. */
static void make(struct env *e, struct as *as, struct job *j)
{
	common_copy(e, j, as, PAGES * PAGE_SIZE - 100, true);
}

static void take_away(struct env *e, struct job *j, uint64_t base, unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++)
		env_unmap_wait(e, j->as, (base & PAGE_MASK) + i * PAGE_SIZE, 1);
}

TEST(pages_several_translations, "a streaming job asks for several translations at a time")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked;
	struct job j;

	make(e, as, &j);
	e->smmu->knobs.fewer_percent = 0;
	asked = e->smmu->xlat_requests;
	job_run(&q, &j);
	asked = e->smmu->xlat_requests - asked;
	check(e, chk_covered(e->chk, COV_XLAT_MULTI) > 0, "every request is for one page");
	check(e, asked <= 2 * PAGES / 8 + 8, "%llu requests for %u pages",
	      (unsigned long long)asked, 2 * PAGES + 4);
	job_free(&j);
}

#define FAR 160 /* pages */

/* How many pages from the beginning were asked for; nothing was transferred behind the first. */
struct reach {
	uint64_t src, dst, from_src, from_dst;
};

static void watch_reach(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	struct reach *r = ctx;
	uint64_t src = (va - r->src) / PAGE_SIZE + 1, dst = (va - r->dst) / PAGE_SIZE + 1;

	(void)q;
	(void)x;
	if (src <= FAR && src > r->from_src)
		r->from_src = src;
	if (dst <= FAR && dst > r->from_dst)
		r->from_dst = dst;
}

TEST(pages_window,
     "of pages that are there 32 are asked for ahead, not all that the cache would hold")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint32_t min = e->rc->knobs.read_min, max = e->rc->knobs.read_max;
	struct svarig_cpl c;
	struct reach r = {0};
	struct job j;

	common_copy(e, &j, as, FAR * PAGE_SIZE - 2 * JOB_GUARD, true);
	r.src = j.d.src & PAGE_MASK;
	r.dst = j.d.dst & PAGE_MASK;
	e->smmu->xlat_hook = watch_reach;
	e->smmu->xlat_ctx = &r;
	tq_post(&q, &j.d);
	tq_doorbell(&q);
	require(e, WAIT(e, r.from_src, 20000), "no page of the source is asked for");
	e->rc->knobs.read_min = e->rc->knobs.read_max = 8000;
	env_run(e, 6000);
	/* 64 reads of 512 bytes are under way at most. */
	check(e, r.from_src >= 24 && r.from_src <= 32 + 64 * 512 / PAGE_SIZE + 1,
	      "%llu pages of the source", (unsigned long long)r.from_src);
	check(e, r.from_dst >= 24 && r.from_dst <= 32 + 1, "%llu pages of the destination",
	      (unsigned long long)r.from_dst);
	e->rc->knobs.read_min = min;
	e->rc->knobs.read_max = max;
	tq_wait(&q, &c);
	job_check(e, &j, &c);
	job_free(&j);
}

TEST(pages_fewer_translations, "answers with fewer than asked, in one completion or in two")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	e->smmu->knobs.fewer_percent = 60;
	e->rc->knobs.split_percent = 60;
	for (int i = 0; i < 8; i++) {
		make(e, as, &j);
		job_run(&q, &j);
		job_free(&j);
	}
	check(e, chk_covered(e->chk, COV_XLAT_FEWER) > 0, "no answer was short");
	check(e, chk_covered(e->chk, COV_XLAT_SPLIT) > 0, "no answer was split");
}

TEST(pages_split_poisoned, "the first of two completions is poisoned: nothing of either is used")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_alive(&q);
	e->smmu->knobs.fewer_percent = 0;
	e->rc->knobs.split_percent = 100;
	for (int i = 0; i < 8; i++) {
		make(e, as, &j);
		common_alive(
			&q); /* the rings' pages are in the ATC: they are not what is poisoned */
		e->smmu->xlat_status = TLP_SC;
		e->smmu->xlat_fault = RC_POISON;
		e->smmu->xlat_count = 1 + i % 2;
		job_run(&q, &j);
		job_free(&j);
	}
	check(e, chk_covered(e->chk, COV_XLAT_SPLIT_POISON) > 0, "none was");
}

TEST(pages_high_and_low, "physical addresses below and above 4 GiB")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	for (int i = 0; i < 20; i++) {
		make(e, as, &j);
		job_run(&q, &j);
		job_free(&j);
		if (chk_covered(e->chk, COV_XLAT_HIGH) && chk_covered(e->chk, COV_XLAT_LOW))
			break;
	}
	check(e, chk_covered(e->chk, COV_XLAT_HIGH) > 0, "none above");
	check(e, chk_covered(e->chk, COV_XLAT_LOW) > 0, "none below");
}

TEST(pages_group, "missing pages are asked for in groups, as far as the credits go")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	static const uint32_t alloc[] = {64, 32, 16, 5, 1};
	uint64_t start, groups;
	struct job j;

	e->smmu->knobs.fewer_percent = 0;
	e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 20000;
	make(e, as, &j);
	job_run(&q, &j);
	for (unsigned i = 0; i < 4; i++) {
		env_set_pri(e, false, 0);
		env_set_pri(e, true, alloc[i]);
		take_away(e, &j, j.d.src, 0, PAGES);
		start = e->cycle;
		groups = e->smmu->groups_served;
		job_refresh(e, &j);
		job_run(&q, &j);
		groups = e->smmu->groups_served - groups;
		check(e, groups <= (PAGES + alloc[i] - 1) / alloc[i] + 1,
		      "%llu groups for %u pages with %u credits", (unsigned long long)groups, PAGES,
		      alloc[i]);
		if (alloc[i] >= 32)
			check(e, e->cycle - start < 3 * 20000, "%llu cycles",
			      (unsigned long long)(e->cycle - start));
	}
	check(e, chk_covered(e->chk, COV_PAGE_32) > 0, "never 32 pages outstanding");
	check(e, chk_covered(e->chk, COV_PAGE_LIMIT) > 0, "never all credits in use");
	job_free(&j);
}

TEST(pages_group_partial, "a host that maps the first page of a group only")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	make(e, as, &j);
	job_run(&q, &j);
	e->smmu->knobs.policy = POLICY_PARTIAL;
	take_away(e, &j, j.d.src, 3, 20);
	take_away(e, &j, j.d.dst, 7, 20);
	job_refresh(e, &j);
	job_run(&q, &j);
	job_free(&j);
}

TEST(pages_group_with_a_bad_one, "one page of a group is not the process's: only it fails the job")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;
	uint64_t bad;

	for (unsigned page = 1; page < 20; page += 6) {
		make(e, as, &j);
		take_away(e, &j, j.d.src, 0, PAGES);
		bad = (j.d.src & PAGE_MASK) + page * PAGE_SIZE;
		as_protect(as, bad, 0);
		check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_FAULT_READ, "status");
		check_eq(e, c.fault_addr, bad, "fault address");
		check_eq(e, c.detail, SVARIG_SD_PAGE_REQUESTED, "detail");
		as_protect(as, bad, AS_R);
		job_run(&q, &j);
		job_free(&j);
	}
}

TEST(pages_beyond_the_end, "nothing is asked for behind the range of a job")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked;
	struct job j;

	/* Pages between allocations are not the process's: a request there would be invalid. */
	for (int i = 0; i < 10; i++) {
		common_copy(e, &j, as, 1 + rng_below(&e->rng, 40000), true);
		asked = e->smmu->page_requests;
		job_run(&q, &j);
		check_eq(e, e->smmu->page_requests, asked, "page requests of a mapped job");
		job_free(&j);
	}
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_INVALID), 0, "invalid responses");
}

TEST(pages_of_the_next_jobs,
     "of jobs that wait nothing is asked for but what they will read and write")
{
	enum {
		JOBS = 12
	};
	struct job j[JOBS];
	struct svarig_cpl c;
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked;

	/* Fields that an operation does not use are zero, and page 0 is not the process's. */
	for (unsigned round = 0; round < 5; round++) {
		for (unsigned i = 0; i < JOBS; i++) {
			job_random(e, &j[i], as, 20000, 0);
			tq_post(&q, &j[i].d);
		}
		asked = e->smmu->page_requests;
		tq_doorbell(&q);
		for (unsigned i = 0; i < JOBS; i++) {
			tq_wait(&q, &c);
			job_check(e, &j[i], &c);
			job_free(&j[i]);
		}
		tq_consumed(&q);
		check_eq(e, e->smmu->page_requests, asked, "page requests of mapped jobs");
	}
}

static uint64_t awaited;
static bool was_asked;

static void watch_page(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	(void)q;
	(void)x;
	was_asked |= (va & PAGE_MASK) == awaited;
}

TEST(pages_behind_a_slow_job,
     "while a job waits for its source the record's page and the next job's are asked for")
{
	struct svarig_cpl c;
	struct job j[2];
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);

	common_alive(&q);
	for (unsigned i = 0; i < 6; i++) {
		common_copy(e, &j[0], as, 300, true);
		common_copy(e, &j[1], as, 300, true);
		awaited = (i & 1 ? q.cq : j[1].d.dst) & PAGE_MASK;
		if (i & 1) /* it is in the ATC */
			env_invalidate_wait(e, true, as->pasid, awaited, 12, false);
		was_asked = false;
		e->smmu->xlat_hook = watch_page;
		rc_plant_fault(e->rc,
			       &(struct rc_plant){.fault = RC_SLOW,
						  .pa = common_pa(as, j[0].d.src) & PAGE_MASK,
						  .len = PAGE_SIZE,
						  .count = 1,
						  .delay = 9000});
		tq_post(&q, &j[0].d);
		tq_post(&q, &j[1].d);
		tq_doorbell(&q);
		env_run(e, 6000);
		check(e, was_asked, "%s is not asked for ahead",
		      i & 1 ? "the record's page" : "the next destination");
		for (unsigned k = 0; k < 2; k++) {
			tq_wait(&q, &c);
			job_check(e, &j[k], &c);
			job_free(&j[k]);
		}
		tq_consumed(&q);
		rc_unplant(e->rc);
	}
}

TEST(pages_pri_off_amid_a_group,
     "PRI goes off while a group is being sent: it is ended, then Stopped")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct port_knobs calm = e->port.knobs;
	struct svarig_cpl c;
	struct job j;

	make(e, as, &j);
	job_run(&q, &j);
	for (int i = 0; i < 12; i++) {
		uint64_t asked = e->smmu->page_requests;

		take_away(e, &j, j.d.src, 0, PAGES);
		job_refresh(e, &j);
		e->port.knobs.stall_percent = 80; /* pages leave slowly */
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		require(e, WAIT(e, e->smmu->page_requests > asked, 50000), "no page request");
		env_run(e, rng_below(&e->rng, 60));
		env_set_pri(e, false, 0);
		e->port.knobs = calm;
		tq_wait(&q, &c);
		tq_consumed(&q);
		check(e, WAIT(e, env_cfg_read(e, e->cap.pri + 4) >> 24 & 1, 50000),
		      "it never stops");
		check_eq(e, smmu_groups(e->smmu), 0, "groups that wait");
		env_set_pri(e, true, ENV_PRI_ALLOC);
		job_run(&q, &j);
	}
	job_free(&j);
}

TEST(pages_queue_stops_amid_a_group,
     "a queue is destroyed with its group outstanding: Stop Marker, credits come back")
{
	struct tq q, other;
	struct as *as = common_start(e, &q, 0, 1, 0), *bs = smmu_new_as(e->smmu, true, 2);
	uint64_t markers;
	struct job j;

	tq_open(e, &other, 1, bs);
	for (int i = 0; i < 6; i++) {
		make(e, as, &j);
		take_away(e, &j, j.d.src, 0, PAGES);
		e->smmu->knobs.policy = POLICY_SILENT;
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		require(e, WAIT(e, smmu_groups(e->smmu) > 0, 50000), "no page request");
		env_run(e, rng_below(&e->rng, 500));
		markers = e->smmu->stop_markers;
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		check_eq(e, e->smmu->stop_markers - markers, 1, "Stop Markers");
		check(e, chk_page_reqs(e->chk) > 0, "no response is awaited");
		e->smmu->knobs.policy = POLICY_SERVE;
		require(e, WAIT(e, !smmu_groups(e->smmu), 50000), "groups are left");
		common_alive(&other);
		tq_open(e, &q, 0, as);
		job_run(&q, &j);
		job_free(&j);
	}
	/* Nothing outstanding: no marker. */
	markers = e->smmu->stop_markers;
	require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
	check_eq(e, e->smmu->stop_markers, markers, "Stop Markers of an idle queue");
	check_eq(e, chk_stats(e->chk)->stop_markers_idle, 0, "Stop Markers without need");
}

TEST(pages_group_outlives_its_share,
     "a queue's share of a lane ends while a group for its next job is being sent")
{
	/* More queues than lanes; the first job is a share. */
	enum {
		QUEUES = 10,
		ROUNDS = 8,
		SHARE = 4096,
		MISSING = 6
	};
	struct tq q[QUEUES];
	struct job j[QUEUES][2];
	struct svarig_cpl c;
	uint64_t end;

	for (unsigned i = 0; i < QUEUES; i++) {
		struct as *as =
			i ? smmu_new_as(e->smmu, true, i + 1) : common_start(e, &q[0], 0, 1, 0);

		if (i)
			tq_open(e, &q[i], i, as);
	}
	e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 500;
	e->smmu->knobs.answer_max = 2000; /* some come as the first job's record is written */
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct port_knobs calm = e->port.knobs;

		for (unsigned i = 0; i < QUEUES; i++) {
			common_copy(e, &j[i][0], q[i].as, SHARE + rng_below(&e->rng, 2 * SHARE),
				    true);
			common_copy(e, &j[i][1], q[i].as, MISSING * PAGE_SIZE, true);
			take_away(e, &j[i][1], j[i][1].d.src, 0, MISSING + 1);
			tq_post(&q[i], &j[i][0].d);
			tq_post(&q[i], &j[i][1].d);
		}
		e->port.knobs.stall_percent = rng_below(&e->rng, 90);
		for (unsigned i = 0; i < QUEUES; i++)
			tq_doorbell(&q[i]);
		for (unsigned k = 0; k < 2; k++)
			for (unsigned i = 0; i < QUEUES; i++) {
				end = e->cycle + TQ_LIMIT;
				while (!tq_poll(&q[i], &c)) {
					/* Their completions go before pages. */
					smmu_invalidate(e->smmu, true, QUEUES + 1, 0, 12, false);
					env_run(e, 8);
					require(e, e->cycle < end, "no job finishes any more");
				}
				tq_consumed(&q[i]);
				job_check(e, &j[i][k], &c);
				job_free(&j[i][k]);
			}
		e->port.knobs = calm;
	}
}

TEST(pages_invalidate_several, "an invalidation meets a request for several")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	make(e, as, &j);
	job_run(&q, &j);
	e->smmu->knobs.answer_min = 200;
	e->smmu->knobs.answer_max = 400;
	for (int i = 0; i < 30; i++) {
		uint64_t asked = e->smmu->xlat_requests;
		uint64_t va = (i & 1 ? j.d.src : j.d.dst) & PAGE_MASK;

		env_invalidate_wait(e, true, 1, 0, 64, false);
		job_refresh(e, &j);
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		require(e, WAIT(e, e->smmu->xlat_requests > asked + 2, 50000), "no requests");
		env_run(e, rng_below(&e->rng, 200));
		env_unmap_wait(e, as, va + rng_below(&e->rng, PAGES) * PAGE_SIZE, 1);
		tq_wait(&q, &c);
		tq_consumed(&q);
		job_check(e, &j, &c);
	}
	job_free(&j);
}

TEST(pages_once, "of pages that are missing here and there each is asked for once, and no other")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_alive(&q);
	for (unsigned round = 0; round < 12; round++) {
		unsigned missing = 0;
		uint64_t asked;

		common_copy(e, &j, as, 30 * PAGE_SIZE, true);
		for (uint64_t p = 0; p <= 30 * PAGE_SIZE; p += PAGE_SIZE) {
			if (rng_chance(&e->rng, 25)) {
				env_unmap_wait(e, as, (j.d.src & PAGE_MASK) + p, 1);
				missing += p < 30 * PAGE_SIZE;
			}
			if (rng_chance(&e->rng, 25)) {
				env_unmap_wait(e, as, (j.d.dst & PAGE_MASK) + p, 1);
				missing++;
			}
		}
		asked = e->smmu->page_requests;
		job_run(&q, &j);
		check_eq(e, e->smmu->page_requests - asked, missing, "page requests");
		job_free(&j);
	}
}
