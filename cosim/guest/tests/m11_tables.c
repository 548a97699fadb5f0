// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: alone smmu=ours timeout=240
 *
 * M11: each virtual function has a stream table entry and a PASID table of its own. A process on
 * each function and on the PF: its PASID is in that function's table and in no other, and goes
 * alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

#define PF "/sys/bus/pci/devices/0000:01:00.0/"

enum {
	VFS = 4,
	FUNCTIONS = VFS + 1
};

static int module;
static unsigned int function[FUNCTIONS];

static void set_vfs(const char *count)
{
	int fd = open(PF "sriov_numvfs", O_WRONLY);

	if (fd < 0 || write(fd, count, strlen(count)) < 0)
		bail("sriov_numvfs: %s", strerror(errno));
	close(fd);
}

/* The function behind /dev/svarig-@n, as bus << 8 | devfn. */
static unsigned int find_function(unsigned int n)
{
	unsigned int bus, device, number;
	char path[64], link[256];
	ssize_t bytes = -1;

	snprintf(path, sizeof(path), "/sys/class/uacce/svarig-%u/device", n);
	for (int ms = 0; ms < 20000 && bytes < 0; ms += 20) {
		bytes = readlink(path, link, sizeof(link) - 1);
		usleep(20000);
	}
	if (bytes < 0)
		bail("%s: %s", path, strerror(errno));
	link[bytes] = 0;
	if (sscanf(strrchr(link, '/'), "/0000:%x:%x.%x", &bus, &device, &number) != 3)
		bail("%s: %s", path, link);
	return bus << 8 | device << 3 | number;
}

static void look(struct svt_tables t[FUNCTIONS])
{
	memset(t, 0, FUNCTIONS * sizeof(*t));
	for (unsigned int i = 0; i < FUNCTIONS; i++) {
		t[i].function = function[i];
		test_call(module, SVT_TABLES, (unsigned long)&t[i], "reading the tables");
	}
}

/* A process with a queue of function @n; it has done a job, and waits. */
static pid_t user_start(unsigned int n)
{
	char c, path[32];
	int ready[2];
	pid_t pid;

	fflush(stdout);
	if (pipe(ready) || (pid = fork()) < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		uint8_t *src = memory(PAGE), *dst = memory(PAGE);
		struct svarig *s;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ready[0]);
		snprintf(path, sizeof(path), "/dev/svarig-%u", n);
		fill(src, PAGE, n);
		if (svarig_open(path, 2, &s) || svarig_copy(s, dst, src, PAGE, NULL) ||
		    differs(dst, PAGE, n) != PAGE || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		bail("the process on /dev/svarig-%u did not do its job", n);
	close(ready[0]);
	return pid;
}

static void user_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int main(void)
{
	struct svt_tables idle[FUNCTIONS], busy[FUNCTIONS], after[FUNCTIONS];
	pid_t users[FUNCTIONS];
	unsigned int wrong = 0, shared = 0;

	module = test_module();
	set_vfs("4");
	for (unsigned int i = 0; i < FUNCTIONS; i++)
		function[i] = find_function(i);
	look(idle);
	for (unsigned int i = 0; i < FUNCTIONS; i++) {
		users[i] = user_start(i);
		/* Those of the functions after it are not there yet. */
		look(busy);
		for (unsigned int k = 0; k < FUNCTIONS; k++)
			wrong += busy[k].cds != idle[k].cds + (k <= i);
	}
	ok(!wrong, "a process's PASID is in the table of its function alone (%u wrong)", wrong);
	for (unsigned int i = 0; i < FUNCTIONS; i++)
		for (unsigned int k = 0; k < i; k++)
			/* The first word says where the PASID table is. */
			shared += busy[i].ste[0] == busy[k].ste[0];
	ok(!shared, "%d functions, as many PASID tables (%u shared)", FUNCTIONS, shared);

	user_stop(users[2]);
	look(after);
	wrong = after[2].cds != idle[2].cds;
	for (unsigned int i = 0; i < FUNCTIONS; i++)
		wrong += i != 2 && (after[i].cds != busy[i].cds || after[i].crc != busy[i].crc);
	ok(!wrong, "one process ends, its PASID goes, no other table changes (%u wrong)", wrong);

	for (unsigned int i = 0; i < FUNCTIONS; i++)
		if (i != 2)
			user_stop(users[i]);
	look(after);
	wrong = 0;
	for (unsigned int i = 0; i < FUNCTIONS; i++)
		wrong += after[i].cds != idle[i].cds || after[i].crc != idle[i].crc;
	ok(!wrong, "without processes the tables are what they were (%u wrong)", wrong);
	set_vfs("0");
	device_works();
	test_module_unload(module);
	return done();
}
