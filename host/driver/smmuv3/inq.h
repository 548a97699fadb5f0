/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two queues the SMMU fills and the driver empties: events and page requests (IHI 0070 3.5,
 * 7.4, 8.1). One reader at a time.
 */
#ifndef SVARIG_SMMUV3_INQ_H
#define SVARIG_SMMUV3_INQ_H

#include "hw.h"

#define SMMU_INQ_MAX_QWORDS 4

struct smmu_inq;

struct smmu_inq_ops {
	u32 (*read_prod)(struct smmu_inq *q);
	void (*write_cons)(struct smmu_inq *q, u32 cons);
};

struct smmu_inq {
	const struct smmu_inq_ops *ops;
	__le64 *base;
	u32 log2size; /* of the number of records */
	u32 qwords;   /* of a record: 2 or 4 */
	u32 cons;  /* index and wrap bit, and the overflow acknowledged last, as in the register */
	u32 prod;  /* as read last */
	u64 taken; /* records, ever */
	u64 overflows;
};

void smmu_inq_init(struct smmu_inq *q, const struct smmu_inq_ops *ops, __le64 *base, u32 log2size,
		   u32 qwords);

/*
 * Takes the next record into @record (@qwords words) and gives its place back to the SMMU. Returns
 * false if there is none. The place is free before the caller acts on the record, so a response
 * that returns a credit to an endpoint never finds the queue fuller than the credits allow.
 */
bool smmu_inq_pop(struct smmu_inq *q, u64 *record);

/*
 * True if the queue has overflowed since the last acknowledgment: records have been lost. To be
 * asked once smmu_inq_pop() has returned false.
 */
bool smmu_inq_overflowed(const struct smmu_inq *q);

/* Lets the SMMU write again after an overflow. */
void smmu_inq_ack_overflow(struct smmu_inq *q);

#endif
