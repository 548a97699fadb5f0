// SPDX-License-Identifier: BSD-2-Clause
/* A raw queue, as a hostile process would use it: calls, ring indices, storms, rings that vanish.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <misc/uacce/uacce.h>

#include "lib/guest.h"
#include "svarig_ioctl.h"

enum {
	LOG2 = 2,
	CQ_OFFSET = 1024
};

struct raw {
	int fd;
	volatile uint32_t *db;
	struct svarig_desc *sq;
	volatile struct svarig_cpl *cq;
	struct svarig_queue_setup setup;
};

static void raw_open(struct raw *q)
{
	uint8_t *rings = memory(PAGE);
	glob_t found;

	touch(rings, PAGE);
	if (glob("/dev/svarig-*", 0, NULL, &found))
		bail("no device node");
	q->fd = open(found.gl_pathv[0], O_RDWR);
	if (q->fd < 0)
		bail("%s: %s", found.gl_pathv[0], strerror(errno));
	globfree(&found);
	q->db = NULL;
	q->sq = (void *)rings;
	q->cq = (void *)(rings + CQ_OFFSET);
	q->setup = (struct svarig_queue_setup){.sq_addr = (uintptr_t)q->sq,
					       .cq_addr = (uintptr_t)q->cq,
					       .sq_log2 = LOG2,
					       .cq_log2 = LOG2};
}

static void raw_start(struct raw *q)
{
	void *p;

	if (ioctl(q->fd, SVARIG_IOC_SETUP, &q->setup) || ioctl(q->fd, UACCE_CMD_START_Q))
		bail("raw queue: %s", strerror(errno));
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, q->fd, 0);
	if (p == MAP_FAILED)
		bail("doorbell page: %s", strerror(errno));
	q->db = p;
}

static void raw_close(struct raw *q)
{
	munmap((void *)q->db, PAGE);
	close(q->fd);
	munmap(q->sq, PAGE);
}

static void ring_doorbell(struct raw *q, unsigned int reg, uint32_t value)
{
	__sync_synchronize();
	q->db[reg / 4] = value;
}

static bool wait_status(struct raw *q, uint32_t bit)
{
	time_t end = time(NULL) + 60;

	while (!(q->db[SVARIG_DB_STATUS / 4] & bit) && time(NULL) < end)
		usleep(1000);
	return q->db[SVARIG_DB_STATUS / 4] & bit;
}

static void calls(struct raw *q)
{
	struct svarig_queue_setup bad = q->setup;

	bad.sq_addr += 8;
	ok(ioctl(q->fd, SVARIG_IOC_SETUP, &bad) < 0 && errno == EINVAL,
	   "a crooked ring is refused");
	bad = q->setup;
	bad.sq_log2 = SVARIG_MAX_RING_LOG2 + 1;
	ok(ioctl(q->fd, SVARIG_IOC_SETUP, &bad) < 0 && errno == EINVAL, "a huge ring is refused");
	bad = q->setup;
	bad.cq_log2 = 0;
	ok(ioctl(q->fd, SVARIG_IOC_SETUP, &bad) < 0 && errno == EINVAL, "a tiny ring is refused");
	bad = q->setup;
	bad.rsvd = 1;
	ok(ioctl(q->fd, SVARIG_IOC_SETUP, &bad) < 0 && errno == EINVAL,
	   "a reserved field is refused");
	ok(ioctl(q->fd, UACCE_CMD_START_Q) < 0 && errno == EINVAL, "start before setup is refused");
	ok(ioctl(q->fd, SVARIG_IOC_SETUP, (void *)8) < 0 && errno == EFAULT,
	   "a bad argument pointer is EFAULT");
	ok(ioctl(q->fd, _IO('W', 99)) < 0 && errno == ENOTTY, "an unknown call is ENOTTY");
	ok(mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, q->fd, 0) == MAP_FAILED && errno == EINVAL,
	   "two doorbell pages are refused");
	ok(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, q->fd, PAGE) == MAP_FAILED && errno == EINVAL,
	   "another region is refused");
	ok(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, q->fd, 0) == MAP_FAILED && errno == EINVAL,
	   "a private mapping is refused");
}

static void nonsense_and_storm(struct raw *q)
{
	uint64_t bad = counter("bad_doorbells");
	time_t end;

	ring_doorbell(q, SVARIG_DB_SQ_TAIL, (1u << LOG2) + 1);
	ring_doorbell(q, SVARIG_DB_SQ_TAIL, 0x80000000);
	ring_doorbell(q, SVARIG_DB_CQ_HEAD, 1);
	ring_doorbell(q, SVARIG_DB_CQ_HEAD, 0xffffffff);
	ok(q->db[SVARIG_DB_STATUS / 4] & SVARIG_QSTAT_BAD_DOORBELL && !q->db[SVARIG_DB_SQ_HEAD / 4],
	   "nonsense in the doorbells is ignored and told: status %#x",
	   q->db[SVARIG_DB_STATUS / 4]);
	ok(counter("bad_doorbells") - bad == 4, "and counted: %llu of 4",
	   (unsigned long long)(counter("bad_doorbells") - bad));

	q->sq[0] = (struct svarig_desc){.opcode = SVARIG_OP_NOP, .cookie = 7};
	q->sq[1] = (struct svarig_desc){.opcode = SVARIG_OP_NOP, .flags = 0x8000, .cookie = 8};
	for (int i = 0; i < 3000; i++)
		ring_doorbell(q, SVARIG_DB_SQ_TAIL, 2);
	for (end = time(NULL) + 60; !(q->cq[1].phase & 1) && time(NULL) < end;)
		usleep(1000);
	ok(q->cq[0].cookie == 7 && q->cq[0].status == SVARIG_ST_OK,
	   "a doorbell storm: the job is done");
	ok(q->cq[1].cookie == 8 && q->cq[1].status == SVARIG_ST_BAD_FLAGS,
	   "an unknown flag is refused");
	ok(q->db[SVARIG_DB_CQ_TAIL / 4] == 2, "two records, not more: %u",
	   q->db[SVARIG_DB_CQ_TAIL / 4]);
}

/* The library never collects: the device must wait for room instead of overwriting records. */
static void full_completion_ring(struct raw *q)
{
	bool kept = true;
	time_t end;

	for (uint32_t i = 2; i < 4; i++)
		q->sq[i & 3] = (struct svarig_desc){.opcode = SVARIG_OP_NOP, .cookie = 100 + i};
	ring_doorbell(q, SVARIG_DB_SQ_TAIL, 4);
	for (end = time(NULL) + 60; q->db[SVARIG_DB_CQ_TAIL / 4] != 4 && time(NULL) < end;)
		usleep(1000);
	for (uint32_t i = 4; i < 6; i++)
		q->sq[i & 3] = (struct svarig_desc){.opcode = SVARIG_OP_NOP, .cookie = 100 + i};
	ring_doorbell(q, SVARIG_DB_SQ_TAIL, 6);
	usleep(300000);
	kept = q->db[SVARIG_DB_CQ_TAIL / 4] == 4 && q->cq[0].cookie == 7 && q->cq[1].cookie == 8;
	ok(kept, "a full completion ring holds the queue, no record is overwritten");
	ring_doorbell(q, SVARIG_DB_CQ_HEAD, 4);
	for (end = time(NULL) + 60; q->db[SVARIG_DB_CQ_TAIL / 4] != 6 && time(NULL) < end;)
		usleep(1000);
	ok(q->cq[0].cookie == 104 && q->cq[1].cookie == 105 && !(q->cq[1].phase & 1),
	   "with room it goes on, phase toggled");
}

static void vanished_rings(void)
{
	struct raw q;
	uint64_t addr;

	raw_open(&q);
	raw_start(&q);
	munmap(q.sq, PAGE);
	ring_doorbell(&q, SVARIG_DB_SQ_TAIL, 1);
	ok(wait_status(&q, SVARIG_QSTAT_HALTED),
	   "the submission ring is unmapped: the queue halts");
	addr = (uint64_t)q.db[SVARIG_DB_FAULT_HI / 4] << 32 | q.db[SVARIG_DB_FAULT_LO / 4];
	ok((q.db[SVARIG_DB_STATUS / 4] & SVARIG_QSTAT_CODE_MASK) == SVARIG_ST_FAULT_READ &&
		   addr == (uintptr_t)q.sq,
	   "and says where: %#llx, status %#x", (unsigned long long)addr,
	   q.db[SVARIG_DB_STATUS / 4]);
	raw_close(&q);

	raw_open(&q);
	raw_start(&q);
	q.sq[0] = (struct svarig_desc){.opcode = SVARIG_OP_NOP};
	mprotect(q.sq, PAGE, PROT_READ);
	ring_doorbell(&q, SVARIG_DB_SQ_TAIL, 1);
	ok(wait_status(&q, SVARIG_QSTAT_HALTED),
	   "the completion ring is read-only: the queue halts");
	addr = (uint64_t)q.db[SVARIG_DB_FAULT_HI / 4] << 32 | q.db[SVARIG_DB_FAULT_LO / 4];
	ok((q.db[SVARIG_DB_STATUS / 4] & SVARIG_QSTAT_CODE_MASK) == SVARIG_ST_FAULT_WRITE &&
		   addr == (uintptr_t)q.cq,
	   "and says where: %#llx, status %#x", (unsigned long long)addr,
	   q.db[SVARIG_DB_STATUS / 4]);
	raw_close(&q);
}

/* In a child that has inherited the file: the queue works in its parent's address space. */
static int try_parents_queue(struct raw *q)
{
	bool setup = ioctl(q->fd, SVARIG_IOC_SETUP, &q->setup) < 0 && errno == EPERM;
	/* Mapped already, it is not even asked who wants it. */
	bool page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, q->fd, 0) == MAP_FAILED &&
		    (errno == EPERM || errno == EEXIST);

	return (setup ? 0 : 1) | (page ? 0 : 2);
}

/* M10: nobody but its process gets at a queue, whose PASID is the process's. */
static void inherited(struct raw *q, bool running)
{
	const char *when = running ? "a running queue" : "a new queue";
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		bail("fork: %s", strerror(errno));
	if (!pid)
		_exit(try_parents_queue(q));
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && !(WEXITSTATUS(status) & 1), "M10: %s: a child cannot set it up",
	   when);
	ok(WIFEXITED(status) && !(WEXITSTATUS(status) & 2), "M10: %s: nor map its doorbell", when);
	if (!running)
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		ring_doorbell(q, SVARIG_DB_SQ_TAIL, 1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
	   "%s: the parent's mapping of it is not inherited (status %#x)", when, status);
}

int main(void)
{
	struct neighbour n;
	struct raw q;

	neighbour_start(&n);
	raw_open(&q);
	calls(&q);
	inherited(&q, false);
	raw_start(&q);
	inherited(&q, true);
	nonsense_and_storm(&q);
	full_completion_ring(&q);
	raw_close(&q);
	vanished_rings();
	neighbour_stop(&n);
	device_works();
	return done();
}
