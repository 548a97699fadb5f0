/* SPDX-License-Identifier: BSD-2-Clause */
/* The second root bus (bus numbers from 0x80 on) and its SMMU, and that the first has no part in it
 */
#include "cases.h"
#include "smmu.h"

#define VA 0x123456789000ull
#define PA (MEM_DATA + 0x5000)

/* The first SMMU's command queue, apart from the second's */
#define FIRST_CMDQ (RIG_RAM + 0x128000)

static void setup(void)
{
	smmu_init();
	smmu_pt_clear(0);
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
}

static void first_cmd(unsigned prod, uint64_t dw0, uint64_t dw1)
{
	wr64(FIRST_CMDQ + (prod - 1) * 16, dw0);
	wr64(FIRST_CMDQ + (prod - 1) * 16 + 8, dw1);
	wr32(RIG_FIRST_SMMU + CMDQ_PROD, prod);
}

static void translation(void)
{
	static const uint8_t bytes[4] = {0xde, 0xad, 0xbe, 0xef};
	struct ep_answer a;
	struct ep_treq t;
	struct event e;

	is(rd32(RIG_FIRST_SMMU + IDR1), rd32(RIG_SECOND_SMMU + IDR1), "two SMMUs, alike");
	a = ep_read(NO_PASID, 0, MEM_DATA, 4);
	is(a.status, TLP_SC, "both off: addresses are physical");
	setup();
	mem_write(PA, bytes, 4);
	t = ep_treq(P(5), VA, false, 1);
	is(t.status, TLP_SC, "a translation request");
	is(t.entry[0], PA | 3, "is served by the second's tables");
	a = ep_read(P(5), 0, VA, 4);
	is_bytes(a.data, a.len, bytes, 4, "an untranslated read too");
	ep_read(P(9), 0, VA, 4);
	ok(smmu_event(&e), "an event of the second");
	is(e.dw[0], 0x0a | 1ull << 11 | 9ull << 12 | (uint64_t)RIG_RID << 32,
	   "C_BAD_CD of 81:00.0");
	ok(spi_raised(SPI_EVENTQ), "with its own interrupt");
	ok(!spi_raised(74), "not the first's");

	/* the first one aborts all there is */
	wr32(RIG_FIRST_SMMU + GBPA, 1u << 31 | 1u << 20);
	a = ep_read(P(5), 0, VA, 4);
	is(a.status, TLP_SC, "the first's GBPA.ABORT changes nothing");
}

static void invalidation(void)
{
	/* MsgD by ID, code 01, to 81:00.0 */
	static const uint8_t want[] = {
		0x91, 0x00, 0x00, 0x05, 0x72, 0x00, 0x00, 0x02, 0x00, 0x00, 0xff, 0x01, 0x81, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78, 0x90, 0x00,
	};
	uint8_t wire[64];
	unsigned len = 0;
	struct tlp t;

	setup();
	smmu_cmd(CMD_ATC_INV | CMD_SSV | CMD_SSID(5) | CMD_SID(RIG_RID), VA);
	smmu_cmd(CMD_SYNC, 0);
	ok(ep_message(&t, wire, &len, 2000), "an invalidation of the second reaches the endpoint");
	wire[10] = 0xff; /* ITag */
	is_bytes(wire, len, want, sizeof(want), "at its ID");
	ok(!smmu_cmdq_empty(), "CMD_SYNC of the second waits");

	wr64(RIG_FIRST_SMMU + CMDQ_BASE, FIRST_CMDQ | 4);
	wr32(RIG_FIRST_SMMU + CR0, CR0_CMDQEN | CR0_SMMUEN);
	first_cmd(1, CMD_ATC_INV | CMD_SID(RIG_RID), VA);
	first_cmd(2, CMD_SYNC, 0);
	is(rd32(RIG_FIRST_SMMU + CMDQ_CONS), 2,
	   "that of the first does not: no such device is behind it");
	ep_sync();
	ok(!ep_message(&t, wire, &len, 0), "and its invalidation goes nowhere");
	ep_inv_complete(1, 1);
	ok(smmu_cmdq_empty(), "the completion ends the second's wait");
}

static void page_request(void)
{
	uint8_t wire[64];
	unsigned len;
	struct ppr p;
	struct tlp t;

	setup();
	spi_raised(SPI_PRIQ);
	ep_page_request(P(5), VA, 7, true, true, false);
	ok(smmu_ppr(&p), "a page request is in the second's queue");
	is(p.dw[0] & 0xffffffff, RIG_RID, "with its stream");
	ok(spi_raised(SPI_PRIQ) && !spi_raised(75), "with the second's interrupt");
	smmu_cmd(CMD_PRI_RESP | CMD_SID(RIG_RID), 7 | 2ull << 12);
	ok(ep_message(&t, wire, &len, 2000) && wire[8] == 0x81, "the response comes back");
}

const struct test_case cases_second[] = {
	{"second-translation", translation, NULL},
	{"second-invalidation", invalidation, NULL},
	{"second-page-request", page_request, NULL},
	{0},
};
