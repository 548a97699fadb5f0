// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: debug alone smmu=ours timeout=800
 *
 * S3: the bus scanned with each allocation of the SMMU driver's for a device failing in turn. A
 * device stays without the SMMU then; nothing else is left of the attempt, and the next works.
 */
#include "lib/away.h"
#include "lib/guest.h"
#include "lib/inject.h"

#define MOST 500
/* A console whose device has lost its SMMU waits for it for ever: without drivers of theirs virtio
 * devices do no DMA. */
#define AUTOPROBE "/sys/bus/virtio/drivers_autoprobe"

static void scan(void)
{
	unsigned int n, fewer = 0, wrong = 0, all = 0;
	bool failed;

	away_put(AUTOPROBE, "0");
	away_put("/sys/bus/pci/rescan", "1");
	all = away_count("/sys/bus/pci/devices/*/iommu_group");
	wrong += !away_remove_all();
	/* Once: looking for the code takes as long as a scan. */
	inject_within("svarig_smmuv3");
	for (n = 1; n <= MOST; n++) {
		inject(0, n);
		away_put("/sys/bus/pci/rescan", "1");
		failed = inject_end();
		if (!failed)
			break;
		fewer += away_count("/sys/bus/pci/devices/*/iommu_group") < all;
		if (!away_remove_all()) {
			note("scan, allocation %u: devices remain", n);
			wrong++;
		}
	}
	inject_within(NULL);
	ok(fewer && !wrong && away_count("/sys/bus/pci/devices/*/iommu_group") == all,
	   "scanning: %u allocations, %u leave a device without; %u wrong; %u devices in the end",
	   n - 1, fewer, wrong, all);
	ok(away_remove_all(), "all devices go");
	away_put(AUTOPROBE, "1");
	away_put("/sys/bus/pci/rescan", "1");
}

int main(void)
{
	inject_init();
	away_begin();
	ok(!away_load("svarig_smmuv3", ""), "the driver alone");
	scan();
	away_back();
	ok(!leaks(NULL), "the kernel finds no memory that nothing points to");
	return done();
}
