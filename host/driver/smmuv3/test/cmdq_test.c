// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command queue against a fake SMMU that consumes, stops at errors and reports them as the
 * architecture says (IHI 0070 3.5, 7.1); and with many threads against one that consumes in its
 * own.
 */
#include <sched.h>

#include "../cmdq.h"
#include "tap.h"

#define LOG2 6
#define SIZE (1u << LOG2)
#define NONE (~0ull)

struct fake {
	struct smmu_cmdq q;
	__le64 ring[SIZE * 2];
	pthread_mutex_t lock;
	u32 prod, cons; /* registers without error bits */
	u32 err;
	bool cmdq_err, stopped, threaded;
	u64 clock_us, step_us;
	u64 executed, syncs;
	u64 ill_at;   /* what to execute is illegal at this count of executed commands */
	u64 atc_fail; /* number of SYNCs that still fail with CERROR_ATC_INV_SYNC */
	u64 per_poll; /* commands consumed per poll of a waiter */
	unsigned int timeouts, recovered;
	u8 last_code;
	u64 last[4096][2];
	/* of each submitter: the number of its next command */
	u64 next_of[16];
	bool out_of_order;
};

static struct fake *fake_of(struct smmu_cmdq *q)
{
	return container_of(q, struct fake, q);
}

/* Consumes up to @n commands. */
static void consume(struct fake *f, u64 n)
{
	const u32 mask = 2 * SIZE - 1;

	while (n-- && !f->cmdq_err && !f->stopped && f->cons != f->prod) {
		const __le64 *c = &f->ring[(f->cons & (SIZE - 1)) * 2];
		u64 w0 = READ_ONCE(c[0]), w1 = READ_ONCE(c[1]);
		u8 op = w0 & 0xff;

		if (f->executed == f->ill_at && op != 0x46) {
			f->err = 1;
			f->cmdq_err = true;
			return;
		}
		if (op == 0x46 && f->atc_fail) {
			f->atc_fail--;
			f->err = 3;
			f->cmdq_err = true;
			return;
		}
		f->last[f->executed % ARRAY_SIZE(f->last)][0] = w0;
		f->last[f->executed % ARRAY_SIZE(f->last)][1] = w1;
		if (op == 0xee) {
			/* test command: submitter in SID, its count in word 1 */
			u64 who = w0 >> 32;

			if (f->next_of[who]++ != w1)
				f->out_of_order = true;
		}
		f->syncs += op == 0x46;
		f->executed++;
		f->cons = (f->cons + 1) & mask;
	}
}

static u32 read_cons(struct smmu_cmdq *q)
{
	struct fake *f = fake_of(q);
	u32 v;

	pthread_mutex_lock(&f->lock);
	v = f->cons | f->err << 24;
	pthread_mutex_unlock(&f->lock);
	return v;
}

static void write_prod(struct smmu_cmdq *q, u32 prod)
{
	struct fake *f = fake_of(q);

	pthread_mutex_lock(&f->lock);
	f->prod = prod;
	pthread_mutex_unlock(&f->lock);
}

static u64 now_us(struct smmu_cmdq *q)
{
	struct fake *f = fake_of(q);
	u64 now;

	pthread_mutex_lock(&f->lock);
	now = f->clock_us += f->step_us;
	pthread_mutex_unlock(&f->lock);
	return now;
}

static void relax(struct smmu_cmdq *q, u64 waited_us)
{
	struct fake *f = fake_of(q);

	(void)waited_us;
	if (f->threaded) {
		sched_yield();
		return;
	}
	consume(f, f->per_poll);
}

static void poll_error(struct smmu_cmdq *q)
{
	struct fake *f = fake_of(q);
	struct smmu_cmdq_error error;

	if (!(read_cons(q) >> 24) || !f->cmdq_err)
		return;
	smmu_cmdq_recover(q, &error);
	f->last_code = error.code;
	f->recovered++;
	f->ill_at = NONE;
	f->cmdq_err = false; /* GERRORN written */
}

static void report_timeout(struct smmu_cmdq *q, u32 cons, u32 prod)
{
	(void)cons;
	(void)prod;
	fake_of(q)->timeouts++;
}

static const struct smmu_cmdq_ops ops = {
	.read_cons = read_cons,
	.write_prod = write_prod,
	.now_us = now_us,
	.relax = relax,
	.poll_error = poll_error,
	.report_timeout = report_timeout,
};

static struct fake *fake_new(void)
{
	struct fake *f = calloc(1, sizeof(*f));

	pthread_mutex_init(&f->lock, NULL);
	f->step_us = 1000;
	f->per_poll = 1;
	f->ill_at = NONE;
	smmu_cmdq_init(&f->q, &ops, f->ring, LOG2);
	return f;
}

static struct smmu_cmd numbered(u64 who, u64 count)
{
	return (struct smmu_cmd){{who << 32 | 0xee, count}};
}

/* Sends @n numbered commands, the last of them a SYNC if @wait. */
static int send(struct fake *f, u64 who, u64 *count, u32 n, bool wait)
{
	struct smmu_cmd cmds[SMMU_CMDQ_BATCH];

	for (u32 i = 0; i < n; i++)
		cmds[i] = numbered(who, (*count)++);
	if (wait) {
		(*count)--;
		cmds[n - 1] = smmu_cmd_sync();
	}
	return smmu_cmdq_issue(&f->q, cmds, n, wait);
}

static void order_and_wrap(void)
{
	struct fake *f = fake_new();
	u64 count = 0, sent = 0;
	bool good = true;

	for (u32 i = 0; i < 1000; i++) {
		u32 n = i % SMMU_CMDQ_BATCH + 1;
		bool wait = i % 3 == 0;

		good &= send(f, 0, &count, n, wait) == 0;
		sent += n;
		good &= !wait || f->executed == sent;
	}
	ok(good && f->timeouts == 0, "1,000 calls around a queue of 64, waiting for every third");
	ok(!f->out_of_order, "commands arrive in order");
	is_u64(f->syncs, 334, "every SYNC was executed");
	free(f);
}

static void no_completion(void)
{
	struct fake *f = fake_new();
	u64 count = 0;
	int ret = 0, calls = 0;

	f->stopped = true;
	is_u64((unsigned int)-send(f, 0, &count, 2, true), ETIMEDOUT, "no completion: -ETIMEDOUT");
	ok(f->timeouts == 1 && f->clock_us > SMMU_CMDQ_TIMEOUT_US, "reported, after the time-out");
	while (!ret && calls++ < 100)
		ret = send(f, 0, &count, 32, false);
	ok(ret == -ETIMEDOUT && calls == 2, "no room: -ETIMEDOUT");
	f->stopped = false;
	count -= 32;
	is_u64((unsigned int)send(f, 0, &count, 8, true), 0, "goes on when the SMMU does");
	ok(!f->out_of_order, "what found no room was not queued");
	free(f);
}

/* Slow, but moving: the time-out is for standing still. */
static void slow(void)
{
	struct fake *f = fake_new();
	u64 count = 0;

	f->step_us = SMMU_CMDQ_TIMEOUT_US / 2;
	is_u64((unsigned int)send(f, 0, &count, 32, true), 0, "slow progress is no time-out");
	free(f);
}

static void illegal(void)
{
	struct fake *f = fake_new();
	u64 count = 0;

	f->ill_at = 2;
	is_u64((unsigned int)send(f, 0, &count, 6, true), 0, "illegal command: the rest completes");
	ok(f->last_code == SMMU_CERROR_ILL && f->recovered == 1, "illegal command: seen once");
	is_u64(f->last[2][0], 0x46, "illegal command: replaced by SYNC");
	is_u64(f->last[3][1], 3, "illegal command: its successor was executed");
	free(f);
}

static void atc_timeout(void)
{
	struct fake *f = fake_new();
	struct smmu_cmd cmds[4] = {
		smmu_cmd_tlbi_asid(1),
		smmu_cmd_sync(),
		smmu_cmd_atc_inv(1, 1, 0, 0),
		smmu_cmd_sync(),
	};
	u64 count = 0;

	is_u64((unsigned int)send(f, 0, &count, 4, true), 0, "a good SYNC first");
	f->atc_fail = 1;
	is_u64((unsigned int)-smmu_cmdq_issue(&f->q, cmds, 4, true), EIO,
	       "unanswered ATC invalidation: -EIO");
	ok(f->last_code == SMMU_CERROR_ATC_INV_SYNC && f->executed == 8,
	   "unanswered ATC invalidation: the SYNC was repeated");
	is_u64((unsigned int)smmu_cmdq_issue(&f->q, cmds, 4, true), 0,
	       "later calls are not blamed");
	free(f);
}

struct submitter {
	struct fake *f;
	u64 who;
	int bad;
};

static void *submit(void *arg)
{
	struct submitter *s = arg;
	u64 count = 0;

	for (u32 i = 0; i < 400; i++)
		if (send(s->f, s->who, &count, (i * 7 + (u32)s->who) % 31 + 2, i % 4 == 0))
			s->bad++;
	if (send(s->f, s->who, &count, 1, true))
		s->bad++;
	return NULL;
}

static _Atomic bool consumer_stop;

static void *consumer(void *arg)
{
	struct fake *f = arg;

	while (!consumer_stop) {
		pthread_mutex_lock(&f->lock);
		consume(f, 5);
		pthread_mutex_unlock(&f->lock);
		sched_yield();
	}
	return NULL;
}

static void many_threads(void)
{
	struct fake *f = fake_new();
	struct submitter s[8];
	pthread_t threads[8], c;
	int bad = 0;

	f->threaded = true;
	f->step_us = 0;
	pthread_create(&c, NULL, consumer, f);
	for (u32 i = 0; i < 8; i++) {
		s[i] = (struct submitter){.f = f, .who = i};
		pthread_create(&threads[i], NULL, submit, &s[i]);
	}
	for (u32 i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		bad += s[i].bad;
	}
	consumer_stop = true;
	pthread_join(c, NULL);
	ok(bad == 0 && !f->out_of_order, "8 threads: each one's commands in order, none lost");
	is_u64(f->q.prod, f->executed, "8 threads: every command was consumed");
	free(f);
}

int main(void)
{
	order_and_wrap();
	no_completion();
	slow();
	illegal();
	atc_timeout();
	many_threads();
	return tap_done();
}
