// SPDX-License-Identifier: BSD-2-Clause
/* Opening and closing a queue: node, rings, doorbell page. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <misc/uacce/uacce.h>

#include "queue.h"
#include "svarig_ioctl.h"

static int open_node(const char *path)
{
	glob_t found;
	int fd = -1;
	int err = ENODEV;

	if (!path)
		path = getenv("SVARIG_DEVICE");
	if (path) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		return errno == ENOENT || errno == ENXIO ? -ENODEV : -errno;
	}
	if (glob("/dev/svarig-*", 0, NULL, &found))
		return -ENODEV;
	for (size_t i = 0; i < found.gl_pathc && fd < 0; i++) {
		fd = open(found.gl_pathv[i], O_RDWR | O_CLOEXEC);
		if (fd < 0)
			err = errno;
	}
	globfree(&found);
	return fd < 0 ? -err : fd;
}

static unsigned int ceil_log2(unsigned int n)
{
	unsigned int log2 = SVARIG_MIN_RING_LOG2;

	while (1u << log2 < n)
		log2++;
	return log2;
}

/*
 * The completion ring starts as zeroes, and the device writes phase 1 on its first pass: an entry
 * that was never written cannot be taken for a completion. The rings are resident from the start
 * (where page requests are not served they could not come in later), and a child does not inherit
 * them: fork would make them copy-on-write, which costs a fault or, without page requests, the
 * queue.
 */
static int make_rings(struct svarig *s)
{
	size_t sq_bytes = SVARIG_DESC_SIZE << s->log2;
	void *p;

	s->ring_bytes = sq_bytes + (SVARIG_CPL_SIZE << s->log2);
	p = mmap(NULL, s->ring_bytes, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	s->sq = p;
	if (madvise(p, s->ring_bytes, MADV_DONTFORK))
		return -errno;
	s->cq = (struct svarig_cpl *)((char *)p + sq_bytes);
	return 0;
}

static int start(struct svarig *s)
{
	struct svarig_queue_setup setup = {
		.sq_addr = (uintptr_t)s->sq,
		.cq_addr = (uintptr_t)s->cq,
		.sq_log2 = s->log2,
		.cq_log2 = s->log2,
	};
	void *p;

	if (ioctl(s->fd, SVARIG_IOC_SETUP, &setup) || ioctl(s->fd, UACCE_CMD_START_Q))
		return -errno;
	s->number = setup.queue;

	s->doorbell_bytes = sysconf(_SC_PAGESIZE);
	p = mmap(NULL, s->doorbell_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	s->doorbell = p;
	return 0;
}

int svarig_open(const char *path, unsigned int depth, struct svarig **out)
{
	struct svarig *s;
	int ret;

	*out = NULL;
	if (!depth || depth > 1u << SVARIG_MAX_RING_LOG2)
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->owner = getpid();
	s->log2 = ceil_log2(depth);
	s->fd = open_node(path);
	ret = s->fd < 0 ? s->fd : make_rings(s);
	if (!ret)
		ret = start(s);
	if (ret) {
		svarig_close(s);
		return ret;
	}
	*out = s;
	return 0;
}

void svarig_close(struct svarig *s)
{
	if (!s)
		return;
	/* The child of a fork shares the file, so it must not stop the queue; the mappings it has
	 * not. */
	if (s->owner == getpid()) {
		if (s->fd >= 0)
			ioctl(s->fd, UACCE_CMD_PUT_Q);
		if (s->doorbell)
			munmap((void *)s->doorbell, s->doorbell_bytes);
		if (s->sq)
			munmap(s->sq, s->ring_bytes);
	}
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

int svarig_fd(const struct svarig *s)
{
	return s->fd;
}

unsigned int svarig_queue(const struct svarig *s)
{
	return s->number;
}

uint32_t svarig_max_len(void)
{
	return SVARIG_MAX_LEN;
}
