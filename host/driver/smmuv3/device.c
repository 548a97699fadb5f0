// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the IOMMU core asks about devices.
 */
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include "smmu.h"

#include <dma-iommu.h>

/* Where doorbells of message interrupts are mapped: below anything a domain hands out. */
#define MSI_WINDOW_BASE 0x8000000
#define MSI_WINDOW_SIZE SZ_1M

static bool capable_of(struct device *dev, enum iommu_cap cap)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);

	switch (cap) {
	case IOMMU_CAP_CACHE_COHERENCY:
		return master->smmu->coherent;
	case IOMMU_CAP_NOEXEC:
	case IOMMU_CAP_DEFERRED_FLUSH:
		return true;
	default:
		return false;
	}
}

/* Notes the master under each of its stream IDs; an ID listed twice counts once. */
static int claim_streams(struct smmu_master *master, struct iommu_fwspec *fwspec)
{
	struct smmu_device *smmu = master->smmu;
	int ret = 0;

	master->sids = kcalloc(fwspec->num_ids, sizeof(*master->sids), GFP_KERNEL);
	if (!master->sids)
		return -ENOMEM;
	mutex_lock(&smmu->streams_lock);
	for (u32 i = 0; i < fwspec->num_ids && !ret; i++) {
		u32 sid = fwspec->ids[i];

		if (xa_load(&smmu->streams, sid) == master)
			continue;
		ret = smmu_strtab_prepare(smmu, sid);
		if (!ret)
			ret = xa_insert(&smmu->streams, sid, master, GFP_KERNEL);
		if (!ret)
			master->sids[master->num_sids++] = sid;
		else
			dev_err(master->dev, "cannot claim stream 0x%x: %d\n", sid, ret);
	}
	mutex_unlock(&smmu->streams_lock);
	return ret;
}

static void disclaim_streams(struct smmu_master *master)
{
	mutex_lock(&master->smmu->streams_lock);
	for (u32 i = 0; i < master->num_sids; i++)
		xa_erase(&master->smmu->streams, master->sids[i]);
	mutex_unlock(&master->smmu->streams_lock);
}

static struct iommu_device *probe_device(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	struct smmu_device *smmu = smmu_find(fwspec->iommu_fwnode);
	struct smmu_master *master;
	int ret;

	if (!smmu)
		return ERR_PTR(-ENODEV);
	master = kzalloc(sizeof(*master), GFP_KERNEL);
	if (!master)
		return ERR_PTR(-ENOMEM);
	master->smmu = smmu;
	master->dev = dev;
	mutex_init(&master->lock);
	mutex_init(&master->cd_lock);
	xa_init(&master->pasids);
	smmu_isolate_init(master);

	ret = claim_streams(master, fwspec);
	if (ret)
		goto err_streams;
	/* So that it sleeps and is shut down before the SMMU, and wakes up after it. */
	if (!device_link_add(dev, smmu->dev, DL_FLAG_STATELESS)) {
		ret = -ENOMEM;
		goto err_streams;
	}
	smmu_pci_probe(master);
	ret = smmu_attach_init(master);
	if (ret)
		goto err_attach;
	dev_iommu_priv_set(dev, master);
	return &smmu->iommu;

err_attach:
	smmu_attach_exit(master);
	smmu_cdtab_free(master);
	smmu_pci_remove(master);
	device_link_remove(dev, smmu->dev);
err_streams:
	disclaim_streams(master);
	kfree(master->sids);
	kfree(master);
	return ERR_PTR(ret);
}

static void release_device(struct device *dev)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);

	WARN_ON(!xa_empty(&master->pasids));
	/* A device whose firmware needs its 1:1 mapping keeps it. */
	smmu_attach_static(master,
			   dev->iommu->require_direct ? SMMU_RID_IDENTITY : SMMU_RID_BLOCKED);
	mutex_lock(&master->lock);
	master->sva_enabled = false;
	if (master->iopf_enabled)
		WARN_ON(smmu_fault_disable(master));
	smmu_pci_remove(master);
	mutex_unlock(&master->lock);

	device_link_remove(dev, master->smmu->dev);
	disclaim_streams(master);
	/* Somebody may still be sweeping an array that names one of its streams. */
	synchronize_rcu();
	smmu_isolate_exit(master);
	smmu_attach_exit(master);
	smmu_cdtab_free(master);
	kfree(master->sids);
	kfree(master);
}

static struct iommu_group *device_group(struct device *dev)
{
	/* PCI functions that cannot be told apart, or can reach each other, go together. */
	return dev_is_pci(dev) ? pci_device_group(dev) : generic_device_group(dev);
}

static int of_xlate(struct device *dev, const struct of_phandle_args *args)
{
	return iommu_fwspec_add_ids(dev, args->args, 1);
}

static void get_resv_regions(struct device *dev, struct list_head *list)
{
	struct iommu_resv_region *region;

	region = iommu_alloc_resv_region(MSI_WINDOW_BASE, MSI_WINDOW_SIZE,
					 IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO, IOMMU_RESV_SW_MSI,
					 GFP_KERNEL);
	if (!region)
		return;
	list_add_tail(&region->list, list);
	iommu_dma_get_resv_regions(dev, list);
}

static int enable_feature(struct device *dev, enum iommu_dev_features feature)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);
	int ret = -EINVAL;

	mutex_lock(&master->lock);
	switch (feature) {
	case IOMMU_DEV_FEAT_IOPF:
		ret = smmu_fault_enable(master);
		break;
	case IOMMU_DEV_FEAT_SVA:
		if (!master->smmu->sva || !master->ssid_bits) {
			ret = -ENODEV;
		} else if (master->sva_enabled) {
			ret = -EBUSY;
		} else {
			master->sva_enabled = true;
			ret = 0;
		}
		break;
	}
	mutex_unlock(&master->lock);
	return ret;
}

static int disable_feature(struct device *dev, enum iommu_dev_features feature)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);
	int ret = -EINVAL;

	mutex_lock(&master->lock);
	switch (feature) {
	case IOMMU_DEV_FEAT_IOPF:
		ret = smmu_fault_disable(master);
		break;
	case IOMMU_DEV_FEAT_SVA:
		if (master->sva_enabled) {
			master->sva_enabled = false;
			ret = 0;
		}
		break;
	}
	mutex_unlock(&master->lock);
	return ret;
}

const struct iommu_ops smmu_ops = {
	.capable = capable_of,
	.hw_info = smmu_hw_info,
	.domain_alloc_user = smmu_domain_alloc_user,
	.domain_alloc_paging = smmu_domain_alloc_paging,
	.domain_alloc_sva = smmu_domain_alloc_sva,
	.probe_device = probe_device,
	.release_device = release_device,
	.device_group = device_group,
	.of_xlate = of_xlate,
	.get_resv_regions = get_resv_regions,
	.dev_enable_feat = enable_feature,
	.dev_disable_feat = disable_feature,
	.page_response = smmu_page_response,
	.remove_dev_pasid = smmu_detach_pasid,
	.identity_domain = &smmu_identity_domain,
	.blocked_domain = &smmu_blocked_domain,
	.default_domain_ops = &smmu_paging_ops,
	.pgsize_bitmap = -1UL,
	.owner = THIS_MODULE,
	/* Requests of any PASID of a guest go to whom its stream's faults go to. */
	.user_pasid_table = 1,
};
