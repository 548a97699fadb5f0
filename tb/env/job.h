/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs with the answers OpenSSL gives for them. */
#ifndef TB_JOB_H
#define TB_JOB_H

#include "queue.h"

/* alg of an AES-CTR job. */
#define JOB_AES_CTR(bits)                                                                          \
	(((bits) == 256 ? SVARIG_CI_AES256 : SVARIG_CI_AES128) | SVARIG_CM_CTR << 4)

#define JOB_GUARD 64 /* bytes around the destination that must not change */

struct job {
	struct svarig_desc d;
	struct as *as;
	uint32_t out_len;
	uint8_t *want; /* JOB_GUARD + out_len + JOB_GUARD bytes as they must be afterwards */
};

/*
 * Fills *j; the answer is computed from what the process's memory holds now. Source, key, initial
 * counter and destination must have been added to as (destination with JOB_GUARD bytes around it).
 * Free with job_free().
 */
void job_copy(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
	      uint32_t len);
void job_sha256(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		uint32_t len);
/* key and iv are written to memory by the caller. bits 128 or 256. */
void job_aes_ctr(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		 uint32_t len, unsigned bits, uint64_t key, uint64_t iv);
/*
 * A random job: opcode, length up to max_len, alignments; allocates its memory in as, filled, with
 * parts of it unmapped in unmapped_percent of the pages.
 */
void job_random(struct env *e, struct job *j, struct as *as, uint32_t max_len,
		unsigned unmapped_percent);
/* The record says success and memory holds the answer. */
bool job_check(struct env *e, const struct job *j, const struct svarig_cpl *c);
void job_free(struct job *j);
/* Takes another random source content for the same addresses, and its answer. */
void job_refresh(struct env *e, struct job *j);

/* Runs it on q and checks it. */
void job_run(struct tq *q, struct job *j);

/* The reference functions. */
void ref_sha256(const uint8_t *data, size_t len, uint8_t *digest);
void ref_aes_ctr(const uint8_t *key, unsigned bits, const uint8_t *iv, const uint8_t *in,
		 size_t len, uint8_t *out);

#endif
