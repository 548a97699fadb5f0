// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "sim.h"

struct change {
	uint32_t net;
	bool value;
};

struct sim {
	const struct design *d;
	uint8_t *value;	 /* by net */
	uint8_t *bits;	 /* of all memories */
	uint64_t *due;	 /* by node, flip-flop, memory: one of its nets has changed */
	GArray *changes; /* of this edge */
	GRand *any;
	uint64_t work;
};

static void make_due(struct sim *s, uint32_t thing)
{
	s->due[thing / 64] |= 1ull << thing % 64;
}

static inline void change(struct sim *s, uint32_t net, bool value)
{
	const struct design *d = s->d;

	if (s->value[net] == value)
		return;
	s->value[net] = value;
	for (uint32_t f = d->fan_of[net]; f < d->fan_of[net + 1]; f++)
		make_due(s, d->fan[f]);
}

static bool anything(struct sim *s)
{
	return g_rand_boolean(s->any);
}

static void fill_ram(struct sim *s, const struct ram *r)
{
	uint64_t n = (uint64_t)r->width * r->size;
	size_t given = strlen(r->init);

	for (uint64_t i = 0; i < n; i++) {
		char c = i < given ? r->init[given - 1 - i] : 'x';

		s->bits[r->place + i] = c == 'x' ? anything(s) : c == '1';
	}
}

struct sim *sim_open(const struct design *d, uint64_t seed)
{
	struct sim *s = g_new0(struct sim, 1);
	guint32 seeds[] = {seed, seed >> 32};

	s->d = d;
	s->any = g_rand_new_with_seed_array(seeds, 2);
	s->value = g_new0(uint8_t, d->nets);
	s->bits = g_new0(uint8_t, d->ram_bits + 1);
	s->due = g_new0(uint64_t, d->things / 64 + 1);
	s->changes = g_array_new(false, false, sizeof(struct change));
	s->value[BLIF_TRUE] = 1;
	s->value[BLIF_UNDEF] = anything(s);
	for (unsigned i = 0; i < d->n_flops; i++)
		s->value[d->flops[i].q] = anything(s);
	for (unsigned i = 0; i < d->n_rams; i++)
		fill_ram(s, &d->rams[i]);
	for (unsigned i = 0; i < d->n_reads; i++)
		for (unsigned k = 0; d->reads[i].clocked && k < d->rams[d->reads[i].ram].width; k++)
			s->value[d->reads[i].data[k]] = anything(s);
	for (uint32_t i = 0; i < d->things; i++)
		if (i < d->n_nodes || (i >= d->first_flop && i - d->first_flop < d->n_flops) ||
		    i >= d->first_ram)
			make_due(s, i);
	return s;
}

void sim_close(struct sim *s)
{
	if (!s)
		return;
	g_rand_free(s->any);
	g_array_free(s->changes, true);
	g_free(s->value);
	g_free(s->bits);
	g_free(s->due);
	g_free(s);
}

bool sim_get(const struct sim *s, uint32_t net)
{
	return s->value[net];
}

void sim_set(struct sim *s, uint32_t net, bool value)
{
	change(s, net, value);
}

uint64_t sim_work(const struct sim *s)
{
	return s->work;
}

/* The word a port's address names; NULL: there is none. */
static uint8_t *word_at(const struct sim *s, const struct ram_port *p)
{
	const struct ram *r = &s->d->rams[p->ram];
	uint32_t at = 0;

	for (unsigned k = 0; k < r->abits; k++)
		at |= (uint32_t)s->value[p->addr[k]] << k;
	if (at < r->offset || at - r->offset >= r->size)
		return NULL;
	return &s->bits[r->place + (uint64_t)(at - r->offset) * r->width];
}

static void eval(struct sim *s, const struct node *n)
{
	const uint8_t *v = s->value;
	const struct ram_port *p;
	const uint8_t *word;

	s->work++;
	if (!n->is_read) {
		change(s, n->out,
		       n->table >> (v[n->in[0]] | v[n->in[1]] << 1 | v[n->in[2]] << 2 |
				    v[n->in[3]] << 3) &
			       1);
		return;
	}
	p = &s->d->reads[n->out];
	word = word_at(s, p);
	for (unsigned k = 0; k < s->d->rams[p->ram].width; k++)
		change(s, p->data[k], word ? word[k] : anything(s));
}

void sim_settle(struct sim *s)
{
	/* What a node makes due comes behind it. */
	for (uint32_t w = 0; w < s->d->first_flop / 64; w++)
		while (s->due[w]) {
			unsigned b = __builtin_ctzll(s->due[w]);

			s->due[w] &= s->due[w] - 1;
			eval(s, &s->d->nodes[w * 64 + b]);
		}
}

static void note_change(struct sim *s, uint32_t net, bool value)
{
	struct change c = {net, value};

	if (s->value[net] != value)
		g_array_append_val(s->changes, c);
}

static void clock_flop(struct sim *s, const struct flop *f)
{
	bool enabled = s->value[f->enable] == f->enable_at;
	bool reset = s->value[f->reset] == f->reset_at;

	if (reset && (enabled || !f->enable_first))
		note_change(s, f->q, f->reset_to);
	else if (enabled)
		note_change(s, f->q, s->value[f->d]);
}

static void clock_read(struct sim *s, const struct ram_port *p)
{
	const struct ram *r = &s->d->rams[p->ram];
	const uint8_t *word = word_at(s, p);

	if (!s->value[p->enable[0]])
		return;
	for (unsigned k = 0; k < r->width; k++) {
		bool value = word ? word[k] : anything(s);

		for (unsigned w = 0; w < r->writes; w++) {
			const struct ram_port *by = &s->d->writes[r->first_write + w];

			if (!word || !s->value[by->enable[k]] || word_at(s, by) != word)
				continue;
			if (p->sees_new[w])
				value = s->value[by->data[k]];
			else if (p->sees_any[w])
				value = anything(s);
		}
		note_change(s, p->data[k], value);
	}
}

/* True when the memory has changed. Of ports that write to one place the last one wins. */
static bool clock_write(struct sim *s, const struct ram_port *p)
{
	const struct ram *r = &s->d->rams[p->ram];
	uint8_t *word = word_at(s, p);
	bool changed = false;

	for (unsigned k = 0; word && k < r->width; k++)
		if (s->value[p->enable[k]] && word[k] != s->value[p->data[k]]) {
			word[k] ^= 1;
			changed = true;
		}
	return changed;
}

static void clock_ram(struct sim *s, uint32_t number)
{
	const struct ram *r = &s->d->rams[number];
	const struct ram_port *reads = &s->d->reads[r->first_read];
	bool changed = false;

	for (unsigned i = 0; i < r->reads; i++)
		if (reads[i].clocked)
			clock_read(s, &reads[i]);
	for (unsigned i = 0; i < r->writes; i++)
		changed |= clock_write(s, &s->d->writes[r->first_write + i]);
	if (!changed)
		return;
	/* The same addresses may give something else now. */
	make_due(s, s->d->first_ram + number);
	for (unsigned i = 0; i < r->reads; i++)
		if (!reads[i].clocked)
			make_due(s, reads[i].node);
}

void sim_clock(struct sim *s)
{
	const struct design *d = s->d;

	/* Everything looks at the nets as they were before the edge. */
	for (uint32_t w = d->first_flop / 64; w <= d->things / 64; w++) {
		uint64_t due = s->due[w];

		s->due[w] = 0;
		for (; due; due &= due - 1) {
			uint32_t thing = w * 64 + __builtin_ctzll(due);

			if (thing < d->first_ram)
				clock_flop(s, &d->flops[thing - d->first_flop]);
			else
				clock_ram(s, thing - d->first_ram);
		}
	}
	for (unsigned i = 0; i < s->changes->len; i++) {
		struct change c = g_array_index(s->changes, struct change, i);

		change(s, c.net, c.value);
	}
	g_array_set_size(s->changes, 0);
}
