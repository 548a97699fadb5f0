/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every operation of the endpoint must give, from OpenSSL: jobs as a whole, in plain memory.
 * Used by the testbench and by the bench of the engines.
 */
#ifndef TB_REF_H
#define TB_REF_H

#include <stdbool.h>
#include <stdint.h>

#include "svarig_hw.h"

#define REF_ALG(cipher, mode) (SVARIG_CI_##cipher | SVARIG_CM_##mode << 4)

struct ref_job {
	uint8_t op, alg;
	bool decrypt;
	uint32_t len, aad_len;
	const uint8_t *src;   /* AAD, text, tag (ref_src_len() bytes) */
	const uint8_t *other; /* COMPARE: what is at dst */
	const uint8_t *key, *iv;
};

/* False if there is no such algorithm for this operation. */
bool ref_known(uint8_t op, uint8_t alg);
/* Bytes of key, IV, source, output text, and of what comes behind the text (digest, MAC, tag,
 * checksum). */
uint32_t ref_key_len(uint8_t op, uint8_t alg);
uint32_t ref_iv_len(uint8_t op, uint8_t alg);
uint32_t ref_src_len(const struct ref_job *j);
uint32_t ref_text_len(const struct ref_job *j);
uint32_t ref_result_len(const struct ref_job *j);
/* len must be a multiple of this if the job is not the last of a stream (1: any). */
uint32_t ref_block(uint8_t op, uint8_t alg);
/* Shortest text, and what its length must be a multiple of. */
uint32_t ref_min_len(uint8_t op, uint8_t alg);
uint32_t ref_unit(uint8_t op, uint8_t alg);

/*
 * Writes ref_text_len() + ref_result_len() bytes to out. Returns the status (ST_OK, ST_AUTH,
 * ST_MISMATCH); *done gets the record's count. Exits with a message if OpenSSL fails.
 */
uint8_t ref_run(const struct ref_job *j, uint8_t *out, uint32_t *done);

/* The same for XTS and GCM, made of single blocks only: SM4 has no other way in OpenSSL 3.0. */
uint8_t ref_by_blocks(const struct ref_job *j, uint8_t *out);

uint32_t ref_crc32c(const uint8_t *p, uint32_t len);

#endif
