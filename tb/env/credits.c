/* SPDX-License-Identifier: BSD-2-Clause */
/* See credits.h. */
#include <string.h>

#include "credits.h"

static const unsigned shift[FC_FIELDS] = {0, 8, 20, 28, 40, 48};
static const unsigned width[FC_FIELDS] = {8, 12, 8, 12, 8, 12};
/* What the endpoint's receiver begins with (rtl/README.md); completions have no limit. */
static const unsigned initial[FC_FIELDS] = {16, 512, 16, 16, 0, 0};

/* The header field of the TLP's class; data is the next. */
static unsigned field_of(const struct tlp *t)
{
	switch (t->kind) {
	case TLP_CPL:
	case TLP_CPLD:
		return FC_CPLH;
	case TLP_MWR:
	case TLP_MSG:
	case TLP_MSGD:
		return FC_PH;
	default:
		return FC_NPH;
	}
}

static unsigned units_of(const struct tlp *t)
{
	return (t->payload_len + 15) / 16;
}

static void tell(struct credits *c, struct dut *d)
{
	unsigned finite = 0;
	uint64_t v = 0;

	for (unsigned i = 0; i < FC_FIELDS; i++) {
		finite |= (c->size[i] != 0) << i;
		v |= (c->limit[i] & ((1ull << width[i]) - 1)) << shift[i];
	}
	dut_credits(d, finite, v, true);
}

void credits_on(struct credits *c, struct dut *d, const unsigned size[FC_FIELDS], unsigned percent,
		uint64_t seed)
{
	memset(c, 0, sizeof(*c));
	c->on = true;
	c->percent = percent;
	c->rng.state = seed;
	c->first = dut_alloc(d);
	for (unsigned i = 0; i < FC_FIELDS; i++)
		c->size[i] = c->limit[i] = size[i];
	tell(c, d);
}

/* Below this a TLP of 128 bytes, or of as much as there ever is, waits. */
static uint64_t least(const struct credits *c, unsigned i)
{
	return !(i & 1) ? 1 : c->size[i] < 8 ? c->size[i] : 8;
}

bool credits_tick(struct credits *c, struct dut *d)
{
	bool news = false;

	if (!c->on)
		return true;
	for (unsigned i = 0; i < FC_FIELDS; i++) {
		uint64_t full = c->used[i] + c->size[i] - c->limit[i];

		c->dry[i] += c->size[i] && c->limit[i] - c->used[i] < least(c, i);
		if (!c->size[i] || !full || rng_below(&c->rng, 100) >= c->percent)
			continue;
		c->limit[i] += 1 + rng_below(&c->rng, full > 8 ? 8 : full);
		news = true;
	}
	if (news)
		tell(c, d);
	return true;
}

bool credits_may_send(struct credits *c, struct dut *d, const struct tlp *t)
{
	unsigned h = field_of(t);
	uint64_t now;

	if (!c->on || h == FC_CPLH)
		return true;
	now = dut_alloc(d);
	for (unsigned i = h; i < h + 2; i++) {
		uint64_t mask = (1ull << width[i]) - 1;
		uint64_t freed = ((now >> shift[i]) - (c->first >> shift[i])) & mask;
		uint64_t need = i == h ? 1 : units_of(t);

		if (((initial[i] + freed - c->sent[i]) & mask) < need) {
			c->held++;
			return false;
		}
	}
	c->sent[h]++;
	c->sent[h + 1] += units_of(t);
	return true;
}

bool credits_received(struct credits *c, const struct tlp *t)
{
	unsigned h = field_of(t);
	bool good;

	if (!c->on)
		return true;
	c->used[h]++;
	c->used[h + 1] += units_of(t);
	good = !c->size[h] || c->used[h] <= c->limit[h];
	return good && (!c->size[h + 1] || c->used[h + 1] <= c->limit[h + 1]);
}
