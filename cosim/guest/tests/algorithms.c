// SPDX-License-Identifier: BSD-2-Clause
// guest-test: timeout=400
/* Every operation and algorithm against libcrypto: whole, in pieces, from and to scatter lists, and
 * by the library's own calls. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lib/guest.h"
#include "ref.h"

enum {
	ROOM = 16384,
};

static struct svarig *s;
static uint8_t *src, *dst, *want, *other;
static uint8_t key[128], iv[16];

/* Source for the job: for decryption something that was encrypted. Returns the status that is due.
 */
static uint8_t prepare(struct ref_job *r, uint32_t seed, uint32_t *done)
{
	fill(src, ROOM, seed);
	fill(key, sizeof(key), seed + 1);
	fill(iv, sizeof(iv), seed + 2);
	r->src = src;
	r->other = other;
	r->key = key;
	r->iv = iv;
	memcpy(other, src, ROOM);
	if (r->op == SVARIG_OP_AEAD && r->decrypt) {
		struct ref_job e = *r;

		e.decrypt = false;
		ref_run(&e, want, done);
		memcpy(src + r->aad_len, want, r->len + 16);
	}
	return ref_run(r, want, done);
}

static struct svarig_job job_of(const struct ref_job *r)
{
	return (struct svarig_job){
		.op = r->op,
		.alg = r->alg,
		.flags = r->decrypt ? SVARIG_DF_DECRYPT : 0,
		.len = r->len,
		.aad_len = r->aad_len,
		.src = src,
		.dst = r->op == SVARIG_OP_COMPARE ? other : dst,
		.key = key,
		.iv = iv,
	};
}

/* Bytes of dst that are right, from the first; everything behind them must be untouched. */
static bool right(uint32_t bytes)
{
	for (uint32_t i = bytes; i < ROOM; i++)
		if (dst[i] != 0xee)
			return false;
	return !memcmp(dst, want, bytes);
}

static bool whole(struct ref_job r, struct svarig_result *result)
{
	uint32_t done;
	uint8_t status = prepare(&r, 7 * r.len + r.alg, &done);
	struct svarig_job job = job_of(&r);

	memset(dst, 0xee, ROOM);
	svarig_run(s, &job, result);
	return result->status == status && result->done == done &&
	       right(ref_text_len(&r) + ref_result_len(&r));
}

/* Entries of odd lengths; the list is as long as it needs to be. */
static uint16_t list(struct svarig_sg *sg, const uint8_t *p, uint32_t bytes)
{
	uint16_t n = 0;

	for (uint32_t at = 0, l; at < bytes; at += l) {
		l = 1 + 37 * n % 1009;
		if (l > bytes - at || n == 19)
			l = bytes - at;
		sg[n++] = (struct svarig_sg){.addr = (uintptr_t)p + at, .len = l};
	}
	return n;
}

static bool scattered(struct ref_job r, struct svarig_result *result)
{
	static struct svarig_sg from[20] __attribute__((aligned(16))),
		to[20] __attribute__((aligned(16)));
	uint32_t done, out = ref_text_len(&r) + ref_result_len(&r);
	uint8_t status = prepare(&r, 5 * r.len + r.alg, &done);
	struct svarig_job job = job_of(&r);

	memset(dst, 0xee, ROOM);
	job.src_sg = list(from, src, ref_src_len(&r));
	job.dst_sg = list(to, dst, out);
	if (job.src_sg)
		job.src = from;
	if (job.dst_sg)
		job.dst = to;
	svarig_run(s, &job, result);
	return result->status == status && right(out);
}

static bool pieces(struct ref_job r, struct svarig_result *result)
{
	static uint8_t state[SVARIG_STATE_SIZE] __attribute__((aligned(16)));
	uint32_t done, at = 0, out = 0, block = ref_block(r.op, r.alg), from = 0;
	uint8_t status = prepare(&r, 3 * r.len + r.alg, &done);
	bool last;

	memset(dst, 0xee, ROOM);
	do {
		struct svarig_job job = job_of(&r);

		job.len = 10 * block;
		last = r.len - at < 20 * block;
		if (last)
			job.len = r.len - at;
		job.aad_len = at ? 0 : r.aad_len;
		job.src = src + from;
		job.dst = dst + out;
		if (svarig_piece(s, &job, state, !at, last, result) && result->status != status)
			return false;
		at += job.len;
		from += job.len + job.aad_len;
		out += ref_text_len(&r) ? job.len : 0;
	} while (!last);
	return result->status == status && right(ref_text_len(&r) + ref_result_len(&r));
}

static void kinds(void)
{
	static const uint32_t lengths[] = {16, 1024};
	struct svarig_result result;

	for (unsigned int op = SVARIG_OP_COPY; op <= SVARIG_OP_AEAD; op++)
		for (unsigned int alg = 0; alg < 0x40; alg++)
			for (unsigned int back = 0; back <= (op >= SVARIG_OP_CIPHER); back++) {
				struct ref_job r = {.op = op, .alg = alg, .decrypt = back};
				bool good = true;

				if (!ref_known(op, alg))
					continue;
				r.aad_len = op == SVARIG_OP_AEAD ? 29 : 0;
				for (unsigned int i = 0; i < 2 && good; i++) {
					r.len = lengths[i] + (ref_unit(op, alg) == 1 ? i : 0);
					r.len -= r.len % ref_unit(op, alg);
					good = whole(r, &result);
				}
				if (good && op != SVARIG_OP_COMPARE)
					good = scattered(r, &result);
				if (good && op >= SVARIG_OP_CRC32C)
					good = pieces(r, &result);
				ok(good,
				   "operation %u algorithm %#x%s: whole, scattered, in pieces (%s)",
				   op, alg, back ? " back" : "", svarig_status_name(result.status));
			}
}

static void calls(void)
{
	uint8_t digest[64], mac[64], sealed[116], tag;
	struct svarig_result r;
	unsigned int n = 0;
	uint32_t crc = 0;

	fill(src, ROOM, 9);
	memcpy(other, src, ROOM);
	ok(!svarig_compare(s, src, other, 5000, &r) && r.done == 5000, "compare: equal");
	other[4321] ^= 1;
	ok(svarig_compare(s, src, other, 5000, &r) == 1 && r.done == 4321,
	   "compare: a difference at byte 4321, told %u", r.done);
	ok(!svarig_fill(s, dst, 1001, "0123456789abcdef", &r) &&
		   !memcmp(dst, "0123456789abcdef0", 17) && dst[1000] == '8',
	   "fill");
	ok(!svarig_crc32c(s, &crc, "123456789", 9, &r) && crc == 0xe3069283,
	   "crc32c of \"123456789\"");
	HMAC(EVP_sha512(), src, 300, src + 1000, 777, mac, &n);
	ok(!svarig_hmac(s, SVARIG_HA_SHA512, digest, src + 1000, 777, src, 300, &r) &&
		   !memcmp(mac, digest, n),
	   "hmac with a key longer than a block");
	HMAC(EVP_sha256(), src, 0, src + 1000, 777, mac, &n);
	ok(!svarig_hmac(s, SVARIG_HA_SHA256, digest, src + 1000, 777, src, 0, &r) &&
		   !memcmp(mac, digest, n),
	   "hmac with no key");
	ok(svarig_digest(s, 99, digest, src, 10, &r) == -EINVAL &&
		   svarig_cipher(s, 0x44, 0, dst, src, 16, key, iv, &r) == -EINVAL,
	   "an algorithm that is not there");
	ok(!svarig_aead(s, SVARIG_CI_AES256, 0, sealed, src, 100, other, 33, key, iv, &r),
	   "aead: sealed");
	ok(!svarig_aead(s, SVARIG_CI_AES256, 1, dst, sealed, 100, other, 33, key, iv, &r) &&
		   !memcmp(dst, src, 100),
	   "aead: opened");
	tag = sealed[115];
	sealed[115] ^= 0x80;
	ok(svarig_aead(s, SVARIG_CI_AES256, 1, dst, sealed, 100, other, 33, key, iv, &r) ==
			   -EBADMSG &&
		   r.status == SVARIG_ST_AUTH,
	   "aead: a wrong tag");
	sealed[115] = tag;
	ok(svarig_aead(s, SVARIG_CI_AES256, 1, dst, sealed, 100, other + 1, 33, key, iv, &r) ==
		   -EBADMSG,
	   "aead: other AAD");
}

int main(void)
{
	s = queue(4);
	src = memory(ROOM);
	dst = memory(ROOM);
	want = memory(ROOM);
	other = memory(ROOM);
	touch(src, ROOM);
	touch(dst, ROOM);
	touch(other, ROOM);
	kinds();
	calls();
	svarig_close(s);
	device_works();
	return done();
}
