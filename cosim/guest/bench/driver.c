// SPDX-License-Identifier: BSD-2-Clause
/*
 * Has svarig_test.ko measure what it is told: arguments KIND:BYTES[:ATTACHMENTS]. Prints a line
 * "KIND BYTES ATTACHMENTS LEAST MEDIAN" for each, in instructions.
 *
 * The endpoint dies first: QEMU then completes its ATC invalidations at once, while a live one is
 * simulated and the driver would spin until it answers. For the driver all else is the same.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/guest.h"
#include "lib/module.h"
#include "svarig_test.h"

static const char *const kinds[] = {
	[SVT_MEASURE_BIND] = "bind",
	[SVT_MEASURE_MUNMAP] = "munmap",
	[SVT_MEASURE_UNMAP] = "unmap",
	[SVT_MEASURE_DMA] = "dma",
};

int main(int argc, char **argv)
{
	int fd = test_module();

	if (system("svarig-host kill 0"))
		bail("the host does not let the endpoint die");
	for (int i = 1; i < argc; i++) {
		struct svt_measure m = {.rounds = 100};
		char kind[16] = "";

		if (sscanf(argv[i], "%15[a-z]:%u:%u", kind, &m.bytes, &m.attachments) < 2)
			bail("%s: not KIND:BYTES[:ATTACHMENTS]", argv[i]);
		while (m.kind < sizeof(kinds) / sizeof(*kinds) && strcmp(kinds[m.kind], kind))
			m.kind++;
		if (ioctl(fd, SVT_MEASURE, &m))
			bail("%s: %s", argv[i], strerror(errno));
		printf("%s %u %u %llu %llu\n", kind, m.bytes, m.attachments, m.least, m.median);
		fflush(stdout);
	}
	return 0;
}
