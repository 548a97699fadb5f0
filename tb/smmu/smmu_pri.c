/* SPDX-License-Identifier: BSD-2-Clause */
/* Page request groups: the host's side of 10.4. */
#include <string.h>

#include "smmu_int.h"

/* The group's place; a new one when it is not there. 10.4.1: an index is the requester's. */
static struct smmu_group *find(struct smmu *s, uint16_t rid, unsigned prgi)
{
	struct smmu_group *room = NULL;

	for (unsigned i = 0; i < SMMU_GROUPS; i++) {
		struct smmu_group *g = &s->group[(prgi + i) % SMMU_GROUPS];

		if (g->used && g->device == rid && g->prgi == prgi)
			return g;
		if (!g->used && !room)
			room = g;
	}
	return room;
}

void smmu_page_request(struct smmu *s, const struct tlp *t)
{
	struct tlp_page_req q;
	struct smmu_group *g;

	tlp_get_page_req(t, &q);
	if (!q.read && !q.write) {
		s->stop_markers++;
		return;
	}
	s->page_requests++;
	g = find(s, t->requester, q.prgi);
	if (!g)
		return; /* more groups than indices: the checker has complained */
	if (!g->used) {
		memset(g, 0, sizeof(*g));
		g->used = true;
		g->prgi = q.prgi;
		g->device = t->requester;
		g->pasid_valid = t->pasid_valid;
		g->pasid = t->pasid_valid ? t->pasid : 0;
		s->groups_open++;
	}
	if (g->count < SMMU_GROUP_PAGES) {
		g->page[g->count].va = q.addr;
		g->page[g->count].read = q.read;
		g->page[g->count++].write = q.write;
	}
	if (q.last) {
		g->last = true;
		g->due = s->rc->cycle + rng_range(&s->rng, s->knobs.serve_min, s->knobs.serve_max);
	}
}

/* What an operating system does: the page must belong to the process, with the permission asked
 * for. */
static bool serve(struct as *as, const struct smmu_page *p)
{
	struct upage *u = as ? as_page(as, p->va) : NULL;

	if (!u || (p->write && !(u->prot & AS_W)) || (p->read && !(u->prot & AS_R)))
		return false;
	as_map(as, p->va);
	return true;
}

static enum smmu_policy next_policy(struct smmu *s)
{
	enum smmu_policy p = s->knobs.policy;

	if (s->knobs.policy_count && --s->knobs.policy_count == 0)
		s->knobs.policy = POLICY_SERVE;
	if (p == POLICY_RANDOM)
		p = rng_chance(&s->rng, 15) ? POLICY_NOMAP : POLICY_SERVE;
	return p;
}

static enum smmu_prg_code handle(struct smmu *s, const struct smmu_group *g,
				 enum smmu_policy policy)
{
	struct as *as = smmu_as_of(s, g->device, g->pasid_valid, g->pasid);
	enum smmu_prg_code code = PRG_SUCCESS;

	switch (policy) {
	case POLICY_NOMAP:
		return PRG_SUCCESS;
	case POLICY_INVALID:
		return PRG_INVALID;
	case POLICY_FAILURE:
		return PRG_FAILURE;
	case POLICY_PARTIAL:
		return serve(as, &g->page[0]) ? PRG_SUCCESS : PRG_INVALID;
	default:
		break;
	}
	for (unsigned i = 0; i < g->count; i++)
		if (!serve(as, &g->page[i]))
			code = PRG_INVALID;
	return code;
}

static void respond(struct smmu *s, struct smmu_group *g, enum smmu_prg_code code)
{
	struct tlp t;

	tlp_make_prg_resp(&t, SMMU_RID, g->device, g->prgi, code, g->pasid_valid, g->pasid);
	g->used = false;
	s->groups_open--;
	s->groups_served++;
	rc_send(s->rc, &t);
}

void smmu_pri_tick(struct smmu *s)
{
	if (s->knobs.policy == POLICY_SILENT)
		return;
	for (unsigned i = 0; i < SMMU_GROUPS; i++) {
		struct smmu_group *g = &s->group[i];

		if (g->used && g->last && g->due <= s->rc->cycle)
			respond(s, g, handle(s, g, next_policy(s)));
	}
}

unsigned smmu_groups(const struct smmu *s)
{
	return s->groups_open;
}

unsigned smmu_respond_all(struct smmu *s, enum smmu_prg_code code)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SMMU_GROUPS; i++)
		if (s->group[i].used && s->group[i].last) {
			respond(s, &s->group[i], code);
			n++;
		}
	return n;
}
