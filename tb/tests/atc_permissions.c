/* SPDX-License-Identifier: BSD-2-Clause */
/* No Write, Priv, Exe, Global in translations. PCIe Base Specification 10.2.2, 10.2.3. */
#include "common.h"

static struct tlp_xlat set;
static uint64_t set_va;

/* Sets the flags of `set` in the answers for one page. */
static void flags(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	if ((va ^ set_va) & PAGE_MASK || (!x->r && !x->w))
		return;
	x->priv |= set.priv;
	x->exe |= set.exe;
	x->global |= set.global && q->pasid_valid;
	/* 10.2.2: with No Write, W may be given all the same. */
	x->w |= set.w;
}

static void on_page(struct env *e, uint64_t va, struct tlp_xlat with)
{
	set = with;
	set_va = va;
	e->smmu->xlat_hook = flags;
}

TEST(atc_no_write, "asked for with No Write: never written through, whatever the answer says")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t asked;
	struct job j, k;

	common_copy(e, &j, as, 500, true);
	as_protect(as, j.d.src, AS_RW);
	on_page(e, j.d.src, (struct tlp_xlat){.w = true});
	job_run(&q, &j);
	check(e, chk_covered(e->chk, COV_XLAT_NO_WRITE) > 0, "W was never given with No Write");
	/* The page is in the cache for reading. Now it is written. */
	asked = e->smmu->xlat_requests;
	job_copy(e, &k, as, j.d.dst, j.d.src + 700, 300);
	job_run(&q, &k);
	check(e, e->smmu->xlat_requests > asked, "it was not asked for again");
	job_free(&j);
	job_free(&k);
}

TEST(atc_privileged, "a translation for privileged access only is none for us")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 500, true);
	on_page(e, j.d.src, (struct tlp_xlat){.priv = true});
	e->smmu->knobs.policy = POLICY_INVALID;
	check_eq(e, tq_run(&q, &j.d, &c), SVARIG_ST_FAULT_READ, "status");
	check_eq(e, c.fault_addr, j.d.src, "fault address");
	e->smmu->knobs.policy = POLICY_SERVE;
	e->smmu->xlat_hook = NULL;
	job_run(&q, &j);
	job_free(&j);
}

TEST(atc_privileged_without_pasid, "Priv says nothing in the answer to a request without PASID")
{
	struct tq q;
	struct as *as = smmu_new_as(e->smmu, false, 0);
	struct job j;

	chk_allow_no_pasid(e->chk, true);
	env_boot(e, 0);
	tq_open(e, &q, 0, as);
	common_copy(e, &j, as, 500, true);
	on_page(e, j.d.src, (struct tlp_xlat){.priv = true, .exe = true});
	job_run(&q, &j);
	check(e, chk_covered(e->chk, COV_XLAT_PRIV) > 0, "it was never set");
	job_free(&j);
}

TEST(atc_executable, "Exe changes nothing for an endpoint that does not execute")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	common_copy(e, &j, as, 500, true);
	on_page(e, j.d.src, (struct tlp_xlat){.exe = true});
	job_run(&q, &j);
	check(e, chk_covered(e->chk, COV_XLAT_EXE) > 0, "it was never set");
	job_free(&j);
}

TEST(atc_global, "a Global translation serves every PASID of the function, and dies by any of them")
{
	struct tq a, b;
	struct as *as = common_start(e, &a, 0, 1, 0), *bs = smmu_new_as(e->smmu, true, 2);
	uint64_t asked, src;
	struct svarig_desc d;
	struct svarig_cpl c;
	struct job j;

	/* The page is at one address in both spaces and, being global, the same page: PASID 2 has
	 * no mapping of its own. */
	bs->brk += 0x10000000;
	tq_open(e, &b, 1, bs);
	common_copy(e, &j, as, 500, true);
	src = j.d.src;
	on_page(e, src, (struct tlp_xlat){.global = true});
	common_alive(&b);
	job_run(&a, &j);
	check(e, chk_covered(e->chk, COV_XLAT_GLOBAL) > 0, "it was never set");
	d = j.d;
	d.dst = env_alloc_filled(e, bs, PAGE_SIZE, AS_RW);
	asked = e->smmu->page_requests;
	check_eq(e, tq_run(&b, &d, &c), SVARIG_ST_OK, "status of the other PASID's read");
	check_eq(e, e->smmu->page_requests, asked, "page requests");
	uint8_t want[500], got[500];

	as_read(as, src, want, 500);
	as_read(bs, d.dst, got, 500);
	check(e, !__builtin_memcmp(want, got, 500), "what it read is wrong");
	/* Dropped by the owner's invalidation: then PASID 2 has nothing there. */
	env_unmap_wait(e, as, src, 1);
	check_eq(e, tq_run(&b, &d, &c), SVARIG_ST_FAULT_READ, "status after the invalidation");
	job_free(&j);
}
