/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs of one session: alike, behind one doorbell, most of them with the key of the one before. */
#include "common.h"

#define JOBS 14 /* the ring takes 16 */

/* One batch. lost: the key of this job is where the process has nothing; JOBS: of none. */
static void batch(struct tq *q, uint8_t op, uint8_t alg, bool back, unsigned lost)
{
	struct env *e = q->e;
	uint64_t keys = env_alloc_filled(e, q->as, 0x1000, AS_R);
	uint32_t min = ref_min_len(op, alg);
	struct job j[JOBS];
	unsigned key = 0;

	for (unsigned i = 0; i < JOBS; i++) {
		uint32_t len = min + rng_below(&e->rng, 9) * 16;
		struct svarig_desc d = {.opcode = op, .alg = alg, .len = len};
		uint64_t dst = env_alloc(e, q->as, len + 16 + 2 * JOB_GUARD, AS_RW);

		as_map_range(q->as, dst, len + 16 + 2 * JOB_GUARD);
		if (rng_chance(&e->rng, 25))
			key = rng_below(&e->rng, 4) * 256;
		d.flags = back ? SVARIG_DF_DECRYPT : 0;
		d.src = env_alloc_filled(e, q->as, len + 16, AS_R) + rng_below(&e->rng, 16);
		d.dst = dst + JOB_GUARD;
		d.key = keys + key;
		d.iv = keys + 1024 + rng_below(&e->rng, 3000);
		job_make(e, &j[i], q->as, &d);
		if (i == lost)
			j[i].d.key = keys + 0x1000;
		tq_post(q, &j[i].d);
	}
	tq_doorbell(q);
	for (unsigned i = 0; i < JOBS; i++) {
		struct svarig_cpl c;

		tq_wait(q, &c);
		if (i == lost)
			check_eq(e, c.status, SVARIG_ST_FAULT_READ, "status without a key");
		else
			job_check(e, &j[i], &c);
		job_free(&j[i]);
	}
	tq_consumed(q);
}

TEST(job_session, "alike behind one doorbell, most with one key, some without theirs")
{
	static const uint8_t algs[] = {
		REF_ALG(AES128, CTR), REF_ALG(AES256, CTR), REF_ALG(AES192, CBC),
		REF_ALG(SM4, CBC),    REF_ALG(AES128, ECB), REF_ALG(AES128, XTS),
		REF_ALG(AES256, XTS), REF_ALG(SM4, XTS),    REF_ALG(SM4, CTR),
	};
	static const uint8_t gcm[] = {SVARIG_CI_AES128, SVARIG_CI_AES256, SVARIG_CI_SM4};
	struct tq q;

	common_start(e, &q, 0, 1, 0);
	for (size_t i = 0; i < sizeof(algs); i++)
		for (int back = 0; back < 2; back++)
			batch(&q, SVARIG_OP_CIPHER, algs[i], back, rng_below(&e->rng, 2 * JOBS));
	for (size_t i = 0; i < sizeof(gcm); i++)
		for (int again = 0; again < 2; again++)
			batch(&q, SVARIG_OP_AEAD, gcm[i], false, rng_below(&e->rng, 2 * JOBS));
}
