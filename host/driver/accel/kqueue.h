/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queues of the kernel's own. Without a PASID, rings and buffers are DMA addresses of the function;
 * with one, addresses of the domain that the caller has attached to it.
 *
 * For other modules: import the namespace SVARIG. The caller closes its queue before the driver is
 * unbound from the function.
 */
#ifndef SVARIG_KQUEUE_H
#define SVARIG_KQUEUE_H

#include <linux/pci.h>
#include <linux/types.h>

struct svarig_kqueue;

/**
 * struct svarig_kqueue_setup - what svarig_kqueue_open() wants to know
 * @sq, @cq: DMA addresses of the rings, aligned to SVARIG_RING_ALIGN
 * @sq_log2, @cq_log2: their entries
 * @pasid: what the queue's requests carry; 0 (IOMMU_NO_PASID): none
 * @notify: called in interrupt context after an interrupt that SVARIG_DB_ARM asked for; may be NULL
 * @data: for @notify
 */
struct svarig_kqueue_setup {
	dma_addr_t sq;
	dma_addr_t cq;
	u8 sq_log2;
	u8 cq_log2;
	u32 pasid;
	void (*notify)(void *data);
	void *data;
};

struct svarig_kqueue *svarig_kqueue_open(struct pci_dev *pdev,
					 const struct svarig_kqueue_setup *setup);
/* Nothing of the queue is outstanding afterwards, and @notify is not called any more. */
void svarig_kqueue_close(struct svarig_kqueue *kq);
/* The queue's doorbell page, see SVARIG_DB_*. */
void __iomem *svarig_kqueue_doorbell(struct svarig_kqueue *kq);
/* The MSI-X vector that tells of the queue, as pci_irq_vector() counts. */
int svarig_kqueue_vector(struct svarig_kqueue *kq);

#endif
