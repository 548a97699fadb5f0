// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the SMMU would fetch for a function: its stream table entry and its context descriptors,
 * found the way the SMMU finds them, from the registers on (IHI 0070 3.3, 5.1 to 5.4). Nothing of
 * the driver's own is asked.
 */
#include <linux/bitfield.h>
#include <linux/crc32.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/kthread.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "test.h"

#define STRTAB_BASE	 0x80
#define STRTAB_BASE_CFG	 0x88
#define STRTAB_CFG_FMT	 GENMASK(17, 16)
#define STRTAB_CFG_SPLIT GENMASK(10, 6)
#define TABLE_ADDR	 GENMASK_ULL(51, 6)
#define L1STD_SPAN	 GENMASK_ULL(4, 0)
#define STE0_V		 BIT_ULL(0)
#define STE0_CONFIG	 GENMASK_ULL(3, 1)
#define STE_BYPASS	 4
#define STE_STAGE1	 5
#define STE1_S1DSS	 GENMASK_ULL(1, 0)
#define S1DSS_BYPASS	 1
#define STE0_S1FMT	 GENMASK_ULL(5, 4)
#define STE0_S1CTXPTR	 GENMASK_ULL(51, 6)
#define STE0_S1CDMAX	 GENMASK_ULL(63, 59)
#define L1CD_V		 BIT_ULL(0)
#define L1CD_L2PTR	 GENMASK_ULL(51, 12)
#define CD0_V		 BIT_ULL(31)
#define CD0_ASID	 GENMASK_ULL(63, 48)
#define CD1_TTB0	 GENMASK_ULL(51, 4)
#define ENTRY_QWORDS	 8
#define CDS_PER_64K	 1024u
#define CDS_PER_4K	 64u

/* The tables are in ordinary memory, which the SMMU sees as the CPUs do. */
static const __le64 *at(u64 pa)
{
	return phys_to_virt(pa);
}

static const __le64 *find_ste(void __iomem *regs, u32 sid)
{
	u64 base = readq(regs + STRTAB_BASE) & TABLE_ADDR;
	u32 cfg = readl(regs + STRTAB_BASE_CFG);
	u32 split = FIELD_GET(STRTAB_CFG_SPLIT, cfg);
	u64 l1;

	if (!FIELD_GET(STRTAB_CFG_FMT, cfg))
		return at(base) + sid * ENTRY_QWORDS;
	l1 = le64_to_cpu(at(base)[sid >> split]);
	if (!(l1 & L1STD_SPAN))
		return NULL;
	return at(l1 & TABLE_ADDR) + (sid & (BIT(split) - 1)) * ENTRY_QWORDS;
}

/* What a CD has of its domain's own. */
struct domains {
	u32 num;
	u64 asid[64], ttb[64];
};

static u32 different(const u64 *v, u32 num)
{
	u32 count = 0, i, k;

	for (i = 0; i < num; i++) {
		for (k = 0; k < i && v[k] != v[i]; k++)
			;
		count += k == i;
	}
	return count;
}

static void look_at_cds(const __le64 *cds, u32 first, u32 num, struct svt_tables *out,
			struct domains *d)
{
	u32 i;

	for (i = 0; i < num; i++, cds += ENTRY_QWORDS) {
		u32 pasid = first + i;

		if (!(le64_to_cpu(*cds) & CD0_V))
			continue;
		out->cds++;
		if (d->num < ARRAY_SIZE(d->asid)) {
			d->asid[d->num] = FIELD_GET(CD0_ASID, le64_to_cpu(cds[0]));
			d->ttb[d->num++] = FIELD_GET(CD1_TTB0, le64_to_cpu(cds[1]));
		}
		out->crc = crc32_le(out->crc, (u8 *)&pasid, sizeof(pasid));
		out->crc = crc32_le(out->crc, (const u8 *)cds, ENTRY_QWORDS * sizeof(*cds));
	}
}

static void look_at_cd_tables(u64 ste0, struct svt_tables *out, struct domains *d)
{
	const __le64 *table = at(ste0 & STE0_S1CTXPTR);
	u32 num = BIT(FIELD_GET(STE0_S1CDMAX, ste0));
	u32 leaf, i;

	/* A table of one has no format. */
	switch (num == 1 ? 0 : FIELD_GET(STE0_S1FMT, ste0)) {
	case 1:
		leaf = CDS_PER_4K;
		break;
	case 2:
		leaf = CDS_PER_64K;
		break;
	default:
		look_at_cds(table, 0, num, out, d);
		return;
	}
	for (i = 0; i < DIV_ROUND_UP(num, leaf); i++) {
		u64 l1 = le64_to_cpu(table[i]);

		if (l1 & L1CD_V)
			look_at_cds(at(l1 & L1CD_L2PTR), i * leaf, leaf, out, d);
	}
}

static const __le64 *ste_of(struct pci_dev *pdev)
{
	struct device *smmu = pdev->dev.iommu->iommu_dev->dev->parent;
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(&pdev->dev);
	struct resource *res = platform_get_resource(to_platform_device(smmu), IORESOURCE_MEM, 0);
	void __iomem *regs = ioremap(res->start, resource_size(res));
	const __le64 *ste;

	if (!regs)
		return ERR_PTR(-ENOMEM);
	ste = find_ste(regs, fwspec->ids[0]);
	iounmap(regs);
	return ste ?: ERR_PTR(-ENOENT);
}

int svt_tables(struct pci_dev *pdev, struct svt_tables *out)
{
	const __le64 *ste = ste_of(pdev);
	struct domains d = {.num = 0};
	u32 i;

	if (IS_ERR(ste))
		return PTR_ERR(ste);
	out->cds = 0;
	out->crc = 0;
	for (i = 0; i < ENTRY_QWORDS; i++)
		out->ste[i] = le64_to_cpu(ste[i]);
	if (out->ste[0] & STE0_V && FIELD_GET(STE0_CONFIG, out->ste[0]) == STE_STAGE1)
		look_at_cd_tables(out->ste[0], out, &d);
	out->asids = different(d.asid, d.num);
	out->ttbs = different(d.ttb, d.num);
	return 0;
}

struct watch {
	struct task_struct *thread;
	const __le64 *ste;
	struct svt_watch seen;
};

static struct watch *the_watch;

/* The SMMU may fetch at any moment, so what is there at any moment must be right. */
static int watch(void *data)
{
	struct watch *w = data;
	u64 ste0, ste1, last0 = 0, last1 = 0;

	while (!kthread_should_stop()) {
		ste0 = le64_to_cpu(READ_ONCE(w->ste[0]));
		ste1 = le64_to_cpu(READ_ONCE(w->ste[1]));
		w->seen.looks++;
		w->seen.changes += ste0 != last0 || ste1 != last1;
		last0 = ste0;
		last1 = ste1;
		if (ste0 & STE0_V && (FIELD_GET(STE0_CONFIG, ste0) == STE_BYPASS ||
				      (FIELD_GET(STE0_CONFIG, ste0) == STE_STAGE1 &&
				       FIELD_GET(STE1_S1DSS, ste1) == S1DSS_BYPASS)))
			w->seen.bypass++;
		cond_resched();
	}
	return 0;
}

int svt_watch_start(struct pci_dev *pdev)
{
	struct watch *w;
	int ret;

	if (the_watch)
		return -EBUSY;
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	w->ste = ste_of(pdev);
	ret = PTR_ERR_OR_ZERO(w->ste);
	if (!ret) {
		w->thread = kthread_run(watch, w, "svarig-watch");
		ret = PTR_ERR_OR_ZERO(w->thread);
	}
	if (ret)
		kfree(w);
	else
		the_watch = w;
	return ret;
}

int svt_watch_stop(struct svt_watch *seen)
{
	struct watch *w = the_watch;

	if (!w)
		return -EINVAL;
	kthread_stop(w->thread);
	*seen = w->seen;
	the_watch = NULL;
	kfree(w);
	return 0;
}
