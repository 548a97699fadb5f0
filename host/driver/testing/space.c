// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address spaces of the kernel's own behind PASIDs of the function: domains with tables, mapped and
 * unmapped through the IOMMU interface, and a queue in each whose every request carries the PASID.
 * Or one without PASID, with page faults, in place of the function's default domain.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <iommu-priv.h>

#include "kqueue.h"
#include "svarig_hw.h"
#include "test.h"

#define RING_LOG2 4
#define WAIT_S	  20

/* Where each space has its three pages. */
#define RING_IOVA 0x10000000ul /* submissions, in the second half completions */
#define SRC_IOVA  0x20000000ul
#define DST_IOVA  0x30000000ul

enum {
	PAGE_RING,
	PAGE_SRC,
	PAGE_DST,
	ORDER = 2,
};

struct space {
	struct pci_dev *pdev;
	struct iommu_domain *domain;
	struct page *block;
	struct svarig_kqueue *kq;
	bool with_faults;
	bool pasid_given; /* by the test, not allocated */
	struct svt_faults faults;
	ioasid_t pasid;
	ioasid_t attached; /* IOMMU_PASID_INVALID: to none */
	u32 jobs;
};

static struct space *spaces[SVT_SPACES];

static void *memory(struct space *s, unsigned int page)
{
	return page_address(s->block) + page * PAGE_SIZE;
}

static int map(struct space *s, unsigned long iova, unsigned int page)
{
	return iommu_map(s->domain, iova, page_to_phys(s->block) + page * PAGE_SIZE, PAGE_SIZE,
			 IOMMU_READ | IOMMU_WRITE, GFP_KERNEL);
}

static int attach(struct space *s, ioasid_t pasid)
{
	int ret;

	if (s->attached != IOMMU_PASID_INVALID)
		return -EALREADY;
	if (s->with_faults)
		ret = iommu_attach_group_handle(s->domain, s->pdev->dev.iommu_group,
						&s->faults.handle);
	else
		ret = iommu_attach_device_pasid(s->domain, &s->pdev->dev, pasid, NULL);
	if (!ret)
		s->attached = pasid;
	return ret;
}

/* What waits for an answer is refused when no more can come. */
static void detach(struct space *s)
{
	if (s->attached == IOMMU_PASID_INVALID)
		return;
	if (s->with_faults)
		iommu_detach_group_handle(s->domain, s->pdev->dev.iommu_group);
	else
		iommu_detach_device_pasid(s->domain, &s->pdev->dev, s->attached);
	s->attached = IOMMU_PASID_INVALID;
	svt_faults_answer(&s->faults, NULL, NULL);
}

static void space_free(struct space *s)
{
	/* A queue that waits for a page cannot be closed. */
	if (s->with_faults)
		detach(s);
	if (s->kq)
		svarig_kqueue_close(s->kq);
	detach(s);
	if (s->pasid != IOMMU_PASID_INVALID && !s->with_faults && !s->pasid_given)
		iommu_free_global_pasid(s->pasid);
	if (s->domain)
		iommu_domain_free(s->domain);
	if (s->block)
		__free_pages(s->block, ORDER);
	pci_dev_put(s->pdev);
	kfree(s);
}

static int begin(struct space *s)
{
	struct svarig_kqueue_setup setup = {
		.sq = RING_IOVA,
		.cq = RING_IOVA + PAGE_SIZE / 2,
		.sq_log2 = RING_LOG2,
		.cq_log2 = RING_LOG2,
	};
	struct iommu_domain *domain;
	int ret;

	s->block = alloc_pages(GFP_KERNEL | __GFP_ZERO, ORDER);
	if (!s->block)
		return -ENOMEM;
	domain = iommu_paging_domain_alloc(&s->pdev->dev);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	s->domain = domain;
	/* Before the first attach. */
	ret = map(s, RING_IOVA, PAGE_RING) ?: map(s, SRC_IOVA, PAGE_SRC);
	if (ret)
		return ret;
	if (s->with_faults)
		domain->iopf_handler = svt_fault_handler;
	if (s->with_faults)
		s->pasid = IOMMU_NO_PASID;
	else if (!s->pasid_given)
		s->pasid = iommu_alloc_global_pasid(&s->pdev->dev);
	if (s->pasid == IOMMU_PASID_INVALID)
		return -ENOSPC;
	ret = attach(s, s->pasid);
	if (!ret && !s->with_faults)
		ret = map(s, DST_IOVA, PAGE_DST);
	if (ret)
		return ret;
	setup.pasid = s->pasid;
	s->kq = svarig_kqueue_open(s->pdev, &setup);
	if (!IS_ERR(s->kq))
		return 0;
	ret = PTR_ERR(s->kq);
	s->kq = NULL;
	return ret;
}

static int open_space(struct pci_dev *pdev, const struct svt_space *in)
{
	struct space *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int ret;

	if (!s)
		return -ENOMEM;
	s->pdev = pci_dev_get(pdev);
	s->pasid_given = in->op == SVT_SPACE_OPEN_AT;
	s->pasid = s->pasid_given ? in->pasid : IOMMU_PASID_INVALID;
	s->attached = IOMMU_PASID_INVALID;
	s->with_faults = in->op == SVT_SPACE_OPEN_FAULTS;
	svt_faults_init(&s->faults);
	ret = begin(s);
	if (ret)
		space_free(s);
	else
		spaces[in->index] = s;
	return ret;
}

static int wait_for(struct space *s, struct svarig_cpl *c, u16 phase)
{
	unsigned long end = jiffies + WAIT_S * HZ;
	void __iomem *doorbell = svarig_kqueue_doorbell(s->kq);

	while ((READ_ONCE(c->phase) & 1) != phase) {
		if (readl(doorbell + SVARIG_DB_STATUS) & SVARIG_QSTAT_HALTED)
			return -EIO;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		usleep_range(50, 100);
	}
	/* The record after its phase. */
	dma_rmb();
	return 0;
}

static void start(struct space *s)
{
	u32 *src = memory(s, PAGE_SRC), *dst = memory(s, PAGE_DST);
	struct svarig_desc *d = memory(s, PAGE_RING);
	u32 i;

	for (i = 0; i < PAGE_SIZE / 4; i++)
		src[i] = (s->pasid << 20 ^ s->jobs) * 2654435761u + i * 2246822519u;
	memset(dst, 0, PAGE_SIZE);
	d[s->jobs % BIT(RING_LOG2)] = (struct svarig_desc){
		.opcode = SVARIG_OP_COPY,
		.len = PAGE_SIZE,
		.src = SRC_IOVA,
		.dst = DST_IOVA,
	};
	/* The device sees the descriptor before the doorbell. */
	dma_wmb();
	writel(s->jobs + 1, svarig_kqueue_doorbell(s->kq) + SVARIG_DB_SQ_TAIL);
}

static int finish(struct space *s, struct svt_space *out)
{
	struct svarig_cpl *c = memory(s, PAGE_RING) + PAGE_SIZE / 2;
	u32 *src = memory(s, PAGE_SRC), *dst = memory(s, PAGE_DST);
	u32 i;
	int ret;

	c += s->jobs % BIT(RING_LOG2);
	ret = wait_for(s, c, !(s->jobs >> RING_LOG2 & 1));
	if (ret)
		return ret;
	s->jobs++;
	writel(s->jobs, svarig_kqueue_doorbell(s->kq) + SVARIG_DB_CQ_HEAD);
	out->status = c->status;
	out->wrong = 0;
	for (i = 0; i < PAGE_SIZE / 4; i++)
		if (src[i] != dst[i])
			out->wrong += 4;
	return 0;
}

static int serve(void *data, u64 addr)
{
	struct space *s = data;

	if ((addr & PAGE_MASK) != DST_IOVA)
		return -EFAULT;
	return iommu_iova_to_phys(s->domain, DST_IOVA) ? 0 : map(s, DST_IOVA, PAGE_DST);
}

int svt_space(struct pci_dev *pdev, struct svt_space *out)
{
	ioasid_t pasid = out->pasid;
	struct space *s;
	int ret = 0;

	if (out->index >= SVT_SPACES)
		return -EINVAL;
	if ((out->op == SVT_SPACE_OPEN || out->op == SVT_SPACE_OPEN_FAULTS ||
	     out->op == SVT_SPACE_OPEN_AT) &&
	    !spaces[out->index]) {
		ret = open_space(pdev, out);
		if (ret)
			return ret;
	}
	s = spaces[out->index];
	if (!s)
		return -ENOENT;
	out->pasid = s->pasid;
	switch (out->op) {
	case SVT_SPACE_OPEN:
	case SVT_SPACE_OPEN_FAULTS:
	case SVT_SPACE_OPEN_AT:
		break;
	case SVT_SPACE_COPY:
		start(s);
		ret = finish(s, out);
		break;
	case SVT_SPACE_START:
		start(s);
		break;
	case SVT_SPACE_WAIT:
		ret = finish(s, out);
		break;
	case SVT_SPACE_FAULTS:
		out->status = svt_faults_waiting(&s->faults);
		break;
	case SVT_SPACE_ANSWER:
		svt_faults_answer(&s->faults, serve, s);
		break;
	case SVT_SPACE_UNMAP:
		ret = iommu_unmap(s->domain, SRC_IOVA, PAGE_SIZE) == PAGE_SIZE ? 0 : -ENOENT;
		break;
	case SVT_SPACE_MAP:
		ret = map(s, SRC_IOVA, PAGE_SRC);
		break;
	case SVT_SPACE_DETACH:
		detach(s);
		break;
	case SVT_SPACE_ATTACH:
		ret = attach(s, pasid == ~0u ? s->pasid : pasid);
		break;
	case SVT_SPACE_CLOSE:
		spaces[out->index] = NULL;
		space_free(s);
		break;
	default:
		ret = -EINVAL;
		break;
	}
	return ret;
}

void svt_spaces_close(void)
{
	u32 i;

	for (i = 0; i < SVT_SPACES; i++) {
		if (spaces[i])
			space_free(spaces[i]);
		spaces[i] = NULL;
	}
}
