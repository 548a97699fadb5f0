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

static long stream_start(u32 flags)
{
	struct pci_dev *pdev = function();
	long ret;

	if (!pdev)
		return -ENODEV;
	mutex_lock(&lock);
	ret = svt_stream_start(pdev, flags);
	mutex_unlock(&lock);
	pci_dev_put(pdev);
	return ret;
}

static long stream_result(unsigned int cmd, void __user *arg)
{
	struct svt_stream_result result;
	long ret;

	mutex_lock(&lock);
	ret = cmd == SVT_STREAM_STOP ? svt_stream_stop(&result) : svt_stream_look(&result);
	mutex_unlock(&lock);
	if (!ret && copy_to_user(arg, &result, sizeof(result)))
		ret = -EFAULT;
	return ret;
}

/* Without the lock: streams go on meanwhile, and may be looked at. */
static long turn(void __user *arg)
{
	struct pci_dev *pdev;
	struct svt_turn t;
	long ret;

	if (copy_from_user(&t, arg, sizeof(t)))
		return -EFAULT;
	pdev = function();
	if (!pdev)
		return -ENODEV;
	ret = svt_turn(pdev, &t);
	pci_dev_put(pdev);
	if (copy_to_user(arg, &t, sizeof(t)))
		ret = -EFAULT;
	return ret;
}

static long space(void __user *arg)
{
	struct pci_dev *pdev;
	struct svt_space s;
	long ret;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	pdev = function();
	if (!pdev)
		return -ENODEV;
	mutex_lock(&lock);
	ret = svt_space(pdev, &s);
	mutex_unlock(&lock);
	pci_dev_put(pdev);
	if (copy_to_user(arg, &s, sizeof(s)))
		ret = -EFAULT;
	return ret;
}

static long power_loss(bool on)
{
	struct pci_dev *pdev = function();
	long ret;

	if (!pdev)
		return -ENODEV;
	mutex_lock(&lock);
	ret = svt_power_loss(pdev, on);
	mutex_unlock(&lock);
	pci_dev_put(pdev);
	return ret;
}

static long tables(void __user *arg)
{
	struct pci_dev *pdev;
	struct svt_tables t;
	long ret;

	if (copy_from_user(&t, arg, sizeof(t)))
		return -EFAULT;
	pdev = t.function ? pci_get_domain_bus_and_slot(0, t.function >> 8, t.function & 0xff)
			  : function();
	if (!pdev)
		return -ENODEV;
	ret = dev_iommu_fwspec_get(&pdev->dev) ? svt_tables(pdev, &t) : -ENODEV;
	pci_dev_put(pdev);
	if (!ret && copy_to_user(arg, &t, sizeof(t)))
		ret = -EFAULT;
	return ret;
}

static long watch(bool start, void __user *arg)
{
	struct pci_dev *pdev = function();
	struct svt_watch seen;
	long ret;

	if (!pdev)
		return -ENODEV;
	mutex_lock(&lock);
	ret = start ? svt_watch_start(pdev) : svt_watch_stop(&seen);
	mutex_unlock(&lock);
	pci_dev_put(pdev);
	if (!ret && !start && copy_to_user(arg, &seen, sizeof(seen)))
		ret = -EFAULT;
	return ret;
}

static long measure(void __user *arg)
{
	struct pci_dev *pdev;
	struct svt_measure m;
	long ret;

	if (copy_from_user(&m, arg, sizeof(m)))
		return -EFAULT;
	pdev = function();
	if (!pdev)
		return -ENODEV;
	ret = svt_measure(pdev, &m);
	pci_dev_put(pdev);
	if (!ret && copy_to_user(arg, &m, sizeof(m)))
		ret = -EFAULT;
	return ret;
}

static long test_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SVT_HOLD:
		svt_hold(arg);
		return 0;
	case SVT_HELD:
		return svt_held();
	case SVT_STREAM_START:
		return stream_start(arg);
	case SVT_STREAM_STOP:
	case SVT_STREAM_LOOK:
		return stream_result(cmd, (void __user *)arg);
	case SVT_TURN:
		return turn((void __user *)arg);
	case SVT_SPACE:
		return space((void __user *)arg);
	case SVT_POWER_LOSS:
		return power_loss(arg);
	case SVT_POWER_LOST:
		return svt_power_lost();
	case SVT_TABLES:
		return tables((void __user *)arg);
	case SVT_WATCH_START:
	case SVT_WATCH_STOP:
		return watch(cmd == SVT_WATCH_START, (void __user *)arg);
	case SVT_MEASURE:
		return measure((void __user *)arg);
	default:
		return -ENOTTY;
	}
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

	misc_deregister(&misc);
	svt_watch_stop(&seen);
	svt_hold(false);
	svt_stream_stop(&result);
	svt_spaces_close();
	power_loss(false);
}
module_exit(test_exit);

MODULE_DESCRIPTION("For the guest's tests: lasting page faults, DMA without PASID, domains turned");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(SVARIG);
/* Attaching with a handle, as iommufd does to get page faults */
MODULE_IMPORT_NS(IOMMUFD_INTERNAL);
