// SPDX-License-Identifier: BSD-2-Clause
/* Every operation, many lengths and alignments, against libcrypto and a published vector. */
#include <stdio.h>
#include <string.h>

#include "lib/guest.h"

/* FIPS 180-4 example "abc". */
static const uint8_t abc_digest[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
				       0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
				       0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
				       0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

static const uint32_t lengths[] = {1, 2, 15, 16, 17, 63, 64, 65, 127, 255, 4095, 4096, 4097, 20000};
#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

static bool guard_ok(const uint8_t *dst, uint32_t offset, uint32_t length, uint32_t room)
{
	for (uint32_t i = 0; i < room; i++)
		if ((i < offset || i >= offset + length) && dst[i] != 0xee)
			return false;
	return true;
}

int main(void)
{
	enum {
		ROOM = 24576
	};
	struct svarig *s = queue(8);
	uint8_t *src = memory(ROOM), *dst = memory(ROOM), *want = memory(ROOM);
	uint8_t digest[32], reference[32], key[32], iv[16];
	struct svarig_result r;
	struct svarig_job nop = {.op = SVARIG_OP_NOP, .cookie = 0x1122334455667788};

	memset(&r, 0, sizeof(r));
	ok(!svarig_submit(s, &nop) && svarig_wait(s, &r, 1, 60000) == 1 && !r.error &&
		   r.cookie == nop.cookie,
	   "nop completes and gives its cookie back (%s)", svarig_status_name(r.status));

	memcpy(src, "abc", 3);
	ok(!svarig_sha256(s, digest, src, 3, &r) && !memcmp(digest, abc_digest, 32),
	   "SHA-256 of \"abc\" (%s)", svarig_status_name(r.status));
	sha256(reference, "", 0);
	ok(!svarig_sha256(s, digest, src, 0, &r) && !memcmp(digest, reference, 32),
	   "SHA-256 of nothing (%s)", svarig_status_name(r.status));

	fill(src, ROOM, 5);
	fill(key, 32, 6);
	/* A counter that overflows into the upper half within the job. */
	memset(iv, 0xff, 16);
	iv[0] = 0x12;
	iv[15] = 0xfd;

	for (unsigned int i = 0; i < LENGTHS; i++) {
		uint32_t n = lengths[i];
		uint32_t from = i * 7 % 19, to = 4096 - 5 + i * 3 % 11;
		bool good;

		memset(dst, 0xee, ROOM);
		good = !svarig_copy(s, dst + to, src + from, n, &r) &&
		       !memcmp(dst + to, src + from, n) && guard_ok(dst, to, n, ROOM);
		ok(good, "copy of %u bytes, offsets %u and %u (%s)", n, from, to,
		   svarig_status_name(r.status));

		sha256(reference, src + from, n);
		good = !svarig_sha256(s, digest, src + from, n, &r) &&
		       !memcmp(digest, reference, 32);
		ok(good, "SHA-256 of %u bytes, offset %u (%s)", n, from,
		   svarig_status_name(r.status));

		for (unsigned int bits = 128; bits <= 256; bits += 128) {
			memset(dst, 0xee, ROOM);
			aes_ctr(want, src + from, n, key, bits, iv);
			good = !svarig_aes_ctr(s, dst + to, src + from, n, key, bits, iv, &r) &&
			       !memcmp(dst + to, want, n) && guard_ok(dst, to, n, ROOM);
			ok(good, "AES-%u-CTR of %u bytes, offsets %u and %u (%s)", bits, n, from,
			   to, svarig_status_name(r.status));
		}
	}
	svarig_close(s);
	return done();
}
