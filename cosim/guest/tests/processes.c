// SPDX-License-Identifier: BSD-2-Clause
/* Two and eight processes at once, the same virtual addresses, different contents. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"

#define SRC ((void *)0x500000000000)
#define DST ((void *)0x500001000000)

enum {
	BYTES = 5 * PAGE,
	ROUNDS = 6
};

/* Bit 0: a job failed; bit 1: wrong bytes; bit 2: no queue. */
static int work(uint32_t seed)
{
	struct svarig *s;
	uint8_t *src = memory_at(SRC, BYTES), *dst = memory_at(DST, BYTES);
	uint8_t digest[32], want[32];

	if (svarig_open(NULL, 4, &s))
		return 4;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		fill(src, BYTES, seed * 100 + round);
		if (!have_pri())
			touch(dst, BYTES);
		if (svarig_copy(s, dst, src, BYTES, NULL))
			return 1;
		if (differs(dst, BYTES, seed * 100 + round) != BYTES)
			return 2;
		sha256(want, src, BYTES);
		if (svarig_sha256(s, digest, src, BYTES, NULL))
			return 1;
		if (memcmp(want, digest, 32))
			return 2;
		if (have_pri())
			memset(dst, 0, PAGE);
	}
	svarig_close(s);
	return 0;
}

static void together(unsigned int processes)
{
	unsigned int wrong = 0;
	int status;

	fflush(stdout);
	for (unsigned int i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			bail("fork: %s", strerror(errno));
		if (!pid)
			_exit(work(i + 1));
	}
	for (unsigned int i = 0; i < processes; i++) {
		wait(&status);
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			note("a process ended with %#x", status);
			wrong++;
		}
	}
	ok(!wrong, "%u processes at once, the same addresses: all right (%u wrong)", processes,
	   wrong);
}

int main(void)
{
	int before = queues_free();

	together(2);
	together(8);
	ok(queues_free() == before, "all queues came back (%d of %d)", queues_free(), before);
	device_works();
	return done();
}
