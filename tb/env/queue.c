/* SPDX-License-Identifier: BSD-2-Clause */
/* See queue.h; the interface is host/include/svarig_hw.toml. */
#include <endian.h>
#include <string.h>

#include "queue.h"

_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "descriptors are laid over host memory");

#define MB_LIMIT 2000000

unsigned mb_command(struct env *e, unsigned cmd, unsigned queue, const uint32_t *args,
		    unsigned nargs, uint32_t *res)
{
	uint64_t end = e->cycle + MB_LIMIT;
	uint32_t status;

	for (unsigned i = 0; i < nargs; i++)
		env_write32(e, env_fn_adm(e, SVARIG_ADM_MB_ARG0 + 4 * i), args[i]);
	env_write32(e, env_fn_adm(e, SVARIG_ADM_MB_CMD), cmd | queue << 8);
	while ((status = env_read32(e, env_fn_adm(e, SVARIG_ADM_MB_STATUS))) & SVARIG_MB_BUSY) {
		require(e, e->cycle < end, "admin command %u is not answered", cmd);
		env_run(e, 100);
	}
	for (unsigned i = 0; res && i < SVARIG_MB_WORDS; i++)
		res[i] = env_read32(e, env_fn_adm(e, SVARIG_ADM_MB_RES0 + 4 * i));
	return status & 0xff;
}

/* A command to the mailbox of the queue's function. */
static unsigned fn_command(struct tq *q, unsigned cmd, const uint32_t *args, unsigned nargs)
{
	unsigned fn = q->e->fn, status;

	q->e->fn = q->fn;
	status = mb_command(q->e, cmd, q->id, args, nargs, NULL);
	q->e->fn = fn;
	return status;
}

static uint64_t db(struct tq *q, unsigned reg)
{
	unsigned fn = q->e->fn;
	uint64_t addr;

	q->e->fn = q->fn;
	addr = env_db(q->e, q->id, reg);
	q->e->fn = fn;
	return addr;
}

unsigned tq_create_at(struct tq *q)
{
	uint32_t args[8] = {
		q->as->pasid_valid ? q->as->pasid | SVARIG_QC_PASID_VALID : 0,
		(uint32_t)q->sq,
		q->sq >> 32,
		(uint32_t)q->cq,
		q->cq >> 32,
		q->sq_log2 | q->cq_log2 << 8,
		q->vector >= 0 ? (uint32_t)q->vector | SVARIG_QC_VECTOR_VALID : 0,
		q->weight,
	};

	q->tail = q->head = 0;
	return fn_command(q, SVARIG_AC_CREATE_QUEUE, args, 8);
}

unsigned tq_create(struct env *e, struct tq *q, unsigned id, struct as *as, unsigned sq_log2,
		   unsigned cq_log2, int vector)
{
	memset(q, 0, sizeof(*q));
	q->e = e;
	q->fn = e->fn;
	q->id = id;
	q->as = as;
	q->sq_log2 = sq_log2;
	q->cq_log2 = cq_log2;
	q->vector = vector;
	q->sq = env_alloc(e, as, (uint64_t)SVARIG_DESC_SIZE << sq_log2, AS_RW);
	q->cq = env_alloc(e, as, (uint64_t)SVARIG_CPL_SIZE << cq_log2, AS_RW);
	as_map_range(as, q->sq, (uint64_t)SVARIG_DESC_SIZE << sq_log2);
	as_map_range(as, q->cq, (uint64_t)SVARIG_CPL_SIZE << cq_log2);
	chk_ordered_range(e->chk, as->pasid, q->cq, (uint64_t)SVARIG_CPL_SIZE << cq_log2);
	return tq_create_at(q);
}

void tq_open(struct env *e, struct tq *q, unsigned id, struct as *as)
{
	require_eq(e, tq_create(e, q, id, as, 4, 4, id), SVARIG_AS_OK, "status of CREATE_QUEUE");
}

unsigned tq_destroy(struct tq *q)
{
	return fn_command(q, SVARIG_AC_DESTROY_QUEUE, NULL, 0);
}

void tq_post(struct tq *q, const struct svarig_desc *d)
{
	uint32_t i = q->tail++ & ((1u << q->sq_log2) - 1);

	as_write(q->as, q->sq + i * sizeof(*d), d, sizeof(*d));
}

void tq_doorbell(struct tq *q)
{
	env_write32(q->e, db(q, SVARIG_DB_SQ_TAIL), q->tail);
}

bool tq_poll(struct tq *q, struct svarig_cpl *c)
{
	uint32_t mask = (1u << q->cq_log2) - 1;
	uint16_t phase = !(q->head >> q->cq_log2 & 1);

	as_read(q->as, q->cq + (q->head & mask) * sizeof(*c), c, sizeof(*c));
	if ((c->phase & 1) != phase)
		return false;
	check_eq(q->e, c->queue, q->id, "queue number in a record");
	check_eq(q->e, c->phase & ~1u, 0, "reserved bits beside the phase");
	q->head++;
	return true;
}

void tq_wait(struct tq *q, struct svarig_cpl *c)
{
	require(q->e, WAIT(q->e, tq_poll(q, c), TQ_LIMIT),
		"no completion record %u of queue %u; status %#x", q->head, q->id, tq_status(q));
}

void tq_consumed(struct tq *q)
{
	env_write32(q->e, db(q, SVARIG_DB_CQ_HEAD), q->head);
}

unsigned tq_run(struct tq *q, const struct svarig_desc *d, struct svarig_cpl *c)
{
	struct svarig_cpl own;

	if (!c)
		c = &own;
	tq_post(q, d);
	tq_doorbell(q);
	tq_wait(q, c);
	tq_consumed(q);
	return c->status;
}

void tq_arm(struct tq *q, uint32_t seen)
{
	env_write32(q->e, db(q, SVARIG_DB_ARM), seen);
}

uint32_t tq_status(struct tq *q)
{
	return env_read32(q->e, db(q, SVARIG_DB_STATUS));
}
