/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Linux side of the driver: its objects, and what its files offer each other.
 *
 * Locks, outermost first: the IOMMU group's mutex (held by the core around attach and detach),
 * smmu_master.lock, smmu_domain.lock, smmu_master.cd_lock; and smmu_device.priq_lock,
 * smmu_device.streams_lock. Of the spinlocks smmu_master.ste_lock comes before that of the command
 * queue, which is the last.
 */
#ifndef SVARIG_SMMUV3_SMMU_H
#define SVARIG_SMMUV3_SMMU_H

#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "cd.h"
#include "cmdq.h"
#include "guest.h"
#include "inq.h"
#include "invs.h"
#include "prg.h"
#include "ste.h"

#define SMMU_STRTAB_SPLIT 8  /* log2 of the streams under one L1 descriptor: one PCI bus */
#define SMMU_CD_SPLIT	  10 /* log2 of the CDs under one L1 descriptor: a 64 KiB leaf */

/* Stream table: linear (l1 unused) or two levels with leaves made when a bus is first seen. */
struct smmu_strtab {
	bool two_level;
	struct smmu_entry *linear;
	__le64 *l1;
	struct smmu_entry **l2; /* CPU addresses of the leaves */
	u32 num_l1;
	dma_addr_t dma;	   /* of linear or l1 */
	struct mutex lock; /* making leaves */
};

/* CD table of one master, the same two ways. */
struct smmu_cdtab {
	u32 log2cds;
	u8 s1fmt;
	struct smmu_entry *linear;
	__le64 *l1;
	struct smmu_entry **l2;
	dma_addr_t dma;
};

struct smmu_device {
	struct smmu_instance inst;
	struct device *dev;
	void __iomem *base;
	struct iommu_device iommu;

	/* abilities */
	u32 sid_bits, ssid_bits, asid_bits, vmid_bits;
	u32 ias, oas;
	unsigned long pgsize_bitmap;
	bool coherent, two_level_cd, stall_model, ats, pri, sva, stage2;

	struct smmu_cmdq cmdq;
	struct smmu_inq evtq, priq;
	u32 cmdq_log2, evtq_log2, priq_log2; /* queue sizes the SMMU can do, capped */
	dma_addr_t cmdq_dma, evtq_dma, priq_dma;
	spinlock_t gerror_lock; /* GERROR and its acknowledgment */

	struct smmu_strtab strtab;

	struct mutex streams_lock; /* streams, and the masters in it while one is looked at */
	struct xarray streams;	   /* stream ID -> struct smmu_master */

	struct mutex priq_lock; /* priq, prg: whoever empties the queue */
	struct smmu_prg_pool prg;
	struct iopf_queue *iopf;
	u32 pri_places;	      /* of the page request queue, that endpoints may be granted */
	atomic_t pri_credits; /* those not granted yet */

	struct dentry *debugfs;
	atomic_t num_isolated; /* masters that do not answer ATC invalidations */
};

struct smmu_domain {
	struct iommu_domain domain;
	struct smmu_device *smmu;     /* the one it was allocated for; others must match it */
	struct io_pgtable_ops *pgtbl; /* NULL for SVA */
	bool stage2;
	struct smmu_cd_s1 cd;  /* stage 1 */
	struct smmu_ste_s2 s2; /* stage 2, with the VMID of masters that use it without a guest */
	struct mutex lock; /* invs' writers, attachments, released, vsmmus and what hangs there */
	struct smmu_invs __rcu *invs;
	struct list_head attachments;
	struct list_head vsmmus;      /* parent: virtual SMMUs that translate through it */
	struct mmu_notifier notifier; /* SVA */
	bool released;		      /* SVA: the address space is gone */
};

/* A guest's SMMU: its translations below one parent, under a VMID of its own. */
struct smmu_vsmmu {
	struct list_head node; /* smmu_domain.vsmmus */
	struct smmu_domain *parent;
	struct smmu_device *smmu;
	u32 id; /* by which its owner knows it */
	u16 vmid;
	struct list_head streams; /* of struct smmu_nested; gone with the last */
};

/* A stream of a virtual SMMU, in one state of its STE. */
struct smmu_nested {
	struct iommu_domain domain;
	struct list_head node; /* smmu_vsmmu.streams */
	struct smmu_vsmmu *vsmmu;
	u32 vsid; /* the guest's number for the stream */
	struct smmu_guest_ste ste;
	struct smmu_master *master; /* attached, or NULL; at most one */
};

/*
 * A domain attached to a PASID of a master, or to its requests without PASID (pasid 0). For a
 * nested one that is the parent, whose array tells of it.
 */
struct smmu_attachment {
	struct list_head node; /* smmu_domain.attachments */
	struct smmu_domain *domain;
	struct smmu_nested *nested;
	struct smmu_master *master;
	u32 pasid;
	atomic_t faults; /* SVA: page request groups handed over and not answered */
};

/* What requests without PASID meet. */
enum smmu_rid_kind {
	SMMU_RID_BLOCKED,
	SMMU_RID_IDENTITY,
	SMMU_RID_STAGE1,
	SMMU_RID_STAGE2,
	SMMU_RID_NESTED,
};

struct smmu_master {
	struct smmu_device *smmu;
	struct device *dev;
	u32 *sids; /* without duplicates */
	u32 num_sids;
	u32 ssid_bits; /* 0: no PASIDs */

	/* Stores into the STEs; may be held in atomic context. */
	spinlock_t ste_lock;
	bool isolated; /* written under ste_lock: the STEs are to say abort, whatever the rest says
			*/
	struct work_struct isolate_work;

	struct mutex cd_lock; /* values of CDs; changing to another table of them */
	struct mutex lock;    /* the fields below */
	struct smmu_cdtab cdtab;
	enum smmu_rid_kind rid_kind;
	struct smmu_attachment *rid;
	struct smmu_attachment *rid_spare; /* for the next attach; or NULL */
	u32 num_pasids;			   /* attached */
	bool ats_supported, ats_enabled;   /* the first never changes */
	bool sva_enabled, iopf_enabled;
	bool pri_enabled, pri_needs_pasid;
	bool paused;	 /* ATS is off until the machine wakes up again */
	bool rid_faults; /* somebody handles faults of requests without PASID; read by fault.c */
	u32 pri_credits;

	struct xarray pasids; /* PASID -> struct smmu_attachment; read under streams_lock, too */
};

static inline struct smmu_domain *to_smmu_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct smmu_domain, domain);
}

/* regs.c: registers */
int smmu_probe_features(struct smmu_device *smmu);
int smmu_reset(struct smmu_device *smmu);
int smmu_disable(struct smmu_device *smmu);
/* True where a test wants the present wait for the hardware to end in vain. */
bool smmu_wait_fails(void);

/* queues.c: the three queues and global errors */
int smmu_init_queues(struct smmu_device *smmu);
void smmu_program_queues(struct smmu_device *smmu);
int smmu_issue_sync(struct smmu_device *smmu, const struct smmu_cmd *cmds, u32 n);
/* Looks for global errors and handles them; any context. */
void smmu_handle_gerror(struct smmu_device *smmu);
void smmu_drain_events(struct smmu_device *smmu);

/* tables.c: memory of stream and CD tables */
int smmu_strtab_init(struct smmu_device *smmu);
int smmu_strtab_prepare(struct smmu_device *smmu, u32 sid);
struct smmu_entry *smmu_strtab_ste(struct smmu_device *smmu, u32 sid);
int smmu_cdtab_prepare(struct smmu_master *master, u32 pasid);
void smmu_cdtab_free(struct smmu_master *master);
/*
 * Another value for the CD of requests without PASID, which they never find invalid. ASID and table
 * are in two words of it, and no store changes both; so a copy of the table gets the new value, and
 * the STEs are led there, which takes one store. Preparing makes room for the copy: 0 or -ENOMEM.
 * Between switch, where the master has the copy and @next the old table, and finish, the caller
 * writes the STEs; CDs are not written meanwhile.
 */
int smmu_cdtab_prepare_switch(struct smmu_master *master, struct smmu_cdtab *next);
void smmu_cdtab_cancel_switch(struct smmu_master *master, struct smmu_cdtab *next);
void smmu_cdtab_switch(struct smmu_master *master, struct smmu_cdtab *next,
		       const struct smmu_entry_val *cd);
void smmu_cdtab_finish_switch(struct smmu_master *master, struct smmu_cdtab *old);
/* Writes the CD of one PASID, or the STEs of all streams; the SMMU has taken note on return. */
void smmu_write_cd(struct smmu_master *master, u32 pasid, const struct smmu_entry_val *cd);
void smmu_write_stes(struct smmu_master *master, const struct smmu_entry_val *ste);
/* ste_lock held; any context. */
void smmu_abort_stes(struct smmu_master *master);

/* attach.c: which master uses which domain */
extern struct iommu_domain smmu_blocked_domain;
extern struct iommu_domain smmu_identity_domain;
int smmu_attach_paging(struct iommu_domain *domain, struct device *dev);
int smmu_attach_nested(struct iommu_domain *domain, struct device *dev);
/* Whether a master of @smmu can use the domain. */
bool smmu_compatible(const struct smmu_domain *domain, const struct smmu_device *smmu);
int smmu_attach_pasid(struct iommu_domain *domain, struct device *dev, ioasid_t pasid,
		      struct iommu_domain *old);
void smmu_detach_pasid(struct device *dev, ioasid_t pasid, struct iommu_domain *domain);
void smmu_attach_static(struct smmu_master *master, enum smmu_rid_kind kind);
/* Nothing is attached any more. */
/*
 * The core allows no device's first attach to fail. What it needs is had before: with the device
 * (smmu_attach_init(), once its streams and its ATS are known; 0 or -ENOMEM, smmu_attach_exit() and
 * smmu_cdtab_free() in either case), and with a domain that is made for @master
 * (smmu_attach_reserve(); 0 or -ENOMEM).
 */
int smmu_attach_init(struct smmu_master *master);
int smmu_attach_reserve(struct smmu_domain *domain, struct smmu_master *master);
void smmu_attach_exit(struct smmu_master *master);
/* Brings STEs, ATS and page requests in line with the master's state; master->lock held. */
void smmu_update_stream(struct smmu_master *master);

/* domain.c: translation tables of the driver's own, and what all domains share */
struct smmu_domain *smmu_domain_new(struct smmu_device *smmu);
void smmu_domain_delete(struct smmu_domain *domain);
struct iommu_domain *smmu_domain_alloc_paging(struct device *dev);
struct smmu_domain *smmu_domain_alloc_stage(struct smmu_device *smmu, bool stage2);
void smmu_domain_invalidate(struct smmu_domain *domain, const struct smmu_range *range);
int smmu_asid_alloc(struct smmu_domain *domain);
void smmu_asid_free(struct smmu_domain *domain);
/* Of all domains, whichever SMMU they serve. */
unsigned int smmu_asids_in_use(void);
int smmu_vmid_alloc(struct smmu_device *smmu, u16 *vmid);
void smmu_vmid_free(u16 vmid);
extern const struct iommu_domain_ops smmu_paging_ops;

/* sva.c: process address spaces */
bool smmu_sva_possible(struct smmu_device *smmu);
struct iommu_domain *smmu_domain_alloc_sva(struct device *dev, struct mm_struct *mm);

/* iommufd.c: what user space may have of the SMMU */
static inline struct smmu_nested *to_smmu_nested(struct iommu_domain *domain)
{
	return container_of(domain, struct smmu_nested, domain);
}

void *smmu_hw_info(struct device *dev, u32 *length, u32 *type);
struct iommu_domain *smmu_domain_alloc_user(struct device *dev, u32 flags,
					    struct iommu_domain *parent,
					    const struct iommu_user_data *user_data);

/* fault.c: page requests */
int smmu_fault_init(struct smmu_device *smmu);
void smmu_fault_exit(struct smmu_device *smmu);
void smmu_drain_page_requests(struct smmu_device *smmu);
/*
 * Returns once no page request of this attachment is waiting or on its way to a handler; the
 * hardware must be unable to accept new ones for it. @ssv false: requests without PASID.
 */
void smmu_fault_flush(struct smmu_master *master, bool ssv, u32 pasid);
/* The same for all requests of the master: a guest's, whose PASIDs we do not know. */
void smmu_fault_flush_all(struct smmu_master *master);
/*
 * After that: returns once all that were handed over are answered and their handlers done with the
 * domain. Waits for this attachment alone: a handler may sleep long, and others must not.
 */
void smmu_fault_wait(struct smmu_attachment *att);
int smmu_fault_enable(struct smmu_master *master);
int smmu_fault_disable(struct smmu_master *master);
void smmu_page_response(struct device *dev, struct iopf_fault *evt,
			struct iommu_page_response *msg);

/* pci.c: capabilities of the endpoint; master->lock held except while it is being probed */
void smmu_pci_probe(struct smmu_master *master);
void smmu_pci_remove(struct smmu_master *master);
void smmu_ats_enable(struct smmu_master *master);
void smmu_ats_disable(struct smmu_master *master);
bool smmu_pri_supported(struct smmu_master *master);
/* Takes places in the SMMU's queue for the endpoint, and gives them back. 0 or a negative errno. */
int smmu_pri_reserve(struct smmu_master *master);
void smmu_pri_unreserve(struct smmu_master *master);
/*
 * What can fail of switching page requests on, if they are wanted at all, without doing so. To be
 * asked before anything is changed that needs them.
 */
int smmu_pri_ready(struct smmu_master *master);
void smmu_pri_enable(struct smmu_master *master);
/*
 * The endpoint sends no more page requests. It may still wait for responses, which the holder of
 * its requests has yet to give: smmu_pri_wait_stopped() waits for the end of that.
 */
void smmu_pri_disable(struct smmu_master *master);
void smmu_pri_wait_stopped(struct smmu_master *master);

/* Page requests and ATS off, as far as they are on. */
void smmu_master_quiet(struct smmu_master *master);

/* isolate.c: endpoints that do not answer ATC invalidations */
extern const struct smmu_isolation_ops smmu_isolation_ops;
void smmu_isolate_init(struct smmu_master *master);
/* The master's streams are disclaimed. */
void smmu_isolate_exit(struct smmu_master *master);
/* Before an attach; master->lock held. Returns 0, or -EIO if the master is and stays isolated. */
int smmu_isolate_recover(struct smmu_master *master);
const struct attribute_group **smmu_iommu_groups(void);

/* power.c: the end of the machine's run, and its sleep */
void smmu_shut_down(struct smmu_device *smmu);
extern const struct dev_pm_ops smmu_pm_ops;

/* debugfs.c: counts for tests and for the curious */
void smmu_debugfs_init(void);
void smmu_debugfs_exit(void);
void smmu_debugfs_add(struct smmu_device *smmu);
void smmu_debugfs_remove(struct smmu_device *smmu);

/* device.c: what the IOMMU core asks about devices */
extern const struct iommu_ops smmu_ops;
struct smmu_device *smmu_find(struct fwnode_handle *fwnode);

#endif
