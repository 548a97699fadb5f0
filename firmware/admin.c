// SPDX-License-Identifier: BSD-2-Clause
#include "admin.h"

#include "console.h"
#include "hw.h"
#include "queue.h"
#include "selftest.h"

static uint32_t results[SVARIG_MB_WORDS];
/* until the self-test has said otherwise */
static bool engines_bad = true;

static uint32_t arg(uint32_t i)
{
	return reg_read(SVARIG_ADM_MB_ARG0 + 4 * i);
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
	if (!done || host_reset_pending())
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

static bool vector_ok(uint32_t v)
{
	uint32_t vectors = reg_read(SVARIG_ADM_CAPS) >> 8 & 0xff;

	if (v & SVARIG_QC_VECTOR_VALID)
		return (v & ~SVARIG_QC_VECTOR_VALID) < vectors;
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

static uint32_t create(uint32_t q)
{
	struct queue_setup s = {.pasid = arg(0),
				.sq_lo = arg(1),
				.sq_hi = arg(2),
				.cq_lo = arg(3),
				.cq_hi = arg(4),
				.size = arg(5),
				.vector = arg(6)};
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
	if (!vector_ok(s.vector))
		return bad_arg(6);
	queue_create(q, &s);
	return SVARIG_AS_OK;
}

static uint32_t set_pasid(uint32_t q)
{
	uint32_t pasid = arg(0);

	if (!pasid_ok(pasid))
		return bad_arg(0);
	return queue_set_pasid(q, pasid);
}

static uint32_t drain(uint32_t q)
{
	uint32_t status = queue_drain(q, (uint64_t)arg(0) << 10);

	results[0] = reg_read(queue_reg(q, SVARIG_QC_STATUS));
	return status;
}

static uint32_t counters(uint32_t q)
{
	results[0] = reg_read(queue_reg(q, SVARIG_QC_JOBS_OK));
	results[1] = reg_read(queue_reg(q, SVARIG_QC_JOBS_FAILED));
	queue_read64(q, SVARIG_QC_BYTES_LO, &results[2]);
	queue_read64(q, SVARIG_QC_CYCLES_LO, &results[4]);
	results[6] = reg_read(queue_reg(q, SVARIG_QC_DOORBELLS));
	results[7] = reg_read(queue_reg(q, SVARIG_QC_BAD_DOORBELLS));
	return SVARIG_AS_OK;
}

static uint32_t run_selftest(void)
{
	if (queue_any_busy() || !admin_selftest(&results[0]))
		return SVARIG_AS_BUSY;
	return results[0] ? SVARIG_AS_SELFTEST : SVARIG_AS_OK;
}

static uint32_t dispatch(uint32_t cmd)
{
	uint32_t code = cmd & 0xff, q = cmd >> 8 & 0xff;

	if (cmd >> 16)
		return SVARIG_AS_BAD_COMMAND;
	switch (code) {
	case SVARIG_AC_NOP:
		return SVARIG_AS_OK;
	case SVARIG_AC_RESET:
		return queue_reset_all();
	case SVARIG_AC_SELFTEST:
		return run_selftest();
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

	if (q >= queue_count())
		return SVARIG_AS_BAD_QUEUE;
	if (code == SVARIG_AC_CREATE_QUEUE)
		return create(q);
	/* counters outlive their queue, until it is created again */
	if (code == SVARIG_AC_COUNTERS)
		return counters(q);
	if (!queue_exists(q))
		return SVARIG_AS_NOT_CREATED;
	switch (code) {
	case SVARIG_AC_DESTROY_QUEUE:
		return queue_destroy(q);
	case SVARIG_AC_SET_PASID:
		return set_pasid(q);
	default:
		return drain(q);
	}
}

void admin_serve(void)
{
	uint32_t status;

	for (uint32_t i = 0; i < SVARIG_MB_WORDS; i++)
		results[i] = 0;
	status = dispatch(reg_read(SVARIG_ADM_MB_CMD));
	for (uint32_t i = 0; i < SVARIG_MB_WORDS; i++)
		reg_write(SVARIG_ADM_MB_RES0 + 4 * i, results[i]);
	/* An answer that nobody waits for would end the next command. */
	if (!host_reset_pending())
		reg_write(SVARIG_ADM_MB_STATUS, status);
}
