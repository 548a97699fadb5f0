/* SPDX-License-Identifier: BSD-2-Clause */
/* Invalidation: scope, drain, meetings, acceptance. PCIe Base Specification 10.3. The checker
 * judges every TLP. */
#include "common.h"

/* A job of some pages that is warm: no translation requests until something is invalidated. */
static void warm(struct tq *q, struct job *j)
{
	uint64_t asked;

	for (int i = 0; i < 2; i++) {
		asked = q->e->smmu->xlat_requests;
		job_run(q, j);
	}
	check_eq(q->e, q->e->smmu->xlat_requests, asked, "requests of a warm job");
}

static bool asks_again(struct tq *q, struct job *j)
{
	uint64_t asked = q->e->smmu->xlat_requests;

	job_run(q, j);
	return q->e->smmu->xlat_requests > asked;
}

TEST(invalidate_scope, "page, range, space, everything, Global, without PASID")
{
	struct tq a, b;
	struct as *as = common_start(e, &a, 0, 0x111, 0), *bs = smmu_new_as(e->smmu, true, 0x222);
	struct job j, k;
	uint64_t page;

	tq_open(e, &b, 1, bs);
	common_copy(e, &j, as, 3000, true);
	common_copy(e, &k, bs, 3000, true);
	page = j.d.src & PAGE_MASK;
	warm(&a, &j);
	warm(&b, &k);

	env_invalidate_wait(e, true, 0x111, page, 12, false);
	check(e, asks_again(&a, &j), "its page was kept");
	check(e, !asks_again(&b, &k),
	      "the other space lost its page (legal, but then these tests say little)");
	env_invalidate_wait(e, true, 0x111, page & ~0xffffull, 16, false);
	check(e, asks_again(&a, &j), "64 KiB around it: kept");
	env_invalidate_wait(e, true, 0x111, 0, 64, false);
	check(e, asks_again(&a, &j), "the whole space: kept");
	env_invalidate_wait(e, true, 0x333, page, 12, true);
	check(e, asks_again(&a, &j), "Global: kept");
	check(e, asks_again(&b, &k), "Global: kept in the other space");
	env_invalidate_wait(e, false, 0, page, 12, false);
	check(e, asks_again(&a, &j), "without PASID: kept");
	check(e, asks_again(&b, &k), "without PASID: kept in the other space");
	env_invalidate_wait(e, false, 0, 0, 64, false);
	check(e, asks_again(&a, &j), "everything: kept");
	check(e, asks_again(&b, &k), "everything: kept in the other space");
	job_free(&j);
	job_free(&k);
}

TEST(invalidate_sizes, "every size of the S encoding from 4 KiB to everything")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 3000, true);
	for (unsigned log2 = 12; log2 <= 64; log2++) {
		uint64_t base = log2 == 64 ? 0 : j.d.src & ~((1ull << log2) - 1);

		warm(&q, &j);
		env_invalidate_wait(e, true, 1, base, log2, false);
		check(e, asks_again(&q, &j), "2^%u bytes: kept", log2);
	}
	job_free(&j);
}

TEST(invalidate_in_flight, "an invalidation meets the translation of its page under way")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	uint64_t stale;
	struct job j;

	common_copy(e, &j, as, 3000, true);
	job_run(&q, &j);
	stale = env_counter(e, SVARIG_CNT_INV_STALE);
	e->smmu->knobs.answer_min = 300;
	e->smmu->knobs.answer_max = 600;
	for (int i = 0; i < 40; i++) {
		uint64_t asked = e->smmu->xlat_requests,
			 va = (i & 1 ? j.d.src : j.d.dst) & PAGE_MASK;

		env_unmap_wait(e, as, va, 1);
		as_map(as, va);
		job_refresh(e, &j);
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		require(e, WAIT(e, e->smmu->xlat_requests > asked, 50000),
			"no translation request");
		env_run(e, rng_below(&e->rng, 300));
		env_unmap_wait(e, as, va, 1); /* the answer is under way */
		tq_wait(&q, &c);
		tq_consumed(&q);
		job_check(e, &j, &c);
	}
	check(e, env_counter(e, SVARIG_CNT_INV_STALE) > stale, "no translation was found stale");
	job_free(&j);
}

TEST(invalidate_drain, "with reads outstanding for long, the completion waits for them")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 16000, true);
	job_run(&q, &j);
	e->rc->knobs.read_min = 2000;
	e->rc->knobs.read_max = 4000;
	for (int i = 0; i < 8; i++) {
		uint64_t va = (j.d.src & PAGE_MASK) + rng_below(&e->rng, 3) * PAGE_SIZE, start;
		int itag;

		tq_post(&q, &j.d);
		tq_doorbell(&q);
		require(e, WAIT(e, chk_outstanding(e->chk) >= 4, 50000), "no reads");
		start = e->cycle;
		require(e, (itag = smmu_unmap(e->smmu, as, va, 1)) >= 0, "no ITag");
		require(e, WAIT(e, !smmu_inv_pending(e->smmu, itag), 50000), "not completed");
		check(e, e->cycle - start < 20000, "took %llu cycles",
		      (unsigned long long)(e->cycle - start));
		tq_wait(&q, &c);
		tq_consumed(&q);
		job_check(e, &j, &c);
	}
	job_free(&j);
}

TEST(invalidate_as_many_as_advertised, "all ITags at once while nothing of the endpoint is taken")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct port_knobs calm = e->port.knobs;
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 16000, true);
	for (int round = 0; round < 5; round++) {
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		env_run(e, rng_below(&e->rng, 500));
		e->port.knobs.stall_percent = 100; /* transmit stands still */
		for (unsigned i = 0; i < e->smmu->inv_depth; i++)
			require(e, smmu_invalidate(e->smmu, true, 1, j.d.src, 12, false) >= 0,
				"no ITag");
		require(e, WAIT(e, !e->rc->posted && !e->port.out_busy, 20000),
			"the endpoint does not take all the invalidations it advertises");
		check(e, smmu_inv_outstanding(e->smmu) > 0, "completions while nothing is taken");
		e->port.knobs = calm;
		require(e, WAIT(e, !smmu_inv_outstanding(e->smmu), 50000), "not all are completed");
		tq_wait(&q, &c);
		tq_consumed(&q);
		job_check(e, &j, &c);
	}
	job_free(&j);
}

TEST(invalidate_meets_stall, "a packet made before an invalidation, held up until long after it")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct port_knobs calm = e->port.knobs;
	struct svarig_cpl c;
	struct job j;
	int itag;

	common_copy(e, &j, as, 12000, true);
	job_run(&q, &j);
	for (int round = 0; round < 200; round++) {
		job_refresh(e, &j);
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		env_run(e, rng_below(&e->rng, 2500));
		/* What is granted waits at the port; what is outstanding is answered meanwhile. */
		if (round & 1) {
			e->port.knobs.stall_percent = 100;
			env_run(e, rng_below(&e->rng, 30));
			itag = smmu_invalidate(e->smmu, true, 1, 0, 64, false);
		} else {
			itag = smmu_invalidate(e->smmu, true, 1, 0, 64, false);
			env_run(e, rng_below(&e->rng, 80));
			e->port.knobs.stall_percent = 100;
		}
		require(e, itag >= 0, "no ITag");
		require(e, WAIT(e, rc_idle(e->rc), 20000), "completions are not taken");
		env_run(e, 200);
		e->port.knobs = calm;
		require(e, WAIT(e, !smmu_inv_pending(e->smmu, itag), 50000), "not completed");
		tq_wait(&q, &c);
		tq_consumed(&q);
		job_check(e, &j, &c);
	}
	job_free(&j);
}

TEST(invalidate_when_off, "invalidations are completed with ATS off and with bus mastering off")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);

	common_alive(&q);
	env_set_ats(e, false);
	env_invalidate_wait(e, true, 1, 0x1000, 12, false);
	env_set_ats(e, true);
	env_set_bme(e, false);
	env_invalidate_wait(e, true, 1, 0x1000, 12, false);
	env_invalidate_wait(e, false, 0, 0, 64, true);
	env_set_bme(e, true);
	env_run(e, 1000);
	(void)as;
	common_alive(&q);
}

TEST(invalidate_protect, "a page becomes read-only while it is written")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 30000, true);
	job_run(&q, &j);
	for (int i = 0; i < 10; i++) {
		uint64_t va = (j.d.dst & PAGE_MASK) + (1 + rng_below(&e->rng, 6)) * PAGE_SIZE;
		uint8_t before[PAGE_SIZE], after[PAGE_SIZE];
		int itag;

		tq_post(&q, &j.d);
		tq_doorbell(&q);
		env_run(e, rng_below(&e->rng, 2500));
		require(e, (itag = smmu_protect(e->smmu, as, va, AS_R)) >= 0, "no ITag");
		require(e, WAIT(e, !smmu_inv_pending(e->smmu, itag), 50000), "not completed");
		as_read(as, va, before, PAGE_SIZE);
		tq_wait(&q, &c);
		tq_consumed(&q);
		as_read(as, va, after, PAGE_SIZE);
		check(e, !__builtin_memcmp(before, after, PAGE_SIZE),
		      "a read-only page was written");
		check(e, c.status == SVARIG_ST_OK || c.status == SVARIG_ST_FAULT_WRITE, "status %u",
		      c.status);
		if (c.status == SVARIG_ST_FAULT_WRITE)
			check_eq(e, c.fault_addr & PAGE_MASK, va, "page of the fault address");
		as_protect(as, va, AS_RW);
		job_refresh(e, &j);
		job_run(&q, &j);
	}
	job_free(&j);
}

static void trim(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	(void)q;
	if (x->size_log2 != 21)
		return;
	x->addr += va & 0x1fc000;
	x->size_log2 = 14;
}

TEST(invalidate_smaller_than_stu, "with a smallest translation unit of 16 KiB, 4 KiB is rounded up")
{
	struct as *as = smmu_new_as(e->smmu, true, 1);
	uint64_t base = 0x40000000;
	struct tq q;
	struct job j;

	/* Everything the queue touches lies in 16 KiB units: one block, cut by the SMMU. */
	env_boot(e, BOOT_NO_ATS);
	as_add(as, base, 64 * PAGE_SIZE, AS_RW);
	as_map_block(as, base, 21);
	e->smmu->xlat_hook = trim;
	env_cfg_write_be(e, e->cap.ats + 4, 0xc, 0x80020000);
	env_set_pri(e, true, ENV_PRI_ALLOC);
	q = (struct tq){
		.e = e, .as = as, .sq = base, .cq = base + 0x4000, .sq_log2 = 4, .cq_log2 = 4};
	q.vector = -1;
	require_eq(e, tq_create_at(&q), SVARIG_AS_OK, "CREATE_QUEUE");
	job_copy(e, &j, as, base + 0x8100, base + 0x10100, 0x3000);
	warm(&q, &j);
	for (unsigned page = 0; page < 4; page++) {
		env_invalidate_wait(e, true, 1, base + 0x8000 + page * PAGE_SIZE, 12, false);
		check(e, asks_again(&q, &j), "page %u of the unit: kept", page);
	}
	job_free(&j);
}

#define ALIAS 0x7f2000000000ull

TEST(invalidate_meets_fill,
     "a dead translation stays dead while its place in the cache is filled anew")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 0x100, 0);
	struct svarig_cpl c;
	struct job j;

	/* Sixteen pages each, so near to each other that many share a place in any simple index. */
	as_add(as, ALIAS, 16 * PAGE_SIZE, AS_R);
	as_add(as, ALIAS + 0x10000 - PAGE_SIZE, 18 * PAGE_SIZE, AS_RW);
	as_add(as, ALIAS + 0x100000 - PAGE_SIZE, 17 * PAGE_SIZE, AS_RW);
	as_map_range(as, ALIAS, 16 * PAGE_SIZE);
	as_map_range(as, ALIAS + 0x10000, 17 * PAGE_SIZE);
	as_map_range(as, ALIAS + 0x100000, 16 * PAGE_SIZE);
	env_profile(e, PROFILE_SMOOTH);
	env_set_sizes(e, 128, 128); /* many requests a page: the next one is looked up late */
	e->smmu->knobs.walk_min = e->smmu->knobs.walk_max = 1 + rng_below(&e->rng, 10);
	e->smmu->knobs.answer_min = e->smmu->knobs.answer_max = 1 + rng_below(&e->rng, 20);
	/* The latency of reads moves the fill of a destination over the lookup of the next source,
	 * cycle by cycle. */
	for (int round = 0; round < 400; round++) {
		bool sources_only = round & 1;

		e->rc->knobs.read_min = e->rc->knobs.read_max = 4 + round / 2;
		job_copy(e, &j, as, ALIAS, sources_only ? ALIAS + 0x100000 : ALIAS + 0x10000,
			 6 * PAGE_SIZE);
		tq_run(&q, &j.d, &c);
		job_check(e, &j, &c);
		job_free(&j);
		env_unmap_wait(e, as, ALIAS, 8);
		as_map_range(as, ALIAS, 8 * PAGE_SIZE);
		env_invalidate_wait(e, true, 0x100, 0, 64, false);
		if (chk_count(e->chk, CHK_RULES))
			break;
	}
}
