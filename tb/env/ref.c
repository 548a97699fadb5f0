/* SPDX-License-Identifier: BSD-2-Clause */
/* See ref.h. */
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "die.h"
#include "ref.h"

static const struct {
	const char *name;
	uint32_t block, digest;
} hashes[] = {
	[SVARIG_HA_SHA224] = {"SHA224", 64, 28},  [SVARIG_HA_SHA256] = {"SHA256", 64, 32},
	[SVARIG_HA_SHA384] = {"SHA384", 128, 48}, [SVARIG_HA_SHA512] = {"SHA512", 128, 64},
	[SVARIG_HA_SM3] = {"SM3", 64, 32},
};

static const struct {
	const char *name;
	uint32_t key;
} ciphers[] = {
	[SVARIG_CI_AES128] = {"AES-128", 16},
	[SVARIG_CI_AES192] = {"AES-192", 24},
	[SVARIG_CI_AES256] = {"AES-256", 32},
	[SVARIG_CI_SM4] = {"SM4", 16},
};

static const char *const modes[] = {
	[SVARIG_CM_ECB] = "ECB",
	[SVARIG_CM_CBC] = "CBC",
	[SVARIG_CM_CTR] = "CTR",
	[SVARIG_CM_XTS] = "XTS",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static unsigned cipher_of(uint8_t alg)
{
	return alg & 15;
}

static unsigned mode_of(uint8_t alg)
{
	return alg >> 4;
}

static bool is_xts(uint8_t op, uint8_t alg)
{
	return op == SVARIG_OP_CIPHER && mode_of(alg) == SVARIG_CM_XTS;
}

static bool is_hash(uint8_t op)
{
	return op == SVARIG_OP_HASH || op == SVARIG_OP_HMAC;
}

bool ref_known(uint8_t op, uint8_t alg)
{
	if (is_hash(op))
		return alg < COUNT(hashes);
	if (op == SVARIG_OP_AEAD)
		return alg < COUNT(ciphers);
	if (op == SVARIG_OP_CIPHER)
		return cipher_of(alg) < COUNT(ciphers) && mode_of(alg) < COUNT(modes) &&
		       !(is_xts(op, alg) && cipher_of(alg) == SVARIG_CI_AES192);
	return op <= SVARIG_OP_CRC32C && !alg;
}

uint32_t ref_key_len(uint8_t op, uint8_t alg)
{
	if (op == SVARIG_OP_HMAC)
		return hashes[alg].block;
	if (op == SVARIG_OP_CIPHER || op == SVARIG_OP_AEAD)
		return ciphers[cipher_of(alg)].key << is_xts(op, alg);
	return 0;
}

uint32_t ref_iv_len(uint8_t op, uint8_t alg)
{
	if (op == SVARIG_OP_AEAD)
		return 12;
	if (op == SVARIG_OP_FILL)
		return 16;
	return op == SVARIG_OP_CIPHER && mode_of(alg) != SVARIG_CM_ECB ? 16 : 0;
}

uint32_t ref_src_len(const struct ref_job *j)
{
	if (j->op == SVARIG_OP_FILL || j->op == SVARIG_OP_NOP)
		return 0;
	if (j->op == SVARIG_OP_AEAD)
		return j->aad_len + j->len + (j->decrypt ? 16 : 0);
	return j->len;
}

uint32_t ref_text_len(const struct ref_job *j)
{
	return j->op == SVARIG_OP_COPY || j->op == SVARIG_OP_FILL || j->op == SVARIG_OP_CIPHER ||
			       j->op == SVARIG_OP_AEAD
		       ? j->len
		       : 0;
}

uint32_t ref_result_len(const struct ref_job *j)
{
	if (j->op == SVARIG_OP_CRC32C)
		return 4;
	if (is_hash(j->op))
		return hashes[j->alg].digest;
	return j->op == SVARIG_OP_AEAD && !j->decrypt ? 16 : 0;
}

uint32_t ref_block(uint8_t op, uint8_t alg)
{
	if (is_hash(op))
		return hashes[alg].block;
	return op == SVARIG_OP_CIPHER || op == SVARIG_OP_AEAD ? 16 : 1;
}

uint32_t ref_min_len(uint8_t op, uint8_t alg)
{
	if (op == SVARIG_OP_CRC32C || is_hash(op) || op == SVARIG_OP_AEAD || op == SVARIG_OP_NOP)
		return 0;
	return op == SVARIG_OP_CIPHER && mode_of(alg) != SVARIG_CM_CTR ? 16 : 1;
}

uint32_t ref_unit(uint8_t op, uint8_t alg)
{
	return op == SVARIG_OP_CIPHER &&
			       (mode_of(alg) == SVARIG_CM_ECB || mode_of(alg) == SVARIG_CM_CBC)
		       ? 16
		       : 1;
}

uint32_t ref_crc32c(const uint8_t *p, uint32_t len)
{
	uint32_t c = ~0u;

	while (len--) {
		c ^= *p++;
		for (int i = 0; i < 8; i++)
			c = c >> 1 ^ (c & 1 ? 0x82f63b78 : 0);
	}
	return ~c;
}

static EVP_CIPHER_CTX *open_cipher(unsigned cipher, const char *mode, const uint8_t *key,
				   const uint8_t *iv, bool encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	EVP_CIPHER *c;
	char name[20];

	strcpy(name, ciphers[cipher].name);
	strcat(name, "-");
	strcat(name, mode);
	c = EVP_CIPHER_fetch(NULL, name, NULL);
	if (!ctx || !c || !EVP_CipherInit_ex2(ctx, c, key, iv, encrypt, NULL) ||
	    !EVP_CIPHER_CTX_set_padding(ctx, 0))
		die("OpenSSL has no %s", name);
	EVP_CIPHER_free(c);
	return ctx;
}

static void update(EVP_CIPHER_CTX *ctx, const uint8_t *in, uint32_t len, uint8_t *out)
{
	int n = 0;

	if (len && (!EVP_CipherUpdate(ctx, out, &n, in, (int)len) || (uint32_t)n != len))
		die("OpenSSL: a cipher failed on %u bytes", len);
}

static void modes_run(const struct ref_job *j, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = open_cipher(cipher_of(j->alg), modes[mode_of(j->alg)], j->key,
					  ref_iv_len(j->op, j->alg) ? j->iv : NULL, !j->decrypt);

	update(ctx, j->src, j->len, out);
	EVP_CIPHER_CTX_free(ctx);
}

static uint8_t gcm_run(const struct ref_job *j, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = open_cipher(cipher_of(j->alg), "GCM", j->key, j->iv, !j->decrypt);
	const uint8_t *text = j->src + j->aad_len;
	uint8_t status = SVARIG_ST_OK, more[16], tag[16];
	int n = 0;

	if (j->aad_len && !EVP_CipherUpdate(ctx, NULL, &n, j->src, (int)j->aad_len))
		die("OpenSSL: AAD of %u bytes failed", j->aad_len);
	update(ctx, text, j->len, out);
	if (j->decrypt) {
		memcpy(tag, text + j->len, 16);
		if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag) <= 0)
			die("OpenSSL: tag not taken");
		if (EVP_CipherFinal_ex(ctx, more, &n) <= 0)
			status = SVARIG_ST_AUTH;
	} else if (!EVP_CipherFinal_ex(ctx, more, &n) ||
		   EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, out + j->len) <= 0) {
		die("OpenSSL: no tag");
	}
	EVP_CIPHER_CTX_free(ctx);
	return status;
}

/* ------------------------------------------------------------------ from single blocks */

static void xor16(uint8_t *to, const uint8_t *a, const uint8_t *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		to[i] = a[i] ^ b[i];
}

/* Times x (IEEE 1619, 5.2). */
static void next_tweak(uint8_t *t)
{
	uint8_t carry = 0;

	for (int i = 0; i < 16; i++) {
		uint8_t c = t[i] >> 7;

		t[i] = (uint8_t)(t[i] << 1 | carry);
		carry = c;
	}
	if (carry)
		t[0] ^= 0x87;
}

static void xex(EVP_CIPHER_CTX *ctx, const uint8_t *t, const uint8_t *in, uint8_t *out)
{
	uint8_t b[16];

	xor16(b, in, t, 16);
	update(ctx, b, 16, b);
	xor16(out, b, t, 16);
}

static void xts_run(const struct ref_job *j, uint8_t *out)
{
	uint32_t half = ref_key_len(j->op, j->alg) / 2, at = 0, odd = j->len % 16;
	EVP_CIPHER_CTX *k1 = open_cipher(cipher_of(j->alg), "ECB", j->key, NULL, !j->decrypt);
	EVP_CIPHER_CTX *k2 = open_cipher(cipher_of(j->alg), "ECB", j->key + half, NULL, true);
	uint8_t t[16], later[16], b[16];

	update(k2, j->iv, 16, t);
	for (; at + 16 + (odd ? 16 : 0) <= j->len - odd; at += 16) {
		xex(k1, t, j->src + at, out + at);
		next_tweak(t);
	}
	if (odd) {
		memcpy(later, t, 16);
		next_tweak(later);
		xex(k1, j->decrypt ? later : t, j->src + at, b);
		memcpy(out + at + 16, b, odd);
		memcpy(b, j->src + at + 16, odd);
		xex(k1, j->decrypt ? t : later, b, out + at);
	}
	EVP_CIPHER_CTX_free(k1);
	EVP_CIPHER_CTX_free(k2);
}

/* y = (y ^ the n bytes at p, padded) * h (SP 800-38D, 6.3 and 6.4). */
static void ghash(uint8_t *y, const uint8_t *h, const uint8_t *p, uint32_t len)
{
	while (len) {
		uint32_t n = len < 16 ? len : 16;
		uint8_t z[16] = {0}, v[16];

		xor16(y, y, p, n);
		memcpy(v, h, 16);
		for (int i = 0; i < 128; i++) {
			bool odd = v[15] & 1;

			if (y[i / 8] >> (7 - i % 8) & 1)
				xor16(z, z, v, 16);
			for (int k = 15; k > 0; k--)
				v[k] = (uint8_t)(v[k] >> 1 | v[k - 1] << 7);
			v[0] = (uint8_t)(v[0] >> 1 ^ (odd ? 0xe1 : 0));
		}
		memcpy(y, z, 16);
		p += n;
		len -= n;
	}
}

static void put_be(uint8_t *p, uint64_t v, int bytes)
{
	while (bytes--) {
		p[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

static uint8_t gcm_by_blocks(const struct ref_job *j, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = open_cipher(cipher_of(j->alg), "ECB", j->key, NULL, true);
	const uint8_t *text = j->src + j->aad_len;
	uint8_t h[16] = {0}, ctr[16], ks[16], y[16] = {0}, lengths[16];
	uint32_t count = 1;

	update(ctx, h, 16, h);
	memcpy(ctr, j->iv, 12);
	ghash(y, h, j->src, j->aad_len);
	if (j->decrypt)
		ghash(y, h, text, j->len);
	for (uint32_t at = 0; at < j->len; at += 16) {
		put_be(ctr + 12, ++count, 4);
		update(ctx, ctr, 16, ks);
		xor16(out + at, text + at, ks, j->len - at < 16 ? j->len - at : 16);
	}
	if (!j->decrypt)
		ghash(y, h, out, j->len);
	put_be(lengths, (uint64_t)j->aad_len * 8, 8);
	put_be(lengths + 8, (uint64_t)j->len * 8, 8);
	ghash(y, h, lengths, 16);
	put_be(ctr + 12, 1, 4);
	update(ctx, ctr, 16, ks);
	xor16(y, y, ks, 16);
	EVP_CIPHER_CTX_free(ctx);
	if (j->decrypt)
		return memcmp(y, text + j->len, 16) ? SVARIG_ST_AUTH : SVARIG_ST_OK;
	memcpy(out + j->len, y, 16);
	return SVARIG_ST_OK;
}

uint8_t ref_by_blocks(const struct ref_job *j, uint8_t *out)
{
	if (j->op == SVARIG_OP_AEAD)
		return gcm_by_blocks(j, out);
	xts_run(j, out);
	return SVARIG_ST_OK;
}

/* ------------------------------------------------------------------ all */

static void hash_run(const struct ref_job *j, uint8_t *out)
{
	const EVP_MD *md = EVP_get_digestbyname(hashes[j->alg].name);
	unsigned n = 0;

	if (!md ||
	    (j->op == SVARIG_OP_HASH
		     ? !EVP_Digest(j->src, j->len, out, &n, md, NULL)
		     : !HMAC(md, j->key, (int)hashes[j->alg].block, j->src, j->len, out, &n)) ||
	    n != hashes[j->alg].digest)
		die("OpenSSL: %s failed", hashes[j->alg].name);
}

uint8_t ref_run(const struct ref_job *j, uint8_t *out, uint32_t *done)
{
	uint32_t v;

	*done = j->op == SVARIG_OP_NOP ? 0 : j->len;
	switch (j->op) {
	case SVARIG_OP_COPY:
		memcpy(out, j->src, j->len);
		break;
	case SVARIG_OP_FILL:
		for (uint32_t i = 0; i < j->len; i++)
			out[i] = j->iv[i % 16];
		break;
	case SVARIG_OP_COMPARE:
		for (v = 0; v < j->len && j->src[v] == j->other[v]; v++)
			;
		*done = v;
		return v < j->len ? SVARIG_ST_MISMATCH : SVARIG_ST_OK;
	case SVARIG_OP_CRC32C:
		v = ref_crc32c(j->src, j->len);
		for (int i = 0; i < 4; i++)
			out[i] = (uint8_t)(v >> 8 * i);
		break;
	case SVARIG_OP_HASH:
	case SVARIG_OP_HMAC:
		hash_run(j, out);
		break;
	case SVARIG_OP_CIPHER:
		if (is_xts(j->op, j->alg) && cipher_of(j->alg) == SVARIG_CI_SM4)
			return ref_by_blocks(j, out);
		modes_run(j, out);
		break;
	case SVARIG_OP_AEAD:
		return cipher_of(j->alg) == SVARIG_CI_SM4 ? ref_by_blocks(j, out) : gcm_run(j, out);
	}
	return SVARIG_ST_OK;
}
