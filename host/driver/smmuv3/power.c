// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of the machine's run, and its sleep.
 *
 * At shutdown no driver has to have stopped its device, and not all do. If the SMMU just went, what
 * such a device does next would be aborted under its feet; if it did not, the next kernel (kexec)
 * would find it walking tables in memory that is free. So each endpoint is silenced first: page
 * requests and ATS off, then no requests at all, and only then the SMMU goes, leaving its
 * bypass attribute at abort.
 *
 * Sleep may take the SMMU's power with it: all registers are written anew, all caches emptied. The
 * tables are in memory and stay. What is invalidated meanwhile needs no command, as the SMMU is
 * off; the endpoints' ATCs are off, too, from before to after.
 */
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/pm.h>

#include "smmu.h"

typedef void master_fn(struct smmu_master *master, struct pci_dev *pdev);

/* Calls @fn for each PCI master of the SMMU, its lock held. No device comes or goes meanwhile. */
static void visit_pci_masters(struct smmu_device *smmu, master_fn *fn)
{
	struct smmu_master *master;
	struct pci_dev *pdev = NULL;

	pci_lock_rescan_remove();
	for_each_pci_dev(pdev) {
		if (!pdev->dev.iommu || pdev->dev.iommu->iommu_dev != &smmu->iommu)
			continue;
		master = dev_iommu_priv_get(&pdev->dev);
		mutex_lock(&master->lock);
		fn(master, pdev);
		mutex_unlock(&master->lock);
	}
	pci_unlock_rescan_remove();
}

static void silence(struct smmu_master *master, struct pci_dev *pdev)
{
	/* What a bridge asks for itself is interrupts, and it forwards for others. */
	if (pci_is_bridge(pdev))
		return;
	smmu_master_quiet(master);
	pci_clear_master(pdev);
	pci_wait_for_pending_transaction(pdev);
}

void smmu_shut_down(struct smmu_device *smmu)
{
	visit_pci_masters(smmu, silence);
	/* Processes live on until the next kernel, and some end: nobody answers their commands. */
	smmu_cmdq_stop(&smmu->cmdq);
	smmu_disable(smmu);
}

static void pause(struct smmu_master *master, struct pci_dev *pdev)
{
	master->paused = true;
	smmu_master_quiet(master);
}

static void resume(struct smmu_master *master, struct pci_dev *pdev)
{
	master->paused = false;
	smmu_update_stream(master);
}

static int smmu_suspend(struct device *dev)
{
	visit_pci_masters(dev_get_drvdata(dev), pause);
	return 0;
}

static int smmu_resume(struct device *dev)
{
	visit_pci_masters(dev_get_drvdata(dev), resume);
	return 0;
}

static int smmu_suspend_noirq(struct device *dev)
{
	struct smmu_device *smmu = dev_get_drvdata(dev);

	int ret;

	smmu_cmdq_stop(&smmu->cmdq);
	ret = smmu_disable(smmu);
	if (ret)
		smmu_reset(smmu);
	return ret;
}

static int smmu_resume_noirq(struct device *dev)
{
	return smmu_reset(dev_get_drvdata(dev));
}

const struct dev_pm_ops smmu_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(smmu_suspend, smmu_resume)
		NOIRQ_SYSTEM_SLEEP_PM_OPS(smmu_suspend_noirq, smmu_resume_noirq)};
