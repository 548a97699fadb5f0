// SPDX-License-Identifier: BSD-2-Clause
#include "selftest.h"

#include "console.h"
#include "hw.h"

#define CTRL_START (1u << 24)
#define CTRL_ABORT (1u << 25)
#define CTRL_BUSY  (1u << 30)
#define CTRL_TAKE  (1u << 31)
#define BEAT_LAST  (1u << 15)
#define BEAT_VALID (1u << 31)
#define BEAT_BYTES 0x1fu

/* An engine moves on in under a few hundred cycles, a poll takes at least twenty. */
#define IDLE_POLLS 100
/* A job that runs may hold the engines for long; that is no failure, but we do not wait for it. */
#define TAKE_POLLS 1000

/* Bytes as they lie in memory; lengths do not count the string's own end. */
struct known_answer {
	const char *name;
	uint8_t op, alg;
	uint8_t key_len, iv_len, in_len, out_len;
	uint8_t len; /* as in the descriptor */
	const char *key, *iv, *in, *out;
};

/* SP 800-38A: key, first plaintext block and counter block. */
#define SP_KEY "\x2b\x7e\x15\x16\x28\xae\xd2\xa6\xab\xf7\x15\x88\x09\xcf\x4f\x3c"
#define SP_KEY2                                                                                    \
	"\x60\x3d\xeb\x10\x15\xca\x71\xbe\x2b\x73\xae\xf0\x85\x7d\x77\x81"                         \
	"\x1f\x35\x2c\x07\x3b\x61\x08\xd7\x2d\x98\x10\xa3\x09\x14\xdf\xf4"
#define SP_IV	 "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff"
#define SP_PLAIN "\x6b\xc1\xbe\xe2\x2e\x40\x9f\x96\xe9\x3d\x7e\x11\x73\x93\x17\x2a"
#define SP_NEXT	 "\xae\x2d\x8a\x57\x1e\x03\xac"
/* GB/T 32907, A.1: key and plaintext */
#define SM4_BLOCK "\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10"
#define ZERO16	  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZERO64	  ZERO16 ZERO16 ZERO16 ZERO16

#define HASH(h)	     SVARIG_OP_HASH, SVARIG_HA_##h
#define CIPHER(c, m) SVARIG_OP_CIPHER, SVARIG_CI_##c | SVARIG_CM_##m << 4
#define NONE	     ""

static const struct known_answer answers[] = {
	{"copy", SVARIG_OP_COPY, 0, 0, 0, 23, 23, 23, NONE, NONE, SP_PLAIN SP_NEXT,
	 SP_PLAIN SP_NEXT},
	{"fill", SVARIG_OP_FILL, 0, 0, 16, 0, 23, 23, NONE, SP_PLAIN, NONE,
	 SP_PLAIN "\x6b\xc1\xbe\xe2\x2e\x40\x9f"},
	/* Equal, so that the status is ST_OK. Source and destination are one chunk each, and short:
	 * wide engines take two whole pushes as one beat, which must not be half of either. */
	{"compare", SVARIG_OP_COMPARE, 0, 0, 0, 14, 0, 7, NONE, NONE, SP_NEXT SP_NEXT, NONE},
	/* RFC 3720, B.4: 32 bytes of zeros */
	{"crc32c", SVARIG_OP_CRC32C, 0, 0, 0, 32, 4, 32, NONE, NONE, ZERO16 ZERO16,
	 "\xaa\x36\x91\x8a"},
	/* FIPS 180-4's examples, "abc" */
	{"sha256", HASH(SHA256), 0, 0, 3, 32, 3, NONE, NONE, "abc",
	 "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"
	 "\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad"},
	{"sha512", HASH(SHA512), 0, 0, 3, 64, 3, NONE, NONE, "abc",
	 "\xdd\xaf\x35\xa1\x93\x61\x7a\xba\xcc\x41\x73\x49\xae\x20\x41\x31"
	 "\x12\xe6\xfa\x4e\x89\xa9\x7e\xa2\x0a\x9e\xee\xe6\x4b\x55\xd3\x9a"
	 "\x21\x92\x99\x2a\x27\x4f\xc1\xa8\x36\xba\x3c\x23\xa3\xfe\xeb\xbd"
	 "\x45\x4d\x44\x23\x64\x3c\xe8\x0e\x2a\x9a\xc9\x4f\xa5\x4c\xa4\x9f"},
	/* GB/T 32905, A.1 */
	{"sm3", HASH(SM3), 0, 0, 3, 32, 3, NONE, NONE, "abc",
	 "\x66\xc7\xf0\xf4\x62\xee\xed\xd9\xd1\xf2\xd4\x6b\xdc\x10\xe4\xe2"
	 "\x41\x67\xc4\x87\x5c\xf2\xf7\xa2\x29\x7d\xa0\x2b\x8f\x4b\xa8\xe0"},
	/* RFC 4231, 4.3: the key is "Jefe", filled up to a block */
	{"hmac-sha256", SVARIG_OP_HMAC, SVARIG_HA_SHA256, 64, 0, 28, 32, 28,
	 "Jefe\0\0\0\0\0\0\0\0\0\0\0\0" ZERO16 ZERO16 ZERO16, NONE, "what do ya want for nothing?",
	 "\x5b\xdc\xc1\x46\xbf\x60\x75\x4e\x6a\x04\x24\x26\x08\x95\x75\xc7"
	 "\x5a\x00\x3f\x08\x9d\x27\x39\x83\x9d\xec\x58\xb9\x64\xec\x38\x43"},
	/* SP 800-38A, F.5.1 and F.5.5 */
	{"aes-128-ctr", CIPHER(AES128, CTR), 16, 16, 23, 23, 23, SP_KEY, SP_IV, SP_PLAIN SP_NEXT,
	 "\x87\x4d\x61\x91\xb6\x20\xe3\x26\x1b\xef\x68\x64\x99\x0d\xb6\xce"
	 "\x98\x06\xf6\x6b\x79\x70\xfd"},
	{"aes-256-ctr", CIPHER(AES256, CTR), 32, 16, 23, 23, 23, SP_KEY2, SP_IV, SP_PLAIN SP_NEXT,
	 "\x60\x1e\xc3\x13\x77\x57\x89\xa5\xb7\xa7\xf5\x04\xbb\xf3\xd2\x28"
	 "\xf4\x43\xe3\xca\x4d\x62\xb5"},
	{"sm4-ecb", CIPHER(SM4, ECB), 16, 0, 16, 16, 16, SM4_BLOCK, NONE, SM4_BLOCK,
	 "\x68\x1e\xdf\x34\xd2\x06\x96\x5e\x86\xb3\xe9\x4f\x53\x6e\x42\x46"},
	/* the GCM specification's test case 2 */
	{"aes-128-gcm", SVARIG_OP_AEAD, SVARIG_CI_AES128, 16, 12, 16, 32, 16, ZERO16, ZERO16,
	 ZERO16,
	 "\x03\x88\xda\xce\x60\xb6\xa3\x92\xf3\x28\xc2\xb9\x71\xb2\xfe\x78"
	 "\xab\x6e\x47\xd4\x2c\xec\x13\xbd\xf5\x3a\x67\xb2\x12\x57\xbd\xdf"},
};

/* What goes in: up to three kinds of beats, one after the other. */
struct input {
	uint32_t kind, len;
	const char *data;
};

static void push(const char *data, uint32_t bytes, uint32_t kind, bool last)
{
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t word = 0;

		for (uint32_t j = 0; j < 4; j++)
			if (4 * i + j < bytes)
				word |= (uint32_t)(uint8_t)data[4 * i + j] << (8 * j);
		reg_write(SVARIG_MCU_CRY_IN0 + 4 * i, word);
	}
	reg_write(SVARIG_MCU_CRY_PUSH, bytes | kind << 8 | (last ? BEAT_LAST : 0));
}

/* Takes the beat at the output; false if its bytes are not those at want, of which left remain. */
static bool pop(uint32_t state, const char *want, uint32_t left)
{
	uint32_t bytes = state & BEAT_BYTES;
	bool good = bytes <= left;

	for (uint32_t i = 0; i < bytes && good; i++) {
		uint32_t word = reg_read(SVARIG_MCU_CRY_OUT0 + (i & ~3u));

		good = (uint8_t)(word >> (8 * (i & 3))) == (uint8_t)want[i];
	}
	reg_write(SVARIG_MCU_CRY_POP, 1);
	return good;
}

static bool run(const struct known_answer *a)
{
	const struct input in[] = {{SVARIG_EK_KEY, a->key_len, a->key},
				   {SVARIG_EK_IV, a->iv_len, a->iv},
				   {SVARIG_EK_DATA, a->in_len, a->in}};
	/* COMPARE has two chunks of data, FILL has none, whatever has a text has at least one beat
	 */
	uint32_t beat = a->op == SVARIG_OP_COMPARE ? a->len : 16u;
	uint32_t left = (uint32_t)a->key_len + a->iv_len + a->in_len;
	uint32_t kind = 0, at = 0, out = 0, idle = 0;

	reg_write(SVARIG_MCU_CRY_LEN, a->len);
	reg_write(SVARIG_MCU_CRY_AAD, 0);
	reg_write(SVARIG_MCU_CRY_CTRL, CTRL_TAKE | CTRL_START | (uint32_t)a->alg << 8 | a->op);
	while (idle < IDLE_POLLS) {
		uint32_t state = reg_read(SVARIG_MCU_CRY_POP), ctrl;

		idle++;
		if (state & BEAT_VALID) {
			if (!pop(state, a->out + out, a->out_len - out))
				return false;
			out += state & BEAT_BYTES;
			idle = 0;
		}
		while (kind < 3 && at == in[kind].len) {
			kind++;
			at = 0;
		}
		if (kind < 3 && reg_read(SVARIG_MCU_CRY_PUSH) & 1) {
			uint32_t n = in[kind].len - at > beat ? beat : in[kind].len - at;

			push(in[kind].data + at, n, in[kind].kind, at + n == in[kind].len);
			at += n;
			left -= n;
			idle = 0;
		}
		ctrl = reg_read(SVARIG_MCU_CRY_CTRL);
		if (!(ctrl & CTRL_BUSY) && !(reg_read(SVARIG_MCU_CRY_POP) & BEAT_VALID))
			return left == 0 && out == a->out_len && (ctrl & 0xff) == SVARIG_ST_OK;
	}
	return false;
}

bool selftest(uint32_t *failed)
{
	uint32_t polls = TAKE_POLLS;

	*failed = 0;
	reg_write(SVARIG_MCU_CRY_CTRL, CTRL_TAKE);
	while (!(reg_read(SVARIG_MCU_CRY_CTRL) & CTRL_TAKE))
		if (!--polls) {
			reg_write(SVARIG_MCU_CRY_CTRL, 0);
			return false;
		}
	for (uint32_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (run(&answers[i]))
			continue;
		*failed |= 1u << answers[i].op;
		put_text("self-test: ");
		put_text(answers[i].name);
		put_text(" FAILED\n");
		reg_write(SVARIG_MCU_CRY_CTRL, CTRL_TAKE | CTRL_ABORT);
	}
	reg_write(SVARIG_MCU_CRY_CTRL, 0);
	return true;
}
