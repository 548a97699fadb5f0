// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach, detach and invalidate racing, to be run under TSan.
 *
 * Endpoints fill their ATCs from a page table of one entry whenever they are attached. One thread
 * changes the entry and sweeps; afterwards no ATC may hold an older value. One SMMU comes and goes:
 * after the grace period nobody may send to it.
 */
#include <sched.h>

#include "../cmdq.h"
#include "../invs.h"
#include "native.h"
#include "tap.h"

#define LOG2	  8
#define ENDPOINTS 6 /* two threads of them; odd ones are behind SMMU 1 */
#define ROUNDS	  500

struct endpoint {
	pthread_mutex_t lock; /* the endpoint itself: one thing at a time */
	bool enabled;
	u64 atc; /* 0: nothing cached */
};

struct fake {
	struct smmu_instance inst;
	struct smmu_cmdq q;
	__le64 ring[2 << LOG2];
	u32 cons;
	_Atomic bool gone;
};

static struct fake smmu[2];
static struct endpoint endpoints[ENDPOINTS];
static _Atomic u64 pte = 1;
static struct smmu_invs *domain_invs;
static pthread_mutex_t domain_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rcu; /* readers share it, a grace period takes it */
static _Atomic unsigned int sent_to_gone, lost, sweeps, attached_now, seen_attached;
static _Atomic bool stop;

void smmu_native_rcu_read_lock(void)
{
	pthread_rwlock_rdlock(&rcu);
}

void smmu_native_rcu_read_unlock(void)
{
	pthread_rwlock_unlock(&rcu);
}

static void grace_period(void)
{
	pthread_rwlock_wrlock(&rcu);
	pthread_rwlock_unlock(&rcu);
}

/* What kfree_rcu() got since this thread last collected: at most one array. */
static __thread const void *garbage;

void smmu_native_kfree_rcu(const void *p)
{
	if (garbage)
		abort();
	garbage = p;
}

static void collect(void)
{
	grace_period();
	kfree(garbage);
	garbage = NULL;
}

static u32 read_cons(struct smmu_cmdq *q)
{
	struct fake *f = container_of(q, struct fake, q);

	return READ_ONCE(f->cons);
}

static void write_prod(struct smmu_cmdq *q, u32 prod)
{
	struct fake *f = container_of(q, struct fake, q);

	if (f->gone)
		sent_to_gone++;
	while (f->cons != prod) {
		const __le64 *c = &f->ring[(f->cons & ((1u << LOG2) - 1)) * 2];

		if ((c[0] & 0xff) == 0x40) {
			struct endpoint *e = &endpoints[c[0] >> 32];

			pthread_mutex_lock(&e->lock);
			e->atc = 0;
			pthread_mutex_unlock(&e->lock);
		}
		WRITE_ONCE(f->cons, (f->cons + 1) & ((2u << LOG2) - 1));
	}
}

static u64 now_us(struct smmu_cmdq *q)
{
	(void)q;
	return 0;
}

static void relax(struct smmu_cmdq *q, u64 waited_us)
{
	(void)q;
	(void)waited_us;
	sched_yield();
}

static void nothing(struct smmu_cmdq *q)
{
	(void)q;
}

static void report_timeout(struct smmu_cmdq *q, u32 cons, u32 prod)
{
	(void)q;
	(void)cons;
	(void)prod;
}

static const struct smmu_cmdq_ops ops = {
	.read_cons = read_cons,
	.write_prod = write_prod,
	.now_us = now_us,
	.relax = relax,
	.poll_error = nothing,
	.report_timeout = report_timeout,
};

static u32 invs_of(u32 at, struct smmu_inv inv[2])
{
	inv[0] = (struct smmu_inv){
		.smmu = &smmu[at & 1].inst,
		.kind = SMMU_INV_S1_ASID,
		.id = 5,
	};
	inv[1] = (struct smmu_inv){.smmu = &smmu[at & 1].inst, .kind = SMMU_INV_ATS, .id = at};
	return 2;
}

static void attach(u32 at)
{
	struct smmu_inv inv[2];

	pthread_mutex_lock(&domain_lock);
	if (smmu_invs_join(&domain_invs, inv, invs_of(at, inv)))
		abort();
	pthread_mutex_unlock(&domain_lock);
	pthread_mutex_lock(&endpoints[at].lock);
	endpoints[at].enabled = true;
	pthread_mutex_unlock(&endpoints[at].lock);
	attached_now++;
	collect();
}

static void detach(u32 at, bool memory)
{
	struct smmu_inv inv[2];

	pthread_mutex_lock(&endpoints[at].lock);
	endpoints[at].enabled = false;
	pthread_mutex_unlock(&endpoints[at].lock);
	pthread_mutex_lock(&domain_lock);
	native_fail_alloc_at = memory ? -1 : 0;
	smmu_invs_leave(&domain_invs, inv, invs_of(at, inv), false);
	native_fail_alloc_at = -1;
	pthread_mutex_unlock(&domain_lock);
	attached_now--;
	collect();
	/* Between attachments it holds nothing. */
	pthread_mutex_lock(&endpoints[at].lock);
	lost += endpoints[at].atc != 0;
	pthread_mutex_unlock(&endpoints[at].lock);
}

static void *comes_and_goes(void *arg)
{
	u32 odd = arg != NULL;

	for (u32 i = 0; i < ROUNDS; i++) {
		for (u32 at = odd; at < ENDPOINTS; at += 2)
			if ((i + at) % 3)
				attach(at);
		for (unsigned int until = sweeps + 2; sweeps < until;)
			sched_yield();
		for (u32 at = odd; at < ENDPOINTS; at += 2)
			if ((i + at) % 3)
				detach(at, (i + at) % 4);
		if (odd) {
			/* The last user is gone and a grace period over: the SMMU may go. */
			smmu[1].gone = true;
			sched_yield();
			smmu[1].gone = false;
		}
	}
	return NULL;
}

static void *fills(void *arg)
{
	(void)arg;
	while (!stop) {
		for (u32 at = 0; at < ENDPOINTS; at++) {
			struct endpoint *e = &endpoints[at];

			pthread_mutex_lock(&e->lock);
			if (e->enabled)
				e->atc = pte;
			pthread_mutex_unlock(&e->lock);
		}
		sched_yield();
	}
	return NULL;
}

static void *invalidates(void *arg)
{
	static const struct smmu_range page = {
		.start = 0x1000,
		.size = 0x1000,
		.stride = 0x1000,
		.granule_shift = 12,
	};

	(void)arg;
	while (!stop) {
		u64 now = pte + 1;

		pte = now;
		if (smmu_invs_sweep(&domain_invs, &page))
			lost++;
		sweeps++;
		seen_attached += attached_now > 0;
		for (u32 at = 0; at < ENDPOINTS; at++) {
			pthread_mutex_lock(&endpoints[at].lock);
			if (endpoints[at].atc && endpoints[at].atc < now)
				lost++;
			pthread_mutex_unlock(&endpoints[at].lock);
		}
	}
	return NULL;
}

int main(void)
{
	pthread_t turn[2], fill, inval;
	pthread_rwlockattr_t attr;

	/* A grace period must not starve. */
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&rcu, &attr);
	for (u32 i = 0; i < 2; i++) {
		smmu[i].inst = (struct smmu_instance){.index = i, .cmdq = &smmu[i].q};
		smmu_cmdq_init(&smmu[i].q, &ops, smmu[i].ring, LOG2);
	}
	for (u32 i = 0; i < ENDPOINTS; i++)
		pthread_mutex_init(&endpoints[i].lock, NULL);
	domain_invs = smmu_invs_alloc(0, GFP_KERNEL);

	pthread_create(&fill, NULL, fills, NULL);
	pthread_create(&inval, NULL, invalidates, NULL);
	pthread_create(&turn[0], NULL, comes_and_goes, NULL);
	pthread_create(&turn[1], NULL, comes_and_goes, &stop);
	pthread_join(turn[0], NULL);
	pthread_join(turn[1], NULL);
	stop = true;
	pthread_join(fill, NULL);
	pthread_join(inval, NULL);

	ok(sweeps > 100 && seen_attached > 50, "%u invalidations, %u of them with attachments",
	   sweeps, seen_attached);
	ok(lost == 0, "no invalidation was lost");
	ok(sent_to_gone == 0, "none was sent to an SMMU that is gone");
	ok(domain_invs->num == domain_invs->trash, "the array is empty at the end");
	kfree(domain_invs);
	return tap_done();
}
