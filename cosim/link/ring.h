/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring of frames in shared memory: one producer, one consumer, no locks.
 *
 * Nothing the other side can write is trusted: each side keeps its own index in private memory,
 * frames are copied out before they are looked at, and a foreign index that cannot be right is
 * reported as such.
 */
#ifndef SVLINK_RING_H
#define SVLINK_RING_H

#include "link.h"

#define SVRING_GRAIN 64u

/* One ring's shared control block. head and tail count bytes from the start and never wrap. */
struct svring_ctl {
	uint64_t head;		 /* written by the producer */
	uint32_t producer_waits; /* the producer wants a wake-up when room appears */
	uint8_t pad0[52];
	uint64_t tail;		 /* written by the consumer */
	uint32_t consumer_waits; /* the consumer wants a wake-up when a frame appears */
	uint8_t pad1[52];
};

/* One side's view of a ring */
struct svring {
	struct svring_ctl *ctl;
	uint8_t *data;
	uint32_t size;	/* bytes, a power of two */
	uint64_t own;	/* own index: head of a producer, tail of a consumer */
	uint64_t other; /* the other index as last seen and checked */
	uint64_t seq;	/* next sequence number */
};

void svring_init(struct svring *r, struct svring_ctl *ctl, void *data, uint32_t size);

/* Bytes a frame with @len bytes of payload takes */
static inline uint32_t svring_frame_bytes(uint32_t len)
{
	return (uint32_t)sizeof(struct svlink_frame) +
	       ((len + SVRING_GRAIN - 1) & ~(SVRING_GRAIN - 1));
}

/*
 * Producer: @f without magic and seq, which are filled in. Returns 0, -EAGAIN, or -EPROTO (the
 * consumer's index is impossible). *wake is set when the consumer asked to be woken.
 */
int svring_put(struct svring *r, struct svlink_frame *f, const void *payload, bool *wake);
bool svring_has_room(struct svring *r, uint32_t len);

/*
 * Consumer: returns 1, 0, or -EPROTO with @err (SVLINK_ERROR_LEN bytes) saying which field was
 * wrong. *wake is set when the producer asked to be woken.
 */
int svring_get(struct svring *r, struct svlink_frame *f, void *payload, bool *wake, char *err);
bool svring_has_frame(const struct svring *r);

/* Ask for a wake-up; false: it would not come because there is a frame (room) already. */
bool svring_consumer_arm(struct svring *r);
bool svring_producer_arm(struct svring *r);

#endif
