/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of svarig_test.ko offer each other. */
#ifndef SVARIG_TEST_H
#define SVARIG_TEST_H

#include <linux/iommu.h>
#include <linux/pci.h>

#include "svarig_test.h"

/* The shared folder's device, which has no PASIDs */
#define SVT_SHARE_VENDOR 0x1af4
#define SVT_SHARE_DEVICE 0x1049

/* faults.c: page faults of whatever a domain is attached to with this handle */
struct svt_faults {
	struct iommu_attach_handle handle;
	spinlock_t lock; /* groups */
	struct list_head groups;
};

void svt_faults_init(struct svt_faults *f);
/* For iommu_domain.iopf_handler. */
int svt_fault_handler(struct iopf_group *group);
u32 svt_faults_waiting(struct svt_faults *f);
/* Answers all that wait: well if @serve returns 0 for each address, refused if not or without it.
 */
void svt_faults_answer(struct svt_faults *f, int (*serve)(void *data, u64 addr), void *data);

/* hold.c */
int svt_hold_mmap(struct vm_area_struct *vma);
void svt_hold(bool hold);
int svt_held(void);

/* stream.c: one stream at a time; the caller serialises */
int svt_stream_start(struct pci_dev *pdev, u32 flags);
int svt_stream_stop(struct svt_stream_result *result);
int svt_stream_look(struct svt_stream_result *result);
/* Maps the stream's memory one to one into another domain. */
int svt_stream_map(struct iommu_domain *domain);

/* space.c; the caller serialises */
int svt_space(struct pci_dev *pdev, struct svt_space *s);
void svt_spaces_close(void);

/* lpis.c */
void svt_lpis_off(void);

/* power.c */
int svt_power_loss(struct pci_dev *pdev, bool on);
int svt_power_lost(void);

/* tables.c; @pdev is behind an SMMU that runs; one watch at a time, the caller serialises */
int svt_tables(struct pci_dev *pdev, struct svt_tables *out);
int svt_watch_start(struct pci_dev *pdev);
int svt_watch_stop(struct svt_watch *seen);

/* measure.c; @pdev is the accelerator's function */
int svt_measure(struct pci_dev *pdev, struct svt_measure *m);

/* bind.c */
int svt_bind(struct pci_dev *pdev, struct svt_bind *b);

/* turn.c */
int svt_turn(struct pci_dev *pdev, struct svt_turn *turn);

#endif
