// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a real machine's sleep does to an SMMU and QEMU's does not: its registers are lost. A device
 * of ours, which the SMMU is made to depend on, falls asleep after it and wakes up before it, and
 * overwrites them in between. It is shut down after it, too, and after all that is behind the SMMU:
 * then nobody interrupts any more.
 */
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/pm.h>

#include "test.h"

/* Registers of IHI 0070 6.3 that hold what the driver has set up. */
static const u16 lost[] = {0x028, 0x02c, 0x080, 0x084, 0x088, 0x090, 0x094,
			   0x098, 0x09c, 0x0a0, 0x0a4, 0x0c0, 0x0c4};
#define SMMU_CR0   0x020
#define SMMU_BYTES 0x20000

static struct platform_device *supplier;
static struct device_link *link;
static void __iomem *regs;
static int losses;

static int lose_power(struct device *dev)
{
	unsigned int i;

	/* Still on: it has not been put to sleep, and would go wild. */
	if (WARN_ON(readl(regs + SMMU_CR0)))
		return 0;
	for (i = 0; i < ARRAY_SIZE(lost); i++)
		writel(0x5a5a5a5a, regs + lost[i]);
	losses++;
	return 0;
}

static const struct dev_pm_ops pm_ops = {NOIRQ_SYSTEM_SLEEP_PM_OPS(lose_power, NULL)};

static int supplier_probe(struct platform_device *pdev)
{
	return 0;
}

static void supplier_shutdown(struct platform_device *pdev)
{
	svt_lpis_off();
}

static struct platform_driver supplier_driver = {
	.driver.name = "svarig-test-power",
	.driver.pm = &pm_ops,
	.probe = supplier_probe,
	.shutdown = supplier_shutdown,
};

static void power_off(void)
{
	if (link)
		device_link_del(link);
	if (regs)
		iounmap(regs);
	if (!IS_ERR_OR_NULL(supplier)) {
		platform_device_unregister(supplier);
		platform_driver_unregister(&supplier_driver);
	}
	link = NULL;
	regs = NULL;
	supplier = NULL;
}

static int power_on(struct device *smmu)
{
	struct resource *res = platform_get_resource(to_platform_device(smmu), IORESOURCE_MEM, 0);
	int ret;

	ret = platform_driver_register(&supplier_driver);
	if (ret)
		return ret;
	supplier =
		platform_device_register_simple("svarig-test-power", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(supplier)) {
		platform_driver_unregister(&supplier_driver);
		return PTR_ERR(supplier);
	}
	regs = ioremap(res->start, SMMU_BYTES);
	link = device_link_add(smmu, &supplier->dev, DL_FLAG_STATELESS);
	if (regs && link)
		return 0;
	power_off();
	return -ENOMEM;
}

int svt_power_loss(struct pci_dev *pdev, bool on)
{
	if (on == !!supplier)
		return 0;
	if (!on) {
		power_off();
		return 0;
	}
	return power_on(pdev->dev.iommu->iommu_dev->dev->parent);
}

int svt_power_lost(void)
{
	return losses;
}
