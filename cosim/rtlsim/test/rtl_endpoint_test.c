// SPDX-License-Identifier: BSD-2-Clause
/*
 * QEMU's rtl-endpoint with the loopback RTL behind it. The test is the CPU (qtest); whatever the
 * endpoint shall send is written into loopback's registers as a header, word by word, so that the
 * expected bytes here come from the PCIe specification and not from the code under test.
 */
#include "loop.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define UART_FR 0x09000018u

static const char *sim, *qemu;

static void test_config(void)
{
	enumerate();
	ok(rd(EP, 4) == 0x4c501234, "the IDs are the RTL's");
	ok(rd(EP + 8, 4) == 0xff000001, "class and revision too");
	ok(rd(EP + 2, 2) == 0x4c50 && rd(EP + 1, 1) == 0x12, "narrow configuration reads");
	wr(EP + 0x10, 4, 0xffffffff);
	ok(rd(EP + 0x10, 4) == 0xfffff000, "BAR0 has 4 KiB");
	wr(EP + 0x18, 4, 0xffffffff);
	wr(EP + 0x1c, 4, 0xffffffff);
	ok(rd(EP + 0x18, 4) == 0xffff000c && rd(EP + 0x1c, 4) == 0xffffffff,
	   "BAR2 has 64 KiB, 64 bits, prefetchable");
	ok(rd(EP + 0x100, 4) == 0x1101000f && rd(EP + 0x120, 4) == 0x1401001b,
	   "extended capabilities: ATS, PASID");
	wr(EP + 0x3c, 1, 0x2a);
	ok(rd(EP + 0x3c, 4) == 0x2a, "a byte write changes one byte");
	enumerate();
	ok(rd(EP + 0x10, 4) == BAR0, "BAR0 is where it was put");
}

static void test_mmio(void)
{
	ok(rd(BAR0, 4) == 0x4c4f4f50, "BAR0 answers");
	wr(BAR0 + 0x100, 8, 0x8877665544332211);
	ok(rd(BAR0 + 0x100, 8) == 0x8877665544332211, "8 bytes");
	wr(BAR0 + 0x102, 2, 0xbeef);
	wr(BAR0 + 0x105, 1, 0x5a);
	ok(rd(BAR0 + 0x100, 8) == 0x88775a55beef2211, "2 bytes and 1 byte within");
	ok(rd(BAR0 + 0x101, 1) == 0x22 && rd(BAR0 + 0x106, 2) == 0x8877, "narrow reads");
	ok(rd(BAR2 + 0x8764, 4) == 0x8764, "BAR2 answers above 4 GiB");
	wr(EP + 4, 2, 4);
	ok(rd(BAR0, 4) != 0x4c4f4f50, "not without memory enable");
	wr(EP + 4, 2, 6);
	ok(rd(BAR0, 4) == 0x4c4f4f50, "and again with it");
}

static void test_dma_write(void)
{
	uint8_t got[40];
	uint8_t want[40];
	int i;

	memset(want, 0xee, sizeof(want));
	mem_write(VIRT_RAM + 0x1000, want, sizeof(want));
	inject_data(0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c);
	/* MWr, 3 DW header, 8 DW, all bytes, to RAM + 0x1004 */
	inject(9, 0, 0x40000008, 0x010000ff, VIRT_RAM + 0x1004, 0);
	for (i = 0; i < 32; i++)
		want[4 + i] = i & 15;
	mem_read(VIRT_RAM + 0x1000, got, sizeof(got));
	ok(!memcmp(got, want, sizeof(got)), "a DMA write of 32 bytes");
	/* First BE 1100, last BE 0001 of 4 DW: bytes 2..12 */
	memset(want, 0xee, sizeof(want));
	mem_write(VIRT_RAM + 0x1000, want, sizeof(want));
	inject(5, 0, 0x40000004, 0x0100001c, VIRT_RAM + 0x1000, 0);
	for (i = 2; i < 13; i++)
		want[i] = (uint8_t)i;
	mem_read(VIRT_RAM + 0x1000, got, 40);
	ok(!memcmp(got, want, 40), "byte enables bind");
	/* One word with a hole: BE 1001 */
	memset(want, 0xee, sizeof(want));
	mem_write(VIRT_RAM + 0x1000, want, sizeof(want));
	inject(5, 0, 0x40000001, 0x01000009, VIRT_RAM + 0x1000, 0);
	ok(rd(VIRT_RAM + 0x1000, 8) == 0xeeeeeeee03eeee00, "byte enables with a hole");
}

static void test_dma_read(void)
{
	uint8_t data[256];
	int i;

	for (i = 0; i < 256; i++)
		data[i] = (uint8_t)(i ^ 0x80);
	mem_write(VIRT_RAM + 0x2000, data, 256);
	/* MRd, 3 DW, 4 DW from RAM + 0x2010, tag 0x21 */
	inject(1, 0, 0x00000004, 0x010021ff, VIRT_RAM + 0x2010, 0);
	/* CplD, 4 DW; completer 00:00.0, SC, 16 bytes; to 01:00.0, tag 0x21, lower address 0x10 */
	is_hdr(0x4a000004, 0x00000010, 0x01002110, "a DMA read of 16 bytes: header");
	ok(rd(BAR0 + 0x60, 4) == 0x93929190 && rd(BAR0 + 0x6c, 4) == 0x9f9e9d9c, "and data");
	drop_captured();
	/* Unaligned: 4 DW, first BE 1000, last BE 0011: bytes 0x2013..0x201d */
	inject(1, 0, 0x00000004, 0x01002238, VIRT_RAM + 0x2010, 0);
	is_hdr(0x4a000004, 0x0000000b, 0x01002213, "byte count and lower address of 11 odd bytes");
	drop_captured();
	/* Zero-length read */
	inject(1, 0, 0x00000001, 0x01002300, VIRT_RAM + 0x2010, 0);
	is_hdr(0x4a000001, 0x00000001, 0x01002310, "a zero-length read gets one word");
	drop_captured();
	/* 256 bytes from 0x20c0, MPS 128: ends at 0x2100, 0x2180, 0x21c0 */
	wr(EP + 0x48, 2, 0x2810);
	inject(1, 0, 0x00000040, 0x010024ff, VIRT_RAM + 0x20c0, 0);
	ok(captured() == 3, "256 bytes across two boundaries are three completions (%u)",
	   captured());
	is_hdr(0x4a000010, 0x00000100, 0x01002440, "first: 64 bytes to the boundary, 256 to come");
	drop_captured();
	is_hdr(0x4a000020, 0x000000c0, 0x01002400, "second: 128 bytes, 192 to come");
	drop_captured();
	is_hdr(0x4a000010, 0x00000040, 0x01002400, "third: the last 64");
	drop_captured();
	/* MPS 512 */
	wr(EP + 0x48, 2, 0x2850);
	inject(1, 0, 0x00000040, 0x010025ff, VIRT_RAM + 0x2000, 0);
	is_hdr(0x4a000040, 0x00000100, 0x01002500,
	       "with a larger Max_Payload_Size: one completion");
	drop_captured();
	ok(captured() == 0, "and no more");
	wr(EP + 0x48, 2, 0x2810);
	/* The UART's flag register: a device, not RAM. RXFE and TXFE are set. */
	inject(1, 0, 0x00000001, 0x0100260f, UART_FR, 0);
	is_hdr(0x4a000001, 0x00000004, 0x01002618, "a read of a device's register");
	ok(rd(BAR0 + 0x60, 4) == 0x90, "and its value");
	drop_captured();
}

static void test_refused(void)
{
	inject(1, 0, 0x00000004, 0x010030ff, 0x50000000, 0);
	/* Cpl, UR (001), byte count 16 */
	is_hdr(0x0a000000, 0x00002010, 0x01003000, "a read of nothing: UR");
	drop_captured();
	inject(1, 0, 0x00000001, 0x0100310f, BAR0, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01003100, "a read of its own BAR: UR, no hang");
	drop_captured();
	inject(1, 0, 0x00000001, 0x0200320f, VIRT_RAM, 0);
	is_hdr(0x0a000000, 0x00002004, 0x02003200, "a read in the name of another: UR");
	drop_captured();
	inject(1, 0, 0x0000000c, 0x010033ff, VIRT_RAM + 0xff0, 0);
	ok(captured() == 1 && hdr(0) == 0x0a000000 && (hdr(1) & 0xe000) == 0x2000,
	   "a read across 4 KiB: UR");
	drop_captured();
	inject(5, 0, 0x4c000001, 0x0100340f, VIRT_RAM, 0);
	ok(captured() == 1 && hdr(0) == 0x0a000000 && (hdr(1) & 0xe000) == 0x2000 &&
		   hdr(2) >> 8 == 0x010034,
	   "an AtomicOp: UR");
	drop_captured();
	wr(EP + 4, 2, 2);
	inject(1, 0, 0x00000001, 0x0100350f, VIRT_RAM, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01003500, "without bus mastering: UR");
	drop_captured();
	mem_write(VIRT_RAM + 0x3000, "abcd", 4);
	inject(5, 0, 0x40000004, 0x010000ff, VIRT_RAM + 0x3000, 0);
	ok(rd(VIRT_RAM + 0x3000, 4) == 0x64636261, "and writes are dropped");
	wr(EP + 4, 2, 6);
}

static void test_no_iommu(void)
{
	inject(3, 0x91000007, 0x00000001, 0x0100400f, VIRT_RAM, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01004000, "no IOMMU: a PASID is UR");
	drop_captured();
	inject(1, 0, 0x00000402, 0x010042ff, VIRT_RAM, 0);
	ok(hdr(0) == 0x0a000000 && (hdr(1) & 0xf000) == 0x2000 && hdr(2) >> 8 == 0x010042,
	   "no IOMMU: a translation request is UR");
	drop_captured();
	inject(1, 0, 0x00000801, 0x0100430f, VIRT_RAM, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01004300, "no IOMMU: a translated request is UR");
	drop_captured();
	/* Page Request, last, read, group 9, with PASID 7: PRG Response, failure */
	inject(3, 0x91000007, 0x30000000, 0x01000004, 0x00000000, 0x1000004d);
	ok(hdr(0) == 0x32000000 && hdr(1) == 0x00000005 && hdr(2) == 0x0100f009 &&
		   rd(BAR0 + 0x48, 4) == 0x91000007,
	   "no IOMMU: a page request is answered with failure");
	drop_captured();
}

static void test_errors(void)
{
	uint64_t aer = PORT + 0x100;

	ok((rd(aer, 4) & 0xffff) == 1, "the root port has AER");
	wr(PORT + 4, 2, 0x106);
	wr(PORT + 0x3e, 2, 2);
	wr(capability(PORT, 0x10) + 8, 2, 0x000f);
	inject(1, 0, 0x30000000, 0x01000030, 0, 0);
	ok(rd(aer + 0x30, 4) == 1 && (rd(aer + 0x34, 4) & 0xffff) == 0x0100,
	   "ERR_COR reaches the root port's error status, with the endpoint's ID");
	inject(1, 0, 0x30000000, 0x01000031, 0, 0);
	/* Correctable received, uncorrectable received, non-fatal received */
	ok(rd(aer + 0x30, 4) == 0x25 && rd(aer + 0x34, 4) == 0x01000100, "ERR_NONFATAL too");
	wr(aer + 0x30, 4, 0x7f);
	ok(rd(aer + 0x30, 4) == 0, "status cleared");
	inject(1, 0, 0x30000000, 0x01000033, 0, 0);
	/* Uncorrectable received, first was fatal, fatal received */
	ok(rd(aer + 0x30, 4) == 0x54, "ERR_FATAL too");
	wr(aer + 0x30, 4, 0x7f);
}

static void test_resets(void)
{
	wr(BAR0 + 4, 4, 0x1234);
	ok(rd(BAR0 + 4, 4) == 0x1234, "scratch register before reset");
	wr(EP + 0x48, 2, 0xa810);
	ok(rd(EP + 4, 2) == 0 && rd(EP + 0x10, 4) == 0, "FLR clears command and BAR");
	ok(rd(BAR0, 4) != 0x4c4f4f50, "and nothing is mapped");
	enumerate();
	ok(rd(BAR0 + 4, 4) == 0, "FLR reached the registers");
	wr(BAR0 + 4, 4, 0x5678);
	wr(PORT + 0x3e, 2, 0x40);
	wr(PORT + 0x3e, 2, 0);
	ok(rd(EP + 4, 2) == 0 && rd(EP, 4) == 0x4c501234, "secondary bus reset resets the RTL");
	enumerate();
	ok(rd(BAR0 + 4, 4) == 0, "registers too");
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_stopped(void)
{
	double a, took;
	uint64_t v;
	int i;

	/* mmio-timeout-ms=400 */
	kill(qtest_sim_pid(), SIGSTOP);
	a = now();
	v = rd(BAR0, 4);
	took = now() - a;
	ok(v == 0xffffffff && took > 0.3 && took < 5,
	   "a simulator that hangs: all ones after the timeout (%.2f s)", took);
	ok(strstr(qtest_qemu_stderr(), "no completion within 400 ms for MRd"), "with an error");
	kill(qtest_sim_pid(), SIGCONT);
	for (i = 0; i < 50 && rd(BAR0, 4) != 0x4c4f4f50; i++)
		usleep(10000);
	ok(i < 50, "it goes on, and late completions do no harm");
	wr(BAR0 + 0x100, 8, 0x0123456789abcdef);
	ok(rd(BAR0 + 0x100, 8) == 0x0123456789abcdef, "reads are right again");
}

static void test_death(void)
{
	double a;

	kill(qtest_sim_pid(), SIGKILL);
	usleep(100000);
	a = now();
	ok(rd(BAR0, 4) == 0xffffffff && rd(EP, 4) == 0xffffffff && now() - a < 1,
	   "a simulator that died: all ones at once");
	wr(BAR0, 4, 0);
	wr(EP + 4, 2, 0);
	ok(strstr(qtest_qemu_stderr(), "closed the link without a goodbye") &&
		   strstr(qtest_qemu_stderr(), "The device answers all ones"),
	   "and one line of explanation");
	ok(rd(PORT, 4) != 0xffffffff, "the rest of the machine lives");
}

static void test_bad_start(void)
{
	int ret = qtest_qemu_fails(qemu, "connect-timeout-ms=200");

	ok(ret == 1 && strstr(qtest_qemu_stderr(), "is the simulator running?"),
	   "no simulator: QEMU ends with %d: %s", ret, qtest_qemu_stderr());
	ret = qtest_qemu_fails(qemu, "completion-bytes=100");
	ok(ret == 1 && strstr(qtest_qemu_stderr(), "multiple of 64"), "wrong property: %s",
	   qtest_qemu_stderr());
}

static void test_split(void)
{
	qtest_start(sim, qemu, "smmuv3", "completion-bytes=64");
	enumerate();
	inject(1, 0, 0x00000040, 0x010024ff, VIRT_RAM + 0x2020, 0);
	ok(captured() == 5, "completion-bytes=64: 256 bytes from 0x20 on are five completions (%u)",
	   captured());
	is_hdr(0x4a000008, 0x00000100, 0x01002420, "the first ends at the boundary");
	qtest_stop();
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: rtl_endpoint_test LOOPBACK-RTLSIM QEMU\n");
		return 2;
	}
	sim = argv[1];
	qemu = argv[2];
	test_bad_start();
	qtest_start(sim, qemu, "none", "mmio-timeout-ms=400");
	test_config();
	test_mmio();
	test_dma_write();
	test_dma_read();
	test_refused();
	test_no_iommu();
	test_errors();
	test_resets();
	test_stopped();
	test_death();
	qtest_stop();
	test_split();
	return tap_done();
}
