// SPDX-License-Identifier: BSD-2-Clause
#include "queue.h"

#include "hw.h"

static uint32_t get(uint32_t q, uint32_t off)
{
	return reg_read(q + off);
}

static void set(uint32_t q, uint32_t off, uint32_t v)
{
	reg_write(q + off, v);
}

uint32_t queue_count(uint32_t fn)
{
	return fn ? SVARIG_VF_QUEUES : SVARIG_PF_QUEUES;
}

bool queue_exists(uint32_t q)
{
	return get(q, SVARIG_QC_CTRL) & SVARIG_QC_CTRL_ENABLE;
}

bool queue_busy(uint32_t q)
{
	return get(q, SVARIG_QC_STATUS) & SVARIG_QSTAT_BUSY;
}

bool queue_complete(uint32_t q)
{
	return !queue_busy(q) && get(q, SVARIG_QC_CQ_TAIL) == get(q, SVARIG_QC_SQ_TAIL);
}

bool queue_halted(uint32_t q)
{
	return get(q, SVARIG_QC_STATUS) & SVARIG_QSTAT_HALTED;
}

bool queue_any_busy(void)
{
	for (uint32_t fn = 0; fn < SVARIG_FUNCTIONS; fn++)
		for (uint32_t n = 0; n < queue_count(fn); n++)
			if (queue_exists(queue_at(fn, n)) && queue_busy(queue_at(fn, n)))
				return true;
	return false;
}

static void set_up(uint32_t q, const struct queue_setup *s)
{
	set(q, SVARIG_QC_PASID, s->pasid);
	set(q, SVARIG_QC_SQ_LO, s->sq_lo);
	set(q, SVARIG_QC_SQ_HI, s->sq_hi);
	set(q, SVARIG_QC_CQ_LO, s->cq_lo);
	set(q, SVARIG_QC_CQ_HI, s->cq_hi);
	set(q, SVARIG_QC_SIZE, s->size);
	set(q, SVARIG_QC_VECTOR, s->vector);
	set(q, SVARIG_QC_WEIGHT, s->weight);
}

void queue_create(uint32_t q, const struct queue_setup *s)
{
	set_up(q, s);
	set(q, SVARIG_QC_CTRL, SVARIG_QC_CTRL_ENABLE);
}

void queue_stop(uint32_t q)
{
	set(q, SVARIG_QC_CTRL, SVARIG_QC_CTRL_ENABLE | SVARIG_QC_CTRL_STOP);
}

void queue_resume(uint32_t q, uint32_t pasid)
{
	set(q, SVARIG_QC_PASID, pasid);
	set(q, SVARIG_QC_CTRL, SVARIG_QC_CTRL_ENABLE);
}

void queue_clear(uint32_t q)
{
	static const struct queue_setup none;

	set(q, SVARIG_QC_CTRL, 0);
	set_up(q, &none);
}

void queue_wipe(uint32_t q)
{
	if (queue_exists(q))
		queue_clear(q);
	/* enabling clears the counters; stopped, it starts nothing */
	queue_stop(q);
	set(q, SVARIG_QC_CTRL, 0);
}

bool queue_pasid_used(uint32_t fn, uint32_t pasid)
{
	for (uint32_t n = 0; n < queue_count(fn); n++)
		if (queue_exists(queue_at(fn, n)) && get(queue_at(fn, n), SVARIG_QC_PASID) == pasid)
			return true;
	return false;
}

void queue_read64(uint32_t q, uint32_t off, uint32_t lo_hi[2])
{
	/* the high half moves at most once in the time two reads take */
	do {
		lo_hi[1] = get(q, off + 4);
		lo_hi[0] = get(q, off);
	} while (lo_hi[1] != get(q, off + 4));
}
