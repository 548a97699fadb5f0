/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands of the SMMUv3 command queue as pure values (IHI 0070 chapter 4), and the split of an
 * address range into the fewest invalidation commands.
 */
#ifndef SVARIG_SMMUV3_CMD_H
#define SVARIG_SMMUV3_CMD_H

#include "hw.h"

struct smmu_cmd {
	u64 qw[SMMU_CMD_QWORDS];
};

/* @leaf: the L1 descriptor has not changed. */
struct smmu_cmd smmu_cmd_cfgi_ste(u32 sid, bool leaf);
struct smmu_cmd smmu_cmd_cfgi_all(void);
struct smmu_cmd smmu_cmd_cfgi_cd(u32 sid, u32 ssid, bool leaf);
struct smmu_cmd smmu_cmd_cfgi_cd_all(u32 sid);
struct smmu_cmd smmu_cmd_tlbi_all(void);
struct smmu_cmd smmu_cmd_tlbi_asid(u16 asid);
/* Both stages of a VMID; what stage 1 made under it alone. */
struct smmu_cmd smmu_cmd_tlbi_vmid(u16 vmid);
struct smmu_cmd smmu_cmd_tlbi_vmid_s1(u16 vmid);
struct smmu_cmd smmu_cmd_sync(void);

/*
 * Page response. @ssid counts only with @ssv. @resp: SMMU_PRI_RESP_*.
 */
struct smmu_cmd smmu_cmd_pri_resp(u32 sid, bool ssv, u32 ssid, u16 prgi, u8 resp);

/*
 * ATC invalidation of the smallest naturally aligned power-of-two span that covers
 * [@start, @start + @size); @size 0 is everything. PASID 0 stands for requests without PASID.
 */
struct smmu_cmd smmu_cmd_atc_inv(u32 sid, u32 pasid, u64 start, u64 size);

/* The stream of a command that names one. */
static inline u32 smmu_cmd_sid(const struct smmu_cmd *cmd)
{
	return (u32)FIELD_GET(SMMU_CMD0_SID, cmd->qw[0]);
}

static inline void smmu_cmd_set_sid(struct smmu_cmd *cmd, u32 sid)
{
	cmd->qw[0] = (cmd->qw[0] & ~SMMU_CMD0_SID) | FIELD_PREP(SMMU_CMD0_SID, sid);
}

/* Which address space a TLB invalidation by address is for. */
struct smmu_tlbi_space {
	u16 id; /* ASID of stage 1, VMID of stage 2 */
	bool stage2;
};

/* An address range to invalidate. */
struct smmu_range {
	u64 start;	  /* aligned to the granule */
	u64 size;	  /* bytes, a multiple of the granule; 0 is everything */
	u64 stride;	  /* bytes between two leaf entries, a power of two not below the granule */
	u8 granule_shift; /* log2 of the smallest page: 12, 14 or 16 */
	bool leaf;	  /* only last-level entries have changed */
};

/*
 * Writes into @cmds the next commands for @range, at most @max, and moves @range on past them.
 * Returns how many; 0 once the range is done. @ril: the SMMU has range invalidation
 * (SMMU_IDR3.RIL). Must not be called with size 0 meaning everything: use *_asid or *_vmid.
 */
unsigned int smmu_cmd_tlbi_range(struct smmu_cmd *cmds, unsigned int max,
				 const struct smmu_tlbi_space *space, struct smmu_range *range,
				 bool ril);

/* Number of commands smmu_cmd_tlbi_range() would make of @range, capped at @cap. */
unsigned int smmu_cmd_tlbi_count(const struct smmu_range *range, bool ril, unsigned int cap);

/* The mnemonic of an opcode for messages; "?" if unknown. */
const char *smmu_cmd_name(u8 opcode);

#endif
