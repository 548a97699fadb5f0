/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions of the endpoint and what each has outstanding. See chk.h. */
#include <stdlib.h>
#include <string.h>

#include "chk_int.h"
#include "die.h"

struct chk_fn *fn_of(struct chk *c, uint16_t rid)
{
	for (unsigned i = 0; i < FUNCTIONS; i++)
		if (c->fn[i].present && c->fn[i].rid == rid)
			return &c->fn[i];
	return NULL;
}

unsigned fn_index(const struct chk *c, const struct chk_fn *f)
{
	return f - c->fn;
}

void request_free(struct request *r)
{
	free(r->tlp);
	memset(r, 0, sizeof(*r));
}

struct tlp *header_copy(const struct tlp *t)
{
	struct tlp *copy = xalloc(sizeof(*copy));

	memcpy(copy, t, offsetof(struct tlp, payload));
	return copy;
}

unsigned fn_outstanding(const struct chk_fn *f)
{
	unsigned n = 0;

	for (unsigned i = 0; f->present && i < TAGS; i++)
		n += f->req[i].busy && !f->req[i].lost;
	return n;
}

/* Reset of a function: nothing of it is outstanding any more. */
void fn_forget(struct chk *c, struct chk_fn *f)
{
	for (unsigned i = 0; i < TAGS; i++) {
		request_free(&f->req[i]);
		grants_forget(f, i);
	}
	for (unsigned i = 0; i < PRG_MAX; i++)
		c->page_reqs -= f->prg[i].pages;
	memset(f->prg, 0, sizeof(f->prg));
	f->itags = f->itags_written = 0;
	grants_drop(c, f);
	f->changed = c->cycle;
}

void chk_set_function(struct chk *c, uint16_t rid, uint16_t smmu_rid, const struct chk_caps *caps)
{
	c->fn[0].present = true;
	c->fn[0].rid = rid;
	c->fn[0].ats_cap = caps->ats;
	c->smmu_rid = smmu_rid;
	c->caps = *caps;
}

void chk_add_vf(struct chk *c, uint16_t rid, uint16_t ats_cap)
{
	for (unsigned i = 1; i < FUNCTIONS; i++) {
		struct chk_fn *f = &c->fn[i];

		if (f->present)
			continue;
		f->present = true;
		f->rid = rid;
		f->ats_cap = ats_cap;
		f->now = c->fn[0].now;
		f->now.bme = f->now.ats = false;
		f->before = f->now;
		f->changed = c->cycle;
		return;
	}
	die("too many VFs for the checker");
}

void chk_remove_vfs(struct chk *c)
{
	for (unsigned i = 1; i < FUNCTIONS; i++) {
		if (c->fn[i].present)
			fn_forget(c, &c->fn[i]);
		c->fn[i].present = false;
	}
}

void chk_reset(struct chk *c, uint64_t cycle)
{
	c->cycle = cycle;
	chk_remove_vfs(c);
	fn_forget(c, &c->fn[0]);
	c->pri_failed = false;
	chk_cfg_defaults(&c->fn[0].now);
	c->fn[0].before = c->fn[0].now;
}

void chk_reset_vf(struct chk *c, uint64_t cycle, uint16_t rid)
{
	struct chk_fn *f = fn_of(c, rid);

	c->cycle = cycle;
	if (!f || f == c->fn)
		die("%04x is no VF", rid);
	fn_forget(c, f);
	f->now.bme = f->now.ats = false;
	f->before = f->now;
}

void chk_lost(struct chk *c, uint16_t rid, unsigned tag)
{
	struct chk_fn *f = fn_of(c, rid);

	if (!f)
		return;
	if (f->req[tag].busy && f->req[tag].tlp->at == TLP_AT_TRANSLATION_REQUEST)
		chk_cover(c, COV_XLAT_LOST);
	f->req[tag].lost = true;
	grants_forget(f, tag);
}

uint32_t chk_itags(const struct chk *c)
{
	uint32_t all = 0;

	for (unsigned i = 0; i < FUNCTIONS; i++)
		all |= c->fn[i].itags;
	return all;
}

unsigned chk_outstanding(const struct chk *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < FUNCTIONS; i++)
		n += fn_outstanding(&c->fn[i]);
	return n;
}

unsigned chk_page_reqs(const struct chk *c)
{
	return c->page_reqs;
}

void chk_cover(struct chk *c, enum cov_case which)
{
	c->cov[which]++;
}

uint64_t chk_covered(const struct chk *c, enum cov_case which)
{
	return c->cov[which];
}
