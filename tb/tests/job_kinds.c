/* SPDX-License-Identifier: BSD-2-Clause */
/* Every operation and algorithm: published answers, random jobs, scatter lists. */
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "vectors.h"

TEST(job_vectors, "published answers of every algorithm, ciphers both ways")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t page = env_alloc_filled(e, as, 0x2000, AS_RW);

	for (size_t i = 0; i < n_vectors; i++)
		for (int back = 0; back <= vector_turns(&vectors[i]); back++) {
			uint8_t src[256], key[128], iv[16], want[256], got[256];
			struct svarig_desc d = {.src = page + 3,
						.dst = page + 1001,
						.key = page + 4090,
						.iv = page + 2005};
			struct svarig_cpl c;
			struct ref_job r;
			uint32_t n;

			vector_job(&vectors[i], back, &r, src, key, iv, want);
			d.opcode = r.op;
			d.alg = r.alg;
			d.flags = back ? SVARIG_DF_DECRYPT : 0;
			d.len = r.len;
			d.aad_len = r.aad_len;
			as_write(as, d.src, src, ref_src_len(&r));
			as_write(as, d.key, key, 128);
			as_write(as, d.iv, iv, 16);
			check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, vectors[i].name);
			check_eq(e, c.done, r.len, "bytes done");
			n = ref_text_len(&r) + ref_result_len(&r);
			as_read(as, d.dst, got, n);
			check(e, !memcmp(got, want, n), "%s%s: wrong", vectors[i].name,
			      back ? ", back" : "");
		}
}

/* n jobs of each kind. */
static void each_kind(struct env *e, unsigned n, uint32_t max_len, bool lists)
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	struct job j;

	for (uint8_t op = SVARIG_OP_COPY; op <= SVARIG_OP_AEAD; op++)
		for (unsigned alg = 0; alg < 0x40; alg++)
			for (int back = 0; back <= (op >= SVARIG_OP_CIPHER); back++) {
				if (!ref_known(op, (uint8_t)alg) ||
				    (lists && op == SVARIG_OP_COMPARE))
					continue;
				for (unsigned i = 0; i < n; i++) {
					job_random_kind(e, &j, as, op, (uint8_t)alg, back, max_len,
							lists, 5);
					job_run(&q, &j);
					job_free(&j);
				}
			}
}

TEST(job_every_kind, "random jobs of every operation and algorithm")
{
	each_kind(e, 4, 5000, false);
}

TEST(job_scatter, "the same from and to scatter lists")
{
	each_kind(e, 4, 3000, true);
}

/* A stream's pieces, one after the other, from changing places; the last one without STATE_OUT. */
static void stream(struct tq *q, uint8_t op, uint8_t alg, bool decrypt, uint64_t mem)
{
	struct env *e = q->e;
	uint32_t block = ref_block(op, alg), min = ref_min_len(op, alg), at = 0;
	struct svarig_desc d = {.opcode = op, .alg = alg};
	struct ref_job r = {.op = op, .alg = alg, .decrypt = decrypt};
	uint8_t src[2048], out[2048], want[2048], key[128], iv[16];
	uint32_t n_out, done;
	struct svarig_cpl c;
	bool last;

	rng_bytes(&e->rng, src, sizeof(src));
	rng_bytes(&e->rng, key, sizeof(key));
	rng_bytes(&e->rng, iv, sizeof(iv));
	r.len = 400 + rng_below(&e->rng, 1200);
	r.len -= r.len % ref_unit(op, alg);
	r.aad_len = op == SVARIG_OP_AEAD ? rng_below(&e->rng, 60) : 0;
	r.src = src;
	r.key = key;
	r.iv = iv;
	if (op == SVARIG_OP_AEAD && decrypt) {
		r.decrypt = false;
		ref_run(&r, want, &done);
		r.decrypt = true;
		memcpy(src + r.aad_len, want, r.len + 16);
	}
	check_eq(e, ref_run(&r, want, &done), SVARIG_ST_OK, "reference");
	n_out = ref_text_len(&r) + ref_result_len(&r);
	d.src = mem + 5;
	d.dst = mem + 0x1007;
	d.key = mem + 0x2003;
	d.iv = mem + 0x2091;
	as_write(q->as, d.src, src, ref_src_len(&r));
	as_write(q->as, d.key, key, sizeof(key));
	as_write(q->as, d.iv, iv, sizeof(iv));
	do {
		uint32_t left = r.len - at, n = block + rng_below(&e->rng, 500), text;

		n -= n % (block == 1 ? 1 : block);
		last = n >= left || left - n < min;
		if (last)
			n = left;
		d.len = n;
		d.flags = (decrypt ? SVARIG_DF_DECRYPT : 0) | (at ? SVARIG_DF_STATE_IN : 0) |
			  (last ? 0 : SVARIG_DF_STATE_OUT);
		/* A stream of one piece is none. */
		d.state = at || !last ? mem + 0x2200 : 0;
		d.aad_len = at ? 0 : r.aad_len;
		d.cookie = rng64(&e->rng);
		check_eq(e, tq_run(q, &d, &c), SVARIG_ST_OK, "status of a piece");
		text = ref_text_len(&r) ? n : 0;
		at += n;
		d.src += n + d.aad_len;
		d.dst += text;
	} while (!last);
	as_read(q->as, mem + 0x1007, out, n_out);
	check(e, !memcmp(out, want, n_out),
	      "op %u alg %#x%s: a stream of %u bytes in pieces is not the whole", op, alg,
	      decrypt ? " decrypt" : "", r.len);
}

TEST(job_streams, "messages in pieces, with the state in user memory")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t mem = env_alloc_filled(e, as, 0x3000, AS_RW);

	for (uint8_t op = SVARIG_OP_CRC32C; op <= SVARIG_OP_AEAD; op++)
		for (unsigned alg = 0; alg < 0x40; alg++)
			for (int back = 0; back <= (op >= SVARIG_OP_CIPHER); back++)
				if (ref_known(op, (uint8_t)alg))
					stream(&q, op, (uint8_t)alg, back, mem);
}

TEST(job_wrong_state,
     "a state of another algorithm: ST_BAD_STATE, nothing written, the queue goes on")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t mem = env_alloc_filled(e, as, 0x3000, AS_RW);
	struct svarig_desc d = {.opcode = SVARIG_OP_HASH,
				.alg = SVARIG_HA_SHA256,
				.flags = SVARIG_DF_STATE_OUT,
				.len = 128,
				.src = mem,
				.dst = mem + 0x1000,
				.state = mem + 0x2000};
	uint8_t before[64], after[64];
	struct svarig_cpl c;

	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_OK, "first piece");
	as_read(as, d.dst, before, 64);
	d.flags = SVARIG_DF_STATE_IN;
	d.alg = SVARIG_HA_SM3;
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_BAD_STATE, "status");
	as_read(as, d.dst, after, 64);
	check(e, !memcmp(before, after, 64), "something was written");
	common_alive(&q);
}
