// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains with translation tables of the driver's own (stage 1 or 2, through io-pgtable), and
 * what they share with SVA domains: ASID, invalidation array, lifetime.
 */
#include "smmu.h"

/* One ASID, one domain, whichever instances it serves. Likewise VMIDs; stage 1 alone has VMID 0. */
static DEFINE_XARRAY_ALLOC1(asids);
static DEFINE_XARRAY_ALLOC1(vmids);

int smmu_asid_alloc(struct smmu_domain *domain)
{
	u32 asid;
	int ret;

	ret = xa_alloc(&asids, &asid, domain, XA_LIMIT(1, BIT(domain->smmu->asid_bits) - 1),
		       GFP_KERNEL);
	if (ret)
		return ret == -EBUSY ? -ENOSPC : ret;
	domain->cd.asid = asid;
	return 0;
}

/* The last detach has emptied the TLBs of it. */
void smmu_asid_free(struct smmu_domain *domain)
{
	xa_erase(&asids, domain->cd.asid);
}

unsigned int smmu_asids_in_use(void)
{
	struct smmu_domain *domain;
	unsigned int n = 0;
	unsigned long asid;

	xa_for_each(&asids, asid, domain)
		n++;
	return n;
}

int smmu_vmid_alloc(struct smmu_device *smmu, u16 *vmid)
{
	u32 id;
	int ret;

	ret = xa_alloc(&vmids, &id, xa_mk_value(1), XA_LIMIT(1, BIT(smmu->vmid_bits) - 1),
		       GFP_KERNEL);
	if (ret)
		return ret == -EBUSY ? -ENOSPC : ret;
	*vmid = id;
	return 0;
}

/* As for ASIDs. */
void smmu_vmid_free(u16 vmid)
{
	xa_erase(&vmids, vmid);
}

struct smmu_domain *smmu_domain_new(struct smmu_device *smmu)
{
	struct smmu_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;
	domain->smmu = smmu;
	mutex_init(&domain->lock);
	INIT_LIST_HEAD(&domain->attachments);
	INIT_LIST_HEAD(&domain->vsmmus);
	return domain;
}

void smmu_domain_delete(struct smmu_domain *domain)
{
	/* Somebody may still be sweeping the array. */
	kfree_rcu(rcu_dereference_protected(domain->invs, true), rcu);
	kfree(domain);
}

void smmu_domain_invalidate(struct smmu_domain *domain, const struct smmu_range *range)
{
	smmu_invs_sweep(&domain->invs, range);
}

static u8 granule_shift(const struct smmu_domain *domain)
{
	return __ffs(domain->domain.pgsize_bitmap);
}

/* io-pgtable's callbacks */

static void flush_all(void *cookie)
{
	static const struct smmu_range everything;

	smmu_domain_invalidate(cookie, &everything);
}

static void flush_walk(unsigned long iova, size_t size, size_t granule, void *cookie)
{
	struct smmu_domain *domain = cookie;
	const struct smmu_range range = {
		.start = iova,
		.size = size,
		.stride = granule,
		.granule_shift = granule_shift(domain),
	};

	smmu_domain_invalidate(domain, &range);
}

static void flush_page(struct iommu_iotlb_gather *gather, unsigned long iova, size_t granule,
		       void *cookie)
{
	struct smmu_domain *domain = cookie;

	iommu_iotlb_gather_add_page(&domain->domain, gather, iova, granule);
}

static const struct iommu_flush_ops flush_ops = {
	.tlb_flush_all = flush_all,
	.tlb_flush_walk = flush_walk,
	.tlb_add_page = flush_page,
};

static void take_stage1(struct smmu_domain *domain, const struct io_pgtable_cfg *cfg)
{
	domain->cd.ttb = cfg->arm_lpae_s1_cfg.ttbr;
	domain->cd.mair = cfg->arm_lpae_s1_cfg.mair;
	domain->cd.t0sz = cfg->arm_lpae_s1_cfg.tcr.tsz;
	domain->cd.tg = cfg->arm_lpae_s1_cfg.tcr.tg;
	domain->cd.irgn = cfg->arm_lpae_s1_cfg.tcr.irgn;
	domain->cd.orgn = cfg->arm_lpae_s1_cfg.tcr.orgn;
	domain->cd.sh = cfg->arm_lpae_s1_cfg.tcr.sh;
	domain->cd.ips = cfg->arm_lpae_s1_cfg.tcr.ips;
}

static void take_stage2(struct smmu_domain *domain, const struct io_pgtable_cfg *cfg)
{
	domain->s2.ttb = cfg->arm_lpae_s2_cfg.vttbr;
	domain->s2.vtcr = FIELD_PREP(SMMU_VTCR_T0SZ, cfg->arm_lpae_s2_cfg.vtcr.tsz) |
			  FIELD_PREP(SMMU_VTCR_SL0, cfg->arm_lpae_s2_cfg.vtcr.sl) |
			  FIELD_PREP(SMMU_VTCR_IR0, cfg->arm_lpae_s2_cfg.vtcr.irgn) |
			  FIELD_PREP(SMMU_VTCR_OR0, cfg->arm_lpae_s2_cfg.vtcr.orgn) |
			  FIELD_PREP(SMMU_VTCR_SH0, cfg->arm_lpae_s2_cfg.vtcr.sh) |
			  FIELD_PREP(SMMU_VTCR_TG, cfg->arm_lpae_s2_cfg.vtcr.tg) |
			  FIELD_PREP(SMMU_VTCR_PS, cfg->arm_lpae_s2_cfg.vtcr.ps);
}

/* Tables and an ASID or VMID are there from the start, so it can be mapped before any attach. */
struct smmu_domain *smmu_domain_alloc_stage(struct smmu_device *smmu, bool stage2)
{
	struct io_pgtable_cfg cfg = {
		.tlb = &flush_ops,
		.pgsize_bitmap = smmu->pgsize_bitmap,
		.ias = stage2 ? smmu->ias : min_t(u32, 48, VA_BITS),
		.oas = smmu->oas,
		.coherent_walk = smmu->coherent,
		.iommu_dev = smmu->dev,
	};
	struct smmu_domain *domain;
	int ret;

	domain = smmu_domain_new(smmu);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	domain->stage2 = stage2;
	domain->pgtbl =
		alloc_io_pgtable_ops(stage2 ? ARM_64_LPAE_S2 : ARM_64_LPAE_S1, &cfg, domain);
	if (!domain->pgtbl) {
		ret = -ENOMEM;
		goto err_domain;
	}
	domain->domain.pgsize_bitmap = cfg.pgsize_bitmap;
	domain->domain.geometry.aperture_end = BIT_ULL(cfg.ias) - 1;
	domain->domain.geometry.force_aperture = true;

	if (stage2) {
		take_stage2(domain, &cfg);
		ret = smmu_vmid_alloc(smmu, &domain->s2.vmid);
	} else {
		take_stage1(domain, &cfg);
		ret = smmu_asid_alloc(domain);
	}
	if (ret)
		goto err_pgtbl;
	return domain;

err_pgtbl:
	free_io_pgtable_ops(domain->pgtbl);
err_domain:
	smmu_domain_delete(domain);
	return ERR_PTR(ret);
}

static void domain_free(struct iommu_domain *iommu_domain)
{
	struct smmu_domain *domain = to_smmu_domain(iommu_domain);

	/* Better lost than freed under the hardware. */
	if (WARN_ON(!list_empty(&domain->attachments) || !list_empty(&domain->vsmmus)))
		return;
	free_io_pgtable_ops(domain->pgtbl);
	if (domain->stage2)
		smmu_vmid_free(domain->s2.vmid);
	else
		smmu_asid_free(domain);
	smmu_domain_delete(domain);
}

struct iommu_domain *smmu_domain_alloc_paging(struct device *dev)
{
	struct smmu_master *master;
	struct smmu_domain *domain;
	int ret;

	/* Without a device there is no telling which SMMU's limits hold. */
	if (!dev)
		return ERR_PTR(-ENODEV);
	master = dev_iommu_priv_get(dev);
	domain = smmu_domain_alloc_stage(master->smmu, false);
	if (IS_ERR(domain))
		return ERR_CAST(domain);
	ret = smmu_attach_reserve(domain, master);
	if (ret) {
		domain_free(&domain->domain);
		return ERR_PTR(ret);
	}
	return &domain->domain;
}

static int map_pages(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
		     size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	struct io_pgtable_ops *ops = to_smmu_domain(domain)->pgtbl;

	return ops->map_pages(ops, iova, paddr, pgsize, pgcount, prot, gfp, mapped);
}

static size_t unmap_pages(struct iommu_domain *domain, unsigned long iova, size_t pgsize,
			  size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct io_pgtable_ops *ops = to_smmu_domain(domain)->pgtbl;

	return ops->unmap_pages(ops, iova, pgsize, pgcount, gather);
}

static phys_addr_t iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	struct io_pgtable_ops *ops = to_smmu_domain(domain)->pgtbl;

	return ops->iova_to_phys(ops, iova);
}

static void flush_iotlb_all(struct iommu_domain *domain)
{
	flush_all(to_smmu_domain(domain));
}

static void iotlb_sync(struct iommu_domain *iommu_domain, struct iommu_iotlb_gather *gather)
{
	struct smmu_domain *domain = to_smmu_domain(iommu_domain);
	const struct smmu_range range = {
		.start = gather->start,
		.size = gather->end - gather->start + 1,
		.stride = gather->pgsize,
		.granule_shift = granule_shift(domain),
		.leaf = true,
	};

	if (gather->pgsize)
		smmu_domain_invalidate(domain, &range);
}

const struct iommu_domain_ops smmu_paging_ops = {
	.attach_dev = smmu_attach_paging,
	.set_dev_pasid = smmu_attach_pasid,
	.map_pages = map_pages,
	.unmap_pages = unmap_pages,
	.flush_iotlb_all = flush_iotlb_all,
	.iotlb_sync = iotlb_sync,
	.iova_to_phys = iova_to_phys,
	.free = domain_free,
};
