// SPDX-License-Identifier: GPL-2.0-only
/*
 * SVA domains: the CPUs' own page tables of a process, shared by every device it is bound to.
 *
 * The SMMU takes no part in the CPUs' TLB maintenance; an MMU notifier tells it instead. One
 * domain serves one address space on all devices and all SMMUs, with one ASID of its own.
 */
#include <linux/mm.h>
#include <linux/mmu_context.h>
#include <linux/sched/mm.h>
#include <asm/cpufeature.h>
#include <asm/memory.h>
#include <asm/sysreg.h>

#include "smmu.h"

static u32 cpu_parange(void)
{
	u64 mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);

	return cpuid_feature_extract_unsigned_field(mmfr0, ID_AA64MMFR0_EL1_PARANGE_SHIFT);
}

bool smmu_sva_possible(struct smmu_device *smmu)
{
	/* The CPUs' tables live in cached memory and lead to any address a CPU can have. */
	if (!smmu->coherent || !(smmu->pgsize_bitmap & PAGE_SIZE))
		return false;
	if (vabits_actual > 48 || smmu->oas < id_aa64mmfr0_parange_to_phys_shift(cpu_parange()))
		return false;
	return smmu->ssid_bits;
}

/*
 * Translations of [start, end) are gone or have lost rights. May be called with page table locks
 * held. Every kind of entry may be gone, down to whole tables.
 */
static void invalidate(struct mmu_notifier *notifier, struct mm_struct *mm, unsigned long start,
		       unsigned long end)
{
	struct smmu_domain *domain = container_of(notifier, struct smmu_domain, notifier);
	struct smmu_range range = {
		.start = ALIGN_DOWN(start, PAGE_SIZE),
		.stride = PAGE_SIZE,
		.granule_shift = PAGE_SHIFT,
	};

	/* The end of everything rounds up to nothing: size 0, which means just that. */
	range.size = ALIGN(end, PAGE_SIZE) - range.start;
	if (range.size > BIT_ULL(VA_BITS))
		range.size = 0;
	smmu_domain_invalidate(domain, &range);
}

/*
 * The process is exiting, its bonds are not undone yet: its tables will be freed when we return.
 * Translation is switched off so that DMA that still runs faults without a sound.
 */
static void release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct smmu_domain *domain = container_of(notifier, struct smmu_domain, notifier);
	static const struct smmu_range everything;
	struct smmu_attachment *att;
	struct smmu_entry_val cd;

	mutex_lock(&domain->lock);
	domain->released = true;
	smmu_cd_make_released(&cd, &domain->cd);
	list_for_each_entry(att, &domain->attachments, node)
		smmu_write_cd(att->master, att->pasid, &cd);
	mutex_unlock(&domain->lock);

	smmu_domain_invalidate(domain, &everything);
}

static void free_notifier(struct mmu_notifier *notifier)
{
	smmu_domain_delete(container_of(notifier, struct smmu_domain, notifier));
}

static const struct mmu_notifier_ops notifier_ops = {
	.arch_invalidate_secondary_tlbs = invalidate,
	.release = release,
	.free_notifier = free_notifier,
};

static void domain_free(struct iommu_domain *iommu_domain)
{
	struct smmu_domain *domain = to_smmu_domain(iommu_domain);

	WARN_ON(!list_empty(&domain->attachments));
	smmu_asid_free(domain);
	/* A notifier may be running; free_notifier() does the rest when none is. */
	mmu_notifier_put(&domain->notifier);
}

static const struct iommu_domain_ops sva_ops = {
	.set_dev_pasid = smmu_attach_pasid,
	.free = domain_free,
};

static u8 cd_granule(void)
{
	BUILD_BUG_ON(PAGE_SIZE != SZ_4K && PAGE_SIZE != SZ_16K && PAGE_SIZE != SZ_64K);
	switch (PAGE_SIZE) {
	case SZ_64K:
		return 1;
	case SZ_16K:
		return 2;
	default:
		return 0;
	}
}

struct iommu_domain *smmu_domain_alloc_sva(struct device *dev, struct mm_struct *mm)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);
	struct smmu_device *smmu = master->smmu;
	struct smmu_domain *domain;
	int ret;

	if (!smmu->sva || !master->ssid_bits)
		return ERR_PTR(-EOPNOTSUPP);

	domain = smmu_domain_new(smmu);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	domain->domain.type = IOMMU_DOMAIN_SVA;
	domain->domain.ops = &sva_ops;
	domain->domain.pgsize_bitmap = PAGE_SIZE;
	domain->cd = (struct smmu_cd_s1){
		.ttb = virt_to_phys(mm->pgd),
		.mair = read_sysreg(mair_el1),
		.t0sz = 64 - vabits_actual,
		.tg = cd_granule(),
		.irgn = SMMU_CD_RGN_WBWA,
		.orgn = SMMU_CD_RGN_WBWA,
		.sh = SMMU_CD_SH_ISH,
		.ips = cpu_parange(),
	};
	ret = smmu_asid_alloc(domain);
	if (ret)
		goto err_domain;
	domain->notifier.ops = &notifier_ops;
	ret = mmu_notifier_register(&domain->notifier, mm);
	if (ret)
		goto err_asid;
	return &domain->domain;

err_asid:
	smmu_asid_free(domain);
err_domain:
	smmu_domain_delete(domain);
	return ERR_PTR(ret);
}
