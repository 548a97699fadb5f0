/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The endpoint driven from user space where no IOMMU is, as in a nested guest: its BARs through
 * sysfs, physical addresses. What vfio.h says of queues holds. Failures end the program (bail()).
 */
#ifndef SVARIG_GUEST_PHYSICAL_H
#define SVARIG_GUEST_PHYSICAL_H

#include "vfio.h"

#define HUGE_PAGE (2u << 20)

/* The first endpoint or virtual function: maps its BARs, switches bus mastering on, waits for the
 * firmware. */
void vdev_open_physical(struct vdev *v);
/* HUGE_PAGE bytes of contiguous memory that stays where it is, and its physical address. */
uint8_t *memory_physical(uint64_t *address);

#endif
