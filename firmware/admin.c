// SPDX-License-Identifier: BSD-2-Clause
#include "admin.h"

#include "console.h"
#include "hw.h"
#include "queue.h"
#include "selftest.h"
#include "work.h"

/*
 * A mailbox per function. CLEANING: the function was reset by the host, its queues and counters are
 * made so; a command that came since waits.
 */
enum state {
	IDLE,
	WORKING,
	CLEANING
};

static enum state states[SVARIG_FUNCTIONS];
/* The function was reset and is not yet clean. VFs begin like that. */
static bool dirty[SVARIG_FUNCTIONS];
/* Of the command that is being read or answered. */
static uint32_t results[SVARIG_MB_WORDS];
/* until the self-test has said otherwise */
static bool engines_bad = true;

static uint32_t arg(uint32_t fn, uint32_t i)
{
	return reg_read(fn_reg(fn, SVARIG_ADM_MB_ARG0 + 4 * i));
}

/* The argument word at fault. */
static uint32_t bad_arg(uint32_t i)
{
	results[0] = i;
	return SVARIG_AS_BAD_ARG;
}

bool admin_selftest(uint32_t *failed)
{
	bool done = selftest(failed);

	/* whatever came out in a reset says nothing of the engines */
	if (!done || host_reset_pending(0))
		return false;
	engines_bad = *failed;
	reg_write(SVARIG_ADM_FW_STATUS,
		  engines_bad ? SVARIG_FWS_SELFTEST_FAILED : SVARIG_FWS_READY);
	return true;
}

static bool pasid_ok(uint32_t v)
{
	if (v & SVARIG_QC_PASID_VALID)
		return !(v & ~SVARIG_QC_PASID_VALID >> 20 << 20);
	return !v;
}

/* A function has a vector for each queue and one more. */
static bool vector_ok(uint32_t fn, uint32_t v)
{
	if (v & SVARIG_QC_VECTOR_VALID)
		return (v & ~SVARIG_QC_VECTOR_VALID) <= queue_count(fn);
	return !v;
}

static bool log2_ok(uint32_t v)
{
	return v >= SVARIG_MIN_RING_LOG2 && v <= SVARIG_MAX_RING_LOG2;
}

/* Aligned, and first and last byte in the same half of the canonical addresses. */
static bool ring_ok(uint32_t lo, uint32_t hi, uint32_t log2_bytes)
{
	uint64_t first = (uint64_t)hi << 32 | lo;
	uint64_t last = first + (1u << log2_bytes) - 1;
	uint32_t top = (uint32_t)(first >> 48);

	return !(lo & (SVARIG_RING_ALIGN - 1)) && (top == 0 || top == 0xffff) &&
	       (uint32_t)(last >> 48) == top;
}

static uint32_t log2_of(uint32_t size)
{
	uint32_t n = 0;

	while (size >>= 1)
		n++;
	return n;
}

static uint32_t create(uint32_t fn, uint32_t q)
{
	struct queue_setup s = {.pasid = arg(fn, 0),
				.sq_lo = arg(fn, 1),
				.sq_hi = arg(fn, 2),
				.cq_lo = arg(fn, 3),
				.cq_hi = arg(fn, 4),
				.size = arg(fn, 5),
				.vector = arg(fn, 6),
				.weight = arg(fn, 7)};
	uint32_t sq_log2 = s.size & 0xf, cq_log2 = s.size >> 8 & 0xf;

	if (engines_bad)
		return SVARIG_AS_SELFTEST;
	if (queue_exists(q))
		return SVARIG_AS_BUSY;
	if (!pasid_ok(s.pasid))
		return bad_arg(0);
	if ((s.size & ~0xf0fu) || !log2_ok(sq_log2) || !log2_ok(cq_log2))
		return bad_arg(5);
	if (!ring_ok(s.sq_lo, s.sq_hi, sq_log2 + log2_of(SVARIG_DESC_SIZE)))
		return bad_arg(1);
	if (!ring_ok(s.cq_lo, s.cq_hi, cq_log2 + log2_of(SVARIG_CPL_SIZE)))
		return bad_arg(3);
	if (!vector_ok(fn, s.vector))
		return bad_arg(6);
	if (s.weight > 0xff)
		return bad_arg(7);
	queue_create(q, &s);
	return SVARIG_AS_OK;
}

static uint32_t set_pasid(uint32_t fn, uint32_t q)
{
	uint32_t pasid = arg(fn, 0);

	if (!pasid_ok(pasid))
		return bad_arg(0);
	if (!queue_complete(q))
		return SVARIG_AS_BUSY;
	work_set_pasid(fn, q, pasid);
	return WORK_GOES_ON;
}

static uint32_t counters(uint32_t fn, uint32_t q)
{
	static const uint32_t first[] = {SVARIG_QC_JOBS_OK, SVARIG_QC_ATC_HITS,
					 SVARIG_QC_STALL_XLAT};
	static const uint32_t words[] = {6, 5, 6};
	uint32_t page = arg(fn, 0);

	if (page >= sizeof(first) / sizeof(first[0]))
		return bad_arg(0);
	for (uint32_t i = 0; i < words[page]; i++)
		results[i] = reg_read(q + first[page] + 4 * i);
	if (!page) {
		queue_read64(q, SVARIG_QC_BYTES_LO, &results[2]);
		queue_read64(q, SVARIG_QC_CYCLES_LO, &results[4]);
		results[6] = reg_read(q + SVARIG_QC_DOORBELLS);
		results[7] = reg_read(q + SVARIG_QC_BAD_DOORBELLS);
	}
	return SVARIG_AS_OK;
}

static uint32_t run_selftest(void)
{
	if (queue_any_busy() || !admin_selftest(&results[0]))
		return SVARIG_AS_BUSY;
	return results[0] ? SVARIG_AS_SELFTEST : SVARIG_AS_OK;
}

/* AS_*, or WORK_GOES_ON. */
static uint32_t dispatch(uint32_t fn, uint32_t cmd)
{
	uint32_t code = cmd & 0xff, n = cmd >> 8 & 0xff, q = queue_at(fn, n);

	if (cmd >> 16)
		return SVARIG_AS_BAD_COMMAND;
	switch (code) {
	case SVARIG_AC_NOP:
		return SVARIG_AS_OK;
	case SVARIG_AC_RESET:
		work_reset(fn, false);
		return WORK_GOES_ON;
	case SVARIG_AC_SELFTEST:
		return fn ? SVARIG_AS_BAD_COMMAND : run_selftest();
	case SVARIG_AC_VERSION:
		results[0] = FW_VERSION;
		results[1] = reg_read(SVARIG_ADM_IF_VERSION);
		return SVARIG_AS_OK;
	case SVARIG_AC_CREATE_QUEUE:
	case SVARIG_AC_DESTROY_QUEUE:
	case SVARIG_AC_SET_PASID:
	case SVARIG_AC_DRAIN:
	case SVARIG_AC_COUNTERS:
		break;
	default:
		return SVARIG_AS_BAD_COMMAND;
	}

	if (n >= queue_count(fn))
		return SVARIG_AS_BAD_QUEUE;
	if (code == SVARIG_AC_CREATE_QUEUE)
		return create(fn, q);
	/* counters outlive their queue, until it is created again */
	if (code == SVARIG_AC_COUNTERS)
		return counters(fn, q);
	if (!queue_exists(q))
		return SVARIG_AS_NOT_CREATED;
	switch (code) {
	case SVARIG_AC_DESTROY_QUEUE:
		work_destroy(fn, q);
		return WORK_GOES_ON;
	case SVARIG_AC_SET_PASID:
		return set_pasid(fn, q);
	default:
		work_drain(fn, q, (uint64_t)arg(fn, 0) << 10);
		return WORK_GOES_ON;
	}
}

static void answer(uint32_t fn, uint32_t status)
{
	uint32_t cmd = reg_read(fn_reg(fn, SVARIG_ADM_MB_CMD));

	if ((cmd & 0xff) == SVARIG_AC_DRAIN &&
	    (status == SVARIG_AS_OK || status == SVARIG_AS_TIMEOUT))
		results[0] = reg_read(queue_at(fn, cmd >> 8 & 0xff) + SVARIG_QC_STATUS);
	for (uint32_t i = 0; i < SVARIG_MB_WORDS; i++)
		reg_write(fn_reg(fn, SVARIG_ADM_MB_RES0 + 4 * i), results[i]);
	/* An answer that nobody waits for would end the next command. */
	if (!host_reset_pending(fn))
		reg_write(fn_reg(fn, SVARIG_ADM_MB_STATUS), status);
}

static void clear_results(void)
{
	for (uint32_t i = 0; i < SVARIG_MB_WORDS; i++)
		results[i] = 0;
}

void admin_function_reset(uint32_t fn)
{
	work_cancel(fn);
	states[fn] = IDLE;
	dirty[fn] = true;
	/* a VF's queues take no writes while it is off: its first command cleans up */
	if (!fn) {
		work_reset(fn, true);
		states[fn] = CLEANING;
	}
}

bool admin_poll(uint32_t fn)
{
	/* the level, not the event: a command behind a reset is not to be lost */
	bool command = reg_read(fn_reg(fn, SVARIG_ADM_MB_STATUS)) & SVARIG_MB_BUSY;
	uint32_t status;

	clear_results();
	switch (states[fn]) {
	case CLEANING:
		status = work_step(fn);
		if (status == WORK_GOES_ON)
			return true;
		states[fn] = IDLE;
		dirty[fn] = status != SVARIG_AS_OK;
		if (command && dirty[fn])
			answer(fn, status);
		return true;
	case WORKING:
		status = work_step(fn);
		break;
	default:
		if (!command)
			return false;
		if (dirty[fn]) {
			work_reset(fn, true);
			states[fn] = CLEANING;
			return true;
		}
		status = dispatch(fn, reg_read(fn_reg(fn, SVARIG_ADM_MB_CMD)));
	}
	states[fn] = status == WORK_GOES_ON ? WORKING : IDLE;
	if (status != WORK_GOES_ON)
		answer(fn, status);
	return true;
}
