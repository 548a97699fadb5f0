// SPDX-License-Identifier: GPL-2.0-only
/*
 * S3: every allocation and every wait of the portable part is made to fail, one after the other.
 * What fails tells so and leaves everything as it was; what comes after the failure works. ASan
 * tells of what is lost.
 */
#include "../cmdq.h"
#include "../invs.h"
#include "../prg.h"
#include "native.h"
#include "tap.h"

#define LOG2 6

/* An SMMU that stops for good at the n-th wait, until it is told to go on. */
static struct {
	struct smmu_cmdq q;
	__le64 ring[2 << LOG2];
	u32 prod, cons;
	u64 clock_us;
	int stop_at; /* waits to go; -1: never stops */
	bool stopped;
	unsigned int waits, timeouts;
} smmu;

static u32 read_cons(struct smmu_cmdq *q)
{
	(void)q;
	if (!smmu.stopped)
		smmu.cons = smmu.prod;
	return smmu.cons;
}

static void write_prod(struct smmu_cmdq *q, u32 prod)
{
	(void)q;
	smmu.prod = prod;
	smmu.waits++;
	if (smmu.stop_at >= 0 && smmu.stop_at-- == 0)
		smmu.stopped = true;
}

static u64 now_us(struct smmu_cmdq *q)
{
	(void)q;
	return smmu.clock_us += 1000000;
}

static void relax(struct smmu_cmdq *q, u64 waited_us)
{
	(void)q;
	(void)waited_us;
}

static void poll_error(struct smmu_cmdq *q)
{
	(void)q;
}

static void report_timeout(struct smmu_cmdq *q, u32 cons, u32 prod)
{
	(void)q;
	(void)cons;
	(void)prod;
	smmu.timeouts++;
}

static const struct smmu_cmdq_ops ops = {
	.read_cons = read_cons,
	.write_prod = write_prod,
	.now_us = now_us,
	.relax = relax,
	.poll_error = poll_error,
	.report_timeout = report_timeout,
};

static struct smmu_instance inst = {.cmdq = &smmu.q};

static void smmu_begin(void)
{
	memset(&smmu, 0, sizeof(smmu));
	smmu.stop_at = -1;
	smmu_cmdq_init(&smmu.q, &ops, smmu.ring, LOG2);
}

static u32 invs_of(u32 sid, struct smmu_inv inv[2])
{
	inv[0] = (struct smmu_inv){.smmu = &inst, .kind = SMMU_INV_S1_ASID, .id = 5};
	inv[1] = (struct smmu_inv){.smmu = &inst, .kind = SMMU_INV_ATS, .id = sid};
	return 2;
}

static u32 users(const struct smmu_invs *invs)
{
	u32 n = 0;

	for (u32 i = 0; i < invs->num; i++)
		n += invs->inv[i].users;
	return n;
}

/*
 * A domain's life with the @fail-th allocation failing: three endpoints join, all leave. Returns
 * whether an allocation did fail; clears @good if something is not as it must be.
 */
static bool life(int fail, bool *good)
{
	struct smmu_invs *invs, *before;
	bool joined[3], failed;
	struct smmu_inv inv[2];
	unsigned int sent;
	u32 count;

	smmu_begin();
	native_fail_alloc_at = fail;
	invs = smmu_invs_alloc(0, GFP_KERNEL);
	if (!invs) {
		native_fail_alloc_at = -1;
		return true;
	}
	for (u32 i = 0; i < 3; i++) {
		before = invs;
		count = users(invs);
		sent = smmu.waits;
		joined[i] = !smmu_invs_join(&invs, inv, invs_of(i, inv));
		if (joined[i])
			*good &= users(invs) == count + 2;
		else
			*good &= invs == before && users(invs) == count && smmu.waits == sent;
	}
	for (u32 i = 0; i < 3; i++) {
		if (!joined[i])
			continue;
		count = users(invs);
		smmu_invs_leave(&invs, inv, invs_of(i, inv), false);
		*good &= users(invs) == count - 2;
	}
	*good &= !users(invs) && invs->trash == invs->num;
	failed = fail >= 0 && native_fail_alloc_at < 0;
	native_fail_alloc_at = -1;
	kfree(invs);
	return failed;
}

static void allocations(void)
{
	bool good = true, groups = true;
	struct smmu_prg_pool pool;
	unsigned int n = 0;

	life(-1, &good);
	ok(good, "S3: a domain's life without a failure");
	while (life((int)n, &good))
		n++;
	ok(good && n >= 5, "S3: each of %u allocations of a domain's life fails: nothing changes",
	   n);
	native_fail_alloc_at = 0;
	groups &= smmu_prg_init(&pool, 16) == -ENOMEM && !pool.pages;
	native_fail_alloc_at = -1;
	smmu_prg_free(&pool);
	groups &= !smmu_prg_init(&pool, 16) && pool.size == 16;
	smmu_prg_free(&pool);
	ok(groups, "S3: the pool of page requests fails and can be tried again");
}

/*
 * The SMMU stops at the @at-th time it is rung. Whoever waits gets -ETIMEDOUT in the end, counts
 * stay right, and when it goes on all that was queued is executed.
 */
static bool stopped(unsigned int at, bool *good)
{
	static const struct smmu_range page = {
		.start = 0x1000, .size = 0x1000, .stride = 0x1000, .granule_shift = 12};
	struct smmu_invs *invs;
	struct smmu_inv inv[2];
	int ret;

	smmu_begin();
	invs = smmu_invs_alloc(0, GFP_KERNEL);
	smmu.stop_at = (int)at;
	*good &= !smmu_invs_join(&invs, inv, invs_of(0, inv));
	*good &= !smmu_invs_join(&invs, inv, invs_of(1, inv));
	ret = smmu_invs_sweep(&invs, &page);
	*good &= ret == (smmu.stopped ? -ETIMEDOUT : 0);
	smmu_invs_leave(&invs, inv, invs_of(1, inv), false);
	*good &= users(invs) == 2;
	smmu_invs_leave(&invs, inv, invs_of(0, inv), false);
	*good &= !users(invs);
	*good &= smmu.stopped == !!smmu.timeouts;
	ret = smmu.stopped;
	smmu.stopped = false;
	smmu.stop_at = -1;
	*good &= !smmu_cmdq_issue(&smmu.q, (struct smmu_cmd[]){smmu_cmd_sync()}, 1, true);
	kfree(invs);
	return ret;
}

int main(void)
{
	bool good = true;
	unsigned int n = 0;

	allocations();
	while (stopped(n, &good))
		n++;
	ok(good && n >= 4, "S3: the SMMU stops at each of %u waits: told, counted, and it goes on",
	   n);
	return tap_done();
}
