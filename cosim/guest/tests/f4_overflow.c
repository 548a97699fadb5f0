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
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

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

int main(void)
{
	unsigned long long before = smmu_stat("page_request_overflows"), overflows = 0;
	unsigned long long unexpected = total("prg_unexpected"), answers;
	unsigned int wrong = 0, round;

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
	device_works();
	return done();
}
