// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs of the function: what it is, and its global counters (counters/NAME, one value a file).
 * Every value is read from the hardware when the file is read.
 */
#include <linux/sysfs.h>

#include "svarig.h"

/* Reading the low half latches the high one, so the pair must not be torn by another reader. */
u64 svarig_counter(struct svarig_device *dev, unsigned int index)
{
	void __iomem *at = dev->admin + SVARIG_ADM_COUNTERS + 8 * index;
	u32 lo, hi;

	mutex_lock(&dev->cnt_lock);
	lo = readl(at);
	hi = readl(at + 4);
	mutex_unlock(&dev->cnt_lock);
	return (u64)hi << 32 | lo;
}

static u32 reg(struct device *d, u32 offset)
{
	struct svarig_device *dev = dev_get_drvdata(d);

	return readl(dev->admin + offset);
}

static ssize_t queues_show(struct device *d, struct device_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%u\n", reg(d, SVARIG_ADM_CAPS) & 0xff);
}
static DEVICE_ATTR_RO(queues);

static ssize_t opcodes_show(struct device *d, struct device_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%#x\n", reg(d, SVARIG_ADM_CAPS) >> 16);
}
static DEVICE_ATTR_RO(opcodes);

static ssize_t function_show(struct device *d, struct device_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%u\n", reg(d, SVARIG_ADM_FUNCTION) & 0xff);
}
static DEVICE_ATTR_RO(function);

static ssize_t doorbell_stride_show(struct device *d, struct device_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%u\n", 1u << (reg(d, SVARIG_ADM_DB_STRIDE) & 31));
}
static DEVICE_ATTR_RO(doorbell_stride);

static ssize_t max_length_show(struct device *d, struct device_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%u\n", reg(d, SVARIG_ADM_MAX_LEN));
}
static DEVICE_ATTR_RO(max_length);

static ssize_t live_show(struct device *d, struct device_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%#x\n", reg(d, SVARIG_ADM_LIVE));
}
static DEVICE_ATTR_RO(live);

static ssize_t firmware_status_show(struct device *d, struct device_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%u\n", reg(d, SVARIG_ADM_FW_STATUS));
}
static DEVICE_ATTR_RO(firmware_status);

static ssize_t version_show(char *buf, u32 v)
{
	return sysfs_emit(buf, "%u.%u\n", v >> 16, v & 0xffff);
}

static ssize_t firmware_version_show(struct device *d, struct device_attribute *a, char *buf)
{
	return version_show(buf, reg(d, SVARIG_ADM_FW_VERSION));
}
static DEVICE_ATTR_RO(firmware_version);

static ssize_t interface_version_show(struct device *d, struct device_attribute *a, char *buf)
{
	return version_show(buf, reg(d, SVARIG_ADM_IF_VERSION));
}
static DEVICE_ATTR_RO(interface_version);

static struct attribute *svarig_attrs[] = {
	&dev_attr_function.attr,	  &dev_attr_queues.attr,
	&dev_attr_opcodes.attr,		  &dev_attr_doorbell_stride.attr,
	&dev_attr_max_length.attr,	  &dev_attr_live.attr,
	&dev_attr_firmware_status.attr,	  &dev_attr_firmware_version.attr,
	&dev_attr_interface_version.attr, NULL,
};

static const struct attribute_group svarig_group = {
	.attrs = svarig_attrs,
};

struct counter_attr {
	struct device_attribute attr;
	unsigned int index;
};

static struct counter_attr counters[SVARIG_CNT_COUNT];
static struct attribute *counter_attrs[SVARIG_CNT_COUNT + 1];

static ssize_t counter_show(struct device *d, struct device_attribute *a, char *buf)
{
	struct counter_attr *c = container_of(a, struct counter_attr, attr);

	return sysfs_emit(buf, "%llu\n", svarig_counter(dev_get_drvdata(d), c->index));
}

/* The names come from the one definition of the hardware, as a table. Before any probe. */
void svarig_sysfs_init(void)
{
	static const char *const names[] = SVARIG_COUNTER_NAMES;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(names) != SVARIG_CNT_COUNT);
	for (i = 0; i < SVARIG_CNT_COUNT; i++) {
		struct counter_attr *c = &counters[i];

		sysfs_attr_init(&c->attr.attr);
		c->attr.attr.name = names[i];
		c->attr.attr.mode = 0444;
		c->attr.show = counter_show;
		c->index = i;
		counter_attrs[i] = &c->attr.attr;
	}
}

/* The counters are those of the whole endpoint: a VF has none. */
static umode_t counter_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	return to_pci_dev(kobj_to_dev(kobj))->is_virtfn ? 0 : attr->mode;
}

static const struct attribute_group counter_group = {
	.name = "counters",
	.is_visible = counter_visible,
	.attrs = counter_attrs,
};

const struct attribute_group *svarig_groups[] = {
	&svarig_group,
	&counter_group,
	NULL,
};
