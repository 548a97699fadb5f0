// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: endpoints=3 smmus=2 */
/*
 * M6: whoever shares an address space has the same rights in it. The PASIDs of all devices are
 * switched on without privileged access and without execution, and what a process allows itself on
 * a page it allows each device, at once.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/guest.h"

enum {
	DEVICES = 3,
	CAP_PASID = 0x1b,
	PASID_CTRL = 6,
	CTRL_ENABLE = 1, /* 1 alone; 2 is execution, 4 privileged access */
};

static struct svarig *q[DEVICES];
static uint8_t *page, *other;

/* PCIe 7.8.9: the PASID Control register of /dev/svarig-@number. */
static int pasid_control(int number)
{
	uint32_t config[1024];
	char path[PATH_MAX];
	size_t bytes;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/uacce/svarig-%d/device/config", number);
	f = fopen(path, "r");
	if (!f)
		bail("%s: %s", path, strerror(errno));
	bytes = fread(config, 1, sizeof(config), f);
	fclose(f);
	if (bytes != sizeof(config))
		bail("%s: %zu bytes", path, bytes);
	for (uint32_t at = 0x100; at; at = config[at / 4] >> 20)
		if ((config[at / 4] & 0xffff) == CAP_PASID)
			return config[at / 4 + 1] >> 16;
	bail("%s: no PASID capability", path);
}

/* What each device may do to the page: @read and @write are SVARIG_ST_*. */
static void all_may(int read, int write, const char *what)
{
	for (unsigned int i = 0; i < DEVICES; i++) {
		struct svarig_result r = {0}, w = {0};

		svarig_copy(q[i], other, page, 64, &r);
		svarig_copy(q[i], page, other, 64, &w);
		bool right = r.status == read && w.status == write;

		/* A failure names the page. */
		right &= !r.status || r.fault_addr == (uintptr_t)page;
		right &= !w.status || w.fault_addr == (uintptr_t)page;
		ok(right, "%s: device %u reads %s, writes %s", what, i,
		   svarig_status_name(r.status), svarig_status_name(w.status));
	}
}

static void protect(int prot)
{
	if (mprotect(page, PAGE, prot))
		bail("mprotect: %s", strerror(errno));
}

int main(void)
{
	char node[32];

	for (int i = 0; i < DEVICES; i++) {
		int ret, ctrl;

		snprintf(node, sizeof(node), "/dev/svarig-%d", i);
		ret = svarig_open(node, 2, &q[i]);
		if (ret)
			bail("%s: %s", node, strerror(-ret));
		ctrl = pasid_control(i);
		ok(ctrl == CTRL_ENABLE, "%s: PASIDs on, neither execution nor privilege (%#x)",
		   node, ctrl);
	}
	page = memory(PAGE);
	other = memory(PAGE);
	touch(page, PAGE);
	touch(other, PAGE);

	all_may(SVARIG_ST_OK, SVARIG_ST_OK, "read and write");
	protect(PROT_READ);
	all_may(SVARIG_ST_OK, SVARIG_ST_FAULT_WRITE, "read only");
	protect(PROT_READ | PROT_EXEC);
	all_may(SVARIG_ST_OK, SVARIG_ST_FAULT_WRITE, "read and execute");
	protect(PROT_NONE);
	all_may(SVARIG_ST_FAULT_READ, SVARIG_ST_FAULT_WRITE, "nothing");
	protect(PROT_READ | PROT_WRITE);
	all_may(SVARIG_ST_OK, SVARIG_ST_OK, "read and write again");
	for (unsigned int i = 0; i < DEVICES; i++)
		svarig_close(q[i]);
	device_works();
	return done();
}
