// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours timeout=240
 *
 * S3: each wait for a register of open and probe ends in vain, one after the other. The call fails,
 * nothing stays behind (ASIDs, PASIDs, queues), and the next one works.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

#define SMMU   "/sys/module/svarig_smmuv3/parameters/fail_wait"
#define ACCEL  "/sys/module/svarig/parameters/fail_wait"
#define DRIVER "/sys/bus/pci/drivers/svarig/"
#define MOST   20

static void set(const char *path, int value)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%d\n", value) < 0 || fclose(f))
		bail("%s: %s", path, strerror(errno));
}

static int get(const char *path)
{
	FILE *f = fopen(path, "r");
	int value;

	if (!f || fscanf(f, "%d", &value) != 1)
		bail("%s: %s", path, strerror(errno));
	fclose(f);
	return value;
}

/* Calls @work with each wait of @path failing in turn, until it no longer has so many. */
static void each_wait(const char *path, int (*work)(void), const char *what)
{
	unsigned long long asids = smmu_stat("asids"), credits = smmu_stat("pri_credits_left");
	int n, ret, survived = 0;

	for (n = 1; n <= MOST; n++) {
		set(path, n);
		ret = work();
		if (get(path) > 0)
			break;
		survived += !ret;
		if (ret && smmu_stat("asids") != asids)
			ok(false, "%s, wait %d failed: %llu ASIDs in use, before %llu", what, n,
			   smmu_stat("asids"), asids);
	}
	set(path, 0);
	ok(n > 1 && n <= MOST && !ret, "%s: %d waits, each failed once (%d without harm)", what,
	   n - 1, survived);
	ok(smmu_stat("asids") == asids && smmu_stat("pri_credits_left") == credits,
	   "%s: nothing stays behind (%llu ASIDs, %llu credits)", what, smmu_stat("asids"),
	   smmu_stat("pri_credits_left"));
	device_works();
}

static int open_and_close(void)
{
	struct svarig *s;
	int ret = svarig_open(NULL, 2, &s);

	if (!ret)
		svarig_close(s);
	return ret;
}

static char function[64];

static int tell(const char *file)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), DRIVER "%s", file);
	fd = open(path, O_WRONLY);
	n = fd < 0 ? -1 : write(fd, function, strlen(function));
	close(fd);
	return n < 0 ? -errno : 0;
}

/* Leaves the function bound if it can. */
static int bind(void)
{
	tell("unbind");
	return tell("bind");
}

static void find_function(void)
{
	glob_t found;

	if (glob(DRIVER "0000:*", 0, NULL, &found))
		bail("no function bound");
	snprintf(function, sizeof(function), "%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
}

int main(void)
{
	int before = queues_free();
	struct neighbour n;

	find_function();
	neighbour_start(&n);
	each_wait(ACCEL, open_and_close, "open, waits of the accelerator driver");
	neighbour_stop(&n);
	ok(queues_free() == before, "all queues are there (%d of %d)", queues_free(), before);
	each_wait(SMMU, bind, "probe, waits of the SMMU driver");
	each_wait(ACCEL, bind, "probe, waits of the accelerator driver");
	ok(queues_free() == before, "all queues are there (%d of %d)", queues_free(), before);
	return done();
}
