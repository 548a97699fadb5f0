// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: debug alone smmu=ours timeout=300
 *
 * S3: the SMMU driver loaded with each of its allocations failing in turn, then with each wait for
 * a register in vain. What failed leaves nothing behind, and the next attempt works.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/away.h"
#include "lib/guest.h"
#include "lib/inject.h"

#define WAITS "/sys/module/svarig_smmuv3/parameters/fail_wait"
#define MOST  500

static unsigned int smmus(void)
{
	return away_count("/sys/class/iommu/*");
}

static int waits_left(void)
{
	FILE *f = fopen(WAITS, "r");
	int value = 0;

	if (!f || fscanf(f, "%d", &value) != 1)
		bail(WAITS ": %s", strerror(errno));
	fclose(f);
	return value;
}

/* @waits: waits fail, else allocations. */
static void load_smmu(bool waits)
{
	const char *what = waits ? "waits" : "allocations";
	unsigned int n, without = 0, survived = 0, wrong = 0;
	char args[32] = "";
	bool failed;
	int ret;

	inject_within("do_init_module");
	for (n = 1; n <= MOST; n++) {
		if (waits)
			snprintf(args, sizeof(args), "fail_wait=%u", n);
		else
			inject(0, n);
		ret = away_load("svarig_smmuv3", args);
		failed = waits ? !ret && !waits_left() : inject_end();
		if (!failed)
			break;
		if (smmus())
			survived++;
		else
			without++;
		/* -EINVAL is what module_add_driver() calls a want of memory for its folder. */
		if (ret ? (ret != -ENOMEM && ret != -EINVAL) || smmus()
			: away_unload("svarig_smmuv3")) {
			note("%s, number %u: %s", what, n, strerror(-ret));
			wrong++;
		}
		wrong += smmus() != 0;
	}
	inject_within(NULL);
	ok(without && !wrong && !ret && n <= MOST && smmus() == 1,
	   "loading: %u %s, %u leave no SMMU, without %u it does; %u wrong", n - 1, what, without,
	   survived, wrong);
	if (waits)
		away_put(WAITS, "0");
}

int main(void)
{
	inject_init();
	away_begin();
	load_smmu(false);
	ok(!away_unload("svarig_smmuv3"), "the driver goes");
	load_smmu(true);
	away_put("/sys/bus/pci/rescan", "1");
	away_back();
	ok(!leaks(NULL), "the kernel finds no memory that nothing points to");
	return done();
}
