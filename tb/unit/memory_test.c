/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical memory and page tables against a plain array. */
#include <string.h>

#include "unit.h"

#define N 3000

static void frames(void)
{
	struct pmem *pm = pmem_new(7);
	static uint8_t page[N][8];
	static uint64_t pa[N];
	struct rng rng = {9};
	bool in[N] = {0}, good = true;

	for (int i = 0; i < N; i++)
		pa[i] = pmem_alloc(pm, 12);
	for (int round = 0; round < 40000; round++) {
		int i = rng_below(&rng, N);

		if (in[i])
			pmem_remove(pm, pa[i]);
		else
			pmem_install(pm, pa[i], page[i]);
		in[i] = !in[i];
		i = rng_below(&rng, N);
		good &= pmem_frame(pm, pa[i] + 100) == (in[i] ? page[i] : NULL);
	}
	ok(good, "frames come and go, none is lost");
	for (int i = 0; i < N; i++)
		for (int k = i + 1; k < i + 30 && k < N; k++)
			good &= pa[i] != pa[k];
	ok(good && !(pa[0] & 4095), "frames are aligned and different");
	ok(!(pmem_alloc(pm, 30) & 0x3fffffff), "a large range is aligned");
	pmem_free(pm);
}

static void tables(void)
{
	struct pmem *pm = pmem_new(1);
	struct as *as = as_new(pm, true, 1);
	struct as_walk w;
	uint64_t va = 0x7f1234567000ull, pa;
	uint8_t buf[6000], back[6000];
	struct rng rng = {3};

	as_add(as, va, 3 * PAGE_SIZE, AS_RW);
	ok(!as_walk(as, va, &w), "a page that was only added is not mapped");
	rng_bytes(&rng, buf, sizeof(buf));
	as_write(as, va + 100, buf, sizeof(buf));
	as_map_range(as, va, 3 * PAGE_SIZE);
	ok(as_walk(as, va + 0x123, &w) && w.r && w.w && w.size_log2 == 12 && (w.pa & 4095) == 0x123,
	   "mapped: read and write");
	ok(!memcmp(pmem_frame(pm, w.pa) + 100, buf, PAGE_SIZE - 100),
	   "with what was written before");
	pa = w.pa & PAGE_MASK;
	as_protect(as, va, AS_R);
	ok(as_walk(as, va, &w) && w.r && !w.w && (w.pa & PAGE_MASK) == pa, "read-only, same frame");
	ok(as_unmap(as, va) == pa && !as_walk(as, va, &w), "unmapped");
	ok(pmem_frame(pm, pa) != NULL, "the frame stays until it is retired");
	as_retire(as, pa);
	ok(pmem_frame(pm, pa) == NULL, "and goes then");
	as_map(as, va);
	ok(as_walk(as, va, &w) && (w.pa & PAGE_MASK) != pa, "mapped again: another frame");
	as_read(as, va + 100, back, sizeof(back));
	ok(!memcmp(buf, back, sizeof(buf)), "with the old content");
	ok(!as_walk(as, va + 0x800000000000ull, &w), "the upper half is not there");
	as_add(as, 0x40000000, PAGE_SIZE, AS_RW);
	as_add(as, 0x401ff000, PAGE_SIZE, AS_RW);
	as_map_block(as, 0x40000000, 21);
	ok(as_walk(as, 0x401ff010, &w) && w.size_log2 == 21 && pmem_frame(pm, w.pa) &&
		   (w.pa & 0x1fffff) == 0x1ff010,
	   "a 2 MiB block");
	as_add(as, 0x80000000, PAGE_SIZE, AS_R);
	as_map_block(as, 0x80000000, 30);
	ok(as_walk(as, 0x80000010, &w) && w.size_log2 == 30 && !w.w, "a read-only 1 GiB block");
	as_free(as);
	ok(pmem_frames(pm) == 0, "nothing is left behind");
	pmem_free(pm);
}

void test_memory(void)
{
	frames();
	tables();
}
