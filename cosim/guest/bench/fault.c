// SPDX-License-Identifier: BSD-2-Clause
/*
 * How long page faults of the device take: from the SMMU's page request interrupt to the end of the
 * handler that has responded, by the kernel's own trace events. Prints "fault MEDIAN WORST COUNT"
 * for jobs that miss one page each, then "batch PAGES GROUPS SUM" for one that misses many. In
 * nanoseconds of the guest's clock, to a thousand: where that counts instructions, instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guest.h"

#define TRACING "/sys/kernel/tracing/"

enum {
	JOBS = 60,
	BATCH = 64,
	MAX = 512
};

static void put(const char *file, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), TRACING "%s", file);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		bail("%s: cannot write %s", path, text);
}

/* Seconds of a line "task-pid [cpu] flags SECONDS: event: ...", as microseconds. */
static unsigned long long when(const char *event)
{
	const char *p = event - 3;

	while (p[-1] != ' ')
		p--;
	return (unsigned long long)(strtod(p, NULL) * 1e6 + 0.5);
}

/* Takes the trace apart: the time of each interrupt to the end of the next handler. */
static unsigned int faults(unsigned long long *us, unsigned long long *sum)
{
	unsigned long long begun = 0;
	unsigned int n = 0;
	char line[512];
	FILE *f = fopen(TRACING "trace", "r");

	if (!f)
		bail("no trace");
	*sum = 0;
	while (fgets(line, sizeof(line), f)) {
		const char *irq = strstr(line, "irq_handler_entry:");
		const char *end = strstr(line, "workqueue_execute_end:");

		if (irq && strstr(irq, "name=priq") && !begun)
			begun = when(irq);
		if (!end || !strstr(end, "iommu_sva_handle_iopf") || !begun || n == MAX)
			continue;
		us[n] = when(end) - begun;
		*sum += us[n++];
		begun = 0;
	}
	fclose(f);
	return n;
}

static int compare(const void *a, const void *b)
{
	unsigned long long x = *(const unsigned long long *)a, y = *(const unsigned long long *)b;

	return x < y ? -1 : x > y;
}

int main(void)
{
	static unsigned long long us[MAX];
	unsigned long long sum, groups;
	struct svarig *s = queue(4);
	uint8_t *src = memory(BATCH * PAGE), *dst = memory((JOBS + BATCH) * PAGE);
	unsigned int n;

	fill(src, BATCH * PAGE, 1);
	/* The rings and the first page: not what is to be measured. */
	if (svarig_copy(s, dst, src, PAGE, NULL))
		bail("a job fails");
	put("trace_clock", "mono");
	put("events/irq/irq_handler_entry/enable", "1");
	put("events/workqueue/workqueue_execute_end/enable", "1");
	put("trace", "");
	for (unsigned int i = 1; i < JOBS; i++)
		if (svarig_copy(s, dst + i * PAGE, src, PAGE, NULL))
			bail("a job fails");
	n = faults(us, &sum);
	if (n < JOBS / 2)
		bail("%u faults seen of %u", n, JOBS - 1);
	qsort(us, n, sizeof(*us), compare);
	printf("fault %llu %llu %u\n", us[n / 2] * 1000, us[n - 1] * 1000, n);

	put("trace", "");
	groups = counter("prg_ok");
	if (svarig_copy(s, dst + JOBS * PAGE, src, BATCH * PAGE, NULL))
		bail("a job fails");
	groups = counter("prg_ok") - groups;
	faults(us, &sum);
	printf("batch %u %llu %llu\n", BATCH, groups, sum * 1000);
	put("events/enable", "0");
	svarig_close(s);
	return 0;
}
