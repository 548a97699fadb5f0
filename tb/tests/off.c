/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ATS, PRI, PASID or bus mastering go off at the worst moments, or what the host owes never comes:
 * nothing hangs, nothing is sent that must not be, and what fails says why.
 */
#include "common.h"

#define QUEUES 2
#define JOBS   3

/* All records of a queue, or it halts and is made anew. */
static void collect(struct env *e, struct tq *q, const struct job *j)
{
	struct svarig_cpl c;

	for (unsigned i = 0; i < JOBS; i++) {
		bool came = false;

		require(e,
			WAIT(e, (came = tq_poll(q, &c)) || tq_status(q) & SVARIG_QSTAT_HALTED,
			     TQ_LIMIT),
			"neither record nor halt; status %#x", tq_status(q));
		if (!came && !tq_poll(q, &c)) {
			require_eq(e, tq_destroy(q), SVARIG_AS_OK, "DESTROY_QUEUE");
			tq_open(e, q, q->id, q->as);
			return;
		}
		if (c.status == SVARIG_ST_OK || c.status == j[i].status)
			job_check(e, &j[i], &c);
		else
			check(e,
			      c.status == SVARIG_ST_XLAT_ERROR || c.status == SVARIG_ST_ABORTED ||
				      c.status == SVARIG_ST_FAULT_READ ||
				      c.status == SVARIG_ST_FAULT_WRITE || c.status == SVARIG_ST_UR,
			      "status %u", c.status);
	}
	tq_consumed(q);
}

TEST(enables_anywhere,
     "ATS, PRI or bus mastering off and on at any cycle, while the link holds requests back")
{
	/* Room for three reads and a write or two: most of what is ready to go waits. */
	static const unsigned size[FC_FIELDS] = {2, 40, 3, 3, 0, 0};
	struct as *as = smmu_new_as(e->smmu, true, 1);
	struct job j[QUEUES][JOBS];
	struct tq q[QUEUES];

	credits_on(&e->credits, e->dut, size, 12, rng64(&e->rng));
	env_boot(e, 0);
	for (unsigned i = 0; i < QUEUES; i++)
		tq_open(e, &q[i], i, as);
	for (unsigned round = 0; round < 45; round++) {
		for (unsigned i = 0; i < QUEUES; i++) {
			for (unsigned k = 0; k < JOBS; k++) {
				/* What is written to a missing page untranslated is lost. */
				job_random(e, &j[i][k], as, 4000, round % 3 ? 8 : 0);
				tq_post(&q[i], &j[i][k].d);
			}
			tq_doorbell(&q[i]);
		}
		env_run(e, rng_below(&e->rng, 2500));
		switch (round % 3) {
		case 0:
			env_set_ats(e, false);
			env_run(e, rng_below(&e->rng, 1500));
			env_set_ats(e, true);
			break;
		case 1:
			env_set_bme(e, false);
			env_run(e, rng_below(&e->rng, 1500));
			env_set_bme(e, true);
			break;
		default:
			env_set_pri(e, false, 0);
			env_run(e, rng_below(&e->rng, 1500));
			env_set_pri(e, true, ENV_PRI_ALLOC);
		}
		for (unsigned i = 0; i < QUEUES; i++) {
			collect(e, &q[i], j[i]);
			for (unsigned k = 0; k < JOBS; k++)
				job_free(&j[i][k]);
		}
	}
	for (unsigned i = 0; i < QUEUES; i++)
		common_alive(&q[i]);
}

TEST(pasid_off,
     "without PASID a queue that has one is refused: no request leaves without its prefix")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_desc nop = {.opcode = SVARIG_OP_NOP};

	common_alive(&q);
	/* PASID may be changed while ATS is off only (10.5.2.1). */
	env_set_ats(e, false);
	env_set_pasid(e, false);
	for (unsigned ats = 0; ats < 2; ats++) {
		uint64_t reads = e->rc->reads_done, asked = e->smmu->xlat_requests;

		env_set_ats(e, ats);
		tq_post(&q, &nop);
		tq_doorbell(&q);
		require(e, WAIT(e, tq_status(&q) & SVARIG_QSTAT_HALTED, 20000),
			"the queue goes on");
		check_eq(e, tq_status(&q) & SVARIG_QSTAT_CODE_MASK, SVARIG_ST_FAULT_READ, "code");
		check_eq(e, e->rc->reads_done, reads, "reads");
		check_eq(e, e->smmu->xlat_requests, asked, "translation requests");
		env_set_ats(e, false);
		env_set_pasid(e, true);
		env_set_ats(e, true);
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		tq_open(e, &q, 0, as);
		common_alive(&q);
		env_set_ats(e, false);
		env_set_pasid(e, false);
	}
}

TEST(pri_off_before_its_turn,
     "PRI goes off while a page waits for the one credit: it fails at once")
{
	struct tq a, b;
	struct as *as = common_start(e, &a, 0, 1, 0);
	struct svarig_cpl c;
	struct job j, k;

	tq_open(e, &b, 1, as);
	common_alive(&a);
	common_alive(&b);
	env_set_pri(e, false, 0);
	env_set_pri(e, true, 1);
	for (unsigned round = 0; round < 8; round++) {
		e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 30000;
		common_copy(e, &j, as, 300, true);
		env_unmap_wait(e, as, j.d.src & PAGE_MASK, 1);
		common_copy(e, &k, as, 300, true);
		env_unmap_wait(e, as, k.d.src & PAGE_MASK, 1);
		tq_post(&a, &j.d);
		tq_doorbell(&a);
		env_run(e, 2500);
		tq_post(&b, &k.d);
		tq_doorbell(&b);
		env_run(e, 1500 + 200 * round);
		check_eq(e, chk_page_reqs(e->chk), 1, "page requests outstanding");
		env_set_pri(e, false, 0);
		require(e, WAIT(e, tq_poll(&b, &c), 5000), "it waits on");
		check_eq(e, c.status, SVARIG_ST_FAULT_READ, "status");
		check_eq(e, c.detail, SVARIG_SD_NO_PRI, "detail");
		check_eq(e, c.fault_addr, k.d.src, "fault address");
		tq_consumed(&b);
		/* The other one's answer is still due. */
		tq_wait(&a, &c);
		job_check(e, &j, &c);
		tq_consumed(&a);
		e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 500;
		require(e, WAIT(e, !chk_page_reqs(e->chk), 50000), "a response is missing");
		env_set_pri(e, true, 1);
		job_run(&b, &k);
		job_free(&j);
		job_free(&k);
	}
}

TEST(off_before_a_ring_s_turn,
     "a ring's page waits for the one credit: PRI or ATS goes off, the queue halts and says why")
{
	struct svarig_desc nop = {.opcode = SVARIG_OP_NOP};
	struct tq a, b;
	struct as *as = common_start(e, &a, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	tq_open(e, &b, 1, as);
	common_alive(&a);
	common_alive(&b);
	env_set_pri(e, false, 0);
	env_set_pri(e, true, 1);
	for (unsigned round = 0; round < 6; round++) {
		bool ats = round & 1;

		e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 30000;
		common_copy(e, &j, as, 300, true);
		env_unmap_wait(e, as, j.d.src & PAGE_MASK, 1);
		env_unmap_wait(e, as, b.sq, 1);
		tq_post(&a, &j.d);
		tq_doorbell(&a);
		env_run(e, 2500);
		tq_post(&b, &nop);
		tq_doorbell(&b);
		env_run(e, 2500);
		check_eq(e, chk_page_reqs(e->chk), 1, "page requests outstanding");
		if (ats)
			env_set_ats(e, false);
		else
			env_set_pri(e, false, 0);
		require(e, WAIT(e, tq_status(&b) & SVARIG_QSTAT_HALTED, 5000), "it waits on");
		check_eq(e, tq_status(&b) & SVARIG_QSTAT_CODE_MASK,
			 ats ? SVARIG_ST_UR : SVARIG_ST_FAULT_READ, "code");
		e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = 500;
		tq_wait(&a, &c);
		if (!ats) /* the other one's answer is still due */
			job_check(e, &j, &c);
		tq_consumed(&a);
		require(e, WAIT(e, !chk_page_reqs(e->chk), 50000), "a response is missing");
		env_set_pri(e, false, 0);
		env_set_ats(e, true);
		env_set_pri(e, true, 1);
		require_eq(e, tq_destroy(&b), SVARIG_AS_OK, "DESTROY_QUEUE");
		tq_open(e, &b, 1, as);
		common_alive(&b);
		job_free(&j);
	}
}

TEST(translations_never_answered,
     "all tags of translation requests are lost: jobs fail at once; then "
     "the answers come, and all is well")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;
	uint64_t start, last = 0;

	common_alive(&q); /* the rings are warm */
	e->smmu->xlat_status = TLP_SC;
	e->smmu->xlat_fault = RC_DROP;
	e->smmu->xlat_count = 1000;
	for (unsigned i = 0; i < 20; i++) {
		common_copy(e, &j, as, 500, true);
		start = e->cycle;
		check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_TIMEOUT, "status");
		check(e, c.fault_addr == j.d.src || c.fault_addr == j.d.dst, "fault address %#llx",
		      (unsigned long long)c.fault_addr);
		last = e->cycle - start;
		job_free(&j);
	}
	check(e, last < 5000, "the last one takes %llu cycles", (unsigned long long)last);
	e->smmu->xlat_count = 0;
	check(e, rc_release_dropped(e->rc) >= 16, "there were tags left");
	require(e, WAIT(e, rc_idle(e->rc), 50000), "the host never idles");
	env_run(e, 500);
	for (unsigned i = 0; i < 5; i++)
		common_alive(&q);
}

TEST(reads_never_answered,
     "all tags of reads are lost: jobs fail at once, descriptors are still read; "
     "then the answers come, and all is well")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_desc nop = {.opcode = SVARIG_OP_NOP};
	uint64_t start, last = 0;
	struct svarig_cpl c;
	struct job j;

	env_set_sizes(e, 128, 128);
	common_copy(e, &j, as, 8 * PAGE_SIZE, true);
	job_run(&q, &j); /* its pages are known */
	for (unsigned i = 0; i < 8; i++)
		rc_plant_fault(e->rc, &(struct rc_plant){
					      .fault = RC_DROP,
					      .page = as_page(as, j.d.src + i * PAGE_SIZE)->data,
					      .count = 100000});
	for (unsigned i = 0; i < 12; i++) {
		start = e->cycle;
		check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_TIMEOUT, "status");
		check_eq(e, c.fault_addr, j.d.src, "fault address");
		last = e->cycle - start;
	}
	check(e, last < 3000, "the last one takes %llu cycles", (unsigned long long)last);
	check_eq(e, tq_run(&q, &nop, &c), SVARIG_ST_OK, "NOP");
	rc_unplant(e->rc);
	check(e, rc_release_dropped(e->rc) > 100, "most tags were not lost");
	require(e, WAIT(e, rc_idle(e->rc), 200000), "the host never idles");
	env_run(e, 1000);
	job_run(&q, &j);
	job_free(&j);
}

/* Transactions Pending of the PF: 7.5.3.5. */
static unsigned pending(struct env *e)
{
	return env_cfg_read(e, e->cap.pcie + 8) >> 21 & 1;
}

TEST(transactions_pending, "Transactions Pending: from a request to its answer, or to its time-out")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_alive(&q);
	for (unsigned round = 0; round < 4; round++) {
		bool xlat = round & 1, lost = round & 2;

		env_run(e, 2000);
		check_eq(e, pending(e), 0, "at rest");
		common_copy(e, &j, as, 400, true);
		if (!xlat) { /* a read: its page is known */
			job_run(&q, &j);
			job_refresh(e, &j);
			env_run(e, 1000);
			rc_plant_fault(e->rc, &(struct rc_plant){.fault = lost ? RC_DROP : RC_SLOW,
								 .page = as_page(as, j.d.src)->data,
								 .count = 1,
								 .delay = 6000});
		} else {
			e->smmu->xlat_status = TLP_SC;
			e->smmu->xlat_fault = RC_DROP;
			e->smmu->xlat_count = lost ? 100 : 0;
			if (!lost)
				e->smmu->knobs.answer_min = e->smmu->knobs.answer_max = 6000;
		}
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		env_run(e, 3000);
		check(e, pending(e), "%s %s: not pending", xlat ? "translation" : "read",
		      lost ? "lost" : "slow");
		tq_wait(&q, &c);
		tq_consumed(&q);
		if (lost)
			check_eq(e, c.status, SVARIG_ST_TIMEOUT, "status");
		else
			job_check(e, &j, &c);
		e->smmu->knobs.answer_min = 10;
		e->smmu->knobs.answer_max = 100;
		e->smmu->xlat_count = 0;
		/* What was asked for ahead may be timed out a little later. */
		require(e, WAIT(e, !pending(e), 30000), "pending for ever");
		rc_unplant(e->rc);
		rc_release_dropped(e->rc);
		job_free(&j);
	}
}

/* The submission or the completion ring's page is missing, and the host says no in every way. */
TEST(ring_page_refused,
     "a ring's page is missing: response failure, invalid, success without a page")
{
	static const struct {
		enum smmu_policy policy;
		unsigned read, write;
	} way[] = {
		{POLICY_FAILURE, SVARIG_ST_PRI_FAILURE, SVARIG_ST_PRI_FAILURE},
		{POLICY_INVALID, SVARIG_ST_FAULT_READ, SVARIG_ST_FAULT_WRITE},
		{POLICY_NOMAP, SVARIG_ST_FAULT_READ, SVARIG_ST_FAULT_WRITE},
	};
	struct svarig_desc nop = {.opcode = SVARIG_OP_NOP};
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);

	for (unsigned i = 0; i < 6; i++) {
		bool cq = i & 1;

		env_unmap_wait(e, as, cq ? q.cq : q.sq, 1);
		e->smmu->knobs.policy = way[i / 2].policy;
		tq_post(&q, &nop);
		tq_doorbell(&q);
		require(e, WAIT(e, tq_status(&q) & SVARIG_QSTAT_HALTED, 2000000),
			"the queue goes on");
		check_eq(e, tq_status(&q) & SVARIG_QSTAT_CODE_MASK,
			 cq ? way[i / 2].write : way[i / 2].read, "code");
		e->smmu->knobs.policy = POLICY_SERVE;
		if (way[i / 2].policy == POLICY_FAILURE) {
			env_set_pri(e, false, 0);
			env_cfg_write_be(e, e->cap.pri + 4, 4, 1 << 16);
			env_set_pri(e, true, ENV_PRI_ALLOC);
		}
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		tq_open(e, &q, 0, as);
		common_alive(&q);
	}
}

TEST(destroy_in_back_off, "a queue is destroyed while its page request waits to be repeated")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	for (unsigned round = 0; round < 12; round++) {
		uint64_t asked = e->smmu->page_requests;

		common_copy(e, &j, as, 3000, true);
		env_unmap_wait(e, as, round & 1 ? q.sq : j.d.src & PAGE_MASK, 1);
		e->smmu->knobs.policy = POLICY_NOMAP;
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		require(e, WAIT(e, e->smmu->page_requests >= asked + 4, 200000), "no retries");
		env_run(e, 1000 + rng_below(&e->rng, 2500));
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		e->smmu->knobs.policy = POLICY_SERVE;
		tq_open(e, &q, 0, as);
		common_alive(&q);
		job_free(&j);
	}
}
