/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads of the endpoint: latency, splitting at the read completion boundary, order, planted faults.
 */
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rc_int.h"

struct tlp *rc_header_copy(const struct tlp *t)
{
	struct tlp *copy = xalloc(sizeof(*copy));

	memcpy(copy, t, offsetof(struct tlp, payload));
	return copy;
}

void rc_read_free(struct rc_read *r)
{
	free(r->q);
	free(r->snap);
	free(r);
}

void rc_reads_free(struct rc *rc)
{
	while (rc->reads) {
		struct rc_read *r = rc->reads;

		rc->reads = r->next;
		rc_read_free(r);
	}
}

static struct rc_read *append(struct rc *rc, const struct tlp *q, uint32_t delay)
{
	struct rc_read *r = xalloc(sizeof(*r)), **p = &rc->reads;

	while (*p)
		p = &(*p)->next;
	*p = r;
	r->q = rc_header_copy(q);
	r->due = rc->cycle + delay;
	return r;
}

static enum rc_fault planted(struct rc *rc, uint64_t pa, uint32_t len, uint32_t *delay)
{
	for (unsigned i = 0; i < sizeof(rc->plant) / sizeof(rc->plant[0]); i++) {
		struct rc_plant *p = &rc->plant[i];

		if (!p->count)
			continue;
		if (p->len && (pa + len <= p->pa || pa >= p->pa + p->len))
			continue;
		if (p->page && pmem_frame(rc->pm, pa) != p->page)
			continue;
		if (p->skip) {
			p->skip--;
			continue;
		}
		p->count--;
		*delay += p->delay;
		return p->fault;
	}
	return RC_GOOD;
}

void rc_take_read(struct rc *rc, const struct tlp *t, bool known, uint64_t pa)
{
	uint32_t delay = rng_range(&rc->rng, rc->knobs.read_min, rc->knobs.read_max);
	uint32_t span = tlp_byte_span(t);
	enum rc_fault fault = RC_GOOD;
	struct rc_read *r;
	uint8_t *page;

	if (known)
		fault = planted(rc, pa, span, &delay);
	r = append(rc, t, delay);
	r->pa = pa;
	r->span = span;
	r->fault = fault;
	r->fault_at = fault == RC_POISON && span ? rng_below(&rc->rng, span) : 0;
	r->dropped = fault == RC_DROP;
	if (r->dropped)
		chk_lost(rc->chk, t->requester, t->tag);
	page = known ? pmem_frame(rc->pm, pa) : NULL;
	if (!page) {
		r->status = TLP_UR;
		rc->bad_access += known;
		return;
	}
	if (fault == RC_UR)
		r->status = TLP_UR;
	if (fault == RC_CA)
		r->status = TLP_CA;
	if (t->at == TLP_AT_UNTRANSLATED) {
		/* The SMMU waits for such reads before a page is taken away: here they read at
		 * once. */
		r->snap = xalloc(span + 1);
		memcpy(r->snap, page + (pa & (PAGE_SIZE - 1)), span);
	}
}

void rc_answer_xlat(struct rc *rc, const struct tlp *q, enum tlp_status status,
		    const uint8_t *entries, unsigned n, uint32_t delay, enum rc_fault fault)
{
	struct rc_read *r = append(rc, q, delay);

	r->status = status;
	r->span = n * 8;
	r->fault = fault;
	r->dropped = fault == RC_DROP;
	r->snap = xalloc(r->span + 1);
	if (n)
		memcpy(r->snap, entries, r->span);
	if (r->dropped)
		chk_lost(rc->chk, q->requester, q->tag);
	else /* made now: it may not overtake what is posted already */
		r->seq = ++rc->seq;
}

void rc_reads_tick(struct rc *rc)
{
	for (struct rc_read *r = rc->reads; r; r = r->next)
		if (!r->seq && r->due <= rc->cycle && !r->dropped)
			r->seq = ++rc->seq;
}

/* Bytes of the next completion: up to a boundary, one that chance or the payload limit chooses. */
static uint32_t chunk(struct rc *rc, const struct rc_read *r)
{
	uint64_t at = tlp_first_byte(r->q) + r->off;
	uint32_t left = r->span - r->off;
	uint32_t limit = rc->knobs.rcb - at % rc->knobs.rcb;

	while (limit < left && limit + rc->knobs.rcb <= rc->knobs.mps &&
	       !rng_chance(&rc->rng, rc->knobs.split_percent))
		limit += rc->knobs.rcb;
	return limit < left ? limit : left;
}

static void fill(struct rc *rc, struct rc_read *r, uint32_t len, uint8_t *data)
{
	uint8_t *page;

	if (r->snap) {
		memcpy(data, r->snap + r->off, len);
		return;
	}
	page = pmem_frame(rc->pm, r->pa + r->off);
	if (page)
		memcpy(data, page + ((r->pa + r->off) & (PAGE_SIZE - 1)), len);
	else
		rc->bad_access++;
}

/* Returns true when the request is finished by this packet. */
static bool make_xlat(struct rc *rc, struct rc_read *r, struct tlp *t)
{
	uint32_t len;

	if (r->status || !r->span) {
		tlp_make_cpl(t, r->q, RC_RID, r->status ? r->status : TLP_CA);
		return true;
	}
	/* 10.2.3: an answer with fewer entries than asked says so by length and byte count alike.
	 * It may come in two parts; the first has the byte count of both. */
	len = r->span - r->off;
	if (!r->off && len > 8 && rng_chance(&rc->rng, rc->knobs.split_percent))
		len = 8 * rng_range(&rc->rng, 1, len / 8 - 1);
	tlp_make_cpld(t, r->q, RC_RID, 0, len, r->snap + r->off);
	t->byte_count = r->span - r->off;
	/* The first part ends at a read completion boundary, as it seems. */
	t->lower_addr = len < r->span && !r->off ? (64 - len) & 0x7f : 0;
	t->ep = r->fault == RC_POISON && !r->off;
	r->off += len;
	return r->off == r->span;
}

static bool make_data(struct rc *rc, struct rc_read *r, struct tlp *t)
{
	uint8_t data[TLP_MAX_PAYLOAD] = {0};
	uint32_t len;

	if (r->status || (r->fault == RC_CA_TAIL && r->off)) {
		tlp_make_cpl(t, r->q, RC_RID, r->status ? r->status : TLP_CA);
		t->byte_count = r->span - r->off ? r->span - r->off : 1;
		t->lower_addr = (tlp_first_byte(r->q) + r->off) & 0x7f;
		return true;
	}
	len = chunk(rc, r);
	fill(rc, r, len, data);
	tlp_make_cpld(t, r->q, RC_RID, r->off, len, data);
	if (r->fault == RC_POISON && r->fault_at >= r->off && r->fault_at - r->off < len)
		t->ep = true;
	r->off += len;
	rc->bytes_read += len;
	if (r->off < r->span && r->fault == RC_DROP_TAIL) {
		r->dropped = true;
		chk_lost(rc->chk, r->q->requester, r->q->tag);
	}
	r->due = rc->cycle + rng_range(&rc->rng, 0, rc->knobs.gap_max);
	return r->off >= r->span;
}

static bool can_go(const struct rc *rc, const struct rc_read *r, uint64_t before)
{
	return !r->dropped && r->due <= rc->cycle && r->seq && r->seq < before;
}

bool rc_next_completion(struct rc *rc, uint64_t before, struct tlp *t)
{
	struct rc_read **p, **pick = NULL;
	unsigned ready = 0;
	bool finished;

	for (p = &rc->reads; *p; p = &(*p)->next) {
		if (!can_go(rc, *p, before))
			continue;
		ready++;
		if (!pick || (rc->knobs.reorder && rng_below(&rc->rng, ready) == 0))
			pick = p;
	}
	if (!pick)
		return false;
	finished = (*pick)->q->at == TLP_AT_TRANSLATION_REQUEST ? make_xlat(rc, *pick, t)
								: make_data(rc, *pick, t);
	if (finished) {
		struct rc_read *r = *pick;

		*pick = r->next;
		rc->reads_done++;
		rc_read_free(r);
	}
	return true;
}

unsigned rc_release_dropped(struct rc *rc)
{
	unsigned n = 0;

	for (struct rc_read *r = rc->reads; r; r = r->next) {
		if (!r->dropped)
			continue;
		r->dropped = false;
		r->fault = RC_GOOD;
		r->due = rc->cycle;
		n++;
	}
	return n;
}
