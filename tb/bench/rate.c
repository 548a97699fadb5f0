/* SPDX-License-Identifier: BSD-2-Clause */
/* How much data goes through: jobs of 64 KiB behind each other, and hashes. */
#include <stdio.h>

#include "bench.h"

#define LEN  65536
#define JOBS 12

static const unsigned round_trips[] = {200, 500, 1000};

/*
 * What the TLP port can carry at MPS 256 and MRRS 512: each 512 bytes are two writes of payload
 * beats with the header beside them, and one read request.
 */
static double port_limit(void)
{
	unsigned beats = 512 / BEAT_BYTES + 1;

	return 512.0 / beats;
}

/* Bytes per cycle between the first record and the last. */
static double stream(struct env *e, struct tq *q, struct svarig_desc *d, unsigned jobs)
{
	uint64_t when[JOBS];

	for (unsigned i = 0; i < jobs; i++)
		tq_post(q, &d[i]);
	tq_doorbell(q);
	bench_collect(q, jobs, when);
	tq_consumed(q);
	env_run(e, 200);
	return (double)LEN * (jobs - 1) / (when[jobs - 1] - when[0]);
}

static void rates(struct env *e, unsigned rtt)
{
	static const struct {
		const char *name;
		unsigned op, alg;
	} kind[] = {
		{"copy", SVARIG_OP_COPY, 0},
		{"aes_ctr", SVARIG_OP_CIPHER, SVARIG_CI_AES256 | SVARIG_CM_CTR << 4},
		{"aes_gcm", SVARIG_OP_AEAD, SVARIG_CI_AES256},
		{"aes_xts", SVARIG_OP_CIPHER, SVARIG_CI_AES256 | SVARIG_CM_XTS << 4},
	};
	char name[64];

	bench_start(e, rtt);
	for (unsigned k = 0; k < 4; k++) {
		struct svarig_desc d[JOBS], w[JOBS];
		double warm, cold;
		struct as *as;
		struct tq q;

		as = bench_queue(e, &q, k, 5);
		/* The same pages again and again, so that they stay in the ATC. */
		bench_desc(e, as, &w[0], kind[k].op, kind[k].alg, LEN, true);
		for (unsigned i = 1; i < JOBS; i++)
			w[i] = w[0];
		for (unsigned i = 0; i < JOBS; i++)
			bench_desc(e, as, &d[i], kind[k].op, kind[k].alg, LEN, true);
		stream(e, &q, w, 2);
		warm = stream(e, &q, w, JOBS);
		snprintf(name, sizeof(name), "%s_64k_warm_rtt%u", kind[k].name, rtt);
		bench_at_least(e, name, warm, "bytes/cycle", port_limit(), 0.95);
		cold = stream(e, &q, d, JOBS);
		snprintf(name, sizeof(name), "%s_64k_cold_rtt%u", kind[k].name, rtt);
		bench_at_least(e, name, cold, "bytes/cycle", warm, rtt == 500 ? 0.85 : 0);
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
	}
}

TEST(rate_200, "64 KiB jobs, round trip 200")
{
	rates(e, round_trips[0]);
}

TEST(rate_500, "64 KiB jobs, round trip 500")
{
	rates(e, round_trips[1]);
}

TEST(rate_1000, "64 KiB jobs, round trip 1000")
{
	rates(e, round_trips[2]);
}

TEST(rate_missing, "64 missing pages, the host serves a group in 20,000 cycles")
{
	const uint32_t serve = 20000;
	struct svarig_desc d;
	uint64_t begin;
	struct as *as;
	struct tq q;

	bench_start(e, 500);
	e->smmu->knobs.serve_min = e->smmu->knobs.serve_max = serve;
	as = bench_queue(e, &q, 0, 5);
	bench_desc(e, as, &d, SVARIG_OP_COPY, 0, 32 * 4096, false);
	tq_post(&q, &d);
	begin = e->cycle;
	tq_doorbell(&q);
	bench_collect(&q, 1, NULL);
	bench_at_most(e, "missing_64_pages", e->cycle - begin, "cycles", serve, 4);
}

static double hash(struct env *e, unsigned queues)
{
	struct svarig_desc d[4][3];
	uint64_t last = 0, begin;
	struct tq q[4];

	for (unsigned i = 0; i < queues; i++) {
		struct as *as = bench_queue(e, &q[i], i, 5);

		for (unsigned k = 0; k < 3; k++) {
			bench_desc(e, as, &d[i][k], SVARIG_OP_HASH, SVARIG_HA_SHA256, LEN, true);
			tq_post(&q[i], &d[i][k]);
		}
	}
	begin = e->cycle;
	for (unsigned i = 0; i < queues; i++)
		tq_doorbell(&q[i]);
	for (unsigned i = 0; i < queues; i++) {
		uint64_t when[3];

		bench_collect(&q[i], 3, when);
		last = when[2] > last ? when[2] : last;
	}
	for (unsigned i = 0; i < queues; i++)
		require_eq(e, tq_destroy(&q[i]), SVARIG_AS_OK, "DESTROY_QUEUE");
	return (double)(last - begin) / (queues * 3.0 * LEN / 64);
}

TEST(rate_sha256, "SHA-256, cycles for a block of 64 bytes")
{
	bench_start(e, 500);
	bench_at_most(e, "sha256_one_stream", hash(e, 1), "cycles/block", 34, 1.01);
	bench_at_most(e, "sha256_4_queues", hash(e, 4), "cycles/block", 17, 1.02);
}
