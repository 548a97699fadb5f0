/* SPDX-License-Identifier: BSD-2-Clause */
/* What a wrong or hostile user can do: doorbells, descriptors, rings. Nobody else may notice. */
#include <string.h>

#include "common.h"

TEST(doorbell_nonsense, "values the ring cannot hold are ignored and remembered")
{
	struct tq q;

	common_start(e, &q, 1, 1, 0);
	common_alive(&q);
	env_write32(e, env_db(e, 1, SVARIG_DB_SQ_TAIL), q.tail + 17);
	env_run(e, 500);
	check(e, tq_status(&q) & SVARIG_QSTAT_BAD_DOORBELL, "status %#x after 17 descriptors in 16",
	      tq_status(&q));
	env_write32(e, env_db(e, 1, SVARIG_DB_SQ_TAIL), q.tail - 1);
	env_write32(e, env_db(e, 1, SVARIG_DB_SQ_TAIL), 0xffffffff);
	env_write32(e, env_db(e, 1, SVARIG_DB_CQ_HEAD), q.head + 1);
	env_run(e, 500);
	check_eq(e, env_read32(e, env_db(e, 1, SVARIG_DB_SQ_HEAD)), q.tail, "descriptors fetched");
	check_eq(e, env_counter(e, SVARIG_CNT_BAD_DOORBELLS), 4, "bad doorbells");
	common_alive(&q);
}

TEST(doorbell_storm, "thousands of doorbells to every queue while jobs run")
{
	struct tq q;
	struct as *as = common_start(e, &q, 1, 1, 0);
	struct svarig_cpl c;
	struct job j;

	common_copy(e, &j, as, 20000, true);
	tq_post(&q, &j.d);
	tq_doorbell(&q);
	for (int i = 0; i < 3000; i++) {
		unsigned who = rng_below(&e->rng, e->queues);
		static const unsigned reg[] = {SVARIG_DB_SQ_TAIL,
					       SVARIG_DB_CQ_HEAD,
					       SVARIG_DB_ARM,
					       SVARIG_DB_STATUS,
					       0x40,
					       0xffc};

		if (who == 1)
			continue;
		env_write32(e, env_db(e, who, reg[rng_below(&e->rng, 6)]), rng64(&e->rng));
		if (i % 7 == 0)
			env_run(e, rng_below(&e->rng, 20));
	}
	tq_wait(&q, &c);
	tq_consumed(&q);
	job_check(e, &j, &c);
	require(e, WAIT(e, !e->rc->posted, 50000), "the storm is not taken");
	common_alive(&q);
	check_eq(e, tq_status(&q), SVARIG_QSTAT_ENABLED, "status");
	job_free(&j);
}

TEST(doorbell_widths, "partial writes and reads of a doorbell page do no harm")
{
	struct tq q;
	uint8_t b[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	common_start(e, &q, 1, 1, 0);
	for (unsigned len = 1; len <= 3; len++)
		for (unsigned off = 0; off + len <= 4; off++)
			rc_mem_write(e->rc, env_db(e, 1, SVARIG_DB_SQ_TAIL) + off, len, b);
	rc_mem_write(e->rc, env_db(e, 1, SVARIG_DB_SQ_TAIL), 0, b);
	env_run(e, 1000);
	check_eq(e, env_read32(e, env_db(e, 1, SVARIG_DB_SQ_HEAD)), 0, "descriptors fetched");
	common_alive(&q);
}

/* One descriptor that must fail before anything is read. */
static void refused(struct tq *q, const struct svarig_desc *good, size_t at, uint64_t value,
		    size_t n, unsigned status, const char *what)
{
	struct env *e = q->e;
	struct svarig_desc d = *good;
	uint64_t cookie = rng64(&e->rng);
	struct svarig_cpl c;

	memcpy((uint8_t *)&d + at, &value, n);
	d.cookie = cookie;
	tq_run(q, &d, &c);
	check(e, c.status == status, "%s: status %u, not %u", what, c.status, status);
	check_eq(e, c.cookie, cookie, "cookie");
	check_eq(e, c.done, 0, "bytes done");
	if (status == SVARIG_ST_BAD_ADDRESS)
		check_eq(e, c.fault_addr, value, "fault address");
}

#define AT(field) __builtin_offsetof(struct svarig_desc, field), (uint64_t)
#define N(field)  sizeof(((struct svarig_desc *)0)->field)

TEST(descriptor_bad, "every field of a descriptor that can be wrong")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t p = env_alloc_filled(e, as, 0x4000, AS_RW);
	struct svarig_desc aes = {.opcode = SVARIG_OP_CIPHER,
				  .alg = JOB_AES_CTR(128),
				  .len = 64,
				  .src = p,
				  .dst = p + 0x1000,
				  .key = p + 0x2000,
				  .iv = p + 0x3000};
	struct svarig_desc copy = {
		.opcode = SVARIG_OP_COPY, .len = 64, .src = p, .dst = p + 0x1000};
	struct svarig_desc sha = {.opcode = SVARIG_OP_HASH,
				  .alg = SVARIG_HA_SHA256,
				  .len = 64,
				  .src = p,
				  .dst = p + 0x1000};
	uint64_t hole = 0x0001000000000000ull, wrap = 0xffffffffffffffe0ull;

	for (unsigned op = SVARIG_OP_AEAD + 1; op < 256; op += 1 + op / 8)
		refused(&q, &copy, AT(opcode) op, 1, SVARIG_ST_BAD_OPCODE, "unknown opcode");
	for (unsigned bit = 0; bit < 16; bit++) {
		unsigned any = SVARIG_DF_CHAIN | SVARIG_DF_UNORDERED;

		if (!(any & 1u << bit))
			refused(&q, &copy, AT(flags) 1u << bit, 2, SVARIG_ST_BAD_FLAGS,
				"flag of a copy");
		any |= SVARIG_DF_DECRYPT | SVARIG_DF_STATE_IN | SVARIG_DF_STATE_OUT;
		if (!(any & 1u << bit))
			refused(&q, &aes, AT(flags) 1u << bit, 2, SVARIG_ST_BAD_FLAGS,
				"flag of AES");
	}
	refused(&q, &copy, AT(alg) 1, 1, SVARIG_ST_BAD_ALG, "algorithm of a copy");
	refused(&q, &aes, AT(alg) 0x04, 1, SVARIG_ST_BAD_ALG, "unknown cipher");
	refused(&q, &aes, AT(alg) 0x40, 1, SVARIG_ST_BAD_ALG, "unknown mode");
	refused(&q, &aes, AT(alg) 0x31, 1, SVARIG_ST_BAD_ALG, "AES-192 in XTS");
	refused(&q, &sha, AT(alg) 5, 1, SVARIG_ST_BAD_ALG, "unknown hash");
	refused(&q, &sha, AT(alg) 0x10, 1, SVARIG_ST_BAD_ALG, "mode of a hash");
	refused(&q, &copy, AT(state) 16, 8, SVARIG_ST_BAD_FLAGS, "state of a copy");
	refused(&q, &aes, AT(aad_len) 1, 4, SVARIG_ST_BAD_FLAGS, "AAD of a cipher");
	refused(&q, &copy, AT(len) 0, 4, SVARIG_ST_BAD_LENGTH, "copy of nothing");
	refused(&q, &aes, AT(len) 0, 4, SVARIG_ST_BAD_LENGTH, "AES of nothing");
	refused(&q, &copy, AT(len) SVARIG_MAX_LEN + 1, 4, SVARIG_ST_BAD_LENGTH, "too long");
	refused(&q, &sha, AT(len) 0xffffffff, 4, SVARIG_ST_BAD_LENGTH, "far too long");
	refused(&q, &copy, AT(src) hole, 8, SVARIG_ST_BAD_ADDRESS, "source not canonical");
	refused(&q, &copy, AT(dst) hole, 8, SVARIG_ST_BAD_ADDRESS, "destination not canonical");
	refused(&q, &aes, AT(key) hole, 8, SVARIG_ST_BAD_ADDRESS, "key not canonical");
	refused(&q, &aes, AT(iv) hole, 8, SVARIG_ST_BAD_ADDRESS, "counter not canonical");
	refused(&q, &copy, AT(src) wrap, 8, SVARIG_ST_BAD_ADDRESS, "source wraps");
	refused(&q, &copy, AT(dst) wrap, 8, SVARIG_ST_BAD_ADDRESS, "destination wraps");
	refused(&q, &sha, AT(dst) wrap + 8, 8, SVARIG_ST_BAD_ADDRESS, "digest wraps");
	common_alive(&q);
}

TEST(descriptor_runs_out_of_the_half, "canonical at its start, not at its end")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t p = env_alloc_filled(e, as, 0x1000, AS_RW);
	struct svarig_desc d = {.opcode = SVARIG_OP_COPY, .len = 0x2000, .dst = p};
	struct svarig_cpl c;

	d.src = 0x0000fffffffff000ull;
	as_add(as, d.src, PAGE_SIZE, AS_R);
	as_map(as, d.src);
	tq_run(&q, &d, &c);
	check(e, c.status == SVARIG_ST_BAD_ADDRESS || c.status == SVARIG_ST_FAULT_READ, "status %u",
	      c.status);
	common_alive(&q);
}

TEST(ring_unreachable, "a ring that cannot be reached halts its queue and names the address")
{
	struct tq q, n;
	struct as *as = common_start(e, &q, 0, 1, 0), *ns = smmu_new_as(e->smmu, true, 2);
	struct svarig_desc d = {.opcode = SVARIG_OP_NOP};

	tq_open(e, &n, 1, ns);
	for (int completion = 0; completion < 2; completion++) {
		uint64_t ring = completion ? q.cq : q.sq, at, want = ring;

		want += completion ? q.head * SVARIG_CPL_SIZE : q.tail * SVARIG_DESC_SIZE;

		env_unmap_wait(e, as, ring, 1);
		as_add(as, ring, PAGE_SIZE, 0); /* PROT_NONE: not served */
		tq_post(&q, &d);
		tq_arm(&q, q.head);
		tq_doorbell(&q);
		check(e, WAIT(e, tq_status(&q) & SVARIG_QSTAT_HALTED, 100000), "the queue goes on");
		check_eq(e, tq_status(&q) & SVARIG_QSTAT_CODE_MASK,
			 completion ? SVARIG_ST_FAULT_WRITE : SVARIG_ST_FAULT_READ, "code");
		at = env_read32(e, env_db(e, 0, SVARIG_DB_FAULT_LO)) |
		     (uint64_t)env_read32(e, env_db(e, 0, SVARIG_DB_FAULT_HI)) << 32;
		check_eq(e, at, want, "fault address");
		check(e, WAIT(e, env_msi_count(e, 0) == (unsigned)completion + 1, 5000),
		      "an armed queue halts without interrupt");
		common_alive(&n);
		require_eq(e, tq_destroy(&q), SVARIG_AS_OK, "DESTROY_QUEUE");
		tq_open(e, &q, 0, as);
		common_alive(&q);
	}
}
