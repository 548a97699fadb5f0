/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a process and svarig.ko agree on, beyond uacce's own calls.
 *
 * open /dev/svarig-N        reserves a hardware queue and binds the opener's address space (PASID)
 * SVARIG_IOC_SETUP          says where the rings are (once, before UACCE_CMD_START_Q)
 * UACCE_CMD_START_Q         creates the queue in the hardware
 * mmap(offset 0)            the queue's doorbell page, SVARIG_DB_* (one page of the CPU)
 * poll                      POLLIN once after the interrupt that DB_ARM asked for
 * UACCE_CMD_PUT_Q, close    stops the queue; jobs that still run are abandoned
 */
#ifndef SVARIG_IOCTL_H
#define SVARIG_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

struct svarig_queue_setup {
	__u64 sq_addr; /* submission ring, aligned to SVARIG_RING_ALIGN */
	__u64 cq_addr; /* completion ring, likewise */
	__u8 sq_log2;  /* entries, SVARIG_MIN_RING_LOG2 .. SVARIG_MAX_RING_LOG2 */
	__u8 cq_log2;
	__u8 weight; /* share of the engines against other queues, 0 counts as 1 (SVARIG_QC_WEIGHT)
		      */
	__u8 rsvd;   /* zero */
	__u32 queue; /* out: the hardware queue number */
};

#define SVARIG_IOC_SETUP _IOWR('W', 16, struct svarig_queue_setup)

#endif
