/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual functions behind the SMMU: streams of their own, ATCs of their own */
#include "cases.h"
#include "smmu.h"

#define VA 0x123456789000ull
#define PA (MEM_DATA + 0x5000)

#define SRIOV_CONTROL 0x148
#define SRIOV_NUM_VFS 0x150
#define VF_ENABLE     1
#define DEVCTL	      0x48
#define FLR	      0x8000

/* The usual STE, for the stream of function @fn */
static void ste_of(unsigned fn, bool valid)
{
	uint64_t at = MEM_STRTAB + (RIG_RID + fn) * 64;

	wr64(MEM_L1CD, MEM_CD | 1);
	wr64(at + 8, STE1_TERMINATE | STE1_EATS);
	wr64(at, valid ? STE_V | STE_S1 | STE_2LVL_4K | MEM_L1CD | STE_CDMAX(10) : 0);
	smmu_cmd_sync(CMD_CFGI_STE(RIG_RID + fn), 1);
}

static void setup(void)
{
	smmu_init();
	smmu_pt_clear(0);
	smmu_map(0, VA, 3, PA | PTE_URW);
	smmu_cd(5, 0, 0x51);
	for (unsigned fn = 0; fn <= RIG_VFS; fn++)
		ste_of(fn, true);
	wr16(rig_config(0, SRIOV_NUM_VFS), RIG_VFS);
	wr16(rig_config(0, SRIOV_CONTROL), VF_ENABLE);
	for (unsigned fn = 1; fn <= RIG_VFS; fn++)
		wr16(rig_config(fn, 4), 4);
}

static void streams(void)
{
	struct ep_answer a;
	struct ep_treq t;
	struct event e;

	setup();
	mem_write(PA, "abcd", 4);
	ep_become(2);
	a = ep_read(P(5), 0, VA, 4);
	is_bytes(a.data, a.len, "abcd", 4, "the second function's read is translated");
	t = ep_treq(P(5), VA, false, 1);
	is(t.entry[0], PA | 3, "and its translation request");
	ste_of(2, false);
	a = ep_read(P(5), 0, VA, 4);
	is(a.status, TLP_UR, "its stream table entry alone decides");
	ok(smmu_event(&e), "an event");
	is(e.dw[0], 0x04 | 1ull << 11 | 5ull << 12 | (uint64_t)(RIG_RID + 2) << 32,
	   "C_BAD_STE of its stream");
	ep_become(1);
	a = ep_read(P(5), 0, VA, 4);
	is(a.status, TLP_SC, "the first's is another");
	wr16(rig_config(1, 4), 0);
	t = ep_treq(P(5), VA, false, 1);
	is(t.status, TLP_UR, "without bus mastering: UR");
	ok(!smmu_event(&e), "which the SMMU does not hear of");
}

static void page_requests(void)
{
	uint8_t wire[64];
	struct ppr p;
	struct tlp t;
	unsigned len;

	setup();
	ep_become(1);
	ep_page_request(P(5), VA, 0x21, true, true, false);
	ok(smmu_ppr(&p), "a page request of the first");
	is(p.dw[0] & 0xffffffff, RIG_RID + 1, "has its stream");
	smmu_cmd(CMD_PRI_RESP | CMD_SID(RIG_RID + 1), 0x21 | 2ull << 12);
	ok(ep_message(&t, wire, &len, 2000) && wire[8] == 1 && wire[9] == 1,
	   "the response goes to 01:00.1");
}

static void invalidate(unsigned fn)
{
	smmu_cmd(CMD_ATC_INV | CMD_SSV | CMD_SSID(5) | CMD_SID(RIG_RID + fn), VA);
}

/* The next Invalidate Request is for function @fn; returns its ITag. */
static unsigned itag_for(unsigned fn)
{
	uint8_t wire[64];
	struct tlp t;
	unsigned len;

	if (!ep_message(&t, wire, &len, 2000))
		die("no invalidate request came");
	is(wire[12] << 8 | wire[13], RIG_RID + fn, "an invalidate request at the function's ID");
	return t.tag & 31;
}

static bool nothing_comes(void)
{
	uint8_t wire[64];
	struct tlp t;
	unsigned len;

	ep_sync();
	return !ep_message(&t, wire, &len, 0);
}

static void complete(unsigned fn, unsigned itag)
{
	ep_become(fn);
	ep_inv_complete(1, 1u << itag);
}

static void invalidations(void)
{
	unsigned pf, one, two;

	setup();
	invalidate(0);
	invalidate(1);
	invalidate(2);
	smmu_cmd(CMD_SYNC, 0);
	pf = itag_for(0);
	one = itag_for(1);
	two = itag_for(2);
	complete(0, pf);
	complete(2, two);
	ok(!smmu_cmdq_empty(), "CMD_SYNC waits for each function");
	complete(2, one);
	ok(!smmu_cmdq_empty(), "one function's completion does not stand for another's");
	complete(1, one);
	ok(smmu_cmdq_empty(), "all have answered");

	invalidate(1);
	invalidate(1);
	invalidate(2);
	smmu_cmd(CMD_SYNC, 0);
	one = itag_for(1);
	two = itag_for(2);
	ok(nothing_comes(), "one at a time, as each one's ATS capability says");
	complete(1, one);
	one = itag_for(1);
	complete(1, one);
	complete(2, two);
	ok(smmu_cmdq_empty(), "done");
}

static void resets(void)
{
	unsigned pf;

	setup();
	invalidate(0);
	invalidate(1);
	smmu_cmd(CMD_SYNC, 0);
	pf = itag_for(0);
	itag_for(1);
	wr16(rig_config(1, DEVCTL), FLR);
	ok(!smmu_cmdq_empty(), "FLR of the first: the physical one still owes an answer");
	complete(0, pf);
	ok(smmu_cmdq_empty(), "the first owes none any more");

	wr16(rig_config(1, 4), 4);
	invalidate(0);
	invalidate(2);
	smmu_cmd(CMD_SYNC, 0);
	pf = itag_for(0);
	itag_for(2);
	wr16(rig_config(0, SRIOV_CONTROL), 0);
	complete(0, pf);
	ok(smmu_cmdq_empty(), "VF Enable cleared: the second owes none");
	invalidate(1);
	smmu_cmd(CMD_SYNC, 0);
	ok(smmu_cmdq_empty() && nothing_comes(), "an invalidation for a disabled one goes nowhere");

	setup();
	invalidate(2);
	smmu_cmd(CMD_SYNC, 0);
	itag_for(2);
	wr16(rig_config(0, DEVCTL), FLR);
	ok(smmu_cmdq_empty(), "FLR of the physical one ends the virtual ones' debts");
}

static void device_gone(void)
{
	setup();
	invalidate(1);
	smmu_cmd(CMD_SYNC, 0);
	itag_for(1);
	ok(!smmu_cmdq_empty(), "CMD_SYNC waits");
	rig_kill_link();
	for (int i = 0; i < 200 && !smmu_cmdq_empty(); i++)
		;
	ok(smmu_cmdq_empty(), "the endpoint's death ends the wait for a virtual function");
}

const struct test_case cases_vf[] = {
	{"vf-streams", streams, NULL},
	{"vf-page-requests", page_requests, NULL},
	{"vf-invalidations", invalidations, NULL},
	{"vf-resets", resets, NULL},
	{"vf-device-gone", device_gone, NULL},
	{0},
};
