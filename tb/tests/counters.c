/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters against numbers known beforehand: a page-aligned copy has no ragged edges. */
#include "common.h"

TEST(counters, "bytes, requests, jobs and doorbells are counted")
{
	struct tq q;
	struct as *as = common_start(e, &q, 2, 1, 0);
	uint64_t src = env_alloc_filled(e, as, 8192, AS_R),
		 dst = env_alloc_filled(e, as, 8192, AS_RW);
	struct svarig_desc d = {.opcode = SVARIG_OP_COPY, .len = 8192, .src = src, .dst = dst};
	uint32_t res[SVARIG_MB_WORDS], page = 0;
	uint64_t before, busy;
	struct svarig_cpl c;

	env_set_sizes(e, 256, 512);
	busy = env_counter(e, SVARIG_CNT_BUSY);
	before = env_counter(e, SVARIG_CNT_CYCLES);
	for (int i = 0; i < 5; i++)
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "status");
	d.opcode = 77;
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_BAD_OPCODE, "status");
	env_run(e, 200);
	check_eq(e, env_counter(e, SVARIG_CNT_JOBS_OK), 5, "jobs ok");
	check_eq(e, env_counter(e, SVARIG_CNT_JOBS_FAILED), 1, "jobs failed");
	/* 6 descriptors of 64 bytes; 5 times 8192 in reads of 512. */
	check_eq(e, env_counter(e, SVARIG_CNT_BYTES_READ), 5 * 8192 + 6 * 64, "bytes read");
	check_eq(e, env_counter(e, SVARIG_CNT_DMA_READS), 5 * 16 + 6, "reads");
	/* 6 records of 32 bytes; 5 times 8192 in writes of 256. */
	check_eq(e, env_counter(e, SVARIG_CNT_BYTES_WRITTEN), 5 * 8192 + 6 * 32, "bytes written");
	check_eq(e, env_counter(e, SVARIG_CNT_DMA_WRITES), 5 * 32 + 6, "writes");
	check_eq(e, env_counter(e, SVARIG_CNT_XLAT_REQS), e->smmu->xlat_requests, "translations");
	check_eq(e, env_counter(e, SVARIG_CNT_DOORBELLS), 12, "doorbells");
	before = env_counter(e, SVARIG_CNT_CYCLES) - before;
	busy = env_counter(e, SVARIG_CNT_BUSY) - busy;
	check(e, busy > 0 && busy < before, "%llu of %llu cycles busy", (unsigned long long)busy,
	      (unsigned long long)before);
	check_eq(e, mb_command(e, SVARIG_AC_COUNTERS, 2, &page, 1, res), SVARIG_AS_OK, "COUNTERS");
	check_eq(e, res[0], 5, "queue: jobs ok");
	check_eq(e, res[1], 1, "queue: jobs failed");
	check_eq(e, res[6], 12, "queue: doorbells");
	check_eq(e, res[7], 0, "queue: bad doorbells");
}
