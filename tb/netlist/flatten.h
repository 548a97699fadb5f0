/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the two halves of design_load(): all instances' cells, with nets of the whole. */
#ifndef TB_FLATTEN_H
#define TB_FLATTEN_H

#include "design.h"

struct net_origin { /* a net's name, for people */
	const struct blif_model *model;
	uint32_t local;
};

struct flat {
	GArray *nodes, *flops, *rams, *reads, *writes; /* as in struct design; nodes in any order */
	GArray *clocks;	 /* uint32_t: every clock that something has */
	GArray *origins; /* struct net_origin, by net */
	GArray *wires;	 /* struct blif_wire */
	GHashTable *ports;
	uint64_t ram_bits;
	char *error;
};

/* The first error stays. */
void flat_fail(struct flat *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Everything below the top of b; f is zeroed. */
void flatten(struct flat *f, const struct blif *b);

#endif
