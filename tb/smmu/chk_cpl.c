/* SPDX-License-Identifier: BSD-2-Clause */
/* Completions in both directions. See chk.h. */
#include <stdlib.h>

#include "chk_int.h"

/* 2.3.1: a completion of the endpoint for a request of the host. */
void chk_ep_completion(struct chk *c, const struct tlp *t)
{
	struct host_request *h = &c->host[t->tag];
	const struct tlp *q = h->tlp;
	struct chk_fn *f = fn_of(c, t->completer);
	const struct chk_fn *pf = c->fn;
	bool memory;

	if (!f)
		chk_bad(c, CHK_RID, t, "completer is no function of the endpoint");
	if (!h->busy || t->requester != q->requester) {
		chk_bad(c, CHK_COMPLETION, t, "nobody asked");
		return;
	}
	memory = q->kind == TLP_MRD;
	if (f && !memory && t->status == TLP_SC && t->completer != q->target)
		chk_bad(c, CHK_RID, t, "completer is not %04x", q->target);
	if (t->tc != q->tc || t->attr != q->attr)
		chk_bad(c, CHK_COMPLETION, t, "traffic class or attributes are not the request's");
	if (t->payload_len > pf->now.mps && t->payload_len > pf->before.mps)
		chk_bad(c, CHK_MPS, t, "%u bytes, limit %u", t->payload_len, pf->now.mps);
	if (t->kind == TLP_CPL) {
		bool read = memory || q->kind == TLP_CFGRD0 || q->kind == TLP_CFGRD1;

		if (read && t->status == TLP_SC)
			chk_bad(c, CHK_COMPLETION, t, "a read is answered without data");
		h->busy = false;
	} else {
		uint32_t span = memory ? tlp_byte_span(q) : 4;
		uint64_t at = memory ? tlp_first_byte(q) + (span ? span - h->left : 0) : 0;
		uint32_t carried = t->payload_len - (at & 3);

		if (!span)
			span = 1;
		if (q->kind == TLP_CFGWR0 || q->kind == TLP_CFGWR1)
			chk_bad(c, CHK_COMPLETION, t, "a write is answered with data");
		if (t->byte_count != h->left)
			chk_bad(c, CHK_COMPLETION, t, "byte count is not %u", h->left);
		if (t->lower_addr != (at & 0x7f))
			chk_bad(c, CHK_COMPLETION, t, "lower address is not %#x",
				(unsigned)(at & 0x7f));
		if (carried >= h->left) {
			if (t->payload_len - 4 >= (at & 3) + h->left)
				chk_bad(c, CHK_COMPLETION, t, "longer than what was asked");
			h->busy = false;
		} else {
			h->left -= carried;
		}
	}
	if (!h->busy) {
		if (t->status == TLP_SC)
			chk_cfg_done(c, q);
		free(h->tlp);
		h->tlp = NULL;
	}
}

static void translation(struct chk *c, struct chk_fn *f, struct request *r, const struct tlp *t)
{
	bool more = t->kind == TLP_CPLD && t->byte_count > t->payload_len;

	if (!f->now.ats)
		chk_cover(c, COV_XLAT_AFTER_OFF);
	if (t->kind == TLP_CPLD && t->ep)
		chk_cover(c, more ? COV_XLAT_SPLIT_POISON : COV_XLAT_POISONED);
	if (t->kind == TLP_CPL && t->status)
		chk_cover(c, t->status == TLP_CA ? COV_XLAT_CA : COV_XLAT_UR);
	if (more) {
		chk_cover(c, COV_XLAT_SPLIT);
		/* What belongs to the part that is spoilt is not known: nothing was given. */
		if (t->ep)
			grants_forget(f, t->tag);
		r->left -= t->payload_len;
		return;
	}
	if (t->kind == TLP_CPLD && !t->ep) {
		if (r->tlp->length_dw > t->byte_count / 4 && r->left == r->tlp->length_dw * 4u)
			chk_cover(c, COV_XLAT_FEWER);
		grants_delivered(c, f, t->tag);
	} else {
		grants_forget(f, t->tag);
	}
	/* 10.2.3.1: UR turns the address translation cache off until the host enables it again. */
	if (t->kind == TLP_CPL && t->status == TLP_UR && f->now.ats) {
		f->before = f->now;
		f->now.ats = false;
		f->changed = c->cycle;
		grants_drop(c, f);
	}
	request_free(r);
}

void chk_host_completion(struct chk *c, const struct tlp *t)
{
	struct chk_fn *f = fn_of(c, t->requester);
	struct request *r = f ? &f->req[t->tag] : NULL;
	uint32_t carried;

	if (!r || !r->busy) {
		chk_cover(c, COV_LATE);
		return; /* a planted unexpected completion */
	}
	if (r->lost)
		chk_cover(c, COV_LATE);
	for (unsigned i = 0; i < TAGS && !c->cov[COV_REORDER]; i++)
		if (f->req[i].busy && f->req[i].serial < r->serial)
			chk_cover(c, COV_REORDER);
	if (r->tlp->at == TLP_AT_TRANSLATION_REQUEST) {
		translation(c, f, r, t);
		return;
	}
	carried = t->payload_len - (t->lower_addr & 3);
	if (t->kind == TLP_CPL || carried >= t->byte_count)
		request_free(r);
	else
		chk_cover(c, COV_SPLIT_READ);
}
