// SPDX-License-Identifier: BSD-2-Clause
/* Cycles, each against its limit, and what the simulation costs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "die.h"
#include "test.h"

#define MANY 4096 /* beats */

static void make(struct job *j, uint8_t op, uint8_t alg, bool decrypt, uint32_t len,
		 const uint8_t *key)
{
	memset(j, 0, sizeof(*j));
	j->r.op = op;
	j->r.alg = alg;
	j->r.decrypt = decrypt;
	j->r.len = len;
	j->r.key = key;
	job_fill(j);
}

/* Cycles from the first command of all ports to the last end, all jobs alike; n ports, k jobs each,
 * with one key or keys of their own.
 */
static uint64_t together(uint8_t op, uint8_t alg, bool decrypt, uint32_t len, int n, unsigned k,
			 bool one_key)
{
	struct job *jobs = xalloc(PORTS * k * sizeof(*jobs));
	struct port port[PORTS] = {0};
	uint64_t first = UINT64_MAX, last = 0;
	bool good;

	for (int p = 0; p < n; p++) {
		port[p].jobs = jobs + (unsigned)p * k;
		port[p].n_jobs = k;
		for (unsigned i = 0; i < k; i++)
			make(&port[p].jobs[i], op, alg, decrypt, len,
			     one_key && i ? port[p].jobs[i - 1].r.key : NULL);
	}
	good = drive_all(port, 1000000 + 50ull * (unsigned)n * k * len);
	for (unsigned i = 0; i < (unsigned)n * k; i++) {
		good = good && jobs[i].ended;
		if (jobs[i].began < first)
			first = jobs[i].began;
		if (jobs[i].finished > last)
			last = jobs[i].finished;
		job_free(&jobs[i]);
	}
	free(jobs);
	return good ? last - first : UINT64_MAX;
}

static void rate(const char *name, uint8_t op, uint8_t alg, bool decrypt, uint32_t unit,
		 double limit)
{
	uint64_t two = together(op, alg, decrypt, 2 * MANY * BEAT, 1, 1, false);
	uint64_t one = together(op, alg, decrypt, MANY * BEAT, 1, 1, false);
	double per = (double)(two - one) * unit / (MANY * BEAT);
	char text[120];

	snprintf(text, sizeof(text), "%s: %.3f cycles per %u bytes, limit %g", name, per, unit,
		 limit);
	ok(per <= limit && two != UINT64_MAX, text);
}

static void batch(const char *name, uint8_t op, uint8_t alg, int ports, bool one_key, double limit)
{
	const unsigned n = 64;
	double per =
		(double)together(op, alg, false, 64, ports, n, one_key) / (n * (unsigned)ports);
	char text[120];

	snprintf(text, sizeof(text),
		 "%s%s: %.1f cycles per 64-byte job, %u jobs on each of %d ports, limit %g", name,
		 one_key ? ", one key" : "", per, n, ports, limit);
	ok(per <= limit, text);
}

static void aggregate(const char *name, uint8_t op, uint8_t alg, uint32_t unit, double limit)
{
	const uint32_t len = 32768;
	double per = (double)together(op, alg, false, len, 4, 2, false) * unit / (4.0 * 2 * len);
	char text[120];

	snprintf(text, sizeof(text), "%s, four ports: %.2f cycles per %u bytes, limit %g", name,
		 per, unit, limit);
	ok(per <= limit, text);
}

/* A port whose output nobody takes, and one beside it. */
static void test_stalled(void)
{
	struct job slow, quick;
	struct port port[PORTS] = {0};
	uint64_t start, took;
	char text[120];
	bool good = true;

	make(&slow, SVARIG_OP_CIPHER, REF_ALG(AES256, CTR), false, 64 * 1024, NULL);
	make(&quick, SVARIG_OP_CIPHER, REF_ALG(AES256, CTR), false, 1024 * BEAT, NULL);
	port[0].jobs = &slow;
	port[0].n_jobs = 1;
	port[0].stall_out = 256;
	for (int i = 0; i < 500; i++)
		drive(port);
	port[1].jobs = &quick;
	port[1].n_jobs = 1;
	start = cycles;
	while (!quick.ended && cycles < start + 10000)
		drive(port);
	took = cycles - start;
	port[0].stall_out = 0;
	good = drive_all(port, 100000) && job_right(&slow) && job_right(&quick) && took < 1024 + 60;
	snprintf(text, sizeof(text),
		 "a port that is not emptied holds nobody up: 1024 beats beside it in %llu cycles",
		 (unsigned long long)took);
	ok(good, text);
	job_free(&slow);
	job_free(&quick);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void simulator(void)
{
	static const struct {
		const char *name;
		uint8_t op, alg;
	} kinds[] = {
		{"copy", SVARIG_OP_COPY, 0},
		{"AES-256-CTR", SVARIG_OP_CIPHER, REF_ALG(AES256, CTR)},
		{"AES-256-GCM", SVARIG_OP_AEAD, SVARIG_CI_AES256},
		{"SM4-CTR", SVARIG_OP_CIPHER, REF_ALG(SM4, CTR)},
		{"SHA-256", SVARIG_OP_HASH, SVARIG_HA_SHA256},
	};
	const unsigned n = 200000;
	double t = now();

	memset(&in, 0, sizeof(in));
	for (unsigned i = 0; i < n; i++)
		tick();
	printf("# simulator, idle: %.0f cycles a second\n", n / (now() - t));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint64_t before = cycles;

		t = now();
		together(kinds[i].op, kinds[i].alg, false, 256 * 1024, 4, 1, false);
		printf("# simulator, %s on four ports (with the bench's own work): %.0f cycles a "
		       "second\n",
		       kinds[i].name, (double)(cycles - before) / (now() - t));
	}
}

void test_speed(void)
{
	static const char *const ciphers[] = {"AES-128", "AES-192", "AES-256", "SM4"};
	static const char *const modes[] = {"ECB", "CBC", "CTR", "XTS"};
	char name[60];

	rate("COPY", SVARIG_OP_COPY, 0, false, BEAT, 1);
	rate("FILL", SVARIG_OP_FILL, 0, false, BEAT, 1);
	rate("COMPARE", SVARIG_OP_COMPARE, 0, false, BEAT, 2);
	rate("CRC32C", SVARIG_OP_CRC32C, 0, false, BEAT, 1);
	for (uint8_t c = 0; c < 4; c++) {
		/* the FIFO of a port is a little shorter than the way through SM4 */
		double beat = c == SVARIG_CI_SM4 ? 1.2 : 1;

		for (uint8_t m = 0; m < 4; m++)
			for (int d = 0; d < 2; d++) {
				uint8_t alg = (uint8_t)(c | m << 4);

				if (!ref_known(SVARIG_OP_CIPHER, alg))
					continue;
				snprintf(name, sizeof(name), "%s-%s%s", ciphers[c], modes[m],
					 d ? " decrypt" : "");
				if (m == SVARIG_CM_CBC && !d)
					rate(name, SVARIG_OP_CIPHER, alg, d, 16,
					     c == SVARIG_CI_SM4 ? 34 : 17);
				else
					rate(name, SVARIG_OP_CIPHER, alg, d, BEAT, beat);
			}
		snprintf(name, sizeof(name), "%s-GCM", ciphers[c]);
		rate(name, SVARIG_OP_AEAD, c, false, BEAT, beat);
	}
	rate("SHA-256", SVARIG_OP_HASH, SVARIG_HA_SHA256, false, 64, 33);
	rate("SHA-512", SVARIG_OP_HASH, SVARIG_HA_SHA512, false, 128, 41);
	rate("SM3", SVARIG_OP_HASH, SVARIG_HA_SM3, false, 64, 35);
	rate("HMAC-SHA-256", SVARIG_OP_HMAC, SVARIG_HA_SHA256, false, 64, 33);
	aggregate("SHA-256", SVARIG_OP_HASH, SVARIG_HA_SHA256, 64, 17);
	aggregate("SHA-512", SVARIG_OP_HASH, SVARIG_HA_SHA512, 128, 21);
	aggregate("AES-256-CTR", SVARIG_OP_CIPHER, REF_ALG(AES256, CTR), BEAT, 1.05);
	aggregate("AES-256-GCM", SVARIG_OP_AEAD, SVARIG_CI_AES256, BEAT, 1.05);
	for (int n = 1; n <= 4; n += 3) {
		batch("AES-128-CTR", SVARIG_OP_CIPHER, REF_ALG(AES128, CTR), n, false, 14);
		batch("AES-128-CTR", SVARIG_OP_CIPHER, REF_ALG(AES128, CTR), n, true, 7);
		batch("AES-256-CTR", SVARIG_OP_CIPHER, REF_ALG(AES256, CTR), n, false, 18);
		batch("AES-256-GCM", SVARIG_OP_AEAD, SVARIG_CI_AES256, n, false, 18);
		batch("AES-256-GCM", SVARIG_OP_AEAD, SVARIG_CI_AES256, n, true, n == 1 ? 8 : 10);
		batch("AES-256-XTS", SVARIG_OP_CIPHER, REF_ALG(AES256, XTS), n, false, 19);
		batch("SHA-256", SVARIG_OP_HASH, SVARIG_HA_SHA256, n, false, 100);
		batch("copy", SVARIG_OP_COPY, 0, n, false, 7);
	}
	test_stalled();
	simulator();
}
