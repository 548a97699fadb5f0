/* SPDX-License-Identifier: BSD-2-Clause */
/* The enables in force, followed from the host's configuration writes. */
#include <string.h>

#include "chk_int.h"

#define REG_COMMAND 0x04

void chk_cfg_defaults(struct live *l)
{
	memset(l, 0, sizeof(*l));
	l->relaxed = l->no_snoop = true; /* 7.5.3.4: set after reset */
	l->mps = 128;
	l->mrrs = 512;
}

static void device_control(struct live *l, uint32_t v)
{
	l->relaxed = v >> 4 & 1;
	l->no_snoop = v >> 11 & 1;
	l->mps = 128u << (v >> 5 & 7);
	l->mrrs = 128u << (v >> 12 & 7);
	l->ext_tag = v >> 8 & 1;
}

/* The bytes a write enables laid over the old value of a register half at byte offset `at` of the
 * double word. */
static bool touches(const struct tlp *t, unsigned at)
{
	return t->first_be >> at & 1;
}

static void change(struct chk *c, struct chk_fn *f, const struct live *l)
{
	if (!memcmp(l, &f->now, sizeof(*l)))
		return;
	if (f->now.ats && !l->ats && fn_outstanding(f))
		chk_cover(c, COV_ATS_OFF_BUSY);
	if (!f->now.ats && l->ats)
		chk_cover(c, COV_ATS_ON_AGAIN);
	if (f->now.bme && !l->bme && fn_outstanding(f))
		chk_cover(c, COV_BME_OFF_BUSY);
	/* 10.5.1.3: whatever was cached before the enable changed is gone. */
	if (l->ats != f->now.ats)
		grants_drop(c, f);
	f->before = f->now;
	f->now = *l;
	f->changed = c->cycle;
}

/* What the VFs have of the PF. 9.3.6 */
static void share(struct chk *c)
{
	for (unsigned i = 1; i < FUNCTIONS; i++) {
		struct chk_fn *f = &c->fn[i];
		struct live l = c->fn[0].now;

		if (!f->present)
			continue;
		l.bme = f->now.bme;
		l.ats = f->now.ats;
		change(c, f, &l);
	}
}

/* 10.5.2.2 Reset: outstanding page requests are forgotten. */
static void pri_reset(struct chk *c)
{
	if (c->page_reqs)
		chk_cover(c, COV_PRI_RESET_BUSY);
	for (unsigned i = 0; i < FUNCTIONS; i++)
		memset(c->fn[i].prg, 0, sizeof(c->fn[i].prg));
	c->page_reqs = 0;
}

static void physical(struct chk *c, struct live *l, const struct tlp *t, uint32_t v)
{
	if (c->caps.pcie && t->reg == c->caps.pcie + 8 && touches(t, 0) && touches(t, 1))
		device_control(l, v);
	if (c->caps.pasid && t->reg == c->caps.pasid + 4 && touches(t, 2)) {
		l->pasid = v >> 16 & 1;
		l->exec = v >> 17 & 1;
		l->priv = v >> 18 & 1;
	}
	if (c->caps.pri && t->reg == c->caps.pri + 4 && touches(t, 0)) {
		if (l->pri && !(v & 1) && c->page_reqs)
			chk_cover(c, COV_PRI_OFF_BUSY);
		l->pri = v & 1;
		c->pri_failed &= !l->pri;
		if (!(v & 1) && v & 2)
			pri_reset(c);
	}
	if (c->caps.pri && t->reg == c->caps.pri + 12 && t->first_be == 15)
		l->alloc = v;
}

void chk_host_cfg(struct chk *c, const struct tlp *t)
{
	struct chk_fn *f = fn_of(c, t->target);
	struct live l;
	uint32_t v;

	if (t->kind != TLP_CFGWR0)
		return;
	/* 2.2.6.2: the function takes its number from the write. */
	if (!f)
		return;
	l = f->now;
	v = t->payload[0] | t->payload[1] << 8 | t->payload[2] << 16 |
	    (uint32_t)t->payload[3] << 24;
	/* 6.6.2 */
	if (c->caps.pcie && t->reg == c->caps.pcie + 8 && touches(t, 1) && v & 0x8000 &&
	    fn_outstanding(f))
		chk_cover(c, COV_RESET_BUSY);
	if (t->reg == REG_COMMAND && touches(t, 0))
		l.bme = v >> 2 & 1;
	if (f->ats_cap && t->reg == f->ats_cap + 4 && touches(t, 3))
		l.ats = v >> 31;
	if (f == c->fn)
		physical(c, &l, t, v);
	change(c, f, &l);
	if (f == c->fn)
		share(c);
}

void chk_cfg_done(struct chk *c, const struct tlp *t)
{
	struct chk_fn *f = t->kind == TLP_CFGWR0 ? fn_of(c, t->target) : NULL;

	if (!f)
		return;
	f->changed = c->cycle;
	for (unsigned i = 1; f == c->fn && i < FUNCTIONS; i++)
		c->fn[i].changed = c->cycle;
}

bool chk_in_grace(const struct chk *c, const struct chk_fn *f)
{
	return c->cycle - f->changed < GRACE;
}
