// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep of the machine. Processes are frozen by then, what they have submitted is not: it is let
 * finish, or the machine stays awake. Where the function keeps its power its queues go on
 * afterwards as if nothing had been; where it lost it they are gone as after a reset, and their
 * owners are told so.
 */
#include <linux/pm.h>

#include "svarig.h"

/* Longest wait for a queue's jobs, in 1024 cycles. */
#define DRAIN_LIMIT 8192

static int drain(struct svarig_queue *q)
{
	u32 limit = DRAIN_LIMIT, status = 0;
	int ret;

	if (!q->created)
		return 0;
	ret = svarig_admin(q->dev, SVARIG_AC_DRAIN, q->index, &limit, 1, &status, 1);
	if (ret == -ETIMEDOUT && status & SVARIG_QSTAT_HALTED)
		return 0;
	if (ret)
		dev_warn(&q->dev->pdev->dev, "queue %u is at work (%d): no sleep now\n", q->index,
			 ret);
	return ret == -ETIMEDOUT ? -EBUSY : ret;
}

static int svarig_suspend(struct device *d)
{
	struct svarig_device *dev = dev_get_drvdata(d);
	int ret = 0;
	u32 i;

	if (READ_ONCE(dev->dead))
		return 0;
	mutex_lock(&dev->uacce->mutex);
	for (i = 0; i < dev->queue_count && !ret; i++)
		ret = drain(&dev->queues[i]);
	mutex_unlock(&dev->uacce->mutex);
	return ret;
}

static bool lives(const struct svarig_queue *q)
{
	u32 at = SVARIG_ADM_QUEUES + (q->index << SVARIG_ADM_QUEUE_SHIFT) + SVARIG_QC_STATUS;

	return readl(q->dev->admin + at) & SVARIG_QSTAT_ENABLED;
}

static int svarig_resume(struct device *d)
{
	struct svarig_device *dev = dev_get_drvdata(d);
	u32 i;
	int ret;

	if (READ_ONCE(dev->dead))
		return 0;
	ret = svarig_wait_firmware(dev);
	if (ret)
		return ret;
	/* Each owner looks at the status of his queue. */
	svarig_wake_all(dev);
	mutex_lock(&dev->uacce->mutex);
	for (i = 0; i < dev->queue_count; i++)
		if (dev->queues[i].created && !lives(&dev->queues[i]))
			WRITE_ONCE(dev->queues[i].created, false);
	mutex_unlock(&dev->uacce->mutex);
	return 0;
}

const struct dev_pm_ops svarig_pm_ops = {SYSTEM_SLEEP_PM_OPS(svarig_suspend, svarig_resume)};
