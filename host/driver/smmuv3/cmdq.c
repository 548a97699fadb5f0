// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command queue.
 */
#include "cmdq.h"

static u64 size_of(const struct smmu_cmdq *q)
{
	return 1ull << q->log2size;
}

static __le64 *entry_at(struct smmu_cmdq *q, u64 position)
{
	return q->base + (position & (size_of(q) - 1)) * SMMU_CMD_QWORDS;
}

static void write_cmd(struct smmu_cmdq *q, u64 position, const struct smmu_cmd *cmd)
{
	__le64 *entry = entry_at(q, position);

	for (unsigned int i = 0; i < SMMU_CMD_QWORDS; i++)
		WRITE_ONCE(entry[i], cpu_to_le64(cmd->qw[i]));
}

void smmu_cmdq_init(struct smmu_cmdq *q, const struct smmu_cmdq_ops *ops, __le64 *base,
		    u32 log2size)
{
	memset(q, 0, sizeof(*q));
	q->ops = ops;
	q->base = base;
	q->log2size = log2size;
	spin_lock_init(&q->lock);
}

/*
 * Reads CONS and turns it into a position. The count known before the read is at most the queue's
 * size behind the truth at that time, so adding the difference of the registers' values gives the
 * truth; if others move the queue on by more while we are held up between the two reads we get
 * too little, which only means another poll.
 */
static u64 update_cons(struct smmu_cmdq *q)
{
	u64 mask = 2 * size_of(q) - 1;
	s64 known = atomic64_read(&q->cons);
	u64 now;

	/* The other order could find the register behind the count. */
	dma_rmb();
	now = (u64)known + ((q->ops->read_cons(q) - (u64)known) & mask);
	while (known < (s64)now)
		if (atomic64_try_cmpxchg(&q->cons, &known, (s64)now))
			break;
	return max_t(u64, known, now);
}

/* True if one of the SYNCs at positions @first to @end - 1 reported a failed ATC invalidation. */
static bool atc_failed(struct smmu_cmdq *q, u64 first, u64 end)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(q->atc_failed); i++) {
		u64 at = (u64)atomic64_read(&q->atc_failed[i]);

		if (at > first && at <= end)
			return true;
	}
	return false;
}

struct wait {
	bool begun;
	u64 begin; /* the time since which the queue has stood at @cons */
	u64 cons;
};

/* After a poll that was in vain: true if the queue has stood still for too long. */
static bool timed_out(struct smmu_cmdq *q, struct wait *wait, u64 cons)
{
	u64 now = q->ops->now_us(q);

	if (!wait->begun || cons != wait->cons)
		*wait = (struct wait){.begun = true, .begin = now, .cons = cons};
	q->ops->poll_error(q);
	if (now - wait->begin > SMMU_CMDQ_TIMEOUT_US) {
		q->ops->report_timeout(q, (u32)cons, (u32)READ_ONCE(q->prod));
		return true;
	}
	q->ops->relax(q, now - wait->begin);
	return false;
}

u64 smmu_cmdq_atc_failures(struct smmu_cmdq *q)
{
	return (u64)atomic64_read(&q->atc_failures);
}

/* As smmu_cmdq_issue(); with @wait tells of SYNCs from number @fence of @cmds on only. */
static int issue(struct smmu_cmdq *q, const struct smmu_cmd *cmds, u32 n, bool wait, u32 fence)
{
	struct wait w = {.begun = false};
	unsigned long flags;
	u64 first, cons, failures;

	if (WARN_ON(n == 0 || n > SMMU_CMDQ_BATCH))
		return -EINVAL;

	for (;;) {
		spin_lock_irqsave(&q->lock, flags);
		if (q->stopped) {
			spin_unlock_irqrestore(&q->lock, flags);
			return 0;
		}
		if (q->prod + n - (u64)atomic64_read(&q->cons) <= size_of(q))
			break;
		cons = update_cons(q);
		if (q->prod + n - cons <= size_of(q))
			break;
		spin_unlock_irqrestore(&q->lock, flags);
		if (timed_out(q, &w, cons))
			return -ETIMEDOUT;
	}
	first = q->prod;
	failures = smmu_cmdq_atc_failures(q);
	for (u32 i = 0; i < n; i++)
		write_cmd(q, first + i, &cmds[i]);
	WRITE_ONCE(q->prod, first + n);
	/* The SMMU must not see the new index before the commands. */
	dma_wmb();
	q->ops->write_prod(q, (u32)((first + n) & (2 * size_of(q) - 1)));
	spin_unlock_irqrestore(&q->lock, flags);

	if (!wait)
		return 0;

	w.begun = false;
	for (;;) {
		cons = update_cons(q);
		if (cons >= first + n)
			break;
		if (timed_out(q, &w, cons))
			return -ETIMEDOUT;
	}
	/* A failure is written down before its SYNC completes. */
	if (failures == smmu_cmdq_atc_failures(q))
		return 0;
	return atc_failed(q, first + fence, first + n) ? -EIO : 0;
}

int smmu_cmdq_issue(struct smmu_cmdq *q, const struct smmu_cmd *cmds, u32 n, bool wait)
{
	return issue(q, cmds, n, wait, 0);
}

void smmu_cmdq_stop(struct smmu_cmdq *q)
{
	struct wait w = {.begun = false};
	unsigned long flags;
	u64 cons, end;

	spin_lock_irqsave(&q->lock, flags);
	q->stopped = true;
	end = q->prod;
	spin_unlock_irqrestore(&q->lock, flags);
	do {
		cons = update_cons(q);
	} while (cons < end && !timed_out(q, &w, cons));
}

u32 smmu_cmdq_restart_at(struct smmu_cmdq *q)
{
	unsigned long flags;
	u64 at;

	spin_lock_irqsave(&q->lock, flags);
	q->stopped = true;
	at = q->prod;
	/* Whoever has not seen yet that his commands are done. */
	atomic64_set(&q->cons, (s64)at);
	spin_unlock_irqrestore(&q->lock, flags);
	return (u32)(at & (2 * size_of(q) - 1));
}

void smmu_cmdq_start(struct smmu_cmdq *q)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	q->stopped = false;
	spin_unlock_irqrestore(&q->lock, flags);
}

int smmu_cmdq_probe_atc(struct smmu_cmdq *q, struct smmu_cmd atc_inv)
{
	const struct smmu_cmd cmds[] = {smmu_cmd_sync(), atc_inv, smmu_cmd_sync()};

	return issue(q, cmds, ARRAY_SIZE(cmds), true, ARRAY_SIZE(cmds) - 1);
}

void smmu_cmdq_recover(struct smmu_cmdq *q, struct smmu_cmdq_error *error)
{
	const struct smmu_cmd sync = smmu_cmd_sync();
	u32 reg = q->ops->read_cons(q);
	u64 at = update_cons(q);
	__le64 *entry = entry_at(q, at);
	unsigned int slot;

	error->code = (u8)FIELD_GET(SMMU_CMDQ_CONS_ERR, reg);
	for (unsigned int i = 0; i < SMMU_CMD_QWORDS; i++)
		error->cmd.qw[i] = le64_to_cpu(READ_ONCE(entry[i]));

	switch (error->code) {
	case SMMU_CERROR_ILL:
		write_cmd(q, at, &sync);
		dma_wmb();
		break;
	case SMMU_CERROR_ATC_INV_SYNC:
		slot = (unsigned int)atomic64_inc_return(&q->atc_failures);
		atomic64_set(&q->atc_failed[slot % ARRAY_SIZE(q->atc_failed)], (s64)(at + 1));
		break;
	default:
		/* An abort while fetching is worth a retry; other codes change nothing. */
		break;
	}
}
