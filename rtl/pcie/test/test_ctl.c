// SPDX-License-Identifier: BSD-2-Clause
/* MSI-X, arbitration, function-level reset, self-test port, messages, idle. */
#include "host.h"

#include <stdio.h>
#include <string.h>

#define TABLE (BAR2 + 0x8000)
#define PBA   (BAR2 + 0xc000)

static void raise_vector(unsigned int v)
{
	core_set(CORE_MSIX_VECTOR, v);
	core_set(CORE_MSIX_VALID, 1);
	dut_tick();
	core_set(CORE_MSIX_VALID, 0);
}

static void entry(unsigned int v, uint64_t addr, uint32_t data, uint32_t ctl)
{
	wr32(TABLE + 16 * v, (uint32_t)addr);
	wr32(TABLE + 16 * v + 4, addr >> 32);
	wr32(TABLE + 16 * v + 8, data);
	wr32(TABLE + 16 * v + 12, ctl);
}

static void msix(void)
{
	struct tlp m;
	/* MWr, 3 DW, length 1, requester RID, tag 0, BE 0f (2.2.7) */
	static const uint8_t low[16] = {0x40, 0, 0, 1, 1, 0, 0, 0x0f, 0x08, 0x02, 0x00, 0x40};
	static const uint8_t high[16] = {0x60, 0, 0, 1,	   1,	 0,    0,    0x0f,
					 0,    0, 0, 0x12, 0xfe, 0xe0, 0x00, 0x40};

	CHECK_EQ(rd32(TABLE + 16 * 16 + 12), 1); /* masked at reset */
	entry(2, 0x08020040, 0x00000123, 0);
	entry(16, 0x12fee00040ull, 0xdeadbeef, 1);
	CHECK_EQ(rd32(TABLE + 16 * 16 + 8), 0xdeadbeef);
	raise_vector(2); /* MSI-X off: forgotten */
	cfg_write(0x90, 0x80000000, 0x8);
	CHECK(quiet(100));
	raise_vector(2);
	CHECK(host_recv(&m, 100));
	CHECK(!memcmp(m.hdr, low, 16));
	CHECK(!m.pfx_valid);
	CHECK_EQ(m.len, 4);
	CHECK_EQ(get_le32(m.data), 0x123);
	CHECK(quiet(100)); /* once */
	/* masked: pending, sent on unmask */
	raise_vector(16);
	CHECK(quiet(100));
	CHECK_EQ(rd32(PBA), 0x10000);
	wr32(TABLE + 16 * 16 + 12, 0);
	CHECK(host_recv(&m, 100));
	CHECK(!memcmp(m.hdr, high, 16));
	CHECK_EQ(get_le32(m.data), 0xdeadbeef);
	CHECK_EQ(rd32(PBA), 0);
	/* function mask */
	cfg_write(0x90, 0xc0000000, 0x8);
	raise_vector(2);
	raise_vector(2);
	CHECK(quiet(100));
	CHECK_EQ(rd32(PBA), 0x4);
	cfg_write(0x90, 0x80000000, 0x8);
	CHECK(host_recv(&m, 100));
	CHECK(quiet(100));
	/* bus mastering */
	cfg_write(0x04, 0x0002, 0x3);
	raise_vector(2);
	CHECK(quiet(100));
	cfg_write(0x04, 0x0006, 0x3);
	CHECK(host_recv(&m, 100));
	/* the firmware's, and vectors that are not there */
	mcu_wr(0x7018, 16);
	CHECK(host_recv(&m, 100));
	CHECK_EQ(m.hdr[0], 0x60);
	raise_vector(33);
	raise_vector(255);
	CHECK(quiet(100));
	CHECK_EQ(rd32(BAR2 + 0x200 + 8 * 22), 5);
}

/* A vector masked while its message waits: after a read nothing may come. */
static void msix_mask_race(void)
{
	struct tlp w = mem_write_tlp(TABLE + 12, 1, 0xf, 0, (uint32_t[]){1});
	struct tlp r = mem_read_tlp(TABLE + 12, 1, 0xf, 0), t;

	entry(0, 0x08020040, 1, 0);
	cfg_write(0x90, 0x80000000, 0x8);
	for (unsigned int gap = 0; gap < 24; gap++) {
		bool answered = false;

		wr32(TABLE + 12, 0);
		for (unsigned int n = 0; host_recv(&t, 60); n++)
			if (!CHECK(n < 8))
				return;
		dut_tx_ready(20, gap + 1);
		raise_vector(0);
		ticks(gap);
		CHECK(dut_send(&w, 200));
		CHECK(dut_send(&r, 200));
		for (unsigned int n = 0; host_recv(&t, 200); n++) {
			if (!CHECK(n < 8))
				return;
			if (t.hdr[0] == 0x4a)
				answered = true;
			else
				CHECK(!answered);
		}
		CHECK(answered);
		dut_tx_ready(100, 1);
	}
}

/* Four clients with TLPs of several beats: whole, in order, fair. */
static void arbiter(void)
{
	unsigned int count[4] = {0}, cfg = 0;
	struct tlp t, r = mem_read_tlp(BAR2, 1, 0xf, 0);

	for (unsigned int len = 1; len <= 5; len += 2) {
		memset(count, 0, sizeof(count));
		host_up();
		dut_tx_ready(60, len);
		core_set(CORE_TX_LEN, len);
		for (unsigned int n = 0; n < 400; n++) {
			if (n % 50 == 0)
				CHECK(dut_send(&r, 500));
			if (!CHECK(host_recv(&t, 200)))
				return;
			if (t.hdr[0] == 0x4a) {
				cfg++;
				continue;
			}
			unsigned int c = t.hdr[13], serial = t.hdr[14] << 8 | t.hdr[15];

			if (!CHECK(c < 4))
				return;
			CHECK_EQ(t.pfx_valid, c & 1);
			if (c & 1)
				CHECK_EQ(get_be32(t.pfx), 0x91000000 | c);
			CHECK_EQ(serial, count[c]++);
			CHECK_EQ(t.len, 16 * len);
			for (unsigned int b = 0; b < len; b++)
				CHECK_EQ(get_le32(t.data + 16 * b), c << 24 | b << 16 | serial);
		}
		for (unsigned int c = 1; c < 4; c++)
			CHECK(count[c] + 1 >= count[0] && count[0] + 1 >= count[c]);
	}
	CHECK(cfg >= 21); /* the answers overtook the stream */
}

static void flr_at(unsigned int when)
{
	struct tlp w = {.hdr = {0x44, 0, 0, 1, 0, 0, 0, 0x2, 1, 0, 0, 0x58},
			.len = 4,
			.data = {0, 0x80}},
		   t;
	bool done = false;

	cfg_write(0x58, 0x2040, 0x3);
	cfg_write(0x154, 0x80000000, 0xc);
	cfg_write(0x90, 0x80000000, 0x8);
	entry(0, 0x1000, 1, 0);
	wr32(BAR2 + 0x40, 1);
	mcu_wr(0x10, 2);
	mcu_wr(0x7004, 0x1f1f);
	uint32_t resets = core_get(CORE_RESETS);

	core_set(CORE_TX_LEN, 4);
	dut_tx_ready(40, 3);
	ticks(50 + when);
	CHECK(dut_send(&w, 100));
	/* every TLP is whole, and they stop */
	for (unsigned int n = 0; host_recv(&t, 200) && n < 200; n++) {
		if (t.hdr[0] == 0x60)
			CHECK_EQ(t.len, 64);
		if (t.hdr[0] == 0x0a) {
			CHECK_EQ(t.hdr[6] >> 5, CPL_SC);
			done = true;
			core_set(CORE_TX_LEN, 0);
		}
	}
	CHECK(done);
	CHECK_EQ(core_get(CORE_RESETS), resets + 1);
	CHECK_EQ(cfg_read(0x04) & 0xffff, 0);
	CHECK_EQ(cfg_read(0x10), 4);
	CHECK_EQ(cfg_read(0x58) & 0x70e0, 0x2040); /* Max_Payload_Size stays, MRRS is back at 512 */
	CHECK_EQ(cfg_read(0x154), 0x60);
	CHECK_EQ(cfg_read(0x90) >> 30, 0);
	CHECK(dut_irq());
	CHECK_EQ(mcu_rd(0x7000),
		 0x1f00); /* the command went with the reset, the firmware is told */
	cfg_write(0x18, (uint32_t)BAR2, 0xf);
	cfg_write(0x04, 0x0002, 0x3);
	CHECK_EQ(rd32(BAR2 + 0x44), 0);
	CHECK_EQ(rd32(BAR2 + 0x10), 2); /* the firmware lives on */
	CHECK_EQ(rd32(TABLE + 12), 1);
}

/* At any moment of the TLPs on their way. */
static void flr(void)
{
	for (unsigned int when = 0; when < 20; when++) {
		flr_at(when);
		host_up();
	}
}

static void messages(void)
{
	struct tlp m = {.hdr = {0x32, 0, 0, 0, 0, 0, 0, 0x05, 1, 0, 0xf0, 0x07}}, t;

	CHECK(dut_send(&m, 100)); /* PRG response */
	ticks(3);
	CHECK_EQ(core_get(CORE_MSGS), 1);
	CHECK_EQ(core_get(CORE_MSG_DW1), 0x00000005);
	CHECK_EQ(core_get(CORE_MSG_PFX), 0);
	cfg_write(0x58, 0x000f, 0x1);
	static const uint8_t ignored[] = {0x00, 0x14, 0x40, 0x48, 0x50, 0x7f};

	for (unsigned int i = 0; i < sizeof(ignored); i++) {
		m.hdr[7] = ignored[i];
		CHECK(dut_send(&m, 100));
	}
	CHECK(quiet(50));
	m.hdr[7] = 0x7e; /* Vendor_Defined Type 0: unsupported, told */
	CHECK(dut_send(&m, 100));
	CHECK(host_recv(&t, 50));
	CHECK_EQ(t.hdr[7], 0x31);
	m.hdr[7] = 0x19; /* PME_Turn_Off: PME_TO_Ack, routed 101 */
	CHECK(dut_send(&m, 100));
	CHECK(host_recv(&t, 50));
	CHECK_EQ(t.hdr[0], 0x35);
	CHECK_EQ(t.hdr[7], 0x1b);
	/* poisoned invalidation: not handed on, told */
	struct tlp inv = {.hdr = {0x72, 0, 0x40, 2, 0, 0, 5, 1, 1, 0}, .len = 8};

	CHECK(dut_send(&inv, 100));
	CHECK(host_recv(&t, 50));
	CHECK_EQ(core_get(CORE_MSGS), 1);
	CHECK_EQ(cfg_read(0x104) & 0x1000, 0x1000);
	/* undefined type: malformed, fatal */
	struct tlp odd = {.hdr = {0x1f, 0, 0, 1}};

	CHECK(dut_send(&odd, 100));
	CHECK(host_recv(&t, 50));
	CHECK_EQ(t.hdr[7], 0x33);
}

static void selftest(void)
{
	core_set(CORE_BUSY, 1);
	mcu_wr(0x7040, 0x80000000);
	CHECK_EQ(mcu_rd(0x7040) >> 31, 0); /* a job runs */
	core_set(CORE_BUSY, 0);
	CHECK_EQ(mcu_rd(0x7040) >> 30, 2);
	mcu_wr(0x7044, 0x2d);
	mcu_wr(0x7048, 0x0b);
	CHECK_EQ(mcu_rd(0x7044), 0x2d);
	/* op 8, alg 0x12, decrypt and state out */
	mcu_wr(0x7040, 0x95001208);
	CHECK_EQ(core_get(CORE_STARTS), 1);
	CHECK_EQ(core_get(CORE_COMMAND), 0x2d5d1208);
	CHECK_EQ(mcu_rd(0x7040) >> 30, 3);
	for (unsigned int i = 0; i < 4; i++)
		mcu_wr(0x70a0 + 4 * i, 0x01020304 * (i + 1));
	CHECK_EQ(mcu_rd(0x70b0), 1);
	CHECK_EQ(mcu_rd(0x70d0) >> 31, 0);
	mcu_wr(0x70b0, 0x110); /* 16 bytes of a key */
	CHECK_EQ(mcu_rd(0x70d0), 0x80000110);
	for (unsigned int i = 0; i < 4; i++)
		CHECK_EQ(mcu_rd(0x70c0 + 4 * i), (uint32_t) ~(0x01020304 * (i + 1)));
	mcu_wr(0x70b0, 0x8005); /* the last waits until the first answer is popped */
	CHECK_EQ(mcu_rd(0x70b0), 0);
	CHECK_EQ(mcu_rd(0x7040) >> 30, 3);
	mcu_wr(0x70d0, 0);
	CHECK_EQ(mcu_rd(0x70d0), 0x80008005);
	CHECK_EQ(mcu_rd(0x7040), 0x80000008); /* done, status from the port */
	mcu_wr(0x70d0, 0);
	/* the next job; an abort leaves nothing of it */
	mcu_wr(0x7040, 0x81000001);
	mcu_wr(0x70b0, 0x10);
	CHECK_EQ(mcu_rd(0x70d0) >> 31, 1);
	mcu_wr(0x7040, 0x82000000);
	CHECK_EQ(mcu_rd(0x70d0) >> 31, 0);
	CHECK_EQ(mcu_rd(0x7040) >> 30, 2);
	CHECK_EQ(rd32(BAR2 + 0x7040), 0); /* not for the host, and not in the VFs' sets */
	wr32(BAR2 + 0x7040, 0);
	CHECK_EQ(mcu_rd(0x17040), 0);
	mcu_wr(0x17040, 0);
	CHECK_EQ(mcu_rd(0x7040) >> 31, 1);
	mcu_wr(0x7040, 0);
	CHECK_EQ(mcu_rd(0x7040) >> 31, 0);
}

static void atc_invalidate(void)
{
	mcu_wr(0x7010, 0x830abcde);
	CHECK_EQ(core_get(CORE_INV), 0x0d1abcde);
	mcu_wr(0x7010, 0x40000000);
	for (unsigned int n = 0; mcu_rd(0x7010) >> 31; n++)
		if (!CHECK(n < 100))
			return;
	mcu_wr(0x7010, 0x40000000);
	ticks(3);
	CHECK_EQ(core_get(CORE_INV), 0x01200000);
}

static void idle(void)
{
	struct tlp r = mem_read_tlp(BAR2, 1, 0xf, 0), t;

	ticks(20);
	CHECK(dut_idle());
	dut_tx_ready(0, 1);
	CHECK(dut_send(&r, 100));
	for (unsigned int i = 0; i < 50; i++) {
		dut_tick();
		CHECK(!dut_idle());
	}
	dut_tx_ready(100, 1);
	CHECK(host_recv(&t, 50));
	ticks(10);
	CHECK(dut_idle());
	core_set(CORE_BUSY, 1);
	dut_tick();
	CHECK(!dut_idle());
	core_set(CORE_BUSY, 0);
	mcu_wr(0x7004, 1);
	wr32(BAR2 + 0x40, 0);
	CHECK(!dut_idle()); /* the firmware has work */
	mcu_wr(0x7000, 1);
	/* a masked vector is nothing to wait for */
	cfg_write(0x90, 0x80000000, 0x8);
	raise_vector(3);
	ticks(30);
	CHECK(dut_idle());
}

const struct test tests_ctl[] = {
	{"MSI-X", msix},
	{"MSI-X masked while its message waits", msix_mask_race},
	{"arbiter keeps TLPs whole and is fair", arbiter},
	{"function-level reset", flr},
	{"messages", messages},
	{"engine self-test registers", selftest},
	{"ATC invalidation by the firmware", atc_invalidate},
	{"idle", idle},
	{0},
};
