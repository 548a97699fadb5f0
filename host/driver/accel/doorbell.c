// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mapping of a queue's doorbell page, which outlives the device.
 *
 * When the function goes away uacce unmaps the page from the process. A process that then touches
 * it must not die of SIGBUS: it reads all ones from a page of its own (as a vanished function would
 * answer) and what it writes goes nowhere.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "svarig.h"

/**
 * struct doorbell_map - one mapping
 * @ops: what the VMA calls: uacce's, with a fault handler
 * @uacce_close: uacce's close
 * @stand_in: takes the place of the doorbell page once that is gone
 */
struct doorbell_map {
	struct vm_operations_struct ops;
	void (*uacce_close)(struct vm_area_struct *vma);
	struct page *stand_in;
};

static struct doorbell_map *to_map(struct vm_area_struct *vma)
{
	return container_of(vma->vm_ops, struct doorbell_map, ops);
}

/* The page was populated by mmap, so a fault means that it has been taken away. */
static vm_fault_t doorbell_fault(struct vm_fault *vmf)
{
	struct page *page = to_map(vmf->vma)->stand_in;

	return vmf_insert_pfn_prot(vmf->vma, vmf->address, page_to_pfn(page),
				   vm_get_page_prot(vmf->vma->vm_flags));
}

static void doorbell_close(struct vm_area_struct *vma)
{
	struct doorbell_map *map = to_map(vma);

	map->uacce_close(vma);
	__free_page(map->stand_in);
	kfree(map);
	module_put(THIS_MODULE);
}

/**
 * svarig_map_doorbell() - map one doorbell page into a process
 * @vma: from uacce's mmap: vm_ops and vm_private_data are uacce's already
 * @page: physical address of the doorbell page
 *
 * The mapping holds the module. Return: 0 or a negative errno, with @vma as it was.
 */
int svarig_map_doorbell(struct vm_area_struct *vma, phys_addr_t page)
{
	struct doorbell_map *map;
	int ret = -ENOMEM;

	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map->stand_in = alloc_page(GFP_KERNEL);
	if (!map->stand_in)
		goto err_map;
	memset(page_address(map->stand_in), 0xff, PAGE_SIZE);

	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTDUMP);
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	ret = io_remap_pfn_range(vma, vma->vm_start, page >> PAGE_SHIFT, PAGE_SIZE,
				 vma->vm_page_prot);
	if (ret)
		goto err_page;

	__module_get(THIS_MODULE);
	map->ops = *vma->vm_ops;
	map->uacce_close = vma->vm_ops->close;
	map->ops.close = doorbell_close;
	map->ops.fault = doorbell_fault;
	vma->vm_ops = &map->ops;
	return 0;

err_page:
	__free_page(map->stand_in);
err_map:
	kfree(map);
	return ret;
}
