// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests: from the SMMU's queue to the kernel's fault handlers, and the responses back.
 *
 * Groups are put together here and handed over whole, with the pages of one group in a row. The
 * IOMMU core finds parts of a group by index alone; this way it never sees two groups at once, and
 * what waits for a PASID can be dropped when the PASID is detached.
 */
#include <linux/wait_bit.h>

#include "event.h"
#include "smmu.h"

static void respond(struct smmu_device *smmu, const struct smmu_page_req *req, bool with_pasid,
		    u8 code)
{
	struct smmu_cmd cmd =
		smmu_cmd_pri_resp(req->sid, req->ssv && with_pasid, req->ssid, req->prgi, code);

	smmu_cmdq_issue(&smmu->cmdq, &cmd, 1, false);
}

static void hand_over(struct smmu_master *master, struct smmu_attachment *att,
		      const struct smmu_page_req *req)
{
	struct iopf_fault evt = {
		.fault.type = IOMMU_FAULT_PAGE_REQ,
		.fault.prm.pasid = req->ssid,
		.fault.prm.grpid = req->prgi,
		.fault.prm.addr = req->addr,
		/* Nobody was granted more: see enable_pasid(). */
		.fault.prm.perm = (req->read ? IOMMU_FAULT_PERM_READ : 0) |
				  (req->write ? IOMMU_FAULT_PERM_WRITE : 0),
		/* For the response: which of the master's streams asked, and who counts it. */
		.fault.prm.private_data[0] = req->sid,
		.fault.prm.private_data[1] = (uintptr_t)att,
	};

	if (req->ssv) {
		evt.fault.prm.flags |= IOMMU_FAULT_PAGE_REQUEST_PASID_VALID;
		if (master->pri_needs_pasid)
			evt.fault.prm.flags |= IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID;
	}
	if (req->last) {
		evt.fault.prm.flags |= IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
		if (att)
			atomic_inc(&att->faults);
	}
	/* On failure it has already responded. */
	iommu_report_device_fault(master->dev, &evt);
}

/* Whether somebody is attached who may be asked. A guest's PASIDs are known to the guest alone. */
static bool accepted(struct smmu_master *master, const struct smmu_page_req *req)
{
	if (!req->ssv)
		return READ_ONCE(master->rid_faults);
	return READ_ONCE(master->rid_kind) == SMMU_RID_NESTED ||
	       xa_load(&master->pasids, req->ssid);
}

/*
 * The attachment that is not to end before the request is answered. It is there until the queue was
 * drained after it had gone from the list. The handlers of other domains than SVA either have done
 * with the domain when they return, or their owner ends them (iommufd, which answers after detach).
 */
static struct smmu_attachment *counting(struct smmu_master *master, const struct smmu_page_req *req)
{
	struct smmu_attachment *att = req->ssv ? xa_load(&master->pasids, req->ssid) : NULL;

	return att && att->domain->domain.type == IOMMU_DOMAIN_SVA ? att : NULL;
}

/*
 * Requests for what is not attached (any more) are answered here: by the time the core would look
 * for the attachment it might be on its way out.
 */
static void handle_group(struct smmu_device *smmu, const struct smmu_page_req *last)
{
	struct smmu_attachment *att;
	struct smmu_master *master;
	struct smmu_page_req req;

	mutex_lock(&smmu->streams_lock);
	master = xa_load(&smmu->streams, last->sid);
	if (!master) {
		respond(smmu, last, false, SMMU_PRI_RESP_FAILURE);
		goto drop;
	}
	/*
	 * Invalid, not failure: a VF asks through its PF's capability, and a failure would turn
	 * page requests off for the PF and all its VFs.
	 */
	if (!READ_ONCE(master->iopf_enabled) || !accepted(master, last)) {
		respond(smmu, last, master->pri_needs_pasid, SMMU_PRI_RESP_INVALID);
		goto drop;
	}
	att = counting(master, last);
	while (smmu_prg_take(&smmu->prg, last, &req))
		hand_over(master, att, &req);
	hand_over(master, att, last);
	mutex_unlock(&smmu->streams_lock);
	return;

drop:
	dev_warn_ratelimited(master ? master->dev : smmu->dev,
			     "page request turned down: sid 0x%x pasid 0x%x at 0x%llx\n", last->sid,
			     last->ssid, last->addr);
	mutex_unlock(&smmu->streams_lock);
	while (smmu_prg_take(&smmu->prg, last, &req))
		;
}

static void drain(struct smmu_device *smmu)
{
	u64 record[SMMU_PRI_QWORDS];
	struct smmu_page_req req;

	lockdep_assert_held(&smmu->priq_lock);
	for (;;) {
		while (smmu_inq_pop(&smmu->priq, record)) {
			cond_resched();
			smmu_page_req_decode(&req, record);
			/* All requests before it have been seen, that is all it says. */
			if (req.stop_marker)
				continue;
			if (req.last)
				handle_group(smmu, &req);
			else
				smmu_prg_hold(&smmu->prg, &req);
		}
		if (!smmu_inq_overflowed(&smmu->priq))
			break;
		/*
		 * The SMMU has answered the groups whose last page it could not queue; what we
		 * hold of them would be taken for parts of later groups.
		 */
		smmu_prg_drop_all(&smmu->prg);
		smmu_inq_ack_overflow(&smmu->priq);
		dev_warn_ratelimited(smmu->dev, "page request queue overflow\n");
	}
}

void smmu_drain_page_requests(struct smmu_device *smmu)
{
	mutex_lock(&smmu->priq_lock);
	drain(smmu);
	mutex_unlock(&smmu->priq_lock);
}

static void flush(struct smmu_master *master, bool all, bool ssv, u32 pasid)
{
	struct smmu_device *smmu = master->smmu;

	lockdep_assert_held(&master->lock);
	if (!master->iopf_enabled)
		return;
	mutex_lock(&smmu->priq_lock);
	drain(smmu);
	for (u32 i = 0; i < master->num_sids; i++) {
		if (all)
			smmu_prg_drop_stream(&smmu->prg, master->sids[i]);
		else
			smmu_prg_drop_pasid(&smmu->prg, master->sids[i], ssv, pasid);
	}
	mutex_unlock(&smmu->priq_lock);
}

void smmu_fault_wait(struct smmu_attachment *att)
{
	wait_var_event(&att->faults, !atomic_read(&att->faults));
}

void smmu_fault_flush(struct smmu_master *master, bool ssv, u32 pasid)
{
	flush(master, false, ssv, pasid);
}

void smmu_fault_flush_all(struct smmu_master *master)
{
	flush(master, true, false, IOMMU_NO_PASID);
}

int smmu_fault_enable(struct smmu_master *master)
{
	int ret;

	lockdep_assert_held(&master->lock);
	if (master->iopf_enabled)
		return -EBUSY;
	if (!master->smmu->iopf || !master->ats_supported || !smmu_pri_supported(master))
		return -ENODEV;
	ret = smmu_pri_reserve(master);
	if (ret)
		return ret;
	ret = iopf_queue_add_device(master->smmu->iopf, master->dev);
	if (ret)
		goto err_reserved;
	WRITE_ONCE(master->iopf_enabled, true);
	if (master->ats_enabled) {
		ret = smmu_pri_ready(master);
		if (ret)
			goto err_added;
		smmu_pri_enable(master);
	}
	return 0;

err_added:
	WRITE_ONCE(master->iopf_enabled, false);
	iopf_queue_remove_device(master->smmu->iopf, master->dev);
err_reserved:
	smmu_pri_unreserve(master);
	return ret;
}

int smmu_fault_disable(struct smmu_master *master)
{
	struct smmu_device *smmu = master->smmu;

	lockdep_assert_held(&master->lock);
	if (!master->iopf_enabled)
		return -EINVAL;
	if (master->sva_enabled || master->num_pasids)
		return -EBUSY;

	/* Still answering: the endpoint only stops once it has its responses. */
	smmu_pri_disable(master);
	smmu_pri_wait_stopped(master);
	mutex_lock(&smmu->priq_lock);
	drain(smmu);
	WRITE_ONCE(master->iopf_enabled, false);
	for (u32 i = 0; i < master->num_sids; i++)
		smmu_prg_drop_stream(&smmu->prg, master->sids[i]);
	mutex_unlock(&smmu->priq_lock);
	/* The core frees groups that are being handled: each detach has waited for its own. */
	iopf_queue_remove_device(smmu->iopf, master->dev);
	smmu_pri_unreserve(master);
	return 0;
}

void smmu_page_response(struct device *dev, struct iopf_fault *evt, struct iommu_page_response *msg)
{
	struct iommu_fault_page_request *prm = &evt->fault.prm;
	struct smmu_master *master = dev_iommu_priv_get(dev);
	const struct smmu_page_req req = {
		.sid = prm->private_data[0],
		.ssv = prm->flags & IOMMU_FAULT_PAGE_REQUEST_PASID_VALID,
		.ssid = prm->pasid,
		.prgi = prm->grpid,
	};
	struct smmu_attachment *att;
	u8 code;

	/* Only the group as a whole is answered. */
	if (!(prm->flags & IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE))
		return;
	/*
	 * The core reports a failure when it has no memory for a group. Told so, the endpoint would
	 * never ask again, for nobody; one request turned down costs one job.
	 */
	code = msg->code == IOMMU_PAGE_RESP_SUCCESS ? SMMU_PRI_RESP_SUCCESS : SMMU_PRI_RESP_INVALID;
	respond(master->smmu, &req, prm->flags & IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID, code);
	/* The handler does not touch the domain any more. */
	att = (struct smmu_attachment *)(uintptr_t)prm->private_data[1];
	if (att && atomic_dec_and_test(&att->faults))
		wake_up_var(&att->faults);
}

int smmu_fault_init(struct smmu_device *smmu)
{
	int ret;

	mutex_init(&smmu->priq_lock);
	if (!smmu->pri)
		return 0;
	ret = smmu_prg_init(&smmu->prg, BIT(smmu->priq_log2));
	if (ret)
		return ret;
	smmu->iopf = iopf_queue_alloc(dev_name(smmu->dev));
	if (!smmu->iopf) {
		smmu_prg_free(&smmu->prg);
		return -ENOMEM;
	}
	/* Stop markers take no credit: leave them an eighth of the queue. */
	smmu->pri_places = BIT(smmu->priq_log2) * 7 / 8;
	atomic_set(&smmu->pri_credits, smmu->pri_places);
	return 0;
}

void smmu_fault_exit(struct smmu_device *smmu)
{
	iopf_queue_free(smmu->iopf);
	smmu_prg_free(&smmu->prg);
}
