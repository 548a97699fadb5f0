// SPDX-License-Identifier: BSD-2-Clause
/* Memory unmapped, protected or emptied under running jobs: the right result or a named fault. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "lib/guest.h"

enum {
	BYTES = 2 * MIB,
	HALF = BYTES / 2
};

static struct svarig *s;

static void submit_copy(uint8_t *dst, const uint8_t *src)
{
	struct svarig_job job = {.op = SVARIG_OP_COPY, .len = BYTES, .src = src, .dst = dst};
	uint64_t before = counter("bytes_read");

	if (svarig_submit(s, &job))
		bail("submit");
	/* The descriptor alone is 64 bytes: from here on the job is under way. */
	wait_until_reading(before, 2 * PAGE);
}

static struct svarig_result collect(void)
{
	struct svarig_result r = {0};
	int n = svarig_wait(s, &r, 1, 120000);

	if (n != 1)
		bail("the job was lost: %d", n);
	return r;
}

static bool within(uint64_t addr, const uint8_t *p, size_t bytes)
{
	return addr >= (uintptr_t)p && addr < (uintptr_t)p + bytes;
}

static void unmap_source(void)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	struct svarig_result r;

	fill(src, BYTES, 1);
	touch(dst, BYTES);
	submit_copy(dst, src);
	munmap(src + HALF, HALF);
	r = collect();
	ok(r.status == SVARIG_ST_FAULT_READ, "munmap of the source: the job fails (%s)",
	   svarig_status_name(r.status));
	ok(within(r.fault_addr, src + HALF, HALF), "the address is in the hole: %#llx in %p+%#x",
	   (unsigned long long)r.fault_addr, (void *)(src + HALF), HALF);
	ok(differs(dst, r.done, 1) == r.done && r.done >= PAGE, "what was done (%u bytes) is right",
	   r.done);
	munmap(src, HALF);
	munmap(dst, BYTES);
}

static void protect_destination(void)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES);
	struct svarig_result r;

	fill(src, BYTES, 2);
	memset(dst, 0xaa, BYTES);
	submit_copy(dst, src);
	mprotect(dst + HALF, HALF, PROT_READ);
	r = collect();
	ok(r.status == SVARIG_ST_FAULT_WRITE,
	   "mprotect(PROT_READ) of the destination: the job fails (%s)",
	   svarig_status_name(r.status));
	ok(within(r.fault_addr, dst + HALF, HALF), "the address is in the protected half: %#llx",
	   (unsigned long long)r.fault_addr);
	for (size_t i = BYTES - PAGE; i < BYTES; i++)
		if (dst[i] != 0xaa) {
			ok(false, "the last protected page was written at offset %zu", i);
			return;
		}
	ok(true, "the last protected page is untouched");
	munmap(src, BYTES);
	munmap(dst, BYTES);
}

static void empty_source(void)
{
	uint8_t *src = memory(BYTES), *dst = memory(BYTES), *old = memory(BYTES);
	struct svarig_result r;
	size_t i, zeros = 0;

	fill(src, BYTES, 3);
	fill(old, BYTES, 3);
	touch(dst, BYTES);
	submit_copy(dst, src);
	madvise(src + HALF, HALF, MADV_DONTNEED);
	r = collect();
	if (have_pri())
		ok(r.status == SVARIG_ST_OK, "MADV_DONTNEED of the source: the job goes on (%s)",
		   svarig_status_name(r.status));
	else
		ok(r.status == SVARIG_ST_FAULT_READ && r.detail & SVARIG_SD_NO_PRI,
		   "MADV_DONTNEED without page requests: the job says so (%s)",
		   svarig_status_name(r.status));
	for (i = 0; i < r.done && (dst[i] == old[i] || (i >= HALF && !dst[i])); i++)
		zeros += !dst[i];
	ok(i == r.done, "each byte is the old one or zero (first other at %zu of %u, %zu zeros)", i,
	   r.done, zeros);

	touch(src, BYTES);
	submit_copy(dst, src);
	r = collect();
	ok(!r.error && differs(dst, HALF, 3) == HALF, "the next job sees the kept half");
	for (i = HALF; i < BYTES && !dst[i]; i++)
		;
	ok(i == BYTES, "and zeroes in the other (first other at %zu)", i);
	munmap(src, BYTES);
	munmap(dst, BYTES);
	munmap(old, BYTES);
}

/* Unmap and map again at the same address, with other content: no stale translation may be used. */
static void map_again(void)
{
	enum {
		ROUNDS = 20,
		SMALL = 4 * PAGE
	};
	uint8_t *dst = memory(SMALL);
	uint8_t *src = memory(SMALL);
	unsigned int stale = 0, failed = 0;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		fill(src, SMALL, 100 + round);
		touch(dst, SMALL);
		failed += svarig_copy(s, dst, src, SMALL, NULL) != 0;
		stale += differs(dst, SMALL, 100 + round) != SMALL;
		munmap(src, SMALL);
		src = memory_at(src, SMALL);
	}
	ok(!failed, "munmap and mmap at one address, %d times: all jobs done", ROUNDS);
	ok(!stale, "and each saw the new content (%u stale)", stale);
	munmap(src, SMALL);
	munmap(dst, SMALL);
}

int main(void)
{
	struct neighbour n;

	neighbour_start(&n);
	s = queue(4);
	unmap_source();
	protect_destination();
	empty_source();
	map_again();
	ok(svarig_queue_error(s, NULL) == 0, "the queue still runs");
	svarig_close(s);
	neighbour_stop(&n);
	device_works();
	return done();
}
