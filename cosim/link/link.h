/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The link: TLPs between two processes, as bytes, in order, without loss.
 *
 * The server (the process with the endpoint) listens on a Unix socket; a client (QEMU, a test)
 * connects. The server hands over one memory file with a ring for each direction and an eventfd
 * for each side. From then on frames travel through the rings; the socket only tells when the
 * other side has died. docs/link-protocol.md is the specification.
 *
 * Not thread-safe: one thread (or one lock) per struct svlink. Needs nothing but libc.
 *
 * Functions that can fail return a negative errno; svlink_error() then has a sentence that names
 * what was wrong. After -EPIPE (the peer is gone) or -EPROTO (the peer broke the protocol) a link
 * stays broken: every later call returns the same.
 */
#ifndef SVLINK_H
#define SVLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SVLINK_VERSION	   1u
#define SVLINK_NAME_LEN	   40u	 /* bytes of a side's name, with its terminating zero */
#define SVLINK_MAX_PAYLOAD 4128u /* prefix + 4 DW header + 4096 bytes + digest, rounded up */
#define SVLINK_ERROR_LEN   256u

/* Frame types */
enum svlink_type {
	SVLINK_TLP = 1,	       /* payload: one TLP in wire order */
	SVLINK_RESET = 2,      /* client to server: conventional (bus) reset of the endpoint */
	SVLINK_RESET_DONE = 3, /* server to client: what follows was sent after the reset */
	SVLINK_BYE = 4,	       /* orderly end; payload: the reason as text, may be empty */
	SVLINK_TYPE_MAX = 4,
};

/*
 * A frame's header as it stands in the ring: 64 bytes, all fields in the byte order of the machine
 * (both sides run on one). The payload follows, padded with anything to a multiple of 64 bytes.
 */
struct svlink_frame {
	uint32_t magic; /* SVLINK_FRAME_MAGIC */
	uint16_t type;	/* enum svlink_type */
	uint16_t flags; /* 0 */
	uint32_t len;	/* bytes of payload, at most SVLINK_MAX_PAYLOAD */
	uint32_t arg;	/* 0 */
	uint64_t seq;	/* counts frames of this direction from 0 */
	uint64_t time;	/* simulated time of the sender, picoseconds; 0: has none */
	uint8_t reserved[32];
};

#define SVLINK_FRAME_MAGIC 0x464c5653u /* "SVLF" */

struct svlink;
struct svlink_server;

/*
 * svlink_listen - bind and listen on the Unix socket @path
 *
 * A socket file left by a dead process is replaced; one that a living process listens on is an
 * error (-EADDRINUSE). @err (SVLINK_ERROR_LEN bytes) gets the sentence on failure.
 */
int svlink_listen(const char *path, struct svlink_server **out, char *err);

/* The listening descriptor, to poll for POLLIN before svlink_accept() */
int svlink_server_fd(const struct svlink_server *s);

/* Closes the socket and removes its file. NULL is fine. */
void svlink_server_close(struct svlink_server *s);

/*
 * svlink_accept - wait for a client and shake hands
 *
 * @name: who we are, shown to the peer. @timeout_ms: negative waits for ever for a client to come;
 * one that came has 5 s to speak. @ring_bytes: size of each ring, a power of two between
 * SVLINK_RING_MIN and SVLINK_RING_MAX, 0 for the default.
 *
 * Returns 0, -ETIMEDOUT, -EPROTO (another version, no link client), or another errno; @err as
 * above. On failure the server goes on listening.
 */
#define SVLINK_RING_MIN	    (16u << 10)
#define SVLINK_RING_MAX	    (16u << 20)
#define SVLINK_RING_DEFAULT (256u << 10)
int svlink_accept(struct svlink_server *s, const char *name, uint32_t ring_bytes, int timeout_ms,
		  struct svlink **out, char *err);

/*
 * svlink_connect - connect to the server at @path and shake hands
 *
 * Waits up to @timeout_ms for the server to appear and to answer.
 */
int svlink_connect(const char *path, const char *name, int timeout_ms, struct svlink **out,
		   char *err);

/* Sends BYE with @reason (may be NULL) if the peer is there, unmaps, closes, frees. NULL is fine.
 */
void svlink_close(struct svlink *l, const char *reason);

/* The peer's name from the handshake; valid until svlink_close() */
const char *svlink_peer_name(const struct svlink *l);

/* Why the link broke or the last call failed; "" when nothing did. Valid until svlink_close(). */
const char *svlink_error(const struct svlink *l);

/* The peer said BYE: its end was orderly (svlink_recv() has returned the frame or -EPIPE) */
bool svlink_peer_said_bye(const struct svlink *l);

/*
 * svlink_send - put one frame into the ring
 *
 * @len: at most SVLINK_MAX_PAYLOAD, else -EMSGSIZE. @time: picoseconds.
 *
 * Returns 0; -EAGAIN: the ring is full (svlink_wait() with SVLINK_WAIT_TX, then again); -EPIPE;
 * -EPROTO.
 */
int svlink_send(struct svlink *l, enum svlink_type type, uint64_t time, const void *payload,
		uint32_t len);

/* True when a frame with @len bytes of payload would be taken now */
bool svlink_can_send(struct svlink *l, uint32_t len);

/*
 * svlink_recv - take one frame out of the ring
 *
 * @f: the frame, checked: known type, length within bounds, sequence as expected.
 * @payload: SVLINK_MAX_PAYLOAD bytes of room; f->len are written.
 *
 * Returns 1: a frame; 0: none; -EPIPE: none and the peer is gone (frames it sent before are
 * delivered first); -EPROTO. The peer's death is looked for when the ring is empty and
 * svlink_wait(), svlink_check() or svlink_closed() saw it: this call itself makes no system call.
 */
int svlink_recv(struct svlink *l, struct svlink_frame *f, void *payload);

/* True when svlink_recv() would return something else than 0. One load; for busy loops. */
bool svlink_pending(const struct svlink *l);

/*
 * svlink_wait - sleep until there is something to do
 *
 * @what: SVLINK_WAIT_RX: a frame came; SVLINK_WAIT_TX: the full ring has room again. The death of
 * the peer always ends it. @timeout_ms: negative for no limit.
 *
 * Returns a mask of what holds, 0 after the timeout or a signal, or -EPIPE or -EPROTO once nothing
 * is left to receive.
 */
#define SVLINK_WAIT_RX 1
#define SVLINK_WAIT_TX 2
int svlink_wait(struct svlink *l, int what, int timeout_ms);

/* Look whether the peer still lives: one system call. 0, -EPIPE or -EPROTO. */
int svlink_check(struct svlink *l);

/*
 * For event loops instead of svlink_wait(): poll svlink_event_fd() and svlink_socket_fd() for
 * POLLIN. Before sleeping call svlink_arm(); when it returns true nothing of @what is there and
 * the event descriptor will become readable once something is; otherwise serve first. When the
 * event descriptor is readable call svlink_disarm(), when the socket is, svlink_check().
 */
int svlink_event_fd(const struct svlink *l);
int svlink_socket_fd(const struct svlink *l);
bool svlink_arm(struct svlink *l, int what);
void svlink_disarm(struct svlink *l);

#ifdef __cplusplus
}
#endif

#endif
