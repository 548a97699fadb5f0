/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A netlist without its hierarchy, ready to be simulated: LUTs and asynchronous read ports in an
 * order in which each comes after what it looks at, flip-flops, memories, and who looks at a net.
 */
#ifndef TB_DESIGN_H
#define TB_DESIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "blif.h"

#define LUT_INPUTS 4

/* A function of nets: a LUT, or the asynchronous read port of a memory. */
struct node {
	uint32_t in[LUT_INPUTS]; /* a LUT's inputs, the ones it has not are BLIF_FALSE */
	uint32_t out;		 /* a LUT's output; of a read port, its number in design.reads */
	uint16_t table;		 /* a LUT's output by its inputs, in[0] the lowest bit */
	bool is_read;
};

/* Yosys's $_DFF_*, $_DFFE_*, $_SDFF_*, $_SDFFE_* and $_SDFFCE_* with a rising clock. */
struct flop {
	uint32_t d, q;
	uint32_t enable, reset; /* BLIF_TRUE, BLIF_FALSE with the polarities where there is none */
	bool enable_at, reset_at, reset_to;
	bool enable_first; /* no reset while not enabled ($_SDFFCE_*) */
};

struct ram_port {
	unsigned ram;
	uint32_t node;	       /* of an asynchronous read */
	uint32_t *addr, *data; /* nets, the lowest bit first; owned */
	uint32_t *enable;      /* of a write: one for each bit; of a synchronous read: one */
	bool clocked;
	/* By write port: what a read sees of a write to the same place at the same time, the new
	 * word, or (Yosys says that it does not matter) anything; the old word otherwise. */
	bool *sees_new, *sees_any;
};

struct ram {
	const char *name;
	unsigned width, size, offset, abits; /* bits, words, the lowest address, address bits */
	const char *init; /* from the highest bit; x: anything; shorter: x above it */
	unsigned first_read, reads, first_write, writes;
	uint64_t place; /* of its first bit in all memories' bits */
};

struct design {
	const char *path;
	uint32_t nets;
	struct node *nodes;
	struct flop *flops;
	struct ram *rams;
	struct ram_port *reads, *writes;
	unsigned n_nodes, n_flops, n_rams, n_reads, n_writes;
	uint64_t ram_bits;
	/* Who looks at net n: fan[fan_of[n]] to fan[fan_of[n + 1] - 1]: nodes by number, flip-flops
	 * from first_flop on, memories (at the clock's edge) from first_ram on. */
	uint32_t *fan_of, *fan;
	uint32_t first_flop, first_ram, things;
	GHashTable *ports; /* of the top, "tx_data[5]", to nets */
};

/*
 * Reads a netlist whose clock is the top's input CLOCK. NULL and what is wrong in *error (to be
 * freed): the file, a cell that is not known, a net with two drivers or none, a loop, another
 * clock.
 */
struct design *design_load(const char *path, const char *clock, char **error);
void design_free(struct design *d);

#endif
