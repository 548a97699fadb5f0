// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours timeout=180
 *
 * F3: page faults of requests without PASID and of several PASIDs of one function wait at the same
 * time. The domain of the one goes, then the process of another: what is none of theirs waits on,
 * and is served.
 */
#include <errno.h>
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
	FAULTERS = 2,
	ROUNDS = 20,
};

static int module;
static struct faulter faulters[FAULTERS];

static struct svt_space space(unsigned int op)
{
	struct svt_space s = {.op = op};

	if (ioctl(module, SVT_SPACE, &s))
		bail("space: operation %u: %s", op, strerror(errno));
	return s;
}

/* Has a page fault of a job without PASID wait. */
static void rid_asks(const char *when)
{
	time_t end = time(NULL) + 20;

	space(SVT_SPACE_START);
	while (!space(SVT_SPACE_FAULTS).status && time(NULL) < end)
		usleep(10000);
	ok(space(SVT_SPACE_FAULTS).status == 1, "%s: a fault without PASID waits", when);
}

static void rid_fault_waits(const char *when)
{
	space(SVT_SPACE_OPEN_FAULTS);
	rid_asks(when);
}

/* The PASIDs that fault all the time get on with it. */
static void others_go_on(const char *when)
{
	time_t end = time(NULL) + 60;
	bool all = true;

	for (unsigned int i = 0; i < FAULTERS; i++) {
		int jobs = 0;

		faulter_progress(&faulters[i]);
		/* One may have been under way. */
		while (jobs >= 0 && jobs < 2 && time(NULL) < end) {
			int more = faulter_progress(&faulters[i]);

			jobs = more < 0 ? more : jobs + more;
			usleep(10000);
		}
		all = all && jobs >= 2;
	}
	ok(all, "%s: faults of %d other PASIDs are served", when, FAULTERS);
}

static bool rid_job_right(void)
{
	struct svt_space s = space(SVT_SPACE_WAIT);

	return s.status == SVARIG_ST_OK && !s.wrong;
}

/* The domain had the rings, too: the queue halts. */
static bool rid_job_cut_off(void)
{
	struct svt_space s = {.op = SVT_SPACE_WAIT};

	return ioctl(module, SVT_SPACE, &s) && errno == EIO;
}

static void is_done(struct svarig *s, const uint8_t *dst, const char *what)
{
	struct svarig_result r = {0};

	ok(svarig_wait(s, &r, 1, 60000) == 1 && !r.error && *(uint32_t *)dst == 0, "%s (%s)", what,
	   svarig_status_name(r.status));
}

/* The domain of requests without PASID goes, with its fault. */
static void rid_goes(void)
{
	uint8_t *src = held_memory(module, PAGE), *dst = memory(PAGE);
	struct svarig_result r;
	struct svarig *s;

	hold(module, true);
	s = queue_with_held_fault(module, 1, src, dst);
	rid_fault_waits("beside one of a PASID");
	others_go_on("with both waiting");
	space(SVT_SPACE_DETACH);
	ok(rid_job_cut_off(), "its domain gone, the queue without PASID halts");
	ok(held(module) == 1 && svarig_poll(s, &r, 1) == 0, "the PASID's fault waits on");
	others_go_on("after that");
	hold(module, false);
	is_done(s, dst, "the PASID's job is done when its fault is served");
	space(SVT_SPACE_CLOSE);
	svarig_close(s);
	munmap(src, PAGE);
	munmap(dst, PAGE);
}

/* A process with a sleeping fault. */
static pid_t victim(void)
{
	unsigned int before = held(module);
	time_t end = time(NULL) + 60;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		queue_with_held_fault(module, 1, held_memory(module, PAGE), memory(PAGE));
		pause();
	}
	while (held(module) == before && time(NULL) < end)
		usleep(10000);
	return pid;
}

/* Processes go, with their faults. */
static void pasid_goes(bool with_neighbour)
{
	const char *what = with_neighbour ? "one of two processes" : "a process";
	uint8_t *src = held_memory(module, PAGE), *dst = memory(PAGE);
	int before = queues_free();
	time_t end = time(NULL) + 60;
	struct svarig *s = NULL;
	pid_t pid;

	rid_fault_waits(what);
	hold(module, true);
	pid = victim();
	if (with_neighbour)
		s = queue_with_held_fault(module, 1, src, dst);
	ok(held(module) == (with_neighbour ? 2 : 1), "%s: %u faults sleep beside it", what,
	   held(module));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	hold(module, false);
	if (with_neighbour) {
		is_done(s, dst, "the other's job is done");
		svarig_close(s);
	}
	/* The one of the space stays taken. */
	while (queues_free() != before - 1 && time(NULL) < end)
		usleep(10000);
	ok(queues_free() == before - 1, "%s is gone with its PASID", what);
	ok(space(SVT_SPACE_FAULTS).status == 1, "the fault without PASID waits on");
	others_go_on("after that");
	space(SVT_SPACE_ANSWER);
	ok(rid_job_right(), "answered, its job is right");
	space(SVT_SPACE_CLOSE);
	munmap(src, PAGE);
	munmap(dst, PAGE);
}

/* A process has gone with its fault before there is one without PASID. */
static void pasid_gone(void)
{
	int before = queues_free();
	time_t end = time(NULL) + 60;
	pid_t pid;

	space(SVT_SPACE_OPEN_FAULTS);
	hold(module, true);
	pid = victim();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	hold(module, false);
	while (queues_free() != before - 1 && time(NULL) < end)
		usleep(10000);
	rid_asks("after a process has gone");
	space(SVT_SPACE_ANSWER);
	ok(rid_job_right(), "answered, its job is right");
	space(SVT_SPACE_CLOSE);
}

/* Without waiting: all at once, over and over, and the domain turned under it. */
static void all_at_once(void)
{
	unsigned int good = 0, refused = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		space(SVT_SPACE_OPEN_FAULTS);
		space(SVT_SPACE_START);
		while (i % 4 && !space(SVT_SPACE_FAULTS).status)
			;
		space(i % 2 ? SVT_SPACE_ANSWER : SVT_SPACE_DETACH);
		if (i % 2)
			good += rid_job_right();
		else
			refused += rid_job_cut_off();
		space(SVT_SPACE_CLOSE);
	}
	ok(good == ROUNDS / 2 && refused == ROUNDS - ROUNDS / 2,
	   "in turn answered and cut off: %u jobs without PASID right, %u halted", good, refused);
	others_go_on("at the end");
}

int main(void)
{
	unsigned long long unexpected = counter("prg_unexpected");

	module = test_module();
	for (unsigned int i = 0; i < FAULTERS; i++)
		faulter_start(&faulters[i], NULL);
	rid_goes();
	pasid_goes(false);
	pasid_goes(true);
	pasid_gone();
	all_at_once();
	for (unsigned int i = 0; i < FAULTERS; i++)
		faulter_stop(&faulters[i]);
	ok(counter("prg_unexpected") == unexpected, "no answer came twice");
	ok(smmu_stat("page_requests_waiting") == 0, "no part of a group is left waiting");
	test_module_unload(module);
	device_works();
	return done();
}
