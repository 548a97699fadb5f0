/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The endpoint given to user space through VFIO and driven from there: its BARs, its mailbox and
 * one queue. Every failure that is not part of a test ends the program (bail()).
 */
#ifndef SVARIG_GUEST_VFIO_H
#define SVARIG_GUEST_VFIO_H

#include <linux/iommufd.h>
#include <linux/vfio.h>

#include "guest.h"

/* No PASID: as an endpoint under an old-fashioned driver. */
#define NO_PASID UINT32_MAX

struct vdev {
	int device;
	int container, group; /* legacy, else -1 */
	int iommu;	      /* iommufd, else -1 */
	uint32_t dev_id;      /* the iommufd's name of the device */
	volatile uint32_t *admin, *doorbells;
	size_t admin_bytes, doorbell_bytes;
	uint32_t db_shift;
};

/* A queue whose rings take one page of the caller's: its address for us, and for the device. */
struct vqueue {
	struct vdev *v;
	uint32_t number;
	struct svarig_desc *sq; /* first half of the page */
	struct svarig_cpl *cq;	/* second half */
	uint32_t submitted, taken;
};

/*
 * All endpoints go from svarig.ko to vfio-pci, and back. Returns how many; skips the whole test
 * where there is no accelerator. What follows is about endpoint @n, from 0.
 */
unsigned int endpoints_take(void);
/* One TAP line: the device works under its own driver again. */
void endpoints_give_back(void);
/* Its stream ID, as the rig's host bridge makes it: the requester ID. */
uint32_t endpoint_sid(unsigned int n);
/* The SMMU it is behind: equal numbers, the same one. */
uint64_t endpoint_smmu(unsigned int n);

/* Through a group and a type 1 container, ready for VFIO_IOMMU_MAP_DMA; or bound to an iommufd. */
void vdev_open_legacy(struct vdev *v, unsigned int n);
void vdev_open_cdev(struct vdev *v, unsigned int n);
/* Bound to the iommufd of @first. */
void vdev_join(struct vdev *v, const struct vdev *first, unsigned int n);
void vdev_close(struct vdev *v);
/* Maps the BARs, switches bus mastering on, waits for the firmware. The device must have DMA. */
void vdev_start(struct vdev *v);
/* After a reset: the same, the BARs being mapped. */
void vdev_restart(struct vdev *v);
/* Eventfd of MSI-X vector 1; vector 0 is the firmware's. */
int vdev_interrupt(struct vdev *v);
/* An admin command; returns SVARIG_AS_*. */
uint32_t vdev_admin(struct vdev *v, uint32_t command, uint32_t queue, const uint32_t *args,
		    unsigned int n);

/* @iova: where the device sees @page. */
void vqueue_create(struct vqueue *q, struct vdev *v, uint32_t number, void *page, uint64_t iova,
		   uint32_t pasid);
void vqueue_destroy(struct vqueue *q);
void vqueue_submit(struct vqueue *q, const struct svarig_desc *desc);
/* The next completion, waited for @ms; false if none came. */
bool vqueue_wait(struct vqueue *q, struct svarig_cpl *cpl, int ms);
/* Both; bails out when no completion comes. Returns the status. */
int vqueue_run(struct vqueue *q, const struct svarig_desc *desc, struct svarig_cpl *cpl);
/* Why the queue halted: its QSTAT_*. */
uint32_t vqueue_status(const struct vqueue *q);

/* ioctl() of an iommufd, with a name for the message; returns 0 or -errno. */
int iommufd(struct vdev *v, unsigned long request, void *arg);
uint32_t ioas_alloc(struct vdev *v);
/* Maps own memory at a place of ours; returns 0 or -errno. */
int ioas_map(struct vdev *v, uint32_t ioas, const void *p, size_t bytes, uint64_t iova);
int ioas_unmap(struct vdev *v, uint32_t ioas, uint64_t iova, size_t bytes);
void iommufd_destroy(struct vdev *v, uint32_t id);
/* @pt: an IOAS or a hardware page table. Return 0 or -errno. */
int vdev_attach(struct vdev *v, uint32_t pt);
int vdev_detach(struct vdev *v);

#endif
