/* SPDX-License-Identifier: BSD-2-Clause */
/* The address translation cache: hits, misses, permissions, sizes. PCIe Base Specification 10.2.3.
 */
#include "common.h"

#define VA_BLOCK 0x40000000ull

static struct tlp_xlat forced;
static uint64_t forced_va;
static bool forced_on;

/* Lays `forced` over the permissions of the answer for one page. */
static void force(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	(void)q;
	if (!forced_on || (va & PAGE_MASK) != (forced_va & PAGE_MASK))
		return;
	x->r = forced.r;
	x->w = forced.w;
	x->u = forced.u;
}

static void force_page(struct env *e, uint64_t va, bool r, bool w, bool u)
{
	forced = (struct tlp_xlat){.r = r, .w = w, .u = u};
	forced_va = va;
	forced_on = true;
	e->smmu->xlat_hook = force;
}

TEST(atc_hit, "a warm job asks for no translation")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked, hits;
	struct job j;

	common_copy(e, &j, as, 3000, true);
	job_run(&q, &j);
	asked = env_counter(e, SVARIG_CNT_XLAT_REQS);
	hits = env_counter(e, SVARIG_CNT_ATC_HITS);
	check_eq(e, asked, e->smmu->xlat_requests, "translation requests");
	check(e, asked > 0, "the cold job asked for nothing");
	for (int i = 0; i < 10; i++)
		job_run(&q, &j);
	check_eq(e, env_counter(e, SVARIG_CNT_XLAT_REQS), asked,
		 "translation requests of warm jobs");
	check(e, env_counter(e, SVARIG_CNT_ATC_HITS) > hits, "no hits are counted");
	job_free(&j);
}

TEST(atc_many_pages, "more pages than the cache holds")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 600 << 10, true);
	for (int i = 0; i < 2; i++)
		job_run(&q, &j);
	job_free(&j);
}

TEST(atc_read_only, "a write to a read-only page fails with its address; the page is untouched")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src = env_alloc_filled(e, as, 0x2000, AS_R),
		 dst = env_alloc_filled(e, as, 0x2000, AS_R);
	struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = 100, .src = src, .dst = dst + 0xff0};
	uint8_t before[200], after[200];
	struct svarig_cpl c;

	as_read(as, dst + 0xf80, before, 200);
	/* Once with the page cold, once with it cached for reading. */
	for (int warm = 0; warm < 2; warm++) {
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_FAULT_WRITE, "status");
		check_eq(e, c.fault_addr, d.dst, "fault address");
		check_eq(e, c.detail, SVARIG_SD_PAGE_REQUESTED, "detail");
		d.src = dst;
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_FAULT_WRITE, "status");
	}
	as_read(as, dst + 0xf80, after, 200);
	check(e, !__builtin_memcmp(before, after, 200), "the read-only page has changed");
	common_alive(&q);
}

TEST(atc_second_page_read_only, "a fault in the middle: what came before is in place")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src = env_alloc_filled(e, as, 0x3000, AS_R),
		 dst = env_alloc_filled(e, as, 0x3000, AS_RW);
	struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = 0x2000, .src = src + 10, .dst = dst + 0x800};
	uint8_t want[0x800], got[0x800];
	struct svarig_cpl c;

	as_protect(as, dst + 0x1000, AS_R);
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_FAULT_WRITE, "status");
	check_eq(e, c.fault_addr, dst + 0x1000, "fault address");
	check(e, c.done <= 0x2000, "%u bytes done", c.done);
	as_read(as, src + 10, want, 0x800);
	as_read(as, dst + 0x800, got, 0x800);
	check(e, c.done <= 0x800, "%u bytes done, 2048 could be", c.done);
	check(e, !__builtin_memcmp(want, got, c.done < 0x800 ? c.done : 0x800),
	      "what is done is wrong");
}

TEST(atc_write_without_read, "W without R: the page can be written")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 500, true);
	force_page(e, j.d.dst, false, true, false);
	job_run(&q, &j);
	/* And not read. */
	j.d.src = j.d.dst;
	j.d.dst += 600;
	struct svarig_cpl c;

	e->smmu->knobs.policy = POLICY_INVALID;
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_FAULT_READ, "status of a read");
	job_free(&j);
}

TEST(atc_untranslated_only, "U=1: untranslated access, R and W still bind")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 500, true);
	force_page(e, j.d.src, true, true, true);
	job_run(&q, &j);
	force_page(e, j.d.dst, true, true, true);
	env_invalidate_wait(e, true, 1, 0, 64, false);
	job_run(&q, &j);
	job_free(&j);
}

TEST(atc_nothing_is_not_cached, "an answer with neither R nor W is not kept")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, BOOT_NO_PRI);
	uint64_t src = env_alloc_filled(e, as, 4096, AS_R),
		 dst = env_alloc_filled(e, as, 4096, AS_RW);
	struct svarig_desc d = {.opcode = SVARIG_OP_COPY, .len = 64, .src = src, .dst = dst};
	struct svarig_cpl c;

	env_unmap_wait(e, as, src, 1);
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_FAULT_READ, "status while unmapped");
	check_eq(e, c.detail, SVARIG_SD_NO_PRI, "detail");
	as_map(as, src); /* a new mapping needs no invalidation */
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "status when mapped");
}

TEST(atc_upgrade, "a page that was made writable is asked for again")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 500, false);
	as_add(as, j.d.dst & PAGE_MASK, 4096, AS_R);
	as_map(as, j.d.dst);
	/* Cached read-only, by reading it. */
	struct svarig_desc d = {.opcode = SVARIG_OP_HASH,
				.alg = SVARIG_HA_SHA256,
				.len = 100,
				.src = j.d.dst,
				.dst = j.d.src};

	as_protect(as, j.d.src, AS_RW);
	tq_run(&q, &d, NULL);
	as_protect(as, j.d.dst, AS_RW); /* more permission: no invalidation needed */
	job_free(&j);
	job_copy(e, &j, as, d.dst, d.src, 500);
	job_run(&q, &j);
	job_free(&j);
}

static void block(struct env *e, unsigned log2)
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked;
	struct job j;

	/* Pages at both ends of the block. */
	as_add(as, VA_BLOCK, 16 * PAGE_SIZE, AS_RW);
	as_add(as, VA_BLOCK + (1ull << log2) - 16 * PAGE_SIZE, 16 * PAGE_SIZE, AS_RW);
	as_map_block(as, VA_BLOCK, log2);
	common_alive(&q);
	asked = e->smmu->xlat_requests;
	job_copy(e, &j, as, VA_BLOCK + 100, VA_BLOCK + (1ull << log2) - 16 * PAGE_SIZE + 77, 60000);
	job_run(&q, &j);
	asked = e->smmu->xlat_requests - asked;
	check(e, asked <= 8, "%llu translation requests for one block", (unsigned long long)asked);
	job_refresh(e, &j);
	job_run(&q, &j);
	/* An invalidation of any page in it takes the block away. */
	asked = e->smmu->xlat_requests;
	env_invalidate_wait(e, true, 1, VA_BLOCK + 0x123000, 12, false);
	job_refresh(e, &j);
	job_run(&q, &j);
	check(e, e->smmu->xlat_requests > asked, "the block survived its invalidation");
	job_free(&j);
}

TEST(atc_block_2m, "one translation for a 2 MiB block")
{
	block(e, 21);
}

TEST(atc_block_1g, "one translation for a 1 GiB block")
{
	block(e, 30);
}

static void big(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	(void)q;
	if ((va & PAGE_MASK) == forced_va) {
		x->size_log2 = 64;
		x->addr = 0;
	}
}

TEST(atc_size_that_cannot_be, "an entry whose size makes no sense fails the job, nothing else")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 500, true);
	forced_va = j.d.src & PAGE_MASK;
	e->smmu->xlat_hook = big;
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_XLAT_ERROR, "status");
	e->smmu->xlat_hook = NULL;
	job_run(&q, &j);
	job_free(&j);
}
