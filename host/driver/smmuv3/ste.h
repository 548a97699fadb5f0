/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stream table entries as pure values (IHI 0070 5.2): each function computes the whole entry of
 * one kind from its parameters and touches nothing else.
 */
#ifndef SVARIG_SMMUV3_STE_H
#define SVARIG_SMMUV3_STE_H

#include "entry_writer.h"

/* What a transaction without a PASID meets in a stream that has a CD table. */
enum smmu_s1dss {
	SMMU_S1DSS_TERMINATE = SMMU_STE1_S1DSS_TERM,
	SMMU_S1DSS_BYPASS = SMMU_STE1_S1DSS_BYPASS,
	SMMU_S1DSS_SSID0 = SMMU_STE1_S1DSS_SSID0,
};

struct smmu_ste_s1 {
	u64 cdtab;	       /* physical address of the CD table, 64-byte aligned */
	u8 s1fmt;	       /* SMMU_STE0_S1FMT_* */
	u8 s1cdmax;	       /* log2 of the number of CDs */
	enum smmu_s1dss s1dss; /* means nothing when s1cdmax is 0 */
	bool ats;	       /* full ATS */
	bool ppar;	       /* the endpoint wants its PASID in automatic PRG responses */
	bool stall_disable;    /* the SMMU has the stall model and the stream must not use it */
};

struct smmu_ste_s2 {
	u64 ttb;  /* physical address of the stage 2 table */
	u32 vtcr; /* STE[178:160]: S2T0SZ, S2SL0, S2IR0, S2OR0, S2SH0, S2TG, S2PS */
	u16 vmid;
	bool ats;
};

void smmu_ste_make_abort(struct smmu_entry_val *ste);
void smmu_ste_make_bypass(struct smmu_entry_val *ste);
void smmu_ste_make_s1(struct smmu_entry_val *ste, const struct smmu_ste_s1 *s1);
void smmu_ste_make_s2(struct smmu_entry_val *ste, const struct smmu_ste_s2 *s2);
void smmu_ste_make_nested(struct smmu_entry_val *ste, const struct smmu_ste_s1 *s1,
			  const struct smmu_ste_s2 *s2);

/* The bits the SMMU looks at in an STE of this value: the used callback of the entry writer. */
void smmu_ste_used(const struct smmu_entry_val *ste, struct smmu_entry_val *used);

#endif
