// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probe, interrupts, reset and removal of a function of the svarig endpoint. The PF and its VFs are
 * driven alike; a VF has fewer queues, and shares PASID and page requests of its PF (PCIe 9.3.7),
 * which must therefore be bound: sriov_numvfs goes through this driver.
 */
#include <linux/interrupt.h>
#include <linux/module.h>

#include "svarig.h"

static irqreturn_t queue_irq(int irq, void *data)
{
	struct svarig_vector *v = data;

	svarig_wake_vector(v->dev, v->index);
	return IRQ_HANDLED;
}

/* Vector 0: the firmware has something to say. Threaded: register reads may be slow. */
static irqreturn_t firmware_irq(int irq, void *data)
{
	struct svarig_vector *v = data;
	struct svarig_device *dev = v->dev;

	dev_warn(&dev->pdev->dev, "firmware event, status %u\n",
		 readl(dev->admin + SVARIG_ADM_FW_STATUS));
	svarig_wake_all(dev);
	return IRQ_HANDLED;
}

static int set_up_irqs(struct svarig_device *dev)
{
	struct pci_dev *pdev = dev->pdev;
	int i, irq, ret, n;

	n = pci_alloc_irq_vectors(pdev, 2, dev->queue_count + 1, PCI_IRQ_MSIX);
	if (n < 0)
		return dev_err_probe(&pdev->dev, n, "needs at least two MSI-X vectors\n");
	dev->vectors = n;

	for (i = 0; i < n; i++) {
		struct svarig_vector *v = &dev->vector[i];

		v->dev = dev;
		v->index = i;
		irq = pci_irq_vector(pdev, i);
		if (i)
			ret = request_irq(irq, queue_irq, 0, SVARIG_NAME, v);
		else
			ret = request_threaded_irq(irq, NULL, firmware_irq, IRQF_ONESHOT,
						   SVARIG_NAME "-fw", v);
		if (ret)
			goto err;
	}
	return 0;
err:
	while (i--)
		free_irq(pci_irq_vector(pdev, i), &dev->vector[i]);
	pci_free_irq_vectors(pdev);
	return ret;
}

static void tear_down_irqs(struct svarig_device *dev)
{
	int i;

	for (i = 0; i < dev->vectors; i++)
		free_irq(pci_irq_vector(dev->pdev, i), &dev->vector[i]);
	pci_free_irq_vectors(dev->pdev);
}

/* Check that the function is what its IDs promise, and learn its size. */
static int identify(struct svarig_device *dev)
{
	struct device *d = &dev->pdev->dev;
	u32 magic = readl(dev->admin + SVARIG_ADM_MAGIC);
	u32 version = readl(dev->admin + SVARIG_ADM_IF_VERSION);
	u32 caps = readl(dev->admin + SVARIG_ADM_CAPS);
	u32 i;

	if (magic != SVARIG_MAGIC)
		return dev_err_probe(d, -ENODEV, "magic %#x, want %#x\n", magic, SVARIG_MAGIC);
	if (version >> 16 != SVARIG_IF_VERSION >> 16)
		return dev_err_probe(d, -EPROTO, "interface version %u.%u, known is %u.x\n",
				     version >> 16, version & 0xffff, SVARIG_IF_VERSION >> 16);

	dev->db_shift = readl(dev->admin + SVARIG_ADM_DB_STRIDE);
	dev->queue_count = caps & 0xff;
	if (!dev->queue_count || dev->queue_count > SVARIG_MAX_QUEUES || dev->db_shift > 16 ||
	    (u64)dev->queue_count << dev->db_shift >
		    pci_resource_len(dev->pdev, SVARIG_BAR_DOORBELL))
		return dev_err_probe(d, -EIO, "%u queues of %u KiB do not fit BAR %u\n",
				     dev->queue_count, 1u << dev->db_shift >> 10,
				     SVARIG_BAR_DOORBELL);

	dev->queues = devm_kcalloc(d, dev->queue_count, sizeof(*dev->queues), GFP_KERNEL);
	if (!dev->queues)
		return -ENOMEM;
	for (i = 0; i < dev->queue_count; i++) {
		dev->queues[i].dev = dev;
		dev->queues[i].index = i;
	}
	return 0;
}

/*
 * uacce grants SVA only where the IOMMU driver takes page requests. Without them jobs on resident
 * memory still work, so there this driver asks for SVA and makes the bonds itself.
 */
static int set_up_sva(struct svarig_device *dev)
{
	struct uacce_interface interface = {
		.name = SVARIG_NAME,
		.flags = UACCE_DEV_SVA,
		.ops = &svarig_uacce_ops,
	};
	struct device *d = &dev->pdev->dev;
	struct uacce_device *uacce;
	int ret;

	uacce = uacce_alloc(d, &interface);
	if (IS_ERR(uacce))
		return PTR_ERR(uacce);

	/* uacce does not look whether there was memory for the name. */
	if (!dev_name(&uacce->dev)) {
		uacce_remove(uacce);
		return -ENOMEM;
	}
	if (!(uacce->flags & UACCE_DEV_SVA)) {
		ret = iommu_dev_enable_feature(d, IOMMU_DEV_FEAT_SVA);
		if (ret) {
			uacce_remove(uacce);
			return dev_err_probe(d, ret, "no shared virtual addresses here\n");
		}
		dev->self_bind = true;
		dev_notice(d, "no page requests: jobs on memory that is not resident will fail\n");
	}
	uacce->priv = dev;
	uacce->algs = "cipher\ndigest\n";
	uacce->api_ver = "svarig-1";
	uacce->qf_pg_num[UACCE_QFRT_MMIO] = 1;
	dev->uacce = uacce;
	return 0;
}

static void tear_down_sva(struct svarig_device *dev)
{
	uacce_remove(dev->uacce);
	if (dev->self_bind)
		iommu_dev_disable_feature(&dev->pdev->dev, IOMMU_DEV_FEAT_SVA);
}

static int svarig_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *d = &pdev->dev;
	struct svarig_device *dev;
	int ret;

	dev = devm_kzalloc(d, sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	dev->pdev = pdev;
	mutex_init(&dev->mailbox);
	mutex_init(&dev->cnt_lock);
	spin_lock_init(&dev->wake_lock);
	pci_set_drvdata(pdev, dev);

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ret = pcim_request_all_regions(pdev, SVARIG_NAME);
	if (ret)
		return ret;
	dev->admin = pcim_iomap(pdev, SVARIG_BAR_ADMIN, SVARIG_BAR2_SIZE);
	if (!dev->admin)
		return dev_err_probe(d, -ENOMEM, "BAR %u cannot be mapped\n", SVARIG_BAR_ADMIN);
	dev->doorbells = pci_resource_start(pdev, SVARIG_BAR_DOORBELL);
	ret = dma_set_mask_and_coherent(d, DMA_BIT_MASK(64));
	if (ret)
		return ret;

	ret = identify(dev);
	if (ret)
		return ret;
	ret = svarig_wait_firmware(dev);
	if (ret)
		return ret;
	/* Queues that an earlier owner (a crashed kernel's driver) may have left. */
	ret = svarig_admin(dev, SVARIG_AC_RESET, 0, NULL, 0, NULL, 0);
	if (ret)
		return dev_err_probe(d, ret, "the firmware does not reset\n");

	pci_set_master(pdev);
	ret = set_up_irqs(dev);
	if (ret)
		goto err_master;
	ret = set_up_sva(dev);
	if (ret)
		goto err_irqs;
	ret = uacce_register(dev->uacce);
	if (ret)
		goto err_sva;
	svarig_debugfs_add(dev);
	dev_info(d, "function %u, %u queues, firmware %u.%u\n",
		 readl(dev->admin + SVARIG_ADM_FUNCTION) & 0xff, dev->queue_count,
		 readl(dev->admin + SVARIG_ADM_FW_VERSION) >> 16,
		 readl(dev->admin + SVARIG_ADM_FW_VERSION) & 0xffff);
	return 0;

err_sva:
	tear_down_sva(dev);
err_irqs:
	tear_down_irqs(dev);
err_master:
	pci_clear_master(pdev);
	return ret;
}

static void svarig_remove(struct pci_dev *pdev)
{
	struct svarig_device *dev = pci_get_drvdata(pdev);

	if (!pci_device_is_present(pdev))
		WRITE_ONCE(dev->dead, true);
	/* VFs cannot live without the page requests of their PF. */
	if (pdev->is_physfn)
		pci_disable_sriov(pdev);
	svarig_debugfs_remove(dev);
	tear_down_sva(dev);
	tear_down_irqs(dev);
	pci_clear_master(pdev);
}

/* Also before kexec: nothing may write to memory that the next kernel owns. */
static void svarig_shutdown(struct pci_dev *pdev)
{
	struct svarig_device *dev = pci_get_drvdata(pdev);

	svarig_admin(dev, SVARIG_AC_RESET, 0, NULL, 0, NULL, 0);
	pci_clear_master(pdev);
}

static pci_ers_result_t svarig_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct svarig_device *dev = pci_get_drvdata(pdev);

	if (state == pci_channel_io_normal)
		return PCI_ERS_RESULT_CAN_RECOVER;
	WRITE_ONCE(dev->dead, true);
	svarig_wake_all(dev);
	if (state == pci_channel_io_perm_failure)
		return PCI_ERS_RESULT_DISCONNECT;
	return PCI_ERS_RESULT_NEED_RESET;
}

/*
 * A reset takes every queue: their owners find the doorbell page saying "not enabled". That of the
 * PF takes the VFs, too: they are removed while they can still be spoken to. Whoever wants them
 * again writes sriov_numvfs.
 */
static void svarig_reset_prepare(struct pci_dev *pdev)
{
	struct svarig_device *dev = pci_get_drvdata(pdev);

	if (pdev->is_physfn && pci_num_vf(pdev)) {
		pci_info(pdev, "reset: the VFs go\n");
		pci_disable_sriov(pdev);
	}
	svarig_admin(dev, SVARIG_AC_RESET, 0, NULL, 0, NULL, 0);
	WRITE_ONCE(dev->dead, true);
}

static void svarig_reset_done(struct pci_dev *pdev)
{
	struct svarig_device *dev = pci_get_drvdata(pdev);

	if (svarig_wait_firmware(dev))
		return;
	WRITE_ONCE(dev->dead, false);
	svarig_wake_all(dev);
}

static pci_ers_result_t svarig_slot_reset(struct pci_dev *pdev)
{
	struct svarig_device *dev = pci_get_drvdata(pdev);

	pci_restore_state(pdev);
	svarig_reset_done(pdev);
	return READ_ONCE(dev->dead) ? PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_RECOVERED;
}

static const struct pci_error_handlers svarig_errors = {
	.error_detected = svarig_error_detected,
	.slot_reset = svarig_slot_reset,
	.reset_prepare = svarig_reset_prepare,
	.reset_done = svarig_reset_done,
};

static const struct pci_device_id svarig_ids[] = {
	{PCI_DEVICE(SVARIG_PCI_VENDOR, SVARIG_PCI_DEVICE)},
	{PCI_DEVICE(SVARIG_PCI_VENDOR, SVARIG_PCI_VF_DEVICE)},
	{}};
MODULE_DEVICE_TABLE(pci, svarig_ids);

static struct pci_driver svarig_driver = {
	.name = SVARIG_NAME,
	.id_table = svarig_ids,
	.probe = svarig_probe,
	.remove = svarig_remove,
	.shutdown = svarig_shutdown,
	.sriov_configure = pci_sriov_configure_simple,
	.driver.pm = pm_sleep_ptr(&svarig_pm_ops),
	.err_handler = &svarig_errors,
	.dev_groups = svarig_groups,
};

/* The device behind a function, NULL if this driver is not bound to it. */
struct svarig_device *svarig_device_of(struct pci_dev *pdev)
{
	return pdev->driver == &svarig_driver ? pci_get_drvdata(pdev) : NULL;
}

static int __init svarig_init(void)
{
	int ret;

	svarig_sysfs_init();
	svarig_debugfs_init();
	ret = pci_register_driver(&svarig_driver);
	if (ret)
		svarig_debugfs_exit();
	return ret;
}
module_init(svarig_init);

static void __exit svarig_exit(void)
{
	pci_unregister_driver(&svarig_driver);
	svarig_debugfs_exit();
}
module_exit(svarig_exit);

MODULE_DESCRIPTION("svarig accelerator with shared virtual addresses");
MODULE_LICENSE("GPL");
