/* SPDX-License-Identifier: BSD-2-Clause */
/* Published answers. */
#ifndef TB_VECTORS_H
#define TB_VECTORS_H

#include <stddef.h>

#include "ref.h"

/* Everything but name and op, alg in hexadecimal; text is what goes in, out what comes (text, then
 * digest, MAC, tag). */
struct vector {
	const char *name;
	uint8_t op, alg;
	const char *key, *iv, *aad, *text, *out;
};

extern const struct vector vectors[];
extern const size_t n_vectors;

/* Bytes written. */
size_t unhex(const char *hex, uint8_t *bytes);

/*
 * The job of a vector, decrypting if asked to, with what it must give in want (text and result).
 * Its buffers belong to the caller: src of 256 bytes, key of 128, iv of 16, want of 256.
 */
void vector_job(const struct vector *v, bool decrypt, struct ref_job *j, uint8_t *src, uint8_t *key,
		uint8_t *iv, uint8_t *want);
/* It is a cipher, and can be turned round. */
bool vector_turns(const struct vector *v);

#endif
