// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: alone timeout=240
 *
 * M11: a function level reset of one VF amid jobs of all functions: its own jobs end, told so, and
 * it comes back; those of the PF and the other VFs go on as if nothing had been.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/faults.h"
#include "lib/guest.h"

#define PF     "/sys/bus/pci/devices/0000:01:00.0"
#define VICTIM 1 /* of the VFs */

enum {
	VFS = 4,
	ROUNDS = 3,
	BYTES = 16 * PAGE,
};

/* What the victim's process ends with. */
enum {
	TOLD = 3,
	WRONG,
	NO_QUEUE,
};

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return good;
}

/* The node of VF @n, of the PF with -1; waits for it to come up. */
static const char *node(int n)
{
	static char names[VFS + 1][PATH_MAX];
	time_t end = time(NULL) + 60;
	char pattern[PATH_MAX];
	glob_t found;

	if (n < 0)
		snprintf(pattern, sizeof(pattern), PF "/uacce/svarig-*");
	else
		snprintf(pattern, sizeof(pattern), PF "/virtfn%d/uacce/svarig-*", n);
	while (glob(pattern, 0, NULL, &found)) {
		if (time(NULL) > end)
			bail("%s: not there", pattern);
		usleep(20000);
	}
	snprintf(names[n + 1], PATH_MAX, "/dev%s", strrchr(found.gl_pathv[0], '/'));
	globfree(&found);
	while (access(names[n + 1], R_OK | W_OK) && time(NULL) < end)
		usleep(20000);
	return names[n + 1];
}

/* Child: job after job on the VF until one does not end well. */
static void work(int progress)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	struct svarig *s;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (svarig_open(node(VICTIM), 4, &s))
		_exit(NO_QUEUE);
	fill(src, BYTES, 9);
	for (;;) {
		if (have_pri())
			madvise(dst, BYTES, MADV_DONTNEED);
		else
			memset(dst, 0, BYTES);
		if (svarig_copy(s, dst, src, BYTES, NULL))
			_exit(TOLD);
		if (differs(dst, BYTES, 9) != BYTES)
			_exit(WRONG);
		if (write(progress, "", 1) != 1)
			_exit(WRONG);
	}
}

static bool vf_works(void)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	struct svarig *s;
	bool good;

	if (svarig_open(node(VICTIM), 2, &s))
		return false;
	fill(src, BYTES, 3);
	if (!have_pri())
		touch(dst, BYTES);
	good = !svarig_copy(s, dst, src, BYTES, NULL) && differs(dst, BYTES, 3) == BYTES;
	svarig_close(s);
	munmap(src, BYTES);
	munmap(dst, BYTES);
	return good;
}

static void reset_under_jobs(unsigned int round)
{
	char path[PATH_MAX], c;
	int progress[2], status;
	bool reset;
	pid_t pid;

	fflush(stdout);
	if (pipe(progress))
		bail("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		close(progress[0]);
		work(progress[1]);
	}
	close(progress[1]);
	for (unsigned int jobs = 0; jobs < 1 + round; jobs++)
		if (read(progress[0], &c, 1) != 1)
			bail("the VF does no jobs");
	snprintf(path, sizeof(path), PF "/virtfn%d/reset", VICTIM);
	reset = write_file(path, "1");
	waitpid(pid, &status, 0);
	close(progress[0]);
	ok(reset && WIFEXITED(status) && WEXITSTATUS(status) == TOLD,
	   "reset %u: the VF's process is told (%#x)", round, status);
	ok(vf_works(), "reset %u: the VF works again", round);
}

static void start_neighbours(struct neighbour *n, struct faulter *f)
{
	for (int i = -1; i < VFS; i++) {
		if (i == VICTIM)
			continue;
		setenv("SVARIG_DEVICE", node(i), 1);
		neighbour_start(&n[i + 1]);
		if (have_pri())
			faulter_start(&f[i + 1], node(i));
	}
	unsetenv("SVARIG_DEVICE");
}

static void stop_neighbours(struct neighbour *n, struct faulter *f)
{
	for (int i = -1; i < VFS; i++) {
		int jobs;

		if (i == VICTIM)
			continue;
		note("%s", node(i));
		neighbour_stop(&n[i + 1]);
		if (!have_pri())
			continue;
		jobs = faulter_progress(&f[i + 1]);
		ok(jobs > 0, "its %d jobs with page faults were right", jobs);
		faulter_stop(&f[i + 1]);
	}
}

int main(void)
{
	struct neighbour n[VFS + 1];
	struct faulter f[VFS + 1];
	bool ours = have_pri();

	if (access(PF "/sriov_numvfs", F_OK))
		skip_all("the accelerator has no virtual functions");
	if (!write_file(PF "/sriov_numvfs", "4"))
		bail("no virtual functions: %s", strerror(errno));
	start_neighbours(n, f);
	ok(vf_works(), "the VF works");
	for (unsigned int round = 0; round < ROUNDS; round++)
		reset_under_jobs(round);
	stop_neighbours(n, f);
	if (ours) {
		ok(!smmu_stat("isolated") && !smmu_stat("atc_failures"),
		   "every ATC invalidation was answered");
		ok(!smmu_stat("page_requests_waiting"), "no part of a group is left waiting");
	}
	ok(write_file(PF "/sriov_numvfs", "0"), "the VFs go");
	setenv("SVARIG_DEVICE", node(-1), 1);
	device_works();
	return done();
}
