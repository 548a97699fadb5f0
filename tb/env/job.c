/* SPDX-License-Identifier: BSD-2-Clause */
/* See job.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "job.h"

/* ------------------------------------------------------------------ answers */

static void ref_of(const struct job *j, struct ref_job *r)
{
	memset(r, 0, sizeof(*r));
	r->op = j->d.opcode;
	r->alg = j->d.alg;
	r->decrypt = j->d.flags & SVARIG_DF_DECRYPT;
	r->len = j->d.len;
	r->aad_len = j->d.aad_len;
}

static void read_pieces(const struct job *j, uint8_t *to)
{
	for (unsigned i = 0; i < j->n_src; i++) {
		as_read(j->as, j->src[i].va, to, j->src[i].len);
		to += j->src[i].len;
	}
}

static void write_pieces(const struct job *j, const uint8_t *from)
{
	for (unsigned i = 0; i < j->n_src; i++) {
		as_write(j->as, j->src[i].va, from, j->src[i].len);
		from += j->src[i].len;
	}
}

/* From what memory holds now. */
static void answer(struct job *j)
{
	uint8_t key[128], iv[16], *src = xalloc(j->src_len + 1), *other = xalloc(j->src_len + 1);
	uint8_t *out = xalloc(j->out_len + 1);
	uint32_t at = 0, n;
	struct ref_job r;

	ref_of(j, &r);
	read_pieces(j, src);
	n = ref_key_len(r.op, r.alg);
	if (n)
		as_read(j->as, j->d.key, key, n);
	n = ref_iv_len(r.op, r.alg);
	if (n)
		as_read(j->as, j->d.iv, iv, n);
	if (r.op == SVARIG_OP_COMPARE)
		as_read(j->as, j->d.dst, other, j->src_len);
	r.src = src;
	r.other = other;
	r.key = key;
	r.iv = iv;
	j->status = ref_run(&r, out, &j->done);
	for (unsigned i = 0; i < j->n_dst; i++) {
		struct job_piece *p = &j->dst[i];

		as_read(j->as, p->va - JOB_GUARD, p->want, p->len + 2 * JOB_GUARD);
		memcpy(p->want + JOB_GUARD, out + at, p->len);
		at += p->len;
	}
	free(src);
	free(other);
	free(out);
}

/* Lengths from d; the pieces are still to be set. */
static void begin(struct env *e, struct job *j, struct as *as, const struct svarig_desc *d)
{
	struct ref_job r;

	memset(j, 0, sizeof(*j));
	j->as = as;
	j->d = *d;
	j->d.cookie = rng64(&e->rng);
	ref_of(j, &r);
	j->src_len = ref_src_len(&r);
	j->out_len = ref_text_len(&r) + ref_result_len(&r);
}

static void dst_piece(struct job *j, uint64_t va, uint32_t len)
{
	j->dst[j->n_dst++] = (struct job_piece){va, len, xalloc(len + 2 * JOB_GUARD)};
}

void job_make(struct env *e, struct job *j, struct as *as, const struct svarig_desc *d)
{
	begin(e, j, as, d);
	j->src[0] = (struct job_piece){d->src, j->src_len, NULL};
	j->n_src = j->src_len != 0;
	if (j->out_len)
		dst_piece(j, d->dst, j->out_len);
	answer(j);
}

void job_copy(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst, uint32_t len)
{
	job_make(e, j, as,
		 &(struct svarig_desc){
			 .opcode = SVARIG_OP_COPY, .len = len, .src = src, .dst = dst});
}

void job_sha256(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		uint32_t len)
{
	job_make(e, j, as,
		 &(struct svarig_desc){.opcode = SVARIG_OP_HASH,
				       .alg = SVARIG_HA_SHA256,
				       .len = len,
				       .src = src,
				       .dst = dst});
}

void job_aes_ctr(struct env *e, struct job *j, struct as *as, uint64_t src, uint64_t dst,
		 uint32_t len, unsigned bits, uint64_t key, uint64_t iv)
{
	job_make(e, j, as,
		 &(struct svarig_desc){.opcode = SVARIG_OP_CIPHER,
				       .alg = JOB_AES_CTR(bits),
				       .len = len,
				       .src = src,
				       .dst = dst,
				       .key = key,
				       .iv = iv});
}

/* ------------------------------------------------------------------ random jobs */

/* Memory for len bytes at a random offset in its first page, with room for the guard. */
static uint64_t place(struct env *e, struct as *as, uint32_t len, uint32_t align, unsigned prot,
		      unsigned unmapped_percent)
{
	uint32_t off = rng_chance(&e->rng, 30) ? 64 * rng_below(&e->rng, 63)
					       : rng_below(&e->rng, PAGE_SIZE - JOB_GUARD);
	uint64_t size, va;

	off &= ~(align - 1);
	size = JOB_GUARD + off + len + JOB_GUARD;
	va = env_alloc(e, as, size, prot);
	for (uint64_t v = va; v < va + size; v += PAGE_SIZE) {
		rng_bytes(&e->rng, as_page(as, v)->data, PAGE_SIZE);
		if (!rng_chance(&e->rng, unmapped_percent))
			as_map(as, v);
	}
	return va + JOB_GUARD + off;
}

/* Cuts len bytes into pieces; returns how many. */
static unsigned split(struct env *e, uint32_t len, uint32_t *piece)
{
	unsigned n = 0;

	while (len) {
		uint32_t most = len < 700 ? len : 700, l = 1 + rng_below(&e->rng, most);

		if (n == JOB_PIECES - 1)
			l = len;
		piece[n++] = l;
		len -= l;
	}
	return n;
}

/* Puts the source's or the destination's pieces somewhere; returns the value of the descriptor's
 * address. */
static uint64_t spread(struct env *e, struct job *j, bool dst, bool list, unsigned unmapped_percent)
{
	uint32_t len = dst ? j->out_len : j->src_len, piece[JOB_PIECES] = {len};
	unsigned n = list ? split(e, len, piece) : len != 0;
	unsigned prot = dst || rng_chance(&e->rng, 50) ? AS_RW : AS_R;
	struct svarig_sg sg[JOB_PIECES] = {0};
	uint64_t at;

	if (!n && list)
		list = false;
	for (unsigned i = 0; i < n; i++) {
		at = place(e, j->as, piece[i], 1, prot, unmapped_percent);
		sg[i].addr = at;
		sg[i].len = piece[i];
		if (dst)
			dst_piece(j, at, piece[i]);
		else
			j->src[j->n_src++] = (struct job_piece){at, piece[i], NULL};
	}
	if (!list)
		return n ? sg[0].addr : rng64(&e->rng) & 0x7ffffffff000;
	if (dst)
		j->d.dst_sg = (uint16_t)n;
	else
		j->d.src_sg = (uint16_t)n;
	at = place(e, j->as, n * sizeof(sg[0]), 16, AS_R, unmapped_percent);
	as_write(j->as, at, sg, n * sizeof(sg[0]));
	return at;
}

/* Source content: for decryption something that was encrypted, mostly; for a comparison mostly the
 * same. */
static void fill(struct env *e, struct job *j)
{
	uint8_t *src = xalloc(j->src_len + 1), key[128], iv[16];
	struct ref_job r;
	uint32_t done;

	rng_bytes(&e->rng, src, j->src_len);
	ref_of(j, &r);
	if (r.op == SVARIG_OP_AEAD && r.decrypt) {
		uint8_t *sealed = xalloc(r.len + 16);

		as_read(j->as, j->d.key, key, ref_key_len(r.op, r.alg));
		as_read(j->as, j->d.iv, iv, 12);
		r.decrypt = false;
		r.src = src;
		r.key = key;
		r.iv = iv;
		ref_run(&r, sealed, &done);
		memcpy(src + r.aad_len, sealed, r.len + 16);
		free(sealed);
		if (rng_chance(&e->rng, 20))
			src[rng_below(&e->rng, j->src_len)] ^=
				(uint8_t)(1u << rng_below(&e->rng, 8));
	}
	write_pieces(j, src);
	if (r.op == SVARIG_OP_COMPARE) {
		if (rng_chance(&e->rng, 40))
			src[rng_below(&e->rng, j->src_len)] ^=
				(uint8_t)(1u << rng_below(&e->rng, 8));
		as_write(j->as, j->d.dst, src, j->src_len);
	}
	free(src);
}

void job_random_kind(struct env *e, struct job *j, struct as *as, uint8_t op, uint8_t alg,
		     bool decrypt, uint32_t max_len, bool lists, unsigned unmapped_percent)
{
	struct svarig_desc d = {.opcode = op, .alg = alg, .flags = decrypt ? SVARIG_DF_DECRYPT : 0};
	uint32_t unit = ref_unit(op, alg), most = max_len;

	if (rng_chance(&e->rng, 50) && most > 200)
		most = 200;
	d.len = ref_min_len(op, alg) + rng_below(&e->rng, most);
	d.len -= d.len % unit;
	if (op == SVARIG_OP_AEAD && rng_chance(&e->rng, 70))
		d.aad_len = rng_below(&e->rng, 100);
	begin(e, j, as, &d);
	if (ref_key_len(op, alg))
		j->d.key = place(e, as, ref_key_len(op, alg), 1, AS_R, unmapped_percent);
	if (ref_iv_len(op, alg))
		j->d.iv = place(e, as, ref_iv_len(op, alg), 1, AS_R, unmapped_percent);
	if (op != SVARIG_OP_FILL)
		j->d.src = spread(e, j, false, lists && rng_chance(&e->rng, 60), unmapped_percent);
	if (op == SVARIG_OP_COMPARE)
		j->d.dst = place(e, as, j->src_len, 1, AS_RW, unmapped_percent);
	else
		j->d.dst = spread(e, j, true, lists && rng_chance(&e->rng, 60), unmapped_percent);
	fill(e, j);
	answer(j);
}

void job_random(struct env *e, struct job *j, struct as *as, uint32_t max_len,
		unsigned unmapped_percent)
{
	uint8_t op, alg;

	do {
		op = (uint8_t)(1 + rng_below(&e->rng, SVARIG_OP_AEAD));
		alg = op == SVARIG_OP_CIPHER
			      ? (uint8_t)(rng_below(&e->rng, 4) | rng_below(&e->rng, 4) << 4)
		      : op >= SVARIG_OP_HASH ? (uint8_t)rng_below(&e->rng, 5)
					     : 0;
	} while (!ref_known(op, alg));
	job_random_kind(e, j, as, op, alg, op >= SVARIG_OP_CIPHER && rng_chance(&e->rng, 50),
			max_len, op != SVARIG_OP_COMPARE && rng_chance(&e->rng, 30),
			unmapped_percent);
}

void job_refresh(struct env *e, struct job *j)
{
	fill(e, j);
	j->d.cookie = rng64(&e->rng);
	answer(j);
}

/* ------------------------------------------------------------------ and what became of them */

static bool check_piece(struct env *e, const struct job *j, const struct job_piece *p)
{
	uint32_t size = p->len + 2 * JOB_GUARD, i = 0;
	uint8_t *got = xalloc(size);
	bool good;

	as_read(j->as, p->va - JOB_GUARD, got, size);
	while (i < size && got[i] == p->want[i])
		i++;
	good = check(e, i == size,
		     "op %u alg %#x flags %#x len %u: byte %d of %u at %#" PRIx64
		     " is %02x, not %02x",
		     j->d.opcode, j->d.alg, j->d.flags, j->d.len, (int)i - JOB_GUARD, p->len, p->va,
		     i < size ? got[i] : 0, i < size ? p->want[i] : 0);
	free(got);
	return good;
}

bool job_check(struct env *e, const struct job *j, const struct svarig_cpl *c)
{
	bool good;

	good = check(e, c->status == j->status,
		     "op %u alg %#x flags %#x len %u aad %u sg %u/%u: status %u, not %u; detail "
		     "%#x fault address %#" PRIx64,
		     j->d.opcode, j->d.alg, j->d.flags, j->d.len, j->d.aad_len, j->d.src_sg,
		     j->d.dst_sg, c->status, j->status, c->detail, c->fault_addr);
	good &= check_eq(e, c->cookie, j->d.cookie, "cookie");
	if (!good)
		return false;
	if (c->status != SVARIG_ST_AUTH)
		good &= check_eq(e, c->done, j->done, "bytes done");
	good &= check_eq(e, c->fault_addr, 0, "fault address");
	for (unsigned i = 0; i < j->n_dst && good; i++)
		good = check_piece(e, j, &j->dst[i]);
	return good;
}

void job_run(struct tq *q, struct job *j)
{
	struct svarig_cpl c;

	tq_run(q, &j->d, &c);
	job_check(q->e, j, &c);
}

static uint64_t some_byte(struct env *e, const struct job_piece *p, unsigned n)
{
	if (!n)
		return 0;
	p += rng_below(&e->rng, n);
	return p->va + rng_below(&e->rng, p->len);
}

uint64_t job_source_byte(struct env *e, const struct job *j)
{
	return some_byte(e, j->src, j->n_src);
}

uint64_t job_dest_byte(struct env *e, const struct job *j)
{
	return some_byte(e, j->dst, j->n_dst);
}

void job_free(struct job *j)
{
	for (unsigned i = 0; i < j->n_dst; i++)
		free(j->dst[i].want);
	j->n_dst = j->n_src = 0;
}
