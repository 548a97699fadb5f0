/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest (or whoever owns a virtual SMMU) may ask of ours: stream table entries and commands
 * in the architecture's own format, checked bit by bit, and turned into what the guest means
 * below our stage 2. Pure functions; nothing here trusts its input.
 */
#ifndef SVARIG_SMMUV3_GUEST_H
#define SVARIG_SMMUV3_GUEST_H

#include "cmd.h"
#include "ste.h"

/* What the SMMU can do, as the guest reads in the ID registers handed to it. */
struct smmu_guest_limits {
	u8 ssid_bits; /* IDR1.SSIDSIZE */
	u8 ipa_bits;  /* input size of stage 2 */
	bool two_level_cd;
	bool stall_model; /* a stream may be told not to stall */
	bool ats;
	bool ril;
};

enum smmu_guest_config {
	SMMU_GUEST_ABORT,
	SMMU_GUEST_BYPASS, /* stage 2 alone */
	SMMU_GUEST_S1,
};

/* A guest's STE, checked. */
struct smmu_guest_ste {
	enum smmu_guest_config config;
	u64 qw[2]; /* what is taken over of the guest's words; zero but for SMMU_GUEST_S1 */
	bool ats;
};

/*
 * Checks the first two words of a guest's STE. An invalid one (V = 0) aborts. Returns 0, or -EIO
 * if a word has a bit set that a guest may not set or a value the SMMU would call illegal.
 */
int smmu_guest_ste_parse(struct smmu_guest_ste *guest, const u64 qw[2],
			 const struct smmu_guest_limits *limits);

/*
 * The STE that does what the guest's says, below stage 2 @s2 (which says whether there is ATS).
 * @ppar, @stall_disable: as in struct smmu_ste_s1, ours to say.
 */
void smmu_guest_ste_make(struct smmu_entry_val *ste, const struct smmu_guest_ste *guest,
			 const struct smmu_ste_s2 *s2, bool ppar, bool stall_disable);

enum smmu_guest_cmd_kind {
	SMMU_GUEST_TLB,
	SMMU_GUEST_CONFIG, /* names a stream */
	SMMU_GUEST_ATC,	   /* names a stream */
};

/*
 * Checks a guest's command and puts @vmid in place of the guest's. Where it names a stream that is
 * still the guest's number: see smmu_cmd_sid(), smmu_cmd_set_sid(). Returns enum
 * smmu_guest_cmd_kind, or -EIO for a command that a guest may not give, one the SMMU would call
 * illegal, or one with a reserved bit set; @cmd is unchanged then.
 */
int smmu_guest_cmd(struct smmu_cmd *cmd, u16 vmid, const struct smmu_guest_limits *limits);

#endif
