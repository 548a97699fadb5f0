// SPDX-License-Identifier: BSD-2-Clause
/*
 * What running virtio traffic costs: arguments BYTES. The shared folder's device stands behind the
 * SMMU; each read of a file there maps its rings' buffers for DMA and unmaps them, in the context
 * of the reader and of the interrupt. So all processors are counted, in all they do. Prints a line
 * "traffic BYTES 0 0 LEAST MEDIAN" for each, in instructions.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/guest.h"

#define FILE_NAME "/mnt/traffic"

enum {
	MOST_BYTES = 1 << 18,
	ROUNDS = 200,
	MOST_CPUS = 8
};

static int event[MOST_CPUS];
static unsigned int cpus;

static void open_counters(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.size = sizeof(attr),
		.pinned = 1,
	};

	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	if (cpus > MOST_CPUS)
		bail("more than %u processors", MOST_CPUS);
	for (unsigned int i = 0; i < cpus; i++) {
		event[i] = syscall(SYS_perf_event_open, &attr, -1, i, -1, 0);
		if (event[i] < 0)
			bail("instructions of processor %u: %s", i, strerror(errno));
	}
}

static unsigned long long instructions(void)
{
	unsigned long long sum = 0, one;

	for (unsigned int i = 0; i < cpus; i++) {
		if (read(event[i], &one, sizeof(one)) != sizeof(one))
			bail("cannot read a counter of instructions");
		sum += one;
	}
	return sum;
}

static int compare(const void *a, const void *b)
{
	unsigned long long x = *(const unsigned long long *)a, y = *(const unsigned long long *)b;

	return x < y ? -1 : x > y;
}

static void measure(int file, void *to, unsigned int bytes)
{
	unsigned long long counts[ROUNDS];

	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned long long begin = instructions();

		if (pread(file, to, bytes, 0) != (ssize_t)bytes)
			bail("%s: %s", FILE_NAME, strerror(errno));
		counts[i] = instructions() - begin;
	}
	qsort(counts, ROUNDS, sizeof(*counts), compare);
	printf("traffic %u 0 0 %llu %llu\n", bytes, counts[0], counts[ROUNDS / 2]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	void *data = mmap(NULL, MOST_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int file = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (data == MAP_FAILED || file < 0 || write(file, data, MOST_BYTES) != MOST_BYTES ||
	    fsync(file) || close(file))
		bail("%s: %s", FILE_NAME, strerror(errno));
	/* Past the page cache: each read asks the device. */
	file = open(FILE_NAME, O_RDONLY | O_DIRECT);
	if (file < 0)
		bail("%s: %s", FILE_NAME, strerror(errno));
	open_counters();
	for (int i = 1; i < argc; i++) {
		unsigned int bytes = strtoul(argv[i], NULL, 0);

		if (!bytes || bytes > MOST_BYTES || bytes % PAGE)
			bail("%s: not whole pages up to %u bytes", argv[i], MOST_BYTES);
		measure(file, data, bytes);
	}
	return 0;
}
