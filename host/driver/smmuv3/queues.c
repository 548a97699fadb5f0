// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command, event and page request queues of one SMMU: their memory, their registers, and the
 * global errors that concern them.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/ktime.h>

#include "event.h"
#include "smmu.h"

#define CMD_BYTES   (SMMU_CMD_QWORDS * sizeof(u64))
#define EVENT_BYTES (SMMU_EVENT_QWORDS * sizeof(u64))
#define PRI_BYTES   (SMMU_PRI_QWORDS * sizeof(u64))

/* Below this a wait spins as fast as it can. */
#define SPIN_US 20

static struct smmu_device *cmdq_smmu(struct smmu_cmdq *q)
{
	return container_of(q, struct smmu_device, cmdq);
}

static u32 cmdq_read_cons(struct smmu_cmdq *q)
{
	return readl(cmdq_smmu(q)->base + SMMU_CMDQ_CONS);
}

static void cmdq_write_prod(struct smmu_cmdq *q, u32 prod)
{
	writel(prod, cmdq_smmu(q)->base + SMMU_CMDQ_PROD);
}

static u64 cmdq_now_us(struct smmu_cmdq *q)
{
	return ktime_to_us(ktime_get());
}

static void cmdq_relax(struct smmu_cmdq *q, u64 waited_us)
{
	if (waited_us < SPIN_US)
		cpu_relax();
	else
		udelay(5);
}

/* Interrupts may be off on the only CPU, so the waiter has to look for itself. */
static void cmdq_poll_error(struct smmu_cmdq *q)
{
	if (FIELD_GET(SMMU_CMDQ_CONS_ERR, cmdq_read_cons(q)))
		smmu_handle_gerror(cmdq_smmu(q));
}

static void cmdq_report_timeout(struct smmu_cmdq *q, u32 cons, u32 prod)
{
	dev_err_ratelimited(cmdq_smmu(q)->dev,
			    "command queue stands still: %u consumed of %u, CONS 0x%x\n", cons,
			    prod, cmdq_read_cons(q));
}

static const struct smmu_cmdq_ops cmdq_ops = {
	.read_cons = cmdq_read_cons,
	.write_prod = cmdq_write_prod,
	.now_us = cmdq_now_us,
	.relax = cmdq_relax,
	.poll_error = cmdq_poll_error,
	.report_timeout = cmdq_report_timeout,
};

int smmu_issue_sync(struct smmu_device *smmu, const struct smmu_cmd *cmds, u32 n)
{
	struct smmu_cmd all[SMMU_CMDQ_BATCH];

	if (WARN_ON(n >= SMMU_CMDQ_BATCH))
		return -EINVAL;
	memcpy(all, cmds, n * sizeof(*cmds));
	all[n] = smmu_cmd_sync();
	return smmu_cmdq_issue(&smmu->cmdq, all, n + 1, true);
}

static u32 evtq_read_prod(struct smmu_inq *q)
{
	return readl(container_of(q, struct smmu_device, evtq)->base + SMMU_EVENTQ_PROD);
}

static void evtq_write_cons(struct smmu_inq *q, u32 cons)
{
	writel(cons, container_of(q, struct smmu_device, evtq)->base + SMMU_EVENTQ_CONS);
}

static const struct smmu_inq_ops evtq_ops = {
	.read_prod = evtq_read_prod,
	.write_cons = evtq_write_cons,
};

static u32 priq_read_prod(struct smmu_inq *q)
{
	return readl(container_of(q, struct smmu_device, priq)->base + SMMU_PRIQ_PROD);
}

static void priq_write_cons(struct smmu_inq *q, u32 cons)
{
	writel(cons, container_of(q, struct smmu_device, priq)->base + SMMU_PRIQ_CONS);
}

static const struct smmu_inq_ops priq_ops = {
	.read_prod = priq_read_prod,
	.write_cons = priq_write_cons,
};

int smmu_init_queues(struct smmu_device *smmu)
{
	__le64 *cmds, *events, *requests;

	spin_lock_init(&smmu->gerror_lock);
	cmds = dmam_alloc_coherent(smmu->dev, CMD_BYTES << smmu->cmdq_log2, &smmu->cmdq_dma,
				   GFP_KERNEL);
	events = dmam_alloc_coherent(smmu->dev, EVENT_BYTES << smmu->evtq_log2, &smmu->evtq_dma,
				     GFP_KERNEL);
	if (!cmds || !events)
		return -ENOMEM;
	smmu_cmdq_init(&smmu->cmdq, &cmdq_ops, cmds, smmu->cmdq_log2);
	smmu_inq_init(&smmu->evtq, &evtq_ops, events, smmu->evtq_log2, SMMU_EVENT_QWORDS);
	smmu->inst.cmdq = &smmu->cmdq;

	if (smmu->pri) {
		requests = dmam_alloc_coherent(smmu->dev, PRI_BYTES << smmu->priq_log2,
					       &smmu->priq_dma, GFP_KERNEL);
		if (!requests)
			return -ENOMEM;
		smmu_inq_init(&smmu->priq, &priq_ops, requests, smmu->priq_log2, SMMU_PRI_QWORDS);
	}
	return 0;
}

static u64 queue_base(dma_addr_t dma, u32 log2size)
{
	return SMMU_Q_BASE_RWA | (dma & SMMU_Q_BASE_ADDR) |
	       FIELD_PREP(SMMU_Q_BASE_LOG2SIZE, log2size);
}

/* Empties all queues; they must be off. */
void smmu_program_queues(struct smmu_device *smmu)
{
	void __iomem *base = smmu->base;
	u32 at;

	at = smmu_cmdq_restart_at(&smmu->cmdq);
	writeq(queue_base(smmu->cmdq_dma, smmu->cmdq_log2), base + SMMU_CMDQ_BASE);
	writel(at, base + SMMU_CMDQ_PROD);
	writel(at, base + SMMU_CMDQ_CONS);
	smmu_cmdq_start(&smmu->cmdq);

	smmu->evtq.cons = 0;
	smmu->evtq.prod = 0;
	writeq(queue_base(smmu->evtq_dma, smmu->evtq_log2), base + SMMU_EVENTQ_BASE);
	writel(0, base + SMMU_EVENTQ_PROD);
	writel(0, base + SMMU_EVENTQ_CONS);

	if (!smmu->pri)
		return;
	smmu->priq.cons = 0;
	smmu->priq.prod = 0;
	writeq(queue_base(smmu->priq_dma, smmu->priq_log2), base + SMMU_PRIQ_BASE);
	writel(0, base + SMMU_PRIQ_PROD);
	writel(0, base + SMMU_PRIQ_CONS);
}

static void report_command_error(struct smmu_device *smmu, const struct smmu_cmdq_error *error)
{
	const u64 *qw = error->cmd.qw;

	switch (error->code) {
	case SMMU_CERROR_ILL:
		dev_err_ratelimited(smmu->dev, "illegal command %s 0x%016llx 0x%016llx skipped\n",
				    smmu_cmd_name(qw[0] & SMMU_CMD0_OP), qw[0], qw[1]);
		break;
	case SMMU_CERROR_ATC_INV_SYNC:
		dev_err_ratelimited(smmu->dev, "an endpoint did not answer an ATC invalidation\n");
		break;
	case SMMU_CERROR_ABT:
		dev_err_ratelimited(smmu->dev, "abort while fetching a command, trying again\n");
		break;
	default:
		dev_err_ratelimited(smmu->dev, "unknown command error %u\n", error->code);
		break;
	}
}

void smmu_handle_gerror(struct smmu_device *smmu)
{
	struct smmu_cmdq_error error = {.code = SMMU_CERROR_NONE};
	unsigned long flags;
	u32 gerror, active;

	spin_lock_irqsave(&smmu->gerror_lock, flags);
	gerror = readl(smmu->base + SMMU_GERROR);
	active = gerror ^ readl(smmu->base + SMMU_GERRORN);
	if (active & SMMU_GERROR_CMDQ)
		smmu_cmdq_recover(&smmu->cmdq, &error);
	if (active)
		writel(gerror, smmu->base + SMMU_GERRORN);
	spin_unlock_irqrestore(&smmu->gerror_lock, flags);

	if (active & SMMU_GERROR_CMDQ)
		report_command_error(smmu, &error);
	if (active & ~SMMU_GERROR_CMDQ)
		dev_err_ratelimited(smmu->dev, "global error 0x%x:%s%s%s%s\n", active,
				    active & SMMU_GERROR_SFM ? " service failure" : "",
				    active & SMMU_GERROR_EVENTQ_ABT ? " event queue write" : "",
				    active & SMMU_GERROR_PRIQ_ABT ? " page request queue write"
								  : "",
				    active & (SMMU_GERROR_MSI_CMDQ | SMMU_GERROR_MSI_EVENTQ |
					      SMMU_GERROR_MSI_PRIQ | SMMU_GERROR_MSI_GERROR)
					    ? " MSI write"
					    : "");
}

static void report_event(struct smmu_device *smmu, const u64 *record)
{
	struct smmu_master *master;
	struct smmu_event event;
	char text[128];

	smmu_event_decode(&event, record);
	smmu_event_format(text, sizeof(text), &event);
	mutex_lock(&smmu->streams_lock);
	master = xa_load(&smmu->streams, event.sid);
	dev_err_ratelimited(master ? master->dev : smmu->dev, "event %s\n", text);
	mutex_unlock(&smmu->streams_lock);
}

void smmu_drain_events(struct smmu_device *smmu)
{
	u64 record[SMMU_EVENT_QWORDS];

	for (;;) {
		while (smmu_inq_pop(&smmu->evtq, record)) {
			report_event(smmu, record);
			cond_resched();
		}
		if (!smmu_inq_overflowed(&smmu->evtq))
			break;
		smmu_inq_ack_overflow(&smmu->evtq);
		dev_err_ratelimited(smmu->dev, "event queue overflow, events lost\n");
	}
}
