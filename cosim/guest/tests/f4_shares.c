// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours endpoints=3 global=arm-smmuv3.priqs=5
 *
 * F4: a page request queue of 32 entries for three endpoints, each of which could fill it. Each is
 * granted a share, and the faults of all are served at once, without an overflow.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

enum {
	ENDPOINTS = 3,
	ENTRIES = 32,
	BYTES = 64 * PAGE,
	JOBS = 3,
	ECAP_PRI = 0x13,
	PRI_CTRL = 4,
	PRI_ALLOC = 12,
};

static uint32_t config(const char *node, unsigned int at)
{
	char path[PATH_MAX];
	uint32_t value;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/uacce/%s/device/config", node);
	fd = open(path, O_RDONLY);
	if (fd < 0 || pread(fd, &value, 4, at) != 4)
		bail("%s at %#x: %s", path, at, strerror(errno));
	close(fd);
	return value;
}

static unsigned int granted(unsigned int n)
{
	unsigned int at = 0x100;
	char node[32];

	snprintf(node, sizeof(node), "svarig-%u", n);
	while (at && (config(node, at) & 0xffff) != ECAP_PRI)
		at = config(node, at) >> 20;
	if (!at || !(config(node, at + PRI_CTRL) & 1))
		return 0;
	return config(node, at + PRI_ALLOC);
}

/* Child: jobs on memory that is not there, on one endpoint. */
static void work(unsigned int n)
{
	char node[32];
	struct svarig *s;

	snprintf(node, sizeof(node), "/dev/svarig-%u", n);
	if (svarig_open(node, 4, &s))
		_exit(1);
	for (unsigned int i = 0; i < JOBS; i++) {
		uint8_t *src = memory(BYTES), *dst = memory(BYTES);

		fill(src, BYTES, n + i);
		if (svarig_copy(s, dst, src, BYTES, NULL) || differs(dst, BYTES, n + i) != BYTES)
			_exit(2);
	}
	svarig_close(s);
	_exit(0);
}

int main(void)
{
	unsigned int sum = 0, least = UINT_MAX, most = 0, wrong = 0;
	unsigned long long requests;
	int status;

	/* A queue is open: page requests are on as long as somebody can ask. */
	for (unsigned int n = 0; n < ENDPOINTS; n++) {
		char node[32];
		struct svarig *s;

		snprintf(node, sizeof(node), "/dev/svarig-%u", n);
		if (svarig_open(node, 2, &s))
			bail("%s: no queue", node);
	}
	for (unsigned int n = 0; n < ENDPOINTS; n++) {
		unsigned int got = granted(n);

		sum += got;
		if (got < least)
			least = got;
		if (got > most)
			most = got;
	}
	ok(least > 0 && least == most, "each of %d endpoints may ask for as many pages (%u to %u)",
	   ENDPOINTS, least, most);
	ok(sum < ENTRIES, "all together for no more than the queue holds (%u of %d)", sum, ENTRIES);
	requests = smmu_stat("page_requests");
	fflush(stdout);
	for (unsigned int n = 0; n < ENDPOINTS; n++)
		if (!fork())
			work(n);
	for (unsigned int n = 0; n < ENDPOINTS; n++) {
		wait(&status);
		wrong += !WIFEXITED(status) || WEXITSTATUS(status);
	}
	requests = smmu_stat("page_requests") - requests;
	ok(!wrong, "jobs of all at once are right (%u wrong)", wrong);
	ok(requests >= ENDPOINTS * JOBS * (BYTES / PAGE), "their pages were asked for (%llu)",
	   requests);
	ok(smmu_stat("page_request_overflows") == 0, "and the queue never overflowed");
	return done();
}
