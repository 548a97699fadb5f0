/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A netlist in BLIF as Yosys writes it (write_blif -icells -param): models made of cells, and of
 * nets that are another net or a constant. Nothing here knows what a cell does.
 */
#ifndef TB_BLIF_H
#define TB_BLIF_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The first nets of every model. */
enum {
	BLIF_FALSE,
	BLIF_TRUE,
	BLIF_UNDEF,
	BLIF_CONSTANTS
};

struct blif_pin {
	const char *port; /* "A[2]"; one that is a single bit has no index */
	uint32_t net;
};

struct blif_param {
	const char *name, *value; /* bits from the highest, or a string in quotes */
};

struct blif_cell {
	const char *type; /* of Yosys, or another model */
	unsigned line;
	unsigned pin, pins, param, params; /* in the arrays of the model: the first, how many */
};

struct blif_wire {
	uint32_t from, to; /* nets: two names of one */
};

struct blif_model {
	const char *name;
	GHashTable *nets;	  /* name to number */
	GPtrArray *names;	  /* number to name */
	GArray *inputs, *outputs; /* uint32_t */
	GArray *cells, *pins, *params, *wires;
};

struct blif {
	const char *path;
	GHashTable *models;	/* by name */
	struct blif_model *top; /* the first of the file */
};

/* NULL and what is wrong with the file in *error (to be freed) otherwise. */
struct blif *blif_read(const char *path, char **error);
void blif_free(struct blif *b);

#endif
