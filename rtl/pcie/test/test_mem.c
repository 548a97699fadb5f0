// SPDX-License-Identifier: BSD-2-Clause
/* Requests to BAR0 and BAR2: completions, mailbox, console, doorbells, counters. */
#include "host.h"

#include <string.h>

static void ident(void)
{
	CHECK_EQ(rd32(BAR2 + 0x000), 0x47525653);
	CHECK_EQ(rd32(BAR2 + 0x004), 0x00020000);
	CHECK_EQ(rd32(BAR2 + 0x008), 0x01ff2120); /* opcodes 0-8, 33 vectors, 32 queues */
	CHECK_EQ(rd32(BAR2 + 0x020), 0);	  /* function 0, first queue 0, no VFs */
	CHECK_EQ(rd32(BAR2 + 0x00c), 12);
	CHECK_EQ(rd32(BAR2 + 0x018), 0x40000000);
	CHECK_EQ(rd32(BAR2 + 0x01c), 0x11); /* bus master, PRI stopped */
	CHECK_EQ(rd32(BAR2 + 0x7000), 0);   /* firmware-only */
	CHECK_EQ(rd32(BAR2 + 0xfffc), 0);
}

/* Table 2-38 and 2-39: byte count and lower address for byte enables. */
static void read_forms(void)
{
	static const struct {
		unsigned int off, dws, first, last, count, lower;
	} v[] = {
		{0x0, 1, 0xf, 0x0, 4, 0x00}, {0x4, 1, 0x1, 0x0, 1, 0x04},
		{0x4, 1, 0x2, 0x0, 1, 0x05}, {0x4, 1, 0x4, 0x0, 1, 0x06},
		{0x4, 1, 0x8, 0x0, 1, 0x07}, {0x0, 1, 0x6, 0x0, 2, 0x01},
		{0x0, 1, 0xc, 0x0, 2, 0x02}, {0x0, 1, 0x9, 0x0, 4, 0x00},
		{0x0, 1, 0xe, 0x0, 3, 0x01}, {0x0, 1, 0x0, 0x0, 1, 0x00},
		{0x0, 2, 0xf, 0xf, 8, 0x00}, {0x0, 2, 0x8, 0x1, 2, 0x03},
		{0x4, 2, 0xc, 0x3, 4, 0x06},
	};
	static const uint32_t words[] = {0x47525653, 0x00020000, 0x01ff2120};

	for (unsigned int i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct tlp t = mem_read_tlp(BAR2 + v[i].off, v[i].dws, v[i].first, v[i].last), c;

		t.hdr[1] = 0x50; /* TC 5 comes back */
		CHECK_EQ(request(&t, &c), CPL_SC);
		CHECK_EQ(c.hdr[1], 0x50);
		CHECK_EQ(c.hdr[3], v[i].dws);
		CHECK_EQ((c.hdr[6] & 0xf) << 8 | c.hdr[7], v[i].count);
		CHECK_EQ(c.hdr[11], v[i].lower);
		CHECK_EQ(c.len, 4 * v[i].dws);
		CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], RID);
		if (v[i].first)
			CHECK_EQ(get_le32(c.data), words[v[i].off / 4]);
		if (v[i].dws == 2)
			CHECK_EQ(get_le32(c.data + 4), words[v[i].off / 4 + 1]);
	}
}

static void outside(void)
{
	struct tlp longer = mem_read_tlp(BAR2, 3, 0xf, 0xf), c;
	struct tlp beyond = mem_read_tlp(BAR2 + 0x10000, 1, 0xf, 0);
	struct tlp high = mem_read_tlp(BAR2 | 1ull << 40, 1, 0xf, 0);
	struct tlp cross = mem_read_tlp(BAR2 + 0xffc, 2, 0xf, 0xf);
	uint32_t many[64] = {0};
	struct tlp burst = mem_write_tlp(BAR2 + 0x50, 64, 0xf, 0xf, many);

	CHECK_EQ(request(&longer, &c), CPL_CA);
	CHECK_EQ(cfg_read(0x04) >> 27 & 1, 1); /* signaled target abort */
	CHECK_EQ(request(&beyond, &c), CPL_UR);
	CHECK_EQ(request(&high, &c), CPL_UR);
	CHECK(dut_send(&cross, 100));
	CHECK(quiet(100)); /* malformed: no completion */
	wr32(BAR2 + 0x50, 0x5a5a5a5a);
	CHECK(dut_send(&burst, 100));
	CHECK_EQ(rd32(BAR2 + 0x50), 0x5a5a5a5a);
	cfg_write(0x04, 0x0004, 0x3);
	struct tlp off = mem_read_tlp(BAR2, 1, 0xf, 0);

	CHECK_EQ(request(&off, &c), CPL_UR);
}

static void mailbox(void)
{
	uint32_t two[2] = {0x11111111, 0x22222222};
	struct tlp t = mem_write_tlp(BAR2 + 0x54, 2, 0xf, 0xf, two);

	mcu_wr(0x7004, 0x101);
	CHECK(!dut_irq());
	for (unsigned int i = 0; i < 12; i++)
		wr32(BAR2 + 0x50 + 4 * i, 0xa0000000 + i);
	CHECK(dut_send(&t, 100));
	wr32(BAR2 + 0x40, 0x0301);
	CHECK_EQ(rd32(BAR2 + 0x44), 0x80000000);
	CHECK(dut_irq());
	CHECK_EQ(mcu_rd(0x7000), 1);
	CHECK_EQ(mcu_rd(0x40), 0x0301);
	CHECK_EQ(mcu_rd(0x50), 0xa0000000);
	CHECK_EQ(mcu_rd(0x54), 0x11111111);
	CHECK_EQ(mcu_rd(0x58), 0x22222222);
	CHECK_EQ(mcu_rd(0x7c), 0xa000000b);
	wr32(BAR2 + 0x40, 0x0002); /* busy: ignored */
	CHECK_EQ(mcu_rd(0x40), 0x0301);
	mcu_wr(0x7000, 1);
	CHECK(!dut_irq());
	mcu_wr(0x84, 0xfeedf00d);
	wr32(BAR2 + 0x84, 0); /* results are not the host's */
	mcu_wr(0x44, 3);
	CHECK_EQ(rd32(BAR2 + 0x44), 3);
	CHECK_EQ(rd32(BAR2 + 0x84), 0xfeedf00d);
	mcu_wr(0x10, 2);
	mcu_wr(0x14, 0x00010002);
	wr32(BAR2 + 0x10, 9);
	CHECK_EQ(rd32(BAR2 + 0x10), 2);
	CHECK_EQ(rd32(BAR2 + 0x14), 0x00010002);
}

static void console(void)
{
	static const char text[] = "svarig";

	CHECK_EQ(rd32(BAR2 + 0xc0), 0);
	for (const char *p = text; *p; p++)
		mcu_wr(0xc0, *p);
	ticks(3);
	for (const char *p = text; *p; p++) {
		CHECK_EQ(rd32(BAR2 + 0xc0), 0x100u | *p);
		CHECK_EQ(dut_console(), *p);
	}
	CHECK_EQ(rd32(BAR2 + 0xc0), 0);
	/* 300 characters: the last 256 are kept */
	for (unsigned int i = 0; i < 300; i++)
		mcu_wr(0xc0, i & 0xff);
	CHECK_EQ(rd32(BAR2 + 0xc0), 0x100 | 44);
	for (unsigned int i = 45; i < 300; i++)
		rd32(BAR2 + 0xc0);
	CHECK_EQ(rd32(BAR2 + 0xc0), 0);
}

static void doorbells(void)
{
	uint32_t two[2] = {0xd00dfeed, 0x0badcafe};
	struct tlp t = mem_write_tlp(BAR0 + 0x5000, 2, 0xf, 0xf, two), c;
	struct tlp part = mem_write_tlp(BAR0 + 0x5000, 1, 0x3, 0, two);
	struct tlp r = mem_read_tlp(BAR0 + 0x5000, 2, 0xf, 0xf);

	for (unsigned int q = 0; q < 32; q++)
		wr32(BAR0 + (q << 12) + 0x18, 0x100 + q);
	for (unsigned int q = 0; q < 32; q++)
		CHECK_EQ(rd32(BAR0 + (q << 12) + 0x18), 0x100 + q);
	CHECK(dut_send(&t, 100));
	CHECK_EQ(request(&r, &c), CPL_SC);
	CHECK_EQ(get_le32(c.data), 0xd00dfeed);
	CHECK_EQ(get_le32(c.data + 4), 0x0badcafe);
	wr32(BAR0 + 0x5000, 0);
	CHECK(dut_send(&part, 100));
	CHECK_EQ(rd32(BAR0 + 0x5000), 0); /* half a word is no doorbell */
}

static void queue_blocks(void)
{
	mcu_wr(0x1000 + (3 << 8) + 0x08, 0x12345678);
	CHECK_EQ(mcu_rd(0x1000 + (3 << 8) + 0x08), 0x12345678);
	CHECK_EQ(rd32(BAR2 + 0x1000 + (3 << 8) + 0x08), 0x12345678);
	wr32(BAR2 + 0x1000 + (3 << 8) + 0x08, 0); /* the firmware's alone */
	CHECK_EQ(rd32(BAR2 + 0x1000 + (3 << 8) + 0x08), 0x12345678);
	mcu_wr(0x1000 + (31 << 8), 0x77);
	CHECK_EQ(rd32(BAR2 + 0x1000 + (31 << 8)), 0x77);
	mcu_wr(0x1000 + (32 << 8), 0x88); /* no such queue */
	CHECK_EQ(rd32(BAR2 + 0x1000 + (32 << 8)), 0);
}

static void counters(void)
{
	/* JOBS_OK (2) and CNT 25 by 5 each, 7 bytes read a cycle, 14 written */
	core_set(CORE_EV, 1u << 2 | 1u << 25);
	core_set(CORE_BYTES, 7);
	ticks(5);
	core_set(CORE_EV, 0);
	core_set(CORE_BYTES, 0);
	CHECK_EQ(rd32(BAR2 + 0x200 + 8 * 2), 5);
	CHECK_EQ(rd32(BAR2 + 0x200 + 8 * 2 + 4), 0);
	CHECK_EQ(rd32(BAR2 + 0x200 + 8 * 25), 5);
	CHECK_EQ(rd32(BAR2 + 0x200 + 8 * 3), 0);
	CHECK_EQ(rd32(BAR2 + 0x200 + 8 * 4), 35);
	CHECK_EQ(rd32(BAR2 + 0x200 + 8 * 5), 70);
	CHECK_EQ(mcu_rd(0x200 + 8 * 5), 70);
	uint32_t a = rd32(BAR2 + 0x200);

	ticks(1000);
	CHECK(rd32(BAR2 + 0x200) - a >= 1000);
	CHECK(rd32(BAR2 + 0x200) - a < 1100);
}

/* 16 reads fill the queue while nothing can leave; completions, messages and writes still pass. */
static void reads_block_nothing(void)
{
	struct tlp r = mem_read_tlp(BAR2, 1, 0xf, 0), c;
	struct tlp cpl = {.hdr = {0x4a, 0, 0, 8, 0, 0, 0, 32, RID >> 8, RID & 0xff, 9, 0},
			  .len = 32};
	struct tlp inv = {.pfx_valid = true,
			  .pfx = {0x91, 0x0a, 0xbc, 0xde},
			  .hdr = {0x72, 0, 0, 2, 0, 0, 5, 1, 1, 0},
			  .len = 8,
			  .data = {0xff, 0, 0, 1, 2, 3, 4, 5}};
	struct tlp w = mem_write_tlp(BAR2 + 0x50, 1, 0xf, 0, (uint32_t[]){0x600d600d});

	dut_tx_ready(0, 1);
	for (unsigned int i = 0; i < 16; i++) {
		r.hdr[6] = i;
		CHECK(dut_send(&r, 50));
	}
	CHECK(dut_send(&cpl, 50));
	CHECK(dut_send(&inv, 50));
	for (unsigned int i = 0; i < 5; i++)
		CHECK(dut_send(&w, 50));
	CHECK(dut_send(&cpl, 50));
	ticks(20);
	CHECK_EQ(core_get(CORE_CPL_BEATS), 4);
	CHECK_EQ(core_get(CORE_CPL_DW0), 0x4a000008);
	CHECK_EQ(core_get(CORE_MSGS), 1);
	CHECK_EQ(core_get(CORE_MSG_DW1), 0x00000501);
	CHECK_EQ(core_get(CORE_MSG_PFX), 0x910abcde);
	CHECK_EQ(core_get(CORE_MSG_DATA), 0x05040302010000ffull);
	dut_tx_ready(50, 7);
	for (unsigned int i = 0; i < 16; i++) {
		CHECK(host_recv(&c, 100));
		CHECK_EQ(c.hdr[10], i); /* in order */
		CHECK_EQ(get_le32(c.data), 0x47525653);
	}
	CHECK_EQ(rd32(BAR2 + 0x50), 0x600d600d);
}

/* 2.4.1: a read never passes a write that came before it, however close. */
static void read_after_write(void)
{
	struct tlp other = mem_read_tlp(BAR2, 1, 0xf, 0), c;

	for (unsigned int n = 0; n < 60; n++) {
		struct tlp w0 = mem_write_tlp(BAR2 + 0x54, 1, 0xf, 0, (uint32_t[]){n});
		struct tlp w = mem_write_tlp(BAR2 + 0x50, 1, 0xf, 0, (uint32_t[]){0x1000 + n});
		struct tlp r = mem_read_tlp(BAR2 + 0x50, 1, 0xf, 0);

		dut_tx_ready(30 + n, n + 1);
		for (unsigned int i = 0; i < n % 4; i++)
			CHECK(dut_send(&other, 200));
		if (n & 4)
			CHECK(dut_send(&w0, 200));
		CHECK(dut_send(&w, 200));
		r.hdr[6] = 0x77;
		CHECK(dut_send(&r, 200));
		do {
			if (!CHECK(host_recv(&c, 200)))
				return;
		} while (c.hdr[10] != 0x77);
		CHECK_EQ(get_le32(c.data), 0x1000 + n);
	}
}

const struct test tests_mem[] = {
	{"identification registers", ident},
	{"byte count and lower address of reads", read_forms},
	{"requests outside, too long, across 4 KiB", outside},
	{"mailbox", mailbox},
	{"console", console},
	{"doorbells", doorbells},
	{"per-queue blocks", queue_blocks},
	{"counters", counters},
	{"a read never passes a write", read_after_write},
	{"reads that cannot be answered block nothing else", reads_block_nothing},
	{0},
};
