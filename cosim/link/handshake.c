// SPDX-License-Identifier: BSD-2-Clause
/* From a socket path to two rings: listen, accept, connect, and the exchange of hellos. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create, seals, accept4 */
#endif
#include "link_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct svlink_hello) == 64, "a hello is 64 bytes");

#define HELLO_TIMEOUT_MS 5000
#define SEALS		 (F_SEAL_SHRINK | F_SEAL_GROW)

struct svlink_server {
	int fd;
	struct sockaddr_un addr;
};

static int set_path(struct sockaddr_un *a, const char *path, char *err)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if (!*path || strlen(path) >= sizeof(a->sun_path))
		return svlink_fail(err, -ENAMETOOLONG,
				   "socket path '%s' has %zu characters; 1 to %zu are possible",
				   path, strlen(path), sizeof(a->sun_path) - 1);
	strcpy(a->sun_path, path);
	return 0;
}

static int new_socket(char *err)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	return fd >= 0 ? fd : svlink_fail(err, -errno, "cannot make a socket: %s", strerror(errno));
}

/* A file is at the path already: may it be replaced? */
static int clear_path(const struct sockaddr_un *a, char *err)
{
	struct stat st;
	int fd, ret;

	if (lstat(a->sun_path, &st) < 0)
		return errno == ENOENT ? 0
				       : svlink_fail(err, -errno, "cannot use %s: %s", a->sun_path,
						     strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return svlink_fail(err, -EEXIST, "%s exists and is no socket: not replaced",
				   a->sun_path);
	fd = new_socket(err);
	if (fd < 0)
		return fd;
	ret = connect(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 ? errno : 0;
	close(fd);
	if (ret != ECONNREFUSED)
		return svlink_fail(err, -EADDRINUSE, "another process listens on %s", a->sun_path);
	unlink(a->sun_path);
	return 0;
}

int svlink_listen(const char *path, struct svlink_server **out, char *err)
{
	struct svlink_server *s = calloc(1, sizeof(*s));
	int ret;

	*out = NULL;
	if (!s)
		return svlink_fail(err, -ENOMEM, "out of memory");
	s->fd = -1;
	ret = set_path(&s->addr, path, err);
	if (!ret)
		ret = clear_path(&s->addr, err);
	if (!ret) {
		ret = s->fd = new_socket(err);
	}
	if (ret < 0)
		goto fail;
	if (bind(s->fd, (struct sockaddr *)&s->addr, sizeof(s->addr)) < 0 || listen(s->fd, 4) < 0) {
		ret = svlink_fail(err, -errno, "cannot listen on %s: %s", path, strerror(errno));
		goto fail;
	}
	*out = s;
	return 0;
fail:
	if (s->fd >= 0)
		close(s->fd);
	free(s);
	return ret;
}

int svlink_server_fd(const struct svlink_server *s)
{
	return s->fd;
}

void svlink_server_close(struct svlink_server *s)
{
	if (!s)
		return;
	close(s->fd);
	unlink(s->addr.sun_path);
	free(s);
}

static struct svlink *new_link(char *err)
{
	struct svlink *l = calloc(1, sizeof(*l));

	if (!l) {
		svlink_fail(err, 0, "out of memory");
		return NULL;
	}
	l->sock = l->event = l->peer_event = -1;
	return l;
}

/* Throw away a link whose handshake failed: nobody to say goodbye to */
static void drop(struct svlink *l)
{
	l->peer_gone = true;
	svlink_close(l, NULL);
}

static int map_rings(struct svlink *l, int memfd, uint32_t ring_bytes, bool server, char *err)
{
	struct svring *s2c = server ? &l->tx : &l->rx;
	struct svring *c2s = server ? &l->rx : &l->tx;
	uint8_t *p;

	l->mem_bytes = SVLINK_DATA_OFFSET + 2 * (size_t)ring_bytes;
	p = mmap(NULL, l->mem_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	if (p == MAP_FAILED)
		return svlink_fail(err, -errno, "cannot map the rings: %s", strerror(errno));
	l->mem = p;
	svring_init(s2c, (struct svring_ctl *)p, p + SVLINK_DATA_OFFSET, ring_bytes);
	svring_init(c2s, (struct svring_ctl *)p + 1, p + SVLINK_DATA_OFFSET + ring_bytes,
		    ring_bytes);
	return 0;
}

static void fill_hello(struct svlink_hello *h, const char *name, uint32_t ring_bytes)
{
	memset(h, 0, sizeof(*h));
	memcpy(h->magic, SVLINK_HELLO_MAGIC, sizeof(h->magic));
	h->version = SVLINK_VERSION;
	h->ring_bytes = ring_bytes;
	h->file_bytes = SVLINK_DATA_OFFSET + 2 * (uint64_t)ring_bytes;
	snprintf(h->name, sizeof(h->name), "%s", name);
}

static int send_hello(int sock, const struct svlink_hello *h, const int *fds, char *err)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(SVLINK_FDS * sizeof(int))];
	} u = {0};
	struct iovec iov = {.iov_base = (void *)h, .iov_len = sizeof(*h)};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fds) {
		struct cmsghdr *c;

		m.msg_control = u.buf;
		m.msg_controllen = sizeof(u.buf);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(SVLINK_FDS * sizeof(int));
		memcpy(CMSG_DATA(c), fds, SVLINK_FDS * sizeof(int));
	}
	if (sendmsg(sock, &m, MSG_NOSIGNAL) != (ssize_t)sizeof(*h))
		return svlink_fail(err, -errno, "the peer went away in the handshake: %s",
				   strerror(errno));
	return 0;
}

static int poll_until(int fd, int64_t end)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	for (;;) {
		int64_t left = end - svlink_now_ms();
		int n = poll(&p, 1, end < 0 ? -1 : left > 0 ? (int)left : 0);

		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

/* Keeps at most SVLINK_FDS descriptors of a message, closes any other; *n is how many came */
static void take_fds(struct msghdr *m, int *fds, int *n)
{
	struct cmsghdr *c;

	*n = 0;
	for (c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		size_t k, count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (k = 0; k < count; k++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + k * sizeof(int), sizeof(fd));
			if (*n < SVLINK_FDS)
				fds[*n] = fd;
			else
				close(fd);
			(*n)++;
		}
	}
}

static void close_fds(const int *fds, int n)
{
	int i;

	for (i = 0; i < n && i < SVLINK_FDS; i++)
		close(fds[i]);
}

/* @fds is NULL on the server's side, which expects none */
static int recv_hello(int sock, struct svlink_hello *h, int *fds, int64_t end, char *err)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(8 * sizeof(int))];
	} u;
	struct iovec iov = {.iov_base = h, .iov_len = sizeof(*h)};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = u.buf,
			   .msg_controllen = sizeof(u.buf)};
	int got[SVLINK_FDS], n = 0, ret;
	ssize_t len;

	ret = poll_until(sock, end);
	if (ret)
		return svlink_fail(err, ret, "the peer connected but did not say hello in time");
	len = recvmsg(sock, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	if (len < 0)
		return svlink_fail(err, -errno, "cannot receive the peer's hello: %s",
				   strerror(errno));
	take_fds(&m, got, &n);
	ret = -EPROTO;
	if (len == 0)
		svlink_fail(err, 0, "the peer hung up instead of saying hello");
	else if (len != (ssize_t)sizeof(*h) || (m.msg_flags & MSG_TRUNC) ||
		 memcmp(h->magic, SVLINK_HELLO_MAGIC, sizeof(h->magic)))
		svlink_fail(err, 0,
			    "the peer does not speak the link protocol (hello of %zd bytes)", len);
	else if (h->version != SVLINK_VERSION)
		svlink_fail(err, 0,
			    "the peer (%.*s) speaks version %u of the link protocol, we speak %u: "
			    "rebuild the older side",
			    (int)sizeof(h->name) - 1, h->name, h->version, SVLINK_VERSION);
	else if (n != (fds ? SVLINK_FDS : 0))
		svlink_fail(err, 0, "the peer's hello came with %d descriptors instead of %d", n,
			    fds ? SVLINK_FDS : 0);
	else
		ret = 0;
	if (ret) {
		close_fds(got, n);
		return ret;
	}
	if (fds)
		memcpy(fds, got, sizeof(got));
	h->name[sizeof(h->name) - 1] = 0;
	return 0;
}

static int make_shared(uint32_t ring_bytes, int *fds, char *err)
{
	int i;

	for (i = 0; i < SVLINK_FDS; i++)
		fds[i] = -1;
	fds[SVLINK_FD_MEM] = memfd_create("svlink", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	fds[SVLINK_FD_SERVER_EVENT] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fds[SVLINK_FD_CLIENT_EVENT] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (i = 0; i < SVLINK_FDS; i++)
		if (fds[i] < 0)
			goto fail;
	if (ftruncate(fds[SVLINK_FD_MEM], SVLINK_DATA_OFFSET + 2 * (off_t)ring_bytes) < 0 ||
	    fcntl(fds[SVLINK_FD_MEM], F_ADD_SEALS, SEALS) < 0)
		goto fail;
	return 0;
fail:
	i = errno;
	close_fds(fds, SVLINK_FDS);
	return svlink_fail(err, -i, "cannot make the shared memory of the link: %s", strerror(i));
}

int svlink_accept(struct svlink_server *s, const char *name, uint32_t ring_bytes, int timeout_ms,
		  struct svlink **out, char *err)
{
	struct svlink_hello mine, theirs = {0};
	int fds[SVLINK_FDS], ret;
	struct svlink *l;

	*out = NULL;
	if (!ring_bytes)
		ring_bytes = SVLINK_RING_DEFAULT;
	if (ring_bytes < SVLINK_RING_MIN || ring_bytes > SVLINK_RING_MAX ||
	    (ring_bytes & (ring_bytes - 1)))
		return svlink_fail(err, -EINVAL, "a ring of %u bytes is not possible", ring_bytes);
	ret = poll_until(s->fd, timeout_ms < 0 ? -1 : svlink_now_ms() + timeout_ms);
	if (ret)
		return svlink_fail(err, ret, "nobody connected to %s", s->addr.sun_path);
	l = new_link(err);
	if (!l)
		return -ENOMEM;
	l->sock = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
	if (l->sock < 0) {
		ret = svlink_fail(err, -errno, "accept on %s: %s", s->addr.sun_path,
				  strerror(errno));
		goto fail;
	}
	ret = make_shared(ring_bytes, fds, err);
	if (ret)
		goto fail;
	l->event = fds[SVLINK_FD_SERVER_EVENT];
	l->peer_event = fds[SVLINK_FD_CLIENT_EVENT];
	ret = map_rings(l, fds[SVLINK_FD_MEM], ring_bytes, true, err);
	fill_hello(&mine, name, ring_bytes);
	if (!ret)
		ret = send_hello(l->sock, &mine, fds, err);
	close(fds[SVLINK_FD_MEM]);
	if (!ret)
		ret = recv_hello(l->sock, &theirs, NULL, svlink_now_ms() + HELLO_TIMEOUT_MS, err);
	if (!ret && (theirs.ring_bytes != mine.ring_bytes || theirs.file_bytes != mine.file_bytes))
		ret = svlink_fail(err, -EPROTO, "the peer (%s) did not repeat the ring size",
				  theirs.name);
	if (ret)
		goto fail;
	memcpy(l->peer_name, theirs.name, sizeof(l->peer_name));
	*out = l;
	return 0;
fail:
	drop(l);
	return ret;
}

/* The server may not be there yet: try until the time is over */
static int connect_until(int sock, const struct sockaddr_un *a, int64_t end, char *err)
{
	const struct timespec pause = {.tv_nsec = 20 * 1000000};

	while (connect(sock, (const struct sockaddr *)a, sizeof(*a)) < 0) {
		int e = errno;

		if ((e != ENOENT && e != ECONNREFUSED && e != EAGAIN && e != EINTR) ||
		    svlink_now_ms() >= end)
			return svlink_fail(
				err, -e, "cannot connect to %s: %s%s", a->sun_path, strerror(e),
				e == ENOENT || e == ECONNREFUSED ? " (is the simulator running?)"
								 : "");
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* What the server hands over is checked before it is mapped: it could fault us later */
static int check_shared(const struct svlink_hello *h, int memfd, char *err)
{
	uint32_t r = h->ring_bytes;
	struct stat st;
	int seals;

	if (r < SVLINK_RING_MIN || r > SVLINK_RING_MAX || (r & (r - 1)) ||
	    h->file_bytes != SVLINK_DATA_OFFSET + 2 * (uint64_t)r)
		return svlink_fail(err, -EPROTO, "the peer (%s) offers rings of %u bytes", h->name,
				   r);
	if (fstat(memfd, &st) < 0 || (uint64_t)st.st_size < h->file_bytes)
		return svlink_fail(err, -EPROTO, "the peer's (%s) memory file is too small",
				   h->name);
	seals = fcntl(memfd, F_GET_SEALS);
	if (seals < 0 || (seals & SEALS) != SEALS)
		return svlink_fail(err, -EPROTO, "the peer's (%s) memory file is not sealed",
				   h->name);
	return 0;
}

int svlink_connect(const char *path, const char *name, int timeout_ms, struct svlink **out,
		   char *err)
{
	int64_t end = svlink_now_ms() + (timeout_ms < 0 ? 0 : timeout_ms);
	int64_t hello_end;
	struct svlink_hello mine, theirs;
	struct sockaddr_un addr;
	int fds[SVLINK_FDS], ret;
	struct svlink *l;

	*out = NULL;
	ret = set_path(&addr, path, err);
	if (ret)
		return ret;
	l = new_link(err);
	if (!l)
		return -ENOMEM;
	ret = l->sock = new_socket(err);
	if (ret >= 0)
		ret = connect_until(l->sock, &addr, end, err);
	if (ret < 0)
		goto fail;
	hello_end = svlink_now_ms() + HELLO_TIMEOUT_MS;
	ret = recv_hello(l->sock, &theirs, fds, end > hello_end ? end : hello_end, err);
	fill_hello(&mine, name, ret ? 0 : theirs.ring_bytes);
	if (ret) {
		char ignored[SVLINK_ERROR_LEN];

		/* So that the other side can say as well that the versions differ */
		send_hello(l->sock, &mine, NULL, ignored);
		goto fail;
	}
	l->event = fds[SVLINK_FD_CLIENT_EVENT];
	l->peer_event = fds[SVLINK_FD_SERVER_EVENT];
	ret = check_shared(&theirs, fds[SVLINK_FD_MEM], err);
	if (!ret)
		ret = map_rings(l, fds[SVLINK_FD_MEM], theirs.ring_bytes, false, err);
	close(fds[SVLINK_FD_MEM]);
	if (!ret)
		ret = send_hello(l->sock, &mine, NULL, err);
	if (ret)
		goto fail;
	memcpy(l->peer_name, theirs.name, sizeof(l->peer_name));
	*out = l;
	return 0;
fail:
	drop(l);
	return ret;
}
