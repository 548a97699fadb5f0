/* SPDX-License-Identifier: BSD-2-Clause */
/* Create, destroy, set PASID, drain, reset, and every bad argument. */
#include "common.h"

TEST(queue_lifecycle, "create, use, destroy, create again")
{
	struct tq q;
	struct as *as = common_start(e, &q, 3, 77, 0);

	check_eq(e, tq_create_at(&q), SVARIG_AS_BUSY, "creating it twice");
	common_alive(&q);
	check_eq(e, tq_status(&q), SVARIG_QSTAT_ENABLED, "status");
	check_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
	check_eq(e, tq_status(&q) & SVARIG_QSTAT_ENABLED, 0, "enabled after destroy");
	check_eq(e, tq_destroy(&q), SVARIG_AS_NOT_CREATED, "destroying it twice");
	require_eq(e, tq_create(e, &q, 3, as, 1, 2, -1), SVARIG_AS_OK, "smallest rings");
	for (int i = 0; i < 9; i++)
		common_alive(&q);
	check_eq(e, mb_command(e, SVARIG_AC_DESTROY_QUEUE, e->queues, NULL, 0, NULL),
		 SVARIG_AS_BAD_QUEUE, "a queue that is not there");
	check_eq(e, mb_command(e, SVARIG_AC_DRAIN, 2, NULL, 0, NULL), SVARIG_AS_NOT_CREATED,
		 "drain of a queue that was not created");
}

static void bad(struct env *e, unsigned word, uint32_t value, unsigned blamed)
{
	uint32_t args[7] = {5 | SVARIG_QC_PASID_VALID, 0x10000, 0, 0x20000, 0, 4 | 4 << 8, 0};
	uint32_t res[SVARIG_MB_WORDS];

	args[word] = value;
	check_eq(e, mb_command(e, SVARIG_AC_CREATE_QUEUE, 1, args, 7, res), SVARIG_AS_BAD_ARG,
		 "status");
	check(e, res[0] == blamed, "argument %u = %#x: word %u is blamed", word, value, res[0]);
	check_eq(e, mb_command(e, SVARIG_AC_DESTROY_QUEUE, 1, NULL, 0, NULL), SVARIG_AS_NOT_CREATED,
		 "nothing was created");
}

TEST(queue_bad_arguments, "CREATE_QUEUE refuses what is wrong and says which word")
{
	env_boot(e, 0);
	bad(e, 0, 5 | SVARIG_QC_PASID_VALID | 1 << 20, 0);
	bad(e, 1, 0x10020, 1);	  /* not aligned */
	bad(e, 2, 0x00010000, 1); /* not canonical */
	bad(e, 3, 0x20004, 3);
	bad(e, 4, 0x80000000, 3);
	bad(e, 5, 0 | 4 << 8, 5); /* one entry */
	bad(e, 5, 13 | 4 << 8, 5);
	bad(e, 5, 4 | 13 << 8, 5);
	bad(e, 5, 4 | 4 << 8 | 1 << 16, 5);
	bad(e, 6, e->vectors | SVARIG_QC_VECTOR_VALID, 6);
	check_eq(e, mb_command(e, SVARIG_AC_CREATE_QUEUE, e->queues, NULL, 0, NULL),
		 SVARIG_AS_BAD_QUEUE, "queue number");
}

TEST(queue_set_pasid, "a queue moves to another address space")
{
	struct tq q;
	struct as *a = common_start(e, &q, 0, 10, 0), *b = smmu_new_as(e->smmu, true, 11);
	uint32_t arg = 11 | SVARIG_QC_PASID_VALID;
	struct svarig_cpl c;
	struct svarig_desc d = {.opcode = SVARIG_OP_NOP, .cookie = 0x1234};

	common_alive(&q);
	/* The other space has rings at the same addresses. */
	as_add(b, q.sq, PAGE_SIZE, AS_RW);
	as_add(b, q.cq, PAGE_SIZE, AS_RW);
	as_map(b, q.sq);
	as_map(b, q.cq);
	check_eq(e, mb_command(e, SVARIG_AC_SET_PASID, 0, &arg, 1, NULL), SVARIG_AS_OK,
		 "SET_PASID");
	q.as = b;
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "status in the other space");
	check_eq(e, c.cookie, 0x1234, "cookie");
	as_read(a, q.cq + sizeof(c), &c, sizeof(c));
	check_eq(e, c.phase, 0, "record in the first space");
}

TEST(queue_drain, "DRAIN waits for what was submitted, within its limit")
{
	struct tq q;
	struct as *as = common_start(e, &q, 1, 9, 0);
	struct job j[6];
	struct svarig_cpl c;
	uint32_t limit = 1;

	for (int i = 0; i < 6; i++) {
		common_copy(e, &j[i], as, 6000, true);
		tq_post(&q, &j[i].d);
	}
	tq_doorbell(&q);
	limit = 4000;
	check_eq(e, mb_command(e, SVARIG_AC_DRAIN, 1, &limit, 1, NULL), SVARIG_AS_OK, "DRAIN");
	for (int i = 0; i < 6; i++) {
		require(e, tq_poll(&q, &c), "record %d is missing after the drain", i);
		job_check(e, &j[i], &c);
	}
	/* A page that nobody serves for long: the limit strikes. */
	e->smmu->knobs.policy = POLICY_SILENT;
	env_unmap_wait(e, as, j[0].d.src & PAGE_MASK, 1);
	tq_post(&q, &j[0].d);
	tq_doorbell(&q);
	limit = 4;
	check_eq(e, mb_command(e, SVARIG_AC_DRAIN, 1, &limit, 1, NULL), SVARIG_AS_TIMEOUT, "limit");
	e->smmu->knobs.policy = POLICY_SERVE;
	tq_wait(&q, &c);
	check_eq(e, c.status, SVARIG_ST_OK, "the job in the end");
	for (int i = 0; i < 6; i++)
		job_free(&j[i]);
}

TEST(queue_reset, "RESET destroys all queues and zeroes their counters")
{
	struct tq q[4];
	uint32_t res[SVARIG_MB_WORDS], page = 0;
	struct as *as = common_start(e, &q[0], 0, 1, 0);

	for (int i = 1; i < 4; i++)
		tq_open(e, &q[i], i, as);
	for (int i = 0; i < 4; i++)
		common_alive(&q[i]);
	check_eq(e, mb_command(e, SVARIG_AC_COUNTERS, 2, &page, 1, res), SVARIG_AS_OK, "COUNTERS");
	check_eq(e, res[0], 1, "jobs");
	check_eq(e, res[1], 0, "failed jobs");
	check_eq(e, res[2], 300, "bytes");
	check_eq(e, res[6], 2, "doorbells");
	check_eq(e, mb_command(e, SVARIG_AC_RESET, 0, NULL, 0, NULL), SVARIG_AS_OK, "RESET");
	for (int i = 0; i < 4; i++)
		check_eq(e, tq_status(&q[i]) & SVARIG_QSTAT_ENABLED, 0, "enabled after reset");
	check_eq(e, mb_command(e, SVARIG_AC_COUNTERS, 2, &page, 1, res), SVARIG_AS_OK, "COUNTERS");
	check_eq(e, res[0] | res[2] | res[6], 0, "counters after reset");
	tq_open(e, &q[0], 0, as);
	common_alive(&q[0]);
}

static uint32_t block(struct tq *q, unsigned reg)
{
	return env_read32(q->e,
			  env_adm(SVARIG_ADM_QUEUES + (q->id << SVARIG_ADM_QUEUE_SHIFT) + reg));
}

TEST(queue_block, "what the host reads of a queue: as it was created, and where it stands")
{
	struct tq q;
	struct as *as = smmu_new_as(e->smmu, true, 0x5a5a5);
	struct svarig_desc nop = {.opcode = SVARIG_OP_NOP};

	env_boot(e, 0);
	q.weight = 7;
	require_eq(e, tq_create(e, &q, 5, as, 3, 5, 5), SVARIG_AS_OK, "CREATE_QUEUE");
	for (unsigned i = 0; i < 5; i++)
		check_eq(e, tq_run(&q, &nop, NULL), SVARIG_ST_OK, "NOP");
	tq_post(&q, &nop);
	tq_doorbell(&q);
	tq_wait(&q, &(struct svarig_cpl){0}); /* not told to be consumed */
	check_eq(e, block(&q, SVARIG_QC_CTRL), SVARIG_QC_CTRL_ENABLE, "CTRL");
	check_eq(e, block(&q, SVARIG_QC_PASID), 0x5a5a5 | SVARIG_QC_PASID_VALID, "PASID");
	check_eq(e, block(&q, SVARIG_QC_SQ_LO), (uint32_t)q.sq, "SQ_LO");
	check_eq(e, block(&q, SVARIG_QC_SQ_HI), q.sq >> 32, "SQ_HI");
	check_eq(e, block(&q, SVARIG_QC_CQ_LO), (uint32_t)q.cq, "CQ_LO");
	check_eq(e, block(&q, SVARIG_QC_CQ_HI), q.cq >> 32, "CQ_HI");
	check_eq(e, block(&q, SVARIG_QC_SIZE), 3 | 5 << 8, "SIZE");
	check_eq(e, block(&q, SVARIG_QC_VECTOR), 5 | SVARIG_QC_VECTOR_VALID, "VECTOR");
	check_eq(e, block(&q, SVARIG_QC_SQ_TAIL), 6, "SQ_TAIL");
	check_eq(e, block(&q, SVARIG_QC_SQ_HEAD), 6, "SQ_HEAD");
	check_eq(e, block(&q, SVARIG_QC_CQ_TAIL), 6, "CQ_TAIL");
	check_eq(e, block(&q, SVARIG_QC_CQ_HEAD), 5, "CQ_HEAD");
	check_eq(e, block(&q, SVARIG_QC_STATUS), SVARIG_QSTAT_ENABLED, "STATUS");
	check_eq(e, block(&q, SVARIG_QC_FAULT_LO), 0, "FAULT_LO");
	/* Its ring goes: the block tells what the doorbell page tells. */
	env_unmap_wait(e, as, q.sq, 1);
	as_add(as, q.sq, PAGE_SIZE, 0);
	tq_post(&q, &nop);
	tq_doorbell(&q);
	require(e, WAIT(e, tq_status(&q) & SVARIG_QSTAT_HALTED, 100000), "the queue goes on");
	check_eq(e, block(&q, SVARIG_QC_STATUS), tq_status(&q), "STATUS, halted");
	check_eq(e, block(&q, SVARIG_QC_FAULT_LO), (uint32_t)(q.sq + 6 * SVARIG_DESC_SIZE),
		 "FAULT_LO");
	check_eq(e, block(&q, SVARIG_QC_FAULT_HI), q.sq >> 32, "FAULT_HI");
	check_eq(e, env_read32(e, env_db(e, 5, SVARIG_DB_CQ_TAIL)), 6,
		 "CQ_TAIL of the doorbell page");
}
