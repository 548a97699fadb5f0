/* SPDX-License-Identifier: BSD-2-Clause */
/* Identification, configuration cache, TLB, and nonsense in tables */
#include "cases.h"
#include "smmu.h"

#define VA   0x7000000000ull
#define PA   0x49000000ull
#define E_RW 3ull

static uint64_t entry(unsigned pasid)
{
	struct ep_treq r = ep_treq(P(pasid), VA, false, 1);

	return r.status == TLP_SC && r.n == 1 ? r.entry[0] : ~0ull;
}

static void identification(void)
{
	uint32_t idr0 = smmu_rd(IDR0), idr1 = smmu_rd(IDR1);

	is(idr0 >> 10 & 1, 1, "IDR0.ATS");
	is(idr0 >> 16 & 1, 1, "IDR0.PRI");
	is(idr0 >> 19 & 1, 1, "IDR0.CD2L");
	is(idr0 >> 12 & 1, 1, "IDR0.ASID16");
	is(idr0 >> 4 & 1, 1, "IDR0.COHACC");
	is(idr0 >> 6 & 3, 0, "IDR0.HTTU: none");
	is(idr0 >> 13 & 1, 0, "IDR0.MSI: none");
	is(idr1 >> 6 & 31, 20, "IDR1.SSIDSIZE");
	ok((idr1 >> 11 & 31) >= 7, "IDR1.PRIQS");
	is(smmu_rd(IDR5) & 7, 4, "IDR5.OAS: 44 bits");
}

static void config_cache(void)
{
	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_cd(6, 1, 0x61);
	smmu_ste_usual();
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_map(1, VA, 3, (PA + 0x1000) | PTE_URW);
	smmu_map(2, VA, 3, (PA + 0x2000) | PTE_URW);
	is(entry(5), PA | E_RW, "PASID 5");
	is(entry(6), (PA + 0x1000) | E_RW, "PASID 6 at the same address");

	smmu_cd(5, 2, 0x52);
	smmu_cd(6, 2, 0x52);
	is(entry(5), PA | E_RW, "a changed CD is cached");
	smmu_cmd_sync(CMD_CFGI_CD(RIG_RID, 5), 1);
	is(entry(5), (PA + 0x2000) | E_RW, "CFGI_CD of PASID 5");
	is(entry(6), (PA + 0x1000) | E_RW, "leaves PASID 6");
	smmu_cmd_sync(CMD_CFGI_CD_ALL(RIG_RID), 1);
	is(entry(6), (PA + 0x2000) | E_RW, "CFGI_CD_ALL does not");

	smmu_cd_invalid(5);
	smmu_cmd_sync(CMD_CFGI_STE(RIG_RID), 1);
	is(entry(5), ~0ull, "CFGI_STE forgets the CDs of the stream");
	is(entry(6), (PA + 0x2000) | E_RW, "and reads them again");
}

static void tlb(void)
{
	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_cd(6, 1, 0x61);
	smmu_ste_usual();
	smmu_map(0, VA, 3, PA | PTE_URO);
	smmu_map(1, VA, 3, PA | PTE_URW);
	is(entry(5), PA | 1, "read-only");
	is(entry(6), PA | E_RW, "the neighbour's");
	smmu_map(0, VA, 3, PA | PTE_URW);
	is(entry(5), PA | E_RW, "more permission needs no invalidation");
	smmu_map(0, VA, 3, (PA + 0x3000) | PTE_URW);
	smmu_map(1, VA, 3, (PA + 0x3000) | PTE_URW);
	is(entry(5), PA | E_RW, "another address does");
	smmu_cmd_sync(CMD_TLBI_NH_ASID(0x51), 0);
	is(entry(5), (PA + 0x3000) | E_RW, "TLBI_NH_ASID");
	is(entry(6), PA | E_RW, "leaves the neighbour's");
}

static uint64_t entry_at(uint64_t va)
{
	struct ep_treq r = ep_treq(P(5), va, false, 1);

	return r.status == TLP_SC && r.n == 1 ? r.entry[0] : ~0ull;
}

/* Both halves of the address space; the top byte is ignored where CD.TBI says so (dw 0, bits 39:38)
 */
static void top_byte(void)
{
	const uint64_t upper = 0xffff700000000000ull, tag = 0x5aull << 56;
	const uint64_t cd = MEM_CD + 5 * 64;
	uint64_t dw0;

	smmu_init();
	smmu_cd(5, 0, 0x51);
	/* T1SZ 16, TG1 4 KiB, EPD1 off */
	dw0 = (rd64(cd) | 16ull << 16 | 2ull << 22) & ~(1ull << 30);
	wr64(cd, dw0);
	wr64(cd + 16, MEM_PGD(1));
	smmu_ste_usual();
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_map(1, upper & 0xffffffffffffull, 3, (PA + 0x1000) | PTE_URW);
	is(entry_at(VA), PA | E_RW, "lower half: TTB0");
	is(entry_at(upper), (PA + 0x1000) | E_RW, "upper half: TTB1");
	is(entry_at(VA | tag), 0, "tag in the lower half, TBI 0: no access");
	is(entry_at(upper & ~(0xffull << 56)), 0, "tag in the upper half, TBI 0: no access");

	wr64(cd, dw0 | 2ull << 38);
	smmu_cmd_sync(CMD_CFGI_CD(RIG_RID, 5), 1);
	is(entry_at(VA | tag), 0, "TBI1: a tag in the lower half counts");
	is(entry_at(upper & ~tag), (PA + 0x1000) | E_RW, "TBI1: in the upper half it does not");

	wr64(cd, dw0 | 1ull << 38);
	smmu_cmd_sync(CMD_CFGI_CD(RIG_RID, 5), 1);
	is(entry_at(upper & ~tag), 0, "TBI0: a tag in the upper half counts");
	is(entry_at(VA | tag), PA | E_RW, "TBI0: in the lower half it does not");
	smmu_map(0, VA, 3, (PA + 0x2000) | PTE_URW);
	smmu_cmd_sync(CMD_TLBI_NH_VA(0x51), VA);
	is(entry_at(VA | tag), (PA + 0x2000) | E_RW, "TLBI_NH_VA without tag reaches it");
}

/* None of it may do worse than an error */
static void nonsense(void)
{
	struct ep_treq r;

	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
	wr64(MEM_CD + 5 * 64, rd64(MEM_CD + 5 * 64) | 7ull << 32); /* IPS 7, reserved */
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_forget_all();
	is(entry(5), PA | E_RW, "CD.IPS 7 is as 6");
	smmu_ste(STE_V | STE_S2, STE1_EATS); /* S2AA64 0 */
	r = ep_treq(NO_PASID, VA, false, 1);
	is(r.status, TLP_CA, "AArch32 stage 2 tables are a bad STE");
	smmu_ste(STE_V | STE_S1 | 3ull << 4 | STE_CDMAX(10) | MEM_L1CD, STE1_EATS);
	r = ep_treq(P(5), VA, false, 1);
	is(r.status, TLP_CA, "reserved S1Fmt");
	smmu_ste(STE_V | STE_S1 | STE_2LVL_4K | STE_CDMAX(21) | MEM_L1CD, STE1_EATS);
	r = ep_treq(P(5), VA, false, 1);
	is(r.status, TLP_CA, "S1CDMax beyond SSIDSIZE");
	smmu_ste(STE_V | STE_S1 | STE_2LVL_4K | STE_CDMAX(20) | 0xfff000000000ull, STE1_EATS);
	r = ep_treq(P(5), VA, false, 1);
	is(r.status, TLP_CA, "CD table where no memory is");
	wr64(MEM_L1CD, 0xfff000000000ull | 1);
	smmu_ste(STE_V | STE_S1 | STE_2LVL_4K | STE_CDMAX(20) | MEM_L1CD, STE1_EATS);
	r = ep_treq(P(5), VA, false, 1);
	is(r.status, TLP_CA, "CD leaf where no memory is");
	smmu_cmd(0x41ull | CMD_SID(RIG_RID), 3ull << 12);
	ok(!smmu_cmdq_empty(), "CMD_PRI_RESP with reserved Resp is illegal");
	is(smmu_rd(CMDQ_CONS) >> 24 & 0x7f, 1, "CERROR_ILL");
	ok(spi_raised(SPI_GERROR), "its interrupt");
}

static void event_overflow(void)
{
	struct event e;
	int n = 0;

	smmu_init(); /* room for eight events */
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
	for (int i = 0; i < 10; i++)
		ep_read(P(5), TLP_AT_UNTRANSLATED, VA + i * 0x1000, 4);
	is(smmu_rd(EVENTQ_PROD) >> 31, 1, "a full event queue sets OVFLG");
	is(smmu_rd(GERROR), 0, "and is no global error");
	while (smmu_event(&e))
		n++;
	is(n, 8, "eight events were kept");
	smmu_wr(EVENTQ_CONS, smmu_rd(EVENTQ_CONS) | 1u << 31);
	ep_read(P(5), TLP_AT_UNTRANSLATED, VA, 4);
	ok(smmu_event(&e), "events go on");
	is(smmu_rd(EVENTQ_PROD) >> 31, 1, "OVFLG stays while nothing is lost");
}

/* The three forms of a CD table (5.2, STE.S1Fmt) */
static void cd_tables(void)
{
	const uint64_t s1 = STE_V | STE_S1, leaf2 = MEM_PGD(6);

	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_cd(1, 1, 0x52);
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_map(1, VA, 3, (PA + 0x1000) | PTE_URW);

	smmu_ste(s1 | MEM_CD | STE_CDMAX(4), STE1_EATS);
	is(entry(5), PA | E_RW, "linear table: PASID 5");
	is(entry(1), (PA + 0x1000) | E_RW, "linear table: PASID 1");
	is(entry(16), ~0ull, "linear table: PASID 16 is beyond it");
	smmu_ste(s1 | MEM_CD | STE_CDMAX(0), STE1_EATS);
	is(entry(5), ~0ull, "one CD: no PASIDs");

	mem_zero(leaf2, 0x1000);
	for (unsigned i = 0; i < 8; i++)
		wr64(leaf2 + 64 + i * 8, rd64(MEM_CD + 64 + i * 8));
	/* leaves of 64 KiB: 1024 CDs each, of which ours hold the first 64 */
	wr64(MEM_L1CD, MEM_CD | 1);
	wr64(MEM_L1CD + 8, leaf2 | 1);
	smmu_ste(s1 | 2ull << 4 | MEM_L1CD | STE_CDMAX(11), STE1_EATS);
	is(entry(5), PA | E_RW, "leaves of 64 KiB: PASID 5");
	is(entry(1025), (PA + 0x1000) | E_RW, "leaves of 64 KiB: PASID 1025 in the second");
	is(entry(1026), ~0ull, "leaves of 64 KiB: PASID 1026 has no CD");
	/* the same L1 table with leaves of 4 KiB: PASID 65 is the second leaf's CD 1 */
	smmu_ste(s1 | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(20), STE1_EATS);
	is(entry(65), (PA + 0x1000) | E_RW, "leaves of 4 KiB: PASID 65 in the second");
	wr64(MEM_L1CD + 0xfffff / 64 * 8, leaf2 | 1);
	smmu_forget_all();
	is(entry(0xfffc1), (PA + 0x1000) | E_RW, "leaves of 4 KiB: PASID 0xfffc1 in the last");
}

/* A two-level stream table (L1 of 256 streams each), and back to a linear one without a reset */
static void stream_tables(void)
{
	const uint64_t l1 = MEM_PGD(6), l2 = MEM_PGD(7);

	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_ste_usual();
	mem_zero(l1, 0x1000);
	mem_zero(l2, 256 * 64);
	for (unsigned i = 0; i < 2; i++)
		wr64(l2 + i * 8, rd64(MEM_STRTAB + RIG_RID * 64 + i * 8));
	wr64(l1 + (RIG_RID >> 8) * 8, l2 | 9); /* span: 2^8 entries */
	smmu_ste(0, 0);
	is(entry(5), ~0ull, "linear: the STE is invalid");
	wr64(RIG_SMMU + STRTAB_BASE, l1);
	smmu_wr(STRTAB_BASE_CFG, 1u << 16 | 8u << 6 | 16);
	smmu_forget_all();
	is(entry(5), PA | E_RW, "two levels: it is valid");
	smmu_wr(STRTAB_BASE_CFG, 9);
	wr64(RIG_SMMU + STRTAB_BASE, MEM_STRTAB);
	smmu_forget_all();
	is(entry(5), ~0ull, "linear again: invalid");
}

static void cfgi_range(void)
{
	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
	smmu_map(0, VA, 3, PA | PTE_URW);
	is(entry(5), PA | E_RW, "before");
	smmu_cd_invalid(5);
	smmu_cmd_sync(CMD_CFGI_ALL | (uint64_t)(RIG_RID + 0x100) << 32, 7);
	is(entry(5), PA | E_RW, "CFGI_STE_RANGE of the next 256 streams: still cached");
	smmu_cmd_sync(CMD_CFGI_ALL | (uint64_t)(RIG_RID + 0x13) << 32, 7);
	is(entry(5), ~0ull, "CFGI_STE_RANGE of the 256 with ours: read again");
}

const struct test_case cases_config[] = {
	{"identification", identification, NULL},
	{"config-cache", config_cache, NULL},
	{"cd-tables", cd_tables, NULL},
	{"stream-tables", stream_tables, NULL},
	{"cfgi-range", cfgi_range, NULL},
	{"tlb", tlb, NULL},
	{"top-byte", top_byte, NULL},
	{"nonsense", nonsense, NULL},
	{"event-overflow", event_overflow, NULL},
	{0},
};
