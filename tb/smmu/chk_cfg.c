/* SPDX-License-Identifier: BSD-2-Clause */
/* The enables in force, followed from the host's configuration writes. */
#include <string.h>

#include "chk_int.h"

#define REG_COMMAND 0x04

void chk_cfg_defaults(struct chk *c)
{
	memset(&c->now, 0, sizeof(c->now));
	c->now.relaxed = c->now.no_snoop = true; /* 7.5.3.4: set after reset */
	c->now.mps = 128;
	c->now.mrrs = 512;
	c->before = c->now;
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

void chk_host_cfg(struct chk *c, const struct tlp *t)
{
	struct live l = c->now;
	uint32_t v;

	if (t->kind != TLP_CFGWR0)
		return;
	v = t->payload[0] | t->payload[1] << 8 | t->payload[2] << 16 |
	    (uint32_t)t->payload[3] << 24;
	if (t->reg == REG_COMMAND && touches(t, 0))
		l.bme = v >> 2 & 1;
	if (c->caps.pcie && t->reg == c->caps.pcie + 8 && touches(t, 0) && touches(t, 1))
		device_control(&l, v);
	if (c->caps.ats && t->reg == c->caps.ats + 4 && touches(t, 3))
		l.ats = v >> 31;
	if (c->caps.pasid && t->reg == c->caps.pasid + 4 && touches(t, 2)) {
		l.pasid = v >> 16 & 1;
		l.exec = v >> 17 & 1;
		l.priv = v >> 18 & 1;
	}
	if (c->caps.pri && t->reg == c->caps.pri + 4 && touches(t, 0))
		l.pri = v & 1;
	if (c->caps.pri && t->reg == c->caps.pri + 12 && t->first_be == 15)
		l.alloc = v;
	if (!memcmp(&l, &c->now, sizeof(l)))
		return;
	/* 10.5.1.3: whatever was cached before the enable changed is gone. */
	if (l.ats != c->now.ats)
		grants_drop_all(c);
	c->before = c->now;
	c->now = l;
	c->changed = c->cycle;
}

void chk_cfg_done(struct chk *c, const struct tlp *t)
{
	if (t->kind == TLP_CFGWR0)
		c->changed = c->cycle;
}

bool chk_in_grace(const struct chk *c)
{
	return c->cycle - c->changed < GRACE;
}
