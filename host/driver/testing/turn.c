// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turning the domain of a function's requests without PASID, while its driver goes on. The IOMMU
 * core lets a module do so with domains of its own, and offers the static ones through the driver's
 * operations.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/sched/signal.h>

#include "test.h"

static void dwell(u32 us)
{
	if (us)
		fsleep(get_random_u32_below(us) + 1);
}

/* From now on the Nth allocation of the calling process fails; 0: none does. */
static void fail_allocation(u32 n)
{
#ifdef CONFIG_FAULT_INJECTION
	WRITE_ONCE(current->fail_nth, n);
#endif
}

/* Whether that has happened, if it was to; ends it. */
static bool allocation_failed(u32 n)
{
	bool failed = false;

#ifdef CONFIG_FAULT_INJECTION
	failed = n && !READ_ONCE(current->fail_nth);
#endif
	fail_allocation(0);
	return failed;
}

static int turns(struct iommu_group *group, struct iommu_domain *domain, struct svt_turn *turn)
{
	ktime_t begin = ktime_get();
	int ret = 0;

	for (turn->done = 0; turn->done < turn->turns; turn->done++) {
		if (fatal_signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		cond_resched();
		ret = iommu_attach_group(domain, group);
		if (!turn->done)
			turn->failed = allocation_failed(turn->fail);
		if (ret)
			break;
		dwell(turn->dwell_us);
		/* The way back has no right to fail. */
		fail_allocation(turn->fail_back);
		iommu_detach_group(domain, group);
		turn->failed |= allocation_failed(turn->fail_back);
		dwell(turn->dwell_us);
	}
	turn->ns = ktime_to_ns(ktime_sub(ktime_get(), begin));
	return ret;
}

/*
 * A static domain as the core wants one that a module attaches: it asks whose it is. The driver
 * asks nothing.
 */
static int static_turns(struct iommu_group *group, const struct iommu_ops *ops,
			const struct iommu_domain *model, struct svt_turn *turn)
{
	struct iommu_domain domain;

	if (!model)
		return -EOPNOTSUPP;
	domain = *model;
	domain.owner = ops;
	return turns(group, &domain, turn);
}

static int paging_turns(struct iommu_group *group, struct device *dev, struct svt_turn *turn)
{
	struct iommu_domain *domain = iommu_paging_domain_alloc(dev);
	int ret;

	if (IS_ERR(domain))
		return PTR_ERR(domain);
	ret = svt_stream_map(domain) ?: turns(group, domain, turn);
	iommu_domain_free(domain);
	return ret;
}

int svt_turn(struct pci_dev *pdev, struct svt_turn *turn)
{
	struct iommu_group *group = iommu_group_get(&pdev->dev);
	const struct iommu_ops *ops;
	int ret;

	if (!group)
		return -ENODEV;
	ops = pdev->dev.iommu->iommu_dev->ops;
	turn->failed = 0;
	fail_allocation(turn->fail);
	switch (turn->kind) {
	case SVT_TURN_IDENTITY:
		ret = static_turns(group, ops, ops->identity_domain, turn);
		break;
	case SVT_TURN_BLOCKED:
		ret = static_turns(group, ops, ops->blocked_domain, turn);
		break;
	case SVT_TURN_PAGING:
		ret = paging_turns(group, &pdev->dev, turn);
		break;
	default:
		ret = -EINVAL;
		break;
	}
	/* Before the first attach already. */
	if (ret && !turn->failed)
		turn->failed = allocation_failed(turn->fail);
	iommu_group_put(group);
	return ret;
}
