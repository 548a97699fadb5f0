// SPDX-License-Identifier: BSD-2-Clause
/*
 * The firmware on the Verilated core, behind the endpoint's own register blocks: boot, self-test,
 * every admin command with good and bad arguments, resets at bad moments. The bench is the host and
 * the queues.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fw_bench.h"
#include "rv32_bench.h"

const char *argp_program_version = "test_firmware 1.0";

static void test_boot(void)
{
	uint64_t start = (retired = 0, now);
	bool asleep = boot(), quiet = true;
	char text[120];

	snprintf(text, sizeof(text), "boots and goes to sleep (%llu cycles)",
		 (unsigned long long)(now - start));
	tap_ok(asleep, text);
	printf("# console: %s", console);
	printf("# CPI of boot and self-test: %.2f (%llu instructions)\n",
	       (double)(now - start) / (double)retired, (unsigned long long)retired);
	tap_ok(now - start <= 2 * retired, "at most 2 cycles an instruction");
	tap_ok(strstr(console, "svarig firmware 2.0, 32 queues and 4 VFs with 8\n") &&
		       strstr(console, "self-test passed"),
	       "says so on the console");
	tap_ok(host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_READY &&
		       host_read(SVARIG_ADM_FW_VERSION) == 0x00020000,
	       "status and version registers");
	tap_ok(!*qreg(0, SVARIG_QC_JOBS_OK) && !*qreg(QUEUES - 1, SVARIG_QC_JOBS_OK),
	       "counters of queues are zero after boot");
	sleep_in(1000);
	for (int i = 0; i < 2000; i++) {
		tick();
		quiet = quiet && out.sleeping && !out.bus;
	}
	tap_ok(quiet, "sleeps without a register access");
	tap_ok(boot() && strstr(console, "self-test passed") &&
		       host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_READY,
	       "boots again after a reset without a reload of the image");
}

static void test_simple(void)
{
	bool good = command(SVARIG_AC_NOP, 0, NULL) == SVARIG_AS_OK && last_res0 == 0;

	tap_ok(good, "NOP answers OK, results are cleared");
	good = command(SVARIG_AC_VERSION, 0, NULL) == SVARIG_AS_OK && last_res0 == 0x00020000 &&
	       host_read(SVARIG_ADM_MB_RES0 + 4) == SVARIG_IF_VERSION;
	tap_ok(good, "VERSION answers firmware and interface version");
	good = true;
	for (uint32_t c = SVARIG_AC_VERSION + 1; c < 256; c++)
		good = good && command(c, 0, NULL) == SVARIG_AS_BAD_COMMAND;
	good = good && command(SVARIG_AC_NOP | 1u << 16, 0, NULL) == SVARIG_AS_BAD_COMMAND;
	tap_ok(good, "unknown commands, reserved command bits: BAD_COMMAND");
}

static void test_create(void)
{
	static const struct {
		uint32_t word, value, blamed;
		const char *what;
	} bad[] = {
		{0, 0x80112345, 0, "PASID of more than 20 bits"},
		{0, 0x00000001, 0, "PASID without valid bit"},
		{1, 0x76543260, 1, "SQ not aligned to 64"},
		{2, 0x00010000, 1, "SQ not canonical (positive)"},
		{2, 0xfffe8000, 1, "SQ not canonical (negative)"},
		{3, 0x00001020, 3, "CQ not aligned to 64"},
		{4, 0x80000000, 3, "CQ not canonical"},
		{5, 0x0400, 5, "SQ of one entry"},
		{5, 0x0003, 5, "CQ of one entry"},
		{5, 0x040d, 5, "SQ of 8192 entries"},
		{5, 0x0d03, 5, "CQ of 8192 entries"},
		{5, 0x0413, 5, "reserved size bit"},
		{5, 0x10403, 5, "reserved size bit above"},
		{6, 0x80000021, 6, "vector that is not there"},
		{6, 0x80000100, 6, "reserved vector bit"},
		{6, 0x00000001, 6, "vector without valid bit"},
		{7, 0x00000100, 7, "weight of more than 8 bits"},
	};
	uint32_t a[SVARIG_MB_WORDS];
	char text[100];
	bool good;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		good_setup(a);
		a[bad[i].word] = bad[i].value;
		good = command(SVARIG_AC_CREATE_QUEUE, 3, a) == SVARIG_AS_BAD_ARG &&
		       last_res0 == bad[i].blamed && !*qreg(3, SVARIG_QC_CTRL) &&
		       !*qreg(3, SVARIG_QC_PASID);
		snprintf(text, sizeof(text), "create: %s is refused", bad[i].what);
		tap_ok(good, text);
	}

	/* 8 * 64 bytes that would end one byte behind the lower half, and the last that fit */
	good_setup(a);
	a[1] = 0xfffffe40;
	a[2] = 0x0000ffff;
	good = command(SVARIG_AC_CREATE_QUEUE, 3, a) == SVARIG_AS_BAD_ARG && last_res0 == 1;
	a[1] = 0xffffffc0;
	a[2] = 0xffffffff;
	good = good && command(SVARIG_AC_CREATE_QUEUE, 3, a) == SVARIG_AS_BAD_ARG && last_res0 == 1;
	tap_ok(good, "create: a ring that leaves its half of the address space is refused");

	good_setup(a);
	a[1] = 0xfffffe00;
	a[2] = 0x0000ffff;
	good = command(SVARIG_AC_CREATE_QUEUE, QUEUES - 1, a) == SVARIG_AS_OK;
	for (uint32_t i = 0; i < 7; i++)
		good = good && queue[QUEUES - 1].reg[1 + i] == a[i];
	good = good && *qreg(QUEUES - 1, SVARIG_QC_CTRL) == SVARIG_QC_CTRL_ENABLE && !rude_writes &&
	       *qreg(QUEUES - 1, SVARIG_QC_WEIGHT) == 7;
	tap_ok(good, "create: registers are written, then the queue is enabled");
	tap_ok(create(QUEUES - 1, 0) == SVARIG_AS_BUSY &&
		       *qreg(QUEUES - 1, SVARIG_QC_PASID) == a[0],
	       "create: a queue that exists is BUSY and untouched");
	tap_ok(create(QUEUES, 0) == SVARIG_AS_BAD_QUEUE && create(255, 0) == SVARIG_AS_BAD_QUEUE,
	       "create: BAD_QUEUE");
	tap_ok(create(0, 0) == SVARIG_AS_OK && *qreg(0, SVARIG_QC_PASID) == 0,
	       "create: without PASID");
	good = true;
	for (uint32_t c = SVARIG_AC_DESTROY_QUEUE; c <= SVARIG_AC_DRAIN; c++)
		good = good && command(c, 5, a) == SVARIG_AS_NOT_CREATED &&
		       command(c, QUEUES, a) == SVARIG_AS_BAD_QUEUE;
	tap_ok(good,
	       "destroy, set PASID, drain of a queue that does not exist: NOT_CREATED, BAD_QUEUE");
}

static void test_destroy(void)
{
	bool good;

	command(SVARIG_AC_RESET, 0, NULL);
	create(1, 0x80000007);
	create(2, 0x80000007);
	create(4, 0);
	*qreg(1, SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
	queue[1].stop_after = 3000;
	good = command(SVARIG_AC_DESTROY_QUEUE, 1, NULL) == SVARIG_AS_OK && cleared(1) &&
	       inv_count == 0 && !rude_writes && !(*qreg(1, SVARIG_QC_STATUS) & SVARIG_QSTAT_BUSY);
	tap_ok(good, "destroy: waits until stopped; keeps ATC entries another queue's PASID needs");
	good = command(SVARIG_AC_DESTROY_QUEUE, 2, NULL) == SVARIG_AS_OK && cleared(2) &&
	       inv_count == 1 && invs[0] == 0x80000007;
	tap_ok(good, "destroy: the last queue of a PASID drops its ATC entries");
	good = command(SVARIG_AC_DESTROY_QUEUE, 4, NULL) == SVARIG_AS_OK && inv_count == 1 &&
	       invs[0] == 0;
	tap_ok(good, "destroy: the last queue without PASID drops entries without PASID");

	create(1, 0x80000009);
	*qreg(1, SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
	queue[1].stop_after = UINT32_MAX;
	begin(SVARIG_AC_DESTROY_QUEUE, 1, NULL);
	good = end(10000000) == SVARIG_AS_TIMEOUT &&
	       *qreg(1, SVARIG_QC_CTRL) == (SVARIG_QC_CTRL_ENABLE | SVARIG_QC_CTRL_STOP);
	tap_ok(good, "destroy: TIMEOUT when the queue never stops, and it stays stopped");
	queue[1].stop_after = 0;
	tap_ok(command(SVARIG_AC_DESTROY_QUEUE, 1, NULL) == SVARIG_AS_OK && cleared(1),
	       "destroy: done at the second try");
	create(1, 0x80000009);
	inv_stuck = true;
	begin(SVARIG_AC_DESTROY_QUEUE, 1, NULL);
	good = end(10000000) == SVARIG_AS_TIMEOUT;
	inv_stuck = false;
	tap_ok(good, "destroy: TIMEOUT when the ATC never ends its invalidation");
}

static void test_pasid(void)
{
	uint32_t a[SVARIG_MB_WORDS] = {0x80000055};
	bool good;

	command(SVARIG_AC_RESET, 0, NULL);
	create(6, 0x80000011);
	good = command(SVARIG_AC_SET_PASID, 6, a) == SVARIG_AS_OK &&
	       *qreg(6, SVARIG_QC_PASID) == a[0] &&
	       *qreg(6, SVARIG_QC_CTRL) == SVARIG_QC_CTRL_ENABLE && !rude_writes &&
	       inv_count == 1 && invs[0] == 0x80000011;
	tap_ok(good, "set PASID: idle queue gets it, the old one's ATC entries go");
	*qreg(6, SVARIG_QC_SQ_TAIL) = 2;
	*qreg(6, SVARIG_QC_CQ_TAIL) = 1;
	a[0] = 0x80000056;
	good = command(SVARIG_AC_SET_PASID, 6, a) == SVARIG_AS_BUSY;
	*qreg(6, SVARIG_QC_CQ_TAIL) = 2;
	*qreg(6, SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
	good = good && command(SVARIG_AC_SET_PASID, 6, a) == SVARIG_AS_BUSY &&
	       *qreg(6, SVARIG_QC_PASID) == 0x80000055;
	tap_ok(good, "set PASID: BUSY while jobs are not complete");
	*qreg(6, SVARIG_QC_STATUS) &= ~SVARIG_QSTAT_BUSY;
	a[0] = 0x80100000;
	tap_ok(command(SVARIG_AC_SET_PASID, 6, a) == SVARIG_AS_BAD_ARG && last_res0 == 0,
	       "set PASID: BAD_ARG");
}

static void test_drain(void)
{
	uint32_t a[SVARIG_MB_WORDS] = {20};
	uint64_t start;
	bool good;

	command(SVARIG_AC_RESET, 0, NULL);
	create(2, 0);
	tap_ok(command(SVARIG_AC_DRAIN, 2, a) == SVARIG_AS_OK, "drain: idle queue, OK at once");
	*qreg(2, SVARIG_QC_SQ_TAIL) = 5;
	*qreg(2, SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
	queue[2].drain_in = 9000;
	start = now;
	good = command(SVARIG_AC_DRAIN, 2, a) == SVARIG_AS_OK && now - start > 8000;
	tap_ok(good, "drain: waits for the last completion record");
	*qreg(2, SVARIG_QC_SQ_TAIL) = 6;
	start = now;
	good = command(SVARIG_AC_DRAIN, 2, a) == SVARIG_AS_TIMEOUT && now - start > 20 * 1024 &&
	       now - start < 24 * 1024 && last_res0 == *qreg(2, SVARIG_QC_STATUS);
	tap_ok(good, "drain: TIMEOUT at the limit");
	*qreg(2, SVARIG_QC_STATUS) |= SVARIG_QSTAT_HALTED;
	a[0] = UINT32_MAX;
	tap_ok(command(SVARIG_AC_DRAIN, 2, a) == SVARIG_AS_TIMEOUT &&
		       last_res0 & SVARIG_QSTAT_HALTED,
	       "drain: a halted queue will never drain: TIMEOUT at once, its status in res0");
}

static void test_counters_reset(void)
{
	static const uint32_t from[] = {SVARIG_QC_JOBS_OK,   SVARIG_QC_JOBS_FAILED,
					SVARIG_QC_BYTES_LO,  SVARIG_QC_BYTES_HI,
					SVARIG_QC_CYCLES_LO, SVARIG_QC_CYCLES_HI,
					SVARIG_QC_DOORBELLS, SVARIG_QC_BAD_DOORBELLS};
	static const uint32_t page1[] = {SVARIG_QC_ATC_HITS, SVARIG_QC_ATC_MISSES,
					 SVARIG_QC_DMA_READS, SVARIG_QC_DMA_WRITES,
					 SVARIG_QC_PAGE_REQS};
	static const uint32_t page2[] = {SVARIG_QC_STALL_XLAT,	 SVARIG_QC_STALL_FAULT,
					 SVARIG_QC_STALL_TAG,	 SVARIG_QC_STALL_LINK,
					 SVARIG_QC_STALL_ENGINE, SVARIG_QC_STALL_DATA};
	uint32_t a[SVARIG_MB_WORDS] = {0};
	bool good;

	create(9, 0x80000001);
	for (int i = 0; i < 8; i++)
		*qreg(9, from[i]) = rnd();
	good = command(SVARIG_AC_COUNTERS, 9, a) == SVARIG_AS_OK;
	for (uint32_t i = 0; i < 8; i++)
		good = good && host_read(SVARIG_ADM_MB_RES0 + 4 * i) == *qreg(9, from[i]);
	tap_ok(good, "counters: all eight words of page 0");
	for (uint32_t page = 1; page < 3; page++) {
		const uint32_t *f = page == 1 ? page1 : page2;
		uint32_t n = page == 1 ? 5 : 6;

		for (uint32_t i = 0; i < n; i++)
			*qreg(9, f[i]) = rnd();
		a[0] = page;
		good = good && command(SVARIG_AC_COUNTERS, 9, a) == SVARIG_AS_OK;
		for (uint32_t i = 0; i < SVARIG_MB_WORDS; i++)
			good = good && host_read(SVARIG_ADM_MB_RES0 + 4 * i) ==
					       (i < n ? *qreg(9, f[i]) : 0);
	}
	tap_ok(good, "counters: pages 1 and 2, nothing behind them");
	a[0] = 3;
	tap_ok(command(SVARIG_AC_COUNTERS, 9, a) == SVARIG_AS_BAD_ARG && last_res0 == 0,
	       "counters: a page that is not there");

	for (uint32_t q = 0; q < QUEUES; q++) {
		create(q, 0x80000000 | q);
		*qreg(q, SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
		queue[q].stop_after = rnd_below(2000);
	}
	good = command(SVARIG_AC_RESET, 0, NULL) == SVARIG_AS_OK && !rude_writes &&
	       inv_count == 1 && invs[0] == 1u << 30;
	for (uint32_t q = 0; q < QUEUES; q++)
		for (uint32_t i = 0; i < 64; i++)
			good = good && !queue[q].reg[i];
	tap_ok(good, "reset: all queues stopped and cleared, counters zero, the whole ATC dropped");
}

static void test_selftest(void)
{
	bool good = command(SVARIG_AC_SELFTEST, 0, NULL) == SVARIG_AS_OK && last_res0 == 0;

	tap_ok(good, "self-test on command");
	for (uint32_t op = SVARIG_OP_COPY; op <= SVARIG_OP_AEAD; op++) {
		char text[80];

		in.broken = (uint16_t)(1u << op);
		good = boot() && host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_SELFTEST_FAILED &&
		       create(0, 0) == SVARIG_AS_SELFTEST && strstr(console, "FAILED") &&
		       command(SVARIG_AC_SELFTEST, 0, NULL) == SVARIG_AS_SELFTEST &&
		       last_res0 == 1u << op;
		in.broken = 0;
		good = good && command(SVARIG_AC_SELFTEST, 0, NULL) == SVARIG_AS_OK &&
		       host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_READY &&
		       create(0, 0) == SVARIG_AS_OK;
		snprintf(text, sizeof(text), "wrong bytes of opcode %u are seen, and its repair",
			 op);
		tap_ok(good, text);
	}
	in.dead = true;
	good = boot() && host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_SELFTEST_FAILED;
	in.dead = false;
	tap_ok(good, "engines that take no data: self-test fails and ends");
	good = boot();
	in.grant = false;
	good = good && command(SVARIG_AC_SELFTEST, 0, NULL) == SVARIG_AS_BUSY;
	in.grant = true;
	good = good && host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_READY;
	create(3, 0);
	*qreg(3, SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
	good = good && command(SVARIG_AC_SELFTEST, 0, NULL) == SVARIG_AS_BUSY;
	*qreg(3, SVARIG_QC_STATUS) &= ~SVARIG_QSTAT_BUSY;
	tap_ok(good, "self-test while a job runs: BUSY, nothing changes");
}

static void test_flr(void)
{
	uint32_t a[SVARIG_MB_WORDS] = {UINT32_MAX};
	bool good = true;

	for (int i = 0; i < 60 && good; i++) {
		/* a command of any kind at work for a while, then the reset, then another at once
		 * or later */
		create(1, 0x80000001);
		*qreg(1, SVARIG_QC_SQ_TAIL) = 1;
		*qreg(1, SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
		queue[1].stop_after = UINT32_MAX;
		if (i % 3 == 0)
			good_setup(a);
		else
			a[0] = UINT32_MAX;
		begin(i % 3 == 0   ? SVARIG_AC_CREATE_QUEUE
		      : i % 3 == 1 ? SVARIG_AC_DRAIN
				   : SVARIG_AC_DESTROY_QUEUE,
		      i % 3 ? 1 : 2, a);
		for (uint32_t n = rnd_below(i & 1 ? 100 : 2000); n; n--)
			tick();
		flr();
		for (uint32_t n = rnd_below(i & 1 ? 40 : 400); n; n--)
			tick();
		good = create(1, 0x80000002) == SVARIG_AS_OK &&
		       *qreg(1, SVARIG_QC_PASID) == 0x80000002;
		good = good && cleared(2) && command(SVARIG_AC_NOP, 0, NULL) == SVARIG_AS_OK &&
		       sleep_in(3000);
		if (!good)
			printf("# round %d: status %x, queue 1 PASID %x\n", i,
			       host_read(SVARIG_ADM_MB_STATUS), *qreg(1, SVARIG_QC_PASID));
		flr();
		good = good && sleep_in(10000);
	}
	tap_ok(good, "reset of the host side in the middle of a command: the next command is "
		     "answered right");

	good = true;
	for (uint32_t at = 100; at < 16000 && good; at += 97 + rnd_below(200)) {
		in.rst = true;
		tick();
		tick();
		in.rst = false;
		for (uint32_t n = at; n; n--)
			tick();
		flr();
		good = sleep_in(100000) && host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_READY;
	}
	tap_ok(good,
	       "reset of the host side in the middle of boot: the self-test passes all the same");
}

static void test_functions(void)
{
	uint32_t a[SVARIG_MB_WORDS] = {UINT32_MAX};
	bool good = boot(), others;

	for (uint32_t fn = 1; fn < SVARIG_FUNCTIONS; fn++) {
		uint32_t q = first_of(fn);

		good = good && fn_create(fn, 0, 0x80000010 + fn, 8) == SVARIG_AS_OK &&
		       fn_create(fn, SVARIG_VF_QUEUES - 1, 0x80000010 + fn, 0) == SVARIG_AS_OK;
		good = good && *qreg(q, SVARIG_QC_PASID) == 0x80000010 + fn &&
		       *qreg(q + SVARIG_VF_QUEUES - 1, SVARIG_QC_PASID) == 0x80000010 + fn;
	}
	tap_ok(good && !*qreg(0, SVARIG_QC_CTRL), "VFs: queue numbers are the function's own");
	good = fn_create(1, SVARIG_VF_QUEUES, 0, 1) == SVARIG_AS_BAD_QUEUE &&
	       fn_create(4, 31, 0, 1) == SVARIG_AS_BAD_QUEUE &&
	       fn_create(1, 1, 0, 9) == SVARIG_AS_BAD_ARG && last_res0 == 6 &&
	       fn_command(1, SVARIG_AC_SELFTEST, 0, NULL) == SVARIG_AS_BAD_COMMAND &&
	       fn_command(1, SVARIG_AC_DESTROY_QUEUE, 3, NULL) == SVARIG_AS_NOT_CREATED;
	tap_ok(good, "VFs: a neighbour's queue, a vector too many, the self-test are refused");

	/* the same PASID in another function is another address space's business */
	create(0, 0x80000011);
	good = fn_command(1, SVARIG_AC_DESTROY_QUEUE, 0, NULL) == SVARIG_AS_OK && inv_count == 0;
	good = good && fn_command(1, SVARIG_AC_DESTROY_QUEUE, 7, NULL) == SVARIG_AS_OK &&
	       inv_count == 1 && invs[0] == 0x81000011;
	tap_ok(good, "VFs: the last queue of a PASID in the function drops the function's entries");

	good = fn_command(2, SVARIG_AC_RESET, 0, NULL) == SVARIG_AS_OK && inv_count == 1 &&
	       invs[0] == (1u << 30 | 2u << 24) && cleared(first_of(2)) && cleared(first_of(2) + 7);
	others = *qreg(0, SVARIG_QC_CTRL) && *qreg(first_of(3), SVARIG_QC_CTRL) &&
		 *qreg(first_of(4) + 7, SVARIG_QC_CTRL);
	tap_ok(good && others, "VFs: RESET takes the function's own queues and no other's");

	/* one that waits for ever */
	*qreg(first_of(3), SVARIG_QC_SQ_TAIL) = 1;
	*qreg(first_of(3), SVARIG_QC_STATUS) |= SVARIG_QSTAT_BUSY;
	queue[first_of(3)].stop_after = UINT32_MAX;
	in.h_fn = 3;
	begin(SVARIG_AC_DRAIN, 0, a);
	in.h_fn = 0;
	good = true;
	for (uint32_t i = 0; i < 20; i++) {
		uint64_t start = now;

		good = good && create(5, 0x80000005) == SVARIG_AS_OK &&
		       command(SVARIG_AC_DESTROY_QUEUE, 5, NULL) == SVARIG_AS_OK &&
		       fn_command(4, SVARIG_AC_NOP, 0, NULL) == SVARIG_AS_OK && now - start < 20000;
	}
	in.h_fn = 3;
	good = good && host_read(SVARIG_ADM_MB_STATUS) & SVARIG_MB_BUSY;
	tap_ok(good, "a drain that does not end holds up nobody but its function");

	/* its function is reset: the drain is gone; the next command waits until the hardware has
	 * let go */
	in.fn_idle = 0x17;
	*qreg(first_of(3), SVARIG_QC_JOBS_OK) = 77;
	vf_reset(3);
	good = !(host_read(SVARIG_ADM_MB_STATUS) & SVARIG_MB_BUSY);
	begin(SVARIG_AC_NOP, 0, NULL);
	good = good && end(20000) == -1;
	good = good && (in.h_fn = 0, command(SVARIG_AC_NOP, 0, NULL)) == SVARIG_AS_OK;
	in.h_fn = 3;
	in.fn_idle = 0x1f;
	in_reset = 0;
	good = good && end(20000) == SVARIG_AS_OK && !*qreg(first_of(3), SVARIG_QC_JOBS_OK) &&
	       inv_count == 1 && invs[0] == (1u << 30 | 3u << 24);
	in.h_fn = 0;
	others = *qreg(0, SVARIG_QC_CTRL) && *qreg(first_of(4), SVARIG_QC_CTRL);
	tap_ok(good && others && strstr(console, "VF 3 reset by the host\n"),
	       "reset of a VF in the middle of a command: clean before the next one, no other "
	       "touched");

	in.fn_idle = 0x17;
	vf_reset(3);
	in.h_fn = 3;
	begin(SVARIG_AC_NOP, 0, NULL);
	good = end(10000000) == SVARIG_AS_TIMEOUT;
	in.h_fn = 0;
	in.fn_idle = 0x1f;
	in_reset = 0;
	tap_ok(good && fn_create(3, 0, 0, 1) == SVARIG_AS_OK,
	       "reset of a VF that never lets go: TIMEOUT, and served when it has");

	/* the PF's reset is everybody's */
	flr();
	good = sleep_in(10000) && fn_command(4, SVARIG_AC_NOP, 0, NULL) == SVARIG_AS_OK &&
	       fn_create(4, 0, 0x80000001, 1) == SVARIG_AS_OK && sleep_in(10000);
	tap_ok(good, "reset of the PF: every function begins afresh");
}

/* All functions at once, commands and resets at random: each gets its own answers. */
static void test_crowd(void)
{
	uint32_t a[SVARIG_MB_WORDS];
	bool good = boot(), exists[SVARIG_FUNCTIONS] = {false};
	unsigned int answers = 0, resets = 0;

	for (unsigned int i = 0; i < 400 && good; i++) {
		uint32_t fn = rnd_below(SVARIG_FUNCTIONS), q = first_of(fn) + 2;
		bool created = exists[fn];
		int status;

		if (fn && rnd_below(5) == 0) {
			in.h_fn = (uint8_t)fn;
			good_setup(a);
			begin(rnd_below(2) ? SVARIG_AC_RESET : SVARIG_AC_CREATE_QUEUE, 3, a);
			for (uint32_t n = rnd_below(600); n; n--)
				tick();
			vf_reset(fn);
			for (uint32_t n = rnd_below(60); n; n--)
				tick();
			in_reset = 0;
			exists[fn] = false;
			resets++;
			continue;
		}
		status = created ? fn_command(fn, SVARIG_AC_DESTROY_QUEUE, 2, NULL)
				 : fn_create(fn, 2, 0x80000000 | i, 1);
		exists[fn] = !created;
		answers++;
		good = status == SVARIG_AS_OK &&
		       *qreg(q, SVARIG_QC_CTRL) == (created ? 0 : SVARIG_QC_CTRL_ENABLE) &&
		       (created || *qreg(q, SVARIG_QC_PASID) == (0x80000000 | i));
		if (!good)
			printf("# round %u function %u: status %d\n", i, fn, status);
	}
	in.h_fn = 0;
	printf("# %u answers, %u resets\n", answers, resets);
	tap_ok(good, "commands and resets of all functions in any order");
}

/* Spoils the image: the last test. */
static void test_panic(void)
{
	char text[60];
	uint32_t pc;
	bool good;

	good = boot();
	/* in the main loop, so it comes again */
	pc = last_bus_pc;
	in.poison = true;
	in.poison_pc = (uint16_t)pc;
	tick();
	in.poison = false;
	begin(SVARIG_AC_NOP, 0, NULL);
	for (int i = 0; i < 5000; i++)
		tick();
	snprintf(text, sizeof(text), "PANIC: trap 00000002 at %08x value 00000000\n", pc);
	good = good && out.sleeping && strstr(console, text) &&
	       host_read(SVARIG_ADM_FW_STATUS) == SVARIG_FWS_PANIC &&
	       host_read(SVARIG_ADM_MB_RES0) == 2 && host_read(SVARIG_ADM_MB_RES0 + 4) == pc &&
	       host_read(SVARIG_ADM_MB_RES0 + 8) == 0;
	tap_ok(good, "illegal instruction: panic with cause, address and value, then sleep");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	char *stop;

	if (key != 's')
		return ARGP_ERR_UNKNOWN;
	*(uint64_t *)state->input = strtoull(arg, &stop, 0);
	if (*stop || !*(uint64_t *)state->input)
		argp_error(state, "seed must be a number other than 0, not '%s'", arg);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"seed", 's', "N", 0, "random seed (default: the time)", 0}, {0}};
	static const struct argp argp = {
		options, parse, NULL, "Tests the firmware on rtl/mcu in Verilator; prints TAP.",
		NULL,	 NULL,	NULL};
	uint64_t seed = (uint64_t)time(NULL);

	argp_parse(&argp, argc, argv, 0, NULL, &seed);
	printf("# seed %llu\n", (unsigned long long)seed);
	rnd_seed(seed);
	in.grant = true;
	mcu_open((int)(seed & 0x7fffffff));
	test_boot();
	test_simple();
	test_create();
	test_destroy();
	test_pasid();
	test_drain();
	test_counters_reset();
	test_selftest();
	test_flr();
	test_functions();
	test_crowd();
	test_panic();
	mcu_close();
	printf("1..%u\n# %u passed, %u failed, %llu cycles\n", tap_tests, tap_tests - tap_failures,
	       tap_failures, (unsigned long long)now);
	return tap_failures ? 1 : 0;
}
