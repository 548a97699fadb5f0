// SPDX-License-Identifier: BSD-2-Clause
/* The link between two processes: order, wrap-around, back-pressure, death of a peer. */
#include "../link_impl.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char path[100];
static char err[SVLINK_ERROR_LEN];
static uint8_t buf[SVLINK_MAX_PAYLOAD];

/* Runs @child as a client in another process and gives the server's end */
static struct svlink *with_client(int (*child)(struct svlink *), pid_t *pid)
{
	struct svlink_server *s;
	struct svlink *l = NULL;

	if (svlink_listen(path, &s, err))
		return NULL;
	*pid = fork();
	if (*pid == 0) {
		struct svlink *c;

		if (svlink_connect(path, "child", 5000, &c, err)) {
			fprintf(stderr, "# child: %s\n", err);
			_exit(99);
		}
		_exit(child(c));
	}
	if (svlink_accept(s, "parent", SVLINK_RING_MIN, 5000, &l, err))
		printf("# accept: %s\n", err);
	svlink_server_close(s);
	return l;
}

static int reap(pid_t pid)
{
	int st;

	if (waitpid(pid, &st, 0) != pid)
		return -1;
	return WIFEXITED(st) ? WEXITSTATUS(st) : 1000 + WTERMSIG(st);
}

static int recv_wait(struct svlink *l, struct svlink_frame *f)
{
	int ret;

	while ((ret = svlink_recv(l, f, buf)) == 0)
		if ((ret = svlink_wait(l, SVLINK_WAIT_RX, 10000)) <= 0)
			return ret ? ret : -ETIMEDOUT;
	return ret;
}

static int send_wait(struct svlink *l, uint64_t time, const void *p, uint32_t len)
{
	int ret;

	while ((ret = svlink_send(l, SVLINK_TLP, time, p, len)) == -EAGAIN)
		if ((ret = svlink_wait(l, SVLINK_WAIT_TX, 10000)) <= 0)
			return ret ? ret : -ETIMEDOUT;
	return ret;
}

static int child_echo(struct svlink *l)
{
	struct svlink_frame f;
	int ret;

	if (strcmp(svlink_peer_name(l), "parent"))
		return 2;
	while ((ret = recv_wait(l, &f)) == 1) {
		if (f.type == SVLINK_BYE)
			return f.len == 4 && !memcmp(buf, "done", 4) ? 0 : 3;
		if (send_wait(l, f.time + 1, buf, f.len))
			return 4;
	}
	return 5;
}

static void test_echo(void)
{
	uint32_t len, k, bad = 0;
	struct svlink_frame f;
	uint8_t out[SVLINK_MAX_PAYLOAD];
	struct svlink *l;
	pid_t pid;

	l = with_client(child_echo, &pid);
	if (!ok(l && !strcmp(svlink_peer_name(l), "child"), "handshake tells the names"))
		exit(1);
	for (len = 0; len <= SVLINK_MAX_PAYLOAD; len++) {
		for (k = 0; k < len; k++)
			out[k] = (uint8_t)(len * 31u + k * 3u);
		if (send_wait(l, len, out, len) || recv_wait(l, &f) != 1 || f.len != len ||
		    f.time != len + 1 || f.seq != len || memcmp(buf, out, len))
			bad++;
	}
	ok(bad == 0, "every payload length from 0 to %u comes back as sent, across the wrap",
	   SVLINK_MAX_PAYLOAD);
	ok(svlink_send(l, SVLINK_TLP, 0, out, SVLINK_MAX_PAYLOAD + 1) == -EMSGSIZE,
	   "a longer payload is refused: %s", svlink_error(l));
	svlink_close(l, "done");
	ok(reap(pid) == 0, "the peer got the goodbye with its reason");
}

static int child_slow_reader(struct svlink *l)
{
	struct svlink_frame f;
	int n = 0;

	usleep(300000);
	while (recv_wait(l, &f) == 1 && f.type == SVLINK_TLP)
		n++;
	return n == 128 + 1 ? 0 : 1;
}

static double cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void test_full(void)
{
	uint8_t out[64] = {0};
	struct svlink *l;
	double cpu;
	pid_t pid;
	int n = 0, ret;

	l = with_client(child_slow_reader, &pid);
	while ((ret = svlink_send(l, SVLINK_TLP, 0, out, 64)) == 0)
		n++;
	/* 16 KiB of ring, 64 bytes of header and 64 of payload each */
	ok(ret == -EAGAIN && n == 128, "a ring of 16 KiB takes 128 frames of 64 bytes (%d)", n);
	ok(!svlink_can_send(l, 0), "and says it is full");
	ok(svlink_wait(l, SVLINK_WAIT_TX, 50) == 0, "no room within 50 ms: timeout");
	cpu = cpu_seconds();
	ret = svlink_wait(l, SVLINK_WAIT_TX, 5000);
	cpu = cpu_seconds() - cpu;
	ok(ret == SVLINK_WAIT_TX, "the reader wakes the writer up");
	ok(cpu < 0.05, "waiting took no CPU (%.3f s)", cpu);
	ok(svlink_send(l, SVLINK_TLP, 0, out, 64) == 0, "then there is room");
	svlink_close(l, NULL);
	ok(reap(pid) == 0, "all frames arrived");
}

static int child_send_and_die(struct svlink *l)
{
	svlink_send(l, SVLINK_TLP, 7, "abc", 3);
	kill(getpid(), SIGKILL);
	return 0;
}

static void test_death(void)
{
	struct svlink_frame f;
	struct svlink *l;
	pid_t pid;

	l = with_client(child_send_and_die, &pid);
	ok(reap(pid) == 1000 + SIGKILL, "peer killed");
	ok(recv_wait(l, &f) == 1 && f.len == 3 && !memcmp(buf, "abc", 3),
	   "what it sent before is delivered");
	ok(recv_wait(l, &f) == -EPIPE, "then -EPIPE");
	ok(strstr(svlink_error(l), "child") && strstr(svlink_error(l), "died"), "text: %s",
	   svlink_error(l));
	ok(svlink_send(l, SVLINK_TLP, 0, "x", 1) == -EPIPE, "sending says -EPIPE too");
	ok(svlink_wait(l, SVLINK_WAIT_RX | SVLINK_WAIT_TX, 10000) == -EPIPE, "and so does waiting");
	ok(!svlink_peer_said_bye(l), "that was no goodbye");
	svlink_close(l, NULL);

	l = with_client(child_send_and_die, &pid);
	reap(pid);
	ok(svlink_check(l) == 0 && svlink_send(l, SVLINK_TLP, 0, "x", 1) == -EPIPE &&
		   recv_wait(l, &f) == 1 && recv_wait(l, &f) == -EPIPE,
	   "a failed send does not lose what is still to be received");
	svlink_close(l, NULL);
}

static int child_die_later(struct svlink *l)
{
	(void)l;
	usleep(100000);
	kill(getpid(), SIGKILL);
	return 0;
}

static void test_death_while_waiting(void)
{
	struct timespec a, b;
	struct svlink *l;
	pid_t pid;
	int what;

	for (what = SVLINK_WAIT_RX; what <= SVLINK_WAIT_TX; what++) {
		int ret;

		l = with_client(child_die_later, &pid);
		while (what == SVLINK_WAIT_TX && svlink_send(l, SVLINK_TLP, 0, buf, 4096) == 0)
			;
		clock_gettime(CLOCK_MONOTONIC, &a);
		ret = svlink_wait(l, what, 30000);
		clock_gettime(CLOCK_MONOTONIC, &b);
		ok(ret == -EPIPE && b.tv_sec - a.tv_sec < 5, "death of the peer ends a wait for %s",
		   what == SVLINK_WAIT_RX ? "frames" : "room");
		svlink_close(l, NULL);
		reap(pid);
	}
}

static int child_bye(struct svlink *l)
{
	svlink_close(l, "power off");
	return 0;
}

static void test_bye(void)
{
	struct svlink_frame f;
	struct svlink *l;
	pid_t pid;

	l = with_client(child_bye, &pid);
	ok(recv_wait(l, &f) == 1 && f.type == SVLINK_BYE, "BYE arrives as a frame");
	ok(recv_wait(l, &f) == -EPIPE && svlink_peer_said_bye(l), "then the link is at its end");
	ok(strstr(svlink_error(l), "power off"), "text: %s", svlink_error(l));
	svlink_close(l, NULL);
	reap(pid);
}

/* Both sides stream with random lengths and sleep whenever they can */
#define STREAM 100000u

static int stream(struct svlink *l, unsigned seed)
{
	static uint8_t out[SVLINK_MAX_PAYLOAD];
	unsigned tx_rand = seed, rx_rand = 3 - seed;
	uint32_t sent = 0, got = 0, len = 0, i;
	bool have = false;

	while (sent < STREAM || got < STREAM) {
		struct svlink_frame f;
		bool moved = false;

		if (sent < STREAM) {
			if (!have) {
				len = (uint32_t)rand_r(&tx_rand) % 600;
				for (i = 0; i < len; i++)
					out[i] = (uint8_t)(len + i);
				have = true;
			}
			if (svlink_send(l, SVLINK_TLP, sent, out, len) == 0) {
				have = false;
				moved = true;
				sent++;
			}
		}
		if (got < STREAM && svlink_recv(l, &f, buf) == 1) {
			if (f.seq != got || f.len != (uint32_t)rand_r(&rx_rand) % 600)
				return 10;
			for (i = 0; i < f.len; i++)
				if (buf[i] != (uint8_t)(f.len + i))
					return 11;
			got++;
			moved = true;
		}
		if (!moved && svlink_wait(l,
					  (sent < STREAM ? SVLINK_WAIT_TX : 0) |
						  (got < STREAM ? SVLINK_WAIT_RX : 0),
					  10000) <= 0)
			return 12;
	}
	return 0;
}

static int child_stream(struct svlink *l)
{
	struct svlink_frame f;
	int ret = stream(l, 1);

	/* The parent may still be reading what we sent */
	while (recv_wait(l, &f) == 1)
		;
	return ret;
}

static void test_stream(void)
{
	struct svlink *l;
	pid_t pid;
	int ret;

	l = with_client(child_stream, &pid);
	ret = stream(l, 2);
	ok(ret == 0, "%u frames each way at the same time (%d)", STREAM, ret);
	svlink_close(l, NULL);
	ret = reap(pid);
	ok(ret == 0, "the other side is content as well (%d)", ret);
}

int main(void)
{
	char dir[] = "/tmp/svlink-test-XXXXXX";

	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/s", dir);
	test_echo();
	test_full();
	test_death();
	test_death_while_waiting();
	test_bye();
	test_stream();
	rmdir(dir);
	return tap_done();
}
