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

#define REGISTER_ATTR(_name, _offset, _format, _expr)						\
static ssize_t _name##_show(struct device *d, struct device_attribute *a, char *buf)		\
{												\
	struct svarig_device *dev = dev_get_drvdata(d);						\
	u32 v = readl(dev->admin + (_offset));							\
												\
	return sysfs_emit(buf, _format "\n", _expr);						\
}												\
static DEVICE_ATTR_RO(_name)

REGISTER_ATTR(queues, SVARIG_ADM_CAPS, "%u", v & 0xff);
REGISTER_ATTR(opcodes, SVARIG_ADM_CAPS, "%#x", v >> 16);
REGISTER_ATTR(doorbell_stride, SVARIG_ADM_DB_STRIDE, "%u", 1u << (v & 31));
REGISTER_ATTR(max_length, SVARIG_ADM_MAX_LEN, "%u", v);
REGISTER_ATTR(live, SVARIG_ADM_LIVE, "%#x", v);
REGISTER_ATTR(firmware_status, SVARIG_ADM_FW_STATUS, "%u", v);

static ssize_t version_show(char *buf, u32 v)
{
	return sysfs_emit(buf, "%u.%u\n", v >> 16, v & 0xffff);
}

static ssize_t firmware_version_show(struct device *d, struct device_attribute *a, char *buf)
{
	struct svarig_device *dev = dev_get_drvdata(d);

	return version_show(buf, readl(dev->admin + SVARIG_ADM_FW_VERSION));
}
static DEVICE_ATTR_RO(firmware_version);

static ssize_t interface_version_show(struct device *d, struct device_attribute *a, char *buf)
{
	struct svarig_device *dev = dev_get_drvdata(d);

	return version_show(buf, readl(dev->admin + SVARIG_ADM_IF_VERSION));
}
static DEVICE_ATTR_RO(interface_version);

static struct attribute *svarig_attrs[] = {
	&dev_attr_queues.attr,
	&dev_attr_opcodes.attr,
	&dev_attr_doorbell_stride.attr,
	&dev_attr_max_length.attr,
	&dev_attr_live.attr,
	&dev_attr_firmware_status.attr,
	&dev_attr_firmware_version.attr,
	&dev_attr_interface_version.attr,
	NULL,
};

static const struct attribute_group svarig_group = {
	.attrs = svarig_attrs,
};

struct counter_attr {
	struct device_attribute attr;
	unsigned int index;
};

static ssize_t counter_show(struct device *d, struct device_attribute *a, char *buf)
{
	struct counter_attr *c = container_of(a, struct counter_attr, attr);

	return sysfs_emit(buf, "%llu\n", svarig_counter(dev_get_drvdata(d), c->index));
}

#define COUNTER(_id, _name, _text)								\
static struct counter_attr counter_##_name = {							\
	.attr = __ATTR(_name, 0444, counter_show, NULL),					\
	.index = SVARIG_##_id,									\
};
SVARIG_COUNTER_LIST(COUNTER)

#define COUNTER_ENTRY(_id, _name, _text) &counter_##_name.attr.attr,
static struct attribute *counter_attrs[] = {
	SVARIG_COUNTER_LIST(COUNTER_ENTRY)
	NULL,
};

static const struct attribute_group counter_group = {
	.name = "counters",
	.attrs = counter_attrs,
};

const struct attribute_group *svarig_groups[] = {
	&svarig_group,
	&counter_group,
	NULL,
};
