// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs, svarig_smmuv3/<SMMU>/: "stats", what is in use and what has happened, a name and a
 * number a line; "masters", the state of each endpoint.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "smmu.h"

static int stats_show(struct seq_file *m, void *unused)
{
	struct smmu_device *smmu = m->private;

	seq_printf(m, "asids %u\n", smmu_asids_in_use());
	seq_printf(m, "isolated %d\n", atomic_read(&smmu->num_isolated));
	seq_printf(m, "atc_failures %llu\n", smmu_cmdq_atc_failures(&smmu->cmdq));
	seq_printf(m, "events %llu\n", READ_ONCE(smmu->evtq.taken));
	if (!smmu->pri)
		return 0;
	seq_printf(m, "page_requests %llu\n", READ_ONCE(smmu->priq.taken));
	seq_printf(m, "page_request_overflows %llu\n", READ_ONCE(smmu->priq.overflows));
	seq_printf(m, "page_requests_waiting %u\n", READ_ONCE(smmu->prg.waiting));
	seq_printf(m, "pri_credits_left %d\n", atomic_read(&smmu->pri_credits));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int masters_show(struct seq_file *m, void *unused)
{
	static const char *const kinds[] = {"blocked", "identity", "paging", "stage2", "nested"};
	struct smmu_device *smmu = m->private;
	struct smmu_master *master;
	unsigned long sid;

	mutex_lock(&smmu->streams_lock);
	xa_for_each(&smmu->streams, sid, master)
		seq_printf(m, "%s sid 0x%lx rid %s pasids %u%s%s%s\n", dev_name(master->dev), sid,
			   kinds[READ_ONCE(master->rid_kind)], READ_ONCE(master->num_pasids),
			   READ_ONCE(master->ats_enabled) ? " ats" : "",
			   READ_ONCE(master->pri_enabled) ? " pri" : "",
			   READ_ONCE(master->isolated) ? " isolated" : "");
	mutex_unlock(&smmu->streams_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(masters);

static struct dentry *root;

void smmu_debugfs_init(void)
{
	root = debugfs_create_dir("svarig_smmuv3", NULL);
}

void smmu_debugfs_exit(void)
{
	debugfs_remove(root);
}

void smmu_debugfs_add(struct smmu_device *smmu)
{
	smmu->debugfs = debugfs_create_dir(dev_name(smmu->dev), root);
	debugfs_create_file("stats", 0400, smmu->debugfs, smmu, &stats_fops);
	debugfs_create_file("masters", 0400, smmu->debugfs, smmu, &masters_fops);
}

void smmu_debugfs_remove(struct smmu_device *smmu)
{
	debugfs_remove(smmu->debugfs);
}
