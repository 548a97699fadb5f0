// SPDX-License-Identifier: BSD-2-Clause
/*
 * QEMU's rtl-endpoint and the virtual functions of the loopback RTL: two, at 01:00.1 and 01:00.2,
 * whose configuration space and BARs the RTL serves.
 */
#include "loop.h"

#include <string.h>
#include <unistd.h>

#define VF(n)	  (EP + ((uint64_t)(n) << 12))
#define SRIOV	  (EP + 0x140)
#define VF_BAR	  (BAR2 + 0x20000)
#define NUM_VFS	  (SRIOV + 0x10)
#define CONTROL	  (SRIOV + 8)
#define VF_ENABLE 1
#define VF_MSE	  8
#define GONE	  0xffffffffu

static void enable(unsigned vfs)
{
	enumerate();
	wr(SRIOV + 0x24, 4, (uint32_t)VF_BAR);
	wr(SRIOV + 0x28, 4, VF_BAR >> 32);
	wr(NUM_VFS, 2, vfs);
	wr(CONTROL, 2, VF_ENABLE | VF_MSE);
}

static void test_enable(void)
{
	enumerate();
	ok(rd(SRIOV, 4) == 0x00010010 && rd(SRIOV + 0xc, 4) == 0x00020002,
	   "the RTL's SR-IOV capability: two functions");
	wr(SRIOV + 0x24, 4, 0xffffffff);
	wr(SRIOV + 0x28, 4, 0xffffffff);
	ok(rd(SRIOV + 0x24, 4) == 0xfffff00c && rd(SRIOV + 0x28, 4) == 0xffffffff,
	   "VF BAR0 has 4 KiB, 64 bits, prefetchable");
	ok(rd(VF(1) + 8, 4) == GONE && rd(VF(2) + 8, 4) == GONE, "no functions without VF Enable");
	enable(1);
	ok(rd(VF(1) + 8, 4) == 0xff000001 && rd(VF(2) + 8, 4) == GONE, "NumVFs 1: one function");
	ok(rd(VF_BAR, 4) == 0x46560001 && rd(VF_BAR + 0x1000, 4) == GONE, "and one page");
	wr(CONTROL, 2, 0);
	ok(rd(VF(1) + 8, 4) == GONE && rd(VF_BAR, 4) == GONE, "VF Enable cleared: gone");
	enable(2);
	ok(rd(VF(1) + 8, 4) == 0xff000001 && rd(VF(2) + 8, 4) == 0xff000001, "NumVFs 2: two");
	ok(rd(VF(1), 4) == GONE, "their Vendor and Device ID is all ones, as the RTL says");
	ok(rd(VF(2) + 0x100, 4) == 0x0001000f, "a capability of the second's own");
	ok(rd(VF(3) + 8, 4) == GONE, "no third");
	wr(CONTROL, 2, 0);
	wr(NUM_VFS, 2, 3);
	ok(rd(NUM_VFS, 2) == 2, "the RTL takes no NumVFs above TotalVFs");
	wr(CONTROL, 2, VF_ENABLE);
	ok(rd(VF(2) + 8, 4) == 0xff000001 && rd(VF(3) + 8, 4) == GONE,
	   "and QEMU goes by what it took");
}

static void test_bars(void)
{
	enable(2);
	ok(rd(VF_BAR, 4) == 0x46560001, "the first's page");
	ok(rd(VF_BAR + 0x1000, 4) == 0x46560002, "the second's");
	wr(VF_BAR + 4, 4, 0x11111111);
	wr(VF_BAR + 0x1004, 4, 0x22222222);
	ok(rd(VF_BAR + 4, 4) == 0x11111111 && rd(VF_BAR + 0x1004, 4) == 0x22222222,
	   "writes reach the function they are for");
	ok(rd(BAR0 + 4, 4) == 0, "not the physical one");
	wr(VF(1) + 4, 2, 0);
	ok(rd(VF_BAR, 4) == 0x46560001, "Command.MSE of the function means nothing");
	wr(CONTROL, 2, VF_ENABLE);
	ok(rd(VF_BAR, 4) == GONE && rd(VF(1) + 8, 4) == 0xff000001, "VF MSE cleared: no memory");
	wr(SRIOV + 0x24, 4, (uint32_t)VF_BAR + 0x4000);
	wr(CONTROL, 2, VF_ENABLE | VF_MSE);
	ok(rd(VF_BAR, 4) == GONE && rd(VF_BAR + 0x5000, 4) == 0x46560002, "moved");
}

static void test_dma(void)
{
	enable(2);
	mem_write(VIRT_RAM + 0x1000, "abcdefgh", 8);
	wr(VF(1) + 4, 2, 4);
	ok(rd(VF(1) + 4, 2) == 4 && rd(VF(2) + 4, 2) == 0, "the first is a bus master");
	inject(1, 0, 0x00000001, 0x0101210f, VIRT_RAM + 0x1000, 0);
	is_hdr(0x4a000001, 0x00000004, 0x01012100, "its read is completed to 01:00.1");
	drop_captured();
	inject_data(0x34333231, 0, 0, 0);
	inject(5, 0, 0x40000001, 0x0101000f, VIRT_RAM + 0x1000, 0);
	ok(rd(VIRT_RAM + 0x1000, 4) == 0x34333231, "its write arrives");
	inject(1, 0, 0x00000001, 0x0102220f, VIRT_RAM + 0x1000, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01022200, "the second is no bus master: UR");
	drop_captured();
	inject_data(0x78787878, 0, 0, 0);
	inject(5, 0, 0x40000001, 0x0102000f, VIRT_RAM + 0x1000, 0);
	ok(rd(VIRT_RAM + 0x1000, 4) == 0x34333231, "and its write is dropped");
	inject(1, 0, 0x00000001, 0x0103230f, VIRT_RAM + 0x1000, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01032300, "a third does not exist: UR");
	drop_captured();
	wr(EP + 4, 2, 2);
	inject(1, 0, 0x00000001, 0x0101240f, VIRT_RAM + 0x1000, 0);
	is_hdr(0x4a000001, 0x00000004, 0x01012400, "the physical one need not be a bus master");
	drop_captured();
	wr(CONTROL, 2, 0);
	inject(1, 0, 0x00000001, 0x0101250f, VIRT_RAM + 0x1000, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01012500, "a disabled one is nobody: UR");
	drop_captured();
}

static void test_resets(void)
{
	enable(2);
	wr(VF(1) + 4, 2, 4);
	wr(VF(2) + 4, 2, 4);
	wr(BAR0 + 4, 4, 0x33333333);
	wr(VF_BAR + 4, 4, 0x11111111);
	wr(VF_BAR + 0x1004, 4, 0x22222222);
	wr(VF(1) + 0x48, 2, 0x8000);
	ok(rd(VF_BAR + 4, 4) == 0 && rd(VF(1) + 4, 2) == 0, "FLR of the first resets it");
	ok(rd(VF_BAR, 4) == 0x46560001, "its memory is still there");
	ok(rd(VF_BAR + 0x1004, 4) == 0x22222222 && rd(VF(2) + 4, 2) == 4 &&
		   rd(BAR0 + 4, 4) == 0x33333333,
	   "and the others are as before");
	inject(1, 0, 0x00000001, 0x0101310f, VIRT_RAM, 0);
	is_hdr(0x0a000000, 0x00002004, 0x01013100, "it is no bus master any more");
	drop_captured();
	inject(1, 0, 0x00000001, 0x0102320f, VIRT_RAM, 0);
	ok(captured() == 1 && hdr(0) == 0x4a000001, "the second is");
	drop_captured();
	wr(EP + 0x48, 2, 0xa810);
	ok(rd(CONTROL, 2) == 0 && rd(VF(1) + 8, 4) == GONE && rd(VF_BAR, 4) == GONE,
	   "FLR of the physical one: no virtual ones");
	enable(2);
	ok(rd(VF_BAR + 0x1000, 4) == 0x46560002 && rd(VF_BAR + 0x1004, 4) == 0, "enabled again");
	wr(PORT + 0x3e, 2, 0x40);
	wr(PORT + 0x3e, 2, 0);
	ok(rd(EP, 4) == 0x4c501234 && rd(CONTROL, 2) == 0 && rd(VF(2) + 8, 4) == GONE,
	   "secondary bus reset: no virtual ones");
	enable(1);
	ok(rd(VF_BAR, 4) == 0x46560001, "enabled again");
}

/* Power Controller off, Power Indicator off: the slot lets go of what is in it */
static void test_unplug(void)
{
	uint64_t slot_control = capability(PORT, 0x10) + 0x18;
	int i;

	enable(2);
	wr(VF_BAR + 4, 4, 0x11111111);
	wr(slot_control, 2, 0x0700);
	for (i = 0; i < 100 && !strstr(qtest_sim_stderr(), "unplugged"); i++)
		usleep(20000);
	ok(i < 100, "powered off with virtual functions enabled: the simulator is told");
	ok(rd(EP, 4) == GONE && rd(VF(1) + 8, 4) == GONE && rd(VF_BAR, 4) == GONE,
	   "all functions are gone");
	ok(rd(PORT, 4) != GONE, "the port is not");
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: vf_test LOOPBACK-RTLSIM QEMU\n");
		return 2;
	}
	qtest_start(argv[1], argv[2], "none", "");
	test_enable();
	test_bars();
	test_dma();
	test_resets();
	test_unplug();
	qtest_stop();
	return tap_done();
}
