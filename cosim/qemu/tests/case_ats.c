/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation requests: entries (PCIe Base Spec 10.2.3, Arm IHI 0070 13.7) and refusals (3.9.1.2)
 */
#include "cases.h"
#include "smmu.h"

/* Bits of an entry, PCIe Base Spec 10.2.3 */
#define E_R   0x001ull
#define E_W   0x002ull
#define E_EXE 0x008ull
#define E_PRV 0x010ull
#define E_S   0x800ull

#define VA 0x5555000000ull
#define PA 0x48000000ull
/* above 4 GiB, with bits in both halves of the 44 */
#define HIGH_PA 0xabc12345000ull

static void one(struct ep_who who, uint64_t va, bool nw, uint64_t want, const char *what)
{
	struct ep_treq r = ep_treq(who, va, nw, 1);

	if (r.status != TLP_SC || r.n != 1)
		ok(false, "%s: status %u, %u entries", what, r.status, r.n);
	else
		is(r.entry[0], want, what);
}

static void setup(void)
{
	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
}

static void permissions(void)
{
	struct ep_who user = P(5), exec = P(5), priv = P(5), both = P(5);
	uint64_t va = VA;

	exec.exec = true;
	priv.priv = true;
	both.exec = both.priv = true;
	setup();

	smmu_map(0, va, 3, PA | PTE_URW);
	one(user, va, false, PA | E_R | E_W, "user page, writable");
	one(user, va, true, PA | E_R, "the same with No Write");
	one(exec, va, false, PA | E_R | E_W, "execute asked for, UXN: no Exe");
	one(priv, va, false, PA | E_R | E_W | E_PRV, "privileged: R, W and Priv");

	smmu_map(0, va += 0x1000, 3, PA | PTE_URO);
	one(user, va, false, PA | E_R, "read-only page: R alone");

	smmu_map(0, va += 0x1000, 3, PA | PTE_URO | PTE_DBM);
	one(user, va, false, PA | E_R, "writable-clean page without HTTU: R alone");

	smmu_map(0, va += 0x1000, 3, PA | PTE_PAGE | PTE_AF | PTE_NG);
	one(user, va, false, 0, "kernel page: no access for the user");
	one(priv, va, false, PA | E_R | E_W | E_PRV, "kernel page: access when privileged");

	smmu_map(0, va += 0x1000, 3, PA | PTE_PAGE | PTE_USER | PTE_RO | PTE_AF | PTE_NG | PTE_PXN);
	one(exec, va, false, PA | E_R | E_EXE, "user code: R and Exe");
	one(user, va, false, PA | E_R, "user code, execute not asked for: no Exe");
	one(both, va, false, PA | E_R | E_PRV, "user code, privileged with PXN: no Exe");

	smmu_map(0, va += 0x1000, 3, PA | PTE_PAGE | PTE_USER | PTE_AF | PTE_NG);
	one(both, va, false, PA | E_R | E_W | E_PRV,
	    "what the user may write is not privileged code");

	smmu_map(0, va += 0x1000, 3, PA | PTE_PAGE | PTE_RO | PTE_AF | PTE_NG);
	one(exec, va, false, 0, "execute-only for the user: no access over ATS");

	smmu_map(0, va += 0x1000, 3, (PA | PTE_URW) & ~PTE_AF);
	one(user, va, false, 0, "access flag clear: no access");
	one(priv, va, false, E_PRV, "no access repeats Priv");

	one(user, va + 0x1000, false, 0, "missing page: no access");
	one(user, 0xffff000000000000ull, false, 0, "upper half, EPD1: no access");
	one(user, 0x0001000000000000ull, false, 0, "beyond 48 bits: no access");

	smmu_map(0, va += 0x2000, 3, PA | (PTE_URW & ~PTE_NG));
	one(user, va, false, PA | E_R | E_W, "global page: G stays clear");

	ok(!smmu_event(&(struct event){0}), "none of this is an event");
}

static void sizes(void)
{
	struct ep_treq r;

	setup();
	smmu_map(0, VA, 3, HIGH_PA | PTE_URW);
	one(P(5), VA, false, HIGH_PA | E_R | E_W, "physical address above 4 GiB");

	/* 2 MiB: S, bits 19:12 one, bit 20 zero */
	smmu_map(0, 0x40000000, 2, 0x12340000000ull | (PTE_URW & ~2ull));
	one(P(5), 0x40123000, false, 0x12340000000ull | 0xff000 | E_S | E_R | E_W, "2 MiB block");
	/* 1 GiB: bits 28:12 one, bit 29 zero */
	smmu_map(0, 0x80000000, 1, 0x80000000ull | (PTE_URW & ~2ull));
	one(P(5), 0x9abcd000, false, 0x80000000ull | 0x1ffff000 | E_S | E_R | E_W, "1 GiB block");

	smmu_map(0, VA + 0x1000, 3, PA | PTE_URO);
	smmu_map(0, VA + 0x2000, 3, (PA + 0x5000) | PTE_URW);
	r = ep_treq(P(5), VA, false, 8);
	is(r.status, TLP_SC, "eight asked for, three there: success");
	is(r.n, 3, "as many entries as pages there");
	is(r.entry[1], PA | E_R, "the second one");
	is(r.entry[2], (PA + 0x5000) | E_R | E_W, "the third one");
	r = ep_treq(P(5), VA + 0x3000, false, 2);
	is(r.n, 1, "the first page missing: one entry");
	is(r.entry[0], 0, "without access");
}

static void refuse(const char *what, struct ep_who who, unsigned status, unsigned event)
{
	struct ep_treq r = ep_treq(who, VA, false, 1);
	struct event e = {0};
	bool got = smmu_event(&e);

	ok(r.status == status, "%s: %s (status %u)", what, status == TLP_UR ? "UR" : "CA",
	   r.status);
	ok(got == !!event && (e.dw[0] & 0xff) == event, "%s: event 0x%02x (got 0x%02x)", what,
	   event, (unsigned)e.dw[0] & 0xff);
	if (event)
		is(e.dw[0] >> 32, RIG_RID, "with the stream ID");
}

static void refusals(void)
{
	uint64_t usual = STE_V | STE_S1 | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(10);

	setup();
	smmu_map(0, VA, 3, PA | PTE_URW);
	refuse("PASID beyond S1CDMax", P(1024), TLP_CA, 0);
	refuse("PASID without L1CD", P(64), TLP_CA, 0);
	refuse("PASID with an invalid CD", P(6), TLP_CA, 0);
	refuse("no PASID, S1DSS terminates", NO_PASID, TLP_CA, 0);

	smmu_wr(CR2, 1u << 3); /* REC_CFG_ATS */
	refuse("invalid CD, recorded on demand", P(6), TLP_CA, 0x0a);
	refuse("PASID beyond S1CDMax, recorded", P(1024), TLP_CA, 0x08);
	smmu_wr(CR2, 0);

	smmu_ste(usual, STE1_TERMINATE);
	refuse("EATS off", P(5), TLP_UR, 0x05);
	smmu_ste(STE_V | STE_BYPASS, STE1_EATS);
	refuse("stream in bypass", P(5), TLP_UR, 0x05);
	smmu_ste(STE_V | STE_ABORT, STE1_EATS);
	refuse("stream aborted", P(5), TLP_UR, 0);
	smmu_ste(0, 0);
	refuse("invalid STE", P(5), TLP_CA, 0);
	smmu_ste(usual, STE1_EATS << 1);
	refuse("split-stage ATS, which is not there", P(5), TLP_CA, 0);
	smmu_ste_usual();
	smmu_wr(CR0, CR0_ALL & ~CR0_SMMUEN);
	refuse("SMMU disabled", P(5), TLP_UR, 0x05);
	smmu_wr(CR0, CR0_ALL);
	one(P(5), VA, false, PA | E_R | E_W, "enabled again: success");
}

static void substream_default(void)
{
	uint64_t usual = STE_V | STE_S1 | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(10);

	setup();
	smmu_cd(0, 1, 0x50);
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_map(1, VA, 3, (PA + 0x10000) | PTE_URW);
	smmu_ste(usual, STE1_SSID0 | STE1_EATS);
	one(NO_PASID, VA, false, (PA + 0x10000) | E_R | E_W, "S1DSS 2: CD 0 without PASID");
	refuse("S1DSS 2: PASID 0", P(0), TLP_CA, 0);
	one(P(5), VA, false, PA | E_R | E_W, "S1DSS 2: PASID 5 has its own");
	smmu_ste(usual, STE1_BYPASS | STE1_EATS);
	one(NO_PASID, 0x48765000, false, 0x48765000 | E_R | E_W, "S1DSS 1: identity without PASID");
	one(P(0), VA, false, (PA + 0x10000) | E_R | E_W, "S1DSS 1: PASID 0 is translated");
}

static const char *const no_ats[] = {"-global", "arm-smmuv3.ats=off", "-global",
				     "arm-smmuv3.pri=off", NULL};

static void ats_off(void)
{
	smmu_init();
	is(smmu_rd(IDR0) & (1u << 10 | 1u << 16), 0, "ats=off,pri=off: not in IDR0");
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
	smmu_map(0, VA, 3, PA | PTE_URW);
	refuse("ats=off", P(5), TLP_UR, 0);
	smmu_cmd(CMD_ATC_INV | CMD_SID(RIG_RID), 52);
	ok(!smmu_cmdq_empty(), "ats=off: CMD_ATC_INV is illegal");
	is(smmu_rd(CMDQ_CONS) >> 24 & 0x7f, 1, "CERROR_ILL");
}

const struct test_case cases_ats[] = {
	{"ats-permissions", permissions, NULL}, {"ats-sizes", sizes, NULL},
	{"ats-refusals", refusals, NULL},	{"ats-default-substream", substream_default, NULL},
	{"ats-off", ats_off, no_ats},		{0},
};
