// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page faults of a device that a test answers when it likes: the handler of a domain only keeps
 * the groups.
 */
#include <linux/slab.h>

#include "test.h"

void svt_faults_init(struct svt_faults *f)
{
	INIT_LIST_HEAD(&f->groups);
	spin_lock_init(&f->lock);
}

int svt_fault_handler(struct iopf_group *group)
{
	struct svt_faults *f = container_of(group->attach_handle, struct svt_faults, handle);

	spin_lock(&f->lock);
	list_add_tail(&group->node, &f->groups);
	spin_unlock(&f->lock);
	return 0;
}

u32 svt_faults_waiting(struct svt_faults *f)
{
	u32 n;

	spin_lock(&f->lock);
	n = list_count_nodes(&f->groups);
	spin_unlock(&f->lock);
	return n;
}

static struct iopf_group *take(struct svt_faults *f)
{
	struct iopf_group *group;

	spin_lock(&f->lock);
	group = list_first_entry_or_null(&f->groups, struct iopf_group, node);
	if (group)
		list_del(&group->node);
	spin_unlock(&f->lock);
	return group;
}

void svt_faults_answer(struct svt_faults *f, int (*serve)(void *data, u64 addr), void *data)
{
	struct iopf_group *group;
	struct iopf_fault *fault;

	while ((group = take(f))) {
		enum iommu_page_response_code code = IOMMU_PAGE_RESP_SUCCESS;

		list_for_each_entry(fault, &group->faults, list)
			if (!serve || serve(data, fault->fault.prm.addr))
				code = IOMMU_PAGE_RESP_INVALID;
		iopf_group_response(group, code);
		iopf_free_group(group);
	}
}
