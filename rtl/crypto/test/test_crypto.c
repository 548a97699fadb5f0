// SPDX-License-Identifier: BSD-2-Clause
/*
 * Unit test of svarig_crypto: published vectors, OpenSSL on random lengths, aborts, cycle figures.
 * Prints TAP; exit status 1 if a test failed.
 */
#include <argp.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shim.h"
#include "svarig_hw.h"

#define BAD_OP	  15u
#define MAX_BYTES (1u << 20)

const char *argp_program_version = "test_crypto 1.0";

static struct shim_in in;
static struct shim_out out;
static uint64_t rng;
static uint64_t cycles;
static unsigned int tests, failures;
static uint8_t src[MAX_BYTES + 16], dst[MAX_BYTES + 64], want[MAX_BYTES + 64];

static uint32_t rnd(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 16);
}

static void rnd_fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)rnd();
}

static void ok(bool good, const char *name)
{
	tests++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tests, name);
}

static void tick(void)
{
	shim_clock(&in, &out);
	cycles++;
}

static void idle(void)
{
	memset(&in.s_data, 0xa5, sizeof(in.s_data));
	in.rst = in.start = in.stop = in.s_valid = in.s_last = in.m_ready = false;
	in.s_bytes = 0;
}

static void start(unsigned int op, const uint8_t *key, size_t key_len, const uint8_t *iv)
{
	idle();
	in.start = true;
	in.op = (uint8_t)op;
	/* what a shorter key leaves over must not matter */
	rnd_fill(in.key, sizeof(in.key));
	rnd_fill(in.iv, sizeof(in.iv));
	if (key)
		memcpy(in.key, key, key_len);
	if (iv)
		memcpy(in.iv, iv, sizeof(in.iv));
	tick();
	/* keys are taken with start and not looked at later */
	rnd_fill(in.key, sizeof(in.key));
	rnd_fill(in.iv, sizeof(in.iv));
	idle();
}

/*
 * Push len bytes of src, collect what comes out in dst, with gaps of either side in `stall` of 256
 * cycles. Returns the output's length, -1 if the stream broke a rule or did not end, after
 * `give_up` cycles (0: enough for anything); then the engine is left as it is.
 */
static long stream(size_t len, unsigned int stall, uint64_t give_up)
{
	uint64_t limit = give_up ? give_up : 10000 + 40 * (uint64_t)len * 256 / (257 - stall);
	size_t pushed = 0, got = 0;
	bool in_done = false, out_done = false;
	bool held = false;
	struct shim_out before = {0};

	in.s_valid = false;
	for (uint64_t t = 0; t < limit && !out_done; t++) {
		if (!in.s_valid && !in_done && (rnd() & 255) >= stall) {
			size_t n = len - pushed < 16 ? len - pushed : 16;

			in.s_valid = true;
			in.s_bytes = (uint8_t)n;
			in.s_last = pushed + n == len;
			rnd_fill(in.s_data, 16);
			memcpy(in.s_data, src + pushed, n);
		}
		in.m_ready = (rnd() & 255) >= stall;
		tick();
		/* an offered beat stays as it is until it is taken */
		if (held &&
		    (!out.m_valid || out.m_last != before.m_last || out.m_bytes != before.m_bytes ||
		     memcmp(out.m_data, before.m_data, 16)))
			return -1;
		held = out.m_valid && !in.m_ready;
		before = out;
		if (!out.busy)
			return -1;
		if (in.s_valid && out.s_ready) {
			pushed += in.s_bytes;
			in_done = in.s_last;
			in.s_valid = false;
		}
		if (out.m_valid && in.m_ready) {
			if (out.m_bytes > 16 || (!out.m_last && out.m_bytes != 16) ||
			    got + 16 > sizeof(dst))
				return -1;
			for (int i = out.m_bytes; i < 16; i++)
				if (out.m_data[i])
					return -1;
			memcpy(dst + got, out.m_data, out.m_bytes);
			got += out.m_bytes;
			out_done = out.m_last;
		}
	}
	if (!out_done || !in_done)
		return -1;
	idle();
	tick();
	return out.busy || out.m_valid || out.s_ready || out.secrets ? -1 : (long)got;
}

static size_t unhex(const char *hex, uint8_t *bytes)
{
	size_t n = 0;

	for (; hex[0] && hex[1]; hex += 2) {
		char two[3] = {hex[0], hex[1], 0};

		bytes[n++] = (uint8_t)strtoul(two, NULL, 16);
	}
	return n;
}

/* ---------------------------------------------------------------- published vectors */

struct sha_vector {
	const char *name, *message, *digest;
};

/* FIPS 180-4's examples (csrc.nist.gov, "SHA256.pdf" and "SHA2_Additional.pdf"). */
static const struct sha_vector sha_vectors[] = {
	{"sha256: FIPS 180 \"abc\"", "abc",
	 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"sha256: FIPS 180 two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"sha256: empty message", "",
	 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
};

static void test_sha_vectors(void)
{
	uint8_t digest[32];

	for (size_t i = 0; i < sizeof(sha_vectors) / sizeof(sha_vectors[0]); i++) {
		const struct sha_vector *v = &sha_vectors[i];
		size_t len = strlen(v->message);

		unhex(v->digest, digest);
		memcpy(src, v->message, len);
		start(SVARIG_ENG_SHA256, NULL, 0, NULL);
		ok(stream(len, 0, 0) == 32 && !memcmp(dst, digest, 32), v->name);
	}

	unhex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", digest);
	memset(src, 'a', 1000000);
	start(SVARIG_ENG_SHA256, NULL, 0, NULL);
	ok(stream(1000000, 0, 0) == 32 && !memcmp(dst, digest, 32), "sha256: one million 'a'");
}

struct ctr_vector {
	const char *name, *key, *iv, *plain, *cipher;
};

/*
 * SP 800-38A F.5.1 and F.5.5. FIPS 197 C.1 and C.3 are single blocks: counter mode over
 * zeros gives the encryption of the initial counter block.
 */
static const struct ctr_vector ctr_vectors[] = {
	{"aes-128-ctr: SP 800-38A F.5.1", "2b7e151628aed2a6abf7158809cf4f3c",
	 "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	 "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	 "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
	 "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
	 "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
	{"aes-256-ctr: SP 800-38A F.5.5",
	 "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
	 "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	 "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	 "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
	 "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
	 "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
	{"aes-128: FIPS 197 C.1", "000102030405060708090a0b0c0d0e0f",
	 "00112233445566778899aabbccddeeff", "00000000000000000000000000000000",
	 "69c4e0d86a7b0430d8cdb78070b4c55a"},
	{"aes-256: FIPS 197 C.3",
	 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
	 "00112233445566778899aabbccddeeff", "00000000000000000000000000000000",
	 "8ea2b7ca516745bfeafc49904b496089"},
};

static void test_ctr_vectors(void)
{
	uint8_t key[32], iv[16];

	for (size_t i = 0; i < sizeof(ctr_vectors) / sizeof(ctr_vectors[0]); i++) {
		const struct ctr_vector *v = &ctr_vectors[i];
		size_t key_len = unhex(v->key, key);
		size_t len = unhex(v->plain, src);

		unhex(v->iv, iv);
		unhex(v->cipher, want);
		start(key_len == 32 ? SVARIG_ENG_AES256_CTR : SVARIG_ENG_AES128_CTR, key, key_len,
		      iv);
		ok(stream(len, 0, 0) == (long)len && !memcmp(dst, want, len), v->name);
	}
}

/* ---------------------------------------------------------------- against OpenSSL */

static void die(const char *what)
{
	fprintf(stderr, "test_crypto: %s\n", what);
	exit(2);
}

static void openssl_ctr(size_t key_len, const uint8_t *key, const uint8_t *iv, size_t len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	if (!ctx ||
	    !EVP_EncryptInit_ex(ctx, key_len == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), NULL,
				key, iv) ||
	    !EVP_EncryptUpdate(ctx, want, &n, src, (int)len) || (size_t)n != len)
		die("OpenSSL's AES failed");
	EVP_CIPHER_CTX_free(ctx);
}

/* One job with random contents; true if right. */
static bool random_job(unsigned int op, size_t len, unsigned int stall)
{
	size_t key_len = op == SVARIG_ENG_AES256_CTR ? 32 : 16;
	uint8_t key[32], iv[16];
	size_t want_len = len;

	rnd_fill(src, len);
	rnd_fill(key, sizeof(key));
	rnd_fill(iv, sizeof(iv));
	/* a carry out of 32, 64 or 128 bits soon, in half of the jobs */
	if (rnd() & 1) {
		size_t ones = 4u << rnd() % 3;

		memset(iv + 16 - ones, 0xff, ones);
		iv[15] = (uint8_t)(0xff - rnd() % 8);
	}

	switch (op) {
	case SVARIG_ENG_COPY:
		memcpy(want, src, len);
		break;
	case SVARIG_ENG_SHA256:
		want_len = 32;
		if (!EVP_Digest(src, len, want, NULL, EVP_sha256(), NULL))
			die("OpenSSL's SHA-256 failed");
		break;
	case SVARIG_ENG_AES128_CTR:
	case SVARIG_ENG_AES256_CTR:
		openssl_ctr(key_len, key, iv, len);
		break;
	default:
		want_len = 0;
	}
	start(op, key, key_len, iv);
	if (stream(len, stall, 0) == (long)want_len && !memcmp(dst, want, want_len))
		return true;
	printf("# op %u, %zu bytes, stall %u/256\n", op, len, stall);
	return false;
}

static void test_random(void)
{
	static const char *const names[] = {"copy", "sha256", "aes-128-ctr", "aes-256-ctr"};
	char name[80];

	for (unsigned int op = 0; op <= SVARIG_ENG_AES256_CTR; op++) {
		bool good = true;

		for (size_t len = 0; len <= 260 && good; len++)
			good = random_job(op, len, 0);
		snprintf(name, sizeof(name), "%s: every length from 0 to 260", names[op]);
		ok(good, name);

		good = true;
		for (int i = 0; i < 150 && good; i++)
			good = random_job(op, rnd() % 3000, rnd() % 200);
		snprintf(name, sizeof(name), "%s: random lengths, gaps and back-pressure",
			 names[op]);
		ok(good, name);
	}
}

static void test_bad_op(void)
{
	bool good = true;

	for (unsigned int op = SVARIG_ENG_AES256_CTR + 1; op <= BAD_OP; op++)
		good = good && random_job(op, rnd() % 100, rnd() % 100);
	ok(good, "unknown engine operation: input swallowed, one empty beat, idle again");
}

static void test_abort(void)
{
	bool good = true, seen = false;
	uint8_t key[32] = {1}, iv[16] = {2};

	for (int i = 0; i < 300 && good; i++) {
		start(rnd() % 5, key, 32, iv);
		rnd_fill(src, 400);
		stream(400, rnd() % 100, 1 + rnd() % 120);
		seen = seen || out.secrets;
		if (rnd() & 1) {
			/* with a beat on offer, and a start: abort wins */
			in.stop = true;
			in.start = rnd() & 1;
			tick();
			idle();
			in.s_valid = true;
			in.m_ready = true;
			tick();
			good = !out.busy && !out.s_ready && !out.m_valid && !out.secrets;
			idle();
		}
		good = good && random_job(rnd() % 4, rnd() % 300, rnd() % 50);
	}
	ok(good && seen,
	   "abort or a new start at any moment: idle in one cycle, no key left, next job right");
}

/* ---------------------------------------------------------------- speed */

static uint64_t job_cycles(unsigned int op, size_t len)
{
	uint64_t before;

	start(op, src, 32, src);
	before = cycles;
	return stream(len, 0, 0) < 0 ? UINT64_MAX : cycles - before;
}

static void bench(const char *name, unsigned int op, size_t unit, double limit)
{
	const size_t n = 1000;
	char text[120];
	double per = (double)(job_cycles(op, 2 * n * unit) - job_cycles(op, n * unit)) / (double)n;

	snprintf(text, sizeof(text), "%s: %.3f cycles per %zu bytes, limit %.0f", name, per, unit,
		 limit);
	ok(per <= limit, text);
	printf("# %s: one unit of %zu bytes, start to last beat taken: %llu cycles\n", name, unit,
	       (unsigned long long)job_cycles(op, unit));
}

static void test_sbox(void)
{
	bool good = true;

	for (uint32_t i = 0; i < 256; i++) {
		/* a byte in each place, all 256 in each */
		in.box = i | ((i + 85) & 255) << 8 | ((i + 170) & 255) << 16 | (i ^ 255) << 24;
		tick();
		good = good && out.box_same;
	}
	ok(good, "the S-box as logic equals the table for every byte");
}

static void all(bool small)
{
	idle();
	in.small = small;
	in.rst = true;
	tick();
	tick();
	idle();
	printf("# AES core: %s\n", small ? "one round a cycle" : "unrolled");
	test_sha_vectors();
	test_ctr_vectors();
	test_random();
	test_bad_op();
	test_abort();
	bench("copy", SVARIG_ENG_COPY, 16, 1);
	bench("sha256", SVARIG_ENG_SHA256, 64, 33);
	bench("aes-128-ctr", SVARIG_ENG_AES128_CTR, 16, small ? 11 : 1);
	bench("aes-256-ctr", SVARIG_ENG_AES256_CTR, 16, small ? 15 : 1);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	char *end;

	if (key != 's')
		return ARGP_ERR_UNKNOWN;
	rng = strtoull(arg, &end, 0);
	if (*end || !rng)
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

	rng = (uint64_t)time(NULL);
	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	printf("# seed %llu\n", (unsigned long long)rng);
	shim_open((int)(rng & 0x7fffffff));
	test_sbox();
	all(false);
	all(true);
	shim_close();
	printf("1..%u\n# %u passed, %u failed, %llu cycles\n", tests, tests - failures, failures,
	       (unsigned long long)cycles);
	return failures ? 1 : 0;
}
