// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: alone kernel timeout=300
 *
 * One kernel after the other without a reset of the machine (kexec), while the endpoint is at work:
 * jobs of processes, page faults that are never answered, DMA without PASID. What the next kernel
 * finds, before any driver of it has run, is an endpoint without bus mastering, ATS and page
 * requests, and an SMMU that is off; no event and no page request reaches it from before its time,
 * and jobs run.
 *
 * The test goes on in the next kernel: init runs it again, and the kernel's command line tells it
 * how far it has come.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <linux/reboot.h>

#include "lib/faults.h"
#include "lib/guest.h"

#define IMAGE	"/svarig/Image"
#define INITRD	"/tmp/next.cpio"
#define FOUND	"/found.config"
#define CMDLINE "svarig.kexec="

enum {
	BYTES = 16 * PAGE,
	COMMAND = 4,
	BUS_MASTER = 4,
	ECAP_ATS = 0xf,
	ATS_CTRL = 6,
	ATS_ENABLE = 0x8000,
	ECAP_PRI = 0x13,
	PRI_CTRL = 4,
	PRI_ENABLE = 1,
};

/* The next kernel's first process keeps what it finds of the endpoint, then is ours as ever. */
static const char init[] =
	"#!/usr/bin/busybox sh\n"
	"/usr/bin/busybox mount -t sysfs sysfs /sys\n"
	"/usr/bin/busybox cp /sys/bus/pci/devices/0000:01:00.0/config " FOUND "\n"
	"/usr/bin/busybox umount /sys\n"
	"exec /init.first\n";

static char cmdline[4096]; /* without our word */
static unsigned int kernel;

static void read_cmdline(void)
{
	FILE *f = fopen("/proc/cmdline", "r");
	unsigned int before = 0;
	char *word;

	if (!f || !fgets(cmdline, sizeof(cmdline), f))
		bail("/proc/cmdline: %s", strerror(errno));
	fclose(f);
	cmdline[strcspn(cmdline, "\n")] = '\0';
	word = strstr(cmdline, " " CMDLINE);
	if (!word)
		return;
	if (sscanf(word, " " CMDLINE "%u,%u", &kernel, &before) != 2)
		bail("command line: %s", word);
	results_so_far(before);
	*word = '\0';
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fchmod(fileno(f), 0755) || fclose(f))
		bail("%s: %s", path, strerror(errno));
}

static int open_or_bail(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		bail("%s: %s", path, strerror(errno));
	return fd;
}

/* The root file system as it is, with the first process above. */
static void load(void)
{
	char next[sizeof(cmdline) + 64];
	int len;

	if (access("/init.first", F_OK)) {
		if (rename("/init", "/init.first"))
			bail("/init: %s", strerror(errno));
		write_file("/init", init);
	}
	unlink(FOUND);
	if (system("cd / && find . -xdev | cpio -o -H newc >" INITRD " 2>/dev/null"))
		bail("cannot pack " INITRD);
	/* The line below counts. */
	len = snprintf(next, sizeof(next), "%s " CMDLINE "%u,%u", cmdline, kernel + 1,
		       results() + 1);
	ok(!syscall(SYS_kexec_file_load, open_or_bail(IMAGE), open_or_bail(INITRD), len + 1, next,
		    0),
	   "kernel %u is loaded", kernel + 1);
	unlink(INITRD);
}

static void go(void)
{
	/* The host is to have all lines. */
	sleep(1);
	reboot(LINUX_REBOOT_CMD_KEXEC);
	bail("no kexec: %s", strerror(errno));
}

/* Child: jobs, one after the other, on memory that is not there if faults are served. */
static void at_work(void)
{
	uint8_t *src, *dst;
	struct svarig *s;

	if (fork())
		return;
	src = memory(BYTES);
	dst = memory(BYTES);
	fill(src, BYTES, 1);
	touch(dst, BYTES);
	s = queue(2);
	for (;;) {
		if (have_pri())
			madvise(dst, BYTES, MADV_DONTNEED);
		if (svarig_copy(s, dst, src, BYTES, NULL))
			_exit(1);
	}
}

/* Child: a job whose page faults are not answered any more. */
static void waiting(int module)
{
	time_t end = time(NULL) + 60;

	hold(module, true);
	if (!fork()) {
		queue_with_held_fault(module, 2, held_memory(module, 2 * PAGE), memory(PAGE));
		pause();
	}
	while (!held(module) && time(NULL) < end)
		usleep(10000);
	ok(held(module) > 0, "kernel %u: a page fault waits", kernel);
}

static void under_svarig(void)
{
	struct svt_stream_result r, later;
	int module = test_module();
	uint64_t before;

	if (have_pri())
		waiting(module);
	for (int i = 0; i < 3; i++)
		at_work();
	test_call(module, SVT_POWER_LOSS, 1, "interrupts off at the end");
	test_call(module, SVT_STREAM_START, 0, "stream");
	load();
	test_call(module, SVT_STREAM_LOOK, (unsigned long)&r, "stream");
	before = counter("bytes_read");
	sleep(1);
	test_call(module, SVT_STREAM_LOOK, (unsigned long)&later, "stream");
	/* A loaded kernel says how many lines were before it: no more of them. */
	if (later.jobs == r.jobs || later.stuck || counter("bytes_read") == before)
		bail("kernel %u: nothing is at work", kernel);
}

static unsigned int extended_capability(const uint8_t *config, uint16_t id)
{
	unsigned int at = 0x100;
	uint32_t header;

	while (at) {
		memcpy(&header, config + at, 4);
		if ((header & 0xffff) == id)
			return at;
		at = header >> 20;
	}
	bail("the endpoint has no capability %#x", id);
}

static unsigned int word(const uint8_t *config, unsigned int at)
{
	return config[at] | config[at + 1] << 8;
}

static void look_at_endpoint(void)
{
	uint8_t config[4096];
	unsigned int command, ats, pri;
	int fd = open_or_bail(FOUND);

	if (read(fd, config, sizeof(config)) != sizeof(config))
		bail(FOUND ": too short");
	close(fd);
	command = word(config, COMMAND);
	ats = word(config, extended_capability(config, ECAP_ATS) + ATS_CTRL);
	pri = word(config, extended_capability(config, ECAP_PRI) + PRI_CTRL);
	ok(!(command & BUS_MASTER), "kernel %u found no bus mastering (command %#x)", kernel,
	   command);
	/* Without bus mastering it does no harm: the kernel's own SMMU driver leaves it on. */
	if (have_pri())
		ok(!(ats & ATS_ENABLE), "kernel %u found no ATS (%#x)", kernel, ats);
	ok(!(pri & PRI_ENABLE), "kernel %u found no page requests (%#x)", kernel, pri);
}

/* What an SMMU driver says when it meets what another one left. */
static void look_at_log(void)
{
	static const char *const bad[] = {
		"found switched on", "SMMU currently enabled", ": event ",     "turned down",
		"do not stop",	     "global error",	       "stands still", "overflow",
		"did not answer",    "unexpected global error"};
	size_t bytes = 1 << 20;
	char *log = calloc(1, bytes + 1);
	const char *hit = NULL;

	if (!log || klogctl(3, log, bytes) < 0)
		bail("the kernel log: %s", strerror(errno));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad) && !hit; i++)
		hit = strstr(log, bad[i]);
	ok(!hit, "kernel %u: no word of the one before it in the log", kernel);
	if (hit)
		note("%.*s", (int)strcspn(hit, "\n"), hit);
	free(log);
}

static void looks_clean(void)
{
	look_at_endpoint();
	look_at_log();
	if (!have_pri())
		return;
	ok(smmu_stat("events") == 0, "kernel %u: no event", kernel);
	ok(smmu_stat("page_requests") == 0, "kernel %u: no page request", kernel);
}

static void jobs_work(void)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	uint64_t faults = counter("prg_ok");
	struct svarig *s = queue(2);
	int ret;

	fill(src, BYTES, kernel + 5);
	if (!have_pri())
		touch(dst, BYTES);
	ret = svarig_copy(s, dst, src, BYTES, NULL);
	ok(!ret && differs(dst, BYTES, kernel + 5) == BYTES, "kernel %u: a job is right (%d)",
	   kernel, ret);
	if (have_pri())
		ok(counter("prg_ok") > faults, "kernel %u: its page faults are served", kernel);
	svarig_close(s);
}

int main(void)
{
	read_cmdline();
	if (kernel)
		looks_clean();
	jobs_work();
	if (kernel < 1) {
		under_svarig();
		go();
	}
	return done();
}
