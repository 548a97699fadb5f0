/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation requests and untranslated requests. See smmu.h. */
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "smmu_int.h"

static bool untranslated(void *ctx, const struct tlp *t, uint64_t va, uint64_t *pa)
{
	struct smmu *s = ctx;
	struct as *as = smmu_as_of(s, t->requester, t->pasid_valid, t->pasid_valid ? t->pasid : 0);
	struct as_walk w;

	if (!as || !as_walk(as, va, &w) || (t->kind == TLP_MWR ? !w.w : !w.r)) {
		s->untranslated_faults++;
		return false;
	}
	*pa = w.pa;
	return true;
}

static void translation_request(void *ctx, const struct tlp *t)
{
	struct smmu *s = ctx;
	struct smmu_walk_job *j = xalloc(sizeof(*j)), **p = &s->walks;

	s->xlat_requests++;
	j->q = xalloc(sizeof(*j->q));
	memcpy(j->q, t, offsetof(struct tlp, payload));
	j->due = s->rc->cycle + rng_range(&s->rng, s->knobs.walk_min, s->knobs.walk_max);
	while (*p)
		p = &(*p)->next;
	*p = j;
}

static void message(void *ctx, const struct tlp *t)
{
	struct smmu *s = ctx;

	if (t->msg_code == TLP_MSG_INVALIDATE_COMPLETION)
		smmu_inv_completion(s, t);
	else if (t->msg_code == TLP_MSG_PAGE_REQUEST)
		smmu_page_request(s, t);
}

static const struct rc_iommu iommu_ops = {
	.untranslated = untranslated,
	.translation_request = translation_request,
	.message = message,
};

/* 10.2.3: one entry; a missing page is an entry with neither R nor W. */
static void entry_for(struct smmu *s, const struct tlp *q, uint64_t va, struct tlp_xlat *x)
{
	struct as *as = smmu_as_of(s, q->requester, q->pasid_valid, q->pasid_valid ? q->pasid : 0);
	bool no_write = q->addr & 1;
	struct as_walk w;

	memset(x, 0, sizeof(*x));
	x->size_log2 = 12;
	if (as && as_walk(as, va, &w)) {
		x->size_log2 = w.size_log2;
		x->addr = w.pa & ~((1ull << w.size_log2) - 1);
		x->r = w.r;
		/* 10.2.2: with No Write set, W may be given or not. */
		x->w = w.w && (!no_write || rng_chance(&s->rng, 50));
		x->global = w.global && q->pasid_valid;
		x->exe = w.x && q->pasid_valid && q->pasid_exec;
	}
	if (s->xlat_hook)
		s->xlat_hook(s->xlat_ctx, q, va, x);
	if (!x->r && !x->w)
		s->xlat_faults++;
}

static void walk(struct smmu *s, const struct tlp *q)
{
	uint32_t delay = rng_range(&s->rng, s->knobs.answer_min, s->knobs.answer_max);
	uint64_t va = q->addr & PAGE_MASK;
	unsigned n = q->length_dw / 2;
	bool planted = s->xlat_count && n >= s->xlat_least;
	uint8_t entries[512 * 8];
	struct tlp_xlat x = {0};

	if (!s->knobs.enabled || (planted && s->xlat_status)) {
		enum tlp_status status = s->knobs.enabled ? s->xlat_status : TLP_UR;

		if (planted)
			s->xlat_count--;
		rc_answer_xlat(s->rc, q, status, NULL, 0, delay, RC_GOOD);
		return;
	}
	if (n > 512)
		n = 512;
	/* 10.2.3: fewer than asked is legal; all entries of an answer have one size. */
	if (rng_chance(&s->rng, s->knobs.fewer_percent))
		n = rng_range(&s->rng, 1, n);
	for (unsigned i = 0; i < n; i++) {
		unsigned first = x.size_log2;

		entry_for(s, q, va, &x);
		if (i && x.size_log2 != first) {
			n = i;
			break;
		}
		tlp_put_xlat(entries + 8 * i, &x);
		chk_walked(s->chk, q, va, &x);
		va = (va & ~((1ull << x.size_log2) - 1)) + (1ull << x.size_log2);
	}
	if (planted) {
		s->xlat_count--;
		rc_answer_xlat(s->rc, q, TLP_SC, entries, n, delay, s->xlat_fault);
		return;
	}
	rc_answer_xlat(s->rc, q, TLP_SC, entries, n, delay, RC_GOOD);
}

void smmu_tick(struct smmu *s)
{
	for (struct smmu_walk_job **p = &s->walks; *p;) {
		struct smmu_walk_job *j = *p;

		if (j->due > s->rc->cycle) {
			p = &j->next;
			continue;
		}
		*p = j->next;
		walk(s, j->q);
		free(j->q);
		free(j);
	}
	if (s->groups_open)
		smmu_pri_tick(s);
}

struct smmu *smmu_new(struct pmem *pm, struct rc *rc, struct chk *chk, uint64_t seed)
{
	struct smmu *s = xalloc(sizeof(*s));

	s->pm = pm;
	s->rc = rc;
	s->chk = chk;
	s->rng.state = seed;
	s->inv_depth = SMMU_ITAGS;
	s->knobs = (struct smmu_knobs){
		.walk_min = 10,
		.walk_max = 30,
		.answer_min = 5,
		.answer_max = 20,
		.serve_min = 300,
		.serve_max = 1000,
		.enabled = true,
		.fewer_percent = 30,
	};
	rc->iommu = &iommu_ops;
	rc->iommu_ctx = s;
	return s;
}

static void walks_free(struct smmu *s)
{
	while (s->walks) {
		struct smmu_walk_job *j = s->walks;

		s->walks = j->next;
		free(j->q);
		free(j);
	}
}

void smmu_function_reset(struct smmu *s, uint16_t rid)
{
	struct smmu_device *d = smmu_dev(s, rid);

	smmu_inv_drop(d);
	for (unsigned i = 0; i < SMMU_GROUPS; i++)
		if (s->group[i].used && s->group[i].device == rid) {
			s->group[i].used = false;
			s->groups_open--;
		}
}

void smmu_device_reset(struct smmu *s)
{
	for (unsigned i = 0; i < SMMU_DEVICES; i++)
		smmu_inv_drop(&s->dev[i]);
	memset(s->group, 0, sizeof(s->group));
	s->groups_open = 0;
}

void smmu_free(struct smmu *s)
{
	if (!s)
		return;
	walks_free(s);
	smmu_device_reset(s);
	while (s->spaces) {
		struct as *as = s->spaces;

		s->spaces = as->next;
		as_free(as);
	}
	free(s);
}

void smmu_renumber(struct smmu *s, uint16_t rid)
{
	for (struct as *as = s->spaces; as; as = as->next)
		if (as->rid == s->device)
			as->rid = rid;
	smmu_dev(s, s->device)->rid = rid;
	s->device = rid;
}

struct as *smmu_new_as_of(struct smmu *s, uint16_t rid, bool pasid_valid, uint32_t pasid)
{
	struct as *as;

	if (smmu_as_of(s, rid, pasid_valid, pasid))
		die("PASID %u has an address space already", pasid);
	as = as_new(s->pm, pasid_valid, pasid);
	as->rid = rid;
	as->next = s->spaces;
	s->spaces = as;
	return as;
}

struct as *smmu_as_of(struct smmu *s, uint16_t rid, bool pasid_valid, uint32_t pasid)
{
	for (struct as *as = s->spaces; as; as = as->next)
		if (as->rid == rid && as->pasid_valid == pasid_valid && as->pasid == pasid)
			return as;
	return NULL;
}

struct as *smmu_new_as(struct smmu *s, bool pasid_valid, uint32_t pasid)
{
	return smmu_new_as_of(s, s->device, pasid_valid, pasid);
}

struct as *smmu_as(struct smmu *s, bool pasid_valid, uint32_t pasid)
{
	return smmu_as_of(s, s->device, pasid_valid, pasid);
}
