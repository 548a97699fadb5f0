// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs in a guest's own guest, which has no IOMMU and the endpoint assigned: crypto jobs over
 * physical addresses, which the outer guest's VFIO has mapped.
 */
#include <string.h>

#include "lib/physical.h"

enum {
	LEN = 100003,
	KEYS = PAGE,
	DIGEST = 2 * PAGE,
	SRC = 64 * 1024 + 5,
	DST = 512 * 1024 + 3,
};

static struct vqueue q;
static uint8_t *m, want[LEN];
static uint64_t at;

static void aes(uint32_t seed)
{
	struct svarig_desc d = {
		.opcode = SVARIG_OP_CIPHER,
		.alg = SVARIG_CI_AES256 | SVARIG_CM_CTR << 4,
		.len = LEN,
		.src = at + SRC,
		.dst = at + DST,
		.key = at + KEYS,
		.iv = at + KEYS + 64,
		.cookie = 0x5eed,
	};
	struct svarig_cpl c;
	int status;

	fill(m + SRC, LEN, seed);
	fill(m + KEYS, 80, seed + 1);
	memset(m + DST, 0, LEN + 1);
	aes_ctr(want, m + SRC, LEN, m + KEYS, 256, m + KEYS + 64);
	status = vqueue_run(&q, &d, &c);
	ok(status == SVARIG_ST_OK && c.cookie == 0x5eed && !memcmp(m + DST, want, LEN),
	   "AES-256-CTR of %d bytes in the nested guest is what libcrypto says (%s)", LEN,
	   svarig_status_name(status));
	ok(!m[DST - 1] && !m[DST + LEN], "nothing written around it");
}

static void digest(void)
{
	struct svarig_desc d = {.opcode = SVARIG_OP_HASH,
				.alg = SVARIG_HA_SHA256,
				.len = LEN,
				.src = at + SRC,
				.dst = at + DIGEST};
	struct svarig_cpl c;
	int status;

	sha256(want, m + SRC, LEN);
	status = vqueue_run(&q, &d, &c);
	ok(status == SVARIG_ST_OK && !memcmp(m + DIGEST, want, 32), "SHA-256 too (%s)",
	   svarig_status_name(status));
}

/* Physical addresses beyond this guest's memory are the outer guest's: no way there. */
static void beyond(void)
{
	struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = PAGE, .src = 1ull << 36, .dst = at + DST};
	struct svarig_cpl c;
	int status = vqueue_run(&q, &d, &c);

	ok(status == SVARIG_ST_FAULT_READ || status == SVARIG_ST_UR,
	   "what is not this guest's cannot be read (%s)", svarig_status_name(status));
}

int main(void)
{
	struct vdev v;

	m = memory_physical(&at);
	vdev_open_physical(&v);
	vqueue_create(&q, &v, 3, m, at, NO_PASID);
	aes(1);
	digest();
	beyond();
	aes(7);
	vqueue_destroy(&q);
	return done();
}
