// SPDX-License-Identifier: BSD-2-Clause
/* A peer that breaks the protocol, in the handshake and in the rings. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../link_impl.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[100];
static char err[SVLINK_ERROR_LEN];
static uint8_t buf[SVLINK_MAX_PAYLOAD];

/* Both ends in one process: the client connects in a child that passes nothing on, so fork */
static bool make_pair(struct svlink **server, pid_t *pid, void (*child)(struct svlink *))
{
	struct svlink_server *s;

	if (svlink_listen(path, &s, err))
		return false;
	*pid = fork();
	if (*pid == 0) {
		struct svlink *c;

		if (svlink_connect(path, "evil", 5000, &c, err))
			_exit(1);
		child(c);
		usleep(20000);
		_exit(0);
	}
	if (svlink_accept(s, "good", SVLINK_RING_MIN, 5000, server, err)) {
		printf("# %s\n", err);
		return false;
	}
	svlink_server_close(s);
	return true;
}

/* What the evil child writes, and the words the error must have */
static struct svlink_frame evil;
static uint64_t evil_head;

static void child_frame(struct svlink *c)
{
	memcpy(c->tx.data, &evil, sizeof(evil));
	__atomic_store_n(&c->tx.ctl->head, evil_head, __ATOMIC_SEQ_CST);
}

static void corrupt(const char *what, struct svlink_frame f, uint64_t head, const char *word)
{
	struct svlink_frame got;
	struct svlink *l;
	pid_t pid;
	int ret = 0, tries;

	evil = f;
	evil_head = head;
	if (!make_pair(&l, &pid, child_frame)) {
		ok(false, "%s: no link", what);
		return;
	}
	for (tries = 0; tries < 500 && (ret = svlink_recv(l, &got, buf)) == 0; tries++)
		usleep(1000);
	ok(ret == -EPROTO && strstr(svlink_error(l), word), "%s: %s", what, svlink_error(l));
	if (svlink_recv(l, &got, buf) != -EPROTO ||
	    svlink_send(l, SVLINK_TLP, 0, "", 0) != -EPROTO ||
	    svlink_wait(l, SVLINK_WAIT_RX, 100) != -EPROTO || svlink_check(l) != -EPROTO)
		ok(false, "%s: the link must stay broken", what);
	svlink_close(l, NULL);
	waitpid(pid, NULL, 0);
}

static void child_tail(struct svlink *c)
{
	__atomic_store_n(&c->rx.ctl->tail, evil_head, __ATOMIC_SEQ_CST);
}

static void corrupt_tail(uint64_t tail)
{
	struct svlink *l;
	pid_t pid;
	int i, ret = 0;

	evil_head = tail;
	if (!make_pair(&l, &pid, child_tail))
		return;
	usleep(10000);
	for (i = 0; i < 200 && ret == 0; i++)
		ret = svlink_send(l, SVLINK_TLP, 0, buf, 64);
	ok(ret == -EPROTO && strstr(svlink_error(l), "read index"), "read index 0x%llx: %s",
	   (unsigned long long)tail, svlink_error(l));
	svlink_close(l, NULL);
	waitpid(pid, NULL, 0);
}

static void child_scribble(struct svlink *c)
{
	unsigned r = (unsigned)getpid(), i;

	for (i = 0; i < 20000; i++) {
		uint8_t *p = (uint8_t *)c->mem;

		p[(unsigned)rand_r(&r) % (i & 1 ? 256 : c->mem_bytes)] = (uint8_t)rand_r(&r);
	}
}

static void fuzz(int rounds)
{
	int i, k, dead = 0;

	for (i = 0; i < rounds; i++) {
		struct svlink_frame f;
		struct svlink *l;
		pid_t pid;

		if (!make_pair(&l, &pid, child_scribble))
			continue;
		for (k = 0; k < 60; k++) {
			usleep(200);
			svlink_send(l, SVLINK_TLP, 0, buf, (uint32_t)k % 500);
			if (svlink_recv(l, &f, buf) < 0)
				break;
		}
		dead += svlink_error(l)[0] != 0;
		svlink_close(l, NULL);
		waitpid(pid, NULL, 0);
	}
	ok(dead > 0,
	   "a peer that scribbles over the memory: %d of %d links ended with an error, "
	   "no crash",
	   dead, rounds);
}

static void rings(void)
{
	const struct svlink_frame good = {.magic = SVLINK_FRAME_MAGIC, .type = SVLINK_TLP};
	struct svlink_frame f;

	f = good, f.magic = 1;
	corrupt("magic", f, 64, "frame magic is 0x1");
	f = good, f.seq = 5;
	corrupt("sequence", f, 64, "frame sequence is 0x5, expected 0x0");
	f = good, f.len = SVLINK_MAX_PAYLOAD + 1;
	corrupt("length above the limit", f, 8192, "frame length is 0x1021");
	f = good, f.len = 65;
	corrupt("length beyond what was written", f, 128, "frame length is 0x41");
	f = good, f.len = 0xffffffff;
	corrupt("length -1", f, 128, "frame length is 0xffffffff");
	f = good, f.type = 0;
	corrupt("type 0", f, 64, "unknown type 0");
	f = good, f.type = 5;
	corrupt("type 5", f, 64, "unknown type 5");
	corrupt("head beyond the ring", good, SVLINK_RING_MIN + 64, "head index");
	corrupt("head not a multiple of 64", good, 65, "head index");
	corrupt("head far away", good, UINT64_MAX - 63, "head index");
	corrupt_tail(0x100000);
	corrupt_tail(UINT64_MAX - 63);
	corrupt_tail(1);
	fuzz(100);
}

/* A server by hand, to say wrong hellos */
static int raw_server(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(a.sun_path, path);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 1) < 0)
		exit(1);
	return fd;
}

static void say(int sock, const void *msg, size_t len, const int *fds, int n)
{
	char control[CMSG_SPACE(8 * sizeof(int))] = {0};
	struct iovec iov = {.iov_base = (void *)msg, .iov_len = len};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (n) {
		struct cmsghdr *c;

		m.msg_control = control;
		m.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, (size_t)n * sizeof(int));
	}
	sendmsg(sock, &m, MSG_NOSIGNAL);
}

static void bad_hello(const char *what, struct svlink_hello h, size_t len, off_t size, int seals,
		      int nfds, int code, const char *word)
{
	int fds[5], listener = raw_server(), i, ret;
	struct svlink *l;
	pid_t pid = fork();

	if (pid == 0) {
		int sock = accept(listener, NULL, NULL);

		fds[0] = memfd_create("t", MFD_ALLOW_SEALING);
		for (i = 1; i < 5; i++)
			fds[i] = eventfd(0, EFD_NONBLOCK);
		if (ftruncate(fds[0], size) < 0 || fcntl(fds[0], F_ADD_SEALS, seals) < 0)
			_exit(1);
		say(sock, &h, len, fds, nfds);
		usleep(50000);
		_exit(0);
	}
	close(listener);
	ret = svlink_connect(path, "good", 1000, &l, err);
	ok(ret == code && strstr(err, word) && !l, "hello with %s: %s", what, err);
	svlink_close(l, NULL);
	unlink(path);
	waitpid(pid, NULL, 0);
}

static void hellos(void)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW;
	const off_t size = 4096 + 2 * SVLINK_RING_MIN;
	struct svlink_hello good = {.magic = SVLINK_HELLO_MAGIC,
				    .version = SVLINK_VERSION,
				    .ring_bytes = SVLINK_RING_MIN,
				    .file_bytes = (uint64_t)size,
				    .name = "liar"};
	struct svlink_hello h;

	h = good, h.version = 99;
	bad_hello("another version", h, 64, size, seals, 3, -EPROTO, "version 99");
	h = good, h.magic[0] = 'X';
	bad_hello("another magic", h, 64, size, seals, 3, -EPROTO, "does not speak");
	bad_hello("half its size", good, 32, size, seals, 3, -EPROTO, "hello of 32 bytes");
	bad_hello("no descriptors", good, 64, size, seals, 0, -EPROTO, "0 descriptors");
	bad_hello("too many descriptors", good, 64, size, seals, 5, -EPROTO, "5 descriptors");
	bad_hello("a file that can shrink", good, 64, size, F_SEAL_GROW, 3, -EPROTO, "not sealed");
	bad_hello("a file that is too small", good, 64, 4096, seals, 3, -EPROTO, "too small");
	h = good, h.ring_bytes = 12345;
	bad_hello("a ring size that is no power of two", h, 64, size, seals, 3, -EPROTO, "12345");
	h = good, h.ring_bytes = 1u << 31;
	bad_hello("a ring of 2 GiB", h, 64, size, seals, 3, -EPROTO, "2147483648");
	bad_hello("nothing in it", good, 0, size, seals, 0, -EPROTO, "hung up");
}

static void child_old_client(void)
{
	struct svlink_hello h = {.magic = SVLINK_HELLO_MAGIC, .version = 77, .name = "old"};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(a.sun_path, path);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		_exit(1);
	say(fd, &h, sizeof(h), NULL, 0);
	usleep(50000);
	_exit(0);
}

static void paths(void)
{
	char long_path[200];
	struct svlink_server *s, *s2;
	struct svlink *l;
	struct stat st;
	pid_t pid;
	int ret, fd;

	memset(long_path, 'a', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = 0;
	ok(svlink_listen(long_path, &s, err) == -ENAMETOOLONG, "long path: %.60s...", err);
	ok(svlink_listen("/dev/null/s", &s, err) == -ENOTDIR && strstr(err, "/dev/null/s"),
	   "a path below a file: %s", err);
	ret = svlink_connect(path, "x", 100, &l, err);
	ok(ret == -ENOENT && strstr(err, "simulator running"), "nobody there: %s", err);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	ok(svlink_listen(path, &s, err) == -EEXIST && stat(path, &st) == 0,
	   "a file in the way is not removed: %s", err);
	unlink(path);
	close(raw_server());
	ok(svlink_listen(path, &s, err) == 0, "a dead server's socket is replaced");
	ok(svlink_listen(path, &s2, err) == -EADDRINUSE, "a living one's is not: %s", err);
	/* The probe above looked like a client that hung up */
	ret = svlink_accept(s, "good", 0, 1000, &l, err);
	ok(ret < 0 && ret != -ETIMEDOUT, "a client that hangs up: %s", err);
	ok(svlink_accept(s, "good", 0, 100, &l, err) == -ETIMEDOUT, "no client: %s", err);
	ok(svlink_accept(s, "good", 5000, 100, &l, err) == -EINVAL, "odd ring size: %s", err);
	pid = fork();
	if (pid == 0)
		child_old_client();
	ret = svlink_accept(s, "good", 0, 1000, &l, err);
	ok(ret == -EPROTO && strstr(err, "version 77"), "client of another version: %s", err);
	waitpid(pid, NULL, 0);
	svlink_server_close(s);
	ok(stat(path, &st) < 0, "the socket's file goes with the server");
}

int main(void)
{
	char dir[] = "/tmp/svlink-test-XXXXXX";

	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/s", dir);
	rings();
	hellos();
	paths();
	rmdir(dir);
	return tap_done();
}
