// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blif.h"

struct reader {
	struct blif *blif;
	struct blif_model *model; /* between .model and .end */
	unsigned line;
	/* The net that .names gives a value, and how many rows came; UINT32_MAX: none. */
	uint32_t from, to;
	unsigned rows;
	char *error;
};

static void fail(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct reader *r, const char *format, ...)
{
	va_list args;
	char *what;

	if (r->error)
		return;
	va_start(args, format);
	what = g_strdup_vprintf(format, args);
	va_end(args);
	r->error = g_strdup_printf("%s:%u: %s", r->blif->path, r->line, what);
	g_free(what);
}

static void model_free(void *data)
{
	struct blif_model *m = data;

	g_hash_table_destroy(m->nets);
	g_ptr_array_free(m->names, true);
	g_array_free(m->inputs, true);
	g_array_free(m->outputs, true);
	g_array_free(m->cells, true);
	g_array_free(m->pins, true);
	g_array_free(m->params, true);
	g_array_free(m->wires, true);
	g_free(m);
}

/* The number of a net; a new one when the name is. */
static uint32_t net_of(struct blif_model *m, const char *name)
{
	void *known;
	const char *kept;

	if (g_hash_table_lookup_extended(m->nets, name, NULL, &known))
		return GPOINTER_TO_UINT(known);
	kept = g_intern_string(name);
	g_hash_table_insert(m->nets, (void *)kept, GUINT_TO_POINTER(m->names->len));
	g_ptr_array_add(m->names, (void *)kept);
	return m->names->len - 1;
}

static void begin_model(struct reader *r, const char *name)
{
	struct blif_model *m;

	if (r->model) {
		fail(r, ".model %s inside of %s", name, r->model->name);
		return;
	}
	if (g_hash_table_contains(r->blif->models, name)) {
		fail(r, "a second .model %s", name);
		return;
	}
	m = g_new0(struct blif_model, 1);
	m->name = g_intern_string(name);
	m->nets = g_hash_table_new(g_str_hash, g_str_equal);
	m->names = g_ptr_array_new();
	m->inputs = g_array_new(false, false, sizeof(uint32_t));
	m->outputs = g_array_new(false, false, sizeof(uint32_t));
	m->cells = g_array_new(false, false, sizeof(struct blif_cell));
	m->pins = g_array_new(false, false, sizeof(struct blif_pin));
	m->params = g_array_new(false, false, sizeof(struct blif_param));
	m->wires = g_array_new(false, false, sizeof(struct blif_wire));
	net_of(m, "$false");
	net_of(m, "$true");
	net_of(m, "$undef");
	g_hash_table_insert(r->blif->models, (void *)m->name, m);
	r->model = m;
	if (!r->blif->top)
		r->blif->top = m;
}

static void add_ports(struct reader *r, GArray *to, char **word)
{
	for (; *word; word++) {
		uint32_t net = net_of(r->model, *word);

		g_array_append_val(to, net);
	}
}

static void add_cell(struct reader *r, char **word)
{
	struct blif_model *m = r->model;
	struct blif_cell c = {.line = r->line, .pin = m->pins->len, .param = m->params->len};

	if (!*word) {
		fail(r, ".subckt of nothing");
		return;
	}
	c.type = g_intern_string(*word++);
	for (; *word; word++) {
		char *is = strchr(*word, '=');
		struct blif_pin pin;

		if (!is) {
			fail(r, "\"%s\" is no PORT=NET", *word);
			return;
		}
		*is = 0;
		pin.port = g_intern_string(*word);
		pin.net = net_of(m, is + 1);
		g_array_append_val(m->pins, pin);
	}
	c.pins = m->pins->len - c.pin;
	g_array_append_val(m->cells, c);
}

static void add_param(struct reader *r, char **word)
{
	struct blif_model *m = r->model;
	struct blif_param p;

	if (!m->cells->len || !word[0] || !word[1]) {
		fail(r, ".param without a cell, a name or a value");
		return;
	}
	p.name = g_intern_string(word[0]);
	p.value = g_intern_string(word[1]);
	g_array_append_val(m->params, p);
	g_array_index(m->cells, struct blif_cell, m->cells->len - 1).params++;
}

/* .names without an input is a constant, which only the three that every model has are. */
static void begin_names(struct reader *r, char **word)
{
	unsigned n = g_strv_length(word);

	r->rows = 0;
	if (n == 1 && net_of(r->model, word[0]) < BLIF_CONSTANTS) {
		r->from = r->to = UINT32_MAX;
	} else if (n == 2) {
		r->from = net_of(r->model, word[0]);
		r->to = net_of(r->model, word[1]);
	} else {
		fail(r, ".names is for constants and connections; functions are cells ($lut)");
	}
}

static void end_names(struct reader *r)
{
	struct blif_wire w = {r->from, r->to};

	if (r->to == UINT32_MAX)
		return;
	if (r->rows != 1)
		fail(r, "net %s, a .names before this line, has %u rows instead of one",
		     (char *)g_ptr_array_index(r->model->names, r->to), r->rows);
	g_array_append_val(r->model->wires, w);
	r->to = UINT32_MAX;
}

static void take_line(struct reader *r, char **word)
{
	const char *key = word[0];

	if (key[0] != '.') {
		if (r->to != UINT32_MAX && (g_strcmp0(key, "1") || g_strcmp0(word[1], "1")))
			fail(r, "\"%s\" instead of the row of a connection, \"1 1\"", key);
		r->rows++;
		return;
	}
	if (r->model)
		end_names(r);
	if (!strcmp(key, ".model"))
		begin_model(r, word[1] ? word[1] : "");
	else if (!r->model)
		fail(r, "%s outside of a .model", key);
	else if (!strcmp(key, ".inputs"))
		add_ports(r, r->model->inputs, word + 1);
	else if (!strcmp(key, ".outputs"))
		add_ports(r, r->model->outputs, word + 1);
	else if (!strcmp(key, ".subckt"))
		add_cell(r, word + 1);
	else if (!strcmp(key, ".param"))
		add_param(r, word + 1);
	else if (!strcmp(key, ".names"))
		begin_names(r, word + 1);
	else if (!strcmp(key, ".end"))
		r->model = NULL;
	else
		fail(r, "%s is not known here", key);
}

/* The words of a line, in place. */
static void split(GPtrArray *words, char *text)
{
	char *rest;

	g_ptr_array_set_size(words, 0);
	for (char *w = strtok_r(text, " \t\r\n", &rest); w; w = strtok_r(NULL, " \t\r\n", &rest))
		g_ptr_array_add(words, w);
	g_ptr_array_add(words, NULL);
}

struct blif *blif_read(const char *path, char **error)
{
	struct blif *b = g_new0(struct blif, 1);
	struct reader r = {.blif = b, .from = UINT32_MAX, .to = UINT32_MAX};
	GPtrArray *words = g_ptr_array_new();
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	b->path = g_intern_string(path);
	b->models = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, model_free);
	if (!f) {
		r.error = g_strdup_printf("%s: %s", path, strerror(errno));
	} else {
		while (!r.error && getline(&text, &room, f) > 0) {
			r.line++;
			if (text[0] == '#')
				continue;
			split(words, text);
			if (words->len > 1)
				take_line(&r, (char **)words->pdata);
		}
		if (ferror(f))
			fail(&r, "%s", strerror(errno));
		if (r.model)
			fail(&r, "the file ends inside of .model %s", r.model->name);
		else if (!b->top)
			fail(&r, "no .model");
		fclose(f);
	}
	free(text);
	g_ptr_array_free(words, true);
	if (!r.error)
		return b;
	*error = r.error;
	blif_free(b);
	return NULL;
}

void blif_free(struct blif *b)
{
	if (!b)
		return;
	g_hash_table_destroy(b->models);
	g_free(b);
}
