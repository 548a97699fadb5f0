// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: debug smmu=ours timeout=600
 *
 * S3, I5: every allocation of bind and page response made to fail, one after the other, until there
 * are no more. Each time: the call says so or does without; what the SMMU would fetch is what it
 * was; nothing stays behind. And closing and exit with no memory at all. The other calls of
 * the driver are in s3_attach and s3_bind.
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

#define NODE "/dev/svarig-0"

static int module;

/* In a new process, which has no PASID yet: @ret of open, and whether an allocation failed. */
struct attempt {
	int ret;
	bool failed, same;
};

static struct attempt open_in_child(const struct state *before, unsigned int n)
{
	struct attempt a = {0};
	int tell[2];
	pid_t pid;

	fflush(stdout);
	if (pipe(tell) || (pid = fork()) < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		int fd;

		inject(0, n);
		fd = open(NODE, O_RDWR | O_CLOEXEC);
		a.ret = fd < 0 ? -errno : 0;
		a.failed = inject_end();
		/* The process is there still, so the exit tidies nothing up. */
		a.same = fd >= 0 || state_same(module, before, "open", n);
		_exit(write(tell[1], &a, sizeof(a)) != sizeof(a));
	}
	close(tell[1]);
	if (read(tell[0], &a, sizeof(a)) != sizeof(a))
		bail("the child that opens has died");
	close(tell[0]);
	waitpid(pid, NULL, 0);
	return a;
}

static void bonds(void)
{
	struct state before = state_look(module);
	struct tally t = {0};
	struct attempt a;
	unsigned int n;

	for (n = 1; n <= STATE_MOST; n++) {
		a = open_in_child(&before, n);
		if (!a.failed)
			break;
		t.failed += !!a.ret;
		t.survived += !a.ret;
		/* Without memory for its number a PASID is not to be had. */
		if ((a.ret && a.ret != -ENOMEM && a.ret != -ENOSPC) || !a.same ||
		    !state_same_soon(module, &before, "open and exit", n)) {
			note("open, allocation %u: %s", n, strerror(-a.ret));
			t.wrong++;
		}
	}
	t.wrong += !!a.ret;
	tally_report(&t, n, "open");
	device_works();
}

/* Closing ends a bond alone: to take a mapping away the kernel may need memory. */
static void end_in_child(const struct state *before, bool exits, const char *how)
{
	uint8_t *src = memory(4 * PAGE), *dst = memory(4 * PAGE);
	struct svarig *s;
	int fd;

	if (!exits) {
		fd = open(NODE, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			_exit(1);
		inject_all(true);
		close(fd);
		inject_all(false);
		_exit(!state_same(module, before, how, 0));
	}
	s = queue(4);
	fill(src, 4 * PAGE, 3);
	if (svarig_copy(s, dst, src, 4 * PAGE, NULL))
		_exit(1);
	inject_all(true);
	_exit(0);
}

static void end_without_memory(bool exits, const char *how)
{
	struct state before = state_look(module);
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid)
		end_in_child(&before, exits, how);
	waitpid(pid, &status, 0);
	if (exits) {
		/* Ours to end: the child could not. */
		inject_all(true);
		inject_all(false);
	}
	ok(WIFEXITED(status) && !WEXITSTATUS(status) && state_same_soon(module, &before, how, 0),
	   "%s without any memory left", how);
}

/* The thread that takes page requests out of the SMMU's queue. */
static pid_t page_request_thread(void)
{
	char name[64] = "";
	glob_t found;
	pid_t pid = 0;
	FILE *f;

	if (glob("/proc/[0-9]*/comm", 0, NULL, &found))
		bail("no processes");
	for (size_t i = 0; i < found.gl_pathc && !pid; i++) {
		f = fopen(found.gl_pathv[i], "r");
		if (f && fgets(name, sizeof(name), f) && strstr(name, "-priq"))
			pid = atoi(found.gl_pathv[i] + strlen("/proc/"));
		if (f)
			fclose(f);
	}
	globfree(&found);
	if (!pid)
		bail("no thread takes page requests");
	return pid;
}

/* A job on memory that is not there. 0, or -errno with where it failed being in that memory. */
static int job_on_missing(struct svarig *s)
{
	uint8_t *src = memory(PAGE), *dst = memory(PAGE);
	struct svarig_result r = {0};
	int ret;

	fill(src, PAGE, 8);
	ret = svarig_copy(s, dst, src, PAGE, &r);
	if (!ret && differs(dst, PAGE, 8) != PAGE)
		ret = -EBADMSG;
	if (ret == -EFAULT && r.fault_addr != (uintptr_t)dst)
		ret = -EBADMSG;
	munmap(src, PAGE);
	munmap(dst, PAGE);
	return ret;
}

/* One page request costs one job at most, and page requests go on for everybody. */
static void page_response(void)
{
	uint64_t ok_before = counter("prg_ok"), failures = counter("prg_failure");
	pid_t thread = page_request_thread();
	struct svarig *s = queue(4);
	struct state before = state_look(module);
	struct tally t = {0};
	unsigned int n;
	bool failed;
	int ret;

	for (n = 1; n <= STATE_MOST; n++) {
		inject(thread, n);
		ret = job_on_missing(s);
		failed = inject_end();
		if (!failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		if ((ret && ret != -EFAULT) || !state_same(module, &before, "page request", n) ||
		    job_on_missing(s)) {
			note("page request, allocation %u: %s", n, strerror(-ret));
			t.wrong++;
		}
	}
	t.wrong += !!ret;
	tally_report(&t, n, "a page request on its way to its handler");
	ok(counter("prg_failure") == failures && counter("prg_ok") > ok_before,
	   "page requests were never turned off (%llu times)",
	   (unsigned long long)(counter("prg_failure") - failures));

	inject_within("iommu_sva_handle_iopf");
	for (n = 1; n <= 5; n++) {
		inject_pages(1);
		ret = job_on_missing(s);
		inject_pages(0);
		ok((!ret || ret == -EFAULT) && !job_on_missing(s),
		   "no page for the fault: the job ends (%s), the next is right", strerror(-ret));
	}
	inject_within(NULL);
	ok(smmu_stat("page_requests_waiting") == 0, "no part of a group is left waiting");
	svarig_close(s);
}

int main(void)
{
	struct neighbour n;

	inject_init();
	module = test_module();
	bonds();
	page_response();
	neighbour_start(&n);
	end_without_memory(false, "close");
	end_without_memory(true, "exit");
	neighbour_stop(&n);
	test_module_unload(module);
	ok(!leaks(NULL), "the kernel finds no memory that nothing points to");
	return done();
}
