// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory whose page faults sleep as long as a test wants, as a fault on a network file system may.
 */
#include <linux/mm.h>
#include <linux/wait.h>

#include "test.h"

static DECLARE_WAIT_QUEUE_HEAD(wait);
static bool held;
static atomic_t asleep;

static vm_fault_t hold_fault(struct vm_fault *vmf)
{
	struct page *page = alloc_page(GFP_KERNEL);
	u32 *words;
	u32 i;

	if (!page)
		return VM_FAULT_OOM;
	words = page_address(page);
	for (i = 0; i < PAGE_SIZE / 4; i++)
		words[i] = vmf->pgoff << PAGE_SHIFT | i * 4;

	/* Not to be interrupted: the device's fault has no process to be killed. */
	atomic_inc(&asleep);
	wait_event(wait, !READ_ONCE(held));
	atomic_dec(&asleep);
	/* The reference goes to the mapping. */
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct hold_ops = {
	.fault = hold_fault,
};

int svt_hold_mmap(struct vm_area_struct *vma)
{
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	vma->vm_ops = &hold_ops;
	return 0;
}

void svt_hold(bool hold)
{
	WRITE_ONCE(held, hold);
	wake_up_all(&wait);
}

int svt_held(void)
{
	return atomic_read(&asleep);
}
