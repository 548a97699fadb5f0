/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Simulates a design with one clock, two states. Only what looks at a net that has changed is
 * worked out again, so a cycle costs what happens in it.
 */
#ifndef TB_SIM_H
#define TB_SIM_H

#include "design.h"

struct sim;

/* Flip-flops, memories without contents and what Yosys says is undefined begin with anything, which
 * seed chooses. The design is not copied and must stay. */
struct sim *sim_open(const struct design *d, uint64_t seed);
void sim_close(struct sim *s);
/* The value of a net; an input's is set before sim_settle(). */
bool sim_get(const struct sim *s, uint32_t net);
void sim_set(struct sim *s, uint32_t net, bool value);
/* Works out everything that depends on the nets that have changed. */
void sim_settle(struct sim *s);
/* The rising edge; sim_settle() before and after. */
void sim_clock(struct sim *s);
/* How many LUTs and read ports were worked out so far. */
uint64_t sim_work(const struct sim *s);

#endif
