// SPDX-License-Identifier: BSD-2-Clause
// Cells of Yosys (simlib.v, simcells.v say what they do) into what sim.c knows.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatten.h"

#define NOWHERE UINT32_MAX
#define DEEPEST 64

/* One instance, while its cells are looked at. */
struct place {
	struct flat *flat;
	const struct blif *blif;
	const struct blif_model *model;
	const uint32_t *map; /* nets of the model to nets of the whole */
	const struct blif_cell *cell;
	GHashTable *pins; /* of a memory: port to net */
	unsigned depth;
};

void flat_fail(struct flat *f, const char *format, ...)
{
	va_list args;

	if (f->error)
		return;
	va_start(args, format);
	f->error = g_strdup_vprintf(format, args);
	va_end(args);
}

#define FAIL(p, format, ...)                                                                       \
	flat_fail((p)->flat, "%s:%u: %s in %s: " format, (p)->blif->path, (p)->cell->line,         \
		  (p)->cell->type, (p)->model->name, ##__VA_ARGS__)

static const struct blif_pin *pin_at(const struct place *p, unsigned i)
{
	return &g_array_index(p->model->pins, struct blif_pin, p->cell->pin + i);
}

/* The net at a port of the cell. */
static uint32_t pin(const struct place *p, const char *port)
{
	for (unsigned i = 0; i < p->cell->pins; i++)
		if (!strcmp(pin_at(p, i)->port, port))
			return p->map[pin_at(p, i)->net];
	FAIL(p, "port %s is not connected", port);
	return BLIF_FALSE;
}

/* The nets of some bits of a memory's port. */
static uint32_t *pins(const struct place *p, const char *port, unsigned first, unsigned n)
{
	uint32_t *nets = g_new(uint32_t, n ? n : 1);

	for (unsigned i = 0; i < n; i++) {
		char name[64];
		void *net;

		snprintf(name, sizeof(name), "%s[%u]", port, first + i);
		if (!g_hash_table_lookup_extended(p->pins, name, NULL, &net) &&
		    (first + i || !g_hash_table_lookup_extended(p->pins, port, NULL, &net))) {
			FAIL(p, "port %s is not connected", name);
			net = NULL;
		}
		nets[i] = GPOINTER_TO_UINT(net);
	}
	return nets;
}

static const char *param(const struct place *p, const char *name)
{
	for (unsigned i = 0; i < p->cell->params; i++) {
		const struct blif_param *it =
			&g_array_index(p->model->params, struct blif_param, p->cell->param + i);

		if (!strcmp(it->name, name))
			return it->value;
	}
	FAIL(p, "parameter %s is missing", name);
	return "0";
}

static unsigned number(const struct place *p, const char *name)
{
	return strtoul(param(p, name), NULL, 2);
}

/* Bit i of a parameter, the lowest being the last character. */
static bool bit(const struct place *p, const char *name, unsigned i)
{
	const char *value = param(p, name);
	size_t n = strlen(value);

	return i < n && value[n - 1 - i] == '1';
}

static void add_lut(struct place *p)
{
	const char *table = param(p, "LUT");
	unsigned width = number(p, "WIDTH"), size = 1u << (width & 31);
	struct node n = {.out = pin(p, "Y")};

	if (!width || width > LUT_INPUTS || strlen(table) != size) {
		FAIL(p, "%u inputs and %zu values; at most %u inputs are known", width,
		     strlen(table), LUT_INPUTS);
		return;
	}
	for (unsigned i = 0; i < width; i++) {
		char name[8];

		snprintf(name, sizeof(name), width > 1 ? "A[%u]" : "A", i);
		n.in[i] = pin(p, name);
	}
	for (unsigned i = 0; i < size; i++)
		n.table |= (table[size - 1 - i] == '1') << i;
	g_array_append_val(p->flat->nodes, n);
}

/* $_SDFFE_PN0P_: clock, reset, what it resets to, enable. */
static void add_flop(struct place *p, const char *kind, const char *how)
{
	bool reset = kind[0] == 'S', enable = kind[strlen(kind) - 1] == 'E';
	struct flop f = {.d = pin(p, "D"),
			 .q = pin(p, "Q"),
			 .enable = BLIF_TRUE,
			 .reset = BLIF_FALSE,
			 .enable_at = true,
			 .reset_at = true,
			 .enable_first = !strcmp(kind, "SDFFCE")};
	uint32_t clock = pin(p, "C");

	if (strlen(how) != 1u + 2 * reset + enable || *how++ != 'P') {
		FAIL(p, "only a rising clock and a synchronous reset are known");
		return;
	}
	if (reset) {
		f.reset = pin(p, "R");
		f.reset_at = *how++ == 'P';
		f.reset_to = *how++ == '1';
	}
	if (enable) {
		f.enable = pin(p, "E");
		f.enable_at = *how == 'P';
	}
	g_array_append_val(p->flat->flops, f);
	g_array_append_val(p->flat->clocks, clock);
}

/* The enable of a read port, and what it sees of writes at the same time. */
static void clock_read(struct place *p, struct ram_port *port, unsigned i, unsigned writes)
{
	uint32_t *clock = pins(p, "RD_CLK", i, 1), *rst = pins(p, "RD_SRST", i, 1);

	port->enable = pins(p, "RD_EN", i, 1);
	port->sees_new = g_new0(bool, writes + 1);
	port->sees_any = g_new0(bool, writes + 1);
	for (unsigned w = 0; w < writes; w++) {
		port->sees_new[w] = bit(p, "RD_TRANSPARENCY_MASK", i * writes + w);
		port->sees_any[w] = bit(p, "RD_COLLISION_X_MASK", i * writes + w);
	}
	if (!bit(p, "RD_CLK_POLARITY", i) || *rst != BLIF_FALSE)
		FAIL(p, "a read port with a falling clock or a reset is not known");
	g_array_append_val(p->flat->clocks, *clock);
	g_free(clock);
	g_free(rst);
}

static void add_ram_ports(struct place *p, const struct ram *r)
{
	for (unsigned i = 0; i < r->reads; i++) {
		struct ram_port port = {.ram = p->flat->rams->len,
					.addr = pins(p, "RD_ADDR", i * r->abits, r->abits),
					.data = pins(p, "RD_DATA", i * r->width, r->width),
					.clocked = bit(p, "RD_CLK_ENABLE", i)};

		if (port.clocked) {
			clock_read(p, &port, i, r->writes);
		} else {
			struct node n = {.out = p->flat->reads->len, .is_read = true};

			g_array_append_val(p->flat->nodes, n);
		}
		g_array_append_val(p->flat->reads, port);
	}
	for (unsigned i = 0; i < r->writes; i++) {
		struct ram_port port = {.ram = p->flat->rams->len,
					.addr = pins(p, "WR_ADDR", i * r->abits, r->abits),
					.data = pins(p, "WR_DATA", i * r->width, r->width),
					.enable = pins(p, "WR_EN", i * r->width, r->width),
					.clocked = true};
		uint32_t *clock = pins(p, "WR_CLK", i, 1);

		if (!bit(p, "WR_CLK_ENABLE", i) || !bit(p, "WR_CLK_POLARITY", i))
			FAIL(p, "a write port without a rising clock is not known");
		g_array_append_val(p->flat->clocks, *clock);
		g_array_append_val(p->flat->writes, port);
		g_free(clock);
	}
}

/* A wide read port is several, each with an address of its own: RD_WIDE_CONTINUATION adds nothing
 * to what they do. */
static void add_ram(struct place *p)
{
	struct ram r = {.name = param(p, "MEMID"),
			.width = number(p, "WIDTH"),
			.size = number(p, "SIZE"),
			.offset = number(p, "OFFSET"),
			.abits = number(p, "ABITS"),
			.init = param(p, "INIT"),
			.first_read = p->flat->reads->len,
			.reads = number(p, "RD_PORTS"),
			.first_write = p->flat->writes->len,
			.writes = number(p, "WR_PORTS"),
			.place = p->flat->ram_bits};

	if (!r.width || !r.size || r.abits > 32 || r.width > 65536) {
		FAIL(p, "%u words of %u bits, %u address bits", r.size, r.width, r.abits);
		return;
	}
	p->pins = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < p->cell->pins; i++)
		g_hash_table_insert(p->pins, (void *)pin_at(p, i)->port,
				    GUINT_TO_POINTER(p->map[pin_at(p, i)->net]));
	add_ram_ports(p, &r);
	g_hash_table_destroy(p->pins);
	p->flat->ram_bits += (uint64_t)r.width * r.size;
	g_array_append_val(p->flat->rams, r);
}

static void add_model(struct flat *f, const struct blif *b, const struct blif_model *m,
		      uint32_t *map, unsigned depth);

/* An instance of another model: its ports are nets of ours. */
static void add_instance(struct place *p, const struct blif_model *below)
{
	uint32_t *map = g_new(uint32_t, below->names->len);

	memset(map, 0xff, below->names->len * sizeof(*map));
	for (unsigned i = 0; i < p->cell->pins; i++) {
		void *net;

		if (g_hash_table_lookup_extended(below->nets, pin_at(p, i)->port, NULL, &net))
			map[GPOINTER_TO_UINT(net)] = p->map[pin_at(p, i)->net];
		else
			FAIL(p, "it has no port %s", pin_at(p, i)->port);
	}
	for (unsigned i = 0; i < below->inputs->len; i++) {
		uint32_t net = g_array_index(below->inputs, uint32_t, i);

		if (map[net] == NOWHERE)
			FAIL(p, "port %s is not connected",
			     (char *)g_ptr_array_index(below->names, net));
	}
	if (p->depth == DEEPEST)
		FAIL(p, "more than %u models inside of each other", DEEPEST);
	else if (!p->flat->error)
		add_model(p->flat, p->blif, below, map, p->depth + 1);
	g_free(map);
}

static void add_cell(struct place *p)
{
	static const char *const flops[] = {"DFF", "DFFE", "SDFF", "SDFFE", "SDFFCE"};
	const char *type = p->cell->type;
	const struct blif_model *below = g_hash_table_lookup(p->blif->models, type);

	if (below) {
		add_instance(p, below);
		return;
	}
	if (!strcmp(type, "$lut")) {
		add_lut(p);
		return;
	}
	if (!strcmp(type, "$mem_v2")) {
		add_ram(p);
		return;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(flops); i++) {
		size_t n = strlen(flops[i]);

		if (!strncmp(type, "$_", 2) && !strncmp(type + 2, flops[i], n) &&
		    type[2 + n] == '_') {
			char *how = g_strndup(type + 3 + n, strcspn(type + 3 + n, "_"));

			add_flop(p, flops[i], how);
			g_free(how);
			return;
		}
	}
	FAIL(p, "this kind of cell is not known");
}

/* map: the model's ports to nets of the whole, NOWHERE for what is new. */
static void add_model(struct flat *f, const struct blif *b, const struct blif_model *m,
		      uint32_t *map, unsigned depth)
{
	struct place p = {.flat = f, .blif = b, .model = m, .map = map, .depth = depth};

	for (uint32_t i = 0; i < m->names->len; i++) {
		struct net_origin origin = {m, i};

		if (i < BLIF_CONSTANTS) {
			map[i] = i;
		} else if (map[i] == NOWHERE) {
			map[i] = f->origins->len;
			g_array_append_val(f->origins, origin);
		}
	}
	for (unsigned i = 0; i < m->wires->len; i++) {
		struct blif_wire w = g_array_index(m->wires, struct blif_wire, i);

		w.from = map[w.from];
		w.to = map[w.to];
		g_array_append_val(f->wires, w);
	}
	for (unsigned i = 0; i < m->cells->len && !f->error; i++) {
		p.cell = &g_array_index(m->cells, struct blif_cell, i);
		add_cell(&p);
	}
}

static void add_ports(struct flat *f, const struct blif_model *m, GArray *ports,
		      const uint32_t *map)
{
	for (unsigned i = 0; i < ports->len; i++) {
		uint32_t net = g_array_index(ports, uint32_t, i);

		g_hash_table_insert(f->ports, g_ptr_array_index(m->names, net),
				    GUINT_TO_POINTER(map[net]));
	}
}

void flatten(struct flat *f, const struct blif *b)
{
	const struct blif_model *top = b->top;
	uint32_t *map = g_new(uint32_t, top->names->len);

	f->nodes = g_array_new(false, false, sizeof(struct node));
	f->flops = g_array_new(false, false, sizeof(struct flop));
	f->rams = g_array_new(false, false, sizeof(struct ram));
	f->reads = g_array_new(false, false, sizeof(struct ram_port));
	f->writes = g_array_new(false, false, sizeof(struct ram_port));
	f->clocks = g_array_new(false, false, sizeof(uint32_t));
	f->wires = g_array_new(false, false, sizeof(struct blif_wire));
	f->origins = g_array_new(false, false, sizeof(struct net_origin));
	f->ports = g_hash_table_new(g_str_hash, g_str_equal);
	for (uint32_t i = 0; i < BLIF_CONSTANTS; i++) {
		struct net_origin origin = {top, i};

		g_array_append_val(f->origins, origin);
	}
	memset(map, 0xff, top->names->len * sizeof(*map));
	add_model(f, b, top, map, 0);
	add_ports(f, top, top->inputs, map);
	add_ports(f, top, top->outputs, map);
	g_free(map);
}
