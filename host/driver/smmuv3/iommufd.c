// SPDX-License-Identifier: GPL-2.0-only
/*
 * What user space may have of the SMMU through iommufd: its abilities, stage 2 parents, streams of
 * virtual SMMUs below them, and their owners' invalidation commands.
 */
#include <linux/io.h>
#include <linux/module.h>
#include <uapi/linux/iommufd.h>

#include "smmu.h"
#include "svarig_iommufd.h"

/*
 * A guest's stage 1 may call memory uncached, and its device then reads what the caches have not
 * written back yet, whoever's it was. Only an SMMU that forces stage 2's attributes (IDR3.FWB)
 * could stop that, and the kernel's page table code cannot make such tables yet.
 */
static bool unsafe_nesting;
module_param(unsafe_nesting, bool, 0644);
MODULE_PARM_DESC(unsafe_nesting,
		 "Let user space own stage 1 though it can bypass the CPU caches with it");

void *smmu_hw_info(struct device *dev, u32 *length, u32 *type)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);
	void __iomem *base = master->smmu->base;
	struct svarig_hw_info_smmuv3 *info = kzalloc(sizeof(*info), GFP_KERNEL);

	if (!info)
		return ERR_PTR(-ENOMEM);
	info->idr[0] = readl(base + SMMU_IDR0);
	info->idr[1] = readl(base + SMMU_IDR1);
	info->idr[2] = readl(base + SMMU_IDR2);
	info->idr[3] = readl(base + SMMU_IDR3);
	info->idr[4] = readl(base + SMMU_IDR4);
	info->idr[5] = readl(base + SMMU_IDR5);
	info->iidr = readl(base + SMMU_IIDR);
	info->aidr = readl(base + SMMU_AIDR);
	*length = sizeof(*info);
	*type = SVARIG_IOMMU_HW_INFO_SMMUV3;
	return info;
}

static void limits_of(const struct smmu_device *smmu, struct smmu_guest_limits *limits)
{
	*limits = (struct smmu_guest_limits){
		.ssid_bits = smmu->ssid_bits,
		.ipa_bits = smmu->ias,
		.two_level_cd = smmu->two_level_cd,
		.stall_model = smmu->stall_model,
		.ats = smmu->ats,
		.ril = smmu->inst.ril,
	};
}

/* The virtual SMMU @id below @parent, made if it is not there. */
static struct smmu_vsmmu *vsmmu_get(struct smmu_domain *parent, struct smmu_device *smmu, u32 id)
{
	struct smmu_vsmmu *vsmmu;
	int ret;

	lockdep_assert_held(&parent->lock);
	list_for_each_entry(vsmmu, &parent->vsmmus, node)
		if (vsmmu->id == id)
			return vsmmu->smmu == smmu ? vsmmu : ERR_PTR(-EINVAL);
	vsmmu = kzalloc(sizeof(*vsmmu), GFP_KERNEL_ACCOUNT);
	if (!vsmmu)
		return ERR_PTR(-ENOMEM);
	ret = smmu_vmid_alloc(smmu, &vsmmu->vmid);
	if (ret) {
		kfree(vsmmu);
		return ERR_PTR(ret);
	}
	vsmmu->parent = parent;
	vsmmu->smmu = smmu;
	vsmmu->id = id;
	INIT_LIST_HEAD(&vsmmu->streams);
	list_add(&vsmmu->node, &parent->vsmmus);
	return vsmmu;
}

/* No master has been attached through it since its last detach emptied the TLBs of the VMID. */
static void vsmmu_put(struct smmu_vsmmu *vsmmu)
{
	lockdep_assert_held(&vsmmu->parent->lock);
	if (!list_empty(&vsmmu->streams))
		return;
	list_del(&vsmmu->node);
	smmu_vmid_free(vsmmu->vmid);
	kfree(vsmmu);
}

static void nested_free(struct iommu_domain *domain)
{
	struct smmu_nested *nested = to_smmu_nested(domain);
	struct smmu_domain *parent = nested->vsmmu->parent;

	mutex_lock(&parent->lock);
	WARN_ON(nested->master);
	list_del(&nested->node);
	vsmmu_put(nested->vsmmu);
	mutex_unlock(&parent->lock);
	kfree(nested);
}

/* Whether an endpoint is attached that may hold translations of the guest's. */
static bool has_atc(const struct smmu_nested *nested)
{
	return nested->master && nested->ste.ats && nested->master->ats_supported &&
	       !READ_ONCE(nested->master->isolated);
}

/*
 * Puts our stream ID in place of the guest's. Returns 1; 0 if there is nothing to be told, as no
 * device or none with an ATC is attached; -EIO if the guest has no such stream.
 */
static int replace_sid(struct smmu_vsmmu *vsmmu, struct smmu_cmd *cmd, bool atc)
{
	u32 vsid = smmu_cmd_sid(cmd);
	struct smmu_nested *nested;
	bool known = false;

	lockdep_assert_held(&vsmmu->parent->lock);
	list_for_each_entry(nested, &vsmmu->streams, node) {
		if (nested->vsid != vsid)
			continue;
		known = true;
		if (atc ? !has_atc(nested) : !nested->master)
			continue;
		smmu_cmd_set_sid(cmd, nested->master->sids[0]);
		return 1;
	}
	return known ? 0 : -EIO;
}

/* A guest's commands on their way to the SMMU. */
struct guest_batch {
	struct smmu_vsmmu *vsmmu;
	struct smmu_cmd cmds[SMMU_CMDQ_BATCH];
	u32 num;
	bool tlb; /* a TLB invalidation may still be under way */
	bool atc; /* ATC invalidations are among those sent */
};

static int submit(struct guest_batch *batch, bool wait)
{
	u32 n = batch->num;

	if (wait)
		batch->cmds[n++] = smmu_cmd_sync();
	batch->num = 0;
	return n ? smmu_cmdq_issue(&batch->vsmmu->smmu->cmdq, batch->cmds, n, wait) : 0;
}

/* Leaves room for the SYNC before an ATC invalidation and the one at the end. */
static int add_guest_cmd(struct guest_batch *batch, struct smmu_cmd *cmd,
			 const struct smmu_guest_limits *limits)
{
	int kind = smmu_guest_cmd(cmd, batch->vsmmu->vmid, limits);
	int ret = 1;

	if (kind < 0)
		return kind;
	if (kind != SMMU_GUEST_TLB)
		ret = replace_sid(batch->vsmmu, cmd, kind == SMMU_GUEST_ATC);
	if (ret <= 0)
		return ret;
	if (kind == SMMU_GUEST_ATC)
		batch->atc = true;
	/* The guest's own SYNC between the two did not come this far. */
	if (kind == SMMU_GUEST_ATC && batch->tlb) {
		batch->cmds[batch->num++] = smmu_cmd_sync();
		batch->tlb = false;
	}
	if (kind == SMMU_GUEST_TLB)
		batch->tlb = true;
	batch->cmds[batch->num++] = *cmd;
	if (batch->num + 3 > SMMU_CMDQ_BATCH)
		return submit(batch, false);
	return 0;
}

/*
 * A SYNC has told that some endpoint did not answer, not which, and others' invalidations may be
 * lost with its. So those of this virtual SMMU are asked for all they have; a silent one is
 * isolated.
 */
static int ask_again(struct smmu_vsmmu *vsmmu)
{
	struct smmu_nested *nested;
	int ret = 0, err;

	lockdep_assert_held(&vsmmu->parent->lock);
	list_for_each_entry(nested, &vsmmu->streams, node) {
		if (!has_atc(nested))
			continue;
		for (u32 i = 0; i < nested->master->num_sids; i++) {
			const struct smmu_inv inv = {
				.smmu = &vsmmu->smmu->inst,
				.kind = SMMU_INV_ATS_ALL,
				.id = nested->master->sids[i],
			};

			err = smmu_invs_flush_gone(&inv, 1);
			if (err)
				ret = err;
		}
	}
	return ret;
}

/* Completes what was submitted. */
static int complete_batch(struct guest_batch *batch, u64 failures)
{
	int ret = submit(batch, true);

	if (ret && ret != -EIO)
		return ret;
	if (batch->atc && smmu_cmdq_atc_failures(&batch->vsmmu->smmu->cmdq) != failures)
		return ask_again(batch->vsmmu);
	return 0;
}

/* The lock keeps the streams and their masters; commands are checked before they are sent. */
static int nested_invalidate(struct iommu_domain *domain, struct iommu_user_data_array *array)
{
	struct smmu_nested *nested = to_smmu_nested(domain);
	struct guest_batch batch = {.vsmmu = nested->vsmmu};
	struct svarig_invalidate_smmuv3 user;
	struct smmu_guest_limits limits;
	struct smmu_cmd cmd;
	u32 total = array->entry_num;
	u64 failures;
	int ret = 0, err;
	u32 i = 0;

	if (array->type != SVARIG_IOMMU_INVALIDATE_SMMUV3) {
		array->entry_num = 0;
		return -EINVAL;
	}
	limits_of(nested->vsmmu->smmu, &limits);
	mutex_lock(&nested->vsmmu->parent->lock);
	failures = smmu_cmdq_atc_failures(&nested->vsmmu->smmu->cmdq);
	for (; i < total; i++) {
		ret = iommu_copy_struct_from_user_array(&user, array,
							SVARIG_IOMMU_INVALIDATE_SMMUV3, i, cmd);
		if (ret)
			break;
		cmd.qw[0] = le64_to_cpu(user.cmd[0]);
		cmd.qw[1] = le64_to_cpu(user.cmd[1]);
		ret = add_guest_cmd(&batch, &cmd, &limits);
		if (ret)
			break;
		cond_resched();
	}
	err = complete_batch(&batch, failures);
	mutex_unlock(&nested->vsmmu->parent->lock);
	/* What failed to complete has not been done, though we do not know which it was. */
	array->entry_num = err ? 0 : i;
	return err ?: ret;
}

static const struct iommu_domain_ops nested_ops = {
	.attach_dev = smmu_attach_nested,
	.cache_invalidate_user = nested_invalidate,
	.free = nested_free,
};

static struct iommu_domain *alloc_nested(struct smmu_device *smmu, struct smmu_domain *parent,
					 const struct iommu_user_data *user_data)
{
	struct svarig_hwpt_smmuv3 user;
	struct smmu_guest_limits limits;
	struct smmu_vsmmu *vsmmu;
	struct smmu_nested *nested;
	u64 ste[2];
	int ret;

	if (!unsafe_nesting)
		return ERR_PTR(-EOPNOTSUPP);
	ret = iommu_copy_struct_from_user(&user, user_data, SVARIG_IOMMU_HWPT_SMMUV3, vsid);
	if (ret)
		return ERR_PTR(ret);
	if (!smmu_compatible(parent, smmu))
		return ERR_PTR(-EINVAL);

	nested = kzalloc(sizeof(*nested), GFP_KERNEL_ACCOUNT);
	if (!nested)
		return ERR_PTR(-ENOMEM);
	ste[0] = le64_to_cpu(user.ste[0]);
	ste[1] = le64_to_cpu(user.ste[1]);
	limits_of(smmu, &limits);
	ret = smmu_guest_ste_parse(&nested->ste, ste, &limits);
	if (ret)
		goto err_free;
	nested->vsid = user.vsid;
	nested->domain.type = IOMMU_DOMAIN_NESTED;
	nested->domain.ops = &nested_ops;

	mutex_lock(&parent->lock);
	vsmmu = vsmmu_get(parent, smmu, user.vsmmu);
	if (!IS_ERR(vsmmu)) {
		nested->vsmmu = vsmmu;
		list_add(&nested->node, &vsmmu->streams);
	}
	mutex_unlock(&parent->lock);
	if (!IS_ERR(vsmmu))
		return &nested->domain;
	ret = PTR_ERR(vsmmu);

err_free:
	kfree(nested);
	return ERR_PTR(ret);
}

struct iommu_domain *smmu_domain_alloc_user(struct device *dev, u32 flags,
					    struct iommu_domain *parent,
					    const struct iommu_user_data *user_data)
{
	struct smmu_master *master = dev_iommu_priv_get(dev);
	const bool stage2 = flags & IOMMU_HWPT_ALLOC_NEST_PARENT;
	struct smmu_domain *domain;

	if (parent) {
		if (flags)
			return ERR_PTR(-EOPNOTSUPP);
		return alloc_nested(master->smmu, to_smmu_domain(parent), user_data);
	}
	if (user_data || (flags & ~(IOMMU_HWPT_ALLOC_NEST_PARENT | IOMMU_HWPT_FAULT_ID_VALID)))
		return ERR_PTR(-EOPNOTSUPP);
	if (stage2 && !master->smmu->stage2)
		return ERR_PTR(-EOPNOTSUPP);
	domain = smmu_domain_alloc_stage(master->smmu, stage2);
	if (IS_ERR(domain))
		return ERR_CAST(domain);
	domain->domain.type = IOMMU_DOMAIN_UNMANAGED;
	domain->domain.ops = &smmu_paging_ops;
	return &domain->domain;
}
