// SPDX-License-Identifier: BSD-2-Clause
#include "work.h"

#include "hw.h"
#include "queue.h"

/*
 * In cycles. Ends before a driver loses its patience with a simulated endpoint (hundreds of
 * thousands of cycles a second); the hardware's completion timeout may be longer, so a second try
 * can succeed.
 */
#define STOP_LIMIT (1u << 22)

/* MCU_ATC_INV */
#define ATC_INV_ALL    (1u << 30)
#define ATC_INV_BUSY   (1u << 31)
#define ATC_INV_FN(fn) ((fn) << 24)

enum stage {
	DRAIN,	/* until the queue is complete */
	SETTLE, /* until nothing of a function that was reset is outstanding */
	STOP,	/* until the queues from q to last are not busy */
	DROP,	/* until the ATC can be told */
	DROPPED /* until it has done it */
};

enum kind {
	DESTROY,
	SET_PASID,
	DRAIN_QUEUE,
	RESET
};

struct work {
	enum stage stage;
	enum kind kind;
	uint32_t q, last;
	uint32_t pasid;	 /* SET_PASID: the new one */
	uint32_t drop;	 /* as MCU_ATC_INV */
	uint32_t status; /* so far */
	uint64_t end;	 /* of patience, cycles */
};

static struct work works[SVARIG_FUNCTIONS];
/* The ATC takes one order at a time: the function whose it is, or SVARIG_FUNCTIONS. */
static uint32_t dropping = SVARIG_FUNCTIONS;

static struct work *begin(uint32_t fn, enum kind kind, enum stage stage, uint64_t limit)
{
	struct work *w = &works[fn];

	w->kind = kind;
	w->stage = stage;
	w->status = SVARIG_AS_OK;
	w->end = cycles() + limit;
	return w;
}

static void stop_one(uint32_t fn, enum kind kind, uint32_t q)
{
	struct work *w = begin(fn, kind, STOP, STOP_LIMIT);

	w->q = w->last = q;
	queue_stop(q);
}

void work_destroy(uint32_t fn, uint32_t q)
{
	stop_one(fn, DESTROY, q);
}

void work_set_pasid(uint32_t fn, uint32_t q, uint32_t pasid)
{
	/* stopped: a doorbell in this moment starts nothing under the old PASID */
	stop_one(fn, SET_PASID, q);
	works[fn].pasid = pasid;
}

void work_drain(uint32_t fn, uint32_t q, uint64_t limit)
{
	begin(fn, DRAIN_QUEUE, DRAIN, limit)->q = q;
}

void work_reset(uint32_t fn, bool settle)
{
	struct work *w = begin(fn, RESET, settle ? SETTLE : STOP, STOP_LIMIT);

	w->q = queue_at(fn, 0);
	w->last = queue_at(fn, queue_count(fn) - 1);
	for (uint32_t q = w->q; q <= w->last; q += 1u << SVARIG_ADM_QUEUE_SHIFT)
		if (queue_exists(q))
			queue_stop(q);
}

void work_cancel(uint32_t fn)
{
	/* the ATC's order ends by itself; whoever comes next sees its busy bit */
	if (dropping == fn)
		dropping = SVARIG_FUNCTIONS;
}

static bool late(const struct work *w)
{
	return cycles() > w->end;
}

/* The queue is not busy: what comes of it, and of its PASID's ATC entries. Returns the next stage,
 * or -1: done. */
static int stopped(uint32_t fn, struct work *w)
{
	uint32_t old = reg_read(w->q + SVARIG_QC_PASID);

	switch (w->kind) {
	case DESTROY:
		queue_clear(w->q);
		break;
	case SET_PASID:
		queue_resume(w->q, w->pasid);
		if (old == w->pasid)
			return -1;
		break;
	default:
		queue_wipe(w->q);
		return STOP;
	}
	if (queue_pasid_used(fn, old))
		return -1;
	w->drop = old | ATC_INV_FN(fn);
	return DROP;
}

/* Stage STOP: AS_TIMEOUT leaves the queue stopped; a reset goes on with the others. */
static uint32_t stop_step(uint32_t fn, struct work *w)
{
	while (w->q <= w->last) {
		if (w->kind != RESET || queue_exists(w->q)) {
			if (queue_busy(w->q) && !late(w))
				return WORK_GOES_ON;
			if (queue_busy(w->q)) {
				w->status = SVARIG_AS_TIMEOUT;
				if (w->kind != RESET)
					return w->status;
				w->q += 1u << SVARIG_ADM_QUEUE_SHIFT;
				continue;
			}
		}
		switch (stopped(fn, w)) {
		case DROP:
			w->stage = DROP;
			w->end = cycles() + STOP_LIMIT;
			return WORK_GOES_ON;
		case STOP:
			w->q += 1u << SVARIG_ADM_QUEUE_SHIFT;
			break;
		default:
			return w->status;
		}
	}
	w->drop = ATC_INV_ALL | ATC_INV_FN(fn);
	w->stage = DROP;
	w->end = cycles() + STOP_LIMIT;
	return WORK_GOES_ON;
}

static uint32_t drop_step(uint32_t fn, struct work *w)
{
	bool busy = reg_read(SVARIG_MCU_ATC_INV) & ATC_INV_BUSY;

	if (w->stage == DROP && dropping == SVARIG_FUNCTIONS && !busy) {
		reg_write(SVARIG_MCU_ATC_INV, w->drop);
		dropping = fn;
		w->stage = DROPPED;
		return WORK_GOES_ON;
	}
	if (w->stage == DROPPED && !busy) {
		dropping = SVARIG_FUNCTIONS;
		return w->status;
	}
	if (!late(w))
		return WORK_GOES_ON;
	work_cancel(fn);
	return SVARIG_AS_TIMEOUT;
}

uint32_t work_step(uint32_t fn)
{
	struct work *w = &works[fn];

	switch (w->stage) {
	case DRAIN:
		if (queue_complete(w->q))
			return SVARIG_AS_OK;
		return queue_halted(w->q) || late(w) ? SVARIG_AS_TIMEOUT : WORK_GOES_ON;
	case SETTLE:
		if (!(reg_read(SVARIG_MCU_FN_IDLE) >> fn & 1))
			return late(w) ? SVARIG_AS_TIMEOUT : WORK_GOES_ON;
		w->stage = STOP;
		w->end = cycles() + STOP_LIMIT;
		return WORK_GOES_ON;
	case STOP:
		return stop_step(fn, w);
	default:
		return drop_step(fn, w);
	}
}
