/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of QEMU's SMMUv3 with our patches: ATS, PRI, PASIDs. Every case runs on a QEMU of its own.
 *
 *   SVARIG_QEMU=.../qemu-system-aarch64 smmu_test [CASE...]
 */
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "rig.h"
#include "rig_int.h"

int rig_failed;

static const struct test_case *const groups[] = {
	cases_config, cases_ats,      cases_dma,    cases_inv, cases_pri,
	cases_nested, cases_firmware, cases_second, cases_vf,  cases_random,
};

static bool wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	if (argc > 1 && argv[1][0] == '-') {
		printf("usage: SVARIG_QEMU=PROGRAM smmu_test [CASE...]\ncases:");
		for (unsigned g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
			for (const struct test_case *c = groups[g]; c->name; c++)
				printf(" %s", c->name);
		putchar('\n');
		return strcmp(argv[1], "--help") ? 2 : 0;
	}
	for (unsigned g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (const struct test_case *c = groups[g]; c->name; c++) {
			if (!wanted(c->name, argv + 1))
				continue;
			printf("# %s\n", c->name);
			fflush(stdout);
			rig_start(c->qemu_args, groups[g] == cases_second);
			c->run();
			rig_stop();
		}
	}
	printf("1..%d\n", rig_tap_count());
	return rig_failed ? 1 : 0;
}
