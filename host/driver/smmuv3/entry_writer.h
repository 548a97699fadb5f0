/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tear-free writer of STEs and CDs.
 *
 * The SMMU may fetch any of the eight words of an entry at any time and in any mixture (IHI 0070
 * 3.21.3), and only a 64-bit store is atomic. The writer moves an entry from its present value to
 * a wanted one so that whatever mixture is fetched means the old entry or the new one; where the
 * architecture has no such path the entry is invalid (V = 0) in between, never anything else.
 */
#ifndef SVARIG_SMMUV3_ENTRY_WRITER_H
#define SVARIG_SMMUV3_ENTRY_WRITER_H

#include "hw.h"

struct smmu_entry {
	__le64 qw[SMMU_ENTRY_QWORDS];
};

/* The same words in CPU order: what the pure functions of ste.c and cd.c compute with. */
struct smmu_entry_val {
	u64 qw[SMMU_ENTRY_QWORDS];
};

struct smmu_entry_writer {
	/* Sets in @used the bits the SMMU looks at in an entry of value @val. */
	void (*used)(const struct smmu_entry_val *val, struct smmu_entry_val *used);
	/* Makes the SMMU forget the entry (CMD_CFGI_*, CMD_SYNC) and waits until it has. */
	void (*sync)(struct smmu_entry_writer *writer);
	/* The V bit, in word 0. */
	u64 valid;
};

enum smmu_write_path {
	SMMU_WRITE_NONE,    /* the entry had the wanted value */
	SMMU_WRITE_HITLESS, /* old meaning, then new meaning */
	SMMU_WRITE_BREAK,   /* old meaning, invalid, new meaning */
};

/* Tells which way a change will take, without making it. */
enum smmu_write_path smmu_entry_plan(const struct smmu_entry_writer *writer,
				     const struct smmu_entry_val *from,
				     const struct smmu_entry_val *to);

/*
 * Writes @to into @entry, which the SMMU may be using. Callers serialise writes to one entry.
 * Cannot fail; returns the way taken. When it returns, the SMMU uses the new value only.
 */
enum smmu_write_path smmu_entry_write(struct smmu_entry_writer *writer, struct smmu_entry *entry,
				      const struct smmu_entry_val *to);

void smmu_entry_load(struct smmu_entry_val *val, const struct smmu_entry *entry);

#endif
