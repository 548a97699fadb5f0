// SPDX-License-Identifier: BSD-2-Clause
/* guest-test: alone timeout=240 */
/*
 * The device given to user space, through a group with a type 1 container and through its character
 * device with an iommufd. This program is its driver then: mailbox, queue, an AES-CTR job over
 * I/O virtual addresses, an interrupt; and addresses that are not mapped (any more) do not work.
 */
#include "lib/vfio.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	LEN = 5 * PAGE + 123,
	SPAN = 8 * PAGE,
	RINGS = 0x100000, /* I/O virtual addresses, none equal to an address of ours */
	SRC = 0x40000000,
	DST = 0x80000000,
	KEYS = 0x200000,
	HOLE = 0x300000,
};

static const char *how;
static struct vdev v;
static struct vqueue q;
static uint8_t *rings, *src, *dst, *keys, *want;
static uint32_t ioas;

static int map(const void *p, size_t bytes, uint64_t iova)
{
	struct vfio_iommu_type1_dma_map cmd = {
		.argsz = sizeof(cmd),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)p,
		.iova = iova,
		.size = bytes,
	};

	if (v.iommu >= 0)
		return ioas_map(&v, ioas, p, bytes, iova);
	return ioctl(v.container, VFIO_IOMMU_MAP_DMA, &cmd) ? -errno : 0;
}

static int unmap(uint64_t iova, size_t bytes)
{
	struct vfio_iommu_type1_dma_unmap cmd = {.argsz = sizeof(cmd), .iova = iova, .size = bytes};

	if (v.iommu >= 0)
		return ioas_unmap(&v, ioas, iova, bytes);
	return ioctl(v.container, VFIO_IOMMU_UNMAP_DMA, &cmd) ? -errno : 0;
}

static const struct svarig_desc aes = {
	.opcode = SVARIG_OP_CIPHER,
	.alg = SVARIG_CI_AES256 | SVARIG_CM_CTR << 4,
	.len = LEN,
	.src = SRC + 5,
	.dst = DST + 3,
	.key = KEYS,
	.iv = KEYS + 64,
	.cookie = 0x5eed,
};

static void aes_job(uint32_t seed)
{
	struct svarig_cpl c;
	int status;

	fill(src, SPAN, seed);
	fill(keys, 80, seed + 1);
	memset(dst, 0, SPAN);
	aes_ctr(want, src + 5, LEN, keys, 256, keys + 64);
	status = vqueue_run(&q, &aes, &c);
	ok(status == SVARIG_ST_OK && c.cookie == 0x5eed && !memcmp(dst + 3, want, LEN),
	   "%s: AES-256-CTR over I/O virtual addresses is what libcrypto says (%s)", how,
	   svarig_status_name(status));
	ok(!dst[0] && !dst[2] && !dst[3 + LEN], "%s: nothing written around it", how);
}

static void holes(void)
{
	struct svarig_desc d = aes;
	struct svarig_cpl c;
	int status;

	d.src = HOLE;
	status = vqueue_run(&q, &d, &c);
	ok((status == SVARIG_ST_FAULT_READ && c.fault_addr == HOLE) || status == SVARIG_ST_UR,
	   "%s: an address that is not mapped cannot be read (%s)", how,
	   svarig_status_name(status));
	d.src = (uintptr_t)src;
	status = vqueue_run(&q, &d, &c);
	ok(status == SVARIG_ST_FAULT_READ || status == SVARIG_ST_UR,
	   "%s: nor can one of the process's own (%s)", how, svarig_status_name(status));
	ok(!unmap(SRC, SPAN), "%s: the source is unmapped", how);
	status = vqueue_run(&q, &aes, &c);
	ok(status == SVARIG_ST_FAULT_READ || status == SVARIG_ST_UR,
	   "%s: then it cannot be read (%s)", how, svarig_status_name(status));
	ok(!map(src, SPAN, SRC), "%s: and is mapped again", how);
}

static void interrupt(void)
{
	struct pollfd pfd = {.fd = vdev_interrupt(&v), .events = POLLIN};
	struct svarig_cpl c;
	uint64_t n = 0;
	int woken;

	v.doorbells[((size_t)q.number << v.db_shift) / 4 + SVARIG_DB_ARM / 4] = q.taken;
	vqueue_submit(&q, &aes);
	woken = poll(&pfd, 1, 60000);
	ok(woken == 1 && read(pfd.fd, &n, 8) == 8 && n == 1 && vqueue_wait(&q, &c, 0),
	   "%s: one interrupt for the job's end, after its record", how);
	close(pfd.fd);
}

static void drive(void)
{
	vdev_start(&v);
	vqueue_create(&q, &v, 3, rings, RINGS, NO_PASID);
	aes_job(1);
	interrupt();
	holes();
	aes_job(2);
	vqueue_destroy(&q);
}

static void map_all(void)
{
	ok(!map(rings, PAGE, RINGS) && !map(src, SPAN, SRC) && !map(dst, SPAN, DST) &&
		   !map(keys, PAGE, KEYS),
	   "%s: four areas mapped", how);
}

int main(void)
{
	endpoints_take();
	rings = memory(PAGE);
	src = memory(SPAN);
	dst = memory(SPAN);
	keys = memory(PAGE);
	want = memory(SPAN);

	how = "legacy";
	vdev_open_legacy(&v, 0);
	map_all();
	drive();
	vdev_close(&v);

	how = "iommufd";
	vdev_open_cdev(&v, 0);
	ioas = ioas_alloc(&v);
	/* Mapped first, attached then. */
	map_all();
	ok(!vdev_attach(&v, ioas), "iommufd: attached to the address space");
	drive();
	ok(!vdev_detach(&v), "iommufd: detached");
	vdev_close(&v);

	endpoints_give_back();
	return done();
}
