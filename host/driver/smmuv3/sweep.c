// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation arrays: turning one into commands.
 */
#include "cmdq.h"
#include "invs.h"

/*
 * Above so many commands for one address space it is cheaper for everybody to drop the address
 * space as a whole; the CPU's own TLB maintenance draws the same line at one table of entries.
 */
#define MAX_TLBI_CMDS 512

/* Commands on their way to one instance. */
struct batch {
	struct smmu_instance *smmu;
	struct smmu_cmd cmds[SMMU_CMDQ_BATCH];
	u32 num;
	bool gone;    /* it is about instructions without users, not those with some */
	u32 rank;     /* rank_of() the last instruction */
	u64 failures; /* of ATC invalidations of the instance, before the first command */
	int err;
};

static void begin(struct batch *batch, struct smmu_instance *smmu)
{
	batch->smmu = smmu;
	batch->rank = 0;
	batch->failures = smmu_cmdq_atc_failures(smmu->cmdq);
}

static void send(struct batch *batch, bool wait)
{
	int ret;

	if (wait)
		batch->cmds[batch->num++] = smmu_cmd_sync();
	ret = smmu_cmdq_issue(batch->smmu->cmdq, batch->cmds, batch->num, wait);
	/* -EIO may be somebody else's, see finish(). */
	if (ret && ret != -EIO)
		batch->err = ret;
	batch->num = 0;
}

/* Makes room for @n commands, leaving one for the SYNC at the end. */
static void reserve(struct batch *batch, u32 n)
{
	if (batch->num + n >= SMMU_CMDQ_BATCH)
		send(batch, false);
}

static void add(struct batch *batch, struct smmu_cmd cmd)
{
	reserve(batch, 1);
	batch->cmds[batch->num++] = cmd;
}

static void add_tlbi(struct batch *batch, const struct smmu_inv *inv,
		     const struct smmu_range *range)
{
	bool stage2 = inv->kind == SMMU_INV_S2_VMID;
	struct smmu_tlbi_space space = {.id = (u16)inv->id, .stage2 = stage2};
	bool ril = inv->smmu->ril;
	struct smmu_range left;

	if (!range->size || smmu_cmd_tlbi_count(range, ril, MAX_TLBI_CMDS + 1) > MAX_TLBI_CMDS) {
		add(batch, stage2 ? smmu_cmd_tlbi_vmid(space.id) : smmu_cmd_tlbi_asid(space.id));
		return;
	}
	left = *range;
	while (left.size) {
		reserve(batch, 1);
		batch->num +=
			smmu_cmd_tlbi_range(&batch->cmds[batch->num],
					    SMMU_CMDQ_BATCH - 1 - batch->num, &space, &left, ril);
	}
}

enum {
	RANK_TLB,
	RANK_GUEST,
	RANK_ATC,
	RANKS
};

/*
 * What makes entries anew out of which: stage 2 must be gone before what was combined with it, the
 * TLB before the ATC. Within a rank order means nothing.
 */
static u32 rank_of(const struct smmu_inv *inv)
{
	switch (inv->kind) {
	case SMMU_INV_S2_VMID:
	case SMMU_INV_S1_ASID:
		return RANK_TLB;
	case SMMU_INV_S1_VMID:
		return RANK_GUEST;
	default:
		return RANK_ATC;
	}
}

static bool is_ats(const struct smmu_inv *inv)
{
	return rank_of(inv) == RANK_ATC;
}

static bool isolated(const struct smmu_inv *inv)
{
	const struct smmu_isolation_ops *ops = inv->smmu->isolation;

	return ops && ops->isolated(inv->smmu, inv->id);
}

static struct smmu_cmd atc_inv(const struct smmu_inv *inv, const struct smmu_range *range)
{
	/* Without a PASID it reaches the entries of all PASIDs. */
	if (inv->kind == SMMU_INV_ATS_ALL)
		return smmu_cmd_atc_inv(inv->id, 0, 0, 0);
	return smmu_cmd_atc_inv(inv->id, inv->pasid, range->start, range->size);
}

/* Asks each endpoint of the instance alone, as one of them may not have answered. */
static void find_silent(struct batch *batch, const struct smmu_inv *inv, u32 n,
			const struct smmu_range *range)
{
	int ret;

	for (u32 i = 0; i < n; i++) {
		if (inv[i].smmu != batch->smmu || !is_ats(&inv[i]) ||
		    !READ_ONCE(inv[i].users) != batch->gone || isolated(&inv[i]))
			continue;
		ret = smmu_cmdq_probe_atc(batch->smmu->cmdq, atc_inv(&inv[i], range));
		if (!ret)
			continue;
		batch->err = ret;
		if (ret == -EIO && batch->smmu->isolation)
			batch->smmu->isolation->isolate(batch->smmu, inv[i].id);
	}
}

/*
 * Hands the last commands for the instance over and waits for all. @inv is where they came from,
 * @n instructions for any instance.
 *
 * Which SYNC tells of an endpoint that does not answer is a matter of luck: it may be that of
 * another caller between ours. So whatever failed meanwhile, we look for ourselves.
 */
static void finish(struct batch *batch, const struct smmu_inv *inv, u32 n,
		   const struct smmu_range *range)
{
	if (!batch->smmu)
		return;
	if (batch->num)
		send(batch, true);
	if (batch->rank == RANK_ATC && smmu_cmdq_atc_failures(batch->smmu->cmdq) != batch->failures)
		find_silent(batch, inv, n, range);
	batch->smmu = NULL;
}

static void add_inv(struct batch *batch, const struct smmu_inv *inv, const struct smmu_range *range)
{
	u32 rank = rank_of(inv);

	if (rank == RANK_ATC && isolated(inv))
		return;
	/* The SYNC need not be waited for: no later command starts before it has completed. */
	if (rank > batch->rank) {
		add(batch, smmu_cmd_sync());
		batch->rank = rank;
	}
	if (rank == RANK_ATC)
		add(batch, atc_inv(inv, range));
	else if (rank == RANK_GUEST)
		add(batch, smmu_cmd_tlbi_vmid_s1((u16)inv->id));
	else
		add_tlbi(batch, inv, range);
}

int smmu_invs_sweep(struct smmu_invs __rcu *const *where, const struct smmu_range *range)
{
	struct batch batch = {.num = 0};
	const struct smmu_invs *invs;

	rcu_read_lock();
	/*
	 * Pairs with the barrier between publishing an array and letting the hardware use the
	 * tables: either we see the new array, or the hardware sees the tables as they are now.
	 */
	smp_mb();
	invs = rcu_dereference(*where);
	for (u32 i = 0; invs && i < invs->num; i++) {
		const struct smmu_inv *inv = &invs->inv[i];

		if (!READ_ONCE(inv->users))
			continue;
		if (inv->smmu != batch.smmu) {
			finish(&batch, invs->inv, i, range);
			begin(&batch, inv->smmu);
		}
		add_inv(&batch, inv, range);
	}
	if (invs)
		finish(&batch, invs->inv, invs->num, range);
	rcu_read_unlock();
	return batch.err;
}

int smmu_invs_flush_gone(const struct smmu_inv *gone, u32 n)
{
	static const struct smmu_range everything;
	struct batch batch = {.gone = true};

	/* In order of rank here too. */
	for (u32 rank = 0; rank < RANKS; rank++)
		for (u32 i = 0; i < n; i++) {
			if (gone[i].users || rank_of(&gone[i]) != rank)
				continue;
			if (gone[i].smmu != batch.smmu) {
				finish(&batch, gone, n, &everything);
				begin(&batch, gone[i].smmu);
			}
			add_inv(&batch, &gone[i], &everything);
		}
	finish(&batch, gone, n, &everything);
	return batch.err;
}
