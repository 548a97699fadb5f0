// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation arrays: building, counting, compacting, publishing.
 */
#include "invs.h"

/* @a is in an array: as trash it may have outlived its instance. */
static int compare(const struct smmu_inv *a, const struct smmu_inv *b)
{
	if (a->index != b->smmu->index)
		return a->index < b->smmu->index ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->pasid != b->pasid)
		return a->pasid < b->pasid ? -1 : 1;
	return 0;
}

struct smmu_invs *smmu_invs_alloc(u32 num, gfp_t gfp)
{
	struct smmu_invs *invs;

	invs = kzalloc(struct_size(invs, inv, num), gfp);
	if (invs)
		invs->num = num;
	return invs;
}

/* Places @inv into the sorted @invs, which has room for it, or counts it where it is. */
static void insert(struct smmu_invs *invs, const struct smmu_inv *inv)
{
	u32 at = invs->num;

	while (at > 0) {
		int order = compare(&invs->inv[at - 1], inv);

		if (order == 0) {
			invs->inv[at - 1].users++;
			return;
		}
		if (order < 0)
			break;
		at--;
	}
	for (u32 i = invs->num; i > at; i--)
		invs->inv[i] = invs->inv[i - 1];
	invs->inv[at] = *inv;
	invs->inv[at].index = inv->smmu->index;
	invs->inv[at].users = 1;
	invs->num++;
}

/* Appends the living instructions of @from, which stay in order. */
static void copy_living(struct smmu_invs *to, const struct smmu_invs *from)
{
	for (u32 i = 0; from && i < from->num; i++)
		if (from->inv[i].users)
			to->inv[to->num++] = from->inv[i];
}

struct smmu_invs *smmu_invs_merge(const struct smmu_invs *old, const struct smmu_inv *add, u32 n,
				  gfp_t gfp)
{
	u32 living = old ? old->num - old->trash : 0;
	struct smmu_invs *invs;

	if (n > U32_MAX - living)
		return NULL;
	invs = smmu_invs_alloc(living + n, gfp);
	if (!invs)
		return NULL;
	invs->num = 0;
	copy_living(invs, old);
	for (u32 i = 0; i < n; i++)
		insert(invs, &add[i]);
	return invs;
}

/* Index of the instruction like @key, invs->num if there is none. */
static u32 find(const struct smmu_invs *invs, const struct smmu_inv *key)
{
	u32 low = 0, high = invs->num;

	while (low < high) {
		u32 mid = low + (high - low) / 2;
		int order = compare(&invs->inv[mid], key);

		if (order == 0)
			return mid;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return invs->num;
}

void smmu_invs_peek(const struct smmu_invs *invs, struct smmu_inv *del, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		u32 at = find(invs, &del[i]);

		if (WARN_ON(at == invs->num || !invs->inv[at].users))
			del[i].users = 0;
		else
			del[i].users = invs->inv[at].users - 1;
	}
}

void smmu_invs_unref(struct smmu_invs *invs, const struct smmu_inv *del, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		u32 at = find(invs, &del[i]);
		struct smmu_inv *inv = &invs->inv[at];

		if (WARN_ON(at == invs->num || !inv->users))
			continue;
		if (inv->users == 1)
			invs->trash++;
		/* Readers look at users while we write it. */
		WRITE_ONCE(inv->users, inv->users - 1);
	}
}

struct smmu_invs *smmu_invs_purge(const struct smmu_invs *old, gfp_t gfp)
{
	struct smmu_invs *invs;

	if (!old->trash)
		return NULL;
	invs = smmu_invs_alloc(old->num - old->trash, gfp);
	if (!invs)
		return NULL;
	invs->num = 0;
	copy_living(invs, old);
	return invs;
}

static bool is_atc(const struct smmu_inv *inv)
{
	return inv->kind >= SMMU_INV_ATS;
}

static void publish(struct smmu_invs __rcu **where, struct smmu_invs *invs)
{
	struct smmu_invs *old = rcu_dereference_protected(*where, true);

	rcu_assign_pointer(*where, invs);
	if (old)
		kfree_rcu(old, rcu);
	/* Pairs with the barrier in smmu_invs_sweep(). */
	smp_mb();
}

/*
 * Marks what of @add a sweep of an older array may still be busy with: TLB entries of others that
 * are about to go, and from which a new ATC must not be filled, as that sweep does not know it.
 */
static void mark_shared(const struct smmu_invs *invs, struct smmu_inv *add, u32 n)
{
	bool atc = false;

	for (u32 i = 0; i < n; i++)
		atc |= is_atc(&add[i]);
	for (u32 i = 0; i < n; i++) {
		bool others = invs->inv[find(invs, &add[i])].users > 1;

		/* 0 is what smmu_invs_flush_gone() looks for. */
		add[i].users = !(atc && others && !is_atc(&add[i]));
	}
}

/* Counts @add in where all of it still has its place. Readers look on, as at unref(). */
static bool revive(struct smmu_invs *invs, const struct smmu_inv *add, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		u32 at = find(invs, &add[i]);

		/* Another instance may have the number of one that is gone. */
		if (at == invs->num || invs->inv[at].smmu != add[i].smmu)
			return false;
	}
	for (u32 i = 0; i < n; i++) {
		struct smmu_inv *inv = &invs->inv[find(invs, &add[i])];

		if (!inv->users)
			invs->trash--;
		/* The barrier as in publish(). */
		smp_store_mb(inv->users, inv->users + 1);
	}
	return true;
}

int smmu_invs_join(struct smmu_invs __rcu **where, struct smmu_inv *add, u32 n)
{
	struct smmu_invs *invs = rcu_dereference_protected(*where, true);

	if (invs && revive(invs, add, n)) {
		mark_shared(invs, add, n);
	} else {
		invs = smmu_invs_merge(invs, add, n, GFP_KERNEL);
		if (!invs)
			return -ENOMEM;
		mark_shared(invs, add, n);
		publish(where, invs);
	}
	smmu_invs_flush_gone(add, n);
	return 0;
}

int smmu_invs_reserve(struct smmu_invs __rcu **where, const struct smmu_inv *add, u32 n)
{
	struct smmu_invs *invs =
		smmu_invs_merge(rcu_dereference_protected(*where, true), add, n, GFP_KERNEL);

	if (!invs)
		return -ENOMEM;
	smmu_invs_unref(invs, add, n);
	publish(where, invs);
	return 0;
}

void smmu_invs_leave(struct smmu_invs __rcu **where, struct smmu_inv *del, u32 n, bool atc_off)
{
	struct smmu_invs *invs = rcu_dereference_protected(*where, true);

	smmu_invs_peek(invs, del, n);
	/* Not the last user, as far as the flush is concerned. */
	for (u32 i = 0; atc_off && i < n; i++)
		if (is_atc(&del[i]))
			del[i].users = 1;
	smmu_invs_flush_gone(del, n);
	smmu_invs_unref(invs, del, n);
	/*
	 * Nothing but trash is as good as nothing, and a place kept: whoever was the only one can
	 * come back without memory.
	 */
	if (invs->trash == invs->num)
		return;
	invs = smmu_invs_purge(invs, GFP_KERNEL | __GFP_NOWARN);
	if (invs)
		publish(where, invs);
}
