/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables, queues and commands of the SMMUv3 under test. See smmu.h. */
#include <string.h>

#include "smmu.h"

#define CMDQ_LOG2 8
#define EVTQ_LOG2 3
#define PRIQ_LOG2 2

static uint32_t cmd_prod;
static uint64_t pt_pool[8];

uint32_t smmu_rd(unsigned reg)
{
	return rd32(RIG_SMMU + reg);
}

void smmu_wr(unsigned reg, uint32_t v)
{
	wr32(RIG_SMMU + reg, v);
}

void smmu_init(void)
{
	static const unsigned index_regs[] = {CMDQ_PROD,   CMDQ_CONS, EVENTQ_PROD,
					      EVENTQ_CONS, PRIQ_PROD, PRIQ_CONS};

	cmd_prod = 0;
	memset(pt_pool, 0, sizeof(pt_pool));
	mem_zero(MEM_STRTAB + (RIG_RID & ~511u) * 64, 512 * 64);
	mem_zero(MEM_L1CD, 0x1000);
	mem_zero(MEM_CD, 64 * 64);
	smmu_wr(CR0, 0);
	wr64(RIG_SMMU + STRTAB_BASE, MEM_STRTAB);
	smmu_wr(STRTAB_BASE_CFG, rig_second ? 16 : 9); /* linear, 2^9 streams, or all */
	wr64(RIG_SMMU + CMDQ_BASE, MEM_CMDQ | CMDQ_LOG2);
	wr64(RIG_SMMU + EVENTQ_BASE, MEM_EVTQ | EVTQ_LOG2);
	wr64(RIG_SMMU + PRIQ_BASE, MEM_PRIQ | PRIQ_LOG2);
	for (unsigned i = 0; i < sizeof(index_regs) / sizeof(index_regs[0]); i++)
		smmu_wr(index_regs[i], 0);
	smmu_wr(GERRORN, smmu_rd(GERROR));
	smmu_wr(CR2, 0);
	smmu_wr(IRQ_CTRL, 7);
	smmu_wr(CR0, CR0_ALL);
}

void smmu_ste(uint64_t dw0, uint64_t dw1)
{
	uint64_t at = MEM_STRTAB + RIG_RID * 64;

	wr64(at + 8, dw1);
	wr64(at, dw0);
	smmu_cmd_sync(CMD_CFGI_STE(RIG_RID), 1);
}

void smmu_ste_usual(void)
{
	wr64(MEM_L1CD, MEM_CD | 1);
	smmu_ste(STE_V | STE_S1 | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(10),
		 STE1_TERMINATE | STE1_EATS);
}

void smmu_cd(unsigned ssid, unsigned pgd, unsigned asid)
{
	uint64_t at = MEM_CD + ssid * 64;
	uint64_t dw0 = 16	    /* T0SZ: 48 bits */
		       | 1ull << 30 /* EPD1 */
		       | 1ull << 31 /* V */
		       | 4ull << 32 /* IPS: 44 bits */
		       | 1ull << 41 /* AA64 */
		       | 1ull << 45 /* R */
		       | 1ull << 46 /* A */
		       | (uint64_t)asid << 48;

	wr64(at + 8, MEM_PGD(pgd));
	wr64(at, dw0);
}

void smmu_cd_invalid(unsigned ssid)
{
	wr64(MEM_CD + ssid * 64, 0);
}

void smmu_pt_clear(unsigned pgd)
{
	mem_zero(MEM_PGD(pgd), 0x1000);
	pt_pool[pgd] = 0x1000;
}

void smmu_map(unsigned pgd, uint64_t va, unsigned level, uint64_t desc)
{
	uint64_t table = MEM_PGD(pgd);

	if (!pt_pool[pgd])
		smmu_pt_clear(pgd);
	for (unsigned l = 0; l < level; l++) {
		uint64_t at = table + (va >> (39 - 9 * l) & 511) * 8;
		uint64_t next = rd64(at);

		if (!(next & 1)) {
			next = (MEM_PGD(pgd) + pt_pool[pgd]) | 3;
			pt_pool[pgd] += 0x1000;
			mem_zero(next & ~0xfffull, 0x1000);
			wr64(at, next);
		}
		table = next & 0xfffffffff000ull;
	}
	wr64(table + (va >> (39 - 9 * level) & 511) * 8, desc);
}

void smmu_cmd(uint64_t dw0, uint64_t dw1)
{
	uint64_t at = MEM_CMDQ + (cmd_prod & ((1 << CMDQ_LOG2) - 1)) * 16;

	wr64(at, dw0);
	wr64(at + 8, dw1);
	cmd_prod = (cmd_prod + 1) & ((2 << CMDQ_LOG2) - 1);
	smmu_wr(CMDQ_PROD, cmd_prod);
}

bool smmu_cmdq_empty(void)
{
	return (smmu_rd(CMDQ_CONS) & ((2 << CMDQ_LOG2) - 1)) == cmd_prod;
}

void smmu_cmd_sync(uint64_t dw0, uint64_t dw1)
{
	smmu_cmd(dw0, dw1);
	smmu_cmd(CMD_SYNC, 0);
	if (!smmu_cmdq_empty())
		die("command 0x%02x or its CMD_SYNC was not consumed", (unsigned)dw0 & 0xff);
}

void smmu_forget_all(void)
{
	smmu_cmd(CMD_CFGI_ALL, 31);
	smmu_cmd_sync(CMD_TLBI_NSNH_ALL, 0);
}

/* Takes the entry at CONS off a queue of 2^log2 entries of @size bytes; CONS keeps its bit 31. */
static bool take(unsigned prod_reg, unsigned cons_reg, uint64_t base, unsigned log2, unsigned size,
		 void *entry)
{
	uint32_t mask = (2u << log2) - 1, prod = smmu_rd(prod_reg), cons = smmu_rd(cons_reg);

	if ((prod & mask) == (cons & mask))
		return false;
	mem_read(base + (cons & (mask >> 1)) * size, entry, size);
	smmu_wr(cons_reg, (cons & ~mask) | ((cons + 1) & mask));
	return true;
}

bool smmu_event(struct event *e)
{
	return take(EVENTQ_PROD, EVENTQ_CONS, MEM_EVTQ, EVTQ_LOG2, 32, e);
}

bool smmu_ppr(struct ppr *p)
{
	return take(PRIQ_PROD, PRIQ_CONS, MEM_PRIQ, PRIQ_LOG2, 16, p);
}
