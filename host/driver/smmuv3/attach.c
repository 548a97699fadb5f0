// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching domains to masters, for requests without PASID and per PASID.
 *
 * Attach first does all that can fail: memory for the CD, the attachment, the domain's new
 * invalidation array. Publishing that array is harmless whether or not the rest follows. Then
 * come stores into tables and commands, which do not fail. Detach needs no memory at all.
 *
 * The order at attach is: array, CD, STE, ATS, page requests; at detach the exact reverse. So
 * there is never a translation in use that an invalidation would miss.
 */
#include "smmu.h"

/*
 * What a domain has to tell about one of its attachments: one instruction for the TLB and one for
 * the ATC of each stream.
 */
static u32 attachment_invs(const struct smmu_attachment *att, struct smmu_inv *inv)
{
	struct smmu_master *master = att->master;
	struct smmu_instance *inst = &master->smmu->inst;
	u32 n = 0;

	inv[n++] = (struct smmu_inv){
		.smmu = inst,
		.kind = SMMU_INV_S1_ASID,
		.id = att->domain->cd.asid,
	};
	for (u32 i = 0; master->ats_supported && i < master->num_sids; i++)
		inv[n++] = (struct smmu_inv){
			.smmu = inst,
			.kind = SMMU_INV_ATS,
			.id = master->sids[i],
			.pasid = att->pasid,
		};
	return n;
}

/* Space for attachment_invs() belongs to the attachment, so that leaving needs no memory. */
struct attachment {
	struct smmu_attachment att;
	struct smmu_inv invs[];
};

static struct smmu_attachment *attachment_new(struct smmu_domain *domain,
					      struct smmu_master *master, u32 pasid)
{
	struct attachment *a = kzalloc(struct_size(a, invs, master->num_sids + 1), GFP_KERNEL);

	if (!a)
		return NULL;
	a->att.domain = domain;
	a->att.master = master;
	a->att.pasid = pasid;
	return &a->att;
}

static struct smmu_invs *invs_of(struct smmu_domain *domain)
{
	return rcu_dereference_protected(domain->invs, lockdep_is_held(&domain->lock));
}

static void publish(struct smmu_domain *domain, struct smmu_invs *invs)
{
	struct smmu_invs *old = invs_of(domain);

	rcu_assign_pointer(domain->invs, invs);
	kfree_rcu(old, rcu);
	/* Pairs with the barrier in smmu_invs_sweep(). */
	smp_mb();
}

/* Makes invalidations of the domain reach the master. */
static int join(struct smmu_attachment *att)
{
	struct attachment *a = container_of(att, struct attachment, att);
	struct smmu_domain *domain = att->domain;
	u32 n = attachment_invs(att, a->invs);
	struct smmu_invs *invs;

	lockdep_assert_held(&domain->lock);
	invs = smmu_invs_merge(invs_of(domain), a->invs, n, GFP_KERNEL);
	if (!invs)
		return -ENOMEM;
	publish(domain, invs);
	list_add(&att->node, &domain->attachments);
	return 0;
}

static void clear_cd(struct smmu_master *master, u32 pasid)
{
	struct smmu_entry_val cd;

	smmu_cd_make_invalid(&cd);
	smmu_write_cd(master, pasid, &cd);
}

/*
 * Ends the master's use of the domain's tables, unless that is over already (@in_use false), and
 * empties its caches of them. Frees @att. The CD goes under the domain's lock, as the end of the
 * address space writes it, too.
 */
static void leave(struct smmu_attachment *att, bool in_use)
{
	struct attachment *a = container_of(att, struct attachment, att);
	struct smmu_domain *domain = att->domain;
	u32 n = attachment_invs(att, a->invs);
	struct smmu_invs *invs;

	mutex_lock(&domain->lock);
	if (in_use)
		clear_cd(att->master, att->pasid);
	list_del(&att->node);
	smmu_invs_peek(invs_of(domain), a->invs, n);
	/* Turning ATS off has emptied the ATC, and the endpoint may be gone. */
	for (u32 i = 0; !att->master->ats_enabled && i < n; i++)
		if (a->invs[i].kind == SMMU_INV_ATS)
			a->invs[i].users = 1;
	smmu_invs_flush_gone(a->invs, n);
	smmu_invs_unref(invs_of(domain), a->invs, n);
	invs = smmu_invs_purge(invs_of(domain), GFP_KERNEL | __GFP_NOWARN);
	if (invs)
		publish(domain, invs);
	mutex_unlock(&domain->lock);
	kfree(a);
}

/* Lets the master's SMMU translate through the domain. Cannot fail; domain->lock is held. */
static void write_domain_cd(struct smmu_attachment *att)
{
	struct smmu_domain *domain = att->domain;
	struct smmu_entry_val cd;

	if (domain->released)
		smmu_cd_make_released(&cd, &domain->cd);
	else
		smmu_cd_make_s1(&cd, &domain->cd);
	smmu_write_cd(att->master, att->pasid, &cd);
}

static void make_ste(const struct smmu_master *master, struct smmu_entry_val *ste)
{
	const bool table = master->rid_kind == SMMU_RID_PAGING || master->num_pasids;
	struct smmu_ste_s1 s1 = {
		.cdtab = master->cdtab.dma,
		.s1fmt = master->cdtab.s1fmt,
		.s1cdmax = master->cdtab.log2cds,
		.ats = master->ats_supported,
		.ppar = master->pri_needs_pasid,
		.stall_disable = master->smmu->stall_model,
	};

	switch (master->rid_kind) {
	case SMMU_RID_PAGING:
		s1.s1dss = SMMU_S1DSS_SSID0;
		break;
	case SMMU_RID_IDENTITY:
		s1.s1dss = SMMU_S1DSS_BYPASS;
		break;
	default:
		s1.s1dss = SMMU_S1DSS_TERMINATE;
		break;
	}

	if (table)
		smmu_ste_make_s1(ste, &s1);
	else if (master->rid_kind == SMMU_RID_IDENTITY)
		smmu_ste_make_bypass(ste);
	else
		smmu_ste_make_abort(ste);
}

/*
 * Brings the STEs in line with the master's state. The SMMU serves ATS only for streams with a CD
 * table, so ATS goes off before the STE changes away from one, and on after it has changed to one.
 */
void smmu_update_stream(struct smmu_master *master)
{
	const bool table = master->rid_kind == SMMU_RID_PAGING || master->num_pasids;
	const bool ats = table && master->ats_supported && !READ_ONCE(master->isolated);
	struct smmu_entry_val ste;

	lockdep_assert_held(&master->lock);
	if (!ats)
		smmu_master_quiet(master);
	make_ste(master, &ste);
	smmu_write_stes(master, &ste);
	if (ats && !master->ats_enabled && !master->paused) {
		smmu_ats_enable(master);
		if (master->iopf_enabled)
			smmu_pri_enable(master);
	}
}

/* A domain made for one SMMU serves another that can do all its tables and its ASID ask for. */
static bool compatible(const struct smmu_domain *domain, const struct smmu_device *smmu)
{
	const struct smmu_device *own = domain->smmu;

	return smmu == own ||
	       (smmu->coherent == own->coherent && smmu->asid_bits >= own->asid_bits &&
		smmu->oas >= own->oas && smmu->ias >= own->ias &&
		!(domain->domain.pgsize_bitmap & ~smmu->pgsize_bitmap));
}

/* Replaces what requests without PASID meet by @att, or by blocked or identity without one. */
static void replace_rid(struct smmu_master *master, enum smmu_rid_kind kind,
			struct smmu_attachment *att)
{
	struct smmu_attachment *old = master->rid;

	master->rid_kind = kind;
	master->rid = att;
	WRITE_ONCE(master->rid_faults, att && att->domain->domain.iopf_handler);
	smmu_update_stream(master);
	if (!old)
		return;
	/* Another domain has taken over the CD. */
	leave(old, !att);
	smmu_fault_flush(master, false, IOMMU_NO_PASID);
}

/* What can fail of an attach and does not concern the domain. */
static int prepare(struct smmu_master *master, u32 pasid)
{
	return smmu_isolate_recover(master) ?:
	       smmu_pri_ready(master) ?: smmu_cdtab_prepare(master, pasid);
}

int smmu_attach_paging(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct smmu_domain *domain = to_smmu_domain(iommu_domain);
	struct smmu_master *master = dev_iommu_priv_get(dev);
	struct smmu_attachment *att;
	int ret;

	if (!compatible(domain, master->smmu))
		return -EINVAL;

	mutex_lock(&master->lock);
	ret = prepare(master, IOMMU_NO_PASID);
	if (ret)
		goto out;
	att = attachment_new(domain, master, IOMMU_NO_PASID);
	if (!att) {
		ret = -ENOMEM;
		goto out;
	}
	mutex_lock(&domain->lock);
	ret = join(att);
	if (!ret)
		write_domain_cd(att);
	mutex_unlock(&domain->lock);
	if (ret) {
		kfree(container_of(att, struct attachment, att));
		goto out;
	}
	replace_rid(master, SMMU_RID_PAGING, att);
out:
	mutex_unlock(&master->lock);
	return ret;
}

void smmu_attach_static(struct smmu_master *master, enum smmu_rid_kind kind)
{
	mutex_lock(&master->lock);
	replace_rid(master, kind, NULL);
	mutex_unlock(&master->lock);
}

int smmu_attach_pasid(struct iommu_domain *iommu_domain, struct device *dev, ioasid_t pasid,
		      struct iommu_domain *old)
{
	struct smmu_domain *domain = to_smmu_domain(iommu_domain);
	struct smmu_master *master = dev_iommu_priv_get(dev);
	struct smmu_attachment *att;
	int ret;

	if (old)
		return -EOPNOTSUPP;
	if (!master->ssid_bits)
		return -EOPNOTSUPP;
	if (pasid == IOMMU_NO_PASID || pasid >> master->ssid_bits)
		return -ERANGE;
	if (!compatible(domain, master->smmu))
		return -EINVAL;

	mutex_lock(&master->lock);
	ret = prepare(master, pasid);
	if (ret)
		goto out;
	att = attachment_new(domain, master, pasid);
	if (!att) {
		ret = -ENOMEM;
		goto out;
	}
	ret = xa_insert(&master->pasids, pasid, att, GFP_KERNEL);
	if (ret)
		goto err_free;
	mutex_lock(&domain->lock);
	ret = join(att);
	if (!ret)
		write_domain_cd(att);
	mutex_unlock(&domain->lock);
	if (ret)
		goto err_erase;

	master->num_pasids++;
	if (master->num_pasids == 1)
		smmu_update_stream(master);
	goto out;

err_erase:
	xa_erase(&master->pasids, pasid);
err_free:
	kfree(container_of(att, struct attachment, att));
out:
	mutex_unlock(&master->lock);
	return ret;
}

void smmu_detach_pasid(struct device *dev, ioasid_t pasid, struct iommu_domain *domain)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);
	struct smmu_attachment *att;

	mutex_lock(&master->lock);
	/* From now on page requests of the PASID are turned down where they arrive. */
	att = xa_erase(&master->pasids, pasid);
	if (WARN_ON(!att || att->domain != to_smmu_domain(domain)))
		goto out;
	leave(att, true);
	smmu_fault_flush(master, true, pasid);
	master->num_pasids--;
	if (!master->num_pasids)
		smmu_update_stream(master);
out:
	mutex_unlock(&master->lock);
}

static int attach_blocked(struct iommu_domain *domain, struct device *dev)
{
	smmu_attach_static(dev_iommu_priv_get(dev), SMMU_RID_BLOCKED);
	return 0;
}

static int attach_identity(struct iommu_domain *domain, struct device *dev)
{
	smmu_attach_static(dev_iommu_priv_get(dev), SMMU_RID_IDENTITY);
	return 0;
}

static const struct iommu_domain_ops blocked_ops = {
	.attach_dev = attach_blocked,
};

static const struct iommu_domain_ops identity_ops = {
	.attach_dev = attach_identity,
};

struct iommu_domain smmu_blocked_domain = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &blocked_ops,
};

struct iommu_domain smmu_identity_domain = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &identity_ops,
};
