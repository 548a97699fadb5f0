// SPDX-License-Identifier: GPL-2.0-only
/*
 * A stream of copy jobs on a queue without PASID: DMA that the domain of the function's requests
 * without PASID decides about. SLOTS jobs are under way at any time.
 *
 * All of its memory has device address = physical address, in the function's default domain through
 * a mapping of ours, without translation by itself. So it goes on whatever the domain turns to, and
 * so do its interrupts, whose message address is rewritten accordingly. The exception is a canary
 * stream: what it writes has, in the default domain, the addresses of other memory, so that
 * a single write that passed untranslated would be seen there.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/msi.h>
#include <linux/slab.h>

#include "kqueue.h"
#include "svarig_hw.h"
#include "test.h"

#define RING_LOG2 6
#define SLOTS	  8
#define JOB_BYTES PAGE_SIZE

#define STUCK_S 20

/* Pages of the block that device and driver share. */
enum {
	PAGE_SQ = 0,
	PAGE_CQ = 1,
	PAGE_SRC = 2,
	PAGE_DST = PAGE_SRC + SLOTS,
	PAGES = PAGE_DST + SLOTS,
	ORDER = 5,
};

struct stream {
	struct pci_dev *pdev;
	u32 flags;
	struct iommu_domain *domain; /* the default one, to which we have added mappings */
	struct page *block;
	struct page *sink; /* where writes of a canary stream go in the default domain */
	struct svarig_kqueue *kq;
	struct task_struct *thread;
	struct completion irq;
	u32 tail, head; /* counts of jobs submitted and completed since the queue was opened */
	u32 seed;
	u32 slot_seed[SLOTS];

	int msi_irq;
	struct msi_msg msi_saved;
	dma_addr_t msi_page; /* mapped by us; 0: none */

	struct svt_stream_result result;
};

static struct stream *the_stream;

static phys_addr_t address(struct stream *s, unsigned int page)
{
	return page_to_phys(s->block) + page * PAGE_SIZE;
}

static void *memory(struct stream *s, unsigned int page)
{
	return page_address(s->block) + page * PAGE_SIZE;
}

/* What a job of this slot writes, as the CPU finds it. */
static void *written(struct stream *s, unsigned int slot)
{
	if (s->flags & SVT_STREAM_CANARY)
		return page_address(s->sink) + slot * PAGE_SIZE;
	return memory(s, PAGE_DST + slot);
}

static u32 word(u32 seed, u32 i)
{
	return seed * 2654435761u + i * 2246822519u;
}

static void submit(struct stream *s)
{
	unsigned int slot = s->tail % SLOTS;
	struct svarig_desc *d = (struct svarig_desc *)memory(s, PAGE_SQ) + s->tail % BIT(RING_LOG2);
	u32 *src = memory(s, PAGE_SRC + slot);
	u32 i;

	s->slot_seed[slot] = ++s->seed;
	for (i = 0; i < JOB_BYTES / 4; i++)
		src[i] = word(s->seed, i);
	memset(written(s, slot), 0, JOB_BYTES);
	*d = (struct svarig_desc){
		.opcode = SVARIG_OP_COPY,
		.len = JOB_BYTES,
		.src = address(s, PAGE_SRC + slot),
		.dst = address(s, PAGE_DST + slot),
		.cookie = s->tail,
	};
	s->tail++;
	/* The device sees the descriptor before the doorbell. */
	dma_wmb();
	writel(s->tail, svarig_kqueue_doorbell(s->kq) + SVARIG_DB_SQ_TAIL);
}

static bool completed(struct stream *s)
{
	struct svarig_cpl *c = (struct svarig_cpl *)memory(s, PAGE_CQ) + s->head % BIT(RING_LOG2);
	u16 phase = !(s->head >> RING_LOG2 & 1);

	return (READ_ONCE(c->phase) & 1) == phase;
}

static void check(struct stream *s)
{
	struct svarig_cpl *c = (struct svarig_cpl *)memory(s, PAGE_CQ) + s->head % BIT(RING_LOG2);
	unsigned int slot = s->head % SLOTS;
	u32 *got = written(s, slot);
	u32 i, wrong = 0;

	/* The record after its phase. */
	dma_rmb();
	if (c->status != SVARIG_ST_OK) {
		s->result.failed++;
		s->result.last_status = c->status;
	} else {
		for (i = 0; i < JOB_BYTES / 4; i++)
			if (got[i] != word(s->slot_seed[slot], i))
				wrong += 4;
		/* Writes are posted: cut off, they are lost without the device knowing. */
		if (wrong && s->flags & SVT_STREAM_LOSSY)
			s->result.failed++;
		else
			s->result.jobs++;
		if (!(s->flags & SVT_STREAM_LOSSY))
			s->result.wrong += wrong;
	}
	s->head++;
	writel(s->head, svarig_kqueue_doorbell(s->kq) + SVARIG_DB_CQ_HEAD);
}

static void on_irq(void *data)
{
	struct stream *s = data;

	complete(&s->irq);
}

static int open_queue(struct stream *s)
{
	const struct svarig_kqueue_setup setup = {
		.sq = address(s, PAGE_SQ),
		.cq = address(s, PAGE_CQ),
		.sq_log2 = RING_LOG2,
		.cq_log2 = RING_LOG2,
		.notify = on_irq,
		.data = s,
	};

	memset(memory(s, PAGE_CQ), 0, PAGE_SIZE);
	s->head = 0;
	s->tail = 0;
	s->kq = svarig_kqueue_open(s->pdev, &setup);
	if (!IS_ERR(s->kq))
		return 0;
	return PTR_ERR(s->kq);
}

/*
 * The device counts a record that nobody has: its write was posted into the cut. The read's answer
 * comes behind every write before it.
 */
static bool record_lost(struct stream *s)
{
	return s->flags & SVT_STREAM_LOSSY &&
	       readl(svarig_kqueue_doorbell(s->kq) + SVARIG_DB_CQ_TAIL) != s->head && !completed(s);
}

static bool halted(struct stream *s)
{
	return readl(svarig_kqueue_doorbell(s->kq) + SVARIG_DB_STATUS) & SVARIG_QSTAT_HALTED;
}

/* Waits until the job at the head is done, one way or the other. */
static bool wait_for_job(struct stream *s)
{
	unsigned long end = jiffies + STUCK_S * HZ;

	if (s->flags & SVT_STREAM_IRQ && s->head & 1) {
		reinit_completion(&s->irq);
		writel(s->head, svarig_kqueue_doorbell(s->kq) + SVARIG_DB_ARM);
		if (wait_for_completion_timeout(&s->irq, STUCK_S * HZ))
			s->result.irqs++;
		else
			s->result.irqs_lost += completed(s);
	}
	while (!completed(s)) {
		if (kthread_should_stop() || time_after(jiffies, end) || halted(s) ||
		    record_lost(s))
			return completed(s);
		usleep_range(50, 100);
	}
	return true;
}

/* A queue whose rings were out of reach: with the domain back it can be had anew. */
static bool restart(struct stream *s)
{
	if (!(s->flags & SVT_STREAM_LOSSY))
		return false;
	svarig_kqueue_close(s->kq);
	s->result.restarts++;
	if (!open_queue(s))
		return true;
	s->kq = NULL;
	return false;
}

static int run(void *data)
{
	struct stream *s = data;

	while (!kthread_should_stop()) {
		while (s->tail - s->head < SLOTS)
			submit(s);
		if (wait_for_job(s)) {
			check(s);
		} else if (!kthread_should_stop() && !restart(s)) {
			s->result.stuck = 1;
			break;
		}
	}
	/* kthread_stop() needs somebody to stop. */
	while (!kthread_should_stop())
		msleep(20);
	return 0;
}

/* What has no business there: anything but zeroes where a canary stream writes untranslated. */
static void look_at_canary(struct stream *s)
{
	const u8 *canary = memory(s, PAGE_DST);
	u32 i;

	if (!(s->flags & SVT_STREAM_CANARY))
		return;
	for (i = 0; i < SLOTS * PAGE_SIZE; i++)
		s->result.leaked += canary[i] != 0;
}

static int map(struct iommu_domain *domain, phys_addr_t iova, phys_addr_t to, size_t bytes)
{
	/* Not one of the addresses that the DMA interface has handed out. */
	if (iommu_iova_to_phys(domain, iova))
		return -EADDRINUSE;
	return iommu_map(domain, iova, to, bytes, IOMMU_READ | IOMMU_WRITE, GFP_KERNEL);
}

static int map_memory(struct stream *s)
{
	phys_addr_t dst = address(s, PAGE_DST);
	bool canary = s->flags & SVT_STREAM_CANARY;
	int ret;

	ret = map(s->domain, address(s, 0), address(s, 0), PAGE_DST * PAGE_SIZE);
	if (ret)
		return ret;
	ret = map(s->domain, dst, canary ? page_to_phys(s->sink) : dst, SLOTS * PAGE_SIZE);
	if (ret)
		iommu_unmap(s->domain, address(s, 0), PAGE_DST * PAGE_SIZE);
	return ret;
}

/* The address of the message, so far one of the default domain, becomes good without translation.
 */
static int redirect_msi(struct stream *s)
{
	struct msi_msg msg;
	phys_addr_t phys;
	int ret;

	s->msi_irq = pci_irq_vector(s->pdev, svarig_kqueue_vector(s->kq));
	get_cached_msi_msg(s->msi_irq, &s->msi_saved);
	msg = s->msi_saved;
	phys = iommu_iova_to_phys(s->domain, (u64)msg.address_hi << 32 | msg.address_lo);
	if (!phys)
		return -EINVAL;
	s->msi_page = phys & PAGE_MASK;
	ret = iommu_map(s->domain, s->msi_page, s->msi_page, PAGE_SIZE, IOMMU_WRITE | IOMMU_MMIO,
			GFP_KERNEL);
	if (ret) {
		s->msi_page = 0;
		return ret;
	}
	msg.address_hi = upper_32_bits(phys);
	msg.address_lo = lower_32_bits(phys);
	pci_write_msi_msg(s->msi_irq, &msg);
	return 0;
}

static void stream_free(struct stream *s)
{
	if (s->msi_page) {
		pci_write_msi_msg(s->msi_irq, &s->msi_saved);
		iommu_unmap(s->domain, s->msi_page, PAGE_SIZE);
	}
	if (s->domain)
		iommu_unmap(s->domain, address(s, 0), PAGES * PAGE_SIZE);
	if (s->block)
		__free_pages(s->block, ORDER);
	if (s->sink)
		__free_pages(s->sink, ORDER);
	pci_dev_put(s->pdev);
	kfree(s);
}

static int begin(struct stream *s)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&s->pdev->dev);
	int ret;

	BUILD_BUG_ON(BIT(ORDER) < PAGES);
	if (!domain || !(domain->type & __IOMMU_DOMAIN_PAGING))
		return -EOPNOTSUPP;
	s->block = alloc_pages(GFP_KERNEL | __GFP_ZERO, ORDER);
	s->sink = alloc_pages(GFP_KERNEL | __GFP_ZERO, ORDER);
	if (!s->block || !s->sink)
		return -ENOMEM;
	s->domain = domain;
	ret = map_memory(s);
	if (ret) {
		s->domain = NULL;
		return ret;
	}
	ret = open_queue(s);
	if (ret)
		return ret;
	if (s->flags & SVT_STREAM_IRQ)
		ret = redirect_msi(s);
	if (!ret) {
		s->thread = kthread_run(run, s, "svarig-stream");
		ret = PTR_ERR_OR_ZERO(s->thread);
	}
	if (ret)
		svarig_kqueue_close(s->kq);
	return ret;
}

int svt_stream_start(struct pci_dev *pdev, u32 flags)
{
	struct stream *s;
	int ret;

	if (the_stream)
		return -EBUSY;
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	s->pdev = pci_dev_get(pdev);
	s->flags = flags;
	init_completion(&s->irq);
	ret = begin(s);
	if (ret)
		stream_free(s);
	else
		the_stream = s;
	return ret;
}

int svt_stream_look(struct svt_stream_result *result)
{
	if (!the_stream)
		return -EINVAL;
	*result = the_stream->result;
	return 0;
}

int svt_stream_stop(struct svt_stream_result *result)
{
	struct stream *s = the_stream;

	if (!s)
		return -EINVAL;
	kthread_stop(s->thread);
	if (s->kq)
		svarig_kqueue_close(s->kq);
	look_at_canary(s);
	*result = s->result;
	the_stream = NULL;
	stream_free(s);
	return 0;
}

/* Other vectors' messages have the address that the default domain maps for them. */
static int map_messages(struct stream *s, struct iommu_domain *domain)
{
	u64 iova = (u64)s->msi_saved.address_hi << 32 | s->msi_saved.address_lo;

	return map(domain, s->msi_page, s->msi_page, PAGE_SIZE)
		       ?: map(domain, iova & PAGE_MASK, s->msi_page, PAGE_SIZE);
}

int svt_stream_map(struct iommu_domain *domain)
{
	struct stream *s = the_stream;
	int ret;

	if (!s)
		return -EINVAL;
	ret = s->msi_page ? map_messages(s, domain) : 0;
	return ret ?: map(domain, address(s, 0), address(s, 0), PAGES * PAGE_SIZE);
}
