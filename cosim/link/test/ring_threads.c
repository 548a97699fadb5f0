// SPDX-License-Identifier: BSD-2-Clause
/*
 * Producer and consumer as two threads on one mapping, so that ThreadSanitizer sees every access:
 * a load or store without the right ordering is a report. Both sides sleep when they can, so that
 * a lost wake-up is a timeout.
 */
#include "../ring.h"
#include "tap.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define FRAMES	200000u
#define RING	(16u << 10)
#define WAIT_MS 20000

static struct svring_ctl ctl;
static uint8_t data[RING];
static int event_rx, event_tx; /* wake the consumer, the producer */
static unsigned sleeps_rx, sleeps_tx;

static uint32_t frame_len(uint32_t i)
{
	return i % 61 == 0 ? SVLINK_MAX_PAYLOAD : (i * 37u) % 300u;
}

static uint8_t frame_byte(uint32_t i, uint32_t k)
{
	return (uint8_t)(i * 13u + k * 7u + 1u);
}

static bool sleep_on(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint64_t n;

	if (poll(&p, 1, WAIT_MS) != 1)
		return false;
	return read(fd, &n, sizeof(n)) == sizeof(n);
}

static void kick(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) < 0)
		abort();
}

static void *produce(void *arg)
{
	static uint8_t buf[SVLINK_MAX_PAYLOAD];
	struct svring r;
	uint32_t i, k;

	(void)arg;
	svring_init(&r, &ctl, data, RING);
	for (i = 0; i < FRAMES; i++) {
		struct svlink_frame f = {.type = SVLINK_TLP, .len = frame_len(i), .time = i};
		bool wake = false;
		int ret;

		for (k = 0; k < f.len; k++)
			buf[k] = frame_byte(i, k);
		while ((ret = svring_put(&r, &f, buf, &wake)) == -EAGAIN) {
			if (!svring_producer_arm(&r))
				continue;
			sleeps_tx++;
			if (!sleep_on(event_tx))
				return "the producer was not woken";
		}
		if (ret)
			return "svring_put failed";
		if (wake)
			kick(event_rx);
	}
	return NULL;
}

static void *consume(void *arg)
{
	static uint8_t buf[SVLINK_MAX_PAYLOAD];
	char err[SVLINK_ERROR_LEN];
	struct svring r;
	uint32_t i, k;

	(void)arg;
	svring_init(&r, &ctl, data, RING);
	for (i = 0; i < FRAMES; i++) {
		struct svlink_frame f;
		bool wake;
		int ret;

		while ((ret = svring_get(&r, &f, buf, &wake, err)) == 0) {
			if (!svring_consumer_arm(&r))
				continue;
			sleeps_rx++;
			if (!sleep_on(event_rx))
				return "the consumer was not woken";
		}
		if (ret < 0)
			return "svring_get failed";
		if (wake)
			kick(event_tx);
		if (f.len != frame_len(i) || f.time != i)
			return "wrong frame";
		for (k = 0; k < f.len; k++)
			if (buf[k] != frame_byte(i, k))
				return "wrong payload";
	}
	return NULL;
}

int main(void)
{
	pthread_t p, c;
	void *why_p, *why_c;

	event_rx = eventfd(0, 0);
	event_tx = eventfd(0, 0);
	pthread_create(&p, NULL, produce, NULL);
	pthread_create(&c, NULL, consume, NULL);
	pthread_join(p, &why_p);
	pthread_join(c, &why_c);
	ok(!why_p, "producer put %u frames%s%s", FRAMES, why_p ? ": " : "",
	   why_p ? (char *)why_p : "");
	ok(!why_c, "consumer got %u frames in order, payloads right%s%s", FRAMES, why_c ? ": " : "",
	   why_c ? (char *)why_c : "");
	ok(sleeps_rx > 0 && sleeps_tx > 0, "both sides have slept (%u and %u times)", sleeps_tx,
	   sleeps_rx);
	return tap_done();
}
