// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours timeout=600
 *
 * S3, I5: every allocation of bind, attach and page response made to fail, one after the other,
 * until there are no more. Each time: the call says so or does without; what the SMMU would fetch
 * is what it was; nothing stays behind. And closing and exit with no memory at all.
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

#define NODE   "/dev/svarig-0"
#define DRIVER "/sys/bus/pci/drivers/svarig/"
#define MOST   400

static int module;

/* All that an attempt that failed must leave as it was. */
struct state {
	struct svt_tables tables;
	unsigned long long asids, credits;
	long long queues; /* no padding: states are compared as bytes */
};

/* Without its driver the function has no queues. */
static bool bound = true;

static struct state look(void)
{
	struct state s = {0};

	test_call(module, SVT_TABLES, (unsigned long)&s.tables, "reading the tables");
	s.asids = smmu_stat("asids");
	s.credits = smmu_stat("pri_credits_left");
	s.queues = bound ? queues_free() : 0;
	return s;
}

static bool same(const struct state *was, const char *what, unsigned int n)
{
	struct state is = look();

	if (!memcmp(was, &is, sizeof(is)))
		return true;
	note("%s, allocation %u: STE %#llx, %u CDs, %llu ASIDs, %llu credits, %lld queues; before "
	     "%#llx, %u, %llu, %llu, %lld",
	     what, n, is.tables.ste[0], is.tables.cds, is.asids, is.credits, is.queues,
	     was->tables.ste[0], was->tables.cds, was->asids, was->credits, was->queues);
	return false;
}

/* What came of the attempts of one kind. */
struct tally {
	unsigned int failed, survived; /* with one allocation failing */
	unsigned int wrong;
};

static void report(const struct tally *t, unsigned int n, const char *what)
{
	ok(t->failed && !t->wrong && n <= MOST,
	   "%s: %u allocations, %u fail it, without %u it does; %u wrong", what, n - 1, t->failed,
	   t->survived, t->wrong);
}

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
		a.same = fd >= 0 || same(before, "open", n);
		_exit(write(tell[1], &a, sizeof(a)) != sizeof(a));
	}
	close(tell[1]);
	if (read(tell[0], &a, sizeof(a)) != sizeof(a))
		bail("the child that opens has died");
	close(tell[0]);
	waitpid(pid, NULL, 0);
	return a;
}

/* An address space's end may need a grace period more. */
static bool same_soon(const struct state *was, const char *what, unsigned int n)
{
	for (int ms = 0; ms < 5000; ms += 50) {
		struct state is = look();

		if (!memcmp(was, &is, sizeof(is)))
			return true;
		usleep(50000);
	}
	return same(was, what, n);
}

static void bonds(void)
{
	struct state before = look();
	struct tally t = {0};
	struct attempt a;
	unsigned int n;

	for (n = 1; n <= MOST; n++) {
		a = open_in_child(&before, n);
		if (!a.failed)
			break;
		t.failed += !!a.ret;
		t.survived += !a.ret;
		/* Without memory for its number a PASID is not to be had. */
		if ((a.ret && a.ret != -ENOMEM && a.ret != -ENOSPC) || !a.same ||
		    !same_soon(&before, "open and exit", n)) {
			note("open, allocation %u: %s", n, strerror(-a.ret));
			t.wrong++;
		}
	}
	t.wrong += !!a.ret;
	report(&t, n, "open");
	device_works();
}

/* The domain of requests without PASID is to change while they stream: they notice nothing. */
static void change(unsigned int kind, const char *what)
{
	struct svt_turn turn = {.kind = kind, .turns = 1};
	struct svt_stream_result r;
	struct state before;
	struct tally t = {0};
	unsigned int n;
	int ret;

	/* The other domain with tables has no place for their messages. */
	test_call(module, SVT_STREAM_START, kind == SVT_TURN_PAGING ? 0 : SVT_STREAM_IRQ,
		  "starting the stream");
	before = look();
	for (n = 1; n <= MOST; n++) {
		turn.fail = n;
		ret = ioctl(module, SVT_TURN, &turn) ? -errno : 0;
		if (!turn.failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		if ((ret && ret != -ENOMEM) || !same(&before, what, n)) {
			note("%s, allocation %u: %s", what, n, strerror(-ret));
			t.wrong++;
		}
	}
	t.wrong += !!ret;
	test_call(module, SVT_STREAM_STOP, (unsigned long)&r, "stopping the stream");
	if (kind == SVT_TURN_PAGING)
		report(&t, n, what);
	else
		ok(n == 1 && !ret, "%s: needs no memory", what);
	ok(r.jobs && !r.failed && !r.wrong && !r.irqs_lost && !r.stuck,
	   "%s: %llu jobs meanwhile, %llu failed, %llu bytes wrong, %llu interrupts lost", what,
	   r.jobs, r.failed, r.wrong, r.irqs_lost);
}

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
	struct state before = look(), away;
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
	bound = false;
	away = look();
	inject_within("svarig");
	for (n = 1; n <= MOST; n++) {
		inject(0, n);
		ret = tell("bind");
		failed = inject_end();
		if (!failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		if ((ret ? !no_memory(ret) : tell("unbind")) || !same(&away, "probe", n)) {
			note("probe, allocation %u: %s", n, strerror(-ret));
			t.wrong++;
		}
	}
	inject_within(NULL);
	bound = true;
	t.wrong += !!ret || !same(&before, "probe", n);
	report(&t, n, "probe");
	device_works();
}

/* A space of the kernel's own behind a PASID: allocated, mapped, attached. */
static void space(void)
{
	struct svt_space open = {.op = SVT_SPACE_OPEN}, close = {.op = SVT_SPACE_CLOSE};
	struct state before = look();
	struct tally t = {0};
	unsigned int n;
	bool failed;
	int ret;

	for (n = 1; n <= MOST; n++) {
		inject(0, n);
		ret = ioctl(module, SVT_SPACE, &open) ? -errno : 0;
		failed = inject_end();
		if (!ret)
			test_call(module, SVT_SPACE, (unsigned long)&close, "closing a space");
		if (!failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		if ((ret && ret != -ENOMEM && ret != -ENOSPC) || !same(&before, "space", n)) {
			note("space, allocation %u: %s", n, strerror(-ret));
			t.wrong++;
		}
	}
	t.wrong += !!ret;
	report(&t, n, "an address space of the kernel's");
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
		_exit(!same(before, how, 0));
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
	struct state before = look();
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
	ok(WIFEXITED(status) && !WEXITSTATUS(status) && same_soon(&before, how, 0),
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
	struct state before = look();
	struct tally t = {0};
	unsigned int n;
	bool failed;
	int ret;

	for (n = 1; n <= MOST; n++) {
		inject(thread, n);
		ret = job_on_missing(s);
		failed = inject_end();
		if (!failed)
			break;
		t.failed += !!ret;
		t.survived += !ret;
		if ((ret && ret != -EFAULT) || !same(&before, "page request", n) ||
		    job_on_missing(s)) {
			note("page request, allocation %u: %s", n, strerror(-ret));
			t.wrong++;
		}
	}
	t.wrong += !!ret;
	report(&t, n, "a page request on its way to its handler");
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
	space();
	change(SVT_TURN_PAGING, "another domain for requests without PASID");
	change(SVT_TURN_IDENTITY, "identity");
	end_without_memory(false, "close");
	end_without_memory(true, "exit");
	neighbour_stop(&n);
	probe();
	test_module_unload(module);
	ok(!leaks(), "the kernel finds no memory that nothing points to");
	return done();
}
