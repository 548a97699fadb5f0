// SPDX-License-Identifier: BSD-2-Clause
/* Descriptors in, completion records out. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "queue.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the rings are little-endian"
#endif

/* Sleep at most so long between two looks at the queue's status: a halted queue completes nothing.
 */
#define STATUS_SLICE_MS 1000

static uint32_t db_read(struct svarig *s, unsigned int reg)
{
	return s->doorbell[reg / 4];
}

/* What was stored to the rings must be visible to the device before the doorbell is. */
static void db_write(struct svarig *s, unsigned int reg, uint32_t value)
{
#ifdef __aarch64__
	__asm__ volatile("dmb oshst" ::: "memory");
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
	s->doorbell[reg / 4] = value;
}

unsigned int svarig_outstanding(const struct svarig *s)
{
	return s->sq_tail - s->cq_head;
}

/* 0 while the queue takes jobs. Reads the device: slow path only. */
static int queue_state(struct svarig *s)
{
	uint32_t status = db_read(s, SVARIG_DB_STATUS);

	if (status == UINT32_MAX)
		return -ENODEV;
	if (status & SVARIG_QSTAT_HALTED)
		return -EIO;
	if (!(status & SVARIG_QSTAT_ENABLED))
		return -ENODEV;
	return 0;
}

int svarig_queue_error(struct svarig *s, uint64_t *fault_addr)
{
	uint32_t status;

	if (fault_addr)
		*fault_addr = 0;
	if (s->owner != getpid())
		return -ECHILD;
	status = db_read(s, SVARIG_DB_STATUS);
	if (status == UINT32_MAX || !(status & SVARIG_QSTAT_ENABLED))
		return -ENODEV;
	if (!(status & SVARIG_QSTAT_HALTED))
		return 0;
	if (fault_addr)
		*fault_addr = (uint64_t)db_read(s, SVARIG_DB_FAULT_HI) << 32 |
			      db_read(s, SVARIG_DB_FAULT_LO);
	return status & SVARIG_QSTAT_CODE_MASK;
}

int svarig_submit_many(struct svarig *s, const struct svarig_job *jobs, unsigned int count)
{
	unsigned int room = (1u << s->log2) - svarig_outstanding(s);

	if (s->owner != getpid())
		return -ECHILD;
	if (count > INT_MAX)
		return -EINVAL;
	if (count > room)
		count = room;
	if (!count)
		return -EAGAIN;
	for (unsigned int i = 0; i < count; i++) {
		struct svarig_desc *d = &s->sq[(s->sq_tail + i) & ((1u << s->log2) - 1)];
		const struct svarig_job *j = &jobs[i];

		*d = (struct svarig_desc){
			.opcode = j->op,
			.alg = j->alg,
			.flags = j->flags,
			.len = j->len,
			.src = (uintptr_t)j->src,
			.dst = (uintptr_t)j->dst,
			.key = (uintptr_t)j->key,
			.iv = (uintptr_t)j->iv,
			.state = (uintptr_t)j->state,
			.aad_len = j->aad_len,
			.src_sg = j->src_sg,
			.dst_sg = j->dst_sg,
			.cookie = j->cookie,
		};
	}
	s->sq_tail += count;
	db_write(s, SVARIG_DB_SQ_TAIL, s->sq_tail);
	return count;
}

int svarig_submit(struct svarig *s, const struct svarig_job *job)
{
	int ret = svarig_submit_many(s, job, 1);

	if (ret == -EAGAIN) {
		/* Full because it is slow, or because it will never finish? */
		int state = queue_state(s);

		return state ? state : -EAGAIN;
	}
	return ret < 0 ? ret : 0;
}

static int status_errno(uint8_t status)
{
	switch (status) {
	case SVARIG_ST_OK:
		return 0;
	case SVARIG_ST_BAD_OPCODE:
	case SVARIG_ST_BAD_FLAGS:
	case SVARIG_ST_BAD_LENGTH:
	case SVARIG_ST_BAD_ALG:
	case SVARIG_ST_BAD_SG:
	case SVARIG_ST_BAD_STATE:
		return -EINVAL;
	case SVARIG_ST_AUTH:
	case SVARIG_ST_MISMATCH:
		return -EBADMSG;
	case SVARIG_ST_BAD_ADDRESS:
	case SVARIG_ST_FAULT_READ:
	case SVARIG_ST_FAULT_WRITE:
		return -EFAULT;
	case SVARIG_ST_TIMEOUT:
		return -ETIMEDOUT;
	case SVARIG_ST_ABORTED:
	case SVARIG_ST_CHAIN:
		return -ECANCELED;
	default:
		return -EIO;
	}
}

/* The record's last word holds the phase, and the device writes the record in one piece. */
static bool take(struct svarig *s, struct svarig_result *r)
{
	struct svarig_cpl *c = &s->cq[s->cq_head & ((1u << s->log2) - 1)];
	uint16_t phase = __atomic_load_n(&c->phase, __ATOMIC_ACQUIRE);

	if ((phase & 1) != (~(s->cq_head >> s->log2) & 1))
		return false;
	*r = (struct svarig_result){
		.cookie = c->cookie,
		.error = status_errno(c->status),
		.status = c->status,
		.detail = c->detail,
		.fault_addr = c->fault_addr,
		.done = c->done,
		.cycles = c->cycles,
	};
	s->cq_head++;
	return true;
}

int svarig_poll(struct svarig *s, struct svarig_result *results, unsigned int max)
{
	unsigned int n = 0;

	if (s->owner != getpid())
		return -ECHILD;
	if (max > INT_MAX)
		return -EINVAL;
	while (n < max && svarig_outstanding(s) && take(s, &results[n]))
		n++;
	if (n)
		db_write(s, SVARIG_DB_CQ_HEAD, s->cq_head);
	return n;
}

int svarig_arm(struct svarig *s)
{
	if (s->owner != getpid())
		return -ECHILD;
	db_write(s, SVARIG_DB_ARM, s->cq_head);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

int svarig_wait(struct svarig *s, struct svarig_result *results, unsigned int max, int timeout_ms)
{
	struct pollfd pfd = {.fd = s->fd, .events = POLLIN};
	int64_t end = now_ms() + timeout_ms;
	int n, state, slice;

	if (!max)
		return -EINVAL;
	for (;;) {
		n = svarig_poll(s, results, max);
		if (n)
			return n;
		if (!svarig_outstanding(s))
			return -ENODATA;
		svarig_arm(s);
		/* One that came before the arming fires at once, so there is no gap. */
		slice = STATUS_SLICE_MS;
		if (timeout_ms >= 0 && end - now_ms() < slice)
			slice = end > now_ms() ? end - now_ms() : 0;
		n = poll(&pfd, 1, slice);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			continue;
		n = svarig_poll(s, results, max);
		if (n)
			return n;
		state = queue_state(s);
		if (state) {
			/* Records written before the queue halted are still good. */
			n = svarig_poll(s, results, max);
			return n ? n : state;
		}
		if (timeout_ms >= 0 && now_ms() >= end)
			return -ETIMEDOUT;
	}
}
