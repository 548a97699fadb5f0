/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loopback endpoint (loopback.v) behind QEMU's root port as the test programs use it: numbering
 * the bus, having it send any TLP, looking at what it received.
 */
#ifndef RTLSIM_LOOP_H
#define RTLSIM_LOOP_H

#include "qtest.h"
#include "tap.h"

#define BAR0 0x10000000u
#define BAR2 0x8000000000ull
#define PORT (VIRT_ECAM + (1 << 15))	/* 00:01.0 */
#define EP   (VIRT_ECAM + (1ull << 20)) /* 01:00.0 */

/* Numbers the buses, opens windows, maps both BARs. */
static inline void enumerate(void)
{
	wr(PORT + 0x18, 4, 0x00010100);
	wr(PORT + 0x20, 4, 0x10f01000); /* memory 0x10000000-0x10ffffff */
	wr(PORT + 0x24, 4, 0x00010001); /* prefetchable 0x80_0000_0000, 1 MiB */
	wr(PORT + 0x28, 4, 0x00000080);
	wr(PORT + 0x2c, 4, 0x00000080);
	wr(PORT + 4, 2, 6);
	wr(EP + 0x10, 4, BAR0);
	wr(EP + 0x18, 4, (uint32_t)BAR2);
	wr(EP + 0x1c, 4, BAR2 >> 32);
	wr(EP + 4, 2, 6);
}

/* Sends a TLP: @ctl as in loopback.v (1: prefix, 2: 4 DW of data, 3: 8) */
static inline void inject(uint32_t ctl, uint32_t pfx, uint32_t h0, uint32_t h1, uint32_t h2,
			  uint32_t h3)
{
	wr(BAR0 + 0x14, 4, pfx);
	wr(BAR0 + 0x20, 4, h0);
	wr(BAR0 + 0x24, 4, h1);
	wr(BAR0 + 0x28, 4, h2);
	wr(BAR0 + 0x2c, 4, h3);
	wr(BAR0 + 0x10, 4, ctl);
	/* A read pushes it: its completion comes behind the TLP */
	rd(BAR0, 4);
}

static inline void inject_data(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	wr(BAR0 + 0x30, 4, a);
	wr(BAR0 + 0x34, 4, b);
	wr(BAR0 + 0x38, 4, c);
	wr(BAR0 + 0x3c, 4, d);
}

static inline uint32_t captured(void)
{
	return (uint32_t)rd(BAR0 + 0x40, 4);
}

static inline uint32_t hdr(unsigned dw)
{
	return (uint32_t)rd(BAR0 + 0x50 + 4 * dw, 4);
}

static inline void drop_captured(void)
{
	wr(BAR0 + 0x40, 4, 0);
}

/* The oldest captured TLP has these header words */
static inline bool is_hdr(uint32_t h0, uint32_t h1, uint32_t h2, const char *what)
{
	bool same = captured() && hdr(0) == h0 && hdr(1) == h1 && hdr(2) == h2;

	if (!ok(same, "%s", what))
		printf("# %u captured: %08x %08x %08x, want %08x %08x %08x\n", captured(), hdr(0),
		       hdr(1), hdr(2), h0, h1, h2);
	return same;
}

/* The capability @id of function @dev */
static inline uint64_t capability(uint64_t dev, uint8_t id)
{
	uint8_t at = (uint8_t)rd(dev + 0x34, 1);

	while (at && (uint8_t)rd(dev + at, 1) != id)
		at = (uint8_t)rd(dev + at + 1, 1);
	return dev + at;
}

#endif
