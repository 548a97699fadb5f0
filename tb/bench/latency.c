/* SPDX-License-Identifier: BSD-2-Clause */
/* How long small jobs take. */
#include <stdio.h>

#include "bench.h"

#define LOG2   9
#define STREAM (1 << LOG2) /* jobs: once through the ring */

/* So many batches of 64, a doorbell each; cycles from the first doorbell to the last record. */
static uint64_t batches(struct env *e, struct tq *q, struct svarig_desc *d, unsigned jobs,
			uint64_t *when)
{
	uint64_t begin = e->cycle;

	for (unsigned i = 0; i < jobs; i++) {
		tq_post(q, d);
		if (i % 64 == 63)
			tq_doorbell(q);
	}
	bench_collect(q, jobs, when);
	tq_consumed(q);
	begin = e->cycle - begin;
	env_run(e, 200);
	return begin;
}

static void small(struct env *e, struct tq *q, const char *what, unsigned rtt, unsigned op,
		  unsigned alg)
{
	struct svarig_desc d;
	uint64_t when[STREAM];
	char name[64];

	bench_desc(e, q->as, &d, op, alg, 64, true);
	/* The first time through the whole ring, so that all of its pages are in the ATC. */
	batches(e, q, &d, STREAM, NULL);

	/* Batches behind each other: between the last record of the first and of the last but one.
	 */
	batches(e, q, &d, STREAM, when);
	snprintf(name, sizeof(name), "%s_64_bytes_batches_rtt%u", what, rtt);
	bench_at_most(e, name, (when[STREAM - 65] - when[63]) / (STREAM - 128.0), "cycles", 40, 1);

	/*
	 * From the doorbell to the last record, the two round trips that no batch is without (its
	 * descriptors, its data) included. At 1,000 they leave 8.75 cycles of the 40 to a job,
	 * whose reads and writes take 7 beats of the port (copy) to 9 (ciphers): no figure is
	 * demanded.
	 */
	snprintf(name, sizeof(name), "%s_64_bytes_batch_64_rtt%u", what, rtt);
	bench_at_most(e, name, batches(e, q, &d, 64, NULL) / 64.0, "cycles", 40,
		      rtt == 1000 ? 1e3 : 1);
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
	small(e, &q, "copy", rtt, SVARIG_OP_COPY, 0);
	small(e, &q, "crc32c", rtt, SVARIG_OP_CRC32C, 0);
	small(e, &q, "aes_ctr", rtt, SVARIG_OP_CIPHER, SVARIG_CI_AES128 | SVARIG_CM_CTR << 4);
	small(e, &q, "aes_gcm", rtt, SVARIG_OP_AEAD, SVARIG_CI_AES128);
	small(e, &q, "aes_xts", rtt, SVARIG_OP_CIPHER, SVARIG_CI_AES256 | SVARIG_CM_XTS << 4);
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
