// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values of context descriptors, and which of their bits count (IHI 0070 5.4).
 */
#include "cd.h"

#define TTB0_FIELDS (SMMU_CD0_T0SZ | SMMU_CD0_TG0 | SMMU_CD0_IR0 | SMMU_CD0_OR0 | SMMU_CD0_SH0)

/*
 * ASET keeps the ASID private: the SMMU takes no part in the CPUs' broadcast TLB maintenance, so
 * the ASID need not be the one the CPUs use for the same address space.
 */
static u64 common(const struct smmu_cd_s1 *s1)
{
	return SMMU_CD0_V | SMMU_CD0_AA64 | SMMU_CD0_EPD1 | SMMU_CD0_A | SMMU_CD0_ASET |
	       FIELD_PREP(SMMU_CD0_IPS, s1->ips) | FIELD_PREP(SMMU_CD0_ASID, s1->asid);
}

void smmu_cd_make_s1(struct smmu_entry_val *cd, const struct smmu_cd_s1 *s1)
{
	memset(cd, 0, sizeof(*cd));
	cd->qw[0] = common(s1) | SMMU_CD0_R | FIELD_PREP(SMMU_CD0_T0SZ, s1->t0sz) |
		    FIELD_PREP(SMMU_CD0_TG0, s1->tg) | FIELD_PREP(SMMU_CD0_IR0, s1->irgn) |
		    FIELD_PREP(SMMU_CD0_OR0, s1->orgn) | FIELD_PREP(SMMU_CD0_SH0, s1->sh);
	cd->qw[1] = s1->ttb & SMMU_CD1_TTB0;
	cd->qw[3] = s1->mair;
}

void smmu_cd_make_released(struct smmu_entry_val *cd, const struct smmu_cd_s1 *s1)
{
	memset(cd, 0, sizeof(*cd));
	cd->qw[0] = common(s1) | SMMU_CD0_EPD0;
	cd->qw[3] = s1->mair;
}

void smmu_cd_make_invalid(struct smmu_entry_val *cd)
{
	memset(cd, 0, sizeof(*cd));
}

void smmu_cd_used(const struct smmu_entry_val *cd, struct smmu_entry_val *used)
{
	memset(used, 0, sizeof(*used));
	used->qw[0] = SMMU_CD0_V;
	if (!(cd->qw[0] & SMMU_CD0_V))
		return;

	/* Everything that is not part of a disabled half is looked at, or reserved and zero. */
	memset(used, 0xff, sizeof(*used));
	if (cd->qw[0] & SMMU_CD0_EPD0) {
		used->qw[0] &= ~TTB0_FIELDS;
		used->qw[1] &= ~SMMU_CD1_TTB0;
	}
}
