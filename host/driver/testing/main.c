// SPDX-License-Identifier: GPL-2.0-only
/*
 * svarig_test: what the guest's tests need from inside the kernel. Never part of an installation.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#include "svarig_hw.h"
#include "test.h"

static DEFINE_MUTEX(lock);

/* The first function; the caller puts it. */
static struct pci_dev *function(void)
{
	return pci_get_device(SVARIG_PCI_VENDOR, SVARIG_PCI_DEVICE, NULL);
}

/* What calls have in memory; the others pass a number by value. */
union args {
	struct svt_stream_result result;
	struct svt_turn turn;
	struct svt_space space;
	struct svt_tables tables;
	struct svt_watch watch;
	struct svt_measure measure;
	struct svt_bind bind;
};

static int tables(struct pci_dev *first, struct svt_tables *t)
{
	struct pci_dev *pdev = pci_dev_get(first);
	int ret;

	if (t->function) {
		pci_dev_put(pdev);
		pdev = pci_get_domain_bus_and_slot(0, t->function >> 8, t->function & 0xff);
	}
	ret = pdev && dev_iommu_fwspec_get(&pdev->dev) ? svt_tables(pdev, t) : -ENODEV;
	pci_dev_put(pdev);
	return ret;
}

static long call(struct pci_dev *pdev, unsigned int cmd, unsigned long value, union args *args)
{
	switch (cmd) {
	case SVT_STREAM_START:
		return svt_stream_start(pdev, value);
	case SVT_STREAM_STOP:
		return svt_stream_stop(&args->result);
	case SVT_STREAM_LOOK:
		return svt_stream_look(&args->result);
	case SVT_TURN:
		return svt_turn(pdev, &args->turn);
	case SVT_SPACE:
		return svt_space(pdev, &args->space);
	case SVT_POWER_LOSS:
		return svt_power_loss(pdev, value);
	case SVT_TABLES:
		return tables(pdev, &args->tables);
	case SVT_WATCH_START:
		return svt_watch_start(pdev);
	case SVT_WATCH_STOP:
		return svt_watch_stop(&args->watch);
	case SVT_BIND:
		return svt_bind(pdev, &args->bind);
	case SVT_MEASURE:
		return svt_measure(pdev, &args->measure);
	default:
		return -ENOTTY;
	}
}

static long call_function(unsigned int cmd, unsigned long value, union args *args)
{
	/* Streams go on while these two last, and may be looked at. */
	const bool alone = cmd != SVT_TURN && cmd != SVT_MEASURE;
	struct pci_dev *pdev = function();
	long ret;

	if (!pdev)
		return -ENODEV;
	if (alone)
		mutex_lock(&lock);
	ret = call(pdev, cmd, value, args);
	if (alone)
		mutex_unlock(&lock);
	pci_dev_put(pdev);
	return ret;
}

static long test_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const bool out = _IOC_DIR(cmd) & _IOC_READ, in = out && _IOC_DIR(cmd) & _IOC_WRITE;
	union args args = {};
	long ret;

	switch (cmd) {
	case SVT_HOLD:
		svt_hold(arg);
		return 0;
	case SVT_HELD:
		return svt_held();
	case SVT_POWER_LOST:
		return svt_power_lost();
	}
	if (out && _IOC_SIZE(cmd) > sizeof(args))
		return -ENOTTY;
	if (in && copy_from_user(&args, (void __user *)arg, _IOC_SIZE(cmd)))
		return -EFAULT;
	ret = call_function(cmd, arg, &args);
	if (out && copy_to_user((void __user *)arg, &args, _IOC_SIZE(cmd)))
		ret = -EFAULT;
	return ret;
}

static int test_mmap(struct file *file, struct vm_area_struct *vma)
{
	return svt_hold_mmap(vma);
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = test_ioctl,
	.mmap = test_mmap,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "svarig-test",
	.fops = &fops,
	.mode = 0600,
};

static int __init test_init(void)
{
	return misc_register(&misc);
}
module_init(test_init);

static void __exit test_exit(void)
{
	struct svt_stream_result result;
	struct svt_watch seen;
	union args none;

	misc_deregister(&misc);
	svt_watch_stop(&seen);
	svt_hold(false);
	svt_stream_stop(&result);
	svt_spaces_close();
	call_function(SVT_POWER_LOSS, false, &none);
}
module_exit(test_exit);

MODULE_DESCRIPTION("For the guest's tests: lasting page faults, DMA without PASID, domains turned");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(SVARIG);
/* Attaching with a handle, as iommufd does to get page faults */
MODULE_IMPORT_NS(IOMMUFD_INTERNAL);
