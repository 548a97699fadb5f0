/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of ATS and PRI. */
#include <string.h>

#include "chk_int.h"

static void invalidate_completion(struct chk *c, const struct tlp *t)
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
	if (vector & ~c->itags)
		chk_bad(c, CHK_INV_CPL, t, "ITags %#x are not outstanding", vector & ~c->itags);
	if (t->attr & TLP_ATTR_RO)
		chk_bad(c, CHK_ATTR, t, "an Invalidate Completion is relaxed");
	for (uint32_t v = vector & c->itags; v; v &= v - 1)
		c->stats.invalidations++;
	grants_kill(c, vector & c->itags, t);
	c->itags &= ~vector;
}

static void page_request(struct chk *c, const struct tlp *t)
{
	struct tlp_page_req q;
	struct prg *g;

	tlp_get_page_req(t, &q);
	c->stats.page_requests++;
	if (!c->now.pri && !(chk_in_grace(c) && c->before.pri))
		chk_bad(c, CHK_PAGE_REQ, t, "page requests are off");
	if (!q.read && !q.write) {
		/* 10.4.1.2: a Stop Marker has a PASID and is the last of nothing. */
		if (!t->pasid_valid || !q.last)
			chk_bad(c, CHK_PAGE_REQ, t, "neither read nor write, and no Stop Marker");
		return;
	}
	g = &c->prg[q.prgi];
	if (g->open && g->closed) {
		chk_bad(c, CHK_PAGE_REQ, t, "PRG index %u awaits its response", q.prgi);
		return;
	}
	if (g->open && (g->pasid_valid != t->pasid_valid || g->pasid != t->pasid))
		chk_bad(c, CHK_PAGE_REQ, t, "PASID differs within a group");
	g->open = true;
	g->closed = q.last;
	g->pasid_valid = t->pasid_valid;
	g->pasid = t->pasid;
	g->pages++;
	if (++c->page_reqs > c->now.alloc && !(chk_in_grace(c) && c->page_reqs <= c->before.alloc))
		chk_bad(c, CHK_CREDIT, t, "%u pages outstanding, %u allocated", c->page_reqs,
			c->now.alloc);
}

void chk_ep_message(struct chk *c, const struct tlp *t)
{
	switch (t->msg_code) {
	case TLP_MSG_INVALIDATE_COMPLETION:
		invalidate_completion(c, t);
		return;
	case TLP_MSG_PAGE_REQUEST:
		page_request(c, t);
		return;
	case TLP_MSG_ERR_COR:
	case TLP_MSG_ERR_NONFATAL:
	case TLP_MSG_ERR_FATAL:
		c->stats.errors++;
		return;
	}
	chk_bad(c, CHK_MESSAGE, t, "an endpoint does not send this");
}

void chk_host_message(struct chk *c, const struct tlp *t)
{
	unsigned prgi, code;
	uint16_t dest;

	if (!tlp_get_prg_resp(t, &dest, &prgi, &code) || !c->prg[prgi].open)
		return;
	if (t->pasid_valid && (!c->prg[prgi].pasid_valid || t->pasid != c->prg[prgi].pasid))
		return;
	if (code > 1) {
		/* 10.4.2.1: response failure (and what is reserved) ends all of them and turns PRI
		 * off. */
		memset(c->prg, 0, sizeof(c->prg));
		c->page_reqs = 0;
		c->before = c->now;
		c->now.pri = false;
		c->changed = c->cycle;
		return;
	}
	c->page_reqs -= c->prg[prgi].pages;
	c->prg[prgi] = (struct prg){0};
}
