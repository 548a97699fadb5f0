// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: alone smmu=ours timeout=240 */
/*
 * Page requests handed to user space: this program owns stage 1, reads the faults of its jobs from
 * an iommufd fault queue, maps the page and answers, and the job goes on. And what becomes of
 * faults that nobody answers: refused, page table detached or replaced, all files closed.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/stage1.h"

enum {
	VSID = 0x33,
	PASID = 9,
	PAGES = 4,
};

#define RAM_IPA	 0x80000000ull
#define DATA_IPA 0x90000000ull
#define RING_VA	 0x10000000ull
#define SRC_VA	 0x20000000ull
#define DST_VA	 0x30000000ull

static struct vdev v;
static struct ram ram;
static struct stage1 plain, shared;
static uint64_t *cds, cds_ipa;
static uint8_t *data;
static uint32_t ioas, parent, nested, other;
static int faults, other_faults;
static struct vqueue q, p;

static int fault_queue(uint32_t *id)
{
	struct iommu_fault_alloc cmd = {.size = sizeof(cmd)};
	int ret = iommufd(&v, IOMMU_FAULT_QUEUE_ALLOC, &cmd);

	if (ret)
		bail("IOMMU_FAULT_QUEUE_ALLOC: %s", strerror(-ret));
	*id = cmd.out_fault_id;
	return cmd.out_fault_fd;
}

/* The next fault of @fd, waited for @ms. */
static bool next_fault(int fd, struct iommu_hwpt_pgfault *f, int ms)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	return poll(&pfd, 1, ms) == 1 && read(fd, f, sizeof(*f)) == sizeof(*f);
}

/* The endpoint asks for the pages of source and destination in any order. */
static struct iommu_hwpt_pgfault early;

static bool fault_of(int fd, struct iommu_hwpt_pgfault *f, uint64_t addr)
{
	if (early.addr == addr) {
		*f = early;
		early.addr = 0;
		return true;
	}
	if (!next_fault(fd, f, 20000))
		return false;
	if (f->addr == addr || early.addr)
		return true;
	early = *f;
	return next_fault(fd, f, 20000);
}

static struct iommu_hwpt_pgfault expect(int fd, uint32_t pasid, uint64_t addr, uint32_t perm,
					const char *what)
{
	struct iommu_hwpt_pgfault f = {0};
	bool got = fault_of(fd, &f, addr);
	uint32_t flags = IOMMU_PGFAULT_FLAGS_LAST_PAGE |
			 (pasid == NO_PASID ? 0 : IOMMU_PGFAULT_FLAGS_PASID_VALID);

	ok(got && f.addr == addr && (f.perm & perm) == perm && f.dev_id == v.dev_id &&
		   (f.flags & flags) == flags &&
		   (pasid == NO_PASID ? !(f.flags & IOMMU_PGFAULT_FLAGS_PASID_VALID)
				      : f.pasid == pasid),
	   "%s: a fault at %#llx, perm %#x pasid %u flags %#x", what, (unsigned long long)f.addr,
	   f.perm, f.pasid, f.flags);
	return f;
}

static int answer(int fd, const struct iommu_hwpt_pgfault *f, uint32_t code)
{
	const struct iommu_hwpt_page_response r = {.cookie = f->cookie, .code = code};

	return write(fd, &r, sizeof(r)) == sizeof(r) ? 0 : -errno;
}

static void start(struct vqueue *queue)
{
	const struct svarig_desc d = {
		.opcode = SVARIG_OP_COPY, .len = PAGE, .src = SRC_VA, .dst = DST_VA};

	memset(data + PAGE, 0, PAGE);
	fill(data, PAGE, 5);
	vqueue_submit(queue, &d);
}

static bool ends(struct vqueue *queue, int want, const char *what)
{
	struct svarig_cpl c = {.status = 0xff};
	bool came = vqueue_wait(queue, &c, 20000);
	bool right = want != SVARIG_ST_OK || differs(data + PAGE, PAGE, 5) == PAGE;

	return ok(came && c.status == want && right, "%s (%s)", what,
		  came ? svarig_status_name(c.status) : "no completion");
}

static void forget(struct stage1 *s)
{
	const command all[] = {cmd_tlbi_all(), cmd_atc_all(VSID)};
	uint32_t done;

	stage1_map(s, SRC_VA, 0, 0);
	stage1_map(s, DST_VA, 0, 0);
	if (invalidate(&v, nested, all, 2, &done) && invalidate(&v, other, all, 2, &done))
		bail("invalidation");
}

static void served(struct vqueue *queue, struct stage1 *s, uint32_t pasid, const char *what)
{
	struct iommu_hwpt_pgfault f;
	struct svarig_cpl c;

	start(queue);
	f = expect(faults, pasid, SRC_VA, IOMMU_PGFAULT_PERM_READ, what);
	ok(!vqueue_wait(queue, &c, 100), "%s: the job waits", what);
	stage1_map(s, SRC_VA, DATA_IPA, S1_RW);
	ok(!answer(faults, &f, IOMMUFD_PAGE_RESP_SUCCESS), "%s: answered", what);
	ok(answer(faults, &f, IOMMUFD_PAGE_RESP_SUCCESS) == -EINVAL, "%s: not twice", what);
	f = expect(faults, pasid, DST_VA, IOMMU_PGFAULT_PERM_WRITE, what);
	stage1_map(s, DST_VA, DATA_IPA + PAGE, S1_RW);
	answer(faults, &f, IOMMUFD_PAGE_RESP_SUCCESS);
	ends(queue, SVARIG_ST_OK, what);
	forget(s);
}

/* Only the source is missing. */
static void start_with_destination(void)
{
	stage1_map(&shared, DST_VA, DATA_IPA + PAGE, S1_RW);
	start(&p);
}

static void refused(void)
{
	struct iommu_hwpt_pgfault f;

	start_with_destination();
	f = expect(faults, PASID, SRC_VA, IOMMU_PGFAULT_PERM_READ, "to be refused");
	answer(faults, &f, IOMMUFD_PAGE_RESP_INVALID);
	ends(&p, SVARIG_ST_FAULT_READ, "refused: the job fails");
}

/* Another page table in place of the one whose fault waits: its faults go to the other queue. */
static void replaced(void)
{
	struct iommu_hwpt_pgfault f, g;

	start_with_destination();
	f = expect(faults, PASID, SRC_VA, IOMMU_PGFAULT_PERM_READ,
		   "before the page table is replaced");
	ok(!vdev_attach(&v, other), "the page table is replaced while a fault waits");
	ok(answer(faults, &f, IOMMUFD_PAGE_RESP_SUCCESS) == -EINVAL,
	   "the fault has been answered already");
	ends(&p, SVARIG_ST_FAULT_READ, "with a refusal");
	start_with_destination();
	f = expect(other_faults, PASID, SRC_VA, IOMMU_PGFAULT_PERM_READ, "after it");
	ok(!next_fault(faults, &g, 0), "none of it in the first queue");
	answer(other_faults, &f, IOMMUFD_PAGE_RESP_INVALID);
	ends(&p, SVARIG_ST_FAULT_READ, "refused there");
	ok(!vdev_attach(&v, nested), "and back again");
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void make_queues(void)
{
	vqueue_create(&q, &v, 0, (uint8_t *)plain.root + PAGE, RING_VA, NO_PASID);
	vqueue_create(&p, &v, 1, (uint8_t *)shared.root + PAGE, RING_VA, PASID);
}

/* @taken: the fault has been read; else it still is in the queue. */
static void detached(bool taken)
{
	struct pollfd pfd = {.fd = faults, .events = POLLIN};
	const char *what = taken ? "a fault that was read" : "a fault in the queue";
	struct iommu_hwpt_pgfault f;
	double begin;

	start_with_destination();
	if (taken)
		expect(faults, PASID, SRC_VA, IOMMU_PGFAULT_PERM_READ, what);
	else
		ok(poll(&pfd, 1, 20000) == 1, "%s", what);
	begin = seconds();
	ok(!vdev_detach(&v), "detached with %s", what);
	ok(seconds() - begin < 4, "nothing waited in vain (%.1f s)", seconds() - begin);
	ok(!next_fault(faults, &f, 0), "the queue is empty");
	vqueue_destroy(&p);
	vqueue_destroy(&q);
	ok(!vdev_attach(&v, nested), "attached again");
	make_queues();
	forget(&shared);
	served(&p, &shared, PASID, "after it");
}

static void page_tables(void)
{
	struct svarig_hwpt_smmuv3 h = {.vsmmu = 1, .vsid = VSID};
	uint32_t id, other_id;

	nesting_allow(true);
	ste_stage1(&h, cds_ipa, 4, true);
	faults = fault_queue(&id);
	other_faults = fault_queue(&other_id);
	if (hwpt_parent(&v, ioas, &parent) || hwpt_nested(&v, parent, &h, id, &nested) ||
	    hwpt_nested(&v, parent, &h, other_id, &other))
		bail("page tables");
	ok(!vdev_attach(&v, nested), "attached to a page table with a fault queue");
}

int main(void)
{
	struct stage1 *s[] = {&plain, &shared};

	endpoints_take();
	vdev_open_cdev(&v, 0);
	ioas = ioas_alloc(&v);
	ram_init(&ram, 64 * PAGE, RAM_IPA);
	data = memory(PAGES * PAGE);
	touch(data, PAGES * PAGE);
	if (ioas_map(&v, ioas, ram.mem, ram.bytes, ram.ipa) ||
	    ioas_map(&v, ioas, data, PAGES * PAGE, DATA_IPA))
		bail("the guest's memory");
	cds = ram_page(&ram, &cds_ipa);
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t ring;

		stage1_init(s[i], &ram);
		ram_page(&ram, &ring);
		stage1_map(s[i], RING_VA, ring, S1_RW);
		stage1_cd(s[i], &cds[8 * (i ? PASID : 0)], 1 + i);
	}
	page_tables();
	vdev_start(&v);
	make_queues();

	served(&p, &shared, PASID, "PASID");
	served(&q, &plain, NO_PASID, "no PASID");
	refused();
	replaced();
	detached(true);
	detached(false);

	start(&p);
	expect(faults, PASID, SRC_VA, IOMMU_PGFAULT_PERM_READ, "left behind");
	close(faults);
	close(other_faults);
	vdev_close(&v);
	endpoints_give_back();
	return done();
}
