// SPDX-License-Identifier: BSD-2-Clause
/*
 * SR-IOV: the capability, the VFs' configuration space, BARs, registers, interrupts and resets.
 * Expected values are worked out by hand from the PCIe Base Specification 5.0, chapter 9.
 */
#include "host.h"

#include <string.h>

/* The stub core's view of all functions. */
static unsigned int bme(void)
{
	return core_get(CORE_FUNCTIONS) >> 8 & 0x1f;
}

static unsigned int ats(void)
{
	return core_get(CORE_FUNCTIONS) >> 16 & 0x1f;
}

static unsigned int in_reset(void)
{
	return core_get(CORE_FUNCTIONS) >> 24 & 0x1f;
}

static void capability(void)
{
	CHECK_EQ(cfg_read(0x180), 0x00010010);
	CHECK_EQ(cfg_read(0x184), 0); /* no migration, no ARI */
	CHECK_EQ(cfg_read(0x188), 0);
	CHECK_EQ(cfg_read(0x18c), 0x00040004); /* TotalVFs, InitialVFs */
	CHECK_EQ(cfg_read(0x190), 0);
	CHECK_EQ(cfg_read(0x194), 0x00010001); /* stride, first offset */
	CHECK_EQ(cfg_read(0x198), 0x5a480000); /* VF device ID */
	CHECK_EQ(cfg_read(0x19c), 0x553);      /* the six required page sizes */
	CHECK_EQ(cfg_read(0x1a0), 1);
	/* sizing: 8 doorbell pages of 4 KiB, 64 KiB of registers; 64-bit, not prefetchable */
	for (unsigned int i = 0x1a4; i <= 0x1b8; i += 4)
		cfg_write(i, 0xffffffff, 0xf);
	CHECK_EQ(cfg_read(0x1a4), 0xffff8004);
	CHECK_EQ(cfg_read(0x1a8), 0xffffffff);
	CHECK_EQ(cfg_read(0x1ac), 0xffff0004);
	CHECK_EQ(cfg_read(0x1b0), 0xffffffff);
	CHECK_EQ(cfg_read(0x1b4), 0);
	CHECK_EQ(cfg_read(0x1b8), 0);
	/* pages of 64 KiB: no aperture is smaller (9.3.3.13) */
	cfg_write(0x1a0, 0x10, 0xf);
	CHECK_EQ(cfg_read(0x1a4), 0xffff0004);
	cfg_write(0x1a0, 0x400, 0xf); /* 4 MiB */
	CHECK_EQ(cfg_read(0x1a4), 0xffc00004);
	CHECK_EQ(cfg_read(0x1ac), 0xffc00004);
	cfg_write(0x1a0, 0x4, 0xf); /* 16 KiB is not offered */
	CHECK_EQ(cfg_read(0x1a0), 0x400);
	cfg_write(0x1a0, 0x11, 0xf); /* two at once */
	CHECK_EQ(cfg_read(0x1a0), 0x400);
	cfg_write(0x1a0, 0x1, 0xf);
	cfg_write(0x190, 5, 0x3); /* more than TotalVFs */
	CHECK_EQ(cfg_read(0x190), 0);
	cfg_write(0x190, 3, 0x3);
	cfg_write(0x188, 0x1, 0x3);
	cfg_write(0x190, 4, 0x3); /* not while VF Enable is set */
	CHECK_EQ(cfg_read(0x190), 3);
	cfg_write(0x1a0, 0x2, 0xf);
	CHECK_EQ(cfg_read(0x1a0), 1);
}

static void existence(void)
{
	for (unsigned int fn = 1; fn < 8; fn++)
		CHECK_EQ(fn_cfg_status(fn), CPL_UR);
	cfg_write(0x190, 2, 0x3);
	CHECK_EQ(fn_cfg_status(1), CPL_UR); /* NumVFs alone makes none */
	cfg_write(0x188, 0x1, 0x3);
	CHECK_EQ(fn_cfg_status(1), CPL_SC);
	CHECK_EQ(fn_cfg_status(2), CPL_SC);
	for (unsigned int fn = 3; fn < 8; fn++)
		CHECK_EQ(fn_cfg_status(fn), CPL_UR);
	cfg_write(0x188, 0, 0x3);
	CHECK_EQ(fn_cfg_status(1), CPL_UR);
}

static void vf_config(void)
{
	vfs_up(4);
	for (unsigned int fn = 1; fn <= 4; fn++) {
		struct tlp t = {.hdr = {0x04, 0, 0, 1, 0, 0, 0, 0xf, 1, fn, 0, 0}}, c;

		CHECK_EQ(request(&t, &c), CPL_SC);
		CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], RID + fn); /* completer ID */
		CHECK_EQ(get_le32(c.data), 0xffffffff);	      /* 9.3.4.1.1, 9.3.4.1.2 */
		CHECK_EQ(fn_cfg_read(fn, 0x04), 0x00100004);
		CHECK_EQ(fn_cfg_read(fn, 0x08), 0x12000001);
		CHECK_EQ(fn_cfg_read(fn, 0x0c), 0);
		CHECK_EQ(fn_cfg_read(fn, 0x2c), 0x5a481234);
		CHECK_EQ(fn_cfg_read(fn, 0x34), 0x50);
		CHECK_EQ(fn_cfg_read(fn, 0x50), 0x00029010);
		CHECK_EQ(fn_cfg_read(fn, 0x54), cfg_read(0x54));
		CHECK_EQ(fn_cfg_read(fn, 0x90), 0x00080011); /* MSI-X: 9 vectors */
		CHECK_EQ(fn_cfg_read(fn, 0x94), 0x8002);
		CHECK_EQ(fn_cfg_read(fn, 0x98), 0xc002);
		CHECK_EQ(fn_cfg_read(fn, 0x100), 0x15020001);
		CHECK_EQ(fn_cfg_read(fn, 0x150), 0x0001000f); /* ATS is the last */
		CHECK_EQ(fn_cfg_read(fn, 0x154), 0x60);
		/* no BARs, no memory space bit, nothing but bus master and SERR-free command */
		for (unsigned int i = 0x10; i < 0x28; i += 4) {
			fn_cfg_write(fn, i, 0xffffffff, 0xf);
			CHECK_EQ(fn_cfg_read(fn, i), 0);
		}
		fn_cfg_write(fn, 0x04, 0xffff, 0x3);
		CHECK_EQ(fn_cfg_read(fn, 0x04) & 0xffff, 4);
		/* Device Control is the PF's, STU too */
		fn_cfg_write(fn, 0x58, 0x70ff, 0x3);
		CHECK_EQ(fn_cfg_read(fn, 0x58), 0);
		fn_cfg_write(fn, 0x154, 0x001f0000, 0xf);
		CHECK_EQ(fn_cfg_read(fn, 0x154), 0x60);
		/* AER masks and severities are the PF's and read zero */
		fn_cfg_write(fn, 0x108, 0xffffffff, 0xf);
		CHECK_EQ(fn_cfg_read(fn, 0x108), 0);
		CHECK_EQ(fn_cfg_read(fn, 0x10c), 0);
	}
	/* enables are each one's own */
	CHECK_EQ(bme(), 0x1f);
	fn_cfg_write(2, 0x04, 0, 0x3);
	CHECK_EQ(bme(), 0x1b);
	fn_cfg_write(3, 0x154, 0x80000000, 0x8);
	CHECK_EQ(ats(), 0x08);
	cfg_write(0x154, 0x80000000, 0x8);
	CHECK_EQ(ats(), 0x09);
	/* a UR to a translation request of VF 3 turns off its ATS alone */
	core_set(CORE_FN, 3);
	core_set(CORE_PULSE, 4);
	dut_tick();
	core_set(CORE_PULSE, 0);
	ticks(3);
	CHECK_EQ(ats(), 0x01);
	fn_cfg_write(3, 0x154, 0x80000000, 0x8);
	CHECK_EQ(ats(), 0x09);
	core_set(CORE_PENDING, 1);
	CHECK_EQ(fn_cfg_read(3, 0x58) >> 21 & 1, 1);
	CHECK_EQ(fn_cfg_read(2, 0x58) >> 21 & 1, 0);
	CHECK_EQ(cfg_read(0x58) >> 21 & 1, 0);
	core_set(CORE_PENDING, 0);
	/* D3hot of the PF */
	cfg_write(0x44, 0x3, 0x1);
	CHECK_EQ(bme(), 0);
	cfg_write(0x44, 0x0, 0x1);
	CHECK_EQ(bme(), 0x1b);
}

static void windows(void)
{
	struct tlp c;

	vfs_up(3);
	CHECK_EQ(rd32(BAR2 + 0x20), 0x00030000); /* VFs enabled */
	for (unsigned int fn = 1; fn <= 3; fn++) {
		struct tlp t = mem_read_tlp(VF_BAR2(fn), 1, 0xf, 0);

		CHECK_EQ(request(&t, &c), CPL_SC);
		CHECK_EQ(get_le32(c.data), 0x47525653);
		CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], RID + fn);
		CHECK_EQ(rd32(VF_BAR2(fn) + 0x08), 0x01ff0908); /* 9 vectors, 8 queues */
		CHECK_EQ(rd32(VF_BAR2(fn) + 0x20), (32 + 8 * (fn - 1)) << 8 | fn);
		for (unsigned int q = 0; q < 8; q++)
			wr32(VF_BAR0(fn) + 0x1000 * q, 0x1000 * fn + q);
	}
	wr32(BAR0 + 0x1f000, 0x7777);
	/* the last aperture belongs to no VF */
	struct tlp beyond0 = mem_read_tlp(VF_BAR0(4), 1, 0xf, 0);
	struct tlp beyond2 = mem_read_tlp(VF_BAR2(4), 1, 0xf, 0);
	struct tlp below = mem_read_tlp(VF_BAR2(1) - 4, 1, 0xf, 0);

	CHECK_EQ(request(&beyond0, &c), CPL_UR);
	CHECK_EQ(request(&beyond2, &c), CPL_UR);
	CHECK_EQ(request(&below, &c), CPL_UR);
	CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], RID);
	for (unsigned int fn = 1; fn <= 3; fn++)
		for (unsigned int q = 0; q < 8; q++)
			CHECK_EQ(rd32(VF_BAR0(fn) + 0x1000 * q), 0x1000 * fn + q);
	CHECK_EQ(rd32(BAR0 + 0x1f000), 0x7777);
	/* too long: CA from the VF */
	struct tlp longer = mem_read_tlp(VF_BAR2(2), 3, 0xf, 0xf);

	CHECK_EQ(request(&longer, &c), CPL_CA);
	CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], RID + 2);
	CHECK_EQ(fn_cfg_read(2, 0x04) >> 27 & 1, 1);
	CHECK_EQ(cfg_read(0x04) >> 27 & 1, 0);
	/* VF MSE */
	struct tlp off = mem_read_tlp(VF_BAR2(1), 1, 0xf, 0);

	cfg_write(0x188, 0x1, 0x3);
	CHECK_EQ(request(&off, &c), CPL_UR);
	cfg_write(0x188, 0x9, 0x3);
	CHECK_EQ(request(&off, &c), CPL_SC);
	/* pages of 64 KiB: apertures of BAR0 are 64 KiB apart */
	cfg_write(0x188, 0, 0x3);
	cfg_write(0x1a0, 0x10, 0xf);
	cfg_write(0x188, 0x9, 0x3);
	wr32(VF_BAR0(1) + 0x20000, 0xabc);
	CHECK_EQ(rd32(VF_BAR0(1) + 0x20000), 0xabc);
	CHECK_EQ(rd32(VF_BAR0(1) + 0x28000), 0); /* nothing there, but it answers */
	cfg_write(0x188, 0, 0x3);
	cfg_write(0x1a0, 0x1, 0xf);
	cfg_write(0x188, 0x9, 0x3);
	CHECK_EQ(rd32(VF_BAR0(3)), 0xabc); /* the same queue */
}

static void register_sets(void)
{
	vfs_up(4);
	for (unsigned int fn = 0; fn < 5; fn++) {
		uint64_t bar2 = fn ? VF_BAR2(fn) : BAR2;
		unsigned int queues = fn ? 8 : 32;

		for (unsigned int i = 0; i < 12; i++)
			wr32(bar2 + 0x50 + 4 * i, fn << 16 | i);
		wr32(bar2 + 0x40, 0x0100 * fn + 5);
		for (unsigned int q = 0; q < queues; q++)
			mcu_wr(fn << 16 | (0x1000 + (q << 8)), fn << 8 | q);
		mcu_wr(fn << 16 | (0x1000 + (queues << 8)), 0xbad); /* not its queue */
		CHECK_EQ(rd32(bar2 + 0x1000 + (queues << 8)), 0);
	}
	CHECK_EQ(mcu_rd(0x7000), 0x1f);
	for (unsigned int fn = 0; fn < 5; fn++) {
		uint64_t bar2 = fn ? VF_BAR2(fn) : BAR2;

		for (unsigned int i = 0; i < 12; i++)
			CHECK_EQ(mcu_rd(fn << 16 | (0x50 + 4 * i)), fn << 16 | i);
		CHECK_EQ(mcu_rd(fn << 16 | 0x40), 0x0100 * fn + 5);
		mcu_wr(fn << 16 | 0x84, 0xf00 + fn);
		mcu_wr(fn << 16 | 0x44, fn);
		CHECK_EQ(rd32(bar2 + 0x44), fn);
		for (unsigned int q = 0; q < (fn ? 8u : 32u); q++)
			CHECK_EQ(rd32(bar2 + 0x1000 + (q << 8)), fn << 8 | q);
	}
	for (unsigned int fn = 0; fn < 5; fn++)
		CHECK_EQ(rd32((fn ? VF_BAR2(fn) : BAR2) + 0x84), 0xf00 + fn);
	/* a register set above the functions */
	CHECK_EQ(mcu_rd(5 << 16), 0);
	CHECK_EQ(mcu_rd(7 << 16 | 0x1000), 0);
	/* firmware's state is everybody's to read, counters and console are the PF's */
	mcu_wr(0x10, 2);
	mcu_wr(0x10010, 9); /* set through function 0 only */
	CHECK_EQ(rd32(VF_BAR2(1) + 0x10), 2);
	mcu_wr(0xc0, 'x');
	CHECK_EQ(rd32(VF_BAR2(2) + 0xc0), 0);
	CHECK_EQ(rd32(VF_BAR2(2) + 0x200), 0);
	CHECK_EQ(rd32(BAR2 + 0xc0), 0x100 | 'x');
	CHECK_EQ(rd32(VF_BAR2(2) + 0x7000), 0);
	/* live: bus master; ATS of its own, the rest shared */
	cfg_write(0x174, 0x10000, 0xf);
	fn_cfg_write(2, 0x154, 0x80000000, 0x8);
	CHECK_EQ(rd32(VF_BAR2(2) + 0x1c), 0x1b); /* bus master, ATS, PASID, PRI stopped */
	CHECK_EQ(rd32(VF_BAR2(1) + 0x1c), 0x19);
	core_set(CORE_FN_BUSY, 0x14);
	CHECK_EQ(mcu_rd(0x701c), 0x0b);
}

static void vf_entry(unsigned int fn, unsigned int v, uint32_t addr, uint32_t data)
{
	wr32(VF_BAR2(fn) + 0x8000 + 16 * v, addr);
	wr32(VF_BAR2(fn) + 0x8004 + 16 * v, 0);
	wr32(VF_BAR2(fn) + 0x8008 + 16 * v, data);
	wr32(VF_BAR2(fn) + 0x800c + 16 * v, 0);
}

static void raise(unsigned int fn, unsigned int v)
{
	core_set(CORE_FN, fn);
	core_set(CORE_MSIX_VECTOR, v);
	core_set(CORE_MSIX_VALID, 1);
	dut_tick();
	core_set(CORE_MSIX_VALID, 0);
}

static void interrupts(void)
{
	struct tlp m;

	vfs_up(4);
	for (unsigned int fn = 1; fn <= 4; fn++) {
		vf_entry(fn, 0, 0x1000 * fn, fn << 8);
		vf_entry(fn, 8, 0x1000 * fn + 0x80, fn << 8 | 8);
		fn_cfg_write(fn, 0x90, 0x80000000, 0x8);
	}
	for (unsigned int fn = 1; fn <= 4; fn++) {
		raise(fn, 8);
		CHECK(host_recv(&m, 50));
		CHECK_EQ(get_be32(m.hdr + 8), 0x1000 * fn + 0x80);
		CHECK_EQ(m.hdr[4] << 8 | m.hdr[5], RID + fn);
		CHECK_EQ(get_le32(m.data), fn << 8 | 8);
		mcu_wr(0x7018, fn << 8); /* vector 0, from the firmware */
		CHECK(host_recv(&m, 50));
		CHECK_EQ(get_be32(m.hdr + 8), 0x1000 * fn);
		CHECK_EQ(m.hdr[4] << 8 | m.hdr[5], RID + fn);
	}
	/* a vector that the function does not have is not its neighbour's */
	raise(1, 9);
	raise(4, 9);
	raise(1, 33);
	CHECK(quiet(50));
	/* pending bits are each one's own; so are function mask and bus mastering */
	fn_cfg_write(2, 0x90, 0xc0000000, 0x8);
	fn_cfg_write(3, 0x04, 0, 0x3);
	for (unsigned int fn = 1; fn <= 4; fn++)
		raise(fn, 0);
	CHECK(host_recv(&m, 50));
	CHECK(host_recv(&m, 50));
	CHECK(quiet(50));
	CHECK_EQ(rd32(VF_BAR2(1) + 0xc000), 0);
	CHECK_EQ(rd32(VF_BAR2(2) + 0xc000), 1);
	CHECK_EQ(rd32(VF_BAR2(3) + 0xc000), 1);
	CHECK_EQ(rd32(BAR2 + 0xc000), 0);
	CHECK_EQ(rd32(BAR2 + 0xc004), 0);
	fn_cfg_write(2, 0x90, 0x80000000, 0x8);
	CHECK(host_recv(&m, 50));
	CHECK_EQ(m.hdr[5], 2);
	/* all at once: each once */
	fn_cfg_write(3, 0x04, 4, 0x3);
	CHECK(host_recv(&m, 50));
	for (unsigned int fn = 1; fn <= 4; fn++) {
		raise(fn, 8);
		raise(fn, 0);
		raise(fn, 8);
	}
	unsigned int seen = 0, n = 0;

	while (host_recv(&m, 60)) {
		seen |= 1u << (2 * (m.hdr[5] & 7) + (get_le32(m.data) & 8 ? 1 : 0));
		n++;
	}
	CHECK_EQ(seen, 0x3fc);
	CHECK(n >= 8 && n <= 12);
	/* the PF's last vector */
	wr32(BAR2 + 0x8000 + 16 * 32, 0x9000);
	wr32(BAR2 + 0x8004 + 16 * 32, 0);
	wr32(BAR2 + 0x800c + 16 * 32, 0);
	raise(0, 32);
	cfg_write(0x90, 0x80000000, 0x8);
	CHECK(quiet(20)); /* raised while MSI-X was off */
	wr32(BAR2 + 0x800c + 16 * 32, 1);
	raise(0, 32);
	ticks(3);
	CHECK_EQ(rd32(BAR2 + 0xc004), 1);
	wr32(BAR2 + 0x800c + 16 * 32, 0);
	CHECK(host_recv(&m, 50));
	CHECK_EQ(get_be32(m.hdr + 8), 0x9000);
}

/* What a VF has that a reset takes. */
static void fill(unsigned int fn)
{
	vf_entry(fn, 1, 0x5000, 0x55);
	fn_cfg_write(fn, 0x04, 4, 0x3);
	fn_cfg_write(fn, 0x90, 0x80000000, 0x8);
	fn_cfg_write(fn, 0x154, 0x80000000, 0x8);
	wr32(VF_BAR2(fn) + 0x40, 5);
}

static bool filled(unsigned int fn)
{
	return fn_cfg_read(fn, 0x04) == 0x00100004 && fn_cfg_read(fn, 0x90) >> 30 == 2 &&
	       fn_cfg_read(fn, 0x154) >> 31 && rd32(VF_BAR2(fn) + 0x44) == 0x80000000 &&
	       rd32(VF_BAR2(fn) + 0x801c) == 0;
}

static bool fresh(unsigned int fn)
{
	return fn_cfg_read(fn, 0x04) == 0x00100000 && fn_cfg_read(fn, 0x90) >> 30 == 0 &&
	       fn_cfg_read(fn, 0x154) >> 31 == 0 && rd32(VF_BAR2(fn) + 0x44) == 0 &&
	       rd32(VF_BAR2(fn) + 0x801c) == 1;
}

static void resets(void)
{
	uint32_t core = core_get(CORE_RESETS);

	vfs_up(4);
	CHECK_EQ(in_reset(), 0);
	mcu_wr(0x7004, 0x1f1f);
	for (unsigned int fn = 1; fn <= 4; fn++)
		fill(fn);
	mcu_wr(0x7000, 0x1f00);
	/* FLR of VF 2 with something of it outstanding */
	core_set(CORE_FN_BUSY, 0x04);
	fn_cfg_write(2, 0x58, 0x8000, 0x2);
	CHECK_EQ(mcu_rd(0x7000), 0x041a); /* its command went, the others' stay */
	CHECK(fresh(2));		  /* at once, whatever is outstanding */
	CHECK(filled(1) && filled(3) && filled(4));
	CHECK_EQ(rd32(BAR2), 0x47525653);
	CHECK_EQ(in_reset(), 0x04);
	CHECK_EQ(bme(), 0x1b);
	ticks(500);
	CHECK_EQ(in_reset(), 0x04);
	core_set(CORE_FN_BUSY, 0);
	ticks(3);
	CHECK_EQ(in_reset(), 0);
	CHECK_EQ(core_get(CORE_RESETS), core);
	/* VF Enable off: they are gone, and fresh when they come back */
	fill(2);
	mcu_wr(0x7000, 0x1f1f);
	cfg_write(0x188, 0, 0x3);
	CHECK_EQ(in_reset(), 0x1e);
	CHECK_EQ(mcu_rd(0x7000), 0x1e00);
	CHECK_EQ(fn_cfg_status(1), CPL_UR);
	CHECK_EQ(bme(), 0x01);
	CHECK_EQ(ats(), 0);
	cfg_write(0x188, 0x9, 0x3);
	ticks(30);
	CHECK_EQ(in_reset(), 0);
	for (unsigned int fn = 1; fn <= 4; fn++)
		CHECK(fresh(fn));
	/* FLR of the PF takes SR-IOV with it */
	for (unsigned int fn = 1; fn <= 4; fn++)
		fill(fn);
	mcu_wr(0x7000, 0x1f1f);
	cfg_write(0x58, 0x8000, 0x2);
	ticks(60);
	CHECK_EQ(core_get(CORE_RESETS), core + 1);
	CHECK_EQ(cfg_read(0x188), 0);
	CHECK_EQ(cfg_read(0x190), 0);
	CHECK_EQ(cfg_read(0x1a4), 4);
	CHECK_EQ(in_reset(), 0x1e);
	CHECK_EQ(mcu_rd(0x7000), 0x1f00);
	CHECK_EQ(fn_cfg_status(1), CPL_UR);
	ticks(10);
	CHECK(mcu_rd(0x7000) == 0x1f00);
	mcu_wr(0x7000, 0x1f1f);
	ticks(10);
	CHECK(dut_idle());
}

/* 16 cycles at least; a second FLR within begins again. */
static void reset_length(void)
{
	vfs_up(1);
	fn_cfg_write(1, 0x58, 0x8000, 0x2);
	unsigned int n = 0;

	while (in_reset() & 2 && n++ < 100)
		dut_tick();
	CHECK(n >= 8 && n < 30);
	CHECK(dut_idle() || in_reset() == 0x1c);
}

const struct test tests_iov[] = {
	{"SR-IOV capability", capability},
	{"VFs exist with VF Enable and within NumVFs", existence},
	{"configuration space of the VFs", vf_config},
	{"BARs of the VFs", windows},
	{"a register set per function", register_sets},
	{"MSI-X of the VFs", interrupts},
	{"reset of a VF, of all VFs, of the PF", resets},
	{"length of a VF's reset", reset_length},
	{0},
};
