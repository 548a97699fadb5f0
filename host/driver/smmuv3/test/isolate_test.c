// SPDX-License-Identifier: GPL-2.0-only
/*
 * Endpoints that do not answer ATC invalidations: a SYNC answers for all commands before it, so the
 * failure of one caller's invalidation is reported to whoever's SYNC comes next. Whatever the
 * order, the silent endpoint is isolated before the sweep returns, and nobody else is.
 */
#include <stdlib.h>

#include "../cmdq.h"
#include "../invs.h"
#include "tap.h"

#define LOG2 7
#define SIZE (1u << LOG2)
#define SIDS 64

struct fake {
	struct smmu_instance inst;
	struct smmu_cmdq q;
	__le64 ring[SIZE * 2];
	u32 prod, cons;
	u32 err;
	bool silent[SIDS];   /* does not answer invalidations */
	bool unanswered;     /* an invalidation has timed out since the last SYNC that said so */
	bool isolated[SIDS]; /* what the driver has been told */
	unsigned int asked[SIDS];
	unsigned int isolations;
	/* Another CPU: what it queues while the sweep looks at its @foreign_at'th ATC. */
	unsigned int looks, foreign_at;
	struct smmu_cmd foreign;
};

static struct fake *fake_of(struct smmu_cmdq *q)
{
	return container_of(q, struct fake, q);
}

/* Consumes what there is, up to an error (IHI 0070 4.5.1, 7.1). */
static void consume(struct fake *f)
{
	const u32 mask = 2 * SIZE - 1;

	while (!f->err && f->cons != f->prod) {
		u64 w0 = f->ring[(f->cons & (SIZE - 1)) * 2];
		u32 sid = (u32)(w0 >> 32);

		switch (w0 & 0xff) {
		case 0x40: /* CMD_ATC_INV */
			f->asked[sid]++;
			f->unanswered |= f->silent[sid];
			break;
		case 0x46: /* CMD_SYNC */
			if (f->unanswered) {
				f->unanswered = false;
				f->err = 3; /* CERROR_ATC_INV_SYNC */
				return;
			}
			break;
		}
		f->cons = (f->cons + 1) & mask;
	}
}

static u32 read_cons(struct smmu_cmdq *q)
{
	return fake_of(q)->cons | fake_of(q)->err << 24;
}

static void write_prod(struct smmu_cmdq *q, u32 prod)
{
	fake_of(q)->prod = prod;
}

static u64 now_us(struct smmu_cmdq *q)
{
	(void)q;
	return 0;
}

static void serve(struct fake *f)
{
	struct smmu_cmdq_error error;

	consume(f);
	if (f->err) {
		smmu_cmdq_recover(&f->q, &error);
		f->err = 0;
	}
}

static void relax(struct smmu_cmdq *q, u64 waited_us)
{
	(void)waited_us;
	serve(fake_of(q));
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
	abort();
}

static const struct smmu_cmdq_ops queue_ops = {
	.read_cons = read_cons,
	.write_prod = write_prod,
	.now_us = now_us,
	.relax = relax,
	.poll_error = poll_error,
	.report_timeout = report_timeout,
};

static void isolate(struct smmu_instance *smmu, u32 sid)
{
	struct fake *f = container_of(smmu, struct fake, inst);

	f->isolated[sid] = true;
	f->isolations++;
}

static bool isolated(struct smmu_instance *smmu, u32 sid)
{
	struct fake *f = container_of(smmu, struct fake, inst);

	if (++f->looks == f->foreign_at) {
		smmu_cmdq_issue(&f->q, &f->foreign, 1, false);
		serve(f);
		serve(f);
	}
	return f->isolated[sid];
}

static const struct smmu_isolation_ops isolation_ops = {
	.isolate = isolate,
	.isolated = isolated,
};

static struct fake *fake_new(void)
{
	struct fake *f = calloc(1, sizeof(*f));

	f->inst = (struct smmu_instance){.cmdq = &f->q, .isolation = &isolation_ops};
	smmu_cmdq_init(&f->q, &queue_ops, f->ring, LOG2);
	return f;
}

/* One ASID and the ATCs of streams @first to @last. */
static struct smmu_invs *array(struct fake *f, u32 first, u32 last)
{
	struct smmu_invs *invs = smmu_invs_alloc(last - first + 2, GFP_KERNEL);

	invs->inv[0] =
		(struct smmu_inv){.smmu = &f->inst, .kind = SMMU_INV_S1_ASID, .id = 9, .users = 1};
	for (u32 sid = first; sid <= last; sid++)
		invs->inv[sid - first + 1] = (struct smmu_inv){
			.smmu = &f->inst, .kind = SMMU_INV_ATS, .id = sid, .pasid = 5, .users = 1};
	return invs;
}

static const struct smmu_range one_page = {
	.start = 0x1000,
	.size = 0x1000,
	.stride = 0x1000,
	.granule_shift = 12,
	.leaf = true,
};

static int sweep(struct smmu_invs *invs)
{
	return smmu_invs_sweep(&invs, &one_page);
}

static void one_of_two(void)
{
	struct fake *f = fake_new();
	struct smmu_invs *invs = array(f, 1, 2);

	ok(sweep(invs) == 0 && !f->isolations, "all answer: nobody is isolated");
	f->silent[1] = true;
	ok(sweep(invs) == -EIO, "one of two endpoints is silent: the sweep says so");
	ok(f->isolated[1] && !f->isolated[2], "the silent one is isolated, its neighbour is not");
	f->asked[1] = f->asked[2] = 0;
	ok(sweep(invs) == 0, "the next sweep is well");
	ok(!f->asked[1] && f->asked[2] == 1, "it does not ask the isolated one, but the other");
	free(invs);
	free(f);
}

/* Another CPU's invalidation of a silent endpoint fails at our SYNC. */
static void not_ours(void)
{
	struct fake *f = fake_new();
	struct smmu_invs *invs = array(f, 2, 3);
	const struct smmu_cmd theirs = smmu_cmd_atc_inv(1, 5, 0x1000, 0x1000);

	f->silent[1] = true;
	smmu_cmdq_issue(&f->q, &theirs, 1, false);
	ok(sweep(invs) == 0 && f->asked[2] == 2,
	   "another caller's endpoint is silent: ours are asked again");
	ok(!f->isolations, "and none of them is isolated");
	/* Two looks at our commands, the third before we ask number 2 alone. */
	f->foreign = theirs;
	f->looks = 0;
	f->foreign_at = 3;
	smmu_cmdq_issue(&f->q, &theirs, 1, false);
	ok(sweep(invs) == 0 && f->looks == 4 && !f->isolations,
	   "nor if it happens again meanwhile");
	free(invs);
	free(f);
}

/* Our invalidations take two batches; another CPU's SYNC between them is told of the failure. */
static void told_to_another(void)
{
	struct fake *f = fake_new();
	struct smmu_invs *invs = array(f, 1, 40);

	f->silent[3] = true;
	f->foreign = smmu_cmd_sync();
	f->foreign_at = 36;
	ok(sweep(invs) == -EIO && f->isolated[3] && f->isolations == 1,
	   "a silent one among 40: isolated, alone");
	free(invs);
	free(f);
}

static void at_detach(void)
{
	struct fake *f = fake_new();
	const struct smmu_inv gone[] = {
		{.smmu = &f->inst, .kind = SMMU_INV_S1_ASID, .id = 9},
		{.smmu = &f->inst, .kind = SMMU_INV_ATS, .id = 1, .pasid = 5},
		{.smmu = &f->inst, .kind = SMMU_INV_ATS, .id = 2, .pasid = 5, .users = 1},
	};

	f->silent[1] = true;
	f->silent[2] = true;
	ok(smmu_invs_flush_gone(gone, 3) == -EIO && f->isolated[1],
	   "silent at detach: isolated before its tables may go");
	ok(!f->asked[2] && !f->isolated[2], "what others still use is not asked");
	free(f);
}

int main(void)
{
	one_of_two();
	not_ours();
	told_to_another();
	at_detach();
	return tap_done();
}
