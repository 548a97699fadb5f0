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
	bool ats; /* the last command was an ATC invalidation */
	int err;
};

/* Hands the batch over; with @wait nothing of it is left to be done afterwards. */
static void flush(struct batch *batch, bool wait)
{
	int ret;

	if (!batch->num)
		return;
	if (wait)
		batch->cmds[batch->num++] = smmu_cmd_sync();
	ret = smmu_cmdq_issue(batch->smmu->cmdq, batch->cmds, batch->num, wait);
	if (ret)
		batch->err = ret;
	batch->num = 0;
}

/* Makes room for @n commands, leaving one for the SYNC at the end. */
static void reserve(struct batch *batch, u32 n)
{
	if (batch->num + n >= SMMU_CMDQ_BATCH)
		flush(batch, false);
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

static bool is_ats(const struct smmu_inv *inv)
{
	return inv->kind == SMMU_INV_ATS;
}

static void add_inv(struct batch *batch, const struct smmu_inv *inv, const struct smmu_range *range)
{
	if (inv->smmu != batch->smmu) {
		flush(batch, true);
		batch->smmu = inv->smmu;
		batch->ats = false;
	}
	if (!is_ats(inv)) {
		add_tlbi(batch, inv, range);
		return;
	}
	/* The SYNC need not be waited for: no later command starts before it has completed. */
	if (!batch->ats) {
		add(batch, smmu_cmd_sync());
		batch->ats = true;
	}
	add(batch, smmu_cmd_atc_inv(inv->id, inv->pasid, range->start, range->size));
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
	for (u32 i = 0; i < invs->num; i++)
		if (READ_ONCE(invs->inv[i].users))
			add_inv(&batch, &invs->inv[i], range);
	flush(&batch, true);
	rcu_read_unlock();
	return batch.err;
}

int smmu_invs_flush_gone(const struct smmu_inv *gone, u32 n)
{
	static const struct smmu_range everything;
	struct batch batch = {.num = 0};

	/* TLBs before ATCs here too. */
	for (int ats = 0; ats < 2; ats++)
		for (u32 i = 0; i < n; i++)
			if (!gone[i].users && is_ats(&gone[i]) == ats)
				add_inv(&batch, &gone[i], &everything);
	flush(&batch, true);
	return batch.err;
}
