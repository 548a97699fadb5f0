// SPDX-License-Identifier: BSD-2-Clause
#include "host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int failures;
static uint8_t next_tag;
/* TLPs that came between a request and its completion */
static struct tlp early[64];
static unsigned int early_count;

bool check(bool ok, const char *what, const char *file, int line)
{
	if (!ok) {
		failures++;
		printf("# %s:%d: %s is false\n", file, line, what);
	}
	return ok;
}

bool check_eq(uint64_t got, uint64_t want, const char *what, const char *file, int line)
{
	if (got != want) {
		failures++;
		printf("# %s:%d: %s is 0x%" PRIx64 ", not 0x%" PRIx64 "\n", file, line, what, got,
		       want);
	}
	return got == want;
}

void put_be32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

uint32_t get_le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | p[2] << 16 | p[1] << 8 | p[0];
}

void ticks(unsigned int n)
{
	while (n--)
		dut_tick();
}

bool host_recv(struct tlp *t, unsigned int limit)
{
	if (!early_count)
		return dut_recv(t, limit);
	*t = early[0];
	memmove(early, early + 1, --early_count * sizeof(early[0]));
	return true;
}

bool quiet(unsigned int n)
{
	struct tlp t;

	return !host_recv(&t, n);
}

int request(struct tlp *req, struct tlp *cpl)
{
	uint8_t tag = ++next_tag;

	req->hdr[4] = 0;
	req->hdr[5] = 0;
	req->hdr[6] = tag;
	memset(cpl, 0, sizeof(*cpl));
	if (!CHECK(dut_send(req, 1000)))
		return -1;
	for (;;) {
		if (!CHECK(dut_recv(cpl, 1000)))
			return -1;
		if ((cpl->hdr[0] & 0x1e) == 0x0a || early_count == sizeof(early) / sizeof(early[0]))
			break;
		early[early_count++] = *cpl;
	}
	/* Completion: Type 01010 (locked: 01011), requester ID and tag of the request. */
	CHECK_EQ(cpl->hdr[0] & 0x1e, 0x0a);
	CHECK_EQ(cpl->hdr[8] << 8 | cpl->hdr[9], 0);
	CHECK_EQ(cpl->hdr[10], tag);
	/* With data exactly when successful and the request is a read. */
	CHECK_EQ(cpl->hdr[0] >> 5, (cpl->hdr[6] >> 5) == CPL_SC && !(req->hdr[0] & 0x40) ? 2 : 0);
	return cpl->hdr[6] >> 5;
}

static struct tlp cfg_tlp(unsigned int fn, unsigned int off, unsigned int be, bool write)
{
	struct tlp t = {.hdr = {write ? 0x44 : 0x04, 0, 0, 1, 0, 0, 0, be, RID >> 8,
				(RID & 0xff) | fn, off >> 8, off & 0xfc}};

	return t;
}

uint32_t cfg_read(unsigned int off)
{
	return fn_cfg_read(0, off);
}

void cfg_write(unsigned int off, uint32_t v, unsigned int be)
{
	fn_cfg_write(0, off, v, be);
}

int fn_cfg_status(unsigned int fn)
{
	struct tlp t = cfg_tlp(fn, 0, 0xf, false), c;

	return request(&t, &c);
}

uint32_t fn_cfg_read(unsigned int fn, unsigned int off)
{
	struct tlp t = cfg_tlp(fn, off, 0xf, false), c;

	CHECK_EQ(request(&t, &c), CPL_SC);
	CHECK_EQ(c.len, 4);
	return get_le32(c.data);
}

void vfs_up(unsigned int n)
{
	cfg_write(0x190, n, 0x3);
	cfg_write(0x1a4, (uint32_t)VF_BAR0(1), 0xf);
	cfg_write(0x1a8, VF_BAR0(1) >> 32, 0xf);
	cfg_write(0x1ac, (uint32_t)VF_BAR2(1), 0xf);
	cfg_write(0x1b0, VF_BAR2(1) >> 32, 0xf);
	cfg_write(0x188, 0x9, 0x3);
	for (unsigned int fn = 1; fn <= n; fn++)
		fn_cfg_write(fn, 0x04, 0x4, 0x3);
	ticks(30);
}

void fn_cfg_write(unsigned int fn, unsigned int off, uint32_t v, unsigned int be)
{
	struct tlp t = cfg_tlp(fn, off, be, true), c;

	t.len = 4;
	for (int i = 0; i < 4; i++)
		t.data[i] = v >> 8 * i;
	CHECK_EQ(request(&t, &c), CPL_SC);
}

static struct tlp mem_tlp(bool write, uint64_t addr, unsigned int dws, unsigned int first,
			  unsigned int last)
{
	bool wide = addr >> 32;
	struct tlp t = {.hdr = {(write ? 0x40 : 0) | (wide ? 0x20 : 0), 0, dws >> 8 & 3, dws, 0, 0,
				0, last << 4 | first}};

	if (wide)
		put_be32(t.hdr + 8, addr >> 32);
	put_be32(t.hdr + (wide ? 12 : 8), addr & ~3u);
	return t;
}

struct tlp mem_read_tlp(uint64_t addr, unsigned int dws, unsigned int first, unsigned int last)
{
	return mem_tlp(false, addr, dws, first, last);
}

struct tlp mem_write_tlp(uint64_t addr, unsigned int dws, unsigned int first, unsigned int last,
			 const uint32_t *data)
{
	struct tlp t = mem_tlp(true, addr, dws, first, last);

	t.len = dws * 4;
	for (unsigned int i = 0; i < t.len; i++)
		t.data[i] = data[i / 4] >> 8 * (i % 4);
	return t;
}

uint32_t rd32(uint64_t addr)
{
	struct tlp t = mem_read_tlp(addr, 1, 0xf, 0), c;

	CHECK_EQ(request(&t, &c), CPL_SC);
	CHECK_EQ(c.len, 4);
	return get_le32(c.data);
}

void wr32(uint64_t addr, uint32_t v)
{
	struct tlp t = mem_write_tlp(addr, 1, 0xf, 0, &v);

	CHECK(dut_send(&t, 1000));
	ticks(12);
}

uint32_t mcu_rd(uint32_t addr)
{
	uint32_t v = 0;

	CHECK(mcu_access(false, addr, &v));
	return v;
}

void mcu_wr(uint32_t addr, uint32_t v)
{
	CHECK(mcu_access(true, addr, &v));
}

void host_up(void)
{
#ifdef EXT
	dut_reset();
	dut_ext(&(struct ext){.rid = {RID}, .bar0 = BAR0, .bar2 = BAR2, .mem_en = true, .bme = 1});
#else
	dut_reset();
	cfg_write(0x10, (uint32_t)BAR0, 0xf);
	cfg_write(0x14, BAR0 >> 32, 0xf);
	cfg_write(0x18, (uint32_t)BAR2, 0xf);
	cfg_write(0x1c, BAR2 >> 32, 0xf);
	cfg_write(0x04, 0x0006, 0x3);
#endif
}

int main(int argc, char **argv)
{
#ifdef EXT
	static const struct test *const all[] = {tests_ext};
#else
	static const struct test *const all[] = {tests_cfg, tests_mem, tests_ctl,
						 tests_iov, tests_aer, tests_fc};
#endif
	const char *waves = getenv("WAVES");
	int n = 0, bad = 0;

	dut_open(argc, argv, waves);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (const struct test *t = all[i]; t->name; t++) {
			failures = 0;
			early_count = 0;
			host_up();
			unsigned int before = dut_violations();

			t->run();
			CHECK_EQ(dut_violations(), before);
			printf("%sok %d - pcie: %s\n", failures ? "not " : "", ++n, t->name);
			fflush(stdout);
			bad += failures != 0;
		}
	printf("1..%d\n", n);
	dut_close();
	return bad ? 1 : 0;
}
