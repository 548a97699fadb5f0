// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding out what an SMMU can do, switching it on and off.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include "smmu.h"

#define ACK_TIMEOUT_US 1000000

/*
 * Caps of our queues, log2 of entries: 16 KiB of commands, of events and 8 KiB of page requests.
 */
#define MAX_CMDQ_LOG2 10
#define MAX_EVTQ_LOG2 9
#define MAX_PRIQ_LOG2 9

/* For tests: what a wait for the hardware does when that does not answer. */
static int fail_wait;
module_param(fail_wait, int, 0600);
MODULE_PARM_DESC(fail_wait, "the Nth wait for a register from now ends as if in vain (0: none)");

bool smmu_wait_fails(void)
{
	int left = READ_ONCE(fail_wait);

	while (unlikely(left > 0))
		if (try_cmpxchg(&fail_wait, &left, left - 1))
			return left == 1;
	return false;
}

static u32 oas_bits(u32 code)
{
	static const u8 bits[] = {32, 36, 40, 42, 44, 48, 52};

	return bits[min_t(u32, code, ARRAY_SIZE(bits) - 1)];
}

static int refuse(struct smmu_device *smmu, const char *what)
{
	dev_err(smmu->dev, "not supported: %s\n", what);
	return -ENXIO;
}

static int probe_idr0(struct smmu_device *smmu)
{
	u32 idr0 = readl(smmu->base + SMMU_IDR0);
	u32 ttf = FIELD_GET(SMMU_IDR0_TTF, idr0);
	u32 endian = FIELD_GET(SMMU_IDR0_TTENDIAN, idr0);

	if (!(idr0 & SMMU_IDR0_S1P))
		return refuse(smmu, "an SMMU without stage 1");
	if (ttf != SMMU_IDR0_TTF_AA64 && ttf != SMMU_IDR0_TTF_AA32_64)
		return refuse(smmu, "an SMMU without AArch64 tables");
	if (endian != SMMU_IDR0_TTENDIAN_MIXED && endian != SMMU_IDR0_TTENDIAN_LE)
		return refuse(smmu, "big-endian tables");
	if (FIELD_GET(SMMU_IDR0_STALL_MODEL, idr0) == SMMU_IDR0_STALL_FORCED)
		return refuse(smmu, "an SMMU that always stalls");

	smmu->strtab.two_level = FIELD_GET(SMMU_IDR0_ST_LEVEL, idr0) == SMMU_IDR0_ST_LEVEL_2;
	smmu->stall_model = FIELD_GET(SMMU_IDR0_STALL_MODEL, idr0) == 0;
	smmu->two_level_cd = idr0 & SMMU_IDR0_CD2L;
	smmu->coherent = idr0 & SMMU_IDR0_COHACC;
	smmu->stage2 = idr0 & SMMU_IDR0_S2P;
	smmu->ats = idr0 & SMMU_IDR0_ATS;
	/* Page requests are of no use without translation requests. */
	smmu->pri = smmu->ats && (idr0 & SMMU_IDR0_PRI);
	smmu->asid_bits = idr0 & SMMU_IDR0_ASID16 ? 16 : 8;
	smmu->vmid_bits = idr0 & SMMU_IDR0_VMID16 ? 16 : 8;
	return 0;
}

static int probe_idr1(struct smmu_device *smmu)
{
	u32 idr1 = readl(smmu->base + SMMU_IDR1);

	if (idr1 & (SMMU_IDR1_TABLES_PRESET | SMMU_IDR1_QUEUES_PRESET))
		return refuse(smmu, "tables or queues at fixed addresses");

	smmu->sid_bits = FIELD_GET(SMMU_IDR1_SIDSIZE, idr1);
	smmu->ssid_bits = FIELD_GET(SMMU_IDR1_SSIDSIZE, idr1);
	smmu->cmdq_log2 = min_t(u32, FIELD_GET(SMMU_IDR1_CMDQS, idr1), MAX_CMDQ_LOG2);
	smmu->evtq_log2 = min_t(u32, FIELD_GET(SMMU_IDR1_EVENTQS, idr1), MAX_EVTQ_LOG2);
	smmu->priq_log2 = min_t(u32, FIELD_GET(SMMU_IDR1_PRIQS, idr1), MAX_PRIQ_LOG2);

	if (BIT(smmu->cmdq_log2) < 2 * SMMU_CMDQ_BATCH)
		return refuse(smmu, "a command queue this small");
	/* One leaf covers it all: a linear table does as well. */
	if (smmu->sid_bits <= SMMU_STRTAB_SPLIT)
		smmu->strtab.two_level = false;
	if (smmu->sid_bits > (smmu->strtab.two_level ? 24 : 16))
		return refuse(smmu, "this many streams");
	/* 1,024 CDs, 64 KiB, are the most we take in one piece. */
	if (!smmu->two_level_cd)
		smmu->ssid_bits = min_t(u32, smmu->ssid_bits, SMMU_CD_SPLIT);
	return 0;
}

static int probe_idr5(struct smmu_device *smmu)
{
	u32 idr5 = readl(smmu->base + SMMU_IDR5);

	smmu->oas = oas_bits(FIELD_GET(SMMU_IDR5_OAS, idr5));
	smmu->ias = smmu->oas;
	if (idr5 & SMMU_IDR5_GRAN4K)
		smmu->pgsize_bitmap |= SZ_4K | SZ_2M | SZ_1G;
	if (idr5 & SMMU_IDR5_GRAN16K)
		smmu->pgsize_bitmap |= SZ_16K | SZ_32M;
	if (idr5 & SMMU_IDR5_GRAN64K)
		smmu->pgsize_bitmap |= SZ_64K | SZ_512M;
	if (!smmu->pgsize_bitmap)
		return refuse(smmu, "an SMMU without a granule");
	return dma_set_mask_and_coherent(smmu->dev, DMA_BIT_MASK(smmu->oas));
}

int smmu_probe_features(struct smmu_device *smmu)
{
	int ret;

	ret = probe_idr0(smmu);
	if (!ret)
		ret = probe_idr1(smmu);
	if (!ret)
		ret = probe_idr5(smmu);
	if (ret)
		return ret;
	/* By a kernel that crashed, or firmware. */
	if (readl(smmu->base + SMMU_CR0) & SMMU_CR0_SMMUEN)
		dev_warn(smmu->dev, "found switched on, CR0 0x%x\n", readl(smmu->base + SMMU_CR0));
	smmu->inst.ril = readl(smmu->base + SMMU_IDR3) & SMMU_IDR3_RIL;
	smmu->sva = smmu_sva_possible(smmu);
	smmu->iommu.max_pasids = smmu->ssid_bits ? BIT(smmu->ssid_bits) : 0;
	return 0;
}

static int write_acked(struct smmu_device *smmu, u32 value, u32 reg, u32 ack)
{
	u32 seen;
	int ret;

	writel(value, smmu->base + reg);
	ret = readl_poll_timeout(smmu->base + ack, seen, seen == value, 1, ACK_TIMEOUT_US);
	if (smmu_wait_fails())
		ret = -ETIMEDOUT;
	if (ret)
		dev_err(smmu->dev, "register 0x%x: wrote 0x%x, acknowledged 0x%x\n", reg, value,
			seen);
	return ret;
}

static int wait_gbpa(struct smmu_device *smmu, u32 *gbpa)
{
	int ret = readl_poll_timeout(smmu->base + SMMU_GBPA, *gbpa, !(*gbpa & SMMU_GBPA_UPDATE), 1,
				     ACK_TIMEOUT_US);

	if (smmu_wait_fails())
		ret = -ETIMEDOUT;
	if (ret)
		dev_err(smmu->dev, "the bypass attribute is not taken over, GBPA 0x%x\n", *gbpa);
	return ret;
}

/* While the SMMU is off, nothing passes it. */
static int block_all(struct smmu_device *smmu)
{
	u32 gbpa;
	int ret;

	ret = wait_gbpa(smmu, &gbpa);
	if (ret)
		return ret;
	writel(gbpa | SMMU_GBPA_ABORT | SMMU_GBPA_UPDATE, smmu->base + SMMU_GBPA);
	return wait_gbpa(smmu, &gbpa);
}

int smmu_disable(struct smmu_device *smmu)
{
	int ret;

	ret = write_acked(smmu, 0, SMMU_IRQ_CTRL, SMMU_IRQ_CTRLACK);
	return write_acked(smmu, 0, SMMU_CR0, SMMU_CR0ACK) ?: ret;
}

static void program_strtab(struct smmu_device *smmu)
{
	u32 cfg = FIELD_PREP(SMMU_STRTAB_CFG_LOG2SIZE, smmu->sid_bits);

	if (smmu->strtab.two_level)
		cfg |= FIELD_PREP(SMMU_STRTAB_CFG_FMT, SMMU_STRTAB_CFG_FMT_2LVL) |
		       FIELD_PREP(SMMU_STRTAB_CFG_SPLIT, SMMU_STRTAB_SPLIT);
	writeq((smmu->strtab.dma & SMMU_STRTAB_BASE_ADDR) | SMMU_STRTAB_BASE_RA,
	       smmu->base + SMMU_STRTAB_BASE);
	writel(cfg, smmu->base + SMMU_STRTAB_CFG);
}

int smmu_reset(struct smmu_device *smmu)
{
	const struct smmu_cmd forget[] = {smmu_cmd_cfgi_all(), smmu_cmd_tlbi_all()};
	u32 cr0 = SMMU_CR0_CMDQEN;
	u32 irqs = SMMU_IRQ_CTRL_EVENTQ | SMMU_IRQ_CTRL_GERROR;
	int ret;

	ret = block_all(smmu) ?: smmu_disable(smmu);
	if (ret)
		return ret;

	writel(FIELD_PREP(SMMU_CR1_TABLE_SH, SMMU_CR1_SH_ISH) |
		       FIELD_PREP(SMMU_CR1_TABLE_OC, SMMU_CR1_CACHE_WB) |
		       FIELD_PREP(SMMU_CR1_TABLE_IC, SMMU_CR1_CACHE_WB) |
		       FIELD_PREP(SMMU_CR1_QUEUE_SH, SMMU_CR1_SH_ISH) |
		       FIELD_PREP(SMMU_CR1_QUEUE_OC, SMMU_CR1_CACHE_WB) |
		       FIELD_PREP(SMMU_CR1_QUEUE_IC, SMMU_CR1_CACHE_WB),
	       smmu->base + SMMU_CR1);
	/* Private TLB maintenance, and a record for streams outside the table. */
	writel(SMMU_CR2_PTM | SMMU_CR2_RECINVSID, smmu->base + SMMU_CR2);
	program_strtab(smmu);
	smmu_program_queues(smmu);
	/* Errors from before our time are no news. */
	writel(readl(smmu->base + SMMU_GERROR), smmu->base + SMMU_GERRORN);

	ret = write_acked(smmu, cr0, SMMU_CR0, SMMU_CR0ACK);
	if (!ret)
		ret = smmu_issue_sync(smmu, forget, ARRAY_SIZE(forget));
	if (ret)
		return ret;

	cr0 |= SMMU_CR0_EVENTQEN;
	if (smmu->pri) {
		cr0 |= SMMU_CR0_PRIQEN;
		irqs |= SMMU_IRQ_CTRL_PRIQ;
	}
	/* Translated requests pass only where the STE allows ATS. */
	if (smmu->ats)
		cr0 |= SMMU_CR0_ATSCHK;
	ret = write_acked(smmu, cr0, SMMU_CR0, SMMU_CR0ACK);
	if (ret)
		return ret;

	/* Wired interrupts: no message address. */
	writeq(0, smmu->base + SMMU_GERROR_IRQ_CFG0);
	writeq(0, smmu->base + SMMU_EVENTQ_IRQ_CFG0);
	if (smmu->pri)
		writeq(0, smmu->base + SMMU_PRIQ_IRQ_CFG0);
	ret = write_acked(smmu, irqs, SMMU_IRQ_CTRL, SMMU_IRQ_CTRLACK);
	if (ret)
		return ret;

	return write_acked(smmu, cr0 | SMMU_CR0_SMMUEN, SMMU_CR0, SMMU_CR0ACK);
}
