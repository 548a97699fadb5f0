// SPDX-License-Identifier: BSD-2-Clause
/* Bad pointers, lengths, opcodes and flags: a clear status with the address, nothing lost. */
#include <string.h>
#include <sys/mman.h>

#include "lib/guest.h"

static struct svarig *s;
static uint8_t *good_src, *good_dst;

static struct svarig_result run(const struct svarig_job *job)
{
	struct svarig_result r = {0};

	if (svarig_submit(s, job))
		bail("submit");
	if (svarig_wait(s, &r, 1, 60000) != 1)
		bail("the job was lost");
	return r;
}

static struct svarig_job copy_job(const void *src, void *dst, uint32_t len)
{
	return (struct svarig_job){
		.op = SVARIG_OP_COPY, .len = len, .src = src, .dst = dst, .cookie = 42};
}

static void expect(const char *what, struct svarig_job job, int status, uint64_t addr)
{
	struct svarig_result r = run(&job);

	ok(r.status == status && r.fault_addr == addr && r.cookie == 42,
	   "%s: %s at %#llx (want %s at %#llx)", what, svarig_status_name(r.status),
	   (unsigned long long)r.fault_addr, svarig_status_name(status), (unsigned long long)addr);
}

static void pointers(void)
{
	uint8_t *hole = memory(4 * PAGE);
	uint8_t *readonly = memory(PAGE);
	uint64_t kernel = 0xffff800080000000, odd = 0x0123456789abc000;

	touch(hole, 4 * PAGE);
	munmap(hole + 2 * PAGE, 2 * PAGE);
	touch(readonly, PAGE);
	mprotect(readonly, PAGE, PROT_READ);

	expect("null source", copy_job(NULL, good_dst, 64), SVARIG_ST_FAULT_READ, 0);
	expect("null destination", copy_job(good_src, NULL, 64), SVARIG_ST_FAULT_WRITE, 0);
	expect("unmapped source", copy_job(hole + 2 * PAGE + 5, good_dst, 64), SVARIG_ST_FAULT_READ,
	       (uintptr_t)hole + 2 * PAGE + 5);
	expect("source that runs into a hole", copy_job(hole + PAGE, good_dst, 2 * PAGE),
	       SVARIG_ST_FAULT_READ, (uintptr_t)hole + 2 * PAGE);
	expect("destination that runs into a hole", copy_job(good_src, hole + PAGE + 8, 2 * PAGE),
	       SVARIG_ST_FAULT_WRITE, (uintptr_t)hole + 2 * PAGE);
	expect("read-only destination", copy_job(good_src, readonly + 16, 64),
	       SVARIG_ST_FAULT_WRITE, (uintptr_t)readonly + 16);
	expect("kernel source", copy_job((void *)kernel, good_dst, 64), SVARIG_ST_FAULT_READ,
	       kernel);
	expect("kernel destination", copy_job(good_src, (void *)kernel, 64), SVARIG_ST_FAULT_WRITE,
	       kernel);
	expect("non-canonical source", copy_job((void *)odd, good_dst, 64), SVARIG_ST_BAD_ADDRESS,
	       odd);
	expect("non-canonical destination", copy_job(good_src, (void *)odd, 64),
	       SVARIG_ST_BAD_ADDRESS, odd);
	munmap(hole, 2 * PAGE);
	munmap(readonly, PAGE);
}

static void lengths_and_codes(void)
{
	struct svarig_job job = copy_job(good_src, good_dst, 0);

	expect("zero length", job, SVARIG_ST_BAD_LENGTH, 0);
	job.len = SVARIG_MAX_LEN + 1;
	expect("one byte too long", job, SVARIG_ST_BAD_LENGTH, 0);
	job.len = UINT32_MAX;
	expect("the longest length there is", job, SVARIG_ST_BAD_LENGTH, 0);
	job.len = 64;
	job.op = 0x5a;
	expect("unknown opcode", job, SVARIG_ST_BAD_OPCODE, 0);
	job.op = SVARIG_OP_COPY;
	job.flags = 0x8000;
	expect("unknown flag", job, SVARIG_ST_BAD_FLAGS, 0);
	job.flags = SVARIG_DF_DECRYPT;
	expect("a flag of another operation", job, SVARIG_ST_BAD_FLAGS, 0);
}

static void keys(void)
{
	uint8_t key[32] = {1}, iv[16] = {2};
	struct svarig_job job = {.op = SVARIG_OP_CIPHER,
				 .alg = SVARIG_CI_AES128 | SVARIG_CM_CTR << 4,
				 .len = 64,
				 .src = good_src,
				 .dst = good_dst,
				 .key = NULL,
				 .iv = iv,
				 .cookie = 42};

	expect("null key", job, SVARIG_ST_FAULT_READ, 0);
	job.key = key;
	job.iv = (void *)0x10;
	expect("initial counter block in page 0", job, SVARIG_ST_FAULT_READ, 0x10);
	job.iv = iv;
	expect("both right", job, SVARIG_ST_OK, 0);
}

static void algorithms(void)
{
	static uint8_t state[SVARIG_STATE_SIZE] __attribute__((aligned(16)));
	uint8_t key[64] = {1}, iv[16] = {2};
	struct svarig_job job = {.op = SVARIG_OP_HASH,
				 .alg = SVARIG_HA_SM3 + 1,
				 .len = 64,
				 .src = good_src,
				 .dst = good_dst,
				 .key = key,
				 .iv = iv,
				 .cookie = 42};

	expect("a hash that is not there", job, SVARIG_ST_BAD_ALG, 0);
	job.op = SVARIG_OP_CIPHER;
	job.alg = SVARIG_CI_AES192 | SVARIG_CM_XTS << 4;
	expect("XTS with AES-192", job, SVARIG_ST_BAD_ALG, 0);
	job.alg = SVARIG_CI_SM4 | SVARIG_CM_CBC << 4;
	job.len = 65;
	expect("CBC of 65 bytes", job, SVARIG_ST_BAD_LENGTH, 0);
	job.alg = SVARIG_CI_AES128 | SVARIG_CM_XTS << 4;
	job.len = 15;
	expect("XTS of 15 bytes", job, SVARIG_ST_BAD_LENGTH, 0);
	job.op = SVARIG_OP_AEAD;
	job.alg = SVARIG_CI_AES128;
	job.flags = SVARIG_DF_DECRYPT;
	job.len = 48;
	expect("a tag that is wrong", job, SVARIG_ST_AUTH, 0);
	job.op = SVARIG_OP_HASH;
	job.alg = SVARIG_HA_SHA256;
	job.len = 64;
	job.flags = SVARIG_DF_STATE_IN;
	job.state = state;
	expect("a state of nothing", job, SVARIG_ST_BAD_STATE, (uintptr_t)state);
	job.state = state + 1;
	expect("a state at an odd address", job, SVARIG_ST_BAD_STATE, (uintptr_t)state + 1);
	job.flags = SVARIG_DF_STATE_OUT;
	job.state = state;
	job.len = 65;
	expect("a piece that is not a multiple of the block", job, SVARIG_ST_BAD_LENGTH, 0);
}

static void lists(void)
{
	static struct svarig_sg sg[4] __attribute__((aligned(16)));
	struct svarig_job job = copy_job(sg, good_dst, 64);

	job.src_sg = 2;
	sg[0] = (struct svarig_sg){.addr = (uintptr_t)good_src, .len = 60};
	sg[1] = (struct svarig_sg){.addr = (uintptr_t)good_src + 100, .len = 4};
	expect("a scatter list", job, SVARIG_ST_OK, 0);
	sg[1].len = 0;
	expect("an entry of no bytes", job, SVARIG_ST_BAD_SG, (uintptr_t)&sg[1]);
	sg[1].len = 4;
	sg[1].rsvd = 1;
	expect("an entry with a reserved field", job, SVARIG_ST_BAD_SG, (uintptr_t)&sg[1]);
	sg[1].rsvd = 0;
	sg[1].addr = 0x10;
	expect("an entry that leads nowhere", job, SVARIG_ST_FAULT_READ, 0x10);
	job.src = (uint8_t *)sg + 8;
	expect("a list at an odd address", job, SVARIG_ST_BAD_SG, (uintptr_t)sg + 8);
	job.src = sg;
	job.src_sg = SVARIG_MAX_SG + 1;
	expect("a list that is too long", job, SVARIG_ST_BAD_SG, (uintptr_t)sg);
}

int main(void)
{
	struct neighbour n;

	neighbour_start(&n);
	s = queue(4);
	good_src = memory(4 * PAGE);
	good_dst = memory(4 * PAGE);
	fill(good_src, 4 * PAGE, 1);
	touch(good_dst, 4 * PAGE);
	pointers();
	lengths_and_codes();
	keys();
	algorithms();
	lists();
	ok(!svarig_copy(s, good_dst, good_src, 4 * PAGE, NULL) &&
		   differs(good_dst, 4 * PAGE, 1) == 4 * PAGE,
	   "the queue that had all the bad jobs still works");
	svarig_close(s);
	neighbour_stop(&n);
	device_works();
	return done();
}
