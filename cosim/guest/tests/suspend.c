// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: alone smmu=ours timeout=180
 *
 * The guest sleeps and wakes up: jobs that were submitted are done, queues go on, page requests and
 * invalidations work afterwards, and so do the virtio ports this test speaks through. While it
 * sleeps the SMMU's registers are overwritten, as if its power had been off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

enum {
	TURNS = 3,
	JOBS = 8,
	BYTES = 16 * PAGE
};

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		bail("%s: %s", path, strerror(errno));
	close(fd);
}

/*
 * Sleeps for a second: all devices are put to sleep, interrupts are off, and instead of waiting for
 * one that wakes it up the kernel waits for the time to pass (the machine's clock has no alarm).
 */
static bool nap(void)
{
	int fd;
	bool slept;

	write_file("/sys/module/suspend/parameters/pm_test_delay", "1");
	write_file("/sys/power/pm_test", "platform");
	fd = open("/sys/power/state", O_WRONLY);
	slept = fd >= 0 && write(fd, "freeze", 6) == 6;
	if (!slept)
		note("freeze: %s", strerror(errno));
	close(fd);
	return slept;
}

int main(void)
{
	uint8_t *src = memory(BYTES), *dst = memory(JOBS * BYTES), *page;
	struct svarig_job job = {.op = SVARIG_OP_COPY, .len = BYTES, .src = src};
	unsigned long long before;
	int module = test_module();
	struct svarig_result r;
	struct svarig *s;

	s = queue(JOBS);
	test_call(module, SVT_POWER_LOSS, 1, "power loss");
	for (int turn = 0; turn < TURNS; turn++) {
		unsigned int good = 0;

		fill(src, BYTES, turn + 1);
		madvise(dst, JOBS * BYTES, MADV_DONTNEED);
		for (int i = 0; i < JOBS; i++) {
			job.dst = dst + i * BYTES;
			if (svarig_submit(s, &job))
				bail("submit");
		}
		before = test_call(module, SVT_POWER_LOST, 0, "power lost");
		ok(nap(), "turn %d: the guest slept, with jobs submitted", turn);
		ok((unsigned long long)test_call(module, SVT_POWER_LOST, 0, "power lost") > before,
		   "turn %d: the SMMU's registers were lost", turn);
		while (svarig_outstanding(s) && svarig_wait(s, &r, 1, 60000) == 1)
			good += !r.error;
		for (int i = 0; i < JOBS; i++)
			good += differs(dst + i * BYTES, BYTES, turn + 1) == BYTES;
		ok(good == 2 * JOBS, "turn %d: all were done and right (%u of %u)", turn, good,
		   2 * JOBS);
		/* The same queue; pages that are missing, and one that is taken away. */
		page = memory(PAGE);
		ok(!svarig_copy(s, page, src, PAGE, &r) && differs(page, PAGE, turn + 1) == PAGE,
		   "turn %d: the queue goes on, with page requests (%s)", turn,
		   svarig_status_name(r.status));
		munmap(page, PAGE);
		ok(svarig_copy(s, page, src, PAGE, &r) == -EFAULT,
		   "turn %d: and what is unmapped is out of reach (%s)", turn,
		   svarig_status_name(r.status));
		device_works();
	}
	svarig_close(s);
	ok(smmu_stat("events") == 0, "no fault of the SMMU (%llu)", smmu_stat("events"));
	test_call(module, SVT_POWER_LOSS, 0, "power loss");
	test_module_unload(module);
	return done();
}
