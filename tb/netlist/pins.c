// SPDX-License-Identifier: BSD-2-Clause
// The door to the endpoint (shim.h) when it is a netlist, NETLIST, instead of Verilator's model.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim.h"
#include "sim.h"

/* A pin of some bits, the lowest first. */
struct pin {
	const char *name;
	unsigned bits;
	uint32_t net[DATA_WIDTH];
};

enum {
	RST,
	RX_VALID,
	RX_SOP,
	RX_EOP,
	RX_PFX_VALID,
	RX_PFX,
	RX_HDR,
	RX_DATA,
	RX_BE,
	TX_READY,
	FC_FINITE,
	FC_LIMIT,
	FC_CHECK,
	RX_READY,
	TX_VALID,
	TX_SOP,
	TX_EOP,
	TX_PFX_VALID,
	TX_PFX,
	TX_HDR,
	TX_DATA,
	TX_BE,
	FC_ALLOC,
	CON_VALID,
	CON_CHAR,
	IDLE,
	PINS
};

static struct pin pins[PINS] = {
	[RST] = {"rst", 1},
	[RX_VALID] = {"rx_valid", 1},
	[RX_SOP] = {"rx_sop", 1},
	[RX_EOP] = {"rx_eop", 1},
	[RX_PFX_VALID] = {"rx_pfx_valid", 1},
	[RX_PFX] = {"rx_pfx", 32},
	[RX_HDR] = {"rx_hdr", 128},
	[RX_DATA] = {"rx_data", DATA_WIDTH},
	[RX_BE] = {"rx_be", BEAT_BYTES},
	[TX_READY] = {"tx_ready", 1},
	[FC_FINITE] = {"fc_finite", 6},
	[FC_LIMIT] = {"fc_limit", 60},
	[FC_CHECK] = {"fc_check", 1},
	[RX_READY] = {"rx_ready", 1},
	[TX_VALID] = {"tx_valid", 1},
	[TX_SOP] = {"tx_sop", 1},
	[TX_EOP] = {"tx_eop", 1},
	[TX_PFX_VALID] = {"tx_pfx_valid", 1},
	[TX_PFX] = {"tx_pfx", 32},
	[TX_HDR] = {"tx_hdr", 128},
	[TX_DATA] = {"tx_data", DATA_WIDTH},
	[TX_BE] = {"tx_be", BEAT_BYTES},
	[FC_ALLOC] = {"fc_alloc", 60},
	[CON_VALID] = {"con_valid", 1},
	[CON_CHAR] = {"con_char", 8},
	[IDLE] = {"idle", 1},
};

struct dut {
	struct sim *sim;
};

/* Read once for all endpoints. */
static struct design *design;

static bool find_pins(void)
{
	for (unsigned p = 0; p < PINS; p++)
		for (unsigned i = 0; i < pins[p].bits; i++) {
			char name[32];
			void *net;

			snprintf(name, sizeof(name), pins[p].bits > 1 ? "%s[%u]" : "%s",
				 pins[p].name, i);
			if (!g_hash_table_lookup_extended(design->ports, name, NULL, &net)) {
				fprintf(stderr, "%s: no pin %s\n", NETLIST, name);
				return false;
			}
			pins[p].net[i] = GPOINTER_TO_UINT(net);
		}
	return true;
}

/* Bits 32 * word and up of a pin. */
static uint32_t get(const struct dut *d, unsigned pin, unsigned word)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < 32 && word * 32 + i < pins[pin].bits; i++)
		value |= (uint32_t)sim_get(d->sim, pins[pin].net[word * 32 + i]) << i;
	return value;
}

static void put(struct dut *d, unsigned pin, unsigned word, uint32_t value)
{
	for (unsigned i = 0; i < 32 && word * 32 + i < pins[pin].bits; i++)
		sim_set(d->sim, pins[pin].net[word * 32 + i], value >> i & 1);
}

bool dut_waves(void)
{
	return false;
}

bool dut_mutant(unsigned number)
{
	return !number;
}

bool dut_coverage(const char *folder)
{
	(void)folder;
	return false;
}

struct dut *dut_open(uint64_t seed, const char *waves)
{
	struct dut *d;

	if (waves)
		return NULL;
	if (!design) {
		char *error;

		design = design_load(NETLIST, "clk", &error);
		if (!design) {
			fprintf(stderr, "%s\n", error);
			g_free(error);
			return NULL;
		}
		if (!find_pins())
			return NULL;
	}
	d = g_new0(struct dut, 1);
	d->sim = sim_open(design, seed);
	return d;
}

void dut_close(struct dut *d)
{
	if (!d)
		return;
	sim_close(d->sim);
	g_free(d);
}

void dut_drive(struct dut *d, const struct beat *rx, bool tx_ready)
{
	put(d, RX_VALID, 0, rx != NULL);
	if (rx) {
		put(d, RX_SOP, 0, rx->sop);
		put(d, RX_EOP, 0, rx->eop);
		put(d, RX_PFX_VALID, 0, rx->pfx_valid);
		put(d, RX_PFX, 0, rx->pfx);
		for (unsigned i = 0; i < 4; i++)
			put(d, RX_HDR, 3 - i, rx->hdr[i]);
		for (unsigned i = 0; i < BEAT_BYTES / 4; i++) {
			uint32_t word;

			memcpy(&word, rx->data + 4 * i, 4);
			put(d, RX_DATA, i, GUINT32_FROM_LE(word));
		}
		put(d, RX_BE, 0, rx->be);
	}
	put(d, TX_READY, 0, tx_ready);
	sim_settle(d->sim);
}

void dut_clock(struct dut *d)
{
	sim_clock(d->sim);
	sim_settle(d->sim);
}

void dut_reset(struct dut *d, unsigned cycles)
{
	put(d, RST, 0, 1);
	for (unsigned i = 0; i < cycles; i++) {
		dut_drive(d, NULL, false);
		dut_clock(d);
	}
	put(d, RST, 0, 0);
}

bool dut_rx_ready(struct dut *d)
{
	return get(d, RX_READY, 0);
}

void dut_credits(struct dut *d, unsigned finite, uint64_t limit, bool check)
{
	put(d, FC_FINITE, 0, finite);
	put(d, FC_LIMIT, 0, limit);
	put(d, FC_LIMIT, 1, limit >> 32);
	put(d, FC_CHECK, 0, check);
}

uint64_t dut_alloc(struct dut *d)
{
	return get(d, FC_ALLOC, 0) | (uint64_t)get(d, FC_ALLOC, 1) << 32;
}

void dut_tx(struct dut *d, struct beat *b)
{
	b->valid = get(d, TX_VALID, 0);
	if (!b->valid)
		return;
	b->sop = get(d, TX_SOP, 0);
	b->eop = get(d, TX_EOP, 0);
	b->pfx_valid = get(d, TX_PFX_VALID, 0);
	b->pfx = get(d, TX_PFX, 0);
	for (unsigned i = 0; i < 4; i++)
		b->hdr[i] = get(d, TX_HDR, 3 - i);
	for (unsigned i = 0; i < BEAT_BYTES / 4; i++) {
		uint32_t word = GUINT32_TO_LE(get(d, TX_DATA, i));

		memcpy(b->data + 4 * i, &word, 4);
	}
	b->be = get(d, TX_BE, 0);
}

bool dut_console(struct dut *d, char *c)
{
	*c = (char)get(d, CON_CHAR, 0);
	return get(d, CON_VALID, 0);
}

bool dut_idle(struct dut *d)
{
	return get(d, IDLE, 0);
}
