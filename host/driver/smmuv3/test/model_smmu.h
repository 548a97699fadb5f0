/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hardware around the invalidation arrays, for the model checker: endpoints that fill TLB and
 * ATC whenever they may, SMMUs that do things as late as a SYNC allows or as early as they like.
 * The address space is one page, known by its generation. In a nested run a guest's stage 1 is
 * above it, which leads some address there: the TLB then holds the page itself and, made of that,
 * what stages 1 and 2 together say.
 */
#ifndef SVARIG_SMMUV3_TEST_MODEL_SMMU_H
#define SVARIG_SMMUV3_TEST_MODEL_SMMU_H

#include "../cmdq.h"
#include "../invs.h"
#include "model.h"

#define ENDPOINTS 2
#define SMMUS	  2

struct shared {
	struct smmu_invs *invs; /* of the domain */
	uint32_t lock;		/* of the domain */
	uint32_t pte;		/* generation of the page */
	uint32_t freed;		/* newest generation that no cache may hold */
	uint32_t cd[ENDPOINTS];
	struct {
		uint8_t cached_cd, atc, ats_off, atc_pending;
		uint8_t dead; /* answers no invalidation, and uses what it has */
		uint8_t isolated;
		uint8_t on; /* the SMMU it is behind */
	} ep[ENDPOINTS];
	struct {
		uint8_t tlb, tlb_pending, cd_pending, gone;
		uint8_t both, both_pending; /* nested: stages 1 and 2 together */
		uint8_t atc_failures;
		uint32_t busy; /* a call's commands are being consumed */
	} smmu[SMMUS];
	bool may_die;	/* endpoint 0 */
	uint8_t stages; /* MODEL_* */
};

/* What the domain is. */
enum {
	MODEL_STAGE1,
	MODEL_STAGE2,
	MODEL_NESTED_PARENT,
};

#define S ((struct shared *)model_shared())

extern struct smmu_cmdq model_queue[SMMUS];
extern struct smmu_instance model_inst[SMMUS];

/* What struct model asks for. */
#define MODEL_MOVES 17
bool model_can_move(unsigned int move);
void model_move(unsigned int move);
const char *model_move_name(unsigned int move);
const char *model_check(void);

#endif
