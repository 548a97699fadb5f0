/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random tables, commands, registers and requests: QEMU must answer every request and stay alive.
 * The seed is printed; SVARIG_SEED repeats a run, SVARIG_ROUNDS makes it longer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cases.h"
#include "smmu.h"

#define VA 0x7000000000ull

static uint64_t state;

static uint64_t rnd(void) /* xorshift64* */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dull;
}

static unsigned below(unsigned n)
{
	return (rnd() >> 32) % n;
}

/* A valid value with a few bits turned */
static uint64_t spoil(uint64_t v)
{
	for (unsigned n = below(4); n; n--)
		v ^= 1ull << below(64);
	return v;
}

static void random_ste(void)
{
	static const uint64_t config[] = {STE_S1, STE_S2, STE_NESTED, STE_BYPASS};
	uint64_t at = MEM_STRTAB + RIG_RID * 64;

	wr64(at + 8, spoil(below(4) | STE1_EATS));
	wr64(at + 16,
	     below(4) ? spoil(7 | 24ull << 32 | 1ull << 38 | 4ull << 48 | 1ull << 51 | 1ull << 58)
		      : rnd());
	wr64(at + 24, spoil(MEM_PGD(3)));
	wr64(at, spoil(STE_V | config[below(4)] | (uint64_t)below(4) << 4 | MEM_L1CD |
		       STE_CDMAX(below(21))));
}

static void random_cd(void)
{
	uint64_t at = MEM_CD + 5 * 64;

	smmu_cd(5, 0, 0x51);
	wr64(at, below(8) ? spoil(rd64(at)) : rnd());
	wr64(at + 8, spoil(MEM_PGD(0)));
	wr64(at + 16, spoil(MEM_PGD(1)));
	wr64(MEM_L1CD, spoil(MEM_CD | 1));
}

static void random_tables(void)
{
	for (unsigned l = 0; l < 4; l++)
		wr64(MEM_PGD(3) + below(512) * 8, below(2) ? rnd() : spoil(MEM_PGD(0) | 3));
	/* afresh, as smmu_map() itself follows what it finds */
	smmu_pt_clear(0);
	smmu_map(0, VA, 1 + below(3), spoil(MEM_DATA | PTE_URW));
}

static void random_command(void)
{
	static const uint8_t op[] = {0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12,
				     0x13, 0x28, 0x2a, 0x30, 0x40, 0x41, 0x46};
	uint64_t dw0 = below(8) ? op[below(sizeof(op))] | (rnd() & 0xffffff00) : rnd();

	/* ranges of TLBI are walked in steps of their size: keep them within reason */
	smmu_cmd(below(2) ? (dw0 & 0xffffffff) | CMD_SID(RIG_RID) : dw0, rnd());
}

static void random_register(void)
{
	static const uint16_t reg[] = {
		CR0,	     CR2,	IRQ_CTRL,	 GERRORN, STRTAB_BASE, CMDQ_BASE,
		EVENTQ_BASE, PRIQ_BASE, STRTAB_BASE_CFG, 0xac,	  0xcc,	       0xd0};

	smmu_wr(reg[below(sizeof(reg) / sizeof(reg[0]))], spoil(below(2) ? 0x1f : rnd()));
}

static void take_messages(void)
{
	uint8_t wire[64];
	unsigned len;
	struct tlp t;

	while (ep_message(&t, wire, &len, 0))
		;
	ep_inv_complete(1, 0xffffffff);
}

static void random_traffic(void)
{
	const char *seed = getenv("SVARIG_SEED"), *n = getenv("SVARIG_ROUNDS");
	unsigned rounds = n ? strtoul(n, NULL, 0) : 300, answered = 0;
	struct ep_treq r;

	state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	printf("# SVARIG_SEED=%llu\n", (unsigned long long)state);
	state = state * 2 + 1;
	for (unsigned i = 0; i < rounds; i++) {
		if (i % 20 == 0)
			smmu_init();
		random_ste();
		random_cd();
		random_tables();
		smmu_cmd(CMD_CFGI_ALL, 31);
		smmu_cmd(CMD_TLBI_NSNH_ALL, 0);
		for (unsigned c = below(4); c; c--)
			random_command();
		if (below(4) == 0)
			random_register();
		for (unsigned q = 0; q < 3; q++) {
			struct ep_who who = {.pasid_valid = below(4), .pasid = 5};

			if (who.pasid_valid) {
				who.priv = below(2);
				who.exec = below(2);
			} else {
				who.pasid = 0;
			}
			if (who.pasid_valid && !below(8))
				who.pasid = below(1 << 20);
			r = ep_treq(who, below(4) ? VA : rnd(), below(2), 1 + below(8));
			answered += r.status == TLP_UR || r.status == TLP_CA ||
				    (r.status == TLP_SC && r.n >= 1);
			ep_page_request(who, rnd() & ~0xfffull, below(512), below(2), below(2),
					below(2));
		}
		take_messages();
		smmu_wr(GERRORN, smmu_rd(GERROR));
	}
	is(answered, rounds * 3, "every translation request was answered");
	smmu_wr(CR0, 0);
	clock_step_ms(20000); /* what is still outstanding times out */
	take_messages();
	smmu_init();
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
	smmu_forget_all();
	smmu_pt_clear(0);
	smmu_map(0, VA, 3, MEM_DATA | PTE_URW);
	r = ep_treq(P(5), VA, false, 1);
	is(r.status, TLP_SC, "afterwards a translation request succeeds");
	is(r.entry[0], MEM_DATA | 3, "and is right");
}

const struct test_case cases_random[] = {
	{"random", random_traffic, NULL},
	{0},
};
