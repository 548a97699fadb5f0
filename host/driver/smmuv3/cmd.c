// SPDX-License-Identifier: GPL-2.0-only
/*
 * Encoding of commands (IHI 0070 chapter 4).
 */
#include "cmd.h"

#define RIL_CHUNKS    32 /* one range command covers fewer chunks of 2^SCALE granules than this */
#define RIL_SCALE_MAX 31

static struct smmu_cmd cmd(u8 op)
{
	return (struct smmu_cmd){{FIELD_PREP(SMMU_CMD0_OP, op), 0}};
}

static struct smmu_cmd cmd_sid(u8 op, u32 sid)
{
	struct smmu_cmd c = cmd(op);

	c.qw[0] |= FIELD_PREP(SMMU_CMD0_SID, sid);
	return c;
}

struct smmu_cmd smmu_cmd_cfgi_ste(u32 sid, bool leaf)
{
	struct smmu_cmd c = cmd_sid(SMMU_OP_CFGI_STE, sid);

	c.qw[1] |= leaf ? SMMU_CMD1_LEAF : 0;
	return c;
}

struct smmu_cmd smmu_cmd_cfgi_all(void)
{
	struct smmu_cmd c = cmd(SMMU_OP_CFGI_ALL);

	/* CFGI_ALL is CFGI_STE_RANGE over all 2^(31+1) streams. */
	c.qw[1] |= FIELD_PREP(SMMU_CMD1_CFGI_RANGE, 31);
	return c;
}

struct smmu_cmd smmu_cmd_cfgi_cd(u32 sid, u32 ssid, bool leaf)
{
	struct smmu_cmd c = cmd_sid(SMMU_OP_CFGI_CD, sid);

	c.qw[0] |= FIELD_PREP(SMMU_CMD0_SSID, ssid);
	c.qw[1] |= leaf ? SMMU_CMD1_LEAF : 0;
	return c;
}

struct smmu_cmd smmu_cmd_cfgi_cd_all(u32 sid)
{
	return cmd_sid(SMMU_OP_CFGI_CD_ALL, sid);
}

struct smmu_cmd smmu_cmd_tlbi_all(void)
{
	return cmd(SMMU_OP_TLBI_NSNH_ALL);
}

struct smmu_cmd smmu_cmd_tlbi_asid(u16 asid)
{
	struct smmu_cmd c = cmd(SMMU_OP_TLBI_NH_ASID);

	c.qw[0] |= FIELD_PREP(SMMU_CMD0_TLBI_ASID, asid);
	return c;
}

struct smmu_cmd smmu_cmd_tlbi_vmid(u16 vmid)
{
	struct smmu_cmd c = cmd(SMMU_OP_TLBI_S12_VMALL);

	c.qw[0] |= FIELD_PREP(SMMU_CMD0_TLBI_VMID, vmid);
	return c;
}

struct smmu_cmd smmu_cmd_tlbi_vmid_s1(u16 vmid)
{
	struct smmu_cmd c = cmd(SMMU_OP_TLBI_NH_ALL);

	c.qw[0] |= FIELD_PREP(SMMU_CMD0_TLBI_VMID, vmid);
	return c;
}

/* CS = SIG_NONE: completion is seen in SMMU_CMDQ_CONS. */
struct smmu_cmd smmu_cmd_sync(void)
{
	return cmd(SMMU_OP_SYNC);
}

struct smmu_cmd smmu_cmd_pri_resp(u32 sid, bool ssv, u32 ssid, u16 prgi, u8 resp)
{
	struct smmu_cmd c = cmd_sid(SMMU_OP_PRI_RESP, sid);

	if (ssv)
		c.qw[0] |= SMMU_CMD0_SSV | FIELD_PREP(SMMU_CMD0_SSID, ssid);
	c.qw[1] |= FIELD_PREP(SMMU_CMD1_PRI_PRGI, prgi) | FIELD_PREP(SMMU_CMD1_PRI_RESP, resp);
	return c;
}

struct smmu_cmd smmu_cmd_atc_inv(u32 sid, u32 pasid, u64 start, u64 size)
{
	struct smmu_cmd c = cmd_sid(SMMU_OP_ATC_INV, sid);
	u64 first = start >> 12;
	u64 last = (start + size - 1) >> 12;
	unsigned int log2 = SMMU_ATC_SIZE_ALL;

	if (pasid)
		c.qw[0] |= SMMU_CMD0_SSV | FIELD_PREP(SMMU_CMD0_SSID, pasid);

	/*
	 * The span is aligned to its size: it has to reach up to the highest address bit in which
	 * the first and the last page differ.
	 */
	if (size && last >= first)
		log2 = fls64(first ^ last);
	if (log2 < SMMU_ATC_SIZE_ALL)
		c.qw[1] |= (first >> log2 << log2) << 12;
	c.qw[1] |= FIELD_PREP(SMMU_CMD1_ATC_SIZE, log2);
	return c;
}

static struct smmu_cmd tlbi_va(const struct smmu_tlbi_space *space, u64 addr, bool leaf)
{
	struct smmu_cmd c = cmd(space->stage2 ? SMMU_OP_TLBI_S2_IPA : SMMU_OP_TLBI_NH_VA);

	if (space->stage2)
		c.qw[0] |= FIELD_PREP(SMMU_CMD0_TLBI_VMID, space->id);
	else
		c.qw[0] |= FIELD_PREP(SMMU_CMD0_TLBI_ASID, space->id);
	c.qw[1] = (addr & SMMU_CMD1_ADDR) | (leaf ? SMMU_CMD1_LEAF : 0);
	return c;
}

/*
 * One range command covers NUM + 1 chunks of 2^SCALE granules. Taking the lowest set bits of the
 * page count first needs no alignment and ends after at most one command per five bits.
 *
 * A single granule is left to the form without a range: SCALE = NUM = TTL = 0 together with a
 * granule is reserved (4.4.1.1).
 */
static struct smmu_cmd tlbi_ril(const struct smmu_tlbi_space *space, struct smmu_range *range)
{
	u64 pages = range->size >> range->granule_shift;
	unsigned int scale = min_t(unsigned int, __ffs(pages), RIL_SCALE_MAX);
	u64 num = pages >> scale;
	struct smmu_cmd c = tlbi_va(space, range->start, range->leaf);
	u64 bytes;

	/* Above the largest scale whole batches of chunks come first, elsewhere the odd ones. */
	if (scale < RIL_SCALE_MAX)
		num %= RIL_CHUNKS;
	num = min_t(u64, num, RIL_CHUNKS - 1);
	if (scale || num > 1) {
		c.qw[0] |= FIELD_PREP(SMMU_CMD0_TLBI_NUM, num - 1) |
			   FIELD_PREP(SMMU_CMD0_TLBI_SCALE, scale);
		c.qw[1] |= FIELD_PREP(SMMU_CMD1_TLBI_TG, (range->granule_shift - 10) / 2);
	}
	bytes = num << (scale + range->granule_shift);
	range->start += bytes;
	range->size -= bytes;
	return c;
}

unsigned int smmu_cmd_tlbi_range(struct smmu_cmd *cmds, unsigned int max,
				 const struct smmu_tlbi_space *space, struct smmu_range *range,
				 bool ril)
{
	unsigned int n = 0;

	while (range->size && n < max) {
		u64 step;

		if (ril) {
			cmds[n++] = tlbi_ril(space, range);
			continue;
		}
		step = min(range->stride, range->size);
		cmds[n++] = tlbi_va(space, range->start, range->leaf);
		range->start += step;
		range->size -= step;
	}
	return n;
}

unsigned int smmu_cmd_tlbi_count(const struct smmu_range *range, bool ril, unsigned int cap)
{
	u64 n;

	if (ril)
		n = (fls64(range->size >> range->granule_shift) + 4) / 5 + 1;
	else
		n = (range->size + range->stride - 1) / range->stride;
	return (unsigned int)min_t(u64, n, cap);
}

const char *smmu_cmd_name(u8 opcode)
{
	switch (opcode) {
	case SMMU_OP_CFGI_STE:
		return "CFGI_STE";
	case SMMU_OP_CFGI_ALL:
		return "CFGI_ALL";
	case SMMU_OP_CFGI_CD:
		return "CFGI_CD";
	case SMMU_OP_CFGI_CD_ALL:
		return "CFGI_CD_ALL";
	case SMMU_OP_TLBI_NH_ALL:
		return "TLBI_NH_ALL";
	case SMMU_OP_TLBI_NH_ASID:
		return "TLBI_NH_ASID";
	case SMMU_OP_TLBI_NH_VA:
		return "TLBI_NH_VA";
	case SMMU_OP_TLBI_NH_VAA:
		return "TLBI_NH_VAA";
	case SMMU_OP_TLBI_S12_VMALL:
		return "TLBI_S12_VMALL";
	case SMMU_OP_TLBI_S2_IPA:
		return "TLBI_S2_IPA";
	case SMMU_OP_TLBI_NSNH_ALL:
		return "TLBI_NSNH_ALL";
	case SMMU_OP_ATC_INV:
		return "ATC_INV";
	case SMMU_OP_PRI_RESP:
		return "PRI_RESP";
	case SMMU_OP_SYNC:
		return "SYNC";
	default:
		return "?";
	}
}
