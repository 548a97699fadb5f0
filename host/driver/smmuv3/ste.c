// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values of stream table entries, and which of their bits count (IHI 0070 5.2).
 */
#include "ste.h"

static void clear(struct smmu_entry_val *val)
{
	memset(val, 0, sizeof(*val));
}

static u64 config(u64 kind)
{
	return SMMU_STE0_V | FIELD_PREP(SMMU_STE0_CONFIG, kind);
}

static u64 eats(bool ats)
{
	return FIELD_PREP(SMMU_STE1_EATS, ats ? SMMU_STE1_EATS_FULL : SMMU_STE1_EATS_NONE);
}

void smmu_ste_make_abort(struct smmu_entry_val *ste)
{
	clear(ste);
	ste->qw[0] = config(SMMU_STE0_CONFIG_ABORT);
}

void smmu_ste_make_bypass(struct smmu_entry_val *ste)
{
	clear(ste);
	ste->qw[0] = config(SMMU_STE0_CONFIG_BYPASS);
	ste->qw[1] = FIELD_PREP(SMMU_STE1_SHCFG, SMMU_STE1_SHCFG_INCOMING);
}

/* The fields of stage 1, shared by stage 1 alone and nested. */
static void add_s1(struct smmu_entry_val *ste, const struct smmu_ste_s1 *s1)
{
	ste->qw[0] |= FIELD_PREP(SMMU_STE0_S1FMT, s1->s1fmt) | (s1->cdtab & SMMU_STE0_S1CTXPTR) |
		      FIELD_PREP(SMMU_STE0_S1CDMAX, s1->s1cdmax);
	ste->qw[1] |= FIELD_PREP(SMMU_STE1_S1DSS, s1->s1dss) |
		      FIELD_PREP(SMMU_STE1_S1CIR, SMMU_STE1_S1C_WBRA) |
		      FIELD_PREP(SMMU_STE1_S1COR, SMMU_STE1_S1C_WBRA) |
		      FIELD_PREP(SMMU_STE1_S1CSH, SMMU_STE1_S1CSH_ISH) | eats(s1->ats) |
		      (s1->ppar ? SMMU_STE1_PPAR : 0) |
		      (s1->stall_disable ? SMMU_STE1_S1STALLD : 0);
	/* A transaction that skips stage 1 keeps its own shareability, as in a bypass STE. */
	if (s1->s1dss == SMMU_S1DSS_BYPASS)
		ste->qw[1] |= FIELD_PREP(SMMU_STE1_SHCFG, SMMU_STE1_SHCFG_INCOMING);
}

static void add_s2(struct smmu_entry_val *ste, const struct smmu_ste_s2 *s2)
{
	ste->qw[1] |= eats(s2->ats);
	ste->qw[2] |= FIELD_PREP(SMMU_STE2_S2VMID, s2->vmid) |
		      FIELD_PREP(SMMU_STE2_VTCR, s2->vtcr) | SMMU_STE2_S2AA64 | SMMU_STE2_S2AFFD |
		      SMMU_STE2_S2PTW | SMMU_STE2_S2R;
	ste->qw[3] |= s2->ttb & SMMU_STE3_S2TTB;
}

void smmu_ste_make_s1(struct smmu_entry_val *ste, const struct smmu_ste_s1 *s1)
{
	clear(ste);
	ste->qw[0] = config(SMMU_STE0_CONFIG_S1);
	add_s1(ste, s1);
}

void smmu_ste_make_s2(struct smmu_entry_val *ste, const struct smmu_ste_s2 *s2)
{
	clear(ste);
	ste->qw[0] = config(SMMU_STE0_CONFIG_S2);
	ste->qw[1] = FIELD_PREP(SMMU_STE1_SHCFG, SMMU_STE1_SHCFG_INCOMING);
	add_s2(ste, s2);
}

void smmu_ste_make_nested(struct smmu_entry_val *ste, const struct smmu_ste_s1 *s1,
			  const struct smmu_ste_s2 *s2)
{
	clear(ste);
	ste->qw[0] = config(SMMU_STE0_CONFIG_NESTED);
	add_s1(ste, s1);
	add_s2(ste, s2);
}

void smmu_ste_used(const struct smmu_entry_val *ste, struct smmu_entry_val *used)
{
	u64 cfg = FIELD_GET(SMMU_STE0_CONFIG, ste->qw[0]);
	bool s1 = (cfg & SMMU_STE0_CONFIG_S1) == SMMU_STE0_CONFIG_S1;
	bool s2 = (cfg & SMMU_STE0_CONFIG_S2) == SMMU_STE0_CONFIG_S2;
	bool skips_s1;

	clear(used);
	used->qw[0] = SMMU_STE0_V;
	if (!(ste->qw[0] & SMMU_STE0_V))
		return;

	used->qw[0] |= SMMU_STE0_CONFIG;
	if (!(cfg & SMMU_STE0_CONFIG_BYPASS))
		return;

	used->qw[1] |= SMMU_STE1_MEV;
	skips_s1 = !s1;
	if (s1) {
		used->qw[0] |= SMMU_STE0_S1CTXPTR | SMMU_STE0_S1CDMAX;
		used->qw[1] |=
			SMMU_STE1_S1CIR | SMMU_STE1_S1COR | SMMU_STE1_S1CSH | SMMU_STE1_S1STALLD;
		if (FIELD_GET(SMMU_STE0_S1CDMAX, ste->qw[0])) {
			used->qw[0] |= SMMU_STE0_S1FMT;
			used->qw[1] |= SMMU_STE1_S1DSS;
			skips_s1 = FIELD_GET(SMMU_STE1_S1DSS, ste->qw[1]) == SMMU_STE1_S1DSS_BYPASS;
		}
	}
	if (s1 || s2) {
		used->qw[1] |= SMMU_STE1_EATS | SMMU_STE1_PPAR;
		/* Translations are tagged with the VMID whichever stage makes them. */
		used->qw[2] |= SMMU_STE2_S2VMID;
	}
	if (s1 && !s2)
		used->qw[1] |= SMMU_STE1_STRW;
	if (s2) {
		used->qw[2] |= SMMU_STE2_VTCR | SMMU_STE2_S2AA64 | SMMU_STE2_S2ENDI |
			       SMMU_STE2_S2AFFD | SMMU_STE2_S2PTW | SMMU_STE2_S2S | SMMU_STE2_S2R;
		used->qw[3] |= SMMU_STE3_S2TTB;
	}
	/*
	 * Shareability of what leaves untranslated, or translated by stage 2 alone, which combines
	 * it with its own.
	 */
	if (skips_s1)
		used->qw[1] |= SMMU_STE1_SHCFG;
}
