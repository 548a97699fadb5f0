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
	"stop marker",
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
	c->fn[0].present = true;
	chk_cfg_defaults(&c->fn[0].now);
	c->fn[0].before = c->fn[0].now;
	return c;
}

void chk_free(struct chk *c)
{
	if (!c)
		return;
	for (unsigned i = 0; i < COV_CASES; i++)
		cov_total[i] += c->cov[i];
	for (unsigned i = 0; i < TAGS; i++) {
		for (unsigned f = 0; f < FUNCTIONS; f++)
			request_free(&c->fn[f].req[i]);
		free(c->host[i].tlp);
	}
	grants_free(c);
	free(c);
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

static void take_tag(struct chk *c, struct chk_fn *f, const struct tlp *t)
{
	struct request *r = &f->req[t->tag];
	unsigned limit = f->now.ext_tag || (chk_in_grace(c, f) && f->before.ext_tag) ? 256 : 32;

	if (t->tag >= limit)
		chk_bad(c, CHK_TAG, t, "tags above %u are not enabled", limit - 1);
	if (r->busy) {
		chk_bad(c, CHK_TAG, t,
			r->lost ? "its request was never completed" : "is outstanding");
		request_free(r);
	}
	r->busy = true;
	r->serial = ++c->serial;
	r->since = c->cycle;
	r->tlp = header_copy(t);
	r->left = t->at == TLP_AT_TRANSLATION_REQUEST ? t->length_dw * 4u : tlp_byte_span(t);
	if (!r->left)
		r->left = 1;
}

static void check_pasid(struct chk *c, const struct chk_fn *f, const struct tlp *t)
{
	bool grace = chk_in_grace(c, f);

	if (!t->pasid_valid)
		return;
	if (!f->now.pasid && !(grace && f->before.pasid))
		chk_bad(c, CHK_PASID, t, "a PASID prefix while PASID is off");
	if (t->pasid_exec && !f->now.exec)
		chk_bad(c, CHK_PASID, t, "execute requested, which is not enabled");
	if (t->pasid_priv && !f->now.priv)
		chk_bad(c, CHK_PASID, t, "privileged mode requested, which is not enabled");
}

static void check_untranslated(struct chk *c, const struct chk_fn *f, const struct tlp *t)
{
	bool grace = chk_in_grace(c, f);

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
	if (t->pasid_valid)
		chk_cover(c, COV_UNTRANSLATED);
	if (f->now.ats && !grace &&
	    !grant_untranslated(c, f, t->pasid_valid, t->pasid_valid ? t->pasid : 0, t->addr))
		chk_bad(c, CHK_UNTRANSLATED, t, "ATS is on");
}

static void count(const struct chk *c, struct chk_traffic *n, const struct tlp *t)
{
	if (t->at == TLP_AT_TRANSLATION_REQUEST) {
		n->translations++;
	} else if (t->kind == TLP_MRD) {
		n->reads++;
		n->read_bytes += tlp_byte_span(t);
	} else if (t->pasid_valid || t->at || t->addr < c->msi_lo || t->addr >= c->msi_hi) {
		n->writes++;
		n->write_bytes += tlp_byte_span(t);
	}
}

static void check_memory(struct chk *c, struct chk_fn *f, const struct tlp *t)
{
	bool grace = chk_in_grace(c, f);
	unsigned mps = grace && f->before.mps > f->now.mps ? f->before.mps : f->now.mps;
	unsigned mrrs = grace && f->before.mrrs > f->now.mrrs ? f->before.mrrs : f->now.mrrs;

	count(c, &f->traffic, t);
	if (!f->now.bme && !(grace && f->before.bme))
		chk_bad(c, CHK_BME, t, "bus mastering is off");
	if (t->kind == TLP_MWR && t->payload_len > mps)
		chk_bad(c, CHK_MPS, t, "%u bytes, limit %u", t->payload_len, mps);
	if (t->kind == TLP_MRD && t->length_dw * 4u > mrrs)
		chk_bad(c, CHK_MRRS, t, "%u bytes, limit %u", t->length_dw * 4u, mrrs);
	if (t->attr & TLP_ATTR_NS && !f->now.no_snoop && !grace)
		chk_bad(c, CHK_ATTR, t, "no snoop is not enabled");
	if (t->attr & TLP_ATTR_RO && !f->now.relaxed && !grace)
		chk_bad(c, CHK_ATTR, t, "relaxed ordering is not enabled");
	if (t->at && !f->now.ats && !(grace && f->before.ats))
		chk_bad(c, CHK_ATS_OFF, t, "ATS is off");
	else if (t->at == TLP_AT_TRANSLATED && f->now.ats)
		grant_check(c, f, t);
	if (t->at == TLP_AT_TRANSLATED && t->pasid_valid)
		chk_bad(c, CHK_PASID, t, "translated request with a PASID prefix");
	if (t->at == TLP_AT_UNTRANSLATED)
		check_untranslated(c, f, t);
	if (t->at == TLP_AT_TRANSLATION_REQUEST && t->length_dw > 2)
		chk_cover(c, COV_XLAT_MULTI);
	if (t->at == TLP_AT_TRANSLATION_REQUEST && f != c->fn)
		chk_cover(c, COV_VF_TRANSLATION);
	if (t->at == TLP_AT_TRANSLATION_REQUEST && !t->pasid_valid && !c->allow_no_pasid)
		chk_bad(c, CHK_PASID, t, "translation request without PASID");
	if (t->kind == TLP_MWR)
		f->itags_written |= f->itags;
	if (t->kind == TLP_MRD)
		take_tag(c, f, t);
}

void chk_from_ep(struct chk *c, uint64_t cycle, const struct tlp *t)
{
	const char *wrong = tlp_malformed(t);
	bool completion = t->kind == TLP_CPL || t->kind == TLP_CPLD;
	struct chk_fn *f = fn_of(c, t->requester);

	c->cycle = cycle;
	c->stats.tlps++;
	if (wrong)
		chk_bad(c, CHK_MALFORMED, t, "%s", wrong);
	if (t->ep)
		chk_bad(c, CHK_POISON, t, "poisoned");
	if (completion) {
		chk_ep_completion(c, t);
		return;
	}
	if (!f) {
		chk_bad(c, CHK_RID, t, "requester is no function of the endpoint");
		return;
	}
	if (t->tc)
		chk_bad(c, CHK_ATTR, t, "traffic class %u", t->tc);
	check_pasid(c, f, t);
	if (t->kind == TLP_MRD || t->kind == TLP_MWR)
		check_memory(c, f, t);
	else if (t->kind == TLP_MSG || t->kind == TLP_MSGD)
		chk_ep_message(c, f, t);
	else
		chk_bad(c, CHK_MALFORMED, t, "an endpoint does not send this");
}

void chk_to_ep(struct chk *c, uint64_t cycle, const struct tlp *t)
{
	struct host_request *h = &c->host[t->tag];

	c->cycle = cycle;
	switch (t->kind) {
	case TLP_CPL:
	case TLP_CPLD:
		chk_host_completion(c, t);
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

const struct chk_traffic *chk_traffic(struct chk *c, uint16_t rid)
{
	struct chk_fn *f = fn_of(c, rid);

	return f ? &f->traffic : NULL;
}
