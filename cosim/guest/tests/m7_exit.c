// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours timeout=240
 *
 * M7: a process ends before its bond does. A child has inherited the queue's file and holds it, so
 * the bond outlives the process, whose jobs the endpoint still runs: what is left of them ends in
 * quiet faults, nothing is written to the pages that were the process's, and the unbind later, or
 * in the middle of it, is safe.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

enum {
	BYTES = 256 * 1024,
	JOBS = 8,
	GRAB = 8 * MIB,
	ROUNDS = 4,
	RACES = 15,
};

static void pipe_or_bail(int ends[2])
{
	if (pipe(ends))
		bail("pipe: %s", strerror(errno));
}

static pid_t fork_or_bail(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	return pid;
}

/* Waits until the endpoint has written nothing for a while. */
static void wait_until_still(void)
{
	uint64_t now = counter("bytes_written"), was;

	do {
		was = now;
		usleep(300000);
		now = counter("bytes_written");
	} while (now != was);
}

/* In the child that holds the file. @alive ends when the process is dead. Returns its exit status.
 */
static int look_after(int alive, unsigned long long asids, unsigned long long events)
{
	uint8_t *grabbed = memory(GRAB);
	bool bond;
	size_t at;
	char c;

	while (read(alive, &c, 1) > 0)
		;
	/* The pages that have just become free are the first to be had again. */
	fill(grabbed, GRAB, 7);
	bond = smmu_stat("asids") == asids + 1;
	wait_until_still();
	at = differs(grabbed, GRAB, 7);
	if (at != GRAB)
		note("byte %zu of another process was written", at);
	if (!bond)
		note("%llu ASIDs in use, before %llu: the bond is gone", smmu_stat("asids"), asids);
	if (smmu_stat("events") != events)
		note("%llu events", smmu_stat("events") - events);
	return (at != GRAB) | !bond << 1 | (smmu_stat("events") != events) << 2;
}

/* The process: tells the child when its jobs are on their way. */
static void work(struct svarig *s, int ready)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	struct svarig_job job = {.op = SVARIG_OP_COPY, .len = BYTES, .src = src, .dst = dst};
	uint64_t before = counter("bytes_read");

	fill(src, BYTES, 5);
	touch(dst, BYTES);
	for (int i = 0; i < JOBS; i++)
		if (svarig_submit(s, &job))
			_exit(1);
	wait_until_reading(before, PAGE);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	pause();
}

/* @hold_us: the child lets go so long after the jobs are on their way; < 0: when all is still. */
static void process(int ready, int hold_us)
{
	unsigned long long asids = smmu_stat("asids"), events = smmu_stat("events");
	struct svarig *s;
	int alive[2];
	pid_t child;
	char c;

	pipe_or_bail(alive);
	if (svarig_open(NULL, JOBS, &s))
		_exit(1);
	child = fork_or_bail();
	if (child) {
		close(alive[0]);
		work(s, alive[1]);
		_exit(1);
	}
	close(alive[1]);
	child = getpid();
	if (read(alive[0], &c, 1) != 1 || write(ready, &child, sizeof(child)) != sizeof(child))
		_exit(1);
	if (hold_us < 0)
		_exit(look_after(alive[0], asids, events));
	usleep(hold_us);
	_exit(0);
}

/* What is left after both have gone. */
static bool clean(int queues, unsigned long long asids)
{
	for (int ms = 0; ms < 20000; ms += 20) {
		if (queues_free() == queues && smmu_stat("asids") == asids)
			return true;
		usleep(20000);
	}
	note("%d queues, %llu ASIDs; before %d, %llu", queues_free(), smmu_stat("asids"), queues,
	     asids);
	return false;
}

/* Returns the child's exit status; it is this program's child by then. */
static int round_of(int hold_us, int kill_us)
{
	int ready[2], status;
	pid_t pid, child = 0;

	pipe_or_bail(ready);
	pid = fork_or_bail();
	if (!pid) {
		close(ready[0]);
		process(ready[1], hold_us);
	}
	close(ready[1]);
	if (read(ready[0], &child, sizeof(child)) != sizeof(child))
		bail("the process did not get its jobs going");
	close(ready[0]);
	if (kill_us)
		usleep(kill_us);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		bail("the child that held the file has died (status %#x)", status);
	return WEXITSTATUS(status);
}

int main(void)
{
	unsigned int seed = time(NULL), bad = 0;
	unsigned long long asids;
	struct neighbour n;
	uint64_t before;
	int queues, ret;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		bail("subreaper: %s", strerror(errno));
	queues = queues_free();
	asids = smmu_stat("asids");
	for (int i = 0; i < ROUNDS; i++) {
		before = counter("bytes_read");
		ret = round_of(-1, 0);
		ok(!(ret & 1), "a process dies with jobs running: nobody's memory is written to");
		ok(!(ret & 2), "its bond lives as long as its file");
		ok(!(ret & 4), "the SMMU reports nothing");
		ok(clean(queues, asids), "and is gone afterwards, with the queue");
		note("%llu of %u bytes read in all",
		     (unsigned long long)(counter("bytes_read") - before), JOBS * BYTES);
	}
	note("seed %u", seed);
	neighbour_start(&n);
	queues = queues_free();
	asids = smmu_stat("asids");
	for (int i = 0; i < RACES; i++) {
		int hold = rand_r(&seed) % 20000, kill_us = rand_r(&seed) % 20000;

		if (round_of(hold, kill_us) || !clean(queues, asids)) {
			note("race %d: held for %d us, killed after %d us", i, hold, kill_us);
			bad++;
		}
	}
	ok(!bad, "%d times exit and unbind at once, %u left something behind", RACES, bad);
	neighbour_stop(&n);
	device_works();
	return done();
}
