// SPDX-License-Identifier: BSD-2-Clause
/* Errors: what is recorded where and who is told (PCIe Base Specification 5.0, 6.2 and 9.4). */
#include "host.h"

#include <string.h>

#define ERR_COR	     0x30
#define ERR_NONFATAL 0x31
#define ERR_FATAL    0x33

#define UNCOR	 0x104
#define SEVERITY 0x10c
#define COR	 0x110
#define CONTROL	 0x118
#define LOG	 0x11c

/* Everything is reported, advisory errors too; no error recorded. */
static void report_all(void)
{
	cfg_write(0x114, 0, 0xf);
	cfg_write(0x58, 0x000f, 0x1);
	cfg_write(UNCOR, 0xffffffff, 0xf);
	cfg_write(COR, 0xffffffff, 0xf);
}

/* One message of this kind and no other, from the function; then its status, first error pointer
 * and log. */
static void expect(unsigned int fn, unsigned int code, unsigned int bit, const uint8_t *hdr)
{
	struct tlp m;

	if (!CHECK(host_recv(&m, 60)))
		return;
	CHECK_EQ(m.hdr[0], 0x30);
	CHECK_EQ(m.hdr[7], code);
	CHECK_EQ(m.hdr[4] << 8 | m.hdr[5], RID + fn);
	CHECK(quiet(30));
	CHECK_EQ(fn_cfg_read(fn, UNCOR), 1u << bit);
	CHECK_EQ(fn_cfg_read(fn, COR), code == ERR_COR ? 0x2000 : 0);
	CHECK_EQ(fn_cfg_read(fn, CONTROL) & 0x1f, bit);
	for (unsigned int i = 0; i < 16; i += 4)
		CHECK_EQ(fn_cfg_read(fn, LOG + i), hdr ? get_be32(hdr + i) : 0);
	fn_cfg_write(fn, UNCOR, 1u << bit, 0xf);
	fn_cfg_write(fn, COR, 0x2000, 0xf);
	CHECK_EQ(fn_cfg_read(fn, UNCOR), 0);
	CHECK_EQ(fn_cfg_read(fn, LOG), 0);
	CHECK_EQ(fn_cfg_read(fn, CONTROL) & 0x1f, 0);
}

static void malformed(void)
{
	uint32_t words[160] = {0};

	report_all();
	for (unsigned int i = 0; i < 8; i++) {
		struct tlp t = mem_write_tlp(BAR2 + 0x50, 1, 0xf, 0, words);

		switch (i) {
		case 0: /* one DW with last byte enables */
			t.hdr[7] = 0x1f;
			break;
		case 1: /* two DW without them */
			t = mem_write_tlp(BAR2 + 0x50, 2, 0xf, 0, words);
			break;
		case 2: /* a read of two DW without first ones */
			t = mem_read_tlp(BAR2, 2, 0, 0xf);
			break;
		case 3: /* 129 bytes' worth with Max_Payload_Size 128 */
			t = mem_write_tlp(BAR2 + 0x100, 33, 0xf, 0xf, words);
			break;
		case 4: /* Length says more than there is */
			t = mem_write_tlp(BAR2 + 0x50, 1, 0xf, 0, words);
			t.hdr[3] = 9;
			t.hdr[7] = 0xff;
			break;
		case 5: /* and less */
			t = mem_write_tlp(BAR2 + 0x50, 8, 0xf, 0, words);
			t.hdr[3] = 1;
			break;
		case 6: /* a type that does not exist */
			memset(t.hdr, 0, 16);
			t.hdr[0] = 0x1b;
			t.len = 0;
			break;
		case 7: /* across 4 KiB */
			t = mem_read_tlp(BAR2 + 0xffc, 2, 0xf, 0xf);
			break;
		}
		CHECK(dut_send(&t, 100));
		expect(0, ERR_FATAL, 18, t.hdr);
	}
	CHECK_EQ(rd32(BAR2 + 0x50), 0);
	/* a completion of 33 DW: the core does not see it */
	struct tlp cpl = {.hdr = {0x4a, 0, 0, 33, 0, 0, 0, 132, RID >> 8, RID & 0xff, 9, 0},
			  .len = 132};

	CHECK(dut_send(&cpl, 100));
	expect(0, ERR_FATAL, 18, cpl.hdr);
	CHECK_EQ(core_get(CORE_CPL_BEATS), 0);
	cfg_write(0x58, 0x002f, 0x1); /* Max_Payload_Size 256 */
	CHECK(dut_send(&cpl, 100));
	CHECK(quiet(30));
	CHECK_EQ(core_get(CORE_CPL_BEATS), 9);
	/* what follows a malformed TLP is served */
	CHECK_EQ(rd32(BAR2), 0x47525653);
}

static void poisoned(void)
{
	struct tlp w = mem_write_tlp(BAR2 + 0x50, 1, 0xf, 0, (uint32_t[]){7}), c;
	struct tlp cfgw = {
		.hdr = {0x44, 0, 0x40, 1, 0, 0, 0, 0xf, 1, 0, 0, 0x3c}, .len = 4, .data = {9}};

	report_all();
	w.hdr[2] |= 0x40;
	CHECK(dut_send(&w, 100));
	expect(0, ERR_NONFATAL, 12, w.hdr); /* nobody else tells of it */
	CHECK_EQ(rd32(BAR2 + 0x50), 0);
	CHECK_EQ(request(&cfgw, &c), CPL_UR); /* this one is told by its completion: advisory */
	expect(0, ERR_COR, 12, cfgw.hdr);
	CHECK_EQ(cfg_read(0x3c) & 0xff, 0);
	/* made fatal it is no longer advisory */
	cfg_write(SEVERITY, 0x00061010, 0xf);
	CHECK_EQ(request(&cfgw, &c), CPL_UR);
	expect(0, ERR_FATAL, 12, cfgw.hdr);
}

static void pulse_of(unsigned int fn, unsigned int bit)
{
	core_set(CORE_FN, fn);
	core_set(CORE_PULSE, 1u << bit);
	dut_tick();
	core_set(CORE_PULSE, 0);
	ticks(6);
}

/* Unexpected completion, poisoned data, timeout: advisory, advisory, not. */
static void of_the_core(void)
{
	uint8_t hdr[16];

	vfs_up(4);
	report_all();
	memset(hdr, 0x5a, sizeof(hdr));
	core_set(CORE_HDR_MARK, 0x5a5a5a5a);
	for (unsigned int fn = 0; fn < 5; fn++) {
		pulse_of(fn, 3);
		expect(fn, ERR_COR, 16, hdr);
		pulse_of(fn, 4);
		expect(fn, ERR_COR, 12, hdr);
		CHECK_EQ(fn_cfg_read(fn, 0x04) >> 31, 1);
		pulse_of(fn, 5);
		expect(fn, ERR_NONFATAL, 14, NULL);
		/* UR and CA received: status only */
		pulse_of(fn, 6);
		pulse_of(fn, 7);
		CHECK(quiet(30));
		CHECK_EQ(fn_cfg_read(fn, 0x04) >> 28 & 3, 3);
		CHECK_EQ(fn_cfg_read(fn, 0x58) >> 16 & 0xf, 3); /* correctable and non-fatal seen */
		fn_cfg_write(fn, 0x58, 0x000f0000, 0x4);
		CHECK_EQ(fn_cfg_read(fn, 0x58) >> 16 & 0xf, 0);
	}
}

/* A request to a VF is the VF's error, one to nobody the PF's. */
static void whose(void)
{
	struct tlp longer = mem_read_tlp(VF_BAR2(3), 3, 0xf, 0xf), c;
	struct tlp nobody = mem_read_tlp(VF_BAR2(4), 1, 0xf, 0);
	struct tlp absent = {.hdr = {0x04, 0, 0, 1, 0, 0, 0, 0xf, 1, 6, 0, 0}};
	struct tlp w = mem_write_tlp(VF_BAR2(2) + 0x50, 1, 0xf, 0, (uint32_t[]){7});

	vfs_up(3);
	report_all();
	CHECK_EQ(request(&longer, &c), CPL_CA);
	expect(3, ERR_COR, 15, longer.hdr);
	CHECK_EQ(request(&nobody, &c), CPL_UR);
	expect(0, ERR_COR, 20, nobody.hdr);
	CHECK_EQ(request(&absent, &c), CPL_UR);
	expect(0, ERR_COR, 20, absent.hdr);
	w.hdr[2] |= 0x40;
	CHECK(dut_send(&w, 100));
	expect(2, ERR_NONFATAL, 12, w.hdr);
	/* the PF's mask and severity hold for the VFs */
	cfg_write(SEVERITY, 0x00069010, 0xf); /* completer abort fatal */
	CHECK_EQ(request(&longer, &c), CPL_CA);
	expect(3, ERR_FATAL, 15, longer.hdr);
	cfg_write(0x108, 0x8000, 0xf);
	CHECK_EQ(request(&longer, &c), CPL_CA);
	CHECK(quiet(30));
	CHECK_EQ(fn_cfg_read(3, UNCOR), 0x8000); /* recorded, not told */
	CHECK_EQ(fn_cfg_read(3, LOG), 0);
	/* and its enables */
	cfg_write(0x108, 0, 0xf);
	cfg_write(0x58, 0x0000, 0x1);
	fn_cfg_write(3, UNCOR, 0x8000, 0xf);
	CHECK_EQ(request(&longer, &c), CPL_CA);
	CHECK(quiet(30));
	CHECK_EQ(fn_cfg_read(3, UNCOR), 0x8000);
	/* sticky through FLR of the VF, gone with VF Enable */
	fn_cfg_write(3, 0x58, 0x8000, 0x2);
	ticks(30);
	CHECK_EQ(fn_cfg_read(3, UNCOR), 0x8000);
	cfg_write(0x188, 0, 0x3);
	cfg_write(0x188, 9, 0x3);
	CHECK_EQ(fn_cfg_read(3, UNCOR), 0);
}

/* The first error keeps pointer and log until it is cleared; UR needs its own enable bit. */
static void first_error(void)
{
	struct tlp a = mem_read_tlp(0x11110000, 1, 0xf, 0), b = mem_read_tlp(BAR2, 3, 0xf, 0xf), c;
	uint32_t log;

	report_all();
	cfg_write(0x58, 0x0007, 0x1); /* no Unsupported Request reporting */
	CHECK_EQ(request(&a, &c), CPL_UR);
	CHECK(quiet(30));
	CHECK_EQ(cfg_read(UNCOR), 0x00100000);
	log = cfg_read(LOG + 8);
	CHECK_EQ(log, 0x11110000);
	CHECK_EQ(request(&b, &c), CPL_CA);
	CHECK(!quiet(30)); /* ERR_COR of the abort */
	CHECK_EQ(cfg_read(UNCOR), 0x00108000);
	CHECK_EQ(cfg_read(LOG + 8), log);
	CHECK_EQ(cfg_read(CONTROL) & 0x1f, 20);
	cfg_write(UNCOR, 0x8000, 0xf); /* the other one */
	CHECK_EQ(cfg_read(LOG + 8), log);
	cfg_write(UNCOR, 0x00100000, 0xf);
	CHECK_EQ(cfg_read(LOG + 8), 0);
	CHECK_EQ(request(&b, &c), CPL_CA);
	CHECK_EQ(cfg_read(CONTROL) & 0x1f, 15);
	CHECK_EQ(cfg_read(LOG + 8), (uint32_t)BAR2);
}

const struct test tests_aer[] = {
	{"AER: malformed TLPs", malformed},
	{"AER: poisoned TLPs", poisoned},
	{"AER: errors that the core sees, in every function", of_the_core},
	{"AER: whose error it is, and the PF's settings for the VFs", whose},
	{"AER: first error pointer, header log", first_error},
	{0},
};
