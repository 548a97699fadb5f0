// SPDX-License-Identifier: BSD-2-Clause
/* One job from call to return. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "queue.h"

static int run(struct svarig *s, const struct svarig_job *job, struct svarig_result *result)
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

	return run(s, &job, result);
}

int svarig_sha256(struct svarig *s, uint8_t digest[32], const void *src, uint32_t len,
		  struct svarig_result *result)
{
	struct svarig_job job = {.op = SVARIG_OP_HASH,
				 .alg = SVARIG_HA_SHA256,
				 .len = len,
				 .src = src,
				 .dst = digest};

	return run(s, &job, result);
}

int svarig_aes_ctr(struct svarig *s, void *dst, const void *src, uint32_t len, const void *key,
		   unsigned int key_bits, const void *iv, struct svarig_result *result)
{
	struct svarig_job job = {
		.op = SVARIG_OP_CIPHER,
		.alg = (key_bits == 256 ? SVARIG_CI_AES256 : SVARIG_CI_AES128) | SVARIG_CM_CTR << 4,
		.len = len,
		.src = src,
		.dst = dst,
		.key = key,
		.iv = iv,
	};

	if (key_bits != 128 && key_bits != 256)
		return -EINVAL;
	return run(s, &job, result);
}
