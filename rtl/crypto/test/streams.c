// SPDX-License-Identifier: BSD-2-Clause
/* Streaming states, streams that break, aborts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "test.h"

/* ---------------------------------------------------------------- streaming */

static bool can_stream(const struct ref_job *r)
{
	return r->op >= SVARIG_OP_CRC32C;
}

/* whole in several jobs on changing ports; true if what comes out together is right. */
static bool stream(const struct job *whole)
{
	const struct ref_job *w = &whole->r;
	uint32_t block = ref_block(w->op, w->alg), at = 0, got = 0;
	uint32_t size = ref_text_len(w) + ref_result_len(w), done;
	uint8_t *out = xalloc(size + 2 * BEAT), *want = xalloc(size + BEAT);
	uint8_t state[SVARIG_STATE_SIZE], status;
	bool first = true, last = false, good = true;

	while (good && !last) {
		struct job j = *whole;
		struct port port[PORTS] = {0};
		int p = (int)(rnd() % PORTS);
		uint32_t left = w->len - at, min = ref_min_len(w->op, w->alg), n;

		n = left / block && rnd() % 4 ? rnd() % (left / block + 1) * block : left;
		/* ciphers take no empty jobs, XTS none below a block: leave enough */
		if (n < min || left - n < min || left - n < ref_unit(w->op, w->alg))
			n = left;
		last = n == left && (min || rnd() & 1);
		j.r.len = n;
		j.r.aad_len = first ? w->aad_len : 0;
		j.r.src = w->src + (first ? 0 : w->aad_len) + at;
		j.state_in = !first;
		j.state_out = !last;
		if (!last && n % block) {
			j.r.len = n -= n % block;
			if (n < min) {
				j.r.len = n = left;
				j.state_out = false;
				last = true;
			}
		}
		if (!first)
			memcpy(j.state, state, sizeof(state));
		j.out = out + got;
		port[p].jobs = &j;
		port[p].n_jobs = 1;
		port[p].stall_in = rnd() & 1 ? rnd() % 200 : 0;
		port[p].stall_out = rnd() & 1 ? rnd() % 200 : 0;
		good = drive_all(port, 200000) && j.text_len == ref_text_len(&j.r) &&
		       (last ? !j.state_len : j.state_len == SVARIG_STATE_SIZE && !j.result_len);
		memcpy(state, j.state, sizeof(state));
		if (!last)
			good = good && !j.status && !memcmp(state, "SVST", 4) &&
			       state[4] == w->op && state[5] == w->alg;
		got += j.text_len + j.result_len;
		at += n;
		first = false;
		status = j.status;
	}
	good = good && status == ref_run(w, want, &done) && got == size && !memcmp(out, want, size);
	if (!good)
		printf("# stream op %u alg %#x%s, %u + %u bytes: wrong, %u of %u out, at %u\n",
		       w->op, w->alg, w->decrypt ? " decrypt" : "", w->aad_len, w->len, got, size,
		       at);
	free(out);
	free(want);
	return good;
}

static void test_split(void)
{
	bool good = true;

	for (int i = 0; i < 400 && good; i++) {
		struct job j;

		do {
			job_random(&j, 900);
			if (can_stream(&j.r))
				break;
			job_free(&j);
		} while (true);
		good = stream(&j);
		job_free(&j);
	}
	ok(good, "streams in pieces, on changing ports, equal the whole");
}

/* The documented fields, worked out by hand for a counter that has just moved on by four blocks. */
static void test_state_layout(void)
{
	struct job j = {.r = {.op = SVARIG_OP_CIPHER, .alg = REF_ALG(AES128, CTR), .len = 64}};
	uint8_t want[SVARIG_STATE_SIZE] = {
		'S', 'V', 'S', 'T', SVARIG_OP_CIPHER, REF_ALG(AES128, CTR), 0, 0, 64};
	bool good;

	job_fill(&j);
	memset((void *)j.r.iv, 0xff, 16);
	((uint8_t *)j.r.iv)[15] = 0xfe;
	want[0x2f] = 2;
	j.state_out = true;
	good = run(&j, 1) && !memcmp(j.state, want, sizeof(want));
	job_free(&j);
	ok(good, "the state of counter mode is as documented");
}

static void test_bad_state(void)
{
	bool good = true;

	for (int i = 0; i < 200 && good; i++) {
		struct job j[2];

		do {
			job_random(&j[0], 300);
			if (can_stream(&j[0].r) && !j[0].r.aad_len)
				break;
			job_free(&j[0]);
		} while (true);
		job_random(&j[1], 300);
		j[0].state_in = true;
		rnd_fill(j[0].state, sizeof(j[0].state));
		if (rnd() & 1) {
			memcpy(j[0].state, "SVST", 4);
			j[0].state[4] = j[0].r.op;
			j[0].state[5] = j[0].r.alg ^ 1;
		}
		good = run(j, 2) && j[0].status == SVARIG_ST_BAD_STATE && !j[0].text_len &&
		       !j[0].result_len && job_right(&j[1]);
		if (!good)
			printf("# op %u alg %#x: status %u, %u bytes\n", j[0].r.op, j[0].r.alg,
			       j[0].status, j[0].text_len);
		job_free(&j[0]);
		job_free(&j[1]);
	}
	ok(good, "a state of something else: ST_BAD_STATE, no output, the next job is right");
}

/* ---------------------------------------------------------------- cuts */

/* Bytes of text that must come out if only n bytes of the data stream went in, and how many may be
 * missing. */
static uint32_t text_of(const struct ref_job *r, uint32_t n, uint32_t *less)
{
	*less = 0;
	n = n > r->aad_len ? n - r->aad_len : 0;
	if (n > ref_text_len(r))
		n = ref_text_len(r);
	if (r->op == SVARIG_OP_CIPHER && r->alg >> 4 != SVARIG_CM_CTR) {
		if (r->alg >> 4 == SVARIG_CM_XTS && r->len % 16) {
			/* the last full block comes with the bytes behind it */
			if (n == r->len)
				return n;
			if (n / 16 >= r->len / 16)
				n = r->len / 16 * 16 - 16;
		}
		n -= n % 16;
	}
	return n;
}

static void test_cuts(void)
{
	bool good = true;

	for (int i = 0; i < 600 && good; i++) {
		struct job j[3];
		uint32_t total, text, less, done;
		uint8_t *want;

		for (int k = 0; k < 3; k++) {
			do {
				job_random(&j[k], 400);
				total = ref_src_len(&j[k].r) *
					(j[k].r.op == SVARIG_OP_COMPARE ? 2 : 1);
				if (total)
					break;
				job_free(&j[k]);
			} while (true);
			if (k < 2)
				j[k].cut = rnd() % total;
		}
		good = run(j, 3) && job_right(&j[2]);
		for (int k = 0; k < 2 && good; k++) {
			want = xalloc(ref_text_len(&j[k].r) + 64);
			ref_run(&j[k].r, want, &done);
			text = text_of(&j[k].r, j[k].cut, &less);
			good = j[k].text_len == text && !j[k].result_len && !j[k].state_len &&
			       !memcmp(j[k].out, want, text) && !j[k].status;
			if (!good)
				printf("# op %u alg %#x%s of %u + %u bytes cut at %u: %u bytes not "
				       "%u, result %u, status %u\n",
				       j[k].r.op, j[k].r.alg, j[k].r.decrypt ? " decrypt" : "",
				       j[k].r.aad_len, j[k].r.len, j[k].cut, j[k].text_len, text,
				       j[k].result_len, j[k].status);
			free(want);
		}
		for (int k = 0; k < 3; k++)
			job_free(&j[k]);
	}
	ok(good,
	   "streams that break: whole bytes and blocks come out, no result, the next job is right");
}

/* ---------------------------------------------------------------- aborts */

static void test_aborts(void)
{
	enum {
		N = 6
	};
	static struct job jobs[PORTS][N];
	struct port port[PORTS] = {0};
	bool good = true, seen = false;
	unsigned aborts = 0;

	memset(jobs, 0, sizeof(jobs));
	for (unsigned round = 0; round < 400 && good; round++) {
		int victim = (int)(rnd() % PORTS);

		for (int p = 0; p < PORTS; p++) {
			if (port[p].jobs && port[p].got < port[p].n_jobs)
				continue;
			for (int k = 0; k < N; k++) {
				if (port[p].jobs) {
					good = good && job_right(&jobs[p][k]);
					job_free(&jobs[p][k]);
				}
				job_random(&jobs[p][k], 700);
			}
			memset(&port[p], 0, sizeof(port[p]));
			port[p].jobs = jobs[p];
			port[p].n_jobs = N;
			port[p].stall_out = rnd() & 1 ? rnd() % 250 : 0;
		}
		for (unsigned t = rnd() % 300; t && good; t--) {
			drive(port);
			for (int p = 0; p < PORTS; p++)
				if (port[p].wrong) {
					printf("# port %d: %s\n", p, port[p].wrong);
					good = false;
				}
		}
		seen = seen || shim_secrets() >> victim & 1;
		/* this port is dropped, whatever it is at; the others go on */
		for (int k = 0; k < N; k++)
			job_free(&jobs[victim][k]);
		memset(&port[victim], 0, sizeof(port[victim]));
		in.port[victim].s_valid = rnd() & 1;
		for (unsigned t = 1 + rnd() % 3; t; t--) {
			in.port[victim].abort = true;
			drive(port);
			port[victim].wrong = NULL;
			port[victim].held_m = port[victim].held_end = false;
		}
		in.port[victim].abort = false;
		drive(port);
		if (out.port[victim].m_valid || out.port[victim].end_valid ||
		    !out.port[victim].cmd_ready || out.port[victim].s_ready ||
		    shim_secrets() >> victim & 1) {
			printf("# port %d after an abort: m_valid %d end_valid %d cmd_ready %d "
			       "s_ready %d secrets %#x\n",
			       victim, out.port[victim].m_valid, out.port[victim].end_valid,
			       out.port[victim].cmd_ready, out.port[victim].s_ready,
			       shim_secrets());
			good = false;
		}
		aborts++;
	}
	good = good && drive_all(port, 200000);
	for (int p = 0; p < PORTS; p++)
		for (int k = 0; k < N; k++) {
			if (port[p].jobs) {
				good = good && job_right(&jobs[p][k]);
				job_free(&jobs[p][k]);
			}
		}
	ok(good && seen && aborts > 100,
	   "aborts at any moment: idle at once, no key left, the other ports do not notice");
	if (!good)
		reset();
}

static void test_wiped(void)
{
	bool good = true;

	for (int i = 0; i < 150 && good; i++) {
		struct job j;

		job_random(&j, 200);
		good = run(&j, 1) && job_right(&j) && !shim_secrets();
		if (!good)
			printf("# op %u alg %#x: secrets %#x\n", j.r.op, j.r.alg, shim_secrets());
		job_free(&j);
	}
	ok(good, "no key, and nothing made of one, is left behind a job");
}

/* Jobs alike, half of them with the key of the one before, go through the block ciphers on each
 * other's heels. */
static void test_followers(void)
{
	enum {
		N = 10
	};
	bool good = true;

	for (int i = 0; i < 200 && good; i++) {
		struct port port[PORTS] = {0};
		struct job jobs[PORTS][N];

		for (int p = 0; p < PORTS; p++) {
			port[p].jobs = jobs[p];
			port[p].n_jobs = N;
			port[p].stall_in = rnd() & 1 ? rnd() % 240 : 0;
			port[p].stall_out = rnd() & 1 ? rnd() % 240 : 0;
			do {
				job_random(&jobs[p][0], 100);
				if (jobs[p][0].r.op >= SVARIG_OP_CIPHER)
					break;
				job_free(&jobs[p][0]);
			} while (true);
			for (int k = 1; k < N; k++) {
				struct job *j = &jobs[p][k];
				uint32_t unit = ref_unit(jobs[p][0].r.op, jobs[p][0].r.alg);

				memset(j, 0, sizeof(*j));
				j->r.op = jobs[p][0].r.op;
				j->r.alg = jobs[p][0].r.alg;
				j->r.decrypt = jobs[p][0].r.decrypt;
				j->r.len = ref_min_len(j->r.op, j->r.alg) + rnd() % 8 * 16;
				j->r.len += unit == 1 ? rnd() % 16 : 0;
				j->r.aad_len = j->r.op == SVARIG_OP_AEAD ? rnd() % 40 : 0;
				j->r.key = rnd() & 1 ? jobs[p][k - 1].r.key : NULL;
				job_fill(j);
			}
		}
		good = drive_all(port, 200000) && !shim_secrets();
		for (int p = 0; p < PORTS; p++)
			for (int k = 0; k < N; k++) {
				good = good && job_right(&jobs[p][k]);
				job_free(&jobs[p][k]);
			}
	}
	ok(good, "jobs alike behind each other, the same keys and new ones, nothing left behind "
		 "the last");
	if (!good)
		reset();
}

/* The next command is taken while the job before still drains, but its key does not come. */
static void test_no_heir(void)
{
	static const uint8_t algs[] = {
		SVARIG_CI_AES128 | SVARIG_CM_CTR << 4,
		SVARIG_CI_AES256 | SVARIG_CM_CBC << 4,
		SVARIG_CI_SM4 | SVARIG_CM_ECB << 4,
	};
	bool good = true;

	for (size_t a = 0; a < sizeof(algs) && good; a++) {
		struct job jobs[2] = {0};
		struct port port[PORTS] = {0};

		for (int k = 0; k < 2; k++) {
			jobs[k].r.op = SVARIG_OP_CIPHER;
			jobs[k].r.alg = algs[a];
			jobs[k].r.len = 64;
			job_fill(&jobs[k]);
		}
		port[0].jobs = jobs;
		port[0].n_jobs = 2;
		for (int i = 0; i < 400 && !port[0].got; i++) {
			if (port[0].fed)
				port[0].stall_in = 256;
			drive(port);
		}
		good = port[0].got == 1 && port[0].given == 2 && port[0].fed == 1 &&
		       !port[0].wrong && !shim_secrets();
		if (!good)
			printf("# alg %#x: given %u, got %u, fed %u at %u, secrets %#x\n", algs[a],
			       port[0].given, port[0].got, port[0].fed, port[0].at, shim_secrets());
		port[0].stall_in = 0;
		good = drive_all(port, 2000) && good && job_right(&jobs[0]) &&
		       job_right(&jobs[1]) && !shim_secrets();
		job_free(&jobs[0]);
		job_free(&jobs[1]);
	}
	ok(good, "no key is left where the next job waits for its own");
	if (!good)
		reset();
}

void test_streams(void)
{
	test_state_layout();
	test_split();
	test_bad_state();
	test_cuts();
	test_aborts();
	test_wiped();
	test_followers();
	test_no_heir();
}
