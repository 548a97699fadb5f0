/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies: every pair of alignments within a beat, lengths around beat, payload, request and page
 * sizes. */
#include "common.h"

#define ARENA 0x6000u

TEST(job_copy_alignments, "source and destination at every offset within a beat, short lengths")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src = env_alloc_filled(e, as, ARENA, AS_R),
		 dst = env_alloc_filled(e, as, ARENA, AS_RW);
	struct job j;

	for (unsigned s = 0; s < 16; s++)
		for (unsigned d = 0; d < 16; d++) {
			uint32_t len = 1 + rng_below(&e->rng, 80);

			job_copy(e, &j, as, src + 0x100 + s, dst + 0x200 + d, len);
			job_run(&q, &j);
			job_free(&j);
		}
}

TEST(job_copy_lengths, "lengths around every size that matters")
{
	static const uint32_t len[] = {1,    2,	   3,	 4,    5,    7,	   8,	 9,    15,
				       16,   17,   31,	 32,   33,   63,   64,	 65,   127,
				       128,  129,  255,	 256,  257,  511,  512,	 513,  1023,
				       1024, 1025, 4095, 4096, 4097, 8191, 8192, 8193, 12345};
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src = env_alloc_filled(e, as, ARENA, AS_R),
		 dst = env_alloc_filled(e, as, ARENA, AS_RW);
	struct job j;

	for (unsigned i = 0; i < sizeof(len) / sizeof(len[0]); i++)
		for (unsigned k = 0; k < 3; k++) {
			job_copy(e, &j, as, src + rng_below(&e->rng, 4100),
				 dst + JOB_GUARD + rng_below(&e->rng, 4100), len[i]);
			job_run(&q, &j);
			job_free(&j);
		}
}

TEST(job_copy_page_crossing, "requests are split at 4 KiB wherever the bytes lie")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src = env_alloc_filled(e, as, ARENA, AS_R),
		 dst = env_alloc_filled(e, as, ARENA, AS_RW);
	struct job j;

	for (unsigned i = 0; i < 60; i++) {
		uint32_t len = 2 + rng_below(&e->rng, 300);
		uint64_t s = src + 0x2000 - 1 - rng_below(&e->rng, len - 1);
		uint64_t d = dst + 0x3000 - 1 - rng_below(&e->rng, len - 1);

		job_copy(e, &j, as, s, d, len);
		job_run(&q, &j);
		job_free(&j);
	}
}

TEST(job_copy_long, "256 KiB")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src, dst, start;
	struct svarig_cpl c;
	struct job j;

	env_profile(e, PROFILE_SMOOTH);
	src = env_alloc_filled(e, as, 256 << 10, AS_R);
	dst = env_alloc_filled(e, as, (256 << 10) + 2 * JOB_GUARD, AS_RW);
	job_copy(e, &j, as, src, dst + JOB_GUARD, 256 << 10);
	start = e->cycle;
	tq_run(&q, &j.d, &c);
	job_check(e, &j, &c);
	check(e, c.cycles <= e->cycle - start, "the record says %u cycles, the job took %llu",
	      c.cycles, (unsigned long long)(e->cycle - start));
	job_free(&j);
}

TEST(job_nop, "NOP completes at once and ignores length and addresses")
{
	struct tq q;
	struct svarig_desc d = {.opcode = SVARIG_OP_NOP, .cookie = 0x1122334455667788ull};
	struct svarig_cpl c;

	common_start(e, &q, 0, 1, 0);
	for (unsigned i = 0; i < 40; i++) {
		d.cookie += i;
		d.len = rng64(&e->rng);
		d.src = rng64(&e->rng);
		d.dst = rng64(&e->rng);
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "status");
		check_eq(e, c.cookie, d.cookie, "cookie");
		check_eq(e, c.sq_head, (uint16_t)(i + 1), "descriptors fetched");
		check_eq(e, c.fault_addr, 0, "fault address");
	}
}
