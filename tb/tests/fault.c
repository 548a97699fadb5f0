/* SPDX-License-Identifier: BSD-2-Clause */
/* Page requests: every response code, retries, credits. PCIe Base Specification 10.4. */
#include <string.h>

#include "common.h"

/* Source page number `page` of a copy of four pages is missing. */
static void make(struct env *e, struct as *as, struct job *j, unsigned page)
{
	common_copy(e, j, as, 4 * PAGE_SIZE - 100, true);
	if (page < 4)
		env_unmap_wait(e, as, (j->d.src & PAGE_MASK) + page * PAGE_SIZE, 1);
}

TEST(fault_success, "missing pages of source, destination, key, counter and rings come in")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	for (int i = 0; i < 20; i++) {
		job_random(e, &j, as, 20000, 60);
		if (i & 1) {
			env_unmap_wait(e, as, q.sq & PAGE_MASK, 1);
			env_unmap_wait(e, as, q.cq & PAGE_MASK, 1);
		}
		job_run(&q, &j);
		job_free(&j);
	}
	check(e, e->smmu->page_requests > 20, "only %llu page requests",
	      (unsigned long long)e->smmu->page_requests);
	check_eq(e, env_counter(e, SVARIG_CNT_PAGE_REQS), e->smmu->page_requests,
		 "page request counter");
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_OK), e->smmu->groups_served, "success counter");
}

TEST(fault_invalid, "invalid: the job fails with the address, the next one is well")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	for (unsigned page = 0; page < 4; page++) {
		make(e, as, &j, page);
		e->smmu->knobs.policy = POLICY_INVALID;
		check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_FAULT_READ, "status");
		check_eq(e, c.fault_addr, (j.d.src & PAGE_MASK) + page * PAGE_SIZE,
			 "fault address");
		check_eq(e, c.detail, SVARIG_SD_PAGE_REQUESTED, "detail");
		check(e, c.done <= page * PAGE_SIZE, "%u bytes done, page %u is missing", c.done,
		      page);
		e->smmu->knobs.policy = POLICY_SERVE;
		job_run(&q, &j);
		job_free(&j);
	}
	/* Pages that were asked for ahead may have had one as well. */
	check(e, env_counter(e, SVARIG_CNT_PRG_INVALID) >= 4, "an invalid response is not counted");
}

TEST(fault_not_the_process_s, "an address the process does not have")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t good = env_alloc_filled(e, as, 4096, AS_RW);
	static const uint64_t bad[] = {0, 0x1000, 0x7fffffffe000ull, 0xffff800000001000ull,
				       0xfffffffffffff000ull};
	struct svarig_desc d = {.opcode = SVARIG_OP_COPY, .len = 64};
	struct svarig_cpl c;

	for (unsigned i = 0; i < 5; i++) {
		d.src = bad[i] + 8;
		d.dst = good;
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_FAULT_READ, "status");
		check_eq(e, c.fault_addr, d.src, "fault address");
		check_eq(e, c.done, 0, "bytes done");
		d.src = good;
		d.dst = bad[i] + 8;
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_FAULT_WRITE, "status");
		check_eq(e, c.fault_addr, d.dst, "fault address");
	}
	common_alive(&q);
}

TEST(fault_failure, "response failure: PRI is off until the host enables it again")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;
	uint32_t v;

	make(e, as, &j, 1);
	e->smmu->knobs.policy = POLICY_FAILURE;
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_PRI_FAILURE, "status");
	check_eq(e, c.fault_addr, (j.d.src & PAGE_MASK) + PAGE_SIZE, "fault address");
	e->smmu->knobs.policy = POLICY_SERVE;
	v = env_cfg_read(e, e->cap.pri + 4);
	check_eq(e, v >> 16 & 1, 1, "response failure bit");
	check_eq(e, v >> 24 & 1, 1, "stopped bit");
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_FAULT_READ, "status without PRI");
	check_eq(e, c.detail, SVARIG_SD_NO_PRI, "detail without PRI");
	common_alive(&q); /* what is mapped still works */
	env_set_pri(e, false, 0);
	env_cfg_write_be(e, e->cap.pri + 4, 4, 1 << 16);
	env_set_pri(e, true, ENV_PRI_ALLOC);
	check_eq(e, env_cfg_read(e, e->cap.pri + 4) >> 16 & 1, 0, "response failure bit, cleared");
	job_run(&q, &j);
	job_free(&j);
}

TEST(fault_success_without_mapping,
     "a few: asked again; for ever: the job fails after bounded retries")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked, start;
	struct svarig_cpl c;
	struct job j;

	make(e, as, &j, 2);
	e->smmu->knobs.policy = POLICY_NOMAP;
	e->smmu->knobs.policy_count = 3;
	job_run(&q, &j);
	check(e, e->smmu->page_requests >= 4, "only %llu page requests",
	      (unsigned long long)e->smmu->page_requests);
	env_unmap_wait(e, as, j.d.src & PAGE_MASK, 1);
	e->smmu->knobs.policy = POLICY_NOMAP;
	asked = e->smmu->page_requests;
	start = e->cycle;
	tq_post(&q, &j.d);
	tq_doorbell(&q);
	require(e, WAIT(e, tq_poll(&q, &c), 5000000), "the retries never end");
	check_eq(e, c.status, SVARIG_ST_FAULT_READ, "status");
	check_eq(e, c.detail, SVARIG_SD_PAGE_REQUESTED, "detail");
	asked = e->smmu->page_requests - asked;
	check(e, asked >= 2 && asked <= 64, "%llu retries", (unsigned long long)asked);
	check(e, e->cycle - start > 1000 * asked, "no back-off: %llu requests in %llu cycles",
	      (unsigned long long)asked, (unsigned long long)(e->cycle - start));
	e->smmu->knobs.policy = POLICY_SERVE;
	job_run(&q, &j);
	job_free(&j);
}

TEST(fault_partial, "a host that maps only part of what was asked for")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	e->smmu->knobs.policy = POLICY_PARTIAL;
	for (int i = 0; i < 10; i++) {
		job_random(e, &j, as, 30000, 80);
		job_run(&q, &j);
		job_free(&j);
	}
}

TEST(fault_credits, "with one credit there is one page request at a time")
{
	struct tq q[4];
	struct job j[4];
	struct svarig_cpl c;
	struct as *as = common_start(e, &q[0], 0, 1, 0);
	unsigned worst = 0;

	env_set_pri(e, false, 0);
	env_set_pri(e, true, 1);
	for (int i = 1; i < 4; i++)
		tq_open(e, &q[i], i, as);
	for (int i = 0; i < 4; i++) {
		job_random(e, &j[i], as, 16000, 90);
		tq_post(&q[i], &j[i].d);
		tq_doorbell(&q[i]);
	}
	for (int i = 0; i < 4; i++) {
		while (!tq_poll(&q[i], &c)) {
			env_cycle(e);
			if (chk_page_reqs(e->chk) > worst)
				worst = chk_page_reqs(e->chk);
			require(e, e->cycle < 3000000, "queue %d does not finish", i);
		}
		job_check(e, &j[i], &c);
		job_free(&j[i]);
	}
	check_eq(e, worst, 1, "pages outstanding at most");
}

TEST(fault_slow_neighbour, "a queue that waits for a page does not stop the others for ever")
{
	struct tq a, b;
	struct as *as = common_start(e, &a, 0, 1, 0), *bs = smmu_new_as(e->smmu, true, 2);
	struct svarig_cpl c;
	struct job j;

	tq_open(e, &b, 1, bs);
	make(e, as, &j, 0);
	e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 100000;
	tq_post(&a, &j.d);
	tq_doorbell(&a);
	common_alive(&b);
	tq_wait(&a, &c);
	job_check(e, &j, &c);
	job_free(&j);
}

#define TURNS	    4  /* jobs that miss pages at the same time */
#define TURNS_PAGES 12 /* of each */

/* Whose page requests came, in their order. */
struct turns {
	uint64_t seen;
	unsigned n;
	uint8_t who[2 * TURNS * TURNS_PAGES];
};

static void watch_turns(struct env *e, void *ctx)
{
	struct turns *t = ctx;

	if (e->smmu->page_requests == t->seen)
		return;
	t->seen = e->smmu->page_requests;
	for (unsigned i = 0; i < SMMU_GROUPS; i++)
		if (e->smmu->group[i].used && t->n < sizeof(t->who))
			t->who[t->n++] = e->smmu->group[i].pasid;
}

/* From the first request of the last to begin to the last request of the first to end. */
static void check_turns(struct env *e, const struct turns *t)
{
	unsigned first = 0, last = t->n, count[TURNS + 1] = {0};

	for (unsigned i = 0, met = 0; i < t->n; i++) {
		if (!count[t->who[i]]++ && ++met == TURNS)
			first = i;
		if (count[t->who[i]] == TURNS_PAGES && last == t->n)
			last = i;
	}
	check(e, last > first + 4 * TURNS, "turns %u to %u only", first, last);
	for (unsigned i = first; i + 2 * TURNS <= last; i++)
		for (unsigned who = 1; who <= TURNS; who++)
			check(e, memchr(t->who + i, who, 2 * TURNS),
			      "%u turns from turn %u on, PASID %u has none", 2 * TURNS, i, who);
}

TEST(pri_turns, "one page request at a time: whoever waits is passed by each other once at most")
{
	struct as *as[TURNS];
	struct tq q[TURNS];

	as[0] = common_start(e, &q[0], 0, 1, 0);
	for (unsigned i = 1; i < TURNS; i++) {
		as[i] = smmu_new_as(e->smmu, true, i + 1);
		tq_open(e, &q[i], i, as[i]);
	}
	for (unsigned i = 0; i < TURNS; i++)
		common_alive(&q[i]);
	env_set_pri(e, false, 0);
	env_set_pri(e, true, 1);
	/* A turn may depend on how long the one before it took. */
	for (unsigned round = 0; round < 4; round++) {
		struct turns t = {.seen = e->smmu->page_requests};
		struct job j[TURNS];
		struct svarig_cpl c;

		e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 1000 + round;
		for (unsigned i = 0; i < TURNS; i++) {
			common_copy(e, &j[i], as[i], TURNS_PAGES * PAGE_SIZE, true);
			for (unsigned p = 0; p < TURNS_PAGES; p++)
				env_unmap_wait(e, as[i], (j[i].d.src & PAGE_MASK) + p * PAGE_SIZE,
					       1);
		}
		e->every_cycle = watch_turns;
		e->every_ctx = &t;
		for (unsigned i = 0; i < TURNS; i++) {
			tq_post(&q[i], &j[i].d);
			tq_doorbell(&q[i]);
		}
		for (unsigned i = 0; i < TURNS; i++) {
			tq_wait(&q[i], &c);
			job_check(e, &j[i], &c);
			job_free(&j[i]);
			tq_consumed(&q[i]);
		}
		e->every_cycle = NULL;
		check_turns(e, &t);
	}
}

TEST(pri_off, "without PRI a missing page fails the job at once")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, BOOT_NO_PRI);
	struct svarig_cpl c;
	struct job j;

	make(e, as, &j, 3);
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_FAULT_READ, "status");
	check_eq(e, c.fault_addr, (j.d.src & PAGE_MASK) + 3 * PAGE_SIZE, "fault address");
	check_eq(e, c.detail, SVARIG_SD_NO_PRI, "detail");
	check_eq(e, e->smmu->page_requests, 0, "page requests");
	as_map(as, c.fault_addr);
	job_run(&q, &j);
	job_free(&j);
}

TEST(pri_disabled_while_waiting,
     "PRI goes off while a page request is out: Stopped comes, the job ends")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	make(e, as, &j, 0);
	e->smmu->knobs.policy = POLICY_SILENT;
	tq_post(&q, &j.d);
	tq_doorbell(&q);
	require(e, WAIT(e, smmu_groups(e->smmu) > 0, 50000), "no page request");
	env_set_pri(e, false, 0);
	env_run(e, 500);
	check_eq(e, env_cfg_read(e, e->cap.pri + 4) >> 24 & 1, 0,
		 "stopped while one is outstanding");
	smmu_respond_all(e->smmu, PRG_INVALID);
	tq_wait(&q, &c);
	check(e, c.status == SVARIG_ST_FAULT_READ || c.status == SVARIG_ST_PRI_FAILURE, "status %u",
	      c.status);
	check(e, WAIT(e, env_cfg_read(e, e->cap.pri + 4) >> 24 & 1, 20000), "it never stops");
	e->smmu->knobs.policy = POLICY_SERVE;
	env_set_pri(e, true, ENV_PRI_ALLOC);
	job_run(&q, &j);
	job_free(&j);
}

TEST(pri_unexpected_response, "a response nobody waits for sets UPRGI and is ignored")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;
	struct tlp t;

	tlp_make_prg_resp(&t, SMMU_RID, ENV_BDF, 77, PRG_SUCCESS, true, 1);
	rc_send(e->rc, &t);
	env_run(e, 300);
	check_eq(e, env_cfg_read(e, e->cap.pri + 4) >> 17 & 1, 1, "UPRGI");
	check_eq(e, env_counter(e, SVARIG_CNT_PRG_UNEXPECTED), 1, "counter");
	env_cfg_write_be(e, e->cap.pri + 4, 4, 2 << 16);
	check_eq(e, env_cfg_read(e, e->cap.pri + 4) >> 17 & 1, 0, "UPRGI, cleared");
	/* The right index with the wrong PASID is nobody's either (10.4.2: PASID required). */
	make(e, as, &j, 0);
	e->smmu->knobs.policy = POLICY_SILENT;
	tq_post(&q, &j.d);
	tq_doorbell(&q);
	require(e, WAIT(e, smmu_groups(e->smmu) > 0, 50000), "no page request");
	for (unsigned i = 0; i < SMMU_GROUPS; i++)
		if (e->smmu->group[i].used) {
			tlp_make_prg_resp(&t, SMMU_RID, ENV_BDF, i, PRG_INVALID, true, 2);
			rc_send(e->rc, &t);
		}
	env_run(e, 2000);
	check(e, !tq_poll(&q, &c), "a response for another PASID was taken");
	e->smmu->knobs.policy = POLICY_SERVE;
	tq_wait(&q, &c);
	job_check(e, &j, &c);
	job_free(&j);
}

TEST(pri_reset, "Reset forgets what is outstanding; a late response is unexpected")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	make(e, as, &j, 0);
	e->smmu->knobs.policy = POLICY_SILENT;
	tq_post(&q, &j.d);
	tq_doorbell(&q);
	require(e, WAIT(e, smmu_groups(e->smmu) > 0, 50000), "no page request");
	env_set_pri(e, false, 0);
	env_cfg_write_be(e, e->cap.pri + 4, 3, 2);
	check(e, WAIT(e, env_cfg_read(e, e->cap.pri + 4) >> 24 & 1, 20000), "it does not stop");
	tq_wait(&q, &c);
	check(e, c.status == SVARIG_ST_FAULT_READ || c.status == SVARIG_ST_PRI_FAILURE, "status %u",
	      c.status);
	smmu_respond_all(e->smmu, PRG_SUCCESS);
	env_run(e, 500);
	check(e, env_counter(e, SVARIG_CNT_PRG_UNEXPECTED) >= 1, "the late response was expected");
	e->smmu->knobs.policy = POLICY_SERVE;
	env_set_pri(e, true, ENV_PRI_ALLOC);
	job_run(&q, &j);
	job_free(&j);
}
