// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: alone smmu=ours timeout=300
 *
 * S3: the SMMU driver loaded with each of its allocations failing in turn, then with each wait for
 * a register in vain, then the bus scanned with each of its allocations for a device failing. What
 * failed leaves nothing behind, and the next attempt works. All devices are away meanwhile, those
 * this test speaks through, too: it speaks at the end, and powers the guest off itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/inject.h"

#define LOG	"/tmp/s3_probe.log"
#define MODULES "/svarig/modules/"
#define WAITS	"/sys/module/svarig_smmuv3/parameters/fail_wait"
#define MOST	500

static int load(const char *name, const char *args)
{
	char path[64];
	int ko, ret;

	snprintf(path, sizeof(path), MODULES "%s.ko", name);
	ko = open(path, O_RDONLY | O_CLOEXEC);
	if (ko < 0)
		bail("%s: %s", path, strerror(errno));
	ret = syscall(SYS_finit_module, ko, args, 0) ? -errno : 0;
	close(ko);
	return ret;
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

static unsigned int count(const char *pattern)
{
	glob_t found;
	unsigned int n;

	if (glob(pattern, 0, NULL, &found))
		return 0;
	n = found.gl_pathc;
	globfree(&found);
	return n;
}

static bool wait_for(const char *pattern)
{
	for (int ms = 0; ms < 20000; ms += 20) {
		if (count(pattern))
			return true;
		usleep(20000);
	}
	return false;
}

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, value, strlen(value)) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return ret;
}

static bool remove_all(void)
{
	glob_t found;
	char path[512];

	if (glob("/sys/bus/pci/devices/0000:00:*", 0, NULL, &found))
		return true;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		snprintf(path, sizeof(path), "%s/remove", found.gl_pathv[i]);
		/* Functions below a port go with the port. */
		put(path, "1");
	}
	globfree(&found);
	return !count("/sys/bus/pci/devices/*");
}

static unsigned int smmus(void)
{
	return count("/sys/class/iommu/*");
}

static int waits_left(void)
{
	FILE *f = fopen(WAITS, "r");
	int value = 0;

	if (!f || fscanf(f, "%d", &value) != 1)
		bail(WAITS ": %s", strerror(errno));
	fclose(f);
	return value;
}

/* @waits: waits fail, else allocations. */
static void load_smmu(bool waits)
{
	const char *what = waits ? "waits" : "allocations";
	unsigned int n, without = 0, survived = 0, wrong = 0;
	char args[32] = "";
	bool failed;
	int ret;

	inject_within("do_init_module");
	for (n = 1; n <= MOST; n++) {
		if (waits)
			snprintf(args, sizeof(args), "fail_wait=%u", n);
		else
			inject(0, n);
		ret = load("svarig_smmuv3", args);
		failed = waits ? !ret && !waits_left() : inject_end();
		if (!failed)
			break;
		if (smmus())
			survived++;
		else
			without++;
		if (ret ? ret != -ENOMEM || smmus() : unload("svarig_smmuv3")) {
			note("%s, number %u: %s", what, n, strerror(-ret));
			wrong++;
		}
		wrong += smmus() != 0;
	}
	inject_within(NULL);
	ok(without && !wrong && !ret && n <= MOST && smmus() == 1,
	   "loading: %u %s, %u leave no SMMU, without %u it does; %u wrong", n - 1, what, without,
	   survived, wrong);
	if (waits)
		put(WAITS, "0");
}

static void scan(void)
{
	unsigned int n, fewer = 0, wrong = 0, all = 0;
	bool failed;

	put("/sys/bus/pci/rescan", "1");
	all = count("/sys/bus/pci/devices/*/iommu_group");
	wrong += !remove_all();
	for (n = 1; n <= MOST; n++) {
		inject_within("svarig_smmuv3");
		inject(0, n);
		put("/sys/bus/pci/rescan", "1");
		failed = inject_end();
		inject_within(NULL);
		if (!failed)
			break;
		fewer += count("/sys/bus/pci/devices/*/iommu_group") < all;
		if (!remove_all()) {
			note("scan, allocation %u: devices remain", n);
			wrong++;
		}
	}
	ok(fewer && !wrong && count("/sys/bus/pci/devices/*/iommu_group") == all,
	   "scanning: %u allocations, %u leave a device without; %u wrong; %u devices in the end",
	   n - 1, fewer, wrong, all);
}

static void device(void)
{
	ok(!load("svarig", "") && wait_for("/dev/svarig-0"), "the accelerator is back");
	device_works();
}

/* The host's port of that name, which is another device now. */
static int port(const char *name)
{
	char text[64], path[512];
	glob_t found;
	int fd = -1;
	FILE *f;

	wait_for("/sys/class/virtio-ports/*/name");
	for (int tries = 0; tries < 500 && fd < 0; tries++, usleep(20000)) {
		if (glob("/sys/class/virtio-ports/*/name", 0, NULL, &found))
			continue;
		for (size_t i = 0; i < found.gl_pathc && fd < 0; i++) {
			f = fopen(found.gl_pathv[i], "r");
			if (f && fgets(text, sizeof(text), f) && !strncmp(text, "svarig.", 7) &&
			    !strncmp(text + 7, name, strlen(name)) &&
			    text[7 + strlen(name)] == '\n') {
				*strrchr(found.gl_pathv[i], '/') = 0;
				snprintf(path, sizeof(path), "/dev%s",
					 strrchr(found.gl_pathv[i], '/'));
				fd = open(path, O_WRONLY);
			}
			if (f)
				fclose(f);
		}
		globfree(&found);
	}
	return fd;
}

/* Also where a test bails out. */
static void speak(void)
{
	int log = open(LOG, O_RDONLY), out = port("out"), ctl;
	char text[4096];
	bool bad = false;
	ssize_t n;

	fflush(stdout);
	while ((n = read(log, text, sizeof(text) - 1)) > 0) {
		text[n] = 0;
		bad |= !!strstr(text, "not ok");
		for (ssize_t at = 0, w; at < n; at += w)
			if ((w = write(out, text + at, n - at)) <= 0)
				break;
	}
	ctl = port("ctl");
	if (ctl >= 0 && write(ctl, bad ? "exit 1\n" : "exit 0\n", 7) < 0)
		perror("ctl");
	sleep(1);
	sync();
	reboot(RB_POWER_OFF);
}

int main(void)
{
	int ret;

	inject_init();
	/* The folder the test lies in, and its descriptors, are on devices that go. */
	if (chdir("/") || !freopen(LOG, "w", stdout) || !freopen(LOG, "a", stderr) ||
	    !freopen("/dev/null", "r", stdin))
		return 1;
	atexit(speak);
	ret = unload("svarig");
	ok(!ret && remove_all() && !unload("svarig_smmuv3"), "all devices and the drivers go");
	load_smmu(false);
	ok(!unload("svarig_smmuv3"), "the driver goes");
	load_smmu(true);
	scan();
	device();
	ok(!leaks(), "the kernel finds no memory that nothing points to");
	return done();
}
