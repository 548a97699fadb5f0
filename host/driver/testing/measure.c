// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that the kernel takes for one piece of work of an IOMMU driver, as the CPU counts
 * them: each piece is repeated, least and median are told. Interrupts are counted, too, where they
 * hit; the least has none.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/perf_event.h>
#include <linux/sort.h>

#include "svarig_hw.h"
#include "test.h"

#define MAX_ROUNDS 256
#define IOVA	   0x100000000ull
/* Above what the kernel hands out to processes. */
#define FIRST_PASID   0x8000
#define MAX_FUNCTIONS 16

struct work {
	struct svt_measure *m;
	struct pci_dev *pdev;
	struct pci_dev *functions[MAX_FUNCTIONS];
	u32 num_functions;
	struct iommu_domain *domain;
	struct page *page;
	unsigned long addr;
	int (*prepare)(struct work *w); /* before each round, not counted */
	int (*run)(struct work *w);
};

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int nothing(struct work *w)
{
	return 0;
}

static int rounds(struct work *w, u64 *counts)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.size = sizeof(attr),
		.pinned = 1,
		.exclude_user = 1,
	};
	u64 enabled, running, begin;
	struct perf_event *event;
	int ret = 0;
	u32 i;

	event = perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
	if (IS_ERR(event))
		return PTR_ERR(event);
	for (i = 0; i < w->m->rounds && !ret; i++) {
		cond_resched();
		ret = w->prepare(w);
		if (ret)
			break;
		begin = perf_event_read_value(event, &enabled, &running);
		ret = w->run(w);
		counts[i] = perf_event_read_value(event, &enabled, &running) - begin;
	}
	perf_event_release_kernel(event);
	sort(counts, i, sizeof(*counts), compare, NULL);
	return ret;
}

static int measure(struct work *w)
{
	struct work none = {.m = w->m, .prepare = nothing, .run = nothing};
	u64 *counts = kcalloc(MAX_ROUNDS, sizeof(*counts), GFP_KERNEL);
	u64 overhead;
	int ret;

	if (!counts)
		return -ENOMEM;
	ret = rounds(&none, counts);
	overhead = counts[0];
	if (!ret)
		ret = rounds(w, counts);
	w->m->least = counts[0] - overhead;
	w->m->median = counts[w->m->rounds / 2] - overhead;
	kfree(counts);
	return ret;
}

/* A bond made and undone. */

static int bind_unbind(struct work *w)
{
	struct iommu_sva *bond = iommu_sva_bind_device(&w->pdev->dev, current->mm);

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	iommu_sva_unbind_device(bond);
	return 0;
}

/* Memory of a bound process unmapped. */

static int map_memory(struct work *w)
{
	w->addr = vm_mmap(NULL, 0, w->m->bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, 0);
	return IS_ERR_VALUE(w->addr) ? (int)w->addr : 0;
}

static int unmap_memory(struct work *w)
{
	return vm_munmap(w->addr, w->m->bytes);
}

static int munmap_bound(struct work *w)
{
	struct iommu_sva *bonds[MAX_FUNCTIONS];
	u32 n = 0;
	int ret = 0;

	while (!ret && n < w->num_functions) {
		bonds[n] = iommu_sva_bind_device(&w->functions[n]->dev, current->mm);
		ret = PTR_ERR_OR_ZERO(bonds[n]);
		n += !ret;
	}
	if (!ret)
		ret = measure(w);
	while (n--)
		iommu_sva_unbind_device(bonds[n]);
	return ret;
}

/* A domain with many attachments. */

static int map_domain(struct work *w)
{
	int ret;

	/* Page by page, so that no block takes their place. */
	for (u64 at = 0; at < w->m->bytes; at += PAGE_SIZE) {
		ret = iommu_map(w->domain, IOVA + at, page_to_phys(w->page), PAGE_SIZE, IOMMU_READ,
				GFP_KERNEL);
		if (ret)
			return ret;
	}
	return 0;
}

static int unmap_domain(struct work *w)
{
	return iommu_unmap(w->domain, IOVA, w->m->bytes) == w->m->bytes ? 0 : -EIO;
}

static struct device *device_of(struct work *w, u32 attachment)
{
	return &w->functions[attachment % w->num_functions]->dev;
}

static int unmap_attached(struct work *w)
{
	u32 n = 0;
	int ret;

	w->domain = iommu_paging_domain_alloc(&w->pdev->dev);
	if (IS_ERR(w->domain))
		return PTR_ERR(w->domain);
	w->page = alloc_page(GFP_KERNEL);
	ret = w->page ? 0 : -ENOMEM;
	while (!ret && n < w->m->attachments) {
		ret = iommu_attach_device_pasid(w->domain, device_of(w, n), FIRST_PASID + n, NULL);
		n += !ret;
	}
	if (!ret)
		ret = measure(w);
	while (n--)
		iommu_detach_device_pasid(w->domain, device_of(w, n), FIRST_PASID + n);
	iommu_domain_free(w->domain);
	if (w->page)
		__free_page(w->page);
	return ret;
}

/* What a virtio device's driver does for each buffer. */

static int dma_map_unmap(struct work *w)
{
	dma_addr_t dma = dma_map_page(&w->pdev->dev, w->page, 0, w->m->bytes, DMA_FROM_DEVICE);

	if (dma_mapping_error(&w->pdev->dev, dma))
		return -ENOMEM;
	dma_unmap_page(&w->pdev->dev, dma, w->m->bytes, DMA_FROM_DEVICE);
	return 0;
}

static int dma_buffers(struct work *w)
{
	u32 order = get_order(w->m->bytes);
	int ret;

	w->page = alloc_pages(GFP_KERNEL, order);
	if (!w->page)
		return -ENOMEM;
	ret = measure(w);
	__free_pages(w->page, order);
	return ret;
}

static int find_functions(struct work *w)
{
	const u32 wanted = w->m->functions ?: 1;
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (w->num_functions < wanted && pdev->vendor == SVARIG_PCI_VENDOR &&
		    (pdev->device == SVARIG_PCI_DEVICE || pdev->device == SVARIG_PCI_VF_DEVICE))
			w->functions[w->num_functions++] = pci_dev_get(pdev);
	return w->num_functions == wanted ? 0 : -ENODEV;
}

static int of_functions(struct work *w, int (*work)(struct work *w))
{
	int ret = find_functions(w);

	if (!ret)
		ret = work(w);
	while (w->num_functions)
		pci_dev_put(w->functions[--w->num_functions]);
	return ret;
}

int svt_measure(struct pci_dev *pdev, struct svt_measure *m)
{
	struct work w = {.m = m, .pdev = pdev, .prepare = nothing};
	int ret;

	if (!m->rounds || m->rounds > MAX_ROUNDS || m->bytes % PAGE_SIZE || m->bytes > SZ_4M ||
	    m->attachments > FIRST_PASID || m->functions > MAX_FUNCTIONS || m->rsvd)
		return -EINVAL;
	switch (m->kind) {
	case SVT_MEASURE_BIND:
		w.run = bind_unbind;
		return measure(&w);
	case SVT_MEASURE_MUNMAP:
		w.prepare = map_memory;
		w.run = unmap_memory;
		return of_functions(&w, munmap_bound);
	case SVT_MEASURE_UNMAP:
		w.prepare = map_domain;
		w.run = unmap_domain;
		return of_functions(&w, unmap_attached);
	case SVT_MEASURE_DMA:
		w.pdev = pci_get_device(SVT_SHARE_VENDOR, SVT_SHARE_DEVICE, NULL);
		if (!w.pdev)
			return -ENODEV;
		w.run = dma_map_unmap;
		ret = dma_buffers(&w);
		pci_dev_put(w.pdev);
		return ret;
	default:
		return -EINVAL;
	}
}
