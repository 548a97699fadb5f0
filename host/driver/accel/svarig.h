/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the accelerator's PCI driver share. */
#ifndef SVARIG_H
#define SVARIG_H

#include <linux/iommu.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/uacce.h>

#include "svarig_hw.h"
#include "svarig_ioctl.h"

#define SVARIG_NAME "svarig"

struct svarig_device;
struct svarig_kqueue;

/**
 * struct svarig_queue - one hardware queue and the file that owns it
 * @dev: the device
 * @uq: uacce's side, NULL while the queue is free
 * @self_bond: bond made by this driver where uacce makes none
 * @mm: the opener's mm, for comparison only (mm_count held)
 * @setup: rings, from SVARIG_IOC_SETUP
 * @index: hardware queue number
 * @pasid: PASID of @mm on this device
 * @have_setup: @setup is valid
 * @kq: the kernel's own user of the queue instead of @uq
 * @created: the firmware knows the queue, or may know it
 * @lost: the hardware did not let go of the queue; never handed out again
 * @updated: an interrupt arrived since the last poll
 *
 * All but @updated are written under uacce->mutex, @uq and @kq also under dev->wake_lock.
 */
struct svarig_queue {
	struct svarig_device *dev;
	struct uacce_queue *uq;
	struct svarig_kqueue *kq;
	struct iommu_sva *self_bond;
	struct mm_struct *mm;
	struct svarig_queue_setup setup;
	u32 index;
	u32 pasid;
	bool have_setup;
	bool created;
	bool lost;
	atomic_t updated;
};

/**
 * struct svarig_vector - what an interrupt handler gets
 * @dev: the device
 * @index: MSI-X vector; to look it up from the interrupt number would sleep
 */
struct svarig_vector {
	struct svarig_device *dev;
	int index;
};

/**
 * struct svarig_device - one PCI function
 * @pdev: the function
 * @uacce: the character device
 * @admin: BAR 2
 * @doorbells: physical address of BAR 0
 * @db_shift: log2 of the doorbell page stride
 * @queue_count: hardware queues
 * @queues: @queue_count of them
 * @vectors: MSI-X vectors in use, the first is the firmware's
 * @vector: @vectors of them
 * @self_bind: uacce grants no SVA here, this driver binds by itself
 * @dead: the hardware is gone or being reset: touch nothing
 * @mailbox: see there
 * @wake_lock: see there
 * @cnt_lock: see there
 * @debugfs: directory
 */
struct svarig_device {
	struct pci_dev *pdev;
	struct uacce_device *uacce;
	void __iomem *admin;
	phys_addr_t doorbells;
	u32 db_shift;
	u32 queue_count;
	struct svarig_queue *queues;
	int vectors;
	struct svarig_vector vector[SVARIG_MAX_QUEUES + 1];
	bool self_bind;
	bool dead;
	struct mutex mailbox;  /* one admin command at a time */
	spinlock_t wake_lock;  /* queues[].uq against the interrupt */
	struct mutex cnt_lock; /* low-then-high reads of the counters */
	struct dentry *debugfs;
};

/* mailbox.c */
int svarig_wait_firmware(struct svarig_device *dev);
int svarig_admin(struct svarig_device *dev, u32 command, u32 queue, const u32 *args, int nargs,
		 u32 *results, int nresults);

/* queue.c */
extern const struct uacce_ops svarig_uacce_ops;
void svarig_wake_vector(struct svarig_device *dev, int vector);
void svarig_wake_all(struct svarig_device *dev);
int svarig_queue_vector(const struct svarig_queue *q);
struct svarig_queue *svarig_queue_find(struct svarig_device *dev);
int svarig_queue_create(struct svarig_queue *q, const u32 *args, int nargs);
void svarig_queue_destroy(struct svarig_queue *q);

/* kqueue.c */
void svarig_kqueue_notify(struct svarig_kqueue *kq);

/* power.c */
extern const struct dev_pm_ops svarig_pm_ops;

/* pci.c */
struct svarig_device *svarig_device_of(struct pci_dev *pdev);

/* doorbell.c */
int svarig_map_doorbell(struct vm_area_struct *vma, phys_addr_t page);

/* sysfs.c */
void svarig_sysfs_init(void);
extern const struct attribute_group *svarig_groups[];
u64 svarig_counter(struct svarig_device *dev, unsigned int index);

/* debugfs.c */
void svarig_debugfs_init(void);
void svarig_debugfs_exit(void);
void svarig_debugfs_add(struct svarig_device *dev);
void svarig_debugfs_remove(struct svarig_device *dev);

#endif
