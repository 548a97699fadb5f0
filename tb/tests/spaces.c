/* SPDX-License-Identifier: BSD-2-Clause */
/* Several queues and address spaces: equal virtual addresses, different contents. */
#include "common.h"

#define SPACES 8
#define ROUNDS 6

TEST(spaces_equal_addresses, "eight queues, eight PASIDs, the same addresses everywhere")
{
	struct tq q[SPACES];
	struct as *as[SPACES];
	struct job j[SPACES];
	struct svarig_cpl c;

	env_boot(e, 0);
	for (int i = 0; i < SPACES; i++) {
		/* PASIDs that differ in one bit here and there, up to the highest one. */
		as[i] = smmu_new_as(e->smmu, true, i == 7 ? 0xfffff : 1u << (i * 2));
		tq_open(e, &q[i], i, as[i]);
		common_copy(e, &j[i], as[i], 7000, true);
		check_eq(e, j[i].d.src, j[0].d.src, "source address");
		check_eq(e, q[i].sq, q[0].sq, "ring address");
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < SPACES; i++) {
			if (round)
				job_refresh(e, &j[i]);
			tq_post(&q[i], &j[i].d);
			tq_doorbell(&q[i]);
		}
		for (int i = 0; i < SPACES; i++) {
			tq_wait(&q[i], &c);
			job_check(e, &j[i], &c);
		}
	}
	for (int i = 0; i < SPACES; i++)
		job_free(&j[i]);
}

TEST(spaces_one_space_many_queues, "all queues in one address space")
{
	struct tq q[64];
	struct job j[64];
	struct svarig_cpl c;
	struct as *as = smmu_new_as(e->smmu, true, 3);

	env_boot(e, 0);
	for (unsigned i = 0; i < e->queues; i++) {
		tq_open(e, &q[i], i, as);
		job_random(e, &j[i], as, 4000, 0);
		tq_post(&q[i], &j[i].d);
	}
	for (unsigned i = 0; i < e->queues; i++)
		tq_doorbell(&q[i]);
	for (unsigned i = 0; i < e->queues; i++) {
		tq_wait(&q[i], &c);
		job_check(e, &j[i], &c);
		job_free(&j[i]);
	}
}

TEST(spaces_wrong_pasid, "a page of another space is not reachable")
{
	struct tq q;
	struct as *a = common_start(e, &q, 0, 1, 0), *b = smmu_new_as(e->smmu, true, 2);
	struct svarig_desc d = {.opcode = SVARIG_OP_COPY, .len = 64};
	struct svarig_cpl c;

	b->brk += 0x100000;
	d.src = env_alloc_filled(e, b, 4096, AS_R); /* only b has it */
	d.dst = env_alloc_filled(e, a, 4096, AS_RW);
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_FAULT_READ, "status");
	check_eq(e, c.fault_addr, d.src, "fault address");
	check_eq(e, c.detail, SVARIG_SD_PAGE_REQUESTED, "detail");
	common_alive(&q);
}

TEST(spaces_without_pasid, "a queue without PASID uses the function's own space")
{
	struct tq q;
	struct as *as = smmu_new_as(e->smmu, false, 0);

	chk_allow_no_pasid(e->chk, true);
	env_boot(e, 0);
	tq_open(e, &q, 0, as);
	for (int i = 0; i < 5; i++)
		common_alive(&q);
}

TEST(ring_wrap, "rings of every size wrap many times; the phase turns")
{
	struct as *as = smmu_new_as(e->smmu, true, 4);
	struct svarig_desc d = {.opcode = SVARIG_OP_NOP};
	struct svarig_cpl c;
	struct tq q;

	env_boot(e, 0);
	for (unsigned s = 1; s <= 4; s++) {
		unsigned cl = 1 + rng_below(&e->rng, 4), want = 0, posted = 0;

		require_eq(e, tq_create(e, &q, 1, as, s, cl, -1), SVARIG_AS_OK, "CREATE_QUEUE");
		while (want < 70) {
			/* As many as the ring takes, consumed in bursts. */
			while (posted < 70 && q.tail - q.head < 1u << s &&
			       rng_chance(&e->rng, 80)) {
				d.cookie = posted++;
				tq_post(&q, &d);
			}
			tq_doorbell(&q);
			while (q.head != q.tail) {
				tq_wait(&q, &c);
				check_eq(e, c.cookie, want++, "cookie in order");
				if (rng_chance(&e->rng, 50))
					break;
				tq_consumed(&q);
			}
			tq_consumed(&q);
		}
		while (q.head != q.tail)
			tq_wait(&q, &c);
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
	}
}

TEST(ring_full_of_records, "a full completion ring stops the queue until records are consumed")
{
	struct as *as = smmu_new_as(e->smmu, true, 4);
	struct svarig_desc d = {.opcode = SVARIG_OP_NOP};
	struct svarig_cpl c;
	struct tq q;

	env_boot(e, 0);
	require_eq(e, tq_create(e, &q, 0, as, 4, 2, -1), SVARIG_AS_OK, "CREATE_QUEUE");
	for (d.cookie = 0; d.cookie < 10; d.cookie++)
		tq_post(&q, &d);
	tq_doorbell(&q);
	env_run(e, 20000);
	check_eq(e, env_read32(e, env_db(e, 0, SVARIG_DB_CQ_TAIL)), 4,
		 "records written to a ring of four");
	for (int i = 0; i < 10; i++) {
		tq_wait(&q, &c);
		check_eq(e, c.cookie, i, "cookie");
		tq_consumed(&q);
	}
}
