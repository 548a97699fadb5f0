// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: alone smmu=ours timeout=300
 *
 * M8: bind, unbind, unbind-all and shutdown race. Processes open queues, run jobs on them, close
 * them, exit or are killed, while the accelerator's driver loses its function and takes it again,
 * and while its VFs come and go. What a process gets is a right result or an error; in the end
 * nothing is left. Then the machine is powered off in the middle of it: if that hangs or the
 * kernel complains, the test runner says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"
#include "lib/state.h"

#define DRIVER "/sys/bus/pci/drivers/svarig/"
#define PF     "/sys/bus/pci/devices/0000:01:00.0/"

enum {
	BINDERS = 4,
	BYTES = 3 * PAGE,
};

/* What the binders did, for all to see. */
struct counts {
	unsigned int opened, jobs, refused, failed, wrong, killed;
};

static struct counts *counts;

#define COUNT(what) __atomic_add_fetch(&counts->what, 1, __ATOMIC_RELAXED)

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, value, strlen(value)) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return ret;
}

/* A node that is there now, or was a moment ago. */
static bool some_node(char *path, size_t size, unsigned int *seed)
{
	glob_t found;

	if (glob("/dev/svarig-*", 0, NULL, &found))
		return false;
	snprintf(path, size, "%s", found.gl_pathv[rand_r(seed) % found.gl_pathc]);
	globfree(&found);
	return true;
}

/* One bond's life. */
static void life(unsigned int *seed, uint8_t *src, uint8_t *dst)
{
	struct svarig *s;
	char node[300];
	int ret;

	if (!some_node(node, sizeof(node), seed)) {
		usleep(1000);
		return;
	}
	if (svarig_open(node, 2, &s)) {
		COUNT(refused);
		return;
	}
	COUNT(opened);
	for (int jobs = rand_r(seed) % 3; jobs; jobs--) {
		uint32_t content = rand_r(seed);

		fill(src, BYTES, content);
		memset(dst, 0, BYTES);
		ret = svarig_copy(s, dst, src, BYTES, NULL);
		if (ret)
			COUNT(failed);
		else if (differs(dst, BYTES, content) != BYTES)
			COUNT(wrong);
		else
			COUNT(jobs);
		if (ret)
			break;
	}
	/* Exit unbinds, too: the next one is another process with another PASID. */
	if (!(rand_r(seed) % 3))
		_exit(0);
	svarig_close(s);
}

static pid_t binder(unsigned int seed)
{
	pid_t pid = fork();

	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		uint8_t *src = memory(BYTES), *dst = memory(BYTES);

		for (;;)
			life(&seed, src, dst);
	}
	return pid;
}

static pid_t binders[BINDERS];

/* Those that have exited begin anew, and one of them is killed now and then. */
static void keep_going(unsigned int *seed)
{
	for (int i = 0; i < BINDERS; i++) {
		if (binders[i] && !(rand_r(seed) % 8)) {
			kill(binders[i], SIGKILL);
			waitpid(binders[i], NULL, 0);
			COUNT(killed);
			binders[i] = 0;
		}
		if (!binders[i] || waitpid(binders[i], NULL, WNOHANG) == binders[i])
			binders[i] = binder(rand_r(seed));
	}
}

static void stop(void)
{
	for (int i = 0; i < BINDERS; i++) {
		kill(binders[i], SIGKILL);
		waitpid(binders[i], NULL, 0);
		binders[i] = 0;
	}
}

static void dwell(unsigned int *seed, unsigned int us)
{
	for (unsigned int left = rand_r(seed) % us; left; left -= left < 20000 ? left : 20000) {
		keep_going(seed);
		usleep(left < 20000 ? left : 20000);
	}
}

static bool quiet_again(int module, const struct state *before, const char *what)
{
	struct counts c;

	stop();
	c = *counts;
	note("%s: %u bonds, %u right jobs, %u refused, %u failed, %u killed", what, c.opened,
	     c.jobs, c.refused, c.failed, c.killed);
	memset(counts, 0, sizeof(*counts));
	return ok(c.opened && c.jobs && c.killed && !c.wrong, "%s: no job was wrong", what) &
	       ok(state_same_soon(module, before, what, 0), "%s: nothing is left", what);
}

int main(void)
{
	unsigned int seed = time(NULL), turns = rounds(3, 60), bad = 0;
	int module = test_module();
	struct state before;

	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (counts == MAP_FAILED)
		bail("mmap: %s", strerror(errno));
	note("seed %u", seed);
	before = state_look(module);

	for (unsigned int i = 0; i < 4 * turns; i++)
		dwell(&seed, 200000);
	quiet_again(module, &before, "bind, unbind, exit and kill");

	for (unsigned int i = 0; i < turns; i++) {
		dwell(&seed, 500000);
		bad += !!put(DRIVER "unbind", "0000:01:00.0");
		dwell(&seed, 50000);
		bad += !!put(DRIVER "bind", "0000:01:00.0");
	}
	dwell(&seed, 500000);
	ok(!bad, "the driver loses its function and takes it again, %u times", turns);
	quiet_again(module, &before, "unbind-all");
	device_works();

	for (unsigned int i = 0; i < turns; i++) {
		bad += !!put(PF "sriov_numvfs", "2");
		dwell(&seed, 500000);
		bad += !!put(PF "sriov_numvfs", "0");
		dwell(&seed, 100000);
	}
	ok(!bad, "virtual functions come and go, %u times", turns);
	quiet_again(module, &before, "functions that go");
	device_works();
	test_module_unload(module);

	/* The guest is powered off when this process ends. They outlive it, but hold no port open.
	 */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	keep_going(&seed);
	dwell(&seed, 300000);
	return done();
}
