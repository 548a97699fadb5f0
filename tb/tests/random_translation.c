/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constrained random for address translation: a queue of the PF and one of a VF stream over memory
 * whose pages come and go, while the host does what it may at the worst moments: invalidations of
 * every scope, enables that go off and on, errors, responses of every kind, resets. A job may fail;
 * it may never be wrong, hang, or break a rule of the checker. --jobs N: N / 6 rounds (default
 * 120), each kind of disturbance once at least.
 */
#include <inttypes.h>
#include <stdio.h>

#include "common.h"

#define SIDES	 2
#define PAGES	 20
#define KINDS	 20   /* of disturbances, see disturb() */
#define ANSWER	 2000 /* cycles a translation takes that meets ATS going off */
#define VA_BLOCK 0x40000000ull

struct side {
	struct env *e;
	unsigned fn;
	struct as *as;
	struct tq q;
	struct job j, large;
	bool on_large, open;
};

/*
 * While ATS may go off in the middle of a job no page is taken away: what is then posted to a
 * missing page, untranslated, is lost and nobody tells (docs/hardware-interface.md, "Translation").
 */
static bool ats_goes_off(unsigned kind)
{
	return kind == 1 || kind == 2 || kind == 9;
}

/* Groups are outstanding when it happens. */
static bool slow(unsigned kind)
{
	return kind == 4 || kind == 5 || kind == 6 || kind == 8 || kind == 16;
}

/* Of the host to the first group, and the corner case it makes. */
static const struct {
	enum smmu_policy policy;
	enum cov_case met;
} answer[] = {{POLICY_FAILURE, COV_PRG_FAILURE},
	      {POLICY_INVALID, COV_PRG_INVALID},
	      {POLICY_NOMAP, COV_PRG_UNMAPPED}};

static struct tlp_xlat flag;
static uint64_t flag_va;

static void flags(void *ctx, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	(void)ctx;
	if ((va ^ flag_va) & PAGE_MASK || (!x->r && !x->w) || x->size_log2 > 12)
		return;
	if (flag.w && !flag.r)
		x->r = false;
	x->w |= flag.w && flag.r;
	x->u |= flag.u;
	x->exe |= flag.exe;
	x->priv |= flag.priv;
	x->global |= flag.global && q->pasid_valid;
}

static void open_queue(struct side *s)
{
	s->e->fn = s->fn;
	tq_open(s->e, &s->q, 0, s->as);
	s->e->fn = 0;
	s->open = true;
}

static void setup(struct env *e, struct side *s)
{
	for (unsigned i = 0; i < SIDES; i++, s++) {
		s->e = e;
		s->fn = i;
		/* The same PASID everywhere: PASIDs are the function's. */
		s->as = smmu_new_as_of(e->smmu, e->bdf + i, true, 0x155);
		common_copy(e, &s->j, s->as, PAGES * PAGE_SIZE - 600, true);
		as_add(s->as, VA_BLOCK, 8 * PAGE_SIZE, AS_RW);
		as_map_block(s->as, VA_BLOCK, 21);
		job_copy(e, &s->large, s->as, VA_BLOCK + 40, VA_BLOCK + 0x4100, 0x3000);
		open_queue(s);
	}
}

static uint64_t some_page(struct side *s)
{
	uint64_t base = rng_chance(&s->e->rng, 50) ? s->j.d.src : s->j.d.dst;

	return (base & PAGE_MASK) + rng_below(&s->e->rng, PAGES) * PAGE_SIZE;
}

static void invalidate(struct side *s, bool unmap)
{
	struct env *e = s->e;
	unsigned kind = rng_below(&e->rng, 8);
	uint64_t va = s->on_large && kind & 1 ? VA_BLOCK + rng_below(&e->rng, 512) * PAGE_SIZE
					      : some_page(s);

	if (kind < 3 && unmap)
		smmu_unmap(e->smmu, s->as, some_page(s), 1);
	else if (kind < 7)
		smmu_invalidate_of(e->smmu, e->bdf + s->fn, rng_chance(&e->rng, 70), 0x155,
				   va & ~0x3fffull, 14, rng_chance(&e->rng, 30));
	else
		smmu_invalidate_of(e->smmu, e->bdf + s->fn, rng_chance(&e->rng, 50), 0x155, 0, 64,
				   rng_chance(&e->rng, 30));
	if (s->on_large)
		smmu_invalidate_of(e->smmu, e->bdf + s->fn, true, 0x155, VA_BLOCK + 0x3000, 12,
				   false);
}

static void response(struct side *s)
{
	const struct smmu_group *g;
	struct env *e = s->e;
	struct tlp t;

	tlp_make_prg_resp(&t, SMMU_RID, e->bdf + s->fn, rng_below(&e->rng, 512), PRG_SUCCESS, true,
			  0x155);
	rc_send(e->rc, &t);
	for (g = e->smmu->group; g < e->smmu->group + SMMU_GROUPS; g++)
		if (g->used && g->last) {
			tlp_make_prg_resp(&t, SMMU_RID, g->device, g->prgi, PRG_INVALID, true,
					  0x156);
			rc_send(e->rc, &t);
		}
}

/* The next translation requests end so. */
static void translation_error(struct env *e, unsigned i)
{
	static const struct {
		enum tlp_status status;
		enum rc_fault fault;
	} kind[] = {{TLP_CA, RC_GOOD}, {TLP_UR, RC_GOOD}, {TLP_SC, RC_POISON}, {TLP_SC, RC_DROP}};

	e->smmu->xlat_status = kind[i].status;
	e->smmu->xlat_fault = kind[i].fault;
	e->smmu->xlat_count = 2 + rng_below(&e->rng, 6);
}

static void pri_off(struct env *e, bool reset)
{
	env_set_pri(e, false, 0);
	if (reset)
		env_cfg_write_be(e, e->cap.pri + 4, 3, 2);
	env_run(e, rng_below(&e->rng, 1000));
	require(e, WAIT(e, env_cfg_read(e, e->cap.pri + 4) >> 24 & 1, 100000), "it never stops");
	env_cfg_write_be(e, e->cap.pri + 4, 4, 3 << 16);
	env_set_pri(e, true, 1 + rng_below(&e->rng, 64));
}

static void function_reset(struct env *e, struct side *side)
{
	env_flr(e);
	require(e, WAIT(e, rc_idle(e->rc) && !e->smmu->walks, 50000), "the host never idles");
	chk_reset(e->chk, e->cycle);
	smmu_device_reset(e->smmu);
	env_boot(e, 0);
	env_set_vfs(e, 1);
	for (unsigned i = 0; i < SIDES; i++)
		side[i].open = false;
}

/* Waits until it is met (once more). */
static void happens(struct env *e, enum cov_case which, uint32_t limit)
{
	uint64_t met = chk_covered(e->chk, which);

	WAIT(e, chk_covered(e->chk, which) != met, limit);
}

static void disturb(struct env *e, struct side *side, unsigned kind)
{
	struct side *s = &side[rng_below(&e->rng, SIDES)];

	if (slow(kind)) {
		WAIT(e, chk_page_reqs(e->chk), 5000);
		env_run(e, 100); /* the group is whole */
	}
	switch (kind) {
	case 0:
		for (unsigned i = 0; i < SMMU_ITAGS; i++)
			smmu_invalidate_of(e->smmu, e->bdf + s->fn, true, 0x155, some_page(s), 12,
					   false);
		break;
	case 1:
		env_set_ats(e, false);
		smmu_invalidate(e->smmu, true, 0x155, 0, 64, false);
		env_run(e, ANSWER + rng_below(&e->rng, 1000));
		env_set_ats(e, true);
		break;
	case 2:
		env_set_bme(e, false);
		smmu_invalidate(e->smmu, true, 0x155, 0, 64, false);
		env_run(e, rng_below(&e->rng, 2000));
		env_set_bme(e, true);
		break;
	case 3:
		function_reset(e, side);
		break;
	case 4:
		pri_off(e, false);
		break;
	case 5:
		pri_off(e, true);
		break;
	case 6:
		response(s);
		break;
	case 7:
		break; /* planted before: see knobs() */
	case 14:
		happens(e, COV_XLAT_LARGE, 3000);
		env_run(e, 500); /* it is delivered */
		for (unsigned i = 0; i < SIDES; i++)
			invalidate(&side[i], false);
		break;
	case 16:
		WAIT(e, chk_page_reqs(e->chk) >= 32, 20000);
		break;
	case 15:
		happens(e, COV_XLAT_SPLIT_POISON, 5000);
		break;
	case 17:
	case 18:
	case 19:
		happens(e, answer[kind - 17].met, 20000);
		break;
	case 8:
		e->fn = s->fn;
		check_eq(e, tq_destroy(&s->q), SVARIG_AS_OK, "DESTROY_QUEUE");
		e->fn = 0;
		s->open = false;
		break;
	default:
		for (unsigned i = 0; i < 4; i++) {
			invalidate(&side[rng_below(&e->rng, SIDES)], !ats_goes_off(kind));
			env_run(e, rng_below(&e->rng, 200));
		}
	}
}

static void knobs(struct env *e, struct side *side, unsigned round, unsigned kind)
{
	static const enum smmu_policy policy[] = {POLICY_SERVE,	 POLICY_SERVE,	 POLICY_RANDOM,
						  POLICY_NOMAP,	 POLICY_PARTIAL, POLICY_INVALID,
						  POLICY_FAILURE};
	struct smmu_knobs *k = &e->smmu->knobs;
	struct side *s;

	env_profile(e, PROFILE_RANDOM);
	k->fewer_percent = rng_below(&e->rng, 60);
	k->answer_max = 20 + rng_below(&e->rng, 400);
	k->serve_max = 300 + rng_below(&e->rng, 3000);
	k->policy = kind == 8 ? POLICY_SILENT : policy[round % 7];
	k->policy_count = 1 + rng_below(&e->rng, 3);
	flag = (struct tlp_xlat){0};
	switch (round % 5) {
	case 0:
		flag.u = true;
		break;
	case 1:
		flag.w = true;
		break;
	case 2:
		flag.r = flag.w = true;
		break;
	case 3:
		flag.exe = flag.global = true;
		break;
	case 4:
		flag.priv = true;
	}
	/* Mostly one that is needed before much can end the job. */
	s = &side[rng_below(&e->rng, SIDES)];
	flag_va = round % 5 == 1 ? s->j.d.dst : rng_chance(&e->rng, 70) ? s->j.d.src : some_page(s);
	e->smmu->xlat_hook = flags;
	if (slow(kind)) {
		k->serve_min = 5000;
		k->serve_max = 30000;
		if (kind != 8)
			k->policy = POLICY_SERVE;
		env_set_pri(e, false, 0);
		env_set_pri(e, true, 64);
	}
	if (kind >= 17) {
		k->policy = answer[kind - 17].policy;
		k->policy_count = 1;
	}
	if (kind == 2 || kind == 3) /* something is outstanding when it happens */
		e->rc->knobs.read_min = e->rc->knobs.read_max = 1500;
	e->smmu->xlat_least = kind == 15 ? 2 : 0;
	if (kind >= 7 && kind <= 13 && kind & 1)
		translation_error(e, (kind - 7) / 2);
	if (kind == 11 || kind == 15) {
		e->rc->knobs.split_percent = 100;
		k->fewer_percent = kind == 15 ? 0 : k->fewer_percent;
	}
	if (kind == 15)
		translation_error(e, 2);
	if (kind == 1) /* longer than a configuration write takes */
		k->answer_min = k->answer_max = ANSWER;
}

static void calm(struct env *e)
{
	struct smmu_knobs *k = &e->smmu->knobs;

	k->policy = POLICY_SERVE;
	k->policy_count = 0;
	k->serve_min = 300;
	k->serve_max = 1000;
	k->answer_min = 5;
	k->answer_max = 20;
	e->smmu->xlat_hook = NULL;
	e->smmu->xlat_count = 0;
	e->smmu->xlat_least = 0;
}

/* The record is there; if not, the queue has halted or the wait is over. */
static bool record(struct side *s, struct svarig_cpl *c)
{
	struct env *e = s->e;
	uint64_t end = e->cycle + 150000;

	while (e->cycle < end) {
		if (WAIT(e, tq_poll(&s->q, c), 5000))
			return true;
		if (tq_status(&s->q) & SVARIG_QSTAT_HALTED)
			return tq_poll(&s->q, c);
	}
	return false;
}

/* The record, or the queue says why there is none. Then it is made anew. */
static void settle(struct side *s)
{
	struct job *j = s->on_large ? &s->large : &s->j;
	struct env *e = s->e;
	struct svarig_cpl c;

	e->fn = s->fn;
	if (s->open && record(s, &c)) {
		if (c.status == SVARIG_ST_OK)
			job_check(e, j, &c);
	} else if (s->open) {
		check(e, tq_status(&s->q) & SVARIG_QSTAT_HALTED,
		      "function %u: no record, and queue status %#x", s->fn, tq_status(&s->q));
	}
	if (s->open)
		require_eq(e, tq_destroy(&s->q), SVARIG_AS_OK, "DESTROY_QUEUE");
	s->open = false;
	e->fn = 0;
}

/* No page need be missing for what is to happen. */
static bool spare(unsigned kind)
{
	return !slow(kind) && kind != 15 && kind < 17;
}

/* Some of the job's pages, or as many as it takes. */
static void take_away(struct side *s, unsigned kind)
{
	struct env *e = s->e;
	uint64_t src = s->j.d.src & PAGE_MASK, dst = s->j.d.dst & PAGE_MASK;
	unsigned n = rng_below(&e->rng, PAGES);

	if (ats_goes_off(kind))
		return;
	if (kind >= 16)
		for (unsigned i = 0; i < PAGES; i++) {
			env_unmap_wait(e, s->as, src + i * PAGE_SIZE, 1);
			env_unmap_wait(e, s->as, dst + i * PAGE_SIZE, 1);
		}
	else
		for (n += slow(kind); n; n--)
			smmu_unmap(e->smmu, s->as, some_page(s), 1);
}

static void clean(struct env *e, struct side *s)
{
	/* Whatever the round has left on or off is as it was. */
	env_set_ats(e, false);
	env_set_ats(e, true);
	env_vf_enables(e, 1);
	env_set_pri(e, false, 0);
	require(e, WAIT(e, env_cfg_read(e, e->cap.pri + 4) >> 24 & 1, 100000), "PRI never stops");
	env_cfg_write_be(e, e->cap.pri + 4, 4, 3 << 16);
	env_set_pri(e, true, 1 + rng_below(&e->rng, 64));
	for (unsigned i = 0; i < SIDES; i++) {
		as_map_range(s[i].as, s[i].j.d.src, s[i].j.d.len);
		as_map_range(s[i].as, s[i].j.d.dst, s[i].j.d.len);
		open_queue(&s[i]);
	}
}

TEST_COLD(random_translation, "PF and VF stream while the host does its worst; every rule is kept")
{
	uint64_t rounds = test_option("jobs", 120) / 6;
	struct side side[SIDES] = {0};

	rounds = rounds < KINDS ? KINDS : rounds > 10 * KINDS ? 10 * KINDS : rounds;
	env_boot(e, 0);
	env_set_vfs(e, 1);
	setup(e, side);
	for (uint64_t round = 0; round < rounds; round++) {
		unsigned kind = round % KINDS;

		knobs(e, side, round, kind);
		for (unsigned i = 0; i < SIDES; i++) {
			struct side *s = &side[i];

			take_away(s, kind);
			s->on_large = kind == 14 || (spare(kind) && rng_chance(&e->rng, 20));
			job_refresh(e, s->on_large ? &s->large : &s->j);
			tq_post(&s->q, s->on_large ? &s->large.d : &s->j.d);
			tq_doorbell(&s->q);
		}
		if (kind == 1 || kind == 2 || kind == 3)
			WAIT(e, chk_outstanding(e->chk), 3000);
		if (kind != 14 && kind != 15)
			env_run(e, rng_below(&e->rng, slow(kind) ? 6000 : kind & 1 ? 800 : 3000));
		disturb(e, side, kind);
		env_run(e, rng_below(&e->rng, 1000));
		calm(e);
		for (unsigned i = 0; i < SIDES; i++)
			settle(&side[i]);
		if (e->failures) {
			printf("# round %" PRIu64 ", kind %u\n", round, kind);
			break;
		}
		rc_release_dropped(e->rc);
		require(e, WAIT(e, !smmu_inv_outstanding(e->smmu), ENV_LIMIT),
			"round %" PRIu64 ", kind %u: invalidations are left", round, kind);
		clean(e, side);
		if (chk_count(e->chk, CHK_RULES))
			require(e, false, "round %" PRIu64 ", kind %u: stopped", round, kind);
	}
	for (unsigned i = 0; i < SIDES; i++) {
		job_free(&side[i].j);
		job_free(&side[i].large);
	}
}
