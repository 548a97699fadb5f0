/* SPDX-License-Identifier: BSD-2-Clause */
/* AES-CTR: the vectors of NIST SP 800-38A F.5, the counter's carry over 128 bits, lengths and
 * alignments. */
#include <stdlib.h>
#include <string.h>

#include "common.h"

static void from_hex(const char *hex, uint8_t *out)
{
	for (; *hex; hex += 2) {
		char two[3] = {hex[0], hex[1], 0};

		*out++ = strtoul(two, NULL, 16);
	}
}

static const char plain[] = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
			    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
static const struct {
	unsigned bits;
	const char *key, *cipher;
} vector[] = {
	{128, "2b7e151628aed2a6abf7158809cf4f3c",
	 "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
	 "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
	{256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
	 "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
	 "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"},
};

TEST(job_aes_ctr_vectors, "SP 800-38A F.5.1 and F.5.5")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t page = env_alloc_filled(e, as, 4096, AS_RW);
	uint8_t key[32], iv[16], in[64], want[64], got[64];
	struct svarig_cpl c;

	from_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", iv);
	from_hex(plain, in);
	for (unsigned i = 0; i < 2; i++) {
		struct svarig_desc d = {.opcode = SVARIG_OP_CIPHER,
					.alg = JOB_AES_CTR(vector[i].bits),
					.len = 64,
					.src = page + 5,
					.dst = page + 1003,
					.key = page + 2001,
					.iv = page + 3002};

		from_hex(vector[i].key, key);
		from_hex(vector[i].cipher, want);
		as_write(as, d.src, in, 64);
		as_write(as, d.key, key, vector[i].bits / 8);
		as_write(as, d.iv, iv, 16);
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "status");
		as_read(as, d.dst, got, 64);
		check(e, !memcmp(got, want, 64), "AES-%u: wrong ciphertext", vector[i].bits);
	}
}

TEST(job_aes_ctr_carry, "the counter carries through all 128 bits")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t key = env_alloc_filled(e, as, 64, AS_R), iv = env_alloc_filled(e, as, 64, AS_R);
	uint64_t src = env_alloc_filled(e, as, 4096, AS_R),
		 dst = env_alloc_filled(e, as, 4096, AS_RW);
	struct job j;

	for (unsigned ones = 0; ones <= 16; ones++) {
		uint8_t block[16];

		rng_bytes(&e->rng, block, 16);
		memset(block + 16 - ones, 0xff, ones);
		as_write(as, iv, block, 16);
		job_aes_ctr(e, &j, as, src, dst + JOB_GUARD, 100, ones & 1 ? 256 : 128, key, iv);
		job_run(&q, &j);
		job_free(&j);
	}
}

TEST(job_aes_ctr_lengths, "lengths and alignments of source, destination, key and counter")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t src = env_alloc_filled(e, as, 0x6000, AS_R),
		 dst = env_alloc_filled(e, as, 0x6000, AS_RW);
	uint64_t key = env_alloc_filled(e, as, 0x2000, AS_R),
		 iv = env_alloc_filled(e, as, 0x2000, AS_R);
	struct job j;

	for (uint32_t i = 1; i <= 150; i++) {
		/* Key and counter block now and then lie across two pages. */
		job_aes_ctr(e, &j, as, src + rng_below(&e->rng, 4096),
			    dst + JOB_GUARD + rng_below(&e->rng, 4096),
			    i <= 70 ? i : 1 + rng_below(&e->rng, 9000), i & 1 ? 256 : 128,
			    key + 4096 - rng_below(&e->rng, 40),
			    iv + 4096 - rng_below(&e->rng, 20));
		job_run(&q, &j);
		job_free(&j);
	}
}

TEST(job_in_place, "destination equals source")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t buf = env_alloc_filled(e, as, 0x3000, AS_RW),
		 key = env_alloc_filled(e, as, 64, AS_R);
	struct job j;

	for (unsigned i = 0; i < 8; i++) {
		job_aes_ctr(e, &j, as, buf + 100, buf + 100, 5000, 256, key, key + 32);
		job_run(&q, &j);
		job_free(&j);
	}
}
