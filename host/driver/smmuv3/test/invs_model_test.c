// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation arrays in every order: attach, detach and invalidate race on the real invs.c and
 * sweep.c under the model checker, with endpoints that fill TLB and ATC whenever they may, stores
 * that become visible late, and every allocation failing, too.
 *
 * The address space is one page. An unmap gives it a new generation and sweeps; from then on no
 * cache may hold an older one. The SMMU is one that does things as late as a SYNC allows or as
 * early as it likes. Each endpoint has a CD, written as attach.c does, under the domain's lock.
 */
#include "../cmdq.h"
#include "../invs.h"
#include "model.h"
#include "tap.h"

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
		uint8_t on; /* the SMMU it is behind */
	} ep[ENDPOINTS];
	struct {
		uint8_t tlb, tlb_pending, cd_pending, gone;
	} smmu[SMMUS];
};

#define S ((struct shared *)model_shared())

_Static_assert(sizeof(struct shared) <= MODEL_SHARED, "the model's memory is too small");

static struct smmu_cmdq queue[SMMUS];
static struct smmu_instance inst[SMMUS] = {
	{.index = 0, .cmdq = &queue[0]},
	{.index = 1, .cmdq = &queue[1]},
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

/* The SMMU: commands begin in order; what they ask for is done at the latest when a SYNC is. */

static bool all_done(const void *arg)
{
	uintptr_t s = (uintptr_t)arg;

	for (unsigned int e = 0; e < ENDPOINTS; e++)
		if (S->ep[e].on == s && S->ep[e].atc_pending)
			return false;
	return !S->smmu[s].tlb_pending && !S->smmu[s].cd_pending;
}

static void command(uintptr_t s, const struct smmu_cmd *cmd)
{
	switch (cmd->qw[0] & 0xff) {
	case 0x46:
		model_wait("CMD_SYNC", all_done, (const void *)s);
		break;
	case 0x40:
		model_point("CMD_ATC_INV");
		S->ep[cmd->qw[0] >> 32].atc_pending = 1;
		break;
	case 0x05:
		model_point("CMD_CFGI_CD");
		S->smmu[s].cd_pending = 1;
		break;
	default:
		model_point("CMD_TLBI");
		S->smmu[s].tlb_pending = 1;
		break;
	}
	if (S->smmu[s].gone)
		model_wrong("a command for an SMMU that is gone");
}

int smmu_cmdq_issue(struct smmu_cmdq *q, const struct smmu_cmd *cmds, u32 n, bool wait)
{
	/* The doorbell comes after all stores before it. */
	model_barrier();
	for (u32 i = 0; i < n; i++)
		command((uintptr_t)(q - queue), &cmds[i]);
	if (wait && (cmds[n - 1].qw[0] & 0xff) != 0x46)
		model_wrong("waiting without a SYNC");
	return 0;
}

/* What endpoints and SMMUs do by themselves. */

enum {
	FETCH_CD,
	FILL_TLB,
	FILL_ATC,
	DO_ATC,
	PER_EP,
	DO_TLB = 0,
	DO_CD,
	PER_SMMU,
	MOVES = ENDPOINTS * PER_EP + SMMUS * PER_SMMU,
};

static bool can_move(unsigned int move)
{
	unsigned int e = move / PER_EP, s;

	if (move >= ENDPOINTS * PER_EP) {
		move -= ENDPOINTS * PER_EP;
		s = move / PER_SMMU;
		return move % PER_SMMU == DO_TLB ? S->smmu[s].tlb_pending : S->smmu[s].cd_pending;
	}
	s = S->ep[e].on;
	switch (move % PER_EP) {
	case FETCH_CD:
		return S->cd[e] && !S->ep[e].cached_cd;
	case FILL_TLB:
		return S->ep[e].cached_cd && !S->smmu[s].tlb;
	case FILL_ATC:
		return S->ep[e].cached_cd && S->smmu[s].tlb && !S->ep[e].atc && !S->ep[e].ats_off;
	default:
		return S->ep[e].atc_pending;
	}
}

static void move(unsigned int move)
{
	unsigned int e = move / PER_EP, s;

	if (move >= ENDPOINTS * PER_EP) {
		move -= ENDPOINTS * PER_EP;
		s = move / PER_SMMU;
		if (move % PER_SMMU == DO_TLB) {
			S->smmu[s].tlb = S->smmu[s].tlb_pending = 0;
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
	case FILL_ATC:
		S->ep[e].atc = S->smmu[s].tlb;
		break;
	default:
		S->ep[e].atc = S->ep[e].atc_pending = 0;
		break;
	}
}

static const char *move_name(unsigned int move)
{
	static const char *const names[] = {
		"endpoint 0: CD fetched",  "endpoint 0: TLB filled",
		"endpoint 0: ATC filled",  "endpoint 0: ATC invalidated",
		"endpoint 1: CD fetched",  "endpoint 1: TLB filled",
		"endpoint 1: ATC filled",  "endpoint 1: ATC invalidated",
		"SMMU 0: TLB invalidated", "SMMU 0: CDs forgotten",
		"SMMU 1: TLB invalidated", "SMMU 1: CDs forgotten",
	};

	return names[move];
}

static const char *check(void)
{
	for (unsigned int e = 0; e < ENDPOINTS; e++)
		if (S->ep[e].atc && S->ep[e].atc <= S->freed)
			return "an ATC holds a page that is free";
	for (unsigned int s = 0; s < SMMUS; s++)
		if (S->smmu[s].tlb && S->smmu[s].tlb <= S->freed)
			return "a TLB holds a page that is free";
	return NULL;
}

static const char *check_end(void)
{
	for (u32 i = 0; i < S->invs->num; i++)
		if (S->invs->inv[i].users)
			return "an instruction stays behind";
	return NULL;
}

/* What the driver does. */

/* The page gets other content, and what was there is free. */
static void unmap(void)
{
	static const struct smmu_range page = {
		.start = 0x1000,
		.size = 0x1000,
		.stride = 0x1000,
		.granule_shift = 12,
	};
	uint32_t was = S->pte;

	model_store(&S->pte, sizeof(S->pte), was + 1, false);
	smmu_invs_sweep(&S->invs, &page);
	S->freed = was;
}

static u32 invs_of(unsigned int e, struct smmu_inv inv[2])
{
	inv[0] = (struct smmu_inv){
		.smmu = &inst[S->ep[e].on],
		.kind = SMMU_INV_S1_ASID,
		.id = 5,
	};
	inv[1] = (struct smmu_inv){.smmu = &inst[S->ep[e].on], .kind = SMMU_INV_ATS, .id = e};
	return 2;
}

static void write_cd(unsigned int e, bool valid)
{
	const struct smmu_cmd cmds[] = {smmu_cmd_cfgi_cd(e, 1, true), smmu_cmd_sync()};

	model_store(&S->cd[e], sizeof(S->cd[e]), valid, false);
	smmu_cmdq_issue(&queue[S->ep[e].on], cmds, 2, true);
}

static bool attach(unsigned int e)
{
	struct smmu_inv inv[2];
	u32 n = invs_of(e, inv);
	int ret;

	model_lock(&S->lock);
	ret = smmu_invs_join(&S->invs, inv, n);
	if (!ret)
		write_cd(e, true);
	model_unlock(&S->lock);
	return !ret;
}

/* ATS may have been turned off first, which empties the ATC. */
static void detach(unsigned int e, bool ats_off)
{
	struct smmu_inv inv[2];
	u32 n = invs_of(e, inv);

	if (ats_off) {
		model_point("ATS off");
		S->ep[e].ats_off = 1;
		S->ep[e].atc = 0;
	}
	model_lock(&S->lock);
	write_cd(e, false);
	smmu_invs_leave(&S->invs, inv, n, ats_off);
	if (S->ep[e].atc || S->ep[e].cached_cd)
		model_wrong("a detached endpoint still has a translation");
	if (!S->cd[!e] && S->smmu[S->ep[e].on].tlb)
		model_wrong("a TLB holds an ASID that nobody uses");
	model_unlock(&S->lock);
}

static void smmu_goes(unsigned int s)
{
	model_synchronize();
	S->smmu[s].gone = 1;
}

/* Threads of the runs below. */

static void unmap_once(void)
{
	unmap();
}

static void unmap_twice(void)
{
	unmap();
	unmap();
}

static void come_and_go_0(void)
{
	if (attach(0))
		detach(0, false);
}

static void come_and_go_1(void)
{
	if (attach(1))
		detach(1, false);
}

static void go_0_without_ats(void)
{
	detach(0, true);
}

static void go_1(void)
{
	detach(1, false);
}

static void go_1_with_its_smmu(void)
{
	detach(1, false);
	smmu_goes(1);
}

static void begin(void)
{
	memset(S, 0, sizeof(*S));
	S->pte = 1;
	S->invs = smmu_invs_alloc(0, GFP_KERNEL);
}

/* Attached before the threads begin. */
static void begin_attached(unsigned int e)
{
	struct smmu_inv inv[2];
	struct smmu_invs *old = S->invs;

	S->invs = smmu_invs_merge(old, inv, invs_of(e, inv), GFP_KERNEL);
	model_free(old);
	S->cd[e] = 1;
}

static void begin_two_smmus(void)
{
	begin();
	S->ep[1].on = 1;
	begin_attached(1);
}

static void begin_both(void)
{
	begin();
	begin_attached(0);
	begin_attached(1);
}

#define COMMON                                                                                     \
	.num_moves = MOVES, .can_move = can_move, .move = move, .move_name = move_name,            \
	.check = check, .check_end = check_end

static const struct model runs[] = {
	{
		.name = "one endpoint comes and goes, two unmaps",
		.setup = begin,
		.num_threads = 2,
		.thread = {unmap_twice, come_and_go_0},
		COMMON,
	},
	{
		.name = "two unmaps at once, one endpoint comes and goes",
		.setup = begin,
		.num_threads = 3,
		.thread = {unmap_once, unmap_once, come_and_go_0},
		COMMON,
	},
	{
		.name = "two endpoints of one SMMU come and go, an unmap",
		.setup = begin,
		.num_threads = 3,
		.thread = {unmap_once, come_and_go_0, come_and_go_1},
		COMMON,
	},
	{
		.name = "an endpoint goes and its SMMU after it, another comes and goes, an unmap",
		.setup = begin_two_smmus,
		.num_threads = 3,
		.thread = {unmap_once, come_and_go_0, go_1_with_its_smmu},
		COMMON,
	},
	{
		.name = "two endpoints go, one with ATS off, an unmap",
		.setup = begin_both,
		.num_threads = 3,
		.thread = {unmap_once, go_0_without_ats, go_1},
		COMMON,
	},
};

#ifdef PLANTED
/* The code has a bug of this name: some order of some run must show it. */
int main(void)
{
	struct model_result r = {.wrong = NULL};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		model_run(&runs[i], false, &r);
		if (r.wrong)
			break;
	}
	ok(r.wrong, "planted %s: %s", PLANTED, r.wrong ? r.wrong : "not found");
	if (r.wrong)
		printf("# %s, after %llu states\n", runs[i].name, (unsigned long long)r.states);
	return tap_done();
}
#else
int main(void)
{
	struct model_result r;

	for (unsigned int i = 0; i < ARRAY_SIZE(runs); i++) {
		model_run(&runs[i], true, &r);
		ok(!r.wrong, "%s: %llu states, %llu steps, up to %u in a row", runs[i].name,
		   (unsigned long long)r.states, (unsigned long long)r.steps, r.longest);
		if (r.wrong)
			printf("# %s\n", r.wrong);
	}
	return tap_done();
}
#endif
