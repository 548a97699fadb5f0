/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of the model: TAP lines, and a bench of checker, root complex and SMMU without an
 * endpoint. */
#ifndef TB_UNIT_H
#define TB_UNIT_H

#include "rc.h"
#include "smmu.h"

#define EP 0x0100
#define VF 0x0108

struct bench {
	struct pmem *pm;
	struct chk *chk;
	struct rc *rc;
	struct smmu *smmu;
	struct as *as; /* PASID 5 */
	uint64_t cycle;
	struct tlp last; /* what the last bench_step() sent to the endpoint */
};

void ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct bench *bench_new(void);
void bench_free(struct bench *b);
/* The enables, as the host would write them. */
void bench_enable(struct bench *b);
/* A cycle; true when a TLP went to the endpoint (b->last). */
bool bench_step(struct bench *b);
/* Steps until a TLP of this kind went to the endpoint. */
bool bench_until(struct bench *b, enum tlp_kind kind);
/* A TLP of the endpoint. */
void bench_ep(struct bench *b, const struct tlp *t);
/* Translation request for va as PASID 5, and its completion; false when it has neither R nor W. */
bool bench_translate(struct bench *b, uint64_t va, bool no_write, unsigned tag, struct tlp_xlat *x);
void bench_cfg_write_to(struct bench *b, uint16_t rid, uint16_t reg, unsigned be, uint32_t value);
void bench_cfg_write(struct bench *b, uint16_t reg, unsigned be, uint32_t value);

void test_memory(void);
void test_checker(void);
void test_functions(void);
void test_netlist(void);
/* Exactly this rule was broken since the last call, or none (CHK_RULES). */
void expect(struct bench *b, enum chk_rule rule, const char *what);
void test_model(void);

#endif
