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

static bool attachment_ats(const struct smmu_attachment *att)
{
	return att->master->ats_supported && (!att->nested || att->nested->ste.ats);
}

/* Instructions of one attachment at most. */
static u32 max_invs(const struct smmu_master *master)
{
	return master->num_sids + 2;
}

/*
 * What a domain has to tell about one of its attachments: one instruction for the TLB, or two
 * where a guest's stage 1 is above, and one for the ATC of each stream.
 */
static u32 attachment_invs(const struct smmu_attachment *att, struct smmu_inv *inv)
{
	const struct smmu_nested *nested = att->nested;
	struct smmu_master *master = att->master;
	struct smmu_instance *inst = &master->smmu->inst;
	u32 n = 0;

	inv[n] = (struct smmu_inv){.smmu = inst};
	if (nested) {
		inv[n].kind = SMMU_INV_S2_VMID;
		inv[n].id = nested->vsmmu->vmid;
		inv[++n] = (struct smmu_inv){
			.smmu = inst,
			.kind = SMMU_INV_S1_VMID,
			.id = nested->vsmmu->vmid,
		};
	} else if (att->domain->stage2) {
		inv[n].kind = SMMU_INV_S2_VMID;
		inv[n].id = att->domain->s2.vmid;
	} else {
		inv[n].kind = SMMU_INV_S1_ASID;
		inv[n].id = att->domain->cd.asid;
	}
	n++;
	for (u32 i = 0; attachment_ats(att) && i < master->num_sids; i++)
		inv[n++] = (struct smmu_inv){
			.smmu = inst,
			.kind = nested ? SMMU_INV_ATS_ALL : SMMU_INV_ATS,
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
	struct attachment *a = kzalloc(struct_size(a, invs, max_invs(master)), GFP_KERNEL);

	if (!a)
		return NULL;
	a->att.domain = domain;
	a->att.master = master;
	a->att.pasid = pasid;
	return &a->att;
}

static void attachment_free(struct smmu_attachment *att)
{
	if (att)
		kfree(container_of(att, struct attachment, att));
}

/*
 * For requests without PASID. What they leave stays for the next attach: so the way back to where
 * they were needs no memory.
 */
static struct smmu_attachment *rid_attachment_get(struct smmu_domain *domain,
						  struct smmu_master *master)
{
	struct smmu_attachment *att = master->rid_spare;

	lockdep_assert_held(&master->lock);
	if (!att)
		return attachment_new(domain, master, IOMMU_NO_PASID);
	master->rid_spare = NULL;
	att->domain = domain;
	att->nested = NULL;
	return att;
}

static void rid_attachment_put(struct smmu_attachment *att)
{
	struct smmu_master *master = att->master;

	if (master->rid_spare)
		attachment_free(att);
	else
		master->rid_spare = att;
}

/* Makes invalidations of the domain reach the master. */
static int join(struct smmu_attachment *att)
{
	struct attachment *a = container_of(att, struct attachment, att);
	struct smmu_domain *domain = att->domain;
	int ret;

	lockdep_assert_held(&domain->lock);
	ret = smmu_invs_join(&domain->invs, a->invs, attachment_invs(att, a->invs));
	if (ret)
		return ret;
	list_add(&att->node, &domain->attachments);
	if (att->nested)
		att->nested->master = att->master;
	return 0;
}

static void clear_cd(struct smmu_master *master, u32 pasid)
{
	struct smmu_entry_val cd;

	smmu_cd_make_invalid(&cd);
	smmu_write_cd(master, pasid, &cd);
}

/*
 * Ends the master's use of the domain's tables (@cd: through its own CD, which nobody has taken
 * over) and empties its caches of them. The CD goes under the domain's lock, as the
 * end of the address space writes it, too.
 */
static void leave(struct smmu_attachment *att, bool cd)
{
	struct attachment *a = container_of(att, struct attachment, att);
	struct smmu_domain *domain = att->domain;

	mutex_lock(&domain->lock);
	if (cd)
		clear_cd(att->master, att->pasid);
	list_del(&att->node);
	if (att->nested)
		att->nested->master = NULL;
	/* Turning ATS off has emptied the ATC, and the endpoint may be gone. */
	smmu_invs_leave(&domain->invs, a->invs, attachment_invs(att, a->invs),
			!att->master->ats_enabled);
	mutex_unlock(&domain->lock);
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

static void make_s1_ste(const struct smmu_master *master, enum smmu_s1dss s1dss,
			struct smmu_entry_val *ste)
{
	const struct smmu_ste_s1 s1 = {
		.cdtab = master->cdtab.dma,
		.s1fmt = master->cdtab.s1fmt,
		.s1cdmax = master->cdtab.log2cds,
		.s1dss = s1dss,
		.ats = master->ats_supported,
		.ppar = master->pri_needs_pasid,
		.stall_disable = master->smmu->stall_model,
	};

	smmu_ste_make_s1(ste, &s1);
}

static void make_s2_ste(const struct smmu_master *master, struct smmu_entry_val *ste)
{
	const struct smmu_attachment *att = master->rid;
	struct smmu_ste_s2 s2 = att->domain->s2;

	s2.ats = attachment_ats(att);
	if (att->nested) {
		s2.vmid = att->nested->vsmmu->vmid;
		smmu_guest_ste_make(ste, &att->nested->ste, &s2, master->pri_needs_pasid,
				    master->smmu->stall_model);
	} else {
		smmu_ste_make_s2(ste, &s2);
	}
}

/*
 * With PASIDs attached there is a CD table, whatever requests without PASID meet. Whether there are
 * any makes a difference only as long as those without have no tables (master->rid).
 */
static void make_ste(const struct smmu_master *master, struct smmu_entry_val *ste)
{
	switch (master->rid_kind) {
	case SMMU_RID_STAGE2:
	case SMMU_RID_NESTED:
		make_s2_ste(master, ste);
		break;
	case SMMU_RID_STAGE1:
		make_s1_ste(master, SMMU_S1DSS_SSID0, ste);
		break;
	case SMMU_RID_IDENTITY:
		if (master->num_pasids)
			make_s1_ste(master, SMMU_S1DSS_BYPASS, ste);
		else
			smmu_ste_make_bypass(ste);
		break;
	default:
		if (master->num_pasids)
			make_s1_ste(master, SMMU_S1DSS_TERMINATE, ste);
		else
			smmu_ste_make_abort(ste);
		break;
	}
}

/* The SMMU serves ATS only for streams that it translates. */
static bool wants_ats(const struct smmu_master *master)
{
	if (master->rid)
		return attachment_ats(master->rid);
	return master->ats_supported && master->num_pasids;
}

/*
 * Brings the STEs in line with the master's state. ATS goes off before the STE changes to one
 * without it, and on after it has changed to one with it.
 */
void smmu_update_stream(struct smmu_master *master)
{
	const bool ats = wants_ats(master) && !READ_ONCE(master->isolated);
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

/* A domain made for one SMMU serves another that can do all its tables and its ID ask for. */
bool smmu_compatible(const struct smmu_domain *domain, const struct smmu_device *smmu)
{
	const struct smmu_device *own = domain->smmu;

	if (smmu == own)
		return true;
	if (domain->stage2 ? !smmu->stage2 || smmu->vmid_bits < own->vmid_bits
			   : smmu->asid_bits < own->asid_bits)
		return false;
	return smmu->coherent == own->coherent && smmu->oas >= own->oas && smmu->ias >= own->ias &&
	       !(domain->domain.pgsize_bitmap & ~smmu->pgsize_bitmap);
}

static bool takes_faults(const struct smmu_attachment *att)
{
	if (!att)
		return false;
	return att->nested ? att->nested->domain.iopf_handler : att->domain->domain.iopf_handler;
}

/*
 * Replaces what requests without PASID meet by @att, or by blocked or identity without one.
 * @cdtab: room for the table with the CD of @att, which has not been written; or NULL.
 */
static void replace_rid(struct smmu_master *master, enum smmu_rid_kind kind,
			struct smmu_attachment *att, struct smmu_cdtab *cdtab)
{
	struct smmu_attachment *old = master->rid;
	enum smmu_rid_kind old_kind = master->rid_kind;

	/* From now on page requests that nobody is there for are turned down where they arrive. */
	WRITE_ONCE(master->rid_kind, kind);
	master->rid = att;
	WRITE_ONCE(master->rid_faults, takes_faults(att));
	if (cdtab) {
		struct smmu_entry_val cd;

		/* Its owner is alive: it is not one of a process. */
		smmu_cd_make_s1(&cd, &att->domain->cd);
		smmu_cdtab_switch(master, cdtab, &cd);
	}
	smmu_update_stream(master);
	if (cdtab)
		smmu_cdtab_finish_switch(master, cdtab);
	if (!old)
		return;
	/* Another domain of stage 1 has taken over the CD. */
	leave(old, old_kind == SMMU_RID_STAGE1 && kind != SMMU_RID_STAGE1);
	if (old_kind == SMMU_RID_NESTED)
		smmu_fault_flush_all(master);
	else
		smmu_fault_flush(master, false, IOMMU_NO_PASID);
	rid_attachment_put(old);
}

/* What can fail of an attach and does not concern the domain. */
static int prepare(struct smmu_master *master)
{
	return smmu_isolate_recover(master) ?: smmu_pri_ready(master);
}

/*
 * Attaches @domain, or @nested above it, to requests without PASID. The STE of stage 2 is the
 * stream's only translation: with it, our PASIDs have no place.
 *
 * The core frees the old domain after going back to the default one, whether that fails or not. So
 * that does not need memory, it is not in the way that the endpoint is isolated, and should it fail
 * all the same, the master is blocked.
 */
static int attach_rid(struct smmu_domain *domain, struct smmu_nested *nested,
		      struct smmu_master *master, enum smmu_rid_kind kind)
{
	const bool must = iommu_is_dma_domain(&domain->domain);
	struct smmu_cdtab next = {};
	struct smmu_attachment *att;
	bool from_s1;
	int ret = 0;

	if (!smmu_compatible(domain, master->smmu))
		return -EINVAL;

	mutex_lock(&master->lock);
	ret = prepare(master);
	/* The core does so for all devices of a group after one of them has failed. */
	if (master->rid && master->rid->domain == domain && master->rid->nested == nested) {
		ret = 0;
		goto out;
	}
	if (must)
		ret = 0;
	from_s1 = kind == SMMU_RID_STAGE1 && master->rid_kind == SMMU_RID_STAGE1;
	if (!ret && from_s1) {
		ret = smmu_cdtab_prepare_switch(master, &next);
		if (ret && must) {
			/* Rather with a gap than not at all: through the CD that is there. */
			from_s1 = false;
			ret = 0;
		}
	} else if (!ret && kind == SMMU_RID_STAGE1) {
		ret = smmu_cdtab_prepare(master, IOMMU_NO_PASID);
	} else if (!ret && master->num_pasids) {
		ret = -EBUSY;
	}
	if (ret)
		goto out;
	att = rid_attachment_get(domain, master);
	if (!att) {
		ret = -ENOMEM;
		goto out_next;
	}
	att->nested = nested;
	mutex_lock(&domain->lock);
	/* Each STE of a guest is about one stream. */
	if (nested && nested->master)
		ret = -EBUSY;
	else
		ret = join(att);
	if (!ret && kind == SMMU_RID_STAGE1 && !from_s1)
		write_domain_cd(att);
	mutex_unlock(&domain->lock);
	if (ret) {
		rid_attachment_put(att);
		goto out_next;
	}
	replace_rid(master, kind, att, from_s1 ? &next : NULL);
	goto out;

out_next:
	if (from_s1)
		smmu_cdtab_cancel_switch(master, &next);
out:
	if (ret && must)
		replace_rid(master, SMMU_RID_BLOCKED, NULL, NULL);
	mutex_unlock(&master->lock);
	return ret;
}

int smmu_attach_paging(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct smmu_domain *domain = to_smmu_domain(iommu_domain);

	return attach_rid(domain, NULL, dev_iommu_priv_get(dev),
			  domain->stage2 ? SMMU_RID_STAGE2 : SMMU_RID_STAGE1);
}

int smmu_attach_nested(struct iommu_domain *iommu_domain, struct device *dev)
{
	struct smmu_nested *nested = to_smmu_nested(iommu_domain);
	struct smmu_master *master = dev_iommu_priv_get(dev);

	if (master->smmu != nested->vsmmu->smmu)
		return -EINVAL;
	return attach_rid(nested->vsmmu->parent, nested, master, SMMU_RID_NESTED);
}

void smmu_attach_static(struct smmu_master *master, enum smmu_rid_kind kind)
{
	mutex_lock(&master->lock);
	replace_rid(master, kind, NULL, NULL);
	mutex_unlock(&master->lock);
}

int smmu_attach_init(struct smmu_master *master)
{
	int ret;

	master->rid_spare = attachment_new(NULL, master, IOMMU_NO_PASID);
	if (!master->rid_spare)
		return -ENOMEM;
	mutex_lock(&master->lock);
	ret = smmu_cdtab_prepare(master, IOMMU_NO_PASID);
	mutex_unlock(&master->lock);
	return ret;
}

int smmu_attach_reserve(struct smmu_domain *domain, struct smmu_master *master)
{
	struct smmu_attachment *att = attachment_new(domain, master, IOMMU_NO_PASID);
	struct attachment *a;
	int ret;

	if (!att)
		return -ENOMEM;
	a = container_of(att, struct attachment, att);
	mutex_lock(&domain->lock);
	ret = smmu_invs_reserve(&domain->invs, a->invs, attachment_invs(att, a->invs));
	mutex_unlock(&domain->lock);
	attachment_free(att);
	return ret;
}

void smmu_attach_exit(struct smmu_master *master)
{
	attachment_free(master->rid_spare);
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
	/* Stage 2 translates a stream as a whole. */
	if (domain->stage2 || !smmu_compatible(domain, master->smmu))
		return -EINVAL;

	mutex_lock(&master->lock);
	ret = prepare(master);
	if (!ret && (master->rid_kind == SMMU_RID_STAGE2 || master->rid_kind == SMMU_RID_NESTED))
		ret = -EBUSY;
	if (!ret)
		ret = smmu_cdtab_prepare(master, pasid);
	if (ret)
		goto out;
	att = attachment_new(domain, master, pasid);
	if (!att) {
		ret = -ENOMEM;
		goto out;
	}
	ret = xa_load(&master->pasids, pasid) ? -EBUSY
					      : xa_reserve(&master->pasids, pasid, GFP_KERNEL);
	if (ret)
		goto err_free;
	mutex_lock(&domain->lock);
	ret = join(att);
	if (!ret)
		write_domain_cd(att);
	mutex_unlock(&domain->lock);
	if (ret)
		goto err_release;

	/* Has its place. From now on page requests find it, so it must not fail any more. */
	xa_store(&master->pasids, pasid, att, GFP_KERNEL);
	master->num_pasids++;
	if (master->num_pasids == 1 && !master->rid)
		smmu_update_stream(master);
	goto out;

err_release:
	xa_release(&master->pasids, pasid);
err_free:
	attachment_free(att);
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
	smmu_fault_wait(att);
	attachment_free(att);
	master->num_pasids--;
	if (!master->num_pasids && !master->rid)
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
