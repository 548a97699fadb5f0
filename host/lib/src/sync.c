// SPDX-License-Identifier: BSD-2-Clause
/* One job from call to return. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "queue.h"

int svarig_run(struct svarig *s, const struct svarig_job *job, struct svarig_result *result)
{
	struct svarig_result mine;
	int ret;

	if (!result)
		result = &mine;
	memset(result, 0, sizeof(*result));
	if (s->owner != getpid())
		return -ECHILD;
	if (svarig_outstanding(s))
		return -EBUSY;
	ret = svarig_submit(s, job);
	if (ret)
		return ret;
	ret = svarig_wait(s, result, 1, -1);
	return ret < 0 ? ret : result->error;
}

int svarig_copy(struct svarig *s, void *dst, const void *src, uint32_t len,
		struct svarig_result *result)
{
	struct svarig_job job = {.op = SVARIG_OP_COPY, .len = len, .src = src, .dst = dst};

	return svarig_run(s, &job, result);
}

int svarig_fill(struct svarig *s, void *dst, uint32_t len, const void *pattern,
		struct svarig_result *result)
{
	struct svarig_job job = {.op = SVARIG_OP_FILL, .len = len, .dst = dst, .iv = pattern};

	return svarig_run(s, &job, result);
}

int svarig_compare(struct svarig *s, const void *a, const void *b, uint32_t len,
		   struct svarig_result *result)
{
	struct svarig_job job = {
		.op = SVARIG_OP_COMPARE, .len = len, .src = a, .dst = (void *)(uintptr_t)b};
	struct svarig_result mine;
	int ret = svarig_run(s, &job, result ? result : &mine);

	return ret == -EBADMSG ? 1 : ret;
}

int svarig_crc32c(struct svarig *s, uint32_t *crc, const void *src, uint32_t len,
		  struct svarig_result *result)
{
	/* little-endian, as the host is (ring.c) */
	struct svarig_job job = {.op = SVARIG_OP_CRC32C, .len = len, .src = src, .dst = crc};

	return svarig_run(s, &job, result);
}

unsigned int svarig_digest_len(unsigned int alg)
{
	static const uint8_t bytes[] = {
		[SVARIG_HA_SHA224] = 28, [SVARIG_HA_SHA256] = 32, [SVARIG_HA_SHA384] = 48,
		[SVARIG_HA_SHA512] = 64, [SVARIG_HA_SM3] = 32,
	};

	return alg < sizeof(bytes) ? bytes[alg] : 0;
}

unsigned int svarig_block_len(unsigned int alg)
{
	if (!svarig_digest_len(alg))
		return 0;
	return alg == SVARIG_HA_SHA384 || alg == SVARIG_HA_SHA512 ? 128 : 64;
}

unsigned int svarig_key_len(unsigned int op, unsigned int alg)
{
	static const uint8_t bytes[] = {
		[SVARIG_CI_AES128] = 16,
		[SVARIG_CI_AES192] = 24,
		[SVARIG_CI_AES256] = 32,
		[SVARIG_CI_SM4] = 16,
	};
	unsigned int cipher = alg & 15, mode = alg >> 4;

	if (cipher >= sizeof(bytes) || mode > SVARIG_CM_XTS || (op == SVARIG_OP_AEAD && mode))
		return 0;
	if (op != SVARIG_OP_AEAD && mode == SVARIG_CM_XTS)
		return cipher == SVARIG_CI_AES192 ? 0 : 2 * bytes[cipher];
	return bytes[cipher];
}

int svarig_digest(struct svarig *s, unsigned int alg, void *digest, const void *src, uint32_t len,
		  struct svarig_result *result)
{
	struct svarig_job job = {
		.op = SVARIG_OP_HASH, .alg = (uint8_t)alg, .len = len, .src = src, .dst = digest};

	if (!svarig_digest_len(alg))
		return -EINVAL;
	return svarig_run(s, &job, result);
}

int svarig_hmac(struct svarig *s, unsigned int alg, void *mac, const void *src, uint32_t len,
		const void *key, uint32_t key_len, struct svarig_result *result)
{
	uint8_t block[128] = {0};
	struct svarig_job job = {.op = SVARIG_OP_HMAC,
				 .alg = (uint8_t)alg,
				 .len = len,
				 .src = src,
				 .dst = mac,
				 .key = block};
	int ret = 0;

	if (!svarig_block_len(alg))
		return -EINVAL;
	/* RFC 2104, 2: a longer key is hashed first. */
	if (key_len > svarig_block_len(alg))
		ret = svarig_digest(s, alg, block, key, key_len, result);
	else if (key_len)
		memcpy(block, key, key_len);
	if (!ret)
		ret = svarig_run(s, &job, result);
	explicit_bzero(block, sizeof(block));
	return ret;
}

int svarig_cipher(struct svarig *s, unsigned int alg, int decrypt, void *dst, const void *src,
		  uint32_t len, const void *key, const void *iv, struct svarig_result *result)
{
	struct svarig_job job = {
		.op = SVARIG_OP_CIPHER,
		.alg = (uint8_t)alg,
		.flags = decrypt ? SVARIG_DF_DECRYPT : 0,
		.len = len,
		.src = src,
		.dst = dst,
		.key = key,
		.iv = iv,
	};

	if (!svarig_key_len(job.op, alg))
		return -EINVAL;
	return svarig_run(s, &job, result);
}

int svarig_aead(struct svarig *s, unsigned int alg, int decrypt, void *dst, const void *src,
		uint32_t len, const void *aad, uint32_t aad_len, const void *key, const void *iv,
		struct svarig_result *result)
{
	uint32_t text = len + (decrypt ? 16 : 0);
	struct svarig_sg list[2] __attribute__((aligned(16))) = {
		{.addr = (uintptr_t)aad, .len = aad_len},
		{.addr = (uintptr_t)src, .len = text},
	};
	struct svarig_job job = {
		.op = SVARIG_OP_AEAD,
		.alg = (uint8_t)alg,
		.flags = decrypt ? SVARIG_DF_DECRYPT : 0,
		.len = len,
		.aad_len = aad_len,
		.src = src,
		.dst = dst,
		.key = key,
		.iv = iv,
	};

	if (!svarig_key_len(job.op, alg))
		return -EINVAL;
	/* AAD and text are one stream for the device, wherever they lie. */
	if (aad_len && text) {
		job.src = list;
		job.src_sg = 2;
	} else if (aad_len) {
		job.src = aad;
	}
	return svarig_run(s, &job, result);
}

int svarig_piece(struct svarig *s, const struct svarig_job *job, void *state, int first, int last,
		 struct svarig_result *result)
{
	struct svarig_job piece = *job;

	piece.flags |= (first ? 0 : SVARIG_DF_STATE_IN) | (last ? 0 : SVARIG_DF_STATE_OUT);
	piece.state = first && last ? NULL : state;
	return svarig_run(s, &piece, result);
}

int svarig_sha256(struct svarig *s, uint8_t digest[32], const void *src, uint32_t len,
		  struct svarig_result *result)
{
	return svarig_digest(s, SVARIG_HA_SHA256, digest, src, len, result);
}

int svarig_aes_ctr(struct svarig *s, void *dst, const void *src, uint32_t len, const void *key,
		   unsigned int key_bits, const void *iv, struct svarig_result *result)
{
	if (key_bits != 128 && key_bits != 256)
		return -EINVAL;
	return svarig_cipher(
		s, (key_bits == 256 ? SVARIG_CI_AES256 : SVARIG_CI_AES128) | SVARIG_CM_CTR << 4, 0,
		dst, src, len, key, iv, result);
}
