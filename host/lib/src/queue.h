/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of a queue, for the files of the library. */
#ifndef SVARIG_QUEUE_H
#define SVARIG_QUEUE_H

#include <stdbool.h>
#include <sys/types.h>

#include "svarig.h"
#include "svarig_hw.h"

struct svarig {
	int fd;
	pid_t owner;
	unsigned int number;
	unsigned int log2;	     /* entries of both rings */
	struct svarig_desc *sq;	     /* our memory, read by the device */
	struct svarig_cpl *cq;	     /* our memory, written by the device */
	size_t ring_bytes;	     /* of the one mapping that holds both */
	volatile uint32_t *doorbell; /* SVARIG_DB_* / 4 */
	size_t doorbell_bytes;
	uint32_t sq_tail; /* jobs submitted */
	uint32_t cq_head; /* completions collected */
};

#endif
