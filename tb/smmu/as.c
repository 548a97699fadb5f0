/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables and pages. See as.h; descriptor bits from the Arm ARM, D8.3. */
#include <stdlib.h>
#include <string.h>

#include "as.h"
#include "die.h"

#define D_VALID	   1ull
#define D_TABLE	   2ull /* levels 0..2: table; level 3: page */
#define D_AP_USER  (1ull << 6)
#define D_AP_RO	   (1ull << 7)
#define D_SH_INNER (3ull << 8)
#define D_AF	   (1ull << 10)
#define D_NG	   (1ull << 11)
#define D_UXN	   (1ull << 54)
#define D_ADDR	   0x0000fffffffff000ull

struct table {
	struct table *next;
	uint64_t pa;
	uint8_t data[PAGE_SIZE];
};

static uint64_t new_table(struct as *as)
{
	struct table *t = xalloc(sizeof(*t));

	t->pa = pmem_alloc(as->pm, 12);
	pmem_install(as->pm, t->pa, t->data);
	t->next = as->tables;
	as->tables = t;
	return t->pa;
}

struct as *as_new(struct pmem *pm, bool pasid_valid, uint32_t pasid)
{
	struct as *as = xalloc(sizeof(*as));

	as->pm = pm;
	as->pasid_valid = pasid_valid;
	as->pasid = pasid;
	as->brk = 0x7f1234500000ull;
	as->mask = 255;
	as->slots = xalloc((as->mask + 1) * sizeof(*as->slots));
	as->ttb = new_table(as);
	return as;
}

void as_free(struct as *as)
{
	if (!as)
		return;
	for (size_t i = 0; i <= as->mask; i++) {
		if (as->slots[i] && as->slots[i]->pa)
			pmem_remove(as->pm, as->slots[i]->pa);
		free(as->slots[i]);
	}
	while (as->tables) {
		struct table *t = as->tables;

		as->tables = t->next;
		pmem_remove(as->pm, t->pa);
		free(t);
	}
	free(as->slots);
	free(as);
}

static struct upage **slot(struct as *as, uint64_t va)
{
	size_t i = ((va >> 12) * 0x9e3779b97f4a7c15ull >> 24) & as->mask;

	while (as->slots[i] && as->slots[i]->va != (va & PAGE_MASK))
		i = (i + 1) & as->mask;
	return &as->slots[i];
}

static void grow(struct as *as)
{
	struct upage **old = as->slots;
	size_t n = as->mask + 1;

	as->mask = n * 2 - 1;
	as->slots = xalloc(n * 2 * sizeof(*as->slots));
	for (size_t i = 0; i < n; i++)
		if (old[i])
			*slot(as, old[i]->va) = old[i];
	free(old);
}

struct upage *as_page(struct as *as, uint64_t va)
{
	return *slot(as, va);
}

void as_add(struct as *as, uint64_t va, uint64_t len, unsigned prot)
{
	uint64_t end = va + len;

	for (uint64_t v = va & PAGE_MASK; v < end; v += PAGE_SIZE) {
		struct upage *p = as_page(as, v);

		if (!p) {
			if (as->used++ * 2 > as->mask)
				grow(as);
			p = xalloc(sizeof(*p));
			p->va = v;
			*slot(as, v) = p;
		}
		p->prot = prot;
	}
}

/* Address of the descriptor for va at the given level, building tables on the way. */
static uint64_t descriptor(struct as *as, uint64_t va, unsigned level)
{
	uint64_t table = as->ttb;

	if (va >> 48)
		die("only the lower half has page tables: %#llx", (unsigned long long)va);
	for (unsigned l = 0;; l++) {
		uint64_t at = table + (va >> (39 - 9 * l) & 511) * 8, d;

		if (l == level)
			return at;
		pmem_read64(as->pm, at, &d);
		if (!(d & D_VALID)) {
			d = new_table(as) | D_VALID | D_TABLE;
			pmem_write64(as->pm, at, d);
		} else if (!(d & D_TABLE)) {
			die("a block is in the way at %#llx", (unsigned long long)va);
		}
		table = d & D_ADDR;
	}
}

static uint64_t leaf(uint64_t pa, unsigned level, unsigned prot)
{
	uint64_t d = pa | D_VALID | D_AP_USER | D_SH_INNER | D_AF | D_NG | D_UXN;

	if (level == 3)
		d |= D_TABLE;
	if (!(prot & AS_W))
		d |= D_AP_RO;
	if (!prot)
		d = 0;
	return d;
}

bool as_map(struct as *as, uint64_t va)
{
	struct upage *p = as_page(as, va);

	if (!p)
		die("map of %#llx, which was not added", (unsigned long long)va);
	if (p->pa)
		return false;
	p->pa = pmem_alloc(as->pm, 12);
	p->block_log2 = 12;
	pmem_install(as->pm, p->pa, p->data);
	pmem_write64(as->pm, descriptor(as, p->va, 3), leaf(p->pa, 3, p->prot));
	return true;
}

void as_map_range(struct as *as, uint64_t va, uint64_t len)
{
	for (uint64_t v = va & PAGE_MASK; v < va + len; v += PAGE_SIZE)
		as_map(as, v);
}

void as_map_block(struct as *as, uint64_t va, unsigned size_log2)
{
	unsigned level = size_log2 == 30 ? 1 : 2, prot = AS_RW;
	uint64_t pa = pmem_alloc(as->pm, size_log2);
	uint64_t size = 1ull << size_log2;

	for (size_t i = 0; i <= as->mask; i++) {
		struct upage *p = as->slots[i];

		if (!p || p->va < va || p->va - va >= size)
			continue;
		if (p->pa)
			die("page %#llx is mapped already", (unsigned long long)p->va);
		p->pa = pa + (p->va - va);
		p->block_log2 = size_log2;
		prot = p->prot;
		pmem_install(as->pm, p->pa, p->data);
	}
	pmem_write64(as->pm, descriptor(as, va, level), leaf(pa, level, prot));
}

uint64_t as_unmap(struct as *as, uint64_t va)
{
	struct upage *p = as_page(as, va);
	uint64_t pa;

	if (!p || !p->pa)
		return 0;
	if (p->block_log2 != 12)
		die("unmap of a page inside a block");
	pa = p->pa;
	p->pa = 0;
	pmem_write64(as->pm, descriptor(as, p->va, 3), 0);
	return pa;
}

void as_retire(struct as *as, uint64_t pa)
{
	pmem_remove(as->pm, pa);
}

void as_protect(struct as *as, uint64_t va, unsigned prot)
{
	struct upage *p = as_page(as, va);

	if (!p)
		die("protect of %#llx, which was not added", (unsigned long long)va);
	p->prot = prot;
	if (p->pa && p->block_log2 == 12)
		pmem_write64(as->pm, descriptor(as, p->va, 3), leaf(p->pa, 3, prot));
}

static void copy(struct as *as, uint64_t va, uint8_t *buf, size_t len, bool out)
{
	while (len) {
		struct upage *p = as_page(as, va);
		size_t off = va & (PAGE_SIZE - 1);
		size_t n = PAGE_SIZE - off < len ? PAGE_SIZE - off : len;

		if (!p)
			die("access to %#llx, which was not added", (unsigned long long)va);
		if (out)
			memcpy(buf, p->data + off, n);
		else
			memcpy(p->data + off, buf, n);
		va += n;
		buf += n;
		len -= n;
	}
}

void as_read(struct as *as, uint64_t va, void *buf, size_t len)
{
	copy(as, va, buf, len, true);
}

void as_write(struct as *as, uint64_t va, const void *buf, size_t len)
{
	copy(as, va, (uint8_t *)buf, len, false);
}

bool as_walk(struct as *as, uint64_t va, struct as_walk *out)
{
	uint64_t table = as->ttb, d = 0, low;
	unsigned level, shift = 0;

	if (va >> 48)
		return false;
	for (level = 0; level < 4; level++) {
		shift = 39 - 9 * level;
		if (!pmem_read64(as->pm, table + (va >> shift & 511) * 8, &d) || !(d & D_VALID))
			return false;
		if (level == 3 || !(d & D_TABLE))
			break;
		table = d & D_ADDR;
	}
	/* Level 0 has no blocks; bit 1 clear at level 3 is reserved and faults; AF clear faults. */
	if (level == 0 || (level == 3 && !(d & D_TABLE)) || !(d & D_AF) || !(d & D_AP_USER))
		return false;
	low = (1ull << shift) - 1;
	out->pa = (d & D_ADDR & ~low) | (va & low);
	out->size_log2 = shift;
	out->r = true;
	out->w = !(d & D_AP_RO);
	out->x = !(d & D_UXN);
	out->global = !(d & D_NG);
	return true;
}
