// SPDX-License-Identifier: BSD-2-Clause
#include "queue.h"

#include "hw.h"

/*
 * In cycles. Ends before a driver loses its patience with a simulated endpoint (hundreds of
 * thousands of cycles a second); the hardware's completion timeout may be longer, so a second try
 * can succeed.
 */
#define STOP_LIMIT (1u << 22)

#define ATC_INV_ALL  (1u << 30)
#define ATC_INV_BUSY (1u << 31)

static uint32_t get(uint32_t q, uint32_t off)
{
	return reg_read(queue_reg(q, off));
}

static void set(uint32_t q, uint32_t off, uint32_t v)
{
	reg_write(queue_reg(q, off), v);
}

uint32_t queue_count(void)
{
	return reg_read(SVARIG_ADM_CAPS) & 0xff;
}

bool queue_exists(uint32_t q)
{
	return get(q, SVARIG_QC_CTRL) & SVARIG_QC_CTRL_ENABLE;
}

static bool busy(uint32_t q)
{
	return get(q, SVARIG_QC_STATUS) & SVARIG_QSTAT_BUSY;
}

/* Every descriptor has its completion record. */
static bool complete(uint32_t q)
{
	return !busy(q) && get(q, SVARIG_QC_CQ_TAIL) == get(q, SVARIG_QC_SQ_TAIL);
}

bool queue_any_busy(void)
{
	for (uint32_t q = 0; q < queue_count(); q++)
		if (queue_exists(q) && busy(q))
			return true;
	return false;
}

void queue_create(uint32_t q, const struct queue_setup *s)
{
	set(q, SVARIG_QC_PASID, s->pasid);
	set(q, SVARIG_QC_SQ_LO, s->sq_lo);
	set(q, SVARIG_QC_SQ_HI, s->sq_hi);
	set(q, SVARIG_QC_CQ_LO, s->cq_lo);
	set(q, SVARIG_QC_CQ_HI, s->cq_hi);
	set(q, SVARIG_QC_SIZE, s->size);
	set(q, SVARIG_QC_VECTOR, s->vector);
	set(q, SVARIG_QC_CTRL, SVARIG_QC_CTRL_ENABLE);
}

static void stop(uint32_t q)
{
	set(q, SVARIG_QC_CTRL, SVARIG_QC_CTRL_ENABLE | SVARIG_QC_CTRL_STOP);
}

static bool await_stopped(uint32_t q)
{
	uint64_t end = cycles() + STOP_LIMIT;

	while (busy(q))
		if (cycles() > end || host_reset_pending())
			return false;
	return true;
}

/* what: as MCU_ATC_INV */
static uint32_t atc_drop(uint32_t what)
{
	uint64_t end = cycles() + STOP_LIMIT;

	reg_write(SVARIG_MCU_ATC_INV, what);
	while (reg_read(SVARIG_MCU_ATC_INV) & ATC_INV_BUSY)
		if (cycles() > end || host_reset_pending())
			return SVARIG_AS_TIMEOUT;
	return SVARIG_AS_OK;
}

/* Drops a PASID's entries, or those without PASID, if no queue has it any more. */
static uint32_t atc_release(uint32_t pasid)
{
	for (uint32_t q = 0; q < queue_count(); q++)
		if (queue_exists(q) && get(q, SVARIG_QC_PASID) == pasid)
			return SVARIG_AS_OK;
	return atc_drop(pasid);
}

static void clear(uint32_t q)
{
	static const struct queue_setup none;

	/* a queue that does not exist keeps nothing of its user's */
	set(q, SVARIG_QC_CTRL, 0);
	set(q, SVARIG_QC_PASID, none.pasid);
	set(q, SVARIG_QC_SQ_LO, none.sq_lo);
	set(q, SVARIG_QC_SQ_HI, none.sq_hi);
	set(q, SVARIG_QC_CQ_LO, none.cq_lo);
	set(q, SVARIG_QC_CQ_HI, none.cq_hi);
	set(q, SVARIG_QC_SIZE, none.size);
	set(q, SVARIG_QC_VECTOR, none.vector);
}

uint32_t queue_destroy(uint32_t q)
{
	uint32_t pasid = get(q, SVARIG_QC_PASID);

	stop(q);
	if (!await_stopped(q))
		return SVARIG_AS_TIMEOUT;
	clear(q);
	return atc_release(pasid);
}

uint32_t queue_set_pasid(uint32_t q, uint32_t pasid)
{
	uint32_t old = get(q, SVARIG_QC_PASID);

	if (!complete(q))
		return SVARIG_AS_BUSY;
	/* stopped: a doorbell in this moment starts nothing under the old PASID */
	stop(q);
	if (!await_stopped(q))
		return SVARIG_AS_TIMEOUT;
	set(q, SVARIG_QC_PASID, pasid);
	set(q, SVARIG_QC_CTRL, SVARIG_QC_CTRL_ENABLE);
	return old == pasid ? SVARIG_AS_OK : atc_release(old);
}

uint32_t queue_drain(uint32_t q, uint64_t limit)
{
	uint64_t start = cycles();

	while (!complete(q)) {
		if (get(q, SVARIG_QC_STATUS) & SVARIG_QSTAT_HALTED)
			return SVARIG_AS_TIMEOUT;
		if (cycles() - start >= limit || host_reset_pending())
			return SVARIG_AS_TIMEOUT;
	}
	return SVARIG_AS_OK;
}

uint32_t queue_reset_all(void)
{
	uint32_t n = queue_count(), status = SVARIG_AS_OK;

	for (uint32_t q = 0; q < n; q++)
		if (queue_exists(q))
			stop(q);
	for (uint32_t q = 0; q < n; q++) {
		if (queue_exists(q) && !await_stopped(q)) {
			status = SVARIG_AS_TIMEOUT;
			continue;
		}
		clear(q);
		/* enabling clears the counters; stopped, it starts nothing */
		stop(q);
		set(q, SVARIG_QC_CTRL, 0);
	}
	return atc_drop(ATC_INV_ALL) == SVARIG_AS_OK ? status : SVARIG_AS_TIMEOUT;
}

void queue_read64(uint32_t q, uint32_t off, uint32_t lo_hi[2])
{
	/* the high half moves at most once in the time two reads take */
	do {
		lo_hi[1] = get(q, off + 4);
		lo_hi[0] = get(q, off);
	} while (lo_hi[1] != get(q, off + 4));
}
