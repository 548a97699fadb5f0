// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation arrays in every order: attach, detach and invalidate race on the real invs.c and
 * sweep.c under the model checker, with the hardware of model_smmu.h, stores that become visible
 * late, and every allocation failing, too.
 *
 * An unmap gives the one page a new generation and sweeps; from then on no cache may hold an older
 * one. Each endpoint has a CD, written as attach.c does, under the domain's lock.
 */
#include "model_smmu.h"
#include "tap.h"

static const char *check_end(void)
{
	if (S->cd[0] || S->cd[1])
		return NULL;
	for (u32 i = 0; S->invs && i < S->invs->num; i++)
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

#define MAX_INVS 3

/* As attach.c: attachment_invs(). */
static u32 invs_of(unsigned int e, struct smmu_inv inv[MAX_INVS])
{
	bool nested = S->stages == MODEL_NESTED_PARENT;
	struct smmu_instance *smmu = &model_inst[S->ep[e].on];
	u32 n = 0;

	/* The number of an ASID or VMID: one for each SMMU, whoever is behind it. */
	inv[n++] = (struct smmu_inv){
		.smmu = smmu,
		.kind = S->stages == MODEL_STAGE1 ? SMMU_INV_S1_ASID : SMMU_INV_S2_VMID,
		.id = 5,
	};
	if (nested)
		inv[n++] = (struct smmu_inv){.smmu = smmu, .kind = SMMU_INV_S1_VMID, .id = 5};
	inv[n++] = (struct smmu_inv){
		.smmu = smmu,
		.kind = nested ? SMMU_INV_ATS_ALL : SMMU_INV_ATS,
		.id = e,
	};
	return n;
}

/* The CD, or for stage 2 the STE */
static void write_cd(unsigned int e, bool valid)
{
	const struct smmu_cmd cmds[] = {S->stages == MODEL_STAGE1 ? smmu_cmd_cfgi_cd(e, 1, true)
								  : smmu_cmd_cfgi_ste(e, true),
					smmu_cmd_sync()};

	model_store(&S->cd[e], sizeof(S->cd[e]), valid, false);
	smmu_cmdq_issue(&model_queue[S->ep[e].on], cmds, 2, true);
}

static bool attach(unsigned int e)
{
	struct smmu_inv inv[MAX_INVS];
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
	struct smmu_inv inv[MAX_INVS];
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
	if (!S->cd[!e] && (S->smmu[S->ep[e].on].tlb || S->smmu[S->ep[e].on].both))
		model_wrong("a TLB holds an ASID or VMID that nobody uses");
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

/* The way back to where it was needs no memory. */
static void go_0_and_come_back(void)
{
	detach(0, false);
	if (attach(0))
		detach(0, false);
	else
		model_wrong("no memory for the way back");
}

static void go_0_without_ats(void)
{
	detach(0, true);
}

static void go_0(void)
{
	detach(0, false);
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
}

/* Attached before the threads begin. */
static void begin_attached(unsigned int e)
{
	struct smmu_inv inv[MAX_INVS];
	struct smmu_invs *old = S->invs;

	S->invs = smmu_invs_merge(old, inv, invs_of(e, inv), GFP_KERNEL);
	model_free(old);
	S->cd[e] = 1;
}

static void begin_0(void)
{
	begin();
	begin_attached(0);
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

static void begin_mortal(void)
{
	begin_both();
	S->may_die = true;
}

static void begin_stage2(void)
{
	begin();
	S->stages = MODEL_STAGE2;
}

static void begin_nested(void)
{
	begin();
	S->stages = MODEL_NESTED_PARENT;
}

/* Two virtual SMMUs on two SMMUs. */
static void begin_two_guests(void)
{
	begin_nested();
	S->ep[1].on = 1;
	begin_attached(1);
}

/* Two endpoints of one virtual SMMU. */
static void begin_nested_both(void)
{
	begin_nested();
	begin_attached(0);
	begin_attached(1);
}

static void begin_nested_mortal(void)
{
	begin_nested_both();
	S->may_die = true;
}

#define COMMON                                                                                     \
	.num_moves = MODEL_MOVES, .can_move = model_can_move, .move = model_move,                  \
	.move_name = model_move_name, .check = model_check, .check_end = check_end

/* Built with short batches, for what matters only when a sweep takes several, and with full ones.
 */
static const struct model runs[] = {
#ifdef MODEL_NESTED
	{
		.name = "stage 2: an endpoint comes and goes, two unmaps",
		.setup = begin_stage2,
		.num_threads = 2,
		.thread = {unmap_twice, come_and_go_0},
		COMMON,
	},
	{
		.name = "nested: an endpoint comes and goes, two unmaps",
		.setup = begin_nested,
		.num_threads = 2,
		.thread = {unmap_twice, come_and_go_0},
		COMMON,
	},
	{
		.name = "nested: two endpoints of a guest's SMMU, one with ATS off, go, an unmap",
		.setup = begin_nested_both,
		.num_threads = 3,
		.thread = {unmap_once, go_0_without_ats, go_1},
		COMMON,
	},
	{
		.name = "nested: a guest's endpoint goes and its SMMU after it, another's comes "
			"and goes",
		.setup = begin_two_guests,
		.num_threads = 2,
		.thread = {come_and_go_0, go_1_with_its_smmu},
		COMMON,
	},
	{
		.name = "nested: a guest's endpoint on one SMMU comes and goes beside one on "
			"another, an unmap",
		.setup = begin_two_guests,
		.num_threads = 2,
		.thread = {unmap_once, come_and_go_0},
		COMMON,
	},
	{
		.name = "nested: two endpoints of a guest's SMMU come and go, an unmap",
		.setup = begin_nested,
		.num_threads = 3,
		.thread = {unmap_once, come_and_go_0, come_and_go_1},
		COMMON,
	},
	{
		.name = "nested: an endpoint stops answering and goes, an unmap",
		.setup = begin_nested_mortal,
		.num_threads = 2,
		.thread = {unmap_once, go_0},
		COMMON,
	},
#else
#if SMMU_CMDQ_BATCH > 2 || defined(PLANTED)
	{
		.name = "one endpoint comes and goes, two unmaps",
		.setup = begin,
		.num_threads = 2,
		.thread = {unmap_twice, come_and_go_0},
		COMMON,
	},
	{
		.name = "an endpoint goes, comes back and goes, two unmaps",
		.setup = begin_0,
		.num_threads = 2,
		.thread = {unmap_twice, go_0_and_come_back},
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
#endif
	{
		.name = "two unmaps at once, an endpoint stops answering",
		.setup = begin_mortal,
		.num_threads = 2,
		.thread = {unmap_once, unmap_once},
		COMMON,
	},
	{
		.name = "an endpoint stops answering and goes, an unmap",
		.setup = begin_mortal,
		.num_threads = 3,
		.thread = {unmap_once, go_0, go_1},
		COMMON,
	},
#endif
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
