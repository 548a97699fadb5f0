// SPDX-License-Identifier: BSD-2-Clause
/* Configuration space. Expected values are worked out by hand from the PCIe Base Specification. */
#include "host.h"

#include <string.h>

/* The whole completion of the first read, byte by byte (2.2.9). */
static void first_read(void)
{
	struct tlp t = {.hdr = {0x04, 0x30, 0x30, 1, 0, 0, 0, 0xf, 1, 0, 0, 0}}, c;
	/* CplD, TC 3, attr 11, length 1; completer 0000 (no write yet), SC, 4 bytes; requester 0,
	 * lower address 0 */
	uint8_t want[16] = {0x4a, 0x30, 0x30, 0x01, 0x00, 0x00, 0x00, 0x04, 0, 0, 0, 0, 0, 0, 0, 0};

	dut_reset();
	CHECK_EQ(request(&t, &c), CPL_SC);
	want[10] = t.hdr[6];
	CHECK(!memcmp(c.hdr, want, 16));
	CHECK(!c.pfx_valid);
	CHECK_EQ(c.len, 4);
	/* vendor 1234, device 5a47, little-endian on the wire */
	CHECK(!memcmp(c.data, "\x34\x12\x47\x5a", 4));
	CHECK_EQ(cfg_read(0x08), 0x12000001);
	CHECK_EQ(cfg_read(0x0c) >> 16, 0);
	CHECK_EQ(cfg_read(0x2c), 0x5a471234);
	CHECK_EQ(cfg_read(0x3c), 0);
}

static void captures_number(void)
{
	/* CfgWr0 to bus 5, device 3: completer ID 0x0518 from that completion on (2.2.6.2). */
	struct tlp t = {.hdr = {0x44, 0, 0, 1, 0, 0, 0, 0x1, 0x05, 0x18, 0, 0x3c},
			.len = 4,
			.data = {7}},
		   c;

	CHECK_EQ(request(&t, &c), CPL_SC);
	CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], 0x0518);
	t.hdr[0] = 0x04;
	t.len = 0;
	CHECK_EQ(request(&t, &c), CPL_SC);
	CHECK_EQ(c.hdr[4] << 8 | c.hdr[5], 0x0518);
	CHECK_EQ(c.data[0], 7);
	CHECK_EQ((core_get(CORE_LIVE) >> 32) & 0xffff, 0x0518);
}

static void bars(void)
{
	/* 32 queues of 4 KiB: 128 KiB; 64-bit, not prefetchable (7.5.1.2.1) */
	for (unsigned int i = 0x10; i < 0x28; i += 4)
		cfg_write(i, 0xffffffff, 0xf);
	CHECK_EQ(cfg_read(0x10), 0xfffe0004);
	CHECK_EQ(cfg_read(0x14), 0xffffffff);
	CHECK_EQ(cfg_read(0x18), 0xffff0004);
	CHECK_EQ(cfg_read(0x1c), 0xffffffff);
	CHECK_EQ(cfg_read(0x20), 0);
	CHECK_EQ(cfg_read(0x24), 0);
	cfg_write(0x30, 0xffffffff, 0xf);
	CHECK_EQ(cfg_read(0x30), 0); /* no expansion ROM */
}

static void byte_enables(void)
{
	cfg_write(0x10, 0, 0xf);
	cfg_write(0x10, 0xaabbccdd, 0x8);
	CHECK_EQ(cfg_read(0x10), 0xaa000004);
	cfg_write(0x10, 0x11223344, 0x4);
	CHECK_EQ(cfg_read(0x10), 0xaa220004);
	cfg_write(0x10, 0xffffffff, 0x0);
	CHECK_EQ(cfg_read(0x10), 0xaa220004);
	cfg_write(0x04, 0xffffffff, 0x1); /* command 7:0: parity, bus master, memory */
	CHECK_EQ(cfg_read(0x04) & 0xffff, 0x0046);
	cfg_write(0x04, 0x0500, 0x2); /* INTx disable, SERR# */
	CHECK_EQ(cfg_read(0x04) & 0xffff, 0x0546);
}

static void capabilities(void)
{
	CHECK_EQ(cfg_read(0x04) >> 16, 0x0010); /* capability list */
	CHECK_EQ(cfg_read(0x34), 0x40);
	CHECK_EQ(cfg_read(0x40), 0x00035001); /* PM version 3, next 0x50 */
	CHECK_EQ(cfg_read(0x44), 0x8);	      /* No_Soft_Reset, D0 */
	CHECK_EQ(cfg_read(0x50), 0x00029010); /* PCIe v2 endpoint, next 0x90 */
	CHECK_EQ(cfg_read(0x54) & 7, 2);      /* MPS 512 */
	CHECK_EQ(cfg_read(0x54) & 0x10008020,
		 0x10008020);			 /* FLR, role-based errors, extended tags */
	CHECK_EQ(cfg_read(0x5c) & 0x3ff, 0x083); /* x8, 8 GT/s */
	CHECK_EQ(cfg_read(0x60) >> 16 & 0x3ff, 0x083);
	CHECK_EQ(cfg_read(0x74) & 0x00f00010,
		 0x00700010);		       /* one end-end prefix, ext. Fmt, timeout disable */
	CHECK_EQ(cfg_read(0x90), 0x00200011);  /* MSI-X: 33 vectors, last */
	CHECK_EQ(cfg_read(0x94), 0x8002);      /* table in BAR2 */
	CHECK_EQ(cfg_read(0x98), 0xc002);      /* PBA */
	CHECK_EQ(cfg_read(0x100), 0x15020001); /* AER v2, next 0x150 */
	CHECK_EQ(cfg_read(0x150), 0x1601000f); /* ATS v1 */
	CHECK_EQ(cfg_read(0x154), 0x00000060); /* depth 32, page aligned, global invalidate */
	CHECK_EQ(cfg_read(0x160), 0x17010013); /* PRI v1 */
	CHECK_EQ(cfg_read(0x164), 0x81000000); /* PRG response PASID required, stopped */
	CHECK_EQ(cfg_read(0x168), 64);
	CHECK_EQ(cfg_read(0x16c), 0);
	CHECK_EQ(cfg_read(0x170), 0x1801001b); /* PASID v1 */
	CHECK_EQ(cfg_read(0x180), 0x00010010); /* SR-IOV v1, end of list */
	CHECK_EQ(cfg_read(0x174), 0x00001400); /* 20 bits */
	CHECK_EQ(cfg_read(0xffc), 0);
}

static void dev_ctl(void)
{
	/* s_live 5..: see the stub. MPS 512, MRRS 1024, no RO, no ext. tag; timeouts off; RCB 128.
	 */
	cfg_write(0x58, 0x3040, 0x3);
	CHECK_EQ(cfg_read(0x58) & 0xffff, 0x3040);
	cfg_write(0x78, 0x10, 0x1);
	cfg_write(0x60, 0x8, 0x1);
	uint64_t live = core_get(CORE_LIVE);

	CHECK_EQ(live >> 11 & 7, 2);  /* mps */
	CHECK_EQ(live >> 14 & 7, 3);  /* mrrs */
	CHECK_EQ(live >> 10 & 1, 1);  /* rcb */
	CHECK_EQ(live >> 22 & 7, 4);  /* cto_dis, !ro, !ext_tag */
	cfg_write(0x58, 0x70e0, 0x3); /* more than supported: clamped for the engines */
	live = core_get(CORE_LIVE);
	CHECK_EQ(live >> 11 & 7, 2);
	CHECK_EQ(live >> 14 & 7, 5);
	core_set(CORE_PENDING, 1);
	CHECK_EQ(cfg_read(0x58) >> 21 & 1, 1);
}

static void pulse(unsigned int bit)
{
	core_set(CORE_PULSE, 1u << bit);
	dut_tick();
	core_set(CORE_PULSE, 0);
	ticks(6);
}

static void ats_pri_pasid(void)
{
	cfg_write(0x174, 0x10000, 0xf);
	CHECK_EQ(core_get(CORE_LIVE) >> 9 & 1, 1);
	cfg_write(0x154, 0x80050000, 0xf);
	CHECK_EQ(cfg_read(0x154), 0x80050060);
	CHECK_EQ(core_get(CORE_LIVE) >> 7 & 1, 1);
	CHECK_EQ(core_get(CORE_LIVE) >> 17 & 0x1f, 5);
	/* a UR on a translation: off until the enable is written again */
	pulse(2);
	CHECK_EQ(core_get(CORE_LIVE) >> 7 & 1, 0);
	cfg_write(0x154, 0x80050000, 0xc);
	CHECK_EQ(core_get(CORE_LIVE) >> 7 & 1, 1);

	cfg_write(0x164, 0x2, 0x3);
	CHECK_EQ(core_get(CORE_PRI_RESETS), 1);
	cfg_write(0x16c, 8, 0xf);
	CHECK_EQ(core_get(CORE_LIVE) >> 48, 8);
	core_set(CORE_STOPPED, 0);
	cfg_write(0x164, 0x1, 0x3);
	CHECK_EQ(cfg_read(0x164), 0x80000001);
	CHECK_EQ(core_get(CORE_LIVE) >> 8 & 1, 1);
	cfg_write(0x164, 0x3, 0x3); /* reset while enabled: ignored */
	CHECK_EQ(core_get(CORE_PRI_RESETS), 1);
	pulse(0); /* response failure: page requests are off */
	pulse(1);
	CHECK_EQ(cfg_read(0x164), 0x80030001);
	CHECK_EQ(core_get(CORE_LIVE) >> 8 & 1, 0);
	cfg_write(0x164, 0x10000, 0x4);
	CHECK_EQ(cfg_read(0x164), 0x80020001);
	cfg_write(0x164, 0x20000, 0x4);
	CHECK_EQ(cfg_read(0x164), 0x80000001);
	cfg_write(0x164, 0x1, 0x1);
	CHECK_EQ(core_get(CORE_LIVE) >> 8 & 1, 1);
}

static void power_state(void)
{
	struct tlp t = mem_read_tlp(BAR2, 1, 0xf, 0), c;

	cfg_write(0x44, 0x1, 0x1); /* D1 does not exist */
	CHECK_EQ(cfg_read(0x44), 0x8);
	cfg_write(0x44, 0x3, 0x1);
	CHECK_EQ(cfg_read(0x44), 0xb);
	CHECK_EQ(request(&t, &c), CPL_UR);
	CHECK_EQ(core_get(CORE_LIVE) >> 6 & 1, 0); /* no bus mastering in D3hot */
	cfg_write(0x44, 0x0, 0x1);
	CHECK_EQ(rd32(BAR2), 0x47525653); /* configuration is still there */
	CHECK_EQ(core_get(CORE_LIVE) >> 6 & 1, 1);
}

static void refuses(void)
{
	struct tlp c;
	struct tlp type1 = {.hdr = {0x05, 0, 0, 1, 0, 0, 0, 0xf, 1, 0, 0, 0}};
	struct tlp fn1 = {.hdr = {0x04, 0, 0, 1, 0, 0, 0, 0xf, 1, 1, 0, 0}};
	struct tlp io = {.hdr = {0x02, 0, 0, 1, 0, 0, 0, 0xf, 0, 0, 0, 0}};
	struct tlp iow = {.hdr = {0x42, 0, 0, 1, 0, 0, 0, 0xf, 0, 0, 0, 0}, .len = 4};
	struct tlp lock = {.hdr = {0x01, 0, 0, 1, 0, 0, 0, 0xf, 0xe0, 0x10, 0, 0}};
	struct tlp swap = {.hdr = {0x4d, 0, 0, 1, 0, 0, 0, 0xf, 0xe0, 0x10, 0, 0}, .len = 4};
	struct tlp poisoned = {
		.hdr = {0x44, 0, 0x40, 1, 0, 0, 0, 0xf, 1, 0, 0, 0x3c}, .len = 4, .data = {9}};

	CHECK_EQ(request(&type1, &c), CPL_UR);
	CHECK_EQ((c.hdr[6] & 0xf) << 8 | c.hdr[7], 4);
	CHECK_EQ(request(&fn1, &c), CPL_UR);
	CHECK_EQ(request(&io, &c), CPL_UR);
	CHECK_EQ(request(&iow, &c), CPL_UR);
	CHECK_EQ(request(&lock, &c), CPL_UR);
	CHECK_EQ(c.hdr[0], 0x0b); /* CplLk */
	CHECK_EQ(request(&swap, &c), CPL_UR);
	CHECK_EQ(cfg_read(0x58) >> 16 & 0xf,
		 0x9); /* unsupported request and (advisory) correctable seen */
	CHECK_EQ(request(&poisoned, &c), CPL_UR);
	CHECK_EQ(cfg_read(0x3c) & 0xff, 0);
	CHECK_EQ(cfg_read(0x04) >> 31, 1); /* detected parity error */
}

static void aer(void)
{
	struct tlp fn1 = {.hdr = {0x04, 0, 0, 1, 0, 0, 0, 0xf, 1, 1, 0, 0x20}}, c, m;
	struct tlp wr = mem_write_tlp(0x12345678, 1, 0xf, 0, (uint32_t[]){0});

	CHECK_EQ(cfg_read(0x104), 0);
	CHECK_EQ(cfg_read(0x10c) & 0x00177010,
		 0x00060010);		   /* malformed, overflow and link errors are fatal */
	CHECK_EQ(cfg_read(0x114), 0x2000); /* advisory non-fatal masked at reset */
	cfg_write(0x114, 0, 0xf);
	cfg_write(0x58, 0x000f, 0x1); /* report everything */
	/* a read nobody has: advisory, ERR_COR to the root complex (2.2.8.3) */
	CHECK_EQ(request(&fn1, &c), CPL_UR);
	CHECK(host_recv(&m, 50));
	CHECK_EQ(get_be32(m.hdr), 0x30000000);
	CHECK_EQ(get_be32(m.hdr + 4), RID << 16 | 0x30);
	CHECK_EQ(cfg_read(0x104), 0x00100000);
	CHECK_EQ(cfg_read(0x110), 0x2000);
	CHECK_EQ(cfg_read(0x118) & 0x1f, 20); /* first error pointer */
	CHECK_EQ(cfg_read(0x11c), get_be32(fn1.hdr));
	CHECK_EQ(cfg_read(0x120), get_be32(fn1.hdr + 4));
	CHECK_EQ(cfg_read(0x124), get_be32(fn1.hdr + 8));
	/* a write nobody has: ERR_NONFATAL; the log stays with the first */
	CHECK(dut_send(&wr, 100));
	CHECK(host_recv(&m, 50));
	CHECK_EQ(m.hdr[7], 0x31);
	CHECK_EQ(cfg_read(0x11c), get_be32(fn1.hdr));
	cfg_write(0x104, 0x00100000, 0xf);
	CHECK_EQ(cfg_read(0x104), 0);
	/* unexpected completion seen by the core: header as given */
	core_set(CORE_HDR_MARK, 0xc0ffee11);
	pulse(3);
	CHECK(host_recv(&m, 50));
	CHECK_EQ(m.hdr[7], 0x30);
	CHECK_EQ(cfg_read(0x104), 0x00010000);
	CHECK_EQ(cfg_read(0x11c), 0xc0ffee11);
	cfg_write(0x104, 0xffffffff, 0xf);
	/* completion timeout made fatal */
	cfg_write(0x10c, 0x4000, 0x2);
	pulse(5);
	CHECK(host_recv(&m, 50));
	CHECK_EQ(m.hdr[7], 0x33);
	CHECK_EQ(cfg_read(0x104), 0x4000);
	/* masked: recorded, not told */
	cfg_write(0x108, 0x4000, 0x2);
	pulse(5);
	CHECK(quiet(50));
	CHECK_EQ(cfg_read(0x58) >> 16 & 0xf, 0xf);
	cfg_write(0x58, 0x000f0000, 0x4);
	CHECK_EQ(cfg_read(0x58) >> 16 & 0xf, 0);
	/* status: UR and CA received by the core */
	pulse(6);
	pulse(7);
	CHECK_EQ(cfg_read(0x04) >> 28 & 3, 3);
}

const struct test tests_cfg[] = {
	{"first config read, byte by byte", first_read},
	{"bus and device number are captured", captures_number},
	{"BAR sizes", bars},
	{"config byte enables", byte_enables},
	{"capability lists", capabilities},
	{"device and link control reach the engines", dev_ctl},
	{"ATS, PRI, PASID enables and status", ats_pri_pasid},
	{"power state", power_state},
	{"unsupported requests", refuses},
	{"advanced error reporting", aer},
	{0},
};
