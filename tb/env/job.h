/* SPDX-License-Identifier: BSD-2-Clause */
/* Jobs in a process's memory with the answers they must give (ref.h). */
#ifndef TB_JOB_H
#define TB_JOB_H

#include "queue.h"
#include "ref.h"

/* alg of an AES-CTR job. */
#define JOB_AES_CTR(bits) ((bits) == 256 ? REF_ALG(AES256, CTR) : REF_ALG(AES128, CTR))

#define JOB_GUARD  64 /* bytes around a destination that must not change */
#define JOB_PIECES 12 /* most entries of a random scatter list */

/* A part of the source or the destination: all of it, or an entry of a scatter list. */
struct job_piece {
	uint64_t va;
	uint32_t len;
	uint8_t *want; /* destination: JOB_GUARD + len + JOB_GUARD bytes as they must be afterwards
			*/
};

struct job {
	struct svarig_desc d;
	struct as *as;
	uint32_t src_len; /* of the whole source: AAD, text, tag */
	uint32_t out_len; /* of text and result */
	struct job_piece src[JOB_PIECES], dst[JOB_PIECES];
	unsigned n_src, n_dst;
	/* of the record */
	uint8_t status;
	uint32_t done;
};

/*
 * Fills *j for one operation without scatter lists; the answer is computed from what the process's
 * memory holds now. What d names (opcode, alg, flags, len, src, dst, key, iv, aad_len) must have
 * been added to as, the destination with JOB_GUARD bytes around it. Streaming is not known here.
 * Free with job_free().
 */
void job_make(struct env *e, struct job *j, struct as *as, const struct svarig_desc *d);
void job_copy(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
	      uint32_t len);
void job_sha256(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		uint32_t len);
/* key and iv are written to memory by the caller. bits 128 or 256. */
void job_aes_ctr(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		 uint32_t len, unsigned bits, uint64_t key, uint64_t iv);
/*
 * A random job: opcode, algorithm, flags, length up to max_len, alignments, scatter lists;
 * allocates its memory in as, filled, with parts of it unmapped in unmapped_percent of the pages.
 */
void job_random(struct env *e, struct job *j, struct as *as, uint32_t max_len,
		unsigned unmapped_percent);
/* The same with everything but lengths and places given. */
void job_random_kind(struct env *e, struct job *j, struct as *as, uint8_t op, uint8_t alg,
		     bool decrypt, uint32_t max_len, bool lists, unsigned unmapped_percent);
/* The record and memory hold the answer. */
bool job_check(struct env *e, const struct job *j, const struct svarig_cpl *c);
void job_free(struct job *j);
/* Takes another random source content for the same addresses, and its answer. */
void job_refresh(struct env *e, struct job *j);

/* Runs it on q and checks it. */
void job_run(struct tq *q, struct job *j);

/* The address of a random byte that it reads, or writes; 0: it has none. */
uint64_t job_source_byte(struct env *e, const struct job *j);
uint64_t job_dest_byte(struct env *e, const struct job *j);

#endif
