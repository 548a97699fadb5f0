// SPDX-License-Identifier: GPL-2.0-only
/*
 * The writer behind entry_writer.h. It knows nothing of STEs or CDs but the bits each one uses.
 *
 * Three sets of bits matter in a word: those only the old value uses, those only the new value
 * uses, and those both use. The second may be written at any time before the change, the first at
 * any time after it. A word in which a bit used by both differs is pivotal: it makes the change.
 * With one pivotal word a single store makes it at once; with more there is no safe order.
 */
#include "entry_writer.h"

struct plan {
	struct smmu_entry_val from;
	struct smmu_entry_val staged; /* @from plus everything the old value ignores */
	unsigned int pivots;
	unsigned int pivot;
};

void smmu_entry_load(struct smmu_entry_val *val, const struct smmu_entry *entry)
{
	for (unsigned int i = 0; i < SMMU_ENTRY_QWORDS; i++)
		val->qw[i] = le64_to_cpu(READ_ONCE(entry->qw[i]));
}

static void make_plan(const struct smmu_entry_writer *writer, const struct smmu_entry_val *from,
		      const struct smmu_entry_val *to, struct plan *plan)
{
	struct smmu_entry_val used_from = {{0}};
	struct smmu_entry_val used_to = {{0}};

	writer->used(from, &used_from);
	writer->used(to, &used_to);
	plan->from = *from;
	plan->pivots = 0;
	plan->pivot = 0;

	for (unsigned int i = 0; i < SMMU_ENTRY_QWORDS; i++) {
		u64 free = ~used_from.qw[i];

		plan->staged.qw[i] = (from->qw[i] & ~(free & used_to.qw[i])) |
				     (to->qw[i] & free & used_to.qw[i]);
		if ((plan->staged.qw[i] ^ to->qw[i]) & used_to.qw[i]) {
			plan->pivots++;
			plan->pivot = i;
		}
	}
}

static bool same(const struct smmu_entry_val *a, const struct smmu_entry_val *b)
{
	for (unsigned int i = 0; i < SMMU_ENTRY_QWORDS; i++)
		if (a->qw[i] != b->qw[i])
			return false;
	return true;
}

enum smmu_write_path smmu_entry_plan(const struct smmu_entry_writer *writer,
				     const struct smmu_entry_val *from,
				     const struct smmu_entry_val *to)
{
	struct plan plan;

	if (same(from, to))
		return SMMU_WRITE_NONE;
	make_plan(writer, from, to, &plan);
	return plan.pivots > 1 ? SMMU_WRITE_BREAK : SMMU_WRITE_HITLESS;
}

/* Stores the words of @val that differ from @now, words @first to @last, then syncs if any did. */
static void store(struct smmu_entry_writer *writer, struct smmu_entry *entry,
		  struct smmu_entry_val *now, const struct smmu_entry_val *val, unsigned int first,
		  unsigned int last)
{
	bool changed = false;

	for (unsigned int i = first; i <= last; i++) {
		if (now->qw[i] == val->qw[i])
			continue;
		WRITE_ONCE(entry->qw[i], cpu_to_le64(val->qw[i]));
		now->qw[i] = val->qw[i];
		changed = true;
	}
	if (changed)
		writer->sync(writer);
}

enum smmu_write_path smmu_entry_write(struct smmu_entry_writer *writer, struct smmu_entry *entry,
				      const struct smmu_entry_val *to)
{
	const unsigned int end = SMMU_ENTRY_QWORDS - 1;
	struct smmu_entry_val now;
	struct plan plan;

	smmu_entry_load(&now, entry);
	if (same(&now, to))
		return SMMU_WRITE_NONE;

	make_plan(writer, &now, to, &plan);
	if (plan.pivots <= 1) {
		store(writer, entry, &now, &plan.staged, 0, end);
		if (plan.pivots)
			store(writer, entry, &now, to, plan.pivot, plan.pivot);
		store(writer, entry, &now, to, 0, end);
		return SMMU_WRITE_HITLESS;
	}

	plan.staged = now;
	plan.staged.qw[0] &= ~writer->valid;
	store(writer, entry, &now, &plan.staged, 0, 0);
	store(writer, entry, &now, to, 1, end);
	store(writer, entry, &now, to, 0, 0);
	return SMMU_WRITE_BREAK;
}
