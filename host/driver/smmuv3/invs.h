/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Invalidation arrays: what has to be told to whom when a domain's translations change.
 *
 * Each domain has one array of instructions {SMMU instance, kind, id, users}, sorted so that one
 * sweep meets each instance once, its TLB entries before its ATCs. Readers sweep it under RCU
 * without a lock. Attach builds a new array and publishes it before the hardware can use the new
 * translation; detach counts users down in place, which needs no memory, and then tries to
 * publish a smaller array.
 */
#ifndef SVARIG_SMMUV3_INVS_H
#define SVARIG_SMMUV3_INVS_H

#include "cmd.h"

struct smmu_cmdq;

struct smmu_instance;

/* Endpoints that do not answer ATC invalidations. Both may be called in atomic context. */
struct smmu_isolation_ops {
	/* On return nothing can use a translation that the endpoint behind @sid has cached. */
	void (*isolate)(struct smmu_instance *smmu, u32 sid);
	/* True if isolate() has returned for it: its ATC is of no interest. */
	bool (*isolated)(struct smmu_instance *smmu, u32 sid);
};

/* What a sweep needs to know of an SMMU. Embedded in the driver's own structure. */
struct smmu_instance {
	u32 index; /* unique among living instances: the order of sweeps */
	bool ril;  /* range invalidation (SMMU_IDR3.RIL) */
	struct smmu_cmdq *cmdq;
	const struct smmu_isolation_ops *isolation; /* NULL: failures are only reported */
};

/*
 * In the order in which they are sent. A guest's stage 1 maps addresses we know nothing of onto
 * those that a range of stage 2 is about: what it made of the VMID goes, whole, and so does the
 * ATC of its endpoint.
 */
enum smmu_inv_kind {
	SMMU_INV_S2_VMID, /* id: VMID; stage 2 translations */
	SMMU_INV_S1_ASID, /* id: ASID; stage 1 translations */
	SMMU_INV_S1_VMID, /* id: VMID; all of a guest's stage 1 under it */
	/* From here on it is about ATCs. */
	SMMU_INV_ATS,	  /* id: stream ID, pasid; the endpoint's ATC */
	SMMU_INV_ATS_ALL, /* id: stream ID; all of the endpoint's ATC */
};

struct smmu_inv {
	struct smmu_instance *smmu;
	u32 index; /* smmu->index; an array sets it */
	u32 kind;  /* enum smmu_inv_kind */
	u32 id;
	u32 pasid;
	u32 users; /* 0: trash, to be skipped */
};

struct smmu_invs {
	struct rcu_head rcu;
	u32 num; /* instructions, trash included */
	u32 trash;
	struct smmu_inv inv[];
};

/* An array without instructions; NULL without memory. Freed with kfree() by its owner. */
struct smmu_invs *smmu_invs_alloc(u32 num, gfp_t gfp);

/*
 * A new array: the living instructions of @old, and @add (@n of them, any order, their users
 * ignored) counted once each. @old is not changed. NULL without memory. Callers serialise all but
 * readers, publish the new array and free the old one after a grace period.
 */
struct smmu_invs *smmu_invs_merge(const struct smmu_invs *old, const struct smmu_inv *add, u32 n,
				  gfp_t gfp);

/*
 * Sets .users of each of @del (@n, any order) to the users @invs will have without them. Where
 * that is 0, smmu_invs_flush_gone() comes next, and only then smmu_invs_unref(): until the caches
 * are empty every sweep must go on reaching them, as translations may be dropped meanwhile.
 * Asking for what is not there is a bug of the caller: warned about and taken for the last.
 */
void smmu_invs_peek(const struct smmu_invs *invs, struct smmu_inv *del, u32 n);

/*
 * Counts one user of each of @del (@n, any order) out of @invs, in place, readers or not.
 */
void smmu_invs_unref(struct smmu_invs *invs, const struct smmu_inv *del, u32 n);

/*
 * A copy of @old without trash; NULL if there is none to drop or no memory, in which case @old
 * stays good as it is.
 */
struct smmu_invs *smmu_invs_purge(const struct smmu_invs *old, gfp_t gfp);

/*
 * Both change the array @where points to (NULL: as good as an empty one), its writers serialised by
 * the caller, and free the old one after a grace period.
 *
 * Join counts @add (@n of them) in. Afterwards every change of the domain's tables reaches them;
 * only then may the hardware be given the tables. Returns 0, or -ENOMEM with nothing changed. Who
 * was the only one and has left needs no memory to join again, if nobody else has joined since. TLB
 * entries that others have of the domain are dropped if an ATC joins: a sweep that is under way
 * would not tell it of theirs. @add is overwritten.
 *
 * Leave counts @del out, each of which had been counted in, and cannot fail: caches first, as by
 * smmu_invs_flush_gone(), then the count. The hardware must not use the tables for them any more.
 * @atc_off: their ATCs hold nothing and may be gone, so they are not told. @del is overwritten.
 */
int smmu_invs_join(struct smmu_invs __rcu **where, struct smmu_inv *add, u32 n);
void smmu_invs_leave(struct smmu_invs __rcu **where, struct smmu_inv *del, u32 n, bool atc_off);

/*
 * Leaves @add (@n of them) in the array @where points to as if they had joined and left: as long as
 * nobody else joins or leaves they need no memory to join. Returns 0, or -ENOMEM with nothing
 * changed.
 */
int smmu_invs_reserve(struct smmu_invs __rcu **where, const struct smmu_inv *add, u32 n);

/*
 * Sends what the array @where points to says for @range (size 0: everything) and waits until it is
 * done: per instance TLB invalidations, SYNC and, where there are ATCs, their invalidations and
 * another SYNC (3.9.1: a translation request that comes after the ATC's must not find the TLB's
 * old entry); likewise a SYNC between stage 2 and a guest's stage 1. Changes to translation tables
 * made before the call are covered. Callable in atomic context. Returns 0, or the last error of an
 * instance (-ETIMEDOUT, -EIO), every instance having been tried.
 *
 * An endpoint that does not answer could go on using the old translation: it is found by asking
 * each one alone, and isolated before the call returns. Isolated ones are not asked any more.
 */
int smmu_invs_sweep(struct smmu_invs __rcu *const *where, const struct smmu_range *range);

/*
 * Sends the invalidation of everything for those of @gone whose users are 0, in any order, and
 * waits. The hardware must have stopped filling its caches of them.
 */
int smmu_invs_flush_gone(const struct smmu_inv *gone, u32 n);

#endif
