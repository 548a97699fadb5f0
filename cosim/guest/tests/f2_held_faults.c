// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours timeout=180 endpoints=2
 *
 * F2: page faults that sleep for seconds in the handler (as on a network file system) while their
 * queue is closed, their process killed, their function removed. Each page request gets one
 * response, not less and not more, and a neighbour's faults are served meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/faults.h"
#include "lib/guest.h"

enum {
	JOBS = 4,
	HELD_MS = 1500
};

static int module;

/* Requests that have not been answered, and answers nobody waited for. */
static long unanswered(void)
{
	return (long)(counter("page_reqs") - counter("prg_ok") - counter("prg_invalid") -
		      counter("prg_failure"));
}

static void sleep_ms(unsigned int ms)
{
	usleep(ms * 1000);
}

/* Lets go after a while, from another process: this one may be stuck until then. */
static pid_t let_go_later(void)
{
	pid_t pid = fork();

	if (!pid) {
		sleep_ms(HELD_MS);
		hold(module, false);
		_exit(0);
	}
	return pid;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void served_late(void)
{
	uint8_t *src = held_memory(module, JOBS * PAGE), *dst = memory(PAGE);
	struct svarig_result r;
	struct svarig *s;
	int good = 0;

	hold(module, true);
	s = queue_with_held_fault(module, JOBS, src, dst);
	sleep_ms(HELD_MS);
	ok(svarig_poll(s, &r, 1) == 0, "a job whose fault sleeps waits for it");
	hold(module, false);
	while (svarig_outstanding(s) && svarig_wait(s, &r, 1, 60000) == 1)
		good += !r.error;
	ok(good == JOBS, "served late, the jobs are done (%d of %d)", good, JOBS);
	ok(*(uint32_t *)dst == (JOBS - 1) * PAGE, "and right (%#x)", *(uint32_t *)dst);
	svarig_close(s);
	munmap(src, JOBS * PAGE);
	munmap(dst, PAGE);
}

static void close_meanwhile(void)
{
	uint8_t *src = held_memory(module, JOBS * PAGE), *dst = memory(PAGE);
	int before = queues_free();
	struct svarig *s;
	double begin;
	pid_t pid;

	hold(module, true);
	pid = let_go_later();
	s = queue_with_held_fault(module, JOBS, src, dst);
	begin = seconds();
	svarig_close(s);
	ok(held(module) == 0, "closing the queue waits for the fault (%.1f s)", seconds() - begin);
	waitpid(pid, NULL, 0);
	ok(queues_free() == before, "the queue is free again (%d of %d)", queues_free(), before);
	munmap(src, JOBS * PAGE);
	munmap(dst, PAGE);
}

/* A child with a sleeping fault; told to go on it exits, otherwise it waits to be killed. */
static pid_t victim(bool exits)
{
	int ready[2];
	pid_t pid;
	char c;

	fflush(stdout);
	if (pipe(ready))
		bail("pipe: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		queue_with_held_fault(module, JOBS, held_memory(module, JOBS * PAGE), memory(PAGE));
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		if (exits)
			_exit(0);
		pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		bail("the victim has no sleeping fault");
	close(ready[0]);
	return pid;
}

/* The mm outlives its process: the handler has it. So do the queue and the bond. */
static void end_meanwhile(bool exits, const char *how)
{
	int before = queues_free(), status;
	time_t end = time(NULL) + 60;
	pid_t pid;

	hold(module, true);
	pid = victim(exits);
	if (!exits)
		kill(pid, SIGKILL);
	ok(waitpid(pid, &status, 0) == pid && held(module) > 0,
	   "%s: the process ends, its fault sleeps on", how);
	sleep_ms(HELD_MS);
	ok(queues_free() < before, "%s: its queue is still taken (%d of %d free)", how,
	   queues_free(), before);
	hold(module, false);
	while (queues_free() != before && time(NULL) < end)
		sleep_ms(10);
	ok(queues_free() == before, "%s: let go, the queue is free again (%d of %d)", how,
	   queues_free(), before);
	device_works();
}

/* While one process's fault sleeps, another's are served. */
static void neighbour_meanwhile(void)
{
	uint8_t *src = held_memory(module, JOBS * PAGE), *dst = memory(PAGE);
	struct faulter other;
	struct svarig *s;
	int jobs;

	faulter_start(&other, "/dev/svarig-1");
	hold(module, true);
	s = queue_with_held_fault(module, JOBS, src, dst);
	faulter_progress(&other);
	sleep_ms(HELD_MS);
	jobs = faulter_progress(&other);
	ok(held(module) > 0 && jobs > 1,
	   "while a fault sleeps, %d jobs with faults are done on another endpoint", jobs);
	faulter_stop(&other);
	hold(module, false);
	svarig_close(s);
	munmap(src, JOBS * PAGE);
	munmap(dst, PAGE);
}

int main(void)
{
	unsigned long long unexpected = counter("prg_unexpected");

	module = test_module();
	served_late();
	neighbour_meanwhile();
	close_meanwhile();
	end_meanwhile(false, "kill -9");
	end_meanwhile(true, "exit");
	ok(unanswered() == 0, "every page request was answered (%ld not)", unanswered());
	ok(counter("prg_unexpected") == unexpected, "and none twice (%llu)",
	   (unsigned long long)counter("prg_unexpected") - unexpected);
	ok(smmu_stat("page_requests_waiting") == 0, "no part of a group is left waiting");
	test_module_unload(module);
	device_works();
	return done();
}
