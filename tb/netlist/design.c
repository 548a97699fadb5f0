// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "flatten.h"

#define NOBODY UINT32_MAX

struct maker {
	struct flat *flat;
	struct design *d;
	uint32_t *root;	  /* the net that drives a net by connections alone, or itself */
	uint32_t *driver; /* node that drives a net; NOBODY: a flip-flop, a pin, a constant */
	bool *driven;
	uint32_t *waits; /* by node */
};

static const char *name_of(const struct maker *m, uint32_t net)
{
	const struct net_origin *o = &g_array_index(m->flat->origins, struct net_origin, net);

	return g_ptr_array_index(o->model->names, o->local);
}

static const char *model_of(const struct maker *m, uint32_t net)
{
	return g_array_index(m->flat->origins, struct net_origin, net).model->name;
}

/* Every net that is only another name becomes what it is a name of. */
static void find_roots(struct maker *m)
{
	uint32_t n = m->flat->origins->len;

	m->root = g_new(uint32_t, n);
	for (uint32_t i = 0; i < n; i++)
		m->root[i] = i;
	for (unsigned i = 0; i < m->flat->wires->len; i++) {
		struct blif_wire w = g_array_index(m->flat->wires, struct blif_wire, i);

		if (m->root[w.to] != w.to || w.to < BLIF_CONSTANTS)
			flat_fail(m->flat, "net %s of %s has two drivers", name_of(m, w.to),
				  model_of(m, w.to));
		else
			m->root[w.to] = w.from;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint32_t end = i, steps = 0;

		while (m->root[end] != end && steps++ < n)
			end = m->root[end];
		if (m->root[end] != end) {
			flat_fail(m->flat, "net %s of %s is connected to itself alone",
				  name_of(m, i), model_of(m, i));
			return;
		}
		for (uint32_t at = i; m->root[at] != end;) {
			uint32_t next = m->root[at];

			m->root[at] = end;
			at = next;
		}
	}
}

static void to_root(const struct maker *m, uint32_t *nets, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		nets[i] = m->root[nets[i]];
}

static void drive(struct maker *m, uint32_t net, uint32_t by)
{
	uint32_t root = m->root[net];

	/* A net that another one gives its value to must not be driven here as well. */
	if (root != net || m->driven[net])
		flat_fail(m->flat, "net %s of %s has two drivers", name_of(m, net),
			  model_of(m, net));
	m->driven[net] = true;
	m->driver[net] = by;
}

static void find_drivers(struct maker *m, const struct blif_model *top)
{
	struct design *d = m->d;

	m->driver = g_new(uint32_t, d->nets);
	m->driven = g_new0(bool, d->nets);
	memset(m->driver, 0xff, d->nets * sizeof(*m->driver));
	for (uint32_t i = 0; i < BLIF_CONSTANTS; i++)
		m->driven[i] = true;
	for (unsigned i = 0; i < top->inputs->len; i++)
		drive(m,
		      GPOINTER_TO_UINT(g_hash_table_lookup(
			      d->ports, g_ptr_array_index(top->names, g_array_index(top->inputs,
										    uint32_t, i)))),
		      NOBODY);
	for (unsigned i = 0; i < d->n_flops; i++)
		drive(m, d->flops[i].q, NOBODY);
	for (unsigned i = 0; i < d->n_nodes; i++) {
		const struct ram_port *r = d->nodes[i].is_read ? &d->reads[d->nodes[i].out] : NULL;

		if (!r)
			drive(m, d->nodes[i].out, i);
		for (unsigned k = 0; r && k < d->rams[r->ram].width; k++)
			drive(m, r->data[k], i);
	}
	for (unsigned i = 0; i < d->n_reads; i++)
		for (unsigned k = 0; d->reads[i].clocked && k < d->rams[d->reads[i].ram].width; k++)
			drive(m, d->reads[i].data[k], NOBODY);
}

/* Calls see for every net that something looks at: a node by its number, a flip-flop and a memory
 * behind these. */
static void each_look(struct maker *m, void (*see)(struct maker *m, uint32_t thing, uint32_t net))
{
	struct design *d = m->d;

	for (unsigned i = 0; i < d->n_nodes; i++) {
		const struct node *n = &d->nodes[i];
		const struct ram_port *r = n->is_read ? &d->reads[n->out] : NULL;

		for (unsigned k = 0; !r && k < LUT_INPUTS; k++)
			see(m, i, n->in[k]);
		for (unsigned k = 0; r && k < d->rams[r->ram].abits; k++)
			see(m, i, r->addr[k]);
	}
	for (unsigned i = 0; i < d->n_flops; i++) {
		see(m, d->first_flop + i, d->flops[i].d);
		see(m, d->first_flop + i, d->flops[i].enable);
		see(m, d->first_flop + i, d->flops[i].reset);
	}
	for (unsigned i = 0; i < d->n_reads + d->n_writes; i++) {
		const struct ram_port *p =
			i < d->n_reads ? &d->reads[i] : &d->writes[i - d->n_reads];
		const struct ram *r = &d->rams[p->ram];
		bool write = i >= d->n_reads;

		for (unsigned k = 0; p->clocked && k < r->abits; k++)
			see(m, d->first_ram + p->ram, p->addr[k]);
		for (unsigned k = 0; p->clocked && k < (write ? r->width : 1); k++)
			see(m, d->first_ram + p->ram, p->enable[k]);
		for (unsigned k = 0; write && k < r->width; k++)
			see(m, d->first_ram + p->ram, p->data[k]);
	}
}

static void count_look(struct maker *m, uint32_t thing, uint32_t net)
{
	(void)thing;
	if (!m->driven[net])
		flat_fail(m->flat, "net %s of %s has no driver", name_of(m, net), model_of(m, net));
	if (net >= BLIF_CONSTANTS)
		m->d->fan_of[net + 2]++;
}

static void note_look(struct maker *m, uint32_t thing, uint32_t net)
{
	/* fan_of[net + 1] runs from the net's first place to the next one's. */
	if (net >= BLIF_CONSTANTS)
		m->d->fan[m->d->fan_of[net + 1]++] = thing;
}

static void find_fan(struct maker *m)
{
	struct design *d = m->d;

	d->fan_of = g_new0(uint32_t, d->nets + 2);
	each_look(m, count_look);
	for (uint32_t i = 2; i < d->nets + 2; i++)
		d->fan_of[i] += d->fan_of[i - 1];
	d->fan = g_new(uint32_t, d->fan_of[d->nets + 1] + 1);
	each_look(m, note_look);
}

/* How many of what a node looks at are nodes. */
static void count_wait(struct maker *m, uint32_t thing, uint32_t net)
{
	if (thing < m->d->n_nodes && m->driver[net] != NOBODY)
		m->waits[thing]++;
}

/* The nodes that look at a net need not wait for it any longer; those that wait for nothing are
 * next. */
static void release(struct maker *m, uint32_t net, uint32_t *order, uint32_t *n)
{
	const struct design *d = m->d;

	for (uint32_t f = d->fan_of[net]; f < d->fan_of[net + 1]; f++)
		if (d->fan[f] < d->n_nodes && !--m->waits[d->fan[f]])
			order[(*n)++] = d->fan[f];
}

/* Puts every node behind those it looks at: those that wait for none first, and so on. */
static void sort_nodes(struct maker *m)
{
	struct design *d = m->d;
	uint32_t *order = g_new(uint32_t, d->n_nodes + 1), n = 0;
	struct node *sorted = g_new(struct node, d->n_nodes + 1);

	m->waits = g_new0(uint32_t, d->n_nodes + 1);
	each_look(m, count_wait);
	for (uint32_t i = 0; i < d->n_nodes; i++)
		if (!m->waits[i])
			order[n++] = i;
	for (uint32_t at = 0; at < n; at++) {
		const struct node *it = &d->nodes[order[at]];
		const struct ram_port *r = it->is_read ? &d->reads[it->out] : NULL;

		sorted[at] = *it;
		if (r)
			d->reads[it->out].node = at;
		for (unsigned k = 0; r && k < d->rams[r->ram].width; k++)
			release(m, r->data[k], order, &n);
		if (!r)
			release(m, it->out, order, &n);
	}
	for (uint32_t i = 0; n < d->n_nodes && i < d->n_nodes; i++)
		if (m->waits[i] && !d->nodes[i].is_read)
			flat_fail(m->flat, "net %s of %s depends on itself, or on one that does",
				  name_of(m, d->nodes[i].out), model_of(m, d->nodes[i].out));
	g_free(order);
	g_free(d->nodes);
	d->nodes = sorted;
}

static void check_outputs(struct maker *m, const struct blif_model *top)
{
	for (unsigned i = 0; i < top->outputs->len; i++) {
		const char *name =
			g_ptr_array_index(top->names, g_array_index(top->outputs, uint32_t, i));

		if (!m->driven[GPOINTER_TO_UINT(g_hash_table_lookup(m->d->ports, name))])
			flat_fail(m->flat, "output %s of %s has no driver", name, top->name);
	}
}

static void use_roots(struct maker *m, uint32_t clock)
{
	struct design *d = m->d;
	GHashTableIter it;
	void *key, *net;

	for (unsigned i = 0; i < d->n_nodes; i++)
		to_root(m, d->nodes[i].in, LUT_INPUTS);
	for (unsigned i = 0; i < d->n_flops; i++) {
		to_root(m, &d->flops[i].d, 1);
		to_root(m, &d->flops[i].enable, 1);
		to_root(m, &d->flops[i].reset, 1);
	}
	for (unsigned i = 0; i < d->n_reads + d->n_writes; i++) {
		struct ram_port *p = i < d->n_reads ? &d->reads[i] : &d->writes[i - d->n_reads];
		const struct ram *r = &d->rams[p->ram];

		to_root(m, p->addr, r->abits);
		if (i >= d->n_reads)
			to_root(m, p->data, r->width);
		if (p->enable)
			to_root(m, p->enable, i >= d->n_reads ? r->width : 1);
	}
	for (unsigned i = 0; i < m->flat->clocks->len; i++) {
		uint32_t c = m->root[g_array_index(m->flat->clocks, uint32_t, i)];

		if (c != clock)
			flat_fail(m->flat,
				  "net %s of %s is a clock of something, and not the top's",
				  name_of(m, c), model_of(m, c));
	}
	g_hash_table_iter_init(&it, d->ports);
	while (g_hash_table_iter_next(&it, &key, &net))
		g_hash_table_iter_replace(&it, GUINT_TO_POINTER(m->root[GPOINTER_TO_UINT(net)]));
}

static void make(struct maker *m, const struct blif *b, const char *clock)
{
	struct design *d = m->d;
	void *net;

	if (!g_hash_table_lookup_extended(d->ports, clock, NULL, &net))
		flat_fail(m->flat, "%s has no input %s", b->top->name, clock);
	if (!m->flat->error)
		find_roots(m);
	if (m->flat->error)
		return;
	find_drivers(m, b->top);
	use_roots(m, GPOINTER_TO_UINT(net));
	check_outputs(m, b->top);
	if (m->flat->error)
		return;
	find_fan(m);
	if (m->flat->error)
		return;
	sort_nodes(m);
	if (m->flat->error)
		return;
	/* Once more, by their new numbers. */
	g_free(d->fan_of);
	g_free(d->fan);
	find_fan(m);
}

struct design *design_load(const char *path, const char *clock, char **error)
{
	struct flat f = {0};
	struct blif *b = blif_read(path, error);
	struct design *d;
	struct maker m = {.flat = &f};

	if (!b)
		return NULL;
	flatten(&f, b);
	m.d = d = g_new0(struct design, 1);
	d->path = b->path;
	d->nets = f.origins->len;
	d->ram_bits = f.ram_bits;
	d->n_nodes = f.nodes->len;
	d->n_flops = f.flops->len;
	d->n_rams = f.rams->len;
	d->n_reads = f.reads->len;
	d->n_writes = f.writes->len;
	d->nodes = (struct node *)g_array_free(f.nodes, false);
	d->flops = (struct flop *)g_array_free(f.flops, false);
	d->rams = (struct ram *)g_array_free(f.rams, false);
	d->reads = (struct ram_port *)g_array_free(f.reads, false);
	d->writes = (struct ram_port *)g_array_free(f.writes, false);
	d->ports = f.ports;
	/* Each kind begins with a word of its own in a map of 64-bit words. */
	d->first_flop = (d->n_nodes + 63) / 64 * 64;
	d->first_ram = d->first_flop + (d->n_flops + 63) / 64 * 64;
	d->things = d->first_ram + d->n_rams;
	if (!f.error)
		make(&m, b, clock);
	if (f.error)
		*error = g_strdup_printf("%s%s%s", strstr(f.error, path) ? "" : path,
					 strstr(f.error, path) ? "" : ": ", f.error);
	g_free(m.root);
	g_free(m.driver);
	g_free(m.driven);
	g_free(m.waits);
	g_array_free(f.clocks, true);
	g_array_free(f.wires, true);
	g_array_free(f.origins, true);
	blif_free(b);
	if (!f.error)
		return d;
	g_free(f.error);
	design_free(d);
	return NULL;
}

static void free_port(struct ram_port *p)
{
	g_free(p->addr);
	g_free(p->data);
	g_free(p->enable);
	g_free(p->sees_new);
	g_free(p->sees_any);
}

void design_free(struct design *d)
{
	if (!d)
		return;
	for (unsigned i = 0; i < d->n_reads; i++)
		free_port(&d->reads[i]);
	for (unsigned i = 0; i < d->n_writes; i++)
		free_port(&d->writes[i]);
	g_hash_table_destroy(d->ports);
	g_free(d->nodes);
	g_free(d->flops);
	g_free(d->rams);
	g_free(d->reads);
	g_free(d->writes);
	g_free(d->fan_of);
	g_free(d->fan);
	g_free(d);
}
