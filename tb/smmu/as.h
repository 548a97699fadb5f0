/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An address space of a process: arm64 page tables (4 KiB granule, four levels, 48-bit addresses;
 * Arm ARM D8.3) in the host's physical memory, and beside them what the process's pages hold,
 * whether they are mapped or not. Every mapping of a page gets a fresh physical address.
 */
#ifndef TB_AS_H
#define TB_AS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pmem.h"

enum as_prot {
	AS_R = 1,
	AS_W = 2,
	AS_RW = 3,
};

struct as {
	struct pmem *pm;
	uint64_t ttb; /* level 0 table */
	uint16_t rid; /* of the function it belongs to */
	bool pasid_valid;
	uint32_t pasid;
	struct upage **slots; /* hash by virtual page */
	size_t mask, used;
	struct table *tables;
	uint64_t brk;	 /* where the next allocation of a test goes */
	struct as *next; /* list of the SMMU */
};

/* One page of the process. */
struct upage {
	uint64_t va;
	uint64_t pa;	     /* 0 while not mapped */
	unsigned block_log2; /* 12, or the size of the block that maps it */
	uint8_t prot;	     /* what the process may do, AS_* */
	uint8_t data[PAGE_SIZE];
};

struct as *as_new(struct pmem *pm, bool pasid_valid, uint32_t pasid);
/* Also takes all its frames out of physical memory. */
void as_free(struct as *as);

/* Gives the process pages for [va, va + len), zero-filled and not mapped. Existing ones get the new
 * protection. */
void as_add(struct as *as, uint64_t va, uint64_t len, unsigned prot);
struct upage *as_page(struct as *as, uint64_t va);

/* Maps one page (it must have been added). Returns false when it is mapped already. */
bool as_map(struct as *as, uint64_t va);
/* Maps all unmapped pages that [va, va + len) touches. */
void as_map_range(struct as *as, uint64_t va, uint64_t len);
/* Maps with one block descriptor, size_log2 21 or 30; va is aligned. Only pages that were added
 * hold memory. */
void as_map_block(struct as *as, uint64_t va, unsigned size_log2);

/*
 * Clears the descriptor of the page. Returns its old physical address, whose frame stays in memory
 * until as_retire(): the host gives a page away only after the invalidation is complete. 0: was not
 * mapped.
 */
uint64_t as_unmap(struct as *as, uint64_t va);
void as_retire(struct as *as, uint64_t pa);
/* Changes the permission in the descriptor in place (same physical address). */
void as_protect(struct as *as, uint64_t va, unsigned prot);

/* The process's own loads and stores, mapped or not. The pages must have been added. */
void as_read(struct as *as, uint64_t va, void *buf, size_t len);
void as_write(struct as *as, uint64_t va, const void *buf, size_t len);

struct as_walk {
	uint64_t pa;	    /* of the byte at va */
	unsigned size_log2; /* of the page or block */
	bool r, w, x, global;
};

/* The SMMU's walk. Returns false for a translation fault. */
bool as_walk(struct as *as, uint64_t va, struct as_walk *out);

#endif
