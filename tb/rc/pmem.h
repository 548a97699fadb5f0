/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical memory of the host: a sparse map from 4 KiB frames to pages that others own. A physical
 * address is handed out once and never again, so that an access through an old translation can
 * always be told from a new one.
 */
#ifndef TB_PMEM_H
#define TB_PMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rng.h"

#define PAGE_SIZE 4096u
#define PAGE_MASK (~(uint64_t)(PAGE_SIZE - 1))

struct pmem;

struct pmem *pmem_new(uint64_t seed);
void pmem_free(struct pmem *pm);

/* A fresh, aligned physical range of 1 << size_log2 bytes (12..30), below or far above 4 GiB. */
uint64_t pmem_alloc(struct pmem *pm, unsigned size_log2);

/* Puts page (PAGE_SIZE bytes, owned by the caller) at frame pa; removes it again. */
void pmem_install(struct pmem *pm, uint64_t pa, uint8_t *page);
void pmem_remove(struct pmem *pm, uint64_t pa);

/* The page at pa, or NULL where there is no memory. */
uint8_t *pmem_frame(struct pmem *pm, uint64_t pa);

/* Little-endian 64-bit access for page tables; false where there is no memory. */
bool pmem_read64(struct pmem *pm, uint64_t pa, uint64_t *value);
bool pmem_write64(struct pmem *pm, uint64_t pa, uint64_t value);

/* Number of frames installed. */
size_t pmem_frames(const struct pmem *pm);

#endif
