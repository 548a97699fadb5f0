// SPDX-License-Identifier: BSD-2-Clause
/*
 * Has svarig_test.ko measure what it is told: arguments KIND:BYTES[:ATTACHMENTS[:FUNCTIONS]].
 * Prints a line "KIND BYTES ATTACHMENTS FUNCTIONS LEAST MEDIAN" for each, in instructions.
 * Functions are the endpoints' PFs and all their VFs.
 *
 * The endpoints die first: QEMU then completes their ATC invalidations at once, while a live one is
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

/* As many VFs as there can be, then the end. */
static void prepare(void)
{
	if (system("for d in /sys/bus/pci/drivers/svarig/0*; do "
		   "cat $d/sriov_totalvfs >$d/sriov_numvfs || exit 1; done"))
		bail("no virtual functions");
	if (system("i=0; for n in /sys/bus/pci/drivers/svarig/0*/sriov_numvfs; do "
		   "svarig-host kill $i || exit 1; i=$((i + 1)); done"))
		bail("the host does not let the endpoints die");
}

int main(int argc, char **argv)
{
	int fd = test_module();

	prepare();
	for (int i = 1; i < argc; i++) {
		struct svt_measure m = {.rounds = 100};
		char kind[16] = "";

		if (sscanf(argv[i], "%15[a-z]:%u:%u:%u", kind, &m.bytes, &m.attachments,
			   &m.functions) < 2)
			bail("%s: not KIND:BYTES[:ATTACHMENTS[:FUNCTIONS]]", argv[i]);
		while (m.kind < sizeof(kinds) / sizeof(*kinds) && strcmp(kinds[m.kind], kind))
			m.kind++;
		if (ioctl(fd, SVT_MEASURE, &m))
			bail("%s: %s", argv[i], strerror(errno));
		printf("%s %u %u %u %llu %llu\n", kind, m.bytes, m.attachments, m.functions,
		       m.least, m.median);
		fflush(stdout);
	}
	return 0;
}
