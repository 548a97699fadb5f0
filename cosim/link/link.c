// SPDX-License-Identifier: BSD-2-Clause
#include "link_impl.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int svlink_fail(char *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, SVLINK_ERROR_LEN, fmt, ap);
	va_end(ap);
	return code;
}

int64_t svlink_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int broken(struct svlink *l, int code)
{
	l->broken = code;
	return code;
}

static int gone(struct svlink *l)
{
	if (!l->said_bye)
		svlink_fail(l->error, 0,
			    "the peer (%s) closed the link without a goodbye: it was stopped or "
			    "died; see its own messages",
			    l->peer_name);
	return broken(l, -EPIPE);
}

static void kick(struct svlink *l)
{
	uint64_t one = 1;

	/* Fails only when the counter is full, and then the peer is being woken already */
	if (write(l->peer_event, &one, sizeof(one)) < 0)
		return;
}

const char *svlink_peer_name(const struct svlink *l)
{
	return l->peer_name;
}

const char *svlink_error(const struct svlink *l)
{
	return l->error;
}

bool svlink_peer_said_bye(const struct svlink *l)
{
	return l->said_bye;
}

int svlink_event_fd(const struct svlink *l)
{
	return l->event;
}

int svlink_socket_fd(const struct svlink *l)
{
	return l->sock;
}

int svlink_send(struct svlink *l, enum svlink_type type, uint64_t time, const void *payload,
		uint32_t len)
{
	struct svlink_frame f = {.type = (uint16_t)type, .len = len, .time = time};
	bool wake;
	int ret;

	if (l->broken)
		return l->broken;
	if (l->peer_gone) {
		/* What it sent before is still to be received: not yet broken for svlink_recv() */
		if (!svring_has_frame(&l->rx))
			return gone(l);
		return -EPIPE;
	}
	if (len > SVLINK_MAX_PAYLOAD)
		return svlink_fail(l->error, -EMSGSIZE,
				   "a frame of %u bytes is too long (at most %u)", len,
				   SVLINK_MAX_PAYLOAD);
	ret = svring_put(&l->tx, &f, payload, &wake);
	if (ret == -EPROTO) {
		svlink_fail(l->error, 0,
			    "the peer (%s) corrupted the ring: its read index is impossible",
			    l->peer_name);
		return broken(l, ret);
	}
	if (ret == 0 && wake)
		kick(l);
	return ret;
}

bool svlink_can_send(struct svlink *l, uint32_t len)
{
	return l->broken || l->peer_gone || svring_has_room(&l->tx, len);
}

static void note_bye(struct svlink *l, const struct svlink_frame *f, const char *reason)
{
	int n = f->len < 150 ? (int)f->len : 150;

	l->said_bye = true;
	svlink_fail(l->error, 0, "the peer (%s) said goodbye%s%.*s", l->peer_name, n ? ": " : "", n,
		    reason);
}

int svlink_recv(struct svlink *l, struct svlink_frame *f, void *payload)
{
	bool wake;
	int ret;

	if (l->broken)
		return l->broken;
	ret = svring_get(&l->rx, f, payload, &wake, l->error);
	if (ret < 0)
		return broken(l, ret);
	if (ret == 0)
		return l->peer_gone || l->said_bye ? gone(l) : 0;
	if (wake)
		kick(l);
	if (f->type == SVLINK_BYE)
		note_bye(l, f, (const char *)payload);
	return 1;
}

bool svlink_pending(const struct svlink *l)
{
	return l->broken || l->peer_gone || svring_has_frame(&l->rx);
}

int svlink_check(struct svlink *l)
{
	struct pollfd p = {.fd = l->sock, .events = POLLIN};
	char c;

	if (l->broken)
		return l->broken;
	if (!l->peer_gone && poll(&p, 1, 0) > 0) {
		ssize_t n = recv(l->sock, &c, 1, MSG_DONTWAIT);

		if (n > 0) {
			svlink_fail(
				l->error, 0,
				"the peer (%s) sent something on the socket after the handshake",
				l->peer_name);
			return broken(l, -EPROTO);
		}
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			l->peer_gone = true;
	}
	if (l->peer_gone && !svring_has_frame(&l->rx))
		return gone(l);
	return 0;
}

static int ready(struct svlink *l, int what)
{
	int mask = 0;

	if ((what & SVLINK_WAIT_RX) && svring_has_frame(&l->rx))
		mask |= SVLINK_WAIT_RX;
	if ((what & SVLINK_WAIT_TX) && svring_has_room(&l->tx, SVLINK_MAX_PAYLOAD))
		mask |= SVLINK_WAIT_TX;
	return mask;
}

bool svlink_arm(struct svlink *l, int what)
{
	if (l->broken || l->peer_gone)
		return false;
	if ((what & SVLINK_WAIT_RX) && !svring_consumer_arm(&l->rx))
		return false;
	return !(what & SVLINK_WAIT_TX) || svring_producer_arm(&l->tx);
}

void svlink_disarm(struct svlink *l)
{
	uint64_t count;

	/* Empty is fine: the wake-up may have been taken before */
	if (read(l->event, &count, sizeof(count)) < 0)
		return;
}

int svlink_wait(struct svlink *l, int what, int timeout_ms)
{
	int64_t end = timeout_ms < 0 ? 0 : svlink_now_ms() + timeout_ms;

	for (;;) {
		struct pollfd p[2] = {{.fd = l->event, .events = POLLIN},
				      {.fd = l->sock, .events = POLLIN}};
		int64_t left = timeout_ms < 0 ? -1 : end - svlink_now_ms();
		int mask, n;

		if (l->broken)
			return l->broken;
		mask = ready(l, what);
		if (mask)
			return mask;
		if (l->peer_gone)
			return svring_has_frame(&l->rx) ? -EPIPE : gone(l);
		if (timeout_ms >= 0 && left <= 0)
			return svlink_check(l);
		if (!svlink_arm(l, what))
			continue;
		n = poll(p, 2, (int)left);
		if (n < 0)
			return errno == EINTR ? 0 : -errno;
		if (p[0].revents)
			svlink_disarm(l);
		if (p[1].revents)
			svlink_check(l);
	}
}

void svlink_close(struct svlink *l, const char *reason)
{
	if (!l)
		return;
	if (!l->broken && !l->peer_gone)
		svlink_send(l, SVLINK_BYE, 0, reason, reason ? (uint32_t)strnlen(reason, 150) : 0);
	if (l->mem)
		munmap(l->mem, l->mem_bytes);
	if (l->sock >= 0)
		close(l->sock);
	if (l->event >= 0)
		close(l->event);
	if (l->peer_event >= 0)
		close(l->peer_event);
	free(l);
}
