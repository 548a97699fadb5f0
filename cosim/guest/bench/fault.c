// SPDX-License-Identifier: BSD-2-Clause
/*
 * How long page faults of the device take: from the SMMU's page request interrupt to the end of the
 * handler that has responded, by the kernel's own trace events. Prints "fault MEDIAN WORST COUNT"
 * for jobs that miss one page each, then "group PAGES GROUPS SUM MEDIAN" for jobs that miss more,
 * which the endpoint asks for in groups: all pages and groups of the jobs, the sum of the times,
 * the median of a group. In nanoseconds of the guest's clock, to a thousand: where that counts
 * instructions, instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/guest.h"

#define TRACING "/sys/kernel/tracing/"

enum {
	JOBS = 60,
	BATCH = 32, /* most pages of a job */
	BATCHES = 12,
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

/*
 * Takes the trace apart. A group's time begins with the last interrupt before its handler, as the
 * pages of a group do not come all at once, or where the handler before it ended.
 */
static unsigned int faults(unsigned long long *us, unsigned long long *sum)
{
	unsigned long long irq = 0, begun = 0, last = 0;
	unsigned int n = 0;
	char line[512];
	FILE *f = fopen(TRACING "trace", "r");

	if (!f)
		bail("no trace");
	*sum = 0;
	while (fgets(line, sizeof(line), f)) {
		const char *entry = strstr(line, "irq_handler_entry:");
		const char *start = strstr(line, "workqueue_execute_start:");
		const char *end = strstr(line, "workqueue_execute_end:");

		if (entry && strstr(entry, "name=priq"))
			irq = when(entry);
		if (start && strstr(start, "iommu_sva_handle_iopf"))
			begun = irq > last ? irq : last;
		if (!end || !strstr(end, "iommu_sva_handle_iopf") || !begun || n == MAX)
			continue;
		last = when(end);
		us[n] = last - begun;
		*sum += us[n++];
	}
	fclose(f);
	return n;
}

static int compare(const void *a, const void *b)
{
	unsigned long long x = *(const unsigned long long *)a, y = *(const unsigned long long *)b;

	return x < y ? -1 : x > y;
}

static void batches(struct svarig *s, const uint8_t *src, unsigned int pages)
{
	static unsigned long long us[MAX];
	unsigned long long sum, asked = counter("page_reqs"), groups = counter("prg_ok");
	uint8_t *dst = memory(BATCHES * pages * PAGE);
	unsigned int n;

	put("trace", "");
	for (unsigned int i = 0; i < BATCHES; i++)
		if (svarig_copy(s, dst + i * pages * PAGE, src, pages * PAGE, NULL))
			bail("a job fails");
	asked = counter("page_reqs") - asked;
	groups = counter("prg_ok") - groups;
	n = faults(us, &sum);
	if (n != groups)
		bail("%llu groups of %u pages were answered, %u are in the trace", groups, pages,
		     n);
	qsort(us, n, sizeof(*us), compare);
	printf("group %llu %llu %llu %llu\n", asked, groups, sum * 1000, us[n / 2] * 1000);
	munmap(dst, BATCHES * pages * PAGE);
}

int main(void)
{
	static unsigned long long us[MAX];
	unsigned long long sum;
	struct svarig *s = queue(4);
	uint8_t *src = memory(BATCH * PAGE), *dst = memory(JOBS * PAGE);
	unsigned int n;

	fill(src, BATCH * PAGE, 1);
	/* The rings and the first page: not what is to be measured. */
	if (svarig_copy(s, dst, src, PAGE, NULL))
		bail("a job fails");
	put("trace_clock", "mono");
	put("events/irq/irq_handler_entry/enable", "1");
	put("events/workqueue/workqueue_execute_start/enable", "1");
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

	for (unsigned int pages = 1; pages <= BATCH; pages *= 2)
		batches(s, src, pages);
	put("events/enable", "0");
	svarig_close(s);
	return 0;
}
