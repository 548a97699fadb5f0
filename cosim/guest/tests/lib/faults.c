// SPDX-License-Identifier: BSD-2-Clause
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	FAULTER_BYTES = 4 * PAGE
};

uint8_t *held_memory(int module, size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, module, 0);

	if (p == MAP_FAILED)
		bail("mmap of held memory: %s", strerror(errno));
	return p;
}

void hold(int module, bool on)
{
	test_call(module, SVT_HOLD, on, "hold");
}

unsigned int held(int module)
{
	return test_call(module, SVT_HELD, 0, "held");
}

struct svarig *queue_with_held_fault(int module, unsigned int jobs, uint8_t *src, uint8_t *dst)
{
	struct svarig_job job = {.op = SVARIG_OP_COPY, .len = PAGE, .dst = dst};
	struct svarig *s = queue(jobs);
	unsigned int before = held(module);
	time_t end = time(NULL) + 60;

	for (unsigned int i = 0; i < jobs; i++) {
		job.src = src + i * PAGE;
		if (svarig_submit(s, &job))
			bail("submit");
	}
	while (held(module) <= before) {
		if (time(NULL) > end)
			bail("no fault of the device in held memory");
		usleep(10000);
	}
	return s;
}

static void fault_on(const char *device, int progress)
{
	uint8_t *dst = memory(FAULTER_BYTES), *src = memory(FAULTER_BYTES);
	struct svarig *s;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (svarig_open(device, 2, &s))
		_exit(1);
	fill(src, FAULTER_BYTES, 5);
	for (;;) {
		madvise(dst, FAULTER_BYTES, MADV_DONTNEED);
		if (svarig_copy(s, dst, src, FAULTER_BYTES, NULL) ||
		    differs(dst, FAULTER_BYTES, 5) != FAULTER_BYTES || write(progress, "", 1) != 1)
			_exit(1);
	}
}

void faulter_start(struct faulter *f, const char *device)
{
	int progress[2];

	/* Reading does not wait, writing does when nobody reads. */
	if (pipe(progress) || fcntl(progress[0], F_SETFL, O_NONBLOCK))
		bail("pipe: %s", strerror(errno));
	fflush(stdout);
	f->pid = fork();
	if (f->pid < 0)
		bail("fork: %s", strerror(errno));
	if (!f->pid) {
		close(progress[0]);
		fault_on(device, progress[1]);
	}
	close(progress[1]);
	f->progress = progress[0];
}

int faulter_progress(struct faulter *f)
{
	char bytes[4096];
	ssize_t n = read(f->progress, bytes, sizeof(bytes));

	return n < 0 && errno == EAGAIN ? 0 : n > 0 ? n : -1;
}

void faulter_stop(struct faulter *f)
{
	kill(f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	close(f->progress);
}
