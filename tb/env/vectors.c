/* SPDX-License-Identifier: BSD-2-Clause */
/* See vectors.h. */
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

#define HASH(a)	   SVARIG_OP_HASH, SVARIG_HA_##a
#define HMAC(a)	   SVARIG_OP_HMAC, SVARIG_HA_##a
#define CIPH(c, m) SVARIG_OP_CIPHER, REF_ALG(c, m)
#define AEAD(c)	   SVARIG_OP_AEAD, SVARIG_CI_##c

#define ABC "616263"
#define ABCD56                                                                                     \
	"6162636462636465636465666465666765666768666768696768696a68696a6b696a6b6c6a6b6c6d6b6c6d6e" \
	"6c6d6e6f6d6e6f706e6f7071"
#define ABCD112                                                                                    \
	"61626364656667686263646566676869636465666768696a6465666768696a6b65666768696a6b6c"         \
	"666768696a6b6c6d6768696a6b6c6d6e68696a6b6c6d6e6f696a6b6c6d6e6f706a6b6c6d6e6f7071"         \
	"6b6c6d6e6f7071726c6d6e6f707172736d6e6f70717273746e6f707172737475"
#define KEY0B20 "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
#define HI	"4869205468657265"
#define JEFE	"4a656665"
#define WHAT	"7768617420646f2079612077616e7420666f72206e6f7468696e673f"
#define K128	"2b7e151628aed2a6abf7158809cf4f3c"
#define K192	"8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"
#define K256	"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
#define SP_TEXT "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
#define SP_IV	"000102030405060708090a0b0c0d0e0f"
#define SP_CTR	"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
#define GCM_KEY "feffe9928665731c6d6a8f9467308308"
#define GCM_IV	"cafebabefacedbaddecaf888"
#define GCM_60                                                                                     \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9595680953"         \
	"2fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define GCM_AAD "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define SM4_KEY "0123456789abcdeffedcba9876543210"

const struct vector vectors[] = {
	{"SHA-224, FIPS 180-4 \"abc\"", HASH(SHA224), "", "", "", ABC,
	 "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
	{"SHA-256, FIPS 180-4 \"abc\"", HASH(SHA256), "", "", "", ABC,
	 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"SHA-256, FIPS 180-4 two blocks", HASH(SHA256), "", "", "", ABCD56,
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"SHA-256, no message", HASH(SHA256), "", "", "", "",
	 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"SHA-384, FIPS 180-4 \"abc\"", HASH(SHA384), "", "", "", ABC,
	 "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca13"
	 "4c825a7"},
	{"SHA-512, FIPS 180-4 \"abc\"", HASH(SHA512), "", "", "", ABC,
	 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
	{"SHA-512, FIPS 180-4 two blocks", HASH(SHA512), "", "", "", ABCD112,
	 "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
	 "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
	{"SM3, GB/T 32905 example 1", HASH(SM3), "", "", "", ABC,
	 "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
	{"SM3, GB/T 32905 example 2", HASH(SM3), "", "", "",
	 "61626364616263646162636461626364616263646162636461626364616263646162636461626364"
	 "616263646162636461626364616263646162636461626364",
	 "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
	{"HMAC-SHA-224, RFC 4231 case 1", HMAC(SHA224), KEY0B20, "", "", HI,
	 "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"},
	{"HMAC-SHA-256, RFC 4231 case 1", HMAC(SHA256), KEY0B20, "", "", HI,
	 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
	{"HMAC-SHA-384, RFC 4231 case 1", HMAC(SHA384), KEY0B20, "", "", HI,
	 "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b"
	 "2fa9cb6"},
	{"HMAC-SHA-512, RFC 4231 case 1", HMAC(SHA512), KEY0B20, "", "", HI,
	 "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
	 "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
	{"HMAC-SHA-256, RFC 4231 case 2", HMAC(SHA256), JEFE, "", "", WHAT,
	 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
	{"CRC-32C, RFC 3720 B.4 zeros", SVARIG_OP_CRC32C, 0, "", "", "",
	 "0000000000000000000000000000000000000000000000000000000000000000", "aa36918a"},
	{"CRC-32C, RFC 3720 B.4 ones", SVARIG_OP_CRC32C, 0, "", "", "",
	 "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "43aba862"},
	{"CRC-32C, RFC 3720 B.4 rising", SVARIG_OP_CRC32C, 0, "", "", "",
	 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "4e79dd46"},
	{"AES-128-ECB, SP 800-38A F.1.1", CIPH(AES128, ECB), K128, "", "", SP_TEXT,
	 "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"},
	{"AES-192-ECB, SP 800-38A F.1.3", CIPH(AES192, ECB), K192, "", "", SP_TEXT,
	 "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"},
	{"AES-256-ECB, SP 800-38A F.1.5", CIPH(AES256, ECB), K256, "", "", SP_TEXT,
	 "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"},
	{"AES-128-CBC, SP 800-38A F.2.1", CIPH(AES128, CBC), K128, SP_IV, "", SP_TEXT,
	 "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"},
	{"AES-192-CBC, SP 800-38A F.2.3", CIPH(AES192, CBC), K192, SP_IV, "", SP_TEXT,
	 "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"},
	{"AES-256-CBC, SP 800-38A F.2.5", CIPH(AES256, CBC), K256, SP_IV, "", SP_TEXT,
	 "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"},
	{"AES-128-CTR, SP 800-38A F.5.1", CIPH(AES128, CTR), K128, SP_CTR, "", SP_TEXT,
	 "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"},
	{"AES-192-CTR, SP 800-38A F.5.3", CIPH(AES192, CTR), K192, SP_CTR, "", SP_TEXT,
	 "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"},
	{"AES-256-CTR, SP 800-38A F.5.5", CIPH(AES256, CTR), K256, SP_CTR, "", SP_TEXT,
	 "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"},
	{"AES-128-XTS, IEEE 1619 vector 2", CIPH(AES128, XTS),
	 "1111111111111111111111111111111122222222222222222222222222222222",
	 "33333333330000000000000000000000", "",
	 "4444444444444444444444444444444444444444444444444444444444444444",
	 "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"},
	{"AES-128-XTS, IEEE 1619 vector 15", CIPH(AES128, XTS),
	 "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0",
	 "9a785634120000000000000000000000", "", "000102030405060708090a0b0c0d0e0f10",
	 "6c1625db4671522d3d7599601de7ca09ed"},
	{"AES-128-GCM, test case 1", AEAD(AES128), "00000000000000000000000000000000",
	 "000000000000000000000000", "", "", "58e2fccefa7e3061367f1d57a4e7455a"},
	{"AES-128-GCM, test case 4", AEAD(AES128), GCM_KEY, GCM_IV, GCM_AAD, GCM_60,
	 "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c"
	 "7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47"},
	{"AES-256-GCM, test case 16", AEAD(AES256), GCM_KEY GCM_KEY, GCM_IV, GCM_AAD, GCM_60,
	 "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3d"
	 "a7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
	{"SM4-ECB, GB/T 32907 example 1", CIPH(SM4, ECB), SM4_KEY, "", "", SM4_KEY,
	 "681edf34d206965e86b3e94f536e4246"},
	{"SM4-GCM, RFC 8998 A.1", AEAD(SM4), SM4_KEY, "00001234567800000000abcd", GCM_AAD,
	 "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
	 "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
	 "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
	 "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
	 "83de3541e4c2b58177e065a9bf7b62ec"},
};
const size_t n_vectors = sizeof(vectors) / sizeof(vectors[0]);

size_t unhex(const char *hex, uint8_t *bytes)
{
	size_t n = 0;

	for (; hex[0] && hex[1]; hex += 2) {
		char two[3] = {hex[0], hex[1], 0};

		bytes[n++] = (uint8_t)strtoul(two, NULL, 16);
	}
	return n;
}

bool vector_turns(const struct vector *v)
{
	return v->op == SVARIG_OP_CIPHER || v->op == SVARIG_OP_AEAD;
}

void vector_job(const struct vector *v, bool decrypt, struct ref_job *j, uint8_t *src, uint8_t *key,
		uint8_t *iv, uint8_t *want)
{
	size_t aad = unhex(v->aad, src), len;

	memset(j, 0, sizeof(*j));
	memset(key, 0, 128);
	unhex(v->key, key);
	unhex(v->iv, iv);
	if (decrypt) {
		unhex(v->out, src + aad);
		len = unhex(v->text, want);
	} else {
		len = unhex(v->text, src + aad);
		unhex(v->out, want);
	}
	j->op = v->op;
	j->alg = v->alg;
	j->decrypt = decrypt;
	j->len = (uint32_t)len;
	j->aad_len = (uint32_t)aad;
	j->src = src;
	j->key = key;
	j->iv = iv;
}
