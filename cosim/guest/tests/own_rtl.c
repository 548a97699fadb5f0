// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: rtlsim=loopback smmu=ours
 *
 * Another module with the TLP port takes the endpoint's place: the loopback of cosim/rtlsim, whose
 * BAR 0 sends any TLP and keeps what comes back. Linux finds it, its BARs work, and what it sends
 * goes through the SMMU like any device's. It does not answer Invalidate Requests, which the
 * kernel's own SMMU driver sends when the device gets its first domain.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/guest.h"

/* loopback.v: its identity, and its registers */
enum {
	LOOPBACK_IDS = 0x4c501234,
	MAGIC = 0x4c4f4f50,
	REG_SCRATCH = 0x04,
	REG_SEND = 0x10,
	REG_PREFIX = 0x14,
	REG_HEADER = 0x20,
	REG_CAUGHT = 0x40,
	REG_CAUGHT_HEADER = 0x50,
	REG_CAUGHT_DATA = 0x60,
	BAR2_BYTES = 65536,
};

static char folder[PATH_MAX];
static volatile uint32_t *bar0;

static int open_file(const char *name, int flags)
{
	char path[PATH_MAX + 32];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, flags);
	if (fd < 0)
		bail("%s: %s", path, strerror(errno));
	return fd;
}

static bool find_loopback(void)
{
	glob_t found;
	size_t i;

	if (glob("/sys/bus/pci/devices/*", 0, NULL, &found))
		return false;
	for (i = 0; i < found.gl_pathc; i++) {
		uint32_t ids = 0;
		int fd;

		snprintf(folder, sizeof(folder), "%s", found.gl_pathv[i]);
		fd = open_file("config", O_RDONLY);
		if (pread(fd, &ids, sizeof(ids), 0) != sizeof(ids))
			ids = 0;
		close(fd);
		if (ids == LOOPBACK_IDS)
			break;
	}
	globfree(&found);
	return i < found.gl_pathc;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

/* Linux puts a device behind its IOMMU when a driver takes it: vfio-pci takes anything. */
static void bind_driver(void)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/driver_override", folder);
	if (!write_file(path, "vfio-pci") ||
	    !write_file("/sys/bus/pci/drivers_probe", strrchr(folder, '/') + 1))
		bail("%s: cannot give it to vfio-pci: %s", folder, strerror(errno));
}

/* Memory and bus mastering on: vfio-pci does that for who opens the device only. */
static void enable(void)
{
	uint16_t command = 0x0006;
	int fd = open_file("config", O_RDWR);

	if (pwrite(fd, &command, sizeof(command), 4) != sizeof(command))
		bail("the command register: %s", strerror(errno));
	close(fd);
}

static volatile uint32_t *map(const char *name, size_t bytes)
{
	int fd = open_file(name, O_RDWR | O_SYNC);
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		bail("%s: %s", name, strerror(errno));
	close(fd);
	return p;
}

static uint32_t caught(unsigned int reg, unsigned int word)
{
	return bar0[reg / 4 + word];
}

/* Sends a TLP of four header words; false when nothing came back within a second. */
static bool send(uint32_t h0, uint32_t h1, uint32_t h2, uint32_t h3)
{
	int i;

	while (caught(REG_CAUGHT, 0))
		bar0[REG_CAUGHT / 4] = 0;
	bar0[REG_PREFIX / 4] = 0;
	bar0[REG_HEADER / 4 + 0] = h0;
	bar0[REG_HEADER / 4 + 1] = h1;
	bar0[REG_HEADER / 4 + 2] = h2;
	bar0[REG_HEADER / 4 + 3] = h3;
	bar0[REG_SEND / 4] = 1;
	for (i = 0; i < 1000 && !caught(REG_CAUGHT, 0); i++)
		usleep(1000);
	return caught(REG_CAUGHT, 0) != 0;
}

static uint32_t requester(void)
{
	unsigned int bus, device, function;

	if (sscanf(strrchr(folder, '/'), "/%*x:%x:%x.%x", &bus, &device, &function) != 3)
		bail("%s is no PCI address", folder);
	return bus << 24 | device << 19 | function << 16;
}

int main(void)
{
	const uint32_t nowhere = 0x00040000; /* no IOVA that the kernel has mapped for it */
	volatile uint32_t *bar2;
	bool answered;
	char group[PATH_MAX + 32];

	if (!ok(find_loopback(), "Linux finds the loopback endpoint"))
		return done();
	bind_driver();
	snprintf(group, sizeof(group), "%s/iommu_group", folder);
	ok(!access(group, F_OK), "it has an IOMMU group");
	enable();
	bar0 = map("resource0", PAGE);
	ok(bar0[0] == MAGIC, "BAR 0 is its own");
	bar0[REG_SCRATCH / 4] = 0x12345678;
	ok(bar0[REG_SCRATCH / 4] == 0x12345678, "and keeps what is written");
	bar2 = map("resource2", BAR2_BYTES);
	ok(bar2[0x1234 / 4] == 0x1234 && bar2[(BAR2_BYTES - 4) / 4] == BAR2_BYTES - 4,
	   "BAR 2 reads as the offset, to its end");

	/* MRd of one word, 3 DW header, untranslated: what the SMMU does not know is refused */
	answered = send(0x00000001, requester() | 0x210f, nowhere, 0);
	ok(answered && caught(REG_CAUGHT_HEADER, 0) == 0x0a000000 &&
		   (caught(REG_CAUGHT_HEADER, 1) & 0xe000) != 0,
	   "a read of an address that was never mapped: no data (status %u)",
	   caught(REG_CAUGHT_HEADER, 1) >> 13 & 7);
	/* The same with AT=01 and two words, a translation request */
	answered = send(0x00000402, requester() | 0x22ff, nowhere, 0);
	ok(answered && caught(REG_CAUGHT_HEADER, 0) == 0x4a000002 &&
		   (caught(REG_CAUGHT_HEADER, 1) & 0xe000) == 0 &&
		   (caught(REG_CAUGHT_DATA, 1) & 0x03000000) == 0,
	   "a translation request for it: answered, neither readable nor writable");
	return done();
}
