// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bonds that cannot be had, each for a reason of its own.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "test.h"

#define MAX_PASIDS BIT(20)

static int bind(struct device *dev, struct svt_bind *b)
{
	struct iommu_sva *bond = iommu_sva_bind_device(dev, current->mm);

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	b->pasid = iommu_sva_get_pasid(bond);
	iommu_sva_unbind_device(bond);
	return 0;
}

static int exhausted(struct device *dev, struct svt_bind *b)
{
	unsigned long *taken = bitmap_zalloc(MAX_PASIDS, GFP_KERNEL);
	ioasid_t pasid;

	if (!taken)
		return -ENOMEM;
	for (;;) {
		pasid = iommu_alloc_global_pasid(dev);
		if (pasid >= MAX_PASIDS)
			break;
		__set_bit(pasid, taken);
		cond_resched();
	}
	b->taken = bitmap_weight(taken, MAX_PASIDS);
	b->first = find_first_bit(taken, MAX_PASIDS);
	b->last = find_last_bit(taken, MAX_PASIDS);
	b->ret = bind(dev, b);
	for (pasid = 0; pasid < MAX_PASIDS; pasid++) {
		if (test_bit(pasid, taken))
			iommu_free_global_pasid(pasid);
		cond_resched();
	}
	bitmap_free(taken);
	return 0;
}

/* The process has been bound before, so it has its PASID. */
static int below(struct device *dev, struct svt_bind *b)
{
	u32 max = dev->iommu->max_pasids;

	b->ret = bind(dev, b);
	if (b->ret)
		return b->ret;
	dev->iommu->max_pasids = b->pasid;
	b->ret = bind(dev, b);
	dev->iommu->max_pasids = max;
	return 0;
}

static int without_sva(struct svt_bind *b)
{
	struct pci_dev *pdev = pci_get_device(SVT_SHARE_VENDOR, SVT_SHARE_DEVICE, NULL);

	if (!pdev)
		return -ENODEV;
	b->feature = iommu_dev_enable_feature(&pdev->dev, IOMMU_DEV_FEAT_SVA);
	b->ret = bind(&pdev->dev, b);
	pci_dev_put(pdev);
	return 0;
}

int svt_bind(struct pci_dev *pdev, struct svt_bind *b)
{
	switch (b->kind) {
	case SVT_BIND_PLAIN:
		b->ret = bind(&pdev->dev, b);
		return 0;
	case SVT_BIND_EXHAUSTED:
		return exhausted(&pdev->dev, b);
	case SVT_BIND_BELOW:
		return below(&pdev->dev, b);
	case SVT_BIND_NO_SVA:
		return without_sva(b);
	case SVT_BIND_TWICE:
		b->feature = iommu_dev_enable_feature(&pdev->dev, IOMMU_DEV_FEAT_SVA);
		return 0;
	default:
		return -EINVAL;
	}
}
