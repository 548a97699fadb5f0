/* SPDX-License-Identifier: BSD-2-Clause */
/* What may overtake what: chains (DF_CHAIN), DF_UNORDERED, queues among themselves. */
#include <string.h>

#include "common.h"

#define LINKS 9
#define BYTES 700

/* Descriptors that hand BYTES bytes on: link i copies place i to place i + 1. */
static void link_up(struct env *e, struct svarig_desc d[LINKS], uint64_t mem)
{
	for (unsigned i = 0; i < LINKS; i++)
		d[i] = (struct svarig_desc){.opcode = SVARIG_OP_COPY,
					    .flags = i < LINKS - 1 ? SVARIG_DF_CHAIN : 0,
					    .len = BYTES,
					    .src = mem + i * 1024,
					    .dst = mem + (i + 1) * 1024,
					    .cookie = rng64(&e->rng)};
}

static void post_all(struct tq *q, const struct svarig_desc *d, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		tq_post(q, &d[i]);
	tq_doorbell(q);
}

TEST(chain_in_order, "each job of a chain reads what the one before it has written")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t mem = env_alloc_filled(e, as, (LINKS + 1) * 1024, AS_RW);
	uint8_t want[BYTES], got[BYTES];
	struct svarig_desc d[LINKS];
	struct svarig_cpl c;

	for (unsigned round = 0; round < 4; round++) {
		if (round & 1) /* and its pages come in while the chain waits */
			for (unsigned i = 0; i < 2; i++)
				env_unmap_wait(e, as, mem + i * 2 * PAGE_SIZE, 1);
		link_up(e, d, mem);
		rng_bytes(&e->rng, want, BYTES);
		as_write(as, mem, want, BYTES);
		post_all(&q, d, LINKS);
		for (unsigned i = 0; i < LINKS; i++) {
			tq_wait(&q, &c);
			check_eq(e, c.status, SVARIG_ST_OK, "status");
			check_eq(e, c.cookie, d[i].cookie, "cookie");
			as_read(as, d[i].dst, got, BYTES);
			check(e, !memcmp(got, want, BYTES), "link %u handed something else on", i);
		}
		tq_consumed(&q);
	}
}

/* The chain up to the link that fails, with what it ends in. */
static void broken(struct tq *q, uint64_t mem, unsigned bad, unsigned status, bool apart)
{
	struct env *e = q->e;
	uint8_t before[1024], after[1024];
	struct svarig_desc d[LINKS];
	struct svarig_cpl c;

	link_up(e, d, mem);
	if (status == SVARIG_ST_BAD_OPCODE) {
		d[bad].opcode = 77;
	} else if (status == SVARIG_ST_MISMATCH) {
		d[bad].opcode = SVARIG_OP_COMPARE;
		d[bad].dst = mem + (LINKS + 1) * 1024;
	} else {
		d[bad].src = 0x1000; /* the process has no such page */
	}
	post_all(q, d, apart ? bad + 1 : LINKS);
	for (unsigned i = 0; i < LINKS; i++) {
		if (i == bad + 1 && apart) {
			/* The queue gives its lane back in between: others work. */
			env_run(e, 3000);
			post_all(q, d + i, LINKS - i);
		}
		if (i > bad)
			as_read(q->as, d[i].dst, before, BYTES);
		tq_wait(q, &c);
		check_eq(e, c.cookie, d[i].cookie, "cookie");
		check(e,
		      c.status == (i < bad    ? SVARIG_ST_OK
				   : i == bad ? status
					      : SVARIG_ST_CHAIN),
		      "link %u of a chain whose link %u fails: status %u", i, bad, c.status);
		if (i <= bad)
			continue;
		check_eq(e, c.done, 0, "bytes done by a job that was not started");
		check_eq(e, c.fault_addr, 0, "fault address of a job that was not started");
		as_read(q->as, d[i].dst, after, BYTES);
		check(e, !memcmp(before, after, BYTES), "link %u was not started and wrote", i);
	}
	tq_consumed(q);
	common_alive(q); /* behind the chain's end */
}

TEST(chain_broken, "behind a job that fails the rest of its chain ends in ST_CHAIN, what follows "
		   "does not")
{
	struct tq q, other[4];
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t mem = env_alloc_filled(e, as, (LINKS + 2) * 1024, AS_RW);

	for (unsigned i = 0; i < 4; i++)
		tq_open(e, &other[i], i + 1, as);
	for (unsigned apart = 0; apart < 2; apart++) {
		broken(&q, mem, 0, SVARIG_ST_BAD_OPCODE, apart);
		broken(&q, mem, 3, SVARIG_ST_FAULT_READ, apart);
		broken(&q, mem, 5, SVARIG_ST_MISMATCH, apart);
		broken(&q, mem, LINKS - 2, SVARIG_ST_BAD_OPCODE, apart);
		for (unsigned i = 0; i < 4; i++)
			common_alive(&other[i]);
	}
}

TEST(chain_no_end,
     "a chain whose last job comes much later; another queue's jobs are no part of it")
{
	struct tq q, other;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_desc bad = {.opcode = 77, .flags = SVARIG_DF_CHAIN};
	struct svarig_desc nop = {.opcode = SVARIG_OP_NOP};
	struct svarig_cpl c;

	tq_open(e, &other, 1, as);
	check_eq(e, tq_run(&q, &bad, &c), SVARIG_ST_BAD_OPCODE, "status");
	for (unsigned i = 0; i < 5; i++)
		common_alive(&other);
	check_eq(e, tq_run(&q, &nop, &c), SVARIG_ST_CHAIN, "status of the chain's last job");
	check_eq(e, tq_run(&q, &nop, &c), SVARIG_ST_OK, "status of the job behind it");
	/* A new life of the queue has nothing of the old one's chain. */
	check_eq(e, tq_run(&q, &bad, &c), SVARIG_ST_BAD_OPCODE, "status");
	check_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
	tq_open(e, &q, 0, as);
	check_eq(e, tq_run(&q, &nop, &c), SVARIG_ST_OK, "status in the queue's next life");
}

/* Posts n random jobs with these flags, waits for n records. in_order: each is that of the next. */
static void in_flight(struct tq *q, struct job *j, unsigned n, uint16_t flags, bool in_order)
{
	struct env *e = q->e;
	bool seen[16] = {false};
	struct svarig_cpl c;

	for (unsigned i = 0; i < n; i++) {
		job_random(e, &j[i], q->as, 3000, 10);
		if (i & 1)
			j[i].d.flags |= flags;
		tq_post(q, &j[i].d);
	}
	tq_doorbell(q);
	for (unsigned i = 0; i < n; i++) {
		unsigned k = 0;

		tq_wait(q, &c);
		while (k < n && (seen[k] || j[k].d.cookie != c.cookie))
			k++;
		require(e, k < n, "a record with cookie %#llx is nobody's",
			(unsigned long long)c.cookie);
		check(e, !in_order || k == i, "record %u is that of job %u", i, k);
		seen[k] = true;
		job_check(e, &j[k], &c);
		job_free(&j[k]);
	}
	tq_consumed(q);
}

TEST(queue_order, "records of a queue come in the order of its jobs; with DF_UNORDERED at least "
		  "one for each")
{
	struct tq q;
	struct job j[16];

	common_start(e, &q, 0, 1, 0);
	for (unsigned round = 0; round < 4; round++) {
		in_flight(&q, j, 16, 0, true);
		in_flight(&q, j, 16, SVARIG_DF_UNORDERED, false);
	}
}

/* Lanes of the endpoint: so many queues work at a time (docs/rtl-datapath.md). */
#define LANES 4

TEST(queues_overtake, "queues that wait for the host are overtaken by those that need not")
{
	struct tq slow[LANES - 1], fast[5];
	struct job j[LANES - 1];
	struct as *as = common_start(e, &slow[0], 0, 1, 0);
	struct svarig_cpl c;

	for (unsigned i = 1; i < LANES - 1; i++)
		tq_open(e, &slow[i], i, as);
	for (unsigned i = 0; i < 5; i++)
		tq_open(e, &fast[i], 10 + i, as);
	e->smmu->knobs.policy = POLICY_SILENT;
	for (unsigned i = 0; i < LANES - 1; i++) {
		common_copy(e, &j[i], as, 9000, true);
		env_unmap_wait(e, as, (j[i].d.src & PAGE_MASK) + PAGE_SIZE, 1);
		tq_post(&slow[i], &j[i].d);
		tq_doorbell(&slow[i]);
	}
	for (unsigned round = 0; round < 6; round++)
		for (unsigned i = 0; i < 5; i++)
			common_alive(&fast[i]); /* submitted later, done before */
	for (unsigned i = 0; i < LANES - 1; i++)
		check(e, !tq_poll(&slow[i], &c), "a page that nobody has served is there");
	e->smmu->knobs.policy = POLICY_SERVE;
	for (unsigned i = 0; i < LANES - 1; i++) {
		tq_wait(&slow[i], &c);
		job_check(e, &j[i], &c);
		job_free(&j[i]);
	}
}
