/* SPDX-License-Identifier: BSD-2-Clause */
/* Page requests and their answers (Arm IHI 0070 chapter 8, 4.5.2; PCIe Base Spec 10.4) */
#include "cases.h"
#include "smmu.h"

#define VA 0x7123456789000ull

/* Msg by ID, code 05, to 01:00.0; bytes 10 and 11: code and index */
static void response(const char *what, unsigned code, unsigned prgi, bool pasid)
{
	uint8_t want[20] = {0x91, 0, 0, 5, 0x32, 0, 0, 0, 0, 0, 0, 5, 1, 0, code << 4 | prgi >> 8,
			    prgi};
	uint8_t wire[64];
	unsigned len = 0;
	struct tlp t;

	if (!ep_message(&t, wire, &len, 2000))
		ok(false, "%s: nothing came", what);
	else
		is_bytes(wire, len, want + (pasid ? 0 : 4), pasid ? 20 : 16, what);
}

static void no_response(const char *what)
{
	uint8_t wire[64];
	unsigned len;
	struct tlp t;

	ep_sync();
	ok(!ep_message(&t, wire, &len, 0), "%s", what);
}

static void setup(void)
{
	smmu_init(); /* room for four page requests */
	smmu_cd(5, 0, 0x51);
	smmu_ste_usual();
	spi_raised(SPI_PRIQ);
}

static void requests(void)
{
	struct ep_who who = P(0xabcde);
	struct ppr p;

	setup();
	ep_page_request(P(5), VA, 0x1a5, false, true, false);
	ok(smmu_ppr(&p), "a page request is queued");
	/* StreamID; SubstreamID 51:32; Priv 58, X 59, R 60, W 61, Last 62, SSV 63 */
	is(p.dw[0], RIG_RID | 5ull << 32 | 1ull << 60 | 1ull << 63, "stream, PASID, read");
	is(p.dw[1], VA | 0x1a5, "address and group index");
	ok(spi_raised(SPI_PRIQ), "with its interrupt");
	no_response("no answer by itself");

	who.priv = who.exec = true;
	ep_page_request(who, VA, 0x1ff, true, true, true);
	ok(smmu_ppr(&p), "another one");
	is(p.dw[0], RIG_RID | 0xabcdeull << 32 | 0x3full << 58,
	   "privileged, execute, read, write, last");
	ep_page_request(NO_PASID, 0xfffffffffffff000ull, 0, true, false, true);
	ok(smmu_ppr(&p), "one without PASID");
	is(p.dw[0], RIG_RID | 1ull << 61 | 1ull << 62, "no SSV, write, last");
	is(p.dw[1], 0xfffffffffffff000ull, "highest address, index 0");
	ep_page_request(P(5), 0, 0, true, false, false);
	ok(smmu_ppr(&p), "a Stop Marker is queued");
	is(p.dw[0], RIG_RID | 5ull << 32 | 1ull << 62 | 1ull << 63,
	   "as last, neither read nor write");

	smmu_cmd(CMD_PRI_RESP | CMD_SSV | CMD_SSID(5) | CMD_SID(RIG_RID), 0x1a5 | 2ull << 12);
	response("CMD_PRI_RESP success", 0, 0x1a5, true);
	smmu_cmd(CMD_PRI_RESP | CMD_SSV | CMD_SSID(5) | CMD_SID(RIG_RID), 0x0a5 | 1ull << 12);
	response("CMD_PRI_RESP invalid request", 1, 0x0a5, true);
	smmu_cmd(CMD_PRI_RESP | CMD_SID(RIG_RID), 0x1ff);
	response("CMD_PRI_RESP failure, no PASID", 0xf, 0x1ff, false);
	smmu_cmd_sync(CMD_PRI_RESP | CMD_SID(0x08), 0x1ff);
	no_response("a response to another stream goes nowhere");
}

static void fill(void)
{
	for (int i = 0; i < 4; i++)
		ep_page_request(P(5), VA, i, true, true, false);
}

static void overflow(void)
{
	struct ppr p;
	int n = 0;

	setup();
	fill();
	is(smmu_rd(PRIQ_PROD) >> 31, 0, "four requests: full, no overflow");
	ep_page_request(P(5), VA, 0x10, false, true, false);
	is(smmu_rd(PRIQ_PROD) >> 31, 1, "the fifth sets OVFLG");
	no_response("not the last of its group: no answer");
	ep_page_request(P(5), VA, 0x10, true, true, false);
	response("the last one: success without PASID", 0, 0x10, false);
	ep_page_request(P(5), 0, 0, true, false, false);
	no_response("a Stop Marker: no answer");
	ok(smmu_ppr(&p), "room for one");
	ep_page_request(NO_PASID, VA, 0x11, true, true, false);
	response("an unacknowledged overflow goes on", 0, 0x11, false);

	smmu_ste(STE_V | STE_S1 | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(10), STE1_EATS | STE1_PPAR);
	ep_page_request(P(5), VA, 0x12, true, true, false);
	response("STE.PPAR: success with PASID", 0, 0x12, true);
	smmu_ste(0, 0);
	ep_page_request(P(5), VA, 0x13, true, true, false);
	response("invalid STE: failure without PASID", 0xf, 0x13, false);

	smmu_wr(PRIQ_CONS, smmu_rd(PRIQ_CONS) | 1u << 31);
	ep_page_request(P(5), VA, 0x14, true, true, false);
	no_response("acknowledged: queued again");
	while (smmu_ppr(&p))
		n++;
	is(n, 4, "three old ones and the new one");
	is(p.dw[1], VA | 0x14, "which is the last");
	is(smmu_rd(PRIQ_PROD) >> 31, 1, "OVFLG keeps its value");
}

static void disabled(void)
{
	struct ppr p;

	setup();
	smmu_wr(CR0, CR0_ALL & ~CR0_PRIQEN);
	ep_page_request(P(5), VA, 0x21, false, true, false);
	no_response("PRIQEN off, not the last: no answer");
	ep_page_request(P(5), VA, 0x21, true, true, false);
	response("PRIQEN off: failure without PASID", 0xf, 0x21, false);
	ok(!smmu_ppr(&p), "nothing is queued");
	smmu_wr(CR0, CR0_ALL & ~CR0_SMMUEN);
	ep_page_request(P(5), VA, 0x22, true, true, false);
	response("SMMUEN off: failure", 0xf, 0x22, false);

	wr64(RIG_SMMU + PRIQ_BASE, 0xfff000000000ull | 2);
	smmu_wr(CR0, CR0_ALL);
	ep_page_request(P(5), VA, 0x23, true, true, false);
	response("queue where no memory is: failure", 0xf, 0x23, false);
	is(smmu_rd(GERROR), 1u << 3, "GERROR.PRIQ_ABT_ERR");
	ok(spi_raised(SPI_GERROR), "its interrupt");
	wr64(RIG_SMMU + PRIQ_BASE, MEM_PRIQ | 2);
	ep_page_request(P(5), VA, 0x24, true, true, false);
	response("the error goes on until acknowledged", 0xf, 0x24, false);
	smmu_wr(GERRORN, 1u << 3);
	ep_page_request(P(5), VA, 0x25, true, true, false);
	ok(smmu_ppr(&p), "acknowledged: queued");
}

static const char *const two_entries[] = {"-global", "arm-smmuv3.priqs=1", NULL};

static void queue_size(void)
{
	setup(); /* which asks for four entries */
	is(smmu_rd(IDR1) >> 11 & 0x1f, 1, "priqs=1: IDR1.PRIQS");
	ep_page_request(P(5), VA, 1, true, true, false);
	ep_page_request(P(5), VA, 2, true, true, false);
	is(smmu_rd(PRIQ_PROD), 1u << 1, "two requests: the index has wrapped, no overflow");
	ep_page_request(P(5), VA, 3, true, true, false);
	is(smmu_rd(PRIQ_PROD) >> 31, 1, "the third sets OVFLG");
	response("and is answered with success", 0, 3, false);
}

const struct test_case cases_pri[] = {
	{"pri-requests", requests, NULL},
	{"pri-overflow", overflow, NULL},
	{"pri-disabled", disabled, NULL},
	{"pri-queue-size", queue_size, two_entries},
	{0},
};
