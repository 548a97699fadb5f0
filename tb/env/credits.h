/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flow control at the TLP port (PCIe Base Specification 5.0, 2.6.1), from the link's side: a far
 * side with small buffers that empty slowly, and a sender that keeps to what the endpoint allows.
 * Books are in the specification's units.
 */
#ifndef TB_CREDITS_H
#define TB_CREDITS_H

#include "rng.h"
#include "shim.h"
#include "tlp.h"

enum {
	FC_PH,
	FC_PD,
	FC_NPH,
	FC_NPD,
	FC_CPLH,
	FC_CPLD,
	FC_FIELDS
};

struct credits {
	bool on;
	struct rng rng;
	unsigned size[FC_FIELDS]; /* buffers of the far side; 0: infinite */
	unsigned percent;	  /* chance in a cycle that each buffer gives something back */
	uint64_t used[FC_FIELDS], limit[FC_FIELDS];
	uint64_t sent[FC_FIELDS], first; /* to the endpoint, since first = dut_alloc() */
	unsigned held;		 /* cycles in which a TLP to the endpoint waited for credits */
	unsigned dry[FC_FIELDS]; /* cycles in which the endpoint had too little for a TLP of 128
				    bytes */
};

/* From now on, as after reset on both sides: call it before anything moved. */
void credits_on(struct credits *c, struct dut *d, const unsigned size[FC_FIELDS], unsigned percent,
		uint64_t seed);
/* Once per cycle before the endpoint is driven. Returns true. */
bool credits_tick(struct credits *c, struct dut *d);
/* May this TLP go to the endpoint now? Books it if so. */
bool credits_may_send(struct credits *c, struct dut *d, const struct tlp *t);
/* A TLP came from the endpoint: false if it was more than allowed. */
bool credits_received(struct credits *c, const struct tlp *t);

#endif
