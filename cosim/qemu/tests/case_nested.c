/* SPDX-License-Identifier: BSD-2-Clause */
/* Two stages: permissions of both count, CD tables and stage 1 tables go through stage 2 */
#include "cases.h"
#include "smmu.h"

#define VA  0x5000000000ull
#define E_R 1ull
#define E_W 2ull

/* Stage 2 descriptors (VMSAv8-64): S2AP 7:6, AF; XN 54:53 */
#define S2_RW (3ull << 6)
#define S2_RO (1ull << 6)
#define S2_WO (2ull << 6)

static void ste_nested(uint64_t dw1)
{
	uint64_t at = MEM_STRTAB + RIG_RID * 64;

	wr64(MEM_L1CD, MEM_CD | 1);
	/* DW 2: VMID 7, S2T0SZ 24 (40 bits), S2SL0 1 (level 1), 4 KiB, S2PS 4, S2AA64, S2R */
	wr64(at + 16, 7 | 24ull << 32 | 1ull << 38 | 4ull << 48 | 1ull << 51 | 1ull << 58);
	wr64(at + 24, MEM_PGD(3)); /* level 1: 2 tables of 512 GiB / 1 GiB each entry */
	smmu_ste(STE_V | STE_NESTED | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(10), dw1);
}

/* IPA to PA in 2 MiB blocks */
static void s2_map(uint64_t ipa, uint64_t pa, uint64_t s2ap)
{
	uint64_t l1 = MEM_PGD(3) + (ipa >> 30) * 8, l2 = MEM_PGD(3) + 0x4000;

	wr64(l1, l2 | 3);
	wr64(l2 + (ipa >> 21 & 511) * 8, pa | 1 | 1ull << 10 | s2ap);
}

static void one(struct ep_who who, uint64_t va, uint64_t want, const char *what)
{
	struct ep_treq r = ep_treq(who, va, false, 1);

	if (r.status != TLP_SC || r.n != 1)
		ok(false, "%s: status %u, %u entries", what, r.status, r.n);
	else
		is(r.entry[0], want, what);
}

static void nested(void)
{
	const uint64_t ipa = RIG_RAM + 0x2000000, pa = 0x123400000ull;
	struct ep_answer a;
	struct event e = {0};

	smmu_init();
	mem_zero(MEM_PGD(3), 0x5000);
	smmu_cd(5, 0, 0x51);
	/* the tables themselves: identity, 18 MiB from the start of memory */
	for (unsigned i = 0; i < 9; i++)
		s2_map(RIG_RAM + i * 0x200000ull, RIG_RAM + i * 0x200000ull, S2_RW);
	s2_map(ipa, pa, S2_RW);
	s2_map(ipa + 0x200000, pa + 0x200000, S2_RO);
	s2_map(ipa + 0x400000, pa + 0x400000, S2_WO);
	ste_nested(STE1_BYPASS | STE1_EATS);

	smmu_map(0, VA, 3, (ipa + 0x5000) | PTE_URW);
	smmu_map(0, VA + 0x1000, 3, (ipa + 0x205000) | PTE_URW);
	smmu_map(0, VA + 0x2000, 3, (ipa + 0x6000) | PTE_URO);
	smmu_map(0, VA + 0x3000, 3, (ipa + 0x405000) | PTE_URO);
	smmu_map(0, VA + 0x4000, 3, (ipa + 0x405000) | PTE_URW);
	smmu_map(0, VA + 0x5000, 3, (ipa + 0x605000) | PTE_URW);
	one(P(5), VA, (pa + 0x5000) | E_R | E_W, "both stages writable");
	one(P(5), VA + 0x1000, (pa + 0x205000) | E_R, "stage 2 read-only");
	one(P(5), VA + 0x2000, (pa + 0x6000) | E_R, "stage 1 read-only");
	one(P(5), VA + 0x3000, 0, "read-only and write-only: no access");
	one(P(5), VA + 0x4000, (pa + 0x405000) | E_W, "write-only");
	one(P(5), VA + 0x5000, 0, "missing at stage 2");
	/* a 2 MiB block at both stages comes as one, with one page at stage 1 it does not */
	smmu_map(0, 0x40000000, 2, ipa | (PTE_URW & ~2ull));
	one(P(5), 0x40001000, pa | 0xff800 | E_R | E_W, "2 MiB at both stages");
	one(NO_PASID, ipa + 0x7000, pa | 0xff800 | E_R | E_W, "S1DSS bypass: stage 2 alone");

	ep_write(P(5), TLP_AT_UNTRANSLATED, VA + 0x1008, "x", 1);
	ok(smmu_event(&e), "write that stage 2 forbids: an event");
	is(e.dw[0], 0x13 | 1ull << 11 | 5ull << 12 | (uint64_t)RIG_RID << 32, "F_PERMISSION");
	is(e.dw[1] >> 39 & 1, 1, "S2");
	is(e.dw[2], VA + 0x1008, "input address");
	is(e.dw[3] & ~0xfffull, (ipa + 0x205000), "IPA");

	/* the CD table's page vanishes from stage 2 */
	s2_map(RIG_RAM, RIG_RAM, 0);
	smmu_forget_all();
	one(P(5), VA, 0, "CD fetch forbidden by stage 2: no access");
	a = ep_read(P(5), TLP_AT_UNTRANSLATED, VA, 4);
	is(a.status, TLP_UR, "untranslated: UR");
	ok(smmu_event(&e), "an event");
	is(e.dw[0] & 0xff, 0x13, "F_PERMISSION");
	is(e.dw[1] >> 40 & 3, 0, "class: CD fetch");
}

const struct test_case cases_nested[] = {
	{"nested", nested, NULL},
	{0},
};
