// SPDX-License-Identifier: BSD-2-Clause
/*
 * Memory that is not resident. With page requests the pages come in; without them (the kernel's own
 * SMMUv3 driver) the job fails and says so, and the same job on touched memory is right.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/guest.h"

enum {
	BYTES = 64 * PAGE
};

static unsigned int resident(const uint8_t *p)
{
	unsigned char vec[BYTES / PAGE];
	unsigned int n = 0;

	if (mincore((void *)p, BYTES, vec))
		bail("mincore: %s", strerror(errno));
	for (unsigned int i = 0; i < BYTES / PAGE; i++)
		n += vec[i] & 1;
	return n;
}

static void with_page_requests(struct svarig *s)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	uint64_t asked = counter("page_reqs"), served = counter("prg_ok");
	struct svarig_result r;
	int ret;

	ok(!resident(dst), "nobody has touched the destination");
	ret = svarig_copy(s, dst, src, BYTES, &r);
	ok(!ret, "copy from and to missing memory (%s)", svarig_status_name(r.status));
	ok(resident(dst) == BYTES / PAGE, "F1: the device brought in %u of %u pages", resident(dst),
	   BYTES / PAGE);
	ok(counter("page_reqs") - asked >= 2 * BYTES / PAGE, "with %llu page requests",
	   (unsigned long long)(counter("page_reqs") - asked));
	ok(counter("prg_ok") - served, "which were served in %llu groups",
	   (unsigned long long)(counter("prg_ok") - served));
	munmap(src, BYTES);
	munmap(dst, BYTES);
}

static void without(struct svarig *s)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	uint64_t asked = counter("page_reqs");
	struct svarig_result r;

	fill(src, BYTES, 1);
	ok(svarig_copy(s, dst, src, BYTES, &r) == -EFAULT && r.status == SVARIG_ST_FAULT_WRITE,
	   "a job on missing memory fails (%s)", svarig_status_name(r.status));
	ok(r.detail & SVARIG_SD_NO_PRI && r.fault_addr == (uintptr_t)dst,
	   "and says that there are no page requests, and where: %#llx",
	   (unsigned long long)r.fault_addr);
	ok(counter("page_reqs") == asked, "the host was not asked");
	touch(dst, BYTES);
	ok(!svarig_copy(s, dst, src, BYTES, &r) && differs(dst, BYTES, 1) == BYTES,
	   "with memory touched beforehand the same job is right (%s)",
	   svarig_status_name(r.status));
	munmap(src, BYTES);
	munmap(dst, BYTES);
}

int main(void)
{
	struct svarig *s = queue(4);

	if (have_pri())
		with_page_requests(s);
	else
		without(s);
	svarig_close(s);
	device_works();
	return done();
}
