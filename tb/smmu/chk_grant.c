/* SPDX-License-Identifier: BSD-2-Clause */
/* The translations the endpoint holds, by physical address, and the rule of invalidation. */
#include <inttypes.h>
#include <stdlib.h>

#include "chk_int.h"
#include "die.h"

static struct grant **chain(struct chk *c, uint64_t pa)
{
	return &c->hash[((pa >> 12) * 0x9e3779b97f4a7c15ull >> 40) % GRANT_HASH];
}

static bool in_range(uint64_t base, unsigned size_log2, uint64_t addr)
{
	return size_log2 >= 64 || addr >> size_log2 == base >> size_log2;
}

static void list_free(struct grant **list)
{
	while (*list) {
		struct grant *g = *list;

		*list = g->next;
		free(g);
	}
}

void grants_free(struct chk *c)
{
	for (unsigned i = 0; i < GRANT_HASH; i++)
		list_free(&c->hash[i]);
	for (unsigned i = 0; i < TAGS; i++)
		list_free(&c->pending[i]);
	list_free(&c->large);
}

void grants_drop_all(struct chk *c)
{
	grants_free(c);
}

void chk_walked(struct chk *c, const struct tlp *q, uint64_t va, const struct tlp_xlat *x)
{
	struct grant *g;

	if (!x->r && !x->w)
		return;
	g = xalloc(sizeof(*g));
	g->pa = x->addr;
	g->va = x->size_log2 >= 64 ? 0 : va & ~((1ull << x->size_log2) - 1);
	g->size_log2 = x->size_log2;
	g->pasid_valid = q->pasid_valid;
	g->pasid = q->pasid_valid ? q->pasid : 0;
	g->global = x->global && q->pasid_valid;
	g->r = x->r;
	g->w = x->w;
	g->u = x->u;
	g->no_write = q->addr & 1;
	g->next = c->pending[q->tag];
	c->pending[q->tag] = g;
}

/* Remembers where a dead translation led, so that its use can be told from an invented address. */
static void bury(struct chk *c, struct grant *g)
{
	c->dead[c->dead_next].pa = g->pa;
	c->dead[c->dead_next].size_log2 = g->size_log2;
	c->dead_next = (c->dead_next + 1) % DEAD_RING;
	free(g);
}

static bool same(const struct grant *a, const struct grant *b)
{
	return a->pa == b->pa && a->va == b->va && a->size_log2 == b->size_log2 &&
	       a->pasid_valid == b->pasid_valid && a->pasid == b->pasid && a->r == b->r &&
	       a->w == b->w && a->u == b->u && a->no_write == b->no_write &&
	       a->global == b->global && a->dying == b->dying;
}

void grants_delivered(struct chk *c, uint16_t tag)
{
	while (c->pending[tag]) {
		struct grant *g = c->pending[tag], *o;
		struct grant **list = g->size_log2 == 12 ? chain(c, g->pa) : &c->large;

		c->pending[tag] = g->next;
		if (g->dead) {
			bury(c, g);
			continue;
		}
		for (o = *list; o; o = o->next)
			if (same(o, g))
				break;
		if (o) { /* asked again for what it has */
			free(g);
			continue;
		}
		g->next = *list;
		*list = g;
	}
}

void grants_forget(struct chk *c, uint16_t tag)
{
	list_free(&c->pending[tag]);
}

/* 10.3.1 with PASID: its space, or with Global every space; without: all of the range, tagged or
 * not. */
static bool covers(const struct grant *g, bool pasid_valid, uint32_t pasid, uint64_t addr,
		   unsigned size_log2, bool global)
{
	unsigned log2 = size_log2 > g->size_log2 ? size_log2 : g->size_log2;

	if (!in_range(g->va, log2, addr))
		return false;
	if (!pasid_valid)
		return true;
	if (!g->pasid_valid)
		return false;
	return global || g->pasid == pasid;
}

void chk_inv_issued(struct chk *c, unsigned itag, bool pasid_valid, uint32_t pasid, uint64_t addr,
		    unsigned size_log2, bool global)
{
	struct grant *g;

	c->itags |= 1u << itag;
	for (unsigned i = 0; i < GRANT_HASH; i++)
		for (g = c->hash[i]; g; g = g->next)
			if (covers(g, pasid_valid, pasid, addr, size_log2, global))
				g->dying |= 1u << itag;
	for (unsigned i = 0; i < TAGS; i++)
		for (g = c->pending[i]; g; g = g->next)
			if (covers(g, pasid_valid, pasid, addr, size_log2, global))
				g->dying |= 1u << itag;
	for (g = c->large; g; g = g->next)
		if (covers(g, pasid_valid, pasid, addr, size_log2, global))
			g->dying |= 1u << itag;
}

static unsigned kill_list(struct chk *c, struct grant **list, uint32_t vector)
{
	unsigned n = 0;

	for (struct grant **p = list; *p;) {
		struct grant *g = *p;

		if (!(g->dying & vector)) {
			p = &g->next;
			continue;
		}
		*p = g->next;
		bury(c, g);
		n++;
	}
	return n;
}

static const struct grant *find(struct chk *c, uint64_t pa, bool (*good)(const struct grant *))
{
	for (const struct grant *g = *chain(c, pa); g; g = g->next)
		if (g->size_log2 == 12 && in_range(g->pa, 12, pa) && good(g))
			return g;
	for (const struct grant *g = c->large; g; g = g->next)
		if (in_range(g->pa, g->size_log2, pa) && good(g))
			return g;
	return NULL;
}

static bool any(const struct grant *g)
{
	return g->r || g->w;
}

static bool readable(const struct grant *g)
{
	return g->r && !g->u;
}

static bool writable(const struct grant *g)
{
	return g->w && !g->u && !g->no_write;
}

static bool touchable(const struct grant *g)
{
	return !g->u;
}

void grants_kill(struct chk *c, uint32_t vector, const struct tlp *t)
{
	unsigned killed = kill_list(c, &c->large, vector);

	for (unsigned i = 0; i < GRANT_HASH; i++)
		if (c->hash[i])
			killed += kill_list(c, &c->hash[i], vector);
	for (unsigned i = 0; i < TAGS; i++)
		for (struct grant *g = c->pending[i]; g; g = g->next)
			g->dead |= (g->dying & vector) != 0;
	c->stats.grants_killed += killed;
	if (!killed)
		return;
	for (unsigned tag = 0; tag < TAGS; tag++) {
		struct request *r = &c->req[tag];

		if (r->busy && !r->lost && r->tlp->at == TLP_AT_TRANSLATED &&
		    !find(c, r->tlp->addr, any))
			chk_bad(c, CHK_DRAIN, t, "read of %#" PRIx64 " (tag %u) is outstanding",
				r->tlp->addr, tag);
	}
}

static void ordering(struct chk *c, const struct tlp *t, const struct grant *g)
{
	uint64_t va = g->va + (t->addr - g->pa);

	if (t->kind != TLP_MWR || !(t->attr & (TLP_ATTR_RO | TLP_ATTR_IDO)))
		return;
	for (unsigned i = 0; i < c->ordered_count; i++)
		if (c->ordered[i].pasid == g->pasid && va - c->ordered[i].va < c->ordered[i].len)
			chk_bad(c, CHK_ATTR, t, "a completion record is relaxed");
}

void grant_check(struct chk *c, const struct tlp *t)
{
	const struct grant *g;

	c->stats.translated++;
	if (t->kind == TLP_MWR)
		g = find(c, t->addr, t->length_dw == 1 && !t->first_be ? touchable : writable);
	else
		g = find(c, t->addr, t->length_dw == 1 && !t->first_be ? touchable : readable);
	if (g) {
		ordering(c, t, g);
		return;
	}
	g = find(c, t->addr, any);
	if (g) {
		chk_bad(c, CHK_PERMISSION, t, "va %#" PRIx64 " pasid %u has%s%s%s%s", g->va,
			g->pasid, g->r ? " R" : "", g->w ? " W" : "", g->u ? " U" : "",
			g->no_write ? " No-Write" : "");
		return;
	}
	for (unsigned i = 0; i < DEAD_RING; i++) {
		if (!c->dead[i].size_log2 ||
		    !in_range(c->dead[i].pa, c->dead[i].size_log2, t->addr))
			continue;
		chk_bad(c, CHK_STALE, t, "its invalidation is complete");
		return;
	}
	chk_bad(c, CHK_NO_TRANSLATION, t, "no translation gave this address");
}

bool grant_untranslated(struct chk *c, bool pasid_valid, uint32_t pasid, uint64_t va)
{
	const struct grant *g;

	for (unsigned i = 0; i <= GRANT_HASH; i++)
		for (g = i < GRANT_HASH ? c->hash[i] : c->large; g; g = g->next)
			if (g->u && g->pasid_valid == pasid_valid && g->pasid == pasid &&
			    in_range(g->va, g->size_log2, va))
				return true;
	return false;
}
