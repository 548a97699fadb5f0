/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constrained random: jobs of every kind on many queues, with faults, retries, invalidations,
 * planted errors, stray completions, changes of sizes and timing, all at once. --jobs N (120; the
 * CI run 1,000).
 */
#include <inttypes.h>
#include <stdio.h>

#include "load.h"

static void stray_completion(struct env *e)
{
	struct tlp q = {.kind = TLP_MRD,
			.requester = ENV_BDF,
			.tag = 0xf0 + rng_below(&e->rng, 16)},
		   t;
	uint8_t junk[128];

	rng_bytes(&e->rng, junk, sizeof(junk));
	tlp_set_bytes(&q, 0x80000000 + rng_below(&e->rng, 64), 1 + rng_below(&e->rng, 60), NULL);
	tlp_make_cpld(&t, &q, RC_RID, 0, tlp_byte_span(&q), junk);
	rc_send(e->rc, &t);
}

static void stray_access(struct env *e)
{
	static const uint64_t at[] = {ENV_BAR2 + SVARIG_ADM_COUNTERS, ENV_BAR2 + 0x3000,
				      ENV_BAR0 + 0xc, ENV_BAR0 + 0xf00c};
	int tag = rc_mem_read(e->rc, at[rng_below(&e->rng, 4)], 4);

	require(e, tag >= 0 && WAIT(e, e->rc->req[tag].done, ENV_LIMIT),
		"a register read is not answered");
	rc_req_free(e->rc, tag);
}

static void change(struct load *l, bool errors)
{
	static const enum rc_fault fault[] = {RC_UR, RC_CA, RC_POISON, RC_CA_TAIL, RC_SLOW};
	struct env *e = l->e;
	const uint8_t *page;
	struct as *as;
	uint64_t va;

	switch (rng_below(&e->rng, 10)) {
	case 0:
		env_profile(e, PROFILE_RANDOM);
		e->rc->knobs.mps = 128;
		break;
	case 1:
		e->smmu->knobs.policy = rng_chance(&e->rng, 50) ? POLICY_RANDOM : POLICY_SERVE;
		e->smmu->knobs.serve_max = 300 + rng_below(&e->rng, 5000);
		break;
	case 2:
		stray_completion(e);
		break;
	case 3:
		stray_access(e);
		break;
	case 4:
		/* Not in the rings: what halts a queue has its directed tests. */
		page = load_random_source(l);
		if (errors && page &&
		    !rc_plant_fault(e->rc, &(struct rc_plant){.fault = fault[rng_below(&e->rng, 5)],
							      .page = page,
							      .skip = rng_below(&e->rng, 2),
							      .count = 1,
							      .delay = 3000}))
			rc_unplant(e->rc); /* full of pages that nobody reads any more */
		break;
	case 5:
		e->smmu->knobs.answer_max = 20 + rng_below(&e->rng, 600);
		break;
	default:
		va = load_random_page(l, &as);
		smmu_unmap(e->smmu, as, va, 1);
		break;
	}
}

static void mix(struct env *e, bool errors)
{
	uint64_t jobs = test_option("jobs", 120), last = 0, stuck;
	struct load l;

	env_boot(e, 0);
	load_open(e, &l, 8, 3, 9000);
	/* Descriptor and record rings survive a planted error only as a halt: those tests are
	 * directed. */
	l.may_fail = errors;
	l.fresh = true;
	l.unmapped_percent = 30;
	stuck = e->cycle;
	/* A short run may have to go on until an error is met. */
	while (l.done < jobs || (errors && !l.failed && l.done < 10 * jobs)) {
		env_run(e, 1 + rng_below(&e->rng, 30));
		load_step(&l);
		if (rng_chance(&e->rng, 5))
			change(&l, errors);
		if (l.done != last) {
			last = l.done;
			stuck = e->cycle;
		}
		require(e, e->cycle - stuck < 4000000, "no job finishes any more (%" PRIu64 " did)",
			l.done);
	}
	rc_unplant(e->rc);
	load_finish(&l);
	check(e, !errors || l.failed, "no planted error was met");
	printf("# %" PRIu64 " jobs, %" PRIu64 " failed as they may, %" PRIu64
	       " page requests, %" PRIu64 " invalidations\n",
	       l.done, l.failed, e->smmu->page_requests, e->smmu->inv_done);
	load_close(&l);
}

TEST_COLD(random_mix, "random jobs, faults, invalidations, timing; every result right")
{
	mix(e, false);
}

TEST_COLD(random_errors, "the same with reads that end in UR, CA, poison or late")
{
	mix(e, true);
}

TEST_COLD(random_idle_clock, "the same with the clock standing still whenever the endpoint is idle")
{
	e->stop_clock = true;
	mix(e, true);
	check(e, e->idle_cycles, "the endpoint was never idle");
}
