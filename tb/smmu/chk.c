/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests and completions. See chk.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chk_int.h"
#include "die.h"

static const char *const rule_name[CHK_RULES] = {
	"malformed",
	"requester id",
	"bus mastering",
	"max payload",
	"max read request",
	"tag",
	"attributes",
	"poisoned",
	"pasid",
	"ats off",
	"untranslated",
	"no translation",
	"stale translation",
	"permission",
	"drain",
	"invalidate completion",
	"page request",
	"page request credit",
	"completion",
	"message",
};

const char *chk_rule_name(enum chk_rule rule)
{
	return rule < CHK_RULES ? rule_name[rule] : "all";
}

struct chk *chk_new(void)
{
	struct chk *c = xalloc(sizeof(*c));

	c->print = true;
	chk_cfg_defaults(c);
	return c;
}

static void request_free(struct request *r)
{
	free(r->tlp);
	memset(r, 0, sizeof(*r));
}

void chk_free(struct chk *c)
{
	if (!c)
		return;
	for (unsigned i = 0; i < TAGS; i++) {
		request_free(&c->req[i]);
		free(c->host[i].tlp);
	}
	grants_free(c);
	free(c);
}

void chk_reset(struct chk *c, uint64_t cycle)
{
	c->cycle = cycle;
	for (unsigned i = 0; i < TAGS; i++)
		request_free(&c->req[i]);
	memset(c->prg, 0, sizeof(c->prg));
	c->page_reqs = 0;
	c->itags = 0;
	grants_drop_all(c);
	chk_cfg_defaults(c);
	c->changed = cycle;
}

void chk_set_function(struct chk *c, uint16_t rid, uint16_t smmu_rid, const struct chk_caps *caps)
{
	c->rid = rid;
	c->smmu_rid = smmu_rid;
	c->caps = *caps;
}

void chk_set_msi(struct chk *c, uint64_t lo, uint64_t hi)
{
	c->msi_lo = lo;
	c->msi_hi = hi;
}

void chk_allow_no_pasid(struct chk *c, bool allow)
{
	c->allow_no_pasid = allow;
}

void chk_ordered_range(struct chk *c, uint32_t pasid, uint64_t va, uint64_t len)
{
	unsigned i = c->ordered_count++ % ORDERED;

	c->ordered[i].pasid = pasid;
	c->ordered[i].va = va;
	c->ordered[i].len = len;
	if (c->ordered_count > ORDERED)
		die("too many ordered ranges");
}

void chk_bad(struct chk *c, enum chk_rule rule, const struct tlp *t, const char *format, ...)
{
	char text[160], packet[240];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	tlp_format(t, packet, sizeof(packet));
	if (!c->first[0])
		snprintf(c->first, sizeof(c->first), "cycle %" PRIu64 ": %s: %s: %s", c->cycle,
			 rule_name[rule], text, packet);
	if (c->print && c->count[rule] < 5)
		printf("# VIOLATION cycle %" PRIu64 " [%s] %s: %s\n", c->cycle, rule_name[rule],
		       text, packet);
	c->count[rule]++;
}

static struct tlp *header_copy(const struct tlp *t)
{
	struct tlp *copy = xalloc(sizeof(*copy));

	memcpy(copy, t, offsetof(struct tlp, payload));
	return copy;
}

static void take_tag(struct chk *c, const struct tlp *t)
{
	struct request *r = &c->req[t->tag];
	unsigned limit = c->now.ext_tag || (chk_in_grace(c) && c->before.ext_tag) ? 256 : 32;

	if (t->tag >= limit)
		chk_bad(c, CHK_TAG, t, "tags above %u are not enabled", limit - 1);
	if (r->busy) {
		chk_bad(c, CHK_TAG, t,
			r->lost ? "its request was never completed" : "is outstanding");
		request_free(r);
	}
	r->busy = true;
	r->tlp = header_copy(t);
	r->left = t->at == TLP_AT_TRANSLATION_REQUEST ? t->length_dw * 4u : tlp_byte_span(t);
	if (!r->left)
		r->left = 1;
}

static void check_pasid(struct chk *c, const struct tlp *t)
{
	bool grace = chk_in_grace(c);

	if (!t->pasid_valid)
		return;
	if (!c->now.pasid && !(grace && c->before.pasid))
		chk_bad(c, CHK_PASID, t, "a PASID prefix while PASID is off");
	if (t->pasid_exec && !c->now.exec)
		chk_bad(c, CHK_PASID, t, "execute requested, which is not enabled");
	if (t->pasid_priv && !c->now.priv)
		chk_bad(c, CHK_PASID, t, "privileged mode requested, which is not enabled");
}

static void check_untranslated(struct chk *c, const struct tlp *t)
{
	bool grace = chk_in_grace(c);

	if (!t->pasid_valid) {
		if (t->kind == TLP_MWR && t->addr >= c->msi_lo && t->addr < c->msi_hi) {
			if (t->attr & TLP_ATTR_RO)
				chk_bad(c, CHK_ATTR, t, "an interrupt is relaxed");
			if (t->length_dw != 1 || t->first_be != 15)
				chk_bad(c, CHK_MALFORMED, t, "an interrupt is one double word");
			return;
		}
		if (!c->allow_no_pasid)
			chk_bad(c, CHK_UNTRANSLATED, t, "neither PASID nor interrupt");
	}
	if (c->now.ats && !grace &&
	    !grant_untranslated(c, t->pasid_valid, t->pasid_valid ? t->pasid : 0, t->addr))
		chk_bad(c, CHK_UNTRANSLATED, t, "ATS is on");
}

static void check_memory(struct chk *c, const struct tlp *t)
{
	bool grace = chk_in_grace(c);
	unsigned mps = grace && c->before.mps > c->now.mps ? c->before.mps : c->now.mps;
	unsigned mrrs = grace && c->before.mrrs > c->now.mrrs ? c->before.mrrs : c->now.mrrs;

	if (!c->now.bme && !(grace && c->before.bme))
		chk_bad(c, CHK_BME, t, "bus mastering is off");
	if (t->kind == TLP_MWR && t->payload_len > mps)
		chk_bad(c, CHK_MPS, t, "%u bytes, limit %u", t->payload_len, mps);
	if (t->kind == TLP_MRD && t->length_dw * 4u > mrrs)
		chk_bad(c, CHK_MRRS, t, "%u bytes, limit %u", t->length_dw * 4u, mrrs);
	if (t->attr & TLP_ATTR_NS && !c->now.no_snoop && !grace)
		chk_bad(c, CHK_ATTR, t, "no snoop is not enabled");
	if (t->attr & TLP_ATTR_RO && !c->now.relaxed && !grace)
		chk_bad(c, CHK_ATTR, t, "relaxed ordering is not enabled");
	if (t->at && !c->now.ats && !(grace && c->before.ats))
		chk_bad(c, CHK_ATS_OFF, t, "ATS is off");
	else if (t->at == TLP_AT_TRANSLATED && c->now.ats)
		grant_check(c, t);
	if (t->at == TLP_AT_TRANSLATED && t->pasid_valid)
		chk_bad(c, CHK_PASID, t, "translated request with a PASID prefix");
	if (t->at == TLP_AT_UNTRANSLATED)
		check_untranslated(c, t);
	if (t->at == TLP_AT_TRANSLATION_REQUEST && !t->pasid_valid && !c->allow_no_pasid)
		chk_bad(c, CHK_PASID, t, "translation request without PASID");
	if (t->kind == TLP_MRD)
		take_tag(c, t);
}

/* 2.3.1: a completion of the endpoint for a request of the host. */
static void check_completion(struct chk *c, const struct tlp *t)
{
	struct host_request *h = &c->host[t->tag];
	const struct tlp *q = h->tlp;
	bool memory;

	if (t->completer != c->rid)
		chk_bad(c, CHK_RID, t, "completer is not %04x", c->rid);
	if (!h->busy || t->requester != q->requester) {
		chk_bad(c, CHK_COMPLETION, t, "nobody asked");
		return;
	}
	memory = q->kind == TLP_MRD;
	if (t->tc != q->tc || t->attr != q->attr)
		chk_bad(c, CHK_COMPLETION, t, "traffic class or attributes are not the request's");
	if (t->payload_len > c->now.mps && t->payload_len > c->before.mps)
		chk_bad(c, CHK_MPS, t, "%u bytes, limit %u", t->payload_len, c->now.mps);
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
		chk_cfg_done(c, q);
		free(h->tlp);
		h->tlp = NULL;
	}
}

void chk_from_ep(struct chk *c, uint64_t cycle, const struct tlp *t)
{
	const char *wrong = tlp_malformed(t);
	bool completion = t->kind == TLP_CPL || t->kind == TLP_CPLD;

	c->cycle = cycle;
	c->stats.tlps++;
	if (wrong)
		chk_bad(c, CHK_MALFORMED, t, "%s", wrong);
	if (t->ep)
		chk_bad(c, CHK_POISON, t, "poisoned");
	if (completion) {
		check_completion(c, t);
		return;
	}
	if (t->requester != c->rid)
		chk_bad(c, CHK_RID, t, "requester is not %04x", c->rid);
	if (t->tc)
		chk_bad(c, CHK_ATTR, t, "traffic class %u", t->tc);
	check_pasid(c, t);
	if (t->kind == TLP_MRD || t->kind == TLP_MWR)
		check_memory(c, t);
	else if (t->kind == TLP_MSG || t->kind == TLP_MSGD)
		chk_ep_message(c, t);
	else
		chk_bad(c, CHK_MALFORMED, t, "an endpoint does not send this");
}

static void completion_to_ep(struct chk *c, const struct tlp *t)
{
	struct request *r = &c->req[t->tag];
	uint32_t carried;

	if (!r->busy || t->requester != c->rid)
		return; /* a planted unexpected completion */
	if (r->tlp->at == TLP_AT_TRANSLATION_REQUEST) {
		if (t->kind == TLP_CPLD && !t->ep)
			grants_delivered(c, t->tag);
		else
			grants_forget(c, t->tag);
		/* 10.2.3.1: UR turns the address translation cache off until the host enables it
		 * again. */
		if (t->kind == TLP_CPL && t->status == TLP_UR && c->now.ats) {
			c->before = c->now;
			c->now.ats = false;
			c->changed = c->cycle;
			grants_drop_all(c);
		}
		carried = t->payload_len;
		if (t->kind == TLP_CPLD && t->byte_count > t->payload_len) {
			r->left -= carried;
			return;
		}
		request_free(r);
		return;
	}
	carried = t->payload_len - (t->lower_addr & 3);
	if (t->kind == TLP_CPL || carried >= t->byte_count)
		request_free(r);
}

void chk_to_ep(struct chk *c, uint64_t cycle, const struct tlp *t)
{
	struct host_request *h = &c->host[t->tag];

	c->cycle = cycle;
	switch (t->kind) {
	case TLP_CPL:
	case TLP_CPLD:
		completion_to_ep(c, t);
		return;
	case TLP_MSG:
	case TLP_MSGD:
		chk_host_message(c, t);
		return;
	case TLP_MWR:
	case TLP_UNKNOWN:
		return;
	default:
		break;
	}
	chk_host_cfg(c, t);
	free(h->tlp);
	h->tlp = header_copy(t);
	h->busy = true;
	h->left = t->kind == TLP_MRD ? tlp_byte_span(t) : 4;
	if (!h->left)
		h->left = 1;
}

void chk_lost(struct chk *c, unsigned tag)
{
	c->req[tag].lost = true;
	grants_forget(c, tag);
}

uint32_t chk_itags(const struct chk *c)
{
	return c->itags;
}

unsigned chk_outstanding(const struct chk *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < TAGS; i++)
		n += c->req[i].busy && !c->req[i].lost;
	return n;
}

unsigned chk_page_reqs(const struct chk *c)
{
	return c->page_reqs;
}

unsigned chk_count(const struct chk *c, enum chk_rule rule)
{
	unsigned n = 0;

	if (rule < CHK_RULES)
		return c->count[rule];
	for (unsigned i = 0; i < CHK_RULES; i++)
		n += c->count[i];
	return n;
}

void chk_forgive(struct chk *c, enum chk_rule rule)
{
	c->count[rule] = 0;
	if (!chk_count(c, CHK_RULES))
		c->first[0] = 0;
}

const char *chk_first(const struct chk *c)
{
	return c->first;
}

void chk_set_print(struct chk *c, bool print)
{
	c->print = print;
}

const struct chk_stats *chk_stats(const struct chk *c)
{
	return &c->stats;
}
