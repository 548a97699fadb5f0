// SPDX-License-Identifier: BSD-2-Clause
/*
 * Flow control credits (PCIe Base Specification 5.0, 2.6.1). The bench keeps the far side's books:
 * what it allowed and what came, per class, in the units of the specification.
 */
#include "host.h"

#include <stdio.h>
#include <string.h>

enum {
	PH,
	PD,
	NPH,
	NPD,
	CPLH,
	CPLD
};
static const unsigned int shift[] = {0, 8, 20, 28, 40, 48};
static const unsigned int width[] = {8, 12, 8, 12, 8, 12};

static uint64_t limit[6], used[6];
static unsigned int finite;
static uint64_t seed;

static unsigned int rnd_below(unsigned int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)(seed >> 33) % n;
}

static void tell(void)
{
	uint64_t v = 0;

	for (int i = 0; i < 6; i++)
		v |= (limit[i] & ((1u << width[i]) - 1)) << shift[i];
	dut_credits(finite, v, false);
}

static void begin(unsigned int which)
{
	dut_sent(used);
	memcpy(limit, used, sizeof(limit));
	finite = which;
	tell();
}

static uint64_t field(uint64_t alloc, int i)
{
	return alloc >> shift[i] & ((1u << width[i]) - 1);
}

/* A TLP came: was it allowed? All that came since reset is counted, as the far side would. */
static bool book(void)
{
	bool good = true;

	dut_sent(used);
	for (int i = 0; i < 6; i++)
		good = good && (!(finite >> i & 1) || used[i] <= limit[i]);
	return good;
}

/* No credits, no TLP; then exactly as many as allowed, of the class that has them. */
static void gate(void)
{
	struct tlp r = mem_read_tlp(BAR2, 2, 0xf, 0xf), t;
	unsigned int n;

	begin(0x3f);
	core_set(CORE_TX_LEN, 4); /* writes of 64 bytes: 4 units each */
	CHECK(dut_send(&r, 100));
	CHECK(quiet(200));
	limit[CPLH]++;
	tell();
	CHECK(quiet(100)); /* 8 bytes of data need a unit */
	limit[CPLD]++;
	tell();
	CHECK(host_recv(&t, 50));
	CHECK_EQ(t.hdr[0], 0x4a);
	CHECK(book());
	CHECK(quiet(100));
	limit[PH] += 10;
	tell();
	CHECK(quiet(100));
	limit[PD] += 15; /* three of them, and 3 units over */
	tell();
	for (n = 0; host_recv(&t, 100); n++)
		CHECK(book());
	CHECK_EQ(n, 3);
	limit[PD]++;
	tell();
	for (n = 0; host_recv(&t, 100); n++)
		CHECK(book());
	CHECK_EQ(n, 1);
	limit[PD] += 1000;
	tell();
	for (n = 0; host_recv(&t, 100); n++)
		CHECK(book());
	CHECK_EQ(n, 6); /* 10 headers in all */
	/* a register read passes all that waits */
	limit[CPLH]++;
	limit[CPLD]++;
	tell();
	CHECK(dut_send(&r, 100));
	CHECK(host_recv(&t, 50));
	CHECK_EQ(t.hdr[0], 0x4a);
	core_set(CORE_TX_LEN, 0);
}

/* Credits come back a few at a time, late, for long enough that all counters wrap. */
static void trickle(void)
{
	unsigned int count[4] = {0}, n = 0;
	struct tlp t;

	seed = 42;
	begin(0x3f);
	limit[PH] += 1;
	limit[PD] += 8; /* the largest TLP */
	tell();
	core_set(CORE_TX_LEN, 8);
	for (unsigned int i = 0; i < 200000 && n < 1500; i++) {
		if (dut_recv(&t, 1)) {
			if (!CHECK(book()))
				return;
			CHECK_EQ(t.len, 128);
			count[t.hdr[13] & 3]++;
			n++;
		}
		if (rnd_below(4) == 0) {
			limit[PH] = used[PH] + rnd_below(4) > limit[PH] ? used[PH] + 1 : limit[PH];
			limit[PD] +=
				used[PD] + 8 + rnd_below(16) > limit[PD] ? 1 + rnd_below(3) : 0;
			tell();
		}
	}
	CHECK_EQ(n,
		 1500); /* 12000 data units: the 12-bit count wrapped twice, the 8-bit one often */
	for (unsigned int c = 1; c < 4; c++)
		CHECK(count[c] + 1 >= count[0] && count[0] + 1 >= count[c]);
	core_set(CORE_TX_LEN, 0);
}

/* A small posted TLP (an interrupt) does not starve the large one whose turn it is, nor the other
 * way. */
static void no_starvation(void)
{
	struct tlp t;
	unsigned int large = 0, small = 0;

	wr32(BAR2 + 0x8000, 0x1000);
	wr32(BAR2 + 0x8004, 0);
	wr32(BAR2 + 0x8008, 1);
	wr32(BAR2 + 0x800c, 0);
	cfg_write(0x90, 0x80000000, 0x8);
	begin(0x02); /* posted data only */
	tell();
	core_set(CORE_TX_LEN, 8);
	for (unsigned int i = 0; i < 4000; i++) {
		mcu_wr(0x7018, 0);
		/* one unit at a time: always enough for the interrupt, never at once for the rest
		 */
		limit[PD] += limit[PD] < used[PD] + 8;
		tell();
		while (dut_recv(&t, 1)) {
			CHECK(book());
			if (t.len == 4)
				small++;
			else
				large++;
		}
	}
	CHECK(small > 50 && large > 200);
	core_set(CORE_TX_LEN, 0);
}

/* What we allow: 16 writes and 16 requests; what was served comes back. */
static void receive(void)
{
	uint32_t many[32] = {0};
	struct tlp w = mem_write_tlp(BAR2 + 0x50, 32, 0xf, 0xf, many);
	struct tlp r = mem_read_tlp(BAR2, 1, 0xf, 0), t;
	struct tlp inv = {.hdr = {0x72, 0, 0, 2, 0, 0, 5, 1, 1, 0}, .len = 8};
	struct tlp io = {.hdr = {0x42, 0, 0, 1, 0, 0, 0, 0xf, 0, 0, 0, 0}, .len = 4};
	uint64_t a0 = dut_alloc(), a;

	/* configuration went this way before: received and given back again */
	CHECK_EQ(field(a0, CPLH), 0);
	CHECK_EQ(field(a0, CPLD), 0);
	dut_credits(0, 0, true);
	CHECK(dut_send(&w, 100));
	ticks(20);
	a = dut_alloc();
	CHECK_EQ(field(a - a0, PH), 1);
	CHECK_EQ(field(a, PD) - field(a0, PD), 8);
	CHECK(dut_send(&inv, 100)); /* into ats/ at once */
	ticks(1);
	CHECK_EQ(field(dut_alloc(), PH) - field(a, PH), 1);
	CHECK_EQ(field(dut_alloc(), PD) - field(a, PD), 1);
	/* requests whose completions cannot leave: 16 and no more */
	a = dut_alloc();
	dut_tx_ready(0, 1);
	for (unsigned int i = 0; i < 8; i++) {
		CHECK(dut_send(&r, 3));
		CHECK(dut_send(&io, 3));
	}
	ticks(50);
	/* two of them are with the completer: its output and the one before */
	CHECK(field(dut_alloc(), NPH) - field(a, NPH) <= 2);
	dut_tx_ready(100, 1);
	for (unsigned int i = 0; i < 16; i++)
		CHECK(host_recv(&t, 50));
	ticks(10);
	CHECK_EQ(field(dut_alloc(), NPH), (field(a, NPH) + 16) & 0xff);
	CHECK_EQ(field(dut_alloc(), NPD), (field(a, NPD) + 8) & 0xfff);
}

/* A sender that keeps to our credits never waits, whatever it sends and however slow we answer. */
static void never_waits(void)
{
	uint32_t data[32] = {0};
	uint64_t sent[4] = {0}, first = dut_alloc();
	static const uint64_t initial[4] = {16, 512, 16, 16};
	unsigned int ops = 0, held = 0;
	struct tlp t;

	seed = 7;
	dut_credits(0, 0, true);
	dut_tx_ready(4, 3);
	for (unsigned int i = 0; i < 6000; i++) {
		bool np = rnd_below(3) == 0;
		unsigned int dws = np ? 1 : 1 + rnd_below(32), units = np ? 0 : (dws + 3) / 4;
		uint64_t a = dut_alloc();
		int h = np ? NPH : PH;
		/* our books, modulo the counters' width, against the count allowed since first */
		uint64_t room_h = initial[h] + field(a, h) - field(first, h) - sent[h];
		uint64_t room_d =
			initial[h + 1] + field(a, h + 1) - field(first, h + 1) - sent[h + 1];

		room_h &= (1u << width[h]) - 1;
		room_d &= (1u << width[h + 1]) - 1;
		if (room_h == 0 || room_d < units) {
			held++;
			dut_tick();
			continue;
		}
		struct tlp w = np ? mem_read_tlp(BAR2, 1, 0xf, 0)
				  : mem_write_tlp(BAR2 + 0x50, dws, 0xf, dws > 1 ? 0xf : 0, data);

		w.hdr[6] = (uint8_t)i;
		if (!CHECK(dut_send(&w, 1 + (dws > 4 ? (dws - 1) / 4 : 0))))
			return;
		sent[h]++;
		sent[h + 1] += units;
		ops++;
		if (rnd_below(16) == 0)
			ticks(rnd_below(60));
	}
	printf("# %u sent, %u times without credits\n", ops, held);
	CHECK(ops > 300 && held > 100);
	dut_tx_ready(100, 1);
	while (host_recv(&t, 50))
		;
	CHECK_EQ(cfg_read(0x104) & 0x60000, 0); /* no overflow, nothing malformed */
}

/* More than allowed: dropped, Receiver Overflow, fatal; what fits again is taken. */
static void overflow(void)
{
	struct tlp r = mem_read_tlp(BAR2, 1, 0xf, 0), t, m;
	unsigned int answers = 0, told = 0;

	cfg_write(0x58, 0x000f, 0x1);
	dut_credits(0, 0, true);
	dut_tx_ready(0, 1);
	for (unsigned int i = 0; i < 20; i++) {
		r.hdr[6] = (uint8_t)i;
		CHECK(dut_send(&r, 3));
		ticks(4);
	}
	dut_tx_ready(100, 1);
	while (host_recv(&t, 60)) {
		if (t.hdr[0] == 0x4a)
			answers++;
		else if (CHECK_EQ(t.hdr[7], 0x33))
			told++;
	}
	CHECK(answers >= 16 && answers < 20);
	CHECK(told >= 1);
	CHECK_EQ(cfg_read(0x104), 1u << 17);
	CHECK_EQ(cfg_read(0x118) & 0x1f, 17);
	CHECK_EQ(rd32(BAR2), 0x47525653);
	CHECK(!dut_recv(&m, 30));
}

const struct test tests_fc[] = {
	{"credits: nothing is sent without", gate},
	{"credits: a trickle over many wraps, all clients served", trickle},
	{"credits: small TLPs do not starve large ones", no_starvation},
	{"credits: allowed and given back", receive},
	{"credits: a sender that keeps to them never waits", never_waits},
	{"credits: receiver overflow", overflow},
	{0},
};
