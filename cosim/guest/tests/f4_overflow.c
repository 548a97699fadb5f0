// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours endpoints=4 global=arm-smmuv3.priqs=0
 * guest-test: append=svarig.smmu_args=pri_credits=32
 *
 * F4: a page request queue of one place, and four endpoints that may ask for more than it holds. It
 * overflows, the SMMU answers by itself what it cannot queue, the endpoint asks again, and every
 * job is right.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

#define DRIVER	    "/sys/bus/pci/drivers/svarig/"
#define PRI_CAP	    0x13
#define PRI_STATUS  6
#define PRI_STOPPED 0x8100 /* and PASIDs needed in responses; neither failure nor unexpected */

enum {
	ENDPOINTS = 4,
	PROCESSES = 8,
	BYTES = 16 * PAGE,
	MOST_ROUNDS = 20
};

/* A counter, added up over the endpoints. */
static unsigned long long total(const char *name)
{
	unsigned long long sum = 0, value;
	char path[128];
	FILE *f;

	for (int i = 0; i < ENDPOINTS; i++) {
		snprintf(path, sizeof(path), "/sys/class/uacce/svarig-%d/device/counters/%s", i,
			 name);
		f = fopen(path, "r");
		if (!f || fscanf(f, "%llu", &value) != 1)
			bail("%s: %s", path, strerror(errno));
		fclose(f);
		sum += value;
	}
	return sum;
}

static int work(uint32_t seed, int go)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	char c, path[32];
	struct svarig *s;

	snprintf(path, sizeof(path), "/dev/svarig-%u", seed % ENDPOINTS);
	if (svarig_open(path, 4, &s))
		return 4;
	fill(src, BYTES, seed);
	/* All at once. */
	if (read(go, &c, 1) < 0)
		return 4;
	if (svarig_copy(s, dst, src, BYTES, NULL))
		return 1;
	if (differs(dst, BYTES, seed) != BYTES)
		return 2;
	svarig_close(s);
	return 0;
}

static unsigned int together(uint32_t seed)
{
	unsigned int wrong = 0;
	int status, go[2];

	fflush(stdout);
	if (pipe(go))
		bail("pipe: %s", strerror(errno));
	for (unsigned int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();

		if (pid < 0)
			bail("fork: %s", strerror(errno));
		if (!pid) {
			close(go[1]);
			_exit(work(seed * PROCESSES + i, go[0]));
		}
	}
	close(go[0]);
	close(go[1]);
	for (unsigned int i = 0; i < PROCESSES; i++) {
		wait(&status);
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			wrong++;
		}
	}
	return wrong;
}

static void tell(const char *driver_file, const char *function)
{
	int fd = open(driver_file, O_WRONLY);

	if (fd < 0 || write(fd, function, strlen(function)) < 0)
		bail("%s: %s", driver_file, strerror(errno));
	close(fd);
}

/* The status of the page request capability (PCIe 7.8.9). */
static uint16_t pri_status(const char *function)
{
	uint8_t config[4096];
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", function);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, config, sizeof(config));
	close(fd);
	for (unsigned int at = 0x100; n == sizeof(config) && at;
	     at = config[at + 2] >> 4 | config[at + 3] << 4)
		if (config[at] == PRI_CAP && !config[at + 1])
			return config[at + PRI_STATUS] | config[at + PRI_STATUS + 1] << 8;
	bail("%s: no page request capability", function);
}

/*
 * Told to stop asking, an endpoint says that it has once it waits for no response any more. Its
 * count of groups is the hardware's, and exact.
 */
static bool all_answered(unsigned int n)
{
	char link[256], path[128], *function;
	uint16_t status;
	ssize_t bytes;

	snprintf(path, sizeof(path), "/sys/class/uacce/svarig-%u/device", n);
	bytes = readlink(path, link, sizeof(link) - 1);
	if (bytes < 0)
		bail("%s: %s", path, strerror(errno));
	link[bytes] = 0;
	function = strrchr(link, '/') + 1;
	tell(DRIVER "unbind", function);
	status = pri_status(function);
	tell(DRIVER "bind", function);
	if (status == PRI_STOPPED)
		return true;
	note("%s: status of page requests %#x", function, status);
	return false;
}

int main(void)
{
	unsigned long long before = smmu_stat("page_request_overflows"), overflows = 0;
	unsigned long long unexpected = total("prg_unexpected"), answers;
	unsigned int wrong = 0, round, outstanding = 0;

	for (round = 0; round < MOST_ROUNDS && overflows < 5; round++) {
		wrong += together(round);
		overflows = smmu_stat("page_request_overflows") - before;
	}
	ok(overflows > 0, "the queue has overflowed (%llu times in %u rounds)", overflows, round);
	ok(!wrong, "the jobs of %d processes at once were right (%u wrong)", PROCESSES, wrong);
	/* A group has one response, and one page or more. */
	answers = total("prg_ok") + total("prg_invalid") + total("prg_failure");
	ok(answers && answers <= total("page_reqs"), "%llu pages asked for, %llu groups answered",
	   (unsigned long long)total("page_reqs"), answers);
	ok(total("prg_unexpected") == unexpected, "none twice");
	ok(smmu_stat("page_requests_waiting") == 0, "no part of a group is left waiting");
	for (unsigned int i = 0; i < ENDPOINTS; i++)
		outstanding += !all_answered(i);
	ok(!outstanding, "none is outstanding: all endpoints stop (%u do not)", outstanding);
	device_works();
	return done();
}
