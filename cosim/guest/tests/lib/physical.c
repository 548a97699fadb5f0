// SPDX-License-Identifier: BSD-2-Clause
#include "physical.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FIRMWARE_S   60
#define PCI_COMMAND  4
#define PCI_MEM_MAST 6

static char folder[128];

static int open_file(const char *name)
{
	char path[192];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		bail("%s: %s", path, strerror(errno));
	return fd;
}

static void find(void)
{
	uint32_t id;
	glob_t found;
	int fd;

	if (glob("/sys/bus/pci/devices/*", 0, NULL, &found))
		bail("no PCI device");
	for (size_t i = 0; i < found.gl_pathc; i++) {
		snprintf(folder, sizeof(folder), "%s", found.gl_pathv[i]);
		fd = open_file("config");
		if (pread(fd, &id, 4, 0) != 4)
			bail("%s: no configuration space", folder);
		close(fd);
		/* A virtual function that was assigned has the vendor that its host fills in. */
		if ((id & 0xffff) == SVARIG_PCI_VENDOR && id >> 16 >= SVARIG_PCI_DEVICE &&
		    id >> 16 <= SVARIG_PCI_DEVICE + 1)
			return;
	}
	bail("no accelerator among %zu PCI devices", found.gl_pathc);
}

static volatile uint32_t *map_bar(const char *name, size_t *bytes)
{
	int fd = open_file(name);
	struct stat st;
	void *p;

	if (fstat(fd, &st))
		bail("%s: %s", name, strerror(errno));
	*bytes = st.st_size;
	p = mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		bail("%s/%s: %s", folder, name, strerror(errno));
	close(fd);
	return p;
}

void vdev_open_physical(struct vdev *v)
{
	uint16_t command = PCI_MEM_MAST;
	time_t end = time(NULL) + FIRMWARE_S;
	uint32_t status;
	int fd;

	*v = (struct vdev){.device = -1, .container = -1, .group = -1, .iommu = -1};
	find();
	fd = open_file("config");
	if (pwrite(fd, &command, 2, PCI_COMMAND) != 2)
		bail("PCI command: %s", strerror(errno));
	close(fd);
	v->admin = map_bar("resource2", &v->admin_bytes);
	v->doorbells = map_bar("resource0", &v->doorbell_bytes);
	v->db_shift = v->admin[SVARIG_ADM_DB_STRIDE / 4];
	do {
		status = v->admin[SVARIG_ADM_FW_STATUS / 4];
		if (time(NULL) > end)
			bail("firmware status %u", status);
	} while (status != SVARIG_FWS_READY);
}

uint8_t *memory_physical(uint64_t *address)
{
	FILE *f = fopen("/proc/sys/vm/nr_hugepages", "w");
	uint64_t entry;
	void *p;
	int fd;

	if (!f || fputs("4", f) < 0 || fclose(f))
		bail("nr_hugepages: %s", strerror(errno));
	p = mmap(NULL, HUGE_PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
	if (p == MAP_FAILED)
		bail("no huge page: %s", strerror(errno));
	/* Documentation/admin-guide/mm/pagemap.rst: bits 54:0 the frame, bit 63 present */
	fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, &entry, 8, (uintptr_t)p / PAGE * 8) != 8 || !(entry >> 63))
		bail("pagemap: %s", strerror(errno));
	close(fd);
	*address = (entry & ((1ull << 55) - 1)) * PAGE;
	return p;
}
