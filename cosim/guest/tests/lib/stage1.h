/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's stage 1 that the test makes in memory of its own: context descriptors and page tables
 * whose addresses are those of a stage 2 parent, and the guest's commands. Bits are those of Arm's
 * architecture (VMSAv8-64; IHI 0070), typed in here.
 */
#ifndef SVARIG_GUEST_STAGE1_H
#define SVARIG_GUEST_STAGE1_H

#include "svarig_iommufd.h"
#include "vfio.h"

/* Memory that the parent maps at @ipa, handed out page by page. */
struct ram {
	uint8_t *mem;
	size_t bytes, used;
	uint64_t ipa;
};

void ram_init(struct ram *r, size_t bytes, uint64_t ipa);
/* A zeroed page, and where the parent has it. */
void *ram_page(struct ram *r, uint64_t *ipa);

#define S1_RW (1ull << 6)	      /* AP[1]: user access */
#define S1_RO (1ull << 6 | 1ull << 7) /* AP[2]: no writes */

/* 48-bit addresses, 4 KiB pages, four levels. */
struct stage1 {
	struct ram *ram;
	uint64_t *root, root_ipa;
};

void stage1_init(struct stage1 *s, struct ram *r);
/* @access 0: invalid. */
void stage1_map(struct stage1 *s, uint64_t va, uint64_t ipa, uint64_t access);
/* Fills the eight words of a context descriptor. */
void stage1_cd(const struct stage1 *s, uint64_t cd[8], uint16_t asid);

/* The two words of an STE: stage 1 with 2^@cdmax CDs at @cdtab; entry 0 serves what has no PASID.
 */
void ste_stage1(struct svarig_hwpt_smmuv3 *h, uint64_t cdtab, unsigned int cdmax, bool ats);
void ste_bypass(struct svarig_hwpt_smmuv3 *h, bool ats);
void ste_abort(struct svarig_hwpt_smmuv3 *h);

typedef struct svarig_invalidate_smmuv3 command;
command cmd_tlbi_all(void);
command cmd_tlbi_asid(uint16_t asid);
command cmd_tlbi_va(uint16_t asid, uint64_t va);
command cmd_cfgi_cd(uint32_t sid, uint32_t ssid);
command cmd_cfgi_cd_all(uint32_t sid);
command cmd_cfgi_ste(uint32_t sid);
/* One page of a PASID, or of requests without one (NO_PASID); everything without one. */
command cmd_atc_page(uint32_t sid, uint32_t pasid, uint64_t va);
command cmd_atc_all(uint32_t sid);

/* Lets nested page tables be made, or no longer. */
void nesting_allow(bool yes);
/* IOMMU_HWPT_ALLOC. @fault: a fault queue's ID or 0. Return 0 or -errno. */
int hwpt_parent(struct vdev *v, uint32_t ioas, uint32_t *id);
int hwpt_nested(struct vdev *v, uint32_t parent, const struct svarig_hwpt_smmuv3 *h, uint32_t fault,
		uint32_t *id);
/* IOMMU_HWPT_INVALIDATE; returns 0 or -errno. @done: how many were. */
int invalidate(struct vdev *v, uint32_t hwpt, const command *cmds, uint32_t n, uint32_t *done);

#endif
