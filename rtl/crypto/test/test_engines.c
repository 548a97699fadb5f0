// SPDX-License-Identifier: BSD-2-Clause
/*
 * Unit test of svarig_engines: published vectors, OpenSSL on random jobs of every kind on all ports
 * at once, streaming, cuts, aborts, cycle figures. Prints TAP; exit status 1 if a test failed.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "die.h"
#include "drive.h"
#include "test.h"
#include "vectors.h"

const char *argp_program_version = "test_engines 2.0";

static unsigned int tests, failures;

void ok(bool good, const char *name)
{
	tests++;
	failures += !good;
	printf("%sok %u - %s, %u bits\n", good ? "" : "not ", tests, name, EW);
	fflush(stdout);
}

/* ---------------------------------------------------------------- jobs */

/* Random key, IV and source for j->r (op, alg, decrypt, len, aad_len are set); a right tag if it
 * takes one. */
void job_fill(struct job *j)
{
	struct ref_job *r = &j->r;
	uint32_t n = ref_src_len(r), out_n;
	uint8_t *src = xalloc(n + BEAT), *key = xalloc(128), *iv = xalloc(16);

	rnd_fill(src, n);
	rnd_fill(key, 128);
	if (r->key)
		memcpy(key, r->key, 128);
	rnd_fill(iv, 16);
	/* a carry out of 32, 64 or 128 bits soon, in half of the jobs */
	if (rnd() & 1) {
		size_t ones = 4u << rnd() % 3;

		memset(iv + 16 - ones, 0xff, ones);
		iv[15] = (uint8_t)(0xff - rnd() % 8);
	}
	r->src = src;
	r->key = key;
	r->iv = iv;
	j->cut = NO_CUT;
	if (r->op == SVARIG_OP_COMPARE) {
		uint8_t *other = xalloc(n + BEAT);

		memcpy(other, src, n);
		if (rnd() & 1)
			other[rnd() % n] ^= (uint8_t)(1u << rnd() % 8);
		r->other = other;
	}
	if (r->op == SVARIG_OP_AEAD && r->decrypt) {
		struct ref_job e = *r;
		uint8_t *sealed = xalloc(r->len + 16);
		uint32_t done;

		e.decrypt = false;
		ref_run(&e, sealed, &done);
		memcpy(src + r->aad_len, sealed, r->len + 16);
		free(sealed);
		if (rnd() % 4 == 0)
			src[rnd() % n] ^= (uint8_t)(1u << rnd() % 8);
	}
	out_n = ref_text_len(r) + ref_result_len(r);
	j->out = xalloc(out_n + BEAT);
}

void job_free(struct job *j)
{
	free((void *)j->r.src);
	free((void *)j->r.other);
	free((void *)j->r.key);
	free((void *)j->r.iv);
	free(j->out);
	memset(j, 0, sizeof(*j));
}

void job_random(struct job *j, uint32_t max_len)
{
	struct ref_job *r = &j->r;
	uint32_t unit, min;

	memset(j, 0, sizeof(*j));
	do {
		r->op = (uint8_t)(1 + rnd() % SVARIG_OP_AEAD);
		r->alg = r->op == SVARIG_OP_CIPHER ? (uint8_t)(rnd() & 0x33)
			 : r->op >= SVARIG_OP_HASH ? (uint8_t)(rnd() % 5)
						   : 0;
	} while (!ref_known(r->op, r->alg));
	r->decrypt = r->op >= SVARIG_OP_CIPHER && (rnd() & 1);
	unit = ref_unit(r->op, r->alg);
	min = ref_min_len(r->op, r->alg);
	r->len = min + rnd() % (1 + (rnd() & 1 ? max_len : max_len < 100 ? max_len : 100));
	r->len -= r->len % unit;
	if (r->op == SVARIG_OP_AEAD && rnd() % 4)
		r->aad_len = rnd() % 80;
	job_fill(j);
}

bool job_right(const struct job *j)
{
	uint32_t text = ref_text_len(&j->r), result = ref_result_len(&j->r), done;
	uint8_t *want = xalloc(text + result + 1);
	uint8_t status = ref_run(&j->r, want, &done);
	bool good = j->ended && j->status == status && j->text_len == text &&
		    j->result_len == result && !j->state_len &&
		    !memcmp(j->out, want, text + result) &&
		    (j->r.op != SVARIG_OP_COMPARE || j->done == done);

	if (!good) {
		uint32_t i = 0;

		while (i < text + result && j->out[i] == want[i])
			i++;
		printf("# op %u alg %#x%s, %u + %u bytes: status %u not %u, %u + %u bytes not %u + "
		       "%u, first difference at %u, done %u\n",
		       j->r.op, j->r.alg, j->r.decrypt ? " decrypt" : "", j->r.aad_len, j->r.len,
		       j->status, status, j->text_len, j->result_len, text, result, i, j->done);
	}
	free(want);
	return good;
}

/* Runs them on port 0 with the others at rest. */
bool run(struct job *jobs, unsigned n)
{
	struct port port[PORTS] = {0};
	uint64_t limit = 2000;

	for (unsigned i = 0; i < n; i++)
		limit += 4000 + 40ull * (jobs[i].r.len + jobs[i].r.aad_len);
	port[0].jobs = jobs;
	port[0].n_jobs = n;
	return drive_all(port, limit);
}

/* ---------------------------------------------------------------- all kinds */

/* What is known, op and alg, one after the other; false at the end. */
static bool next_kind(struct ref_job *r)
{
	do {
		if (r->op == SVARIG_OP_CIPHER || r->op == SVARIG_OP_AEAD) {
			r->decrypt = !r->decrypt;
			if (r->decrypt)
				continue;
		}
		if (++r->alg > 0x3f) {
			r->alg = 0;
			r->op++;
		}
	} while (!ref_known(r->op, r->alg) && r->op <= SVARIG_OP_AEAD);
	return r->op <= SVARIG_OP_AEAD;
}

static void kind_name(char *name, size_t size, const struct ref_job *r)
{
	static const char *const ops[] = {"nop",  "copy", "fill",   "compare", "crc32c",
					  "hash", "hmac", "cipher", "aead"};

	snprintf(name, size, "%s alg %#x%s", ops[r->op], r->alg, r->decrypt ? " decrypt" : "");
}

static void test_lengths(void)
{
	struct ref_job kind = {.op = SVARIG_OP_COPY};
	char name[80], text[140];

	do {
		struct job j;
		bool good = true;

		kind_name(name, sizeof(name), &kind);
		for (uint32_t len = ref_min_len(kind.op, kind.alg); len <= 300 && good;
		     len += ref_unit(kind.op, kind.alg)) {
			memset(&j, 0, sizeof(j));
			j.r = kind;
			j.r.len = len;
			j.r.aad_len = kind.op == SVARIG_OP_AEAD ? len * 7 % 67 : 0;
			job_fill(&j);
			good = run(&j, 1) && job_right(&j);
			job_free(&j);
		}
		snprintf(text, sizeof(text), "%s: every length to 300", name);
		ok(good, text);
		if (!good)
			reset();
	} while (next_kind(&kind));
}

static void test_random(unsigned rounds)
{
	bool good = true;

	for (unsigned i = 0; i < rounds && good; i++) {
		enum {
			N = 12
		};
		struct port port[PORTS] = {0};
		struct job jobs[PORTS][N];

		for (int p = 0; p < PORTS; p++) {
			port[p].jobs = jobs[p];
			port[p].n_jobs = N;
			port[p].stall_in = rnd() & 1 ? rnd() % 240 : 0;
			port[p].stall_out = rnd() & 1 ? rnd() % 240 : 0;
			for (int k = 0; k < N; k++)
				job_random(&jobs[p][k], 1500);
		}
		good = drive_all(port, 2000000);
		for (int p = 0; p < PORTS; p++)
			for (int k = 0; k < N; k++) {
				good = good && job_right(&jobs[p][k]);
				job_free(&jobs[p][k]);
			}
	}
	ok(good, "random jobs on all ports, gaps and back-pressure");
}

static void test_vectors(void)
{
	for (size_t i = 0; i < n_vectors; i++)
		for (int d = 0; d <= vector_turns(&vectors[i]); d++) {
			struct job j = {.cut = NO_CUT};
			uint8_t src[256 + BEAT], key[128], iv[16], want[256], got[256 + BEAT];
			char name[100];

			vector_job(&vectors[i], d, &j.r, src, key, iv, want);
			j.out = got;
			snprintf(name, sizeof(name), "%s%s", vectors[i].name, d ? ", back" : "");
			ok(run(&j, 1) && !j.status && j.text_len == ref_text_len(&j.r) &&
				   j.result_len == ref_result_len(&j.r) &&
				   !memcmp(got, want, j.text_len + j.result_len),
			   name);
		}
}

/* The way by single blocks, which SM4 depends on, against OpenSSL's own for AES. */
static void test_reference(void)
{
	bool good = true;

	for (int i = 0; i < 300 && good; i++) {
		struct job j;
		uint8_t *a = xalloc(4096), *b = xalloc(4096);
		uint32_t done;

		do {
			job_random(&j, 300);
			if (j.r.op == SVARIG_OP_AEAD ||
			    (j.r.op == SVARIG_OP_CIPHER && j.r.alg >> 4 == SVARIG_CM_XTS))
				break;
			job_free(&j);
		} while (true);
		good = ref_run(&j.r, a, &done) == ref_by_blocks(&j.r, b) &&
		       !memcmp(a, b, ref_text_len(&j.r) + ref_result_len(&j.r));
		job_free(&j);
		free(a);
		free(b);
	}
	ok(good, "XTS and GCM made of single blocks equal OpenSSL's");
}

static void test_million(void)
{
	struct job j = {.r = {.op = SVARIG_OP_HASH, .alg = SVARIG_HA_SHA256, .len = 1000000}};
	uint8_t want[32];

	unhex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", want);
	job_fill(&j);
	memset((void *)j.r.src, 'a', j.r.len);
	ok(run(&j, 1) && j.result_len == 32 && !memcmp(j.out, want, 32),
	   "SHA-256, one million 'a'");
	job_free(&j);
}

static void test_sbox(void)
{
	bool good = true;

	for (uint32_t i = 0; i < 256; i++) {
		/* a byte in each place, all 256 in each */
		good = good && shim_boxes(i | ((i + 85) & 255) << 8 | ((i + 170) & 255) << 16 |
					  (i ^ 255) << 24);
	}
	ok(good, "the S-boxes as logic equal the tables for every byte");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	uint64_t *seed = state->input;
	char *end;

	if (key != 's')
		return ARGP_ERR_UNKNOWN;
	*seed = strtoull(arg, &end, 0);
	if (*end || !*seed)
		argp_error(state, "seed must be a number other than 0, not '%s'", arg);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"seed", 's', "N", 0, "random seed (default: the time)", 0}, {0}};
	static const struct argp argp = {
		options, parse, NULL, "Tests rtl/crypto in Verilator; prints TAP.",
		NULL,	 NULL,	NULL};
	uint64_t seed = (uint64_t)time(NULL);

	argp_parse(&argp, argc, argv, 0, NULL, &seed);
	printf("# seed %llu\n", (unsigned long long)seed);
	rnd_seed(seed);
	shim_open((int)(seed & 0x7fffffff));
	reset();
	test_sbox();
	test_reference();
	test_vectors();
	test_million();
	test_lengths();
	test_random(10);
	test_streams();
	test_speed();
	shim_close();
	printf("1..%u\n# %u passed, %u failed, %llu cycles\n", tests, tests - failures, failures,
	       (unsigned long long)cycles);
	return failures ? 1 : 0;
}
