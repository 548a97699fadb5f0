// SPDX-License-Identifier: BSD-2-Clause
/* EXT_CFG 1: the board's PCIe block owns configuration space, its values come in as inputs. */
#include "host.h"

static const struct ext up = {.rid = {RID}, .bar0 = BAR0, .bar2 = BAR2, .mem_en = true, .bme = 1};

static void no_config(void)
{
	struct tlp rd = {.hdr = {0x04, 0, 0, 1, 0, 0, 0, 0xf, 1, 0, 0, 0}}, c;
	struct tlp wr = {.hdr = {0x44, 0, 0, 1, 0, 0, 0, 0xf, 5, 0, 0, 4}, .len = 4};

	CHECK_EQ(request(&rd, &c), CPL_UR);
	CHECK_EQ(request(&wr, &c), CPL_UR);
	CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], RID); /* nothing captured */
}

static void windows(void)
{
	struct tlp rd = mem_read_tlp(BAR2, 1, 0xf, 0), c;
	struct ext x = up;

	CHECK_EQ(rd32(BAR2), 0x47525653);
	wr32(BAR0 + 0x3018, 0x33);
	CHECK_EQ(rd32(BAR0 + 0x3018), 0x33);
	x.mem_en = false;
	dut_ext(&x);
	CHECK_EQ(request(&rd, &c), CPL_UR);
	x.mem_en = true;
	x.bar2 += 0x100000;
	dut_ext(&x);
	CHECK_EQ(request(&rd, &c), CPL_UR);
	CHECK_EQ(rd32(BAR2 + 0x100000), 0x47525653);
}

static void values(void)
{
	struct ext x = up;

	x.mps = 1;
	x.mrrs = 4;
	x.stu = 9;
	x.pri_en = x.pasid_en = true;
	x.ats_en = 1;
	x.pri_alloc = 0x55;
	dut_ext(&x);
	ticks(2);
	uint64_t live = core_get(CORE_LIVE);

	CHECK_EQ(live >> 6 & 0xf, 0xf); /* bus master, ATS, PRI, PASID */
	CHECK_EQ(live >> 11 & 7, 1);
	CHECK_EQ(live >> 14 & 7, 4);
	CHECK_EQ(live >> 17 & 0x1f, 9);
	CHECK_EQ(live >> 32 & 0xffff, RID);
	CHECK_EQ(live >> 48, 0x55);
	CHECK_EQ(rd32(BAR2 + 0x1c), 0x1f);
}

static void interrupts(void)
{
	struct ext x = up;
	struct tlp m;

	wr32(BAR2 + 0x8000, 0x1000);
	wr32(BAR2 + 0x8004, 0);
	wr32(BAR2 + 0x8008, 0x77);
	wr32(BAR2 + 0x800c, 0);
	x.msix_en = 1;
	x.msix_fmask = 1;
	dut_ext(&x);
	mcu_wr(0x7018, 0);
	CHECK(quiet(60));
	x.msix_fmask = 0;
	x.bme = 0;
	dut_ext(&x);
	CHECK(quiet(60));
	x.bme = 1;
	dut_ext(&x);
	CHECK(host_recv(&m, 60));
	CHECK_EQ(get_be32(m.hdr + 8), 0x1000);
	CHECK_EQ(get_le32(m.data), 0x77);
}

static void reset_pulse(void)
{
	struct ext x = up;
	uint32_t resets = core_get(CORE_RESETS);

	mcu_wr(0x7004, 0x100);
	x.flr = 1;
	dut_ext(&x);
	dut_tick();
	dut_ext(&up);
	ticks(60);
	CHECK_EQ(core_get(CORE_RESETS), resets + 1);
	CHECK(dut_irq());
	CHECK_EQ(rd32(BAR2), 0x47525653);
}

/* VFs as the board's PCIe block tells of them, with requester IDs of its own choice. */
static void functions(void)
{
	struct ext x = up;
	struct tlp rd = mem_read_tlp(VF_BAR2(2) + 0x20, 1, 0xf, 0), c;
	struct tlp beyond = mem_read_tlp(VF_BAR2(4), 1, 0xf, 0);

	CHECK_EQ(request(&rd, &c), CPL_UR);
	for (unsigned int fn = 1; fn < FUNCTIONS; fn++)
		x.rid[fn] = 0x0200 + 0x10 * fn;
	x.fn_on = 0x0e;
	x.vf_mem_en = true;
	x.vf_bar0 = VF_BAR0(1);
	x.vf_bar2 = VF_BAR2(1);
	x.bme = x.ats_en = 0x1f; /* of VF 4 it does not count: it is not there */
	dut_ext(&x);
	ticks(40);
	CHECK_EQ(core_get(CORE_FUNCTIONS), 0x100f0f00);
	CHECK_EQ(request(&rd, &c), CPL_SC);
	CHECK_EQ(get_le32(c.data), 40 << 8 | 2);
	CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], 0x0220);
	CHECK_EQ(request(&beyond, &c), CPL_UR);
	mcu_wr(0x7000, 0x1f1f);
	core_set(CORE_FN_BUSY, 0x04);
	x.flr = 0x04;
	dut_ext(&x);
	dut_tick();
	x.flr = 0;
	dut_ext(&x);
	ticks(40);
	CHECK_EQ(core_get(CORE_FUNCTIONS) >> 24, 0x14);
	CHECK_EQ(mcu_rd(0x7000), 0x0400);
	core_set(CORE_FN_BUSY, 0);
	ticks(3);
	CHECK_EQ(core_get(CORE_FUNCTIONS) >> 24, 0x10);
}

const struct test tests_ext[] = {
	{"external: configuration requests are refused", no_config},
	{"external: BAR windows", windows},
	{"external: values reach the engines", values},
	{"external: MSI-X enables", interrupts},
	{"external: function-level reset", reset_pulse},
	{"external: VFs", functions},
	{0},
};
