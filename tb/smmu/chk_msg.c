/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of ATS and PRI. */
#include <string.h>

#include "chk_int.h"

static void invalidate_completion(struct chk *c, struct chk_fn *f, const struct tlp *t)
{
	uint32_t vector;
	unsigned count;
	uint16_t dest;

	tlp_get_inv_cpl(t, &dest, &count, &vector);
	if (dest != c->smmu_rid)
		chk_bad(c, CHK_INV_CPL, t, "goes to %04x, the requests came from %04x", dest,
			c->smmu_rid);
	if (count != 1)
		chk_bad(c, CHK_INV_CPL, t, "count %u with one traffic class in use", count);
	if (!vector)
		chk_bad(c, CHK_INV_CPL, t, "completes nothing");
	if (vector & ~f->itags)
		chk_bad(c, CHK_INV_CPL, t, "ITags %#x are not outstanding", vector & ~f->itags);
	if (t->attr & TLP_ATTR_RO)
		chk_bad(c, CHK_ATTR, t, "an Invalidate Completion is relaxed");
	for (uint32_t v = vector & f->itags; v; v &= v - 1)
		c->stats.invalidations++;
	if (vector & f->itags & f->itags_written)
		chk_cover(c, COV_INV_WRITES);
	if (f != c->fn)
		chk_cover(c, COV_VF_INVALIDATION);
	grants_kill(c, f, vector & f->itags, t);
	f->itags &= ~vector;
}

/* 10.4.1.2: the last word about a PASID: nothing of it is begun and not ended. */
static void stop_marker(struct chk *c, struct chk_fn *f, const struct tlp *t)
{
	bool any = false;

	chk_cover(c, COV_STOP_MARKER);
	for (unsigned i = 0; i < PRG_MAX; i++) {
		const struct prg *g = &f->prg[i];

		if (!g->open || !g->pasid_valid || g->pasid != t->pasid)
			continue;
		any = true;
		if (!g->closed)
			chk_bad(c, CHK_STOP, t, "group %u is not ended", i);
	}
	for (unsigned i = 0; i < TAGS; i++) {
		const struct request *r = &f->req[i];

		if (r->busy && !r->lost && r->tlp->pasid_valid && r->tlp->pasid == t->pasid)
			chk_bad(c, CHK_STOP, t, "request with tag %u is outstanding", i);
	}
	c->stats.stop_markers++;
	c->stats.stop_markers_idle += !any;
}

static void page_request(struct chk *c, struct chk_fn *f, const struct tlp *t)
{
	struct tlp_page_req q;
	struct prg *g;
	bool grace = chk_in_grace(c, f);

	tlp_get_page_req(t, &q);
	g = &f->prg[q.prgi];
	/* 10.5.2.2: what is begun may be ended after PRI was turned off. */
	if (!f->now.pri && !(grace && f->before.pri) && !(g->open && !g->closed))
		chk_bad(c, CHK_PAGE_REQ, t, "page requests are off");
	if (!q.read && !q.write) {
		/* 10.4.1.2: a Stop Marker has a PASID and is the last of nothing. */
		if (!t->pasid_valid || !q.last)
			chk_bad(c, CHK_PAGE_REQ, t, "neither read nor write, and no Stop Marker");
		else
			stop_marker(c, f, t);
		return;
	}
	c->stats.page_requests++;
	f->traffic.pages++;
	if (f != c->fn)
		chk_cover(c, COV_VF_PAGE_REQUEST);
	/* It met the response failure on its way, which was the answer to it too (10.4.2.1). */
	if (c->pri_failed)
		return;
	if (g->open && g->closed) {
		chk_bad(c, CHK_PAGE_REQ, t, "PRG index %u awaits its response", q.prgi);
		return;
	}
	if (g->open && (g->pasid_valid != t->pasid_valid || g->pasid != t->pasid))
		chk_bad(c, CHK_PAGE_REQ, t, "PASID differs within a group");
	if (!g->open)
		g->first_va = q.addr;
	g->open = true;
	g->closed = q.last;
	g->pasid_valid = t->pasid_valid;
	g->pasid = t->pasid;
	g->pages++;
	if (g->pages == 2)
		chk_cover(c, COV_PAGE_GROUP);
	if (++c->page_reqs > f->now.alloc && !(grace && c->page_reqs <= f->before.alloc))
		chk_bad(c, CHK_CREDIT, t, "%u pages outstanding, %u allocated", c->page_reqs,
			f->now.alloc);
	if (c->page_reqs >= 32)
		chk_cover(c, COV_PAGE_32);
	if (c->page_reqs == f->now.alloc)
		chk_cover(c, COV_PAGE_LIMIT);
}

void chk_ep_message(struct chk *c, struct chk_fn *f, const struct tlp *t)
{
	switch (t->msg_code) {
	case TLP_MSG_INVALIDATE_COMPLETION:
		invalidate_completion(c, f, t);
		return;
	case TLP_MSG_PAGE_REQUEST:
		page_request(c, f, t);
		return;
	case TLP_MSG_ERR_COR:
	case TLP_MSG_ERR_NONFATAL:
	case TLP_MSG_ERR_FATAL:
		c->stats.errors++;
		return;
	}
	chk_bad(c, CHK_MESSAGE, t, "an endpoint does not send this");
}

/* What an Invalidate Request meets on its arrival. */
static void cover_invalidation(struct chk *c, struct chk_fn *f, const struct tlp *t, uint64_t addr,
			       unsigned log2, bool global)
{
	if (!f->now.ats)
		chk_cover(c, COV_INV_OFF);
	if (!f->now.bme)
		chk_cover(c, COV_INV_NO_BME);
	if (!t->pasid_valid)
		chk_cover(c, COV_INV_NO_PASID);
	else
		chk_cover(c, global ? COV_INV_GLOBAL : COV_INV_PASID);
	if (log2 >= 64)
		chk_cover(c, COV_INV_EVERYTHING);
	else if (log2 > 12)
		chk_cover(c, COV_INV_RANGE);
	if (grant_larger(c, f, addr, log2))
		chk_cover(c, COV_INV_INSIDE_LARGE);
	for (unsigned i = 0; i < TAGS; i++) {
		const struct request *r = &f->req[i];

		if (!r->busy || r->lost)
			continue;
		if (r->tlp->at == TLP_AT_TRANSLATED)
			chk_cover(c, COV_INV_DRAIN);
		else if (r->tlp->at == TLP_AT_TRANSLATION_REQUEST &&
			 (log2 >= 64 || r->tlp->addr >> log2 == addr >> log2) &&
			 (global || !t->pasid_valid || t->pasid == r->tlp->pasid))
			chk_cover(c, COV_INV_IN_FLIGHT);
	}
}

void chk_host_message(struct chk *c, const struct tlp *t)
{
	unsigned prgi, code, log2;
	struct chk_fn *f = fn_of(c, t->msg_dw2 >> 16);
	struct prg *g;
	uint64_t addr;
	uint16_t dest;
	bool global;

	if (f && tlp_get_inv_req(t, &addr, &log2, &global)) {
		cover_invalidation(c, f, t, addr, log2, global);
		return;
	}
	if (!tlp_get_prg_resp(t, &dest, &prgi, &code))
		return;
	f = fn_of(c, dest);
	g = f ? &f->prg[prgi] : NULL;
	if (!g || !g->open || !g->closed) {
		chk_cover(c, COV_PRG_UNEXPECTED);
		return;
	}
	if (t->pasid_valid && (!g->pasid_valid || t->pasid != g->pasid)) {
		chk_cover(c, COV_PRG_WRONG_PASID);
		return;
	}
	chk_cover(c, code > 1 ? COV_PRG_FAILURE : code ? COV_PRG_INVALID : COV_PRG_SUCCESS);
	if (code > 1) {
		/* 10.4.2.1: response failure (and what is reserved) ends all of them and turns PRI
		 * off. */
		c->page_reqs = 0;
		c->pri_failed = true;
		for (unsigned i = 0; i < FUNCTIONS; i++) {
			f = &c->fn[i];
			memset(f->prg, 0, sizeof(f->prg));
			f->before = f->now;
			f->now.pri = false;
			f->changed = c->cycle;
		}
		return;
	}
	if (!code) {
		c->served.used = true;
		c->served.pasid_valid = g->pasid_valid;
		c->served.pasid = g->pasid;
		c->served.va = g->first_va;
	}
	c->page_reqs -= g->pages;
	*g = (struct prg){0};
}
