// SPDX-License-Identifier: GPL-2.0-only
/*
 * svarig_smmuv3: an IOMMU driver for the Arm SMMUv3 with page requests and shared virtual
 * addressing. Takes the place of the kernel's own arm-smmu-v3; only one of the two may be loaded.
 */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>

#include "smmu.h"

static DEFINE_MUTEX(smmus_lock);
static DEFINE_XARRAY_ALLOC(smmus);

struct smmu_device *smmu_find(struct fwnode_handle *fwnode)
{
	struct smmu_device *smmu;
	unsigned long index = 0;

	mutex_lock(&smmus_lock);
	smmu = xa_find(&smmus, &index, ULONG_MAX, XA_PRESENT);
	while (smmu && dev_fwnode(smmu->dev) != fwnode)
		smmu = xa_find_after(&smmus, &index, ULONG_MAX, XA_PRESENT);
	mutex_unlock(&smmus_lock);
	return smmu;
}

static irqreturn_t event_thread(int irq, void *data)
{
	smmu_drain_events(data);
	return IRQ_HANDLED;
}

static irqreturn_t page_request_thread(int irq, void *data)
{
	smmu_drain_page_requests(data);
	return IRQ_HANDLED;
}

static irqreturn_t gerror_handler(int irq, void *data)
{
	/* Nothing to do if a waiter has seen it first. */
	smmu_handle_gerror(data);
	return IRQ_HANDLED;
}

static int request_irq_named(struct smmu_device *smmu, const char *name, irq_handler_t hard,
			     irq_handler_t thread)
{
	int irq = platform_get_irq_byname(to_platform_device(smmu->dev), name);

	if (irq < 0)
		return irq;
	return devm_request_threaded_irq(smmu->dev, irq, hard, thread, hard ? 0 : IRQF_ONESHOT,
					 name, smmu);
}

static int setup_irqs(struct smmu_device *smmu)
{
	int ret;

	ret = request_irq_named(smmu, "gerror", gerror_handler, NULL);
	if (!ret)
		ret = request_irq_named(smmu, "eventq", NULL, event_thread);
	if (!ret && smmu->pri)
		ret = request_irq_named(smmu, "priq", NULL, page_request_thread);
	return ret;
}

static int smmu_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct smmu_device *smmu;
	struct resource *res;
	int ret;

	smmu = devm_kzalloc(dev, sizeof(*smmu), GFP_KERNEL);
	if (!smmu)
		return -ENOMEM;
	smmu->dev = dev;
	mutex_init(&smmu->streams_lock);
	xa_init(&smmu->streams);
	smmu->base = devm_platform_get_and_ioremap_resource(pdev, 0, &res);
	if (IS_ERR(smmu->base))
		return PTR_ERR(smmu->base);
	if (resource_size(res) < SMMU_REG_SPAN) {
		dev_err(dev, "registers are %pr, need 0x%x bytes\n", res, SMMU_REG_SPAN);
		return -EINVAL;
	}

	ret = smmu_probe_features(smmu);
	if (!ret)
		ret = smmu_init_queues(smmu);
	if (!ret)
		ret = smmu_strtab_init(smmu);
	if (!ret)
		ret = smmu_fault_init(smmu);
	if (ret)
		return ret;

	platform_set_drvdata(pdev, smmu);
	mutex_lock(&smmus_lock);
	ret = xa_alloc(&smmus, &smmu->inst.index, smmu, xa_limit_31b, GFP_KERNEL);
	mutex_unlock(&smmus_lock);
	if (ret)
		goto err_fault;
	ret = setup_irqs(smmu);
	if (!ret)
		ret = smmu_reset(smmu);
	if (ret)
		goto err_off;
	smmu->inst.isolation = &smmu_isolation_ops;
	ret = iommu_device_sysfs_add(&smmu->iommu, dev, smmu_iommu_groups(), "svarig-smmu.%pa",
				     &res->start);
	if (ret)
		goto err_off;
	dev_info(dev, "%u stream bits, %u PASID bits, %u-bit output%s%s%s%s\n", smmu->sid_bits,
		 smmu->ssid_bits, smmu->oas, smmu->ats ? ", ATS" : "", smmu->pri ? ", PRI" : "",
		 smmu->sva ? ", SVA" : "", smmu->inst.ril ? ", range invalidation" : "");
	ret = iommu_device_register(&smmu->iommu, &smmu_ops, dev);
	if (ret)
		goto err_sysfs;
	smmu_debugfs_add(smmu);
	return 0;

err_sysfs:
	iommu_device_sysfs_remove(&smmu->iommu);
err_off:
	smmu_disable(smmu);
	mutex_lock(&smmus_lock);
	xa_erase(&smmus, smmu->inst.index);
	mutex_unlock(&smmus_lock);
err_fault:
	smmu_fault_exit(smmu);
	return ret;
}

static void smmu_remove(struct platform_device *pdev)
{
	struct smmu_device *smmu = platform_get_drvdata(pdev);

	smmu_debugfs_remove(smmu);
	iommu_device_unregister(&smmu->iommu);
	iommu_device_sysfs_remove(&smmu->iommu);
	mutex_lock(&smmus_lock);
	xa_erase(&smmus, smmu->inst.index);
	mutex_unlock(&smmus_lock);
	/* Whoever is still sweeping an old array with this SMMU in it gets through first. */
	synchronize_rcu();
	smmu_disable(smmu);
	smmu_fault_exit(smmu);
}

static void smmu_shutdown(struct platform_device *pdev)
{
	smmu_shut_down(platform_get_drvdata(pdev));
}

static const struct of_device_id smmu_of_match[] = {{.compatible = "arm,smmu-v3"}, {}};
MODULE_DEVICE_TABLE(of, smmu_of_match);

static struct platform_driver smmu_driver = {
	.driver.name = "svarig-smmuv3",
	.driver.of_match_table = smmu_of_match,
	.driver.pm = pm_sleep_ptr(&smmu_pm_ops),
	/* Devices depend on the SMMU in ways that a manual unbind knows nothing of. */
	.driver.suppress_bind_attrs = true,
	.probe = smmu_probe,
	.remove_new = smmu_remove,
	.shutdown = smmu_shutdown,
};

static int __init smmu_init(void)
{
	int ret;

	smmu_debugfs_init();
	ret = platform_driver_register(&smmu_driver);
	if (ret)
		smmu_debugfs_exit();
	return ret;
}

static void __exit smmu_exit(void)
{
	platform_driver_unregister(&smmu_driver);
	smmu_debugfs_exit();
	/* Freed domains whose notifiers may still be running our code. */
	mmu_notifier_synchronize();
	rcu_barrier();
}

module_init(smmu_init);
module_exit(smmu_exit);

MODULE_DESCRIPTION("SMMUv3 driver with page requests and shared virtual addressing");
MODULE_AUTHOR("svarig");
MODULE_LICENSE("GPL");
