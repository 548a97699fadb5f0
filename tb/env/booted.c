/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot takes longer than most tests. It is made once for each seed; each test then runs in a
 * process of its own (pool.h), on a copy.
 */
#include <string.h>

#include "die.h"
#include "env.h"

#define SETTLED 16 /* cycles the endpoint must be idle: the firmware waits for a command */
#define LONGEST 100000

static struct booted *all;

const struct booted *env_booted(uint64_t seed)
{
	unsigned idle = 0;
	struct booted *b;

	for (b = all; b; b = b->next)
		if (b->seed == seed)
			return b;
	b = xalloc(sizeof(*b));
	b->seed = seed;
	b->dut = dut_open(seed, NULL);
	if (!b->dut)
		die("cannot open the endpoint");
	dut_reset(b->dut, 8);
	/* One that never settles is for the tests to find. */
	for (unsigned i = 0; i < LONGEST && idle < SETTLED; i++) {
		char c;

		dut_drive(b->dut, NULL, true);
		if (dut_console(b->dut, &c) && b->console_len < sizeof(b->console) - 1)
			b->console[b->console_len++] = c;
		idle = dut_idle(b->dut) ? idle + 1 : 0;
		dut_clock(b->dut);
	}
	b->next = all;
	all = b;
	return b;
}
