/* SPDX-License-Identifier: BSD-2-Clause */
/* How long small jobs take. */
#include <stdio.h>

#include "bench.h"

#define LOG2   9
#define STREAM (1 << LOG2) /* jobs: once through the ring */

/*
 * Jobs of one session have one key: the engine finds its round keys where the job before left them.
 * Here every job of a batch has its own, 32 bytes apart.
 */
static bool own_keys;

/* So many batches of 64, a doorbell each; cycles from the first doorbell to the last record. */
static uint64_t batches(struct env *e, struct tq *q, struct svarig_desc *d, unsigned jobs,
			uint64_t *when)
{
	uint64_t begin = e->cycle;

	for (unsigned i = 0; i < jobs; i++) {
		struct svarig_desc one = *d;

		if (own_keys)
			one.key += i % 64 * 32;
		tq_post(q, &one);
		if (i % 64 == 63)
			tq_doorbell(q);
	}
	bench_collect(q, jobs, when);
	tq_consumed(q);
	begin = e->cycle - begin;
	env_run(e, 200);
	return begin;
}

/* beats: of a job's completions. */
static void small(struct env *e, struct tq *q, const char *what, unsigned rtt, unsigned op,
		  unsigned alg, unsigned beats)
{
	uint8_t keys[64 * 32];
	struct svarig_desc d;
	uint64_t when[STREAM];
	char name[64];

	bench_desc(e, q->as, &d, op, alg, 64, true);
	if (own_keys) {
		d.iv = d.key + sizeof(keys);
		rng_bytes(&e->rng, keys, sizeof(keys));
		as_write(q->as, d.key, keys, sizeof(keys));
	}
	/* The first time through the whole ring, so that all of its pages are in the ATC. */
	batches(e, q, &d, STREAM, NULL);

	/* Batches behind each other: between the last record of the first and of the last but one.
	 */
	batches(e, q, &d, STREAM, when);
	snprintf(name, sizeof(name), "%s_64_bytes_batches_rtt%u", what, rtt);
	bench_at_most(e, name, (when[STREAM - 65] - when[63]) / (STREAM - 128.0), "cycles", 40, 1);

	/*
	 * From the doorbell to the last record, the two round trips that no batch is without (its
	 * descriptors, its data) included. Where what they leave is less than the beats of the
	 * completions take (key, IV and text) no figure is demanded; nor of
	 * jobs that have keys of their own at 1,000: a key is expanded in 11 cycles.
	 */
	snprintf(name, sizeof(name), "%s_64_bytes_batch_64_rtt%u", what, rtt);
	bench_at_most(e, name, batches(e, q, &d, 64, NULL) / 64.0, "cycles", 40,
		      rtt == 1000 && (own_keys || 2 * rtt + 64 * beats > 64 * 40) ? 1e3 : 1);
}

static void lone(struct env *e, struct tq *q, unsigned rtt)
{
	/* Descriptor; key, counter and source at once; the beats of the source; the last piece
	 * that is written, and the record. */
	double limit = 2.0 * rtt + 4096.0 / BEAT_BYTES + 256.0 / BEAT_BYTES + 32.0 / BEAT_BYTES;
	uint64_t begin, cycles = 0;
	struct svarig_desc d;
	char name[64];

	bench_desc(e, q->as, &d, SVARIG_OP_CIPHER, SVARIG_CI_AES128 | SVARIG_CM_CTR << 4, 4096,
		   true);
	for (int warm = 0; warm < 2; warm++) {
		tq_post(q, &d);
		begin = e->cycle;
		tq_doorbell(q);
		bench_collect(q, 1, NULL);
		tq_consumed(q);
		cycles = e->cycle - begin;
		env_run(e, 200);
	}
	snprintf(name, sizeof(name), "aes_ctr_4k_alone_rtt%u", rtt);
	bench_at_most(e, name, cycles, "cycles", limit, 1.1);
}

static void latencies(struct env *e, unsigned rtt)
{
	struct tq q;

	bench_start(e, rtt);
	bench_queue(e, &q, 0, LOG2);
	small(e, &q, "copy", rtt, SVARIG_OP_COPY, 0, 64 / BEAT_BYTES);
	small(e, &q, "crc32c", rtt, SVARIG_OP_CRC32C, 0, 64 / BEAT_BYTES);
	small(e, &q, "aes_ctr", rtt, SVARIG_OP_CIPHER, SVARIG_CI_AES128 | SVARIG_CM_CTR << 4,
	      2 + 64 / BEAT_BYTES);
	small(e, &q, "aes_gcm", rtt, SVARIG_OP_AEAD, SVARIG_CI_AES128, 2 + 64 / BEAT_BYTES);
	small(e, &q, "aes_xts", rtt, SVARIG_OP_CIPHER, SVARIG_CI_AES256 | SVARIG_CM_XTS << 4,
	      1 + 128 / BEAT_BYTES);
	own_keys = true;
	small(e, &q, "aes_ctr_own_keys", rtt, SVARIG_OP_CIPHER,
	      SVARIG_CI_AES128 | SVARIG_CM_CTR << 4, 2 + 64 / BEAT_BYTES);
	own_keys = false;
	lone(e, &q, rtt);
}

TEST(latency_200, "small jobs, round trip 200")
{
	latencies(e, 200);
}

TEST(latency_500, "small jobs, round trip 500")
{
	latencies(e, 500);
}

TEST(latency_1000, "small jobs, round trip 1000")
{
	latencies(e, 1000);
}
