/* SPDX-License-Identifier: BSD-2-Clause */
/* The translations the endpoint holds, by physical address, and the rule of invalidation. */
#include <inttypes.h>
#include <stdlib.h>

#include "chk_int.h"
#include "die.h"
#include "pmem.h"

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
		for (unsigned f = 0; f < FUNCTIONS; f++)
			list_free(&c->fn[f].pending[i]);
	list_free(&c->large);
}

static void drop_list(struct grant **list, unsigned fn)
{
	while (*list) {
		struct grant *g = *list;

		if (g->fn != fn) {
			list = &g->next;
			continue;
		}
		*list = g->next;
		free(g);
	}
}

void grants_drop(struct chk *c, struct chk_fn *f)
{
	unsigned fn = fn_index(c, f);

	for (unsigned i = 0; i < GRANT_HASH; i++)
		drop_list(&c->hash[i], fn);
	drop_list(&c->large, fn);
	for (unsigned i = 0; i < TAGS; i++)
		list_free(&f->pending[i]);
}

static void cover_answer(struct chk *c, const struct tlp *q, const struct tlp_xlat *x)
{
	if (!x->r && !x->w) {
		chk_cover(c, COV_XLAT_NONE);
		return;
	}
	chk_cover(c, x->addr >> 32 ? COV_XLAT_HIGH : COV_XLAT_LOW);
	if (x->size_log2 > 12)
		chk_cover(c, COV_XLAT_LARGE);
	if (x->u)
		chk_cover(c, COV_XLAT_U);
	if (!x->r)
		chk_cover(c, COV_XLAT_WRITE_ONLY);
	if (x->w && q->addr & 1)
		chk_cover(c, COV_XLAT_NO_WRITE);
	if (x->global)
		chk_cover(c, COV_XLAT_GLOBAL);
	if (x->exe)
		chk_cover(c, COV_XLAT_EXE);
	if (x->priv)
		chk_cover(c, COV_XLAT_PRIV);
}

/* A page that a success was said for: is it there now? */
static void cover_served(struct chk *c, const struct tlp *q, uint64_t va, const struct tlp_xlat *x)
{
	if (!c->served.used || c->served.pasid_valid != q->pasid_valid ||
	    (q->pasid_valid && c->served.pasid != q->pasid) || (va ^ c->served.va) >> 12)
		return;
	if (!x->r && !x->w)
		chk_cover(c, COV_PRG_UNMAPPED);
	c->served.used = false;
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
	return a->fn == b->fn && a->priv == b->priv && a->pa == b->pa && a->va == b->va &&
	       a->size_log2 == b->size_log2 && a->pasid_valid == b->pasid_valid &&
	       a->pasid == b->pasid && a->r == b->r && a->w == b->w && a->u == b->u &&
	       a->no_write == b->no_write && a->global == b->global && a->dying == b->dying;
}

void grants_delivered(struct chk *c, struct chk_fn *f, uint16_t tag)
{
	while (f->pending[tag]) {
		struct grant *g = f->pending[tag], *o;
		struct grant **list = g->size_log2 == 12 ? chain(c, g->pa) : &c->large;

		f->pending[tag] = g->next;
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

void grants_forget(struct chk_fn *f, uint16_t tag)
{
	list_free(&f->pending[tag]);
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

static void doom(struct grant *g, unsigned fn, unsigned itag, bool pasid_valid, uint32_t pasid,
		 uint64_t addr, unsigned size_log2, bool global)
{
	for (; g; g = g->next)
		if (g->fn == fn && covers(g, pasid_valid, pasid, addr, size_log2, global))
			g->dying |= 1u << itag;
}

/*
 * An answer that is larger than an invalidation which it or its request meets in flight: of the
 * pages asked for the endpoint may keep those that the invalidation does not cover, as pages. They
 * come behind *G in its list.
 */
static void keep_pages(struct grant *g, const struct tlp *q, const struct invalidation *inv)
{
	uint64_t va = q->addr & PAGE_MASK;

	for (unsigned i = 0; i < q->length_dw / 2; i++, va += PAGE_SIZE) {
		struct grant *page;

		if (!in_range(g->va, g->size_log2, va) || in_range(inv->addr, inv->size_log2, va))
			continue;
		page = xalloc(sizeof(*page));
		*page = *g;
		page->pa = g->pa + (va - g->va);
		page->va = va;
		page->size_log2 = 12;
		page->next = g->next;
		g->next = page;
	}
}

static bool meets(const struct grant *g, const struct invalidation *inv)
{
	return g->size_log2 > 12 &&
	       covers(g, inv->pasid_valid, inv->pasid, inv->addr, inv->size_log2, inv->global);
}

/* The answer was made before the invalidation. */
static void keep_pending(const struct chk_fn *f, unsigned fn, unsigned tag,
			 const struct invalidation *inv)
{
	const struct tlp *q = f->req[tag].tlp;
	struct grant *next;

	for (struct grant *g = f->pending[tag]; q && g; g = next) {
		next = g->next;
		if (g->fn == fn && !g->dying && !g->dead && meets(g, inv))
			keep_pages(g, q, inv);
	}
}

/* And behind it, but the request was there first, or came before the Invalidate Completion. */
static void keep_answered(const struct chk_fn *f, struct grant *g, const struct tlp *q)
{
	for (unsigned i = 0; i < INV_RING; i++)
		if (f->inv[i].until && f->inv[i].until >= f->req[q->tag].since &&
		    meets(g, &f->inv[i]))
			keep_pages(g, q, &f->inv[i]);
}

void chk_walked(struct chk *c, const struct tlp *q, uint64_t va, const struct tlp_xlat *x)
{
	struct chk_fn *f = fn_of(c, q->requester);
	struct grant *g;

	if (!f)
		return; /* the checker has complained */
	cover_answer(c, q, x);
	cover_served(c, q, va, x);
	if (!x->r && !x->w)
		return;
	g = xalloc(sizeof(*g));
	g->pa = x->addr;
	g->va = x->size_log2 >= 64 ? 0 : va & ~((1ull << x->size_log2) - 1);
	g->size_log2 = x->size_log2;
	g->fn = fn_index(c, f);
	g->pasid_valid = q->pasid_valid;
	g->pasid = q->pasid_valid ? q->pasid : 0;
	g->global = x->global && q->pasid_valid;
	/* 10.2.3.3: permissions of an entry with Priv are those of privileged access, which this
	 * one did not ask for. */
	g->priv = x->priv && q->pasid_valid && !q->pasid_priv;
	g->r = x->r;
	g->w = x->w;
	g->u = x->u;
	g->no_write = q->addr & 1;
	g->next = f->pending[q->tag];
	f->pending[q->tag] = g;
	keep_answered(f, g, q);
}

void chk_inv_issued(struct chk *c, uint16_t rid, unsigned itag, bool pasid_valid, uint32_t pasid,
		    uint64_t addr, unsigned size_log2, bool global)
{
	struct chk_fn *f = fn_of(c, rid);
	struct invalidation inv = {itag, pasid_valid, global, pasid, addr, size_log2, UINT64_MAX};
	unsigned fn;

	if (!f)
		die("an invalidation for %04x, which is no function", rid);
	fn = fn_index(c, f);
	f->inv[f->inv_next++ % INV_RING] = inv;
	f->itags |= 1u << itag;
	f->itags_written &= ~(1u << itag);
	if (f->itags == UINT32_MAX)
		chk_cover(c, COV_INV_ALL_ITAGS);
	for (unsigned i = 0; i < GRANT_HASH; i++)
		doom(c->hash[i], fn, itag, pasid_valid, pasid, addr, size_log2, global);
	for (unsigned i = 0; i < TAGS; i++) {
		keep_pending(f, fn, i, &inv);
		doom(f->pending[i], fn, itag, pasid_valid, pasid, addr, size_log2, global);
	}
	doom(c->large, fn, itag, pasid_valid, pasid, addr, size_log2, global);
}

bool grant_larger(struct chk *c, const struct chk_fn *f, uint64_t va, unsigned size_log2)
{
	for (const struct grant *g = c->large; g; g = g->next)
		if (g->fn == fn_index(c, f) && g->size_log2 > size_log2 &&
		    in_range(g->va, g->size_log2, va))
			return true;
	return false;
}

static unsigned kill_list(struct chk *c, unsigned fn, struct grant **list, uint32_t vector)
{
	unsigned n = 0;

	for (struct grant **p = list; *p;) {
		struct grant *g = *p;

		if (g->fn != fn || !(g->dying & vector)) {
			p = &g->next;
			continue;
		}
		*p = g->next;
		bury(c, g);
		n++;
	}
	return n;
}

static const struct grant *find(struct chk *c, const struct chk_fn *f, uint64_t pa,
				bool (*good)(const struct grant *))
{
	unsigned fn = fn_index(c, f);

	for (const struct grant *g = *chain(c, pa); g; g = g->next)
		if (g->fn == fn && g->size_log2 == 12 && in_range(g->pa, 12, pa) && good(g))
			return g;
	for (const struct grant *g = c->large; g; g = g->next)
		if (g->fn == fn && in_range(g->pa, g->size_log2, pa) && good(g))
			return g;
	return NULL;
}

static bool any(const struct grant *g)
{
	return g->r || g->w;
}

static bool readable(const struct grant *g)
{
	return g->r && !g->u && !g->priv;
}

static bool writable(const struct grant *g)
{
	return g->w && !g->u && !g->no_write && !g->priv;
}

static bool touchable(const struct grant *g)
{
	return !g->u && !g->priv;
}

void grants_kill(struct chk *c, struct chk_fn *f, uint32_t vector, const struct tlp *t)
{
	unsigned fn = fn_index(c, f), killed = kill_list(c, fn, &c->large, vector);

	for (unsigned i = 0; i < INV_RING; i++)
		if (f->inv[i].until == UINT64_MAX && vector >> f->inv[i].itag & 1)
			f->inv[i].until = c->cycle;
	for (unsigned i = 0; i < GRANT_HASH; i++)
		if (c->hash[i])
			killed += kill_list(c, fn, &c->hash[i], vector);
	for (unsigned i = 0; i < TAGS; i++)
		for (struct grant *g = f->pending[i]; g; g = g->next)
			g->dead |= (g->dying & vector) != 0;
	c->stats.grants_killed += killed;
	if (!killed)
		return;
	for (unsigned tag = 0; tag < TAGS; tag++) {
		struct request *r = &f->req[tag];

		if (r->busy && !r->lost && r->tlp->at == TLP_AT_TRANSLATED &&
		    !find(c, f, r->tlp->addr, any))
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

void grant_check(struct chk *c, struct chk_fn *f, const struct tlp *t)
{
	const struct grant *g;

	c->stats.translated++;
	chk_cover(c, COV_TRANSLATED);
	if (t->kind == TLP_MWR)
		g = find(c, f, t->addr, t->length_dw == 1 && !t->first_be ? touchable : writable);
	else
		g = find(c, f, t->addr, t->length_dw == 1 && !t->first_be ? touchable : readable);
	if (g) {
		ordering(c, t, g);
		return;
	}
	g = find(c, f, t->addr, any);
	if (g) {
		chk_bad(c, CHK_PERMISSION, t, "va %#" PRIx64 " pasid %u has%s%s%s%s%s", g->va,
			g->pasid, g->priv ? " Priv" : "", g->r ? " R" : "", g->w ? " W" : "",
			g->u ? " U" : "", g->no_write ? " No-Write" : "");
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

bool grant_untranslated(struct chk *c, const struct chk_fn *f, bool pasid_valid, uint32_t pasid,
			uint64_t va)
{
	const struct grant *g;

	for (unsigned i = 0; i <= GRANT_HASH; i++)
		for (g = i < GRANT_HASH ? c->hash[i] : c->large; g; g = g->next)
			if (g->fn == fn_index(c, f) && g->u && g->pasid_valid == pasid_valid &&
			    g->pasid == pasid && in_range(g->va, g->size_log2, va))
				return true;
	return false;
}
