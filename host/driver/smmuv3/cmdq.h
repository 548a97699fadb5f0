/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command queue (IHI 0070 3.5, 4.1, 7.1). Commands of one call stay together and in order;
 * a caller that waits does so without any lock, so a SYNC that takes long (an endpoint that is
 * slow to invalidate its ATC) holds up nobody else.
 */
#ifndef SVARIG_SMMUV3_CMDQ_H
#define SVARIG_SMMUV3_CMDQ_H

#include "cmd.h"

/* Most commands of one smmu_cmdq_issue(). A test may want long sweeps of few commands. */
#ifndef SMMU_CMDQ_BATCH
#define SMMU_CMDQ_BATCH 32
#endif

/*
 * Longest wait for the queue to move on, in microseconds. Invalidating an ATC may take the
 * endpoint up to a minute by the PCIe specification; ours is simulated and far slower than
 * hardware, but not that slow, and we may be spinning with interrupts off.
 */
#define SMMU_CMDQ_TIMEOUT_US (20ull * 1000 * 1000)

struct smmu_cmdq;

struct smmu_cmdq_ops {
	u32 (*read_cons)(struct smmu_cmdq *q);
	/* Called with the queue's lock held, after the commands are visible to the SMMU. */
	void (*write_prod)(struct smmu_cmdq *q, u32 prod);
	u64 (*now_us)(struct smmu_cmdq *q);
	/* A breath between two polls; @waited_us since the wait began. */
	void (*relax)(struct smmu_cmdq *q, u64 waited_us);
	/* Handles an active command error if there is one; the waiter may have interrupts off. */
	void (*poll_error)(struct smmu_cmdq *q);
	/* The queue has not moved for SMMU_CMDQ_TIMEOUT_US. */
	void (*report_timeout)(struct smmu_cmdq *q, u32 cons, u32 prod);
};

/*
 * Positions are counted from the first command ever and never wrap. The register's value is the
 * count modulo twice the size: index and wrap bit in one.
 */
struct smmu_cmdq {
	const struct smmu_cmdq_ops *ops;
	__le64 *base; /* 2^log2size entries of two words */
	u32 log2size;
	spinlock_t lock; /* prod and the entries from prod on, stopped */
	u64 prod;
	bool stopped;	 /* the SMMU is off or about to be: commands count as done */
	atomic64_t cons; /* commands known to be consumed, possibly fewer than are */
	/*
	 * Ring of the last SYNCs that reported a failed ATC invalidation: position + 1. Each CPU
	 * waits for one at a time, so more of them than there are CPUs of a small machine is
	 * plenty.
	 */
	atomic64_t atc_failed[16];
	atomic64_t atc_failures;
};

/* @base has room for 2^@log2size commands, at least SMMU_CMDQ_BATCH of them, and stays owned. */
void smmu_cmdq_init(struct smmu_cmdq *q, const struct smmu_cmdq_ops *ops, __le64 *base,
		    u32 log2size);

/*
 * Queues @n commands, 1 to SMMU_CMDQ_BATCH. With @wait the last one must be a SYNC, and the call
 * returns when it has completed. Any context. Returns 0, -ETIMEDOUT (no room or no completion in
 * SMMU_CMDQ_TIMEOUT_US; without room nothing was queued), or -EIO with @wait if an ATC
 * invalidation before one of the call's SYNCs was not answered by its endpoint.
 */
int smmu_cmdq_issue(struct smmu_cmdq *q, const struct smmu_cmd *cmds, u32 n, bool wait);

/*
 * How many SYNCs have reported a failed ATC invalidation so far. A SYNC answers for all commands
 * before it, whoever queued them: who finds this changed while he waited has to look whether the
 * failure was one of his own.
 */
u64 smmu_cmdq_atc_failures(struct smmu_cmdq *q);

/*
 * Sends one ATC invalidation between two SYNCs, so that the second answers for nothing else, and
 * waits. Returns 0, -EIO if its endpoint has not answered, or -ETIMEDOUT. Any context.
 */
int smmu_cmdq_probe_atc(struct smmu_cmdq *q, struct smmu_cmd atc_inv);

/*
 * From now on commands are dropped as if they were done; waits until those queued before are. For
 * an SMMU that is about to be switched off and to forget all it has cached. May wait as long as
 * smmu_cmdq_issue().
 */
void smmu_cmdq_stop(struct smmu_cmdq *q);

/*
 * Starting again, the SMMU's command queue being off: returns the value that belongs into both its
 * index registers. smmu_cmdq_start() comes once it is there.
 */
u32 smmu_cmdq_restart_at(struct smmu_cmdq *q);
void smmu_cmdq_start(struct smmu_cmdq *q);

struct smmu_cmdq_error {
	u8 code;	     /* SMMU_CERROR_* */
	struct smmu_cmd cmd; /* the command it is about */
};

/*
 * Makes the queue able to go on after a command error: to be called while the error is active
 * (GERROR.CMDQ_ERR), by one caller at a time, before it is acknowledged. A command the SMMU calls
 * illegal is replaced by a SYNC. A SYNC that reports a failed ATC invalidation is left to be
 * repeated and noted, so that who waits for it is told.
 */
void smmu_cmdq_recover(struct smmu_cmdq *q, struct smmu_cmdq_error *error);

#endif
