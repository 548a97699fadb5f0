/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256: the published vectors of FIPS 180-4 (NIST examples), then every length around the
 * padding's corners. */
#include <stdlib.h>
#include <string.h>

#include "common.h"

static const struct {
	const char *text, *digest;
} vector[] = {
	{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
	 "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
	 "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

TEST(job_sha256_vectors, "FIPS 180-4 examples")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t page = env_alloc_filled(e, as, 4096, AS_RW);
	uint8_t digest[32], want[32];
	struct svarig_cpl c;

	for (unsigned i = 0; i < 4; i++) {
		struct svarig_desc d = {.opcode = SVARIG_OP_HASH,
					.alg = SVARIG_HA_SHA256,
					.src = page + 3,
					.dst = page + 1001};

		d.len = strlen(vector[i].text);
		as_write(as, d.src, vector[i].text, d.len);
		for (unsigned k = 0; k < 32; k++) {
			char two[3] = {vector[i].digest[2 * k], vector[i].digest[2 * k + 1], 0};

			want[k] = strtoul(two, NULL, 16);
		}
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "status");
		as_read(as, d.dst, digest, 32);
		check(e, !memcmp(digest, want, 32), "digest %u is wrong", i);
	}
}

TEST(job_sha256_lengths, "every length up to 200 bytes, any alignment, and some long ones")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src = env_alloc_filled(e, as, 0x6000, AS_R),
		 dst = env_alloc_filled(e, as, 0x2000, AS_RW);
	struct job j;

	for (uint32_t len = 0; len <= 210; len++) {
		job_sha256(e, &j, as, src + rng_below(&e->rng, 4096),
			   dst + JOB_GUARD + rng_below(&e->rng, 4096),
			   len <= 200 ? len : 1000 + rng_below(&e->rng, 16000));
		job_run(&q, &j);
		job_free(&j);
	}
}
