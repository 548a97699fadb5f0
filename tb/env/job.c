/* SPDX-License-Identifier: BSD-2-Clause */
/* See job.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "die.h"
#include "job.h"

void ref_sha256(const uint8_t *data, size_t len, uint8_t *digest)
{
	unsigned n = 0;

	if (!EVP_Digest(data, len, digest, &n, EVP_sha256(), NULL) || n != 32)
		die("OpenSSL: SHA-256 failed");
}

void ref_aes_ctr(const uint8_t *key, unsigned bits, const uint8_t *iv, const uint8_t *in,
		 size_t len, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;

	if (!ctx ||
	    !EVP_EncryptInit_ex(ctx, bits == 256 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), NULL, key,
				iv) ||
	    !EVP_EncryptUpdate(ctx, out, &n, in, len) || (size_t)n != len)
		die("OpenSSL: AES-CTR failed");
	EVP_CIPHER_CTX_free(ctx);
}

static void answer(struct job *j)
{
	uint32_t len = j->d.len;
	uint8_t *in = xalloc(len + 1), *out = j->want + JOB_GUARD;
	uint8_t key[32], iv[16];
	unsigned bits;

	as_read(j->as, j->d.dst - JOB_GUARD, j->want, j->out_len + 2 * JOB_GUARD);
	as_read(j->as, j->d.src, in, len);
	switch (j->d.opcode) {
	case SVARIG_OP_COPY:
		memcpy(out, in, len);
		break;
	case SVARIG_OP_HASH:
		ref_sha256(in, len, out);
		break;
	case SVARIG_OP_CIPHER:
		bits = j->d.alg == JOB_AES_CTR(256) ? 256 : 128;
		as_read(j->as, j->d.key, key, bits / 8);
		as_read(j->as, j->d.iv, iv, 16);
		ref_aes_ctr(key, bits, iv, in, len, out);
		break;
	}
	free(in);
}

static void make(struct env *e, struct job *j, struct as *as, unsigned op, uint64_t src,
		 uint64_t dst, uint32_t len)
{
	memset(j, 0, sizeof(*j));
	j->as = as;
	j->d.opcode = op;
	j->d.len = len;
	j->d.src = src;
	j->d.dst = dst;
	j->d.cookie = rng64(&e->rng);
	j->out_len = op == SVARIG_OP_HASH ? 32 : op == SVARIG_OP_NOP ? 0 : len;
	j->want = xalloc(j->out_len + 2 * JOB_GUARD);
}

void job_copy(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst, uint32_t len)
{
	make(e, j, as, SVARIG_OP_COPY, src, dst, len);
	answer(j);
}

void job_sha256(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		uint32_t len)
{
	make(e, j, as, SVARIG_OP_HASH, src, dst, len);
	j->d.alg = SVARIG_HA_SHA256;
	answer(j);
}

void job_aes_ctr(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		 uint32_t len, unsigned bits, uint64_t key, uint64_t iv)
{
	make(e, j, as, SVARIG_OP_CIPHER, src, dst, len);
	j->d.alg = JOB_AES_CTR(bits);
	j->d.key = key;
	j->d.iv = iv;
	answer(j);
}

/* Memory for len bytes at a random offset in its first page, with room for the guard. */
static uint64_t place(struct env *e, struct as *as, uint32_t len, unsigned prot,
		      unsigned unmapped_percent)
{
	uint32_t off = rng_chance(&e->rng, 30) ? 64 * rng_below(&e->rng, 63)
					       : rng_below(&e->rng, PAGE_SIZE - JOB_GUARD);
	uint64_t size = JOB_GUARD + off + len + JOB_GUARD;
	uint64_t va = env_alloc(e, as, size, prot);

	for (uint64_t v = va; v < va + size; v += PAGE_SIZE) {
		rng_bytes(&e->rng, as_page(as, v)->data, PAGE_SIZE);
		if (!rng_chance(&e->rng, unmapped_percent))
			as_map(as, v);
	}
	return va + JOB_GUARD + off;
}

void job_random(struct env *e, struct job *j, struct as *as, uint32_t max_len,
		unsigned unmapped_percent)
{
	static const unsigned op[] = {SVARIG_OP_COPY, SVARIG_OP_HASH, SVARIG_OP_CIPHER};
	unsigned o = op[rng_below(&e->rng, 3)];
	uint32_t len = rng_chance(&e->rng, 50)
			       ? 1 + rng_below(&e->rng, max_len)
			       : 1 + rng_below(&e->rng, max_len < 200 ? max_len : 200);
	uint64_t src, dst, key, iv;

	src = place(e, as, len, AS_R | (rng_chance(&e->rng, 50) ? AS_W : 0), unmapped_percent);
	dst = place(e, as, o == SVARIG_OP_HASH ? 32 : len, AS_RW, unmapped_percent);
	if (o == SVARIG_OP_CIPHER) {
		key = place(e, as, 32, AS_R, unmapped_percent);
		iv = place(e, as, 16, AS_R, unmapped_percent);
		job_aes_ctr(e, j, as, src, dst, len, rng_chance(&e->rng, 50) ? 256 : 128, key, iv);
	} else if (o == SVARIG_OP_HASH) {
		job_sha256(e, j, as, src, dst, len);
	} else {
		job_copy(e, j, as, src, dst, len);
	}
}

void job_refresh(struct env *e, struct job *j)
{
	uint8_t chunk[64];

	for (uint32_t i = 0; i < j->d.len; i += sizeof(chunk)) {
		uint32_t n = j->d.len - i < sizeof(chunk) ? j->d.len - i : sizeof(chunk);

		rng_bytes(&e->rng, chunk, n);
		as_write(j->as, j->d.src + i, chunk, n);
	}
	j->d.cookie = rng64(&e->rng);
	answer(j);
}

bool job_check(struct env *e, const struct job *j, const struct svarig_cpl *c)
{
	uint32_t size = j->out_len + 2 * JOB_GUARD;
	uint8_t *got = xalloc(size);
	bool good;

	good = check(e, c->status == SVARIG_ST_OK,
		     "op %u len %u: status %u detail %#x fault address %#" PRIx64, j->d.opcode,
		     j->d.len, c->status, c->detail, c->fault_addr);
	good &= check_eq(e, c->cookie, j->d.cookie, "cookie");
	if (good) {
		good &= check_eq(e, c->done, j->d.len, "bytes done");
		good &= check_eq(e, c->fault_addr, 0, "fault address");
		as_read(j->as, j->d.dst - JOB_GUARD, got, size);
		for (uint32_t i = 0; i < size; i++) {
			if (got[i] == j->want[i])
				continue;
			good = check(e, false,
				     "op %u len %u src %#" PRIx64 " dst %#" PRIx64
				     ": byte %d is %02x, not %02x",
				     j->d.opcode, j->d.len, j->d.src, j->d.dst, (int)i - JOB_GUARD,
				     got[i], j->want[i]);
			break;
		}
	}
	free(got);
	return good;
}

void job_run(struct tq *q, struct job *j)
{
	struct svarig_cpl c;

	tq_run(q, &j->d, &c);
	job_check(q->e, j, &c);
}

void job_free(struct job *j)
{
	free(j->want);
	j->want = NULL;
}
