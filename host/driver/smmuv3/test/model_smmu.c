// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hardware behind model_smmu.h, and what compat_native.h asks for under the model checker.
 */
#include "model_smmu.h"

_Static_assert(sizeof(struct shared) <= MODEL_SHARED, "the model's memory is too small");

static void isolate(struct smmu_instance *smmu, u32 sid)
{
	(void)smmu;
	model_point("isolate");
	S->ep[sid].ats_off = S->ep[sid].isolated = 1;
	S->ep[sid].atc = S->ep[sid].atc_pending = 0;
}

static bool isolated(struct smmu_instance *smmu, u32 sid)
{
	(void)smmu;
	model_point("isolated?");
	return S->ep[sid].isolated;
}

static const struct smmu_isolation_ops isolation = {.isolate = isolate, .isolated = isolated};

struct smmu_cmdq model_queue[SMMUS];
struct smmu_instance model_inst[SMMUS] = {
	{.index = 0, .cmdq = &model_queue[0], .isolation = &isolation},
	{.index = 1, .cmdq = &model_queue[1], .isolation = &isolation},
};

/* What compat_native.h asks for. */

void *smmu_native_alloc(size_t size)
{
	return model_alloc(size);
}

void smmu_native_free(const void *p)
{
	model_free(p);
}

void smmu_native_kfree_rcu(const void *p)
{
	model_free_rcu(p);
}

void smmu_native_rcu_read_lock(void)
{
	model_read_lock();
}

void smmu_native_rcu_read_unlock(void)
{
	model_read_unlock();
}

/*
 * The SMMU: commands begin in order; what they ask for is done at the latest when a SYNC is. A SYNC
 * also ends when an endpoint does not answer, and says so: the next one knows nothing of it.
 */

static bool all_done(const void *arg)
{
	uintptr_t s = (uintptr_t)arg;

	for (unsigned int e = 0; e < ENDPOINTS; e++)
		if (S->ep[e].on == s && S->ep[e].atc_pending && !S->ep[e].dead)
			return false;
	return !S->smmu[s].tlb_pending && !S->smmu[s].both_pending && !S->smmu[s].cd_pending;
}

/* Returns -EIO for a SYNC that reports an endpoint. */
static int command(uintptr_t s, const struct smmu_cmd *cmd)
{
	int ret = 0;

	switch (cmd->qw[0] & 0xff) {
	case 0x46:
		model_wait("CMD_SYNC", all_done, (const void *)s);
		for (unsigned int e = 0; e < ENDPOINTS; e++) {
			if (S->ep[e].on != s || !S->ep[e].atc_pending)
				continue;
			S->ep[e].atc_pending = 0;
			S->smmu[s].atc_failures++;
			ret = -EIO;
		}
		break;
	case 0x40:
		model_point("CMD_ATC_INV");
		if (!S->ep[cmd->qw[0] >> 32].isolated)
			S->ep[cmd->qw[0] >> 32].atc_pending = 1;
		break;
	case 0x03:
	case 0x05:
		model_point("CMD_CFGI");
		S->smmu[s].cd_pending = 1;
		break;
	case 0x10:
		model_point("CMD_TLBI_NH_ALL");
		/* Stage 2 by itself stays. */
		S->smmu[s].both_pending = 1;
		break;
	case 0x28:
		model_point("CMD_TLBI_S12_VMALL");
		S->smmu[s].tlb_pending = S->smmu[s].both_pending = 1;
		break;
	case 0x11:
	case 0x12:
	case 0x2a:
		model_point("CMD_TLBI");
		S->smmu[s].tlb_pending = 1;
		break;
	default:
		model_wrong("a command of no use here");
		break;
	}
	if (S->smmu[s].gone)
		model_wrong("a command for an SMMU that is gone");
	return ret;
}

/* Commands of one call stay together, and nothing behind a SYNC begins before it is done. */
static int commands(struct smmu_cmdq *q, const struct smmu_cmd *cmds, u32 n)
{
	uintptr_t s = (uintptr_t)(q - model_queue);
	int ret = 0;

	/* The doorbell comes after all stores before it. */
	model_barrier();
	model_lock(&S->smmu[s].busy);
	/* The last one, a SYNC, tells: nobody looks at another's failure, see sweep.c. */
	for (u32 i = 0; i < n; i++)
		ret = command(s, &cmds[i]);
	model_unlock(&S->smmu[s].busy);
	return ret;
}

int smmu_cmdq_issue(struct smmu_cmdq *q, const struct smmu_cmd *cmds, u32 n, bool wait)
{
	int ret = commands(q, cmds, n);

	if (wait && (cmds[n - 1].qw[0] & 0xff) != 0x46)
		model_wrong("waiting without a SYNC");
	return wait ? ret : 0;
}

int smmu_cmdq_probe_atc(struct smmu_cmdq *q, struct smmu_cmd atc_inv)
{
	const struct smmu_cmd cmds[] = {smmu_cmd_sync(), atc_inv, smmu_cmd_sync()};

	return commands(q, cmds, ARRAY_SIZE(cmds));
}

u64 smmu_cmdq_atc_failures(struct smmu_cmdq *q)
{
	/* Nobody but a dead endpoint changes it. */
	if (S->may_die)
		model_point("failures?");
	return S->smmu[q - model_queue].atc_failures;
}

/* What endpoints and SMMUs do by themselves. */

enum {
	FETCH_CD,
	FILL_TLB,
	FILL_BOTH,
	FILL_ATC,
	DO_ATC,
	PER_EP,
	DO_TLB = 0,
	DO_BOTH,
	DO_CD,
	PER_SMMU,
	DIE = ENDPOINTS * PER_EP + SMMUS * PER_SMMU,
	MOVES
};

_Static_assert(MOVES == MODEL_MOVES, "as the header says");

/* What an endpoint is answered with. */
static uint8_t translation(unsigned int s)
{
	return S->stages == MODEL_NESTED_PARENT ? S->smmu[s].both : S->smmu[s].tlb;
}

bool model_can_move(unsigned int move)
{
	unsigned int e = move / PER_EP, s;

	if (move == DIE)
		return S->may_die && !S->ep[0].dead;
	if (move >= ENDPOINTS * PER_EP) {
		move -= ENDPOINTS * PER_EP;
		s = move / PER_SMMU;
		switch (move % PER_SMMU) {
		case DO_TLB:
			return S->smmu[s].tlb_pending;
		case DO_BOTH:
			return S->smmu[s].both_pending;
		default:
			return S->smmu[s].cd_pending;
		}
	}
	s = S->ep[e].on;
	switch (move % PER_EP) {
	case FETCH_CD:
		return S->cd[e] && !S->ep[e].cached_cd;
	case FILL_TLB:
		return S->ep[e].cached_cd && !S->smmu[s].tlb;
	case FILL_BOTH:
		return S->stages == MODEL_NESTED_PARENT && S->ep[e].cached_cd && S->smmu[s].tlb &&
		       !S->smmu[s].both;
	case FILL_ATC:
		return S->ep[e].cached_cd && translation(s) && !S->ep[e].atc && !S->ep[e].ats_off;
	default:
		return S->ep[e].atc_pending && !S->ep[e].dead;
	}
}

void model_move(unsigned int move)
{
	unsigned int e = move / PER_EP, s;

	if (move == DIE) {
		S->ep[0].dead = 1;
		return;
	}
	if (move >= ENDPOINTS * PER_EP) {
		move -= ENDPOINTS * PER_EP;
		s = move / PER_SMMU;
		if (move % PER_SMMU == DO_TLB) {
			S->smmu[s].tlb = S->smmu[s].tlb_pending = 0;
			return;
		}
		if (move % PER_SMMU == DO_BOTH) {
			S->smmu[s].both = S->smmu[s].both_pending = 0;
			return;
		}
		S->smmu[s].cd_pending = 0;
		for (e = 0; e < ENDPOINTS; e++)
			if (S->ep[e].on == s)
				S->ep[e].cached_cd = 0;
		return;
	}
	s = S->ep[e].on;
	switch (move % PER_EP) {
	case FETCH_CD:
		S->ep[e].cached_cd = 1;
		break;
	case FILL_TLB:
		S->smmu[s].tlb = (uint8_t)S->pte;
		break;
	case FILL_BOTH:
		S->smmu[s].both = S->smmu[s].tlb;
		break;
	case FILL_ATC:
		S->ep[e].atc = translation(s);
		break;
	default:
		S->ep[e].atc = S->ep[e].atc_pending = 0;
		break;
	}
}

const char *model_move_name(unsigned int move)
{
	static const char *const names[] = {
		"endpoint 0: CD fetched",
		"endpoint 0: TLB filled",
		"endpoint 0: TLB filled, both stages",
		"endpoint 0: ATC filled",
		"endpoint 0: ATC invalidated",
		"endpoint 1: CD fetched",
		"endpoint 1: TLB filled",
		"endpoint 1: TLB filled, both stages",
		"endpoint 1: ATC filled",
		"endpoint 1: ATC invalidated",
		"SMMU 0: TLB invalidated",
		"SMMU 0: TLB invalidated, both stages",
		"SMMU 0: CDs forgotten",
		"SMMU 1: TLB invalidated",
		"SMMU 1: TLB invalidated, both stages",
		"SMMU 1: CDs forgotten",
		"endpoint 0: answers no more",
	};

	_Static_assert(ARRAY_SIZE(names) == MODEL_MOVES, "one for each");
	return names[move];
}

const char *model_check(void)
{
	for (unsigned int e = 0; e < ENDPOINTS; e++)
		if (S->ep[e].atc && S->ep[e].atc <= S->freed)
			return "an ATC holds a page that is free";
	for (unsigned int s = 0; s < SMMUS; s++)
		if ((S->smmu[s].tlb && S->smmu[s].tlb <= S->freed) ||
		    (S->smmu[s].both && S->smmu[s].both <= S->freed))
			return "a TLB holds a page that is free";
	return NULL;
}
