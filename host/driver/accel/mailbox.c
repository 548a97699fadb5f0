// SPDX-License-Identifier: GPL-2.0-only
/*
 * The admin mailbox: commands to the firmware of the endpoint, one at a time.
 *
 * The limits are wide since the endpoint may be a simulation: a command that takes microseconds on
 * a board takes tens of milliseconds there.
 */
#include <linux/iopoll.h>
#include <linux/module.h>

#include "svarig.h"

#define BOOT_LIMIT_US	 (30 * USEC_PER_SEC)
#define COMMAND_LIMIT_US (60 * USEC_PER_SEC)
#define POLL_US		 200

/* For tests: what a wait for the hardware does when that does not answer. */
static int fail_wait;
module_param(fail_wait, int, 0600);
MODULE_PARM_DESC(fail_wait, "the Nth wait for the firmware from now ends as if in vain (0: none)");

static bool wait_fails(void)
{
	int left = READ_ONCE(fail_wait);

	while (unlikely(left > 0))
		if (try_cmpxchg(&fail_wait, &left, left - 1))
			return left == 1;
	return false;
}

/* What a vanished function answers to every read. */
#define ALL_ONES 0xffffffffu

/**
 * svarig_wait_firmware() - wait until the firmware serves the mailbox
 *
 * Return: 0; -ENODEV if the function answers nothing; -EIO if the self-test failed or the firmware
 * trapped; -ETIMEDOUT.
 */
int svarig_wait_firmware(struct svarig_device *dev)
{
	struct device *d = &dev->pdev->dev;
	u32 status;
	int ret;

	ret = readl_poll_timeout(dev->admin + SVARIG_ADM_FW_STATUS, status,
				 status != SVARIG_FWS_RESET && status != SVARIG_FWS_BOOT, POLL_US,
				 BOOT_LIMIT_US);
	if (wait_fails())
		ret = -ETIMEDOUT;
	if (ret) {
		dev_err(d, "firmware does not come up (status %u)\n", status);
		return ret;
	}
	switch (status) {
	case SVARIG_FWS_READY:
		return 0;
	case SVARIG_FWS_SELFTEST_FAILED:
		dev_err(d, "firmware: an engine failed its self-test\n");
		return -EIO;
	case ALL_ONES:
		dev_err(d, "the function does not answer\n");
		return -ENODEV;
	default:
		dev_err(d, "firmware trapped: status %u, mcause %#x mepc %#x mtval %#x\n", status,
			readl(dev->admin + SVARIG_ADM_MB_RES0),
			readl(dev->admin + SVARIG_ADM_MB_RES0 + 4),
			readl(dev->admin + SVARIG_ADM_MB_RES0 + 8));
		return -EIO;
	}
}

static int admin_errno(u32 status)
{
	switch (status) {
	case SVARIG_AS_OK:
		return 0;
	case SVARIG_AS_BUSY:
		return -EBUSY;
	case SVARIG_AS_NOT_CREATED:
		return -ENOENT;
	case SVARIG_AS_TIMEOUT:
		return -ETIMEDOUT;
	case SVARIG_AS_SELFTEST:
		return -EIO;
	default:
		return -EINVAL;
	}
}

/**
 * svarig_admin() - run one admin command
 * @dev: device
 * @command: SVARIG_AC_*
 * @queue: hardware queue number, 0 where the command takes none
 * @args: argument words
 * @nargs: how many, at most SVARIG_MB_WORDS
 * @results: where the result words go, or NULL
 * @nresults: how many
 *
 * Sleeps. Return: 0 or the negative errno that stands for the firmware's SVARIG_AS_* code; -ENODEV
 * if the function is gone, -ETIMEDOUT also if the firmware never answers.
 */
int svarig_admin(struct svarig_device *dev, u32 command, u32 queue, const u32 *args, int nargs,
		 u32 *results, int nresults)
{
	u32 status;
	int i, ret;

	if (READ_ONCE(dev->dead))
		return -ENODEV;

	mutex_lock(&dev->mailbox);
	/* A command that timed out may still be running. */
	status = readl(dev->admin + SVARIG_ADM_MB_STATUS);
	if (status & SVARIG_MB_BUSY) {
		ret = status == ALL_ONES ? -ENODEV : -EBUSY;
		goto out;
	}
	for (i = 0; i < nargs; i++)
		writel(args[i], dev->admin + SVARIG_ADM_MB_ARG0 + 4 * i);
	writel(command | queue << 8, dev->admin + SVARIG_ADM_MB_CMD);

	ret = readl_poll_timeout(dev->admin + SVARIG_ADM_MB_STATUS, status,
				 !(status & SVARIG_MB_BUSY) || status == ALL_ONES, POLL_US,
				 COMMAND_LIMIT_US);
	if (wait_fails())
		ret = -ETIMEDOUT;
	if (status == ALL_ONES)
		ret = -ENODEV;
	if (ret) {
		dev_err(&dev->pdev->dev, "admin command %u on queue %u: no answer (%d)\n", command,
			queue, ret);
		goto out;
	}
	for (i = 0; i < nresults; i++)
		results[i] = readl(dev->admin + SVARIG_ADM_MB_RES0 + 4 * i);
	ret = admin_errno(status & 0xff);
	if (ret)
		dev_dbg(&dev->pdev->dev, "admin command %u on queue %u: status %u\n", command,
			queue, status & 0xff);
out:
	mutex_unlock(&dev->mailbox);
	return ret;
}
