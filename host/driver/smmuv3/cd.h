/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context descriptors as pure values (IHI 0070 5.4).
 */
#ifndef SVARIG_SMMUV3_CD_H
#define SVARIG_SMMUV3_CD_H

#include "entry_writer.h"

/* Stage 1 translation through TTB0; TTB1 is never used. The encodings are those of TCR_EL1. */
struct smmu_cd_s1 {
	u64 ttb; /* physical address of the table */
	u64 mair;
	u16 asid;
	u8 t0sz;       /* 64 - bits of the input address */
	u8 tg;	       /* granule: 0 is 4 KiB, 1 is 64 KiB, 2 is 16 KiB */
	u8 irgn, orgn; /* cacheability of the walk, inner and outer */
	u8 sh;	       /* shareability of the walk */
	u8 ips;	       /* size of output addresses */
};

/* A translation table made by the driver; faults are recorded. */
void smmu_cd_make_s1(struct smmu_entry_val *cd, const struct smmu_cd_s1 *s1);

/*
 * A process address space that is gone while the PASID is still attached: everything faults, and
 * none of it is recorded. Differs from the live CD in word 0 only as far as the SMMU looks, so
 * the change is hitless.
 */
void smmu_cd_make_released(struct smmu_entry_val *cd, const struct smmu_cd_s1 *s1);

void smmu_cd_make_invalid(struct smmu_entry_val *cd);

/* The bits the SMMU looks at in a CD of this value: the used callback of the entry writer. */
void smmu_cd_used(const struct smmu_entry_val *cd, struct smmu_entry_val *used);

#endif
