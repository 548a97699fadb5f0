// SPDX-License-Identifier: BSD-2-Clause
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

#define KO   "/svarig/modules/svarig_test.ko"
#define NODE "/dev/svarig-test"

int test_module(void)
{
	int ko, fd;

	ko = open(KO, O_RDONLY);
	if (ko < 0)
		bail("%s: %s", KO, strerror(errno));
	if (syscall(SYS_finit_module, ko, "", 0) && errno != EEXIST)
		bail("loading %s: %s", KO, strerror(errno));
	close(ko);
	fd = open(NODE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		bail("%s: %s", NODE, strerror(errno));
	return fd;
}

void test_module_unload(int fd)
{
	close(fd);
	ok(!syscall(SYS_delete_module, "svarig_test", O_NONBLOCK), "the test module goes");
}

int test_call(int fd, unsigned long call, unsigned long arg, const char *what)
{
	int ret = ioctl(fd, call, arg);

	if (ret < 0)
		bail("%s: %s", what, strerror(errno));
	return ret;
}

unsigned long long smmu_stat(const char *name)
{
	unsigned long long value, found = 0;
	char key[64];
	bool seen = false;
	glob_t files;
	FILE *f;

	if (glob("/sys/kernel/debug/svarig_smmuv3/*/stats", 0, NULL, &files))
		bail("no statistics of the SMMU driver");
	for (size_t i = 0; i < files.gl_pathc; i++) {
		f = fopen(files.gl_pathv[i], "r");
		while (f && fscanf(f, "%63s %llu", key, &value) == 2) {
			if (strcmp(key, name))
				continue;
			found += value;
			seen = true;
		}
		if (f)
			fclose(f);
	}
	globfree(&files);
	if (!seen)
		bail("the SMMU driver counts no %s", name);
	return found;
}
