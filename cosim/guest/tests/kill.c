// SPDX-License-Identifier: BSD-2-Clause
/* kill -9 and plain exit while jobs run: the queue comes back, the neighbour notices nothing. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/guest.h"

enum {
	BYTES = 4 * MIB,
	ROUNDS = 5
};

/* Child: a long job on memory that nobody touched; then wait for the end. */
static void victim(int ready, bool exits)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	struct svarig_job job = {.op = SVARIG_OP_COPY, .len = BYTES, .src = src, .dst = dst};
	uint64_t before = counter("bytes_read");
	struct svarig *s;

	if (!have_pri()) {
		touch(src, BYTES);
		touch(dst, BYTES);
	}
	if (svarig_open(NULL, 8, &s))
		_exit(1);
	for (int i = 0; i < 8; i++)
		if (svarig_submit(s, &job))
			_exit(1);
	wait_until_reading(before, PAGE);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	if (exits)
		_exit(0);
	pause();
}

static void end_one(bool exits, const char *how)
{
	int before = queues_free(), ready[2], status;
	time_t end;
	pid_t pid;
	char c;

	fflush(stdout);
	if (pipe(ready))
		bail("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		close(ready[0]);
		victim(ready[1], exits);
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		bail("the victim did not get its job going");
	close(ready[0]);
	if (!exits)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	for (end = time(NULL) + 60; queues_free() != before && time(NULL) < end;)
		usleep(10000);
	ok(exits ? WIFEXITED(status) && !WEXITSTATUS(status) : WIFSIGNALED(status),
	   "%s with jobs running", how);
	ok(queues_free() == before, "the queue came back (%d of %d)", queues_free(), before);
}

int main(void)
{
	struct neighbour n;

	neighbour_start(&n);
	for (int i = 0; i < ROUNDS; i++) {
		end_one(false, "kill -9");
		end_one(true, "exit");
	}
	neighbour_stop(&n);
	device_works();
	return done();
}
