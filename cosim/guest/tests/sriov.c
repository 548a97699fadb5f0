// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: alone smmu=ours timeout=300
 *
 * The endpoint's virtual functions as Linux finds them: they appear and go with sriov_numvfs, each
 * has its own requester ID, configuration space, memory and IOMMU group, and a function level reset
 * of one is none of the others' business. VFIO holds the physical function meanwhile; its driver is
 * given back at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/guest.h"

enum {
	MOST = 16,
	COMMAND = 4,
	BUS_MASTER = 4,
	CAP_EXPRESS = 0x10,
	DEVCTL = 8,
	DEVCTL_FLR = 0x8000,
	ECAP_ATS = 0xf,
	ATS_CTRL = 6,
	ATS_ENABLE = 0x8000,
};

static char pf[PATH_MAX]; /* sysfs folder of the physical function */
static unsigned int total;

static bool write_file(const char *folder, const char *name, const char *text)
{
	char path[PATH_MAX + 64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return false;
	n = write(fd, text, strlen(text));
	close(fd);
	return n >= 0;
}

static unsigned long read_number(const char *folder, const char *name)
{
	char path[PATH_MAX + 64], text[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	if (!f || !fgets(text, sizeof(text), f))
		bail("%s: %s", path, strerror(errno));
	fclose(f);
	return strtoul(text, NULL, 0);
}

static uint32_t config(const char *folder, unsigned int at)
{
	uint32_t value = 0xffffffff;
	char path[PATH_MAX + 64];
	int fd;

	snprintf(path, sizeof(path), "%s/config", folder);
	fd = open(path, O_RDONLY);
	if (fd < 0 || pread(fd, &value, 4, at) != 4)
		bail("%s at %#x: %s", path, at, strerror(errno));
	close(fd);
	return value;
}

static void set_config16(const char *folder, unsigned int at, uint16_t value)
{
	char path[PATH_MAX + 64];
	int fd;

	snprintf(path, sizeof(path), "%s/config", folder);
	fd = open(path, O_WRONLY);
	if (fd < 0 || pwrite(fd, &value, 2, at) != 2)
		bail("%s at %#x: %s", path, at, strerror(errno));
	close(fd);
}

static unsigned int capability(const char *folder, uint8_t id)
{
	unsigned int at = config(folder, 0x34) & 0xfc;

	while (at && (config(folder, at) & 0xff) != id)
		at = config(folder, at) >> 8 & 0xfc;
	return at;
}

static unsigned int extended_capability(const char *folder, uint16_t id)
{
	unsigned int at = 0x100;

	while (at && (config(folder, at) & 0xffff) != id)
		at = config(folder, at) >> 20;
	return at;
}

static const char *link_of(const char *folder, const char *name)
{
	static char real[2][PATH_MAX];
	static int which;
	char path[PATH_MAX + 64];

	which ^= 1;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return realpath(path, real[which]) ? real[which] : "";
}

static const char *vf_folder(unsigned int n)
{
	char name[32];

	snprintf(name, sizeof(name), "virtfn%u", n);
	return link_of(pf, name);
}

static void find_pf(void)
{
	glob_t found;

	glob("/sys/bus/pci/devices/*", 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc && !*pf; i++)
		if (read_number(found.gl_pathv[i], "vendor") == SVARIG_PCI_VENDOR &&
		    read_number(found.gl_pathv[i], "device") == SVARIG_PCI_DEVICE)
			snprintf(pf, sizeof(pf), "%s", link_of(found.gl_pathv[i], "."));
	globfree(&found);
	if (!*pf)
		skip_all("no accelerator");
	if (!extended_capability(pf, 0x10))
		skip_all("the accelerator has no virtual functions");
	total = (unsigned int)read_number(pf, "sriov_totalvfs");
	if (total > MOST)
		bail("%u virtual functions are more than this test knows of", total);
}

static void rebind(const char *driver)
{
	const char *name = strrchr(pf, '/') + 1;

	if (*link_of(pf, "driver"))
		write_file(link_of(pf, "driver"), "unbind", name);
	write_file(pf, "driver_override", driver);
	write_file("/sys/bus/pci", "drivers_probe", name);
}

static bool set_vfs(unsigned int count)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", count);
	return write_file(pf, "sriov_numvfs", text);
}

/* What the admin page of function @folder says at offset @at */
static uint32_t admin(const char *folder, unsigned int at)
{
	char path[PATH_MAX + 64];
	uint32_t value;
	volatile uint32_t *p;
	int fd;

	snprintf(path, sizeof(path), "%s/resource2", folder);
	fd = open(path, O_RDWR);
	p = fd < 0 ? MAP_FAILED : mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		bail("%s: %s", path, strerror(errno));
	value = p[at / 4];
	munmap((void *)p, PAGE);
	close(fd);
	return value;
}

static unsigned int rid(const char *folder)
{
	unsigned int bus, slot, function;

	if (sscanf(strrchr(folder, '/') + 1, "%*x:%x:%x.%x", &bus, &slot, &function) != 3)
		bail("%s is no PCI function", folder);
	return bus << 8 | slot << 3 | function;
}

static void look_at_each(void)
{
	unsigned int ids = 0, ats = 0, pages = 0, groups = 0, numbers = 0;
	char group[MOST + 1][PATH_MAX];

	snprintf(group[0], PATH_MAX, "%s", link_of(pf, "iommu_group"));
	for (unsigned int n = 0; n < total; n++) {
		char vf[PATH_MAX];
		bool own;

		snprintf(vf, sizeof(vf), "%s", vf_folder(n));
		ids += rid(vf) == rid(pf) + 1 + n && read_number(vf, "vendor") == SVARIG_PCI_VENDOR;
		ats += !!(config(vf, extended_capability(vf, ECAP_ATS) + ATS_CTRL) & ATS_ENABLE);
		pages += admin(vf, SVARIG_ADM_MAGIC) == SVARIG_MAGIC;
#ifdef SVARIG_ADM_FUNCTION
		numbers += (admin(vf, SVARIG_ADM_FUNCTION) & 0xff) == n + 1;
#else
		numbers++;
#endif
		snprintf(group[n + 1], PATH_MAX, "%s", link_of(vf, "iommu_group"));
		own = *group[n + 1];
		for (unsigned int i = 0; i <= n; i++)
			own = own && strcmp(group[i], group[n + 1]);
		groups += own;
	}
	ok(ids == total, "each has the requester ID that offset and stride say (%u)", ids);
	ok(groups == total, "each has an IOMMU group of its own (%u)", groups);
	ok(ats == total, "ATS is enabled on each (%u)", ats);
	ok(pages == total, "each has an admin page (%u)", pages);
	ok(numbers == total, "of its own (%u)", numbers);
}

static void reset_one(void)
{
	char first[PATH_MAX], second[PATH_MAX];
	unsigned int express;

	snprintf(first, sizeof(first), "%s", vf_folder(0));
	snprintf(second, sizeof(second), "%s", vf_folder(1));
	set_config16(first, COMMAND, BUS_MASTER);
	set_config16(second, COMMAND, BUS_MASTER);
	express = capability(second, CAP_EXPRESS);
	set_config16(second, express + DEVCTL, DEVCTL_FLR);
	usleep(100000);
	ok(!(config(second, COMMAND) & BUS_MASTER) && config(first, COMMAND) & BUS_MASTER,
	   "a function level reset of the second does not touch the first");
	ok(admin(second, SVARIG_ADM_MAGIC) == SVARIG_MAGIC &&
		   admin(first, SVARIG_ADM_MAGIC) == SVARIG_MAGIC,
	   "and both pages are there");
}

int main(void)
{
	bool driven;

	find_pf();
	driven = strstr(link_of(pf, "driver"), "svarig");
	write_file("/sys/module/vfio_pci/parameters", "enable_sriov", "1");
	rebind("vfio-pci");
	write_file(pf, "sriov_drivers_autoprobe", "0");
	for (int turn = 1; turn <= 3; turn++) {
		ok(set_vfs(total) && *vf_folder(total - 1), "turn %d: %u virtual functions", turn,
		   total);
		look_at_each();
		if (total > 1)
			reset_one();
		ok(set_vfs(0) && !*vf_folder(0), "turn %d: none", turn);
	}
	ok(set_vfs(1) && *vf_folder(0) && !*vf_folder(1), "just one");
	ok(admin(vf_folder(0), SVARIG_ADM_MAGIC) == SVARIG_MAGIC, "which answers");
	rebind("\n");
	ok(!*vf_folder(0), "gone with the driver of the physical one");
	if (driven) {
		for (int i = 0; i < 500 && access("/dev/svarig-0", F_OK); i++)
			usleep(20000);
		device_works();
	}
	return done();
}
