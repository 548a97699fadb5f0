// SPDX-License-Identifier: BSD-2-Clause
#include "selftest.h"

#include "console.h"
#include "hw.h"

#define CTRL_START (1u << 8)
#define CTRL_ABORT (1u << 9)
#define CTRL_TAKE  (1u << 31)
#define BEAT_LAST  (1u << 8)
#define BEAT_VALID (1u << 31)
#define BEAT_BYTES 0x1fu

/* An engine answers a beat in under a hundred cycles, a poll takes at least five. */
#define BEAT_POLLS 1000
/* A job that runs may hold the engines for long; that is no failure, but we do not wait for it. */
#define TAKE_POLLS 1000

/* Data as little-endian words: the first byte lowest, as the beats have it. */
struct known_answer {
	const char *name;
	uint8_t op;
	uint8_t in_bytes, out_bytes;
	const uint32_t *key, *iv, *in, *out;
};

/* SP 800-38A, F.5: the counter block and the first two plaintext blocks, the second cut to 7 bytes.
 */
static const uint32_t sp_iv[4] = {0xf3f2f1f0, 0xf7f6f5f4, 0xfbfaf9f8, 0xfffefdfc};
static const uint32_t sp_plain[8] = {0xe2bec16b, 0x969f402e, 0x117e3de9, 0x2a179373,
				     0x578a2dae, 0x00ac031e, 0,		 0};
static const uint32_t sp_key128[8] = {0x16157e2b, 0xa6d2ae28, 0x8815f7ab, 0x3c4fcf09};
static const uint32_t sp_cipher128[8] = {0x91614d87, 0x26e320b6, 0x6468ef1b, 0xceb60d99,
					 0x6bf60698, 0x00fd7079, 0,	     0};
static const uint32_t sp_key256[8] = {0x10eb3d60, 0xbe71ca15, 0xf0ae732b, 0x81777d85,
				      0x072c351f, 0xd708613b, 0xa310982d, 0xf4df1409};
static const uint32_t sp_cipher256[8] = {0x13c31e60, 0xa5895777, 0x04f5a7b7, 0x28d2f3bb,
					 0xcae343f4, 0x00b5624d, 0,	     0};

/* FIPS 180-4's examples: "abc", and the 56-byte message whose padding takes a second block. */
static const uint32_t abc[4] = {0x00636261};
static const uint32_t abc_digest[8] = {0xbf1678ba, 0xeacf018f, 0xde404141, 0x2322ae5d,
				       0xa36103b0, 0x9c7a1796, 0x61ff10b4, 0xad1500f2};
static const uint32_t abcd56[16] = {0x64636261, 0x65646362, 0x66656463, 0x67666564, 0x68676665,
				    0x69686766, 0x6a696867, 0x6b6a6968, 0x6c6b6a69, 0x6d6c6b6a,
				    0x6e6d6c6b, 0x6f6e6d6c, 0x706f6e6d, 0x71706f6e};
static const uint32_t abcd56_digest[8] = {0x616a8d24, 0xb83806d2, 0x9326c0e5, 0x39603e0c,
					  0x59e43ca3, 0x6721ff64, 0xd4edecf6, 0xc106db19};

static const struct known_answer answers[] = {
	{"copy", SVARIG_ENG_COPY, 23, 23, sp_iv, sp_iv, sp_plain, sp_plain},
	{"sha256", SVARIG_ENG_SHA256, 3, 32, sp_iv, sp_iv, abc, abc_digest},
	{"sha256", SVARIG_ENG_SHA256, 56, 32, sp_iv, sp_iv, abcd56, abcd56_digest},
	{"aes-128-ctr", SVARIG_ENG_AES128_CTR, 23, 23, sp_key128, sp_iv, sp_plain, sp_cipher128},
	{"aes-256-ctr", SVARIG_ENG_AES256_CTR, 23, 23, sp_key256, sp_iv, sp_plain, sp_cipher256},
};

static void write_words(uint32_t off, const uint32_t *w, int n)
{
	for (int i = 0; i < n; i++)
		reg_write(off + 4 * (uint32_t)i, w[i]);
}

/* Polls off until mask is set. */
static bool await(uint32_t off, uint32_t mask, int polls)
{
	while (polls--)
		if (reg_read(off) & mask)
			return true;
	return false;
}

static bool push(const uint32_t *data, uint32_t bytes, bool last)
{
	if (!await(SVARIG_MCU_CRY_PUSH, 1, BEAT_POLLS))
		return false;
	write_words(SVARIG_MCU_CRY_IN0, data, 4);
	reg_write(SVARIG_MCU_CRY_PUSH, bytes | (last ? BEAT_LAST : 0));
	return true;
}

/* True if the output holds the beat that is due. Bytes beyond its end must be zero. */
static bool pop(const uint32_t *want, uint32_t bytes, bool last)
{
	uint32_t state, wrong = 0;

	if (!await(SVARIG_MCU_CRY_POP, BEAT_VALID, BEAT_POLLS))
		return false;
	state = reg_read(SVARIG_MCU_CRY_POP);
	wrong |= (state & BEAT_BYTES) ^ bytes;
	wrong |= (state & BEAT_LAST) ^ (last ? BEAT_LAST : 0);
	for (uint32_t i = 0; i < 4; i++)
		wrong |= reg_read(SVARIG_MCU_CRY_OUT0 + 4 * i) ^ want[i];
	reg_write(SVARIG_MCU_CRY_POP, 1);
	return !wrong;
}

static bool run(const struct known_answer *a)
{
	uint32_t in = 0, out = 0;

	write_words(SVARIG_MCU_CRY_KEY0, a->key, a->op == SVARIG_ENG_AES256_CTR ? 8 : 4);
	write_words(SVARIG_MCU_CRY_IV0, a->iv, 4);
	reg_write(SVARIG_MCU_CRY_CTRL, CTRL_TAKE | CTRL_START | a->op);
	/* a beat out for each beat in, except that a digest comes behind all of them */
	while (in < a->in_bytes) {
		uint32_t n = a->in_bytes - in > 16 ? 16u : a->in_bytes - in;

		if (!push(a->in + (in >> 2), n, in + n == a->in_bytes))
			return false;
		in += n;
		if (a->op == SVARIG_ENG_SHA256)
			continue;
		if (!pop(a->out + (out >> 2), n, in == a->in_bytes))
			return false;
		out += n;
	}
	for (; out < a->out_bytes; out += 16)
		if (!pop(a->out + (out >> 2), 16, out + 16 == a->out_bytes))
			return false;
	return true;
}

bool selftest(uint32_t *failed)
{
	static const uint32_t zero[8];

	*failed = 0;
	reg_write(SVARIG_MCU_CRY_CTRL, CTRL_TAKE);
	if (!await(SVARIG_MCU_CRY_CTRL, CTRL_TAKE, TAKE_POLLS)) {
		reg_write(SVARIG_MCU_CRY_CTRL, 0);
		return false;
	}
	for (unsigned int i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (run(&answers[i]))
			continue;
		*failed |= 1u << answers[i].op;
		put_text("self-test: ");
		put_text(answers[i].name);
		put_text(" FAILED\n");
		reg_write(SVARIG_MCU_CRY_CTRL, CTRL_TAKE | CTRL_ABORT);
	}
	write_words(SVARIG_MCU_CRY_KEY0, zero, 8);
	write_words(SVARIG_MCU_CRY_IV0, zero, 4);
	reg_write(SVARIG_MCU_CRY_CTRL, 0);
	return true;
}
