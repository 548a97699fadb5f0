// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of stream tables and CD tables, and the way values get into them.
 */
#include <linux/dma-mapping.h>

#include "smmu.h"

#define CDS_PER_LEAF  BIT(SMMU_CD_SPLIT)
#define STES_PER_LEAF BIT(SMMU_STRTAB_SPLIT)
#define LEAF_BYTES(n) ((n) * sizeof(struct smmu_entry))

/* Streams nobody has claimed are aborted without a record: a valid entry, not an invalid one. */
static void fill_abort(struct smmu_entry *stes, u32 n)
{
	struct smmu_entry_val abort;

	smmu_ste_make_abort(&abort);
	for (u32 i = 0; i < n; i++)
		for (u32 w = 0; w < SMMU_ENTRY_QWORDS; w++)
			stes[i].qw[w] = cpu_to_le64(abort.qw[w]);
}

int smmu_strtab_init(struct smmu_device *smmu)
{
	struct smmu_strtab *tab = &smmu->strtab;

	mutex_init(&tab->lock);
	if (!tab->two_level) {
		tab->linear = dmam_alloc_coherent(smmu->dev, LEAF_BYTES(BIT(smmu->sid_bits)),
						  &tab->dma, GFP_KERNEL);
		if (!tab->linear)
			return -ENOMEM;
		fill_abort(tab->linear, BIT(smmu->sid_bits));
		return 0;
	}

	tab->num_l1 = BIT(smmu->sid_bits - SMMU_STRTAB_SPLIT);
	tab->l1 = dmam_alloc_coherent(smmu->dev, tab->num_l1 * sizeof(*tab->l1), &tab->dma,
				      GFP_KERNEL);
	tab->l2 = devm_kcalloc(smmu->dev, tab->num_l1, sizeof(*tab->l2), GFP_KERNEL);
	return tab->l1 && tab->l2 ? 0 : -ENOMEM;
}

int smmu_strtab_prepare(struct smmu_device *smmu, u32 sid)
{
	struct smmu_strtab *tab = &smmu->strtab;
	u32 at = sid >> SMMU_STRTAB_SPLIT;
	struct smmu_cmd cmd = smmu_cmd_cfgi_ste(sid, false);
	struct smmu_entry *leaf;
	dma_addr_t dma;
	int ret = 0;

	if (sid >> smmu->sid_bits)
		return -ERANGE;
	if (!tab->two_level)
		return 0;

	mutex_lock(&tab->lock);
	if (!tab->l2[at]) {
		leaf = dmam_alloc_coherent(smmu->dev, LEAF_BYTES(STES_PER_LEAF), &dma, GFP_KERNEL);
		if (leaf) {
			fill_abort(leaf, STES_PER_LEAF);
			tab->l2[at] = leaf;
			dma_wmb();
			WRITE_ONCE(tab->l1[at],
				   cpu_to_le64((dma & SMMU_L1STD_L2PTR) |
					       FIELD_PREP(SMMU_L1STD_SPAN, SMMU_STRTAB_SPLIT + 1)));
			/* The invalid L1 descriptor may have been cached. */
			smmu_issue_sync(smmu, &cmd, 1);
		} else {
			ret = -ENOMEM;
		}
	}
	mutex_unlock(&tab->lock);
	return ret;
}

struct smmu_entry *smmu_strtab_ste(struct smmu_device *smmu, u32 sid)
{
	struct smmu_strtab *tab = &smmu->strtab;

	if (!tab->two_level)
		return &tab->linear[sid];
	return &tab->l2[sid >> SMMU_STRTAB_SPLIT][sid & (STES_PER_LEAF - 1)];
}

/* Sends one CMD_CFGI_CD per stream, and one SYNC. */
static void sync_cd(struct smmu_master *master, u32 pasid, bool leaf)
{
	for (u32 i = 0; i < master->num_sids; i++) {
		struct smmu_cmd cmd = smmu_cmd_cfgi_cd(master->sids[i], pasid, leaf);

		if (i + 1 < master->num_sids)
			smmu_cmdq_issue(&master->smmu->cmdq, &cmd, 1, false);
		else
			smmu_issue_sync(master->smmu, &cmd, 1);
	}
}

static u32 cdtab_l1_num(const struct smmu_cdtab *tab)
{
	return BIT(tab->log2cds - SMMU_CD_SPLIT);
}

/* Without leaves. */
static int cdtab_init(struct smmu_master *master, struct smmu_cdtab *tab)
{
	struct device *dev = master->smmu->dev;

	tab->log2cds = master->ssid_bits;
	if (tab->log2cds <= SMMU_CD_SPLIT) {
		tab->s1fmt = SMMU_STE0_S1FMT_LINEAR;
		tab->linear = dma_alloc_coherent(dev, LEAF_BYTES(BIT(tab->log2cds)), &tab->dma,
						 GFP_KERNEL);
		return tab->linear ? 0 : -ENOMEM;
	}

	tab->s1fmt = SMMU_STE0_S1FMT_64K_L2;
	tab->l2 = kcalloc(cdtab_l1_num(tab), sizeof(*tab->l2), GFP_KERNEL);
	if (!tab->l2)
		return -ENOMEM;
	tab->l1 = dma_alloc_coherent(dev, cdtab_l1_num(tab) * sizeof(*tab->l1), &tab->dma,
				     GFP_KERNEL);
	if (!tab->l1) {
		kfree(tab->l2);
		tab->l2 = NULL;
		return -ENOMEM;
	}
	return 0;
}

static struct smmu_entry *leaf_alloc(struct smmu_master *master, dma_addr_t *dma)
{
	return dma_alloc_coherent(master->smmu->dev, LEAF_BYTES(CDS_PER_LEAF), dma, GFP_KERNEL);
}

int smmu_cdtab_prepare(struct smmu_master *master, u32 pasid)
{
	struct smmu_cdtab *tab = &master->cdtab;
	u32 at = pasid >> SMMU_CD_SPLIT;
	struct smmu_entry *leaf;
	dma_addr_t dma;
	int ret;

	lockdep_assert_held(&master->lock);
	if (!tab->linear && !tab->l1) {
		ret = cdtab_init(master, tab);
		if (ret)
			return ret;
	}
	if (tab->linear || tab->l2[at])
		return 0;

	leaf = leaf_alloc(master, &dma);
	if (!leaf)
		return -ENOMEM;
	tab->l2[at] = leaf;
	dma_wmb();
	WRITE_ONCE(tab->l1[at], cpu_to_le64((dma & SMMU_L1CD_L2PTR) | SMMU_L1CD_V));
	sync_cd(master, pasid, false);
	return 0;
}

static struct smmu_entry *smmu_cdtab_cd(struct smmu_master *master, u32 pasid)
{
	struct smmu_cdtab *tab = &master->cdtab;

	if (tab->linear)
		return &tab->linear[pasid];
	return &tab->l2[pasid >> SMMU_CD_SPLIT][pasid & (CDS_PER_LEAF - 1)];
}

static void free_leaf(struct smmu_master *master, struct smmu_cdtab *tab, u32 at)
{
	if (tab->l2[at])
		dma_free_coherent(master->smmu->dev, LEAF_BYTES(CDS_PER_LEAF), tab->l2[at],
				  le64_to_cpu(tab->l1[at]) & SMMU_L1CD_L2PTR);
}

/* The first @leaves of it only: others belong to somebody else, too. */
static void cdtab_free(struct smmu_master *master, struct smmu_cdtab *tab, u32 leaves)
{
	struct device *dev = master->smmu->dev;

	if (tab->linear)
		dma_free_coherent(dev, LEAF_BYTES(BIT(tab->log2cds)), tab->linear, tab->dma);
	if (tab->l1) {
		for (u32 i = 0; i < leaves; i++)
			free_leaf(master, tab, i);
		dma_free_coherent(dev, cdtab_l1_num(tab) * sizeof(*tab->l1), tab->l1, tab->dma);
	}
	kfree(tab->l2);
	memset(tab, 0, sizeof(*tab));
}

/* No STE may point to the table any more. */
void smmu_cdtab_free(struct smmu_master *master)
{
	struct smmu_cdtab *tab = &master->cdtab;

	cdtab_free(master, tab, tab->l1 ? cdtab_l1_num(tab) : 0);
}

int smmu_cdtab_prepare_switch(struct smmu_master *master, struct smmu_cdtab *next)
{
	dma_addr_t dma;
	int ret;

	lockdep_assert_held(&master->lock);
	ret = cdtab_init(master, next);
	if (ret || next->linear)
		return ret;
	next->l2[0] = leaf_alloc(master, &dma);
	if (!next->l2[0]) {
		cdtab_free(master, next, 0);
		return -ENOMEM;
	}
	next->l1[0] = cpu_to_le64((dma & SMMU_L1CD_L2PTR) | SMMU_L1CD_V);
	return 0;
}

void smmu_cdtab_cancel_switch(struct smmu_master *master, struct smmu_cdtab *next)
{
	cdtab_free(master, next, 1);
}

void smmu_cdtab_switch(struct smmu_master *master, struct smmu_cdtab *next,
		       const struct smmu_entry_val *cd)
{
	struct smmu_cdtab *tab = &master->cdtab;
	struct smmu_entry *leaf;

	mutex_lock(&master->cd_lock);
	if (tab->linear) {
		memcpy(next->linear, tab->linear, LEAF_BYTES(BIT(tab->log2cds)));
		leaf = next->linear;
	} else {
		memcpy(next->l2[0], tab->l2[0], LEAF_BYTES(CDS_PER_LEAF));
		for (u32 i = 1; i < cdtab_l1_num(tab); i++) {
			next->l1[i] = tab->l1[i];
			next->l2[i] = tab->l2[i];
		}
		leaf = next->l2[0];
	}
	for (u32 i = 0; i < SMMU_ENTRY_QWORDS; i++)
		leaf[IOMMU_NO_PASID].qw[i] = cpu_to_le64(cd->qw[i]);
	/* All of it, before an STE leads there. */
	dma_wmb();
	swap(*tab, *next);
}

void smmu_cdtab_finish_switch(struct smmu_master *master, struct smmu_cdtab *old)
{
	for (u32 i = 0; i < master->num_sids; i++) {
		struct smmu_cmd cmd = smmu_cmd_cfgi_cd_all(master->sids[i]);

		smmu_issue_sync(master->smmu, &cmd, 1);
	}
	mutex_unlock(&master->cd_lock);
	cdtab_free(master, old, 1);
}

struct cd_writer {
	struct smmu_entry_writer writer;
	struct smmu_master *master;
	u32 pasid;
};

static void cd_writer_sync(struct smmu_entry_writer *writer)
{
	struct cd_writer *w = container_of(writer, struct cd_writer, writer);

	sync_cd(w->master, w->pasid, true);
}

void smmu_write_cd(struct smmu_master *master, u32 pasid, const struct smmu_entry_val *cd)
{
	struct cd_writer w = {
		.writer.used = smmu_cd_used,
		.writer.sync = cd_writer_sync,
		.writer.valid = SMMU_CD0_V,
		.master = master,
		.pasid = pasid,
	};

	mutex_lock(&master->cd_lock);
	smmu_entry_write(&w.writer, smmu_cdtab_cd(master, pasid), cd);
	mutex_unlock(&master->cd_lock);
}

struct ste_writer {
	struct smmu_entry_writer writer;
	struct smmu_device *smmu;
	u32 sid;
};

static void ste_writer_sync(struct smmu_entry_writer *writer)
{
	struct ste_writer *w = container_of(writer, struct ste_writer, writer);
	struct smmu_cmd cmd = smmu_cmd_cfgi_ste(w->sid, true);

	smmu_issue_sync(w->smmu, &cmd, 1);
}

static void write_stes(struct smmu_master *master, const struct smmu_entry_val *ste)
{
	lockdep_assert_held(&master->ste_lock);
	for (u32 i = 0; i < master->num_sids; i++) {
		struct ste_writer w = {
			.writer.used = smmu_ste_used,
			.writer.sync = ste_writer_sync,
			.writer.valid = SMMU_STE0_V,
			.smmu = master->smmu,
			.sid = master->sids[i],
		};

		smmu_entry_write(&w.writer, smmu_strtab_ste(master->smmu, w.sid), ste);
	}
}

void smmu_abort_stes(struct smmu_master *master)
{
	struct smmu_entry_val abort;

	smmu_ste_make_abort(&abort);
	write_stes(master, &abort);
}

void smmu_write_stes(struct smmu_master *master, const struct smmu_entry_val *ste)
{
	unsigned long flags;

	spin_lock_irqsave(&master->ste_lock, flags);
	if (master->isolated)
		smmu_abort_stes(master);
	else
		write_stes(master, ste);
	spin_unlock_irqrestore(&master->ste_lock, flags);
}
