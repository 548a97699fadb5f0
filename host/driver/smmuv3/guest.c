// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's stream table entries and commands.
 */
#include "guest.h"

#define STE0_GUEST                                                                                 \
	(SMMU_STE0_V | SMMU_STE0_CONFIG | SMMU_STE0_S1FMT | SMMU_STE0_S1CTXPTR | SMMU_STE0_S1CDMAX)
#define STE1_S1	   (SMMU_STE1_S1CIR | SMMU_STE1_S1COR | SMMU_STE1_S1CSH)
#define STE1_GUEST (STE1_S1 | SMMU_STE1_S1DSS | SMMU_STE1_S1STALLD | SMMU_STE1_EATS)

#define S1DSS_RESERVED 3

static bool s1_legal(const u64 qw[2], const struct smmu_guest_limits *limits)
{
	u64 fmt = FIELD_GET(SMMU_STE0_S1FMT, qw[0]);
	u64 cdmax = FIELD_GET(SMMU_STE0_S1CDMAX, qw[0]);

	if (cdmax > limits->ssid_bits)
		return false;
	if (cdmax && (fmt > SMMU_STE0_S1FMT_64K_L2 ||
		      (fmt != SMMU_STE0_S1FMT_LINEAR && !limits->two_level_cd) ||
		      FIELD_GET(SMMU_STE1_S1DSS, qw[1]) == S1DSS_RESERVED))
		return false;
	if ((qw[1] & SMMU_STE1_S1STALLD) && !limits->stall_model)
		return false;
	return !((qw[0] & SMMU_STE0_S1CTXPTR) >> limits->ipa_bits);
}

int smmu_guest_ste_parse(struct smmu_guest_ste *guest, const u64 qw[2],
			 const struct smmu_guest_limits *limits)
{
	u64 eats = FIELD_GET(SMMU_STE1_EATS, qw[1]);

	memset(guest, 0, sizeof(*guest));
	guest->config = SMMU_GUEST_ABORT;
	if (!(qw[0] & SMMU_STE0_V))
		return 0;
	if ((qw[0] & ~STE0_GUEST) || (qw[1] & ~STE1_GUEST))
		return -EIO;

	switch (FIELD_GET(SMMU_STE0_CONFIG, qw[0])) {
	case SMMU_STE0_CONFIG_ABORT:
		return 0;
	case SMMU_STE0_CONFIG_BYPASS:
		guest->config = SMMU_GUEST_BYPASS;
		break;
	case SMMU_STE0_CONFIG_S1:
		if (!s1_legal(qw, limits))
			return -EIO;
		guest->config = SMMU_GUEST_S1;
		guest->qw[0] = qw[0] & (SMMU_STE0_S1FMT | SMMU_STE0_S1CTXPTR | SMMU_STE0_S1CDMAX);
		guest->qw[1] = qw[1] & (STE1_S1 | SMMU_STE1_S1DSS);
		break;
	default:
		return -EIO;
	}
	if (eats != SMMU_STE1_EATS_NONE && (eats != SMMU_STE1_EATS_FULL || !limits->ats))
		return -EIO;
	guest->ats = eats == SMMU_STE1_EATS_FULL;
	return 0;
}

void smmu_guest_ste_make(struct smmu_entry_val *ste, const struct smmu_guest_ste *guest,
			 const struct smmu_ste_s2 *s2, bool ppar, bool stall_disable)
{
	const struct smmu_ste_s1 s1 = {
		.cdtab = guest->qw[0] & SMMU_STE0_S1CTXPTR,
		.s1fmt = (u8)FIELD_GET(SMMU_STE0_S1FMT, guest->qw[0]),
		.s1cdmax = (u8)FIELD_GET(SMMU_STE0_S1CDMAX, guest->qw[0]),
		.s1dss = (enum smmu_s1dss)FIELD_GET(SMMU_STE1_S1DSS, guest->qw[1]),
		.ppar = ppar,
		.stall_disable = stall_disable,
	};

	switch (guest->config) {
	case SMMU_GUEST_S1:
		smmu_ste_make_nested(ste, &s1, s2);
		/* How the guest's own CD table is to be read is for the guest to say. */
		ste->qw[1] = (ste->qw[1] & ~STE1_S1) | (guest->qw[1] & STE1_S1);
		break;
	case SMMU_GUEST_BYPASS:
		smmu_ste_make_s2(ste, s2);
		break;
	default:
		smmu_ste_make_abort(ste);
		break;
	}
}

#define TLBI_RANGE0 (SMMU_CMD0_TLBI_NUM | SMMU_CMD0_TLBI_SCALE)
#define TLBI_RANGE1 (SMMU_CMD1_TLBI_TTL | SMMU_CMD1_TLBI_TG)

/* Which bits of a command mean something; false if a guest may not give it at all. */
static bool cmd_fields(u8 op, const struct smmu_guest_limits *limits, u64 fields[2])
{
	fields[0] = SMMU_CMD0_OP;
	fields[1] = 0;
	switch (op) {
	case SMMU_OP_TLBI_NSNH_ALL:
		return true;
	case SMMU_OP_TLBI_NH_ALL:
		fields[0] |= SMMU_CMD0_TLBI_VMID;
		return true;
	case SMMU_OP_TLBI_NH_ASID:
		fields[0] |= SMMU_CMD0_TLBI_VMID | SMMU_CMD0_TLBI_ASID;
		return true;
	case SMMU_OP_TLBI_NH_VA:
		fields[0] |= SMMU_CMD0_TLBI_ASID;
		fallthrough;
	case SMMU_OP_TLBI_NH_VAA:
		fields[0] |= SMMU_CMD0_TLBI_VMID | (limits->ril ? TLBI_RANGE0 : 0);
		fields[1] |= SMMU_CMD1_LEAF | SMMU_CMD1_ADDR | (limits->ril ? TLBI_RANGE1 : 0);
		return true;
	case SMMU_OP_CFGI_CD:
		fields[0] |= SMMU_CMD0_SSID;
		fields[1] |= SMMU_CMD1_LEAF;
		fallthrough;
	case SMMU_OP_CFGI_CD_ALL:
		fields[0] |= SMMU_CMD0_SID;
		return true;
	case SMMU_OP_ATC_INV:
		fields[0] |= SMMU_CMD0_SID | SMMU_CMD0_SSID | SMMU_CMD0_SSV | SMMU_CMD0_ATC_GLOBAL;
		fields[1] |= SMMU_CMD1_ATC_SIZE | SMMU_CMD1_ADDR;
		return limits->ats;
	default:
		return false;
	}
}

/* Without a granule the range fields are reserved, with one all of them zero is (4.4.1.1). */
static bool range_legal(const struct smmu_cmd *cmd)
{
	bool other = (cmd->qw[0] & TLBI_RANGE0) || (cmd->qw[1] & SMMU_CMD1_TLBI_TTL);

	return other == !!(cmd->qw[1] & SMMU_CMD1_TLBI_TG);
}

static bool ssid_legal(const struct smmu_cmd *cmd, const struct smmu_guest_limits *limits)
{
	return !(FIELD_GET(SMMU_CMD0_SSID, cmd->qw[0]) >> limits->ssid_bits);
}

int smmu_guest_cmd(struct smmu_cmd *cmd, u16 vmid, const struct smmu_guest_limits *limits)
{
	u8 op = (u8)FIELD_GET(SMMU_CMD0_OP, cmd->qw[0]);
	u64 fields[2];

	if (!cmd_fields(op, limits, fields) || (cmd->qw[0] & ~fields[0]) ||
	    (cmd->qw[1] & ~fields[1]))
		return -EIO;

	switch (op) {
	case SMMU_OP_ATC_INV:
		if (FIELD_GET(SMMU_CMD1_ATC_SIZE, cmd->qw[1]) > SMMU_ATC_SIZE_ALL ||
		    !ssid_legal(cmd, limits))
			return -EIO;
		/* Both fields of a PASID are reserved without one. */
		if (!(cmd->qw[0] & SMMU_CMD0_SSV) &&
		    (cmd->qw[0] & (SMMU_CMD0_SSID | SMMU_CMD0_ATC_GLOBAL)))
			return -EIO;
		return SMMU_GUEST_ATC;
	case SMMU_OP_CFGI_CD:
		return ssid_legal(cmd, limits) ? SMMU_GUEST_CONFIG : -EIO;
	case SMMU_OP_CFGI_CD_ALL:
		return SMMU_GUEST_CONFIG;
	case SMMU_OP_TLBI_NSNH_ALL:
		/* The guest means all of its own. */
		*cmd = smmu_cmd_tlbi_vmid_s1(vmid);
		return SMMU_GUEST_TLB;
	case SMMU_OP_TLBI_NH_VA:
	case SMMU_OP_TLBI_NH_VAA:
		if (!range_legal(cmd))
			return -EIO;
		break;
	}
	cmd->qw[0] = (cmd->qw[0] & ~SMMU_CMD0_TLBI_VMID) | FIELD_PREP(SMMU_CMD0_TLBI_VMID, vmid);
	return SMMU_GUEST_TLB;
}
