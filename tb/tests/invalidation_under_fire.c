/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rule of invalidation (10.3): pages are taken away at random while several queues transfer at
 * full load; the page comes back by page request, elsewhere in physical memory. The checker judges
 * every TLP: none may be made with a translation whose Invalidate Completion has left; and the data
 * must be right in spite of it all.
 * --invalidations N says how many (2,000; the CI run 20,000).
 */
#include <inttypes.h>
#include <stdio.h>

#include "load.h"

/* One random disturbance of the load's memory; false when no ITag was free. */
static bool disturb(struct load *l)
{
	struct env *e = l->e;
	struct as *as;
	uint64_t va = load_random_page(l, &as);
	unsigned kind = rng_below(&e->rng, 100);

	if (kind < 80)
		return smmu_unmap(e->smmu, as, va, 1) >= 0;
	if (kind < 88) {
		/* A range; what is not there is not there. */
		unsigned pages = 1u << rng_below(&e->rng, 4);

		return smmu_unmap(e->smmu, as, va & ~((uint64_t)pages * PAGE_SIZE - 1), pages) >= 0;
	}
	if (kind < 94) /* nothing changed, all the same */
		return smmu_invalidate(e->smmu, true, as->pasid, va, 12, false) >= 0;
	if (kind < 97)
		return smmu_invalidate(e->smmu, true, as->pasid, va, 12 + rng_below(&e->rng, 10),
				       rng_chance(&e->rng, 50)) >= 0;
	return smmu_invalidate(e->smmu, kind & 1, as->pasid, 0, 64, kind & 1) >= 0;
}

static void fire(struct env *e, uint64_t count, unsigned queues, unsigned spaces)
{
	uint64_t next = 0, last_done = 0, stuck, traffic = 0;
	bool burst = false;
	const struct chk_stats *s = chk_stats(e->chk);
	struct load l;

	e->smmu->knobs.serve_min = 20;
	e->smmu->knobs.serve_max = 200;
	load_open(e, &l, queues, spaces, 16000);
	stuck = e->cycle;
	while (e->smmu->inv_sent < count) {
		env_cycle(e);
		/*
		 * Bursts that fill all ITags; else after some transfers, so that there is something
		 * to take away. Time alone brings the next one too: the queues may all be waiting
		 * for pages.
		 */
		if (e->cycle >= next + 1500 ||
		    (e->cycle >= next && (burst || s->translated >= traffic))) {
			if (rng_chance(&e->rng, 2))
				burst = rng_chance(&e->rng, 10);
			disturb(&l);
			next = e->cycle + rng_range(&e->rng, 1, burst ? 20 : 200);
			traffic = s->translated + rng_below(&e->rng, 16);
		}
		if (e->cycle % 16 == 0)
			load_step(&l);
		if (l.done != last_done) {
			last_done = l.done;
			stuck = e->cycle;
		}
		if (e->cycle - stuck > 3000000)
			require(e, false, "no job finishes any more (%" PRIu64 " did)", l.done);
		if (chk_count(e->chk, CHK_RULES))
			require(e, false, "stopped at the first violation");
	}
	load_finish(&l);
	require(e, WAIT(e, !smmu_inv_outstanding(e->smmu), ENV_LIMIT), "invalidations are left");
	check(e, e->smmu->inv_done >= count, "%" PRIu64 " invalidations", e->smmu->inv_done);
	check(e, s->grants_killed > count / 5, "only %" PRIu64 " live translations were hit",
	      s->grants_killed);
	check(e, l.done > count / 100, "only %" PRIu64 " jobs ran", l.done);
	check(e, e->smmu->inv_worst < 100000, "an invalidation took %" PRIu64 " cycles",
	      e->smmu->inv_worst);
	printf("# %" PRIu64 " invalidations (%" PRIu64 " live translations killed, worst %" PRIu64
	       " cycles, mean %" PRIu64 "), %" PRIu64 " jobs, %" PRIu64 " page requests, %" PRIu64
	       " translated TLPs checked\n",
	       e->smmu->inv_done, s->grants_killed, e->smmu->inv_worst,
	       e->smmu->inv_done ? e->smmu->inv_cycles / e->smmu->inv_done : 0, l.done,
	       e->smmu->page_requests, s->translated);
	check_eq(e, env_counter(e, SVARIG_CNT_INV_REQS), e->smmu->inv_sent, "requests counted");
	check_eq(e, env_counter(e, SVARIG_CNT_INV_CPLS), e->smmu->inv_done, "completions counted");
	load_close(&l);
}

TEST(invalidation_under_fire, "random unmaps under full load: no TLP with an old translation")
{
	env_boot(e, 0);
	fire(e, test_option("invalidations", 2000), 8, 4);
}

TEST(invalidation_one_space, "the same with all queues in one address space and rough timing")
{
	env_profile(e, PROFILE_ROUGH);
	env_boot(e, 0);
	fire(e, test_option("invalidations", 2000) / 8, 8, 1);
}
