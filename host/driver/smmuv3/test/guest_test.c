// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest may ask: its STEs and commands, each bit. Values are typed in from IHI 0070 (5.2,
 * chapter 4), none is computed by the code under test.
 */
#include "../guest.h"
#include "tap.h"

static const struct smmu_guest_limits all = {
	.ssid_bits = 20,
	.ipa_bits = 44,
	.two_level_cd = true,
	.stall_model = true,
	.ats = true,
	.ril = true,
};

static const struct smmu_ste_s2 s2 = {
	.ttb = 0x123450000, .vtcr = 0x4359a, .vmid = 0x77, .ats = true};

static int parse(struct smmu_guest_ste *g, u64 w0, u64 w1, const struct smmu_guest_limits *limits)
{
	return smmu_guest_ste_parse(g, (const u64[2]){w0, w1}, limits);
}

/* V 0, Config 3:1 (5 stage 1, 4 bypass, 0 abort), S1Fmt 5:4, S1ContextPtr 55:6, S1CDMax 63:59. */
#define S1     (1ull | 5ull << 1)
#define BYPASS (1ull | 4ull << 1)
/* Word 1: S1DSS 1:0, S1CIR 3:2, S1COR 5:4, S1CSH 7:6, S1STALLD 27, EATS 29:28. */
#define EATS_FULL (1ull << 28)

static void stes(void)
{
	const u64 w0 = S1 | 2ull << 4 | 0xabcde000 | 10ull << 59;
	struct smmu_guest_limits less;
	struct smmu_guest_ste g;
	struct smmu_entry_val ste;

	ok(!parse(&g, w0, 0x2 | 0x5c | EATS_FULL, &all) && g.config == SMMU_GUEST_S1 && g.ats,
	   "stage 1 with two-level CDs and ATS");
	smmu_guest_ste_make(&ste, &g, &s2, true, true);
	/* Config 7, the rest of word 0 as it was. */
	is_u64(ste.qw[0], w0 | 7ull << 1, "nested: word 0");
	/* PPAR 18, S1STALLD 27 and EATS 29:28 are ours, S1C* and S1DSS the guest's. */
	is_u64(ste.qw[1], 0x5e | 1ull << 18 | 1ull << 27 | 1ull << 28, "nested: word 1");
	/* S2VMID 15:0; VTCR 50:32; S2AA64 51, S2AFFD 53, S2PTW 54, S2R 58. */
	is_u64(ste.qw[2], 0x77 | 0x4359aull << 32 | 1ull << 51 | 3ull << 53 | 1ull << 58,
	       "nested: word 2");
	is_u64(ste.qw[3], 0x123450000, "nested: word 3");

	ok(!parse(&g, BYPASS, EATS_FULL, &all) && g.config == SMMU_GUEST_BYPASS && g.ats,
	   "bypass with ATS");
	smmu_guest_ste_make(&ste, &g, &s2, true, true);
	is_u64(ste.qw[0], 1 | 6 << 1, "a guest's bypass is stage 2 alone");
	is_u64(ste.qw[2] & 0xffff, 0x77, "with the virtual SMMU's VMID");

	ok(!parse(&g, 1, 0, &all) && g.config == SMMU_GUEST_ABORT, "abort");
	smmu_guest_ste_make(&ste, &g, &s2, true, true);
	is_u64(ste.qw[0], 1, "a guest's abort aborts");
	ok(!parse(&g, ~1ull, ~0ull, &all) && g.config == SMMU_GUEST_ABORT && !g.ats,
	   "V = 0 aborts, whatever else there is");

	ok(parse(&g, 1 | 6 << 1, 0, &all) == -EIO && parse(&g, 1 | 7 << 1, 0, &all) == -EIO,
	   "no guest has a stage 2 of its own");
	ok(parse(&g, S1 | 21ull << 59, 2, &all) == -EIO && !parse(&g, S1 | 20ull << 59, 2, &all),
	   "S1CDMax up to SSIDSIZE");
	ok(parse(&g, S1 | 3ull << 4 | 1ull << 59, 2, &all) == -EIO, "a reserved S1Fmt");
	ok(parse(&g, S1 | 1ull << 59, 3, &all) == -EIO && !parse(&g, S1, 3, &all),
	   "a reserved S1DSS, where S1DSS counts");
	ok(parse(&g, S1 | 1ull << 44, 0, &all) == -EIO && !parse(&g, S1 | 1ull << 43, 0, &all),
	   "S1ContextPtr within what stage 2 translates");
	ok(parse(&g, BYPASS, 2ull << 28, &all) == -EIO && parse(&g, S1, 3ull << 28, &all) == -EIO,
	   "split-stage ATS is not for guests");
	less = all;
	less.ats = false;
	ok(parse(&g, S1, EATS_FULL, &less) == -EIO && !parse(&g, S1, 0, &less),
	   "an SMMU without ATS");
	less = all;
	less.stall_model = false;
	ok(parse(&g, S1, 1ull << 27, &less) == -EIO && !parse(&g, S1, 1ull << 27, &all),
	   "S1STALLD where the SMMU has it");
	less = all;
	less.two_level_cd = false;
	ok(parse(&g, S1 | 2ull << 4 | 1ull << 59, 2, &less) == -EIO &&
		   !parse(&g, S1 | 1ull << 59, 2, &less),
	   "an SMMU without two-level CD tables");
}

/* Every bit outside the given masks, alone, makes a stage 1 STE illegal; every bit inside does not.
 */
static void ste_bits(void)
{
	/* Config is left out: its bits make other kinds. */
	const u64 mine[2] = {1ull | 0x30 | (((1ull << 44) - 1) & ~0x3full) | 0x1full << 59,
			     0xff | 1ull << 27 | 1ull << 28};
	unsigned int wrong = 0, n = 0;
	struct smmu_guest_ste g;

	for (unsigned int w = 0; w < 2; w++) {
		for (unsigned int bit = 0; bit < 64; bit++) {
			u64 qw[2] = {S1, 0};
			bool legal = mine[w] >> bit & 1;

			if (!w && bit >= 1 && bit <= 3)
				continue;
			/* S1CDMax 16 is 2^16 CDs, fine; S1Fmt counts with CDs only. */
			qw[w] |= 1ull << bit;
			wrong += (smmu_guest_ste_parse(&g, qw, &all) == 0) != legal;
			n++;
		}
	}
	ok(!wrong && n == 125, "STE: each of %u bits alone (%u wrong)", n, wrong);
}

static int command(u64 w0, u64 w1, u64 *got0, u64 *got1)
{
	struct smmu_cmd cmd = {{w0, w1}};
	int ret = smmu_guest_cmd(&cmd, 0x77, &all);

	*got0 = cmd.qw[0];
	*got1 = cmd.qw[1];
	return ret;
}

static void commands(void)
{
	u64 a, b;

	ok(command(0x30, 0, &a, &b) == SMMU_GUEST_TLB && a == (0x10 | 0x77ull << 32) && !b,
	   "TLBI_NSNH_ALL is TLBI_NH_ALL of the virtual SMMU's VMID");
	ok(command(0x10 | 0xffffull << 32, 0, &a, &b) == SMMU_GUEST_TLB &&
		   a == (0x10 | 0x77ull << 32),
	   "TLBI_NH_ALL: the guest's VMID does not count");
	ok(command(0x11 | 5ull << 32 | 9ull << 48, 0, &a, &b) == SMMU_GUEST_TLB &&
		   a == (0x11 | 0x77ull << 32 | 9ull << 48),
	   "TLBI_NH_ASID");
	ok(command(0x12 | 9ull << 48, 0x7000 | 1, &a, &b) == SMMU_GUEST_TLB &&
		   a == (0x12 | 0x77ull << 32 | 9ull << 48) && b == (0x7000 | 1),
	   "TLBI_NH_VA of one page");
	/* NUM 16:12, SCALE 24:20, TG 11:10, TTL 9:8 */
	ok(command(0x13 | 3ull << 12 | 1ull << 20, 0x7000 | 1ull << 10 | 3ull << 8, &a, &b) ==
			   SMMU_GUEST_TLB &&
		   a == (0x13 | 3ull << 12 | 1ull << 20 | 0x77ull << 32) &&
		   b == (0x7000 | 1ull << 10 | 3ull << 8),
	   "TLBI_NH_VAA of a range");
	ok(command(0x12, 1ull << 10, &a, &b) == -EIO &&
		   command(0x12 | 1ull << 12, 0, &a, &b) == -EIO &&
		   command(0x12, 1ull << 8, &a, &b) == -EIO,
	   "a granule without a range, a range or level without a granule");
	ok(command(0x05 | 6ull << 12 | 0x42ull << 32, 1, &a, &b) == SMMU_GUEST_CONFIG &&
		   a == (0x05 | 6ull << 12 | 0x42ull << 32) && b == 1,
	   "CFGI_CD: the stream is left to be replaced");
	ok(command(0x06 | 0x42ull << 32, 0, &a, &b) == SMMU_GUEST_CONFIG, "CFGI_CD_ALL");
	ok(command(0x40 | 1ull << 11 | 6ull << 12 | 0x42ull << 32, 0x5000 | 3, &a, &b) ==
			   SMMU_GUEST_ATC &&
		   a == (0x40 | 1ull << 11 | 6ull << 12 | 0x42ull << 32) && b == (0x5000 | 3),
	   "ATC_INV");
	ok(command(0x40, 53, &a, &b) == -EIO && command(0x40, 52, &a, &b) == SMMU_GUEST_ATC,
	   "ATC_INV: the largest size");
	ok(command(0x40 | 1ull << 9, 0, &a, &b) == -EIO &&
		   command(0x40 | 1ull << 12, 0, &a, &b) == -EIO &&
		   command(0x40 | 1ull << 9 | 1ull << 11, 0, &a, &b) == SMMU_GUEST_ATC,
	   "ATC_INV: Global and SubstreamID only with a PASID");
}

/* All opcodes with nothing else set, and each bit of those a guest may give. */
static void command_bits(void)
{
	static const struct {
		u8 op;
		u64 mine[2];
	} good[] = {
		{0x05, {0xfffff000ull | ~0ull << 32, 1}},
		{0x06, {~0ull << 32, 0}},
		{0x10, {0xffffull << 32, 0}},
		{0x11, {~0ull << 32, 0}},
		{0x12, {~0ull << 32, ~0xfffull | 1}},
		{0x13, {0xffffull << 32, ~0xfffull | 1}},
		{0x30, {0, 0}},
		{0x40, {1ull << 11 | ~0ull << 32, ~0xfffull | 0x3f}},
	};
	unsigned int wrong = 0, n = 0;
	struct smmu_cmd cmd;

	for (unsigned int op = 0; op < 256; op++) {
		bool legal = false;

		for (unsigned int i = 0; i < ARRAY_SIZE(good); i++)
			legal |= good[i].op == op;
		cmd = (struct smmu_cmd){{op, 0}};
		wrong += (smmu_guest_cmd(&cmd, 1, &all) >= 0) != legal;
		n++;
		/* Refused ones are left alone. */
		wrong += !legal && (cmd.qw[0] != op || cmd.qw[1]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		for (unsigned int bit = 8; bit < 128; bit++) {
			unsigned int w = bit / 64;

			cmd = (struct smmu_cmd){{good[i].op, 0}};
			cmd.qw[w] |= 1ull << bit % 64;
			/* The range fields are legal only together: see above. */
			wrong += (smmu_guest_cmd(&cmd, 1, &all) >= 0) !=
				 (good[i].mine[w] >> bit % 64 & 1);
			n++;
		}
	}
	ok(!wrong && n == 256 + 8 * 120, "commands: %u opcodes and bits (%u wrong)", n, wrong);
}

/* No range invalidation, no ATS, few PASIDs. */
static void less(void)
{
	const struct smmu_guest_limits few = {.ssid_bits = 4, .ipa_bits = 40};
	struct smmu_cmd cmd;

	cmd = (struct smmu_cmd){{0x12 | 1ull << 12, 1ull << 10}};
	is_u64((u64)smmu_guest_cmd(&cmd, 1, &few), (u64)-EIO, "a range without range invalidation");
	cmd = (struct smmu_cmd){{0x40, 0}};
	is_u64((u64)smmu_guest_cmd(&cmd, 1, &few), (u64)-EIO, "ATC_INV without ATS");
	cmd = (struct smmu_cmd){{0x05 | 16ull << 12, 0}};
	is_u64((u64)smmu_guest_cmd(&cmd, 1, &few), (u64)-EIO, "CFGI_CD beyond SSIDSIZE");
	cmd = (struct smmu_cmd){{0x05 | 15ull << 12, 0}};
	is_u64((u64)smmu_guest_cmd(&cmd, 1, &few), SMMU_GUEST_CONFIG, "CFGI_CD within it");
}

int main(void)
{
	stes();
	ste_bits();
	commands();
	command_bits();
	less();
	return tap_done();
}
