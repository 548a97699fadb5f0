// SPDX-License-Identifier: BSD-2-Clause
#include "ring.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(struct svlink_frame) == 64, "a frame is 64 bytes");
_Static_assert(sizeof(struct svring_ctl) == 128, "head and tail live in cache lines of their own");
_Static_assert(offsetof(struct svring_ctl, tail) == 64, "tail starts the second cache line");

/*
 * head, tail and the two wait flags are sequentially consistent: a sleeper stores its flag and then
 * loads the index, the other side stores the index and then loads the flag, and one of the two must
 * see the other's store or a wake-up is lost.
 */
static uint64_t load64(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}

static void store64(uint64_t *p, uint64_t v)
{
	__atomic_store_n(p, v, __ATOMIC_SEQ_CST);
}

static bool take_flag(uint32_t *p)
{
	/* The plain load keeps the common case free of a locked operation */
	return __atomic_load_n(p, __ATOMIC_SEQ_CST) && __atomic_exchange_n(p, 0, __ATOMIC_SEQ_CST);
}

void svring_init(struct svring *r, struct svring_ctl *ctl, void *data, uint32_t size)
{
	*r = (struct svring){.ctl = ctl, .data = (uint8_t *)data, .size = size};
}

static void copy_in(struct svring *r, uint64_t at, const void *src, uint32_t n)
{
	uint32_t off = (uint32_t)at & (r->size - 1);
	uint32_t first = n < r->size - off ? n : r->size - off;

	memcpy(r->data + off, src, first);
	if (n > first)
		memcpy(r->data, (const uint8_t *)src + first, n - first);
}

static void copy_out(const struct svring *r, uint64_t at, void *dst, uint32_t n)
{
	uint32_t off = (uint32_t)at & (r->size - 1);
	uint32_t first = n < r->size - off ? n : r->size - off;

	memcpy(dst, r->data + off, first);
	if (n > first)
		memcpy((uint8_t *)dst + first, r->data, n - first);
}

/* Bytes free, or -EPROTO when the consumer's index is none it can have */
static int64_t room(struct svring *r)
{
	uint64_t tail = load64(&r->ctl->tail);

	if (r->own - tail > r->size || tail - r->other > r->own - r->other || tail % SVRING_GRAIN)
		return -EPROTO;
	r->other = tail;
	return (int64_t)(r->size - (r->own - tail));
}

int svring_put(struct svring *r, struct svlink_frame *f, const void *payload, bool *wake)
{
	uint32_t need = svring_frame_bytes(f->len);

	if (r->size - (r->own - r->other) < need) {
		int64_t n = room(r);

		if (n < 0)
			return (int)n;
		if (n < need)
			return -EAGAIN;
	}
	f->magic = SVLINK_FRAME_MAGIC;
	f->seq = r->seq++;
	copy_in(r, r->own, f, sizeof(*f));
	if (f->len)
		copy_in(r, r->own + sizeof(*f), payload, f->len);
	r->own += need;
	store64(&r->ctl->head, r->own);
	*wake = take_flag(&r->ctl->consumer_waits);
	return 0;
}

bool svring_has_room(struct svring *r, uint32_t len)
{
	/* An impossible index counts as room: the svring_put() that follows reports it */
	int64_t n = room(r);

	return n < 0 || n >= svring_frame_bytes(len);
}

static int bad(char *err, const char *what, uint64_t got, uint64_t want)
{
	snprintf(err, SVLINK_ERROR_LEN,
		 "the peer corrupted the ring: %s is 0x%" PRIx64 ", expected %s0x%" PRIx64, what,
		 got, strcmp(what, "frame length") ? "" : "at most ", want);
	return -EPROTO;
}

int svring_get(struct svring *r, struct svlink_frame *f, void *payload, bool *wake, char *err)
{
	uint64_t head = load64(&r->ctl->head);
	uint64_t avail = head - r->own;
	uint32_t size;

	*wake = false;
	if (avail == 0)
		return 0;
	if (avail > r->size || avail % SVRING_GRAIN || head - r->own < r->other - r->own)
		return bad(err, "head index", head, r->own);
	r->other = head;
	copy_out(r, r->own, f, sizeof(*f));
	if (f->magic != SVLINK_FRAME_MAGIC)
		return bad(err, "frame magic", f->magic, SVLINK_FRAME_MAGIC);
	if (f->seq != r->seq)
		return bad(err, "frame sequence", f->seq, r->seq);
	if (f->len > SVLINK_MAX_PAYLOAD)
		return bad(err, "frame length", f->len, SVLINK_MAX_PAYLOAD);
	if (f->type == 0 || f->type > SVLINK_TYPE_MAX) {
		snprintf(err, SVLINK_ERROR_LEN,
			 "the peer sent a frame of unknown type %u (sequence %" PRIu64 ")", f->type,
			 f->seq);
		return -EPROTO;
	}
	size = svring_frame_bytes(f->len);
	if (size > avail)
		return bad(err, "frame length", f->len, avail - sizeof(*f));
	copy_out(r, r->own + sizeof(*f), payload, f->len);
	r->seq++;
	r->own += size;
	store64(&r->ctl->tail, r->own);
	*wake = take_flag(&r->ctl->producer_waits);
	return 1;
}

bool svring_has_frame(const struct svring *r)
{
	return load64(&r->ctl->head) != r->own;
}

bool svring_consumer_arm(struct svring *r)
{
	__atomic_store_n(&r->ctl->consumer_waits, 1, __ATOMIC_SEQ_CST);
	if (!svring_has_frame(r))
		return true;
	__atomic_store_n(&r->ctl->consumer_waits, 0, __ATOMIC_SEQ_CST);
	return false;
}

bool svring_producer_arm(struct svring *r)
{
	__atomic_store_n(&r->ctl->producer_waits, 1, __ATOMIC_SEQ_CST);
	/* Room for the largest frame, so that whoever wakes up can send whatever it has */
	if (!svring_has_room(r, SVLINK_MAX_PAYLOAD))
		return true;
	__atomic_store_n(&r->ctl->producer_waits, 0, __ATOMIC_SEQ_CST);
	return false;
}
