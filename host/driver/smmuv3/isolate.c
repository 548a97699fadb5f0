// SPDX-License-Identifier: GPL-2.0-only
/*
 * Endpoints that do not answer ATC invalidations.
 *
 * Such an endpoint may go on using translations of pages that are about to belong to somebody else.
 * So before the invalidation returns, which may be with interrupts off, its streams are turned to
 * abort: translated requests do not pass then either (CR0.ATSCHK). The rest needs to sleep and
 * comes later: page requests and ATS off, and the news told. An attach asks the endpoint again,
 * and lets it back if it answers: after a reset it holds no translations and does.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/workqueue.h>

#include "smmu.h"

static struct smmu_device *smmu_of(struct smmu_instance *inst)
{
	return container_of(inst, struct smmu_device, inst);
}

/* Masters outlive their streams by a grace period, and sweepers are RCU readers. */
static void isolate(struct smmu_instance *inst, u32 sid)
{
	struct smmu_device *smmu = smmu_of(inst);
	struct smmu_master *master;
	unsigned long flags;

	master = xa_load(&smmu->streams, sid);
	if (!master)
		return;
	spin_lock_irqsave(&master->ste_lock, flags);
	if (!master->isolated) {
		smmu_abort_stes(master);
		/* Not before: who sees it no longer asks the endpoint. */
		WRITE_ONCE(master->isolated, true);
		atomic_inc(&smmu->num_isolated);
		queue_work(system_long_wq, &master->isolate_work);
	}
	spin_unlock_irqrestore(&master->ste_lock, flags);
}

static bool isolated(struct smmu_instance *inst, u32 sid)
{
	struct smmu_device *smmu = smmu_of(inst);
	struct smmu_master *master;

	if (likely(!atomic_read(&smmu->num_isolated)))
		return false;
	master = xa_load(&smmu->streams, sid);
	return master && READ_ONCE(master->isolated);
}

const struct smmu_isolation_ops smmu_isolation_ops = {
	.isolate = isolate,
	.isolated = isolated,
};

static void tell(struct smmu_master *master, const char *what)
{
	char state[32];
	char *envp[2] = {state};

	snprintf(state, sizeof(state), "SMMU_MASTER=%s", what);
	kobject_uevent_env(&master->dev->kobj, KOBJ_CHANGE, envp);
}

static void isolate_work(struct work_struct *work)
{
	struct smmu_master *master = container_of(work, struct smmu_master, isolate_work);
	bool isolated;

	mutex_lock(&master->lock);
	isolated = READ_ONCE(master->isolated);
	if (isolated)
		smmu_master_quiet(master);
	mutex_unlock(&master->lock);
	if (!isolated)
		return;
	dev_err(master->dev,
		"did not answer an ATC invalidation: isolated, reset it to get it back\n");
	tell(master, "isolated");
}

void smmu_isolate_init(struct smmu_master *master)
{
	spin_lock_init(&master->ste_lock);
	INIT_WORK(&master->isolate_work, isolate_work);
}

static void readmit(struct smmu_master *master)
{
	unsigned long flags;

	spin_lock_irqsave(&master->ste_lock, flags);
	WRITE_ONCE(master->isolated, false);
	atomic_dec(&master->smmu->num_isolated);
	spin_unlock_irqrestore(&master->ste_lock, flags);
}

void smmu_isolate_exit(struct smmu_master *master)
{
	cancel_work_sync(&master->isolate_work);
	if (master->isolated)
		readmit(master);
}

int smmu_isolate_recover(struct smmu_master *master)
{
	lockdep_assert_held(&master->lock);
	if (likely(!READ_ONCE(master->isolated)))
		return 0;

	/* With ATS off its ATC is empty, whatever it has missed. */
	smmu_master_quiet(master);
	for (u32 i = 0; i < master->num_sids; i++)
		if (smmu_cmdq_probe_atc(&master->smmu->cmdq,
					smmu_cmd_atc_inv(master->sids[i], 0, 0, 0))) {
			dev_err(master->dev, "isolated, and still does not answer\n");
			return -EIO;
		}
	readmit(master);
	smmu_update_stream(master);
	dev_info(master->dev, "answers ATC invalidations again\n");
	tell(master, "readmitted");
	return 0;
}

static ssize_t isolated_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct iommu_device *iommu = dev_to_iommu_device(dev);
	struct smmu_device *smmu = container_of(iommu, struct smmu_device, iommu);
	struct smmu_master *master;
	unsigned long sid;
	int len = 0;

	/* It is set after the file is there, and gone before. */
	if (!iommu)
		return -ENODEV;
	mutex_lock(&smmu->streams_lock);
	xa_for_each(&smmu->streams, sid, master)
		if (READ_ONCE(master->isolated))
			len += sysfs_emit_at(buf, len, "%s\n", dev_name(master->dev));
	mutex_unlock(&smmu->streams_lock);
	return len;
}
static DEVICE_ATTR_RO(isolated);

static struct attribute *smmu_attrs[] = {
	&dev_attr_isolated.attr,
	NULL,
};
ATTRIBUTE_GROUPS(smmu);

const struct attribute_group **smmu_iommu_groups(void)
{
	return smmu_groups;
}
