/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ends a queue or a function comes at any cycle of jobs of every kind: it must end, nothing of
 * it may touch memory afterwards, and what comes next in its place must be as if nothing had been
 * before.
 */
#include <string.h>

#include "common.h"

#define JOBS 4

/* Random jobs of any kind, short ones, with pages missing; the queue is not told yet. */
static void post_some(struct env *e, struct tq *q, struct job *j)
{
	for (unsigned i = 0; i < JOBS; i++) {
		job_random(e, &j[i], q->as, 6000, 15);
		tq_post(q, &j[i].d);
	}
}

static void free_all(struct job *j)
{
	for (unsigned i = 0; i < JOBS; i++)
		job_free(&j[i]);
}

/* A whole batch of random jobs ends well. */
static void works(struct env *e, struct tq *q)
{
	struct job j[JOBS];
	struct svarig_cpl c;

	post_some(e, q, j);
	tq_doorbell(q);
	for (unsigned i = 0; i < JOBS; i++) {
		tq_wait(q, &c);
		job_check(e, &j[i], &c);
	}
	tq_consumed(q);
	free_all(j);
}

/* Destroys q amid its jobs j; then n's job k, which waits for a lane, ends well. */
static void destroy_before(struct tq *q, struct job *j, struct tq *n, struct job *k)
{
	struct env *e = q->e;
	struct svarig_cpl c;

	require_eq(e, tq_destroy(q), SVARIG_AS_OK, "DESTROY_QUEUE");
	/* Nothing of it is outstanding: the checker looks when this is complete. */
	env_invalidate_wait(e, true, q->as->pasid, 0, 64, false);
	free_all(j);
	tq_wait(n, &c);
	job_check(e, k, &c);
	tq_consumed(n);
	job_free(k);
}

TEST(destroy_anywhere, "a queue is destroyed after any number of cycles; another takes its lane")
{
	struct tq q, n;
	struct as *as = common_start(e, &q, 0, 1, 0), *ns = smmu_new_as(e->smmu, true, 2);
	struct job j[JOBS], k;

	tq_open(e, &n, 1, ns);
	for (unsigned after = 0; after < 1600; after += 1 + rng_below(&e->rng, 40)) {
		common_copy(e, &k, ns, 1 + rng_below(&e->rng, 3000), rng_chance(&e->rng, 50));
		tq_post(&n, &k.d);
		post_some(e, &q, j);
		tq_doorbell(&q);
		env_run(e, after);
		tq_doorbell(&n);
		destroy_before(&q, j, &n, &k);
		tq_open(e, &q, 0, as);
		works(e, &q);
	}
}

#define HOGS 3 /* and the lane of the queue that is destroyed are all there are */

TEST(destroy_hands_on,
     "a queue is destroyed with slow reads on their way; one that waits gets its lane at once")
{
	struct tq q, n, hog[HOGS];
	struct as *as = common_start(e, &q, 0, 1, 0), *ns = smmu_new_as(e->smmu, true, 2);
	struct job j[JOBS], k, long_one[HOGS];
	struct svarig_cpl c;

	tq_open(e, &n, 1, ns);
	for (unsigned i = 0; i < HOGS; i++) {
		tq_open(e, &hog[i], 2 + i, ns);
		common_copy(e, &long_one[i], ns, 30000, true);
	}
	e->rc->knobs.read_min = 100;
	e->rc->knobs.read_max = 4000;
	for (unsigned round = 0; round < 16; round++) {
		for (unsigned i = 0; i < HOGS; i++) {
			job_refresh(e, &long_one[i]);
			tq_post(&hog[i], &long_one[i].d);
			tq_doorbell(&hog[i]);
		}
		post_some(e, &q, j);
		tq_doorbell(&q);
		env_run(e, 300 + rng_below(&e->rng, 4000));
		job_random(e, &k, ns, 3000, 0);
		tq_post(&n, &k.d);
		tq_doorbell(&n);
		destroy_before(&q, j, &n, &k);
		for (unsigned i = 0; i < HOGS; i++) {
			tq_wait(&hog[i], &c);
			job_check(e, &long_one[i], &c);
			tq_consumed(&hog[i]);
		}
		tq_open(e, &q, 0, as);
	}
	for (unsigned i = 0; i < HOGS; i++)
		job_free(&long_one[i]);
}

TEST(destroy_amid_a_fault,
     "a queue is destroyed about when a write of it fails, while the link holds writes back")
{
	static const unsigned size[FC_FIELDS] = {1, 32, 0, 0, 0, 0};
	struct as *as = smmu_new_as(e->smmu, true, 1);
	struct job j;
	struct tq q;

	credits_on(&e->credits, e->dut, size, 10, rng64(&e->rng));
	env_boot(e, 0);
	tq_open(e, &q, 0, as);
	for (unsigned round = 0; round < 40; round++) {
		uint64_t asked = e->smmu->page_requests;

		common_copy(e, &j, as, 3 * PAGE_SIZE, true);
		as_protect(as, (j.d.dst & PAGE_MASK) + PAGE_SIZE, 0);
		env_unmap_wait(e, as, (j.d.dst & PAGE_MASK) + PAGE_SIZE, 1);
		tq_post(&q, &j.d);
		tq_doorbell(&q);
		require(e, WAIT(e, e->smmu->page_requests != asked, 20000), "no page request");
		env_run(e, rng_below(&e->rng, 2500));
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		tq_open(e, &q, 0, as);
		common_alive(&q);
		job_free(&j);
	}
}

/* Takes a page that *j reads or writes out of the process. Returns an address in it, or 0: *j uses
 * no memory of that kind. */
static uint64_t spoil(struct env *e, const struct job *j, bool write)
{
	uint64_t va = write ? job_dest_byte(e, j) : job_source_byte(e, j);

	if (!va)
		return 0;
	as_protect(j->as, va & PAGE_MASK, 0);
	env_unmap_wait(e, j->as, va & PAGE_MASK, 1);
	return va;
}

TEST(fail_anywhere,
     "one job of a batch meets a page that is not the process's: it alone fails, and says where")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct svarig_cpl c;
	struct job j[JOBS];

	for (unsigned round = 0; round < 60; round++) {
		unsigned victim = rng_below(&e->rng, JOBS);
		bool write = rng_chance(&e->rng, 60);
		uint64_t bad = 0;

		for (unsigned i = 0; i < JOBS; i++) {
			job_random(e, &j[i], as, 20000, 5);
			if (i == victim)
				bad = spoil(e, &j[i], write);
			tq_post(&q, &j[i].d);
		}
		/* What COMPARE is given as a destination it reads. */
		write &= j[victim].d.opcode != SVARIG_OP_COMPARE;
		tq_doorbell(&q);
		for (unsigned i = 0; i < JOBS; i++) {
			tq_wait(&q, &c);
			if (i != victim || !bad) {
				job_check(e, &j[i], &c);
				continue;
			}
			check_eq(e, c.status, write ? SVARIG_ST_FAULT_WRITE : SVARIG_ST_FAULT_READ,
				 "status");
			check_eq(e, c.fault_addr & PAGE_MASK, bad & PAGE_MASK, "page of the fault");
			check_eq(e, c.detail, SVARIG_SD_PAGE_REQUESTED, "detail");
		}
		tq_consumed(&q);
		free_all(j);
	}
}

/* The third page of a source is not the process's: what is before it is done and told to be. */
static void half_way(struct env *e, struct tq *q, uint8_t op, uint8_t alg, bool back)
{
	static uint8_t want[4 * PAGE_SIZE], got[4 * PAGE_SIZE];
	static const uint8_t nothing[4 * PAGE_SIZE];
	struct svarig_cpl c;
	uint64_t bad;
	uint32_t before;
	struct job j;

	for (;;) {
		job_random_kind(e, &j, q->as, op, alg, back, sizeof(want), false, 0);
		if (j.d.len > 3 * PAGE_SIZE)
			break;
		job_free(&j);
	}
	job_run(q, &j);
	as_read(q->as, j.d.dst, want, j.d.len);
	as_write(q->as, j.d.dst, nothing, j.d.len);
	bad = (j.d.src & PAGE_MASK) + 2 * PAGE_SIZE;
	before = bad - j.d.src;
	as_protect(q->as, bad, 0);
	env_unmap_wait(e, q->as, bad, 1);
	check_eq(e, tq_run(q, &j.d, &c), SVARIG_ST_FAULT_READ, "status");
	check_eq(e, c.fault_addr, bad, "fault address");
	/* A block may have begun. */
	check(e, c.done <= before && c.done + 64 > before, "op %u alg %#x: %u bytes done, not %u",
	      op, alg, c.done, before);
	as_read(q->as, j.d.dst, got, j.d.len);
	check(e, !memcmp(got, want, c.done < before ? c.done : before),
	      "op %u alg %#x: what is done differs", op, alg);
	job_free(&j);
}

TEST(fail_half_way,
     "a page amid the source is missing: the record says how much is done, and it is")
{
	struct tq q;

	common_start(e, &q, 0, 1, 0);
	half_way(e, &q, SVARIG_OP_COPY, 0, false);
	for (unsigned alg = 0; alg < 0x40; alg++)
		for (int back = 0; back < 2; back++)
			if (ref_known(SVARIG_OP_CIPHER, (uint8_t)alg))
				half_way(e, &q, SVARIG_OP_CIPHER, (uint8_t)alg, back);
}
