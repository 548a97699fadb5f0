// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues filled by the SMMU.
 */
#include "inq.h"

static u32 index_mask(const struct smmu_inq *q)
{
	return (2u << q->log2size) - 1;
}

void smmu_inq_init(struct smmu_inq *q, const struct smmu_inq_ops *ops, __le64 *base, u32 log2size,
		   u32 qwords)
{
	memset(q, 0, sizeof(*q));
	q->ops = ops;
	q->base = base;
	q->log2size = log2size;
	q->qwords = qwords;
}

bool smmu_inq_pop(struct smmu_inq *q, u64 *record)
{
	const u32 mask = index_mask(q);
	const __le64 *entry;

	if (((q->prod ^ q->cons) & mask) == 0) {
		q->prod = q->ops->read_prod(q);
		if (((q->prod ^ q->cons) & mask) == 0)
			return false;
		/* The records up to the index just read, not older ones. */
		dma_rmb();
	}

	entry = q->base + (q->cons & (mask >> 1)) * q->qwords;
	for (u32 i = 0; i < q->qwords; i++)
		record[i] = le64_to_cpu(READ_ONCE(entry[i]));

	q->cons = (q->cons & ~mask) | ((q->cons + 1) & mask);
	q->taken++;
	/* Our reads of the record are over before the SMMU may write it anew. */
	smp_mb();
	q->ops->write_cons(q, q->cons);
	return true;
}

bool smmu_inq_overflowed(const struct smmu_inq *q)
{
	return (q->prod ^ q->cons) & SMMU_Q_OVERFLOW;
}

void smmu_inq_ack_overflow(struct smmu_inq *q)
{
	q->overflows++;
	q->cons = (q->cons & ~(u32)SMMU_Q_OVERFLOW) | (q->prod & (u32)SMMU_Q_OVERFLOW);
	q->ops->write_cons(q, q->cons);
}
