/* SPDX-License-Identifier: BSD-2-Clause */
/* Linear probing over frame numbers. See pmem.h. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "pmem.h"

struct slot {
	uint64_t frame; /* pa >> 12; valid where page is not NULL */
	uint8_t *page;
};

/* Three regions, so that 3 and 4 DW headers and high address bits are all in use. */
static const struct {
	uint64_t base, end;
} region[] = {
	{0x80000000ull, 0xf0000000ull},
	{0x440000000ull, 0x4000000000ull},
	{0xabc000000000ull, 0xfff000000000ull},
};

#define REGIONS (sizeof(region) / sizeof(region[0]))

struct pmem {
	struct slot *slots;
	size_t mask, used;
	uint64_t next[REGIONS];
	struct rng rng;
};

static size_t hash(const struct pmem *pm, uint64_t frame)
{
	return (frame * 0x9e3779b97f4a7c15ull >> 20) & pm->mask;
}

struct pmem *pmem_new(uint64_t seed)
{
	struct pmem *pm = xalloc(sizeof(*pm));

	pm->mask = 1023;
	pm->slots = xalloc((pm->mask + 1) * sizeof(*pm->slots));
	pm->rng.state = seed;
	for (size_t i = 0; i < REGIONS; i++)
		pm->next[i] = region[i].base;
	return pm;
}

void pmem_free(struct pmem *pm)
{
	if (!pm)
		return;
	free(pm->slots);
	free(pm);
}

uint64_t pmem_alloc(struct pmem *pm, unsigned size_log2)
{
	uint64_t size = 1ull << size_log2;
	size_t i = rng_below(&pm->rng, REGIONS);

	for (size_t tries = 0; tries < REGIONS; tries++, i = (i + 1) % REGIONS) {
		uint64_t pa = (pm->next[i] + size - 1) & ~(size - 1);

		if (pa + size > region[i].end)
			continue;
		pm->next[i] = pa + size;
		return pa;
	}
	die("physical addresses used up");
}

static struct slot *find(const struct pmem *pm, uint64_t frame)
{
	size_t i = hash(pm, frame);

	while (pm->slots[i].page && pm->slots[i].frame != frame)
		i = (i + 1) & pm->mask;
	return &pm->slots[i];
}

static void grow(struct pmem *pm)
{
	struct slot *old = pm->slots;
	size_t n = pm->mask + 1;

	pm->mask = n * 2 - 1;
	pm->slots = xalloc(n * 2 * sizeof(*pm->slots));
	for (size_t i = 0; i < n; i++)
		if (old[i].page)
			*find(pm, old[i].frame) = old[i];
	free(old);
}

void pmem_install(struct pmem *pm, uint64_t pa, uint8_t *page)
{
	struct slot *s;

	if (pm->used * 2 > pm->mask)
		grow(pm);
	s = find(pm, pa >> 12);
	if (s->page)
		die("frame %#llx is in use", (unsigned long long)pa);
	s->frame = pa >> 12;
	s->page = page;
	pm->used++;
}

void pmem_remove(struct pmem *pm, uint64_t pa)
{
	struct slot *s = find(pm, pa >> 12);
	size_t hole = s - pm->slots, i = hole;

	if (!s->page)
		die("frame %#llx is not there", (unsigned long long)pa);
	pm->used--;
	/* Close the gap, so that no entry behind it becomes unreachable. */
	for (;;) {
		size_t home;

		i = (i + 1) & pm->mask;
		if (!pm->slots[i].page)
			break;
		home = hash(pm, pm->slots[i].frame);
		if (((i - home) & pm->mask) < ((i - hole) & pm->mask))
			continue;
		pm->slots[hole] = pm->slots[i];
		hole = i;
	}
	pm->slots[hole].page = NULL;
}

uint8_t *pmem_frame(struct pmem *pm, uint64_t pa)
{
	return find(pm, pa >> 12)->page;
}

bool pmem_read64(struct pmem *pm, uint64_t pa, uint64_t *value)
{
	uint8_t *page = pmem_frame(pm, pa);

	if (!page || pa & 7)
		return false;
	memcpy(value, page + (pa & 4095), 8);
	*value = le64toh(*value);
	return true;
}

bool pmem_write64(struct pmem *pm, uint64_t pa, uint64_t value)
{
	uint8_t *page = pmem_frame(pm, pa);

	if (!page || pa & 7)
		return false;
	value = htole64(value);
	memcpy(page + (pa & 4095), &value, 8);
	return true;
}

size_t pmem_frames(const struct pmem *pm)
{
	return pm->used;
}
