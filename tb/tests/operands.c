/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a job reads beside its text: key, IV, streaming state, scatter lists. Each of them can be
 * out of reach, and a list can be wrong in every entry: the job says so, its neighbours in the
 * batch are as if nothing had been.
 */
#include <string.h>

#include "common.h"

/* Takes the page of va out of the process. */
static void take_away(struct env *e, struct as *as, uint64_t va)
{
	as_protect(as, va & PAGE_MASK, 0);
	env_unmap_wait(e, as, va & PAGE_MASK, 1);
}

/* Runs d before, between or behind two jobs of its kind that must be right. */
static void among_good_ones(struct tq *q, const struct svarig_desc *d, struct svarig_cpl *c,
			    const char *what)
{
	struct env *e = q->e;
	unsigned place = rng_below(&e->rng, 3);
	struct job j[3];
	struct svarig_cpl good;

	for (unsigned i = 0; i < 3; i++) {
		if (i != place)
			job_random_kind(e, &j[i], q->as, d->opcode, d->alg,
					d->flags & SVARIG_DF_DECRYPT, 1500,
					d->opcode != SVARIG_OP_COMPARE, 0);
		tq_post(q, i == place ? d : &j[i].d);
	}
	tq_doorbell(q);
	for (unsigned i = 0; i < 3; i++) {
		tq_wait(q, i == place ? c : &good);
		if (i == place)
			continue;
		job_check(e, &j[i], &good);
		job_free(&j[i]);
	}
	tq_consumed(q);
	check(e, c->cookie == d->cookie, "%s: cookie", what);
}

static void out_of_reach(struct tq *q, const struct svarig_desc *d, uint64_t page, unsigned status,
			 const char *what)
{
	struct env *e = q->e;
	struct svarig_cpl c;

	among_good_ones(q, d, &c, what);
	check(e, c.status == status, "op %u alg %#x flags %#x: %s: status %u, not %u", d->opcode,
	      d->alg, d->flags, what, c.status, status);
	check(e, (c.fault_addr & PAGE_MASK) == (page & PAGE_MASK),
	      "op %u alg %#x flags %#x: %s at %#llx: fault address %#llx", d->opcode, d->alg,
	      d->flags, what, (unsigned long long)page, (unsigned long long)c.fault_addr);
	check_eq(e, c.detail, SVARIG_SD_PAGE_REQUESTED, "detail");
}

/* Every operation and algorithm, both ways. */
static void each(struct tq *q, void (*run)(struct tq *q, uint8_t op, uint8_t alg, bool back))
{
	for (uint8_t op = SVARIG_OP_COPY; op <= SVARIG_OP_AEAD; op++)
		for (unsigned alg = 0; alg < 0x40; alg++)
			for (int back = 0; back <= (op >= SVARIG_OP_CIPHER); back++)
				if (ref_known(op, (uint8_t)alg))
					run(q, op, (uint8_t)alg, back);
}

static void without_an_operand(struct tq *q, uint8_t op, uint8_t alg, bool back)
{
	static const char *const name[] = {"key", "IV", "source's list", "destination's list"};
	struct env *e = q->e;
	struct job j;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t at;

		job_random_kind(e, &j, q->as, op, alg, back, 1500, op != SVARIG_OP_COMPARE, 0);
		at = i == 0   ? (ref_key_len(op, alg) ? j.d.key : 0)
		     : i == 1 ? (ref_iv_len(op, alg) ? j.d.iv : 0)
		     : i == 2 ? (j.d.src_sg ? j.d.src : 0)
			      : (j.d.dst_sg ? j.d.dst : 0);
		if (at) {
			take_away(e, q->as, at);
			out_of_reach(q, &j.d, at, SVARIG_ST_FAULT_READ, name[i]);
		}
		job_free(&j);
	}
}

TEST(operand_missing, "key, IV or scatter list is not the process's: the job says where")
{
	struct tq q;

	common_start(e, &q, 0, 1, 0);
	each(&q, without_an_operand);
}

/* Three times: the state cannot be written, it cannot be read, its second half cannot. */
static void without_state(struct tq *q, uint8_t op, uint8_t alg, bool back)
{
	struct env *e = q->e;
	uint64_t mem, state;
	struct svarig_desc d = {.opcode = op, .alg = alg, .len = 256};
	uint8_t copy[SVARIG_STATE_SIZE];
	struct svarig_cpl c;

	if (op < SVARIG_OP_CRC32C)
		return;
	mem = env_alloc_filled(e, q->as, 4 * PAGE_SIZE, AS_RW);
	state = env_alloc_filled(e, q->as, 2 * PAGE_SIZE, AS_RW) + PAGE_SIZE;
	d.src = mem + 7;
	d.dst = mem + PAGE_SIZE + 9;
	d.key = mem + 2 * PAGE_SIZE;
	d.iv = d.key + 500;
	d.state = d.key + 1024;
	d.flags = (back ? SVARIG_DF_DECRYPT : 0) | SVARIG_DF_STATE_OUT;
	check_eq(e, tq_run(q, &d, &c), SVARIG_ST_OK, "a first piece");
	as_read(q->as, d.state, copy, sizeof(copy));
	as_write(q->as, state - sizeof(copy) / 2, copy, sizeof(copy));
	take_away(e, q->as, state);
	d.state = state;
	d.cookie = rng64(&e->rng);
	out_of_reach(q, &d, state, SVARIG_ST_FAULT_WRITE, "state to write");
	d.flags ^= SVARIG_DF_STATE_OUT | SVARIG_DF_STATE_IN;
	out_of_reach(q, &d, state, SVARIG_ST_FAULT_READ, "state");
	d.state -= sizeof(copy) / 2;
	out_of_reach(q, &d, state, SVARIG_ST_FAULT_READ, "second half of a state");
}

TEST(state_missing, "a streaming state that cannot be written, read, or read to its end")
{
	struct tq q;

	common_start(e, &q, 0, 1, 0);
	each(&q, without_state);
}

/* A copy of 600 bytes from or to a list of four entries; one of its words is wrong. */
struct wrong {
	const char *what;
	unsigned entry, blamed;
	struct svarig_sg sg; /* instead of that entry; 0: as it is */
	unsigned status;
};

static void wrong_list(struct tq *q, const struct wrong *w, bool dst)
{
	struct env *e = q->e;
	uint64_t mem = env_alloc_filled(e, q->as, 4 * PAGE_SIZE, AS_RW), list = mem + 0x1230, at;
	struct svarig_sg sg[4];
	struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = 600, .src = mem, .dst = mem + 0x3000};
	struct svarig_cpl c;

	for (unsigned i = 0; i < 4; i++)
		sg[i] = (struct svarig_sg){.addr = mem + 0x2000 + 0x300 * i + i, .len = 150};
	at = list + w->blamed * sizeof(sg[0]);
	sg[w->entry].addr = w->sg.addr ? w->sg.addr : sg[w->entry].addr;
	sg[w->entry].len = w->sg.len == UINT32_MAX ? 0 : w->sg.len ? w->sg.len : 150;
	sg[w->entry].rsvd = w->sg.rsvd;
	as_write(q->as, list, sg, sizeof(sg));
	*(dst ? &d.dst : &d.src) = list;
	*(dst ? &d.dst_sg : &d.src_sg) = 4;
	d.cookie = rng64(&e->rng);
	among_good_ones(q, &d, &c, w->what);
	check(e, c.status == w->status, "%s, %s: status %u, not %u", dst ? "destination" : "source",
	      w->what, c.status, w->status);
	if (w->status == SVARIG_ST_BAD_ADDRESS)
		at = w->sg.addr;
	check(e, c.fault_addr == (w->status ? at : 0), "%s, %s: fault address %#llx, not %#llx",
	      dst ? "destination" : "source", w->what, (unsigned long long)c.fault_addr,
	      (unsigned long long)at);
}

TEST(list_wrong, "every word of a scatter list that can be wrong, in its first, middle, last entry")
{
	static const struct wrong wrong[] = {
		{"as it is", 0, 0, {0, 0, 0}, SVARIG_ST_OK},
		{"first entry empty", 0, 0, {0, UINT32_MAX, 0}, SVARIG_ST_BAD_SG},
		{"last entry empty", 3, 3, {0, UINT32_MAX, 0}, SVARIG_ST_BAD_SG},
		{"reserved word, first", 0, 0, {0, 0, 1}, SVARIG_ST_BAD_SG},
		{"reserved word, middle", 2, 2, {0, 0, 0x80000000}, SVARIG_ST_BAD_SG},
		{"more than is left", 1, 1, {0, 451, 0}, SVARIG_ST_BAD_SG},
		{"far more than is left", 1, 1, {0, 0xfffffffe, 0}, SVARIG_ST_BAD_SG},
		{"a byte too few", 3, 3, {0, 149, 0}, SVARIG_ST_BAD_SG},
		{"a byte too many", 3, 3, {0, 151, 0}, SVARIG_ST_BAD_SG},
		{"nothing is left for the last", 2, 3, {0, 300, 0}, SVARIG_ST_BAD_SG},
		{"not canonical", 0, 0, {0x0001000000000000, 0, 0}, SVARIG_ST_BAD_ADDRESS},
		{"not canonical, middle", 2, 2, {0xfffe000000000000, 0, 0}, SVARIG_ST_BAD_ADDRESS},
		{"wraps", 3, 3, {0xffffffffffffff80, 0, 0}, SVARIG_ST_BAD_ADDRESS},
	};
	struct tq q;

	common_start(e, &q, 0, 1, 0);
	for (unsigned dst = 0; dst < 2; dst++)
		for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
			wrong_list(&q, &wrong[i], dst);
}

TEST(list_refused,
     "lists and states that are too long or lie wrong are refused before they are read")
{
	struct tq q;
	struct as *as = common_start(e, &q, 0, 1, 0);
	uint64_t mem = env_alloc_filled(e, as, 5 * PAGE_SIZE, AS_RW);
	const struct svarig_desc copy = {
		.opcode = SVARIG_OP_COPY, .src = mem, .dst = mem + PAGE_SIZE};
	struct svarig_desc d;
	struct svarig_cpl c;

	for (unsigned dst = 0; dst < 2; dst++)
		for (unsigned i = 0; i < 3; i++) {
			uint64_t list = mem + 2 * PAGE_SIZE + (i == 1 ? 8 : i == 2 ? 1 : 0);
			unsigned entries = i ? 2 : SVARIG_MAX_SG + 1;

			/* What the entries say is right. */
			for (unsigned k = 0; k < entries; k++) {
				const struct svarig_sg sg = {.addr = mem + dst * PAGE_SIZE + 8 * k,
							     .len = 8};

				as_write(as, list + k * sizeof(sg), &sg, sizeof(sg));
			}
			d = copy;
			d.len = 8 * entries;
			*(dst ? &d.dst : &d.src) = list;
			*(dst ? &d.dst_sg : &d.src_sg) = entries;
			check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_BAD_SG, "status");
			check_eq(e, c.fault_addr, list, "fault address");
		}
	for (unsigned bit = 0; bit < 4; bit++) {
		d = copy;
		d.len = 64;
		d.opcode = SVARIG_OP_CRC32C;
		d.flags = bit & 1 ? SVARIG_DF_STATE_IN : SVARIG_DF_STATE_OUT;
		d.state = mem + 2 * PAGE_SIZE + (1 << bit);
		check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_BAD_STATE, "status");
		check_eq(e, c.fault_addr, d.state, "fault address");
	}
	d.state = 0x0001000000000000;
	check_eq(e, tq_run(&q, &d, &c), SVARIG_ST_BAD_ADDRESS, "state not canonical");
	check_eq(e, c.fault_addr, d.state, "fault address");
	common_alive(&q);
}
