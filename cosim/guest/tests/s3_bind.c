// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: debug smmu=ours timeout=900
 *
 * S3: the accelerator's driver takes its function with each of its allocations failing in turn.
 * What failed leaves nothing behind, neither there nor in the SMMU's tables, and the next works.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/inject.h"
#include "lib/module.h"
#include "lib/state.h"

#define DRIVER "/sys/bus/pci/drivers/svarig/"

static int module;
static char function[64];

static int tell(const char *file)
{
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), DRIVER "%s", file);
	fd = open(path, O_WRONLY);
	ret = fd < 0 || write(fd, function, strlen(function)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* What the kernel's own functions call a want of memory: of regions, of interrupts. */
static bool no_memory(int ret)
{
	return ret == -ENOMEM || ret == -ENOSPC || ret == -EBUSY || ret == -ENODEV;
}

/* The accelerator's driver takes its function again. */
static void probe(void)
{
	struct state before = state_look(module), away;
	struct tally t = {0};
	glob_t found;
	unsigned int n;
	bool failed;
	int ret;

	if (glob(DRIVER "0000:*", 0, NULL, &found))
		bail("no function bound");
	snprintf(function, sizeof(function), "%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	if (tell("unbind"))
		bail("unbind: %s", strerror(errno));
	away = state_look(module);
	inject_within("svarig");
	/* The kernel complains itself when it takes away a file of /proc/irq that it had no memory
	 * for. */
	inject_without("register_handler_proc", "register_irq_proc");
	for (n = 1; n <= STATE_MOST; n++) {
		inject(0, n);
		ret = tell("bind");
		failed = inject_end();
		if (!failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		if (n % 50 == 0)
			note("%u allocations tried, %d failed the probe, %d wrong", n, t.failed,
			     t.wrong);
		if ((ret ? !no_memory(ret) : tell("unbind")) ||
		    !state_same(module, &away, "probe", n)) {
			note("probe, allocation %u: %s", n, strerror(-ret));
			t.wrong++;
		}
	}
	inject_without(NULL, NULL);
	inject_within(NULL);
	t.wrong += !!ret || !state_same(module, &before, "probe", n);
	tally_report(&t, n, "probe");
	device_works();
}

int main(void)
{
	inject_init();
	module = test_module();
	probe();
	test_module_unload(module);
	/* The kernel's own loses its cdev when cdev_add() has no memory. */
	ok(!leaks("uacce_register"), "the kernel finds no memory that nothing points to");
	return done();
}
